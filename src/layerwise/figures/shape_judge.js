// Twelve slips, two networks: what a look at shapes finds in each layer.

// The numbers of the layers in which numpy or the shapes object.
export const caught = (rows) => rows.flatMap((row, k) =>
  (row.some((word) => /≠|refuses/.test(word)) ? [k + 1] : []));

const list = (numbers) => (numbers.length === 1 ? `layer ${numbers[0]}`
  : `layers ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`);

export default kit.figure((f) => {
  const { networks, slips, rows, start } = f.data;
  const slip = f.menu({ label: "slip", options: slips, value: start.slip });
  const network = f.choice({ label: "network", options: networks,
    value: start.network });
  const table = f.table({ caption: "What arrives; ≠ what should arrive",
    head: ["layer", "dW", "db", "dA_prev"] });
  const read = f.reading();

  f.update(() => {
    const now = rows[network.value][slip.value];
    table.set(now.map((row, k) => [k + 1,
      ...row.map((word) => word.replaceAll(", ", ",\u00a0"))]).reverse());
    const found = caught(now);
    const stopped = now.flat().includes("numpy refuses");
    const rest = now.map((row, k) => k + 1)
      .filter((l) => !found.includes(l));
    read.set(found.length === 0
      ? `${slip.value}: every shape is right. The judge finds nothing.`
      : stopped
        ? `${slip.value}: numpy refuses at ${list(found.slice(0, 1))}. The `
          + "slip is found."
        : `${slip.value}: caught in ${list(found)}${rest.length
          ? `; looks right in ${list(rest)}` : ""}.`);
  });
});
