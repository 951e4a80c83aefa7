"""The figures of the chapter on logistic regression."""

import json

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise import figures
from layerwise.figures.computation_graph import walked
from layerwise.figures.threshold_slider import validation_answers


def test_the_graph_computes_as_the_library_to_nine_digits(run_module):
    rng = np.random.default_rng(0)
    for label in (0, 1):
        for _ in range(5):
            w, b = rng.uniform(-3, 3, 2), rng.uniform(-3, 3)
            x = [2.0, -1.0]
            value, blame = walked(x, w.tolist(), b, float(label))
            got = run_module(
                "computation_graph.js",
                f"walked({x}, {w.tolist()}, {b}, {label})",
            )
            pairs = {"z": value["z"], "a": value["a"], "loss": value["L"]}
            pairs |= {"da": blame["a"], "dz": blame["z"], "db": blame["b"]}
            for name, expected in pairs.items():
                assert got[name] == pytest.approx(expected, abs=1e-9), name
            expected = [blame["w1"], blame["w2"]]
            np.testing.assert_allclose(got["dw"], expected, atol=1e-9)


def test_the_graph_opens_with_the_example_of_the_chapter():
    data = figures.ComputationGraph().data
    assert data["value"]["a"] == pytest.approx(0.7311, abs=1e-4)
    assert data["value"]["L"] == pytest.approx(1.3133, abs=1e-4)
    assert data["blame"]["w1"] == pytest.approx(1.4621, abs=1e-4)


def test_its_blame_is_that_of_small_moves():
    def loss(theta, label):
        return walked([2.0, -1.0], theta[:2].tolist(), theta[2], label)[0]["L"]

    theta = np.array([0.4, -0.7, 0.2])
    for label in (0.0, 1.0):
        _, blame = walked([2.0, -1.0], [0.4, -0.7], 0.2, label)
        measured = lw.numerical_gradient(lambda t, y=label: loss(t, y), theta)
        printed = [blame["w1"], blame["w2"], blame["b"]]
        np.testing.assert_allclose(printed, measured, atol=1e-8)


def test_the_slopes_of_both_costs_are_those_of_finite_differences():
    data = figures.SurpriseAndSquare().data
    for cost in ("surprise", "square"):
        rise = np.gradient(np.array(data[cost]["value"]), data["step"])
        gap = np.abs(rise - np.array(data[cost]["slope"]))[1:-1]
        assert gap.max() < 2e-3, cost
    at = data["z"].index(data["start"])
    ratio = data["surprise"]["slope"][at] / data["square"]["slope"][at]
    assert ratio == pytest.approx(203, abs=1)


def test_the_tables_count_every_lump_at_every_threshold(run_module):
    data = figures.ThresholdSlider().data
    A, Y = validation_answers()
    got = run_module(
        "threshold_slider.js", f"{json.dumps(data['tables'])}.map(rates)"
    )
    for t, table, rates in zip(
        data["thresholds"], data["tables"], got, strict=True
    ):
        called = (t < A).astype(int)
        assert np.array_equal(table, lw.confusion_matrix(called, Y, classes=2))
        expected = lw.precision(called, Y)
        assert rates["precision"] == pytest.approx(expected, abs=1e-12)
        assert rates["recall"] == pytest.approx(lw.recall(called, Y))


def test_untouched_two_malignant_lumps_lie_on_the_wrong_side():
    data = figures.ThresholdSlider().data
    assert data["thresholds"][data["start"]] == 0.5
    assert data["tables"][data["start"]] == [[72, 0], [2, 40]]


def test_the_mosaic_holds_every_weight_once_in_its_place(run_module):
    frame = figures.DigitWeights().data["frames"][-1]
    got = np.array(
        run_module("digit_weights.js", f"mosaic({json.dumps(frame['W'])})")
    )
    W = np.array(frame["W"])
    for k in range(10):
        top, left = 10 * (k // 5) + 2, 9 * (k % 5)
        tile = got[top : top + 8, left : left + 8]
        np.testing.assert_allclose(tile, W[k].reshape(8, 8))
        got[top : top + 8, left : left + 8] = 0
    assert not got.any()


def test_the_stored_shares_right_are_those_of_the_stored_training():
    frames = figures.DigitWeights().data["frames"]
    assert frames[0]["cost"] == pytest.approx(np.log(10), rel=1e-4)
    assert frames[0]["step"] == 0 and not np.any(frames[0]["W"])
    assert frames[-1]["right"] > 0.95
    first = next(f["step"] for f in frames if f["right"] >= 0.9)
    assert first == 12  # the number that the caption asks for
