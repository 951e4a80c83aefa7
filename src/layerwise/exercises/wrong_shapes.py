"""What a wrong shape gives away.

An axis too few, a table on its side, a sum over the wrong axis, two vectors
stretched into a table.
"""

import numpy as np

from layerwise.exercises.case import Case, axis_word, ratio_of, squeezed
from layerwise.exercises.comparing import wrong_entries
from layerwise.exercises.facts import Finding
from layerwise.exercises.wrong_values import copied, on_its_side, swapped


def _lost_axis(case: Case) -> Finding | None:
    """The right numbers with an axis too few or too many."""
    if not all(squeezed(g) == squeezed(w) for g, w in case.pairs()):
        return None
    got, want = next(p for p in case.pairs() if p[0].shape != p[1].shape)
    axes = "one axis" if got.ndim == 1 else f"{got.ndim} axes"
    same = [(g.reshape(w.shape), w) for g, w in case.pairs()]
    times, why = ratio_of(same, case)
    fact = f"{case.name} has {axes}, {got.shape}, where {want.shape} is wanted"
    return Finding(
        "lost axis",
        fact
        + (f", and its entries are {times} too large{why}" if times else ""),
        f"What would numpy make of an array of shape {want.shape} minus one "
        f"of shape {got.shape}?",
    )


def _summed_away(case: Case) -> Finding | None:
    """An axis is gone that should have stayed."""
    got, want, _ = case.first()
    for axis in range(min(w.ndim for w in case.want)):
        shapes = [(w.sum(axis, keepdims=True), w.sum(axis)) for w in case.want]
        if all(
            g.shape in (kept.shape, gone.shape)
            for g, (kept, gone) in zip(case.got, shapes, strict=True)
        ):
            return Finding(
                "summed away",
                f"{case.name} has shape {got.shape} where {want.shape} is "
                f"wanted: an axis of {want.shape[axis]} places is gone",
                "Which line sums, or picks, along that axis?",
            )
    return None


def _summed(case: Case) -> Finding | None:
    """Summed over all axes, over none, or over another one."""
    name = case.name
    got, want, inputs = case.first()
    if all(g.size == 1 for g in case.got):
        return Finding(
            "total",
            f"{name} is one number, {float(got.ravel()[0]):.4g}, "
            f"where the shape {want.shape} is wanted",
            f"Do all entries of {name} share one value?",
        )
    for axis in range(got.ndim):
        kept = [
            g.sum(axis, keepdims=True).reshape(w.shape)
            if axis < g.ndim and g.sum(axis).size == w.size
            else None
            for g, w in case.pairs()
        ]
        if all(
            k is not None and not wrong_entries(k, w).any()
            for k, w in zip(kept, case.want, strict=True)
        ):
            return Finding(
                "not summed",
                f"{name} still has {got.shape[axis]} values along an axis "
                f"that should be gone: {got.shape}, not {want.shape}",
                "What does the chain rule do when one quantity feeds "
                "many places?",
            )
    if 1 in want.shape and got.size != want.size and squeezed(got):
        table = next((a.shape for a in inputs.values() if a.ndim == 2), ())
        if table and squeezed(got) in ((table[0],), (table[1],)):
            rows = squeezed(got) == (table[0],)
            kept_word = "row" if rows else "column"
            return Finding(
                "other axis",
                f"{name} has one number per {kept_word}: its shape is "
                f"{got.shape}, not {want.shape}",
                "Which axis should be summed away, and which one is left?",
            )
    return None


def _outer(case: Case) -> Finding | None:
    """Two vectors were stretched into a table."""
    got, want, _ = case.first()
    if (
        want.ndim == 2
        and min(want.shape) > 1
        and all(g.shape in {(n, n) for n in w.shape} for g, w in case.pairs())
    ):
        return Finding(
            "product",
            f"{case.name} has shape {got.shape}, not {want.shape}, as when "
            f"two tables of shape {want.shape} are multiplied as matrices",
            "Which product pairs equal places, and which one sums over a "
            "shared index?",
        )
    stretched = all(
        g.size > w.size and np.ndim(g) >= 2 and {*squeezed(w)} <= {*g.shape}
        for g, w in case.pairs()
        if w.size > 1
    )
    if not stretched:
        return None
    return Finding(
        "outer",
        f"{case.name} has grown to {got.shape}, where {want.shape} is wanted",
        "Which two shapes did numpy stretch to fit each other?",
    )


def _empty(case: Case) -> Finding | None:
    """Nothing in it."""
    got, want, _ = case.first()
    if got.size or not want.size:
        return None
    return Finding(
        "empty",
        f"{case.name} is empty: its shape is {got.shape}, not {want.shape}",
        "Which slice, or which size, came out as 0?",
    )


def _layout(case: Case) -> Finding | None:
    """As many numbers as wanted, laid out in another way."""
    if any(g.size != w.size for g, w in case.pairs()):
        return None
    got, want, _ = case.first()
    same = case.turned(lambda g: g) or all(
        not wrong_entries(g.ravel(), w.ravel()).any() for g, w in case.pairs()
    )
    right = "the right numbers" if same else "as many numbers as it should"
    return Finding(
        "layout",
        f"{case.name} holds {right}, laid out as {got.shape} where "
        f"{want.shape} is wanted",
        "What does each axis count?",
    )


def _other_size(case: Case) -> Finding | None:
    """An axis as long as another array's, not as the right one's."""
    got, want, inputs = case.first()
    if got.ndim != want.ndim or got.shape == want.shape:
        return None
    axis = next(i for i in range(want.ndim) if got.shape[i] != want.shape[i])
    has, due = got.shape[axis], want.shape[axis]
    ours = [
        label
        for label, a in inputs.items()
        if has in a.shape and due not in a.shape
    ]
    theirs = [label for label, a in inputs.items() if due in a.shape]
    if not ours or not theirs:
        return None
    kind = axis_word(want.shape, axis)
    return Finding(
        "other size",
        f"{case.name} has {has} {kind}, a size of {ours[0]}; {due} are "
        f"wanted, a size of {theirs[0]}",
        f"Where does {theirs[0]} enter {case.name}?",
    )


SHAPES = (
    _empty,
    swapped,
    on_its_side,
    _lost_axis,
    _summed,
    _summed_away,
    copied,
    _outer,
    _layout,
    _other_size,
)
