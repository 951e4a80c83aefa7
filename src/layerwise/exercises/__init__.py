"""What is asked and how an answer is judged.

One spec file per chapter, ``chNN_slug.py``, found by its name; `spec` says
how to write one. `examine` judges any function against its spec, in a
notebook (`check`) and in the grader alike.
"""

import importlib
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from layerwise.exercises.answer import Answer, Caller
from layerwise.exercises.spec import (
    Exercise,
    exercise,
    mistake,
    own_numbers,
)

__all__ = [
    "Answer",
    "Caller",
    "Exercise",
    "all_exercises",
    "chapter",
    "exercise",
    "find",
    "load",
    "mistake",
    "own_numbers",
]


def _spec_files() -> list[Path]:
    return sorted(Path(__file__).parent.glob("ch[0-9][0-9]_*.py"))


def _from_module(module: ModuleType) -> list[Exercise]:
    found = [e for e in vars(module).values() if isinstance(e, Exercise)]
    unique = {e.id: e for e in found}
    return sorted(unique.values(), key=lambda e: (e.chapter, _number(e)))


def _number(exercise: Exercise) -> int:
    return int(exercise.id.split(".")[1])


@cache
def _chapter(number: str) -> tuple[Exercise, ...]:
    return tuple(
        exercise
        for path in _spec_files()
        if path.name[2:4] == number
        for exercise in _from_module(
            importlib.import_module(f"{__name__}.{path.stem}")
        )
    )


def chapter(number: str) -> list[Exercise]:
    """Return the exercises of one chapter, "06", in their order."""
    return list(_chapter(str(number).zfill(2)))


def all_exercises() -> list[Exercise]:
    """Return the exercises of every chapter that has a spec file."""
    numbers = sorted({path.name[2:4] for path in _spec_files()})
    return [exercise for number in numbers for exercise in chapter(number)]


def load(path: str | Path) -> list[Exercise]:
    """Return the exercises of an instructor's own file of specs."""
    path = Path(path)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return _from_module(module)


def find(function_name: str) -> Exercise:
    """Return the exercise that asks for a function of this name.

    Raises
    ------
    KeyError
        When no exercise does.
    """
    for candidate in all_exercises():
        if function_name in candidate.functions:
            return candidate
    raise KeyError(function_name)


def __getattr__(name: str) -> Any:
    """Load the examiner and the notebook's `check` when first used."""
    homes = {
        "examine": "examiner",
        "Report": "report",
        "check": "notebook",
        "mine": "notebook",
        "progress": "notebook",
    }
    if name not in homes:
        raise AttributeError(f"no name '{name}' in layerwise.exercises")
    home = importlib.import_module(f"{__name__}.{homes[name]}")
    value = globals()[name] = getattr(home, name)
    return value
