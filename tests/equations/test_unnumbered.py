"""Every equation of the pages without a number."""

import numpy as np
import pytest
import sympy as sp

import layerwise as lw

DEFINITIONS = {
    "eq-matrix-product": "the definition of the product",
}


def test_eq_partial_example():
    u, v = sp.symbols("u v")
    f = u**2 * v + 3 * v
    h = sp.symbols("h")
    for symbol, printed in ((u, 2 * u * v), (v, u**2 + 3)):
        rise = (f.subs(symbol, symbol + h) - f) / h
        assert sp.expand(sp.limit(rise, h, 0) - printed) == 0
    measured = lw.numerical_gradient(
        lambda t: t[0] ** 2 * t[1] + 3 * t[1], np.array([2.0, 5.0])
    )
    assert measured == pytest.approx([20, 7])


def test_eq_two_paths():
    x = sp.symbols("x")
    p, q = x**2, 3 * x
    by_paths = q * 2 * x + p * 3
    assert sp.expand(by_paths - sp.diff(3 * x**3, x)) == 0
    assert by_paths.subs(x, 2) == 36


def test_eq_sum_rules():
    x, c = np.array([3.0, -1.0, 2.5]), 4.0
    assert sum(c * entry for entry in x) == pytest.approx(c * sum(x))
    measured = lw.numerical_gradient(lambda x: (x**2).sum(), x)
    assert measured == pytest.approx(2 * x)


def test_eq_two_products():
    A, B = sp.Matrix([[1, 2], [3, 4]]), sp.Matrix([[5, 6], [7, 8]])
    assert A * B == sp.Matrix([[19, 22], [43, 50]])
    entries = A.multiply_elementwise(B)
    assert entries == sp.Matrix([[5, 12], [21, 32]])
