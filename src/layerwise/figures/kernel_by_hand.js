// A filter of nine numbers over a drawing: the map is computed here.

// Cross-correlation without padding, stride 1; one channel, no bias.
export const correlate = (image, kernel) => {
  const f = kernel.length;
  const rows = image.length - f + 1;
  const columns = image[0].length - f + 1;
  return kit.range(rows).map((h) => kit.range(columns).map((w) => {
    let sum = 0;
    for (let i = 0; i < f; i += 1)
      for (let j = 0; j < f; j += 1)
        sum += kernel[i][j] * image[h + i][w + j];
    return sum;
  }));
};

// The largest entry of a table and the first place where it stands.
export const largest = (table) => {
  let best = { value: -Infinity, row: 0, column: 0 };
  table.forEach((line, row) => line.forEach((value, column) => {
    if (value > best.value) best = { value, row, column };
  }));
  return best;
};

export default kit.figure((f) => {
  const { house, names, kernels, start } = f.data;
  let kernel = kernels[start].map((line) => [...line]);
  let [i, j] = [1, 2];
  const menu = f.menu({ label: "filter", options: names,
    value: start });
  let chosen = start;
  const value = f.slider({ label: "marked number", min: -8, max: 8, step: 0.5,
    value: kernel[i][j], format: (v) => kit.fix(v, 1) });

  f.row();
  const view = { square: true, xticks: [], yticks: [] };
  const left = f.axes({ ...view, x: [0, 16], y: [0, 16],
    xlabel: "picture", alt: "A drawn house" });
  left.image({ values: house, range: [0, 1], colors: ["paper", "ink"],
    smooth: false });
  const right = f.axes({ ...view, x: [0, 14], y: [0, 14], xlabel: "map",
    alt: "What the filter answers at every place" });
  const map = right.image({ range: [-3, 3], smooth: false });
  const grid = f.cells({ rows: 3, cols: 3, values: kernel, size: 46,
    title: "filter (press a number)", label: "The nine numbers of the filter",
    text: (v) => kit.fmt(v), color: (v) => kit.mix(v / 4),
    on: (a, b) => {
      [i, j] = [a, b];
      value.set(kernel[i][j]);
    } });
  const read = f.reading();

  f.update(() => {
    if (menu.value !== chosen) {
      chosen = menu.value;
      kernel = kernels[chosen].map((line) => [...line]);
      value.set(kernel[i][j]);
    }
    kernel[i][j] = value.value;
    grid.set(kernel);
    grid.mark([[i, j]]);
    const answers = correlate(house, kernel);
    map.set(answers);
    const most = largest(answers);
    const least = -largest(answers.map((line) => line.map((v) => -v))).value;
    read.set(`The largest answer is ${kit.fmt(most.value)}, first in row `
      + `${most.row}, column ${most.column}; the smallest is `
      + `${kit.fmt(least === 0 ? 0 : least)}. (Counted from 0.)`);
  });
});
