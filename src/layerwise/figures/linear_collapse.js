// A stack of layers, with and without a bend, and the one layer it equals.

// The answer at a point; with a bend after every layer but the last.
export const answer = ({ W, b }, point, bend) => {
  let a = point;
  W.forEach((rows, l) => {
    const z = rows.map((row, i) =>
      row.reduce((sum, w, j) => sum + w * a[j], b[l][i][0]));
    a = bend && l < W.length - 1 ? z.map((v) => Math.max(v, 0)) : z;
  });
  return a[0];
};

// The one layer that equals the stack without a bend: [w1, w2, b].
export const collapsed = (stack) => {
  const shift = answer(stack, [0, 0], false);
  return [[1, 0], [0, 1]].map((x) => answer(stack, x, false) - shift)
    .concat(shift);
};

// The share of points on their side: inner ones below zero.
export const right = (stack, points, inner, bend) =>
  inner.filter((yes, j) => (answer(stack, [points[0][j], points[1][j]], bend)
    < 0) === Boolean(yes)).length / inner.length;

// Two far points of the border w1 x + w2 y + b = 0.
export const border = ([w1, w2, b], far) => {
  const n = Math.hypot(w1, w2);
  const foot = [(-b * w1) / (n * n), (-b * w2) / (n * n)];
  return [-far, far].map((t) =>
    [foot[0] - (t * w2) / n, foot[1] + (t * w1) / n]);
};

export default kit.figure((f) => {
  const { start, points, inner, stacks } = f.data;
  const side = 1.3;
  const depth = f.stepper({ label: "layers", min: 1, max: stacks.length,
    value: start });
  const bend = f.toggle({ label: "a bend (ReLU) between the layers",
    value: false });
  f.row();
  const plot = f.axes({ x: [-side, side], y: [-side, side], square: true,
    xlabel: "first input", ylabel: "second input", alt: "Two rings of "
      + "points; the plane is colored by the side the stack puts it on" });
  const field = plot.image({ range: [-1, 1] });
  const lines = stacks.map((stack) => {
    const [p, q] = border(collapsed(stack), 3 * side);
    return plot.line({ x: [p[0], q[0]], y: [p[1], q[1]], color: "faint",
      width: 1 });
  });
  const line = plot.line({ color: "ink", width: 2.6 });
  plot.dots({ x: points[0], y: points[1], size: 3,
    colors: inner.map((yes) => (yes ? 1 : 2)) });
  const sheet = f.table({ caption: "The layers, from the input up",
    head: ["layer", "W, row by row", "b"] });
  f.row(false);
  const read = f.reading();
  const number = (v) => kit.fix(v, 1);
  const cells = 96;
  f.update(() => {
    const stack = stacks[depth.value - 1];
    const bent = bend.value && depth.value > 1;
    const at = (k) => -side + ((k + 0.5) / cells) * 2 * side;
    field.set(kit.range(cells).map((i) => kit.range(cells).map((j) =>
      (answer(stack, [at(j), -at(i)], bent) < 0 ? -0.55 : 0.55))));
    const one = collapsed(stack);
    const [p, q] = border(one, 3 * side);
    line.set(bent ? [] : [p[0], q[0]], bent ? [] : [p[1], q[1]]);
    lines.forEach((other, k) => {
      const [a, c] = border(collapsed(stacks[k]), 3 * side);
      other.set(bent ? [] : [a[0], c[0]], bent ? [] : [a[1], c[1]]);
    });
    sheet.set(stack.W.map((rows, l) => [l + 1,
      rows.map((row) => row.map(number).join("\u00a0")).join("; "),
      stack.b[l].map((row) => number(row[0])).join("; ")]));
    const share = kit.fix(right(stack, points, inner, bent), 2);
    const count = depth.value === 1 ? "1 layer" : `${depth.value} layers`;
    read.set(bent
      ? `${count} with a bend: the border bends. ${share} of the points are `
        + "on their side, with the same weights and no training."
      : `${count} ${depth.value === 1 ? "is" : "equal"} one layer with `
        + `W′ = (${kit.fix(one[0], 3)}, ${kit.fix(one[1], 3)}) and `
        + `b′ = ${kit.fix(one[2], 3)}: the border is a line. ${share} of `
        + "the points are on their side.");
  });
});
