"""The table of exercises for the README: ``python -m
layerwise.exercises.table`` prints it as Markdown, ``--write README.md`` puts
it between the two marks of that file.

Every number is counted anew: each mistake of each spec is examined, and so is
every unusual right answer.
"""

import re
import sys
from pathlib import Path

import numpy as np

from layerwise.exercises import all_exercises
from layerwise.exercises.calling import LocalCaller
from layerwise.exercises.examiner import examine
from layerwise.exercises.report import number
from layerwise.exercises.spec import Exercise


def caught(exercise: Exercise) -> tuple[int, int, int]:
    """Return mistakes caught with their own words, mistakes, right answers.

    The last counts the unusual right answers that pass.
    """
    told = listed = passed = 0
    for name, function in exercise.functions.items():
        answers = [(m.name, m.answer) for m in function.mistakes]
        answers += [("", answer) for answer in function.also_right]
        for mistake, answer in answers:
            caller = LocalCaller(
                {name: answer}, (), exercise.budget_s, probes=False
            )
            rng = np.random.default_rng(0)
            report = examine(exercise, caller, rng, only=(name,))
            verdict = report.verdicts[0]
            listed += bool(mistake)
            told += bool(mistake) and verdict.mistake == mistake
            passed += not mistake and verdict.status == "right"
    return told, listed, passed


def table() -> str:
    """Return the Markdown table of every exercise of the book."""
    lines = [
        "| exercise | kind | points | named wrong answers caught "
        "| unusual right answers passed |",
        "| --- | --- | --- | --- | --- |",
    ]
    total: float = 0
    for exercise in all_exercises():
        told, listed, passed = caught(exercise)
        total += exercise.points
        lines.append(
            f"| {exercise.id} {exercise.title} | {exercise.kind} "
            f"| {number(exercise.points)} | {told} of {listed} | {passed} |"
        )
    lines.append(f"| all | | {number(total)} | | |")
    return "\n".join(lines)


def write(path: Path) -> None:
    """Put the table between the marks of a Markdown file."""
    text = path.read_text(encoding="utf-8")
    begin, end = "<!-- exercises: begin -->", "<!-- exercises: end -->"
    if begin not in text or end not in text:
        raise SystemExit(f"{path} lacks the marks {begin} and {end}")
    # A function, so that no backslash of the table is taken for a group.
    new = re.sub(
        f"({begin}\n).*?({end})",
        lambda found: f"{found[1]}{table()}\n{found[2]}",
        text,
        flags=re.DOTALL,
    )
    path.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"] and len(sys.argv) == 3:
        write(Path(sys.argv[2]))
    else:
        print(table())
