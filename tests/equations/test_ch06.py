"""Every equation of chapter 6, by a route that the chapter does not take."""

import itertools

import numpy as np
import pytest
import sympy as sp

import layerwise as lw

DEFINITIONS = {
    "eq-sigmoid": "the definition of the curve",
    "eq-tanh": "the definition of the curve",
    "eq-relu": "the definition of the curve",
    "eq-leaky-relu": "the definition of the curve",
    "eq-elu": "the definition of the curve",
    "eq-maxout": "the definition of the unit",
    "eq-softmax": "the definition of the shares",
}

z = sp.symbols("z", real=True)
sigma = 1 / (1 + sp.exp(-z))
tanh = (sp.exp(z) - sp.exp(-z)) / (sp.exp(z) + sp.exp(-z))
PLACES = (-3, sp.Rational(-7, 5), sp.Rational(-1, 10), sp.Rational(4, 5), 2)


@pytest.fixture
def rng():
    return np.random.default_rng(6)


def assert_equal(left, right, symbol=z, places=PLACES):
    """Compare two expressions to 40 digits at several places."""
    for place in places:
        gap = (left - right).subs(symbol, place)
        assert abs(sp.N(gap, 40)) < sp.Float("1e-35"), (place, gap)


def slope_by_limit(f, place, digits=60):
    """Measure a slope with a step so small that only exact digits allow it."""
    h = sp.Float("1e-20", digits)
    there = sp.Float(place, digits)
    return (f(there + h) - f(there - h)) / (2 * h)


# A straight stack


def test_eq_collapse():
    names = {
        "W1": (3, 2),
        "b1": (3, 1),
        "W2": (2, 3),
        "b2": (2, 1),
        "x": (2, 1),
    }
    W1, b1, W2, b2, x = (
        sp.Matrix(*shape, lambda i, j, n=name: sp.Symbol(f"{n}_{i}{j}"))
        for name, shape in names.items()
    )
    stacked = W2 * (W1 * x + b1) + b2
    one_layer = (W2 * W1) * x + (W2 * b1 + b2)
    assert sp.expand(stacked - one_layer) == sp.zeros(2, 1)


def test_eq_local(rng):
    """Within a region of fixed active units the slopes and values agree."""
    W1, b1 = rng.normal(size=(4, 2)), rng.normal(size=(4, 1))
    W2, b2 = rng.normal(size=(1, 4)), rng.normal(size=(1, 1))

    def network(x):
        return W2 @ lw.relu_forward(W1 @ x + b1)[0] + b2

    seen = set()
    for _ in range(200):
        x = rng.normal(size=(2, 1))
        active = (W1 @ x + b1 > 0).astype(float)
        seen.add(tuple(active.ravel()))
        W = W2 @ np.diag(active.ravel()) @ W1
        measured = lw.numerical_gradient(lambda x: network(x).item(), x)
        assert np.allclose(W.T, measured, atol=1e-7)
        D = np.diag(active.ravel())
        assert np.allclose(W2 @ D @ (W1 @ x + b1) + b2, network(x))
    assert len(seen) > 4  # several regions were met


# The sigmoid family


def test_eq_sigmoid_mirror():
    assert_equal(sigma.subs(z, -z), 1 - sigma)


@pytest.mark.parametrize("place", [-3, -0.25, 0, 1.5, 4])
def test_eq_sigmoid_slope_z(place):
    f = sp.lambdify(z, sigma, "sympy")
    formula = sp.exp(-z) / (1 + sp.exp(-z)) ** 2
    exact = sp.N(formula.subs(z, sp.Rational(place)), 40)
    assert abs(slope_by_limit(f, place) - exact) < 1e-30


@pytest.mark.parametrize("place", [-3, -0.25, 0, 1.5, 4])
def test_eq_sigmoid_slope(place):
    f = sp.lambdify(z, sigma, "sympy")
    a = f(sp.Float(place, 60))
    assert abs(slope_by_limit(f, place) - a * (1 - a)) < 1e-30


def test_eq_tanh_sigmoid():
    assert_equal(tanh, 2 * sigma.subs(z, 2 * z) - 1)


@pytest.mark.parametrize("place", [-2, -0.5, 0, 1, 3])
def test_eq_tanh_slope(place):
    f = sp.lambdify(z, tanh, "sympy")
    a = f(sp.Float(place, 60))
    assert abs(slope_by_limit(f, place) - (1 - a**2)) < 1e-30


def test_eq_silu():
    """At the lowest place, found by search, the value is the place plus 1."""
    silu = sp.lambdify(z, z * sigma)
    low, high = -2.0, -1.0
    for _ in range(200):  # golden section: no derivative
        a, b = low + 0.382 * (high - low), low + 0.618 * (high - low)
        low, high = (low, b) if silu(a) < silu(b) else (a, high)
    assert silu(low) == pytest.approx(low + 1, abs=1e-7)
    assert low == pytest.approx(-1.2785, abs=1e-4)


# Straight sides


def assert_slopes(curve, options, left):
    """Compare the printed slopes with measured ones on both sides."""
    forward = getattr(lw, f"{curve}_forward")
    places = np.array([-5.0, -1.3, -0.2, 0.2, 1.0, 7.0])
    for place in places:
        measured = lw.numerical_gradient(
            lambda z: forward(z, **options)[0].sum(), np.array([place])
        )
        printed = 1.0 if place > 0 else left(place)
        assert measured[0] == pytest.approx(printed, abs=1e-8)


def test_eq_relu_slope():
    assert_slopes("relu", {}, lambda z: 0.0)


def test_eq_leaky_relu_slope():
    assert_slopes("leaky_relu", {"slope": 0.2}, lambda z: 0.2)


def test_eq_elu_slope():
    assert_slopes("elu", {"alpha": 1.7}, lambda z: 1.7 * np.exp(z))


@pytest.mark.parametrize("curve", ["sigmoid", "tanh", "relu", "elu"])
def test_eq_activation_backward(curve, rng):
    """The whole table of slopes is diagonal, and the product is its VJP."""
    forward = getattr(lw, f"{curve}_forward")
    backward = getattr(lw, f"{curve}_backward")
    Z, dA = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    table = np.empty((6, 6))
    for i in range(6):
        moved = np.zeros(6)
        moved[i] = 1e-5
        up = forward(Z + moved.reshape(2, 3))[0]
        down = forward(Z - moved.reshape(2, 3))[0]
        table[:, i] = ((up - down) / 2e-5).ravel()
    assert np.allclose(table, np.diag(np.diag(table)), atol=1e-12)
    expected = (table.T @ dA.ravel()).reshape(2, 3)
    slope = np.diag(table).reshape(2, 3)
    assert np.allclose(dA * slope, expected, atol=1e-12)
    assert np.allclose(backward(dA, forward(Z)[1]), expected, atol=1e-8)


# How much slope is left


def test_eq_tails():
    d_tanh, d_sigma = sp.diff(sp.tanh(z), z), sp.diff(sigma, z)
    assert_equal(d_tanh, 4 / (sp.exp(z) + sp.exp(-z)) ** 2)
    assert_equal(d_sigma, 1 / (sp.exp(z / 2) + sp.exp(-z / 2)) ** 2)
    assert sp.limit(4 / (1 + sp.exp(-2 * z)) ** 2 / 4, z, sp.oo) == 1
    for far in (20, -20):
        near_1 = d_tanh.subs(z, far) / (4 * sp.exp(-2 * abs(far)))
        assert abs(sp.N(near_1, 30) - 1) < 1e-15
        near_1 = d_sigma.subs(z, far) / sp.exp(-abs(far))
        assert abs(sp.N(near_1, 30) - 1) < 1e-8


def test_eq_crossing():
    """The number, by a Newton search and by its closed form, to 40 digits."""
    gap = sp.diff(sp.tanh(z), z) - sp.diff(sigma, z)
    found = sp.nsolve(gap, z, 1.5, prec=40)
    closed = 2 * sp.acosh((1 + sp.sqrt(3)) / 2)
    assert abs(found - sp.N(closed, 40)) < 1e-30
    assert f"{float(found):.4f}" == "1.6629"
    printed = 1 / sp.cosh(z) ** 2 - 1 / (4 * sp.cosh(z / 2) ** 2)
    assert_equal(printed, gap)
    assert sp.N(gap.subs(z, 1), 20) > 0 > sp.N(gap.subs(z, 2), 20)


def test_eq_slope_product(rng):
    for L in (1, 3, 10):
        Z = np.concatenate(
            [rng.normal(scale=3, size=(500, L)), np.zeros((1, L))]
        )
        slopes = np.exp(-Z) / (1 + np.exp(-Z)) ** 2
        assert (slopes.prod(axis=1) <= 0.25**L).all()
        assert slopes[-1].prod() == pytest.approx(0.25**L)  # attained at 0


# Zero mean


def test_eq_one_sign(rng):
    """Measured gradients of all weights of one unit, for one example."""
    a, y = rng.uniform(0.1, 1.0, 5), 0.3

    def cost(w):
        return (np.tanh(w @ a + 0.2) - y) ** 2

    for _ in range(20):
        w = rng.normal(size=5)
        measured = lw.numerical_gradient(cost, w)
        dz = lw.numerical_gradient(
            lambda z: ((np.tanh(z) - y) ** 2).sum(), np.array([w @ a + 0.2])
        )
        assert np.allclose(measured, dz * a, atol=1e-8)
        assert len({*np.sign(measured)}) == 1


@pytest.mark.parametrize(("n", "mean", "variance"), [(2, 1, 1), (5, 2, 0.3)])
def test_eq_condition(n, mean, variance):
    """Inputs enumerated so that they are exactly uncorrelated."""
    signs = np.array(list(itertools.product((-1.0, 1.0), repeat=n))).T
    A = mean + np.sqrt(variance) * signs
    steep = np.linalg.eigvalsh(A @ A.T / A.shape[1])
    assert steep[-1] / steep[0] == pytest.approx(1 + n * mean**2 / variance)
    assert np.allclose(steep[:-1], variance)


# Maxout


def test_eq_maxout_convex(rng):
    for _ in range(200):
        W, b = rng.normal(size=(4, 3)), rng.normal(size=(4, 1))
        x, y = rng.normal(size=(2, 3, 50))

        def unit(x, W=W, b=b):
            return lw.maxout_forward(W @ x + b, pieces=4)[0]

        chord = (unit(x) + unit(y)) / 2
        assert (unit((x + y) / 2) <= chord + 1e-12).all()


def test_eq_maxout_slope(rng):
    Z = rng.normal(size=(6, 4))
    for i, j in np.ndindex(2, 4):
        measured = lw.numerical_gradient(
            lambda Z, i=i, j=j: lw.maxout_forward(Z, pieces=3)[0][i, j], Z
        )
        expected = np.zeros((6, 4))
        expected[3 * i + Z[3 * i : 3 * i + 3, j].argmax(), j] = 1
        assert np.allclose(measured, expected, atol=1e-9)


# Outputs and costs


@pytest.mark.parametrize("y", [0, 1, sp.Rational(1, 3)])
def test_eq_sigmoid_pair(y):
    cost = -y * sp.log(sigma) - (1 - y) * sp.log(1 - sigma)
    assert_equal(sp.diff(cost, z), sigma - y)


def test_eq_softmax_shift(rng):
    Z = rng.normal(size=(4, 3))
    for c in (-3.0, 0.7, 50.0):
        typed = np.exp(Z + c) / np.exp(Z + c).sum(axis=0)
        assert np.allclose(typed, np.exp(Z) / np.exp(Z).sum(axis=0))
        assert np.allclose(lw.softmax_forward(Z + c)[0], typed)


def test_eq_softmax_sigmoid():
    other = sp.Rational(3, 7)
    share = sp.exp(z) / (sp.exp(z) + sp.exp(other))
    assert_equal(share, sigma.subs(z, z - other))


def symbols_of_softmax(n=3):
    zs = sp.symbols(f"z1:{n + 1}", real=True)
    total = sum(sp.exp(s) for s in zs)
    return zs, [sp.exp(s) / total for s in zs]


VALUES = (sp.Rational(2), sp.Rational(1), sp.Rational(-1, 3))


def test_eq_softmax_jacobian():
    zs, a = symbols_of_softmax()
    at = dict(zip(zs, VALUES, strict=True))
    for i, k in itertools.product(range(3), repeat=2):
        printed = a[i] * (int(i == k) - a[k])
        gap = sp.diff(a[i], zs[k]) - printed
        assert abs(sp.N(gap.subs(at), 40)) < 1e-35


def test_eq_softmax_backward():
    """The gradient of any function of the shares, here a cubic one."""
    zs, a = symbols_of_softmax()
    at = dict(zip(zs, VALUES, strict=True))
    free = sp.symbols("a1:4")
    J = free[0] ** 3 + 2 * free[0] * free[1] - 5 * free[2] ** 2
    put = dict(zip(free, a, strict=True))
    da = [sp.diff(J, s).subs(put) for s in free]
    mean = sum(x * y for x, y in zip(a, da, strict=True))
    for k in range(3):
        measured = sp.diff(J.subs(put), zs[k])
        gap = measured - a[k] * (da[k] - mean)
        assert abs(sp.N(gap.subs(at), 40)) < 1e-35


def test_eq_softmax_pair():
    zs, a = symbols_of_softmax()
    at = dict(zip(zs, VALUES, strict=True))
    y = (sp.Rational(1, 5), sp.Rational(1, 2), sp.Rational(3, 10))
    J = -sum(t * sp.log(share) for t, share in zip(y, a, strict=True))
    for k in range(3):
        gap = sp.diff(J, zs[k]) - (a[k] - y[k])
        assert abs(sp.N(gap.subs(at), 40)) < 1e-35
