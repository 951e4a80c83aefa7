"""The four figures of chapter 5 compute what the library computes."""

import json

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise import figures
from layerwise.figures import fold_fit, hidden_unit, live_network


def test_live_network_passes_numbers_on_as_the_library(run_module):
    data = json.dumps(figures.LiveNetwork().data)
    for x in ([1, 0, 1], [1, 1, 1], [0, 0, 0]):
        got = run_module("live_network.js", f"pass({data}, {x})")
        want = live_network.passed(np.array(x, dtype=float)[:, None])
        for name, value in want.items():
            np.testing.assert_allclose(
                np.ravel(got[name]), value.ravel(), rtol=0, atol=1e-9
            )


def test_live_network_opens_with_the_numbers_of_the_table():
    x = np.array(figures.LiveNetwork().data["start"], dtype=float)[:, None]
    numbers = live_network.passed(x)
    assert numbers["a1"].ravel().round(3).tolist() == [0.332, 0.525]
    assert numbers["a2"].item() == pytest.approx(0.474, abs=5e-4)


def test_hidden_unit_answers_and_measures_as_the_library(run_module):
    w, b = np.array([2.0, -1.5]), 0.5
    places = np.random.default_rng(0).uniform(-3, 3, (2, 10))
    got = run_module(
        "hidden_unit.js",
        f"{places.T.tolist()}.map(([x, y]) => [answer({w.tolist()}, {b}, "
        f"x, y), distance({w.tolist()}, {b}, x, y)])",
    )
    got = np.array(got).T
    want = hidden_unit.answers(w, b, places)
    np.testing.assert_allclose(got[0], want, rtol=0, atol=1e-9)
    far = (w @ places + b) / np.linalg.norm(w)
    np.testing.assert_allclose(got[1], far, rtol=0, atol=1e-9)


@pytest.mark.parametrize("module", ["hidden_unit.js", "units_playground.js"])
def test_the_fold_is_where_the_sum_is_zero(module, run_module):
    w, b = np.array([0.7, -2.0]), 1.3
    ends = run_module(module, f"fold({w.tolist()}, {b}, 5)")
    np.testing.assert_allclose(np.array(ends) @ w + b, 0, atol=1e-9)
    apart = np.diff(ends, axis=0)[0]
    assert np.hypot(*apart) == pytest.approx(10)


def test_with_bias_minus_three_the_fold_meets_the_marked_point():
    data = figures.HiddenUnit().data
    w = np.array(data["start"]["w"])
    assert data["start"]["b"] == 0
    assert w @ np.array(data["point"]) - 3.0 == 0


def test_fold_fit_is_a_network_and_its_error_the_librarys(run_module):
    data = figures.FoldFit().data
    x, y = np.array(data["x"]), np.array(data["y"])
    for fit in data["fits"]:
        xs, ys = np.array(fit["x"], float), np.array(fit["y"], float)
        net = f"units({xs.tolist()}, {ys.tolist()})"
        got = run_module(
            "fold_fit.js",
            f"[{x.tolist()}.map((v) => value({net}, v)), "
            f"meanError({net}, {x.tolist()}, {y.tolist()})]",
        )
        want = fold_fit.network(xs, ys, x)
        np.testing.assert_allclose(got[0], want, rtol=0, atol=1e-9)
        np.testing.assert_allclose(want, np.interp(x, xs, ys), atol=1e-9)
        J, _ = lw.mean_squared_error_forward(want[None], Y=y[None])
        assert got[1] == pytest.approx(float(J), abs=1e-9)
        assert fit["error"] == pytest.approx(float(J), abs=1e-6)


def test_four_joints_are_the_first_with_an_error_below_two_thousandths():
    errors = [fit["error"] for fit in figures.FoldFit().data["fits"]]
    assert errors == sorted(errors, reverse=True)
    assert [error < 0.002 for error in errors].index(True) == 3


def test_playground_answers_as_the_library(run_module):
    data = figures.UnitsPlayground().data
    places = np.random.default_rng(1).uniform(-2, 3, (2, 8))
    for bend, forward in (
        ("tanh", lw.tanh_forward),
        ("ReLU", lw.relu_forward),
    ):
        net = data["sets"][0]["nets"][bend][2]
        got = run_module(
            "units_playground.js",
            f"{places.T.tolist()}.map(([x, y]) => "
            f'answer({json.dumps(net)}, "{bend}", x, y))',
        )
        b1 = np.array(net["b1"])[:, None]
        Z1, _ = lw.affine_forward(places, np.array(net["W1"]), b1)
        Z2 = np.array(net["W2"]) @ forward(Z1)[0] + net["b2"]
        want, _ = lw.sigmoid_forward(Z2)
        np.testing.assert_allclose(got, want, rtol=0, atol=1e-9)


def test_playground_opens_one_unit_below_the_fewest_that_are_enough():
    data = figures.UnitsPlayground().data
    assert data["start"] == {"units": 2, "bend": "tanh"}
    assert data["sets"][0]["noise"] == 0.1
    for bend in data["bends"]:
        right = [net["right"] for net in data["sets"][0]["nets"][bend]]
        assert max(right[:2]) < 0.97 <= min(right[2:])
        noisy = [net["right"] for net in data["sets"][1]["nets"][bend]]
        assert max(noisy) < 0.97
