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

  const draw = async (script, states) => {
    const { model_id: id } = JSON.parse(script.textContent);
    const state = states[id]?.state;
    if (!state?._esm) return;
    const home = document.createElement("div");
    home.className = "lw-home";
    script.after(home);
    const cell = script.closest(".cell_output, .lw-live") ?? home.parentNode;
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

  const start = () => {
    const states = {};
    for (const node of document.querySelectorAll(`script[type="${STATE}"]`))
      Object.assign(states, JSON.parse(node.textContent).state);
    for (const node of document.querySelectorAll(`script[type="${VIEW}"]`))
      draw(node, states);
  };
  if (document.readyState === "loading")
    document.addEventListener("DOMContentLoaded", start);
  else start();
})();
