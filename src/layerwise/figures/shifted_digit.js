// A digit that moves, the map of one filter, and the answers of three nets.

// Move a picture; what leaves the sheet on one side is blank there.
export const move = (image, down, right) =>
  image.map((line, u) => line.map((_, v) => image[u - down]?.[v - right] ?? 0));

// One filter with a border of zeros as wide as keeps the size, then ReLU.
export const featureMap = (image, kernel, bias) => {
  const edge = (kernel.length - 1) / 2;
  return image.map((line, h) => line.map((_, w) => {
    let sum = bias;
    kernel.forEach((weights, i) => weights.forEach((weight, j) => {
      sum += weight * (image[h + i - edge]?.[w + j - edge] ?? 0);
    }));
    return Math.max(0, sum);
  }));
};

export default kit.figure((f) => {
  const { image, kernel, bias, names, given, digit, room, start } = f.data;
  const by = (label, value) => f.slider({ label, min: -room, max: room,
    step: 1, value, format: (v) => kit.fmt(v),
    describe: (v) => `${v} pixels` });
  const down = by("down", start.down);
  const right = by("right", start.right);
  const side = image.length;

  f.row();
  const view = { square: true, x: [0, side], y: [0, side], xticks: [],
    yticks: [] };
  const left = f.axes({ ...view, xlabel: "drag the digit",
    alt: `A handwritten ${digit}` });
  const paper = left.image({ range: [0, 1], colors: ["paper", "ink"],
    smooth: false });
  left.drag((x, y) => {
    right.set(Math.round(kit.clamp(x - side / 2, -room, room)));
    down.set(Math.round(kit.clamp(side / 2 - y, -room, room)));
  }, "xy");
  const middle = f.axes({ ...view, xlabel: "map of one filter",
    alt: "The map of one filter, after ReLU" });
  for (const plot of [left, middle])
    plot.line({ x: [0, side, side, 0, 0], y: [0, 0, side, side, 0],
      color: "soft", width: 1 });
  const most = Math.max(...featureMap(image, kernel, bias).flat());
  const map = middle.image({ range: [0, most], colors: ["paper", "plus"],
    smooth: false });
  const bars = f.axes({ x: [0.4, names.length + 0.6], y: [0, 1],
    ylabel: `probability of the ${digit}`, height: 240,
    xticks: kit.range(names.length).map((k) => k + 1),
    xformat: (v) => names[Math.round(v) - 1] ?? "",
    alt: "The probability each network gives to the true digit" });
  const answers = bars.bars({ color: 1, width: 0.6 });
  bars.rule({ y: 0.5 });
  const read = f.reading();

  f.update(() => {
    const [i, j] = [down.value, right.value];
    const now = move(image, i, j);
    paper.set(now);
    map.set(featureMap(now, kernel, bias));
    const shares = names.map((name) => given[name][i + room][j + room]);
    answers.set(names.map((_, k) => k + 1), shares);
    const list = names.map((name, k) => `${name} ${kit.fix(shares[k], 2)}`);
    read.set(`Moved ${kit.fmt(i)} down and ${kit.fmt(j)} to the right. `
      + `Probability of the ${digit}: ${list.join(", ")}.`);
  });
});
