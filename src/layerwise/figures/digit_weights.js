// The rows of W of softmax regression, drawn as pictures in one mosaic.
const [WIDE, HIGH] = [9, 10]; // a picture with its margin and its name

// Ten rows of 64 numbers as two lines of five pictures, zeros between them.
export const mosaic = (W) =>
  kit.range(2 * HIGH).map((i) => kit.range(5 * WIDE).map((j) => {
    const digit = 5 * Math.floor(i / HIGH) + Math.floor(j / WIDE);
    const [row, col] = [(i % HIGH) - (HIGH - 8), j % WIDE];
    return row < 0 || col > 7 ? 0 : W[digit][8 * row + col];
  }));

export default kit.figure((f) => {
  const { frames } = f.data;
  const last = frames.length - 1;
  const time = f.player({ label: "step", max: last, value: last,
    interval: 500, format: (k) => String(frames[k].step) });
  const largest = Math.max(...frames[last].W.flat().map(Math.abs));
  const plot = f.axes({ x: [0, 5 * WIDE], y: [0, 2 * HIGH], height: 300,
    xticks: [], yticks: [],
    alt: "The weights of each digit from 0 to 9 as a picture of 8 by 8 "
      + "pixels: orange speaks for the digit, blue against it" });
  const picture = plot.image({ range: [-largest, largest], smooth: false });
  for (const k of kit.range(10))
    plot.text({ x: WIDE * (k % 5) + 4, y: 2 * HIGH - HIGH * Math.floor(k / 5)
      - 1.6, text: String(k), color: "ink" });
  const read = f.reading();
  f.update(() => {
    const frame = frames[time.value];
    picture.set(mosaic(frame.W));
    read.set(`After ${frame.step} ${frame.step === 1 ? "step" : "steps"}: `
      + `cost ${kit.fix(frame.cost, 3)}, ${kit.fix(100 * frame.right, 1)} % of `
      + "the validation digits right.");
  });
});
