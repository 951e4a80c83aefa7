"""When is an answer right? Shape before value, and never by broadcasting.

`compare` names the first thing in which an answer differs from what is
wanted, as a `Fault`; None means they agree. Values agree relative to the size
of what is wanted, so that a right answer by another route, or in float32,
passes, and a wrong one in a small entry does not.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from layerwise.exercises.spec import Either, Function, Mark, Scored

MISSING = object()
_GRID = "biuf"


@dataclass(frozen=True)
class Fault:
    """The first difference: its kind, and the fact in words."""

    kind: str  # "open", "type", "shape", "dtype", "finite", "value"
    words: str
    share: float = 0.0  # what a scored answer earned all the same
    mistake: str = ""  # the mistake a scored answer was seen to show


def compare(
    got: Any, want: Any, rtol: float = 1e-6, dtype: bool = False
) -> Fault | None:
    """Return the first fault of `got`, or None when it agrees."""
    if isinstance(want, Either):
        faults = [compare(got, one, rtol, dtype) for one in want.values]
        return None if None in faults else faults[0]
    if isinstance(want, Mark):
        return _marked(got, want)
    if got is MISSING:
        return Fault("type", "is missing")
    if got is None and want is not None:
        return Fault("open", "is None: not given yet")
    if isinstance(want, dict):
        if not isinstance(got, dict):
            return _not_a("dict", got)
        lost = [key for key in want if key not in got]
        if lost:
            return Fault("type", f"has no {lost[0]!r}")
        pairs = [(got[key], want[key], f"[{key!r}]") for key in want]
        return _first(pairs, rtol, dtype)
    if isinstance(want, list | tuple):
        if isinstance(got, np.ndarray) and got.ndim:
            got = list(got)  # sizes as an array are sizes all the same
        if not isinstance(got, list | tuple):
            return _not_a(f"tuple of {len(want)}", got)
        if len(got) != len(want):
            return Fault("type", f"holds {len(got)} things, not {len(want)}")
        triples = [
            (g, w, f"[{i}]")
            for i, (g, w) in enumerate(zip(got, want, strict=True))
        ]
        return _first(triples, rtol, dtype)
    if want is None or isinstance(want, str):
        return _same_word(got, want)
    return _numbers(got, np.asarray(want), rtol, dtype)


def _first(pairs: list[Any], rtol: float, dtype: bool) -> Fault | None:
    for got, want, place in pairs:
        fault = compare(got, want, rtol, dtype)
        if fault:
            return replace(fault, words=f"{place} {fault.words}")
    return None


def _marked(got: Any, want: Mark) -> Fault | None:
    if got is None or got is MISSING:
        return Fault("open", "is not given yet")
    share, words, mistake = 0.0, "is not the answer", ""
    try:
        invalid = want.valid(got)
        if not invalid and isinstance(want, Scored):
            share, words, mistake = want.judged(got)
        elif not invalid:
            share = want.share(got)
    except Exception as error:
        invalid = f"cannot be scored ({type(error).__name__})"
    if share == 1.0:
        return None
    kind = "type" if invalid else "choice"
    return Fault(kind, invalid or words, share, mistake)


def _same_word(got: Any, want: str | None) -> Fault | None:
    if want is None:
        return None if got is None else _not_a("None", got)
    if not isinstance(got, str):
        return _not_a("text", got)
    same = got.strip().lower() == want.strip().lower()
    return None if same else Fault("value", f"is {got[:40]!r}")


def _not_a(wanted: str, got: Any) -> Fault:
    return Fault("type", f"is {described(got)}, not a {wanted}")


def described(value: Any) -> str:
    """Return what a learner would call this value."""
    if value is None:
        return "None (nothing was returned)"
    if isinstance(value, np.ndarray):
        if value.ndim == 0:
            return "a single number"
        return f"an array of shape {value.shape}"
    if isinstance(value, bool | int | float | complex):
        return "a single number"
    if isinstance(value, list | tuple):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, str):
        return f"the text {value[:60]!r}"
    return f"a {type(value).__name__}"


def _numbers(
    got: Any, want: "np.ndarray[Any, Any]", rtol: float, dtype: bool
) -> Fault | None:
    """Compare numbers with numbers: type, shape, dtype, finite, value."""
    wanted = "number" if want.ndim == 0 else "numpy array"
    if not isinstance(got, np.ndarray | bool | int | float | complex):
        return _not_a(wanted, got)
    if isinstance(got, int) and got.bit_length() > 1000:
        return Fault("value", "is an integer of hundreds of digits")
    if want.ndim and not isinstance(got, np.ndarray):
        return Fault("shape", f"is a single number, not of shape {want.shape}")
    got = np.asarray(got)
    if got.shape != want.shape:
        words = f"has shape {got.shape}, not {want.shape}"
        if not want.ndim:
            words = f"has shape {got.shape}, not a single number"
        return Fault("shape", words)
    if (got.dtype.kind == "b") != (want.dtype.kind == "b"):
        kinds = ("truth values", "numbers")
        here, there = kinds if got.dtype.kind == "b" else kinds[::-1]
        return Fault("dtype", f"holds {here}, not {there}")
    if got.dtype.kind == "c" and want.dtype.kind != "c":
        return Fault("dtype", "holds complex numbers")
    if dtype and got.dtype != want.dtype:
        return Fault("dtype", f"is {got.dtype}, not {want.dtype}")
    wrong = wrong_entries(got, want, rtol)
    if not wrong.any():
        return None
    if not np.isfinite(got[wrong]).all():
        bad = got[wrong][~np.isfinite(got[wrong])]
        word = "nan" if np.isnan(bad[0]) else "infinite"
        return Fault(
            "finite", f"is {word} in {bad.size} of {got.size} entries"
        )
    return Fault("value", "differs")


def wrong_entries(
    got: Any, want: Any, rtol: float = 1e-6
) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """Return the mask of the entries that differ; equal shapes only."""
    got, want = np.asarray(got), np.asarray(want)
    if want.dtype.kind in "bc" or got.dtype.kind == "b":
        return np.asarray(~np.isclose(got, want, rtol=rtol))
    eps = 0.0
    if got.dtype.kind == "f" and got.dtype.itemsize < 16:
        eps = min(1e-4, float(np.finfo(got.dtype).eps))
    got, want = got.astype(float), want.astype(float)
    with np.errstate(all="ignore"):
        size = np.abs(want)
        if (np.abs(got - want) <= rtol * size).all():
            return np.zeros(want.shape, bool)  # nearly every right answer
        known = np.sort(size[np.isfinite(size) & (size > 0)])
        largest = float(known[-1]) if known.size else 1.0
        typical = float(known[known.size // 2]) if known.size else 1.0
        allowed = np.maximum(
            rtol * np.maximum(size, max(typical, 1e-3 * largest)),
            100 * eps * largest,
        )
        near = np.abs(got - want) <= allowed
    same = (got == want) | (np.isnan(got) & np.isnan(want))
    near &= np.isfinite(got) & np.isfinite(want)
    return np.asarray(~(near | same))


def parts_of(function: Function, value: Any, want: Any) -> dict[str, Any]:
    """Return an answer by quantities, as `want` is built."""
    names = function.quantities
    if isinstance(want, dict) and {*names} <= {*want}:
        if isinstance(value, dict):
            return {name: value.get(name, MISSING) for name in names}
        return dict.fromkeys(names, MISSING)
    if len(names) == 1:
        return {names[0]: value}
    if isinstance(value, list | tuple) and len(value) == len(names):
        pairs = zip(names, value, strict=True)
        return {name: part for name, part in pairs if name != "_"}
    return {name: MISSING for name in names if name != "_"}
