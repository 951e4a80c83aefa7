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
        self.facts = figure.evaluate(UNTOUCHED)
        self.facts |= {"keys": {}, "mouse": {}, "readings": [], "skipped": []}
        before = len(said)
        self.last = figure.evaluate(NOW)
        self.walk()
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
        return [s for s in self.figure.locator(STOPS).all() if s.is_visible()]

    def walk(self):
        """Press Tab from the first stop to the last; note those skipped."""
        stops = self.stops()
        if stops:
            stops[0].focus()
        for stop in stops:
            if not stop.evaluate("(node) => node === document.activeElement"):
                self.facts["skipped"].append(stop.evaluate(NAME))
            self.page.keyboard.press("Tab")

    def by_keyboard(self):
        for k in range(len(self.stops())):
            stops = self.stops()  # a move may add some or take them away
            if k >= len(stops):
                break
            kind, name = stops[k].evaluate(KIND), stops[k].evaluate(NAME)
            for key in KEYS.get(kind, ()):
                stops[k].focus()
                self.page.keyboard.press(key)
                found = self.changed()
                self.note("keys", f"{kind} {k} {name}", found)
                if found["reading"]:
                    break

    def by_mouse(self):
        mouse = self.page.mouse
        pressed = 0
        for k in range(self.figure.locator(TARGETS).count()):
            target = self.figure.locator(TARGETS).nth(k)
            if not target.count() or not target.is_visible():
                continue
            kind = target.evaluate(GRIP)
            pressed += kind == "press"
            if kind == "press" and pressed > PRESSES:
                continue
            name = f"{kind} {k} {target.evaluate(NAME)}"
            target.evaluate("(node) => node.scrollIntoView({block: 'center'})")
            box = target.bounding_box()
            left, top, wide, high = (
                box[key] for key in ("x", "y", "width", "height")
            )
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
