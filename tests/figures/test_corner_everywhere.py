"""The corner moves over the grid; one of two nets knows it everywhere."""

import numpy as np
import pytest

pytest.importorskip("anywidget")

from layerwise import datasets, figures
from layerwise.figures.corner_everywhere import pictures, trained


def test_its_pictures_hold_one_corner_each_and_nothing_else():
    found = datasets.corner_places(pictures())
    assert np.array_equal(found, np.eye(9, dtype=bool))
    data = figures.CornerEverywhere().data
    assert np.array_equal(
        np.array(data["pictures"]).reshape(9, 16).T, pictures()
    )


def test_the_dense_net_says_corner_at_the_five_shown_places_only():
    data = figures.CornerEverywhere().data
    dense = np.ravel(data["dense"])
    shown = np.isin(np.arange(9), data["shown"])
    assert shown.sum() == 5
    assert dense[shown].min() > 0.6
    assert dense[~shown].max() < 0.3


def test_the_shared_filters_say_corner_everywhere_and_the_same():
    shared = np.ravel(figures.CornerEverywhere().data["shared"])
    assert shared.min() > 0.95
    assert np.ptp(shared) < 0.01


def test_untouched_the_corner_stands_where_it_was_kept_back():
    data = figures.CornerEverywhere().data
    assert data["start"] in datasets.UNSEEN_PLACES


def test_its_numbers_are_those_of_the_nets():
    dense, _ = trained(0)
    z = dense.forward(pictures())[0]
    given = np.ravel(figures.CornerEverywhere().data["dense"])
    np.testing.assert_allclose(given, 1 / (1 + np.exp(-z)), atol=6e-4)


def test_a_press_in_the_plot_finds_the_nearest_place(run_module):
    got = run_module(
        "corner_everywhere.js",
        "[under(1, 3), under(3, 1), under(2, 2), under(0, 0), under(4, 4),"
        " placeOf(1, 2)]",
    )
    assert got == [[0, 0], [2, 2], [1, 1], [2, 0], [0, 2], 5]
