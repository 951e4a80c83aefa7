"""Convolution and pooling: by hand, by another library, by the fast form."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

import layerwise as lw

sizes = st.integers(1, 4)


def filled(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def test_a_delta_gives_back_the_kernel_turned_and_not_the_kernel():
    """Cross-correlation: the filter stays, so its trace of a dot is turned."""
    image = np.zeros((1, 5, 5, 1))
    image[0, 2, 2] = 1.0
    W = np.arange(9.0).reshape(1, 1, 3, 3)
    Z, _ = lw.conv_forward(image, W, np.zeros((1, 1)))
    np.testing.assert_array_equal(Z[0, :, :, 0], W[0, 0, ::-1, ::-1])


@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_conv_agrees_with_scipy(stride, padding):
    A_prev, W, b = filled(3, 7, 9, 2), filled(4, 3, 3, 3), filled(4, 1)
    Z, _ = lw.conv_forward(A_prev, W, b, stride=stride, padding=padding)
    border = (padding, padding)
    A_pad = np.pad(A_prev, ((0, 0), border, border, (0, 0)))
    for k, example in itertools.product(range(4), range(2)):
        whole = signal.correlate(A_pad[..., example], W[k], mode="valid")
        expected = whole[0, ::stride, ::stride] + b[k]
        np.testing.assert_allclose(Z[k, :, :, example], expected, atol=1e-12)


def test_a_one_by_one_filter_is_a_dense_layer_at_every_place():
    A_prev, W, b = filled(3, 2, 4, 5), filled(4, 3, 1, 1), filled(4, 1)
    Z, _ = lw.conv_forward(A_prev, W, b)
    for h, w in np.ndindex(2, 4):
        expected, _ = lw.affine_forward(A_prev[:, h, w], W[:, :, 0, 0], b)
        np.testing.assert_allclose(Z[:, h, w], expected, atol=1e-12)


def test_a_filter_as_large_as_the_image_is_a_dense_layer():
    A_prev, W, b = filled(2, 4, 4, 5), filled(3, 2, 4, 4), filled(3, 1)
    Z, cache = lw.conv_forward(A_prev, W, b)
    flat, as_rows = A_prev.reshape(-1, 5), W.reshape(3, -1)
    expected, dense_cache = lw.affine_forward(flat, as_rows, b)
    np.testing.assert_allclose(Z[:, 0, 0], expected, atol=1e-12)
    dZ = filled(3, 5, seed=1)
    gradients = lw.conv_backward(dZ[:, np.newaxis, np.newaxis], cache)
    dense = lw.affine_backward(dZ, dense_cache)
    for g, d in zip(gradients, dense, strict=True):
        np.testing.assert_allclose(g.reshape(d.shape), d, atol=1e-12)


def test_conv_commutes_with_a_shift_of_the_image():
    A_prev = np.zeros((2, 9, 9, 3))
    A_prev[:, 2:5, 2:5] = filled(2, 3, 3, 3)
    W, b = filled(4, 2, 3, 3), filled(4, 1)
    Z, _ = lw.conv_forward(A_prev, W, b)
    shifted = np.roll(A_prev, (1, 2), axis=(1, 2))
    Z_shifted, _ = lw.conv_forward(shifted, W, b)
    np.testing.assert_allclose(
        Z_shifted, np.roll(Z, (1, 2), axis=(1, 2)), atol=1e-12
    )


@given(
    *[sizes] * 6,
    st.integers(1, 3),
    st.integers(0, 2),
    st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_the_form_by_rows_agrees_with_the_clear_form(
    n_C_prev, n_C, f, extra_H, extra_W, m, stride, padding, seed
):
    A_prev = filled(n_C_prev, f + extra_H - 1, f + extra_W - 1, m, seed=seed)
    W, b = filled(n_C, n_C_prev, f, f, seed=1), filled(n_C, 1, seed=2)
    options = {"stride": stride, "padding": padding}
    Z, cache = lw.conv_forward(A_prev, W, b, **options)
    Z_rows, cache_rows = lw.conv_by_rows_forward(A_prev, W, b, **options)
    np.testing.assert_allclose(Z_rows, Z, atol=1e-12)
    dZ = filled(*Z.shape, seed=3)
    clear = lw.conv_backward(dZ, cache)
    by_rows = lw.conv_by_rows_backward(dZ, cache_rows)
    for a, b in zip(by_rows, clear, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
    first, dW, db = lw.conv_by_rows_backward(
        dZ, cache_rows, needs_dA_prev=False
    )
    assert first is None
    np.testing.assert_array_equal(dW, by_rows[1])
    np.testing.assert_array_equal(db, by_rows[2])


@given(*[sizes] * 4, st.integers(1, 3), st.integers(0, 2), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_conv_gradients_hold_for_all_small_shapes(
    n_C_prev, n_C, f, m, stride, padding, seed
):
    error = lw.gradient_check(
        lw.conv_forward,
        lw.conv_backward,
        filled(n_C_prev, f + 1, f + 2, m, seed=seed),
        filled(n_C, n_C_prev, f, f),
        filled(n_C, 1),
        rng=np.random.default_rng(seed),
        stride=stride,
        padding=padding,
    )
    assert error < 1e-7


def test_max_pool_sends_the_gradient_to_the_maximum_only():
    A_prev = np.array([[1.0, 9, 2], [3, 4, 8]]).reshape(1, 2, 3, 1)
    _, cache = lw.max_pool_forward(A_prev, size=2, stride=1)
    dA = np.array([[10.0, 1.0]]).reshape(1, 1, 2, 1)
    dA_prev = lw.max_pool_backward(dA, cache)
    np.testing.assert_array_equal(dA_prev[0, :, :, 0], [[0, 11, 0], [0, 0, 0]])


@pytest.mark.parametrize(
    "pair",
    [
        (lw.max_pool_forward, lw.max_pool_backward),
        (lw.max_pool_by_sides_forward, lw.max_pool_by_sides_backward),
    ],
)
def test_of_equal_maxima_the_first_takes_the_gradient(pair):
    """Row by row: the upper right one stands before the lower left one."""
    forward, backward = pair
    A_prev = np.array([[0.0, 5], [5, 5]]).reshape(1, 2, 2, 1)
    _, cache = forward(A_prev, size=2)
    dA_prev = backward(np.ones((1, 1, 1, 1)), cache)
    np.testing.assert_array_equal(dA_prev[0, :, :, 0], [[0, 1], [0, 0]])


@given(*[sizes] * 3, st.integers(0, 2), st.integers(0, 2), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_max_pool_by_sides_agrees_with_the_clear_form_on_ties(
    n_C, size, m, more_H, more_W, seed
):
    rng = np.random.default_rng(seed)
    shape = (n_C, 2 * size + more_H, size + more_W, m)
    A_prev = rng.integers(0, 3, shape).astype(float)
    A, cache = lw.max_pool_forward(A_prev, size=size)
    A_sides, cache_sides = lw.max_pool_by_sides_forward(A_prev, size=size)
    np.testing.assert_array_equal(A_sides, A)
    dA = rng.standard_normal(A.shape)
    np.testing.assert_array_equal(
        lw.max_pool_by_sides_backward(dA, cache_sides),
        lw.max_pool_backward(dA, cache),
    )


def test_average_pool_is_a_convolution_with_equal_weights():
    A_prev = filled(1, 6, 7, 3)
    W, b = np.full((1, 1, 2, 2), 0.25), np.zeros((1, 1))
    expected, conv_cache = lw.conv_forward(A_prev, W, b, stride=2)
    A, cache = lw.average_pool_forward(A_prev, size=2)
    np.testing.assert_allclose(A, expected, atol=1e-12)
    dA = filled(*A.shape, seed=1)
    expected, _, _ = lw.conv_backward(dA, conv_cache)
    dA_prev = lw.average_pool_backward(dA, cache)
    np.testing.assert_allclose(dA_prev, expected, atol=1e-12)


def test_flatten_keeps_the_order_of_reshape():
    A_prev = filled(2, 3, 4, 5)
    A, cache = lw.flatten_forward(A_prev)
    for example in range(5):
        np.testing.assert_array_equal(
            A[:, example], A_prev[..., example].ravel()
        )
    np.testing.assert_array_equal(lw.flatten_backward(A, cache), A_prev)


def conv_layer(**options):
    rng = np.random.default_rng(0)
    return lw.Conv(3, 4, 3, rng=rng, **options)


@pytest.mark.parametrize(
    "shape, cause",
    [
        ((8, 3, 5, 6), r"examples first\? .*np.moveaxis\(A_prev, 0, -1"),
        ((8, 5, 6, 3), r"channels last\? .*transpose\(3, 1, 2, 0\)"),
        ((3, 8), "Channels stand first, examples last"),
        ((3, 8, 8), r"one image\? Then pass A_prev\[..., np.newaxis\]"),
        ((2, 8, 8, 5), r"expected .* = \(3, n_H_prev, n_W_prev, m\)"),
    ],
)
def test_conv_names_the_likely_cause_of_a_wrong_shape(shape, cause):
    with pytest.raises(lw.ShapeError, match=cause):
        conv_layer().forward(np.zeros(shape))


def test_conv_says_what_to_do_with_one_gray_channel():
    layer = lw.Conv(1, 4, 3, rng=np.random.default_rng(0))
    with pytest.raises(lw.ShapeError, match=r"A_prev\[np.newaxis\]"):
        layer.forward(np.zeros((8, 8, 5)))


def test_a_filter_larger_than_the_image_is_refused_with_numbers():
    with pytest.raises(lw.ShapeError, match=r"3 x 3 .* n_W_prev = 2\. Have"):
        conv_layer().forward(np.zeros((3, 8, 2, 5)))
    assert conv_layer(padding=1).forward(np.zeros((3, 8, 2, 5))).ndim == 4


@pytest.mark.parametrize("pool", [lw.MaxPool, lw.AveragePool])
def test_a_window_larger_than_the_image_is_refused_with_numbers(pool):
    with pytest.raises(lw.ShapeError, match=r"window of 3 x 3 .*n_H_prev = 2"):
        pool(3).forward(np.zeros((3, 2, 8, 5)))
    with pytest.raises(lw.ShapeError, match="A_prev has shape"):
        pool(3).forward(np.zeros((3, 2)))


@pytest.mark.parametrize("pool", [lw.MaxPool(2), lw.MaxPool(3, stride=2)])
def test_the_max_pool_layer_agrees_with_its_pair(pool):
    A_prev = filled(2, 7, 7, 3)
    expected, cache = lw.max_pool_forward(
        A_prev, size=pool.size, stride=pool.stride
    )
    A = pool.forward(A_prev)
    np.testing.assert_array_equal(A, expected)
    dA = filled(*A.shape, seed=1)
    np.testing.assert_array_equal(
        pool.backward(dA), lw.max_pool_backward(dA, cache)
    )


@pytest.mark.parametrize("stride", [0, -1, 1.5])
def test_a_stride_that_goes_nowhere_is_refused(stride):
    with pytest.raises(ValueError, match=rf"stride is {stride}, expected"):
        conv_layer(stride=stride)


@pytest.mark.parametrize("pool", [lw.MaxPool, lw.AveragePool])
def test_a_window_without_cells_is_refused(pool):
    with pytest.raises(ValueError, match="size is 0, expected"):
        pool(0)
