"""What the README promises is run as it stands there."""

import re
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def code_blocks():
    return re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)


def block_with(words):
    found = [block for block in code_blocks() if words in block]
    assert len(found) == 1, f"{len(found)} blocks of the README hold {words}"
    return found[0]


def test_every_make_target_of_the_readme_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", README, re.MULTILINE))
    assert {"site", "test", "lab"} <= named
    assert named <= targets


def test_the_readme_shows_the_two_commands_first():
    assert "make site" in code_blocks()[0]
    assert "make test" in code_blocks()[0]


def test_every_file_the_readme_names_exists():
    named = re.findall(
        r"\]\(([^)#:]+)\)|`((?:book|src|tests)/[\w./]*)`", README
    )
    paths = [a or b for a, b in named]
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.slow
def test_the_exercise_table_of_the_readme_is_what_the_specs_give():
    from layerwise.exercises.table import table

    shown = README.split("<!-- exercises: begin -->")[1]
    shown = shown.split("<!-- exercises: end -->")[0]
    lines = [line for line in shown.splitlines() if line.startswith("|")]
    assert lines == table().splitlines(), "run `make readme`"


@pytest.mark.slow
@pytest.mark.skipif(
    sys.platform == "win32", reason="not here: the lines are for a POSIX shell"
)
def test_the_three_lines_without_make_open_jupyter(tmp_path):
    # The environment is made elsewhere, so that this checkout stays clean.
    lines = block_with("jupyter lab work").splitlines()
    assert len(lines) == 3
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True, symlinks=True)
    assert lines[0].startswith("python3 -m venv .venv && . .venv/bin/activate")
    second = lines[1].replace("install", "install --quiet")
    third = lines[2].replace("jupyter lab work", "jupyter lab --version")
    script = f". {environment}/bin/activate\n{second} && {third}\n"
    copy = tmp_path / "copy"
    subprocess.run(
        ["git", "clone", "--quiet", str(ROOT), str(copy)], check=True
    )
    done = subprocess.run(
        ["sh", "-ec", script], cwd=copy, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert list((copy / "work").glob("06-*.ipynb"))
