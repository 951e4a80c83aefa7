"""The built site, served on a loopback address, and a browser for it.

`make site SERVE=0` builds the site; SITE_DIR names another one.
"""

import fcntl
import functools
import shutil
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from site_figures import move_all
from site_paths import SITE
from site_visit import Visit

WIDE = (1440, 820, 390, 320)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
FACTS = """() => ({
  math: document.querySelectorAll(".bd-article .math").length,
  set: document.querySelectorAll(".bd-article .math mjx-container").length,
  wrong: document.querySelectorAll("mjx-merror").length,
})"""
OVER = "document.documentElement.scrollWidth - window.innerWidth"
DARK = "document.documentElement.dataset.theme = 'dark'"
UNFOLD = "document.querySelectorAll('details').forEach((d) => d.open = true)"
# axe does not count a formula as the text of a table's header. Its MathML is
# read out by screen readers, so a header with MathML in it is not empty.
FORMULA = """(css) => {
  const head = document.querySelector(css);
  const maths = [...head.querySelectorAll("mjx-assistive-mml math")];
  return head.matches("th, [role=rowheader], [role=columnheader]")
    && maths.length > 0 && maths.every((one) => one.textContent.trim());
}"""
HERE = Path(__file__).resolve().parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format, *args):
        pass


@pytest.fixture(scope="session")
def site():
    if not (SITE / "index.html").exists():
        pytest.skip(f"no built site in {SITE}: run `make site SERVE=0`")
    return SITE


@pytest.fixture(scope="session")
def address(site):
    handler = functools.partial(Quiet, directory=str(site))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser):
    opened = []

    def start(**options):
        opened.append(Visit(browser, **options))
        return opened[-1]

    yield start
    for one in opened:
        one.context.close()


@pytest.fixture(scope="session")
def axe():
    """The source of axe-core, installed once by npm: one worker at a time."""
    file = HERE / "node_modules/axe-core/axe.min.js"
    with (HERE / "package.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            if shutil.which("npm") is None:
                pytest.skip("npm is not installed")
            done = subprocess.run(
                ["npm", "ci", "--no-audit", "--no-fund"],
                cwd=HERE,
                capture_output=True,
                text=True,
            )
            if done.returncode:
                pytest.skip(f"npm ci failed: {done.stderr[-200:]}")
    return file.read_text(encoding="utf-8")


def axe_finds(page, axe):
    """Return what axe finds on an open page, but formulas in headers."""
    page.evaluate(f"window.axe || (() => {{ {axe} }})()")
    page.evaluate(UNFOLD)
    # only what is wrong: a page's list of what is right takes seconds to send
    options = {
        "runOnly": {"type": "tag", "values": [*TAGS, "best-practice"]},
        "resultTypes": ["violations"],
    }
    found = page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
        if one["id"] != "empty-table-header"
        or not page.evaluate(FORMULA, node["target"][0])
    ]


@pytest.fixture(scope="session")
def looked(browser, address, axe):
    """Look at a page once, in both themes, and keep everything found."""
    kept = {}

    def look(page):
        if page not in kept:
            seen = Visit(browser, width=WIDE[0], theme="light")
            urls = set()
            seen.page.on("request", lambda request: urls.add(request.url))
            opened = seen.open(f"{address}/{page}")
            facts = opened.evaluate(FACTS)
            facts |= {"urls": set(urls), "foreign": seen.foreign, "over": {}}
            opened.evaluate(UNFOLD)
            for width in WIDE:
                opened.set_viewport_size({"width": width, "height": 900})
                facts["over"][width] = opened.evaluate(OVER)
            opened.set_viewport_size({"width": WIDE[0], "height": 900})
            facts["axe light"] = axe_finds(opened, axe)
            opened.evaluate(DARK)
            facts["axe dark"] = axe_finds(opened, axe)
            facts["said"] = list(seen.said)
            kept[page] = facts
            seen.context.close()
        return kept[page]

    return look


@pytest.fixture(scope="session")
def moved_figures(browser, address):
    """Move all figures of a page once and keep everything found."""
    kept = {}

    def move(page):
        if page not in kept:
            seen = Visit(browser, width=WIDE[0])
            opened = seen.open(f"{address}/{page}")
            kept[page] = move_all(opened, seen.said)
            seen.context.close()
        return kept[page]

    return move
