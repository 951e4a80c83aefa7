// One hyperparameter, many runs: digits read right against the rate.

export default kit.figure((f) => {
  const { rates, sets, parameters, start } = f.data;
  const at = f.slider({ label: "learning rate", min: 0,
    max: rates.length - 1, step: 1, value: start,
    format: (k) => String(rates[k]) });
  const plot = f.axes({ x: [rates[0] / 1.3, rates.at(-1) * 1.3], y: [0, 1],
    xscale: "log", height: 260, names: "top",
    xlabel: "learning rate α (you set it)", ylabel: "share right",
    alt: "Share of digits read right against the learning rate: rising from "
      + "a tenth to almost all, then falling to a tenth at one step" });
  for (const { color, name, runs, medians } of sets) {
    plot.line({ x: rates, y: medians, color, label: name });
    plot.dots({ x: runs.flatMap((three, k) => three.map(() => rates[k])),
      y: runs.flat(), color, size: 3 });
  }
  const here = plot.rule({ x: rates[start] });
  const points = sets.map(({ color }) => plot.point({ color }));
  const read = f.reading();
  f.update(() => {
    const k = Math.round(at.value);
    here.set(rates[k]);
    sets.forEach(({ medians }, i) => points[i].move(rates[k], medians[k]));
    const right = sets.map(({ medians, name }) =>
      `${kit.fix(medians[k], 2)} of the ${name} digits`);
    read.set(`You set the rate ${rates[k]}. Training set the ${parameters} `
      + `parameters. Median share right: ${right.join(", ")}.`);
  });
});
