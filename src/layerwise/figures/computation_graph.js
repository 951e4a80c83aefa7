// Logistic regression for one example: values forward, slopes backward.

export const sigmoid = (z) => {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
};

// Everything on the way forward and on the way back, by its name.
export const walked = (x, w, b, y) => {
  const z = w[0] * x[0] + w[1] * x[1] + b;
  const a = sigmoid(z);
  const loss = Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z)));
  const da = y ? -1 / a : 1 / (1 - a);
  const dz = a - y;
  return { z, a, loss, da, dz, dw: [dz * x[0], dz * x[1]], db: dz };
};

export default kit.figure((f) => {
  const { start } = f.data;
  const slide = (label, value) => f.slider({ label, value, min: -3, max: 3,
    step: 0.1, format: (v) => kit.fix(v, 1) });
  const sliders = [slide("w₁", start.w[0]), slide("w₂", start.w[1]),
    slide("b", start.b)];
  const label = f.choice({ label: "label y", options: [[0, "0"], [1, "1"]],
    value: start.y });

  const draw = f.drawing({ width: 560, height: 330,
    alt: "The graph from the weights and the bias over the score z and the "
      + "answer a to the loss; values in blue above, slopes in orange below" });
  const box = (x, y, name) => {
    const node = draw.node({ x, y, w: 66, h: 34, text: name });
    const above = draw.text({ x, y: y - 30, color: 1, bold: true });
    const below = draw.text({ x, y: y + 31, color: 2, bold: true });
    return { node, above, below };
  };
  const names = ["w₁", "w₂", "b"];
  const leaves = names.map((name, i) => box(46, 52 + i * 105, name));
  const score = box(240, 157, "z");
  const answer = box(375, 157, "a");
  const loss = box(514, 157, "loss");
  const factor = [`× x₁ = ${kit.fmt(start.x[0])}`,
    `× x₂ = ${kit.fmt(start.x[1])}`, "× 1"];
  leaves.forEach((leaf, i) => draw.edge({ from: { ...leaf.node, r: 36 },
    to: { ...score.node, r: 38 }, text: factor[i], side: i === 2 ? -13 : 13,
    at: 0.45, color: "soft" }));
  const link = (from, to) => draw.edge({ from: { ...from.node, r: 33 },
    to: { ...to.node, r: 35 }, text: "", color: "soft", side: 58 });
  const slopes = [link(score, answer), link(answer, loss)];
  draw.text({ x: 375, y: 262, text: "blue: value", color: 1 });
  draw.text({ x: 375, y: 286, text: "orange: slope of the loss", color: 2 });
  draw.text({ x: 375, y: 310, text: "gray: local slope", color: "soft" });

  const read = f.reading();
  f.update(() => {
    const [w1, w2, b] = sliders.map((s) => s.value);
    const y = Number(label.value);
    const it = walked(start.x, [w1, w2], b, y);
    const four = (v) => kit.fix(v, 4);
    [w1, w2, b].forEach((v, i) => leaves[i].above.text(kit.fix(v, 1)));
    [...it.dw, it.db].forEach((v, i) => leaves[i].below.text(four(v)));
    score.above.text(four(it.z));
    score.below.text(four(it.dz));
    answer.above.text(four(it.a));
    answer.below.text(four(it.da));
    loss.above.text(four(it.loss));
    loss.below.text("1");
    slopes[0].text(`× ${four(it.a * (1 - it.a))}`);
    slopes[1].text(`× ${four(it.da)}`);
    read.set(`Label ${y}: answer a = ${four(it.a)}, loss ${four(it.loss)}. `
      + `Slope of the loss in a ${four(it.da)}, in z ${four(it.dz)}; `
      + `in w₁ ${four(it.dw[0])}, `
      + `in w₂ ${four(it.dw[1])}, in b ${four(it.db)}.`);
  });
});
