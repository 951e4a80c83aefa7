"""What wrong values of the right shape give away.

A constant factor, another sign, another quantity, one number everywhere, sums
and ranges that cannot be.
"""

import numpy as np

from layerwise.exercises.case import (
    QUESTIONS,
    Case,
    all_equal,
    both_numbers,
    ratio_of,
)
from layerwise.exercises.facts import Finding


def not_finite(case: Case) -> Finding | None:
    """Nan or infinity, and where."""
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


def ratio(case: Case) -> Finding | None:
    """Every entry the same number of times too large."""
    name = case.name
    pairs = list(case.pairs())
    if all(not np.any(g) for g in case.got):
        return Finding(
            "zero",
            f"{name} is zero everywhere",
            f"On which line should numbers come into {name}?",
        )
    times, why = ratio_of(pairs, case)
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


def on_its_side(case: Case) -> Finding | None:
    """Transposed."""
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


def turned_values(case: Case) -> Finding | None:
    """On its side in a square table, or mirrored along an axis."""
    if all(w.ndim == 2 for w in case.want) and case.turned(np.transpose):
        return on_its_side(case)
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


def copied(case: Case) -> Finding | None:
    """The answer is an argument, as it came."""
    if all(w.size == 1 for w in case.want):
        return None
    for label in case.inputs[0]:
        arrays = [inputs.get(label) for inputs in case.inputs]
        turned = [a.T if a is not None else None for a in arrays]
        for theirs, how in ((arrays, "itself"), (turned, "on its side")):
            if all_equal(case.got, theirs):
                return Finding(
                    "copied",
                    f"{case.name} is {label} {how}, with nothing done to it",
                    f"What has to happen to {label} on the way?",
                )
    return None


def swapped(case: Case) -> Finding | None:
    """The answer is another quantity: the order of the return."""
    for other in case.trials[0].wants:
        wants = [trial.wants[other] for trial in case.trials]
        known = all(both_numbers(trial, other) for trial in case.trials)
        if other != case.name and known and all_equal(case.got, wants):
            return Finding(
                "swapped",
                f"in the place of {case.name} stands {other}",
                "In which order are the quantities asked for?",
            )
    return None


def constant(case: Case) -> Finding | None:
    """One number for every input."""
    entries = np.concatenate([np.ravel(g) for g in case.got])
    if np.ptp(entries) or not entries[0] or len(case.got) < 2:
        return None
    return Finding(
        "constant",
        f"{case.name} is {float(entries[0]):.4g} whatever comes in",
        "Where do the arguments enter your formula?",
    )


def added(case: Case) -> Finding | None:
    """Off by the same amount everywhere, or by one of the arguments."""
    if case.turned(lambda g: 1 - g):
        return Finding(
            "complement",
            f"every entry of {case.name} and what is wanted add up to 1",
            "Which share did you compute, and which is left over?",
        )
    if all(np.all(g) for g in case.got):
        over = [(g, 1 / w) for g, w in case.pairs() if np.all(w)]
        if len(over) == len(case.got) and ratio_of(over, case, True)[0]:
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


def one_value(case: Case) -> Finding | None:
    """Every entry the same, where they should differ."""
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


def invariant(case: Case) -> Finding | None:
    """Sums along an axis, and the range, that must hold and do not."""
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
