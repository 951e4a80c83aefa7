"""What is given away holds no solution; other graders run what we export."""

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.grading.conftest import notebook

from layerwise import grading
from layerwise.cli import main
from layerwise.exercises import load, own_numbers
from layerwise.grading import release

COURSE = Path(__file__).parents[2]
SOLVED = notebook(
    "import numpy as np",
    "def double(Z):\n    'Twice.'\n    ### BEGIN SOLUTION\n"
    "    return np.add(Z, Z)\n    ### END SOLUTION\n",
    "print('done')",
)


def invoke(*words):
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def chapters():
    found = sorted((COURSE / "chapters").glob("[0-9][0-9]-*.ipynb"))
    assert found, "no woven chapter"
    return [path.stem[:2] for path in found]


def test_a_bundle_holds_the_chapters_and_no_solution(chapters, tmp_path):
    out = tmp_path / "learners.zip"
    result = invoke("release", *chapters, "--out", out, "--course", COURSE)
    assert result.exit_code == 0, result.output
    assert "lines of the solutions is in it" in result.output
    with zipfile.ZipFile(out) as archive:
        assert len(archive.namelist()) == len(chapters) + 1
        for name in archive.namelist():
            assert "### BEGIN SOLUTION" not in archive.read(name).decode()


def test_a_bundle_is_refused_when_a_line_of_a_solution_is_in_it(tmp_path):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "solutions").mkdir()
    solved = json.loads(SOLVED)
    given = release.stripped(solved)
    for book in (solved, given):
        book["cells"][1]["metadata"]["tags"] = ["exercise"]
    name = "06-x.ipynb"
    (tmp_path / "solutions" / name).write_text(json.dumps(solved))
    given["cells"][2]["outputs"] = [
        {"output_type": "stream", "text": ["return np.add(", "Z,  Z)\n"]}
    ]
    (tmp_path / "chapters" / name).write_text(json.dumps(given))
    out = tmp_path / "out.zip"
    with pytest.raises(release.ReleaseError, match=r"return np\.add"):
        release.bundle(["06"], out, tmp_path)
    assert not out.exists()
    given["cells"][2]["outputs"] = []
    (tmp_path / "chapters" / name).write_text(json.dumps(given))
    written = release.bundle(["06"], out, tmp_path)
    assert written == (["06-x.ipynb", "README.txt"], 1)


def test_a_sheet_of_ones_own_is_stripped_between_its_marks(tmp_path):
    path = tmp_path / "sheet.ipynb"
    path.write_text(SOLVED)
    out = tmp_path / "out.zip"
    result = invoke("release", path, "--out", out)
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(out) as archive:
        book = json.loads(archive.read("sheet.ipynb"))
    cell = release.source(book["cells"][1])
    assert (
        cell == "def double(Z):\n    'Twice.'\n    raise NotImplementedError\n"
    )


@pytest.mark.parametrize(
    "text, words",
    [
        ("### BEGIN SOLUTION\nx = 1", "without its end"),
        ("### END SOLUTION", "without its beginning"),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION", "inside another"),
    ],
)
def test_broken_marks_are_named(text, words):
    with pytest.raises(release.ReleaseError, match=words):
        release._without_solution(text)


def test_an_nbgrader_course_has_its_metadata(chapters, tmp_path):
    out = tmp_path / "course"
    result = invoke("export", "nbgrader", *chapters, "--out", out,
                    "--course", COURSE)  # fmt: skip
    assert result.exit_code == 0, result.output
    for path in out.glob("source/*/*.ipynb"):
        book = json.loads(path.read_text())
        blocks = [
            cell["metadata"]["nbgrader"]
            for cell in book["cells"]
            if "nbgrader" in cell["metadata"]
        ]
        ids = [block["grade_id"] for block in blocks]
        assert len(ids) == len(set(ids)) > 0
        assert {block["schema_version"] for block in blocks} == {3}
        tests = [block for block in blocks if block["grade"]]
        assert len(tests) == len(blocks) / 2
        assert all(block["locked"] and block["points"] for block in tests)


@pytest.mark.slow
def test_the_real_nbgrader_gives_the_solution_all_and_the_stub_nothing(
    tmp_path,
):
    tool = os.environ.get("NBGRADER") or shutil.which("nbgrader")
    if not tool:
        pytest.skip("nbgrader is not installed: make neighbours, NBGRADER=")
    release.nbgrader(["06"], tmp_path, COURSE)
    path = f"{Path(tool).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {
        "PATH": path, "PYTHONPATH": str(COURSE / "src"),
    }  # fmt: skip
    name = "06-activations"

    def nbgrader(*words):
        subprocess.run(
            [tool, *words], cwd=tmp_path, check=True, env=environment,
            capture_output=True,
        )  # fmt: skip

    nbgrader("generate_assignment", name)
    for student, folder in (("sol", "source"), ("stub", "release")):
        target = tmp_path / "submitted" / student / name
        shutil.copytree(tmp_path / folder / name, target)
    nbgrader("autograde", name)
    nbgrader("export")
    with (tmp_path / "grades.csv").open() as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert rows["sol"]["score"] == rows["sol"]["max_score"]
    assert float(rows["stub"]["score"]) == 0


RESULTS = {  # of Gradescope's documents: what we write, and its types
    "score": (int, float), "execution_time": (int, float), "output": str,
    "output_format": str, "stdout_visibility": str, "extra_data": dict,
    "tests": list,
}  # fmt: skip
TEST = {
    "name": str, "number": str, "score": (int, float),
    "max_score": (int, float), "status": str, "output": str,
    "output_format": str, "visibility": str,
}  # fmt: skip


def fits(found, kinds):
    """Return whether an object has only known keys, of the right types."""
    return all(isinstance(value, kinds[key]) for key, value in found.items())


@pytest.mark.slow
def test_a_gradescope_autograder_installs_and_judges(tmp_path):
    """Its zip is unpacked, set up and run as Gradescope does it."""
    out = tmp_path / "autograder.zip"
    specs = tmp_path / "sheet.py"
    specs.write_text((Path(__file__).parent / "sheet.py").read_text() + OWN)
    result = invoke("export", "gradescope", "--out", out, "--course", COURSE,
                    "--exercises", specs)  # fmt: skip
    assert result.exit_code == 0, result.output
    root, programs = tmp_path / "autograder", tmp_path / "programs"
    for folder in ("source", "submission", "results"):
        (root / folder).mkdir(parents=True)
    with zipfile.ZipFile(out) as archive:
        assert not any("solutions" in name for name in archive.namelist())
        archive.extractall(root / "source")
        modes = {i.filename: i.external_attr >> 16 for i in archive.infolist()}
    for name in ("setup.sh", "run_autograder"):
        assert modes[name] & 0o111
    programs.mkdir()
    (programs / "apt-get").write_text('#!/bin/sh\necho "$@" >> apt.log\n')
    (programs / "apt-get").chmod(0o755)
    (programs / "python3").symlink_to(sys.executable)
    hidden = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden} | {
        "AUTOGRADER": str(root),
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
    }

    def bash(name):
        return subprocess.run(
            ["bash", root / "source" / name], env=environment,
            capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip

    done = bash("setup.sh")
    if "No matching distribution" in done.stdout + done.stderr:
        pytest.skip("not here: no package registry is in reach")
    assert done.returncode == 0, done.stderr
    assert "bubblewrap" in (tmp_path / "apt.log").read_text()

    def results(text):
        book = root / "submission" / "answer.ipynb"
        if text is None:
            book.unlink()
        else:
            book.write_text(text)
        done = bash("run_autograder")
        assert done.returncode == 0, done.stderr
        found = json.loads((root / "results" / "results.json").read_text())
        assert fits(found, RESULTS)
        assert all(fits(test, TEST) for test in found.get("tests", ()))
        return found

    factor = own_numbers("90.4", "Ann Lee").integers(3, 10**6)
    cells = ("def double(Z):\n    return 2 * Z\n",
             f"def scale(Z):\n    return {factor} * Z\n")  # fmt: skip
    who = {"users": [{"name": "Ann Lee", "email": "ann@school"}]}
    (root / "submission_metadata.json").write_text(json.dumps(who))
    found = results(notebook(*cells))
    assert {t["number"]: t["score"] for t in found["tests"]} == {
        "90.1": 0, "90.2": 10, "90.3": 0, "90.4": 10
    }  # fmt: skip
    assert found["score"] == 20
    who["users"][0]["name"] = "Bob"
    (root / "submission_metadata.json").write_text(json.dumps(who))
    assert results(notebook(*cells))["score"] < 20
    (root / "submission_metadata.json").unlink()
    found = results(notebook(*cells))
    assert found["score"] == 10 and "id is needed" in found["output"]
    assert "not JSON" in results("no notebook")["output"]
    assert results(None) == {
        "score": 0, "output": "There is no notebook in your submission."
    }  # fmt: skip


OWN = """

scale = exercise(
    "90.4", "Your own factor", points=10, kind="implement",
    calls=["Y = scale(Z)"], personal=True,
    draw=lambda rng, own: drawn(rng),
    reference=lambda own, Z: own.integers(3, 10**6) * Z, read="Your number",
)
"""


def test_nbgrader_cells_know_whose_folder_they_are_in(tmp_path, monkeypatch):
    specs = tmp_path / "sheet.py"
    specs.write_text((Path(__file__).parent / "sheet.py").read_text() + OWN)
    monkeypatch.setattr(
        "layerwise.exercises.chapter", lambda number: load(specs)
    )
    factor = own_numbers("90.4", "ann").integers(3, 10**6)
    names = {"scale": lambda Z: factor * Z}
    for student, points in (("ann", 10), ("bob", 4)):
        folder = tmp_path / "course" / "autograded" / student / "ps1"
        folder.mkdir(parents=True)
        monkeypatch.chdir(folder)
        assert grading.points("90.4", names) == points
        assert grading.points("90.4", names, student="ann") == 10
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError, match="whose is it"):
        grading.points("90.4", names)
