"""The site: against Jupyter Book's defaults, its build, and its frames.

    python -m benchmarks.site [--only compare build frames] [--write]

compare  the same chapters built with a plain configuration and with ours:
         weight, requests, what fails offline, axe, lighthouse
build    a cold build of sixteen chapters, and after one was changed
frames   every figure, moved by what a reader would drag: script in a frame

Needs the `dev` extra, Chromium, and for lighthouse (LIGHTHOUSE names it) and
axe their npm packages; what is missing is left out. Other work on the machine
lengthens seconds; processor seconds and times of a thread much less so.
"""

import argparse
import contextlib
import functools
import gzip
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from .results import table, write_section

ROOT = Path(__file__).parents[1]
PAGES = ["06-activations", "14-convolutional-networks"]
BOOK = "from jupyter_book.cli.main import main; main()"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PLAIN = """title: Layerwise
author: The Layerwise authors
execute: {execute_notebooks: "off"}
only_build_toc_files: true
exclude_patterns: [_build, ".*"]
parse:
  myst_enable_extensions: [amsmath, attrs_inline, colon_fence, deflist,
    dollarmath, html_image, linkify, substitution, tasklist]
bibtex_bibfiles: [book/references.bib]
sphinx: {extra_extensions: [sphinx_exercise, sphinx_proof]}
"""
PLAIN_TOC = """format: jb-book
root: intro
chapters:
  - glob: chapters/[0-9]*
"""


def copy(folder):
    """Copy what a build reads."""
    for name in ("book", "chapters", "solutions"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "_config.yml", folder)


def build(folder, toc="book/_toc.yml"):
    """Build the site; return its folder, seconds, processor seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    subprocess.run(
        [
            *(sys.executable, "-c", BOOK, "build", ".", "-q"),
            *("--config", "_config.yml", "--toc", toc),
            *("--path-output", "_build/site"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    took = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return folder / "_build/site/_build/html", took, used


# ---- serving


class Packed(SimpleHTTPRequestHandler):
    """Serves text compressed, as web servers do."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format, *args):
        pass

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        found = path.is_file()
        data = packed(path) if found else b""
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if found and path.suffix not in WHOLE:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


WHOLE = {".woff", ".woff2", ".png", ".jpg", ".gz"}


@functools.cache
def packed(path):
    data = path.read_bytes()
    return data if path.suffix in WHOLE else gzip.compress(data, 6)


@contextlib.contextmanager
def serving(folder):
    handler = functools.partial(Packed, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def chromium():
    return next(filter(None, map(shutil.which, CHROMIUM)))


@contextlib.contextmanager
def browsing():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()


# ---- against the defaults


def visit(browser, address, site):
    """Open a page with nothing but loopback in reach; say what it asked."""
    page = browser.new_page(viewport={"width": 1350, "height": 940})
    asked, failed = set(), set()

    def pass_on(route):
        url = route.request.url
        own = url.startswith(("http://127.0.0.1", "data:", "blob:"))
        if not url.startswith(("data:", "blob:")):
            (asked if own else failed).add(url)
        route.continue_() if own else route.abort()

    page.route("**/*", pass_on)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(3000)
    files = [site / unquote(urlsplit(url).path).lstrip("/") for url in asked]
    weight = sum(len(packed(path)) for path in files if path.is_file())
    facts = {
        "kB compressed": f"{weight / 1000:.0f}",
        "requests": str(len(asked) + len(failed)),
        "of them fail offline": str(len(failed)),
        "formulas set offline": page.evaluate(
            "`${document.querySelectorAll('.math mjx-container').length} of "
            "${document.querySelectorAll('.math').length}`"
        ),
        "figures drawn offline": str(page.locator(".lw-figure").count()),
    }
    axe = ROOT / "tests/site/node_modules/axe-core/axe.min.js"
    if axe.exists():
        page.evaluate(axe.read_text(encoding="utf-8"))
        page.evaluate(
            "for (const one of document.querySelectorAll('details'))"
            "  one.open = true"
        )
        found = page.evaluate(
            "(tags) => axe.run({ runOnly: tags, "
            "resultTypes: ['violations'] })",
            [*TAGS, "best-practice"],
        )["violations"]
        # a formula as a table's header counts as empty for axe: see decision 3
        found = [one for one in found if one["id"] != "empty-table-header"]
        nodes = sum(len(one["nodes"]) for one in found)
        facts["axe: rules broken (places)"] = f"{len(found)} ({nodes})"
    page.close()
    return facts


def lighthouse(address, kind):
    """Return the four scores and the times behind the first."""
    program = os.environ.get("LIGHTHOUSE") or shutil.which("lighthouse")
    if not program:
        return None
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        flags = " ".join(["--headless=new", *FLAGS])
        subprocess.run(
            [program, address, "--quiet", f"--chrome-flags={flags}"]
            + ["--output=json", f"--output-path={out}"]
            + (["--preset=desktop"] if kind == "desktop" else []),
            check=True,
            capture_output=True,
            env=os.environ | {"CHROME_PATH": chromium()},
        )
        report = json.loads(out.read_text(encoding="utf-8"))
    scores = {k: c["score"] * 100 for k, c in report["categories"].items()}
    names = ("performance", "accessibility", "best-practices", "seo")
    audits = {
        "first paint, s": ("first-contentful-paint", 1000),
        "largest paint, s": ("largest-contentful-paint", 1000),
        "blocked, ms": ("total-blocking-time", 1),
        "layout shift": ("cumulative-layout-shift", 1),
    }
    times = {
        what: report["audits"][name]["numericValue"] / unit
        for what, (name, unit) in audits.items()
    }
    return [round(scores[name]) for name in names], times


def lighthouses(address, kind, rounds):
    """Return the round with the median performance, as rows of a table."""
    runs = [lighthouse(address, kind) for _ in range(rounds)]
    if None in runs:
        return {}
    scores, times = sorted(runs, key=lambda run: run[0][0])[rounds // 2]
    every = ", ".join(str(run[0][0]) for run in runs)
    rows = {f"lighthouse, {kind}": " / ".join(map(str, scores))}
    rows[f"{kind}: performance of every run"] = every
    for what, value in times.items():
        digits = 0 if what.endswith("ms") else 3 if "shift" in what else 1
        rows[f"{kind}: {what}"] = f"{value:.{digits}f}"
    return rows


def compare(rounds):
    """Build the chapters twice and look at two of them."""
    with tempfile.TemporaryDirectory() as folder:
        theirs, ours = Path(folder) / "theirs", Path(folder) / "ours"
        for place in (theirs, ours):
            place.mkdir()
            copy(place)
        (theirs / "_config.yml").write_text(PLAIN)
        (theirs / "_toc.yml").write_text(PLAIN_TOC)
        (theirs / "intro.md").write_text("# Layerwise\n\nThe chapters.\n")
        sites = [build(theirs, "_toc.yml")[0], build(ours)[0]]
        columns = []
        for page in PAGES:
            for site in sites:
                with serving(site) as address:
                    url = f"{address}/chapters/{page}.html"
                    with browsing() as browser:
                        facts = visit(browser, url, site)
                    for kind in ("desktop", "mobile"):
                        facts |= lighthouses(url, kind, rounds)
                print(page, site.parts[-5], facts, flush=True)
                columns.append(facts)
    header = [
        "",
        *(f"{p[:2]} {who}" for p in PAGES for who in ("plain", "ours")),
    ]
    rows = [[what, *(c.get(what, "") for c in columns)] for what in columns[0]]
    return (
        "### Against the defaults\n\nThe same notebooks built by Jupyter Book "
        "1.0.4 with a plain configuration (and the two extensions whose "
        "directives the chapters use) and with ours, chapters 06 and 14. "
        "Lighthouse: performance / accessibility / best practices / SEO on a "
        f"server that compresses, the median of {rounds} runs by performance; "
        "the network within reach is loopback only. Load of the machine at "
        f"the end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n\n"
        + table(header, rows)
    )


# ---- the build


def double(folder):
    """Give every chapter a second one, with another number."""
    for name in ("chapters", "solutions"):
        for path in sorted((folder / name).glob("[0-9]*.ipynb")):
            number = int(path.name[:2]) + 40
            shutil.copy(path, path.with_name(f"{number}{path.name[2:]}"))


def builds():
    """A cold build of twice the chapters; one changed; nothing changed."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder)
        double(folder)
        count = len(list((folder / "chapters").glob("*.ipynb")))
        rows = [[f"cold, {count} notebooks", "30", *build(folder)[1:]]]
        path = folder / "chapters/06-activations.ipynb"
        notebook = json.loads(path.read_text(encoding="utf-8"))
        notebook["cells"][1]["source"] += "\n\nOne more sentence."
        path.write_text(json.dumps(notebook), encoding="utf-8")
        rows.append(["one chapter changed", "6", *build(folder)[1:]])
        rows.append(["nothing changed", "", *build(folder)[1:]])
    print(rows, flush=True)
    rows = [[a, b, f"**{c:.1f}**", f"{d:.1f}"] for a, b, c, d in rows]
    return (
        "### Building\n\nNothing is executed. The chapters that exist stand "
        "twice in it, under two numbers. Load of the machine at the end: "
        f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n\n"
        + table(["build", "at most, s", "s", "processor s"], rows)
    )


# ---- frames

SCRIPT = {"EventDispatch", "FireAnimationFrame", "TimerFire"}
SCRIPT |= {"RunMicrotasks", "FunctionCall"}
DRAWN = {"Layout", "UpdateLayoutTree", "Paint", "PrePaint", "Layerize"}
GRIPS = (
    "input[type=range]:not(:disabled), .lw-drag, .lw-handle, "
    ".lw-choice label, .lw-stepper button, button.lw-cell, .lw-press, "
    "select, input[type=checkbox]"
)
DRAGGED = {"slider", "drag", "point"}
KIND = """(node) => node.matches(".lw-drag") ? "drag"
  : node.matches(".lw-handle") ? "point" : node.type === "range" ? "slider"
  : node.matches("select") ? "menu" : node.matches(".lw-cell") ? "grid"
  : node.matches(".lw-press") ? "drawing"
  : node.type === "checkbox" ? "check box" : "button" """


def traced(page, devtools, act):
    """Run `act`; return the events of the browser's timeline."""
    events, done = [], []

    def gather(found):
        events.extend(found["value"])

    def finish(found):
        done.append(found)

    devtools.on("Tracing.dataCollected", gather)
    devtools.on("Tracing.tracingComplete", finish)
    config = {"includedCategories": ["devtools.timeline"]}
    config["excludedCategories"] = ["*"]
    start = {"transferMode": "ReportEvents", "traceConfig": config}
    devtools.send("Tracing.start", start)
    act()
    page.wait_for_timeout(60)
    devtools.send("Tracing.end")
    while not done:
        page.wait_for_timeout(20)
    devtools.remove_listener("Tracing.dataCollected", gather)
    devtools.remove_listener("Tracing.tracingComplete", finish)
    return events


def covered(events):
    """Milliseconds of the thread in any of the events, which may nest."""
    total, end = 0, -1
    for begun, took in sorted((e["tts"], e["tdur"]) for e in events):
        total += max(0, begun + took - max(begun, end))
        end = max(end, begun + took)
    return total / 1000


def frames_of(events):
    """Script and drawing of each frame, in milliseconds of the thread."""
    frames = [e for e in events if e["name"] == "FireAnimationFrame"]
    if not frames:
        return [], []
    threads = [(e["pid"], e["tid"]) for e in frames]
    own = max(set(threads), key=threads.count)
    main = [e for e in events if (e["pid"], e["tid"]) == own and "tdur" in e]
    ends = []
    for e in sorted(main, key=lambda e: e["ts"]):
        if e["name"] == "FireAnimationFrame":
            if ends and e["ts"] - ends[-1] < 5000:
                ends.pop()  # another callback of the same frame
            ends.append(e["ts"] + e["dur"])
    script, drawn, last = [], [], -1
    for end in ends:
        inside = [e for e in main if last < e["ts"] < end]
        script.append(covered([e for e in inside if e["name"] in SCRIPT]))
        drawn.append(covered([e for e in inside if e["name"] in DRAWN]))
        last = end
    return script[1:] or script, drawn[1:] or drawn


def moves(page, grip, kind):
    """Move one control as a reader does."""
    box = grip.bounding_box()
    left, top, wide, high = (box[k] for k in ("x", "y", "width", "height"))
    x, y = left + wide / 2, top + high / 2
    mouse = page.mouse
    if kind == "menu":
        grip.focus()
        for key in ["ArrowDown"] * 6 + ["ArrowUp"] * 6:
            page.keyboard.press(key)
            page.wait_for_timeout(30)
    elif kind in ("slider", "drag"):
        lean = 0 if kind == "slider" else 0.2 * high
        mouse.move(left + 0.15 * wide, y)
        mouse.down()
        mouse.move(left + 0.85 * wide, y - lean, steps=40)
        mouse.move(left + 0.3 * wide, y + lean, steps=25)
        mouse.up()
    elif kind == "point":
        mouse.move(x, y)
        mouse.down()
        mouse.move(x + 60, y - 30, steps=30)
        mouse.move(x - 60, y + 30, steps=35)
        mouse.up()
    else:
        for _ in range(8):
            mouse.click(x, y)
            page.wait_for_timeout(30)


def near_top(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))]


def frames():
    """Move everything in every figure of the book; the worst of each."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy(folder)
        site = build(folder)[0]
        rows = []
        with serving(site) as address, browsing() as browser:
            for path in [
                "index",
                *sorted(
                    f"chapters/{p.stem}"
                    for p in site.glob("chapters/[0-9]*.html")
                ),
            ]:
                rows += figures_of(browser, f"{address}/{path}.html", path)
    worst = [row[4] for row in rows]
    above = sum(row[5] > 8 for row in rows)
    header = ["page", "figure", "control", "frames", "median", "95 of 100"]
    header += ["longest", "drawing"]
    text = [[*row[:4], *(f"{v:.1f}" for v in row[4:])] for row in rows]
    return (
        "### Frames\n\nEvery control of every figure, moved with the mouse (a "
        "menu by keyboard) on the built page, 1440 pixels wide; of each "
        "figure the dragged control with the most script; a click (*button*, "
        "*grid*, ...) stands only where nothing is dragged, with all that "
        "pressing, focus and release cost. Milliseconds of the "
        "browser's main thread (its processor time) for script in a frame, "
        "at most 8 wanted; *drawing* is the median for style, layout and "
        f"paint. {len(rows)} figures; the medians lie between "
        f"{min(worst):.1f} and {max(worst):.1f}; more than one frame in "
        f"twenty is above 8 in {above} of them. Load of the machine at the "
        f"end: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores.\n\n"
        + table(header, text)
    )


def figures_of(browser, url, path):
    context = browser.new_context(
        viewport={"width": 1440, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("html[data-figures]", state="attached")
    devtools = context.new_cdp_session(page)
    rows = []
    drawn = page.locator(".lw-figure")
    for k in range(drawn.count()):
        figure = drawn.nth(k)
        figure.scroll_into_view_if_needed()
        found, tried = [], {}
        for grip in figure.locator(GRIPS).all():
            if not grip.is_visible():
                continue
            kind = grip.evaluate(KIND)
            tried[kind] = tried.get(kind, 0) + 1
            if tried[kind] > 3:
                continue
            grip.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
            page.wait_for_timeout(100)
            act = functools.partial(moves, page, grip, kind)
            script, painted = frames_of(traced(page, devtools, act))
            if script:
                found.append(
                    [
                        kind,
                        len(script),
                        statistics.median(script),
                        near_top(script, 0.95),
                        max(script),
                        statistics.median(painted),
                    ]
                )
        name = re.sub(r"\W.*", "", path.split("/")[-1]) or "welcome"
        row = max(found, key=lambda row: (row[0] in DRAGGED, row[2]))
        rows.append([name, str(k + 1), *row])
        print(*rows[-1], figure.get_attribute("aria-label")[:50], flush=True)
    context.close()
    return rows


PARTS = ("compare", "build", "frames")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    makers = {
        "compare": lambda: compare(options.rounds),
        "build": builds,
        "frames": frames,
    }
    text = {part: makers[part]() for part in options.only}
    for part in text.values():
        print(part)
    if options.write:
        for part in PARTS:
            if part in text:
                title, _, rest = text[part].partition("\n\n")
                title = title.removeprefix("### ")
                write_section(f"The site: {title.lower()}", rest)


if __name__ == "__main__":
    main()
