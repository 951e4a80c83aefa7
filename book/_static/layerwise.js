// Small comforts of the pages; everything works without this file.
(() => {
  const ready = (job) =>
    document.readyState === "loading"
      ? document.addEventListener("DOMContentLoaded", job)
      : job();

  ready(() => {
    // A wide table or formula scrolls in itself and is reached by keyboard.
    for (const box of document.querySelectorAll(
      ".bd-article table.table, .bd-article div.math, "
        + ".bd-article .highlight pre"
    ))
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
  });
})();
