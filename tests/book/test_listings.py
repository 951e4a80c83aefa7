"""Every line of the mathematics is in the book, once.

A function is due when the chapter that its module's first line names has a
manuscript. It is shown by `listing(lw.name)`, or by being the live answer of
an exercise (`# from layerwise: name`).
"""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

import manuscript

ROOT = Path(__file__).parents[2]

PAGES = {p.stem: p.read_text("utf-8") for p in manuscript.manuscripts(ROOT)}
MODULES = {
    p.stem: p.read_text("utf-8")
    for p in sorted((ROOT / "src" / "layerwise").glob("*.py"))
}


def formulas():
    """Return every public function of the mathematics and its chapter."""
    found = {}
    for text in MODULES.values():
        chapter = re.match(r'\A[rR]?"""Chapter (\d+)\.', text)
        listed = re.search(r"^__all__ = (\[.*?\])", text, re.M | re.S)
        if chapter and listed:
            public = set(ast.literal_eval(listed[1]))
            for node in ast.parse(text).body:
                if isinstance(node, ast.FunctionDef) and node.name in public:
                    found[node.name] = f"{int(chapter[1]):02d}"
    return found


def shown(pages):
    """Count how often each function is listed, or else is an answer."""
    text = "\n".join(pages.values())
    listed = Counter(
        name
        for call in manuscript.LISTED.findall(text)
        for name in re.findall(r"\blw\.(\w+)", call)
    )
    for name in manuscript.cited(text) - set(listed):
        listed[name] += 1
    return listed


WRITTEN = {stem[:2] for stem in PAGES}
FORMULAS = formulas()
DUE = sorted(name for name in FORMULAS if FORMULAS[name] in WRITTEN)


def test_the_mathematics_is_found():
    assert {"relu_forward", "affine_backward"} <= set(FORMULAS)
    assert set(FORMULAS.values()) <= {f"{n:02d}" for n in range(19)}
    assert bool(DUE) == bool(WRITTEN & set(FORMULAS.values()))


@pytest.mark.parametrize("name", DUE)
def test_a_function_of_a_written_chapter_is_shown_once(name):
    assert shown(PAGES)[name] == 1


def test_nothing_is_shown_twice():
    assert {n: k for n, k in shown(PAGES).items() if k > 1} == {}


def test_counting_sees_listings_and_live_answers():
    pages = {
        "a": "listing(lw.f, lw.g)\n# from layerwise: h, f\n",
        "b": "listing(lw.g)\n",
    }
    assert shown(pages) == {"f": 1, "g": 2, "h": 1}
