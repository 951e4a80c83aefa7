"""Layers hold parameters, gradients and one cache; functions do the work."""

import numpy as np
import pytest

import layerwise as lw

PLAIN = {
    "Sigmoid": (lw.Sigmoid, {}, "sigmoid", {}),
    "Tanh": (lw.Tanh, {}, "tanh", {}),
    "ReLU": (lw.ReLU, {}, "relu", {}),
    "LeakyReLU": (lw.LeakyReLU, {"slope": 0.2}, "leaky_relu", {"slope": 0.2}),
    "ELU": (lw.ELU, {"alpha": 0.5}, "elu", {"alpha": 0.5}),
    "Maxout": (lw.Maxout, {"pieces": 3}, "maxout", {"pieces": 3}),
    "Softmax": (lw.Softmax, {}, "softmax", {}),
}


def dense(n_prev=3, n=4, **options):
    return lw.Dense(n_prev, n, rng=np.random.default_rng(0), **options)


@pytest.mark.parametrize("name", PLAIN)
def test_an_activation_layer_does_what_its_pair_does(name):
    make, given, pair, options = PLAIN[name]
    rng = np.random.default_rng(0)
    Z = rng.standard_normal((6, 5))
    Z[0, 0] = 0.0
    layer = make(**given)
    A, cache = getattr(lw, f"{pair}_forward")(Z, **options)
    np.testing.assert_array_equal(layer.forward(Z), A)
    dA = rng.standard_normal(A.shape)
    dZ = getattr(lw, f"{pair}_backward")(dA, cache)
    np.testing.assert_array_equal(layer.backward(dA), dZ)
    assert layer.params == layer.grads == {}


def test_dense_does_what_the_affine_pair_does():
    rng, layer = np.random.default_rng(1), dense()
    A_prev, dZ = rng.standard_normal((3, 5)), rng.standard_normal((4, 5))
    Z, cache = lw.affine_forward(A_prev, **layer.params)
    dA_prev, dW, db = lw.affine_backward(dZ, cache)
    np.testing.assert_array_equal(layer.forward(A_prev), Z)
    np.testing.assert_allclose(layer.backward(dZ), dA_prev, rtol=1e-13)
    np.testing.assert_allclose(layer.grads["W"], dW, rtol=1e-13)
    np.testing.assert_allclose(layer.grads["b"], db, rtol=1e-13)


def test_backward_replaces_the_gradients_and_keeps_their_arrays():
    rng, layer = np.random.default_rng(1), dense()
    A_prev, dZ = rng.standard_normal((3, 5)), rng.standard_normal((4, 5))
    arrays = dict(layer.grads)
    layer.forward(A_prev)
    layer.backward(dZ)
    once = layer.grads["W"].copy()
    layer.backward(dZ)
    np.testing.assert_array_equal(layer.grads["W"], once)
    assert all(layer.grads[name] is arrays[name] for name in arrays)


def test_dense_treats_every_place_alike():
    rng, layer = np.random.default_rng(1), dense()
    X, dZ = rng.standard_normal((3, 6, 5)), rng.standard_normal((4, 6, 5))
    Z = layer.forward(X)
    dX = layer.backward(dZ)
    dW = layer.grads["W"].copy()
    total = np.zeros_like(dW)
    for t in range(6):
        np.testing.assert_allclose(layer.forward(X[:, t]), Z[:, t], rtol=1e-12)
        np.testing.assert_allclose(
            layer.backward(dZ[:, t]), dX[:, t], rtol=1e-12
        )
        total += layer.grads["W"]
    np.testing.assert_allclose(total, dW, rtol=1e-12)


def test_the_first_layer_leaves_out_what_nobody_reads():
    layer = dense()
    layer.needs_dA_prev = False
    for shape in ((3, 5), (3, 6, 5)):
        Z = layer.forward(np.ones(shape))
        assert layer.backward(np.ones_like(Z)) is None
        assert (layer.grads["b"] == np.prod(shape[1:])).all()


def test_dense_says_what_it_expected_and_guesses_the_cause():
    layer = dense()
    with pytest.raises(
        lw.ShapeError,
        match=r"A_prev has shape \(5, 3\), expected \(n_prev, m\) = \(3, m\)"
        r".*Then pass A_prev\.T",
    ):
        layer.forward(np.ones((5, 3)))
    with pytest.raises(lw.ShapeError, match=r"A_prev\.reshape\(-1, 1\)"):
        layer.forward(np.ones(3))
    with pytest.raises(lw.ShapeError, match=r"\(n_prev, T, m\) = \(3, T, m\)"):
        layer.forward(np.ones((4, 3, 5)))
    with pytest.raises(lw.ShapeError, match="Is a Flatten layer missing"):
        layer.forward(np.ones((1, 8, 8, 5)))


def test_maxout_asks_for_a_multiple_of_its_pieces():
    with pytest.raises(ValueError, match=r"7 rows.*pieces = 3"):
        lw.Maxout(3).forward(np.ones((7, 2)))


def test_dense_needs_a_generator_and_starts_as_it_is_told():
    with pytest.raises(TypeError, match="rng"):
        lw.Dense(3, 4)
    layer = dense(initializer=lw.initialize_zeros)
    assert not layer.params["W"].any()
    start = lw.initialize_he((4, 3), rng=np.random.default_rng(0))
    np.testing.assert_array_equal(dense().params["W"], start)


def test_a_tied_layer_runs_the_weights_backwards():
    rng, first = np.random.default_rng(1), dense()
    tied = lw.Tied(first)
    code = rng.standard_normal((4, 5))
    Z = tied.forward(code)
    np.testing.assert_allclose(Z, first.params["W"].T @ code, rtol=1e-13)
    assert list(tied.params) == ["b"]
    with pytest.raises(lw.ShapeError, match=r"\(n, m\) = \(4, m\)"):
        tied.forward(np.ones((3, 5)))


def test_a_layer_prints_its_shapes():
    assert repr(dense()) == "Dense(W (4, 3), b (4, 1))"
    assert repr(lw.ReLU()) == "ReLU()"


def test_a_layer_without_forward_says_so():
    with pytest.raises(NotImplementedError, match=r"Layer\.forward"):
        lw.Layer().forward(np.ones((1, 1)))
    with pytest.raises(NotImplementedError, match=r"Layer\.backward"):
        lw.Layer().backward(np.ones((1, 1)))
