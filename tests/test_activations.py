"""Activations against scipy, by hand, at kinks and at the edge of floats."""

import numpy as np
import pytest
from scipy import special

import layerwise as lw

Z = np.array([[-1000.0, -3.0, -1e-9, 0.0, 1e-9, 0.5, 40.0, 1000.0]])


def test_sigmoid_is_the_expit_of_scipy_in_every_digit():
    A, _ = lw.sigmoid_forward(Z)
    np.testing.assert_allclose(A, special.expit(Z), rtol=1e-15)


def test_sigmoid_keeps_small_probabilities_exact():
    A, _ = lw.sigmoid_forward(np.array([[-700.0]]))
    np.testing.assert_allclose(A, np.exp(-700.0), rtol=1e-12, atol=0)


def test_softmax_is_the_softmax_of_scipy():
    rng = np.random.default_rng(0)
    Z = 30.0 * rng.standard_normal((5, 7))
    A, _ = lw.softmax_forward(Z)
    np.testing.assert_allclose(A, special.softmax(Z, axis=0), rtol=1e-13)
    np.testing.assert_allclose(A.sum(axis=0), 1.0, rtol=1e-14)


def test_softmax_shifts_each_column_by_its_own_largest_sum():
    A, _ = lw.softmax_forward(np.array([[1000.0, -1000.0]] * 2))
    np.testing.assert_array_equal(A, np.full((2, 2), 0.5))


def test_softmax_does_not_feel_a_shift_and_gives_it_no_gradient():
    rng = np.random.default_rng(0)
    Z, dA = rng.standard_normal((2, 5, 7))
    A, cache = lw.softmax_forward(Z)
    np.testing.assert_allclose(lw.softmax_forward(Z + 9.0)[0], A, rtol=1e-13)
    dZ = lw.softmax_backward(dA, cache)
    np.testing.assert_allclose(dZ.sum(axis=0), 0.0, atol=1e-15)


def test_softmax_backward_is_the_product_with_the_jacobian():
    rng = np.random.default_rng(0)
    z, da = rng.standard_normal((2, 4, 1))
    A, cache = lw.softmax_forward(z)
    jacobian = np.diagflat(A) - A @ A.T
    expected = jacobian.T @ da
    np.testing.assert_allclose(lw.softmax_backward(da, cache), expected)


def test_relu_at_zero_has_slope_zero():
    _, cache = lw.relu_forward(np.array([[-0.0, 0.0]]))
    dZ = lw.relu_backward(np.array([[5.0, 5.0]]), cache)
    np.testing.assert_array_equal(dZ, [[0.0, 0.0]])


def test_leaky_relu_with_slope_zero_is_relu_and_with_one_nothing():
    leaky, cache = lw.leaky_relu_forward(Z, slope=0.0)
    np.testing.assert_array_equal(leaky, lw.relu_forward(Z)[0])
    same, cache = lw.leaky_relu_forward(Z, slope=1.0)
    np.testing.assert_array_equal(same, Z)
    np.testing.assert_array_equal(lw.leaky_relu_backward(Z, cache), Z)


def test_leaky_relu_takes_slopes_above_one_as_well():
    A, cache = lw.leaky_relu_forward(np.array([[-2.0, 2.0]]), slope=3.0)
    np.testing.assert_array_equal(A, [[-6.0, 2.0]])
    dZ = lw.leaky_relu_backward(np.ones((1, 2)), cache)
    np.testing.assert_array_equal(dZ, [[3.0, 1.0]])


def test_elu_is_smooth_at_zero_only_for_alpha_one():
    tiny = np.array([[-1e-12, 1e-12]])
    for alpha, left in ((1.0, 1.0), (0.5, 0.5)):
        _, cache = lw.elu_forward(tiny, alpha=alpha)
        dZ = lw.elu_backward(np.ones((1, 2)), cache)
        np.testing.assert_allclose(dZ, [[left, 1.0]], rtol=1e-9)


def test_elu_keeps_the_digits_of_small_negative_sums():
    A, _ = lw.elu_forward(np.array([[-1e-12]]))
    np.testing.assert_allclose(A, -1e-12, rtol=1e-9, atol=0)


def test_maxout_of_z_and_minus_z_is_the_absolute_value():
    z = np.array([[-3.0, 0.5]])
    A, cache = lw.maxout_forward(np.concatenate([z, -z]), pieces=2)
    np.testing.assert_array_equal(A, np.abs(z))
    dZ = lw.maxout_backward(np.ones((1, 2)), cache)
    np.testing.assert_array_equal(dZ[0] - dZ[1], np.sign(z)[0])


def test_maxout_sends_the_gradient_to_the_first_of_equal_sums():
    _, cache = lw.maxout_forward(np.ones((6, 2)), pieces=3)
    dA = np.array([[1.0, 2.0], [3.0, 4.0]])
    dZ = lw.maxout_backward(dA, cache)
    np.testing.assert_array_equal(dZ[[0, 3]], dA)
    assert np.count_nonzero(dZ) == 4


@pytest.mark.parametrize("pieces", [1, 2, 3])
@pytest.mark.parametrize("shape", [(6, 4), (6, 2, 3, 4)])
def test_maxout_compares_consecutive_rows_with_places_between(pieces, shape):
    Z = np.random.default_rng(0).standard_normal(shape)
    A, cache = lw.maxout_forward(Z, pieces=pieces)
    rows = range(0, 6, pieces)
    expected = np.stack([Z[i : i + pieces].max(axis=0) for i in rows])
    np.testing.assert_array_equal(A, expected)
    dZ = lw.maxout_backward(np.ones_like(A), cache)
    won = np.equal(Z, np.repeat(A, pieces, axis=0))
    np.testing.assert_array_equal(dZ, won)


def test_the_slope_of_tanh_is_four_times_that_of_sigmoid_at_twice_z():
    z = np.linspace(-3, 3, 7).reshape(1, -1)
    ones = np.ones_like(z)
    slope = lw.tanh_backward(ones, lw.tanh_forward(z)[1])
    other = lw.sigmoid_backward(ones, lw.sigmoid_forward(2 * z)[1])
    np.testing.assert_allclose(slope, 4 * other, rtol=1e-13)
