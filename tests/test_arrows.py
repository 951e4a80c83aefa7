"""The house has one direction: who may import whom.

cli -> grading -> exercises -> mathematics, figures and plots -> mathematics;
the mathematics import numpy and each other, later chapters' files from
earlier ones.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "src" / "layerwise"
# The order of the chapters: a file may lean on those before it.
MATHEMATICS = [
    "shapes",
    "affine",
    "activations",
    "losses",
    "initializers",
    "convolution",
    "normalization",
    "regularization",
    "recurrence",
    "layers",
    "network",
    "recurrent_networks",
    "autoencoders",
    "optimizers",
    "training",
    "gradients",
    "metrics",
    "datasets",
    "search",
]
MAY = {
    "mathematics": set(),
    "listing": set(),
    "plots": {"mathematics"},
    "figures": {"mathematics"},
    "exercises": {"mathematics"},
    "grading": {"mathematics", "exercises"},
    "cli": {"mathematics", "exercises", "grading"},
}
PACKAGES = {"exercises", "figures", "grading"}
OPTIONAL = {"training.py": {"tqdm"}}  # a bar, if it is installed
OUTSIDE = {
    "mathematics": {"numpy"},
    "listing": set(),
    "plots": {"numpy", "matplotlib"},
    # PIL comes with matplotlib: it writes the stills.
    "figures": {"numpy", "anywidget", "traitlets", "matplotlib", "PIL"},
    "exercises": {"numpy", "IPython", "matplotlib"},
}


def room(name):
    """Return the room of the house that a module's dotted name stands in."""
    first = name.split(".")[0]
    return "mathematics" if first in MATHEMATICS else first


def imports(path):
    """Yield every module a file imports, lazily too, as dotted names.

    Names of this house begin with a dot: `.affine`, `.exercises.spec`.
    """
    package = list(path.relative_to(HOUSE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level:
            base = package[: len(package) - node.level + 1]
            inner = [*base, *(node.module or "").split(".")]
            stem = ".".join(["layerwise", *filter(None, inner)])
            whole = bool(node.module)
            names = [stem if whole else f"{stem}.{a.name}" for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            bare = module == "layerwise"
            names = [
                f"{module}.{a.name}" if bare else module for a in node.names
            ]
        else:
            continue
        for name in names:
            first, _, rest = name.partition(".")
            yield f".{rest}" if first == "layerwise" else name


FILES = sorted(p for p in HOUSE.rglob("*.py") if p != HOUSE / "__init__.py")


@pytest.fixture(params=FILES, ids=lambda p: str(p.relative_to(HOUSE)))
def file(request):
    return request.param


def test_every_file_stands_in_a_room(file):
    assert room(file.relative_to(HOUSE).parts[0].removesuffix(".py")) in MAY


def test_arrows_run_one_way(file):
    here = room(file.relative_to(HOUSE).parts[0].removesuffix(".py"))
    inside = [n[1:] for n in imports(file) if n.startswith(".")]
    rooms = {room(n) for n in inside if n and room(n) in MAY} - {here}
    assert rooms <= MAY[here]
    if here == "mathematics":
        order = MATHEMATICS.index(file.stem)
        later = [n for n in inside if n in MATHEMATICS[order:]]
        assert later == []


def test_a_room_imports_no_package_it_does_not_need(file):
    here = room(file.relative_to(HOUSE).parts[0].removesuffix(".py"))
    if here in OUTSIDE:
        outside = {n.split(".")[0] for n in imports(file) if n[0] != "."}
        optional = OPTIONAL.get(file.name, set())
        needed = outside - set(sys.stdlib_module_names) - optional
        assert needed <= OUTSIDE[here]


def test_only_grading_needs_a_particular_system(file):
    here = room(file.relative_to(HOUSE).parts[0].removesuffix(".py"))
    if here not in ("grading", "cli"):
        posix = {"fcntl", "grp", "pwd", "pty", "resource", "termios"}
        posix |= {"subprocess", "multiprocessing"}
        assert not posix & {n.split(".")[0] for n in imports(file)}


def test_import_layerwise_loads_numpy_and_nothing_heavier():
    code = (
        "import sys, numpy; before = set(sys.modules)\n"
        "import layerwise\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    new = [n for n in done.stdout.split() if not n.startswith("numpy")]
    own = [n.partition(".")[2] for n in new if n.startswith("layerwise")]
    assert "activations" in own
    assert {n for n in own if n and n not in MATHEMATICS} == set()
    others = {n.split(".")[0] for n in new} - {"layerwise"}
    assert others - set(sys.stdlib_module_names) == set()


def test_the_order_names_the_files_that_there_are():
    stems = {p.stem for p in HOUSE.glob("*.py")} - {"__init__"}
    assert stems - set(MATHEMATICS) <= set(MAY)


def test_imports_are_read_in_every_form(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "HOUSE", tmp_path)
    (tmp_path / "grading").mkdir()
    path = tmp_path / "grading" / "x.py"
    path.write_text(
        "import numpy as np\nfrom ..affine import f\nfrom . import judge\n"
        "from .. import plots\nfrom layerwise import exercises\n"
        "def g():\n    import layerwise.figures.kit\n"
        "from layerwise.cli import main\n",
        encoding="utf-8",
    )
    assert set(imports(path)) == {
        "numpy",
        ".affine",
        ".grading.judge",
        ".plots",
        ".exercises",
        ".figures.kit",
        ".cli",
    }
