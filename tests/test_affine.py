"""The affine pair: weighted sums, and the chain rule written with shapes."""

import numpy as np
import pytest

import layerwise as lw
from layerwise.affine import (
    affine_backward,
    affine_backward_into,
    affine_forward,
)


def drawn(dtype=np.float64, n=4, n_prev=3, m=5):
    rng = np.random.default_rng(0)
    shapes = (n_prev, m), (n, n_prev), (n, 1), (n, m)
    return [rng.standard_normal(shape).astype(dtype) for shape in shapes]


def test_each_unit_weighs_each_example():
    A_prev, W, b, _ = drawn()
    Z, _ = affine_forward(A_prev, W, b)
    for i in range(4):
        for k in range(5):
            by_hand = sum(W[i, j] * A_prev[j, k] for j in range(3)) + b[i, 0]
            assert Z[i, k] == pytest.approx(by_hand, rel=1e-14)


def test_the_mean_stands_nowhere_in_the_backward_pass():
    A_prev, W, b, dZ = drawn()
    twice = [np.concatenate([x, x], axis=1) for x in (A_prev, dZ)]
    _, cache = affine_forward(A_prev, W, b)
    _, dW, db = affine_backward(dZ, cache)
    _, cache = affine_forward(twice[0], W, b)
    _, dW_twice, db_twice = affine_backward(twice[1], cache)
    np.testing.assert_allclose(dW_twice, 2 * dW, rtol=1e-12)
    np.testing.assert_allclose(db_twice, 2 * db, rtol=1e-12)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("needs_dA_prev", [True, False])
def test_the_ready_memory_gets_the_same_gradients(dtype, needs_dA_prev):
    A_prev, W, b, dZ = drawn(dtype)
    _, cache = affine_forward(A_prev, W, b)
    dA_prev, dW, db = affine_backward(dZ, cache)
    into_dW, into_db = np.full_like(dW, np.nan), np.full_like(db, np.nan)
    got = affine_backward_into(into_dW, into_db, dZ, cache, needs_dA_prev)
    tolerance = 100 * np.finfo(dtype).eps
    np.testing.assert_allclose(into_dW, dW, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(into_db, db, rtol=tolerance, atol=tolerance)
    if needs_dA_prev:
        np.testing.assert_allclose(got, dA_prev, rtol=tolerance)
    else:
        assert got is None


def test_the_course_s_dz_is_m_times_ours_and_dw_is_the_same():
    A_prev, W, b, _ = drawn()
    m = A_prev.shape[1]
    Z, cache = affine_forward(A_prev, W, b)
    Y = lw.one_hot(np.array([0, 1, 2, 3, 0]), 4)
    _, cost_cache = lw.softmax_cross_entropy_forward(Z, Y=Y)
    dZ = lw.softmax_cross_entropy_backward(1.0, cost_cache)
    _, dW, _ = affine_backward(dZ, cache)
    course_dZ = lw.softmax_forward(Z)[0] - Y
    np.testing.assert_allclose(m * dZ, course_dZ, atol=1e-14)
    np.testing.assert_allclose(dW, course_dZ @ A_prev.T / m, atol=1e-14)
