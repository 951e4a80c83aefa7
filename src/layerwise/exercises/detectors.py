"""What gives a family of faults away, whatever the exercise.

Each detector looks at one wrong quantity over all draws and either names a
cause, with a number or a shape measured from the learner's own answer and one
question, or passes on. Shapes come first; then values.
"""

import builtins
import copy
import symtable

import numpy as np

from layerwise.exercises.answer import Caller
from layerwise.exercises.case import QUESTIONS, Case
from layerwise.exercises.comparing import parts_of, wrong_entries
from layerwise.exercises.facts import (
    Finding,
    Trial,
    at,
    comparable,
    difference,
    listed,
    raised,
    shown,
)
from layerwise.exercises.spec import Exercise, Function
from layerwise.exercises.wrong_places import sizes, subset, trend
from layerwise.exercises.wrong_shapes import SHAPES
from layerwise.exercises.wrong_values import (
    added,
    constant,
    copied,
    invariant,
    not_finite,
    one_value,
    ratio,
    swapped,
    turned_values,
)

MEASURED = ("shape", "finite", "value")


VALUES = (
    not_finite,
    swapped,
    copied,
    constant,
    ratio,
    turned_values,
    subset,
    one_value,
    added,
    invariant,
    sizes,
    trend,
)


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
    """A backward pass answers -dA with minus its answer to dA."""
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
    """Names a function reads that are neither its own nor builtin."""
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
    """An argument was written into."""
    labels = list(dict.fromkeys(c for t in trials for c in t.changed))
    return Finding(
        "mutation",
        f"your function changes its argument {listed(labels)}",
        "Which line writes into an array that came from outside?",
    )
