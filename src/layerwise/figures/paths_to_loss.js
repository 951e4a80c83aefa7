// From one weight to the loss: every path, its product, and the sum.

// All paths from the unit that the weight (layer l, to i, from j) feeds. The
// factors: what the weight met, the slope of each unit, the weights between,
// and the slope of the loss at the output.
export const paths = (d, l, i, j) => {
  let found = [{ units: [i], factors: [d.a[l][j], d.bend[l][i]] }];
  for (let k = l + 1; k < d.W.length; k += 1)
    found = found.flatMap(({ units, factors }) => d.W[k].map((row, to) => ({
      units: [...units, to],
      factors: [...factors, row[units[units.length - 1]], d.bend[k][to]],
    })));
  return found.map(({ units, factors }) => {
    const all = [...factors, d.e[units[units.length - 1]]];
    return { units, factors: all, product: all.reduce((p, v) => p * v, 1) };
  });
};

export default kit.figure((f) => {
  const d = f.data;
  const places = d.W.flatMap((W, l) => W.flatMap((row, i) => row.map(
    (w, j) => ({ l, i, j,
      name: `layer ${l + 1}, to unit ${i + 1} from ${j + 1}` }))));
  const which = f.menu({ label: "weight",
    options: places.map((p) => p.name), value: places[0].name });
  const one = f.stepper({ label: "path", min: 0, max: 4, value: 0,
    format: (v) => (v ? String(v) : "all") });

  const draw = f.drawing({ width: 640, height: 260, alt: "Four columns of "
    + "two units and the loss; the paths from the chosen weight are thick" });
  const columns = d.a.map((layer, l) => layer.map((a, i) => draw.node({
    x: 60 + 140 * l, y: 70 + 120 * i, r: 22,
    text: kit.fix(a, 1) })));
  const loss = draw.node({ x: 590, y: 130, w: 60, h: 34, text: "loss" });
  const titles = ["inputs", "layer 1", "layer 2", "layer 3"];
  titles.forEach((text, l) => draw.text({ x: 60 + 140 * l, y: 240, text,
    color: "soft" }));
  const edges = d.W.map((W, l) => W.map((row, i) => row.map((w, j) =>
    draw.edge({ from: columns[l][j], to: columns[l + 1][i],
      text: kit.fmt(w, 2), at: i === j ? 0.5 : 0.27, side: i < j ? 11 : -11,
      color: "faint", name: `weight of ${places.find((p) => p.l === l
        && p.i === i && p.j === j).name}`,
      on: () => {
        one.set(0);
        which.set(places.find((p) => p.l === l && p.i === i
          && p.j === j).name);
      } }))));
  const ends = columns[3].map((node) => draw.edge({ from: node,
    to: { ...loss, r: 32 }, color: "faint" }));

  const table = f.table({ caption: "Multiply along, add across",
    head: ["path", "product along the path"] });
  const read = f.reading();
  f.update(() => {
    const { l, i, j } = places.find((p) => p.name === which.value);
    const found = paths(d, l, i, j);
    const only = Math.min(one.value, found.length);
    const on = found.filter((p, k) => !only || k === only - 1);
    const uses = (k, to, from) => (k === l ? to === i && from === j
      : k > l && on.some((p) => p.units[k - l] === to
        && p.units[k - l - 1] === from));
    edges.forEach((layer, k) => layer.forEach((row, to) => row.forEach(
      (edge, from) => {
        const yes = uses(k, to, from);
        const self = k === l && to === i && from === j;
        edge.style({ color: self ? 1 : yes ? 2 : "faint",
          width: yes ? 3.2 : 1.2 });
      })));
    ends.forEach((edge, to) => {
      const yes = on.some((p) => p.units[p.units.length - 1] === to);
      edge.style({ color: yes ? 2 : "faint", width: yes ? 3.2 : 1.2 });
    });
    const sum = found.reduce((total, p) => total + p.product, 0);
    table.set([...found.map((p, k) => [String(k + 1),
      `${p.factors.map((v) => kit.fix(v, 2)).join(" · ")} = `
      + kit.fix(p.product, 4)]), ["sum", kit.fix(sum, 4)]]);
    table.mark(only ? only - 1 : null, null);
    const many = found.length === 1 ? "1 path" : `${found.length} paths`;
    read.set(`${many} from this weight to the loss. Sum of the products: `
      + `${kit.fix(sum, 4)}. The walk backwards: `
      + `${kit.fix(d.dW[l][i][j], 4)}.`);
  });
});
