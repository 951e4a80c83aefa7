// Five starts of one network: their costs, epoch by epoch.

// The first epoch after which a cost is below the limit, or null.
export const below = (costs, limit) => {
  const k = costs.findIndex((c) => c !== null && c < limit);
  return k < 0 ? null : k;
};

export default kit.figure((f) => {
  const { names, costs, start } = f.data;
  const last = costs[names[0]].length - 1;
  const at = f.slider({ label: "epoch", min: 0, max: last, step: 1,
    value: start, describe: (v) => `epoch ${v}` });
  const plot = f.axes({ x: [0, last], y: [0, 3], xlabel: "epoch",
    ylabel: "cost J", height: 260, names: "top",
    alt: "Cost against epoch for the five starts" });
  const here = plot.rule({ x: start });
  const lines = names.map((name, i) => plot.line({ color: i + 1,
    label: name.split(" ")[0],
    dash: i < 2 ? (i ? "2 5" : "7 4") : null }));
  const table = f.table({ caption: "Cost at this epoch",
    head: ["start", "cost"],
    rows: names.map((name) => [name, ""]) });
  const read = f.reading();

  f.update(() => {
    here.set(at.value);
    const epochs = kit.range(at.value + 1);
    names.forEach((name, i) =>
      lines[i].set(epochs, costs[name].slice(0, at.value + 1)));
    const told = (c) => (c === null ? "overflow" : kit.fix(c, 2));
    table.set(names.map((name) => [name, told(costs[name][at.value])]));
    const best = names.filter((name) => costs[name][at.value] !== null)
      .reduce((a, b) =>
        (costs[b][at.value] < costs[a][at.value] ? b : a));
    read.set(`Epoch ${at.value}: the lowest cost, `
      + `${told(costs[best][at.value])}, is that of start ${best}. A blind `
      + "guess costs 2.30.");
  });
});
