// What twenty layers do to a signal going up and to a gradient coming down.
const [LOW, HIGH] = [1e-8, 1e8];

// How many times as large the gradient is in layer 1 as in the last one.
export const growth = (gradient) =>
  gradient[gradient.length - 1] === 0 ? null
    : gradient[0] / gradient[gradient.length - 1];

// The shares of a histogram, in percent, from a text of shares per mille.
export const shares = (text) => text.split(" ").map((share) => share / 10);

export default kit.figure((f) => {
  const { gains, names, edges, table, start } = f.data;
  const which = f.choice({ label: "activation", options: names,
    value: start.name });
  const at = f.slider({ label: "gain", min: 0, max: gains.length - 1, step: 1,
    value: start.gain, format: (i) => kit.fmt(gains[i], 3),
    describe: (i) => `gain ${kit.fmt(gains[i], 3)}` });
  const depth = f.stepper({ label: "layer shown", min: 1, max: 20,
    value: start.layer });
  const layers = kit.range(20).map((k) => k + 1);
  const middle = kit.range(edges.length - 1)
    .map((k) => (edges[k] + edges[k + 1]) / 2);

  f.row();
  const plot = f.axes({ x: [0.4, 20.6], y: [LOW, HIGH], yscale: "log",
    xlabel: "layer", ylabel: "rms", height: 240, names: "top",
    xticks: [1, 5, 10, 15, 20],
    alt: "Size of answers and gradients, layer by layer, logarithmic" });
  plot.rule({ y: 1 });
  const here = plot.rule({ x: start.layer });
  const down = plot.line({ color: 2, dash: true, label: "gradient" });
  const up = plot.line({ color: 1, label: "answers" });
  const dots = plot.dots({ color: 1, size: 3.5 });
  const view = { x: [-1.05, 1.05], y: [0, 60], ylabel: "percent",
    xlabel: "answer a (ends: and beyond)", height: 240 };
  const bars = [1, 2].map((k) => f.axes({ ...view, names: "top",
    alt: k === 1 ? "Histogram of the answers of layer 1"
      : "Histogram of the answers of the layer shown" })
    .bars({ color: k === 1 ? 3 : 1, width: 0.08,
      label: k === 1 ? "layer 1" : " " }));
  const read = f.reading();
  const kept = (row) => row.map((v) => (v === 0 ? null
    : kit.clamp(v, LOW / 10, HIGH * 10)));

  f.update(() => {
    const own = table[which.value];
    const sizes = own.size[at.value];
    const gradient = own.gradient[at.value];
    up.set(layers, kept(sizes));
    dots.set(layers, kept(sizes));
    down.set(layers, kept(gradient));
    here.set(depth.value);
    const counts = own.counts[at.value];
    bars[0].set(middle, shares(counts[0]));
    bars[1].label = `layer ${depth.value}`;
    bars[1].set(middle, shares(counts[depth.value - 1]));
    read.set(`${which.value}, gain ${kit.fmt(gains[at.value], 3)}: the `
      + `answers of layer ${depth.value} have size `
      + `${kit.fmt(sizes[depth.value - 1], 2)}, and from layer 20 down to `
      + `layer 1 the gradient becomes ${kit.fmt(growth(gradient), 2)} times `
      + "as large.");
  });
});
