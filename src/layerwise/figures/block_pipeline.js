// Blocks of a deep network, forward above, backward below.

// How many numbers stand in arrays of these shapes, [[name, shape], ...].
export const count = (arrays) => arrays.reduce((sum, [, shape]) =>
  sum + shape.reduce((product, n) => product * n, 1), 0);

const shaped = ([name, shape]) => `${name} (${shape.join(", ")})`;

export default kit.figure((f) => {
  const { blocks, start } = f.data;
  const L = blocks.length / 2;
  const order = blocks.map((b) => b.name);
  const which = f.slider({ label: "block", min: 0, max: blocks.length - 1,
    step: 1, value: start, format: (k) => order[k] });
  const draw = f.drawing({ width: 500, height: 230, alt: "Forward blocks 1 "
    + "to 4 from left to right, backward blocks 4 to 1 from right to left "
    + "below them, a cache between each pair" });
  const place = (k) => (k < L ? { x: 88 + 108 * k, y: 50 }
    : { x: 88 + 108 * (2 * L - 1 - k), y: 180 });
  const nodes = blocks.map((block, k) => draw.node({ ...place(k), w: 82,
    h: 48, text: `${k < L ? "fwd" : "back"} ${block.name.slice(-1)}`,
    name: `${block.name} block`,
    on: () => which.set(k) }));
  const end = (x, y, text) => ({ ...draw.text({ x, y, text, bold: true }),
    x, y, r: 10 });
  const [X, out] = [end(14, 50, "X"), end(478, 115, "cost")];
  const side = (node) => ({ ...node, r: 41 });
  const flow = [draw.edge({ from: X, to: side(nodes[0]) })];
  for (const k of kit.range(blocks.length - 1)) {
    if (k === L - 1) {
      flow.push(draw.edge({ from: { ...nodes[k], r: 43 }, to: { ...out,
        r: 16 } }));
      draw.edge({ from: { ...out, r: 16 }, to: { ...nodes[L], r: 43 } });
    } else flow.push(draw.edge({ from: side(nodes[k]),
      to: side(nodes[k + 1]) }));
  }
  const caches = kit.range(L).map((k) => draw.edge({
    from: { ...nodes[k], r: 24 },
    to: { ...nodes[2 * L - 1 - k], r: 24 },
    text: "cache", side: 24, color: "faint" }));
  const table = f.table({ caption: "Arrays of the chosen block",
    head: ["", "arrays and their shapes"] });
  const read = f.reading();
  f.update(() => {
    const k = Math.round(which.value);
    const block = blocks[k];
    const back = k >= L;
    nodes.forEach((node, i) => node.mark(i === k));
    caches.forEach((edge, i) => edge.style(
      i === (back ? 2 * L - 1 - k : k) ? { color: 2, width: 3 }
        : { color: "faint", width: 1.4 }));
    const list = (arrays) => arrays.map(shaped).join(", ");
    table.set([["takes", list(block.takes)],
      ...(back ? [] : [["uses", list(block.uses)]]),
      ["gives", list(block.gives)],
      [back ? "reads from its cache" : "keeps in its cache",
        list(block.keeps)]]);
    read.set(`${block.name[0].toUpperCase()}${block.name.slice(1)}: its `
      + `cache holds ${count(block.keeps)} numbers, weights included.`);
  });
});
