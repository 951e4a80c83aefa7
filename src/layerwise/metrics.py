"""Chapter 4. One number is not enough to say how good a classifier is.

Accuracy counts right answers. Which answers are wrong, and in which
direction, stands in the confusion matrix; precision and recall read it by
column and by row.
"""

import numpy as np

from .shapes import ShapeError

__all__ = ["accuracy", "confusion_matrix", "one_hot", "precision", "recall"]


def accuracy(Y_hat, Y):
    """Return the share of right answers.

    Parameters
    ----------
    Y_hat, Y : ndarray of int, equal shapes
        Predicted and true classes.

    Returns
    -------
    float

    Examples
    --------
    >>> accuracy(np.array([0, 1, 2, 2]), np.array([0, 1, 1, 2]))
    0.75
    """
    Y_hat, Y = _answers(Y_hat, Y)
    return float(np.mean(Y_hat == Y))


def confusion_matrix(Y_hat, Y, *, classes=None):
    """Count every pair of a true and a predicted class.

    Parameters
    ----------
    Y_hat, Y : ndarray of int, equal shapes
        Predicted and true classes, from 0.
    classes : int, optional
        How many there are; one more than the largest seen, if not given.

    Returns
    -------
    C : ndarray of int, shape (classes, classes)
        C[i, j] counts examples of class i that were called j.

    Examples
    --------
    >>> confusion_matrix(np.array([0, 1, 2, 2]), np.array([0, 1, 1, 2]))
    array([[1, 0, 0],
           [0, 1, 1],
           [0, 0, 1]])
    """
    Y_hat, Y = _answers(Y_hat, Y)
    if classes is None:
        classes = int(max(Y_hat.max(), Y.max())) + 1
    C = np.zeros((classes, classes), dtype=int)
    np.add.at(C, (Y.ravel(), Y_hat.ravel()), 1)
    return C


def precision(Y_hat, Y, *, positive=1):
    """Return the share of true positives among all that were called so.

    Parameters
    ----------
    Y_hat, Y : ndarray of int, equal shapes
    positive : int
        The class in question.

    Returns
    -------
    float
        nan when nothing was called positive: there is nothing to share.

    Examples
    --------
    >>> precision(np.array([1, 1, 0, 1]), np.array([1, 0, 1, 1]))
    0.6666666666666666
    """
    Y_hat, Y = _answers(Y_hat, Y)
    called, actual = np.equal(Y_hat, positive), np.equal(Y, positive)
    return _share(called & actual, called)


def recall(Y_hat, Y, *, positive=1):
    """Return the share of true positives that were found.

    Parameters
    ----------
    Y_hat, Y : ndarray of int, equal shapes
    positive : int
        The class in question.

    Returns
    -------
    float
        nan when there are no positives to find.

    Examples
    --------
    >>> recall(np.array([1, 1, 0, 1]), np.array([1, 0, 1, 1]))
    0.6666666666666666
    """
    Y_hat, Y = _answers(Y_hat, Y)
    called, actual = np.equal(Y_hat, positive), np.equal(Y, positive)
    return _share(called & actual, actual)


def one_hot(y, classes):
    """Write class numbers as columns with a single 1.

    Parameters
    ----------
    y : ndarray of int, shape (m,), or with places before the examples
        From 0 to classes - 1.
    classes : int

    Returns
    -------
    Y : ndarray, shape (classes, m)

    Examples
    --------
    >>> one_hot(np.array([2, 0]), 3)
    array([[0., 1.],
           [0., 0.],
           [1., 0.]])
    """
    y = np.asarray(y)
    whole = y.dtype.kind in "iu"
    if not whole or (y.size and not 0 <= y.min() <= y.max() < classes):
        raise ValueError(
            f"y has dtype {y.dtype} and values from {y.min()} to {y.max()}, "
            f"expected whole numbers from 0 to classes - 1 = {classes - 1}."
        )
    return np.take(np.eye(classes), y, axis=1)


def _share(part, whole):
    if not whole.any():
        return float("nan")
    return int(part.sum()) / int(whole.sum())


def _answers(Y_hat, Y):
    """Refuse shapes that would broadcast to a table of comparisons."""
    Y_hat, Y = np.asarray(Y_hat), np.asarray(Y)
    if Y_hat.shape != Y.shape:
        raise ShapeError(
            f"Y_hat has shape {Y_hat.shape} and Y has shape {Y.shape}, "
            f"expected one answer for each. Is one of them one-hot? Then "
            f"pass its argmax(axis=0)."
        )
    return Y_hat, Y
