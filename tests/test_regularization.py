"""Dropout and penalties: the mean is kept, the slopes are right."""

import numpy as np
import pytest

import layerwise as lw


def test_dropout_keeps_the_mean_and_only_two_values():
    rng = np.random.default_rng(0)
    A, _ = lw.dropout_forward(np.ones((100, 1000)), rng=rng, keep_prob=0.8)
    np.testing.assert_array_equal(np.unique(A), [0.0, 1.25])
    assert abs(A.mean() - 1.0) < 0.01


def test_dropout_drops_the_same_entries_backward():
    rng = np.random.default_rng(0)
    A, cache = lw.dropout_forward(np.ones((5, 7)), rng=rng, keep_prob=0.5)
    dA = np.random.default_rng(1).standard_normal((5, 7))
    np.testing.assert_array_equal(lw.dropout_backward(dA, cache), dA * A)


def test_dropout_does_nothing_outside_training():
    A_prev = np.random.default_rng(1).standard_normal((5, 7))
    layer = lw.Dropout(0.5, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(layer.forward(A_prev), A_prev)
    np.testing.assert_array_equal(layer.backward(A_prev), A_prev)
    assert not np.array_equal(layer.forward(A_prev, training=True), A_prev)


def test_dropout_that_keeps_everything_changes_nothing():
    A_prev = np.random.default_rng(1).standard_normal((5, 7))
    layer = lw.Dropout(1.0, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(layer.forward(A_prev, True), A_prev)


def test_equal_generators_drop_equal_units():
    A_prev = np.ones((5, 7))
    runs = [
        lw.Dropout(0.5, rng=np.random.default_rng(3)).forward(A_prev, True)
        for _ in range(2)
    ]
    np.testing.assert_array_equal(*runs)


@pytest.mark.parametrize("keep_prob", [0.0, -0.1, 1.5])
def test_a_keep_prob_outside_its_range_is_refused(keep_prob):
    with pytest.raises(ValueError, match="chance that a unit stays"):
        lw.Dropout(keep_prob, rng=np.random.default_rng(0))


PENALTIES = {
    "l2": (lw.l2_penalty, lw.l2_gradients),
    "l1": (lw.l1_penalty, lw.l1_gradients),
}


@pytest.mark.parametrize("name", PENALTIES)
def test_a_penalty_has_the_gradient_it_says(name):
    penalty, gradients = PENALTIES[name]
    rng = np.random.default_rng(0)
    params = {"W1": rng.standard_normal((3, 4)), "b1": np.ones((3, 1))}
    grads = gradients(params, strength=0.7, m=5)
    assert list(grads) == ["W1"]

    def price(W):
        return penalty({"W1": W}, strength=0.7, m=5)

    measured = lw.numerical_gradient(price, params["W1"])
    assert lw.gradient_error(grads["W1"], measured) < 1e-7


@pytest.mark.parametrize("name", PENALTIES)
def test_biases_gamma_and_beta_go_free(name):
    penalty, _ = PENALTIES[name]
    params = {"W1": np.full((2, 2), 3.0), "W_ax2": np.full((2, 2), 3.0)}
    free = {"b1": np.ones((2, 1)), "gamma1": np.ones((2, 1))}
    price = penalty(params, strength=1.0, m=2)
    assert price > 0
    assert penalty({**params, **free}, strength=1.0, m=2) == price


def test_a_weight_at_zero_feels_no_l1_force():
    grads = lw.l1_gradients({"W1": np.zeros((1, 2))}, strength=1.0, m=1)
    np.testing.assert_array_equal(grads["W1"], 0.0)


def test_a_keep_prob_of_double_precision_does_not_widen_float32():
    A_prev, rng = np.ones((3, 4), np.float32), np.random.default_rng(0)
    A, _ = lw.dropout_forward(A_prev, rng=rng, keep_prob=np.float64(0.5))
    assert A.dtype == np.float32
