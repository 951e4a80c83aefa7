// Where to draw the border between no and yes.

// Precision and recall of a table [[right no, false alarm], [missed, found]].
export const rates = ([[, alarms], [missed, found]]) => ({
  precision: found + alarms ? found / (found + alarms) : null,
  recall: found + missed ? found / (found + missed) : null,
});

export default kit.figure((f) => {
  const { answer, label, height, thresholds, tables, start } = f.data;
  const last = thresholds.length - 1;
  const at = f.slider({ label: "threshold", min: 0, max: last, step: 1,
    value: start, format: (k) => kit.fix(thresholds[k], 2),
    describe: (k) => `threshold ${kit.fix(thresholds[k], 2)}` });
  const plot = f.axes({ x: [-0.02, 1.02], y: [0, 2], height: 230,
    xlabel: "the unit's answer a", yticks: [0.5, 1.5],
    yformat: (v) => (v < 1 ? "benign" : "malignant"),
    alt: "One dot for each of 114 lumps: malignant ones above, benign ones "
      + "below, at the unit's answer; a line marks the threshold" });
  const border = plot.rule({ x: thresholds[start] });
  const dots = plot.dots({ x: answer, y: height, size: 3.6 });
  f.row();
  const table = f.table({ caption: "Validation lumps",
    head: ["truth", "called benign", "called malignant"] });
  const curve = f.axes({ x: [0.7, 1.02], y: [0.7, 1.02], height: 210,
    xlabel: "recall", ylabel: "precision",
    alt: "Precision against recall for all thresholds, the chosen one marked" });
  const all = tables.map(rates);
  curve.line({ x: all.map((r) => r.recall), y: all.map((r) => r.precision),
    color: "faint" });
  const here = curve.point({ color: 2 });
  f.row(false);
  const read = f.reading();
  f.update(() => {
    const k = Math.round(at.value);
    const t = thresholds[k];
    const [[quiet, alarms], [missed, found]] = tables[k];
    border.set(t);
    dots.set(answer, height, answer.map((a, i) =>
      ((a > t ? 1 : 0) === label[i] ? (label[i] ? 2 : 1) : "bad")));
    table.set([["benign", quiet, alarms], ["malignant", missed, found]]);
    here.move(all[k].recall, all[k].precision);
    read.set(`Threshold ${kit.fix(t, 2)}: ${missed} malignant missed, `
      + `${alarms} false ${alarms === 1 ? "alarm" : "alarms"}. Precision `
      + `${kit.fix(all[k].precision, 3)}, recall `
      + `${kit.fix(all[k].recall, 3)}.`);
  });
});
