// The network 3-2-1: one step, stage by stage, every number in sight.

export const sigmoid = (z) => {
  const e = Math.exp(-Math.abs(z));
  return (z >= 0 ? 1 : e) / (1 + e);
};

const forward = (p, x) => {
  const a1 = p.W1.map((row, i) => sigmoid(
    row.reduce((sum, w, j) => sum + w * x[j], p.b1[i])));
  const a6 = sigmoid(p.W2[0] * a1[0] + p.W2[1] * a1[1] + p.b6);
  return { a1, a6 };
};

// Everything one step makes: answers, slopes, new numbers, output after it.
export const step = (p, x, y, rate) => {
  const { a1, a6 } = forward(p, x);
  const dz6 = (a6 - y) * a6 * (1 - a6);
  const dz1 = a1.map((a, i) => p.W2[i] * dz6 * a * (1 - a));
  const dW2 = a1.map((a) => dz6 * a);
  const dW1 = dz1.map((dz) => x.map((v) => dz * v));
  const next = {
    W1: p.W1.map((row, i) => row.map((w, j) => w - rate * dW1[i][j])),
    b1: p.b1.map((b, i) => b - rate * dz1[i]),
    W2: p.W2.map((w, i) => w - rate * dW2[i]),
    b6: p.b6 - rate * dz6,
  };
  return { a1, a6, loss: 0.5 * (a6 - y) ** 2, dz6, dz1, dW2, dW1, ...next,
    after: forward(next, x).a6 };
};

export default kit.figure((f) => {
  const { start } = f.data;
  const stages = ["forward", "loss", "backward", "update"];
  const stage = f.choice({ label: "stage", options: stages,
    value: "update" });
  const patterns = kit.range(8).map((k) => [k >> 2 & 1, k >> 1 & 1, k & 1]);
  const input = f.menu({ label: "inputs",
    options: patterns.map((v) => v.join(" ")), value: start.x.join(" ") });
  const label = f.slider({ label: "label y", min: 0, max: 1, step: 0.1,
    value: start.y, format: (v) => kit.fix(v, 1) });
  const rate = f.slider({ label: "learning rate", min: 0, max: 3, step: 0.1,
    value: start.rate, format: (v) => kit.fix(v, 1) });

  const draw = f.drawing({ width: 640, height: 330, alt: "The network 3-2-1 "
    + "with the numbers of the chosen stage on its connections and units" });
  const at = (x, y, text) => {
    const node = draw.node({ x, y, r: 21, text });
    return { node, above: draw.text({ x, y: y - 33, color: 1, bold: true }),
      below: draw.text({ x, y: y + 34, color: 2, bold: true }) };
  };
  const ins = [0, 1, 2].map((j) => at(60, 60 + 105 * j, `x${j + 1}`));
  const mid = [0, 1].map((i) => at(330, 100 + 130 * i, String(4 + i)));
  const out = at(545, 165, "6");
  const edge = (a, b, place, side) => draw.edge({ from: a.node, to: b.node,
    text: "", at: place, side, color: "soft" });
  const first = mid.map((unit, i) => ins.map((x, j) => edge(x, unit,
    i === j / 2 ? 0.5 : 0.2, i ? 11 : -11)));
  const second = mid.map((unit, i) => edge(unit, out, 0.5, i ? 12 : -12));
  const key = draw.text({ x: 545, y: 300, text: "", color: "soft" });

  f.row();
  const groups = [["w14", "w24", "w34", "b4"], ["w15", "w25", "w35", "b5"],
    ["w46", "w56", "b6"]];
  const table = (names, k) => f.table({ caption: `Unit ${k + 4}`,
    head: ["", "old", "slope", "new"] });
  const tables = groups.slice(0, 2).map(table);
  f.row(false); // three side by side would not fit a page
  tables.push(table(groups[2], 2));
  const read = f.reading();
  const units = (W1, b1, W2, b6) => [[...W1[0], b1[0]], [...W1[1], b1[1]],
    [...W2, b6]];
  const three = (v) => kit.fix(v, 3);
  const four = (v) => kit.fix(v, 4);

  f.update(() => {
    const now = stages.indexOf(stage.value);
    const x = input.value.split(" ").map(Number);
    const p = f.data;
    const y = label.value;
    const it = step(p, x, y, rate.value);
    const shown = now === 3 ? it : p;
    ins.forEach((unit, j) => unit.above.text(String(x[j])));
    mid.forEach((unit, i) => {
      unit.above.text(three(it.a1[i]));
      unit.below.text(now >= 2 ? four(it.dz1[i]) : "");
      first[i].forEach((e, j) => {
        e.text(now === 2 ? four(it.dW1[i][j]) : three(shown.W1[i][j]));
        e.style({ color: now === 2 ? 2 : now === 3 && x[j] ? 3 : "soft" });
      });
      second[i].text(now === 2 ? four(it.dW2[i]) : three(shown.W2[i]));
      second[i].style({ color: now === 2 ? 2 : now === 3 ? 3 : "soft" });
    });
    out.above.text(three(it.a6));
    out.below.text(now >= 2 ? four(it.dz6) : "");
    key.text(now < 2 ? "blue: answers" : "orange: slopes dz");
    const old = units(p.W1, p.b1, p.W2, p.b6);
    const slopes = units(it.dW1, it.dz1, it.dW2, it.dz6);
    const fresh = units(it.W1, it.b1, it.W2, it.b6);
    tables.forEach((table, u) => table.set(groups[u].map((name, k) => [name,
      three(old[u][k]), now >= 2 ? three(slopes[u][k]) : "",
      now === 3 ? three(fresh[u][k]) : ""])));
    read.set([
      `Forward: the output is ${three(it.a6)}.`,
      `Loss: half the square of ${three(it.a6)} − ${kit.fix(y, 1)} is `
        + `${four(it.loss)}.`,
      `Backward: dz6 = ${four(it.dz6)}, dz4 = ${four(it.dz1[0])}, `
        + `dz5 = ${four(it.dz1[1])}.`,
      `After the update the output is ${three(it.after)}; it was `
        + `${three(it.a6)}, and the label is ${kit.fix(y, 1)}. `
        + `dz6 was ${four(it.dz6)}.`,
    ][now]);
  });
});
