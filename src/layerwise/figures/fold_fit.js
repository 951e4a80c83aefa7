// A network of ReLU units on one input, given by the joints of its curve.

// Output bias and, for each unit, its fold and its weight in the output.
export const units = (xs, ys) => {
  const slope = kit.range(xs.length - 1)
    .map((i) => (ys[i + 1] - ys[i]) / (xs[i + 1] - xs[i]));
  return { bias: ys[0], folds: xs.slice(0, -1),
    weights: slope.map((s, i) => s - (i ? slope[i - 1] : 0)) };
};

export const value = ({ bias, folds, weights }, x) => folds.reduce(
  (sum, c, i) => sum + weights[i] * Math.max(x - c, 0), bias);

export const meanError = (net, xs, ys) => xs.reduce(
  (sum, x, i) => sum + (value(net, x) - ys[i]) ** 2, 0) / xs.length;

export default kit.figure((f) => {
  const { x, y, fits, joints } = f.data;
  const [left, right] = [x[0], x[x.length - 1]];
  const count = f.stepper({ label: "joints", min: 1, max: fits.length,
    value: joints });
  const plot = f.axes({ x: [left, right], y: [-1.6, 1.6], xlabel: "x",
    ylabel: "f(x)", height: 300, alt: "The curve and the network's broken "
      + "line with its joints" });
  plot.line({ x, y, color: "soft", dash: true, width: 2 });
  const broken = plot.line({ color: 1, width: 2.6 });
  let xs = [];
  let ys = [];
  let shown = 0;
  const handles = kit.range(fits.length).map((i) => {
    const point = plot.point({ color: 1, drag: "xy", step: [0.1, 0.05],
      name: `joint ${i + 1}`, on: (px, py) => {
        xs[i + 1] = kit.clamp(px, xs[i] + 0.05, xs[i + 2] - 0.05);
        ys[i + 1] = py;
      } });
    return { point, group: plot.over.lastElementChild };
  });
  const read = f.reading();
  f.update(() => {
    if (shown !== count.value) {
      shown = count.value;
      xs = [...fits[shown - 1].x];
      ys = [...fits[shown - 1].y];
    }
    broken.set(xs, ys);
    handles.forEach(({ point, group }, i) => {
      group.style.display = i < shown ? "" : "none"; // no tab stop either
      if (i < shown) point.move(xs[i + 1], ys[i + 1]);
    });
    const wrong = meanError(units(xs, ys), x, y);
    const named = shown === 1 ? "1 joint" : `${shown} joints`;
    read.set(`${named}, ${shown + 1} straight pieces: mean squared error `
      + `${kit.fix(wrong, 4)}.`);
  });
});
