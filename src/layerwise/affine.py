"""Chapter 5. A layer weighs its inputs, adds them up and shifts the sum.

Every layer of this book, a convolution and a recurrence too, is this one
map on columns: ``Z = W A_prev + b``. Its backward pass is the chain rule
written with shapes, one gradient for each input.
"""

import numpy as np

__all__ = ["affine_backward", "affine_backward_into", "affine_forward"]


def affine_forward(A_prev, W, b):
    """Compute the weighted sums of a layer for all examples at once.

    Z = W A_prev + b

    Parameters
    ----------
    A_prev : ndarray, shape (n_prev, m)
        A column is an example.
    W : ndarray, shape (n, n_prev)
        A row is a unit.
    b : ndarray, shape (n, 1)

    Returns
    -------
    Z : ndarray, shape (n, m)
    cache : tuple
        ``(A_prev, W)``, what the backward pass needs.

    References
    ----------
    Rumelhart, Hinton and Williams (1986), Learning representations by
    back-propagating errors.

    Examples
    --------
    >>> import numpy as np
    >>> W, b = np.array([[1.0, 2.0]]), np.array([[0.5]])
    >>> Z, cache = affine_forward(np.array([[1.0, 3.0], [0.0, 1.0]]), W, b)
    >>> Z
    array([[1.5, 5.5]])
    """
    Z = W @ A_prev + b  # (n, m) (eq-affine)
    return Z, (A_prev, W)


def affine_backward(dZ, cache):
    """Carry the gradient from the weighted sums back to the three inputs.

    dW = dZ A_prev^T,  db = the row sums of dZ,  dA_prev = W^T dZ

    Parameters
    ----------
    dZ : ndarray, shape (n, m)
        dJ/dZ. J is a mean over the examples already: no 1/m here.
    cache : tuple
        ``(A_prev, W)`` from `affine_forward`.

    Returns
    -------
    dA_prev : ndarray, shape (n_prev, m)
    dW : ndarray, shape (n, n_prev)
    db : ndarray, shape (n, 1)

    References
    ----------
    Rumelhart, Hinton and Williams (1986), Learning representations by
    back-propagating errors.

    Examples
    --------
    >>> import numpy as np
    >>> cache = np.array([[1.0, 3.0], [0.0, 1.0]]), np.array([[1.0, 2.0]])
    >>> dA_prev, dW, db = affine_backward(np.array([[1.0, 10.0]]), cache)
    >>> dW, db
    (array([[31., 10.]]), array([[11.]]))
    """
    A_prev, W = cache
    dW = dZ @ A_prev.T  # (n, n_prev) (eq-dW)
    db = dZ.sum(axis=1, keepdims=True)  # (n, 1) (eq-db)
    dA_prev = W.T @ dZ  # (n_prev, m) (eq-dA-prev)
    return dA_prev, dW, db


def affine_backward_into(dW, db, dZ, cache, needs_dA_prev=True):
    """Do what `affine_backward` does, in memory that stands ready.

    The product for dW lands in the network's gradient vector itself, and
    the first layer leaves out dA_prev, a product as large that nobody
    reads. For a first layer of 256 units on 784 inputs and 128 examples this
    halves the time of the backward pass.

    Parameters
    ----------
    dW : ndarray, shape (n, n_prev)
        Overwritten.
    db : ndarray, shape (n, 1)
        Overwritten.
    dZ : ndarray, shape (n, m)
    cache : tuple
        ``(A_prev, W)`` from `affine_forward`.
    needs_dA_prev : bool

    Returns
    -------
    dA_prev : ndarray, shape (n_prev, m), or None

    Examples
    --------
    >>> cache = np.array([[1.0, 3.0], [0.0, 1.0]]), np.array([[1.0, 2.0]])
    >>> dW, db = np.empty((1, 2)), np.empty((1, 1))
    >>> affine_backward_into(dW, db, np.array([[1.0, 10.0]]), cache)
    array([[ 1., 10.],
           [ 2., 20.]])
    >>> dW, db
    (array([[31., 10.]]), array([[11.]]))
    """
    A_prev, W = cache
    np.matmul(dZ, A_prev.T, out=dW)
    np.add.reduce(dZ, axis=1, keepdims=True, out=db)
    return W.T @ dZ if needs_dA_prev else None
