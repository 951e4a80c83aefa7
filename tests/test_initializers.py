"""Starts have the variance their formula says, in every shape."""

import math

import numpy as np
import pytest

import layerwise as lw

DENSE, CONV = (400, 300), (40, 30, 5, 5)


def fans(shape):
    places = math.prod(shape[2:])
    return shape[1] * places, shape[0] * places


VARIANCES = {
    "he": (lw.initialize_he, lambda n_in, n_out: 2 / n_in),
    "lecun": (lw.initialize_lecun, lambda n_in, n_out: 1 / n_in),
    "xavier": (lw.initialize_xavier, lambda n_in, n_out: 2 / (n_in + n_out)),
    "xavier uniform": (
        lambda shape, *, rng: lw.initialize_xavier(
            shape, rng=rng, form="uniform"
        ),
        lambda n_in, n_out: 2 / (n_in + n_out),
    ),
    "gaussian": (lw.initialize_gaussian, lambda n_in, n_out: 0.01**2),
    "uniform": (lw.initialize_uniform, lambda n_in, n_out: 0.01**2 / 3),
}


@pytest.mark.parametrize("name", VARIANCES)
@pytest.mark.parametrize("shape", [DENSE, CONV])
def test_a_start_has_mean_zero_and_the_variance_of_its_formula(name, shape):
    start, variance = VARIANCES[name]
    W = start(shape, rng=np.random.default_rng(0))
    expected = variance(*fans(shape))
    assert W.shape == shape
    assert W.dtype == np.float64
    assert abs(W.mean()) < 4 * math.sqrt(expected / W.size)
    np.testing.assert_allclose(W.var(), expected, rtol=0.03)


def test_the_uniform_form_of_xavier_stays_below_its_limit():
    rng = np.random.default_rng(0)
    W = lw.initialize_xavier(DENSE, rng=rng, form="uniform")
    limit = math.sqrt(6 / sum(DENSE))
    assert 0.99 * limit < np.abs(W).max() <= limit


def test_xavier_knows_two_forms_only():
    with pytest.raises(ValueError, match="form is 'normal', expected"):
        lw.initialize_xavier(
            DENSE, rng=np.random.default_rng(0), form="normal"
        )


@pytest.mark.parametrize("shape", [(3, 7), (7, 3), (4, 4), (4, 2, 3, 3)])
def test_orthogonal_rows_or_columns_have_length_gain_and_stand_square(shape):
    rng = np.random.default_rng(0)
    W = lw.initialize_orthogonal(shape, rng=rng, gain=1.5)
    assert W.shape == shape
    W = W.reshape(shape[0], -1)
    product = W @ W.T if len(W) <= W.shape[1] else W.T @ W
    square = 2.25 * np.eye(len(product))
    np.testing.assert_allclose(product, square, atol=1e-13)


def test_orthogonal_starts_prefer_no_sign():
    """Without the correction by the signs of R, the mean is far from 0."""
    rng = np.random.default_rng(0)
    corners = [
        lw.initialize_orthogonal((2, 2), rng=rng)[0, 0] for _ in range(2000)
    ]
    assert abs(np.mean(corners)) < 4 * math.sqrt(0.5 / 2000)


def test_sparse_units_have_their_connections_at_different_places():
    W = lw.initialize_sparse(
        (30, 50), rng=np.random.default_rng(0), connections=4
    )
    assert (np.count_nonzero(W, axis=1) == 4).all()
    assert len({tuple(np.flatnonzero(row)) for row in W}) > 20
    few = lw.initialize_sparse((2, 3), rng=np.random.default_rng(0))
    assert np.count_nonzero(few) == 6


def test_zeros_and_constants_are_what_they_say():
    np.testing.assert_array_equal(
        lw.initialize_zeros((2, 3)), np.zeros((2, 3))
    )
    np.testing.assert_array_equal(
        lw.initialize_constant((2, 3), value=3), np.full((2, 3), 3.0)
    )
    assert lw.initialize_constant((1,), value=3).dtype == np.float64


DRAWN = [
    lw.initialize_gaussian,
    lw.initialize_uniform,
    lw.initialize_xavier,
    lw.initialize_lecun,
    lw.initialize_he,
    lw.initialize_orthogonal,
    lw.initialize_sparse,
]


@pytest.mark.parametrize("start", DRAWN)
def test_a_start_by_chance_needs_a_generator_and_repeats_with_it(start):
    with pytest.raises(TypeError, match="rng"):
        start((3, 4))
    first, second = (
        start((3, 4), rng=np.random.default_rng(5)) for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)
    rng = np.random.default_rng(5)
    start((3, 4), rng=rng)
    assert not np.array_equal(start((3, 4), rng=rng), first)
