"""The four figures of chapter 9 show what the library computes."""

import itertools
import json

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise.figures import (
    block_pipeline,
    depth_slider,
    memory_bar,
    rate_slider,
)


def shapes(entries):
    return {name: tuple(shape) for name, shape in entries}


def test_every_gradient_of_a_block_has_the_shape_of_its_parameter():
    made = {b["name"]: b for b in block_pipeline.blocks()}
    L = len(block_pipeline.SIZES) - 1
    assert list(made) == [
        *(f"forward {l}" for l in range(1, L + 1)),
        *(f"backward {l}" for l in range(L, 0, -1)),
    ]
    for l in range(1, L + 1):
        uses = shapes(made[f"forward {l}"]["uses"])
        gives = shapes(made[f"backward {l}"]["gives"])
        assert gives[f"dW{l}"] == uses[f"W{l}"]
        assert gives[f"db{l}"] == uses[f"b{l}"]
        assert f"b{l}" not in shapes(made[f"forward {l}"]["keeps"])
    for before, after in itertools.pairwise(range(1, L + 1)):
        out = made[f"forward {before}"]["gives"]
        assert out == made[f"forward {after}"]["takes"]


def test_the_cache_of_a_block_is_counted(run_module):
    for block in block_pipeline.blocks():
        keeps = [[name, list(shape)] for name, shape in block["keeps"]]
        got = run_module("block_pipeline.js", f"count({json.dumps(keeps)})")
        assert got == sum(int(np.prod(shape)) for _, shape in keeps)
        if block["name"] == "forward 2":
            assert got == 95  # an exercise asks for it


@pytest.mark.parametrize("width", [16, 64, 128])
@pytest.mark.parametrize("m", [1, 28, 29])
def test_the_bars_of_memory_agree_with_a_network(run_module, width, m):
    sizes = [64, width, width, width, 10]
    learned = run_module("memory_bar.js", f"parameters({sizes})")
    kept = run_module("memory_bar.js", f"kept({sizes}, {m})")
    rng = np.random.default_rng(0)
    network = lw.deep_network(sizes, rng=rng)
    assert learned == memory_bar.parameters(sizes) == network.vector.size
    outputs = network.outputs(np.zeros((64, m)))[::2]  # the sums
    inputs = [64 * m, *(Z.size for Z in outputs[:-1])]
    assert kept == sum(inputs) + sum(Z.size for Z in outputs)
    assert kept == memory_bar.kept(sizes, m)
    if width == 64 and m > 1:
        assert tuple(sizes) == memory_bar.SIZES
        assert (kept > learned) == (m == 29)  # an exercise asks for it


def test_the_median_is_the_middle_one(run_module):
    for values in ([3, 1, 2], [0.5], [4, 1, 3, 2]):
        got = run_module("depth_slider.js", f"median({values})")
        assert got == np.median(values)


@pytest.mark.parametrize(("depth", "seed"), [(1, 0), (2, 2), (3, 1)])
def test_what_was_measured_can_be_measured_again(depth, seed):
    stored = [runs[seed] for runs in depth_slider.MEASURED[depth]]
    again = depth_slider.measured(depth, seed)
    np.testing.assert_allclose(stored, again, atol=0.012)


def test_deep_networks_are_lost_on_their_own_digits_too():
    train, valid = depth_slider.MEASURED[20]
    assert max(train) < 0.5 > max(valid)
    medians = {
        depth: np.median(valid)
        for depth, (_, valid) in depth_slider.MEASURED.items()
    }
    lost = [depth for depth, right in medians.items() if right < 0.5]
    assert lost[0] == 16  # an exercise asks for it


@pytest.mark.parametrize(("rate", "seed"), [(0.05, 1), (1.0, 2), (2.0, 0)])
def test_a_run_at_one_rate_can_be_made_again(rate, seed):
    stored = [runs[seed] for runs in rate_slider.MEASURED[rate]]
    again = rate_slider.measured(rate, seed)
    np.testing.assert_allclose(stored, again, atol=0.012)


def test_the_best_rate_stands_one_place_before_the_cliff():
    medians = {
        rate: np.median(valid)
        for rate, (_, valid) in rate_slider.MEASURED.items()
    }
    best = max(medians, key=medians.get)
    lost = [r for r, right in medians.items() if r > best and right < 0.5]
    assert lost[0] == 2  # an exercise asks for it
    assert list(medians).index(2) == list(medians).index(best) + 1
    shown = rate_slider.RateSlider().data
    assert shown["sets"][1]["medians"] == pytest.approx(list(medians.values()))
    assert shown["parameters"] == 64 * 32 + 32 + 32 * 10 + 10
