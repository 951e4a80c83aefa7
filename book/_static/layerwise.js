// Small comforts of the pages; everything works without this file.
(() => {
  // Runs when every deferred script has run.
  const ready = (job) =>
    document.readyState === "complete"
      ? job()
      : document.addEventListener("DOMContentLoaded", job);

  const idle = () => new Promise((done) =>
    (window.requestIdleCallback
      ? requestIdleCallback(done, { timeout: 300 }) : setTimeout(done, 30)));
  const turn = () => new Promise((done) => setTimeout(done));
  const frame = () => new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, 200); // a page that is not looked at has no frames
  });

  // The page is done part by part, those in sight first, the others while
  // nothing else is to do.
  const parts = [];
  const inSight = new Set();
  const findParts = () => {
    const sections = document.querySelectorAll(
      ".bd-article > section > section");
    const eye = new IntersectionObserver((seen) => {
      for (const one of seen)
        if (one.isIntersecting) inSight.add(one.target);
        else inSight.delete(one.target);
    }, { rootMargin: "50% 0px" });
    for (const section of sections) eye.observe(section);
    parts.push(...sections);
  };
  const partByPart = async (job, rest) => {
    await frame(); // what is in sight is known
    const waiting = new Set(parts);
    await job(document.body, turn); // what stands outside of all parts
    while (waiting.size) {
      const near = [...waiting].find((part) => inSight.has(part));
      const part = near ?? waiting.values().next().value;
      waiting.delete(part);
      if (!near) await rest();
      await job(part, near ? turn : rest);
    }
  };
  const ofPart = (part, css) => [...part.querySelectorAll(css)].filter(
    (node) => part !== document.body
      || !node.closest(".bd-article > section > section"));

  // A task of a tenth of the time in which nobody notices a delay.
  const TASK = 8;
  const formulas = async () => {
    const maths = window.MathJax;
    if (!document.querySelector(".math") || !maths?.startup) return;
    await maths.startup.promise;
    // MathJax would lay the page out to learn the size of each formula's
    // text; the style tells it as well.
    maths.startup.document.outputJax.getMetrics = ({ math: all }) => {
      for (const math of all) {
        if (math.state() >= 110) continue;
        const { fontSize } = getComputedStyle(math.start.node.parentNode);
        const em = parseFloat(fontSize) || 16;
        math.setMetrics(em, em / 2, 80 * em, 1e6, 1);
        math.state(110);
      }
    };
    let some = 3;
    const left = new Set(document.querySelectorAll(".math"));
    addEventListener("beforeprint", () => {
      maths.typeset([...left].filter((node) =>
        !node.querySelector("mjx-container")));
      left.clear();
    });
    await partByPart(async (part, rest) => {
      let waiting = ofPart(part, ".math");
      const near = (node) => {
        const { top } = node.getBoundingClientRect();
        return top > -100 && top < innerHeight + 200 ? 0 : 1;
      };
      if (rest === turn && waiting.length > some) {
        const ranks = new Map(waiting.map((node) => [node, near(node)]));
        waiting.sort((a, b) => ranks.get(a) - ranks.get(b));
      }
      while ((waiting = waiting.filter((node) => left.has(node))).length) {
        const begun = performance.now();
        const now = waiting.slice(0, some);
        for (const node of now) left.delete(node);
        await maths.typesetPromise(now);
        const took = performance.now() - begun;
        some = Math.min(24, Math.max(1,
          Math.round((now.length * TASK) / (took + 0.5))));
        maths.startup.document.clear(); // they are not set again
        await rest();
      }
      scrolling(part);
    }, idle);
    stay();
    document.documentElement.dataset.formulas = "set";
  };

  // Whoever came for a place on the page finds it there, although what
  // stands above has grown.
  let moved = false;
  const stay = () => {
    const name = decodeURIComponent(location.hash.slice(1));
    if (name && !moved) document.getElementById(name)?.scrollIntoView();
  };
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"])
    addEventListener(kind, () => { moved = true; },
      { once: true, passive: true });

  // A wide table or formula scrolls in itself and is reached by keyboard.
  const SCROLLS = ".pst-scrollable-table-container, .bd-article div.math, "
    + ".bd-article mjx-container[display='true'], .bd-article pre, "
    + ".cell_output > .output";
  const scrolling = (part) => {
    const boxes = ofPart(part, SCROLLS).filter((box) => box.clientWidth);
    const wide = boxes.map((box) => box.scrollWidth > box.clientWidth + 1);
    boxes.forEach((box, i) => {
      if (wide[i]) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  };
  const scrollingAll = () => {
    let later = null;
    addEventListener("resize", () => {
      clearTimeout(later);
      later = setTimeout(() => {
        for (const part of [document.body, ...parts]) scrolling(part);
      }, 200);
    });
    document.addEventListener("toggle", ({ target: box }) =>
      box.matches("details[open]") && scrolling(box), true);
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
    findParts();
    if (!document.querySelector(".math"))
      partByPart(async (part) => scrolling(part), idle);
    formulas();
    scrollingAll();
    previews();
  });
})();
