"""The judge of chapter 4's five sets says which slip hides, and why."""

import re

import numpy as np
import pytest
from solutions import BOOK

import layerwise as lw
from layerwise.exercises.ch04_logistic_regression import (
    ALL_ZERO,
    BALANCED,
    LAZY,
    SLIPS,
    fooling,
    fools,
    gaps,
)

GOOD = fooling()()
GENERIC = (
    np.array([[0.7], [-1.1]]),
    0.4,
    np.array([[0.5, -2.0, 1.5], [1.0, 0.3, -0.6]]),
    np.array([[0.0, 1.0, 1.0]]),
)


def chapter_functions():
    """Return with_slip and largest_gap as the chapter defines them."""
    text = (BOOK / "04-logistic-regression.md").read_text(encoding="utf-8")
    names = {"np": np, "lw": lw, "h": 0.00001}
    for name in ("J_at", "with_slip", "largest_gap"):
        cells = re.findall(r"```{code-cell}\n(.*?)```", text, re.DOTALL)
        (cell,) = [c for c in cells if f"def {name}(" in c]
        exec(cell.split("\n\n\nrng =")[0], names)
    return names["with_slip"], names["largest_gap"]


@pytest.mark.parametrize("k", SLIPS)
def test_a_good_set_fools_by_its_own_slip_alone(k):
    assert fools(k, GOOD[f"slip {k}"]) == (1.0, "")
    for other in SLIPS:
        if other != k:
            assert fools(other, GOOD[f"slip {k}"])[0] == 0


@pytest.mark.parametrize("data", [LAZY, ALL_ZERO, GENERIC, *GOOD.values()])
def test_the_judge_and_the_chapter_see_the_same_gaps(data):
    with_slip, largest_gap = chapter_functions()
    w, b, X, Y = data
    for k, gap in gaps(w, b, X, Y).items():
        seen = largest_gap(with_slip(k), w, b, X, Y)
        assert seen == pytest.approx(gap, abs=1e-7)


def test_a_set_that_hides_more_is_worth_half_and_says_which():
    for k in SLIPS:
        share, words = fools(k, LAZY)
        assert share == 0.5
        assert all(f"slip {j}," in words for j in SLIPS if j != k)
    share, words = fools(3, ALL_ZERO)
    assert share == 0.5
    assert "slip 2," in words
    assert "slip 1," not in words


def test_a_set_that_hides_nothing_is_told_the_gap():
    for k in SLIPS:
        share, words = fools(k, GENERIC)
        assert share == 0
        assert "does not fool" in words
        assert SLIPS[k] in words


def test_where_the_true_gradient_vanishes_nothing_is_compared():
    share, words = fools(3, BALANCED)
    assert share == 0
    assert "nothing to compare" in words


W, B, X, Y = GENERIC


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ((W, B, X), "is no tuple"),
        (3.0, "is no tuple"),
        ((W.T, B, X, Y), "w of shape (1, 2)"),
        ((W, B, X, Y.ravel()), "Y of shape (3,)"),
        ((W, B, X.ravel(), Y), "X of shape (6,)"),
        ((W, [0.1, 0.2], X, Y), "not one number"),
        ((W * np.nan, B, X, Y), "beyond 10"),
        ((W, B, X * 100, Y), "beyond 10"),
        ((W, B, X, Y * 0.5), "labels"),
        ((W, "much", X, Y), "no array"),
        ((W, B, [[1.0], [1.0, 2.0]], Y), "no array"),
    ],
)
def test_what_is_no_set_of_data_earns_nothing_and_says_why(part, words):
    share, said = fools(1, part)
    assert share == 0
    assert words in said
