"""Exercises whose public numbers are the learner's own."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.grading.conftest import notebook

from layerwise.cli import main
from layerwise.exercises import load, own_numbers
from layerwise.exercises import notebook as in_notebook
from layerwise.grading import records, run
from layerwise.grading.judge import judge

SHEET = """
import numpy as np
from layerwise.exercises import exercise, mistake

scale = exercise(
    "92.1", "Your own factor", points=10, kind="implement",
    calls=["Y = scale(Z)"],
    draw=lambda rng, own: [(rng.normal(size=s),) for s in ((3, 5), (1, 2))],
    reference=lambda own, Z: own.integers(3, 10**6) * Z,
    read="Sheet 1", personal=True,
    mistakes=[mistake("sign", lambda own, Z: -own.integers(3, 10**6) * Z,
                      "Which sign?")],
)
where = exercise(
    "92.2", "Your own point", points=10, kind="predict",
    calls=["slope_92_2()"],
    reference=lambda own: {"slope": 2 * own.uniform()},
    read="Sheet 1", personal=True,
)
"""


def solved(student):
    """Return what a learner hands in who read the numbers of `student`."""
    factor = own_numbers("92.1", student).integers(3, 10**6)
    slope = 2 * own_numbers("92.2", student).uniform()
    return notebook(
        f"def scale(Z):\n    return {factor} * Z",
        f"def slope_92_2():\n    return {{'slope': {slope!r}}}",
    )


@pytest.fixture
def sheet(tmp_path):
    path = tmp_path / "sheet.py"
    path.write_text(SHEET)
    return path


def test_each_is_judged_with_own_numbers(full, sheet):
    def points(text, student):
        record = judge(
            full, "a.ipynb", text.encode(), load(sheet), 1, student=student
        )
        return [e["score"] for e in record["exercises"].values()], record

    assert points(solved("s1"), "s1")[0] == [10, 10]
    assert points(solved("s2"), " S2 ")[0] == [10, 10]
    copied, record = points(solved("s1"), "s2")
    assert copied[0] < 10 and copied[1] == 0
    assert points(solved("s1"), "")[0] == []
    assert "id is needed" in points(solved("s1"), "")[1]["reason"]
    negated = solved("s2").replace("return ", "return -", 1)
    _, record = points(negated, "s2")
    assert record["exercises"]["92.1"]["mistake"] == "sign"


def test_a_class_is_graded_by_the_names_of_its_folders(full, sheet, tmp_path):
    for name, whose in (("ann", "ann"), ("bob", "bob"), ("cy", "ann")):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "a.ipynb").write_text(solved(whose))
    settings = run.Settings(specs=SHEET, specs_name="sheet")
    out = tmp_path / "out"
    run.Run([tmp_path / "in"], out, settings, seed=1, jobs=1).grade()
    run.close()
    found = {r["student"]: r["score"] for r in records.all_records(out)}
    assert found["ann"] == found["bob"] == 20
    assert found["cy"] < 10


def test_the_command_check_takes_the_id(full, sheet, tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(solved("s1"))
    words = ["check", str(path), "--exercises", str(sheet), "--student"]
    for student, points in (("s1", "20 of 20"), ("s2", "4 of 20")):
        result = CliRunner().invoke(main, [*words, student])
        assert points in result.output, result.output
    run.close()


def test_the_notebook_takes_the_id(sheet, monkeypatch, capsys):
    (first, _) = load(sheet)
    monkeypatch.setattr(in_notebook, "find", lambda name: first)
    factor = own_numbers("92.1", "s1").integers(3, 10**6)

    def scale(Z):
        return factor * Z

    in_notebook.check(scale)
    assert "add your id" in capsys.readouterr().out
    in_notebook.check(scale, student="s1")
    assert "10 of 10" in capsys.readouterr().out
    in_notebook.check(scale, student="s2")
    assert "4 of 10" in capsys.readouterr().out
    with pytest.raises(ValueError, match="your own"):
        in_notebook.mine("scale")


@pytest.mark.parametrize("student, status", [("s1", 0), ("s2", 1), ("", 2)])
def test_pytest_takes_the_id(full, sheet, tmp_path, student, status):
    path = tmp_path / "a.ipynb"
    path.write_text(solved("s1"))
    course = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/exercises", "-q", "-p",
         "no:cacheprovider", "--submission", path, "--specs", sheet,
         "--student", student],
        cwd=course, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == status, done.stdout  # 2: says why
