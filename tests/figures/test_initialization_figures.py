"""The figures of chapter 10 show what the library computes."""

import re
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise import datasets, figures, training
from layerwise.exercises import ch10_initialization as ch10
from layerwise.figures import signal_depth, start_race, twin_units

ROOT = Path(__file__).parents[2]


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


def test_the_shares_of_a_histogram_add_up_to_all_answers(run_module):
    for own in figures.SignalDepth().data["table"].values():
        for gain in own["counts"]:
            counts = [list(map(int, text.split())) for text in gain]
            assert np.shape(counts) == (20, 21)
            np.testing.assert_allclose(np.sum(counts, axis=1), 1000, atol=10)
    assert run_module("signal_depth.js", 'shares("0 125 875")') == [
        0,
        12.5,
        87.5,
    ]


def test_a_histogram_holds_the_answers_of_its_layer():
    """Built once more, with another function, for one gain and layer."""
    own = figures.SignalDepth().data["table"]["tanh"]
    rng = np.random.default_rng(0)
    A = rng.standard_normal((64, 64))
    for _ in range(3):
        A = np.tanh(2 / 8 * rng.standard_normal((64, 64)) @ A)
    place = np.searchsorted(np.linspace(-1, 1, 22), A, side="right") - 1
    count = np.bincount(np.minimum(place.ravel(), 20), minlength=21)
    gain = list(signal_depth.GAINS).index(2)
    stored = list(map(int, own["counts"][gain][2].split()))
    np.testing.assert_allclose(stored, 1000 * count / A.size, atol=0.51)


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


def test_the_judge_runs_the_descent_that_the_figure_shows():
    """What exercise 10.2 asks is what the figure's own descent does."""
    data = figures.TwinUnits().data
    for difference in (1e-8, 1e-2):
        run = data["runs"][data["differences"].index(difference)]
        judged = ch10.distances(difference)[:: twin_units.EVERY]
        np.testing.assert_allclose(run["apart"], judged, rtol=1e-3)
    assert ch10.tiny_judged(450)[0] == ch10.hundredth_judged(60)[0] == 1
    assert ch10.tiny_judged(390)[0] == ch10.hundredth_judged(30)[0] == 0


def test_only_start_d_learns_and_e_leaves_the_axis():
    costs = figures.StartRace().data["costs"]
    assert list(costs) == list(start_race.STARTS)
    for name in ("A zero", "B 0.01", "C 1/n"):
        assert 2.29 < min(costs[name])
    assert costs["D 2/n"][-1] < 1
    assert set(costs["E 1.0"]) == {None}


def test_the_number_of_updates_follows_from_the_race(run_module):
    """Exercise 10.8 starts from the epoch that this figure shows."""
    costs = list(figures.StartRace().data["costs"]["D 2/n"])
    epoch = run_module("start_race.js", f"below({costs}, 1)")
    batches = training.minibatches(
        np.zeros((1, 1397)),
        np.zeros((1, 1397)),
        batch_size=64,
        rng=np.random.default_rng(0),
    )
    assert epoch * sum(1 for _ in batches) == ch10.UPDATES == 264


STATES = {
    "twins": lambda rows, size, cost: rows == 1,
    "too small": lambda rows, size, cost: size < 0.1,
    "too large": lambda rows, size, cost: size > 10 and cost > 10,
    "sound": lambda rows, size, cost: rows == 48 and 0.5 < size < 2,
}


def test_the_signs_of_the_four_networks_are_those_of_their_states():
    """The cell before exercise 10.8, as it stands in the manuscript."""
    source = (ROOT / "book" / "10-initialization.md").read_text("utf-8")
    cells = re.findall(r"^```\{code-cell\}\n(.*?)^```$", source, re.M | re.S)
    (dealt,) = [cell for cell in cells if "permutation(4)" in cell]
    (helper,) = [cell for cell in cells if "def normal_times" in cell]
    X, digit = datasets.digits()
    X = (X - X.mean()) / X.std()
    known = {"np": np, "lw": lw, "signs": lambda net: found.append(told(net))}
    found = []

    def told(net):
        rows = len(np.unique(net.params["W2"], axis=0))
        size = np.sqrt(np.mean(net.outputs(X)[-2] ** 2))
        J, _ = lw.softmax_cross_entropy_forward(
            net.forward(X), Y=np.eye(10)[:, digit]
        )
        return rows, size, J

    exec(helper.split("seen, unseen")[0], known)
    exec(dealt, known)
    right = ch10.signs()()
    for name, measured in zip("PQRS", found, strict=True):
        states = [s for s, holds in STATES.items() if holds(*measured)]
        assert right[name] == states[0], (name, measured)


def test_the_first_epoch_below_a_limit_is_found(run_module):
    assert run_module("start_race.js", "below([null, 3, 0.5], 1)") == 2
    assert run_module("start_race.js", "below([3, 2], 1)") is None
