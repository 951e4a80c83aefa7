"""Chapter 10. Where training starts decides whether signals survive.

A start takes the shape of the weights, units first: ``(n, n_prev)`` for a
dense layer, ``(n_C, n_C_prev, f, f)`` for a convolution. ``n_in`` is the
number of entries a unit adds up, ``n_out`` the number of units an entry
feeds.
"""

import numpy as np

__all__ = [
    "initialize_constant",
    "initialize_gaussian",
    "initialize_he",
    "initialize_lecun",
    "initialize_orthogonal",
    "initialize_sparse",
    "initialize_uniform",
    "initialize_xavier",
    "initialize_zeros",
]


def initialize_zeros(shape, *, rng=None):
    """Start with zeros: right for biases, fatal for hidden weights.

    Units that start equal stay equal, because their gradients are equal.

    Parameters
    ----------
    shape : tuple of int
    rng : None
        Not used; taken so that every start is called the same way.

    Returns
    -------
    W : ndarray, float64

    Examples
    --------
    >>> initialize_zeros((1, 2))
    array([[0., 0.]])
    """
    return np.zeros(shape)


def initialize_constant(shape, *, value=0.01, rng=None):
    """Start with one number everywhere: as symmetric as zeros.

    Parameters
    ----------
    shape : tuple of int
    value : float
    rng : None
        Not used; taken so that every start is called the same way.

    Returns
    -------
    W : ndarray, float64

    Examples
    --------
    >>> initialize_constant((1, 2), value=0.5)
    array([[0.5, 0.5]])
    """
    return np.full(shape, value, dtype=np.float64)


def initialize_gaussian(shape, *, rng, scale=0.01):
    """Start with normal numbers of one standard deviation for every layer.

    Parameters
    ----------
    shape : tuple of int
    rng : numpy.random.Generator
    scale : float
        The standard deviation.

    Returns
    -------
    W : ndarray, float64

    Examples
    --------
    >>> W = initialize_gaussian((100, 100), rng=np.random.default_rng(0))
    >>> round(float(W.std()), 3)
    0.01
    """
    return scale * rng.standard_normal(shape)


def initialize_uniform(shape, *, rng, limit=0.01):
    """Start with numbers drawn evenly from -limit to limit.

    The standard deviation is limit / sqrt(3).

    Parameters
    ----------
    shape : tuple of int
    rng : numpy.random.Generator
    limit : float

    Returns
    -------
    W : ndarray, float64

    Examples
    --------
    >>> W = initialize_uniform((9, 9), rng=np.random.default_rng(0), limit=2)
    >>> bool(np.abs(W).max() < 2)
    True
    """
    return rng.uniform(-limit, limit, shape)


def initialize_xavier(shape, *, rng, form="gaussian"):
    """Start so that signals and gradients both keep their size, nearly.

    Var w = 2 / (n_in + n_out), a compromise between the two directions.

    Parameters
    ----------
    shape : tuple of int
    rng : numpy.random.Generator
    form : {"gaussian", "uniform"}
        The paper draws evenly, up to sqrt(6 / (n_in + n_out)).

    Returns
    -------
    W : ndarray, float64

    References
    ----------
    Glorot and Bengio (2010), Understanding the difficulty of training deep
    feedforward neural networks.

    Examples
    --------
    >>> W = initialize_xavier((300, 100), rng=np.random.default_rng(0))
    >>> round(float(W.var() * 400), 1)
    2.0
    """
    n_in = np.prod(shape[1:])
    n_out = shape[0] * np.prod(shape[2:])
    variance = 2.0 / (n_in + n_out)  # (eq-glorot)
    if form == "gaussian":
        return np.sqrt(variance) * rng.standard_normal(shape)
    if form == "uniform":
        limit = np.sqrt(3.0 * variance)  # (eq-uniform)
        return rng.uniform(-limit, limit, shape)
    raise ValueError(f"form is {form!r}, expected 'gaussian' or 'uniform'")


def initialize_lecun(shape, *, rng):
    """Start so that a sum of n_in inputs varies as much as one input does.

    Var w = 1 / n_in. Often called Xavier's; it is older and LeCun's.

    Parameters
    ----------
    shape : tuple of int
    rng : numpy.random.Generator

    Returns
    -------
    W : ndarray, float64

    References
    ----------
    LeCun, Bottou, Orr and Müller (1998), Efficient BackProp.

    Examples
    --------
    >>> W = initialize_lecun((300, 100), rng=np.random.default_rng(0))
    >>> round(float(W.var() * 100), 1)
    1.0
    """
    n_in = np.prod(shape[1:])  # (eq-lecun)
    return np.sqrt(1.0 / n_in) * rng.standard_normal(shape)


def initialize_he(shape, *, rng):
    """Start so that signals keep their size although ReLU silences half.

    Var w = 2 / n_in

    Parameters
    ----------
    shape : tuple of int
    rng : numpy.random.Generator

    Returns
    -------
    W : ndarray, float64

    References
    ----------
    He, Zhang, Ren and Sun (2015), Delving deep into rectifiers.

    Examples
    --------
    >>> W = initialize_he((300, 100), rng=np.random.default_rng(0))
    >>> round(float(W.var() * 100), 1)
    2.0
    """
    n_in = np.prod(shape[1:])  # (eq-he)
    return np.sqrt(2.0 / n_in) * rng.standard_normal(shape)


def initialize_orthogonal(shape, *, rng, gain=1.0):
    """Start with a rotation: no direction is stretched or lost.

    W W^T = gain^2 I when the rows are the fewer, else W^T W = gain^2 I

    Parameters
    ----------
    shape : tuple of int
        Axes after the first are flattened for the rotation.
    rng : numpy.random.Generator
    gain : float

    Returns
    -------
    W : ndarray, float64

    References
    ----------
    Saxe, McClelland and Ganguli (2014), Exact solutions to the nonlinear
    dynamics of learning in deep linear neural networks.

    Examples
    --------
    >>> W = initialize_orthogonal((2, 5), rng=np.random.default_rng(0))
    >>> np.abs(W @ W.T).round(12)
    array([[1., 0.],
           [0., 1.]])
    """
    n, n_in = shape[0], np.prod(shape[1:])
    G = rng.standard_normal((max(n, n_in), min(n, n_in)))
    Q, R = np.linalg.qr(G)  # (larger, smaller)
    Q = Q * np.sign(np.diag(R))  # else some rotations never come
    W = gain * (Q if n >= n_in else Q.T)  # (eq-orthogonal)
    return W.reshape(shape)


def initialize_sparse(shape, *, rng, connections=15, scale=1.0):
    """Start with a few strong connections per unit, zeros elsewhere.

    Parameters
    ----------
    shape : tuple of int
    rng : numpy.random.Generator
    connections : int
        How many weights of each unit are not zero; all, if it has fewer.
    scale : float
        The standard deviation of those.

    Returns
    -------
    W : ndarray, float64

    References
    ----------
    Martens (2010), Deep learning via Hessian-free optimization.

    Examples
    --------
    >>> W = initialize_sparse((3, 40), rng=np.random.default_rng(0))
    >>> np.count_nonzero(W, axis=1)
    array([15, 15, 15])
    """
    n, n_in = shape[0], np.prod(shape[1:])
    W = np.zeros((n, n_in))
    for unit in W:
        chosen = rng.permutation(n_in)[:connections]
        unit[chosen] = scale * rng.standard_normal(len(chosen))
    return W.reshape(shape)
