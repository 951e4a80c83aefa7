"""Chapter 4. A cost turns "how wrong?" into one number to walk down from.

A loss judges one entry or one example; the cost J is its mean. The mean's
1/m appears in this file and nowhere else: every gradient behind it, from
``dA`` to the last ``dW``, has it already.
"""

import numpy as np

from .shapes import ShapeError, check_shape

__all__ = [
    "BinaryCrossEntropy",
    "Cost",
    "MeanSquaredError",
    "SigmoidCrossEntropy",
    "SoftmaxCrossEntropy",
    "binary_cross_entropy_backward",
    "binary_cross_entropy_forward",
    "mean_squared_error_backward",
    "mean_squared_error_forward",
    "sigmoid_cross_entropy_backward",
    "sigmoid_cross_entropy_forward",
    "softmax_cross_entropy_backward",
    "softmax_cross_entropy_forward",
]


def mean_squared_error_forward(A, *, Y):
    """Average the squared distances between outputs and targets.

    J = the mean of (a - y)^2 over all n * m entries

    Parameters
    ----------
    A, Y : ndarray, shape (n, m)

    Returns
    -------
    J : float
    cache : tuple
        ``(A, Y)``.

    References
    ----------
    Legendre (1805), Nouvelles méthodes pour la détermination des orbites
    des comètes.

    Examples
    --------
    >>> A, Y = np.array([[1.0, 2.0]]), np.array([[1.0, 4.0]])
    >>> J, cache = mean_squared_error_forward(A, Y=Y)
    >>> float(J)
    2.0
    """
    J = np.mean((A - Y) ** 2)  # (eq-mean-squared-error)
    return J, (A, Y)


def mean_squared_error_backward(dJ, cache):
    """Return the gradient of the mean squared error in the outputs.

    dA = dJ * 2 (A - Y) / (n m)

    Parameters
    ----------
    dJ : float
        The gradient from above; 1 when J itself is to fall.
    cache : tuple
        ``(A, Y)`` from `mean_squared_error_forward`.

    Returns
    -------
    dA : ndarray, shape (n, m)

    References
    ----------
    Legendre (1805), Nouvelles méthodes pour la détermination des orbites
    des comètes.

    Examples
    --------
    >>> cache = np.array([[1.0, 2.0]]), np.array([[1.0, 4.0]])
    >>> mean_squared_error_backward(1.0, cache)
    array([[ 0., -2.]])
    """
    A, Y = cache
    return dJ * 2.0 / A.size * (A - Y)  # (eq-mean-squared-error-slope)


def binary_cross_entropy_forward(A, *, Y):
    """Average the surprise -log(probability given to what happened).

    J = the mean of -(y log a + (1 - y) log(1 - a)) over all entries

    Parameters
    ----------
    A : ndarray, shape (n, m)
        Probabilities. Those within rounding of 0 and 1 are moved inside,
        where the logarithm is finite.
    Y : ndarray, shape (n, m)
        0 or 1, or a probability.

    Returns
    -------
    J : float
    cache : tuple
        ``(A, Y)``, A after that move.

    References
    ----------
    Good (1952), Rational decisions.

    Examples
    --------
    >>> A, Y = np.array([[0.5, 0.25]]), np.array([[1.0, 0.0]])
    >>> J, cache = binary_cross_entropy_forward(A, Y=Y)
    >>> round(float(J), 4)
    0.4904
    """
    tiny = float(np.finfo(A.dtype).eps)
    A = np.clip(A, tiny, 1.0 - tiny)
    losses = -Y * np.log(A) - (1.0 - Y) * np.log(1.0 - A)
    return np.mean(losses), (A, Y)  # (eq-binary-cross-entropy)


def binary_cross_entropy_backward(dJ, cache):
    """Return the gradient of binary cross-entropy in the probabilities.

    dA = dJ * (A - Y) / (A (1 - A)) / (n m)

    Parameters
    ----------
    dJ : float
    cache : tuple
        ``(A, Y)`` from `binary_cross_entropy_forward`.

    Returns
    -------
    dA : ndarray, shape (n, m)

    References
    ----------
    Good (1952), Rational decisions.

    Examples
    --------
    >>> cache = np.array([[0.5, 0.25]]), np.array([[1.0, 0.0]])
    >>> binary_cross_entropy_backward(1.0, cache).round(4)
    array([[-1.    ,  0.6667]])
    """
    A, Y = cache  # (eq-binary-cross-entropy-slope)
    return dJ / A.size * (A - Y) / (A * (1.0 - A))


def sigmoid_cross_entropy_forward(Z, *, Y):
    """Average the surprise, from the sums in front of the sigmoid.

    J = the mean of max(z, 0) - z y + log(1 + e^-|z|) over all entries: the
    binary cross-entropy of sigma(z), exact where sigma rounds to 0 or 1.

    Parameters
    ----------
    Z : ndarray, shape (n, m)
        Logits.
    Y : ndarray, shape (n, m)
        0 or 1, or a probability.

    Returns
    -------
    J : float
    cache : tuple
        ``(A, Y)``, A the probabilities sigma(Z).

    References
    ----------
    Good (1952), Rational decisions.

    Examples
    --------
    >>> Z, Y = np.array([[0.0, -1000.0]]), np.array([[1.0, 1.0]])
    >>> J, cache = sigmoid_cross_entropy_forward(Z, Y=Y)
    >>> round(float(J), 4)
    500.3466
    """
    E = np.exp(-np.abs(Z))  # in (0, 1]
    losses = np.maximum(Z, 0.0) - Z * Y + np.log1p(E)
    A = np.where(Z >= 0, 1.0, E) / (1.0 + E)
    return np.mean(losses), (A, Y)  # (eq-sigmoid-cross-entropy)


def sigmoid_cross_entropy_backward(dJ, cache):
    """Return the gradient of binary cross-entropy in the sums.

    dZ = dJ * (A - Y) / (n m), A = sigma(Z)

    Parameters
    ----------
    dJ : float
    cache : tuple
        ``(A, Y)`` from `sigmoid_cross_entropy_forward`.

    Returns
    -------
    dZ : ndarray, shape (n, m)

    References
    ----------
    Good (1952), Rational decisions.

    Examples
    --------
    >>> cache = np.array([[0.5, 0.0]]), np.array([[1.0, 1.0]])
    >>> sigmoid_cross_entropy_backward(1.0, cache)
    array([[-0.25, -0.5 ]])
    """
    A, Y = cache
    return dJ / A.size * (A - Y)  # (eq-sigmoid-cross-entropy-slope)


def softmax_cross_entropy_forward(Z, *, Y):
    """Average the surprise over examples, from the sums before softmax.

    J = the mean over examples of -sum_k y_k log softmax(z)_k

    Parameters
    ----------
    Z : ndarray, shape (n, m)
        Logits.
    Y : ndarray, shape (n, m)
        One-hot, or probabilities; every column sums to 1.

    Returns
    -------
    J : float
    cache : tuple
        ``(log_A, Y)``, the logarithms of the probabilities.

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward
    classification network outputs.

    Examples
    --------
    >>> Z, Y = np.array([[0.0], [0.0]]), np.array([[1.0], [0.0]])
    >>> J, cache = softmax_cross_entropy_forward(Z, Y=Y)
    >>> round(float(J), 4)
    0.6931
    """
    S = Z - Z.max(axis=0, keepdims=True)  # softmax does not feel the shift
    log_A = S - np.log(np.exp(S).sum(axis=0, keepdims=True))  # (n, m)
    J = np.mean(-(Y * log_A).sum(axis=0))  # (eq-softmax-cross-entropy)
    return J, (log_A, Y)


def softmax_cross_entropy_backward(dJ, cache):
    """Return the gradient of softmax cross-entropy in the sums.

    dZ = dJ * (A - Y) / m

    Parameters
    ----------
    dJ : float
    cache : tuple
        ``(log_A, Y)`` from `softmax_cross_entropy_forward`.

    Returns
    -------
    dZ : ndarray, shape (n, m)

    References
    ----------
    Bridle (1990), Probabilistic interpretation of feedforward
    classification network outputs.

    Examples
    --------
    >>> cache = np.log(np.array([[0.5], [0.5]])), np.array([[1.0], [0.0]])
    >>> softmax_cross_entropy_backward(1.0, cache)
    array([[-0.5],
           [ 0.5]])
    """
    log_A, Y = cache
    m = Y.shape[1]
    return dJ / m * (np.exp(log_A) - Y)  # (eq-softmax-cross-entropy-slope)


class Cost:
    """A cost with its cache, and with the decision its outputs stand for.

    Subclasses name the pair of functions and how to decide.
    """

    def __init__(self):
        self.cache = None
        self.shape = None

    def forward(self, A, Y):
        """Return J for outputs A and targets Y of equal shape.

        With places between, such as (n, T, m), every place of every example
        is judged, and J is the mean over all of them.
        """
        if np.shape(Y) != A.shape:
            self._refuse(A, Y)
        Y = np.asarray(Y, dtype=A.dtype)
        self.shape = A.shape
        if A.ndim > 2:
            A, Y = A.reshape(len(A), -1), Y.reshape(len(A), -1)
        J, self.cache = self._forward(A, Y=Y)
        return J

    def backward(self, dJ=1.0):
        """Return the gradient of J in the outputs."""
        return self._backward(dJ, self.cache).reshape(self.shape)

    def decide(self, A):
        """Turn outputs into answers."""
        return A

    def check_targets(self, Y):
        """Raise a ValueError if no output could ever reach these targets."""

    def _refuse(self, A, Y):
        if np.ndim(Y) == A.ndim - 1:
            raise ShapeError(
                f"Y has shape {np.shape(Y)}, expected the outputs' shape "
                f"{A.shape}. Are these class numbers? Then pass "
                f"one_hot(Y, {len(A)})."
                if len(A) > 1
                else f"Y has shape {np.shape(Y)}, expected the outputs' "
                f"shape {A.shape}. Then pass Y.reshape(1, -1)."
            )
        names = ["n", *(f"place_{i}" for i in range(1, A.ndim - 1)), "m"]
        sizes = dict(zip(names, A.shape, strict=True))
        check_shape("Y", Y, " ".join(names), **sizes)

    def __repr__(self):
        return f"{type(self).__name__}()"


class MeanSquaredError(Cost):
    """For quantities; outputs are answers as they stand."""

    _forward = staticmethod(mean_squared_error_forward)
    _backward = staticmethod(mean_squared_error_backward)


class BinaryCrossEntropy(Cost):
    """For yes or no, after a sigmoid layer; yes above one half."""

    _forward = staticmethod(binary_cross_entropy_forward)
    _backward = staticmethod(binary_cross_entropy_backward)

    def forward(self, A, Y):
        if A.min() < 0.0 or A.max() > 1.0:
            raise ValueError(
                f"A has entries from {A.min():.4g} to {A.max():.4g}, expected "
                f"probabilities. Is a Sigmoid layer missing at the end? Or "
                f"take SigmoidCrossEntropy, which wants the sums."
            )
        return super().forward(A, Y)

    def decide(self, A):
        return (A > 0.5).astype(int)

    def check_targets(self, Y):
        _check_shares(Y)


class SigmoidCrossEntropy(Cost):
    """For yes or no, on the sums of the last layer; yes above zero."""

    _forward = staticmethod(sigmoid_cross_entropy_forward)
    _backward = staticmethod(sigmoid_cross_entropy_backward)

    def decide(self, A):
        return (A > 0).astype(int)

    def check_targets(self, Y):
        _check_shares(Y)


class SoftmaxCrossEntropy(Cost):
    """For one class of many, on the sums of the last layer."""

    _forward = staticmethod(softmax_cross_entropy_forward)
    _backward = staticmethod(softmax_cross_entropy_backward)

    def decide(self, A):
        return A.argmax(axis=0)

    def check_targets(self, Y):
        _check_shares(Y)
        sums = Y.sum(axis=0)
        if not np.allclose(sums, 1.0):
            raise ValueError(
                f"the columns of Y sum to {sums.min():.4g} .. "
                f"{sums.max():.4g}, expected 1: one class for each example. "
                f"May an example have several? Then take SigmoidCrossEntropy."
            )


def _check_shares(Y):
    if not 0.0 <= Y.min() <= Y.max() <= 1.0:
        raise ValueError(
            f"Y has entries from {Y.min():.4g} to {Y.max():.4g}, expected 0 "
            f"to 1. Are the classes numbered otherwise? Then compare: "
            f"Y == Y.max(), or pass one_hot(y, classes)."
        )
