// Draws the book's figures on a page without a kernel: reads the widget
// state stored in the page, loads each figure's module, hands it a model.
// A figure that fails shows its still picture and says so.
(() => {
  const STATE = "application/vnd.jupyter.widget-state+json";
  const VIEW = "application/vnd.jupyter.widget-view+json";
  const modules = new Map();

  const load = (esm) => {
    if (!modules.has(esm)) {
      const blob = new Blob([esm], { type: "text/javascript" });
      modules.set(esm, import(URL.createObjectURL(blob)));
    }
    return modules.get(esm);
  };

  const style = (css) => {
    if (!css || modules.has(css)) return;
    modules.set(css, true);
    const node = document.createElement("style");
    node.textContent = css;
    document.head.append(node);
  };

  // What a figure may ask of its model; there is no kernel to tell.
  const model = (state) => {
    const listeners = new Map();
    return {
      get: (key) => state[key],
      set: (key, value) => {
        state[key] = value;
        for (const job of listeners.get(`change:${key}`) ?? []) job();
      },
      on: (event, job) =>
        listeners.set(event, [...(listeners.get(event) ?? []), job]),
      off: (event) => listeners.delete(event),
      save_changes: () => {},
      send: () => {},
    };
  };

  const cellOf = (script) =>
    script.closest(".cell_output, .lw-live") ?? script.parentNode;

  const draw = async (script, states) => {
    const { model_id: id } = JSON.parse(script.textContent);
    const state = states[id]?.state;
    if (!state?._esm) return;
    const home = document.createElement("div");
    home.className = "lw-home";
    script.after(home);
    const cell = cellOf(script);
    try {
      style(state._css);
      const view = (await load(state._esm)).default;
      const parts = typeof view === "function" ? await view() : view;
      const own = { ...state };
      await parts.initialize?.({ model: model(own) });
      await parts.render({ model: model(own), el: home });
      cell.classList.add("lw-drawn");
    } catch (error) {
      console.warn("A figure could not be drawn:", error);
      home.replaceChildren(Object.assign(document.createElement("p"), {
        className: "lw-note",
        textContent: "This figure could not be drawn in your browser; "
          + "the picture shows its first state.",
      }));
    }
  };

  // Figures near the screen are drawn first, the others while nothing else
  // is to do.
  const start = async () => {
    const states = {};
    for (const node of document.querySelectorAll(`script[type="${STATE}"]`)) {
      const { state, shared } = JSON.parse(node.textContent);
      for (const [id, { state: own }] of Object.entries(state))
        states[id] = { state: { ...own, _css: own._css ?? shared?._css,
          _esm: "_esm" in own ? (shared?._esm ?? "") + own._esm : "" } };
    }
    const views = [...document.querySelectorAll(`script[type="${VIEW}"]`)];
    const near = new Set();
    const eye = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen)
        for (const script of views)
          if (cellOf(script) === target)
            near[isIntersecting ? "add" : "delete"](script);
    }, { rootMargin: "50% 0px" });
    for (const script of views) eye.observe(cellOf(script));
    const turn = () => new Promise((done) => setTimeout(done));
    const idle = () => new Promise((done) => (window.requestIdleCallback
      ? requestIdleCallback(done, { timeout: 500 }) : setTimeout(done, 100)));
    const waiting = new Set(views);
    await turn();
    while (waiting.size) {
      if (!near.size) await idle();
      const script = [...waiting].find((one) => near.has(one)) ?? [...waiting][0];
      waiting.delete(script);
      near.delete(script);
      await draw(script, states);
      await turn();
    }
    eye.disconnect();
    document.documentElement.dataset.figures = "drawn";
  };
  if (document.readyState === "loading")
    document.addEventListener("DOMContentLoaded", start);
  else start();
})();
