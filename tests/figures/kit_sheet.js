// Every piece of the kit on one sheet, for tests/site/test_kit_sheet.py.
export default kit.figure((f) => {
  const slide = f.slider({ label: "slide", min: 0, max: 10, step: 1,
    value: 3 });
  const step = f.stepper({ label: "step", min: 1, max: 4, value: 2 });
  const menu = f.menu({ label: "menu", options: ["a", ["b", "the b"]],
    value: "b" });
  const choice = f.choice({ label: "choice", options: ["x", "y"],
    value: "x" });
  const toggle = f.toggle({ label: "toggle", value: true });
  let pressed = 0;
  f.button({ label: "press", on: () => { pressed += 1; } });
  const play = f.player({ label: "play", max: 3, value: 0, interval: 60 });

  f.row();
  const plot = f.axes({ x: [-2, 2], y: [-1, 1], xlabel: "x", ylabel: "y",
    alt: "A plot with one of everything", height: 240 });
  plot.image({ values: [[-1, 0], [0, 1]] });
  plot.line({ x: [-2, 0, 2], y: [-1, null, 1], color: 1, label: "line" });
  plot.line({ x: [-2, 2], y: [0.9, 0.95], color: 2, label: "other" });
  plot.dots({ x: [-1, 1], y: [0.2, -0.2], colors: ["train", "test"] });
  plot.rule({ y: 0.5, label: "half" });
  plot.arrow({ from: [0, 0], to: [1, -0.5], color: 4 });
  plot.text({ x: -1, y: -0.6, text: "words" });
  let at = [0.5, 0.25];
  const free = plot.point({ x: 0.5, y: 0.25, color: 3, drag: "xy",
    step: 0.25, name: "free point", on: (x, y) => { at = [x, y]; } });
  const bars = f.axes({ x: [0.4, 3.6], y: [1e-3, 1], yscale: "log",
    xlabel: "k", ylabel: "size", alt: "Three bars", xticks: [1, 2, 3] });
  bars.bars({ x: [1, 2, 3], y: [1, 0.1, 0.01], color: 5 });
  const square = f.axes({ x: [0, 1], y: [0, 1], square: true,
    alt: "A square plot" });
  square.drag((x, y) => { at = [x, y]; }, "xy");

  f.row();
  const bits = [[0, 1, 0], [1, 0, 1]];
  const cells = f.cells({ rows: 2, cols: 3, values: bits, label: "bits",
    title: "bits", text: (v) => v, color: (v) => kit.mix(v),
    on: (i, j) => {
      bits[i][j] = 1 - bits[i][j];
      cells.set(bits);
      cells.mark([[i, j]]);
    } });
  const shown = f.cells({ rows: 2, cols: 2, values: [[1, -1], [0, 0.5]],
    label: "only shown" });
  shown.mark([[0, 0]]);
  f.row(false);

  const draw = f.drawing({ width: 600, height: 170, alt: "A small graph" });
  let clicked = "none";
  const a = draw.node({ x: 60, y: 85, text: "a", color: 1,
    name: "node a", on: () => { clicked = "a"; } });
  const b = draw.node({ x: 300, y: 50, w: 90, h: 44, text: "box" });
  const c = draw.node({ x: 540, y: 85, r: 26, text: "c" });
  const edge = draw.edge({ from: a, to: b, text: "w = 1.5", color: 2,
    width: 3, name: "edge", on: () => { clicked = "edge"; } });
  draw.edge({ from: b, to: c, bend: 0.1, text: "bent" });
  draw.text({ x: 300, y: 140, text: "a note", bold: true });
  const table = f.table({ caption: "a table", head: ["name", "value"],
    rows: [["one", 1], ["two", 2]] });
  table.mark(1, 1);

  const read = f.reading();
  f.update(() => {
    a.mark(clicked === "a");
    edge.mark(clicked === "edge");
    read.set([slide.value, step.value, menu.value, choice.value,
      toggle.value, pressed, play.value, at.map((v) => kit.fix(v, 2)).join(),
      bits.flat().join(""), clicked].join(" | "));
  });
});
