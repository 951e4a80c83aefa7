"""Static figures: each function draws on the ``ax`` it is given.

The chapter makes the figure (``fig, ax = plt.subplots()``), the function
here draws one idea on it and returns nothing. Up to three curves are
labelled where they end, so that no eye has to travel to a legend and back.
Training, validation and test keep one colour each throughout the book.

    fig, ax = plt.subplots()
    lw.plots.curves(ax, z, {"tanh": np.tanh(z)}, x_label="$z$")
"""

import numpy as np

__all__ = ["COLOURS", "TEST", "TRAIN", "VALIDATION", "curves"]

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

# A curve whose name begins with one of these words wears its colour.
_FIXED = {"train": TRAIN, "validation": VALIDATION, "test": TEST}


def curves(ax, x, ys, *, x_label="", y_label="", axes_at_zero=False):
    """Draw named curves over one ``x`` and label each where it ends.

    Parameters
    ----------
    ax : matplotlib Axes
    x : ndarray, shape (k,)
    ys : dict of name to ndarray, shape (k,)
        Up to three are labelled at their right end, more get a legend.
        A name that begins with "train", "validation" or "test" gets its
        fixed colour.
    x_label, y_label : str
        Symbol or unit, for example ``"$z$"``.
    axes_at_zero : bool
        Draw thin lines through the origin, as for activations.
    """
    x = np.asarray(x)
    if axes_at_zero:
        ax.axhline(0, color="#BBBBBB", linewidth=0.7, zorder=0)
        ax.axvline(0, color="#BBBBBB", linewidth=0.7, zorder=0)
    spare = iter(_spare_colours(ys))
    for name, y in ys.items():
        y = np.asarray(y)
        if y.shape != x.shape:
            raise ValueError(
                f"curve '{name}' has shape {y.shape}, x has {x.shape}: "
                f"one value of y for each x. Try .ravel() on a row (1, m)."
            )
        ax.plot(x, y, label=name, color=_fixed_colour(name) or next(spare))
    ax.set_xlabel(x_label)
    ax.set_ylabel(y_label)
    _name_lines(ax)


def _fixed_colour(name):
    return next((c for w, c in _FIXED.items() if name.startswith(w)), None)


def _spare_colours(names):
    """The colours not taken by a train, validation or test curve."""
    taken = {_fixed_colour(name) for name in names}
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
    groups = []  # of [places, centre]: a group stands tight about its mean
    for place in places:
        groups.append(([place], place))
        while len(groups) > 1 and _touch(groups[-2], groups[-1], apart):
            joined = groups[-2][0] + groups[-1][0]
            groups[-2:] = [(joined, sum(joined) / len(joined))]
    return [
        centre + (i - (len(group) - 1) / 2) * apart
        for group, centre in groups
        for i in range(len(group))
    ]


def _touch(lower, upper, apart):
    need = (len(lower[0]) + len(upper[0])) / 2 * apart
    return upper[1] - lower[1] < need
