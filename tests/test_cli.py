"""The command line: what it does, and what it says when it cannot."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.grading.conftest import HONEST, SHEET, notebook, opened, solved

from layerwise.cli import main
from layerwise.grading import run, sandbox

COURSE = Path(__file__).parents[1]
SPECS = ["--exercises", str(SHEET)]


@pytest.fixture(autouse=True)
def _ended():
    yield
    run.close()


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course with one chapter, the working directory inside it."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "_toc.yml").touch()
    (tmp_path / "chapters").mkdir()
    chapter = tmp_path / "chapters" / "06-activations.ipynb"
    chapter.write_text(notebook("x = 1"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


def test_help_names_every_command_with_an_example():
    assert invoke("--help").exit_code == 0
    for name in ("start", "check", "progress", "grade", "release", "export"):
        text = invoke(name, "--help").output
        assert re.search(rf"\n +layerwise {name} ?", text), text


def test_start_copies_a_chapter_and_never_over_a_file(course):
    first = invoke("start", "6")
    assert first.exit_code == 0, first.output
    copy = course / "work" / "06-activations.ipynb"
    assert copy.read_text() == notebook("x = 1")
    copy.write_text("mine")
    assert "left as it is" in invoke("start", "06").output
    assert copy.read_text() == "mine"


def test_start_all_copies_every_chapter_and_keeps_what_is_there(course):
    other = course / "chapters" / "07-other.ipynb"
    other.write_text(notebook("x = 2"))
    (course / "work").mkdir()
    (course / "work" / "06-activations.ipynb").write_text("mine")
    result = invoke("start", "--all")
    assert result.exit_code == 0, result.output
    copies = {p.name: p.read_text() for p in (course / "work").iterdir()}
    assert copies == {
        "06-activations.ipynb": "mine",
        "07-other.ipynb": notebook("x = 2"),
    }


def test_start_needs_a_chapter_or_all(course):
    for words in ((), ("06", "--all")):
        result = invoke("start", *words)
        assert result.exit_code == 2
        assert "--all" in result.output


def test_start_says_which_chapters_there_are(course):
    result = invoke("start", "17")
    assert result.exit_code == 1
    assert "there are: 06" in result.output


def test_outside_a_course_the_way_in_is_said(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = invoke("start", "06")
    assert result.exit_code == 2
    assert "--course DIR" in result.output


def test_check_shows_the_examiners_words(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(solved(double="def double(Z):\n    return Z / 2\n"))
    result = invoke("check", path, *SPECS)
    assert result.exit_code == 0, result.output
    assert "90.1 Shift   10 of 10 points" in result.output
    assert "90.2 Double   4 of 10 points" in result.output
    assert "think   Twice or half of it?" in result.output
    assert "24 of 30 points" in result.output


def test_check_for_programs(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("\n".join(["import numpy as np", *HONEST.values()]))
    result = invoke("check", path, *SPECS, "--json", "--isolation", "none")
    record = json.loads(result.output)
    assert record["exercises"]["90.2"]["status"] == "right"
    assert record["isolation"] == "none"


@pytest.mark.parametrize("text", ["", "no notebook", "[]"])
def test_check_of_what_cannot_be_read_says_why(tmp_path, text):
    path = tmp_path / "a.ipynb"
    path.write_text(text)
    result = invoke("check", path, *SPECS)
    assert "the file is" in result.output
    assert "Traceback" not in result.output


def test_check_of_nothing_says_what_to_give(course):
    result = invoke("check", "nowhere.ipynb")
    assert result.exit_code == 1
    assert "give a notebook, or the number of a chapter" in result.output


def test_check_looks_in_work_first_and_progress_runs_everything(course):
    solution = COURSE / "solutions" / "06-activations.ipynb"
    assert "0 of" in invoke("check", "06").output
    (course / "work").mkdir()
    shutil.copy(solution, course / "work")
    assert re.search(r"(\d+) of \1 points\n$", invoke("check", "06").output)
    result = invoke("progress", "--json")
    (entries,) = json.loads(result.output).values()
    assert {entry["status"] for entry in entries.values()} == {"right"}
    assert "06-activations" in invoke("progress").output


def test_progress_of_an_empty_work_folder_says_how_to_begin(course):
    assert "layerwise start" in invoke("progress").output


@pytest.fixture
def handed_in(tmp_path):
    opened("full").close()
    for name, text in (("ann", solved()), ("bob", ""), ("cy", notebook(""))):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "a.ipynb").write_text(text)
    return tmp_path / "in"


def test_grade_ends_with_0_when_all_were_judged(handed_in, tmp_path):
    out = tmp_path / "out"
    result = invoke("grade", handed_in, "--out", out, *SPECS)
    assert result.exit_code == 0, result.output
    assert "isolation: full" in result.output
    assert "2 graded, 1 unreadable" in result.output
    page = (out / "report.html").read_text()
    for words in (" ".join(result.output.split()), re.sub("<.*?>", "", page)):
        assert "mean of the 2 judged: 50 %" in words
    assert (out / "gradebook.csv").read_text().count("\n") == 4


def test_grade_for_programs_and_for_ci(handed_in, tmp_path):
    words = ["grade", handed_in, "--out", tmp_path / "out", *SPECS, "--json"]
    result = CliRunner().invoke(main, [str(w) for w in words])
    assert json.loads(result.stdout)["graded"] == 2
    assert json.loads(result.stdout)["mean"] == pytest.approx(1 / 2)
    words += ["--fail-under"]
    assert invoke(*words, "50").exit_code == 0
    assert invoke(*words, "51").exit_code == 1


def test_grade_refuses_below_full_unless_the_level_is_named(
    handed_in, tmp_path, monkeypatch
):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    words = ["grade", handed_in, "--out", tmp_path / "out", *SPECS]
    result = invoke(*words)
    assert result.exit_code == 1
    assert "apt install bubblewrap" in result.output
    assert not (tmp_path / "out" / "records").exists()
    result = invoke(*words, "--isolation", "none")
    assert result.exit_code == 0, result.output
    assert "isolation: none (not protected: files," in result.output
    text = (tmp_path / "out" / "gradebook.csv").read_text()
    assert ",none," in text and ",full," not in text


def test_grade_on_another_system_says_what_to_do(
    handed_in, tmp_path, monkeypatch
):
    monkeypatch.setattr(sys, "platform", "darwin")
    result = invoke("grade", handed_in, "--out", tmp_path / "out", *SPECS)
    assert result.exit_code == 1
    assert "needs Linux" in result.output
    assert "--isolation none" in result.output


def test_grade_with_a_probe_that_finds_a_hole_is_refused(
    handed_in, tmp_path, monkeypatch
):
    holes = {"network": "can open a socket"}
    monkeypatch.setattr(sandbox.Sandbox, "probe", lambda self: holes)
    result = invoke("grade", handed_in, "--out", tmp_path / "out", *SPECS)
    assert result.exit_code == 1
    assert "isolation here is none, not full" in result.output
    assert "network" in result.output


@pytest.mark.parametrize("missing", ["click", "rich"])
def test_without_its_packages_the_command_says_what_to_install(missing):
    code = f"import sys; sys.modules[{missing!r}] = None\nimport layerwise.cli"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True
    )
    assert result.returncode == 1
    assert "pip install 'layerwise[grading]'" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.slow
def test_pytest_judges_a_submission_with_a_test_for_each_check(tmp_path):
    path = tmp_path / "a.ipynb"
    path.write_text(solved(double="def double(Z):\n    return Z / 2\n"))
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/exercises", "-p",
         "no:cacheprovider", "--submission", path, "--specs", SHEET],
        capture_output=True, text=True, cwd=COURSE,
    )  # fmt: skip
    assert result.returncode == 1, result.stdout
    assert "8 passed" in result.stdout
    assert "1 failed" in result.stdout
    assert "think   Twice or half of it?" in result.stdout
    assert "test_submission.py" not in result.stdout.split("FAILED")[0]
