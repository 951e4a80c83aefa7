"""What every committed notebook must be, beyond what nbval compares."""

import json
import re
from pathlib import Path

import pytest

import manuscript
import weave

ROOT = Path(__file__).parents[2]

WOVEN = sorted(ROOT.glob("chapters/*.ipynb")) + sorted(
    ROOT.glob("solutions/*.ipynb")
)
PAGES = manuscript.manuscripts(ROOT)
TRAPS = {
    "a long number: its last digits differ between machines": re.compile(
        r"(?<![\w.])-?\d\.\d{13,}"
    ),
    "a bare numpy scalar: its text differs between versions": re.compile(
        r"\bnp\.(float|int|bool)\w*\("
    ),
    "a path or an address of this machine": weave.MACHINE,
}


def faults(notebook):
    """Yield what is wrong with a notebook, in words."""
    code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
    counts = [c["execution_count"] for c in code]
    if counts != list(range(1, len(code) + 1)):
        yield f"execution counts are {counts}: nbval passes un-run cells"
    ids = [c.get("id") for c in notebook["cells"]]
    if None in ids or len(set(ids)) < len(ids):
        yield "cell ids are missing or repeated"
    keys = set(notebook["metadata"]) - {"widgets"}
    if keys != {"kernelspec", "language_info", "layerwise"}:
        yield f"notebook metadata holds {sorted(keys)}"
    for cell in notebook["cells"]:
        if set(cell["metadata"]) - {"tags", "mystnb", "myst"}:
            yield f"{cell['id']}: metadata holds {sorted(cell['metadata'])}"
    for cell in code:
        tags = cell["metadata"].get("tags", [])
        source = "".join(cell["source"]).rstrip()
        if source.endswith(";"):
            yield f"{cell['id']}: ends in `;`, which nbval ignores"
        if "NBVAL" in source or any(tag.startswith("nbval") for tag in tags):
            yield f"{cell['id']}: is hidden from nbval"
        for output in cell["outputs"]:
            kind = output["output_type"]
            if kind == "error" and "raises-exception" not in tags:
                yield f"{cell['id']}: stores an error"
            if output.get("name") == "stderr":
                yield f"{cell['id']}: stores a warning"
        text = "\n".join(weave.outputs_of(cell))
        for trap, pattern in TRAPS.items():
            if found := pattern.search(text):
                yield f"{cell['id']}: prints {trap} ({found[0]})"


def points(notebook):
    """Return what the checks say: earned and possible points."""
    text = "".join(
        "".join(output.get("text", output.get("data", {}).get("text/plain")))
        for cell in notebook["cells"]
        if "check" in cell["metadata"].get("tags", [])
        for output in cell["outputs"]
    )
    return re.findall(r"(\d+(?:\.\d+)?) of (\d+(?:\.\d+)?) points", text)


@pytest.fixture(params=WOVEN, ids=lambda p: f"{p.parent.name}/{p.stem}")
def stored(request):
    return request.param, json.loads(request.param.read_text("utf-8"))


def test_every_manuscript_is_woven_and_nothing_is_stale(capsys):
    assert bool(WOVEN) == bool(PAGES)
    assert weave.main(["--check"]) == 0, capsys.readouterr().out


def test_a_notebook_is_as_strict_nbval_needs_it(stored):
    assert list(faults(stored[1])) == []


def test_a_notebook_is_small(stored):
    path, notebook = stored
    assert path.stat().st_size < weave.NOTEBOOK_BYTES
    page = manuscript.Manuscript(path, [], {}, [])
    cells = [manuscript.Cell("", c["id"], 0) for c in notebook["cells"]]
    weave.inspect_outputs(weave.nbformat.from_dict(notebook), page, cells)
    assert page.problems == []


def test_a_chapter_earns_nothing_and_its_solutions_everything(stored):
    path, notebook = stored
    found = points(notebook)
    asked = [c for c in notebook["cells"] if c["id"].startswith("ex-")]
    assert bool(found) == bool(asked)
    for earned, possible in found:
        expected = 0 if path.parent.name == "chapters" else possible
        assert float(earned) == float(expected)


def test_a_chapter_holds_no_answer(stored):
    path, notebook = stored
    if path.parent.name != "chapters":
        return
    lib = manuscript.library(ROOT)
    page = manuscript.read(ROOT / "book" / f"{path.stem}.md", ROOT, lib)
    asked = [c for c in page.cells if c.role == "exercise"]
    answers = [x for cell in asked for x in manuscript.answer_lines(cell)]
    assert bool(answers) == bool(asked)
    shown = [
        "".join([*c["source"], *weave.outputs_of(c)])
        for c in notebook["cells"]
    ]
    text = manuscript.squeezed("".join(shown))
    assert [x for x in answers if manuscript.squeezed(x) in text] == []
    for cell in notebook["cells"]:
        assert "solution" not in cell["metadata"].get("tags", [])


# --- the guards themselves --------------------------------------------------

FAULTS = {
    "an un-run cell": (
        lambda c, n: c.update(execution_count=None, outputs=[]),
        "nbval passes un-run cells",
    ),
    "a repeated id": (
        lambda c, n: c.update(id=n["cells"][0]["id"]),
        "cell ids are missing or repeated",
    ),
    "an error": (
        lambda c, n: c["outputs"].append(
            {"output_type": "error", "ename": "E", "evalue": "e"}
        ),
        "stores an error",
    ),
    "a semicolon": (
        lambda c, n: c.update(source="1 + 1;"),
        "ends in `;`",
    ),
    "a machine's path": (
        lambda c, n: c["outputs"].append(
            {"output_type": "stream", "text": ["in /home/me"]}
        ),
        "a path or an address",
    ),
    "all digits": (
        lambda c, n: c["outputs"].append(
            {"output_type": "stream", "text": ["7.1234567890123456"]}
        ),
        "a long number",
    ),
    "a numpy scalar": (
        lambda c, n: c["outputs"].append(
            {
                "output_type": "execute_result",
                "data": {"text/plain": ["np.float64(0.5)"]},
            }
        ),
        "a bare numpy scalar",
    ),
    "a hiding comment": (
        lambda c, n: c.update(source="# NBVAL_IGNORE_OUTPUT\n1"),
        "is hidden from nbval",
    ),
    "metadata of an editor": (
        lambda c, n: c["metadata"].update(execution={}),
        "metadata holds ['execution']",
    ),
    "metadata of jupytext": (
        lambda c, n: n["metadata"].update(jupytext={}),
        "notebook metadata holds",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_guard_finds_its_fault(woven, fault):
    notebook = json.loads(
        (woven / "chapters" / "02-doubling.ipynb").read_text("utf-8")
    )
    assert list(faults(notebook)) == []
    spoil, message = FAULTS[fault]
    spoil(notebook["cells"][1], notebook)
    (found,) = faults(notebook)
    assert message in found


def test_the_fixture_page_earns_nothing_before_and_all_after(woven):
    for folder, expected in (("chapters", "0"), ("solutions", "10")):
        text = (woven / folder / "02-doubling.ipynb").read_text("utf-8")
        found = points(json.loads(text))
        assert found == [(expected, "10")] * 5
