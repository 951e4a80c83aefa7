"""The figures of chapter 10 show what the library computes."""

import numpy as np
import pytest

pytest.importorskip("anywidget")

from layerwise import figures
from layerwise.figures import signal_depth, start_race, twin_units


def test_at_gain_three_tanh_looks_well_and_the_gradient_does_not():
    data = figures.SignalDepth().data
    start = data["start"]
    own = data["table"]["tanh"]
    assert (start["name"], data["gains"][start["gain"]]) == ("tanh", 3)
    assert 0.7 < own["size"][start["gain"]][-1] < 0.95
    gradient = own["gradient"][start["gain"]]
    assert gradient[0] > 100 * gradient[-1]


def test_relu_keeps_its_size_at_the_gain_root_two_only():
    data = figures.SignalDepth().data
    sizes = np.array([row[-1] for row in data["table"]["ReLU"]["size"]])
    gains = np.array(data["gains"])
    near = (sizes > 0.4) & (sizes < 2.5)
    assert near.sum() == 1
    assert gains[near][0] == pytest.approx(2**0.5, rel=1e-3)


def test_the_shares_of_a_histogram_add_up_to_all_answers():
    for own in figures.SignalDepth().data["table"].values():
        np.testing.assert_allclose(np.sum(own["counts"], axis=-1), 100, atol=2)


def test_its_growth_is_the_ratio_of_both_ends(run_module):
    _, gradient, _ = signal_depth.passage("tanh", 1.2, 0)
    told = run_module(
        "signal_depth.js",
        f"growth({list(gradient)})".replace("np.float64", ""),
    )
    assert told == pytest.approx(gradient[0] / gradient[-1], rel=1e-12)
    assert run_module("signal_depth.js", "growth([1, 0])") is None


def test_equal_units_stay_equal_and_others_part():
    runs = [twin_units.descend(d) for d in (0.0, 1e-6, 0.1)]
    assert np.array_equal(runs[0]["first"], runs[0]["second"])
    assert not runs[0]["apart"].any()
    assert runs[1]["apart"][-1] > 1
    assert runs[2]["cost"][-1] < 0.8 * runs[0]["cost"][-1]


def test_a_hundredth_of_the_difference_costs_sixty_steps_more(run_module):
    data = figures.TwinUnits().data
    steps = list(data["steps"])
    told = {
        difference: run_module(
            "twin_units.js", f"parted({steps}, {run['apart']}, 0.1)"
        )
        for difference, run in zip(
            data["differences"], data["runs"], strict=True
        )
        if difference <= 1e-4
    }
    assert told[0] is None
    assert told[1e-6] - told[1e-4] == told[1e-8] - told[1e-6] == 60


def test_only_start_d_learns_and_e_leaves_the_axis():
    costs = figures.StartRace().data["costs"]
    assert list(costs) == list(start_race.STARTS)
    for name in ("A zero", "B 0.01", "C 1/n"):
        assert 2.29 < min(costs[name])
    assert costs["D 2/n"][-1] < 1
    assert set(costs["E 1.0"]) == {None}


def test_the_first_epoch_below_a_limit_is_found(run_module):
    assert run_module("start_race.js", "below([null, 3, 0.5], 1)") == 2
    assert run_module("start_race.js", "below([3, 2], 1)") is None
