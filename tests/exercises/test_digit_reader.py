"""The judge of chapter 9's capstone says what it sees in weak readers."""

import numpy as np
import pytest

from layerwise import datasets, metrics
from layerwise.exercises.ch09_deep_networks import (
    capstone,
    split_digits,
    training_with,
)
from layerwise.exercises.digit_readers import (
    CHANGES,
    ON_TOP,
    cross_entropy,
    explained,
    fault_in,
    forward,
    held_back,
    look,
    numbers,
    reading,
)

NAMED = {m.name for m in capstone.functions["digit_reader"].mistakes}


@pytest.fixture(scope="module")
def given():
    return split_digits(np.random.default_rng(0))


@pytest.fixture(scope="module")
def good(given):
    return training_with(epochs=40)(*given)


# Trainings that are not among the named mistakes, and what is seen in them.
WEAK = {
    "three layers stopped early": (
        {"sizes": (64, 30, 20, 10), "rate": 0.2, "epochs": 2},
        "not-there-yet",
    ),
    "whole batches, few of them": (
        {"batch": 2000, "rate": 0.1, "epochs": 12},
        "hardly-moved",
    ),
    "equal starts": (
        {"start": lambda rng, n, n_prev: np.full((n, n_prev), 0.05)},
        "twins",
    ),
    "in the order given": (
        {"ordered": True, "sizes": (64, 32, 32, 10), "rate": 0.2},
        "in-order",
    ),
    "without the last tenth": (
        {"part": slice(0, 1100), "epochs": 8},
        "last-columns",
    ),
    "pixels from 0 to 16": (
        {"change": lambda X: 16 * X, "rate": 0.01, "epochs": 10},
        "inputs-changed",
    ),
    "every fifteenth digit": (
        {"part": slice(0, None, 15), "epochs": 50, "rate": 0.3},
        "a-part",
    ),
    "one hidden unit in the middle": (
        {"sizes": (64, 30, 3, 10), "rate": 0.1, "epochs": 25},
        "too-narrow",
    ),
}


@pytest.mark.parametrize("made", WEAK)
def test_a_weak_reader_earns_less_and_its_weakness_has_a_name(given, made):
    settings, name = WEAK[made]
    share, _, seen = reading(*given)(training_with(**settings)(*given))
    assert seen == name
    assert share < 0.95


def test_a_good_reader_earns_all_and_a_false_record_costs_its_part(
    given, good
):
    share, words, name = reading(*given)(good)
    assert share == 1
    assert name == ""
    assert words.startswith("reads 9")
    false = {**good, "costs": [2.3, 2.2, 2.1]}
    share, _, name = reading(*given)(false)
    assert share == pytest.approx(25 / 30)
    assert name == "costs-disagree"


def test_the_classes_are_sorted_and_have_new_names(given):
    X, Y = given
    classes = Y.argmax(axis=0)
    assert (np.diff(classes) >= 0).all()
    new, named, usual = held_back(X, Y)
    assert X.shape[1] + new.shape[1] == len(datasets.digits()[1])
    shown = {tuple(c) for c in X.T}
    assert not any(tuple(c) in shown for c in new.T)
    assert len({*zip(named.tolist(), usual.tolist(), strict=True)}) == 10
    assert (named != usual).any()


def test_who_learns_by_the_usual_names_is_found_out(given, good):
    """A peek at all digits reads them, and not by the names of Y."""
    pixels, digit = datasets.digits()
    peeked = training_with(epochs=20)(pixels, metrics.one_hot(digit, 10))
    seen = look(peeked, *given)
    assert seen["mistake"] == "other-labels"
    assert seen["score"] < 0.2
    assert float(seen["usual"]) > 97
    assert look(good, *given)["mistake"] == ""


@pytest.mark.parametrize("words", [*CHANGES, *ON_TOP])
def test_a_cost_is_explained_only_by_what_makes_it(given, good, words):
    X, Y = given
    params = good["params"]
    if words in CHANGES:
        cost = cross_entropy(forward(CHANGES[words](X), params)[-1], Y)
    else:
        cost = ON_TOP[words](forward(X, params)[-1], Y)
    assert explained(params, X, Y, cost)[0] == words
    assert explained(params, X, Y, 1.01 * cost)[0] == ""


@pytest.mark.parametrize(
    ("change", "words", "name"),
    [
        ({"W1": np.zeros((40, 63))}, "(40, 63), not (n, 64)", "unlike-start"),
        ({"b1": np.zeros(40)}, "(40,), not (40, 1)", "unlike-start"),
        ({"W2": np.full((10, 40), np.nan)}, "not finite", "not-finite"),
        ({"W2": np.zeros((10, 40), int)}, "real numbers", "unlike-start"),
        (
            {"W2": np.zeros((9, 40)), "b2": np.zeros((9, 1))},
            "9 units",
            "unlike-start",
        ),
        ({"W2": None}, "'W2'", "unlike-start"),
        (
            {"W1": np.zeros((64, 40)), "W2": np.zeros((40, 10))},
            "(64, 40)",
            "on-their-side",
        ),
    ],
)
def test_what_cannot_be_scored_is_named(change, words, name):
    params = {
        "W1": np.zeros((40, 64)),
        "b1": np.zeros((40, 1)),
        "W2": np.zeros((10, 40)),
        "b2": np.zeros((10, 1)),
    }
    assert fault_in({"params": params, "costs": []}) == ("", "")
    said, seen = fault_in({"params": {**params, **change}, "costs": []})
    assert words in said
    assert seen == name
    assert fault_in(params)[1] == "other-names"
    one = {"W1": np.zeros((10, 64)), "b1": np.zeros((10, 1))}
    assert fault_in({"params": one, "costs": []})[1] == "one-layer"
    assert {seen, "other-names", "one-layer"} <= NAMED


@pytest.mark.parametrize(
    "costs", [0.3, "0.3", [0.3], [[1.0], [0.2]], [1j, 0.1], ["a", "b"], None]
)
def test_what_is_no_record_of_costs_is_seen(given, good, costs):
    assert numbers(costs) == []
    seen = look({**good, "costs": costs}, *given)
    assert seen["mistake"] == "costs-no-list"
    assert seen["score"] == pytest.approx(25 / 30)


def test_a_square_net_that_ends_in_ten_hidden_units_is_not_turned():
    """Its shapes read 64 first and 10 last either way."""
    params = {}
    for l, (n, n_prev) in enumerate([(64, 64), (10, 64), (10, 10)], 1):
        params[f"W{l}"], params[f"b{l}"] = (
            np.ones((n, n_prev)),
            np.ones((n, 1)),
        )
    assert fault_in({"params": params, "costs": []}) == ("", "")
