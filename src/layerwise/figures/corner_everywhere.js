// A corner moved over a grid; beside it what two trained nets say.
export const placeOf = (row, column) => 3 * row + column;

// The place whose 2 x 2 cells are nearest to a point of the plot, in cells
// from the lower left.
export const under = (x, y) => [
  kit.clamp(Math.round(3 - y), 0, 2), kit.clamp(Math.round(x - 1), 0, 2)];

export default kit.figure((f) => {
  const { pictures, dense, shared, shown, start } = f.data;
  const place = (label, value) => f.slider({ label, min: 0, max: 2, step: 1,
    value, format: (v) => String(v), describe: (v) => `${v}, counted from 0` });
  const row = place("row", Math.floor(start / 3));
  const column = place("column", start % 3);

  f.row();
  const grid = f.axes({ x: [0, 4], y: [0, 4], square: true, xticks: [],
    yticks: [], xlabel: "drag the corner",
    alt: "The picture with its corner" });
  const paper = grid.image({ range: [0, 1], colors: ["paper", "ink"],
    smooth: false });
  for (const k of kit.range(5)) {
    grid.line({ x: [k, k], y: [0, 4], color: "soft", width: 1 });
    grid.line({ x: [0, 4], y: [k, k], color: "soft", width: 1 });
  }
  grid.drag((x, y) => {
    const [i, j] = under(x, y);
    row.set(i);
    column.set(j);
  }, "xy");
  const nine = (title, label, values, more) => f.cells({ rows: 3, cols: 3,
    values, title, label, size: 58, text: (v) => kit.fix(v, 2),
    color: (v) => kit.mix(0.6 * (2 * v - 1)), ...more });
  const seen = kit.range(3).map((i) => kit.range(3).map((j) =>
    shown.includes(placeOf(i, j))));
  const used = nine("in training",
    "Which of the nine places were shown in training", seen, {
      text: (v) => (v ? "shown" : "kept"), color: () => "transparent" });
  f.row();
  const left = nine("dense net",
    "What the dense net says with the corner at each of nine places", dense);
  const right = nine("shared filters",
    "What the shared filters say with the corner at each of nine places",
    shared);
  const read = f.reading();

  f.update(() => {
    const [i, j] = [row.value, column.value];
    const at = placeOf(i, j);
    paper.set(pictures[at]);
    for (const table of [used, left, right]) table.mark([[i, j]]);
    const was = shown.includes(at) ? "shown in training"
      : "kept back in training";
    read.set(`Place ${at}, ${was}. Probability of a corner: dense net `
      + `${kit.fix(dense[i][j], 2)}, shared filters `
      + `${kit.fix(shared[i][j], 2)}.`);
  });
});
