"""Every equation of chapter 7, by a route that the chapter does not take."""

import itertools

import numpy as np
import pytest
import sympy as sp

import layerwise as lw

DEFINITIONS = {
    "eq-gradient-shape": "the convention by which a gradient is laid out",
    "eq-layer-by-index": "the definition of a layer, written by its indices",
}
SIZES = [(3, 5, 7), (4, 2, 1), (1, 6, 3), (2, 2, 2)]


def symbols(name, rows, columns):
    """Return a table of different letters."""
    return sp.Matrix(rows, columns, lambda i, j: sp.Symbol(f"{name}_{i}_{j}"))


def slopes(J, table):
    """Differentiate a number by every letter of a table."""
    return table.applyfunc(lambda letter: sp.diff(J, letter))


def layer(n, n_prev, m):
    """Return letters, and a number whose slopes along Z are dZ."""
    W, A = symbols("w", n, n_prev), symbols("a", n_prev, m)
    b, dZ = symbols("b", n, 1), symbols("d", n, m)
    J = sum(
        dZ[i, c] * (sum(W[i, j] * A[j, c] for j in range(n_prev)) + b[i])
        for i in range(n)
        for c in range(m)
    )
    return W, A, b, dZ, J


def test_eq_inner_sizes():
    """Numpy multiplies what the rule allows, and refuses all else."""
    for p, q, r, s in itertools.product((1, 2, 3), repeat=4):
        one, other = np.ones((p, q)), np.ones((r, s))
        if q == r:
            assert (one @ other).shape == (p, s)
        else:
            with pytest.raises(ValueError, match="mismatch"):
                one @ other


@pytest.mark.parametrize(("n", "n_prev", "m"), SIZES)
def test_eq_shape_of_W(n, n_prev, m):  # noqa: N802
    """Of all small shapes one alone takes A_prev to Z."""
    found = [
        (p, q)
        for p, q in itertools.product(range(1, 8), repeat=2)
        if q == n_prev
        and np.einsum("pq,qm->pm", np.ones((p, q)), np.ones((q, m))).shape
        == (n, m)
    ]
    assert found == [(n, n_prev)]
    dense = lw.Dense(n_prev, n, rng=np.random.default_rng(0))
    assert dense.params["W"].shape == (n, n_prev)


@pytest.mark.parametrize(
    ("sizes", "count"),
    [((12, 5, 5, 3, 1), 117), ((3, 2, 1), 11), ((4, 6), 30)],
)
def test_eq_shape_count(sizes, count):
    """Count every entry of a real network, and both forms of the sum."""
    network = lw.deep_network(sizes, rng=np.random.default_rng(0))
    counted = sum(value.size for value in network.params.values())
    pairs = list(itertools.pairwise(sizes))
    assert counted == count
    assert counted == sum(n * p + n for p, n in pairs)
    assert counted == sum(n * (p + 1) for p, n in pairs)


@pytest.mark.parametrize(("n", "n_prev", "m"), SIZES)
def test_eq_columns_apart(n, n_prev, m):
    """No letter of another column occurs in a column of the product."""
    W, A, *_ = layer(n, n_prev, m)
    Z = W * A
    for c in range(m):
        alone = W * A[:, c]
        assert Z[:, c] == alone
        own = set(A[:, c]) | set(W)
        assert all(entry.free_symbols <= own for entry in Z[:, c])


@pytest.mark.parametrize(("n", "n_prev", "m"), SIZES)
def test_eq_stretch_and_sum(n, n_prev, m):
    _, _, b, dZ, J = layer(n, n_prev, m)
    rows = [sum(dZ[i, c] for c in range(m)) for i in range(n)]
    assert sp.simplify(slopes(J, b) - sp.Matrix(rows)) == sp.zeros(n, 1)


@pytest.mark.parametrize(("n", "n_prev", "m"), SIZES)
def test_eq_transpose_dW(n, n_prev, m):  # noqa: N802
    W, A, _, dZ, J = layer(n, n_prev, m)
    assert sp.expand(slopes(J, W) - dZ * A.T) == sp.zeros(n, n_prev)


@pytest.mark.parametrize(("n", "n_prev", "m"), SIZES)
def test_eq_transpose_dA(n, n_prev, m):  # noqa: N802
    W, A, _, dZ, J = layer(n, n_prev, m)
    assert sp.expand(slopes(J, A) - W.T * dZ) == sp.zeros(n_prev, m)
