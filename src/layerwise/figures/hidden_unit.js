// One hidden unit in the plane: answers as colors, the fold, the arrow.

// What a tanh unit answers at a point.
export const answer = ([w1, w2], b, x, y) => Math.tanh(w1 * x + w2 * y + b);

// The signed distance of a point from the fold.
export const distance = ([w1, w2], b, x, y) =>
  (w1 * x + w2 * y + b) / Math.hypot(w1, w2);

// Two far points of the fold, to draw a line through.
export const fold = ([w1, w2], b, far) => {
  const n = Math.hypot(w1, w2);
  const foot = [(-b * w1) / (n * n), (-b * w2) / (n * n)];
  return [-far, far].map((t) =>
    [foot[0] - (t * w2) / n, foot[1] + (t * w1) / n]);
};

export default kit.figure((f) => {
  const { side, point, start } = f.data;
  const signed = (v) => kit.fix(v, 1);
  const b = f.slider({ label: "bias b", min: -5, max: 5, step: 0.5,
    value: start.b, format: signed });
  const w1 = f.slider({ label: "w₁", min: -3, max: 3, step: 0.5,
    value: start.w[0], format: signed });
  const w2 = f.slider({ label: "w₂", min: -3, max: 3, step: 0.5,
    value: start.w[1], format: signed });
  const plot = f.axes({ x: [-side, side], y: [-side, side], square: true,
    xlabel: "first input", ylabel: "second input", alt: "The plane, "
      + "colored by the unit's answer; the fold is the line between" });
  const field = plot.image({ range: [-1.6, 1.6] });
  const line = plot.line({ color: "ink", width: 2.4 });
  const arrow = plot.arrow({ color: "ink" });
  const mark = plot.point({ color: "ink", r: 5 });
  mark.move(...point);
  const read = f.reading();
  const cells = 48;
  f.update(() => {
    const w = [w1.value, w2.value];
    const at = (k) => -side + ((k + 0.5) / cells) * 2 * side;
    field.set(kit.range(cells).map((i) => kit.range(cells).map((j) =>
      answer(w, b.value, at(j), -at(i)))));
    const flat = w[0] === 0 && w[1] === 0;
    if (flat) {
      line.set([], []);
      arrow.set([0, 0], [0, 0]);
      read.set("With both weights zero there is no fold: the unit answers "
        + `${kit.fix(Math.tanh(b.value), 3)} everywhere.`);
      return;
    }
    const [p, q] = fold(w, b.value, 3 * side);
    line.set([p[0], q[0]], [p[1], q[1]]);
    const foot = [(p[0] + q[0]) / 2, (p[1] + q[1]) / 2];
    arrow.set(foot, [foot[0] + w[0] / 2, foot[1] + w[1] / 2]);
    const z = w[0] * point[0] + w[1] * point[1] + b.value;
    read.set(`At the point (${point.join(", ")}) the sum is `
      + `${kit.fix(z, 1)}, the distance from the fold `
      + `${kit.fix(distance(w, b.value, ...point), 2)}, the answer `
      + `${kit.fix(answer(w, b.value, ...point), 3)}.`);
  });
});
