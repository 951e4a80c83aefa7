"""A chapter's page is put together from its two notebooks."""

import json
import re

import pytest
import yaml
from site_paths import ROOT

pages = pytest.importorskip("layerwise_site.pages")
files = pytest.importorskip("layerwise_site.files")
numbers = pytest.importorskip("layerwise_site.numbers")

VIEW = pages.VIEW
PNG = "iVBORw0KGgo="


def code(source, name, *tags, outputs=()):
    return {
        "cell_type": "code",
        "id": name,
        "metadata": {"tags": list(tags)},
        "source": source,
        "execution_count": 1,
        "outputs": list(outputs),
    }


def says(line):
    return {"output_type": "stream", "name": "stdout", "text": line}


def shows(model, **more):
    data = {VIEW: {"model_id": model}, "text/plain": "<Figure>", **more}
    return {
        "output_type": "execute_result",
        "execution_count": 1,
        "data": data,
        "metadata": {},
    }


def book(cells, state=None):
    widgets = {pages.STATE: {"state": state}} if state else {}
    about = {"description": "One.", "minutes": 75, "needs": ["05"]}
    return {
        "cells": cells,
        "metadata": {"layerwise": about, "widgets": widgets},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


FIGURE = {"_esm": "x", "_css": "y", "data": {}, "label": "A curve.", "z": 1}
CHAPTER = book(
    [
        pages.markdown("(sec)=\n# Bends\n\nText.", "top"),
        pages.markdown(":::{exercise} One\n:label: ex-one\nDo.\n:::", "m1"),
        code("def f(x): ...", "ex-f", "exercise"),
        code("check(f)", "check-f", "check", outputs=[says("0 of 10")]),
        code("show(f)", "r1", "reveal", outputs=[says("predict first")]),
        code(
            "lw.figures.Curve()",
            "fig",
            "figure",
            outputs=[shows("1", **{"image/png": PNG})],
        ),
        code("_ = interact(g)", "live", "live", outputs=[shows("2")]),
    ],
    {
        "1": {"model_name": "AnyModel", "state": FIGURE},
        "2": {"state": {"children": ["IPY_MODEL_3"]}},
        "3": {
            "model_name": "OutputModel",
            "state": {"outputs": [says("the first state")]},
        },
        "4": {
            "model_name": "OutputModel",
            "state": {"outputs": [says("of another cell")]},
        },
    },
)
SOLUTIONS = book(
    [
        code("def f(x):\n    return 'the answer'", "ex-f", "exercise"),
        pages.markdown(
            ":::{solution} ex-one\n:class: x\nBecause **so**.\n:::", "s1"
        ),
        code("extra()", "s2", "solution", outputs=[says("```shown")]),
        code("check(f)", "check-f", "check", outputs=[says("10 of 10")]),
        code("show(f)", "r1", "reveal", outputs=[says("four point six")]),
    ]
)


def page(**options):
    options = {"titles": {"05-shallow": "Shallow"}, **options}
    made = pages.assemble(CHAPTER, SOLUTIONS, "06-bends", **options)
    return {cell["id"]: cell for cell in made["cells"]}, made


def test_outputs_of_checks_are_left_out_and_sources_kept():
    cells, _ = page()
    assert cells["check-f"]["outputs"] == []
    assert cells["check-f"]["source"] == "check(f)"


def test_a_solution_is_folded_right_after_its_check():
    cells, made = page()
    order = [cell["id"] for cell in made["cells"]]
    assert order.index("solution-ex-f") == order.index("check-f") + 1
    fold = cells["solution-ex-f"]["source"]
    assert fold.startswith("::::::::{dropdown} Solution\n")
    assert "return 'the answer'" in fold
    assert "Because **so**." in fold
    assert "{solution}" not in fold and ":class: x" not in fold
    assert "10 of 10" not in fold


def test_the_page_has_the_words_of_the_manuscript_and_one_caption():
    words = pages.markdown("See (eq-a).", "w")
    words["metadata"] = {"myst": "See {eq}`eq-a`."}
    caption = pages.markdown("**Figure.** A line.", "c")
    caption["metadata"] = {"tags": ["caption"]}
    made = pages.assemble(book([words, caption]), None, "mathematics")
    whole = "".join(cell["source"] for cell in made["cells"])
    assert "See {eq}`eq-a`." in whole
    assert "A line." not in whole


def test_code_that_holds_a_fence_does_not_end_its_block():
    fold = page()[0]["solution-ex-f"]["source"]
    assert "````text\n```shown\n````" in fold


def test_a_prediction_folds_the_result_of_the_solved_notebook():
    cell = page()[0]["r1"]
    assert cell["outputs"][0]["text"] == "four point six"
    assert "hide-output" in cell["metadata"]["tags"]
    prompt = cell["metadata"]["mystnb"]["code_prompt_show"]
    assert prompt == "I have written my prediction"


def test_without_solutions_no_answer_reaches_the_page():
    _, made = page(show_solutions=False)
    text = json.dumps(made)
    assert "the answer" not in text
    assert "Because" not in text
    assert "four point six" not in text


def test_the_notebooks_themselves_are_not_changed():
    before = json.dumps([CHAPTER, SOLUTIONS])
    page()
    assert json.dumps([CHAPTER, SOLUTIONS]) == before


def test_a_figure_has_its_still_and_no_line_of_code():
    cell = page()[0]["fig"]
    live, still = cell["outputs"]
    assert VIEW in live["data"] and "image/png" not in live["data"]
    assert still["data"] == {"image/png": PNG}
    assert "remove-input" in cell["metadata"]["tags"]
    look = cell["metadata"]["mystnb"]["image"]
    assert "A curve." in look["alt"] and look["classes"] == "lw-still"


def test_only_what_the_loader_draws_stays_of_the_widget_state():
    kept = page()[1]["metadata"]["widgets"][pages.STATE]
    state = kept["state"]
    assert list(state) == ["1"]
    assert set(state["1"]["state"]) == {"_esm", "data", "label"}
    assert kept["shared"]["_css"] == "y"


def test_what_all_figures_begin_with_is_stored_once():
    kit = "const kit = 1;\nconst more = 2;\n"
    states = [
        {"_esm": f"{kit}export default {name};", "_css": "y"}
        for name in ("a", "b")
    ]
    shared = pages.share(states)
    assert shared == {"_esm": kit, "_css": "y"}
    assert [s["_esm"] for s in states] == [
        "export default a;",
        "export default b;",
    ]
    others = [{"_esm": "x", "_css": "1"}, {"_esm": "z", "_css": "2"}]
    assert pages.share(others) == {"_esm": ""}
    assert [s["_css"] for s in others] == ["1", "2"]


def test_an_interact_cell_shows_its_own_still_and_says_where_it_moves():
    cells, _ = page()
    assert [o["text"] for o in cells["live"]["outputs"]] == ["the first state"]
    assert "layerwise start 06" in cells["live-note"]["source"]


def test_the_bar_says_time_needs_and_how_to_open_it():
    top = page(written={"05-shallow"})[0]["top"]["source"]
    assert top.startswith("(sec)=\n# Bends\n\n::::{container} lw-bar\n")
    assert "75 minutes" in top
    assert "[Shallow](05-shallow.ipynb)" in top
    assert "layerwise start 06" in top and "06-bends.ipynb" in top
    assert top.endswith("Text.")
    assert "[Shallow]" not in page(written=set())[0]["top"]["source"]


def test_a_page_without_a_number_shows_no_command():
    made = pages.assemble(CHAPTER, SOLUTIONS, "mathematics", titles={})
    text = json.dumps(made)
    assert "layerwise start" not in text
    assert "Download the notebook <mathematics.ipynb>" in text
    assert "The sliders of this cell work in Jupyter.*" in text


@pytest.mark.parametrize(
    "link, expected",
    [
        ("../_static/x.css", "_static/x.css"),
        ("how-to-use.html#a", "book/how-to-use.html#a"),
        ("../chapters/06.html", "chapters/06.html"),
        ("#here", "#here"),
        ("https://example.org/a", "https://example.org/a"),
        ("../", "./"),
    ],
)
def test_the_front_door_points_where_the_page_pointed(link, expected):
    html = files.from_root(f'<a href="{link}">', "book")
    assert html == f'<a href="{expected}">'


def test_a_chapters_number_is_its_files():
    assert numbers.own_number("chapters/06-activations") == 6
    assert numbers.own_number("chapters/14-convolution") == 14
    assert numbers.own_number("book/welcome") is None
    assert numbers.moved((1, 3), 6) == (6, 3)


# ---- the map and the front matter agree with the manuscripts

MAP = yaml.safe_load((ROOT / "book/map.yml").read_text(encoding="utf-8"))
MANUSCRIPTS = sorted((ROOT / "book").glob("[0-9][0-9]-*.md"))


def front(path):
    return yaml.safe_load(path.read_text(encoding="utf-8").split("---\n")[1])


def test_the_map_names_nineteen_chapters_in_order():
    assert [c["number"] for c in MAP] == [f"{k:02d}" for k in range(19)]
    for chapter in MAP:
        assert set(chapter["needs"]) < {c["number"] for c in MAP}
        assert chapter["question"].endswith("?")


@pytest.mark.parametrize("path", MANUSCRIPTS, ids=lambda p: p.stem)
def test_a_written_chapter_agrees_with_the_map(path):
    chapter = MAP[int(path.name[:2])]
    about = front(path)["layerwise"]
    assert path.stem == f"{chapter['number']}-{chapter['slug']}"
    assert about["minutes"] == chapter["minutes"]
    assert about["needs"] == chapter["needs"]
    heading = re.search(r"^# (.*)$", path.read_text(encoding="utf-8"), re.M)
    assert heading[1] == chapter["title"]


@pytest.mark.parametrize(
    "path", sorted((ROOT / "book").glob("*.md")), ids=lambda p: p.stem
)
def test_every_page_of_the_book_describes_itself(path):
    description = front(path)["layerwise"]["description"]
    assert 30 <= len(description) <= 220
    assert description.endswith(".")
