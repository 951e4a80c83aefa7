// Small comforts of the pages; everything works without this file.
(() => {
  // Runs when every deferred script has run.
  const ready = (job) =>
    document.readyState === "complete"
      ? job()
      : document.addEventListener("DOMContentLoaded", job);

  // Formulas are set a few at a time, those in sight first, so that a page
  // with hundreds of them answers at once.
  const formulas = async () => {
    const waiting = [...document.querySelectorAll(".math")];
    if (!waiting.length || !window.MathJax?.startup) return;
    await window.MathJax.startup.promise;
    const near = (node) => {
      const { top } = node.getBoundingClientRect();
      return top > -100 && top < innerHeight + 200 ? 0 : 1;
    };
    const ranks = new Map(waiting.map((node) => [node, near(node)]));
    waiting.sort((a, b) => ranks.get(a) - ranks.get(b));
    const rest = () => new Promise((done) => setTimeout(done));
    while (waiting.length) {
      await window.MathJax.typesetPromise(waiting.splice(0, 12));
      await rest();
    }
    document.documentElement.dataset.formulas = "set";
    scrolling();
  };

  // A wide table or formula scrolls in itself and is reached by keyboard.
  const scrolling = () => {
    for (const box of document.querySelectorAll(
      ".bd-article table.table, .bd-article div.math, "
        + ".bd-article .highlight pre"
    ))
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
  };

  ready(() => {
    formulas();
    scrolling();
  });
})();
