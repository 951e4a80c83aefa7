"""Chapter 7. Every array has a shape, and most mistakes are wrong shapes.

A column is an example: features stand first, examples last, places between.
The checks in this file stand where arrays enter the library. They say what
they expected in symbols and in numbers, what came, and the likely cause.
"""

from contextlib import contextmanager

import numpy as np

__all__ = [
    "ShapeError",
    "Trace",
    "check_generator",
    "check_shape",
    "check_values",
    "trace",
]


class ShapeError(ValueError):
    """An array does not have the shape that the layer, cost or data need."""


def check_generator(rng):
    """Return rng, or raise an error that teaches if it is no Generator.

    Examples
    --------
    >>> check_generator(0)
    Traceback (most recent call last):
        ...
    TypeError: rng must be a numpy Generator such as \
np.random.default_rng(0), got 0.
    """
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a numpy Generator such as "
            f"np.random.default_rng(0), got {rng!r}."
        )
    return rng


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
    if array.dtype.kind != "f":
        raise TypeError(
            f"{name} has dtype {array.dtype}{_remedy(name, array.dtype)}"
        )
    finite = np.isfinite(array)
    if not finite.all():
        wrong = np.argwhere(~finite).tolist()
        raise ValueError(
            f"{name} has {len(wrong)} entries that are NaN or infinite, the "
            f"first at {tuple(wrong[0])}. Are values missing in the data?"
        )


def trace(network, input_shape):
    """Send zeros through a network and write down every shape they meet.

    Parameters
    ----------
    network : Network
        Left as it is.
    input_shape : tuple of int
        With the number of examples last, such as ``(784, 128)``.

    Returns
    -------
    Trace
        Prints as a table; ``.to_markdown()`` gives it in Markdown, which a
        notebook shows by itself.

    Examples
    --------
    >>> import layerwise as lw
    >>> network = lw.deep_network([2, 4, 1], rng=np.random.default_rng(0))
    >>> print(trace(network, (2, 400)))
    layer    parameters         count  output     memory
    input                           0  (2, 400)   6.2 kB
    1 Dense  W (4, 2) b (4, 1)     12  (4, 400)  12.6 kB
    2 ReLU                          0  (4, 400)  12.5 kB
    3 Dense  W (1, 4) b (1, 1)      5  (1, 400)   3.2 kB
    total                          17            34.5 kB
    """
    A = np.zeros(input_shape, dtype=network.dtype)
    rows = [_row("input", {}, A)]
    with _restored(network.layers):
        for i, layer in enumerate(network.layers, start=1):
            A = layer.forward(A)
            name = f"{i} {type(layer).__name__}"
            rows.append(_row(name, layer.params, A))
    return Trace(rows)


class Trace:
    """The table that `trace` returns.

    Attributes
    ----------
    rows : list of tuple
        Layer, parameters, count, output shape, and the bytes of parameters
        and output together.
    """

    head = ("layer", "parameters", "count", "output", "memory")

    def __init__(self, rows):
        self.rows = rows

    @property
    def count(self):
        """How many parameters the network has."""
        return sum(row[2] for row in self.rows)

    @property
    def memory(self):
        """Bytes of all parameters and outputs."""
        return sum(row[4] for row in self.rows)

    def to_markdown(self):
        """Return the table in Markdown."""
        head, *body = self._cells()
        lines = [head, ("---", "---", "---:", "---", "---:"), *body]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    _repr_markdown_ = to_markdown

    def __repr__(self):
        cells = self._cells()
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        lines = []
        for row in cells:
            columns = zip("<<><>", row, widths, strict=True)
            line = "  ".join(f"{cell:{way}{w}}" for way, cell, w in columns)
            lines.append(line.rstrip())
        return "\n".join(lines)

    def _cells(self):
        """The table as words: head, rows and total."""
        total = ("total", "", self.count, "", self.memory)
        return [
            self.head,
            *(
                (layer, params, f"{count:,}", shape, _bytes(memory))
                for layer, params, count, shape, memory in (*self.rows, total)
            ),
        ]


@contextmanager
def _restored(layers):
    """Give layers back what they remembered before the block."""
    before = [dict(vars(layer)) for layer in layers]
    try:
        yield
    finally:
        for layer, kept in zip(layers, before, strict=True):
            vars(layer).update(kept)


def _row(name, params, A):
    """One row of a trace: what a layer holds, and what it answers."""
    arrays = params.values()
    shapes = [f"{key} {_written(p.shape)}" for key, p in params.items()]
    return (
        name,
        " ".join(shapes),
        sum(p.size for p in arrays),
        _written(A.shape),
        A.nbytes + sum(p.nbytes for p in arrays),
    )


def _bytes(count):
    for unit in ("kB", "MB"):
        count /= 1024
        if count < 1024:
            return f"{count:.1f} {unit}"
    return f"{count / 1024:.1f} GB"


def _fits(shape, expected):
    return len(shape) == len(expected) and all(
        size is None or size == came
        for size, came in zip(expected, shape, strict=True)
    )


def _written(entries):
    inside = ", ".join(str(entry) for entry in entries)
    return f"({inside},)" if len(entries) == 1 else f"({inside})"


def _remedy(name, dtype):
    if dtype.kind in "iub":
        return f". Gradients need fractions: pass {name}.astype(float)."
    return ", expected real numbers."


def _likely_cause(name, shape, expected):
    if len(shape) == len(expected) == 2 and _fits(shape[::-1], expected):
        return f"Are the examples in rows? Then pass {name}.T."
    if len(shape) == 1 and _fits((*shape, 1), expected):
        return f"Is it one example? Then pass {name}.reshape(-1, 1)."
    if len(shape) == 1 and _fits((1, *shape), expected):
        return f"Is it one feature? Then pass {name}.reshape(1, -1)."
    return "Features stand first, examples last."
