"""Every equation of chapter 4, by a route that the chapter does not take."""

import itertools

import numpy as np
import pytest
import sympy as sp

import layerwise as lw

DEFINITIONS = {
    "eq-neuron": "the definition of the score",
    "eq-likelihood": "a way of writing two cases as one",
    "eq-mean-squared-error": "the definition of the cost",
    "eq-softmax-cross-entropy": "the definition of the cost",
    "eq-logistic-step": "the rule of gradient descent, a choice",
    "eq-precision-recall": "the definition of two shares",
}

z, y = sp.symbols("z y", real=True)
a = sp.symbols("a", positive=True)
sigma = 1 / (1 + sp.exp(-z))
loss = -y * sp.log(a) - (1 - y) * sp.log(1 - a)
PLACES = (-3, sp.Rational(-7, 5), sp.Rational(-1, 10), sp.Rational(4, 5), 2)
ANSWERS = [sp.Rational(k, 20) for k in (1, 5, 10, 13, 19)]


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def assert_zero(expression, at):
    """Show to 40 digits that an expression is 0 at a place."""
    assert abs(sp.N(expression.subs(at), 40)) < sp.Float("1e-35"), at


def slope_by_limit(f, place, digits=60):
    """Measure a slope with a step so small that only exact digits allow it."""
    h = sp.Float("1e-20", digits)
    there = sp.N(place, digits)
    return (f(there + h) - f(there - h)) / (2 * h)


def log_odds_data(rng, n=3, m=7):
    X, w, b = rng.normal(size=(n, m)), rng.normal(size=(n, 1)), 0.4
    Y = (np.arange(m) % 2).astype(float)[None]
    return X, w, b, Y


# From a score to a probability


def test_eq_log_odds():
    for place in PLACES:
        assert_zero(sp.log(sigma / (1 - sigma)) - z, {z: place})
    one_more = sigma.subs(z, z + 3)  # one centimeter more, with weight 3
    factor = (one_more / (1 - one_more)) / (sigma / (1 - sigma))
    for place in PLACES:
        assert_zero(factor - sp.exp(3), {z: place})


# How wrong is wrong?


def test_eq_loss():
    """The loss is minus the log of the probability given to the truth."""
    for place in ANSWERS:
        assert_zero(loss.subs(y, 1) + sp.log(a), {a: place})
        assert_zero(loss.subs(y, 0) + sp.log(1 - a), {a: place})
        assert sp.N(loss.subs({y: 1, a: place})) > 0


def test_eq_binary_cross_entropy(rng):
    """The cost is the log of one probability: that of all labels at once."""
    A = rng.uniform(0.1, 0.9, (1, 6))
    Y = np.array([[1.0, 0, 0, 1, 1, 0]])
    total = 0.0  # over every way in which six coins may fall
    for outcome in itertools.product((0, 1), repeat=6):
        p = np.prod(
            [q if c else 1 - q for q, c in zip(A[0], outcome, strict=True)]
        )
        total += p
        if np.array_equal(outcome, Y[0]):
            J = -np.log(p) / 6
    assert total == pytest.approx(1)
    assert lw.binary_cross_entropy_forward(A, Y=Y)[0] == pytest.approx(J)


@pytest.mark.parametrize("shape", [(1, 1), (1, 5), (3, 4)])
def test_eq_mean_squared_error_slope(rng, shape):
    A, Y = rng.normal(size=shape), rng.normal(size=shape)
    measured = lw.numerical_gradient(lambda A: np.mean((A - Y) ** 2), A)
    n, m = shape
    assert np.allclose(measured, 2 / (n * m) * (A - Y), atol=1e-9)


@pytest.mark.parametrize("label", [0, 1])
@pytest.mark.parametrize("place", [-6, -1, 0, 3])
def test_eq_square_push(label, place):
    f = sp.lambdify(z, (sigma - label) ** 2, "sympy")
    s = sigma.subs(z, place)
    printed = 2 * (s - label) * s * (1 - s)
    assert abs(slope_by_limit(f, place) - sp.N(printed, 40)) < 1e-30


def test_the_square_pushes_hardest_where_the_caption_says():
    scores = np.linspace(-8, 8, 160_001)
    s = 1 / (1 + np.exp(-scores))
    place = scores[np.argmax(2 * (1 - s) ** 2 * s)]
    assert place == pytest.approx(-np.log(2), abs=1e-4)


# The graph


def test_eq_measured_slope():
    """The first error of the difference is h^2/6 times the third slope."""
    x, h = sp.symbols("x h")
    for f in (sp.exp(2 * x), sp.sin(x), x**5):
        difference = (f.subs(x, x + h) - f.subs(x, x - h)) / (2 * h)
        error = difference - sp.diff(f, x)
        ratio = sp.limit(error / h**2, h, 0)
        assert sp.simplify(ratio - sp.diff(f, x, 3) / 6) == 0
    one_side = (sp.exp(h) - 1) / h - 1
    assert sp.limit(one_side / h, h, 0) == sp.Rational(1, 2)


def test_eq_path():
    """The product of the three local slopes is the slope of the whole."""
    w1, x1, rest = sp.symbols("w1 x1 rest", real=True)
    score = w1 * x1 + rest
    whole = loss.subs(a, sigma.subs(z, score))
    product = (
        sp.diff(loss, a).subs(a, sigma.subs(z, score))
        * sp.diff(sigma, z).subs(z, score)
        * sp.diff(score, w1)
    )
    for label in (0, 1, sp.Rational(1, 3)):
        at = {w1: sp.Rational(1, 2), x1: 2, rest: -1, y: label}
        assert_zero(sp.diff(whole, w1) - product, at)


@pytest.mark.parametrize("label", [0, 1])
def test_eq_loss_slope(label):
    f = sp.lambdify(a, loss.subs(y, label), "sympy")
    for place in ANSWERS:
        printed = (place - label) / (place * (1 - place))
        first = -label / place + (1 - label) / (1 - place)
        assert abs(slope_by_limit(f, place) - sp.N(printed, 40)) < 1e-30
        assert sp.simplify(printed - first) == 0


@pytest.mark.parametrize("label", [0, 1])
def test_eq_error(label):
    f = sp.lambdify(z, loss.subs(y, label).subs(a, sigma), "sympy")
    for place in PLACES:
        printed = sp.N(sigma.subs(z, place) - label, 40)
        assert abs(slope_by_limit(f, place) - printed) < 1e-30


def test_eq_one_example(rng):
    """Measured slopes of the loss of one example in each parameter."""
    x = rng.normal(size=4)
    theta = rng.normal(size=5)
    for label in (0.0, 1.0):

        def of(theta, label=label):
            s = theta[:4] @ x + theta[4]
            return np.logaddexp(0, s) - label * s

        answer = 1 / (1 + np.exp(-(theta[:4] @ x + theta[4])))
        printed = (answer - label) * np.append(x, 1.0)
        measured = lw.numerical_gradient(of, theta)
        assert np.allclose(measured, printed, atol=1e-9)


# All examples


def test_eq_sigmoid_cross_entropy_slope(rng):
    Z, Y = rng.normal(size=(1, 6)), np.array([[1.0, 0, 0, 1, 1, 0]])
    measured = lw.numerical_gradient(
        lambda Z: np.mean(np.logaddexp(0, Z) - Y * Z), Z
    )
    printed = (1 / (1 + np.exp(-Z)) - Y) / 6
    assert np.allclose(measured, printed, atol=1e-9)
    _, cache = lw.sigmoid_cross_entropy_forward(Z, Y=Y)
    ours = lw.sigmoid_cross_entropy_backward(1.0, cache)
    assert np.allclose(ours, measured, atol=1e-9)


def test_eq_binary_cross_entropy_slope(rng):
    A, Y = rng.uniform(0.1, 0.9, (1, 5)), np.array([[1.0, 0, 0, 1, 1]])
    measured = lw.numerical_gradient(
        lambda A: -np.mean(np.log(np.where(Y == 1, A, 1 - A))), A
    )
    assert np.allclose(measured, (A - Y) / (A * (1 - A)) / 5, atol=1e-7)


@pytest.mark.parametrize(("n", "m"), [(3, 7), (1, 4), (5, 1)])
def test_eq_logistic_gradients(rng, n, m):
    X, w, b, Y = log_odds_data(rng, n, m)

    def cost_at(w, b):
        s = w.T @ X + b
        return np.mean(np.logaddexp(0, s) - Y * s)

    dZ = (1 / (1 + np.exp(-(w.T @ X + b))) - Y) / m
    measured = lw.numerical_gradient(lambda w: cost_at(w, b), w)
    assert np.allclose(X @ dZ.T, measured, atol=1e-9)
    measured = lw.numerical_gradient(lambda b: cost_at(w, b[0]), np.array([b]))
    assert np.allclose(dZ.sum(), measured, atol=1e-9)


def test_eq_logistic_convex(rng):
    """Second differences along random lines, and chords above the curve."""
    X, w, b, Y = log_odds_data(rng)

    def cost_at(w):
        s = w.T @ X + b
        return np.mean(np.logaddexp(0, s) - Y * s)

    for _ in range(20):
        v = rng.normal(size=w.shape)
        h = 1e-3
        measured = (
            cost_at(w + h * v) - 2 * cost_at(w) + cost_at(w - h * v)
        ) / h**2
        answer = 1 / (1 + np.exp(-(w.T @ X + b)))
        printed = np.mean(answer * (1 - answer) * (v.T @ X) ** 2)
        assert measured == pytest.approx(printed, rel=1e-4)
        slope = (cost_at(w + h * v) - cost_at(w - h * v)) / (2 * h)
        first = np.mean((answer - Y) * (v.T @ X))
        assert slope == pytest.approx(first, abs=1e-6)
        far = 5 * v
        assert (
            cost_at(w + far / 2) <= (cost_at(w) + cost_at(w + far)) / 2 + 1e-12
        )


# Logarithms that do not fail


@pytest.mark.parametrize("label", [0, 1])
def test_eq_sigmoid_cross_entropy(label):
    """With 60 digits, the typed form is exact even where floats fail."""
    for place in (-1000, -37, *PLACES, 0, 37, 1000):
        score = sp.Integer(place) if place == int(place) else place
        s = 1 / (1 + sp.exp(-score))
        typed = sp.N(
            -label * sp.log(s) - (1 - label) * sp.log(1 - s), 60, maxn=4000
        )
        J, _ = lw.sigmoid_cross_entropy_forward(
            np.array([[float(place)]]), Y=np.array([[float(label)]])
        )
        assert float(J) == pytest.approx(float(typed), rel=1e-12)


# Ten classes


def test_eq_softmax_cross_entropy_slope(rng):
    Z, k = rng.normal(size=(4, 5)), rng.integers(0, 4, 5)
    Y = np.eye(4)[:, k]

    def cost_at(Z):
        total = np.log(np.exp(Z).sum(axis=0))
        return np.mean(total - Z[k, np.arange(5)])

    measured = lw.numerical_gradient(cost_at, Z)
    printed = (np.exp(Z) / np.exp(Z).sum(axis=0) - Y) / 5
    assert np.allclose(measured, printed, atol=1e-9)
    assert np.allclose(printed.sum(axis=0), 0)
