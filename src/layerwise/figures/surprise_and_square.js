// Cross-entropy and squared error of a sigmoid's answer, label 1.
export default kit.figure((f) => {
  const { z, step, start, surprise, square } = f.data;
  const at = f.slider({ label: "score z", min: z[0], max: z[z.length - 1],
    step, value: start, format: (v) => kit.fix(v, 1),
    describe: (v) => `z is ${kit.fix(v, 1)}` });
  f.row();
  const view = { x: [z[0], z[z.length - 1]], xlabel: "z", height: 230,
    names: "top" };
  const left = f.axes({ ...view, y: [-0.2, 8.2], ylabel: "loss",
    alt: "Both losses against z: cross-entropy rises without end to the "
      + "left, squared error levels off at 1" });
  const right = f.axes({ ...view, y: [-1.1, 0.1], ylabel: "slope",
    alt: "Both slopes in z against z: cross-entropy's goes to minus 1 on the "
      + "left, that of squared error back to 0" });
  const parts = [[left, "value"], [right, "slope"]].map(([plot, key]) => {
    const rule = plot.rule({ x: start });
    plot.line({ x: z, y: square[key], color: 2, dash: true,
      label: "squared error" });
    plot.line({ x: z, y: surprise[key], color: 1, label: "cross-entropy" });
    plot.drag((x) => at.set(x));
    return { key, rule, square: plot.point({ color: 2, r: 5 }),
      surprise: plot.point({ color: 1 }) };
  });
  const read = f.reading();
  f.update(() => {
    const here = (table) => kit.interpolate(z, table, at.value);
    for (const part of parts) {
      part.rule.set(at.value);
      part.square.move(at.value, here(square[part.key]));
      part.surprise.move(at.value, here(surprise[part.key]));
    }
    const [p, q] = [here(surprise.slope), here(square.slope)];
    read.set(`At z = ${kit.fix(at.value, 1)}, truth 1: cross-entropy pushes `
      + `with slope ${kit.fix(p, 4)}, squared error with ${kit.fix(q, 4)}. `
      + `The first is ${kit.fmt(p / q)} times the second.`);
  });
});
