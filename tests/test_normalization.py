"""Batch norm: what it does to a batch, and what it remembers."""

import numpy as np
import pytest

import layerwise as lw


def filled(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def plain(n):
    return np.ones((n, 1)), np.zeros((n, 1))


def test_each_feature_leaves_with_the_mean_and_spread_it_chose():
    gamma, beta = np.array([[2.0], [0.5]]), np.array([[7.0], [-1.0]])
    Z = 30.0 + 9.0 * filled(2, 500)
    out, _ = lw.batch_norm_forward(Z, gamma, beta, epsilon=0.0)
    np.testing.assert_allclose(out.mean(axis=1), beta[:, 0])
    np.testing.assert_allclose(out.std(axis=1), gamma[:, 0])


def test_images_share_their_statistics_over_all_places():
    Z = filled(3, 4, 5, 6)
    out, _ = lw.batch_norm_forward(Z, *plain(3))
    as_rows, _ = lw.batch_norm_forward(Z.reshape(3, -1), *plain(3))
    np.testing.assert_array_equal(out.reshape(3, -1), as_rows)


def test_given_statistics_are_used_and_get_no_gradient_through_them():
    Z, gamma, beta = filled(2, 5), filled(2, 1, seed=1), filled(2, 1, seed=2)
    given = {
        "training": False,
        "mean": np.array([[1.0], [2.0]]),
        "variance": np.array([[4.0], [9.0]]),
    }
    out, _ = lw.batch_norm_forward(Z, gamma, beta, epsilon=0.0, **given)
    expected = gamma * (Z - [[1.0], [2.0]]) / [[2.0], [3.0]] + beta
    np.testing.assert_allclose(out, expected)
    error = lw.gradient_check(
        lw.batch_norm_forward,
        lw.batch_norm_backward,
        *(Z, gamma, beta),
        rng=np.random.default_rng(0),
        **given,
    )
    assert error < 1e-7


def test_a_common_shift_or_scale_of_a_feature_has_no_gradient():
    """The output does not change, so dZ is orthogonal to both."""
    Z = filled(3, 50)
    _, cache = lw.batch_norm_forward(Z, *plain(3), epsilon=0.0)
    dZ, _, _ = lw.batch_norm_backward(filled(3, 50, seed=1), cache)
    np.testing.assert_allclose(dZ.sum(axis=1), 0.0, atol=1e-12)
    np.testing.assert_allclose((dZ * Z).sum(axis=1), 0.0, atol=1e-12)


@pytest.mark.parametrize("unbiased, divisor", [(False, 10), (True, 9)])
def test_running_statistics_move_a_tenth_of_the_way(unbiased, divisor):
    layer = lw.BatchNorm(2, unbiased=unbiased)
    Z = filled(2, 10)
    layer.forward(Z, training=True)
    mean = Z.mean(axis=1, keepdims=True)
    variance = ((Z - mean) ** 2).sum(axis=1, keepdims=True) / divisor
    np.testing.assert_allclose(layer.state["mean"], 0.1 * mean)
    np.testing.assert_allclose(layer.state["variance"], 0.9 + 0.1 * variance)


def test_prediction_uses_the_running_statistics_and_leaves_them_alone():
    layer = lw.BatchNorm(2, epsilon=0.0)
    layer.state["mean"][...] = 3.0
    layer.state["variance"][...] = 4.0
    out = layer.forward(np.full((2, 1), 5.0))
    np.testing.assert_allclose(out, 1.0)
    np.testing.assert_array_equal(layer.state["mean"], 3.0)


def test_one_image_is_predicted_the_same_alone_and_in_company():
    network = lw.Network(
        lw.Dense(4, 3, rng=np.random.default_rng(0)), lw.BatchNorm(3)
    )
    X = filled(4, 20)
    network.forward(X, training=True)
    together = network.forward(X)
    np.testing.assert_allclose(network.forward(X[:, :1]), together[:, :1])


def test_batch_norm_bears_the_number_of_the_layer_before_it():
    rng = np.random.default_rng(0)
    network = lw.Network(
        lw.Dense(4, 3, rng=rng), lw.BatchNorm(3), lw.Dense(3, 2, rng=rng)
    )
    expected = ["W1", "b1", "gamma1", "beta1", "W2", "b2"]
    assert list(network.params) == expected
    assert list(network.state) == ["mean1", "variance1"]


def test_the_running_statistics_stay_in_float32():
    network = lw.Network(lw.BatchNorm(3), dtype=np.float32)
    out = network.forward(filled(3, 8), training=True)
    assert out.dtype == np.float32
    assert {s.dtype for s in network.state.values()} == {np.dtype("f4")}


def test_a_batch_of_one_is_refused_in_training():
    layer = lw.BatchNorm(3)
    with pytest.raises(ValueError, match=r"m >= 2 examples, came m = 1"):
        layer.forward(np.zeros((3, 1)), training=True)
    layer.forward(np.zeros((3, 2, 2, 1)), training=True)  # four places do


def test_a_wrong_number_of_features_is_named():
    with pytest.raises(lw.ShapeError, match=r"\(n, m\) = \(3, m\)"):
        lw.BatchNorm(3).forward(np.zeros((4, 3)))
