"""The examiner: judges any function against its spec, in one fixed order.

Callable? returned? type, shape, dtype, finite, value, arguments untouched,
other sizes, repeatability, time. What is wrong goes to `diagnosis`, which
looks for its cause. The examiner itself never calls a learner's function: a
`Caller` does.
"""

import copy
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise.exercises.answer import ANSWERED, Answer, Caller
from layerwise.exercises.comparing import (
    MISSING,
    Fault,
    compare,
    described,
    parts_of,
)
from layerwise.exercises.diagnosis import Told, diagnose, imitate
from layerwise.exercises.facts import Trial, arrays_in, listed
from layerwise.exercises.report import Check, Report, Verdict
from layerwise.exercises.spec import Exercise, Function, Recorded, Scored

STRICT = False  # the tests set it: there a fault of ours is an error
ENDS = {
    "timeout": (
        "is not finished after {budget:g} s",
        "How often does each of your loops run, and what ends it?",
    ),
    "memory": (
        "asks for more memory than it is given",
        "What is the shape of the largest array your function makes?",
    ),
    "output": (
        "prints or returns more than can be read",
        "Which line writes so much?",
    ),
    "crash": ("ends the whole Python process", "Which line could do that?"),
    "forbidden": ("{error}", "Which formula would you write in its place?"),
}


def examine(
    exercise: Exercise,
    call: Caller,
    rng: np.random.Generator,
    *,
    only: tuple[str, ...] = (),
    sources: Mapping[str, str] | None = None,
) -> Report:
    """Judge the functions behind `call` and return the report.

    Parameters
    ----------
    exercise : Exercise
    call : Caller
        Calls a learner's function by name with fresh copies of arguments.
    rng : numpy.random.Generator
        Draws the inputs.
    only : tuple of str
        Examine these functions of the exercise alone.
    sources : mapping of str to str, optional
        The learner's source by function, for the look at the code.
    """
    names = [n for n in exercise.functions if not only or n in only]
    verdicts = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for name, own in zip(names, rng.spawn(len(names)), strict=True):
            function = exercise.functions[name]
            source = (sources or {}).get(name, "")
            verdicts.append(_judge(exercise, function, call, own, source))
    return Report(exercise, tuple(verdicts))


def _judge(
    exercise: Exercise,
    function: Function,
    call: Caller,
    rng: np.random.Generator,
    source: str,
) -> Verdict:
    drawn = [tuple(args) for args in function.draw(rng)]
    answers = _ask(call, function, [*drawn, drawn[0]])
    answers, repeated = answers[: len(drawn)], answers[len(drawn) :]
    last = answers[-1]
    if answers[0].status in ("not attempted", "missing"):
        return _nothing(function, answers[0].status)
    if last.status in ENDS:
        fact, question = ENDS[last.status]
        fact = fact.format(budget=exercise.budget_s, error=last.error)
        place = f", with {last.shapes}" if last.shapes else ""
        place = "" if last.status == "forbidden" else place
        return _nothing(function, last.status, fact + place, question)
    trials = _trials(exercise, function, drawn[: len(answers)], answers)
    if _untouched(exercise, function, trials):
        return _nothing(function, "not attempted")
    again = _again(function, trials[0], repeated)
    checks = _score(function, trials, again)
    if all(check.status == "right" for check in checks):
        return Verdict(function.name, function.points, "right", checks)
    try:
        told = diagnose(exercise, function, trials, again, call, source)
    except Exception:  # a fault of ours must not cost a class its verdicts
        if STRICT:
            raise
        told = Told(("the answer is not the one that is wanted",), "")
    if function.parameters and _constant(trials):
        checks = tuple(
            Check(c.name, 0.0, c.max_points, "wrong") for c in checks
        )
    status = "partial" if any(c.points for c in checks) else "wrong"
    if all(t.answer.status != "returned" for t in trials):
        status = "error" if last.status == "raised" else "wrong"
    return Verdict(
        function.name,
        function.points,
        status,
        checks,
        right=_right(function, trials, checks, status),
        wrong=told.wrong,
        think=told.think,
        mistake=told.mistake,
        family=told.family,
    )


def _ask(
    call: Caller, function: Function, calls: list[tuple[Any, ...]]
) -> list[Answer]:
    """Make the calls in this order, up to one that ends the examination."""
    together = getattr(call, "together", None)
    if together is not None:
        return list(together(function.name, calls, probe=function.probe))
    answers: list[Answer] = []
    for args in calls:
        own = copy.deepcopy(args)
        answers.append(call(function.name, own, probe=function.probe))
        if answers[-1].status not in ANSWERED:
            break
    return answers


def _nothing(
    function: Function, status: str, fact: str = "", question: str = ""
) -> Verdict:
    words = {"missing": "missing", "not attempted": "not attempted"}
    checks = tuple(
        Check(name, 0.0, function.points * share, words.get(status, "wrong"))
        for name, share in function.checks.items()
    )
    return Verdict(
        function.name,
        function.points,
        "wrong" if status == "forbidden" else status,
        checks,
        wrong=(fact,) if fact else (),
        think=question,
    )


def _trials(
    exercise: Exercise,
    function: Function,
    drawn: list[tuple[Any, ...]],
    answers: list[Answer],
) -> list[Trial]:
    """Compare with the reference, or with what else is accepted if nearer."""
    best: list[Trial] = []
    for reference in (function.reference, *function.accept):
        trials = []
        for args, answer in zip(drawn, answers, strict=True):
            want = reference(*copy.deepcopy(args))
            trial = Trial(args, answer, want, parts_of(function, want, want))
            _compare(exercise, function, trial)
            trials.append(trial)
        if not best or _faults(trials) < _faults(best):
            best = trials
        if not _faults(best):
            break
    return best


def _faults(trials: list[Trial]) -> int:
    return sum(len(trial.faults) for trial in trials)


def _compare(exercise: Exercise, function: Function, trial: Trial) -> None:
    answer = trial.answer
    if answer.status != "returned":
        kind = "raised" if answer.status == "raised" else "type"
        fault = Fault(kind, answer.error)
        trial.faults = dict.fromkeys(trial.wants, fault)
        return
    trial.got = parts_of(function, answer.value, trial.want)
    whole = _structure(function, answer.value, trial.want)
    for name, want in trial.wants.items():
        got = trial.got[name]
        found = whole or compare(got, want, exercise.rtol, exercise.dtype)
        if found:
            trial.faults[name] = found
    for place, before in enumerate(trial.args):
        after = answer.arguments[place : place + 1]
        if after and not _same(after[0], before):
            names = function.parameters
            label = names[place] if place < len(names) else str(place)
            trial.changed.append(label)


def _same(after: Any, before: Any) -> bool:
    """Return whether an argument is as it was, to the last bit."""
    if type(after) is not type(before):  # numpy numbers travel as arrays
        after, before = np.asarray(after), np.asarray(before)
    if isinstance(before, list | tuple):
        pairs = zip(after, before, strict=False)
        return len(after) == len(before) and all(_same(*p) for p in pairs)
    if isinstance(before, dict):
        return list(after) == list(before) and all(
            _same(after[key], before[key]) for key in before
        )
    if isinstance(before, np.ndarray):
        alike = (after.shape, after.dtype) == (before.shape, before.dtype)
        return alike and bool(after.tobytes() == before.tobytes())
    return bool(after == before or after != after)


def _structure(function: Function, value: Any, want: Any) -> Fault | None:
    """Return what is wrong with the answer as a whole: None, no tuple, ..."""
    names = function.quantities
    if isinstance(want, dict) and {*names} <= {*want}:
        if not isinstance(value, dict):
            return Fault("type", f"returns {described(value)}, not a dict")
    elif len(names) > 1:
        wanted = ", ".join(names)
        if not isinstance(value, list | tuple) or len(value) != len(names):
            return Fault("type", f"returns {described(value)}, not {wanted}")
    elif value is None and want is not None:
        return Fault("type", f"returns {described(value)}")
    return None


def _untouched(
    exercise: Exercise, function: Function, trials: list[Trial]
) -> bool:
    """Whether nothing was recorded, or a broken function stands as given."""
    blank = [
        all(fault.kind == "open" for fault in t.faults.values())
        and len(t.faults) == len(t.wants)
        for t in trials
    ]
    if all(blank):
        return True
    if not function.parameters and not function.probe:
        return all(t.answer.value is None for t in trials) and all(
            t.answer.status == "returned" for t in trials
        )
    if function.broken is None or not _faults(trials):
        return False
    return imitate(exercise, function, function.broken, trials).whole


def _again(
    function: Function, trial: Trial, repeated: list[Answer]
) -> list[str]:
    """Return the quantities that differ when the call is made once more.

    What is scored need not come twice: two trainings may end apart.
    """
    names = [q for q, w in trial.wants.items() if not isinstance(w, Scored)]
    first = trial.answer.status
    formless = any(fault.kind == "type" for fault in trial.faults.values())
    if first != "returned" or formless or not repeated:
        return []
    if repeated[0].status != "returned":
        return names
    parts = parts_of(function, repeated[0].value, trial.want)
    there = [q for q in names if trial.got[q] is not MISSING]
    return [q for q in there if compare(parts[q], trial.got[q])]


def _score(
    function: Function, trials: list[Trial], again: list[str]
) -> tuple[Check, ...]:
    formed = {
        name: not any(
            name in t.faults
            and t.faults[name].kind not in ("value", "choice", "finite")
            for t in trials
        )
        for name in trials[0].wants
    }
    checks = []
    for name, share in function.checks.items():
        if name == "form":
            earned = float(all(formed.values()))
        elif name == "arguments":
            touched = any(t.changed for t in trials)
            earned = float(any(formed.values()) and not touched)
        elif name in again:
            earned = 0.0
        else:
            faults = [t.faults[name] for t in trials if name in t.faults]
            earned = min((fault.share for fault in faults), default=1.0)
        words = {1.0: "right", 0.0: "wrong"}
        most = function.points * share
        status = words.get(earned, "partial")
        checks.append(Check(name, most * earned, most, status))
    return tuple(checks)


def _constant(trials: list[Trial]) -> bool:
    """Whether the answers are one number wherever the wanted ones are not."""

    def one_number(values: list[Any]) -> bool:
        flat = _numbers_in(values) or [np.ones(1)]
        entries = np.concatenate(flat).astype(float)
        return bool(np.all(entries == entries[0]) or np.isnan(entries).all())

    got = [part for t in trials for part in t.got.values()]
    want = [part for t in trials for part in t.wants.values()]
    return one_number(got) and not one_number(want)


def _numbers_in(value: Any) -> list["np.ndarray[Any, Any]"]:
    """Return all numbers of a nested answer, without the names beside."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        return [array for part in value for array in _numbers_in(part)]
    array = np.ravel(value)
    return [array] if array.size and array.dtype.kind in "biuf" else []


def _right(
    function: Function,
    trials: list[Trial],
    checks: tuple[Check, ...],
    status: str,
) -> tuple[str, ...]:
    """Say what is right, in words."""
    earned = [check.name for check in checks if check.status == "right"]
    lines = []
    if "form" in earned:
        lines.append("returns " + _form(function, trials))
    if "arguments" in earned:
        lines.append("leaves its arguments alone")
    named = [name for name in earned if name in trials[0].wants]
    marks = [trials[0].wants[name] for name in named]
    if named:
        recorded = all(isinstance(mark, Recorded) for mark in marks)
        word = "recorded" if recorded else "right"
        lines.append(f"{listed(named)} {word}")
    return tuple(lines)


def _form(function: Function, trials: list[Trial]) -> str:
    """Say what the answer is: "an array of the shape of Z"."""
    names = list(trials[0].wants)
    if len(names) > 1:
        return f"{listed(names)} in the right shapes"
    wants = [np.asarray(trial.wants[names[0]]) for trial in trials]
    if wants[0].dtype.kind not in "biufc":
        return "what is asked for"
    if not wants[0].ndim:
        return "a single number"
    shared = [arrays_in(function, trial.args) for trial in trials]
    for label in reversed(list(shared[0])):
        arrays = [there.get(label) for there in shared]
        if all(
            array is not None and array.shape == want.shape
            for array, want in zip(arrays, wants, strict=True)
        ):
            return f"an array of the shape of {label}"
    return "an array of the right shape"
