// The network 3-2-1: sums and answers for any three inputs.
const sigmoid = (z) => 1 / (1 + Math.exp(-z));

export const pass = ({ W1, b1, W2, b2 }, x) => {
  const z1 = W1.map((row, i) =>
    row.reduce((sum, w, j) => sum + w * x[j], b1[i]));
  const a1 = z1.map(sigmoid);
  const z2 = W2.reduce((sum, w, i) => sum + w * a1[i], b2);
  return { z1, a1, z2, a2: sigmoid(z2) };
};

export default kit.figure((f) => {
  const { W1, b1, W2, b2, start } = f.data;
  const inputs = start.map((v, j) =>
    f.toggle({ label: `x${"₁₂₃"[j]} is 1`, value: v === 1 }));
  const board = f.drawing({ width: 560, height: 300,
    alt: "Three inputs on the left, two hidden units, one output. Every "
      + "line carries its weight" });
  const xs = kit.range(3).map((j) => board.node({ x: 50, y: 55 + 95 * j,
    r: 24, color: "soft" }));
  const hidden = kit.range(2).map((i) => board.node({ x: 270,
    y: 95 + 110 * i, r: 38, color: 1 }));
  const out = board.node({ x: 470, y: 150, r: 40, color: 2 });
  const up = W1.map((row, i) => row.map((w, j) => board.edge({ from: xs[j],
    to: hidden[i], text: kit.fmt(w), at: 0.22 + 0.06 * i, side: 11,
    color: "soft" })));
  W2.forEach((w, i) => board.edge({ from: hidden[i], to: out,
    text: kit.fmt(w), at: 0.45, side: i ? -11 : 11, color: "soft" }));
  const sums = hidden.map((unit, i) => board.text({ x: 270,
    y: i ? 264 : 36, color: 1 }));
  const total = board.text({ x: 470, y: 212, color: 2 });
  board.text({ x: 470, y: 240, color: 2, text: `bias ${kit.fmt(b2)}` });
  const read = f.reading();
  f.update(() => {
    const x = inputs.map((t) => (t.value ? 1 : 0));
    const { z1, a1, z2, a2 } = pass({ W1, b1, W2, b2 }, x);
    xs.forEach((node, j) => node.text(String(x[j])));
    up.forEach((row) => row.forEach((edge, j) =>
      edge.style({ width: x[j] ? 2.4 : 0.8 })));
    hidden.forEach((unit, i) => {
      unit.text(kit.fix(a1[i], 3));
      sums[i].text(`z = ${kit.fix(z1[i], 2)}, bias ${kit.fmt(b1[i])}`);
    });
    out.text(kit.fix(a2, 3));
    total.text(`z = ${kit.fix(z2, 3)}`);
    read.set(`For x = (${x.join(", ")}) the hidden units answer `
      + `${kit.fix(a1[0], 3)} and ${kit.fix(a1[1], 3)}, the output `
      + `${kit.fix(a2, 3)}.`);
  });
});
