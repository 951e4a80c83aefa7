"""What is run of a submission, and how one fault costs one exercise."""

import json

import numpy as np
import pytest
from tests.grading.conftest import HEAD, HONEST, notebook, solved

from layerwise.exercises import exercise
from layerwise.grading.judge import groups, library_names, library_source

FULL = {"90.1": (10, "right"), "90.2": (10, "right"), "90.3": (10, "right")}


def only(found, id):
    """Return the verdict on one exercise; the others must be right."""
    others = {k: v for k, v in found.items() if k != id}
    assert others == {k: v for k, v in FULL.items() if k != id}
    return found[id]


def test_honest_answers_get_full_points(scores):
    found, record = scores(solved())
    assert found == FULL
    assert record["reason"] == ""


def test_an_untouched_stub_is_not_attempted(scores):
    stub = 'def double(Z):\n    """Twice."""\n    raise NotImplementedError\n'
    found, _ = scores(solved(double=stub))
    assert only(found, "90.2") == (0, "not attempted")


@pytest.mark.parametrize(
    "cell, status",
    [
        ("def double(Z):\n    return 2 * Z)\n", "error"),
        ("def double(Z):\n  return 2 * Z\n bad indent", "error"),
        ("while True: pass\ndef double(Z): return 2 * Z\n", "right"),
        ("double = lambda Z: 2 * Z\nassert False\n", "right"),
        ("FACTOR = 1 / 0\ndef double(Z): return FACTOR * Z\n", "error"),
        ("double = 3\n", "error"),
        ("del double\n", "error"),
        ("for double in iter(int, 1): pass\n", "timeout"),
        ("import os\ndouble = os._exit(3)\n", "crash"),
        ("double = " + "(" * 5000 + ")" * 5000, "error"),
        ("double = " + "-" * 100_000 + "1", "error"),
        ("def double(Z): return 2 * Z\n\0", "error"),
    ],
)
def test_one_broken_cell_costs_its_own_exercise(cell, status, scores):
    found, record = scores(solved(double=cell))
    assert record["status"] == "graded", record
    score, got = only(found, "90.2")
    assert got == status
    assert score == (10 if status == "right" else 0)


def test_every_cell_may_hang_and_the_run_goes_on(scores):
    hang = {name: f"{name} = [0 for _ in iter(int, 1)]" for name in HONEST}
    found, record = scores(solved(**hang), seconds=0.4)
    assert {s for s, _ in found.values()} == {0}
    assert "ran longer" in record["reason"]


def test_demonstrations_and_checks_are_not_run(scores):
    cells = [
        HEAD,
        "import time\ntime.sleep(100)",
        *HONEST.values(),
        "check(double)",
        "plt.plot([1, 2])\nplt.show()",
        "losses = [time.sleep(1) for _ in range(1000)]",
        "while True: pass",
        "mine('double')(np.ones(3))",
    ]
    assert scores(notebook(*cells))[0] == FULL


def test_what_an_answer_needs_is_run(scores):
    cells = [
        HEAD,
        "import math as m, nothing_of_this_name\nfrom math import pi as half",
        "base = half / m.pi\nunused = undefined_name",
        "class Scale:\n    by = 2 * base",
        "TABLE = {}",
        "def helper(Z):\n    return Scale.by * TABLE['one'] * Z",
        "TABLE['one'] = 1.0\nprint(TABLE)",
        HONEST["shift"],
        "def double(Z):\n    return helper(Z)",
        HONEST["total"],
    ]
    assert scores(notebook(*cells))[0] == FULL


def test_cells_may_be_reordered_duplicated_and_joined(scores):
    stub = "def double(Z):\n    raise NotImplementedError\n"
    shuffled = [HONEST["total"], HEAD, stub, HONEST["double"], stub,
                HONEST["shift"], HONEST["shift"]]  # fmt: skip
    assert scores(notebook(*shuffled))[0] == FULL
    assert scores(notebook(HEAD + "\n".join(HONEST.values())))[0] == FULL


def test_the_last_of_two_answers_counts(scores):
    wrong = "def double(Z):\n    return 3 * Z\n"
    assert scores(solved(double=wrong + HONEST["double"]))[0] == FULL
    found, _ = scores(solved(double=HONEST["double"] + wrong))
    assert only(found, "90.2")[0] < 10


def test_deleted_and_renamed_cells_are_missing(scores):
    renamed = HONEST["double"].replace("double", "doubled")
    assert only(scores(solved(double=renamed))[0], "90.2")[1] == "missing"
    found, record = scores(notebook(HEAD, "x = 1"))
    assert set(found.values()) == {(0, "missing")}
    assert "none of the exercises" in record["reason"]


def test_magics_and_input_cost_nothing_elsewhere(scores):
    cells = [
        "%matplotlib inline\n!pip install evil\n" + HEAD,
        "%%bash\nrm -rf /",
        "files = !ls\nvalue = %timeit -o 1\nnp.array?",
        "%%time\n" + HONEST["double"],
        HONEST["shift"] + "name = input()\n",
        HONEST["total"],
    ]
    assert scores(notebook(*cells))[0] == FULL


def test_prints_and_warnings_cost_nothing(scores):
    noisy = (
        "def double(Z):\n    print('busy', Z)\n"
        "    import warnings, sys\n    warnings.warn('careful')\n"
        "    sys.stderr.write('oh')\n    np.log(np.array(-1.0))\n"
        "    return 2 * Z\n"
    )
    assert scores(solved(double=noisy))[0] == FULL


def test_what_an_answer_may_use_works_and_nothing_else(scores):
    body = "def {}(Z):\n    both = lw.relu_forward(Z)[0] - {}\n    return {}\n"
    minus = "lw.relu_forward(-Z)[0]"
    total = "both.sum(axis=-1, keepdims=True)"
    allowed = body.format("total", minus, total)
    assert scores(solved(total=allowed))[0] == FULL
    found, record = scores(solved(double=body.format("double", minus, "Z")))
    assert only(found, "90.2") == (0, "wrong")
    (words,) = record["exercises"]["90.2"]["wrong"]
    assert "uses lw.relu_forward: this exercise asks you to write it" in words
    other = "def total(Z):\n    from layerwise import tanh_forward\n"
    other += "    return tanh_forward(Z)\n"
    assert only(scores(solved(total=other))[0], "90.3") == (0, "wrong")


def test_an_error_is_told_with_the_learners_own_line(scores):
    bad = "def double(Z):\n    W = np.ones((7, 7))\n    return W @ Z @ W\n"
    _, record = scores(solved(double=bad))
    words = " ".join(record["exercises"]["90.2"]["wrong"])
    assert "matmul" in words
    assert "(3, 5)" in words


@pytest.mark.parametrize(
    "data, reason",
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"no notebook", "not JSON"),
        (b"[1, 2]", "no notebook"),
        (b'{"a": 1}', "no cells"),
        (b'{"cells": 3}', "no cells"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[" * 100_000, "nested"),
        (b'{"cells": ' + b"[" * 3000 + b"]" * 3000 + b"}", "nested"),
        (b'{"cells": [' + b"9" * 5000 + b"]}", "not JSON"),
        (solved().encode()[:-40], "not JSON"),
        (json.dumps({"cells": [{}] * 6000}).encode(), "more than"),
    ],
)
def test_what_cannot_be_read_says_why(data, reason, scores):
    found, record = scores(data)
    assert record["status"] == "unreadable"
    assert reason in record["reason"]
    assert found == {}


def test_odd_notebooks_that_can_be_read_are_read(scores):
    book = json.loads(solved())
    old = {
        "nbformat": 3,
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "code", "input": cell["source"]}
                    for cell in book["cells"]
                ]
            }
        ],
    }
    assert scores(json.dumps(old))[0] == FULL
    book["nbformat"] = 99
    book["cells"] += [None, 3, {"cell_type": "code"}, {"cell_type": "code",
                      "source": 5}, {"cell_type": "markdown"}]  # fmt: skip
    for cell in book["cells"][:3]:
        cell["id"] = "the same"
        cell["metadata"] = {"tags": "no list"}
    assert scores("\ufeff" + json.dumps(book))[0] == FULL
    twice = solved()[:-1] + ', "cells": [], "cells": '
    twice += json.dumps(json.loads(solved())["cells"]) + "}"
    assert scores(twice)[0] == FULL


def test_python_files_are_read_too(scores):
    text = HEAD + "\n".join(HONEST.values())
    assert scores(text, "a.py")[0] == FULL
    broken = text.replace("return 2 * Z", "return 2 * Z)")
    assert only(scores(broken, "a.py")[0], "90.2") == (0, "error")
    cells = "# %%\n" + "\n# %%\n".join([HEAD, *HONEST.values()])
    assert scores(cells.replace("2 * Z", "(2 * Z"), "a.py")[0] == {
        **FULL,
        "90.2": (0, "error"),
    }


def test_hidden_inputs_change_with_the_file_and_stay_with_it(
    full, exercises, monkeypatch
):
    from layerwise.grading import judge as module

    drawn = []
    real = module.examine

    def spy(exercise, caller, rng, **more):
        drawn.append(rng.bit_generator.state["state"]["state"])
        return real(exercise, caller, rng, **more)

    monkeypatch.setattr(module, "examine", spy)
    first = solved().encode()
    for data in (first, first, first + b" "):
        module.judge(full, "a.ipynb", data, exercises, 5)
    assert drawn[:3] == drawn[3:6]
    assert not set(drawn[:3]) & set(drawn[6:])


def test_no_child_holds_the_source_of_an_answer():
    def asks(id, name, may_use=()):
        return exercise(
            id, name, points=1, kind="implement", calls=[f"A = {name}(Z)"],
            reference=lambda Z: Z, draw=lambda rng: [(np.ones(2),)],
            read="", may_use=may_use,
        )  # fmt: skip

    first = asks("91.1", "relu_forward")
    second = asks("91.2", "total", ("relu_forward",))
    third = asks("91.3", "other")
    found = [[e.id for e in group] for group in groups([first, second, third])]
    assert found == [["91.1", "91.3"], ["91.2"]]


@pytest.mark.parametrize(
    "names", [("softmax_forward",), ("Dense",), ("affine_backward", "Dense")]
)
def test_library_sources_run_on_their_own(names):
    space = {}
    exec(library_source(names), space)
    assert library_names(names) >= set(names)
    assert all(callable(space[name]) for name in names)
