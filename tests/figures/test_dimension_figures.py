"""The three figures of chapter 7 show what numpy and the library do."""

import itertools
import json
from collections import Counter

import numpy as np
import pytest

pytest.importorskip("anywidget")

import layerwise as lw
from layerwise import figures
from layerwise.figures import shape_judge


@pytest.mark.parametrize(
    ("sizes", "m"), [((12, 5, 5, 3, 1), 7), ((12, 5, 5, 8, 1), 7), ((2, 3), 1)]
)
def test_the_shapes_in_javascript_are_the_librarys(run_module, sizes, m):
    got = run_module("layer_sizes.js", f"layers({list(sizes)}, {m})")
    network = lw.deep_network(sizes, rng=np.random.default_rng(0))
    table = lw.trace(network, (sizes[0], m))
    for l, row in enumerate(got, start=1):
        assert tuple(row["W"]) == network.params[f"W{l}"].shape
        assert tuple(row["b"]) == network.params[f"b{l}"].shape
        assert row["Z"] == [sizes[l], m]
    assert sum(row["count"] for row in got) == table.count


@pytest.mark.parametrize("sizes", [(3, 5, 7), (3, 3, 7), (4, 4, 4), (1, 2, 1)])
def test_the_products_in_javascript_are_numpys(run_module, sizes):
    got = run_module(
        "matmul_fit.js", f"products({', '.join(map(str, sizes))})"
    )
    n, n_prev, m = sizes
    tables = [np.ones((n, n_prev)), np.ones((n, m)), np.ones((n_prev, m))]
    pieces = [turned for table in tables for turned in (table, table.T)]
    for (i, left), (j, right) in itertools.product(
        enumerate(pieces), repeat=2
    ):
        try:
            want = list((left @ right).shape)
        except ValueError:
            want = None
        assert got[i][j] == want


@pytest.mark.parametrize(
    ("sizes", "fit"), [((3, 5, 7), 12), ((3, 3, 7), 20), ((4, 4, 4), 36)]
)
def test_the_number_an_exercise_asks_for(run_module, sizes, fit):
    got = run_module(
        "matmul_fit.js", f"products({', '.join(map(str, sizes))})"
    )
    assert sum(shape is not None for row in got for shape in row) == fit


def test_the_judge_finds_what_the_chapter_counts(run_module):
    counts = []
    for slips in figures.ShapeJudge().data["rows"].values():
        found = Counter()
        for words in slips.values():
            caught = run_module(
                "shape_judge.js", f"caught({json.dumps(words)})"
            )
            refused = any(shape_judge.REFUSED in row for row in words)
            found["numpy" if refused else "shapes" if caught else "no"] += 1
        counts.append(found)
    assert counts[0] == {"numpy": 3, "shapes": 4, "no": 5}
    assert counts[1] == {"shapes": 3, "no": 9}


def test_a_gradient_on_its_side_looks_right_in_one_layer(run_module):
    rows = figures.ShapeJudge().data["rows"]["12-5-5-3-1, m = 7"]
    words = json.dumps(rows["dW on its side"])
    assert run_module("shape_judge.js", f"caught({words})") == [1, 3, 4]


def test_the_way_back_without_a_slip_has_every_shape_right():
    for sizes, m in shape_judge.NETWORKS.values():
        rows = shape_judge.judged(sizes, m, shape_judge.LINES)
        assert not any("≠" in word for row in rows for word in row)
        assert shape_judge.REFUSED not in itertools.chain(*rows)
