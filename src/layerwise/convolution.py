"""Chapter 14. A convolution is one small layer, used at every place.

Images are (n_C, n_H, n_W, m): channels first, examples last, places between.
A filter of shape (n_C_prev, f, f) looks at one patch at a time. Unfold the
patches into columns, and the layer is the affine pair of chapter 5 again.
Pooling then keeps one number of every window.
"""

import numpy as np

__all__ = [
    "average_pool_backward",
    "average_pool_forward",
    "conv_backward",
    "conv_by_rows_backward",
    "conv_by_rows_forward",
    "conv_forward",
    "flatten_backward",
    "flatten_forward",
    "max_pool_backward",
    "max_pool_by_sides_backward",
    "max_pool_by_sides_forward",
    "max_pool_forward",
]


def conv_forward(A_prev, W, b, *, stride=1, padding=0):
    """Lay every filter over every patch: multiply, add up, add the bias.

    Z[k, h, w] = sum over c, i, j of
    W[k, c, i, j] A_prev[c, stride h + i - padding, stride w + j - padding]
    + b[k], where A_prev counts as 0 outside its border. The filter is not
    turned round: mathematicians call this a cross-correlation.

    Parameters
    ----------
    A_prev : ndarray, shape (n_C_prev, n_H_prev, n_W_prev, m)
    W : ndarray, shape (n_C, n_C_prev, f, f)
    b : ndarray, shape (n_C, 1)
    stride : int
        How far the filter moves from one patch to the next.
    padding : int
        How many zeros are put around the image, on each of its four sides.

    Returns
    -------
    Z : ndarray, shape (n_C, n_H, n_W, m)
        n_H = (n_H_prev + 2 padding - f) // stride + 1, and n_W alike.
    cache : tuple
        patches (n_C_prev f f, n_H n_W m), W, shape of A_prev, stride, padding.

    Examples
    --------
    >>> A_prev = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> W = np.array([[[[-1.0, 0.0], [0.0, 1.0]]]])
    >>> Z, cache = conv_forward(A_prev, W, np.zeros((1, 1)))
    >>> print(Z[0, :, :, 0])
    [[4. 4.]
     [4. 4.]]
    """
    n_C, n_C_prev, f, _ = W.shape
    border = (padding, padding)
    A_pad = np.pad(A_prev, ((0, 0), border, border, (0, 0)))
    _, tall, wide, m = A_pad.shape
    n_H, n_W = (tall - f) // stride + 1, (wide - f) // stride + 1
    P = np.empty((n_C_prev, f, f, n_H, n_W, m), A_prev.dtype)
    for i in range(f):
        for j in range(f):
            rows = slice(i, i + stride * n_H, stride)
            columns = slice(j, j + stride * n_W, stride)
            P[:, i, j] = A_pad[:, rows, columns]
    P = P.reshape(n_C_prev * f * f, n_H * n_W * m)
    Z = W.reshape(n_C, -1) @ P + b  # (eq-patches)
    return Z.reshape(n_C, n_H, n_W, m), (P, W, A_prev.shape, stride, padding)


def conv_backward(dZ, cache):
    """Send dZ back through the affine pair, then each patch to its place.

    Neighboring patches share pixels. A pixel has an effect through every
    patch that holds it, so its gradient is the sum over these patches.

    Parameters
    ----------
    dZ : ndarray, shape (n_C, n_H, n_W, m)
    cache : tuple
        What conv_forward kept.

    Returns
    -------
    dA_prev : ndarray, shape (n_C_prev, n_H_prev, n_W_prev, m)
    dW : ndarray, shape (n_C, n_C_prev, f, f)
    db : ndarray, shape (n_C, 1)
    """
    P, W, (n_C_prev, n_H_prev, n_W_prev, m), stride, padding = cache
    n_C, n_H, n_W, _ = dZ.shape
    f = W.shape[2]
    dZ = dZ.reshape(n_C, -1)
    dW = (dZ @ P.T).reshape(W.shape)  # (eq-conv-dW)
    db = dZ.sum(axis=1, keepdims=True)  # (eq-conv-db)
    dP = W.reshape(n_C, -1).T @ dZ
    dP = dP.reshape(n_C_prev, f, f, n_H, n_W, m)
    tall, wide = n_H_prev + 2 * padding, n_W_prev + 2 * padding
    dA_pad = np.zeros((n_C_prev, tall, wide, m), dZ.dtype)
    for i in range(f):
        for j in range(f):
            rows = slice(i, i + stride * n_H, stride)
            columns = slice(j, j + stride * n_W, stride)
            dA_pad[:, rows, columns] += dP[:, i, j]  # (eq-conv-dA)
    inside = slice(padding, tall - padding), slice(padding, wide - padding)
    return dA_pad[:, *inside], dW, db


def conv_by_rows_forward(A_prev, W, b, *, stride=1, padding=0):
    """Do what conv_forward does, with an f-th of its copying.

    The patches of one row of Z overlap. Copy only their sideways shifts:
    then the matrix of patches for row h of Z is rows stride h to
    stride h + f of that copy, as they lie in memory, and one stack of matrix
    products makes all rows of Z. LeNet's two convolutions take less than
    half of the time they take with conv_forward.

    Parameters and results are those of conv_forward; the cache is for
    conv_by_rows_backward.

    References
    ----------
    Cho and Brand (2017), MEC: memory-efficient convolution for deep neural
    network.
    """
    n_C, n_C_prev, f, _ = W.shape
    A_pad = _surround(A_prev, padding)
    _, tall, wide, m = A_pad.shape
    n_H, n_W = (tall - f) // stride + 1, (wide - f) // stride + 1
    shifts = np.empty((tall, n_C_prev, f, n_W, m), W.dtype)
    for j in range(f):
        columns = A_pad[:, :, j : j + stride * n_W : stride]
        shifts[:, :, j] = columns.transpose(1, 0, 2, 3)
    row = shifts.strides[0]
    P = np.ndarray(  # row h: the patches (f n_C_prev f, n_W m) of Z[:, h]
        (n_H, f * n_C_prev * f, n_W * m),
        shifts.dtype,
        shifts,
        strides=(stride * row, n_W * m * shifts.itemsize, shifts.itemsize),
    )
    Z = np.empty((n_C, n_H, n_W * m), P.dtype)
    W_rows = W.transpose(0, 2, 1, 3).reshape(n_C, -1)  # (n_C, f n_C_prev f)
    np.matmul(W_rows, P, out=Z.transpose(1, 0, 2))
    Z += b[:, :, np.newaxis]
    return Z.reshape(n_C, n_H, n_W, m), (P, W, A_prev.shape, stride, padding)


def conv_by_rows_backward(dZ, cache, *, needs_dA_prev=True):
    """Do what conv_backward does, from the cache of conv_by_rows_forward.

    Row h of A_prev has an effect through f rows of Z. With empty rows put
    around dZ (and between its rows, for a stride), these f rows lie together
    in memory, and one stack of products again does the work.

    Parameters and results are those of conv_backward; dA_prev is None if
    nobody needs it, as below the first layer.
    """
    P, W, (n_C_prev, n_H_prev, n_W_prev, m), stride, padding = cache
    n_C, n_H, n_W, _ = dZ.shape
    f = W.shape[2]
    tall, wide = n_H_prev + 2 * padding, n_W_prev + 2 * padding
    spread = np.zeros((tall + f - 1, n_C, n_W * m), dZ.dtype)
    dZ_rows = spread[f - 1 : f - 1 + stride * n_H : stride]  # a view
    dZ_rows[...] = dZ.reshape(n_C, n_H, -1).transpose(1, 0, 2)
    dW = np.matmul(dZ_rows, P.transpose(0, 2, 1)).sum(axis=0)
    dW = dW.reshape(n_C, f, n_C_prev, f).transpose(0, 2, 1, 3)
    db = dZ.reshape(n_C, -1).sum(axis=1, keepdims=True)
    if not needs_dA_prev:
        return None, dW, db
    dP = np.ndarray(  # row h: the f rows of dZ that row h of A_pad feeds
        (tall, f * n_C, n_W * m),
        spread.dtype,
        spread,
        strides=spread.strides,
    )
    W_turned = W[:, :, ::-1].transpose(1, 3, 2, 0).reshape(n_C_prev * f, -1)
    d_shifts = np.matmul(W_turned, dP)
    d_shifts = d_shifts.reshape(tall, n_C_prev, f, n_W, m)
    dA_pad = np.zeros((n_C_prev, tall, wide, m), dZ.dtype)
    for j in range(f):
        columns = dA_pad[:, :, j : j + stride * n_W : stride]
        columns += d_shifts[:, :, j].transpose(1, 0, 2, 3)
    inside = slice(padding, tall - padding), slice(padding, wide - padding)
    return dA_pad[:, *inside], dW, db


def _surround(A_prev, padding):
    """Put a border of zeros around every image."""
    if padding == 0:
        return A_prev
    n_C, n_H, n_W, m = A_prev.shape
    shape = (n_C, n_H + 2 * padding, n_W + 2 * padding, m)
    A_pad = np.zeros(shape, A_prev.dtype)
    A_pad[:, padding:-padding, padding:-padding] = A_prev
    return A_pad


def max_pool_forward(A_prev, *, size=2, stride=None):
    """Keep the largest number of every window.

    Windows lie side by side (stride = size) unless you say otherwise. Rows
    and columns at the far border that fill no window are left out.

    Parameters
    ----------
    A_prev : ndarray, shape (n_C, n_H_prev, n_W_prev, m)
    size : int
        A window has size rows and size columns.
    stride : int, optional
        Distance from one window to the next; size when not given.

    Returns
    -------
    A : ndarray, shape (n_C, n_H, n_W, m)
        n_H = (n_H_prev - size) // stride + 1, and n_W alike.
    cache : tuple
        winner (n_C, n_H, n_W, m): the place of the maximum in its window,
        counted row by row (the first one when several are equal); shape of
        A_prev, size, stride.

    Examples
    --------
    >>> A_prev = np.array([[1.0, 2, 0, 5], [4, 3, 5, 0]]).reshape(1, 2, 4, 1)
    >>> A, cache = max_pool_forward(A_prev)
    >>> print(A[0, :, :, 0], cache[0][0, :, :, 0])
    [[4. 5.]] [[2 1]]
    """
    stride = stride or size
    n_C, n_H_prev, n_W_prev, m = A_prev.shape
    n_H = (n_H_prev - size) // stride + 1
    n_W = (n_W_prev - size) // stride + 1
    windows = np.empty((size * size, n_C, n_H, n_W, m), A_prev.dtype)
    for place in range(size * size):
        i, j = divmod(place, size)
        rows = slice(i, i + stride * n_H, stride)
        columns = slice(j, j + stride * n_W, stride)
        windows[place] = A_prev[:, rows, columns]
    winner = windows.argmax(axis=0)
    return windows.max(axis=0), (winner, A_prev.shape, size, stride)


def max_pool_backward(dA, cache):
    """Give the gradient of a window to the number that won it, alone.

    A small change of any other number changes nothing. Among equal maxima
    the first, row by row, gets the whole gradient. (The slope does not exist
    there; this choice keeps the sum of the gradients.)

    Parameters
    ----------
    dA : ndarray, shape (n_C, n_H, n_W, m)
    cache : tuple
        winner (n_C, n_H, n_W, m), shape of A_prev, size, stride.

    Returns
    -------
    dA_prev : ndarray, shape (n_C, n_H_prev, n_W_prev, m)
    """
    winner, shape, size, stride = cache
    _, n_H, n_W, _ = dA.shape
    dA_prev = np.zeros(shape, dA.dtype)
    for place in range(size * size):
        i, j = divmod(place, size)
        rows = slice(i, i + stride * n_H, stride)
        columns = slice(j, j + stride * n_W, stride)
        won = winner == place
        dA_prev[:, rows, columns] += dA * won  # (eq-max-pool-backward)
    return dA_prev


def max_pool_by_sides_forward(A_prev, *, size=2):
    """Do what max_pool_forward does with windows side by side, but faster.

    First the maximum of each window's rows, then the maximum of these: two
    short comparisons instead of one of size * size numbers. On LeNet's
    first map, forward and backward together take a quarter of the time.

    Parameters
    ----------
    A_prev : ndarray, shape (n_C, n_H_prev, n_W_prev, m)
    size : int
        A window has size rows and size columns.

    Returns
    -------
    A : ndarray, shape (n_C, n_H, n_W, m)
    cache : tuple
        Where a later column beat the earlier ones, where a later row did,
        shape of A_prev, size.
    """
    n_H, n_W = A_prev.shape[1] // size, A_prev.shape[2] // size
    inside = A_prev[:, : n_H * size, : n_W * size]
    best, columns = inside[:, :, ::size], []
    for j in range(1, size):
        column = inside[:, :, j::size]
        columns.append(column > best)  # an equal one does not win: first wins
        best = np.maximum(best, column)
    A, rows = best[:, ::size], []
    for i in range(1, size):
        row = best[:, i::size]
        rows.append(row > A)
        A = np.maximum(A, row)
    return A, (columns, rows, A_prev.shape, size)


def max_pool_by_sides_backward(dA, cache):
    """Do what max_pool_backward does, from the other function's cache.

    The last one that won takes the gradient; the earlier ones share the
    rest, which is 0 wherever it was taken.

    Parameters
    ----------
    dA : ndarray, shape (n_C, n_H, n_W, m)
    cache : tuple
        What max_pool_by_sides_forward kept.

    Returns
    -------
    dA_prev : ndarray, shape (n_C, n_H_prev, n_W_prev, m)
    """
    columns, rows, shape, size = cache
    n_C, n_H, n_W, m = dA.shape
    d_best = np.empty((n_C, n_H * size, n_W, m), dA.dtype)
    for i in range(size - 1, 0, -1):
        won = np.multiply(dA, rows[i - 1], out=d_best[:, i::size])
        dA = dA - won
    d_best[:, ::size] = dA
    dA_prev = np.empty(shape, dA.dtype)
    dA_prev[:, n_H * size :] = 0.0  # filled no window
    dA_prev[:, :, n_W * size :] = 0.0
    inside = dA_prev[:, : n_H * size, : n_W * size]
    for j in range(size - 1, 0, -1):
        won = np.multiply(d_best, columns[j - 1], out=inside[:, :, j::size])
        d_best = d_best - won
    inside[:, :, ::size] = d_best
    return dA_prev


def average_pool_forward(A_prev, *, size=2, stride=None):
    """Keep the mean of every window.

    Parameters
    ----------
    A_prev : ndarray, shape (n_C, n_H_prev, n_W_prev, m)
    size : int
        A window has size rows and size columns.
    stride : int, optional
        Distance from one window to the next; size when not given.

    Returns
    -------
    A : ndarray, shape (n_C, n_H, n_W, m)
    cache : tuple
        Shape of A_prev, size, stride.

    Examples
    --------
    >>> A_prev = np.array([[1.0, 2, 0, 5], [4, 3, 5, 0]]).reshape(1, 2, 4, 1)
    >>> print(average_pool_forward(A_prev)[0][0, :, :, 0])
    [[2.5 2.5]]
    """
    stride = stride or size
    n_C, n_H_prev, n_W_prev, m = A_prev.shape
    n_H = (n_H_prev - size) // stride + 1
    n_W = (n_W_prev - size) // stride + 1
    A = np.zeros((n_C, n_H, n_W, m), A_prev.dtype)
    for i in range(size):
        for j in range(size):
            rows = slice(i, i + stride * n_H, stride)
            columns = slice(j, j + stride * n_W, stride)
            A += A_prev[:, rows, columns]
    return A / size**2, (A_prev.shape, size, stride)


def average_pool_backward(dA, cache):
    """Give every number of a window an equal share of its gradient.

    Parameters
    ----------
    dA : ndarray, shape (n_C, n_H, n_W, m)
    cache : tuple
        Shape of A_prev, size, stride.

    Returns
    -------
    dA_prev : ndarray, shape (n_C, n_H_prev, n_W_prev, m)
    """
    shape, size, stride = cache
    _, n_H, n_W, _ = dA.shape
    share = dA / size**2
    dA_prev = np.zeros(shape, dA.dtype)
    for i in range(size):
        for j in range(size):
            rows = slice(i, i + stride * n_H, stride)
            columns = slice(j, j + stride * n_W, stride)
            dA_prev[:, rows, columns] += share  # (eq-average-pool-backward)
    return dA_prev


def flatten_forward(A_prev):
    """Write every example as one column.

    The examples stand last already, so the numbers keep their order.

    Parameters
    ----------
    A_prev : ndarray, shape (n_C, n_H, n_W, m) or (n_x, T, m)

    Returns
    -------
    A : ndarray, shape (n_C n_H n_W, m) or (n_x T, m)
    cache : tuple
        Shape of A_prev.

    Examples
    --------
    >>> flatten_forward(np.zeros((3, 4, 4, 5)))[0].shape
    (48, 5)
    """
    return A_prev.reshape(-1, A_prev.shape[-1]).copy(), A_prev.shape


def flatten_backward(dA, cache):
    """Fold the columns back into the shape that came in.

    Parameters
    ----------
    dA : ndarray, shape (n, m)
    cache : tuple
        Shape of A_prev.

    Returns
    -------
    dA_prev : ndarray, shape of A_prev
    """
    return dA.reshape(cache).copy()
