"""The checker measures slopes, and planted errors do not get past it."""

import math

import numpy as np
import pytest

import layerwise as lw
from layerwise.gradients import (
    gradient_check,
    gradient_error,
    numerical_gradient,
)


def drawn(*shapes):
    rng = np.random.default_rng(0)
    return [rng.standard_normal(shape) for shape in shapes]


def test_the_measured_slope_of_a_polynomial_is_its_derivative():
    (X,) = drawn((2, 3))
    measured = numerical_gradient(lambda X: (X**3).sum(), X)
    np.testing.assert_allclose(measured, 3 * X**2, atol=1e-9)


def test_the_error_falls_with_the_square_of_epsilon():
    X = np.array(0.7)
    errors = [
        abs(numerical_gradient(math.exp, X, epsilon=h) - math.exp(0.7))
        for h in (1e-1, 1e-2)
    ]
    assert errors[0] / errors[1] == pytest.approx(100, rel=0.01)


def test_measuring_leaves_the_point_as_it_was():
    X = np.array([[1, 2], [3, 4]])
    numerical_gradient(lambda X: X.sum(), X)
    np.testing.assert_array_equal(X, [[1, 2], [3, 4]])
    Z = np.array([0.1, 0.3])
    kept = Z.copy()
    numerical_gradient(lambda X: X.sum(), Z)
    np.testing.assert_array_equal(Z, kept)


def test_a_function_sees_every_other_entry_at_its_place():
    seen = []
    numerical_gradient(lambda X: seen.append(X.copy()) or 0.0, np.zeros(3))
    assert all(np.count_nonzero(X) == 1 for X in seen)


def test_the_error_is_absolute_below_one_and_relative_above():
    assert gradient_error(0.5, 0.25) == 0.25
    assert gradient_error(50.0, 100.0) == 0.5
    assert gradient_error(-100.0, 100.0) == 2.0
    assert gradient_error(np.ones((2, 0)), np.ones((2, 0))) == 0.0


def test_the_error_of_nan_is_nan_and_passes_no_test():
    assert not gradient_error(np.array([1.0, np.nan]), np.ones(2)) < 1e-7


def test_a_gradient_of_another_shape_is_refused_even_if_it_broadcasts():
    with pytest.raises(lw.ShapeError, match=r"\(1, 3\)"):
        gradient_error(np.ones((1, 3)), np.ones((2, 3)))
    with pytest.raises(lw.ShapeError, match="gradient has shape"):
        gradient_error(np.ones(()), np.ones((2, 3)))


def affine_mutant(change):
    """The affine backward pass with its three gradients changed."""

    def backward(dZ, cache):
        return change(*lw.affine_backward(dZ, cache))

    return backward


MUTANTS = {
    "dA_prev scaled": lambda dA, dW, db: (1.001 * dA, dW, db),
    "dW scaled": lambda dA, dW, db: (dA, 1.001 * dW, db),
    "db scaled": lambda dA, dW, db: (dA, dW, 1.001 * db),
    "dW transposed": lambda dA, dW, db: (dA, dW.T, db),
    "dW zero": lambda dA, dW, db: (dA, 0.0 * dW, db),
    "db zero": lambda dA, dW, db: (dA, dW, 0.0 * db),
    "dW and dA_prev swapped": lambda dA, dW, db: (dW, dA, db),
    "db summed over units": lambda dA, dW, db: (dA, dW, db.sum() + 0 * db),
    "db a row": lambda dA, dW, db: (dA, dW, db.T),
    "one entry wrong": lambda dA, dW, db: (
        dA,
        dW + 1e-6 * (np.arange(9).reshape(3, 3) == 4),
        db,
    ),
    "nan": lambda dA, dW, db: (dA, dW, np.nan * db),
    "db left out": lambda dA, dW, db: (dA, dW),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_error_does_not_pass(name):
    inputs = drawn((3, 3), (3, 3), (3, 1))  # square: the transpose fits
    mutant = affine_mutant(MUTANTS[name])
    try:
        error = gradient_check(
            lw.affine_forward, mutant, *inputs, rng=np.random.default_rng(1)
        )
    except ValueError:
        return
    assert not error < 1e-7


def test_the_right_formula_passes():
    inputs = drawn((3, 3), (3, 3), (3, 1))
    rng = np.random.default_rng(1)
    same = affine_mutant(lambda *gradients: gradients)
    assert gradient_check(lw.affine_forward, same, *inputs, rng=rng) < 1e-9


def test_zeros_do_not_pass_for_the_gradient_of_softmax():
    """With an upstream gradient of ones they would: its outputs sum to 1."""
    (Z,) = drawn((3, 4))
    _, cache = lw.softmax_forward(Z)
    ones = lw.softmax_backward(np.ones((3, 4)), cache)
    np.testing.assert_allclose(ones, 0.0, atol=1e-15)
    error = gradient_check(
        lw.softmax_forward,
        lambda dA, cache: 0.0 * dA,
        Z,
        rng=np.random.default_rng(1),
    )
    assert error > 1e-3


@pytest.mark.parametrize("dropped", ["mean", "scale"])
def test_a_dropped_term_of_softmax_does_not_pass(dropped):
    (Z,) = drawn((3, 4))

    def backward(dA, A):
        mean = 0.0 if dropped == "mean" else (A * dA).sum(axis=0)
        return (dA - mean) * (1.0 if dropped == "scale" else A)

    rng = np.random.default_rng(1)
    assert gradient_check(lw.softmax_forward, backward, Z, rng=rng) > 1e-3


def test_float32_inputs_are_checked_in_float64():
    Z = drawn((3, 4))[0].astype(np.float32)
    rng = np.random.default_rng(1)
    error = gradient_check(lw.tanh_forward, lw.tanh_backward, Z, rng=rng)
    assert error < 1e-9


def checked_network():
    rng = np.random.default_rng(0)
    network = lw.deep_network([2, 3, 1], rng=rng, activation=lw.Tanh)
    return network, drawn((2, 5), (1, 5))


def test_the_errors_of_a_network_name_the_layer_that_is_wrong():
    network, (X, Y) = checked_network()
    right = network.layers[1].backward
    network.layers[1].backward = lambda dA: 1.001 * right(dA)
    errors = lw.network_errors(network, lw.MeanSquaredError(), X, Y)
    wrong = {name for name, error in errors.items() if not error < 1e-7}
    assert wrong == {"W1", "b1"}


def test_checking_a_network_leaves_its_parameters_exactly():
    network, (X, Y) = checked_network()
    before = network.vector.copy()
    lw.network_errors(network, lw.MeanSquaredError(), X, Y)
    np.testing.assert_array_equal(network.vector, before)
