"""Chapter 6. An activation bends each sum; without one, depth adds nothing.

Each function bends entry by entry, except the last two: maxout compares the
sums of one unit, softmax the sums of one example. The backward pass of each
multiplies the arriving gradient by the slope where the sum stood.
"""

import numpy as np

__all__ = [
    "elu_backward",
    "elu_forward",
    "leaky_relu_backward",
    "leaky_relu_forward",
    "maxout_backward",
    "maxout_forward",
    "relu_backward",
    "relu_forward",
    "sigmoid_backward",
    "sigmoid_forward",
    "softmax_backward",
    "softmax_forward",
    "tanh_backward",
    "tanh_forward",
]


def sigmoid_forward(Z):
    """Squash every entry into the interval from 0 to 1.

    sigma(z) = 1 / (1 + e^-z), written with e^-|z| so that nothing overflows.

    Parameters
    ----------
    Z : ndarray, shape (n, m)

    Returns
    -------
    A : ndarray, shape (n, m)
    cache : ndarray, shape (n, m)
        A itself: the slope is a function of A.

    References
    ----------
    Cox (1958), The regression analysis of binary sequences.

    Examples
    --------
    >>> A, cache = sigmoid_forward(np.array([[-1000.0, 0.0, 2.0]]))
    >>> A.round(4)
    array([[0.    , 0.5   , 0.8808]])
    """
    E = np.exp(-np.abs(Z))  # in (0, 1]
    A = np.where(Z >= 0, 1.0, E) / (1.0 + E)  # (eq-sigmoid)
    return A, A


def sigmoid_backward(dA, cache):
    """Multiply the gradient by the slope of the sigmoid.

    dZ = dA * a (1 - a)

    Parameters
    ----------
    dA : ndarray, shape (n, m)
    cache : ndarray, shape (n, m)
        A from `sigmoid_forward`.

    Returns
    -------
    dZ : ndarray, shape (n, m)

    References
    ----------
    Rumelhart, Hinton and Williams (1986), Learning representations by
    back-propagating errors.

    Examples
    --------
    >>> A, cache = sigmoid_forward(np.array([[-1000.0, 0.0, 2.0]]))
    >>> sigmoid_backward(np.ones((1, 3)), cache).round(4)
    array([[0.   , 0.25 , 0.105]])
    """
    A = cache
    return dA * A * (1.0 - A)  # (eq-sigmoid-slope)


def tanh_forward(Z):
    """Squash every entry into the interval from -1 to 1.

    tanh(z) = (e^z - e^-z) / (e^z + e^-z)

    Parameters
    ----------
    Z : ndarray, shape (n, m)

    Returns
    -------
    A : ndarray, shape (n, m)
    cache : ndarray, shape (n, m)
        A itself: the slope is a function of A.

    References
    ----------
    LeCun, Bottou, Orr and Müller (1998), Efficient BackProp.

    Examples
    --------
    >>> A, cache = tanh_forward(np.array([[-1000.0, 0.0, 0.5]]))
    >>> A.round(4)
    array([[-1.    ,  0.    ,  0.4621]])
    """
    A = np.tanh(Z)  # (eq-tanh)
    return A, A


def tanh_backward(dA, cache):
    """Multiply the gradient by the slope of tanh.

    dZ = dA * (1 - a^2)

    Parameters
    ----------
    dA : ndarray, shape (n, m)
    cache : ndarray, shape (n, m)
        A from `tanh_forward`.

    Returns
    -------
    dZ : ndarray, shape (n, m)

    References
    ----------
    LeCun, Bottou, Orr and Müller (1998), Efficient BackProp.

    Examples
    --------
    >>> A, cache = tanh_forward(np.array([[-1000.0, 0.0, 0.5]]))
    >>> tanh_backward(np.ones((1, 3)), cache).round(4)
    array([[0.    , 1.    , 0.7864]])
    """
    A = cache
    return dA * (1.0 - A * A)  # (eq-tanh-slope)


def relu_forward(Z):
    """Keep what is positive, silence the rest.

    relu(z) = max(z, 0)

    Parameters
    ----------
    Z : ndarray, shape (n, m)

    Returns
    -------
    A : ndarray, shape (n, m)
    cache : ndarray, shape (n, m)
        Z.

    References
    ----------
    Nair and Hinton (2010), Rectified linear units improve restricted
    Boltzmann machines.

    Examples
    --------
    >>> A, cache = relu_forward(np.array([[-2.0, 0.0, 3.0]]))
    >>> A
    array([[0., 0., 3.]])
    """
    A = np.maximum(Z, 0.0)  # (eq-relu)
    return A, Z


def relu_backward(dA, cache):
    """Let the gradient pass where the unit was active, stop it elsewhere.

    dZ = dA where z > 0, else 0. At z = 0, where ReLU has no slope, the
    library takes 0.

    Parameters
    ----------
    dA : ndarray, shape (n, m)
    cache : ndarray, shape (n, m)
        Z from `relu_forward`.

    Returns
    -------
    dZ : ndarray, shape (n, m)

    References
    ----------
    Glorot, Bordes and Bengio (2011), Deep sparse rectifier neural networks.

    Examples
    --------
    >>> A, cache = relu_forward(np.array([[-2.0, 0.0, 3.0]]))
    >>> relu_backward(np.array([[5.0, 6.0, 7.0]]), cache)
    array([[0., 0., 7.]])
    """
    Z = cache
    return dA * (Z > 0)  # (eq-relu-slope)


def leaky_relu_forward(Z, *, slope=0.01):
    """Keep what is positive, shrink the rest.

    a = z where z > 0, else slope * z

    Parameters
    ----------
    Z : ndarray, shape (n, m)
    slope : float
        The slope to the left of zero.

    Returns
    -------
    A : ndarray, shape (n, m)
    cache : tuple
        ``(Z, slope)``.

    References
    ----------
    Maas, Hannun and Ng (2013), Rectifier nonlinearities improve neural
    network acoustic models.

    Examples
    --------
    >>> A, cache = leaky_relu_forward(np.array([[-2.0, 3.0]]), slope=0.1)
    >>> A
    array([[-0.2,  3. ]])
    """
    A = np.where(Z > 0, Z, slope * Z)  # (eq-leaky-relu)
    return A, (Z, slope)


def leaky_relu_backward(dA, cache):
    """Let the gradient pass where z > 0, shrink it elsewhere.

    dZ = dA where z > 0, else slope * dA

    Parameters
    ----------
    dA : ndarray, shape (n, m)
    cache : tuple
        ``(Z, slope)`` from `leaky_relu_forward`.

    Returns
    -------
    dZ : ndarray, shape (n, m)

    References
    ----------
    Maas, Hannun and Ng (2013), Rectifier nonlinearities improve neural
    network acoustic models.

    Examples
    --------
    >>> A, cache = leaky_relu_forward(np.array([[-2.0, 3.0]]), slope=0.1)
    >>> leaky_relu_backward(np.array([[5.0, 7.0]]), cache)
    array([[0.5, 7. ]])
    """
    Z, slope = cache
    return np.where(Z > 0, dA, slope * dA)  # (eq-leaky-relu-slope)


def elu_forward(Z, *, alpha=1.0):
    """Keep what is positive, bend the rest smoothly towards -alpha.

    a = z where z > 0, else alpha (e^z - 1)

    Parameters
    ----------
    Z : ndarray, shape (n, m)
    alpha : float
        How far below zero the function may go.

    Returns
    -------
    A : ndarray, shape (n, m)
    cache : tuple
        ``(Z, alpha)``.

    References
    ----------
    Clevert, Unterthiner and Hochreiter (2016), Fast and accurate deep
    network learning by exponential linear units.

    Examples
    --------
    >>> A, cache = elu_forward(np.array([[-1000.0, -1.0, 3.0]]))
    >>> A.round(4)
    array([[-1.    , -0.6321,  3.    ]])
    """
    below = np.minimum(Z, 0.0)  # e^z is taken only where it cannot overflow
    A = np.where(Z > 0, Z, alpha * np.expm1(below))  # (eq-elu)
    return A, (Z, alpha)


def elu_backward(dA, cache):
    """Let the gradient pass where z > 0, fade it out further left.

    dZ = dA where z > 0, else dA * alpha e^z

    Parameters
    ----------
    dA : ndarray, shape (n, m)
    cache : tuple
        ``(Z, alpha)`` from `elu_forward`.

    Returns
    -------
    dZ : ndarray, shape (n, m)

    References
    ----------
    Clevert, Unterthiner and Hochreiter (2016), Fast and accurate deep
    network learning by exponential linear units.

    Examples
    --------
    >>> A, cache = elu_forward(np.array([[-1000.0, -1.0, 3.0]]))
    >>> elu_backward(np.ones((1, 3)), cache).round(4)
    array([[0.    , 0.3679, 1.    ]])
    """
    Z, alpha = cache
    below = np.minimum(Z, 0.0)
    return np.where(Z > 0, dA, dA * alpha * np.exp(below))  # (eq-elu-slope)


def maxout_forward(Z, *, pieces):
    """Let each unit answer with the largest of its sums.

    a_i = the maximum of the rows i * pieces, ..., (i + 1) * pieces - 1 of Z

    Parameters
    ----------
    Z : ndarray, shape (n * pieces, m)
        Consecutive rows belong to one unit.
    pieces : int
        How many sums a unit has.

    Returns
    -------
    A : ndarray, shape (n, m)
    cache : tuple
        ``(winner, pieces)``: which sum won, shape (n, 1, m); among equal
        sums the first.

    References
    ----------
    Goodfellow, Warde-Farley, Mirza, Courville and Bengio (2013), Maxout
    networks.

    Examples
    --------
    >>> Z = np.array([[1.0, -4.0], [3.0, -5.0]])
    >>> A, cache = maxout_forward(Z, pieces=2)
    >>> A
    array([[ 3., -4.]])
    """
    sums = Z.reshape(-1, pieces, *Z.shape[1:])  # (n, pieces, m)
    winner = sums.argmax(axis=1, keepdims=True)  # (n, 1, m)
    A = np.take_along_axis(sums, winner, axis=1)[:, 0]  # (eq-maxout)
    return A, (winner, pieces)


def maxout_backward(dA, cache):
    """Send the gradient of each unit to the sum that won.

    dZ = dA in the winner's row, else 0

    Parameters
    ----------
    dA : ndarray, shape (n, m)
    cache : tuple
        ``(winner, pieces)`` from `maxout_forward`.

    Returns
    -------
    dZ : ndarray, shape (n * pieces, m)

    References
    ----------
    Goodfellow, Warde-Farley, Mirza, Courville and Bengio (2013), Maxout
    networks.

    Examples
    --------
    >>> Z = np.array([[1.0, -4.0], [3.0, -5.0]])
    >>> A, cache = maxout_forward(Z, pieces=2)
    >>> maxout_backward(np.array([[7.0, 8.0]]), cache)
    array([[0., 8.],
           [7., 0.]])
    """
    winner, pieces = cache
    won = winner == np.arange(pieces).reshape(1, -1, *[1] * (dA.ndim - 1))
    dZ = dA[:, np.newaxis] * won  # (n, pieces, m) (eq-maxout-slope)
    return dZ.reshape(-1, *dA.shape[1:])


def softmax_forward(Z):
    """Turn the sums of each example into probabilities.

    a_k = e^z_k / sum_j e^z_j, down each column; subtracting the column's
    largest sum first changes nothing and keeps e^z from overflowing.

    Parameters
    ----------
    Z : ndarray, shape (n, m)

    Returns
    -------
    A : ndarray, shape (n, m)
        Every column is positive and sums to 1.
    cache : ndarray, shape (n, m)
        A itself: the slope is a function of A.

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward
    classification network outputs.

    Examples
    --------
    >>> A, cache = softmax_forward(np.array([[1000.0, 0.0], [1000.0, 1.0]]))
    >>> A.round(4)
    array([[0.5   , 0.2689],
           [0.5   , 0.7311]])
    """
    E = np.exp(Z - Z.max(axis=0, keepdims=True))  # largest entry is 1
    A = E / E.sum(axis=0, keepdims=True)  # (eq-softmax)
    return A, A


def softmax_backward(dA, cache):
    """Carry the gradient from the probabilities back to the sums.

    dz_k = a_k (da_k - sum_j a_j da_j), in each column

    Parameters
    ----------
    dA : ndarray, shape (n, m)
    cache : ndarray, shape (n, m)
        A from `softmax_forward`.

    Returns
    -------
    dZ : ndarray, shape (n, m)

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward
    classification network outputs.

    Examples
    --------
    >>> A, cache = softmax_forward(np.array([[0.0], [0.0]]))
    >>> softmax_backward(np.array([[1.0], [0.0]]), cache)
    array([[ 0.25],
           [-0.25]])
    """
    A = cache
    mean = (A * dA).sum(axis=0, keepdims=True)  # (1, m), dA weighed by A
    return A * (dA - mean)  # (eq-softmax-backward)
