"""The chapter on activations: two slopes, dead units, stacks that collapse."""

import json

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise import figures
from layerwise.figures import dead_unit_map, linear_collapse, slopes_crossing


def test_both_slopes_are_the_librarys_to_nine_digits(run_module):
    z = [0.0, 0.3, 1.0, 1.6629, 2.5, 3.0, 5.0]
    got = run_module("slopes_crossing.js", f"{z}.map(slopes)")
    expected = np.transpose(slopes_crossing.slopes(np.array(z)))
    np.testing.assert_allclose(got, expected, atol=1e-9)


def test_the_ratio_is_one_at_the_crossing_and_two_further_left(run_module):
    for ratio, place in ((1, 1.6628858910586215), (2, 1.0612750619050353)):
        p, q = run_module("slopes_crossing.js", f"slopes({place})")
        assert p / q == pytest.approx(ratio, abs=1e-9)


def test_untouched_the_sigmoid_is_steeper_by_more_than_four():
    data = figures.SlopesCrossing().data
    at = data["z"].index(data["start"])
    ratio = data["sigmoid"][at] / data["tanh"][at]
    assert ratio == pytest.approx(4.58, abs=0.01)


@pytest.mark.parametrize(
    ("rate", "bias"), [(0.1, 0.0), (3.0, 0.0), (0.03, -4.0), (3.0, 4.0)]
)
def test_the_map_of_dead_units_counts_what_training_leaves(rate, bias):
    data = figures.DeadUnitMap().data
    row = data["dead"][data["biases"].index(bias)]
    printed = row[data["rates"].index(rate)]
    counts = [dead_unit_map.dead_units(rate, bias, s) for s in range(3)]
    assert np.median(counts) == pytest.approx(printed, abs=2)


def test_from_bias_0_no_unit_dies_up_to_rate_one_half():
    data = figures.DeadUnitMap().data
    row = data["dead"][data["biases"].index(0)]
    safe = [r for r, n in zip(data["rates"], row, strict=True) if n == 0]
    assert max(safe) == 0.5
    assert row == sorted(row)
    column, line = data["start"]
    assert data["dead"][line][column] > 0.8 * data["units"]


def test_every_stack_without_a_bend_is_its_one_layer(run_module):
    data = figures.LinearCollapse().data
    X, inner = linear_collapse.rings()
    for depth, stack in enumerate(data["stacks"], start=1):
        W, b = linear_collapse.collapsed(depth)
        Ws, _ = linear_collapse.stack(depth)
        product = np.linalg.multi_dot(Ws[::-1]) if depth > 1 else Ws[0]
        np.testing.assert_allclose(W, product, atol=1e-12)
        whole = lw.affine_forward(X, W, b)[0]
        for bend in (False, True):
            said = linear_collapse.answer(depth, X, bend)
            if not bend:
                np.testing.assert_allclose(said, whole, atol=1e-12)
            got = run_module(
                "linear_collapse.js",
                f"{X.T[::7].tolist()}.map((x) => answer("
                f"{json.dumps(stack)}, x, {str(bend).lower()}))",
            )
            np.testing.assert_allclose(got, said[0, ::7], atol=1e-9)
            share = run_module(
                "linear_collapse.js",
                f"right({json.dumps(stack)}, {X.tolist()}, "
                f"{inner.astype(int).tolist()}, {str(bend).lower()})",
            )
            assert share == pytest.approx(np.mean((said[0] < 0) == inner))
            assert (share > 0.9) == (bend and depth > 1)
            assert bend or share <= 2 / 3
        one = run_module(
            "linear_collapse.js", f"collapsed({json.dumps(stack)})"
        )
        np.testing.assert_allclose(one, [*W[0], b[0, 0]], atol=1e-9)


def test_the_line_drawn_is_where_the_one_layer_says_zero(run_module):
    w = np.array([1.25, 2.215, -1.18])
    ends = run_module("linear_collapse.js", f"border({w.tolist()}, 4)")
    for x, y in ends:
        assert w @ [x, y, 1] == pytest.approx(0, abs=1e-9)
    assert np.hypot(*np.subtract(*ends)) == pytest.approx(8)


def test_the_figure_reads_what_the_exercise_prints():
    W, b = linear_collapse.collapsed(3)
    np.testing.assert_allclose(W, [[1.25, 2.215]], atol=1e-12)
    np.testing.assert_allclose(b, [[-1.18]], atol=1e-12)
