"""Where values are wrong, when they are right elsewhere.

Only where Z < 0, only beyond the first column, only for several examples.
"""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from layerwise.exercises.case import Array, Case
from layerwise.exercises.comparing import wrong_entries
from layerwise.exercises.facts import Finding, at, counted, measured

CONDITIONS: dict[str, Callable[[Array], Array]] = {
    "{} = 0": lambda a: a == 0,
    "{} is not 0": lambda a: a != 0,
    "{} = 1": lambda a: a == 1,
    "{} < 0": lambda a: a < 0,
    "{} > 0": lambda a: a > 0,
    "{} <= 0": lambda a: a <= 0,
    "{} >= 0": lambda a: a >= 0,
    "|{}| > 1": lambda a: np.abs(a) > 1,
    "|{}| < 1": lambda a: np.abs(a) < 1,
}


def subset(case: Case) -> Finding | None:
    """Wrong only where something holds."""
    masks = [wrong_entries(g, w) for g, w in case.pairs()]
    if all(m.all() for m in masks if m.any()):
        return None
    wrong = sum(int(m.sum()) for m in masks)
    best: tuple[float, str, list[Array]] | None = None
    for words, wheres in _places(case):
        held = sum(int(p.sum()) for p in wheres)
        inside = all(
            (~m | p).all() for m, p in zip(masks, wheres, strict=True)
        )
        outside = sum(int((~p).sum()) for p in wheres)
        if not inside or not held or outside < max(2, 0.1 * (held + outside)):
            continue
        share = wrong / held
        if share >= 0.5 and (best is None or share > best[0] + 1e-9):
            best = share, words, wheres
    if best is None:
        return None
    _, place, _ = best
    i = case.wrong.index(True)
    trial = case.trials[i]
    values = measured(case.function, trial, case.name)
    what = _instead(case, masks)
    return Finding(
        "subset",
        f"{case.name} differs {place}{what} ({counted(values)})",
        f"What should {case.name} be {place}?",
    )


def _places(case: Case) -> Iterator[tuple[str, list[Array]]]:
    """Yield every condition in words, with its mask on each draw."""
    for label in case.inputs[0]:
        arrays = [inputs.get(label) for inputs in case.inputs]
        if any(
            a is None or a.shape != w.shape
            for a, w in zip(arrays, case.want, strict=True)
        ):
            continue
        for words, test in CONDITIONS.items():
            masks = [test(a) for a in arrays if a is not None]
            yield "where " + words.format(label), masks
    most = min(w.ndim for w in case.want)
    for axis, (index, word) in itertools.product(
        range(most), ((0, "first"), (-1, "last"))
    ):
        masks, others = [], []
        for want in case.want:
            mask = np.zeros(want.shape, bool)
            if want.shape[axis]:
                np.moveaxis(mask, axis, 0)[index] = True
            masks.append(mask)
            others.append(~mask)
        kind = (
            ("row", "column")[axis] if most == 2 else f"place of axis {axis}"
        )
        yield f"in the {word} {kind}", masks
        yield f"beyond the {word} {kind}", others


def _instead(case: Case, masks: list[Array]) -> str:
    """Say what stands there: zero, or one of the arguments."""

    def stands(values: list[Any]) -> bool:
        return all(
            np.shape(v) == g.shape and not wrong_entries(g[m], v[m]).any()
            for g, m, v in zip(case.got, masks, values, strict=True)
            if m.any()
        )

    if stands([np.zeros(g.shape) for g in case.got]):
        return ": yours is 0 there"
    for label in case.inputs[0]:
        if stands([inputs.get(label) for inputs in case.inputs]):
            return f": yours keeps {label} there"
    return ""


def trend(case: Case) -> Finding | None:
    """A curve in one variable that rises where it should fall."""
    curves = [
        (label, case.inputs[0][label])
        for label in case.inputs[0]
        if case.inputs[0][label].shape == case.want[0].shape
    ]
    if len(curves) != 1 or curves[0][1].size < 4:
        return None
    label, x = curves[0]
    order = np.argsort(x, axis=None)
    x, got, want = (v.ravel()[order] for v in (x, case.got[0], case.want[0]))
    steps, wanted = np.diff(got), np.diff(want)
    against = np.where(steps * wanted < 0, np.abs(steps), 0)
    i = int(np.argmax(against))
    if not against[i]:
        return None
    moves = "rises" if steps[i] > 0 else "falls"
    return Finding(
        "trend",
        f"{case.name} {moves} from {got[i]:.3g} to {got[i + 1]:.3g} as "
        f"{label} goes from {x[i]:.3g} to {x[i + 1]:.3g}",
        "Should it rise there, or fall?",
    )


def sizes(case: Case) -> Finding | None:
    """Right on some draws; what do these have in common?"""
    if all(case.wrong):
        return None
    fact = measured(case.function, case.shown, case.name)
    tail = f"; {case.name} differs {at(case.function, case.shown)}"
    tail += f" ({counted(fact)})" if fact["size"] > 1 else ""
    question = "What changes in the formula once that is no longer so?"
    right = [not wrong for wrong in case.wrong]
    fitting = [
        (held != right, words)
        for words, held in _features(case)
        if any(held) and all(r for h, r in zip(held, right, strict=True) if h)
    ]
    if fitting:
        words = min(fitting, key=lambda pair: pair[0])[1]
        return Finding("sizes", f"right when {words}{tail}", question)
    return Finding(
        "sizes",
        f"right {at(case.function, case.trials[case.wrong.index(False)])}"
        f"{tail}",
        "What is different about the second case?",
    )


def _features(case: Case) -> Iterator[tuple[str, list[bool]]]:
    for label in case.inputs[0]:
        arrays = [
            inputs.get(label, np.zeros((0, 0))) for inputs in case.inputs
        ]
        if all(a.ndim == 0 for a in arrays):
            for value in (0, 1):
                held = [bool(a == value) for a in arrays]
                yield f"{label} = {value}", held
            yield f"{label} > 0", [bool(a > 0) for a in arrays]
            yield f"{label} < 0", [bool(a < 0) for a in arrays]
        if all(a.ndim == 2 for a in arrays):
            square = [a.shape[0] == a.shape[1] for a in arrays]
            yield f"{label} has one column", [a.shape[1] == 1 for a in arrays]
            yield f"{label} has one row", [a.shape[0] == 1 for a in arrays]
            yield f"{label} is square", square
        if all(a.ndim for a in arrays):
            yield f"{label} is 0", [not a.any() for a in arrays]
            yield (
                f"{label} > 0 everywhere",
                [bool((a > 0).all()) for a in arrays],
            )
            yield (
                f"{label} >= 0 everywhere",
                [bool((a >= 0).all()) for a in arrays],
            )
            yield f"{label} has one entry", [a.size == 1 for a in arrays]
