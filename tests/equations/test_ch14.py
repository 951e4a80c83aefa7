"""Every equation of chapter 14, by a route that the chapter does not take."""

import itertools
import math

import numpy as np
import pytest
import sympy as sp

import layerwise as lw

DEFINITIONS = {
    "eq-pooling": "the definition of the two kinds of pooling",
}


@pytest.fixture
def rng():
    return np.random.default_rng(14)


def one_map(image, kernel, bias=0.0, **options):
    """Run the library's layer on one picture with one filter."""
    Z, _ = lw.conv_forward(
        image[None, :, :, None],
        kernel[None, None],
        np.full((1, 1), bias),
        **options,
    )
    return Z[0, :, :, 0]


def polynomial(table, x, y):
    """Read a table of numbers as the coefficients of x^row y^column."""
    return sum(
        sp.Rational(str(v)) * x**i * y**j
        for (i, j), v in np.ndenumerate(table)
    )


# One window at every place


def test_eq_two_answers():
    z1, z2 = sp.symbols("z1 z2", real=True)
    first = sp.exp(z1) / (sp.exp(z1) + sp.exp(z2))
    sigma = (1 + sp.tanh((z1 - z2) / 2)) / 2
    for a, b in ((0, 0), (3, -2), (sp.Rational(1, 7), 5)):
        gap = (first - sigma).subs({z1: a, z2: b})
        assert abs(sp.N(gap, 40)) < sp.Float("1e-35")


def test_eq_window(rng):
    """Pixel by pixel: a picture with one cell of ink gives the filter back.

    The layer without its bias is linear, so pictures with a single cell of
    ink decide it.
    """
    kernel = rng.normal(size=(3, 3))
    for u, v in itertools.product(range(6), range(5)):
        image = np.zeros((6, 5))
        image[u, v] = 1.0
        Z = one_map(image, kernel, 0.25)
        for h, w in itertools.product(range(4), range(3)):
            inside = 0 <= u - h < 3 and 0 <= v - w < 3
            weight = kernel[u - h, v - w] if inside else 0.0
            assert Z[h, w] == pytest.approx(weight + 0.25)


def test_eq_conv_matrix(rng):
    """The matrix of the layer, measured column by column."""
    kernel, n, f = rng.normal(size=(2, 2)), 4, 2
    columns = [
        one_map(cell.reshape(n, n), kernel).ravel() for cell in np.eye(n * n)
    ]
    M = np.stack(columns, axis=1)  # (9, 16)
    for h, w in itertools.product(range(3), repeat=2):
        for u, v in itertools.product(range(4), repeat=2):
            inside = 0 <= u - h < f and 0 <= v - w < f
            expected = kernel[u - h, v - w] if inside else 0.0
            assert M[3 * h + w, 4 * u + v] == pytest.approx(expected)
    assert np.count_nonzero(M == 0) == 108


# Not flipped


def test_eq_convolution():
    """Convolution is the product of polynomials, where all cells overlap."""
    x, y = sp.symbols("x y")
    W = np.array([[1, 2], [-3, 5]])
    a = np.array([[2, 0, 1], [4, -1, 3], [1, 1, 7]])
    product = sp.Poly(
        sp.expand(polynomial(W, x, y) * polynomial(a, x, y)), x, y
    )
    f = 2
    for h, w in itertools.product(range(2), repeat=2):
        total = sum(
            W[i, j] * a[h + f - 1 - i, w + f - 1 - j]
            for i in range(f)
            for j in range(f)
        )
        place = x ** (h + f - 1) * y ** (w + f - 1)
        assert total == product.coeff_monomial(place)


def test_eq_flip():
    """The layer with the turned filter gives the polynomials' product."""
    x, y = sp.symbols("x y")
    W = np.array([[1, 2, 0], [-3, 5, 1], [4, 0, -2]])
    a = np.arange(20).reshape(4, 5) ** 2 % 11
    product = sp.Poly(
        sp.expand(polynomial(W, x, y) * polynomial(a, x, y)), x, y
    )
    Z = one_map(a.astype(float), W[::-1, ::-1].astype(float))
    for (h, w), z in np.ndenumerate(Z):
        place = x ** (h + 2) * y ** (w + 2)
        assert z == int(product.coeff_monomial(place))


# Sizes


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_eq_size(stride, padding):
    for n_prev, f in itertools.product(range(1, 9), range(1, 5)):
        if f > n_prev + 2 * padding:
            continue
        fits = [
            at
            for at in range(-padding, n_prev + padding, stride)
            if at + f <= n_prev + padding
        ]
        size = math.floor((n_prev + 2 * padding - f) / stride) + 1
        Z = one_map(
            np.zeros((n_prev, 9)),
            np.zeros((f, f)),
            stride=stride,
            padding=padding,
        )
        assert Z.shape[0] == size == len(fits)


@pytest.mark.parametrize(("stride", "padding"), [(1, 0), (2, 1), (3, 2)])
def test_eq_conv(rng, stride, padding):
    """Every number by its own sum, outside the border as 0."""
    A = rng.normal(size=(2, 6, 5, 2))
    W, b = rng.normal(size=(3, 2, 3, 3)), rng.normal(size=(3, 1))
    Z, _ = lw.conv_forward(A, W, b, stride=stride, padding=padding)
    for (k, h, w, e), z in np.ndenumerate(Z):
        total = b[k, 0]
        for c, i, j in np.ndindex(2, 3, 3):
            u, v = stride * h + i - padding, stride * w + j - padding
            if 0 <= u < 6 and 0 <= v < 5:
                total += W[k, c, i, j] * A[c, u, v, e]
        assert z == pytest.approx(total)


def test_eq_parameters(rng):
    for n_C_prev, n_C, f in ((3, 8, 3), (1, 6, 5), (4, 1, 1)):
        layer = lw.Conv(n_C_prev, n_C, f, rng=rng)
        size = sum(p.size for p in layer.params.values())
        assert size == n_C * (n_C_prev * f**2 + 1)


def test_eq_same_size():
    for f in (1, 3, 5, 7):
        kept = [
            p
            for p in range(6)
            if one_map(np.zeros((9, 9)), np.zeros((f, f)), padding=p).shape
            == (9, 9)
        ]
        assert kept == [(f - 1) // 2]


@pytest.mark.parametrize(
    "stack", [[(3, 1), (3, 1)], [(3, 2), (3, 1)], [(3, 3), (5, 2), (3, 1)]]
)
def test_eq_receptive_field(stack, rng):
    """Change pixels one by one and watch a unit in the middle."""
    layers = [lw.Conv(1, 1, f, stride=s, rng=rng) for f, s in stack]
    net = lw.Network(*layers)
    picture = rng.normal(size=(1, 1, 60, 1)) * np.ones((1, 60, 1, 1))
    before = net.forward(picture)
    middle = before.shape[2] // 2
    reached = 0
    for v in range(60):
        changed = picture.copy()
        changed[:, :, v] += 1.0
        gap = net.forward(changed)[0, 0, middle] - before[0, 0, middle]
        reached += bool(abs(gap).item() > 1e-9)
    expected, apart = 1, 1
    for f, s in stack:
        expected += (f - 1) * apart
        apart *= s
    assert reached == expected


# One product


def test_eq_patches(rng):
    A = rng.normal(size=(2, 5, 6, 3))
    W, b = rng.normal(size=(4, 2, 3, 3)), rng.normal(size=(4, 1))
    columns = [
        A[:, h : h + 3, w : w + 3, e].ravel()
        for h in range(3)
        for w in range(4)
        for e in range(3)
    ]
    P = np.stack(columns, axis=1)
    Z, cache = lw.conv_forward(A, W, b)
    np.testing.assert_allclose(cache[0], P)
    np.testing.assert_allclose(Z.reshape(4, -1), W.reshape(4, -1) @ P + b)


# The way back, against measured slopes


@pytest.fixture
def layer(rng):
    A = rng.normal(size=(2, 6, 5, 3))
    W, b = rng.normal(size=(3, 2, 3, 3)), rng.normal(size=(3, 1))
    Z, _ = lw.conv_forward(A, W, b, stride=2, padding=1)
    dZ = rng.normal(size=Z.shape)

    def cost(A, W, b):
        Z, _ = lw.conv_forward(A, W, b, stride=2, padding=1)
        return float(np.sum(Z * dZ))

    return A, W, b, dZ, cost


def test_eq_conv_dW(layer):  # noqa: N802
    A, W, b, dZ, cost = layer
    measured = lw.numerical_gradient(lambda W: cost(A, W, b), W)
    A_pad = np.pad(A, ((0, 0), (1, 1), (1, 1), (0, 0)))
    for k, c, i, j in np.ndindex(*W.shape):
        total = sum(
            dZ[k, h, w] @ A_pad[c, 2 * h + i, 2 * w + j]
            for h, w in np.ndindex(*dZ.shape[1:3])
        )
        assert total == pytest.approx(measured[k, c, i, j], abs=1e-6)


def test_eq_conv_db(layer):
    A, W, b, dZ, cost = layer
    measured = lw.numerical_gradient(lambda b: cost(A, W, b), b)
    np.testing.assert_allclose(
        dZ.sum(axis=(1, 2, 3)), measured.ravel(), atol=1e-6
    )


def test_eq_conv_dA(layer):  # noqa: N802
    A, W, b, dZ, cost = layer
    measured = lw.numerical_gradient(lambda A: cost(A, W, b), A)
    for c, u, v in np.ndindex(*A.shape[:3]):
        total = np.zeros(3)
        for k, h, w in np.ndindex(*dZ.shape[:3]):
            i, j = u + 1 - 2 * h, v + 1 - 2 * w
            if 0 <= i < 3 and 0 <= j < 3:
                total += dZ[k, h, w] * W[k, c, i, j]
        np.testing.assert_allclose(total, measured[c, u, v], atol=1e-6)


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 2), (3, 1)])
def test_eq_max_pool_backward(rng, size, stride):
    A_prev = rng.permutation(2 * 7 * 6 * 2).reshape(2, 7, 6, 2) / 10
    A, cache = lw.max_pool_forward(A_prev, size=size, stride=stride)
    dA = rng.normal(size=A.shape)

    def cost(A_prev):
        A, _ = lw.max_pool_forward(A_prev, size=size, stride=stride)
        return float(np.sum(A * dA))

    measured = lw.numerical_gradient(cost, A_prev)
    total = np.zeros_like(A_prev)
    for c, h, w, e in np.ndindex(*A.shape):
        top, left = h * stride, w * stride
        window = A_prev[c, top : top + size, left : left + size, e]
        i, j = np.unravel_index(window.argmax(), window.shape)
        total[c, top + i, left + j, e] += dA[c, h, w, e]
    np.testing.assert_allclose(total, measured, atol=1e-6)
    np.testing.assert_allclose(lw.max_pool_backward(dA, cache), total)


@pytest.mark.parametrize(("size", "stride"), [(2, 2), (3, 1)])
def test_eq_average_pool_backward(rng, size, stride):
    A_prev = rng.normal(size=(2, 5, 6, 2))
    A, cache = lw.average_pool_forward(A_prev, size=size, stride=stride)
    dA = rng.normal(size=A.shape)

    def cost(A_prev):
        A, _ = lw.average_pool_forward(A_prev, size=size, stride=stride)
        return float(np.sum(A * dA))

    measured = lw.numerical_gradient(cost, A_prev)
    total = np.zeros_like(A_prev)
    for (c, u, v, e), _ in np.ndenumerate(A_prev):
        for h, w in np.ndindex(*A.shape[1:3]):
            rows = h * stride <= u < h * stride + size
            columns = w * stride <= v < w * stride + size
            total[c, u, v, e] += dA[c, h, w, e] / size**2 * (rows and columns)
    np.testing.assert_allclose(total, measured, atol=1e-6)
    np.testing.assert_allclose(lw.average_pool_backward(dA, cache), total)


# What moves and what stays


def test_eq_equivariance(rng):
    """Exact whole numbers: moved picture, moved map, row by row."""
    kernel = rng.integers(-5, 6, (3, 3)).astype(float)
    image = rng.integers(0, 9, (12, 7)).astype(float)
    for t in (1, 2, 4):
        moved = np.vstack([rng.integers(0, 9, (t, 7)), image[: 12 - t]])
        Z, Z_moved = one_map(image, kernel, 2.0), one_map(moved, kernel, 2.0)
        assert np.array_equal(Z_moved[t:], Z[: 10 - t])
    assert not np.array_equal(Z_moved[:1], Z[:1])


def test_eq_invariance(rng):
    """The largest answer stays while nothing is pushed over the border."""
    kernel = rng.normal(size=(3, 3))
    ink = rng.normal(size=(4, 4))
    largest = set()
    for u, v in itertools.product(range(2, 7), repeat=2):
        image = np.zeros((12, 12))
        image[u : u + 4, v : v + 4] = ink
        largest.add(round(float(one_map(image, kernel).max()), 12))
    assert len(largest) == 1
    image = np.zeros((12, 12))
    image[:2] = 9.0 * np.sign(kernel.sum())  # over the border, it changes
    assert round(float(one_map(image, kernel).max()), 12) not in largest


def test_eq_turn(rng):
    """Index by index: a quarter turn sends (u, v) to (n - 1 - v, u)."""
    n, f = 6, 3
    kernel, image = rng.normal(size=(f, f)), rng.normal(size=(n, n))

    def turned(table):
        size = len(table)
        out = np.empty_like(table)
        for (u, v), value in np.ndenumerate(table):
            out[size - 1 - v, u] = value
        return out

    def turned_back(table):
        return turned(turned(turned(table)))

    left = one_map(turned(image), kernel)
    right = turned(one_map(image, turned_back(kernel)))
    np.testing.assert_allclose(left, right)
    assert not np.allclose(left, turned(one_map(image, kernel)))
