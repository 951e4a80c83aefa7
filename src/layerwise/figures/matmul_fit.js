// Six matrices of one layer, 36 products of two: which of them fit?

export const shapes = (n, prev, m) =>
  [[n, prev], [n, m], [prev, m]].flatMap(([p, q]) => [[p, q], [q, p]]);

// Rows of null (does not fit) or the shape of the product.
export const products = (n, prev, m) => shapes(n, prev, m).map(([p, q]) =>
  shapes(n, prev, m).map(([r, s]) => (q === r ? [p, s] : null)));

export default kit.figure((f) => {
  const { names, start } = f.data;
  const whole = (label, value) => f.slider({ label, min: 1, max: 9, step: 1,
    value, format: String });
  const n = whole("units n", start.n);
  const prev = whole("inputs n_prev", start.n_prev);
  const m = whole("examples m", start.m);

  // The first row and column name the factors, the rest are the products.
  const shade = (v) => kit.mix(v === 2 ? 0.5 : v === 1 ? -0.3 : 0);
  let words = [];
  const grid = f.cells({ rows: 7, cols: 7, size: 62, color: shade,
    text: (v, i, j) => words[i]?.[j] ?? "",
    label: "36 products, left factors in rows, right factors in columns" });
  const read = f.reading();

  f.update(() => {
    const sizes = [n, prev, m].map((control) => control.value);
    const own = shapes(...sizes);
    const found = products(...sizes);
    const same = (shape) => shape && shape.join() === own[0].join();
    words = [["left, right", ...names], ...found.map((row, i) => [names[i],
      ...row.map((shape) => (shape ? shape.join(", ") : "–"))])];
    grid.set([words[0].map(() => null), ...found.map((row) => [null,
      ...row.map((shape) => (same(shape) ? 2 : shape ? 1 : 0))])]);
    const all = found.flatMap((row, i) => row.map((shape, j) =>
      ({ shape, name: `${names[i]} ${names[j]}` })));
    const fit = all.filter(({ shape }) => shape);
    const like = fit.filter(({ shape }) => same(shape));
    read.set(`${fit.length} of 36 products fit; ${like.length} `
      + `${like.length === 1 ? "has" : "have"} the shape of W, `
      + `(${own[0].join(", ")})${like.length && like.length < 5
        ? `: ${like.map(({ name }) => name).join("; ")}` : ""}.`);
  });
});
