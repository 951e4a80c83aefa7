"""Chapter 10's starts are random: the judge must not be fooled by chance."""

import math
from itertools import pairwise

import numpy as np
import pytest

from layerwise.exercises import ch10_initialization as ch10
from layerwise.exercises.calling import LocalCaller
from layerwise.exercises.examiner import examine

STARTS = {"init_he": ch10.every_layer, "mended_10_5": ch10.reseeded}


@pytest.mark.parametrize("name", STARTS)
def test_every_layer_drawn_shows_its_spread_to_five_deviations(name):
    """The judge tells 1.1 times from 1; a sample variance is off by less."""
    for dims, _ in STARTS[name].functions[name].draw(np.random.default_rng(0)):
        for n_prev, n in pairwise(dims):
            off = math.sqrt(2 / (n_prev * n))  # of one variance, relative
            assert 5 * math.sqrt(2) * off < math.log(1.1), (n_prev, n)


def told(rule):
    """Judge a start with this standard deviation; return the mistake."""
    start = ch10.all_layers(ch10.scaled(rule))
    report = examine(
        ch10.every_layer,
        LocalCaller({"init_he": start}),
        np.random.default_rng(11),
    )
    return report.verdicts[0].mistake


@pytest.mark.parametrize(
    ("rule", "mistake"),
    [
        (lambda p, n: 0.037, "one-spread"),
        (lambda p, n: 1.0, "one-spread"),
        (lambda p, n: 0.3 * p**0.5, "upside-down"),
        (lambda p, n: 5 / p, "variance-for-deviation"),
        (lambda p, n: (7 / p) ** 0.5, "too-wide"),
        (lambda p, n: (0.3 / p) ** 0.5, "too-narrow"),
        (lambda p, n: (1 / n) ** 0.5, "outputs-counted"),
        (lambda p, n: (6 / (p + n)) ** 0.5, "both-sizes"),
        (lambda p, n: (2 / p) ** 0.5, None),
    ],
)
def test_a_spread_is_told_by_its_law_whatever_the_factor(rule, mistake):
    assert told(rule) == mistake


def test_a_dict_that_begins_at_zero_is_no_list_of_new_faults():
    report = examine(
        ch10.every_layer,
        LocalCaller({"init_he": ch10.counted_from_zero}),
        np.random.default_rng(3),
    )
    (verdict,) = report.verdicts
    assert verdict.mistake == "counted-from-zero"
    assert verdict.score == 9
