"""The table of exercises for the README: ``python -m
layerwise.exercises.table`` prints it as Markdown.

Every number is counted anew: each mistake of each spec is examined, and so is
every unusual right answer.
"""

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
            caller = LocalCaller({name: answer}, probes=False)
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


if __name__ == "__main__":
    print(table())
