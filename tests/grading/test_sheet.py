"""The example of an instructor's own sheet works as its guide says."""

import json
from pathlib import Path

import numpy as np
import pytest

from layerwise.exercises import examine, load
from layerwise.exercises.calling import LocalCaller
from layerwise.grading import release
from layerwise.grading.judge import judge

SHEET = Path(__file__).parents[2] / "book" / "sheet" / "sheet1.py"
BOOK = SHEET.with_suffix(".ipynb")
EXERCISES = load(SHEET)


def statuses(full, book):
    record = judge(full, "a.ipynb", json.dumps(book).encode(), EXERCISES, 1)
    return [entry["status"] for entry in record["exercises"].values()]


def test_the_solution_gets_all_points_and_the_stub_none(full):
    solved = release.read(BOOK)
    assert statuses(full, solved) == ["right"] * 5
    given = release.stripped(solved)
    assert statuses(full, given) == ["not attempted"] * 5


def test_its_bundle_holds_no_solution(tmp_path):
    files, lines = release.bundle([str(BOOK)], tmp_path / "a.zip", None)
    assert files == ["README.txt", "sheet1.ipynb"]
    assert lines >= 10


@pytest.mark.parametrize(
    "exercise, mistake",
    [
        pytest.param(e, m, id=f"{e.id}-{m.name}")
        for e in EXERCISES
        for f in e.functions.values()
        for m in f.mistakes
    ],
)
def test_every_mistake_is_told_by_its_own_name(exercise, mistake):
    (name,) = exercise.functions
    caller = LocalCaller({name: mistake.answer})
    report = examine(exercise, caller, np.random.default_rng(3))
    assert report.score < report.max_score
    assert report.verdicts[0].mistake == mistake.name, report.to_text()
