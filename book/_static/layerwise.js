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
    let some = 6; // as many as take some twenty milliseconds here
    while (waiting.length) {
      const begun = performance.now();
      await window.MathJax.typesetPromise(waiting.splice(0, some));
      const took = performance.now() - begun;
      some = Math.min(24, Math.max(3, Math.round((some * 20) / (took + 1))));
      await rest();
    }
    document.documentElement.dataset.formulas = "set";
    scrolling();
  };

  // A wide table or formula scrolls in itself and is reached by keyboard.
  const scrolling = () => {
    for (const box of document.querySelectorAll(
      ".pst-scrollable-table-container, .bd-article div.math, "
        + ".bd-article mjx-container[display='true'], "
        + ".bd-article .highlight pre"
    ))
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
  };

  // A link to an equation or a term shows it where you are.
  const pages = new Map();
  const page = (address) => {
    if (address === location.href.split("#")[0]) return document;
    if (location.protocol === "file:") return null; // no page may read another
    if (!pages.has(address))
      pages.set(address, fetch(address).then((answer) => answer.text())
        .then((text) => new DOMParser().parseFromString(text, "text/html")));
    return pages.get(address);
  };
  const target = async (link) => {
    const { href, hash } = link;
    const from = await page(href.split("#")[0]);
    const found = from?.getElementById(decodeURIComponent(hash.slice(1)));
    const term = found?.closest("dt");
    const node = term ? term.nextElementSibling : found;
    return node?.closest(".math, dd")?.cloneNode(true);
  };
  let box = null;
  let wanted = null;
  const hide = () => {
    wanted = null;
    box?.remove();
    box = null;
  };
  const show = async (link) => {
    wanted = link;
    const node = await target(link).catch(() => null);
    if (!node || wanted !== link) return;
    hide();
    wanted = link;
    box = document.createElement("div");
    box.className = "lw-preview bd-article";
    box.setAttribute("role", "tooltip");
    for (const one of [node, ...node.querySelectorAll("[id]")])
      one.removeAttribute("id");
    box.append(...(node.matches("dd") ? node.childNodes : [node]));
    document.body.append(box);
    if (!box.querySelector("mjx-container"))
      await window.MathJax?.typesetPromise?.([box]);
    const at = link.getBoundingClientRect();
    const left = Math.min(at.left, innerWidth - box.offsetWidth - 12);
    const below = at.bottom + box.offsetHeight + 12 < innerHeight;
    const top = below ? at.bottom + 6 : at.top - box.offsetHeight - 6;
    box.style.left = `${Math.max(12, left) + scrollX}px`;
    box.style.top = `${top + scrollY}px`;
    box.addEventListener("mouseleave", hide);
  };
  const previews = () => {
    const links = document.querySelectorAll(
      '.bd-article a.reference.internal[href*="#equation-"], '
        + '.bd-article a.reference.internal[href*="#term-"]'
    );
    for (const link of links) {
      let timer = null;
      const later = () => {
        clearTimeout(timer);
        timer = setTimeout(() => show(link), 250);
      };
      const leave = () => {
        clearTimeout(timer);
        setTimeout(() => box?.matches(":hover") || hide(), 150);
      };
      link.addEventListener("mouseenter", later);
      link.addEventListener("focus", later);
      link.addEventListener("mouseleave", leave);
      link.addEventListener("blur", leave);
    }
    document.addEventListener("keydown", (event) =>
      event.key === "Escape" && hide());
  };

  ready(() => {
    formulas();
    scrolling();
    addEventListener("resize", scrolling);
    previews();
  });
})();
