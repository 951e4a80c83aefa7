"""`check`, `mine` and `progress`, as a learner meets them."""

import json
import linecache
import sys
import textwrap

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import layerwise as lw
from layerwise.exercises import (
    all_exercises,
    chapter,
    examine,
    find,
    notebook,
)
from layerwise.exercises.calling import LocalCaller

STUB = '''
def relu_backward(dA, cache):
    """Multiply by the slope."""
    raise NotImplementedError
'''
RIGHT = """
def relu_backward(dA, cache):
    return dA * (cache > 0)
"""
WRONG = """
def relu_backward(dA, cache):
    return np.maximum(dA, 0)
"""


def learned(text, name="relu_backward"):
    filename = f"<cell {abs(hash(text))}>"
    linecache.cache[filename] = len(text), None, text.splitlines(True), "x"
    space = {"np": np, "lw": lw, "__name__": "__main__"}
    exec(compile(text, filename, "exec"), space)
    return space[name]


def said(capsys):
    return capsys.readouterr().out.strip()


def test_check_on_a_stub(capsys):
    lw.check(learned(STUB))
    assert said(capsys) == ("relu_backward   0 of 4 points, not attempted yet")


def test_check_on_a_right_answer(capsys):
    lw.check(learned(RIGHT))
    assert said(capsys) == "relu_backward   4 of 4 points"


def test_check_has_the_layout_of_the_style(capsys):
    lw.check(learned(WRONG))
    lines = said(capsys).split("\n")
    assert lines[0].startswith("relu_backward   1.6 of 4 points")
    assert [line[:10] for line in lines[1:]] == [
        "  right   ",
        "  wrong   ",
        "  think   ",
        "  read    ",
    ]
    assert lines[1] == (
        "  right   returns an array of the shape of Z, "
        "leaves its arguments alone"
    )
    assert lines[3].endswith("?")
    assert lines[4] == (
        "  read    A unit that is silent, equation activation-backward"
    )


def test_check_says_the_same_every_time(capsys):
    lw.check(learned(WRONG))
    first = said(capsys)
    lw.check(learned(WRONG))
    assert said(capsys) == first


def test_check_on_several_functions(capsys):
    leaky = "def leaky_relu_backward(dA, cache):\n    return dA\n"
    lw.check(learned(RIGHT), learned(leaky, "leaky_relu_backward"))
    text = said(capsys)
    assert text.startswith("relu_backward   4 of 4 points\nleaky_relu_back")


def test_check_shows_the_learners_line_and_not_our_stack(capsys):
    text = "def relu_backward(dA, cache):\n    return dA @ cache\n"
    lw.check(learned(text))
    out = said(capsys)
    assert "in your line `return dA @ cache`" in out
    assert "with dA (3, 5), cache (3, 5)" in out
    assert "Traceback" not in out and "layerwise" not in out


def test_check_stops_an_endless_loop(capsys):
    text = "def relu_backward(dA, cache):\n    while True:\n        pass\n"
    lw.check(learned(text))
    assert "is not finished after 1 s" in said(capsys)


def test_check_refuses_the_librarys_own_function(capsys):
    lw.check(lw.relu_backward)
    assert said(capsys) == (
        "relu_backward: this is the library's. "
        "Write your own `def relu_backward` and check that."
    )


def test_a_call_to_the_librarys_own_version_earns_nothing(capsys):
    text = (
        "def relu_backward(dA, cache):\n"
        "    return lw.relu_backward(dA, cache)\n"
    )
    lw.check(learned(text))
    out = said(capsys)
    assert out.startswith("relu_backward   0 of 4 points")
    assert "uses lw.relu_backward: this exercise asks you to write it" in out


def test_check_names_what_it_knows(capsys):
    lw.check(learned("def relu_backwards(dA):\n    pass\n", "relu_backwards"))
    assert "Did you mean relu_backward" in said(capsys)
    lw.check(learned("def soup(dA):\n    pass\n", "soup"))
    out = said(capsys)
    assert "no exercise asks for a function named soup" in out
    assert "I know: " in out and "relu_backward" in out
    lw.check("relu_backward")
    assert "without quotation marks" in said(capsys)
    lw.check(3)
    assert "not something of type int" in said(capsys)
    lw.check(None)
    assert "not something of type NoneType" in said(capsys)
    lw.check(np.maximum)
    assert "maximum" in said(capsys)
    lw.check(print, len)
    assert "named print" in said(capsys)
    lw.check()
    assert "which one?" in said(capsys)


def test_hints_come_one_by_one_and_cost_nothing(capsys):
    notebook._hints_shown.clear()
    hints = find("relu_backward").hints
    for shown in (1, 2, len(hints), len(hints)):
        lw.check(learned(WRONG), hint=True)
        out = said(capsys)
        assert out.startswith("relu_backward   1.6 of 4 points")
        assert out.count("\n  hint") == min(shown, len(hints))
    lw.check(learned(WRONG))
    assert "hint" not in said(capsys)


def test_mine_takes_the_learners_function_when_it_passes(capsys, monkeypatch):
    main = sys.modules["__main__"]
    monkeypatch.setattr(main, "relu_backward", learned(RIGHT), raising=False)
    assert lw.mine("relu_backward") is main.relu_backward
    assert said(capsys) == "relu_backward: yours, it passes its check"
    monkeypatch.setattr(main, "relu_backward", learned(WRONG))
    assert lw.mine("relu_backward") is lw.relu_backward
    assert "library's, yours does not pass" in said(capsys)
    monkeypatch.setattr(main, "relu_backward", learned(STUB))
    assert lw.mine("relu_backward") is lw.relu_backward
    assert "library's, yours is not attempted yet" in said(capsys)
    monkeypatch.setattr(main, "relu_backward", lw.relu_backward)
    assert lw.mine("relu_backward") is lw.relu_backward
    assert "library's, yours is not there yet" in said(capsys)


def test_mine_gives_a_function_that_the_library_does_not_have(capsys):
    taken = lw.mine("collapse")
    W, b = taken([np.eye(2), 2 * np.eye(2)], [np.ones((2, 1))] * 2)
    assert (2 * np.eye(2) == W).all() and (b == 3).all()
    assert "the library's" in said(capsys)


def test_mine_says_what_it_knows():
    with pytest.raises(ValueError, match="Did you mean relu_backward"):
        lw.mine("relu_bakward")


def test_progress_counts_what_is_checked_here_and_now(capsys, monkeypatch):
    main = sys.modules["__main__"]
    lw.progress()
    assert "No exercise's function" in said(capsys)
    monkeypatch.setattr(main, "relu_backward", learned(RIGHT), raising=False)
    lw.progress()
    rows = said(capsys).split("\n")
    assert len(rows) == len(chapter("06")) + 1
    row = next(row for row in rows if row.startswith("06.2"))
    assert row.endswith("4 of  10   partial")
    lw.progress("06")
    assert len(said(capsys).split("\n")) == len(rows)


def notebook_of(*cells):
    made = nbformat.v4.new_notebook()
    for text, tags in cells:
        cell = nbformat.v4.new_code_cell(textwrap.dedent(text))
        cell.metadata["tags"] = tags
        made.cells.append(cell)
    return made


def test_in_jupyter_the_report_is_rich_and_the_kernel_stays_alive():
    made = notebook_of(
        (
            "import numpy as np\nimport layerwise as lw\n"
            "from layerwise import check, mine",
            [],
        ),
        (STUB + "check(relu_backward)", []),
        (WRONG + "check(relu_backward)", []),
        (
            "def relu_backward(dA, cache):\n    while True:\n        pass\n\n"
            "check(relu_backward)",
            [],
        ),
        ("def relu_backward(dA, cache):\n    return dA * mask", []),
        ("check(relu_backward)", []),
        (RIGHT + "f = mine('relu_backward'); print(f.__module__)", []),
    )
    NotebookClient(made, timeout=120, kernel_name="python3").execute()
    outputs = [cell.outputs for cell in made.cells]
    stub, wrong, loop = outputs[1][0], outputs[2][0], outputs[3][0]
    assert stub.data["text/plain"] == (
        "relu_backward   0 of 4 points, not attempted yet"
    )
    assert "<b" in wrong.data["text/html"]
    assert wrong.data["text/plain"].startswith("relu_backward   1.6 of 4")
    assert "is not finished after 1 s" in loop.data["text/plain"]
    assert (
        "in your line `return dA * mask`" in (outputs[5][0].data["text/plain"])
    )
    assert outputs[6][0].text == (
        "relu_backward: yours, it passes its check\n__main__\n"
    )


def test_a_record_has_the_form_of_the_contract():
    spec = find("relu_backward")
    caller = LocalCaller({"relu_backward": learned(WRONG)})
    record = examine(spec, caller, np.random.default_rng(0)).to_record()
    assert {*record} == {
        "score",
        "max_score",
        "status",
        "mistake",
        "right",
        "wrong",
        "think",
        "read",
        "checks",
    }
    assert json.loads(json.dumps(record)) == record
    assert record["status"] == "partial"
    assert record["mistake"] == "sign-of-the-gradient"
    names = [(c["name"], c["max_points"]) for c in record["checks"]]
    assert names == [(n, pytest.approx(p)) for n, p in spec.checks]
    assert record["score"] == pytest.approx(
        sum(check["points"] for check in record["checks"])
    )


def test_html_escapes_what_a_learner_wrote():
    text = 'def relu_backward(dA, cache):\n    return "<script>" + 1\n'
    caller = LocalCaller({"relu_backward": learned(text)})
    spec = find("relu_backward")
    report = examine(spec, caller, np.random.default_rng(0))
    assert "<script>" in report.to_text()
    assert "<script>" not in report._repr_html_()


def test_every_exercise_is_found_by_each_of_its_functions():
    for exercise in all_exercises():
        for name in exercise.functions:
            assert find(name) is exercise
    with pytest.raises(KeyError):
        find("soup")
