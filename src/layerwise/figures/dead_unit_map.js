// Dead units among 32, measured over learning rates and starting biases.
export default kit.figure((f) => {
  const { rates, biases, dead, units, start } = f.data;
  const rate = f.slider({ label: "learning rate", min: 0,
    max: rates.length - 1, step: 1, value: start[0],
    format: (k) => String(rates[k]),
    describe: (k) => `learning rate ${rates[k]}` });
  // Up on the map is a larger bias: rows are counted from the bottom.
  const top = biases.length - 1;
  const bias = f.slider({ label: "bias at the start", min: 0, max: top,
    step: 1, value: top - start[1], format: (k) => kit.fmt(biases[top - k]),
    describe: (k) => `bias ${biases[top - k]}` });
  f.row();
  const x = [-0.5, rates.length - 0.5];
  const ticks = [1, 3, 6, 9];
  const plot = f.axes({ x, y: [-0.5, top + 0.5], height: 250,
    xlabel: "learning rate", ylabel: "bias at the start",
    xticks: ticks, xformat: (k) => String(rates[k]),
    yticks: kit.range(top + 1), yformat: (k) => kit.fmt(biases[top - k]),
    alt: "The map: the more dead units, the stronger the color. It is pale "
      + "at small rates near bias 0, strong at large rates and large "
      + "negative biases" });
  plot.image({ values: dead, range: [0, units], colors: ["paper", "plus"],
    smooth: false });
  const here = plot.point({ color: "ink" });
  plot.drag((p, q) => {
    rate.set(kit.clamp(Math.round(p), 0, rates.length - 1));
    bias.set(kit.clamp(Math.round(q), 0, top));
  }, "xy");
  const side = f.axes({ x, y: [-1, units + 1], height: 250,
    xlabel: "learning rate", ylabel: `dead units of ${units}`,
    xticks: ticks, xformat: (k) => String(rates[k]),
    alt: "Dead units against the learning rate at the chosen bias" });
  const row = side.line({ color: 2 });
  const dot = side.point({ color: 2 });
  side.drag((p) => rate.set(kit.clamp(Math.round(p), 0, rates.length - 1)));
  const read = f.reading();
  f.update(() => {
    const counts = dead[top - bias.value];
    const count = counts[rate.value];
    here.move(rate.value, bias.value);
    row.set(kit.range(rates.length), counts);
    dot.move(rate.value, count);
    const share = kit.fix((100 * count) / units, 0);
    read.set(`Rate ${rates[rate.value]}, bias ${
      kit.fmt(biases[top - bias.value])} at the start: ${count} of ${units} `
      + `units are dead after five epochs, ${share} %.`);
  });
});
