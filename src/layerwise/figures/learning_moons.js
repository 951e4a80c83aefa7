// A network of one hidden layer, drawn while it learns two moons.

// The answer between 0 and 1 for one point.
export const answer = ({ W1, b1, W2, b2 }, x, y) => {
  let z = b2;
  for (let i = 0; i < W2.length; i += 1)
    z += W2[i] * Math.tanh(W1[i][0] * x + W1[i][1] * y + b1[i]);
  return 1 / (1 + Math.exp(-z));
};

export default kit.figure((f) => {
  const { x, y, label, frames } = f.data;
  const [cols, rows] = [72, 46];
  const [wide, high] = [[-1.7, 2.7], [-1.25, 1.75]];
  const time = f.player({ label: "training step", max: frames.length - 1,
    value: frames.length - 1, interval: 110, autoplay: true,
    format: (k) => String(frames[k].step) });
  const plot = f.axes({ x: wide, y: high, height: 300, xticks: [], yticks: [],
    xlabel: "first input", ylabel: "second input",
    alt: "Two moons of points; the color behind them is the network's "
      + "answer" });
  const field = plot.image({ range: [-0.45, 1.45] });
  plot.dots({ x, y, size: 3.6,
    colors: label.map((c) => (c > 0.5 ? 2 : 1)) });
  const read = f.reading();
  f.update(() => {
    const frame = frames[time.value];
    field.set(kit.range(rows).map((i) => kit.range(cols).map((j) => answer(
      frame, wide[0] + ((j + 0.5) / cols) * (wide[1] - wide[0]),
      high[1] - ((i + 0.5) / rows) * (high[1] - high[0])))));
    const right = Math.round(frame.right * label.length);
    read.set(`After ${frame.step} steps: cost ${kit.fix(frame.cost, 3)}, `
      + `${right} of ${label.length} points on the right side.`);
  });
});
