"""The size calculator counts the windows that the library computes."""

import itertools

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw

CASES = list(itertools.product((1, 4, 7, 8, 11), (1, 3, 4), (0, 1), (1, 2, 3)))


def test_it_counts_windows_as_the_library(run_module):
    cases = [c for c in CASES if c[1] <= c[0] + 2 * c[2]]
    got = run_module(
        "window_sizes.js",
        f"{[list(c) for c in cases]}.map((c) => windows(...c))",
    )
    for (n, f, p, s), found in zip(cases, got, strict=True):
        kernel = np.ones((1, 1, f, f))
        image = np.ones((1, n, n, 1))
        Z, _ = lw.conv_forward(
            image, kernel, np.zeros((1, 1)), stride=s, padding=p
        )
        assert len(found["starts"]) == Z.shape[2]
        dZ = np.ones_like(Z)
        _, cache = lw.conv_forward(
            image, kernel, np.zeros((1, 1)), stride=s, padding=p
        )
        reached = lw.conv_backward(dZ, cache)[0].sum(axis=(0, 1, 3))
        assert found["unseen"] == np.flatnonzero(reached == 0).tolist()


def test_a_window_larger_than_the_row_fits_nowhere(run_module):
    got = run_module("window_sizes.js", "windows(3, 8, 1, 1)")
    assert got == {"starts": [], "unseen": [0, 1, 2]}


def test_the_number_an_exercise_asks_for(run_module):
    got = run_module("window_sizes.js", "windows(11, 4, 0, 3)")
    assert got == {"starts": [0, 3, 6], "unseen": [10]}
