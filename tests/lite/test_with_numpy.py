"""The book's answers and figures in a browser, on numpy compiled for it.

The kernel is an older one than the site's: see xeus_site.py.
"""

import json
import re

import nbformat
import pytest
from lite_visit import ROOT

pytestmark = pytest.mark.site

# Runs here and in the browser: every answer of the book, judged.
JUDGE = """
import json
import numpy as np
import layerwise as lw
from layerwise import check
from layerwise.exercises import notebook

def verdicts(cells):
    told, shown = [], notebook._show
    notebook._show = lambda report: told.append(report.to_text())
    try:
        for chapter in cells:
            names = {"np": np, "lw": lw, "check": check}
            for cell in chapter:
                exec(cell, names)
    finally:
        notebook._show = shown
    return told
"""
WRONG = """
def relu_backward(dA, cache):
    return np.where(cache < 0, dA, dA)

check(relu_backward)
"""


def answers():
    """Return the cells of exercises and their checks, chapter by chapter.

    Without the capstones, which train networks for many seconds.
    """
    found = []
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        found.append(
            [
                cell.source
                for cell in cells
                if {"exercise", "check"} & set(cell.metadata.get("tags", []))
                and not re.search("digit_reader|corner_recipe", cell.source)
            ]
        )
    return found


def test_every_answer_of_the_book_is_judged_in_the_browser_as_here(
    numpy_notebook,
):
    cells = [*answers(), [WRONG]]
    said = numpy_notebook.run(
        f"{JUDGE}\ncells = json.loads({json.dumps(cells)!r})\n"
        "print(json.dumps(verdicts(cells)))"
    )
    there = json.loads(said)
    here = {}
    exec(JUDGE, here)
    assert there == here["verdicts"](cells)
    assert len(there) > 50
    points = [re.search(r"(\d+) of (\d+) points", text) for text in there]
    assert all(found[1] == found[2] for found in points[:-1])
    assert "What slope has ReLU to the left of zero?" in there[-1]


def test_the_library_and_its_check_need_no_matplotlib(numpy_notebook):
    said = numpy_notebook.run(
        "import sys, numpy as np\nfrom layerwise import check\n"
        "def relu_backward(dA, cache): return dA * (cache > 0)\n"
        "check(relu_backward)\n"
        "print(np.__version__, 'matplotlib' in sys.modules)"
    )
    assert "relu_backward" in said and "4 of 4 points" in said
    assert said.strip().endswith("1.25.2 False")


def test_a_figure_moves_in_the_browser(numpy_notebook, door):
    # The still is matplotlib's, which this kernel does not have.
    numpy_notebook.run(
        "lw.figures.ActivationExplorer.still_png = lambda self: b''\n"
        "lw.figures.ActivationExplorer()"
    )
    page = numpy_notebook.page
    figure = page.locator(".jp-Cell.jp-mod-active .jp-OutputArea-output").first
    slider = figure.locator("input[type=range]").first
    slider.wait_for()
    before = figure.inner_text()
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    changed = "([figure, before]) => figure.innerText !== before"
    page.wait_for_function(changed, arg=[figure.element_handle(), before])
    assert door.knocked == []
