"""The site builds without Jupyter Book's own command, and as it is asked to.

Jupyter Book 1 writes an ordinary Sphinx configuration: the way out, should
it end. These tests build in a copy and take a while.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from site_paths import ROOT

pytestmark = pytest.mark.slow
pytest.importorskip("jupyter_book")

BOOK = "from jupyter_book.cli.main import main; main()"
PARTS = ["_config.yml", "book", "chapters", "solutions"]


@pytest.fixture
def copy(tmp_path):
    for name in PARTS:
        source = ROOT / name
        target = tmp_path / name
        if source.is_dir():
            shutil.copytree(source, target)
        elif source.exists():
            shutil.copy(source, target)
    return tmp_path


def run(*command, folder, **env):
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=os.environ | env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done


def jupyter_book(folder, **env):
    run(
        *("-c", BOOK, "build", ".", "--config", "_config.yml"),
        *("--toc", "book/_toc.yml", "--path-output", "_build/site"),
        *("-W", "-n", "--keep-going", "-q"),
        folder=folder,
        **env,
    )
    return Path(folder) / "_build/site/_build/html"


def chapters(html):
    found = sorted((html / "chapters").glob("[0-9]*.html"))
    assert found, f"no chapter was built in {html}"
    return found


def answers():
    """A line of every worked answer."""
    found = []
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            tags = cell["metadata"].get("tags", [])
            if "solution" in tags and cell["cell_type"] == "markdown":
                found.append(path.stem)
    return found


def test_plain_sphinx_builds_the_same_pages(copy):
    run(
        *("-c", BOOK, "config", "sphinx", "."),
        *("--config", str(copy / "_config.yml")),
        *("--toc", str(copy / "book/_toc.yml")),
        folder=copy,
    )
    assert (copy / "conf.py").exists()
    run(
        *("-m", "sphinx", "-W", "-n", "--keep-going", "-q", "-b", "html"),
        *(".", "out"),
        folder=copy,
        PYTHONPATH=str(copy / "book/_ext"),
    )
    built = chapters(copy / "out")
    assert len(built) == len(list((copy / "chapters").glob("[0-9]*.ipynb")))
    for page in built:
        number = int(page.name[:2])
        html = page.read_text(encoding="utf-8")
        assert f'<span class="section-number">{number}. </span>' in html
        assert "lw-solution" in html


def test_solutions_are_left_out_when_asked(copy):
    assert answers(), "there is nothing to leave out"
    html = jupyter_book(copy, SOLUTIONS="0", SITE_URL="https://example.org/b")
    for page in chapters(html):
        text = page.read_text(encoding="utf-8")
        assert "lw-solution" not in text
        assert "What usually goes wrong" not in text
    # ... and put back by the next build, which reads the pages anew
    html = jupyter_book(copy, SOLUTIONS="1", SITE_URL="https://example.org/b")
    for page in chapters(html):
        assert "lw-solution" in page.read_text(encoding="utf-8")
    # told where it will stand, the site has a map and a 404 that finds it
    sitemap = (html / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://example.org/b/</loc>" in sitemap
    for page in chapters(html):
        assert f"https://example.org/b/chapters/{page.name}" in sitemap
    lost = (html / "404.html").read_text(encoding="utf-8")
    assert '<base href="/b/">' in lost


def test_a_changed_solution_rebuilds_its_chapter_with_its_number(copy):
    html = jupyter_book(copy)
    path = next((copy / "solutions").glob("*.ipynb"))
    notebook = json.loads(path.read_text(encoding="utf-8"))
    exercise = next(
        cell
        for cell in notebook["cells"]
        if "exercise" in cell["metadata"].get("tags", [])
    )
    exercise["source"] = "def changed_answer():\n    return 1234567"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    html = jupyter_book(copy)
    page = html / "chapters" / f"{path.stem}.html"
    text = page.read_text(encoding="utf-8")
    number = int(path.stem[:2])
    assert "1234567" in text
    assert f'<span class="section-number">{number}. </span>' in text
