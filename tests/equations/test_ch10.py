"""Every equation of chapter 10, by a route that the chapter does not take."""

import itertools

import numpy as np
import pytest
import sympy as sp

import layerwise as lw


@pytest.fixture
def rng():
    return np.random.default_rng(10)


def cost(parts, X, Y, bend):
    """The cost of a network with one hidden layer, from its definition."""
    W1, b1, W2, b2 = parts
    A2 = 1 / (1 + np.exp(-(W2 @ bend(W1 @ X + b1) + b2)))
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))


def slopes(parts, X, Y, bend):
    """The gradients by finite differences, one part after the other."""
    found = []
    for i, part in enumerate(parts):

        def f(value, i=i):
            return cost([*parts[:i], value, *parts[i + 1 :]], X, Y, bend)

        found.append(lw.numerical_gradient(f, part.copy()))
    return found


def same(value, n=3):
    return [
        np.full((n, 2), value),
        np.zeros((n, 1)),
        np.full((1, n), value),
        np.zeros((1, 1)),
    ]


# Zeros and twins


@pytest.mark.parametrize("bend", [np.tanh, lambda z: z * (z > 0)])
def test_eq_zero_tanh(rng, bend):
    X = rng.normal(size=(2, 10))
    Y = (np.arange(10) < 7).astype(float)[None, :]
    dW1, db1, dW2, db2 = slopes(same(0.0), X, Y, bend)
    assert max(abs(g).max() for g in (dW1, db1, dW2)) < 1e-9
    np.testing.assert_allclose(db2, 0.5 - 0.7, atol=1e-9)


def test_eq_zero_sigmoid(rng):
    X = rng.normal(size=(2, 10))
    Y = (np.arange(10) < 7).astype(float)[None, :]
    parts = same(0.0)
    parts[3] = np.array([[0.4]])  # the bias has moved already
    found = slopes(parts, X, Y, lambda z: 1 / (1 + np.exp(-z)))
    np.testing.assert_allclose(found[2], found[3] / 2 * np.ones((1, 3)))
    assert abs(found[3]).max() > 0.05


def test_eq_twins(rng):
    """Measured slopes of twins agree; those of a third unit do not."""
    X = rng.normal(size=(2, 9))
    Y = (rng.random((1, 9)) < 0.5).astype(float)
    parts = [rng.normal(size=s) for s in ((3, 2), (3, 1), (1, 3), (1, 1))]
    for part, axis in zip(parts[:3], (0, 0, 1), strict=True):
        rows = part if axis == 0 else part.T
        rows[1] = rows[0]
    for _ in range(5):
        found = slopes(parts, X, Y, np.tanh)
        parts = [p - 0.5 * g for p, g in zip(parts, found, strict=True)]
    W1, b1, W2, _ = parts
    np.testing.assert_allclose(W1[0], W1[1], atol=1e-8)
    np.testing.assert_allclose(b1[0], b1[1], atol=1e-8)
    np.testing.assert_allclose(W2[:, 0], W2[:, 1], atol=1e-8)
    assert abs(W1[0] - W1[2]).max() > 0.1


# The size of numbers and of sums


def test_eq_uniform():
    w, c = sp.symbols("w c", positive=True)
    moment = sp.integrate(w**2 / (2 * c), (w, -c, c))
    assert sp.simplify(moment - c**2 / 3) == 0


@pytest.mark.parametrize("c", [0.1, 2**0.5, 7.0])
@pytest.mark.parametrize("L", [1, 3, 10])
def test_eq_homogeneous(rng, c, L):
    Ws = [rng.normal(size=(6, 6)) for _ in range(L)]
    A = scaled = rng.normal(size=(6, 4))
    for W in Ws:
        A = lw.relu_forward(W @ A)[0]
        scaled = lw.relu_forward(c * W @ scaled)[0]
    np.testing.assert_allclose(scaled, c**L * A, rtol=1e-9)


def every_choice(values, count):
    return np.array(list(itertools.product(values, repeat=count)))


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_eq_variance_sum(n):
    """Enumerate all weights and inputs; the inputs even depend on others."""
    w = every_choice((-0.5, 0.5), n)  # variance 1/4
    a = every_choice((0.0, 1.0, 4.0), n)
    a = a + 0.3 * a[:, ::-1]  # dependent, mean not 0
    z = w @ a.T
    np.testing.assert_allclose(z.mean(), 0, atol=1e-12)
    np.testing.assert_allclose(z.var(), n * 0.25 * np.mean(a**2))


@pytest.mark.parametrize("n", [2, 8, 50])
def test_eq_lecun(rng, n):
    """Enumerated where possible: weights of variance 1/n keep the size."""
    a = rng.uniform(1, 3, n)
    if n <= 8:
        w = every_choice((-1, 1), n) * n**-0.5
        np.testing.assert_allclose(np.mean((w @ a) ** 2), np.mean(a**2))
    W = lw.initialize_lecun((100_000, n), rng=rng)
    np.testing.assert_allclose(np.mean((W @ a) ** 2), np.mean(a**2), rtol=0.03)


@pytest.mark.parametrize("n", [2, 8, 50])
def test_eq_he(rng, n):
    a = rng.uniform(1, 3, n)
    if n <= 8:
        w = every_choice((-1, 1), n) * (2 / n) ** 0.5
        kept = np.maximum(w @ a, 0)
        np.testing.assert_allclose(np.mean(kept**2), np.mean(a**2))
    W = lw.initialize_he((100_000, n), rng=rng)
    kept = np.maximum(W @ a, 0)
    np.testing.assert_allclose(np.mean(kept**2), np.mean(a**2), rtol=0.03)


def test_eq_relu_half():
    z, s = sp.symbols("z s", positive=True)
    bell = sp.exp(-(z**2) / (2 * s**2)) / (s * sp.sqrt(2 * sp.pi))
    kept = sp.integrate(z**2 * bell, (z, 0, sp.oo))
    assert sp.simplify(kept - s**2 / 2) == 0
    flat = sp.integrate(z**2 / (2 * s), (z, 0, s))  # uniform on -s to s
    assert sp.simplify(flat - s**2 / 6) == 0


def test_eq_depth_law():
    """Every network of two units and three layers, weights +-c."""
    x, c = np.array([3.0, 4.0]), 0.7
    for L in (1, 2, 3):
        total, count = 0.0, 0
        for signs in itertools.product((-1, 1), repeat=4 * L):
            a = x
            for W in np.reshape(signs, (L, 2, 2)):
                a = np.maximum(c * W @ a, 0)
            total, count = total + np.mean(a**2), count + 1
        law = (2 * c**2 / 2) ** L * np.mean(x**2)
        np.testing.assert_allclose(total / count, law)


def test_eq_backward_sum():
    """All matrices of 3 outputs and 2 inputs with entries +-0.4."""
    dz = np.array([1.0, -2.0, 0.5])
    squares = [
        np.mean((np.reshape(w, (3, 2)).T @ dz) ** 2)
        for w in itertools.product((-0.4, 0.4), repeat=6)
    ]
    np.testing.assert_allclose(np.mean(squares), 3 * 0.16 * np.mean(dz**2))


def test_eq_glorot():
    n_prev, n, v = sp.symbols("n_prev n v", positive=True)
    (found,) = sp.solve((n_prev * v + n * v) / 2 - 1, v)
    assert sp.simplify(found - 2 / (n_prev + n)) == 0
    W = lw.initialize_xavier((300, 100), rng=np.random.default_rng(0))
    value = float(found.subs({n_prev: 100, n: 300}))
    np.testing.assert_allclose(W.var(), value, rtol=0.03)


# Other starts


@pytest.mark.parametrize("p", [0.1, 0.5, 0.7, 0.99])
def test_eq_output_bias(p):
    """The lowest cost of a constant answer, found by search."""
    b = np.log(p / (1 - p))

    def constant(bias):
        a = 1 / (1 + np.exp(-bias))
        return -p * np.log(a) - (1 - p) * np.log(1 - a)

    grid = b + np.linspace(-3, 3, 6001)
    assert abs(grid[np.argmin(constant(grid))] - b) < 2e-3


def test_eq_sparse(rng):
    """Every place and sign of two connections among five inputs."""
    a, s = rng.uniform(0, 2, 5), 0.7
    squares = [
        (s * (i * a[j] + k * a[l])) ** 2
        for j, l in itertools.combinations(range(5), 2)
        for i, k in itertools.product((-1, 1), repeat=2)
    ]
    np.testing.assert_allclose(np.mean(squares), 2 * s**2 * np.mean(a**2))
    W = lw.initialize_sparse((20_000, 5), rng=rng, connections=2, scale=s)
    np.testing.assert_allclose(
        np.mean((W @ a) ** 2), 2 * s**2 * np.mean(a**2), rtol=0.04
    )


@pytest.mark.parametrize("g", [1.0, 2**0.5])
def test_eq_orthogonal(rng, g):
    W = lw.initialize_orthogonal((7, 7), rng=rng, gain=g)
    x = rng.normal(size=7)
    np.testing.assert_allclose(np.sum((W @ x) ** 2), g**2 * np.sum(x**2))
    np.testing.assert_allclose(np.linalg.svd(W)[1], g)


# Normalization


def normed(W, A):
    Z = W @ A
    return (Z - Z.mean(axis=1, keepdims=True)) / Z.std(axis=1, keepdims=True)


@pytest.mark.parametrize("c", [0.01, 3.0])
def test_eq_norm_blind(rng, c):
    W, A = rng.normal(size=(3, 4)), rng.normal(size=(4, 8))
    ones, zeros = np.ones((3, 1)), np.zeros((3, 1))
    library, _ = lw.batch_norm_forward(
        c * W @ A,
        ones,
        zeros,
        mean=zeros,
        variance=ones,
        training=True,
        epsilon=0.0,
    )
    np.testing.assert_allclose(library, normed(W, A), rtol=1e-9)


@pytest.mark.parametrize("c", [0.2, 10.0])
def test_eq_norm_gradient(rng, c):
    W, A = rng.normal(size=(3, 4)), rng.normal(size=(4, 8))
    R = rng.normal(size=(3, 8))

    def cost_of(W):
        return np.sum(R * np.tanh(normed(W, A)))

    at_W = lw.numerical_gradient(cost_of, W)
    at_cW = lw.numerical_gradient(cost_of, c * W, epsilon=1e-5 * c)
    np.testing.assert_allclose(at_cW, at_W / c, rtol=1e-5, atol=1e-7)
