// One row of pixels and every window that fits, for n, f, p and s.

// Where windows start (0 is the first pixel), and the pixels none of them sees.
export const windows = (n, f, p, s) => {
  const starts = [];
  for (let at = -p; at + f <= n + p; at += s) starts.push(at);
  const unseen = kit.range(n)
    .filter((x) => !starts.some((at) => at <= x && x < at + f));
  return { starts, unseen };
};

export default kit.figure((f) => {
  const { start } = f.data;
  const whole = (label, min, max, value) => f.slider({ label, min, max,
    step: 1, value, format: String });
  const n = whole("pixels n", 1, 16, start.n);
  const size = whole("window f", 1, 8, start.f);
  const p = whole("padding p", 0, 4, start.p);
  const s = whole("stride s", 1, 4, start.s);

  const plot = f.axes({ x: [-0.6, 7.6], y: [-4, 1], yticks: [], height: 280,
    xlabel: "pixel", alt: "Pixels in a row, and the windows below them" });
  const pixels = plot.dots({ size: 7 });
  const bars = kit.range(24).map(() => plot.line({ color: 1, width: 7 }));
  const read = f.reading();

  f.update(() => {
    const [N, F, P, S] = [n, size, p, s].map((control) => control.value);
    const { starts, unseen } = windows(N, F, P, S);
    const xs = kit.range(N + 2 * P).map((k) => k - P);
    plot.domain({ x: [-P - 0.6, N + P - 0.4],
      y: [-Math.max(3, starts.length) - 0.8, 0.8] });
    pixels.set(xs, xs.map(() => 0), xs.map((x) =>
      (x < 0 || x >= N ? "faint" : unseen.includes(x) ? 2 : "ink")));
    bars.forEach((bar, k) => {
      const at = starts[k];
      if (at === undefined) bar.set([], []);
      else bar.set([at - 0.35, at + F - 0.65], [-k - 1, -k - 1]);
    });
    const fits = starts.length === 1 ? "1 window fits"
      : `${starts.length} windows fit`;
    const sum = `(${N} + 2 × ${P} \u2212 ${F}) / ${S}`;
    read.set(starts.length
      ? `${sum} = ${kit.fmt((N + 2 * P - F) / S)}, rounded down and plus 1: `
        + `${fits}. Pixels that no window sees: ${unseen.length}.`
      : `A window of ${F} is larger than the ${N + 2 * P} pixels there are: `
        + "it fits nowhere.");
  });
});
