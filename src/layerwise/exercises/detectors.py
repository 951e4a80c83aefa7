"""What gives a family of faults away, whatever the exercise.

Each detector looks at one wrong quantity over all draws and either names a
cause, with a number or a shape measured from the learner's own answer and one
question, or passes on. Shapes come first; then values.
"""

import builtins
import copy
import itertools
import math
import symtable
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from layerwise.exercises.answer import Caller
from layerwise.exercises.comparing import parts_of, wrong_entries
from layerwise.exercises.facts import (
    Finding,
    Trial,
    arrays_in,
    at,
    comparable,
    counted,
    difference,
    listed,
    measured,
    raised,
    shown,
)
from layerwise.exercises.spec import Exercise, Function

Array = np.ndarray[Any, Any]


class Case:
    """One wrong quantity over all draws that returned numbers."""

    def __init__(
        self, function: Function, trials: list[Trial], name: str
    ) -> None:
        self.function = function
        self.name = name
        self.trials = [t for t in trials if _both_numbers(t, name)]
        self.got = [np.asarray(t.got[name]) for t in self.trials]
        self.want = [np.asarray(t.wants[name]) for t in self.trials]
        self.wrong = [name in t.faults for t in self.trials]
        self.inputs = [arrays_in(function, t.args) for t in self.trials]
        self.shown = shown(trials, name)

    def pairs(self) -> Iterator[tuple[Array, Array]]:
        return zip(self.got, self.want, strict=True)

    def first(self) -> tuple[Array, Array, dict[str, Array]]:
        """Return the first wrong draw: got, want, inputs."""
        i = self.wrong.index(True)
        return self.got[i], self.want[i], self.inputs[i]

    def turned(self, turn: Callable[[Array], Array]) -> bool:
        """Whether the answer, turned, is what is wanted on every draw."""
        return all(
            turn(g).shape == w.shape and not wrong_entries(turn(g), w).any()
            for g, w in self.pairs()
        )


def _both_numbers(trial: Trial, name: str) -> bool:
    got, want = trial.got.get(name), trial.wants.get(name)
    both = (got, want)
    return all(
        isinstance(v, np.ndarray | np.generic | int | float) for v in both
    ) and all(np.asarray(v).dtype.kind in "iuf" for v in both)


def detect(
    exercise: Exercise,
    function: Function,
    trials: list[Trial],
    name: str,
    call: Caller | None = None,
    source: str = "",
) -> Finding:
    """Return the family of the fault in one quantity."""
    fault = shown(trials, name).faults[name]
    case = Case(function, trials, name)
    found: Finding | None = None
    if any(trial.answer.status == "raised" for trial in trials):
        found = _raised(function, trials)
    elif fault.kind in MEASURED and case.trials and any(case.wrong):
        by_shape = any(g.shape != w.shape for g, w in case.pairs())
        for detector in SHAPES if by_shape else VALUES:
            found = found or detector(case)
        if not found and not by_shape and call:
            found = _linear(exercise, case, call)
        if not found or found.family == "sizes":
            found = _outside_names(case, source) or found
    if found:
        return found
    fact = difference(function, trials, name)
    return Finding(
        fault.kind, fact, QUESTIONS.get(fault.kind, QUESTIONS["value"])
    )


MEASURED = ("shape", "finite", "value")
QUESTIONS = {
    "open": "What will you answer there?",
    "choice": "Which fact on the page speaks for your answer, "
    "and which against it?",
    "type": "What does your function hand back, and on which line?",
    "shape": "Which axis should be left, and which summed away?",
    "dtype": "Which kind of numbers should come out?",
    "finite": "Which number on the way is too large or too small to hold?",
    "value": "Work out one entry of a tiny case by hand: "
    "at which step do you and your function part?",
}


# Shapes.


def _on_its_side(case: Case) -> Finding | None:
    """D2: transposed."""
    got, want, _ = case.first()
    turned = [w for g, w in case.pairs() if g.shape == w.shape[::-1]]
    if want.ndim < 2 or len(turned) < len(case.got):
        return None
    exact = case.turned(np.transpose)
    if not exact and 1 in want.shape:
        return None  # (1, m) for (n, 1): another axis, not a turned table
    also = "" if exact else " (and differs when it is turned back)"
    shapes = f": its shape is {got.shape}, not {want.shape}"
    shapes = shapes if got.shape != want.shape else ""
    return Finding(
        "transposed",
        f"{case.name} lies on its side{shapes}{also}",
        f"What do the rows of {case.name} count, and what its columns?",
    )


def _lost_axis(case: Case) -> Finding | None:
    """D3: the right numbers with an axis too few or too many."""
    if not all(_squeezed(g) == _squeezed(w) for g, w in case.pairs()):
        return None
    got, want = next(p for p in case.pairs() if p[0].shape != p[1].shape)
    axes = "one axis" if got.ndim == 1 else f"{got.ndim} axes"
    same = [(g.reshape(w.shape), w) for g, w in case.pairs()]
    times, why = _ratio_of(same, case)
    fact = f"{case.name} has {axes}, {got.shape}, where {want.shape} is wanted"
    return Finding(
        "lost axis",
        fact
        + (f", and its entries are {times} too large{why}" if times else ""),
        f"What would numpy make of an array of shape {want.shape} minus one "
        f"of shape {got.shape}?",
    )


def _summed_away(case: Case) -> Finding | None:
    """D3: an axis is gone that should have stayed."""
    got, want, _ = case.first()
    for axis in range(want.ndim):
        shapes = [(w.sum(axis, keepdims=True), w.sum(axis)) for w in case.want]
        if all(
            w.ndim > axis and g.shape in (kept.shape, gone.shape)
            for g, w, (kept, gone) in zip(
                case.got, case.want, shapes, strict=True
            )
        ):
            return Finding(
                "summed away",
                f"{case.name} has shape {got.shape} where {want.shape} is "
                f"wanted: an axis of {want.shape[axis]} places is gone",
                "Which line sums, or picks, along that axis?",
            )
    return None


def _squeezed(array: Array) -> tuple[int, ...]:
    return tuple(n for n in array.shape if n != 1)


def _summed(case: Case) -> Finding | None:
    """D3: summed over all axes, over none, or over another one."""
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
            if g.sum(axis).size == w.size and axis < g.ndim
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
    if 1 in want.shape and got.size != want.size and _squeezed(got):
        table = next((a.shape for a in inputs.values() if a.ndim == 2), ())
        if table and _squeezed(got) in ((table[0],), (table[1],)):
            rows = _squeezed(got) == (table[0],)
            kept_word = "row" if rows else "column"
            return Finding(
                "other axis",
                f"{name} has one number per {kept_word}: its shape is "
                f"{got.shape}, not {want.shape}",
                "Which axis should be summed away, and which one is left?",
            )
    return None


def _outer(case: Case) -> Finding | None:
    """D4: two vectors were stretched into a table."""
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
        g.size > w.size and np.ndim(g) >= 2 and {*_squeezed(w)} <= {*g.shape}
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


# Values.


def _not_finite(case: Case) -> Finding | None:
    """D10: nan or infinity, and where."""
    got, want, inputs = case.first()
    bad = ~np.isfinite(got) & np.isfinite(want)
    if not bad.any():
        return None
    word = "nan" if np.isnan(got[bad]).any() else "infinite"
    place = ""
    for label, array in inputs.items():
        if array.shape == got.shape:
            place = f", first where {label} is {array[bad].ravel()[0]:.4g}"
            break
    return Finding(
        "finite",
        f"{case.name} is {word} in {int(bad.sum())} of {got.size} "
        f"entries{place}",
        QUESTIONS["finite"],
    )


def _ratio(case: Case) -> Finding | None:
    """D1: every entry the same number of times too large."""
    name = case.name
    pairs = list(case.pairs())
    if all(not np.any(g) for g in case.got):
        return Finding(
            "zero",
            f"{name} is zero everywhere",
            f"On which line should numbers come into {name}?",
        )
    times, why = _ratio_of(pairs, case)
    if not times:
        return None
    if times == "-1 times":
        return Finding(
            "sign",
            f"{name} has the opposite sign in every entry",
            "Which difference did you take, and which way round?",
        )
    whole = "every entry of " if case.first()[1].size > 1 else ""
    return Finding(
        "ratio",
        f"{whole}{name} is exactly {times} what it should be{why}",
        "Which factor comes in once too often, or is left out?",
    )


CONSTANTS = {-1.0: "-1", 2.0: "2", 0.5: "1/2", -2.0: "-2", -0.5: "-1/2"}


def _ratio_of(
    pairs: list[tuple[Array, Array]], case: Case, one: bool = False
) -> tuple[str, str]:
    """Return "5 times", and where the 5 comes from if it can be named."""
    ratios: list[float] = []
    for g, w in pairs:
        scale = float(np.vdot(w, w))
        if g.shape != w.shape or not math.isfinite(scale):
            return "", ""
        if not scale:
            ratios.append(math.nan)
            if np.any(g):
                return "", ""
            continue
        ratio = float(np.vdot(w, g)) / scale
        if not math.isfinite(ratio) or wrong_entries(g, ratio * w).any():
            return "", ""
        ratios.append(ratio)
    known = [(i, r) for i, r in enumerate(ratios) if not math.isnan(r)]
    off = [(i, r) for i, r in known if one or abs(r - 1) > 1e-9]
    size = sum(w.size for _, w in pairs)
    if not off or (size < 3 and len(off) < 2):
        return "", ""
    i, ratio = off[0]
    for label, shape in ((k, a.shape) for k, a in case.inputs[i].items()):
        for axis, n in enumerate(shape):
            forms = {n: "{n}", 1 / n: "1/{n} of", n * n: "{n} squared"}
            for value, words in forms.items():
                sizes = [
                    case.inputs[j][label].shape[axis]
                    for j, _ in known
                    if label in case.inputs[j]
                    and case.inputs[j][label].ndim > axis
                ]
                power = {n: 1, 1 / n: -1, n * n: 2}[value]
                same = len(sizes) == len(known) and all(
                    math.isclose(s**power, r, rel_tol=1e-5)
                    for s, (_, r) in zip(sizes, known, strict=True)
                )
                if same and len({*sizes}) > 1:
                    kind = _axis_word(shape, axis)
                    times = words.format(n=n)
                    times += "" if "of" in times else " times"
                    return times, f", and {label} has {n} {kind}"
    if len(off) < len(known):
        return "", ""  # right on some draws: another cause
    if all(math.isclose(r, ratio, rel_tol=1e-6) for _, r in known):
        return f"{CONSTANTS.get(round(ratio, 9), f'{ratio:.4g}')} times", ""
    return (f"{ratio:.4g} times" if size >= 3 * len(pairs) else ""), ""


def _axis_word(shape: tuple[int, ...], axis: int) -> str:
    if len(shape) == 2:
        return ("rows", "columns")[axis]
    return "entries" if len(shape) == 1 else f"places along axis {axis}"


def _turned_values(case: Case) -> Finding | None:
    """D2 in a square table, and mirrored along an axis."""
    if all(w.ndim == 2 for w in case.want) and case.turned(np.transpose):
        return _on_its_side(case)
    most = min(w.ndim for w in case.want)
    for axis in range(most):
        if case.turned(lambda g, axis=axis: np.flip(g, axis)):  # type: ignore[misc]
            return Finding(
                "mirrored",
                f"{case.name} stands in reverse order along axis {axis}",
                "In which order does your function walk, and in which "
                "does it store?",
            )
    return None


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


def _subset(case: Case) -> Finding | None:
    """D5: wrong only where something holds."""
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


def _all_equal(ours: list[Any], theirs: list[Any]) -> bool:
    return all(
        a is not None
        and np.shape(a) == np.shape(g)
        and not wrong_entries(g, a).any()
        for g, a in zip(ours, theirs, strict=True)
    )


def _copied(case: Case) -> Finding | None:
    """The answer is an argument, as it came."""
    if all(w.size == 1 for w in case.want):
        return None
    for label in case.inputs[0]:
        arrays = [inputs.get(label) for inputs in case.inputs]
        turned = [a.T if a is not None else None for a in arrays]
        for theirs, how in ((arrays, "itself"), (turned, "on its side")):
            if _all_equal(case.got, theirs):
                return Finding(
                    "copied",
                    f"{case.name} is {label} {how}, with nothing done to it",
                    f"What has to happen to {label} on the way?",
                )
    return None


def _swapped(case: Case) -> Finding | None:
    """The answer is another quantity: the order of the return."""
    for other in case.trials[0].wants:
        wants = [trial.wants[other] for trial in case.trials]
        known = all(_both_numbers(trial, other) for trial in case.trials)
        if other != case.name and known and _all_equal(case.got, wants):
            return Finding(
                "swapped",
                f"in the place of {case.name} stands {other}",
                "In which order are the quantities asked for?",
            )
    return None


def _constant(case: Case) -> Finding | None:
    """One number for every input."""
    entries = np.concatenate([np.ravel(g) for g in case.got])
    if np.ptp(entries) or not entries[0] or len(case.got) < 2:
        return None
    return Finding(
        "constant",
        f"{case.name} is {float(entries[0]):.4g} whatever comes in",
        "Where do the arguments enter your formula?",
    )


def _added(case: Case) -> Finding | None:
    """Off by the same amount everywhere, or by one of the arguments."""
    if case.turned(lambda g: 1 - g):
        return Finding(
            "complement",
            f"every entry of {case.name} and what is wanted add up to 1",
            "Which share did you compute, and which is left over?",
        )
    if all(np.all(g) for g in case.got):
        over = [(g, 1 / w) for g, w in case.pairs() if np.all(w)]
        if len(over) == len(case.got) and _ratio_of(over, case, True)[0]:
            return Finding(
                "upside down",
                f"{case.name} grows where it should shrink: it is upside "
                f"down, up to a factor",
                "What belongs above the line of the fraction, and what below?",
            )
    gaps = [np.asarray(g - w, float) for g, w in case.pairs()]
    for label in case.inputs[0]:
        for sign, word in ((1.0, "too large"), (-1.0, "too small")):
            arrays = [inputs.get(label) for inputs in case.inputs]
            if all(
                a is not None
                and a.shape == gap.shape
                and np.allclose(gap, sign * a, rtol=1e-6, atol=1e-9)
                for gap, a in zip(gaps, arrays, strict=True)
            ):
                return Finding(
                    "offset",
                    f"{case.name} is {word} by exactly {label}",
                    f"How often does {label} enter {case.name}?",
                )
    spread = [g for g in gaps if g.size > 1]
    flat = spread and all(
        np.ptp(g) <= 1e-9 * max(1.0, float(np.abs(g).max())) for g in spread
    )
    if not flat or all(not np.any(g) for g in spread):
        return None
    gap = next(float(g.ravel()[0]) for g in gaps if np.any(g))
    word = "large" if gap > 0 else "small"
    return Finding(
        "offset",
        f"every entry of {case.name} is too {word} by {abs(gap):.4g}",
        "Which constant is added once too often, or is missing?",
    )


def _one_value(case: Case) -> Finding | None:
    """D3: every entry the same, where they should differ."""
    got, want, _ = case.first()
    if got.size < 2 or not np.ptp(want) or np.ptp(got) > 1e-12:
        return None
    value = float(got.ravel()[0])
    total = np.isclose(value, want.sum())
    fact = "the total of what is wanted" if total else "whatever stands there"
    return Finding(
        "one value",
        f"all entries of {case.name} are {value:.4g}, {fact}",
        f"What should tell one entry of {case.name} from the next?",
    )


def _invariant(case: Case) -> Finding | None:
    """D12: sums along an axis, and the range, that must hold and do not."""
    name = case.name
    got, want, _ = case.first()
    most = min(w.ndim for w in case.want)
    for axis in range(most if want.size > 1 else 0):
        for total in (0.0, 1.0):
            if not all(np.allclose(w.sum(axis), total) for w in case.want):
                continue
            sums = got.sum(axis).ravel()
            worst = float(sums[np.argmax(np.abs(sums - total))])
            if np.isclose(worst, total):
                continue
            kind = ("columns", "rows")[axis] if most == 2 else "sums"
            return Finding(
                "sums",
                f"the {kind} of {name} should each add up to {total:g}; "
                f"one of yours adds up to {worst:.4g}",
                "Raise one entry a little: what must the others do?",
            )
    if sum(w.size for w in case.want) < 10:
        return None  # too few to call it a range
    low = min(float(w.min()) for w in case.want if w.size)
    high = max(float(w.max()) for w in case.want if w.size)
    for bad, fact in (
        (got < 0 if low >= 0 else None, "can never be negative"),
        (got > 1 if 0.5 < high <= 1 else None, "never exceeds 1"),
    ):
        if bad is not None and np.any(bad):
            value = float(got[bad].ravel()[0])
            return Finding(
                "range",
                f"{name} {fact}; yours holds {value:.4g}",
                "For which inputs does your formula leave that range?",
            )
    return None


def _trend(case: Case) -> Finding | None:
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


def _sizes(case: Case) -> Finding | None:
    """D8: right on some draws; what do these have in common?"""
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


SHAPES = (
    _empty,
    _swapped,
    _on_its_side,
    _lost_axis,
    _summed,
    _summed_away,
    _copied,
    _outer,
    _layout,
)
VALUES = (
    _not_finite,
    _swapped,
    _copied,
    _constant,
    _ratio,
    _turned_values,
    _subset,
    _one_value,
    _added,
    _invariant,
    _sizes,
    _trend,
)


# Other looks: at the exception, at a second call, at the code.


def _raised(function: Function, trials: list[Trial]) -> Finding:
    trial = next(t for t in trials if t.answer.status == "raised")
    error = trial.answer.error.partition(":")[0]
    questions = {
        "NameError": "Where should that name get its value?",
        "KeyError": "Which keys are there? Print them.",
        "IndexError": "How many places are there, and where does it count to?",
        "TypeError": "What does that call take, and what was it given?",
        "AttributeError": "What kind of thing stands before the dot?",
        "ZeroDivisionError": "What is being divided by, and when is it 0?",
        "UnboundLocalError": "On which path does that name get a value?",
        "RecursionError": "What ends the chain of calls?",
        "SyntaxError": "What is missing, or one too many, in that line?",
    }
    fact = raised(trial)
    fine = [
        t for t in trials if t.answer.status == "returned" and not t.faults
    ]
    if fine:
        fact += f"; right {at(function, fine[0])}"
    question = questions.get(error, "Which two shapes meet in that line?")
    words = ("shape", "dim", "sizes")
    if "truth value of an array" in fact:
        question = "Which function compares arrays place by place?"
    elif error == "ValueError" and not any(word in fact for word in words):
        question = "Which value does that line receive, and which can it take?"
    return Finding(error, fact, question)


def _linear(exercise: Exercise, case: Case, call: Caller) -> Finding | None:
    """D11: a backward pass answers -dA with minus its answer to dA."""
    function, trial = case.function, case.shown
    if function.probe or trial not in case.trials or not trial.args:
        return None
    first = trial.args[0]
    if not isinstance(first, np.ndarray) or first.dtype.kind != "f":
        return None
    turned = (-first, *copy.deepcopy(trial.args[1:]))
    mirror = parts_of(function, function.reference(*turned), trial.want)
    if not comparable(mirror[case.name], trial.wants[case.name]):
        return None
    if wrong_entries(-mirror[case.name], trial.wants[case.name]).any():
        return None
    answer = call(function.name, turned, probe=None)
    if answer.status != "returned":
        return None
    got = parts_of(function, answer.value, trial.want)[case.name]
    if not comparable(got, trial.got[case.name]):
        return None
    if not wrong_entries(-np.asarray(got), trial.got[case.name]).any():
        return None
    label = next(iter(case.inputs[0]), "the first argument")
    return Finding(
        "linear",
        f"with -{label} in place of {label}, {case.name} did not become "
        f"its negative",
        f"What decides here, besides the numbers in {label}, and should it?",
    )


def outside_names(source: str) -> list[str]:
    """D14: names a function reads that are neither its own nor builtin."""
    try:
        table = symtable.symtable(source, "learner", "exec")
    except SyntaxError:
        return []
    known = {*dir(builtins), "np", "lw", "plt"}
    names: dict[str, None] = {}
    tables = list(table.get_children())
    while tables:
        inner = tables.pop(0)
        tables += inner.get_children()
        for symbol in inner.get_symbols():
            if symbol.is_global() and symbol.get_name() not in known:
                names[symbol.get_name()] = None
    return [name for name in names if name not in table.get_identifiers()]


def _outside_names(case: Case, source: str) -> Finding | None:
    names = outside_names(source) if source else []
    if not names:
        return None
    return Finding(
        "outside names",
        f"{difference(case.function, case.trials, case.name)}; your "
        f"function reads {listed(names)}, which is neither an argument nor "
        f"made inside",
        "What will that be when the arguments have another size?",
    )


def detect_mutation(trials: list[Trial]) -> Finding:
    """D7: an argument was written into."""
    labels = list(dict.fromkeys(c for t in trials for c in t.changed))
    return Finding(
        "mutation",
        f"your function changes its argument {listed(labels)}",
        "Which line writes into an array that came from outside?",
    )
