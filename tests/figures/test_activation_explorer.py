"""The activation explorer shows what the library computes."""

import numpy as np
import pytest

pytest.importorskip("anywidget")

from layerwise import figures
from layerwise.figures.activation_explorer import PAIRS, curve


def test_its_curves_are_the_librarys_to_five_digits():
    data = figures.ActivationExplorer().data
    z = np.array(data["z"])[None, :]
    assert data["names"] == list(PAIRS)
    for name, pair in PAIRS.items():
        value, slope = curve(pair, z)
        np.testing.assert_allclose(data["value"][name], value[0], rtol=1e-4)
        np.testing.assert_allclose(data["slope"][name], slope[0], rtol=1e-4)


def test_its_slopes_are_those_of_finite_differences():
    data = figures.ActivationExplorer().data
    z = np.array(data["z"])
    smooth = np.abs(z) > 0.1
    for name in data["names"]:
        rise = np.gradient(np.array(data["value"][name]), z)
        gap = np.abs(rise - np.array(data["slope"][name]))
        assert gap[smooth][1:-1].max() < 2e-3, name


def test_every_step_of_its_slider_is_a_computed_point():
    data = figures.ActivationExplorer().data
    steps = np.round(np.arange(-5, 5.001, data["step"]), 2)
    np.testing.assert_allclose(data["z"], steps)


def test_untouched_it_shows_tanh_below_the_sigmoid_at_three():
    data = figures.ActivationExplorer().data
    at = data["z"].index(data["start"]["z"])
    assert data["start"]["z"] == 3
    assert data["slope"]["tanh"][at] == pytest.approx(0.0098660, rel=1e-4)
    assert data["slope"]["sigmoid"][at] == pytest.approx(0.0451767, rel=1e-4)
