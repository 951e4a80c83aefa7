// Parameters against caches, for hidden layers of one width.

export const sizes = (d, width) =>
  [d.inputs, ...Array(d.hidden).fill(width), d.outputs];

export const parameters = (d, width) => sizes(d, width).slice(1).reduce(
  (sum, n, i) => sum + n * (sizes(d, width)[i] + 1), 0);

export const kept = (d, width, m) => m * sizes(d, width).slice(1).reduce(
  (sum, n, i) => sum + n + sizes(d, width)[i], 0);

export default kit.figure((f) => {
  const d = f.data;
  const m = f.slider({ label: "batch size m", min: 1, max: d.largest,
    step: 1, value: d.m, format: (v) => String(Math.round(v)) });
  const wide = f.menu({ label: "units of a hidden layer",
    options: d.widths.map((w) => [String(w), String(w)]),
    value: String(d.width) });
  const plot = f.axes({ x: [1, d.largest], y: [0, 1], height: 240,
    xlabel: "batch size m", ylabel: "numbers", names: "top",
    alt: "A level line for the parameters and a rising line for the caches "
      + "against the batch size; a mark at the chosen one" });
  const flat = plot.line({ color: 1, label: "parameters" });
  const rise = plot.line({ color: 2, label: "caches" });
  const here = plot.rule({ x: d.m });
  const dot = plot.point({ color: 2 });
  const read = f.reading();
  f.update(() => {
    const width = Number(wide.value);
    const count = Math.round(m.value);
    const P = parameters(d, width);
    const C = kept(d, width, count);
    const top = Math.max(P, kept(d, width, d.largest)) * 1.05;
    plot.domain({ y: [0, top] });
    flat.set([1, d.largest], [P, P]);
    rise.set([1, d.largest], [kept(d, width, 1), kept(d, width, d.largest)]);
    here.set(count);
    dot.move(count, C);
    const more = C > P ? "more than" : C < P ? "fewer than" : "as many as";
    read.set(`m = ${count}: the caches hold ${C} numbers, ${more} the `
      + `${P} parameters.`);
  });
});
