"""Chapter 13. Batch normalization gives every feature the same footing.

It measures each feature's mean and spread over the batch, takes them out,
and lets the network choose its own: gamma and beta. Alone at prediction
time, an example has no batch, so running statistics stand in.
"""

import numpy as np

__all__ = ["batch_norm_backward", "batch_norm_forward", "running_statistics"]


def batch_norm_forward(
    Z, gamma, beta, *, training=True, mean=None, variance=None, epsilon=1e-5
):
    """Take out each feature's mean and spread, put learned ones in.

    Z_norm = (Z - mu) / sqrt(sigma^2 + epsilon), out = gamma * Z_norm + beta.
    In training, mu and sigma^2 are those of this batch, over all examples
    (and, for images, over all places of a channel).

    Parameters
    ----------
    Z : ndarray, shape (n, m) or (n_C, n_H, n_W, m)
    gamma, beta : ndarray, shape (n, 1) or (n_C, 1)
    training : bool
        Use the statistics of this batch, not those given.
    mean, variance : ndarray, shape (n, 1), optional
        What stands for mu and sigma^2 when training is False.
    epsilon : float
        Keeps the root away from 0.

    Returns
    -------
    out : ndarray, shape of Z
    cache : tuple
        Z_norm, gamma, spread (the root), training, mu, sigma^2, count: how
        many numbers a mean was taken over.

    References
    ----------
    Ioffe and Szegedy (2015), Batch normalization: accelerating deep network
    training by reducing internal covariate shift.

    Examples
    --------
    >>> Z = np.array([[1.0, 3.0], [0.0, 100.0]])
    >>> one, zero = np.ones((2, 1)), np.zeros((2, 1))
    >>> batch_norm_forward(Z, one, zero)[0].round(3)
    array([[-1.,  1.],
           [-1.,  1.]])
    """
    Z_rows = Z.reshape(len(Z), -1)  # (n, m), or (n_C, n_H n_W m)
    if training:
        mean = Z_rows.mean(axis=1, keepdims=True)
        variance = Z_rows.var(axis=1, keepdims=True)
    spread = np.sqrt(variance + epsilon)
    Z_norm = (Z_rows - mean) / spread
    out = gamma * Z_norm + beta
    count = Z_rows.shape[1]
    cache = Z_norm, gamma, spread, training, mean, variance, count
    return out.reshape(Z.shape), cache


def batch_norm_backward(d_out, cache):
    """Send the gradient back past the mean and the spread, too.

    Every example moves mu and sigma^2, and through them all the others:
    dZ = (gamma / spread) (d_out - mean(d_out) - Z_norm mean(d_out Z_norm)).
    With given statistics only the factor gamma / spread is left.

    Parameters
    ----------
    d_out : ndarray, shape (n, m) or (n_C, n_H, n_W, m)
    cache : tuple
        What batch_norm_forward kept.

    Returns
    -------
    dZ : ndarray, shape of d_out
    dgamma, dbeta : ndarray, shape (n, 1) or (n_C, 1)

    References
    ----------
    Ioffe and Szegedy (2015), Batch normalization: accelerating deep network
    training by reducing internal covariate shift.
    """
    Z_norm, gamma, spread, training, _, _, count = cache
    d_rows = d_out.reshape(len(d_out), -1)
    dgamma = (d_rows * Z_norm).sum(axis=1, keepdims=True)
    dbeta = d_rows.sum(axis=1, keepdims=True)
    dZ = d_rows
    if training:
        dZ = d_rows - (dbeta + Z_norm * dgamma) / count
    dZ = dZ * (gamma / spread)
    return dZ.reshape(d_out.shape), dgamma, dbeta


def running_statistics(running, batch, *, momentum=0.9):
    """Move a running value a little towards that of the newest batch.

    new = momentum * running + (1 - momentum) * batch

    Parameters
    ----------
    running, batch : ndarray, equal shapes
    momentum : float
        How much of the old value stays. (PyTorch calls 1 minus this number
        momentum.)

    Returns
    -------
    ndarray

    Examples
    --------
    >>> print(running_statistics(np.array([1.0]), np.array([2.0])))
    [1.1]
    """
    return momentum * running + (1.0 - momentum) * batch
