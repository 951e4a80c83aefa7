"""The three figures of chapter 8 show what the library computes."""

import itertools
import json

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise import figures
from layerwise.figures import gradient_check_meter as meter
from layerwise.figures import paths_to_loss, three_two_one_step

CASES = [
    ((1, 0, 1), 1.0, 0.9),
    ((1, 0, 1), 0.0, 0.9),
    ((0, 1, 1), 0.3, 2.5),
    ((0, 0, 0), 1.0, 0.0),
]


@pytest.mark.parametrize(("x", "y", "rate"), CASES)
def test_the_step_in_javascript_is_the_librarys(run_module, x, y, rate):
    data = {
        "W1": three_two_one_step.W1.tolist(),
        "b1": three_two_one_step.B1.ravel().tolist(),
        "W2": three_two_one_step.W2.ravel().tolist(),
        "b6": three_two_one_step.B2.item(),
    }
    got = run_module(
        "three_two_one_step.js",
        f"step({json.dumps(data)}, {list(x)}, {y}, {rate})",
    )
    want = three_two_one_step.step(x, y, rate)
    assert set(got) == set(want)
    for name, value in want.items():
        np.testing.assert_allclose(got[name], value, atol=1e-9, err_msg=name)


def test_the_step_shows_the_printed_results():
    done = three_two_one_step.step((1, 0, 1), 1.0, 0.9)
    assert done["dz6"] == pytest.approx(-0.1312, abs=5e-5)
    assert done["dz1"] == pytest.approx([0.0087, 0.0065], abs=5e-5)
    assert done["W1"].ravel() == pytest.approx(
        [0.192, 0.4, -0.508, -0.306, 0.1, 0.194], abs=5e-4
    )
    assert done["after"] == pytest.approx(0.515, abs=5e-4)
    other = three_two_one_step.step((1, 0, 1), 0.0, 0.9)
    assert other["dz6"] == pytest.approx(0.118, abs=5e-4)  # an exercise asks


def everything(data):
    """Return the loss as a function of all weights, without a walk back."""

    def loss(weights):
        A = paths_to_loss.X
        for W in weights.reshape(3, 2, 2):
            A = np.tanh(W @ A)
        return 0.5 * ((A - paths_to_loss.Y) ** 2).sum()

    return lw.numerical_gradient(loss, np.ravel(data))


def test_the_paths_add_up_to_the_measured_slopes(run_module):
    walked = paths_to_loss.walk()
    data = json.dumps(
        {
            "W": [W.tolist() for W in paths_to_loss.WEIGHTS],
            "a": [A[:, 0].tolist() for A in walked["answers"]],
            "bend": [bend.tolist() for bend in walked["bends"]],
            "e": (walked["answers"][-1] - paths_to_loss.Y)[:, 0].tolist(),
        }
    )
    measured = everything(np.array(paths_to_loss.WEIGHTS)).reshape(3, 2, 2)
    np.testing.assert_allclose(walked["dW"], measured, atol=1e-9)
    for l, i, j in itertools.product(range(3), range(2), range(2)):
        found = run_module("paths_to_loss.js", f"paths({data}, {l}, {i}, {j})")
        assert len(found) == 2 ** (2 - l)  # four from the first layer
        total = sum(path["product"] for path in found)
        assert total == pytest.approx(measured[l, i, j], abs=1e-9)
        units = [tuple(path["units"]) for path in found]
        assert units == paths_to_loss.paths(l, i)


def errors(bug, power=-5):
    data = figures.GradientCheckMeter().data
    return dict(
        zip(
            data["names"],
            data["errors"][bug][data["powers"].index(power)],
            strict=True,
        )
    )


ACCUSED = {
    "none": set(),
    "value": {"W1", "b1", "W2", "b2"},
    "slope": {"W1", "b1", "W2", "b2"},
    "bias": {"b2"},
    "twice": set(meter.NAMES),
    "sign": set(meter.NAMES),
}


@pytest.mark.parametrize("bug", ACCUSED)
def test_the_meter_accuses_whom_the_caption_says(run_module, bug):
    found = errors(bug)
    names, values = list(found), list(found.values())
    accused = run_module(
        "gradient_check_meter.js", f"accused({names}, {values})"
    )
    assert set(accused) == ACCUSED[bug]
    assert all(value < 1e-9 or value > 1e-3 for value in values)


def test_a_move_too_small_accuses_the_innocent():
    assert max(errors("none", -5).values()) < 1e-9
    assert max(errors("none", -11).values()) > 1e-7
    assert max(errors("none", -1).values()) > 1e-7


def test_the_walk_without_a_bug_is_the_librarys():
    params, X, Y = meter.network()
    grads = meter.backward(params, X, Y, "none")
    dense = [
        lw.Dense(n_prev, n, rng=np.random.default_rng(0))
        for n_prev, n in itertools.pairwise(meter.SIZES)
    ]
    network = lw.Network(dense[0], lw.Tanh(), dense[1], lw.Tanh(), dense[2])
    for name, values in params.items():
        network.params[name][...] = values
    cost = lw.SoftmaxCrossEntropy()
    cost.forward(network.forward(X, training=True), Y)
    network.backward(cost.backward())
    for name in meter.NAMES:
        np.testing.assert_allclose(grads[name], network.grads[name])
