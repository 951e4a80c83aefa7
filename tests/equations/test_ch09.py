"""Every equation of chapter 9, by a route that the chapter does not take."""

import itertools

import numpy as np
import pytest
import sympy as sp

import layerwise as lw
from layerwise.exercises.ch09_deep_networks import (
    drawn_params,
    forward_with,
)

DEFINITIONS = {
    "eq-deep-update": "one step of gradient descent, by definition",
}

SIZES = (3, 4, 2, 3)


@pytest.fixture
def rng():
    return np.random.default_rng(9)


def slopes_of(f, X):
    """Measure along the imaginary axis: nothing is subtracted."""
    X = np.asarray(X, complex)
    slopes = np.empty(X.shape)
    for index in np.ndindex(X.shape):
        moved = X.copy()
        moved[index] += 1e-30j
        slopes[index] = f(moved).imag / 1e-30
    return slopes


# Counting


@pytest.mark.parametrize("hidden", [0, 1, 3, 7])
def test_eq_count_layers(rng, hidden):
    sizes = [5, *[4] * hidden, 2]
    layers = lw.deep_network(sizes, rng=rng).layers
    assert sum(bool(layer.params) for layer in layers) == hidden + 1


@pytest.mark.parametrize("sizes", [(12, 5, 5, 3, 1), (3, 1), (2, 7, 4)])
def test_eq_deep_parameters(rng, sizes):
    """Count every connection and every bias one by one."""
    total = 0
    for n_prev, n in itertools.pairwise(sizes):
        connections = [(i, j) for i in range(n) for j in range(n_prev)]
        total += len(connections) + n
    assert total == sum(
        n * (before + 1) for before, n in itertools.pairwise(sizes)
    )
    assert total == lw.deep_network(sizes, rng=rng).vector.size


def test_eq_cache_size(rng):
    """Add up what the layers of the library's own network hold."""
    m, sizes = 7, (12, 5, 5, 3, 1)
    layers = []
    for n_prev, n in itertools.pairwise(sizes):
        layers += [lw.Dense(n_prev, n, rng=rng), lw.Tanh()]
    A, kept = rng.normal(size=(12, m)), 0
    for layer in layers:
        A = layer.forward(A)
        cache = layer.cache  # (A_prev, W) of Dense; A, as large as Z, of Tanh
        kept += cache[0].size if isinstance(cache, tuple) else cache.size
    pairs = itertools.pairwise(sizes)
    assert kept == m * sum(a + b for a, b in pairs) == 273


# Forward


def test_eq_forward_block(rng):
    """Unit by unit and example by example, with plain sums."""
    A_prev, W = rng.normal(size=(3, 4)), rng.normal(size=(2, 3))
    b = rng.normal(size=(2, 1))
    A = lw.relu_forward(lw.affine_forward(A_prev, W, b)[0])[0]
    for i, j in np.ndindex(2, 4):
        z = sum(W[i, k] * A_prev[k, j] for k in range(3)) + b[i, 0]
        assert A[i, j] == pytest.approx(max(z, 0.0), abs=1e-14)


def test_eq_chain_of_blocks(rng):
    """Composing the blocks by hand gives what the loop gives."""
    params = drawn_params(rng, SIZES)
    X = rng.normal(size=(SIZES[0], 5))

    def block(l, A):
        return params[f"W{l}"] @ A + params[f"b{l}"]

    def bend(Z):
        return (Z + abs(Z)) / 2

    nested = block(3, bend(block(2, bend(block(1, X)))))
    shares, _ = forward_with()(X, params)
    np.testing.assert_allclose(
        np.log(shares[1:] / shares[:1]), nested[1:] - nested[:1], atol=1e-12
    )


# Back


def test_eq_backward_block(rng):
    """All four lines against slopes along the imaginary axis."""
    A_prev, W = rng.normal(size=(3, 4)), rng.normal(size=(2, 3))
    b, dA = rng.normal(size=(2, 1)), rng.normal(size=(2, 4))
    Z = W @ A_prev + b
    dZ = dA * (1 - np.tanh(Z) ** 2)

    def cost(A_prev=A_prev, W=W, b=b):
        return (dA * np.tanh(W @ A_prev + b)).sum()

    lines = {
        "W": (W, dZ @ A_prev.T),
        "b": (b, dZ.sum(axis=1, keepdims=True)),
        "A_prev": (A_prev, W.T @ dZ),
    }
    for name, (value, line) in lines.items():
        measured = slopes_of(lambda v, n=name: cost(**{n: v}), value)
        np.testing.assert_allclose(line, measured, atol=1e-12)
    bent = slopes_of(lambda Z: (dA * np.tanh(Z)).sum(), Z)
    np.testing.assert_allclose(dZ, bent, atol=1e-12)


def test_eq_input_needed():
    """Symbols: any input moved by D with W D = 0."""
    W = sp.Matrix([[1, 1, 0], [0, 1, 1]])
    t = sp.symbols("t1:3")
    D = sp.Matrix([1, -1, 1]) * sp.Matrix([t])  # (3, 2)
    A = sp.Matrix(3, 2, sp.symbols("a1:7"))
    dZ = sp.Matrix(2, 2, sp.symbols("z1:5"))
    assert W * D == sp.zeros(2, 2)
    assert sp.expand(W * (A + D) - W * A) == sp.zeros(2, 2)
    moved = sp.expand(dZ * (A + D).T - dZ * A.T)
    assert moved == sp.expand(dZ * D.T)
    assert moved != sp.zeros(2, 3)


@pytest.mark.parametrize("m", [1, 6])
def test_eq_top(rng, m):
    """The slope of the mean cost along the last sums."""
    Z = rng.normal(size=(4, m))
    Y = np.eye(4)[:, rng.integers(0, 4, m)]

    def cost(Z):
        shares = np.exp(Z) / np.exp(Z).sum(axis=0)
        return -(Y * np.log(shares)).sum() / m

    shares = np.exp(Z) / np.exp(Z).sum(axis=0)
    np.testing.assert_allclose(
        (shares - Y) / m, slopes_of(cost, Z), atol=1e-12
    )


# Depth


@pytest.mark.parametrize("extra", [1, 2, 5])
def test_eq_idle_layer(rng, extra):
    """Networks with idle layers answer as without, for any input."""
    shallow = lw.deep_network([3, 6, 2], rng=rng)
    deep = lw.deep_network([3, *[6] * (extra + 1), 2], rng=rng)
    X = rng.normal(size=(3, 200))
    for values in deep.params.values():
        values[...] = np.eye(6) if values.shape == (6, 6) else 0.0
    last = f"{extra + 2}"
    for kind in "Wb":
        deep.params[f"{kind}1"][...] = shallow.params[f"{kind}1"]
        deep.params[kind + last][...] = shallow.params[f"{kind}2"]
    np.testing.assert_array_equal(deep.forward(X), shallow.forward(X))
    assert np.any(lw.relu_forward(X)[0] != X)  # not idle for negative inputs
