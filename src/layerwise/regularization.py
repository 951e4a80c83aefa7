"""Chapter 13. Regularization keeps a network from learning its data by heart.

A penalty makes large weights cost something; dropout lets no unit rely on
one other unit.
"""

import numpy as np

__all__ = [
    "dropout_backward",
    "dropout_forward",
    "l1_gradients",
    "l1_penalty",
    "l2_gradients",
    "l2_penalty",
]


def dropout_forward(A_prev, *, rng, keep_prob, training=True):
    """Silence each unit by chance, and make the others louder to match.

    Every entry is kept with probability keep_prob and then divided by it, so
    that its mean stays what it was; otherwise it is 0. Outside training
    nothing happens.

    Parameters
    ----------
    A_prev : ndarray, any shape
    rng : numpy.random.Generator
    keep_prob : float
        In (0, 1].
    training : bool

    Returns
    -------
    A : ndarray, shape of A_prev
    cache : ndarray, shape of A_prev
        The factor of every entry: 0 or 1 / keep_prob.

    References
    ----------
    Srivastava and others (2014), Dropout: a simple way to prevent neural
    networks from overfitting.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> A, cache = dropout_forward(np.ones((2, 4)), rng=rng, keep_prob=0.5)
    >>> A
    array([[0., 2., 2., 2.],
           [0., 0., 0., 0.]])
    """
    mask = np.ones_like(A_prev)
    if training:
        kept = rng.random(A_prev.shape) < keep_prob
        mask = kept.astype(A_prev.dtype) / float(keep_prob)
    return A_prev * mask, mask


def dropout_backward(dA, cache):
    """Multiply by the same factors as on the way forward.

    Parameters
    ----------
    dA : ndarray, any shape
    cache : ndarray, shape of dA

    Returns
    -------
    dA_prev : ndarray, shape of dA
    """
    return dA * cache


def l2_penalty(params, *, strength, m):
    """Add up the squares of all weights: a price for every large one.

    strength / (2 m) times the sum of w^2. Biases go free: they shift the
    function but do not make it steeper.

    Parameters
    ----------
    params : dict of ndarray
        Parameters by name, such as ``network.params``. Those whose name
        begins with W are weights.
    strength : float
        Often written lambda.
    m : int
        How many examples the cost is a mean of.

    Returns
    -------
    float

    Examples
    --------
    >>> params = {"W1": np.array([[3.0, -4.0]]), "b1": np.array([[9.0]])}
    >>> print(l2_penalty(params, strength=0.4, m=10))
    0.5
    """
    weights = [W for name, W in params.items() if name.startswith("W")]
    return strength / (2 * m) * sum(np.sum(W**2) for W in weights)


def l2_gradients(params, *, strength, m):
    """Return what l2_penalty adds to the gradients: strength / m times w.

    Parameters
    ----------
    params : dict of ndarray
        Parameters by name; those whose name begins with W are weights.
    strength : float
    m : int

    Returns
    -------
    dict of ndarray
        A gradient for every weight, none for biases.

    Examples
    --------
    >>> params = {"W1": np.array([[3.0, -4.0]]), "b1": np.array([[9.0]])}
    >>> l2_gradients(params, strength=0.5, m=10)
    {'W1': array([[ 0.15, -0.2 ]])}
    """
    weights = {k: W for k, W in params.items() if k.startswith("W")}
    return {k: strength / m * W for k, W in weights.items()}


def l1_penalty(params, *, strength, m):
    """Add up the sizes of all weights: a price that small ones pay as well.

    strength / m times the sum of abs(w). It pushes every weight with the
    same force, however small, so many arrive at 0.

    Parameters
    ----------
    params : dict of ndarray
        Parameters by name; those whose name begins with W are weights.
    strength : float
    m : int

    Returns
    -------
    float

    References
    ----------
    Tibshirani (1996), Regression shrinkage and selection via the lasso.

    Examples
    --------
    >>> params = {"W1": np.array([[3.0, -4.0]]), "b1": np.array([[9.0]])}
    >>> print(round(l1_penalty(params, strength=0.5, m=10), 3))
    0.35
    """
    weights = [W for name, W in params.items() if name.startswith("W")]
    return strength / m * sum(np.sum(np.abs(W)) for W in weights)


def l1_gradients(params, *, strength, m):
    """Return what l1_penalty adds to the gradients: strength / m, signed.

    At w = 0 the penalty has a corner; 0 is taken there, so that a weight
    that has arrived stays.

    Parameters
    ----------
    params : dict of ndarray
        Parameters by name; those whose name begins with W are weights.
    strength : float
    m : int

    Returns
    -------
    dict of ndarray
        A gradient for every weight, none for biases.

    Examples
    --------
    >>> params = {"W1": np.array([[3.0, -4.0]]), "b1": np.array([[9.0]])}
    >>> l1_gradients(params, strength=0.5, m=10)
    {'W1': array([[ 0.05, -0.05]])}
    """
    weights = {k: W for k, W in params.items() if k.startswith("W")}
    return {k: strength / m * np.sign(W) for k, W in weights.items()}
