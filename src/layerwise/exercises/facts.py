"""What was observed on the draws, in numbers, shapes and words."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from layerwise.exercises.answer import Answer
from layerwise.exercises.comparing import Fault, wrong_entries
from layerwise.exercises.spec import Function


@dataclass
class Trial:
    """One call: arguments, answer, what was wanted, and what differs."""

    args: tuple[Any, ...]
    answer: Answer
    want: Any
    wants: dict[str, Any]
    got: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    """A cause that was recognized."""

    family: str
    fact: str
    question: str

    def also(self, name: str) -> "Finding":
        """Return the finding with one more quantity of the same fault."""
        if self.fact.startswith("returns "):
            return self  # said of the answer as a whole
        fact = self.fact.removesuffix(" too)")
        joint = " (" if fact == self.fact else ", "
        return Finding(self.family, f"{fact}{joint}{name} too)", self.question)


def shown(trials: list[Trial], name: str) -> Trial:
    """Return the trial to measure on: wrong, returned, and not tiny."""
    wrong = [t for t in trials if name in t.faults] or trials
    returned = [t for t in wrong if t.answer.status == "returned"] or wrong
    return returned[0]


def measured(function: Function, trial: Trial, name: str) -> dict[str, Any]:
    """Return the numbers every message may quote."""
    got: Any = trial.got.get(name)
    want: Any = trial.wants.get(name)
    arrays = arrays_in(function, trial.args)
    shapes = [a.shape for a in arrays.values() if a.ndim]
    values = {
        "quantity": name,
        "got": plain_number(got),
        "want": plain_number(want),
        "m": shapes[0][-1] if shapes else 1,
        "wrong": 0,
        "size": int(np.size(want)) if isinstance(want, np.ndarray) else 1,
        "largest": 0.0,
        "ratio": 1.0,
    }
    if comparable(got, want):
        wrong = wrong_entries(got, want)
        gap = np.abs(np.asarray(got, float) - np.asarray(want, float))
        gap = gap[np.isfinite(gap)]
        values |= {
            "wrong": int(wrong.sum()),
            "largest": float(gap.max()) if gap.size else np.inf,
        }
        scale = float(np.vdot(want, want))
        if scale:
            values["ratio"] = float(np.vdot(want, got)) / scale
    return values


def plain_number(value: Any) -> Any:
    """Return a 0-d array as the number it is; leave the rest."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return value.item()
    return value


def comparable(got: Any, want: Any) -> bool:
    """Whether both are real numbers of one shape."""
    if isinstance(got, np.ndarray | int | float) and isinstance(
        want, np.ndarray | np.generic | int | float
    ):
        got, want = np.asarray(got), np.asarray(want)
        kinds = got.dtype.kind + want.dtype.kind
        return got.shape == want.shape and {*kinds} <= {*"iuf"}
    return False


def difference(function: Function, trials: list[Trial], name: str) -> str:
    """State the plain fact that a quantity differs, and by how much."""
    trial = shown(trials, name)
    fault = trial.faults.get(name)
    if trial.answer.status == "raised":
        return raised(trial)
    if fault is None:
        return f"{name} is not what is wanted"
    both = comparable(trial.got.get(name), trial.wants.get(name))
    if fault.kind == "dtype" or not both:
        subject = "" if fault.words.startswith("returns") else f"{name} "
        return subject + fault.words
    values = measured(function, trial, name)
    if values["size"] == 1:
        value = float(np.ravel(trial.got[name])[0])
        return f"{name} is {value:.4g} {at(function, trial)}".strip()
    return f"{name} differs ({counted(values)})"


def counted(values: dict[str, Any]) -> str:
    """Say how many entries are wrong, and by how much."""
    return (
        f"{values['wrong']} of {values['size']} entries; "
        f"largest difference {values['largest']:.2g}"
    )


def at(function: Function, trial: Trial) -> str:
    """Say for which arguments: their shapes, or the numbers themselves."""
    words = []
    for label, array in arrays_in(function, trial.args).items():
        if label.endswith("[-1]"):
            continue
        value = f"= {array.item():.4g}" if not array.ndim else array.shape
        words.append(f"{label} {value}")
    return "for " + ", ".join(words[:4]) if words else ""


def raised(trial: Trial) -> str:
    """Show an exception as the learner's own line and shapes."""
    answer = trial.answer
    error = re.sub(
        r"Input operand.*\(size (\d+) is different from (\d+)\)",
        r"inner sizes \2 and \1 do not fit",
        answer.error,
    )
    line = f", in your line `{answer.line.strip()}`" if answer.line else ""
    shapes = f", with {answer.shapes}" if answer.shapes else ""
    return f"{error}{line}{shapes}"


def arrays_in(
    function: Function, args: tuple[Any, ...]
) -> dict[str, "np.ndarray[Any, Any]"]:
    """Return every array and number in the arguments by its name."""
    found: dict[str, np.ndarray[Any, Any]] = {}

    def collect(label: str, value: Any) -> None:
        if isinstance(value, np.ndarray | np.generic | int | float):
            array = np.asarray(value)
            if array.dtype.kind in "iufb":
                found[label] = array
        elif isinstance(value, dict):
            for key, part in value.items():
                collect(str(key), part)
        elif isinstance(value, list | tuple):
            known = function.inside.get(label, ())
            for i, part in enumerate(value):
                collect(known[i] if i < len(known) else f"{label}[{i}]", part)
            if isinstance(value, list) and value:
                collect(f"{label}[-1]", value[-1])

    for i, arg in enumerate(args):
        names = function.parameters
        label = names[i] if i < len(names) else f"argument {i + 1}"
        inside = function.inside.get(label, ())
        if len(inside) == 1 and not isinstance(arg, list | tuple):
            label = inside[0]
        collect(label, arg)
    return found


def listed(names: Any) -> str:
    """Join names: "dW", "dW and db", "dA_prev, dW and db"."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else str(last)
