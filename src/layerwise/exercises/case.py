"""One wrong quantity over all draws, and the ratios it shows."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from layerwise.exercises.comparing import wrong_entries
from layerwise.exercises.facts import Trial, arrays_in, shown
from layerwise.exercises.spec import Function

Array = np.ndarray[Any, Any]

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


class Case:
    """One wrong quantity over all draws that returned numbers."""

    def __init__(
        self, function: Function, trials: list[Trial], name: str
    ) -> None:
        self.function = function
        self.name = name
        self.trials = [t for t in trials if both_numbers(t, name)]
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


def both_numbers(trial: Trial, name: str) -> bool:
    got, want = trial.got.get(name), trial.wants.get(name)
    both = (got, want)
    return all(
        isinstance(v, np.ndarray | np.generic | int | float) for v in both
    ) and all(np.asarray(v).dtype.kind in "iuf" for v in both)


def all_equal(ours: list[Any], theirs: list[Any]) -> bool:
    return all(
        a is not None
        and np.shape(a) == np.shape(g)
        and not wrong_entries(g, a).any()
        for g, a in zip(ours, theirs, strict=True)
    )


def squeezed(array: Array) -> tuple[int, ...]:
    return tuple(n for n in array.shape if n != 1)


CONSTANTS = {-1.0: "-1", 2.0: "2", 0.5: "1/2", -2.0: "-2", -0.5: "-1/2"}


def ratio_of(
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
                    kind = axis_word(shape, axis)
                    times = words.format(n=n)
                    times += "" if "of" in times else " times"
                    return times, f", and {label} has {n} {kind}"
    if len(off) < len(known):
        return "", ""  # right on some draws: another cause
    if all(math.isclose(r, ratio, rel_tol=1e-6) for _, r in known):
        return f"{CONSTANTS.get(round(ratio, 9), f'{ratio:.4g}')} times", ""
    return (f"{ratio:.4g} times" if size >= 3 * len(pairs) else ""), ""


def axis_word(shape: tuple[int, ...], axis: int) -> str:
    if len(shape) == 2:
        return ("rows", "columns")[axis]
    return "entries" if len(shape) == 1 else f"places along axis {axis}"
