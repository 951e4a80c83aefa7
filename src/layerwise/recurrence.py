"""Chapter 15. A recurrence is one small layer, used at every step.

Sequences are (n_x, T, m): features first, examples last, time between. Each
step takes what it sees now, X[:, t], and what it kept from before, a. The
backward pass walks from the last step to the first. The weights are the same
at every step, so their gradients add up.
"""

import numpy as np

__all__ = [
    "gru_backward",
    "gru_forward",
    "lstm_backward",
    "lstm_forward",
    "lstm_fused_backward",
    "lstm_fused_forward",
    "rnn_backward",
    "rnn_forward",
]


def rnn_forward(X, a0, W_ax, W_aa, b_a, *, activation="tanh"):
    """Mix what is seen now with what was kept, bend it, and keep it.

    a_t = tanh(W_ax x_t + W_aa a_(t-1) + b_a)

    Parameters
    ----------
    X : ndarray, shape (n_x, T, m)
    a0 : ndarray, shape (n_a, m)
        The state before the first step.
    W_ax : ndarray, shape (n_a, n_x)
    W_aa : ndarray, shape (n_a, n_a)
    b_a : ndarray, shape (n_a, 1)
    activation : {"tanh", "relu"}
        What bends the sum.

    Returns
    -------
    A : ndarray, shape (n_a, T, m)
        The state after every step.
    cache : tuple
        A, X, a0, W_ax, W_aa, activation.

    References
    ----------
    Elman (1990), Finding structure in time.

    Examples
    --------
    A unit that keeps half of what it had:

    >>> X, a0 = np.array([[[8.0], [0.0], [0.0]]]), np.zeros((1, 1))
    >>> one, half, b = np.ones((1, 1)), np.full((1, 1), 0.5), a0
    >>> A, cache = rnn_forward(X, a0, one, half, b, activation="relu")
    >>> A[0, :, 0]
    array([8., 4., 2.])
    """
    _, T, m = X.shape
    A = np.empty((len(a0), T, m), W_aa.dtype)
    a = a0
    for t in range(T):
        Z = W_ax @ X[:, t] + W_aa @ a + b_a  # (n_a, m)
        a = np.maximum(Z, 0.0) if activation == "relu" else np.tanh(Z)
        A[:, t] = a
    return A, (A, X, a0, W_ax, W_aa, activation)


def rnn_backward(dA, cache):
    """Walk back through time: each state acts now and through the next one.

    Parameters
    ----------
    dA : ndarray, shape (n_a, T, m)
        What every step's state does to J directly (not through later steps).
    cache : tuple
        A, X, a0, W_ax, W_aa, activation.

    Returns
    -------
    dX : ndarray, shape (n_x, T, m)
    da0 : ndarray, shape (n_a, m)
    dW_ax : ndarray, shape (n_a, n_x)
    dW_aa : ndarray, shape (n_a, n_a)
    db_a : ndarray, shape (n_a, 1)

    References
    ----------
    Werbos (1990), Backpropagation through time: what it does and how to do
    it.
    """
    A, X, a0, W_ax, W_aa, activation = cache
    dX = np.empty(X.shape, dA.dtype)
    dW_ax, dW_aa = np.zeros_like(W_ax), np.zeros_like(W_aa)
    db_a = np.zeros((len(a0), 1), dA.dtype)
    da_next = np.zeros(a0.shape, dA.dtype)
    for t in reversed(range(A.shape[1])):
        a, a_prev = A[:, t], A[:, t - 1] if t > 0 else a0
        slope = a > 0 if activation == "relu" else 1.0 - a**2
        dZ = (dA[:, t] + da_next) * slope
        dW_ax += dZ @ X[:, t].T
        dW_aa += dZ @ a_prev.T
        db_a += dZ.sum(axis=1, keepdims=True)
        dX[:, t] = W_ax.T @ dZ
        da_next = W_aa.T @ dZ
    return dX, da_next, dW_ax, dW_aa, db_a


def lstm_forward(X, a0, c0, W_ax, W_aa, b_a):
    """Keep a memory c that gates write to, wipe and show.

    Z = W_ax x_t + W_aa a_(t-1) + b_a, whose rows are cut into four blocks:
    i = sigma(Z_i) lets in, f = sigma(Z_f) keeps, g = tanh(Z_g) is what could
    be written, o = sigma(Z_o) shows. Then
    c_t = f * c_(t-1) + i * g and a_t = o * tanh(c_t).

    Parameters
    ----------
    X : ndarray, shape (n_x, T, m)
    a0, c0 : ndarray, shape (n_a, m)
        State and memory before the first step.
    W_ax : ndarray, shape (4 n_a, n_x)
        Rows of i, then f, g, o.
    W_aa : ndarray, shape (4 n_a, n_a)
    b_a : ndarray, shape (4 n_a, 1)

    Returns
    -------
    A : ndarray, shape (n_a, T, m)
        The state after every step.
    cache : tuple
        X, W_ax, W_aa, steps, c, where steps[t] holds a_prev, c_prev, i, f,
        g, o, c of step t, and c is the memory after the last step.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory; the gate f:
    Gers, Schmidhuber and Cummins (2000), Learning to forget.

    Examples
    --------
    A cell that counts: f, i and o stand open, g takes in what it sees.

    >>> W_ax = np.array([[0.0], [0.0], [100.0], [0.0]])
    >>> b_a = np.array([[100.0], [100.0], [0.0], [100.0]])
    >>> X, zero = np.array([[[1.0], [0.0], [1.0]]]), np.zeros((1, 1))
    >>> A, cache = lstm_forward(X, zero, zero, W_ax, np.zeros((4, 1)), b_a)
    >>> cache[-1]
    array([[2.]])
    """
    (n_a, m), T = a0.shape, X.shape[1]
    A = np.empty((n_a, T, m), W_aa.dtype)
    a, c, steps = a0, c0, []
    for t in range(T):
        Z = W_ax @ X[:, t] + W_aa @ a + b_a  # (4 n_a, m)
        sigma = 0.5 + 0.5 * np.tanh(0.5 * Z)  # 1 / (1 + e^-Z), no overflow
        i, f, _, o = np.split(sigma, 4)
        g = np.tanh(Z[2 * n_a : 3 * n_a])
        a_prev, c_prev = a, c
        c = f * c_prev + i * g
        a = o * np.tanh(c)
        A[:, t] = a
        steps.append((a_prev, c_prev, i, f, g, o, c))
    return A, (X, W_ax, W_aa, steps, c)


def lstm_backward(dA, cache):
    """Walk back through time on two roads: the state and the memory.

    Along the memory a gradient is only multiplied by f: no weights, no
    slope. Where f stays near 1, it arrives from far away.

    Parameters
    ----------
    dA : ndarray, shape (n_a, T, m)
        What every step's state does to J directly (not through later steps).
    cache : tuple
        X, W_ax, W_aa, steps, c.

    Returns
    -------
    dX : ndarray, shape (n_x, T, m)
    da0, dc0 : ndarray, shape (n_a, m)
    dW_ax : ndarray, shape (4 n_a, n_x)
    dW_aa : ndarray, shape (4 n_a, n_a)
    db_a : ndarray, shape (4 n_a, 1)

    References
    ----------
    Graves and Schmidhuber (2005), Framewise phoneme classification with
    bidirectional LSTM (the first with the full gradient).
    """
    X, W_ax, W_aa, steps, c = cache
    dX = np.empty(X.shape, dA.dtype)
    dW_ax, dW_aa = np.zeros_like(W_ax), np.zeros_like(W_aa)
    db_a = np.zeros((len(W_aa), 1), dA.dtype)
    da_next, dc_next = np.zeros_like(c), np.zeros_like(c)
    for t in reversed(range(len(steps))):
        a_prev, c_prev, i, f, g, o, c = steps[t]
        tanh_c = np.tanh(c)
        da = dA[:, t] + da_next
        dc = dc_next + da * o * (1.0 - tanh_c**2)
        dZ_i = dc * g * i * (1.0 - i)
        dZ_f = dc * c_prev * f * (1.0 - f)
        dZ_g = dc * i * (1.0 - g**2)
        dZ_o = da * tanh_c * o * (1.0 - o)
        dZ = np.concatenate([dZ_i, dZ_f, dZ_g, dZ_o])  # (4 n_a, m)
        dW_ax += dZ @ X[:, t].T
        dW_aa += dZ @ a_prev.T
        db_a += dZ.sum(axis=1, keepdims=True)
        dX[:, t] = W_ax.T @ dZ
        da_next, dc_next = W_aa.T @ dZ, dc * f
    return dX, da_next, dc_next, dW_ax, dW_aa, db_a


_FEW = 8  # steps that share one product in lstm_fused_backward


def lstm_fused_forward(X, a0, c0, W_ax, W_aa, b_a):
    """Do what lstm_forward does, with one product and one tanh a step.

    Put a_(t-1), x_t and a row of ones under each other: one product makes
    all of Z. Halve the rows of i, f and o in the weights beforehand: since
    sigma(z) = (1 + tanh(z / 2)) / 2, one tanh then bends all four gates. A
    training step takes about two thirds of its time with lstm_forward.

    While the gates are at hand, it also keeps what the way back multiplies
    by: the slopes of c_t in Z_i, Z_f and Z_g, of a_t in Z_o, of c_t in
    c_(t-1), and of a_t in c_t.

    Parameters and results are those of lstm_forward; the cache is for
    lstm_fused_backward, and its last entry is the last memory too.
    """
    (n_a, m), (n_x, T, _) = a0.shape, X.shape
    dtype = W_aa.dtype
    S = np.empty((T + 1, n_a + n_x + 1, m), dtype)  # S[t]: a_(t-1), x_t, 1
    S[0, :n_a], S[:T, n_a:-1], S[:, -1] = a0, X.transpose(1, 0, 2), 1.0
    W = np.concatenate([W_aa.T, W_ax.T, b_a.T]).T  # columns lie together
    W[: 2 * n_a] *= 0.5
    W[3 * n_a :] *= 0.5
    slopes = np.empty((T, 6, n_a, m), dtype)
    gates = np.empty((4, n_a, m), dtype)
    Z, (i, f, g, o) = gates.reshape(4 * n_a, m), gates
    c, tanh_c, written = c0.copy(), np.empty_like(i), np.empty_like(i)
    for t in range(T):
        np.tanh(np.matmul(W, S[t], out=Z), out=Z)
        for squashed in (gates[:2], o):
            squashed *= 0.5
            squashed += 0.5
        np.subtract(1.0, gates, out=slopes[t, :4])
        slopes[t, :4] *= gates  # sigma' = sigma (1 - sigma)
        c_i, c_f, c_g, a_o, c_c, c_a = slopes[t]
        c_i *= g
        c_f *= c
        np.multiply(_tanh_slope(g, out=c_g), i, out=c_g)
        c_c[...] = f
        c *= f
        c += np.multiply(i, g, out=written)
        np.tanh(c, out=tanh_c)
        np.multiply(o, tanh_c, out=S[t + 1, :n_a])
        a_o *= tanh_c
        np.multiply(_tanh_slope(tanh_c, out=c_a), o, out=c_a)
    A = S[1:, :n_a].transpose(1, 0, 2)
    return A, (S, slopes, W_ax, W_aa, c)


def lstm_fused_backward(dA, cache, *, needs_dX=True):
    """Do what lstm_backward does, from the cache of lstm_fused_forward.

    The gradients of W_aa, W_ax and b_a are one product for a few steps at a
    time: enough to make it large, and few enough that what it reads still
    lies in the processor's own memory.

    Parameters
    ----------
    dA : ndarray, shape (n_a, T, m), or (n_a, m)
        As for lstm_backward; (n_a, m) if only the last state acts on J.
    cache : tuple
        What lstm_fused_forward kept.
    needs_dX : bool
        Whether dX is asked for; None comes in its place otherwise.

    Returns
    -------
    dX, da0, dc0, dW_ax, dW_aa, db_a : ndarray
        As from lstm_backward.
    """
    S, slopes, W_ax, W_aa, _ = cache
    T, _, n_a, m = slopes.shape
    dX = np.empty((W_ax.shape[1], T, m), dA.dtype) if needs_dX else None
    dW = np.zeros((4 * n_a, S.shape[1]), dA.dtype)  # of W_aa, W_ax and b_a
    dZ = np.empty((_FEW, 4, n_a, m), dA.dtype)
    shown, da, dc = np.zeros((3, n_a, m), dA.dtype)
    if dA.ndim == 2:
        da += dA
    for t in reversed(range(T)):
        if dA.ndim == 3:
            da += dA[:, t]
        dc += np.multiply(da, slopes[t, 5], out=shown)
        dZ_t = dZ[t % _FEW]
        np.multiply(dc, slopes[t, :3], out=dZ_t[:3])
        np.multiply(da, slopes[t, 3], out=dZ_t[3])
        dc *= slopes[t, 4]
        np.matmul(W_aa.T, dZ_t.reshape(4 * n_a, m), out=da)
        if t % _FEW == 0:
            steps = slice(t, min(t + _FEW, T))
            dZ_few = dZ[: steps.stop - t].reshape(-1, 4 * n_a, m)
            dZ_few = _side_by_side(dZ_few)
            dW += dZ_few @ _side_by_side(S[steps]).T
            if needs_dX:
                dX[:, steps] = (W_ax.T @ dZ_few).reshape(len(dX), -1, m)
    return dX, da, dc, dW[:, n_a:-1], dW[:, :n_a], dW[:, -1:]


def _side_by_side(stack):
    """Lay the matrices of a stack (k, n, m) side by side: (n, k m)."""
    return stack.transpose(1, 0, 2).reshape(stack.shape[1], -1)


def _tanh_slope(A, out):
    """Write 1 - A^2, the slope of tanh where it gave A."""
    np.multiply(A, A, out=out)
    return np.subtract(1.0, out, out=out)


def gru_forward(X, a0, W_ax, W_aa, b_a, *, reset_after=False):
    """Let one gate choose, entry by entry, between the old state and a new.

    r = sigma(W_r x_t + U_r a_(t-1) + b_r) resets,
    z = sigma(W_z x_t + U_z a_(t-1) + b_z) keeps,
    n = tanh(W_n x_t + U_n (r * a_(t-1)) + b_n) is new, and
    a_t = (1 - z) * n + z * a_(t-1). W_ax stacks the rows of W_r, W_z, W_n,
    W_aa those of the U. (Some books exchange z and 1 - z.)

    The other form resets after the product: one product then makes all
    three blocks, which is what fast libraries compute. There
    n = tanh(W_n x_t + b_n + r * (U_n a_(t-1) + b_u)).

    Parameters
    ----------
    X : ndarray, shape (n_x, T, m)
    a0 : ndarray, shape (n_a, m)
        The state before the first step.
    W_ax : ndarray, shape (3 n_a, n_x)
        Rows of r, then z, n.
    W_aa : ndarray, shape (3 n_a, n_a)
    b_a : ndarray, shape (3 n_a, 1), or (4 n_a, 1) with reset_after
        b_r, b_z, b_n and, with reset_after, b_u.
    reset_after : bool
        Reset U_n a_(t-1) + b_u, not a_(t-1).

    Returns
    -------
    A : ndarray, shape (n_a, T, m)
        The state after every step.
    cache : tuple
        X, W_ax, W_aa, steps, reset_after, where steps[t] holds a_prev, r, z,
        n, u of step t, and u is what stands right of U_n (or, with
        reset_after, U_n a_(t-1) + b_u).

    References
    ----------
    Cho and others (2014), Learning phrase representations using RNN
    encoder-decoder for statistical machine translation.

    Examples
    --------
    With z open the old state stays, whatever comes in:

    >>> W_ax, b_a = np.ones((3, 1)), np.array([[0.0], [100.0], [0.0]])
    >>> X, a0 = np.ones((1, 4, 1)), np.full((1, 1), 0.25)
    >>> gru_forward(X, a0, W_ax, np.ones((3, 1)), b_a)[0][0, :, 0]
    array([0.25, 0.25, 0.25, 0.25])
    """
    (n_a, m), T = a0.shape, X.shape[1]
    U_rz, U_n = W_aa[: 2 * n_a], W_aa[2 * n_a :]
    b, b_u = b_a[: 3 * n_a], b_a[3 * n_a :]
    A = np.empty((n_a, T, m), W_aa.dtype)
    a, steps = a0, []
    for t in range(T):
        a_prev, Z = a, W_ax @ X[:, t] + b  # (3 n_a, m)
        Z_rz = Z[: 2 * n_a] + U_rz @ a_prev
        r, z = np.split(0.5 + 0.5 * np.tanh(0.5 * Z_rz), 2)
        u = U_n @ a_prev + b_u if reset_after else r * a_prev
        n = np.tanh(Z[2 * n_a :] + (r * u if reset_after else U_n @ u))
        a = (1.0 - z) * n + z * a_prev
        A[:, t] = a
        steps.append((a_prev, r, z, n, u))
    return A, (X, W_ax, W_aa, steps, reset_after)


def gru_backward(dA, cache):
    """Walk back through time: the old state acts in four places.

    It is kept by z, it moves r and z, and it enters n.

    Parameters
    ----------
    dA : ndarray, shape (n_a, T, m)
        What every step's state does to J directly (not through later steps).
    cache : tuple
        X, W_ax, W_aa, steps, reset_after.

    Returns
    -------
    dX : ndarray, shape (n_x, T, m)
    da0 : ndarray, shape (n_a, m)
    dW_ax : ndarray, shape (3 n_a, n_x)
    dW_aa : ndarray, shape (3 n_a, n_a)
    db_a : ndarray, shape of b_a
    """
    X, W_ax, W_aa, steps, reset_after = cache
    n_a = len(dA)
    U_rz, U_n = W_aa[: 2 * n_a], W_aa[2 * n_a :]
    dX = np.empty(X.shape, dA.dtype)
    dW_ax, dW_aa = np.zeros_like(W_ax), np.zeros_like(W_aa)
    db_a = np.zeros(((4 if reset_after else 3) * n_a, 1), dA.dtype)
    da_next = np.zeros_like(dA[:, 0])
    for t in reversed(range(len(steps))):
        a_prev, r, z, n, u = steps[t]
        da = dA[:, t] + da_next
        dZ_n = da * (1.0 - z) * (1.0 - n**2)
        if reset_after:
            dr, du = dZ_n * u, dZ_n * r
            dW_aa[2 * n_a :] += du @ a_prev.T
            db_a[3 * n_a :] += du.sum(axis=1, keepdims=True)
            da_through_n = U_n.T @ du
        else:
            du = U_n.T @ dZ_n
            dr, da_through_n = du * a_prev, du * r
            dW_aa[2 * n_a :] += dZ_n @ u.T
        dZ_r = dr * r * (1.0 - r)
        dZ_z = da * (a_prev - n) * z * (1.0 - z)
        dZ = np.concatenate([dZ_r, dZ_z, dZ_n])  # (3 n_a, m)
        dW_ax += dZ @ X[:, t].T
        dW_aa[: 2 * n_a] += dZ[: 2 * n_a] @ a_prev.T
        db_a[: 3 * n_a] += dZ.sum(axis=1, keepdims=True)
        dX[:, t] = W_ax.T @ dZ
        da_next = da * z + U_rz.T @ dZ[: 2 * n_a] + da_through_n
    return dX, da_next, dW_ax, dW_aa, db_a
