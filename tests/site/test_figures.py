"""Every interactive figure of the built site, moved by keyboard and mouse.

The figures are found in the state that the pages carry: a chapter written
tomorrow is covered without an edit here.
"""

import json

import pytest
from site_figures import ILL, STATE, VIEW, figures_of
from site_paths import PAGES, ROOT, SITE

pytestmark = pytest.mark.site

LABELS = {
    page: figures_of((SITE / page).read_text(encoding="utf-8"))
    for page in PAGES
    if page != "index.html"  # the welcome page, at the root
}
FIGURES = [
    pytest.param(page, k, id=f"{page.removesuffix('.html')}-{k + 1}")
    for page, labels in LABELS.items()
    for k in range(len(labels))
]


@pytest.fixture
def moved(moved_figures):
    def find(page, k):
        drawn = moved_figures(page)
        labels = [figure["label"] for figure in drawn]
        assert labels == LABELS[page], "not every figure was drawn"
        return drawn[k]

    return find


def test_no_figure_of_a_notebook_is_lost_on_its_page(site):
    assert FIGURES
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        widgets = notebook["metadata"].get("widgets", {}).get(STATE, {})
        states = widgets.get("state", {})
        shown = [
            states[output["data"][VIEW]["model_id"]]["state"]["label"]
            for cell in notebook["cells"]
            for output in cell.get("outputs", [])
            if VIEW in output.get("data", {})
            and "_esm"
            in states[output["data"][VIEW]["model_id"]].get("state", {})
        ]
        assert LABELS[f"chapters/{path.stem}.html"] == shown


@pytest.mark.parametrize("page, k", FIGURES)
def test_untouched_a_figure_shows_and_says_what_its_still_shows(
    moved, page, k
):
    it = moved(page, k)
    assert it["note"] == 0
    drawn = it["shapes"] >= 2 or it["colors"] >= 2
    drawn = drawn or it["pixels"] or it["rows"] >= 2
    assert drawn, "the figure is empty"
    assert any(sign.isdigit() for sign in it["reading"]), it["reading"]
    assert it["nameless"] == 0, "a picture in it has no name"
    assert len(it["label"].split()) >= 5, it["label"]
    assert it["still"] > 100, "its still picture was not loaded"
    assert it["label"] in it["alt"]


@pytest.mark.parametrize("page, k", FIGURES)
def test_a_figure_is_moved_by_keyboard(moved, page, k):
    it = moved(page, k)
    assert it["skipped"] == [], "Tab does not reach these"
    assert any(found["reading"] for found in it["keys"].values())
    dead = [
        name for name, found in it["keys"].items() if not any(found.values())
    ]
    assert dead == [], "these change nothing"


@pytest.mark.parametrize("page, k", FIGURES)
def test_a_figure_is_moved_by_mouse(moved, page, k):
    it = moved(page, k)
    assert any(found["reading"] for found in it["mouse"].values())
    dead = [
        name
        for name, found in it["mouse"].items()
        if not any(found.values()) and not name.startswith("press")
    ]
    assert dead == [], "these change nothing"


@pytest.mark.parametrize("page, k", FIGURES)
def test_wherever_it_is_moved_a_figure_reads_as_a_sentence(moved, page, k):
    it = moved(page, k)
    assert it["said"] == []
    ill = [text for text in it["readings"] if ILL.search(text) or not text]
    assert ill == []


@pytest.mark.parametrize("page, k", FIGURES)
def test_a_frame_draws_a_figure_once_however_often_it_was_moved(
    moved, page, k
):
    it = moved(page, k)
    assert all(count <= 1 for count in it["readings a frame"].values())
