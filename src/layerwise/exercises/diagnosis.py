"""Why is it wrong? By imitation first, then by what gives families away.

A named mistake *matches* when its answer equals the learner's on every draw
and differs from the reference on at least one. What no mistake explains goes
to the `detectors`. Two independent faults are both told; a quantity computed
from a wrong one is not told at all.
"""

import contextlib
import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from layerwise.exercises.answer import Caller
from layerwise.exercises.comparing import MISSING, compare, parts_of
from layerwise.exercises.detectors import detect, detect_mutation
from layerwise.exercises.facts import (
    Finding,
    Trial,
    listed,
    measured,
    raised,
    shown,
)
from layerwise.exercises.spec import Exercise, Function, Mark, Mistake, Scored


@dataclass(frozen=True)
class Told:
    """What the learner is told."""

    wrong: tuple[str, ...]
    think: str
    mistake: str | None = None
    family: str | None = None


@dataclass(frozen=True)
class Imitation:
    """How a wrong answer compares with the learner's."""

    own: frozenset[str]  # the quantities in which it is wrong
    same: frozenset[str]  # those in which it equals the learner's
    whole: bool  # it is the learner's answer, and wrong
    apart: bool = False  # may explain some quantities of several wrong ones


def imitate(
    exercise: Exercise,
    function: Function,
    answer: Callable[..., Any],
    trials: list[Trial],
) -> Imitation:
    """Run a wrong answer on the same inputs and compare."""
    names = list(trials[0].wants)
    own: set[str] = set()
    same = {*names, "arguments"}
    seen: set[str] = set()
    raises = False
    for trial in trials:
        args = copy.deepcopy(trial.args)
        try:
            value = answer(*args)
        except Exception:
            raises = True
            own |= {*names}
            if trial.answer.status != "raised":
                same -= {*names}
            continue
        if trial.answer.status != "returned":
            return Imitation(frozenset(), frozenset(), False)
        changed = any(
            compare(after, before, 0.0, True)
            for after, before in zip(args, trial.args, strict=True)
        )
        if changed:
            own.add("arguments")
        if changed != bool(trial.changed):
            same.discard("arguments")
        parts = parts_of(function, value, trial.want)
        for name in names:
            got, part = trial.got[name], parts[name]
            dtype = exercise.dtype
            if compare(part, trial.wants[name], exercise.rtol, dtype):
                own.add(name)
            if _equal(got, part, exercise.rtol, dtype):
                seen.add(name)
            else:
                same.discard(name)
    same &= seen | {"arguments"}
    faulty = {name for t in trials for name in t.faults}
    faulty |= {"arguments"} if any(t.changed for t in trials) else set()
    whole = bool(own) and own == faulty and own <= same
    apart = not raises and bool(own & same) and own <= faulty
    return Imitation(frozenset(own), frozenset(same), whole, apart)


def _equal(got: Any, part: Any, rtol: float, dtype: bool) -> bool:
    if got is MISSING or part is MISSING:
        return got is part
    if isinstance(part, Mark):
        return False
    return compare(got, part, rtol, dtype) is None


def diagnose(
    exercise: Exercise,
    function: Function,
    trials: list[Trial],
    again: list[str],
    call: Caller,
    source: str,
) -> Told:
    """Return what to say: at most two facts, one question."""
    faulty = [n for n in trials[0].wants if any(n in t.faults for t in trials)]
    faulty = [n for n in faulty if n not in again or len(trials) == 1]
    changed = any(trial.changed for trial in trials)
    for name in faulty:
        fault = shown(trials, name).faults.get(name)
        for m in function.mistakes:
            if fault and fault.mistake == m.name:
                return _say(exercise, function, m, name, trials)
    seen = any(
        isinstance(w, Scored) and w.sees for w in trials[0].wants.values()
    )
    tried = [
        (m, imitate(exercise, function, m.answer, trials))
        for m in function.mistakes
        if not seen
    ]
    for m, imitation in tried:
        if imitation.whole and not again:
            name = _first(trials, imitation)
            return _say(exercise, function, m, name, trials)
    findings: list[Finding] = []
    if again:
        findings.append(
            Finding(
                "repeat",
                f"two calls with the same arguments give different "
                f"{listed(again)}",
                "What does your function remember, or draw anew, "
                "from one call to the next?",
            )
        )
    first: Told | None = None
    open_names = [*faulty, *(["arguments"] if changed else [])]
    while not again:
        fitting = [
            (m, i)
            for m, i in tried
            if i.apart and i.own & i.same & {*open_names}
        ]
        if not fitting:
            break
        m, i = max(
            fitting,
            key=lambda p: (p[1].own <= p[1].same, len(p[1].own & p[1].same)),
        )
        said = _say(exercise, function, m, _first(trials, i), trials)
        findings.append(Finding(m.name, said.wrong[0], said.think))
        first = first or said
        done = i.own & i.same
        open_names = [name for name in open_names if name not in done]
        tried = [(n, j) for n, j in tried if n is not m]
    told_of: list[str] = [n for n in faulty if n not in open_names]
    for name in [n for n in open_names if n in faulty]:
        upstream = {*exercise.follows.get(name, ())}
        if upstream & {*told_of, *again}:
            continue
        finding = detect(exercise, function, trials, name, call, source)
        if any(t.answer.status == "raised" for t in trials):
            open_names = []  # what else is wrong shows once it runs
            findings.append(finding)
            break
        same = [f for f in findings if f.family == finding.family]
        if same:
            place = findings.index(same[0])
            findings[place] = same[0].also(name)
        else:
            findings.append(finding)
        told_of.append(name)
    if "arguments" in open_names:
        findings.append(detect_mutation(trials))
    facts = tuple(finding.fact for finding in findings[:2])
    return Told(
        facts,
        findings[0].question if findings else "",
        first.mistake if first else None,
        findings[0].family if findings else None,
    )


def _first(trials: list[Trial], imitation: Imitation) -> str:
    """Return the first quantity a mistake spoils; '' if it spoils none."""
    return next((n for n in trials[0].wants if n in imitation.own), "")


def _say(
    exercise: Exercise,
    function: Function,
    m: Mistake,
    spoiled: str,
    trials: list[Trial],
) -> Told:
    """Fill in a mistake's message and part the fact from the question."""
    name = spoiled or next(iter(trials[0].wants))
    trial = shown(trials, name)
    values = measured(function, trial, name)
    if function.facts and trial.answer.status == "returned":
        with contextlib.suppress(Exception):  # an answer of odd shape
            args = copy.deepcopy(trial.args)
            values.update(function.facts(args, trial.answer.value))
    try:
        text = m.message.format_map(values)
    except (KeyError, ValueError, TypeError, IndexError):
        text = re.sub(r"\{[^}]*\}", "it", m.message)
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z])", " ".join(text.split()))
    question = sentences.pop() if sentences[-1].endswith("?") else ""
    facts = [" ".join(sentences)] if sentences else []
    if trial.answer.status == "raised":
        facts.append(raised(trial))
    elif not facts and spoiled:
        facts = [detect(exercise, function, trials, name).fact]
    return Told(tuple(facts), question, m.name)
