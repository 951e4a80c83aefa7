"""Every equation of chapter 8, by a route that the chapter does not take."""

import itertools

import numpy as np
import pytest
import sympy as sp

import layerwise as lw

DEFINITIONS = {
    "eq-half-squared": "the definition of the loss of the small network",
    "eq-check-error": "the definition of the error a gradient check reports",
}


@pytest.fixture
def rng():
    return np.random.default_rng(8)


def complex_slopes(f, X):
    """Return the slopes of a number f(X), exact to rounding."""
    slopes = np.empty(X.shape)
    for index in np.ndindex(X.shape):
        moved = X.astype(complex)
        moved[index] += 1e-30j
        slopes[index] = f(moved).imag / 1e-30
    return slopes


def table(name, rows, columns):
    return sp.Matrix(
        rows, columns, lambda i, j: sp.Symbol(f"{name}_{i}{j}", real=True)
    )


# Asking one weight


def test_eq_central():
    """The series of the quotient has no term of first order."""
    w, h = sp.symbols("w h")
    for f in (sp.exp(w), sp.sin(w) * w, 1 / (1 + sp.exp(-w))):
        sides = (f.subs(w, w + h) - f.subs(w, w - h)) / (2 * h)
        series = sp.series(sides.subs(w, sp.Rational(3, 7)), h, 0, 3)
        slope = sp.diff(f, w).subs(w, sp.Rational(3, 7))
        constant = series.removeO().coeff(h, 0)
        assert abs(sp.N(constant - slope, 30)) < 1e-25
        assert sp.simplify(series.removeO().coeff(h, 1)) == 0
        one = (f.subs(w, w + h) - f) / h
        one = sp.series(one.subs(w, sp.Rational(3, 7)), h, 0, 2).removeO()
        assert abs(sp.N(one.coeff(h, 1), 30)) > 1e-3  # one-sided has it


# Along and across


def test_eq_add_across():
    u, v1, v2 = sp.symbols("u v1 v2")
    inner = {v1: 3 * u, v2: u**2}
    for J in (v1 * v2, sp.sin(v1) + v2**3, sp.exp(v1 - v2)):
        whole = sp.diff(J.subs(inner), u)
        across = sum(
            sp.diff(J, v).subs(inner) * sp.diff(inner[v], u) for v in inner
        )
        assert sp.simplify(whole - across) == 0
    assert sp.diff((v1 * v2).subs(inner), u).subs(u, 2) == 36


def test_eq_share(rng):
    p, q, r = rng.normal(size=3), rng.normal(size=(3, 4)), rng.normal(size=4)
    paths = sum(p[i] * q[i, k] * r[k] for i in range(3) for k in range(4))
    grouped = sum(
        p[i] * sum(q[i, k] * r[k] for k in range(4)) for i in (0, 1, 2)
    )
    assert grouped == pytest.approx(paths, rel=1e-12)
    assert p @ (q @ r) == pytest.approx(paths, rel=1e-12)


# The output layer

z, y = sp.symbols("z y", real=True)
a = sp.symbols("a", positive=True)
sigma = 1 / (1 + sp.exp(-z))
PLACES = [(z0, y0) for z0 in (-3, sp.Rational(1, 3), 2) for y0 in (0, 1)]


def test_eq_dz_squared():
    slope = sp.diff((sigma - y) ** 2 / 2, z)
    formula = (sigma - y) * sigma * (1 - sigma)
    for z0, y0 in PLACES:
        gap = (slope - formula).subs({z: z0, y: y0})
        assert abs(sp.N(gap, 40)) < 1e-35


def cross_entropy(a):
    return -y * sp.log(a) - (1 - y) * sp.log(1 - a)


def test_eq_da_cross_entropy():
    slope = sp.diff(cross_entropy(a), a)
    assert sp.simplify(slope - (a - y) / (a * (1 - a))) == 0
    printed = -y / a + (1 - y) / (1 + a)  # the slip: right for y = 1 only
    assert sp.simplify((slope - printed).subs(y, 1)) == 0
    assert sp.simplify((slope - printed).subs(y, 0)) != 0


def test_eq_dz_cross_entropy():
    slope = sp.diff(cross_entropy(sigma), z)
    for z0, y0 in PLACES:
        gap = (slope - (sigma - y)).subs({z: z0, y: y0})
        assert abs(sp.N(gap, 40)) < 1e-35


# The hidden layer


def test_eq_da_hidden(rng):
    W, dz, b = rng.normal(size=(3, 4)), rng.normal(size=3), rng.normal(size=3)

    def above(a):  # a number whose slopes along z are dz
        return (dz[:, None] * (W @ a + b[:, None])).sum()

    measured = complex_slopes(above, rng.normal(size=(4, 1)))
    added = [sum(dz[i] * W[i, j] for i in range(3)) for j in range(4)]
    np.testing.assert_allclose(measured.ravel(), added, rtol=1e-12)


def test_eq_dz_hidden(rng):
    da, z_now = rng.normal(size=(4, 1)), rng.normal(size=(4, 1))
    measured = complex_slopes(lambda z: (da * np.tanh(z)).sum(), z_now)
    np.testing.assert_allclose(measured, da / np.cosh(z_now) ** 2, rtol=1e-12)


# All units, all examples


def symbols_of_a_layer():
    """Return W, b, A_prev, Z and a number J that every entry of Z moves."""
    W, b, A = table("w", 2, 3), table("b", 2, 1), table("a", 3, 4)
    Z = W * A + b * sp.ones(1, 4)
    J = sum(
        (k + 2) * sp.sin(Z[k]) + Z[k] ** 2 * Z[(k + 3) % 8] for k in range(8)
    )
    s = table("s", 2, 4)
    J_of_s = sum(
        (k + 2) * sp.sin(s[k]) + s[k] ** 2 * s[(k + 3) % 8] for k in range(8)
    )
    dZ = s.applyfunc(lambda entry: sp.diff(J_of_s, entry))
    dZ = dZ.subs(dict(zip(s, Z, strict=True)))
    return W, b, A, J, dZ


def values_for(*tables):
    rng = np.random.default_rng(1)
    return {
        entry: sp.Rational(int(rng.integers(-9, 10)), 7)
        for t in tables
        for entry in t
    }


def assert_slopes(parameter, formula, J, at):
    for index, entry in enumerate(parameter):
        gap = sp.diff(J, entry).subs(at) - formula[index].subs(at)
        assert abs(sp.N(gap, 30)) < 1e-20


def test_eq_dW():  # noqa: N802
    W, b, A, J, dZ = symbols_of_a_layer()
    assert (dZ * A.T).shape == W.shape
    assert_slopes(W, dZ * A.T, J, values_for(W, b, A))


def test_eq_db():
    W, b, A, J, dZ = symbols_of_a_layer()
    assert_slopes(b, dZ * sp.ones(4, 1), J, values_for(W, b, A))


def test_eq_dA_prev():  # noqa: N802
    W, b, A, J, dZ = symbols_of_a_layer()
    assert_slopes(A, W.T * dZ, J, values_for(W, b, A))


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "elu", "leaky_relu"])
def test_eq_dZ(rng, name):  # noqa: N802
    forward = getattr(lw, f"{name}_forward")
    dA, Z = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    h = 1e-6
    slope = (forward(Z + h)[0] - forward(Z - h)[0]) / (2 * h)
    dZ = getattr(lw, f"{name}_backward")(dA, forward(Z)[1])
    np.testing.assert_allclose(dZ, dA * slope, atol=1e-8)


# The mean


def mean_cost(Z, Y):
    """Return the mean of the cross-entropies of softmax, from the sums."""
    shares = np.exp(Z) / np.exp(Z).sum(axis=0)
    return -(Y * np.log(shares)).sum() / Y.shape[1]


def test_eq_dz_mean(rng):
    Z, Y = rng.normal(size=(3, 5)), np.eye(3)[:, [0, 2, 1, 1, 0]]
    measured = complex_slopes(lambda Z: mean_cost(Z, Y), Z)
    for c in range(5):
        label = Y[:, [c]]
        own = complex_slopes(lambda z, y=label: mean_cost(z, y), Z[:, [c]])
        np.testing.assert_allclose(measured[:, [c]], own / 5, atol=1e-14)


def test_eq_placements(rng):
    A_prev, Y = rng.normal(size=(2, 5)), np.eye(3)[:, [0, 2, 1, 1, 0]]
    W = rng.normal(size=(3, 2))
    measured = complex_slopes(lambda W: mean_cost(W @ A_prev, Y), W)
    shares = np.exp(W @ A_prev) / np.exp(W @ A_prev).sum(axis=0)
    there = shares - Y
    here = complex_slopes(lambda Z: mean_cost(Z, Y), W @ A_prev)
    np.testing.assert_allclose(5 * here, there, atol=1e-13)
    np.testing.assert_allclose(here @ A_prev.T, measured, atol=1e-13)
    np.testing.assert_allclose(there @ A_prev.T / 5, measured, atol=1e-13)


# The price


class Counted(np.ndarray):
    """An array that counts the multiplications of its matrix products."""

    total = 0

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if ufunc is np.matmul:
            left, right = inputs
            Counted.total += left.shape[0] * left.shape[1] * right.shape[1]
        kwargs.pop("out", None)
        plain = [np.asarray(i).view(np.ndarray) for i in inputs]
        result = getattr(ufunc, method)(*plain, **kwargs)
        return np.asarray(result).view(Counted)


@pytest.mark.parametrize("sizes", [(3, 2, 1), (64, 32, 10), (5, 5, 5, 5)])
def test_eq_cost_backward(rng, sizes):
    W = [
        rng.normal(size=(n, n_prev)).view(Counted)
        for n_prev, n in itertools.pairwise(sizes)
    ]
    weights = sum(w.size for w in W)
    A = rng.normal(size=(sizes[0], 1)).view(Counted)
    Counted.total, caches = 0, []
    for w in W:
        A, cache = lw.affine_forward(A, w, np.zeros((len(w), 1)))
        caches.append(cache)
    assert Counted.total == weights
    Counted.total, dZ = 0, A
    for l in reversed(range(len(W))):
        gradients = lw.affine_backward(dZ, caches[l])
        dZ = gradients[0]
    unread = W[0].size  # the message to the inputs, which training leaves out
    assert Counted.total - unread == 2 * weights - sizes[1] * sizes[0]


@pytest.mark.parametrize(
    ("sizes", "runs"), [((3, 2, 1), 22), ((64, 32, 10), 4820)]
)
def test_eq_cost_measured(sizes, runs):
    rng, calls = np.random.default_rng(0), []
    network = lw.Network(
        *(
            lw.Dense(n_prev, n, rng=rng)
            for n_prev, n in itertools.pairwise(sizes)
        )
    )
    for values in network.params.values():
        lw.numerical_gradient(lambda v: calls.append(1) or 0.0, values)
    assert len(calls) == runs == 2 * network.vector.size
    assert network.vector.size + 1 == runs // 2 + 1
