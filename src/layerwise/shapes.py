"""Chapter 7. Every array has a shape, and most mistakes are wrong shapes.

A column is an example: features stand first, examples last, places between.
The checks in this file stand where arrays enter the library. They say what
they expected in symbols and in numbers, what came, and the likely cause.
"""

import numpy as np

__all__ = ["ShapeError", "check_shape", "check_values"]


class ShapeError(ValueError):
    """An array does not have the shape that the layer, cost or data need."""


def check_shape(name, array, symbols, **sizes):
    """Raise a ShapeError that teaches, unless the array has this shape.

    Parameters
    ----------
    name : str
        What the array is called where the reader meets it.
    array : ndarray
    symbols : str
        The names of its axes, such as ``"n_prev m"``.
    **sizes : int
        The sizes that are known; an axis without one may have any size.

    Raises
    ------
    ShapeError
        When the number of axes or a known size differs. The transpose is
        proposed only when it would fit.

    Examples
    --------
    >>> check_shape("A_prev", np.zeros((4, 5)), "n_prev m", n_prev=4)
    >>> check_shape("A_prev", np.zeros((5, 4)), "n_prev m", n_prev=4)
    Traceback (most recent call last):
        ...
    layerwise.shapes.ShapeError: A_prev has shape (5, 4), expected \
(n_prev, m) = (4, m). Are the examples in rows? Then pass A_prev.T.
    """
    axes = symbols.split()
    expected = [sizes.get(axis) for axis in axes]
    shape = np.shape(array)
    if _fits(shape, expected):
        return
    message = f"{name} has shape {_written(shape)}, expected {_written(axes)}"
    if any(size is not None for size in expected):
        known = [sizes.get(axis, axis) for axis in axes]
        message += f" = {_written(known)}"
    raise ShapeError(f"{message}. {_likely_cause(name, shape, expected)}")


def check_values(name, array):
    """Raise an error that teaches, unless the array holds finite reals.

    Raises
    ------
    TypeError
        For whole numbers, in which a gradient would be cut off to zero, and
        for anything that is no array of numbers.
    ValueError
        For NaN or infinite entries; the first one is named.

    Examples
    --------
    >>> check_values("X", np.array([[1, 2], [3, 4]]))
    Traceback (most recent call last):
        ...
    TypeError: X has dtype int64. Gradients need fractions: pass \
X.astype(float).
    """
    array = np.asarray(array)
    if array.dtype.kind in "iub":
        raise TypeError(
            f"{name} has dtype {array.dtype}. Gradients need fractions: "
            f"pass {name}.astype(float)."
        )
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name} has dtype {array.dtype}, expected real numbers."
        )
    wrong = ~np.isfinite(array)
    if wrong.any():
        first = tuple(int(i) for i in np.argwhere(wrong)[0])
        raise ValueError(
            f"{name} has {int(wrong.sum())} entries that are NaN or "
            f"infinite, the first at {first}. Are values missing in the data?"
        )


def _fits(shape, expected):
    return len(shape) == len(expected) and all(
        size is None or size == came
        for size, came in zip(expected, shape, strict=True)
    )


def _written(entries):
    inside = ", ".join(str(entry) for entry in entries)
    return f"({inside},)" if len(entries) == 1 else f"({inside})"


def _likely_cause(name, shape, expected):
    if len(shape) == len(expected) == 2 and _fits(shape[::-1], expected):
        return f"Are the examples in rows? Then pass {name}.T."
    if len(shape) == 1 and _fits((*shape, 1), expected):
        return f"Is it one example? Then pass {name}.reshape(-1, 1)."
    if len(shape) == 1 and _fits((1, *shape), expected):
        return f"Is it one feature? Then pass {name}.reshape(1, -1)."
    return "Features stand first, examples last."
