// Errors of a gradient check, parameter by parameter, for planted bugs.

export const LIMIT = 1e-7;

// The names of the parameters whose error is above the limit.
export const accused = (names, errors) =>
  names.filter((name, k) => !(errors[k] < LIMIT));

export default kit.figure((f) => {
  const { names, bugs, powers, errors, start } = f.data;
  const bug = f.menu({ label: "bug", options: bugs, value: start.bug });
  const move = f.slider({ label: "move ε", min: powers[powers.length - 1],
    max: powers[0], step: 1, value: start.power, format: (v) => `1e${v}`,
    describe: (v) => `ten to the ${v}` });
  const ticks = names.map((name, k) => k + 1);
  const plot = f.axes({ x: [0.4, names.length + 0.6], y: [1e-13, 10],
    yscale: "log", ylabel: "error", xlabel: "parameter", xticks: ticks,
    xformat: (v) => names[Math.round(v) - 1] ?? "", height: 260,
    alt: "The error of each parameter as a bar on a logarithmic axis" });
  const good = plot.bars({ color: 1, width: 0.6, base: 1e-13 });
  const bad = plot.bars({ color: 2, width: 0.6, base: 1e-13 });
  plot.line({ x: [0.4, names.length + 0.6], y: [LIMIT, LIMIT],
    color: "ink", dash: true, width: 1.2 });
  const read = f.reading();
  f.update(() => {
    const row = errors[bug.value][powers.indexOf(move.value)];
    const wrong = accused(names, row);
    const bars = (yes) => row.map((v, k) => (
      wrong.includes(names[k]) === yes ? Math.max(v, 2e-13) : null));
    good.set(ticks, bars(false));
    bad.set(ticks, bars(true));
    const worst = row.indexOf(Math.max(...row));
    read.set(`${wrong.length === 0 ? "No parameter is"
      : `${wrong.join(", ")} ${wrong.length === 1 ? "is" : "are"}`} above `
      + `the limit. Largest error: ${kit.fmt(row[worst], 2)} in `
      + `${names[worst]}.`);
  });
});
