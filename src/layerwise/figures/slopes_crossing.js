// The slopes of tanh and of the sigmoid, and how many times one is the other.

export const slopes = (z) => {
  const t = Math.tanh(z);
  const s = 1 / (1 + Math.exp(-z));
  return [1 - t * t, s * (1 - s)];
};

export default kit.figure((f) => {
  const { z, step, start, tanh, sigmoid } = f.data;
  const last = z[z.length - 1];
  const at = f.slider({ label: "z", min: z[0], max: last, step, value: start,
    format: (v) => kit.fix(v, 2), describe: (v) => `z is ${kit.fix(v, 2)}` });
  f.row();
  const view = { x: [z[0], last], xlabel: "z", height: 230, names: "top" };
  const left = f.axes({ ...view, y: [-0.03, 1.05], ylabel: "slope",
    alt: "Both slopes against z: tanh starts at 1 and falls fast, the "
      + "sigmoid starts at a quarter and falls slowly; they cross" });
  const right = f.axes({ ...view, y: [0.004, 6], yscale: "log",
    ylabel: "slope of tanh : slope of sigmoid",
    alt: "The slope of tanh divided by that of the sigmoid, on a "
      + "logarithmic axis: it falls from 4 through 1 towards 0" });
  const rules = [left, right].map((plot) => plot.rule({ x: start }));
  left.line({ x: z, y: sigmoid, color: 2, dash: true, label: "sigmoid" });
  left.line({ x: z, y: tanh, color: 1, label: "tanh" });
  right.rule({ y: 1 });
  right.text({ x: last, y: 1.35, text: "equally steep", anchor: "end",
    color: "soft" });
  right.line({ x: z, y: z.map((v) => {
    const [p, q] = slopes(v);
    return p / q;
  }), color: 3 });
  const dots = [left.point({ color: 2, r: 5 }), left.point({ color: 1 }),
    right.point({ x: start, y: 1, color: 3 })];
  for (const plot of [left, right]) plot.drag((x) => at.set(x));
  const read = f.reading();
  f.update(() => {
    const [p, q] = slopes(at.value);
    for (const rule of rules) rule.set(at.value);
    dots[0].move(at.value, q);
    dots[1].move(at.value, p);
    dots[2].move(at.value, p / q);
    read.set(`At z = ${kit.fix(at.value, 2)} the slope of tanh is `
      + `${kit.fix(p, 4)} and that of the sigmoid ${kit.fix(q, 4)}: tanh is `
      + `${kit.fix(p / q, 3)} times as steep as the sigmoid, the sigmoid `
      + `${kit.fmt(q / p)} times as steep as tanh.`);
  });
});
