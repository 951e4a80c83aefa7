"""The judge of chapter 9's capstone says what it sees in weak readers."""

import numpy as np
import pytest

from layerwise.exercises.ch09_deep_networks import (
    fault_in,
    reading,
    split_digits,
    training_with,
)


@pytest.fixture(scope="module")
def given():
    return split_digits(np.random.default_rng(0))


def alike(rng, n, n_prev):
    return np.full((n, n_prev), 0.05)


def silent(rng, n, n_prev):
    return -abs(rng.normal(size=(n, n_prev)))


WEAK = {
    "not trained out": ({"batch": 2000, "epochs": 5}, (0.0, 0.8)),
    "the same weights": ({"start": alike, "epochs": 2}, (0.0, 0.4)),
    "are silent for every digit": ({"start": silent, "epochs": 1}, (0, 0.2)),
    "true of these only": ({}, (0.0, 0.85)),
}


@pytest.mark.parametrize("words", WEAK)
def test_a_weak_reader_earns_less_and_is_told_why(given, words):
    settings, (low, high) = WEAK[words]
    X, Y = given
    if words.startswith("true"):  # learns a few by heart, knows no others
        few = slice(0, 60)
        made = training_with(epochs=80)(X[:, few], Y[:, few])
        share, said = reading(X[:, few], Y[:, few])(made)
    else:
        share, said = reading(X, Y)(training_with(**settings)(X, Y))
    assert words in said
    assert low <= share < high + 0.15


def test_a_good_reader_earns_all_and_a_false_record_costs_its_part(given):
    made = training_with()(*given)
    share, words = reading(*given)(made)
    assert share == 1
    assert "95 are asked" not in words
    share, words = reading(*given)({**made, "costs": [2.3, 2.2, 2.1]})
    assert share == pytest.approx(25 / 30)
    assert "your costs" in words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"W1": np.zeros((40, 63))}, "of shape (40, 63), not (n, 64)"),
        ({"b1": np.zeros(40)}, "of shape (40,), not (40, 1)"),
        ({"W2": np.full((10, 40), np.nan)}, "not finite"),
        ({"W2": np.zeros((10, 40), int)}, "no array of real numbers"),
        ({"W2": np.zeros((9, 40)), "b2": np.zeros((9, 1))}, "9 units"),
    ],
)
def test_what_cannot_be_scored_is_named(change, words):
    params = {
        "W1": np.zeros((40, 64)),
        "b1": np.zeros((40, 1)),
        "W2": np.zeros((10, 40)),
        "b2": np.zeros((10, 1)),
    }
    assert fault_in({"params": params, "costs": []}) == ""
    assert words in fault_in({"params": {**params, **change}, "costs": []})
    assert "no dictionary" in fault_in(params)
