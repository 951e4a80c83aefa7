"""The traps of nbval, each shown once, so that nobody trusts it blindly."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]


pytestmark = pytest.mark.slow


def nbval(folder, *files, options=()):
    """Run strict nbval as `make test` does; return its report, by cell."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    command += ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
    done = subprocess.run(
        [*command, "-rA", *options, *files],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(
        r"^(PASSED|FAILED) (\S+)\.ipynb::Cell (\d+)", done.stdout, re.M
    )
    assert found, done.stdout + done.stderr
    return {(file, int(n)): verdict for verdict, file, n in found}


def notebook(*cells):
    """Make a notebook of cells that were run: pairs of source and output."""
    made = []
    for count, (source, output) in enumerate(cells, 1):
        cell = nbformat.v4.new_code_cell(source, execution_count=count)
        if isinstance(output, str):
            output = nbformat.v4.new_output(
                "execute_result", {"text/plain": output}, execution_count=count
            )
        cell.outputs = [output] if output else []
        made.append(cell)
    return nbformat.v4.new_notebook(cells=made)


PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgAB"
    "SK+kcQAAAABJRU5ErkJggg=="
)
SHOW = f"""
import base64
from IPython.display import Image, display
display(Image(data=base64.b64decode("{PIXEL}"), format="png"))
"""
OTHER = nbformat.v4.new_output(
    "display_data",
    {"image/png": "AAAA", "text/plain": "<IPython.core.display.Image object>"},
)
FIXED = "class A:\n    def __repr__(self): return 'A'\n\nA()"
# What each trap does to one cell, and what strict nbval says to it.
TRAPS = {
    "the same number": ("1 + 1", "2", "PASSED"),
    "a changed number": ("1 + 1", "3", "FAILED"),
    "outputs stripped, silently": ("print(1)", None, "PASSED"),
    "a trailing semicolon": ("1 + 1;", None, "FAILED"),
    "another picture, never compared": (SHOW, OTHER, "PASSED"),
    "an address": ("object()", "<object object at 0x7f0000000000>", "FAILED"),
    "a fixed repr": (FIXED, "A", "PASSED"),
}


def test_each_trap_is_as_we_think(tmp_path):
    cells = [(source, output) for source, output, _ in TRAPS.values()]
    made = notebook(*cells)
    stripped = list(TRAPS).index("outputs stripped, silently")
    made.cells[stripped].execution_count = None
    nbformat.write(made, tmp_path / "traps.ipynb")
    found = nbval(tmp_path, "traps.ipynb")
    said = dict(zip(TRAPS, (found["traps", i] for i in range(7)), strict=True))
    assert said == {trap: verdict for trap, (_, _, verdict) in TRAPS.items()}


def test_xdist_splits_a_notebook_unless_told_not_to(tmp_path):
    cells = [("x = 0", None)] + [("x = x + 1\nx", str(i)) for i in range(1, 6)]
    nbformat.write(notebook(*cells), tmp_path / "six.ipynb")
    split = nbval(tmp_path, "six.ipynb", options=("-n", "2"))
    assert "FAILED" in split.values()


def test_both_notebooks_pass_and_a_changed_listing_fails_alone(woven):
    files = ["chapters/02-doubling.ipynb", "solutions/02-doubling.ipynb"]
    found = nbval(woven, *files)
    assert len(found) > 20 and set(found.values()) == {"PASSED"}
    library = woven / "src" / "layerwise" / "doubling.py"
    source = library.read_text("utf-8")
    library.write_text(source.replace("return 2 * x,", "return x * 2,"))
    found = nbval(woven, *files)
    ((file, number),) = [cell for cell in found if found[cell] == "FAILED"]
    assert file == "chapters/02-doubling"
    stored = json.loads((woven / files[0]).read_text("utf-8"))
    code = [c for c in stored["cells"] if c["cell_type"] == "code"]
    assert "".join(code[number]["source"]) == "listing(lw.double_forward)"


def test_the_command_of_make_avoids_the_traps():
    lines = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    (command,) = [x for x in lines.splitlines() if "--nbval" in x]
    assert "--nbval-lax" not in command
    assert "--nbval-cell-timeout" in command
    assert "--nbval-current-env" in command
    assert ("-n " in command) <= ("--dist loadfile" in command)
    for folder in ("chapters", "solutions"):
        assert folder in command
