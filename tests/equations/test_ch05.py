"""Every equation of chapter 5, by a route that the chapter does not take."""

import itertools

import numpy as np
import pytest
import sympy as sp

import layerwise as lw

DEFINITIONS = {
    "eq-unit": "the definition of a unit and its two steps",
    "eq-forward-one": "the definition of the two-layer network",
    "eq-two-layer-cost": "the definition of the cost, a mean of losses",
}


@pytest.fixture
def rng():
    return np.random.default_rng(5)


def test_eq_midpoint():
    """The law for letters, and no line in a fine search does XOR."""
    w1, w2, b, *points = sp.symbols("w1 w2 b u1 u2 v1 v2")
    u, v = points[:2], points[2:]

    def z(x):
        return w1 * x[0] + w2 * x[1] + b

    middle = [(p + q) / 2 for p, q in zip(u, v, strict=True)]
    assert sp.expand(z(middle) - (z(u) + z(v)) / 2) == 0
    X, Y = lw.datasets.gate("xor")
    side = np.linspace(-2, 2, 41)
    right = [
        np.sum((np.array([p, q]) @ X + c > 0) == Y[0])
        for p, q, c in itertools.product(side, side, side)
    ]
    assert max(right) == 3


def test_eq_rows(rng):
    """Each entry of the product, added up in plain Python."""
    W, b, x = (rng.normal(size=s) for s in ((4, 3), (4, 1), (3, 1)))
    z = W @ x + b
    for i in range(4):
        total = sum(float(W[i, j]) * float(x[j, 0]) for j in range(3))
        assert z[i, 0] == pytest.approx(total + float(b[i, 0]), rel=1e-12)


@pytest.mark.parametrize(("n_x", "n_1", "n_2"), [(3, 2, 1), (16, 10, 1)])
def test_eq_count(n_x, n_1, n_2, rng):
    network = lw.Network(
        lw.Dense(n_x, n_1, rng=rng), lw.Tanh(), lw.Dense(n_1, n_2, rng=rng)
    )
    counted = sum(value.size for value in network.params.values())
    assert counted == n_1 * (n_x + 1) + n_2 * (n_1 + 1)


def test_eq_affine(rng):
    """A column of the result is what its own example alone would give."""
    A_prev, W, b = (rng.normal(size=s) for s in ((3, 6), (4, 3), (4, 1)))
    Z, _ = lw.affine_forward(A_prev, W, b)
    for i, k in np.ndindex(4, 6):
        alone = sum(W[i, j] * A_prev[j, k] for j in range(3)) + b[i, 0]
        assert Z[i, k] == pytest.approx(alone, rel=1e-12)


def test_eq_fold_distance(rng):
    """The shortest way to the fold, found by trying places on it."""
    for _ in range(20):
        w, b, x = rng.normal(size=2), rng.normal(), rng.normal(size=2)
        on_fold = -b * w / (w @ w)
        along = np.array([-w[1], w[0]]) / np.hypot(*w)
        steps = np.linspace(-20, 20, 400_001)
        places = on_fold[:, None] + along[:, None] * steps
        shortest = np.hypot(*(places - x[:, None])).min()
        z = w @ x + b
        assert abs(z) / np.hypot(*w) == pytest.approx(shortest, abs=1e-6)
        foot = x - z / (w @ w) * w
        assert w @ foot + b == pytest.approx(0, abs=1e-12)


def test_eq_pieces(rng):
    """Count the changes of slope of random networks."""
    x = np.linspace(-30, 30, 60_001)
    most = 0
    for _ in range(50):
        n_1 = int(rng.integers(1, 6))
        w, b, v = rng.normal(size=(3, n_1))
        A, _ = lw.relu_forward(np.outer(w, x) + b[:, None])
        slopes = np.diff(v @ A) / np.diff(x)
        joints = np.flatnonzero(abs(np.diff(slopes)) > 1e-6)
        apart = 1 + np.sum(np.diff(joints) > 1) if joints.size else 0
        assert apart <= n_1
        folds = -b / w
        inside = abs(folds) < 29.9
        if np.diff(np.sort(folds[inside])).min(initial=1.0) > 0.01:
            most += apart == inside.sum()
        for place in joints:
            assert abs(folds - x[place + 1]).min() < 2e-3
    assert most > 20  # the bound is reached, as a rule


@pytest.mark.parametrize("shape", [(2, 2), (3, 2), (2, 4)])
def test_eq_svd(shape, rng):
    """Take the factors from the eigenvectors of W^T W instead."""
    W = rng.normal(size=shape)
    values, V = np.linalg.eigh(W.T @ W)
    order = np.argsort(values)[::-1]
    s, V = np.sqrt(np.maximum(values[order], 0)), V[:, order]
    k = min(shape)
    U = W @ V[:, :k] / s[:k]
    assert np.allclose(U.T @ U, np.eye(k))
    assert np.allclose(U @ np.diag(s[:k]) @ V[:, :k].T, W)
    found = np.linalg.svd(W)[1]
    assert np.allclose(found, s[:k])


@pytest.mark.parametrize(("n_x", "n_1", "m"), [(2, 3, 5), (1, 1, 1)])
def test_eq_borrowed(n_x, n_1, m, rng):
    """Differentiate the cost by complex steps, which have no rounding."""
    shapes = {"W1": (n_1, n_x), "b1": (n_1, 1), "W2": (1, n_1), "b2": (1, 1)}
    p = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    X = rng.normal(size=(n_x, m))
    Y = (np.arange(m) % 2).astype(float)[None]

    def cost(p):
        A1 = np.tanh(p["W1"] @ X + p["b1"])
        A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
        return np.mean(-Y * np.log(A2) - (1 - Y) * np.log(1 - A2))

    A1 = np.tanh(p["W1"] @ X + p["b1"])
    A2 = 1 / (1 + np.exp(-(p["W2"] @ A1 + p["b2"])))
    dZ2 = (A2 - Y) / m
    dZ1 = (p["W2"].T @ dZ2) * (1 - A1 * A1)
    printed = {
        "W2": dZ2 @ A1.T,
        "b2": dZ2.sum(axis=1, keepdims=True),
        "W1": dZ1 @ X.T,
        "b1": dZ1.sum(axis=1, keepdims=True),
    }
    for name, value in p.items():
        for place in np.ndindex(value.shape):
            moved = {k: v.astype(complex) for k, v in p.items()}
            moved[name][place] += 1e-30j
            measured = cost(moved).imag / 1e-30
            assert printed[name][place] == pytest.approx(measured, rel=1e-10)


def test_eq_zero_start(rng):
    """The library's own network: only the output bias gets a gradient."""
    for share in (5, 7):  # of ten labels are 1
        network = lw.deep_network([3, 4, 1], rng=rng, activation=lw.Tanh)
        network.vector[...] = 0
        X = rng.normal(size=(3, 10))
        Y = (np.arange(10) < share).astype(float)[None]
        cost = lw.SigmoidCrossEntropy()
        assert cost.forward(network.forward(X), Y) == pytest.approx(np.log(2))
        network.backward(cost.backward())
        for name in ("W1", "b1", "W2"):
            assert not network.grads[name].any()
        slope = network.grads["b2"].item()
        assert slope == pytest.approx(0.5 - share / 10)


def test_eq_half_log_two():
    """Two merged points with unlike labels: the best shared answer."""
    a = np.linspace(0.01, 0.99, 9801)
    shared = (-np.log(a) - np.log(1 - a)) / 4  # the other two cost nothing
    assert a[shared.argmin()] == pytest.approx(0.5, abs=1e-4)
    assert shared.min() == pytest.approx(np.log(2) / 2, abs=1e-8)
    assert f"{np.log(2) / 2:.4f}" == "0.3466"
