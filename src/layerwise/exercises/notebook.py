"""`check`, `mine` and `progress`: the examiner in a learner's notebook."""

import difflib
import inspect
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise.exercises import all_exercises, chapter, find
from layerwise.exercises.calling import LocalCaller
from layerwise.exercises.examiner import examine
from layerwise.exercises.report import Report, number
from layerwise.exercises.spec import Exercise, for_student

_hints_shown: dict[str, int] = {}


def check(*functions: Any, hint: bool = False, student: str = "") -> None:
    """Judge your functions and show what is right and what to look at.

    Parameters
    ----------
    *functions : callable
        Functions an exercise asks for: ``check(relu_backward)``.
    hint : bool
        Show one hint more each time; hints cost nothing.
    student : str
        Your id, where an exercise has numbers of your own.
    """
    asked: dict[str, dict[str, Any]] = {}
    for function in functions:
        name = getattr(function, "__name__", None)
        exercise = _exercise_of(name)
        if exercise is None or not isinstance(name, str):
            print(_unknown(function))
        elif _is_library(function):
            print(
                f"{name}: this is the library's. "
                f"Write your own `def {name}` and check that."
            )
        else:
            asked.setdefault(exercise.id, {})[name] = function
    if not functions:
        print("check(f) judges a function you wrote: which one?")
    for own in asked.values():
        exercise = find(next(iter(own)))
        if exercise.personal and not student:
            print(
                f"{next(iter(own))} has numbers of your own: add your id, "
                'check(..., student="your id").'
            )
            continue
        exercise = for_student(exercise, student)
        _show(_report(exercise, own, hint=hint))


def _report(
    exercise: Exercise, functions: Mapping[str, Any], hint: bool = False
) -> Report:
    """Examine with inputs that are the same every time."""
    caller = LocalCaller(functions, exercise.may_use, exercise.budget_s)
    seed = [int(part) for part in exercise.id.split(".")]
    report = examine(
        exercise,
        caller,
        np.random.default_rng(seed),
        only=tuple(functions),
        sources={name: _source(f) for name, f in functions.items()},
    )
    if hint:
        texts = exercise.hints or (f"Read again: {report.read}.",)
        shown = min(_hints_shown.get(exercise.id, 0) + 1, len(texts))
        _hints_shown[exercise.id] = shown
        report = Report(exercise, report.verdicts, tuple(texts[:shown]))
    return report


def _show(report: Report) -> None:
    """Show rich in Jupyter, as plain text elsewhere."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is None or type(shell).__name__ == "TerminalInteractiveShell":
        print(report.to_text())
    else:
        from IPython.display import display

        display(report)  # type: ignore[no-untyped-call]


def _exercise_of(name: object) -> Exercise | None:
    try:
        return find(name) if isinstance(name, str) else None
    except KeyError:
        return None


def _is_library(function: Any) -> bool:
    home = getattr(function, "__module__", None)
    return isinstance(home, str) and home.split(".")[0] == "layerwise"


def _unknown(function: Any) -> str:
    """Say what `check` knows, closest names first."""
    known = [name for e in all_exercises() for name in e.functions]
    name = getattr(function, "__name__", None)
    if not isinstance(name, str):
        kind = type(function).__name__
        what = f"check needs a function, not something of type {kind}"
        name = function if isinstance(function, str) else ""
        if name in known:
            return f"{what}: write check({name}), without quotation marks."
    else:
        what = f"no exercise asks for a function named {name}"
    close = difflib.get_close_matches(name, known, 3, 0.5)
    if close:
        return f"{what}. Did you mean {' or '.join(close)}?"
    return f"{what}. I know: {', '.join(known) or 'none yet'}."


def _source(function: Any) -> str:
    try:
        return inspect.cleandoc("\n" + inspect.getsource(function))
    except (OSError, TypeError):
        return ""


def mine(name: str) -> Any:
    """Return your function if it passes its check, else the library's.

    Says in one line which of the two it is.
    """
    import layerwise

    exercise = _exercise_of(name)
    if exercise is None:
        raise ValueError(_unknown(name))
    if exercise.personal:
        raise ValueError(f"{name} has numbers of your own: no other fits")
    caller = sys._getframe(1).f_globals
    own = caller.get(name, vars(sys.modules["__main__"]).get(name))
    why = "yours is not there yet"
    if callable(own) and not _is_library(own):
        verdict = _report(exercise, {name: own}).verdicts[0]
        if verdict.status == "right":
            print(f"{name}: yours, it passes its check")
            return own
        why = "yours does not pass its check yet"
        if verdict.status == "not attempted":
            why = "yours is not attempted yet"
    theirs = getattr(layerwise, name, None)
    if theirs is None:
        theirs = inspect.unwrap(exercise.functions[name].reference)
    print(f"{name}: the library's, {why}")
    return theirs


def progress(number_of_chapter: str | None = None, student: str = "") -> None:
    """Show points per exercise, from what is checked here and now.

    Without your id, exercises with numbers of your own are left out.
    """
    space = {**vars(sys.modules["__main__"]), **sys._getframe(1).f_globals}
    if number_of_chapter is None:
        exercises = all_exercises()
        here = {
            e.chapter
            for e in exercises
            if any(n in space for n in e.functions)
        }
        exercises = [e for e in exercises if e.chapter in here]
    else:
        exercises = chapter(number_of_chapter)
    if not exercises:
        print("No exercise's function is defined here yet.")
        return
    exercises = [
        for_student(e, student) for e in exercises if student or not e.personal
    ]
    print(progress_text(_rows(exercises, space)))


def _rows(
    exercises: list[Exercise], space: Mapping[str, Any]
) -> list[dict[str, Any]]:
    rows = []
    for exercise in exercises:
        own = {
            name: space[name]
            for name in exercise.functions
            if callable(space.get(name)) and not _is_library(space[name])
        }
        caller = LocalCaller(own, exercise.may_use, exercise.budget_s)
        seed = [int(part) for part in exercise.id.split(".")]
        report = examine(exercise, caller, np.random.default_rng(seed))
        rows.append(
            {
                "chapter": exercise.chapter,
                "id": exercise.id,
                "title": exercise.title,
                "score": report.score,
                "max_score": report.max_score,
                "status": report.status,
            }
        )
    return rows


def progress_text(rows: list[dict[str, Any]]) -> str:
    """Return one line per exercise, and the sum."""
    wide = max((len(row["title"]) for row in rows), default=0)
    lines = [
        f"{row['id']:<6}{row['title']:<{wide}}  "
        f"{number(row['score']):>4} of {number(row['max_score']):>3}"
        f"   {row['status']}"
        for row in rows
    ]
    total = sum(row["score"] for row in rows)
    most = sum(row["max_score"] for row in rows)
    lines.append(
        f"{'':<6}{'all':<{wide}}  {number(total):>4} of {number(most):>3}"
        f"   {100 * total / most if most else 0:.0f} %"
    )
    return "\n".join(lines)
