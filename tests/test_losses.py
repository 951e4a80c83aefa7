"""Costs against scipy, against each other, and at the edge of floats."""

import warnings

import numpy as np
import pytest
from scipy import special

import layerwise as lw


def drawn(n=3, m=5):
    rng = np.random.default_rng(0)
    Z = rng.standard_normal((n, m))
    return Z, lw.one_hot(rng.integers(0, n, m), n), rng


def test_mean_squared_error_is_the_mean_over_all_entries():
    A, Y, _ = drawn()
    J, _ = lw.mean_squared_error_forward(A, Y=Y)
    squares = [(A[i, k] - Y[i, k]) ** 2 for i in range(3) for k in range(5)]
    np.testing.assert_allclose(J, sum(squares) / 15)


def test_both_forms_of_binary_cross_entropy_agree():
    Z, _, rng = drawn()
    Y = rng.integers(0, 2, Z.shape).astype(float)
    A, cache_A = lw.sigmoid_forward(Z)
    J, cache = lw.binary_cross_entropy_forward(A, Y=Y)
    J_Z, cache_Z = lw.sigmoid_cross_entropy_forward(Z, Y=Y)
    np.testing.assert_allclose(J, J_Z, rtol=1e-13)
    dA = lw.binary_cross_entropy_backward(1.0, cache)
    np.testing.assert_allclose(
        lw.sigmoid_backward(dA, cache_A),
        lw.sigmoid_cross_entropy_backward(1.0, cache_Z),
        rtol=1e-10,
    )


def test_softmax_cross_entropy_is_the_surprise_at_the_right_class():
    Z, Y, _ = drawn()
    J, _ = lw.softmax_cross_entropy_forward(Z, Y=Y)
    surprises = -special.log_softmax(Z, axis=0)[Y == 1]
    np.testing.assert_allclose(J, surprises.mean(), rtol=1e-13)


def test_softmax_cross_entropy_of_two_classes_is_the_sigmoid_one():
    Z, Y, _ = drawn(n=2)
    J, _ = lw.softmax_cross_entropy_forward(Z, Y=Y)
    J_2, _ = lw.sigmoid_cross_entropy_forward(Z[1:] - Z[:1], Y=Y[1:])
    np.testing.assert_allclose(J, J_2, rtol=1e-13)


def test_softmax_cross_entropy_takes_probabilities_as_targets():
    Z, _, rng = drawn()
    Y = lw.softmax_forward(rng.standard_normal(Z.shape))[0]
    error = lw.gradient_check(
        lw.softmax_cross_entropy_forward,
        lw.softmax_cross_entropy_backward,
        Z,
        rng=rng,
        Y=Y,
    )
    assert error < 1e-9


@pytest.mark.parametrize("classes", [2, 10])
def test_a_net_that_knows_nothing_is_surprised_by_log_of_the_classes(classes):
    Y = lw.one_hot(np.arange(classes), classes)
    J, _ = lw.softmax_cross_entropy_forward(np.zeros_like(Y), Y=Y)
    np.testing.assert_allclose(J, np.log(classes))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_certain_and_wrong_is_expensive_and_finite(dtype):
    A = np.array([[0.0, 1.0, 0.0, 1.0]], dtype=dtype)
    Y = np.array([[1.0, 0.0, 0.0, 1.0]], dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        J, cache = lw.binary_cross_entropy_forward(A, Y=Y)
        dA = lw.binary_cross_entropy_backward(dtype(1), cache)
    assert np.isfinite(J)
    assert np.isfinite(dA).all()
    assert np.sign(dA).tolist() == [[-1, 1, 1, -1]]
    assert J.dtype == dA.dtype == dtype


def test_logits_of_a_thousand_cost_a_thousand_each():
    Z = np.array([[1000.0], [-1000.0]])
    Y = np.array([[0.0], [1.0]])
    assert lw.softmax_cross_entropy_forward(Z, Y=Y)[0] == 2000.0
    assert lw.sigmoid_cross_entropy_forward(Z, Y=Y)[0] == 1000.0


COSTS = [
    lw.MeanSquaredError,
    lw.BinaryCrossEntropy,
    lw.SigmoidCrossEntropy,
    lw.SoftmaxCrossEntropy,
]


@pytest.mark.parametrize("kind", COSTS)
def test_a_cost_object_calls_its_pair(kind):
    _, Y, rng = drawn()
    A, cost = rng.uniform(0.1, 0.9, Y.shape), kind()
    name = {
        "MeanSquaredError": "mean_squared_error",
        "BinaryCrossEntropy": "binary_cross_entropy",
        "SigmoidCrossEntropy": "sigmoid_cross_entropy",
        "SoftmaxCrossEntropy": "softmax_cross_entropy",
    }[kind.__name__]
    J, cache = getattr(lw, f"{name}_forward")(A, Y=Y)
    assert cost.forward(A, Y) == J
    expected = getattr(lw, f"{name}_backward")(0.5, cache)
    np.testing.assert_array_equal(cost.backward(0.5), expected)
    assert repr(cost) == f"{kind.__name__}()"


@pytest.mark.parametrize("kind", COSTS)
def test_a_cost_judges_every_place_of_every_example(kind):
    rng = np.random.default_rng(0)
    A = rng.uniform(0.1, 0.9, (3, 4, 5))
    Y = lw.one_hot(rng.integers(0, 3, (4, 5)), 3)
    cost, flat = kind(), kind()
    expected = flat.forward(A.reshape(3, 20), Y.reshape(3, 20))
    assert cost.forward(A, Y) == expected
    assert cost.backward().shape == A.shape
    np.testing.assert_array_equal(
        cost.backward().reshape(3, 20), flat.backward()
    )


def test_a_cost_takes_whole_numbers_and_float64_as_targets_of_float32():
    A = np.full((1, 2), 0.25, dtype=np.float32)
    for Y in (np.array([[0, 1]]), np.array([[0.0, 1.0]])):
        cost = lw.BinaryCrossEntropy()
        assert cost.forward(A, Y).dtype == np.float32
        assert cost.backward().dtype == np.float32


def test_a_cost_decides():
    A = np.array([[0.2, 0.9], [0.6, -0.4]])
    assert lw.MeanSquaredError().decide(A) is A
    assert lw.BinaryCrossEntropy().decide(A).tolist() == [[0, 1], [1, 0]]
    assert lw.SigmoidCrossEntropy().decide(A).tolist() == [[1, 1], [1, 0]]
    assert lw.SoftmaxCrossEntropy().decide(A).tolist() == [1, 0]


def test_targets_of_another_shape_are_refused_with_the_likely_cause():
    A = np.zeros((3, 5))
    cost = lw.SoftmaxCrossEntropy()
    with pytest.raises(lw.ShapeError, match=r"class numbers\?.*one_hot\(Y, 3"):
        cost.forward(A, np.zeros(5, dtype=int))
    with pytest.raises(lw.ShapeError, match=r"in rows\? Then pass Y\.T"):
        cost.forward(A, np.zeros((5, 3)))
    with pytest.raises(lw.ShapeError, match=r"Y has shape \(1, 5\), exp"):
        cost.forward(A, np.zeros((1, 5)))
    with pytest.raises(lw.ShapeError, match=r"pass Y\.reshape\(1, -1\)"):
        lw.SigmoidCrossEntropy().forward(A[:1], np.zeros(5))


def test_softmax_cross_entropy_shifts_each_column_by_its_own_largest_sum():
    Z = np.array([[1000.0, -1000.0]] * 2)
    J, _ = lw.softmax_cross_entropy_forward(Z, Y=np.eye(2))
    np.testing.assert_allclose(J, np.log(2))


def test_probabilities_outside_zero_and_one_ask_for_a_sigmoid():
    cost, Y = lw.BinaryCrossEntropy(), np.ones((1, 2))
    with pytest.raises(ValueError, match="Is a Sigmoid layer missing"):
        cost.forward(np.array([[0.5, 1.5]]), Y)
    assert np.isnan(cost.forward(np.array([[0.5, np.nan]]), Y))


def test_targets_that_no_output_can_reach_are_named():
    two_classes = np.array([[1.0, 1.0], [1.0, 0.0]])
    with pytest.raises(ValueError, match=r"sum to 1 \.\. 2, expected 1"):
        lw.SoftmaxCrossEntropy().check_targets(two_classes)
    with pytest.raises(ValueError, match="from 1 to 2, expected 0 to 1"):
        lw.SigmoidCrossEntropy().check_targets(two_classes + 1.0)
    lw.SoftmaxCrossEntropy().check_targets(np.eye(3))
    lw.SigmoidCrossEntropy().check_targets(two_classes)
    lw.MeanSquaredError().check_targets(100 * two_classes)
