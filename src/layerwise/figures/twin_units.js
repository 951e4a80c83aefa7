// Two hidden units that start with a difference of nothing, or almost.
const FLOOR = 1e-9;

// The first step at which the two rows are at least `limit` apart, or null.
export const parted = (steps, apart, limit) => {
  const k = apart.findIndex((d) => d >= limit);
  return k < 0 ? null : steps[k];
};

export default kit.figure((f) => {
  const { differences, steps, runs, start } = f.data;
  const at = f.slider({ label: "difference at the start", min: 0,
    max: differences.length - 1, step: 1, value: start,
    format: (i) => kit.fmt(differences[i], 1),
    describe: (i) => `difference ${kit.fmt(differences[i], 1)}` });
  const flat = runs.flatMap((r) => [r.first, r.second]);
  const span = (k) => {
    const all = flat.flatMap((rows) => rows[k]);
    const [lo, hi] = [Math.min(...all), Math.max(...all)];
    return [lo - 0.1 * (hi - lo), hi + 0.1 * (hi - lo)];
  };

  f.row();
  const plane = f.axes({ x: span(0), y: span(1), xlabel: "first weight",
    ylabel: "second weight", height: 260, names: "top",
    alt: "The paths of the two rows of W1 in the plane of their weights" });
  const one = plane.line({ color: 1, width: 5, fade: true, label: "unit 1" });
  const two = plane.line({ color: 2, label: "unit 2" });
  const [dot1, dot2] = [plane.point({ color: 1, r: 8 }),
    plane.point({ color: 2, r: 5 })];
  const right = f.axes({ x: [0, steps[steps.length - 1] + 20], y: [FLOOR, 20],
    yscale: "log", xlabel: "step", ylabel: "distance of the two rows",
    height: 260, alt: "Distance of the two rows against the step" });
  right.rule({ y: 0.1 });
  for (const run of runs.filter((r) => r.apart[0] > 0))
    right.line({ x: steps, y: run.apart, color: "faint", width: 1.5 });
  const apart = right.line({ color: 4 });
  const cost = f.axes({ x: [0, steps[steps.length - 1] + 20], y: [0, 0.8],
    xlabel: "step", ylabel: "cost", height: 260,
    alt: "Cost against the step" });
  const falls = cost.line({ color: 3 });
  const read = f.reading();

  f.update(() => {
    const run = runs[at.value];
    one.set(...run.first);
    two.set(...run.second);
    dot1.move(run.first[0].at(-1), run.first[1].at(-1));
    dot2.move(run.second[0].at(-1), run.second[1].at(-1));
    apart.set(steps, run.apart.map((d) => (d < FLOOR ? null : d)));
    falls.set(steps, run.cost);
    const when = parted(steps, run.apart, 0.1);
    read.set(`Difference ${kit.fmt(differences[at.value], 1)}: `
      + (when === null ? "the two units never come to be 0.1 apart. "
        : `0.1 apart from step ${when} on. `)
      + `The cost after ${steps.at(-1)} steps is `
      + `${kit.fix(run.cost.at(-1), 3)}.`);
  });
});
