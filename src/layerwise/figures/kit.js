/*
The kit: the few pieces every figure of the book is made of.

A figure is one ES module that calls kit.figure once. Its Python class sends
numbers (f.data), the module draws them. This is a whole figure:

    export default kit.figure((f) => {
      const { z, slope } = f.data;                    // plain JSON from Python
      const at = f.slider({ label: "z", min: -4, max: 4, step: 0.1, value: 3,
                            format: (v) => kit.fix(v, 1) });
      const depth = f.stepper({ label: "layers", min: 1, max: 20, value: 5 });

      const plot = f.axes({ x: [-4, 4], y: [0, 1], xlabel: "z",
                            ylabel: "slope", alt: "The slope of tanh" });
      plot.line({ x: z, y: slope, color: 1, label: "tanh" });
      const dot = plot.point({ color: 1, drag: "x",
                               on: (x) => at.set(x) });    // pointer, touch

      const read = f.reading();
      f.update(() => {                       // runs now and after every change
        const here = kit.interpolate(z, slope, at.value);
        dot.move(at.value, here);
        read.set(`Slope ${kit.fmt(here)}; through ${depth.value} layers ` +
                 `${kit.fmt(here ** depth.value)}.`);
      });
    });

Controls (each has .value, .set(v), .enable(yes); native elements, so the
keyboard works):
  f.slider({label, min, max, step, value, format, describe})
  f.stepper({label, min, max, step, value, format})   minus, number, plus
  f.menu({label, options: [name | [value, name]], value})     a select
  f.choice({label, options, value})                           radio buttons
  f.toggle({label, value})                                    a check box
  f.button({label, on})
  f.player({label, max, value, interval, format, autoplay})  a slider that
      also plays; with autoplay once, when it is first seen; where motion is
      unwanted it only steps
Views:
  f.row()                  puts the views that follow side by side (they wrap
                           on a narrow screen); f.row(false) ends it
  f.axes({x, y, xlabel, ylabel, alt, height, xscale, yscale: "log", square,
          xticks, yticks, xformat, yformat, names: "top"})  ->
      .line({x, y, color, width, dash, label, fade})  .set(x, y)  null = gap
      .dots({x, y, color | colors, size, marks})      .set(x, y, colors)
      .bars({x, y, color, width, base})               .set(x, y)
      .rule({x | y, label})                           .set(v)
      .arrow({from, to, color})                       .set(from, to)
      .text({x, y, text, color, anchor})              .set(x, y, text)
      .point({x, y, color, drag: "x" | "y" | "xy", step, name, on})
               .move(x, y); with a name it is a tab stop moved by arrow keys,
               without one give the same quantity a slider
      .image({values, x, y, range, colors})  rows of numbers as colors, row 0
               at the top; .set(values)
      .drag(on)            press anywhere in the plot: on(x, y)
      .domain({x, y})      new limits
  f.cells({rows, cols, values, label, text, color, name, on, size})  a grid of
      cells; .set(values), .mark([[i, j], ...]); with on(i, j) each cell is a
      button (arrow keys walk, Space presses)
  f.drawing({width, height, alt})  free SVG in its own units; text keeps its
      size on a phone ->
      .node({x, y, r | w, h, text, color, name, on})  .text(s) .mark(yes)
      .edge({from, to, text, color, width, arrow, bend}) .text(s) .style({...})
      .text({x, y, text, color, anchor, bold})        .text(s)
  f.table({caption, head, rows})     .set(rows)  .mark(row, col | null)
  f.reading()              the sentence with the number to read off; .set(text)
                           shows it at once and tells a screen reader at rest
Colors: 1..6, or "train", "valid", "test", "ink", "soft", "faint", "good",
  "bad"; a CSS color passes through. kit.mix(t) runs from blue (t = -1) over
  paper (0) to orange (+1).
Helpers: kit.fmt(v, digits) significant digits, kit.fix(v, places) decimals,
  kit.clamp, kit.interpolate(xs, ys, x) on a sorted grid, kit.range(n),
  kit.nearest(xs, x) index, kit.calm() true when motion should be reduced.
Put arithmetic of your own into exported functions: a node test compares them
with the library.
*/
const kit = (() => {
  const SVG = "http://www.w3.org/2000/svg";
  const MINUS = "\u2212";
  // Every figure carries its own kit, so the page keeps the count of ids.
  const serial = () =>
    (globalThis.layerwiseIds = (globalThis.layerwiseIds ?? 0) + 1);

  // ---- numbers
  const clamp = (v, lo, hi) => Math.min(hi, Math.max(lo, v));
  const range = (n) => Array.from({ length: n }, (_, i) => i);
  const fix = (v, places = 2) =>
    v === null || Number.isNaN(v) ? "–"
      : v.toFixed(places).replace(/^-(?=[0.]*$)/, "").replace("-", MINUS);
  const raised = (n) =>
    String(n).replace(/[-\d]/g, (c) =>
      c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]);
  const fmt = (v, digits = 3) => {
    if (v === null || v === undefined || Number.isNaN(v)) return "–";
    if (!Number.isFinite(v)) return v > 0 ? "∞" : MINUS + "∞";
    const size = Math.abs(v);
    if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
      const [m, e] = v.toExponential(digits - 1).split("e");
      return `${m.replace("-", MINUS)} × 10${raised(Number(e))}`;
    }
    return String(Number(v.toPrecision(digits))).replace("-", MINUS);
  };
  const nearest = (xs, x) => {
    let lo = 0;
    let hi = xs.length - 1;
    while (hi - lo > 1) {
      const mid = (lo + hi) >> 1;
      if (xs[mid] <= x) lo = mid; else hi = mid;
    }
    return x - xs[lo] <= xs[hi] - x ? lo : hi;
  };
  const interpolate = (xs, ys, x) => {
    const last = xs.length - 1;
    if (x <= xs[0]) return ys[0];
    if (x >= xs[last]) return ys[last];
    let i = nearest(xs, x);
    if (xs[i] > x) i -= 1;
    const gap = xs[i + 1] - xs[i];
    const t = (x - xs[i]) / gap;
    if (t < 1e-9) return ys[i];
    if (t > 1 - 1e-9) return ys[i + 1];
    return ys[i] + t * (ys[i + 1] - ys[i]);
  };
  const ticks = (lo, hi, wanted = 5) => {
    const raw = (hi - lo) / wanted;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].find((s) => s * power >= raw - 1e-12) * power;
    const first = Math.ceil(lo / step - 1e-9);
    const out = [];
    for (let k = first; k * step <= hi + 1e-9 * step; k += 1)
      out.push(Number((k * step).toPrecision(12)));
    return out;
  };
  const decades = (lo, hi, wanted = 5) => {
    const a = Math.ceil(Math.log10(lo) - 1e-9);
    const b = Math.floor(Math.log10(hi) + 1e-9);
    const step = Math.max(1, Math.ceil((b - a) / wanted));
    const out = [];
    for (let k = b; k >= a; k -= step) out.unshift(Number(`1e${k}`));
    return out;
  };

  // ---- elements
  // What stands there already is left alone: the browser draws less anew.
  const set = (node, attributes) => {
    for (const [key, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) {
        if (node.hasAttribute(key)) node.removeAttribute(key);
        continue;
      }
      const text = value === true ? "" : String(value);
      if (node.getAttribute(key) !== text) node.setAttribute(key, text);
    }
    return node;
  };
  const say = (node, text) => {
    if (node.textContent !== String(text)) node.textContent = text;
  };
  const make = (node, attributes, children) => {
    set(node, attributes ?? {});
    node.append(...children.filter((c) => c !== null && c !== undefined));
    return node;
  };
  const h = (tag, attributes, ...children) =>
    make(document.createElement(tag), attributes, children);
  const s = (tag, attributes, ...children) =>
    make(document.createElementNS(SVG, tag), attributes, children);

  const NAMES = ["train", "valid", "test", "ink", "soft", "faint", "good",
    "bad", "paper", "rule"];
  const color = (c) =>
    typeof c === "number" ? `var(--lw-c${c})`
      : NAMES.includes(c) ? `var(--lw-${c})` : c ?? "var(--lw-ink)";
  const mix = (t) => {
    const share = Math.round(clamp(Math.abs(t), 0, 1) * 100);
    const end = t < 0 ? "var(--lw-minus)" : "var(--lw-plus)";
    return `color-mix(in srgb, ${end} ${share}%, var(--lw-paper))`;
  };
  const calm = () =>
    globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches
      ?? false;

  // The width of a line's name, without asking the page to lay itself out.
  const wide = (() => {
    const known = new Map();
    let pen = null;
    return (text) => {
      if (!known.has(text)) {
        pen ??= document.createElement("canvas").getContext("2d");
        pen.font = '600 13px system-ui, -apple-system, "Segoe UI", Roboto, '
          + "sans-serif";
        known.set(text, pen.measureText(text).width);
      }
      return known.get(text);
    };
  })();

  // ---- a view's keyboard: arrows move by one step, page keys by ten
  const arrows = (event, move) => {
    const by = event.shiftKey ? 10 : 1;
    const [dx, dy] = {
      ArrowLeft: [-by, 0], ArrowRight: [by, 0],
      ArrowUp: [0, by], ArrowDown: [0, -by],
      PageUp: [0, 10], PageDown: [0, -10],
    }[event.key] ?? [0, 0];
    if (!dx && !dy) return;
    event.preventDefault();
    move(dx, dy);
  };

  // ---- axes
  const scale = (kind, domain, pixels) => {
    const t = kind === "log" ? Math.log10 : (v) => v;
    const back = kind === "log" ? (v) => 10 ** v : (v) => v;
    const [a, b] = domain.map(t);
    const [p, q] = pixels;
    const to = (v) => p + ((t(v) - a) / (b - a)) * (q - p);
    to.back = (px) => back(a + ((px - p) / (q - p)) * (b - a));
    return to;
  };

  class Axes {
    constructor(f, o) {
      this.f = f;
      this.o = { height: 220, ...o };
      this.marks = [];
      this.stale = new Set();
      this.id = `lw-clip-${serial()}`;
      this.canvas = null;
      this.svg = s("svg", { role: "img", "aria-label": o.alt });
      this.host = h("div", { class: "lw-axes" }, this.svg);
      this.frame = s("g", { class: "lw-frame" });
      this.clip = s("rect", {});
      this.inner = s("g", { "clip-path": `url(#${this.id})` });
      this.over = s("g", {});
      this.names = s("g", { class: "lw-names" });
      this.svg.append(
        s("defs", {}, s("clipPath", { id: this.id }, this.clip)),
        this.frame, this.inner, this.over, this.names);
      f.place(this.host);
      f.watch(this.host, () => {
        const width = this.wide();
        if (width === this.width && this.placed) return;
        this.width = width;
        this.placed = this.host.isConnected; // colors are known from then on
        this.render();
      });
    }

    wide() {
      return Math.max(160, Math.round(this.host.clientWidth || 320));
    }

    domain({ x = this.o.x, y = this.o.y }) {
      if (String([x, y]) === String([this.o.x, this.o.y])) return;
      Object.assign(this.o, { x, y });
      this.render();
    }

    render() {
      const { o, width } = this;
      const label = (kind, format) => format
        ?? ((v) => (kind === "log" ? `10${raised(Math.round(Math.log10(v)))}`
          : fmt(v, 4)));
      const ylabels = label(o.yscale, o.yformat);
      const xlabels = label(o.xscale, o.xformat);
      const pick = (kind, given, [lo, hi], wanted) =>
        given ?? (kind === "log" ? decades : ticks)(lo, hi, wanted);
      const ys = pick(o.yscale, o.yticks, o.y, o.height < 190 ? 3 : 4);
      const signs = Math.max(...ys.map((v) => ylabels(v).length), 1);
      const left = 14 + 7 * signs;
      const [right, top, bottom] = [10, o.ylabel ? 26 : 10, 40];
      const height = o.square
        ? Math.min(width - left - right, 380) + top + bottom : o.height;
      const edge = o.square ? left + height - top - bottom : width - right;
      const xs = pick(o.xscale, o.xticks, o.x, edge - left < 260 ? 4 : 6);
      this.sx = scale(o.xscale, o.x, [left, edge]);
      this.sy = scale(o.yscale, o.y, [height - bottom, top]);
      this.box = { left, right: edge, top, bottom: height - bottom };
      set(this.svg, { width, height, viewBox: `0 0 ${width} ${height}` });
      set(this.clip, { x: left, y: top - 4, width: edge - left,
        height: height - bottom - top + 8 });
      this.frame.replaceChildren(
        ...ys.map((v) => s("line", { class: "lw-gridline", x1: left, x2: edge,
          y1: this.sy(v), y2: this.sy(v) })),
        s("line", { class: "lw-spine", x1: left, x2: edge,
          y1: height - bottom, y2: height - bottom }),
        ...xs.map((v) => s("text", { x: this.sx(v), y: height - bottom + 17,
          "text-anchor": "middle" }, xlabels(v))),
        ...ys.map((v) => s("text", { x: left - 7, y: this.sy(v) + 4,
          "text-anchor": "end" }, ylabels(v))),
        s("text", { class: "lw-label", x: edge, y: height - 6,
          "text-anchor": "end" }, o.xlabel ?? ""),
        s("text", { class: "lw-label", x: 0, y: 13 }, o.ylabel ?? ""));
      this.draw();
    }

    draw() {
      for (const mark of this.marks) this.stale.add(mark);
      this.flush();
    }

    // Marks that were set are drawn once a frame, however often they were.
    flush() {
      if (!this.sx) return;
      let named = false;
      for (const mark of this.stale) {
        mark.draw(this.sx, this.sy);
        named ||= "label" in mark;
      }
      this.stale.clear();
      if (named) this.label();
    }

    // Names stand at the right end of their lines, pushed apart if they
    // meet; with names: "top" they stand in a row above the plot.
    label() {
      if (this.o.names === "top") {
        let x = this.box.right;
        this.write(this.marks.filter((m) => m.label).reverse()
          .map((mark) => {
            const place = { mark, x, y: 13 };
            x -= wide(mark.label) + 14;
            return place;
          }));
        return;
      }
      const named = this.marks.filter((m) => m.label && m.end)
        .map((m) => ({ mark: m, x: m.end[0], y: m.end[1] - 6 }))
        .sort((a, b) => a.y - b.y);
      for (const [i, now] of named.entries()) {
        now.y = Math.max(now.y, this.box.top + 10,
          i ? named[i - 1].y + 15 : 0);
      }
      for (let i = named.length - 1; i >= 0; i -= 1) {
        const limit = i === named.length - 1 ? this.box.bottom - 4
          : named[i + 1].y - 15;
        named[i].y = Math.min(named[i].y, limit);
      }
      this.write(named.map(({ mark, x, y }) =>
        ({ mark, x: Math.min(x, this.box.right) - 2, y })));
    }

    write(places) {
      const { names } = this;
      while (names.childNodes.length > places.length) names.lastChild.remove();
      places.forEach(({ mark, x, y }, i) => {
        const text = names.childNodes[i] ?? names.appendChild(s("text",
          { "text-anchor": "end" }));
        set(text, { x, y, style: `fill:${color(mark.color)}` });
        say(text, mark.label);
      });
    }

    add(mark) {
      this.marks.push(mark);
      mark.redraw = () => {
        this.stale.add(mark);
        this.f.later(this);
      };
      mark.redraw();
      return mark;
    }

    line(o) {
      const path = s("path", { class: "lw-line", style:
        `stroke:${color(o.color)};stroke-width:${o.width ?? 2.2};`
        + `${o.fade ? "opacity:.55;" : ""}`,
      "stroke-dasharray": o.dash === true ? "5 4" : o.dash });
      this.inner.append(path);
      const mark = { x: o.x ?? [], y: o.y ?? [], label: o.label,
        color: o.color };
      mark.draw = (sx, sy) => {
        let d = "";
        let pen = "M";
        mark.end = null;
        const [low, high] = [Math.min(...this.o.y), Math.max(...this.o.y)];
        mark.x.forEach((x, i) => {
          const y = mark.y[i];
          if (y === null || y === undefined || x === null) {
            pen = "M";
            return;
          }
          const [px, py] = [sx(x), sy(y)];
          if (!Number.isFinite(py)) {
            pen = "M";
            return;
          }
          d += `${pen}${px.toFixed(1)} ${clamp(py, -999, 1999).toFixed(1)}`;
          pen = "L";
          if (y >= low && y <= high && px <= this.box.right + 1)
            mark.end = [px, py];
        });
        set(path, { d });
      };
      mark.set = (x, y) => {
        Object.assign(mark, { x, y });
        mark.redraw();
      };
      mark.name = (text) => {
        mark.label = text;
        mark.redraw();
      };
      mark.show = (yes) => {
        set(path, { display: yes ? null : "none" });
        if (!yes) mark.name("");
      };
      return this.add(mark);
    }

    dots(o) {
      const group = s("g", { class: "lw-dots" });
      this.inner.append(group);
      const mark = { x: o.x ?? [], y: o.y ?? [], colors: o.colors };
      mark.draw = (sx, sy) => {
        while (group.childNodes.length > mark.x.length) group.lastChild.remove();
        mark.x.forEach((x, i) => {
          const dot = group.childNodes[i]
            ?? group.appendChild(s("circle", { r: o.size ?? 4 }));
          const show = mark.y[i] !== null && Number.isFinite(sy(mark.y[i]));
          set(dot, { cx: show ? sx(x) : null, cy: show ? sy(mark.y[i]) : null,
            display: show ? null : "none",
            style: `fill:${color(mark.colors?.[i] ?? o.color ?? 1)}` });
        });
      };
      mark.set = (x, y, colors) => {
        Object.assign(mark, { x, y, colors: colors ?? mark.colors });
        mark.redraw();
      };
      return this.add(mark);
    }

    bars(o) {
      const group = s("g", {});
      this.inner.append(group);
      const mark = { x: o.x ?? [], y: o.y ?? [], label: o.label,
        color: o.color };
      mark.draw = (sx, sy) => {
        const wide = o.width ?? 0.8;
        const low = this.o.yscale === "log" ? this.o.y[0] : o.base ?? 0;
        while (group.childNodes.length > mark.x.length) group.lastChild.remove();
        mark.x.forEach((x, i) => {
          const bar = group.childNodes[i] ?? group.appendChild(s("rect", {}));
          const [p, q] = [sx(x - wide / 2), sx(x + wide / 2)];
          const tip = sy(clamp(mark.y[i] ?? low, ...this.o.y));
          const foot = sy(low);
          set(bar, { x: p, width: Math.max(1, q - p), y: Math.min(tip, foot),
            height: Math.abs(tip - foot),
            style: `fill:${color(o.color ?? 1)}` });
        });
      };
      mark.set = (x, y) => {
        Object.assign(mark, { x, y });
        mark.redraw();
      };
      return this.add(mark);
    }

    rule(o) {
      const line = s("line", { class: "lw-ruler" });
      const text = s("text", { class: "lw-label" }, o.label ?? "");
      this.inner.append(line, text);
      const upright = o.x !== undefined;
      const mark = { at: upright ? o.x : o.y };
      mark.draw = (sx, sy) => {
        const { left, right, top, bottom } = this.box;
        const p = upright ? sx(mark.at) : sy(mark.at);
        set(line, upright ? { x1: p, x2: p, y1: top, y2: bottom }
          : { x1: left, x2: right, y1: p, y2: p });
        set(text, upright ? { x: p + 4, y: top + 10 }
          : { x: left + 4, y: p - 4 });
      };
      mark.set = (v) => {
        mark.at = v;
        mark.redraw();
      };
      return this.add(mark);
    }

    arrow(o) {
      const path = s("path", { class: "lw-line", style:
        `stroke:${color(o.color)};stroke-width:${o.width ?? 2}` });
      this.over.append(path);
      const mark = { from: o.from ?? [0, 0], to: o.to ?? [0, 0] };
      mark.draw = (sx, sy) => set(path, { d: shaft(
        sx(mark.from[0]), sy(mark.from[1]), sx(mark.to[0]), sy(mark.to[1])) });
      mark.set = (from, to) => {
        Object.assign(mark, { from, to });
        mark.redraw();
      };
      return this.add(mark);
    }

    text(o) {
      const node = s("text", { "text-anchor": o.anchor ?? "middle",
        style: `fill:${color(o.color)}` }, o.text ?? "");
      this.over.append(node);
      const mark = { at: [o.x, o.y] };
      mark.draw = (sx, sy) =>
        set(node, { x: sx(mark.at[0]), y: sy(mark.at[1]) });
      mark.set = (x, y, text) => {
        mark.at = [x, y];
        if (text !== undefined) say(node, text);
        mark.redraw();
      };
      return this.add(mark);
    }

    point(o) {
      const ring = s("circle", { r: 22, class: "lw-hit" });
      const dot = s("circle", { r: o.r ?? 7, class: "lw-point",
        style: `fill:${color(o.color ?? 1)}` });
      const group = s("g", { class: o.drag ? "lw-handle" : null }, ring, dot);
      this.over.append(group);
      const mark = { at: [o.x ?? 0, o.y ?? 0] };
      const [stepx, stepy] = [o.step ?? 0.1, o.step ?? 0.1].flat();
      const told = () => `${o.name}: ${o.drag !== "y" ? `x ${fmt(mark.at[0])}`
        : ""}${o.drag !== "x" ? ` y ${fmt(mark.at[1])}` : ""}`;
      const go = (x, y) => {
        const next = [o.drag === "y" ? mark.at[0] : clamp(x, ...this.o.x),
          o.drag === "x" ? mark.at[1] : clamp(y, ...this.o.y)];
        mark.move(...next);
        o.on?.(...next);
        this.f.refresh();
      };
      mark.draw = (sx, sy) => set(group, { transform:
        `translate(${sx(mark.at[0])} ${sy(mark.at[1])})` });
      mark.move = (x, y) => {
        mark.at = [x, y];
        if (o.name) set(group, { "aria-valuetext": told(),
          "aria-valuenow": o.drag === "y" ? y : x });
        mark.redraw?.();
      };
      if (o.drag) {
        group.style.touchAction = o.drag === "x" ? "pan-y" : "none";
        this.f.drags(group, (event) => go(...this.at(event)));
      }
      if (o.drag && o.name) {
        set(this.svg, { role: "group" });
        const span = o.drag === "y" ? this.o.y : this.o.x;
        set(group, { tabindex: 0, role: "slider", "aria-label": o.name,
          "aria-valuemin": span[0], "aria-valuemax": span[1] });
        group.addEventListener("keydown", (event) => arrows(event, (dx, dy) =>
          go(mark.at[0] + (dx || (o.drag === "x" ? dy : 0)) * stepx,
            mark.at[1] + (dy || (o.drag === "y" ? dx : 0)) * stepy)));
      }
      mark.move(...mark.at);
      return this.add(mark);
    }

    image(o) {
      if (!this.canvas) {
        this.canvas = h("canvas", { class: "lw-canvas", "aria-hidden": true });
        this.host.prepend(this.canvas);
      }
      const mark = { values: o.values ?? [] };
      mark.draw = (sx, sy) => {
        const rows = mark.values.length;
        const cols = rows ? mark.values[0].length : 0;
        const { canvas } = this;
        if (!rows) return;
        const [x, y] = [o.x ?? this.o.x, o.y ?? this.o.y];
        const [lo, hi] = o.range ?? [-1, 1];
        const ends = (o.colors ?? ["minus", "paper", "plus"])
          .map((name) => this.f.rgb(name));
        set(canvas, { width: cols, height: rows, style:
          `left:${sx(x[0])}px;top:${sy(y[1])}px;`
          + `width:${sx(x[1]) - sx(x[0])}px;height:${sy(y[0]) - sy(y[1])}px;`
          + `image-rendering:${o.smooth === false ? "pixelated" : "auto"}` });
        const pen = canvas.getContext("2d");
        const pixels = pen.createImageData(cols, rows);
        let k = 0;
        for (const row of mark.values) {
          for (const v of row) {
            const t = clamp((v - lo) / (hi - lo), 0, 1) * (ends.length - 1);
            const i = Math.min(Math.floor(t), ends.length - 2);
            for (const c of [0, 1, 2])
              pixels.data[k + c] = ends[i][c]
                + (t - i) * (ends[i + 1][c] - ends[i][c]);
            pixels.data[k + 3] = 255;
            k += 4;
          }
        }
        pen.putImageData(pixels, 0, 0);
      };
      mark.set = (values) => {
        mark.values = values;
        mark.redraw();
      };
      return this.add(mark);
    }

    at(event) {
      const box = this.svg.getBoundingClientRect();
      return [this.sx.back(event.clientX - box.left),
        this.sy.back(event.clientY - box.top)];
    }

    drag(on, axis = "x") {
      this.svg.classList.add("lw-drag");
      this.svg.style.touchAction = axis === "x" ? "pan-y" : "none";
      this.f.drags(this.svg, (event) => {
        const [x, y] = this.at(event);
        on(clamp(x, ...this.o.x), clamp(y, ...this.o.y));
        this.f.refresh();
      });
    }
  }

  // A straight or bent line with an arrow head, as one path.
  const shaft = (x1, y1, x2, y2, { head = 7, bend = 0 } = {}) => {
    const [dx, dy] = [x2 - x1, y2 - y1];
    const length = Math.hypot(dx, dy) || 1;
    const [cx, cy] = [(x1 + x2) / 2 - dy * bend, (y1 + y2) / 2 + dx * bend];
    const d = bend ? `M${x1} ${y1}Q${cx} ${cy} ${x2} ${y2}`
      : `M${x1} ${y1}L${x2} ${y2}`;
    if (!head || length < 2) return d;
    const angle = Math.atan2(y2 - (bend ? cy : y1), x2 - (bend ? cx : x1));
    const wing = (turn) =>
      `${(x2 - head * Math.cos(angle + turn)).toFixed(1)} `
      + `${(y2 - head * Math.sin(angle + turn)).toFixed(1)}`;
    return `${d}M${wing(0.45)}L${x2} ${y2}L${wing(-0.45)}`;
  };

  // ---- free drawing: networks, graphs, blocks
  class Drawing {
    constructor(f, o) {
      this.f = f;
      this.o = o;
      this.edges = s("g", {});
      this.nodes = s("g", {});
      this.svg = s("svg", { role: "img", "aria-label": o.alt, viewBox:
        `0 0 ${o.width} ${o.height}` }, this.edges, this.nodes);
      this.host = h("div", { class: "lw-drawing", style:
        `max-width:${o.maxwidth ?? o.width}px` }, this.svg);
      f.place(this.host);
      f.watch(this.host, () => this.svg.style.setProperty("--lw-zoom",
        clamp(o.width / (this.host.clientWidth || o.width), 0.6, 1.75)));
    }

    // A part that can be pressed is named by its name and the text it shows.
    call(node, o, text) {
      if (!o.on) return;
      const name = o.name ?? "";
      const label = name.includes(text) ? name : name ? `${name}: ${text}`
        : text;
      set(node, { "aria-label": label });
    }

    press(node, on) {
      set(this.svg, { role: "group" });
      set(node, { tabindex: 0, role: "button", class: "lw-press" });
      const go = () => {
        on();
        this.f.refresh();
      };
      node.addEventListener("click", go);
      node.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        go();
      });
    }

    node(o) {
      const shape = o.w
        ? s("rect", { x: o.x - o.w / 2, y: o.y - (o.h ?? o.w) / 2,
          width: o.w, height: o.h ?? o.w, rx: 6 })
        : s("circle", { cx: o.x, cy: o.y, r: o.r ?? 20 });
      set(shape, { class: "lw-node", style: o.color
        ? `stroke:${color(o.color)}` : null });
      const text = s("text", { x: o.x, y: o.y, "text-anchor": "middle",
        "dominant-baseline": "central" }, o.text ?? "");
      const group = s("g", {}, shape, text);
      this.nodes.append(group);
      if (o.on) this.press(group, o.on);
      this.call(group, o, o.text ?? "");
      return { x: o.x, y: o.y, r: o.r ?? (o.w ? o.w / 2 : 20), group,
        text: (v) => {
          say(text, v);
          this.call(group, o, v);
        },
        fill: (c) => { shape.style.fill = c ? color(c) : ""; },
        mark: (yes) => group.classList.toggle("lw-on", yes) };
    }

    edge(o) {
      const [a, b] = [o.from, o.to];
      const [dx, dy] = [b.x - a.x, b.y - a.y];
      const length = Math.hypot(dx, dy) || 1;
      const ends = [a.x + (dx / length) * (a.r ?? 0),
        a.y + (dy / length) * (a.r ?? 0), b.x - (dx / length) * (b.r ?? 0),
        b.y - (dy / length) * (b.r ?? 0)];
      const path = s("path", { class: "lw-edge", d: shaft(...ends,
        { head: o.arrow === false ? 0 : 7, bend: o.bend ?? 0 }) });
      const at = o.at ?? 0.5;
      const text = s("text", { class: "lw-edgename",
        x: ends[0] + (ends[2] - ends[0]) * at - (dy / length) * (o.side ?? 10),
        y: ends[1] + (ends[3] - ends[1]) * at + (dx / length) * (o.side ?? 10),
        "text-anchor": "middle", "dominant-baseline": "central" },
      o.text ?? "");
      const group = s("g", {}, path, text);
      this.edges.append(group);
      if (o.on) this.press(group, o.on);
      this.call(group, o, o.text ?? "");
      const style = (v) => {
        if (v.color !== undefined) {
          path.style.stroke = color(v.color);
          text.style.fill = color(v.color);
        }
        if (v.width !== undefined) path.style.strokeWidth = v.width;
      };
      style(o);
      return { group, style,
        text: (v) => {
          say(text, v);
          this.call(group, o, v);
        },
        mark: (yes) => group.classList.toggle("lw-on", yes) };
    }

    text(o) {
      const node = s("text", { x: o.x, y: o.y, "text-anchor":
        o.anchor ?? "middle", "dominant-baseline": "central",
      class: o.bold ? "lw-bold" : null,
      style: o.color ? `fill:${color(o.color)}` : null }, o.text ?? "");
      this.nodes.append(node);
      return { node, text: (v) => say(node, v) };
    }
  }

  // ---- one figure on the page
  class Scene {
    constructor(model, host) {
      this.model = model;
      this.data = model.get("data");
      this.jobs = [];
      this.undo = [];
      this.stale = new Set();
      this.busy = true; // until the figure has been set up
      this.controls = h("div", { class: "lw-controls" });
      this.stage = h("div", { class: "lw-stage" });
      this.line = null;
      this.spoken = h("div", { class: "lw-spoken", role: "status" });
      this.root = h("div", { class: "lw-figure", role: "group",
        "aria-label": model.get("label") || "Interactive figure" },
      this.controls, this.stage, this.spoken);
      host.append(this.root);
      // Arrow keys belong to the figure, not to the notebook around it.
      this.root.addEventListener("keydown", (e) => e.stopPropagation());
      this.themed();
    }

    update(job) {
      this.jobs.push(job);
    }

    refresh() {
      if (this.frame) return;
      this.frame = requestAnimationFrame(() => {
        this.frame = null;
        this.now();
      });
    }

    now() {
      this.busy = true;
      for (const job of this.jobs) job();
      this.busy = false;
      for (const view of this.stale) view.flush();
      this.stale.clear();
    }

    // A view with something to draw: at the end of this frame's jobs.
    later(view) {
      this.stale.add(view);
      if (!this.busy) this.refresh();
    }

    place(node) {
      (this.line ?? this.stage).append(node);
    }

    row(open = true) {
      this.line = null;
      if (!open) return;
      const line = h("div", { class: "lw-row" });
      this.stage.append(line);
      this.line = line;
    }

    watch(node, job) {
      const eye = new ResizeObserver(() => job());
      eye.observe(node);
      this.undo.push(() => eye.disconnect());
      job();
    }

    // Canvases hold plain colors: read them anew when the theme changes.
    themed() {
      const repaint = () => {
        this.palette = new Map();
        for (const view of this.views ?? []) view.draw();
      };
      const eye = new MutationObserver(repaint);
      for (const node of [document.documentElement, document.body])
        eye.observe(node, { attributes: true, attributeFilter:
          ["data-theme", "data-jp-theme-light", "class"] });
      const dark = matchMedia("(prefers-color-scheme: dark)");
      dark.addEventListener("change", repaint);
      this.undo.push(() => eye.disconnect(),
        () => dark.removeEventListener("change", repaint));
      repaint();
    }

    rgb(name) {
      if (!this.palette.has(name)) {
        const probe = h("span", { style:
          `forced-color-adjust:none;color:${typeof name === "number"
          || NAMES.includes(name) ? color(name) : name === "minus"
            || name === "plus" ? `var(--lw-${name})` : name}` });
        this.root.append(probe);
        const found = getComputedStyle(probe).color.match(/[\d.]+/g);
        probe.remove();
        // Not on the page yet: its first size will draw everything anew.
        if (!found) return [127, 127, 127];
        this.palette.set(name, found.slice(0, 3).map(Number));
      }
      return this.palette.get(name);
    }

    drags(node, on) {
      node.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        event.stopPropagation();
        node.setPointerCapture(event.pointerId);
        const move = (e) => on(e);
        const end = () => {
          node.removeEventListener("pointermove", move);
          node.removeEventListener("pointerup", end);
          node.removeEventListener("pointercancel", end);
        };
        node.addEventListener("pointermove", move);
        node.addEventListener("pointerup", end);
        node.addEventListener("pointercancel", end);
        if (!node.matches(".lw-handle")) on(event);
      });
    }

    control(label, node, { value, show, name } = {}) {
      const id = `lw-${serial()}`;
      set(node, { id });
      // a slider says its value itself: it is no part of its name
      const out = show ? h("span", { class: "lw-value",
        "aria-hidden": "true" }) : null;
      const box = h("div", { class: `lw-control ${name ?? ""}` },
        h("label", { for: id }, label, out ? " " : null, out), node);
      this.controls.append(box);
      return { box, out, node, value, enable: (yes) => {
        node.disabled = !yes;
      } };
    }

    slider(o) {
      const format = o.format ?? ((v) => fmt(v, 4));
      const node = h("input", { type: "range", min: o.min, max: o.max,
        step: o.step ?? "any", value: o.value });
      const it = this.control(o.label, node, { show: true });
      const show = () => {
        it.value = Number(node.value);
        say(it.out, format(it.value));
        set(node, { "aria-valuetext":
          (o.describe ?? format)(it.value) });
      };
      it.set = (v) => {
        node.value = clamp(v, o.min, o.max);
        show();
        this.refresh();
      };
      node.addEventListener("input", () => {
        show();
        this.refresh();
      });
      show();
      return it;
    }

    stepper(o) {
      const format = o.format ?? ((v) => fmt(v, 4));
      const id = `lw-${serial()}`;
      const out = h("output", { class: "lw-count", "aria-live": "off" });
      const it = { value: o.value };
      const turn = (sign) => () => it.set(it.value + sign * (o.step ?? 1));
      const less = h("button", { type: "button", "aria-label":
        `fewer: ${o.label}` }, MINUS);
      const more = h("button", { type: "button", "aria-label":
        `more: ${o.label}` }, "+");
      less.addEventListener("click", turn(-1));
      more.addEventListener("click", turn(1));
      it.set = (v) => {
        it.value = clamp(v, o.min, o.max);
        say(out, format(it.value));
        less.ariaDisabled = String(it.value <= o.min);
        more.ariaDisabled = String(it.value >= o.max);
        this.refresh();
      };
      const box = h("div", { class: "lw-control lw-stepper", role: "group",
        "aria-labelledby": id }, h("span", { id, class: "lw-name" }, o.label),
      h("span", { class: "lw-buttons" }, less, out, more));
      box.addEventListener("keydown", (event) => arrows(event,
        (dx, dy) => it.set(it.value + Math.sign(dx + dy) * (o.step ?? 1))));
      this.controls.append(box);
      it.enable = (yes) => { less.disabled = more.disabled = !yes; };
      it.set(o.value);
      return it;
    }

    menu(o) {
      const options = o.options.map((p) => (Array.isArray(p) ? p : [p, p]));
      const node = h("select", {}, ...options.map(([value, name]) =>
        h("option", { value }, String(name))));
      const it = this.control(o.label, node, { name: "lw-menu" });
      it.set = (v) => {
        node.value = v;
        read();
        this.refresh();
      };
      const read = () => { it.value = options[node.selectedIndex]?.[0]; };
      node.addEventListener("change", () => {
        read();
        this.refresh();
      });
      node.value = o.value ?? options[0][0];
      read();
      return it;
    }

    choice(o) {
      const options = o.options.map((p) => (Array.isArray(p) ? p : [p, p]));
      const group = `lw-${serial()}`;
      const it = { value: o.value ?? options[0][0] };
      const inputs = options.map(([value]) => {
        const input = h("input", { type: "radio", name: group,
          value });
        input.addEventListener("change", () => {
          it.value = value;
          this.refresh();
        });
        return input;
      });
      const box = h("fieldset", { class: "lw-control lw-choice" },
        h("legend", {}, o.label), h("span", { class: "lw-buttons" },
          ...options.map(([, name], i) => h("label", {}, inputs[i],
            h("span", {}, String(name))))));
      this.controls.append(box);
      it.set = (v) => {
        it.value = v;
        options.forEach(([value], i) => { inputs[i].checked = value === v; });
        this.refresh();
      };
      it.enable = (yes) => { box.disabled = !yes; };
      it.set(it.value);
      return it;
    }

    toggle(o) {
      const node = h("input", { type: "checkbox" });
      const it = this.control(o.label, node, { name: "lw-toggle" });
      it.set = (v) => {
        it.value = node.checked = Boolean(v);
        this.refresh();
      };
      node.addEventListener("change", () => it.set(node.checked));
      it.set(o.value);
      return it;
    }

    button(o) {
      const node = h("button", { type: "button" }, o.label);
      node.addEventListener("click", () => {
        o.on();
        this.refresh();
      });
      this.controls.append(h("div", { class: "lw-control lw-button" }, node));
      return { node, enable: (yes) => { node.disabled = !yes; },
        name: (text) => say(node, text) };
    }

    player(o) {
      let clock = null;
      const stop = () => {
        clearInterval(clock);
        clock = null;
        play.name("Play");
      };
      const play = this.button({ label: "Play", on: () => {
        if (calm()) return it.set(it.value >= o.max ? o.min ?? 0
          : it.value + 1);
        if (clock) return stop();
        if (it.value >= o.max) it.set(o.min ?? 0);
        play.name("Pause");
        clock = setInterval(() => {
          if (it.value >= o.max) stop();
          else it.set(it.value + 1);
        }, o.interval ?? 400);
      } });
      if (calm()) play.name("Next step");
      const it = this.slider({ min: 0, step: 1, value: 0, ...o });
      it.node.addEventListener("input", () => clock && stop());
      this.undo.push(stop);
      it.stop = stop;
      // Plays once when it first comes into sight, unless motion is unwanted.
      if (o.autoplay && !calm()) {
        const eye = new IntersectionObserver((seen) => {
          if (!seen.some((entry) => entry.isIntersecting)) return;
          eye.disconnect();
          it.set(o.min ?? 0);
          play.node.click();
        }, { threshold: 0.6 });
        eye.observe(this.root);
        this.undo.push(() => eye.disconnect());
      }
      return it;
    }

    axes(o) {
      const view = new Axes(this, o);
      (this.views ??= []).push(view);
      return view;
    }

    drawing(o) {
      return new Drawing(this, o);
    }

    cells(o) {
      const it = { values: o.values ?? [] };
      const text = o.text ?? (() => "");
      const paint = o.color ?? ((v) => mix(v));
      const cells = range(o.rows).map((i) => range(o.cols).map((j) =>
        h(o.on ? "button" : "span", o.on ? { type: "button", tabindex:
          i + j ? -1 : 0, class: "lw-cell" } : { class: "lw-cell" })));
      const grid = h("div", { class: "lw-cells", style:
        `grid-template-columns:repeat(${o.cols}, 1fr);`
        + `max-width:${(o.size ?? 34) * o.cols}px`,
      role: o.on ? "group" : "img", "aria-label": o.label }, ...cells.flat());
      this.place(h("div", { class: "lw-view" }, o.title
        ? h("div", { class: "lw-name" }, o.title) : null, grid));
      const walk = (i, j) => {
        for (const cell of cells.flat()) cell.tabIndex = -1;
        cells[i][j].tabIndex = 0;
        cells[i][j].focus();
      };
      it.set = (values) => {
        it.values = values;
        cells.forEach((row, i) => row.forEach((cell, j) => {
          const v = values[i]?.[j] ?? null;
          say(cell, text(v, i, j));
          set(cell, { style: v === null ? null
            : `background:${paint(v, i, j)}` });
          if (o.on) set(cell, { "aria-label": o.name?.(v, i, j)
            ?? `row ${i + 1}, column ${j + 1}: ${fmt(v)}` });
        }));
      };
      it.mark = (places) => cells.forEach((row, i) => row.forEach((cell, j) =>
        cell.classList.toggle("lw-on",
          places.some(([a, b]) => a === i && b === j))));
      if (o.on) cells.forEach((row, i) => row.forEach((cell, j) => {
        cell.addEventListener("click", () => {
          walk(i, j);
          o.on(i, j);
          this.refresh();
        });
        cell.addEventListener("keydown", (event) => arrows(event, (dx, dy) =>
          walk(clamp(i - Math.sign(dy), 0, o.rows - 1),
            clamp(j + Math.sign(dx), 0, o.cols - 1))));
      }));
      it.set(it.values);
      return it;
    }

    table(o) {
      const body = h("tbody", {});
      const it = { cells: [] };
      const whole = h("table", { class: "lw-table" },
        h("caption", {}, o.caption),
        o.head ? h("thead", {}, h("tr", {}, ...o.head.map((name) =>
          (name === "" ? h("td") : h("th", { scope: "col" }, name))))) : null,
        body);
      const box = h("div", { class: "lw-view lw-scroll" }, whole);
      this.place(box);
      // Only a table wider than its place is a stop of its own.
      const eye = new ResizeObserver(() => {
        const yes = box.scrollWidth > box.clientWidth + 1;
        set(box, { tabindex: yes ? 0 : null, role: yes ? "region" : null,
          "aria-label": yes ? o.caption : null });
      });
      for (const node of [box, whole]) eye.observe(node);
      this.undo.push(() => eye.disconnect());
      it.set = (rows) => {
        const same = rows.length === it.cells.length
          && rows.every((row, i) => row.length === it.cells[i].length);
        if (same) {
          rows.forEach((row, i) => row.forEach((v, j) => {
            say(it.cells[i][j], v);
            it.cells[i][j].classList.remove("lw-on");
          }));
          return;
        }
        it.cells = rows.map((row) => row.map((v, j) =>
          h(j ? "td" : "th", j ? {} : { scope: "row" }, String(v))));
        body.replaceChildren(...it.cells.map((row) => h("tr", {}, ...row)));
      };
      it.mark = (row, col = null) => it.cells.forEach((line, i) =>
        line.forEach((cell, j) => cell.classList.toggle("lw-on",
          i === row && (col === null || j === col))));
      it.set(o.rows ?? []);
      return it;
    }

    reading() {
      const node = h("p", { class: "lw-reading" });
      this.root.insertBefore(node, this.spoken);
      let first = true;
      let later = null;
      this.undo.push(() => clearTimeout(later));
      return { node, set: (text) => {
        if (text === node.textContent) return;
        node.textContent = text;
        clearTimeout(later);
        if (!first) later = setTimeout(() => {
          this.spoken.textContent = text;
        }, 500);
        first = false;
      } };
    }

    end() {
      cancelAnimationFrame(this.frame);
      for (const job of this.undo) job();
      this.root.remove();
    }
  }

  const figure = (setup) => ({
    render({ model, el }) {
      const scene = new Scene(model, el);
      setup(scene);
      scene.now();
      return () => scene.end();
    },
  });

  return { figure, fmt, fix, clamp, range, nearest, interpolate, ticks,
    decades, mix, color, calm, shaft };
})();
