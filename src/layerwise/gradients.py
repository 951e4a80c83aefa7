"""Chapter 8. A derivative can be measured, so a formula can be checked.

Move one entry a little up and a little down, and watch how far the result
moves: that is its slope. It is far too slow to train with and exactly right
to test with.
"""

import numpy as np

from .shapes import check_shape

__all__ = [
    "gradient_check",
    "gradient_error",
    "network_errors",
    "numerical_gradient",
]


def numerical_gradient(f, X, *, epsilon=1e-5):
    """Measure the slope of a number f(X) along every entry of X.

    df/dx is about (f(x + epsilon) - f(x - epsilon)) / (2 epsilon); the error
    falls with epsilon^2 until rounding takes over.

    Parameters
    ----------
    f : callable
        Takes an array of X's shape, returns one number.
    X : ndarray, any shape
        Left as it is: f is given a copy.
    epsilon : float
        How far to move.

    Returns
    -------
    dX : ndarray, shape of X

    Examples
    --------
    >>> numerical_gradient(lambda X: (X**2).sum(), np.array([1.0, -3.0]))
    array([ 2., -6.])
    """
    X = np.array(X, dtype=np.float64)
    dX = np.empty_like(X)
    for index in np.ndindex(X.shape):
        here = X[index]
        X[index] = here + epsilon
        above = f(X)
        X[index] = here - epsilon
        below = f(X)
        X[index] = here
        dX[index] = (above - below) / (2.0 * epsilon)
    return dX


def gradient_error(analytic, numerical):
    """Compare two gradients, entry by entry, and return the largest error.

    error = |a - n| / max(1, |a|, |n|): absolute for small entries, relative
    for large ones.

    Parameters
    ----------
    analytic, numerical : ndarray, equal shapes

    Returns
    -------
    float

    Raises
    ------
    ShapeError
        When the shapes differ: broadcasting would hide it.

    Examples
    --------
    >>> gradient_error(np.array([0.5, 200.0]), np.array([0.25, 100.0]))
    0.5
    """
    a, n = np.asarray(analytic), np.asarray(numerical)
    axes = [f"axis_{i}" for i in range(n.ndim)]
    sizes = dict(zip(axes, n.shape, strict=True))
    check_shape("the gradient", a, " ".join(axes), **sizes)
    scale = np.maximum(1.0, np.maximum(np.abs(a), np.abs(n)))
    return float(np.max(np.abs(a - n) / scale, initial=0.0))


def gradient_check(forward, backward, *inputs, rng, epsilon=1e-5, **options):
    """Compare a backward pass with measured slopes, for every input entry.

    The gradient that arrives from above is random. With one of ones, errors
    that cancel in a sum would pass: the outputs of softmax sum to 1, and a
    backward pass that returns zeros would look right.

    Parameters
    ----------
    forward : callable
        ``forward(*inputs, **options)`` returns the output and a cache.
    backward : callable
        ``backward(d_out, cache)`` returns one gradient per input.
    *inputs : ndarray
        Taken as float64, where the measured slopes are accurate.
    rng : numpy.random.Generator
    epsilon : float
        How far `numerical_gradient` moves.
    **options
        What the forward pass takes besides its inputs.

    Returns
    -------
    float
        The largest error, as `gradient_error` measures it. Right formulas
        give less than 1e-7.

    Examples
    --------
    >>> import layerwise as lw
    >>> rng = np.random.default_rng(0)
    >>> Z = rng.standard_normal((2, 3))
    >>> error = gradient_check(lw.tanh_forward, lw.tanh_backward, Z, rng=rng)
    >>> error < 1e-7
    True
    """
    inputs = [np.array(X, dtype=np.float64) for X in inputs]
    out, cache = forward(*inputs, **options)
    d_out = rng.standard_normal(np.shape(out))
    gradients = backward(d_out, cache)
    if not isinstance(gradients, tuple):
        gradients = (gradients,)
    errors = []
    for i, analytic in zip(range(len(inputs)), gradients, strict=True):

        def f(X, i=i):
            moved = [*inputs[:i], X, *inputs[i + 1 :]]
            return (d_out * forward(*moved, **options)[0]).sum()

        numerical = numerical_gradient(f, inputs[i], epsilon=epsilon)
        errors.append(gradient_error(analytic, numerical))
    return float(np.max(errors))


def network_errors(network, cost, X, Y, *, epsilon=1e-5):
    """Compare every gradient of a network with measured slopes of its cost.

    Each entry of each parameter costs two forward passes: take a small
    network and few examples, in float64.

    Parameters
    ----------
    network : Network
        Left as it is, but for its gradients.
    cost : Cost
    X, Y : ndarray
        Examples and targets, as for `fit`.
    epsilon : float
        How far `numerical_gradient` moves.

    Returns
    -------
    dict of float
        The largest error of each parameter, as `gradient_error` measures
        it, by its name in ``network.params``.

    Examples
    --------
    >>> import layerwise as lw
    >>> network = lw.logistic_regression(2)
    >>> X, Y = np.array([[1.0, -2.0], [0.5, 3.0]]), np.array([[0.0, 1.0]])
    >>> errors = network_errors(network, lw.SigmoidCrossEntropy(), X, Y)
    >>> {name: error < 1e-7 for name, error in errors.items()}
    {'W1': True, 'b1': True}
    """
    cost.forward(network.forward(X, training=True), Y)
    network.backward(cost.backward())
    errors = {}
    for name, place in network.params.items():
        here = place.copy()

        def f(values, place=place):
            place[...] = values
            return cost.forward(network.forward(X, training=True), Y)

        numerical = numerical_gradient(f, here, epsilon=epsilon)
        place[...] = here
        errors[name] = gradient_error(network.grads[name], numerical)
    return errors
