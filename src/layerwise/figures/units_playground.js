// Trained networks of one hidden layer: their answer and their folds.

const bends = { tanh: Math.tanh, ReLU: (z) => Math.max(z, 0) };

// The answer between 0 and 1 for one point.
export const answer = ({ W1, b1, W2, b2 }, bend, x, y) => {
  let z = b2;
  for (let i = 0; i < W2.length; i += 1)
    z += W2[i] * bends[bend](W1[i][0] * x + W1[i][1] * y + b1[i]);
  return 1 / (1 + Math.exp(-z));
};

// Two far points of a unit's fold.
export const fold = ([w1, w2], b, far) => {
  const n = Math.hypot(w1, w2);
  if (n === 0) return [[null, null], [null, null]];
  const foot = [(-b * w1) / (n * n), (-b * w2) / (n * n)];
  return [-far, far].map((t) =>
    [foot[0] - (t * w2) / n, foot[1] + (t * w1) / n]);
};

export default kit.figure((f) => {
  const { sets, bends: names, start } = f.data;
  const most = sets[0].nets.tanh.length;
  const units = f.slider({ label: "hidden units", min: 1, max: most, step: 1,
    value: start.units, format: (v) => String(v) });
  const noise = f.choice({ label: "noise", value: String(sets[0].noise),
    options: sets.map((s) => String(s.noise)) });
  const bend = f.choice({ label: "activation", value: start.bend,
    options: names });
  const [cols, rows] = [72, 48];
  const [wide, high] = [[-1.7, 2.7], [-1.25, 1.75]];
  const plot = f.axes({ x: wide, y: high, height: 320, xticks: [], yticks: [],
    xlabel: "first input", ylabel: "second input", alt: "Two moons; the "
      + "color is the network's answer, each line the fold of a unit" });
  const field = plot.image({ range: [-0.45, 1.45] });
  const folds = kit.range(most).map(() =>
    plot.line({ color: "ink", dash: true, width: 1.5 }));
  const dots = plot.dots({ size: 3.4 });
  const read = f.reading();
  f.update(() => {
    const set = sets.find((s) => String(s.noise) === noise.value);
    const net = set.nets[bend.value][units.value - 1];
    field.set(kit.range(rows).map((i) => kit.range(cols).map((j) => answer(
      net, bend.value, wide[0] + ((j + 0.5) / cols) * (wide[1] - wide[0]),
      high[1] - ((i + 0.5) / rows) * (high[1] - high[0])))));
    folds.forEach((line, i) => {
      if (i >= units.value) return line.set([], []);
      const [p, q] = fold(net.W1[i], net.b1[i], 9);
      return line.set([p[0], q[0]], [p[1], q[1]]);
    });
    dots.set(set.x, set.y, set.label.map((c) => (c > 0.5 ? 2 : 1)));
    const many = units.value === 1 ? "1 hidden unit"
      : `${units.value} hidden units`;
    read.set(`${many}, ${bend.value}: right for `
      + `${kit.fix(100 * net.right, 1)} of 100 fresh points.`);
  });
});
