"""What a chapter imports must run where there are no threads and processes."""

import ast
import sys

import pytest
from lite_visit import ROOT

LIBRARY = ROOT / "src/layerwise"
# A browser's Python has no processes, no sockets and no second thread.
ABSENT = {
    *("asyncio", "concurrent", "ctypes", "fcntl", "multiprocessing"),
    *("resource", "socket", "subprocess", "threading"),
}
# Grading and the command line never run there; a check's time limit asks the
# platform first (exercises/calling.py, `limit`).
AT_HOME = ("grading/", "cli.py", "figures/__main__.py")
MAY = {"exercises/calling.py": {"ctypes", "threading"}}


PARTS = {
    path.relative_to(LIBRARY).as_posix(): path
    for path in sorted(LIBRARY.rglob("*.py"))
}
NAMES = [name for name in PARTS if not name.startswith(AT_HOME)]


def tree_of(name):
    return ast.parse(PARTS[name].read_text(encoding="utf-8"))


def imported(nodes):
    """Return the first names of what the nodes import, absolutely."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("name", NAMES)
def test_a_part_of_the_library_needs_no_process_and_no_thread(name):
    found = set(imported(ast.walk(tree_of(name)))) & ABSENT
    assert found <= MAY.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_a_part_of_the_library_loads_numpy_and_widgets_at_most(name):
    may = {"numpy", "layerwise", *sys.stdlib_module_names}
    if name.startswith("figures/"):
        may |= {"anywidget", "traitlets"}
    assert set(imported(tree_of(name).body)) <= may


def test_both_tests_see_what_they_forbid():
    wrong = ast.parse("import os\n\ndef f():\n    from subprocess import run")
    assert set(imported(ast.walk(wrong))) & ABSENT == {"subprocess"}
    assert set(imported(wrong.body)) == {"os"}
    assert set(MAY) <= set(NAMES)
