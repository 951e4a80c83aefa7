// Parameters against caches: what stays, and what grows with the batch.

export const parameters = (sizes) => sizes.slice(1).reduce(
  (sum, n, i) => sum + n * (sizes[i] + 1), 0);

export const kept = (sizes, m) => m * sizes.slice(1).reduce(
  (sum, n, i) => sum + n + sizes[i], 0);

export default kit.figure((f) => {
  const { sizes, largest, start } = f.data;
  const m = f.slider({ label: "batch size m", min: 1, max: largest, step: 1,
    value: start, format: (v) => String(Math.round(v)) });
  const P = parameters(sizes);
  const top = 1.1 * kept(sizes, largest);
  const names = { 1: "parameters", 2: "caches" };
  const plot = f.axes({ x: [0.4, 2.6], y: [0, top],
    height: 250, xlabel: "", ylabel: "numbers in memory", xticks: [1, 2],
    xformat: (x) => names[x],
    alt: "Two bars: the parameters, which stay as they are, and the caches, "
      + "which grow with the batch size" });
  plot.bars({ x: [1], y: [P], color: 1, width: 0.6 });
  const cache = plot.bars({ x: [2], y: [0], color: 2, width: 0.6 });
  plot.rule({ y: P });
  plot.text({ x: 1, y: P + 0.05 * top, text: String(P) });
  const count = plot.text({ x: 2, y: 0, text: "" });
  const read = f.reading();
  f.update(() => {
    const batch = Math.round(m.value);
    const C = kept(sizes, batch);
    cache.set([2], [C]);
    count.set(2, C + 0.05 * top, String(C));
    const more = C > P ? "more than" : C < P ? "fewer than" : "as many as";
    read.set(`m = ${batch}: the caches hold ${C} numbers, ${more} the ${P} `
      + "parameters.");
  });
});
