"""Shapes are checked where arrays enter, and the message teaches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import layerwise as lw
from layerwise.shapes import ShapeError, check_shape, check_values, trace


def message_of(error, call, *args, **kwargs):
    with pytest.raises(error) as caught:
        call(*args, **kwargs)
    return str(caught.value)


def test_a_right_shape_passes_in_silence():
    assert check_shape("A", np.zeros((3, 5)), "n m", n=3) is None
    assert check_shape("A", np.zeros((3, 5)), "n m") is None
    assert check_shape("X", np.zeros((2, 7, 4)), "n_x T m", T=7) is None


def test_the_message_names_array_symbols_numbers_and_what_came():
    message = message_of(
        ShapeError, check_shape, "W", np.zeros((2, 9)), "n n_prev", n=3
    )
    assert message.startswith(
        "W has shape (2, 9), expected (n, n_prev) = (3, n_prev)."
    )


def test_the_transpose_is_proposed_only_when_it_fits():
    fits = message_of(
        ShapeError, check_shape, "X", np.zeros((5, 3)), "n m", n=3
    )
    assert fits.endswith("Are the examples in rows? Then pass X.T.")
    unfit = message_of(
        ShapeError, check_shape, "X", np.zeros((5, 4)), "n m", n=3
    )
    assert ".T" not in unfit


def test_a_flat_array_is_told_which_reshape_makes_it_fit():
    one_example = message_of(
        ShapeError, check_shape, "X", np.zeros(3), "n m", n=3
    )
    assert "X.reshape(-1, 1)" in one_example
    one_feature = message_of(
        ShapeError, check_shape, "Y", np.zeros(5), "n m", n=1
    )
    assert "Y.reshape(1, -1)" in one_feature
    neither = message_of(ShapeError, check_shape, "X", np.zeros(5), "n m", n=3)
    assert "reshape" not in neither


@given(st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_every_shape_fits_itself_and_no_longer_one(shape):
    names = [f"axis_{i}" for i in range(len(shape))]
    sizes = dict(zip(names, shape, strict=True))
    check_shape("A", np.zeros(shape), " ".join(names), **sizes)
    for i in range(len(shape)):
        longer = [n + (i == k) for k, n in enumerate(shape)]
        with pytest.raises(ShapeError, match="A has shape"):
            check_shape("A", np.zeros(longer), " ".join(names), **sizes)


def test_whole_numbers_are_refused_because_gradients_would_be_cut_off():
    with pytest.raises(TypeError, match=r"X has dtype int64.*astype\(float"):
        check_values("X", np.array([1, 2], dtype=np.int64))
    with pytest.raises(TypeError, match="X has dtype bool"):
        check_values("X", np.array([True]))
    with pytest.raises(TypeError, match="expected real numbers"):
        check_values("X", np.array(["a"]))


def test_nan_is_counted_and_the_first_is_located():
    X = np.zeros((2, 3))
    X[1, 2] = np.nan
    X[0, 1] = np.inf
    with pytest.raises(ValueError, match=r"X has 2 entries.*\(0, 1\)"):
        check_values("X", X)
    check_values("X", np.zeros((2, 3), dtype=np.float32))


def small_network(dtype=np.float64):
    rng = np.random.default_rng(0)
    return lw.deep_network([3, 5, 2], rng=rng, dtype=dtype)


def test_trace_counts_what_the_formula_counts():
    table = trace(small_network(), (3, 7))
    assert table.count == (3 + 1) * 5 + (5 + 1) * 2
    assert [row[3] for row in table.rows] == [
        "(3, 7)",
        "(5, 7)",
        "(5, 7)",
        "(2, 7)",
    ]


def test_trace_measures_memory_by_the_dtype():
    double = trace(small_network(), (3, 7)).memory
    assert double == 8 * (32 + 3 * 7 + 5 * 7 + 5 * 7 + 2 * 7)
    assert trace(small_network(np.float32), (3, 7)).memory * 2 == double


def test_trace_leaves_the_network_ready_for_backward():
    network, rng = small_network(), np.random.default_rng(1)
    X, dA = rng.standard_normal((3, 7)), rng.standard_normal((2, 7))
    network.forward(X)
    network.backward(dA)
    before = network.gradient.copy()
    trace(network, (3, 99))
    network.backward(dA)
    np.testing.assert_array_equal(network.gradient, before)


def test_trace_is_a_table_in_plain_text_and_in_markdown():
    table = trace(small_network(), (3, 7))
    lines = repr(table).splitlines()
    assert lines[0].split() == [
        "layer",
        "parameters",
        "count",
        "output",
        "memory",
    ]
    assert lines[-1].split()[:2] == ["total", "32"]
    rows = table.to_markdown().splitlines()
    assert len({row.count("|") for row in rows}) == 1
    assert "| 1 Dense | W (5, 3) b (5, 1) | 20 | (5, 7) |" in rows[3]
    assert table._repr_markdown_() == table.to_markdown()


def test_trace_says_where_the_input_does_not_fit():
    with pytest.raises(ShapeError, match="A_prev has shape"):
        trace(small_network(), (4, 7))
