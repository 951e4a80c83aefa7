"""The full site, a browser that reaches nothing else, and what builds both.

`make lite-test` prepares all of it; SITE_DIR names another built site.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from lite_visit import FLAGS, MINUTE, ROOT, ClosedDoor, Notebook, serve

SITE = Path(os.environ.get("SITE_DIR", ROOT / "_build/site/_build/html"))
XEUS = ROOT / ".venv-xeus/bin/python"
PREFIX = "/books/2026/layerwise/"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

sys.path.insert(0, str(ROOT / "book/lite"))


@pytest.fixture(scope="session")
def full_site():
    if not (SITE / "lite/jupyter-lite.json").exists():
        pytest.skip(f"{SITE} has no lite/: run `make site FULL=1 SERVE=0`")
    return SITE


@pytest.fixture(scope="session")
def pyodide(full_site):
    """The folder of the distribution inside the full site."""
    return full_site / "lite/static/pyodide"


@pytest.fixture(scope="session")
def door():
    closed = ClosedDoor()
    yield closed
    closed.socket.close()


@pytest.fixture(scope="session")
def browser(door):
    playwright = pytest.importorskip("playwright.sync_api")
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        pytest.skip("chromium is not installed")
    with playwright.sync_playwright() as p:
        chromium = p.chromium.launch(
            executable_path=path,
            args=FLAGS,
            proxy={"server": door.server, "bypass": "127.0.0.1"},
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def opened(browser):
    """Open a page of a folder that is served below a path."""
    contexts, servers = [], []

    def start(folder, place):
        server, missed = serve(folder, PREFIX)
        servers.append(server)
        context = browser.new_context(viewport={"width": 1200, "height": 900})
        context.set_default_timeout(2 * MINUTE)
        contexts.append(context)
        page = context.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}{PREFIX}{place}")
        return page, missed

    yield start
    for context in contexts:
        context.close()
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(scope="session")
def with_numpy(pyodide, tmp_path_factory):
    """A JupyterLite with real numpy, our wheel and a notebook to write in."""
    if not XEUS.exists():
        pytest.skip(f"no {XEUS.parent}: run `make lite-test`")
    home = tmp_path_factory.mktemp("xeus")
    files = home / "files"
    files.mkdir()
    cells = [nbformat.v4.new_markdown_cell("# A sheet to write on")]
    kernel = {"name": "xeus-python", "display_name": "xeus-python"}
    sheet = nbformat.v4.new_notebook(
        cells=cells, metadata={"kernelspec": kernel}
    )
    (files / "sheet.ipynb").write_text(json.dumps(sheet))
    needed = ("anywidget", "comm", "ipywidgets", "layerwise", "psygnal")
    names = (*needed, "typing_extensions")
    wheels = [next(pyodide.glob(f"{name}-*.whl")) for name in names]
    script = Path(__file__).with_name("xeus_site.py")
    done = subprocess.run(
        [XEUS, script, home / "site", files, *wheels],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return home / "site"


@pytest.fixture(scope="session")
def numpy_notebook(opened, with_numpy):
    page, _ = opened(with_numpy, "lab/index.html?path=sheet.ipynb")
    return Notebook(page)
