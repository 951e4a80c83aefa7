"""Static figures: each function draws on the ``ax`` it is given.

The chapter makes the figure (``fig, ax = plt.subplots()``), the function
here draws one idea on it and returns nothing. Up to three curves are
labeled where they end, so that no eye has to travel to a legend and back.
Training, validation and test keep one color each throughout the book.

    fig, ax = plt.subplots()
    lw.plots.curves(ax, z, {"tanh": np.tanh(z)}, x_label="$z$")
"""

import math
from itertools import pairwise

import numpy as np

from .shapes import check_shape

__all__ = [
    "COLOURS",
    "TEST",
    "TRAIN",
    "VALIDATION",
    "confusion",
    "curves",
    "decision_boundary",
    "image_grid",
    "layer_histograms",
    "loss_curves",
    "network",
    "points",
]

# Okabe and Ito (2008), without their yellow; the same as course.mplstyle.
COLOURS = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#4D4D4D",
)
TRAIN, VALIDATION, TEST = COLOURS[:3]

_MARKERS = "os^Dv*X"

# A curve whose name begins with one of these words wears its color.
_FIXED = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


def curves(ax, x, ys, *, x_label="", y_label="", axes_at_zero=False):
    """Draw named curves over one ``x`` and label each where it ends.

    Parameters
    ----------
    ax : matplotlib Axes
    x : ndarray, shape (k,)
    ys : dict of name to ndarray, shape (k,)
        Up to three are labeled at their right end, more get a legend.
        A name that begins with "train", "validation" or "test" gets its
        fixed color.
    x_label, y_label : str
        Symbol or unit, for example ``"$z$"``.
    axes_at_zero : bool
        Draw thin lines through the origin, as for activations.
    """
    x = np.asarray(x)
    if axes_at_zero:
        ax.axhline(0, color="#BBBBBB", linewidth=0.7, zorder=0)
        ax.axvline(0, color="#BBBBBB", linewidth=0.7, zorder=0)
    spare = iter(_spare_colors(ys))
    for name, y in ys.items():
        y = np.asarray(y)
        if y.shape != x.shape:
            raise ValueError(
                f"curve '{name}' has shape {y.shape}, x has {x.shape}: "
                f"one value of y for each x. Try .ravel() on a row (1, m)."
            )
        ax.plot(x, y, label=name, color=_fixed_color(name) or next(spare))
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    _name_lines(ax)


def loss_curves(ax, costs, *, x_label="epoch", y_label="cost $J$"):
    """Draw costs over epochs 1, 2, ..., best seen on a logarithmic axis.

    Parameters
    ----------
    ax : matplotlib Axes
    costs : dict of name to sequence of float
        For example ``{"train": history.cost, "validation":
        history.validation_cost}``. Empty sequences are left out, shorter
        ones end early.
    x_label, y_label : str
    """
    costs = {name: np.asarray(c, float) for name, c in costs.items() if len(c)}
    if not costs:
        raise ValueError("no costs to draw: every sequence is empty.")
    epochs = max(len(c) for c in costs.values())
    if all((c[np.isfinite(c)] > 0).all() for c in costs.values()):
        ax.set_yscale("log")
    filled = {name: _with_gaps(c, epochs) for name, c in costs.items()}
    x = np.arange(1, epochs + 1)
    curves(ax, x, filled, x_label=x_label, y_label=y_label)


def points(ax, X, y, *, labels=None):
    """Draw examples in the plane, each class with its color and marker.

    Parameters
    ----------
    ax : matplotlib Axes
    X : ndarray, shape (2, m)
    y : ndarray, shape (m,) or (1, m)
        Class of each example.
    labels : sequence of str, optional
        Names of the classes, for a legend.
    """
    check_shape("X", X, "n m", n=2)
    y = _class_of_each(y, np.shape(X)[1])
    for rank, value in enumerate(np.unique(y)):
        k = rank if y.min() < 0 else int(value)  # -1, +1 are classes 0, 1
        ax.scatter(
            *np.asarray(X)[:, y == value],
            s=24,
            color=_class_color(k),
            marker=_MARKERS[k % len(_MARKERS)],
            edgecolor="white",
            linewidth=0.5,
            label=labels[k] if labels else f"class {value:g}",
            zorder=3,
        )
    ax.set_xlabel("$x_1$")
    ax.set_ylabel("$x_2$")
    if labels:
        ax.legend()


def decision_boundary(ax, predict, X, y, *, threshold=0.5, steps=201):
    """Draw what a classifier answers over the plane, and the examples.

    Parameters
    ----------
    ax : matplotlib Axes
    predict : callable
        Takes points (2, k). Returns (1, k) or (k,): a number compared with
        ``threshold`` (0.5 for probabilities, 0 for sums); or (classes, k):
        the largest wins.
    X : ndarray, shape (2, m)
    y : ndarray, shape (m,) or (1, m)
    threshold : float
    steps : int
        Points of the grid in each direction.
    """
    check_shape("X", X, "n m", n=2)
    sides = [_side(x, steps) for x in np.asarray(X)]
    grid = np.stack(np.meshgrid(*sides)).reshape(2, -1)  # (2, steps**2)
    answers = np.atleast_2d(predict(grid))
    check_shape("predict(grid)", answers, "answers k", k=grid.shape[1])
    if len(answers) == 1:
        answers = np.concatenate([threshold - answers, answers - threshold])
    for k, lead in enumerate(_leads(answers)):
        lead = lead.reshape(steps, steps)
        if lead.max() <= 0:
            continue  # class k is never the answer
        area = [0, lead.max() + 1]
        ax.contourf(*sides, lead, area, colors=[_class_color(k)], alpha=0.16)
        if lead.min() < 0:
            ax.contour(*sides, lead, [0], colors="#4D4D4D", linewidths=1)
    points(ax, X, y)


def layer_histograms(ax, layers, *, bins=60, x_label="$a$"):
    """Draw one histogram above the other, the first layer on top.

    All share one axis, so that spreads can be compared by eye; each is
    scaled to the same height. The spread is written at the right.

    Parameters
    ----------
    ax : matplotlib Axes
    layers : dict of name to ndarray
        For example ``{"A1": A1, "A2": A2}``, of any shapes.
    bins : int
    x_label : str
    """
    flat = {name: np.ravel(A).astype(float) for name, A in layers.items()}
    joined = np.concatenate(list(flat.values()))
    edges = np.histogram_bin_edges(joined, bins)
    for row, A in enumerate(reversed(flat.values())):
        counts, _ = np.histogram(A, edges)
        height = row + 0.85 * counts / max(counts.max(), 1)
        ax.stairs(height, edges, baseline=row, fill=True, color=COLOURS[0])
        ax.annotate(
            f"std {A.std():.2g}",
            (1, row + 0.3),
            xycoords=("axes fraction", "data"),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=9,
        )
    ax.set_yticks(np.arange(len(flat)) + 0.3, list(flat)[::-1])
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(x_label)


def image_grid(ax, images, *, columns=10, titles=None, signed=False):
    """Draw many small pictures as one mosaic, row after row.

    Parameters
    ----------
    ax : matplotlib Axes
    images : ndarray, shape (n_H, n_W, m), (1, n_H, n_W, m) or (n, m)
        In the last case columns are square pictures, such as the digits.
    columns : int
        Pictures in a row.
    titles : sequence, optional
        A word or number over each picture.
    signed : bool
        Color by sign, white at 0: for weights and filters. Otherwise more
        is darker.
    """
    images = _pictures(images)
    n_H, n_W, m = images.shape
    columns = min(columns, m)
    rows = -(-m // columns)
    gap = 1 if titles is None else 1 + math.ceil(0.3 * n_H)
    mosaic = np.full((rows * (n_H + gap), columns * (n_W + 1)), np.nan)
    for k in range(m):
        top, left = k // columns * (n_H + gap) + gap, k % columns * (n_W + 1)
        mosaic[top : top + n_H, left : left + n_W] = images[:, :, k]
        if titles is not None:
            middle = left + n_W / 2 - 0.5
            _write(ax, middle, top - 0.8, titles[k], va="bottom", fontsize=9)
    largest = np.nanmax(np.abs(mosaic)) or 1.0
    ax.imshow(
        mosaic[:, :-1],
        cmap="RdBu_r" if signed else "Greys",
        vmin=-largest if signed else None,
        vmax=largest if signed else None,
    )
    ax.set_axis_off()


def confusion(ax, C, labels=None):
    """Draw a confusion matrix with its counts; wrong answers stand out.

    Parameters
    ----------
    ax : matplotlib Axes
    C : ndarray of int, shape (classes, classes)
        ``C[i, j]`` counts examples of class i that were called j.
    labels : sequence of str, optional
    """
    check_shape("C", C, "classes classes", classes=len(C))
    C = np.asarray(C)
    wrong = C - np.diag(np.diag(C))
    # Shades count mistakes only: the full diagonal would drown them.
    ax.imshow(wrong, cmap="Oranges", vmin=0, vmax=2 * max(wrong.max(), 1))
    for i, j in np.ndindex(*C.shape):
        if C[i, j]:
            looks = {"color": "#777777"} if i == j else {}
            _write(ax, j, i, C[i, j], fontsize=9, **looks)
    names = range(len(C)) if labels is None else labels
    ax.set_xticks(np.arange(len(C)), names)
    ax.set_yticks(np.arange(len(C)), names)
    ax.tick_params(length=0)
    ax.set_xlabel("predicted class")
    ax.set_ylabel("true class")


def network(ax, sizes, *, labels=None, most=8):
    """Draw a network as columns of circles, every unit joined to the next.

    Parameters
    ----------
    ax : matplotlib Axes
    sizes : sequence of int
        Units in each layer, inputs first, such as ``[3, 2, 1]``.
    labels : list of list of str, optional
        What to write in the circles, one list for each layer.
    most : int
        A layer with more units shows its first and last ones and dots.
    """
    columns = [_heights(size, most) for size in sizes]
    apart = 2.2  # circles in a column stand 1 apart
    for l, (left, right) in enumerate(pairwise(columns)):
        for y in left.values():
            for y_next in right.values():
                ax.plot(
                    [apart * l, apart * (l + 1)],
                    [y, y_next],
                    color="#BBBBBB",
                    linewidth=0.7,
                    zorder=1,
                )
    below = min(min(column.values()) for column in columns) - 0.9
    for l, (size, column) in enumerate(zip(sizes, columns, strict=True)):
        hidden = 0 < l < len(sizes) - 1
        for unit, y in column.items():
            word = labels[l][unit] if labels else ""
            _circle(ax, apart * l, y, COLOURS[0] if hidden else "#4D4D4D")
            _write(ax, apart * l, y, word, fontsize=11)
        if len(column) < size:
            _write(ax, apart * l, 0, "⋮", fontsize=14)
        _write(ax, apart * l, below, size, color="#666666")
    ax.set_aspect("equal")
    ax.margins(0.05)
    ax.set_axis_off()


def _fixed_color(name):
    return next((c for w, c in _FIXED.items() if name.startswith(w)), None)


def _spare_colors(names):
    """The colors not taken by a train, validation or test curve."""
    taken = {_fixed_color(name) for name in names}
    free = [c for c in COLOURS if c not in taken]
    return free * (1 + len(names) // len(free))


def _name_lines(ax, apart=13):
    """Write each line's name at its right end, ``apart`` points apart."""
    lines = [l for l in ax.get_lines() if not l.get_label().startswith("_")]
    if len(lines) > 3:
        ax.legend()
        return
    ax.margins(x=0.01)
    height = ax.get_window_extent().height * 72 / ax.figure.dpi
    low, high = ax.get_ylim()
    to_points = ax.transScale.transform  # a logarithmic axis counts in logs
    low, high = to_points([(1, low), (1, high)])[:, 1]
    ends = [_right_end(line) for line in lines]
    at = [
        (to_points((1, y))[1] - low) / (high - low) * height for _, y in ends
    ]
    for i, place in zip(
        np.argsort(at), _spread(sorted(at), apart), strict=True
    ):
        ax.annotate(
            lines[i].get_label(),
            ends[i],
            xytext=(5, place - at[i]),
            textcoords="offset points",
            color=lines[i].get_color(),
            verticalalignment="center",
            annotation_clip=False,
        )


def _right_end(line):
    x, y = line.get_data()
    seen = np.flatnonzero(np.isfinite(y))
    return (x[seen[-1]], y[seen[-1]]) if seen.size else (x[-1], 0.0)


def _spread(places, apart):
    """Move sorted places as little as needed to stand ``apart``.

    >>> _spread([0.0, 1.0, 50.0], 10)
    [-4.5, 5.5, 50.0]
    """
    groups = []  # of [places, center]: a group stands tight about its mean
    for place in places:
        groups.append(([place], place))
        while len(groups) > 1 and _touch(groups[-2], groups[-1], apart):
            joined = groups[-2][0] + groups[-1][0]
            groups[-2:] = [(joined, sum(joined) / len(joined))]
    return [
        center + (i - (len(group) - 1) / 2) * apart
        for group, center in groups
        for i in range(len(group))
    ]


def _touch(lower, upper, apart):
    need = (len(lower[0]) + len(upper[0])) / 2 * apart
    return upper[1] - lower[1] < need


def _with_gaps(costs, epochs):
    return np.pad(costs, (0, epochs - len(costs)), constant_values=np.nan)


def _class_of_each(y, m):
    y = np.asarray(y)
    y = y[0] if y.ndim == 2 and len(y) == 1 else y
    check_shape("y", y, "m", m=m)
    return y


def _leads(answers):
    """By how much each class is ahead of the best of the others."""
    for k in range(len(answers)):
        yield answers[k] - np.delete(answers, k, axis=0).max(axis=0)


def _class_color(k):
    return COLOURS[int(k) % len(COLOURS)]


def _side(x, steps):
    room = 0.12 * (np.ptp(x) or 1.0)
    return np.linspace(x.min() - room, x.max() + room, steps)


def _pictures(images):
    images = np.asarray(images)
    if images.ndim == 4 and len(images) == 1:
        return images[0]
    side = math.isqrt(len(images)) if images.ndim == 2 else 0
    if side and side**2 == len(images):
        return images.reshape(side, side, -1)
    check_shape("images", images, "n_H n_W m")
    return images


def _heights(size, most):
    """Which units are drawn, and how high, about the middle."""
    if size <= most:
        return {i: (size - 1) / 2 - i for i in range(size)}
    half = most // 2
    first = {i: half - i for i in range(half)}
    last = {size - 1 - i: i - half for i in range(half)}
    return first | last


def _circle(ax, x, y, color):
    from matplotlib.patches import Circle

    ax.add_patch(
        Circle((x, y), 0.4, facecolor="white", edgecolor=color, zorder=2)
    )


def _write(ax, x, y, word, **looks):
    """Write a word or number centered at a place."""
    looks = {"ha": "center", "va": "center", "zorder": 4} | looks
    ax.text(x, y, str(word), **looks)
