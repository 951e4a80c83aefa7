"""The traps of nbval, each shown once, so that nobody trusts it blindly."""

import json
import os
import re
import subprocess
import sys

import nbformat
import pytest

from conftest import ROOT

pytestmark = pytest.mark.slow


def nbval(folder, *files, options=()):
    """Run strict nbval as `make test` does; return passed, failed, text."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    command += ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60"]
    env = os.environ | {"PYTHONPATH": str(folder / "src")}
    done = subprocess.run(
        [*command, "-rfE", *options, *map(str, files)],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1]
    counts = {kind: int(n) for n, kind in re.findall(r"(\d+) (\w+)", last)}
    return counts.get("passed", 0), counts.get("failed", 0), done.stdout


def one_cell(folder, source, output=None):
    """Write a notebook of one cell that was run and gave `output`."""
    cell = nbformat.v4.new_code_cell(source, execution_count=1)
    cell.outputs = [output] if output else []
    notebook = nbformat.v4.new_notebook(cells=[cell])
    path = folder / "one.ipynb"
    nbformat.write(notebook, path)
    return path


def result(text):
    return nbformat.v4.new_output(
        "execute_result", {"text/plain": text}, execution_count=1
    )


def test_both_notebooks_pass_and_a_changed_listing_fails_alone(woven):
    files = ["chapters/02-doubling.ipynb", "solutions/02-doubling.ipynb"]
    passed, failed, text = nbval(woven, *files)
    assert (passed > 20, failed) == (True, 0), text
    library = woven / "src" / "layerwise" / "doubling.py"
    source = library.read_text("utf-8")
    library.write_text(source.replace("return 2 * x,", "return x * 2,"))
    passed_now, failed, text = nbval(woven, *files)
    assert (passed_now, failed) == (passed - 1, 1), text
    notebook = json.loads((woven / files[0]).read_text("utf-8"))
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    (number,) = re.findall(r"FAILED \S*chapters\S*::Cell (\d+)", text)
    shown = "".join(code[int(number)]["source"])
    assert shown == "listing(lw.double_forward)"


def test_a_changed_number_fails(tmp_path):
    good = one_cell(tmp_path, "1 + 1", result("2"))
    assert nbval(tmp_path, good)[:2] == (1, 0)
    bad = one_cell(tmp_path, "1 + 1", result("3"))
    assert nbval(tmp_path, bad)[:2] == (0, 1)


def test_trap_outputs_stripped_pass_silently(tmp_path):
    path = one_cell(tmp_path, "print(1)")
    text = path.read_text("utf-8").replace(
        '"execution_count": 1', '"execution_count": null'
    )
    path.write_text(text, encoding="utf-8")
    assert nbval(tmp_path, path)[:2] == (1, 0)


def test_trap_a_trailing_semicolon_fails(tmp_path):
    path = one_cell(tmp_path, "1 + 1;")
    assert nbval(tmp_path, path)[:2] == (0, 1)


def test_trap_pictures_are_never_compared(tmp_path):
    source = (
        "from IPython.display import Image, display\nimport base64\n"
        f"display(Image(data=base64.b64decode({PIXEL!r}), format='png'))"
    )
    other = nbformat.v4.new_output(
        "display_data",
        {
            "image/png": "AAAA",
            "text/plain": "<IPython.core.display.Image object>",
        },
    )
    path = one_cell(tmp_path, source, other)
    assert nbval(tmp_path, path)[:2] == (1, 0)


SHOWN = "<IPython.core.display.Image object>"
PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgAB"
    "SK+kcQAAAABJRU5ErkJggg=="
)


def test_trap_a_widget_needs_a_fixed_repr(tmp_path):
    made = "class A: pass\nclass B:\n    def __repr__(self): return 'B'\n"
    path = one_cell(
        tmp_path, made + "A()", result("<__main__.A at 0x7f0000000000>")
    )
    assert nbval(tmp_path, path)[:2] == (0, 1)
    path = one_cell(tmp_path, made + "B()", result("B"))
    assert nbval(tmp_path, path)[:2] == (1, 0)


def test_trap_xdist_must_keep_a_notebook_together(woven):
    path = "solutions/02-doubling.ipynb"
    together = ("-n", "2", "--dist", "loadfile")
    assert nbval(woven, path, options=together)[1] == 0
    assert nbval(woven, path, options=("-n", "2"))[1] > 0


def test_the_command_of_make_avoids_the_traps():
    lines = (ROOT / "Makefile").read_text("utf-8").replace("\\\n", " ")
    (command,) = [x for x in lines.splitlines() if "--nbval" in x]
    assert "--nbval-lax" not in command
    assert "--nbval-cell-timeout" in command
    assert "--nbval-current-env" in command
    assert ("-n " in command) <= ("--dist loadfile" in command)
    for folder in ("chapters", "solutions"):
        assert folder in command
