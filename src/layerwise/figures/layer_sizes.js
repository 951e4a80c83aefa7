// Widths and a number of examples; every shape and every count.

// One row for each layer: its shapes and how many parameters it holds.
export const layers = (sizes, m) => sizes.slice(1).map((n, k) => ({
  W: [n, sizes[k]], b: [n, 1], Z: [n, m], count: n * (sizes[k] + 1) }));

export default kit.figure((f) => {
  const { sizes, m } = f.data.start;
  const whole = (label, max, value) => f.slider({ label, min: 1, max,
    step: 1, value, format: String });
  const widths = sizes.map((n, l) => whole(l ? `layer ${l}` : "inputs",
    12, n));
  const examples = whole("examples m", 12, m);
  const written = ([rows, columns]) => `(${rows},\u00a0${columns})`;

  const table = f.table({ caption: "Shapes of every layer",
    head: ["layer", "W, dW", "b, db", "Z, A, dZ, dA", "parameters"] });
  const plot = f.axes({ x: [0.4, sizes.length - 0.4], y: [0, 70],
    xlabel: "layer", ylabel: "parameters", height: 190,
    xticks: sizes.slice(1).map((n, k) => k + 1),
    alt: "The number of parameters in each layer, as bars" });
  const bars = plot.bars({ color: 1, width: 0.6 });
  const read = f.reading();

  f.update(() => {
    const now = widths.map((control) => control.value);
    const rows = layers(now, examples.value);
    table.set(rows.map(({ W, b, Z, count }, k) =>
      [k + 1, written(W), written(b), written(Z), count]));
    const counts = rows.map((row) => row.count);
    plot.domain({ y: [0, Math.max(10, ...counts) * 1.1] });
    bars.set(counts.map((c, k) => k + 1), counts);
    const total = counts.reduce((sum, c) => sum + c, 0);
    read.set(`${now.join("-")} with m = ${examples.value}: `
      + `${counts.join(" + ")} = ${total} parameters.`);
  });
});
