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

from layerwise.cli import main
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


def test_a_gradescope_autograder_installs_and_judges(tmp_path):
    out = tmp_path / "autograder.zip"
    specs = Path(__file__).parent / "sheet.py"
    result = invoke("export", "gradescope", "--out", out, "--course", COURSE,
                    "--exercises", specs)  # fmt: skip
    assert result.exit_code == 0, result.output
    with zipfile.ZipFile(out) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "source")
        modes = {i.filename: i.external_attr >> 16 for i in archive.infolist()}
    assert {"setup.sh", "run_autograder", "sheet.py"} <= names
    assert modes["run_autograder"] & 0o111
    assert not any("solutions" in name for name in names)
    answer = tmp_path / "answer.ipynb"
    answer.write_text(notebook("def double(Z):\n    return 2 * Z\n"))
    results = tmp_path / "results" / "results.json"
    command = (tmp_path / "source" / "run_autograder").read_text()
    assert "layerwise check" in command and "--results" in command
    subprocess.run(  # the package that was packed, not this one
        [sys.executable, "-m", "layerwise.cli", "check", str(answer),
         "--exercises", str(tmp_path / "source" / "sheet.py"),
         "--results", str(results)],
        env=os.environ | {
            "PYTHONPATH": str(tmp_path / "source" / "layerwise" / "src")},
        check=True, capture_output=True,
    )  # fmt: skip
    found = json.loads(results.read_text())
    assert found["score"] == 10
    assert len(found["tests"]) == 3
