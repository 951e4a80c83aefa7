// Training and validation digits against depth, three starts each.

export const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = (sorted.length - 1) / 2;
  return (sorted[Math.floor(half)] + sorted[Math.ceil(half)]) / 2;
};

export default kit.figure((f) => {
  const { depths, train, valid, start } = f.data;
  const at = f.slider({ label: "layers", min: 0, max: depths.length - 1,
    step: 1, value: start, format: (k) => String(depths[k]) });
  const plot = f.axes({ x: [0, 21], y: [0, 1], height: 270, names: "top",
    xlabel: "layers L", ylabel: "share right",
    alt: "Share of digits read right against depth: training and validation "
      + "rise to three layers, stay level to eight, and fall together" });
  const sets = [["train", "training", train], ["valid", "validation", valid]];
  for (const [color, label, runs] of sets) {
    plot.line({ x: depths, y: runs.map(median), color, label });
    plot.dots({ x: runs.flatMap((three, k) => three.map(() => depths[k])),
      y: runs.flat(), color, size: 3 });
  }
  const here = plot.rule({ x: depths[start] });
  const points = sets.map(([color]) => plot.point({ color }));
  const read = f.reading();
  f.update(() => {
    const k = Math.round(at.value);
    here.set(depths[k]);
    sets.forEach(([, , runs], i) => points[i].move(depths[k],
      median(runs[k])));
    const spread = `${kit.fix(Math.min(...valid[k]), 2)} to `
      + kit.fix(Math.max(...valid[k]), 2);
    read.set(`${depths[k]} ${depths[k] === 1 ? "layer" : "layers"}: median `
      + `share right ${kit.fix(median(train[k]), 2)} of the training digits, `
      + `${kit.fix(median(valid[k]), 2)} of the validation digits (three `
      + `starts: ${spread}).`);
  });
});
