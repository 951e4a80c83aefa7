"""Finds a page's figures and moves everything that moves in them."""

import json
import re

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
SCRIPT = re.compile(r'<script type="([^"]*)">(.*?)</script>', re.S)

# Where Tab stops in a figure; of a group of radio buttons one is a stop.
STOPS = (
    "input:not(:disabled):not([type=radio]), input[type=radio]:checked, "
    "select:not(:disabled), button:not(:disabled):not([tabindex='-1']), "
    "[tabindex='0']:not(button)"
)
# What is dragged or pressed with a mouse or a finger.
TARGETS = (
    "input[type=range]:not(:disabled), input[type=checkbox]:not(:disabled), "
    ".lw-choice:not(:disabled) label:has(input:not(:checked)), "
    "button:not(:disabled):not([aria-disabled=true]), "
    ".lw-drag, .lw-handle, .lw-press"
)
UNTOUCHED = """(figure) => {
  const seen = (node) => {
    const box = node.getBoundingClientRect();
    return box.width > 0.5 || box.height > 0.5;
  };
  const all = (css) => [...figure.querySelectorAll(css)].filter(seen);
  const cell = figure.closest(".cell_output, .lw-live");
  const still = cell?.querySelector("img.lw-still");
  const colors = new Set(all(".lw-cell").map(
    (node) => getComputedStyle(node).backgroundColor));
  return {
    label: figure.getAttribute("aria-label") ?? "",
    reading: figure.querySelector(".lw-reading")?.innerText ?? "",
    // shapes beyond the empty frame of a plot
    shapes: all("svg :is(path, circle, rect, line)").filter((node) =>
      !node.closest("defs, .lw-frame") && !node.matches(".lw-hit")).length,
    colors: colors.size,
    pixels: all("canvas").filter((node) => node.width > 1).length,
    rows: all("tbody tr").length,
    nameless: all("svg, .lw-cells").filter((node) =>
      (node.getAttribute("aria-label") ?? "").trim().length < 3).length,
    alt: still?.alt ?? "",
    still: still ? still.naturalWidth : 0,
    note: cell?.querySelectorAll(".lw-note").length ?? 0,
  };
}"""
# What is seen of a figure now: its words, and the rest of it.
NOW = """(figure) => new Promise((done) => requestAnimationFrame(() =>
  requestAnimationFrame(() => {
    const stage = figure.querySelector(".lw-stage").cloneNode(true);
    for (const node of stage.querySelectorAll("[tabindex]"))
      node.removeAttribute("tabindex");
    const pixels = [...figure.querySelectorAll("canvas")].map(
      (node) => node.toDataURL());
    const values = [...figure.querySelectorAll("input, select, output")].map(
      (node) => `${node.value}${node.checked}`);
    done([figure.querySelector(".lw-reading")?.innerText ?? "",
      stage.innerHTML + pixels.join() + values.join()]);
  })))"""
KIND = """(node) => node.type === "range" && node.value === node.max ? "end"
  : node.getAttribute("role") === "region" ? "region"
  : node.getAttribute("aria-disabled") === "true" ? "resting"
  : node.getAttribute("role") === "slider" ? "point"
  : node.tagName === "SELECT" ? "select"
  : node.tagName === "INPUT" ? node.type : "button" """
NAME = """(node) => (node.getAttribute("aria-label")
  ?? node.labels?.[0]?.innerText ?? node.closest("[aria-label]")
  ?.getAttribute("aria-label") ?? node.innerText ?? node.tagName)
  .trim().slice(0, 60)"""
# Moves a slider often in one frame; how often was the reading written?
BURST = """async (range) => {
  const reading = range.closest(".lw-figure").querySelector(".lw-reading");
  let written = 0;
  const eye = new MutationObserver((all) => { written += all.length; });
  eye.observe(reading, { childList: true, characterData: true,
    subtree: true });
  const { value } = range;
  for (let k = 0; k <= 12; k += 1) {
    range.value = Number(range.min) + (range.max - range.min) * k / 12;
    range.dispatchEvent(new Event("input", { bubbles: true }));
  }
  range.value = value;
  range.stepUp(value === range.max ? -1 : 1);
  range.dispatchEvent(new Event("input", { bubbles: true }));
  await new Promise((done) => requestAnimationFrame(() =>
    requestAnimationFrame(done)));
  eye.disconnect();
  range.value = value;
  range.dispatchEvent(new Event("input", { bubbles: true }));
  return written;
}"""
# All stops of a figure, told at once and kept for what follows.
TOLD = """([figure, css]) => {
  const seen = (node) => node.checkVisibility({ visibilityProperty: true })
    && node.getBoundingClientRect().width > 0;
  figure.stops = [...figure.querySelectorAll(css)].filter(seen);
  const kind = %s;
  const name = %s;
  return figure.stops.map((node) => [kind(node), name(node)]);
}"""
KEYS = {
    "range": ["ArrowRight"],
    "end": ["ArrowLeft"],
    "radio": ["ArrowRight"],
    "checkbox": ["Space"],
    "select": ["ArrowDown", "ArrowUp"],
    "button": ["Enter"],
    "point": ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown"],
}
DRAGS = {
    "drag": [(0.3, 0.7, 0.1), (0.7, 0.2, -0.3), (0.2, 0.6, 0.3)],
    "range": [(0.3, 0.7, 0), (0.7, 0.1, 0), (0.1, 0.9, 0)],
    "handle": [],  # by so many pixels
}
GRIP = """(node) => node.matches(".lw-drag") ? "drag"
  : node.matches(".lw-handle") ? "handle"
  : node.type === "range" ? "range" : "press" """
PRESSES = 6  # of many cells and edges, so many
ILL = re.compile(r"NaN|undefined|Infinity|null|\[object")


def figures_of(html):
    """Return the label of every figure that a page's state describes."""
    states, views = {}, []
    for kind, content in SCRIPT.findall(html):
        if kind.strip() == STATE:
            states |= json.loads(content)["state"]
        elif kind.strip() == VIEW:
            views.append(json.loads(content)["model_id"])
    drawn = [states[name]["state"] for name in views if name in states]
    return [state["label"] for state in drawn if "_esm" in state]


class Moves:
    """One figure of an open page, moved; keeps what every move changed."""

    def __init__(self, page, figure, said):
        self.page, self.figure, self.said = page, figure, said
        figure.scroll_into_view_if_needed()
        self.last = figure.evaluate(NOW)  # what was far from sight is drawn
        self.facts = figure.evaluate(UNTOUCHED)
        self.facts |= {"keys": {}, "mouse": {}, "readings": [], "skipped": []}
        self.facts["readings a frame"] = {}
        before = len(said)
        self.walk()
        self.often()
        self.by_keyboard()
        self.by_mouse()
        self.facts["said"] = said[before:]

    def changed(self):
        """Return what the last move changed: the reading, the drawing."""
        now = self.figure.evaluate(NOW)
        read, seen = now[0] != self.last[0], now[1] != self.last[1]
        self.last = now
        self.facts["readings"].append(now[0])
        return {"reading": read, "drawing": seen}

    def note(self, device, name, found):
        kept = self.facts[device].setdefault(name, found)
        for what, yes in found.items():
            kept[what] = kept[what] or yes

    def stops(self):
        """Kind and name of every stop, as they are now."""
        return self.figure.evaluate(
            f"(figure, css) => ({TOLD % (KIND, NAME)})([figure, css])", STOPS
        )

    def walk(self):
        """Press Tab from the first stop to the last; note those skipped."""
        for k, (_, name) in enumerate(self.stops()):
            reached = self.figure.evaluate(
                "(figure, k) => { if (!k) figure.stops[0].focus();"
                "return figure.stops[k] === document.activeElement; }",
                k,
            )
            if not reached:
                self.facts["skipped"].append(name)
            self.page.keyboard.press("Tab")

    def by_keyboard(self):
        k = 0
        while k < len(stops := self.stops()):  # a move may add some
            kind, name = stops[k]
            for key in KEYS.get(kind, ()):
                self.figure.evaluate(
                    "(figure, k) => figure.stops[k].focus()", k
                )
                self.page.keyboard.press(key)
                found = self.changed()
                self.note("keys", f"{kind} {k} {name}", found)
                if found["reading"]:
                    break
            k += 1

    def often(self):
        """Move every slider many times in one frame."""
        sliders = self.figure.locator("input[type=range]:not(:disabled)")
        for k in range(sliders.count()):
            written = sliders.nth(k).evaluate(BURST)
            self.facts["readings a frame"][k] = written

    def by_mouse(self):
        mouse = self.page.mouse
        pressed = 0
        told = f"""([figure, css, k]) => {{
          const node = figure.querySelectorAll(css)[k];
          if (!node) return null;
          if (!node.checkVisibility({{ visibilityProperty: true }})
            || !node.getBoundingClientRect().width) return [];
          node.scrollIntoView({{ block: "center", behavior: "instant" }});
          const box = node.getBoundingClientRect();
          return [({GRIP})(node), ({NAME})(node), box.x, box.y, box.width,
            box.height];
        }}"""
        k = -1
        while True:
            k += 1
            found = self.figure.evaluate(
                f"(figure, [css, k]) => ({told})([figure, css, k])",
                [TARGETS, k],
            )
            if found is None:
                break
            if not found:
                continue
            kind, name, left, top, wide, high = found
            name = f"{kind} {k} {name}"
            pressed += kind == "press"
            if kind == "press" and pressed > PRESSES:
                continue
            x, y = left + wide / 2, top + high / 2
            if kind == "press":
                mouse.click(x, y)
                self.note("mouse", name, self.changed())
                continue
            tries = [
                (left + a * wide, y, left + c * wide, y + d * high)
                for a, c, d in DRAGS[kind]
            ]
            if kind == "handle":
                tries = [(x, y, x + 18, y - 14), (x, y, x - 30, y + 22)]
            for from_x, from_y, to_x, to_y in tries:
                mouse.move(from_x, from_y)
                mouse.down()
                mouse.move(to_x, to_y, steps=3)
                mouse.up()
                found = self.changed()
                self.note("mouse", name, found)
                if found["reading"]:
                    break


def move_all(page, said):
    """Move every figure of an open page; what was found, figure by figure."""
    drawn = page.locator(".lw-figure")
    return [
        Moves(page, drawn.nth(k), said).facts for k in range(drawn.count())
    ]
