// Five activations, their slopes, and what a stack of layers makes of a slope.
const FLOOR = 1e-12;

// The product after 1, 2, ..., depth layers that all have this slope.
export const products = (slope, depth) =>
  kit.range(depth).map((k) => slope ** (k + 1));

export default kit.figure((f) => {
  const { z, names, value, slope, start } = f.data;
  const which = f.choice({ label: "activation", options: names,
    value: start.name });
  const other = f.menu({ label: "compare with", value: start.other,
    options: ["nothing", ...names] });
  const at = f.slider({ label: "z", min: z[0], max: z[z.length - 1],
    step: f.data.step, value: start.z, format: (v) => kit.fix(v, 2),
    describe: (v) => `z is ${kit.fix(v, 2)}` });
  const depth = f.stepper({ label: "layers", min: 1, max: 20,
    value: start.depth });

  // A slope that jumps at 0 is drawn in two pieces.
  const zero = kit.nearest(z, 0);
  const cut = (name) => {
    const ys = slope[name];
    const jumps = Math.abs(ys[zero + 1] - ys[zero]) > 0.5;
    return jumps
      ? [[...z.slice(0, zero + 1), null, ...z.slice(zero)],
        [...ys.slice(0, zero + 1), null, ys[zero + 1],
          ...ys.slice(zero + 1)]]
      : [z, ys];
  };

  f.row();
  const view = { x: [z[0], z[z.length - 1]], xlabel: "z", height: 220,
    names: "top" };
  const left = f.axes({ ...view, y: [-1.2, 2.6], ylabel: "value",
    alt: "The chosen activation against z" });
  const mid = f.axes({ ...view, y: [-0.05, 1.15], ylabel: "slope",
    alt: "Its slope against z" });
  const right = f.axes({ x: [0.4, 20.6], y: [FLOOR, 2], yscale: "log",
    xlabel: "layer", ylabel: "product of slopes", height: 220,
    xticks: [1, 5, 10, 15, 20],
    alt: "The product of the slopes, layer by layer, on a logarithmic axis" });

  const parts = [left, mid].map((plot) => ({
    rule: plot.rule({ x: 0 }),
    second: plot.line({ color: 2, dash: true }),
    first: plot.line({ color: 1 }),
    dot2: plot.point({ color: 2, r: 5 }),
    dot: plot.point({ color: 1 }),
  }));
  for (const plot of [left, mid]) plot.drag((x) => at.set(x));
  const bars2 = right.dots({ color: 2, size: 3.5 });
  const bars = right.dots({ color: 1, size: 4.5 });
  const read = f.reading();
  const times = (a, b) => (b === 0 ? "" : `${kit.fmt(a / b)} times`);

  f.update(() => {
    const name = which.value;
    const rival = other.value === name ? "nothing" : other.value;
    const here = (table, who) => kit.interpolate(z, table[who], at.value);
    const tables = [value, slope];
    parts.forEach((part, i) => {
      part.rule.set(at.value);
      part.first.set(...(i ? cut(name) : [z, value[name]]));
      part.first.name(name);
      part.dot.move(at.value, here(tables[i], name));
      const shown = rival !== "nothing";
      part.second.set(...(!shown ? [[], []]
        : i ? cut(rival) : [z, value[rival]]));
      part.second.name(shown ? rival : "");
      part.dot2.move(at.value, shown ? here(tables[i], rival) : -99);
    });
    const own = here(slope, name);
    const ladder = (s) => products(s, depth.value)
      .map((p) => (p >= FLOOR ? p : null));
    const layers = kit.range(depth.value).map((k) => k + 1);
    bars.set(layers, ladder(own));
    const all = products(own, depth.value).pop();
    const layersText = depth.value === 1 ? "1 layer" : `${depth.value} layers`;
    let text = `At z = ${kit.fix(at.value, 2)} ${name} is `
      + `${kit.fmt(here(value, name))} and its slope `
      + `${kit.fmt(own)}. Through ${layersText}: `
      + `${all === 0 ? "0, nothing passes" : kit.fmt(all)}.`;
    if (rival !== "nothing") {
      const theirs = here(slope, rival);
      bars2.set(layers, ladder(theirs));
      const larger = own > theirs
        ? `smaller${theirs ? `: ${name}'s is ${times(own, theirs)} as large`
          : ""}`
        : own < theirs
          ? `larger${own ? `: ${times(theirs, own)} as large` : ""}`
          : "equal";
      text += ` The slope of ${rival} here is ${kit.fmt(theirs)}, `
        + `${larger}.`;
    } else bars2.set([], []);
    read.set(text);
  });
});
