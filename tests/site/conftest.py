"""The built site, served on a loopback address, and a browser for it.

`make site SERVE=0` builds the site; SITE_DIR names another one.
"""

import functools
import shutil
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from site_paths import SITE
from site_visit import Visit

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
    """The source of axe-core, installed once by npm."""
    file = HERE / "node_modules/axe-core/axe.min.js"
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
