"""Every equation of the book is tested, and code cites real equations.

The test of the label `eq-relu-slope` is `test_eq_relu_slope` in the file of
its chapter, test_ch06.py; pages without a number use test_unnumbered.py. What
is only a definition stands there in `DEFINITIONS`, with the reason.
"""

import ast
import io
import re
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = {p.stem: p.read_text("utf-8") for p in (ROOT / "book").glob("*.md")}
CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.M | re.S)
LABEL = re.compile(r"\$\$ *\((eq-[\w-]+)\) *$|^:label: (eq-[\w-]+)", re.M)
CITED = re.compile(r"\((eq-[\w-]+)\)")
CHAPTER = re.compile(r'\A[rR]?"""Chapter (\d+)\.')


def labels(text):
    """Return the labels of the equations in a page, code left out."""
    return [a or b for a, b in LABEL.findall(CELL.sub("", text))]


def citations(source):
    """Return the labels that comments cite."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [t.string for t in tokens if t.type == tokenize.COMMENT]
    return CITED.findall("\n".join(comments))


def chapter_of(source):
    """Return the two digits a module's first line names, or None."""
    found = CHAPTER.match(source)
    return f"{int(found[1]):02d}" if found else None


def answers(source):
    """Return what a file of tests covers: tested labels, definitions."""
    tested, defined = set(), {}
    for node in ast.parse(source).body:
        name = getattr(node, "name", "")
        if name.startswith("test_eq_") and asserts(node):
            tested.add(name[5:].replace("_", "-"))
        target = getattr(node, "targets", [None])[0]
        if getattr(target, "id", "") == "DEFINITIONS":
            defined = ast.literal_eval(node.value)
    return tested, defined


def asserts(function):
    """Say whether a test can fail."""
    calls = [n.func for n in ast.walk(function) if isinstance(n, ast.Call)]
    names = [getattr(f, "attr", getattr(f, "id", "")) for f in calls]
    return any(isinstance(n, ast.Assert) for n in ast.walk(function)) or any(
        name.startswith("assert_") for name in names
    )


def file_of(stem):
    name = f"ch{stem[:2]}" if stem[:2].isdigit() else "unnumbered"
    return ROOT / "tests" / "equations" / f"test_{name}.py"


WRITTEN = {stem[:2] for stem in PAGES if stem[:2].isdigit()}
LABELS = {stem: labels(text) for stem, text in PAGES.items()}
KNOWN = {label for found in LABELS.values() for label in found}
PACKAGE = {p: p.read_text("utf-8") for p in (ROOT / "src").rglob("*.py")}
DUE = [p for p, text in PACKAGE.items() if chapter_of(text) in WRITTEN]


def test_written_chapters_have_equations_and_due_modules():
    assert len(PACKAGE) > 10
    assert bool(WRITTEN) == bool(KNOWN) == bool(DUE)


def test_no_label_is_used_twice():
    found = [label for page in LABELS.values() for label in page]
    assert sorted(found) == sorted(KNOWN)


@pytest.mark.parametrize("stem", sorted(s for s in LABELS if LABELS[s]))
def test_every_equation_has_a_test_or_is_a_definition(stem):
    file = file_of(stem)
    assert file.exists(), f"{file.name} tests the equations of {stem}"
    tested, defined = answers(file.read_text("utf-8"))
    found = set(LABELS[stem])
    assert found - tested - set(defined) == set(), f"no test in {file.name}"
    assert tested & set(defined) == set()
    assert all(len(reason) > 10 for reason in defined.values())


@pytest.mark.parametrize(
    "file", sorted((ROOT / "tests" / "equations").glob("test_*.py"))
)
def test_every_test_has_its_equation(file):
    if file.name == Path(__file__).name:
        return
    tested, defined = answers(file.read_text("utf-8"))
    stems = [stem for stem in LABELS if file_of(stem) == file]
    found = {label for stem in stems for label in LABELS[stem]}
    assert (tested | set(defined)) - found == set()


@pytest.mark.parametrize("file", sorted(DUE), ids=lambda p: p.stem)
def test_code_of_written_chapters_cites_real_equations(file):
    assert set(citations(PACKAGE[file])) - KNOWN == set()


@pytest.mark.parametrize("stem", sorted(PAGES))
def test_cells_cite_real_equations(stem):
    cells = "\n".join(CELL.findall(PAGES[stem]))
    assert set(CITED.findall(cells)) - KNOWN == set()


def test_exercises_cite_real_equations():
    specs = [p for p in PACKAGE if re.match(r"ch\d\d_", p.name)]
    quoted = "\n".join(PACKAGE[p] for p in specs)
    found = set(re.findall(r'"(eq-[\w-]+)"', quoted))
    assert bool(found) == bool(specs)
    assert found - KNOWN == set()


# --- the machinery itself ---------------------------------------------------


def test_labels_are_found_in_every_form():
    text = (
        "$$ a = b $$ (eq-one)\n\n$$\na = b\n$$ (eq-two)\n\n"
        "```{math}\n:label: eq-three\na\n```\n{eq}`eq-four`\n"
        "```{code-cell}\nx = 1  # $$ (eq-five)\n```\n"
    )
    assert labels(text) == ["eq-one", "eq-two", "eq-three"]


def test_citations_are_read_from_comments_only():
    assert citations('x = "(eq-no)"  # (n, m) (eq-yes)\n') == ["eq-yes"]


def test_a_test_that_cannot_fail_covers_nothing():
    source = (
        "DEFINITIONS = {'eq-c': 'a name for a sum'}\n"
        "def test_eq_a_b():\n    assert 1\n"
        "def test_eq_d():\n    np.testing.assert_allclose(1, 1)\n"
        "def test_eq_e():\n    pass\n"
    )
    assert answers(source) == (
        {"eq-a-b", "eq-d"},
        {"eq-c": "a name for a sum"},
    )


def test_the_first_line_names_the_chapter():
    assert chapter_of('"""Chapter 6. A curve."""') == "06"
    assert chapter_of('"""Data for every chapter."""') is None
