"""Every spec is itself examined: new chapters are covered by themselves."""

import ast

import numpy as np
import pytest
import samples
from solutions import (
    BOOK,
    CASES,
    define,
    normal,
    solution_lines,
    solution_text,
    stub_text,
)

from layerwise.exercises.calling import LocalCaller
from layerwise.exercises.examiner import examine
from layerwise.exercises.spec import exercise, mistake

FUNCTIONS = [(case, name) for case, e in CASES.items() for name in e.functions]
MISTAKES = [
    (case, name, m.name)
    for case, name in FUNCTIONS
    for m in CASES[case].functions[name].mistakes
]
RIGHT = [
    (case, name, i)
    for case, name in FUNCTIONS
    for i in range(len(CASES[case].functions[name].also_right))
]


def judge(case, functions, seed=0, only=(), probes=True):
    spec = CASES[case]
    caller = LocalCaller(functions, spec.may_use, spec.budget_s, probes)
    rng = np.random.default_rng(seed)
    return examine(spec, caller, rng, only=only or tuple(functions))


def own(case, name, text):
    return {name: define(text(case, name))[name]}


@pytest.mark.parametrize(("case", "name"), FUNCTIONS)
def test_the_untouched_stub_scores_nothing_and_is_not_blamed(case, name):
    report = judge(case, own(case, name, stub_text))
    points = CASES[case].functions[name].points
    assert report.score == 0
    assert report.status == "not attempted"
    assert report.to_text() == (
        f"{name}   0 of {points:g} points, not attempted yet"
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("case", "name"), FUNCTIONS)
def test_the_solution_is_right_and_gets_no_hint(case, name, seed):
    report = judge(case, own(case, name, solution_text), seed)
    points = CASES[case].functions[name].points
    assert report.to_text() == f"{name}   {points:g} of {points:g} points"


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("case", "name", "number"), RIGHT)
def test_an_unusual_right_answer_is_right(case, name, number, seed):
    answer = CASES[case].functions[name].also_right[number]
    report = judge(case, {name: answer}, seed, probes=False)
    assert "wrong" not in report.to_text(), report.to_text()
    assert report.score == CASES[case].functions[name].points


@pytest.mark.parametrize("seed", [0, 7])
@pytest.mark.parametrize(("case", "name", "which"), MISTAKES)
def test_a_mistake_fails_with_its_own_message(case, name, which, seed):
    spec = CASES[case].functions[name]
    made = next(m for m in spec.mistakes if m.name == which)
    report = judge(case, {name: made.answer}, seed, probes=False)
    verdict = report.verdicts[0]
    assert verdict.score < spec.points
    assert verdict.mistake == which, report.to_text()
    text = normal(report.to_text())
    assert normal(verdict.think) in normal(made.message)
    for other in spec.mistakes:
        question = other.message.replace("\n", " ").rsplit(". ", 1)[-1]
        if other is not made and question not in made.message:
            assert normal(question) not in text
    assert "{" not in report.to_text() or "{" in made.message


@pytest.mark.parametrize(
    "case", [case for case, e in CASES.items() if e.kind == "implement"]
)
def test_an_implement_exercise_has_four_mistakes_and_an_unusual_answer(case):
    spec = CASES[case]
    assert sum(len(f.mistakes) for f in spec.functions.values()) >= 4
    assert any(f.also_right for f in spec.functions.values())


@pytest.mark.parametrize("case", CASES)
def test_no_message_or_prompt_gives_a_solution_line_away(case):
    spec = CASES[case]
    told = [*spec.hints, spec.title, spec.read]
    for name, function in spec.functions.items():
        told += [m.message for m in function.mistakes]
        tree = ast.parse(stub_text(case, name))
        told += [ast.get_docstring(n) or "" for n in tree.body[:1]]
    told += prompts(spec.chapter) if not case.startswith("sample") else []
    told_text = "\n".join(normal(text) for text in told)
    lines = solution_lines(case)
    given_away = [line for line in lines if line in told_text]
    assert not given_away


def prompts(chapter):
    """Return the text of a chapter's `exercise` blocks."""
    found = []
    for path in BOOK.glob(f"{chapter}-*.md"):
        for block in path.read_text(encoding="utf-8").split(":::{exercise}"):
            found.append(block.partition("\n:::")[0])
    return found[1:]


def test_a_planted_leak_is_found():
    line = normal("dW = dZ @ A_prev.T")
    assert line in solution_lines("sample-08.4-affine")


@pytest.mark.parametrize("case", CASES)
def test_draws_are_plain_and_many(case):
    for function in CASES[case].functions.values():
        drawn = function.draw(np.random.default_rng(0))
        again = function.draw(np.random.default_rng(0))
        assert len(drawn) == len(again)
        assert len(drawn) >= (2 if function.parameters else 1)
        assert all(type(args) is tuple for args in drawn)


@pytest.mark.parametrize("case", CASES)
def test_names_and_points_are_consistent(case):
    spec = CASES[case]
    total = sum(points for _, points in spec.checks)
    share = len(spec.functions) if spec.choose_one else 1
    assert total == pytest.approx(spec.points * share)
    names = [name for name, _ in spec.checks]
    assert len(names) == len({*names})
    assert len(spec.hints) <= 3


def test_function_names_and_ids_are_unique_over_the_book():
    specs = [e for case, e in CASES.items() if not case.startswith("sample")]
    names = [name for e in specs for name in e.functions]
    ids = [e.id for e in specs]
    assert len(names) == len({*names})
    assert len(ids) == len({*ids})


def test_the_template_in_the_text_of_spec_works(tmp_path):
    """What a contributor copies first must run and be judged."""
    import textwrap

    from layerwise.exercises import load, spec

    text = spec.__doc__.partition("Save it")[0] and spec.__doc__
    block = text.partition("::\n\n")[2].partition("\n``pytest")[0]
    path = tmp_path / "ch03_template.py"
    path.write_text(textwrap.dedent(block), encoding="utf-8")
    (made,) = load(path)
    caller = LocalCaller({"one_step": lambda W, dW, rate: W - rate * dW})
    report = examine(made, caller, np.random.default_rng(0))
    assert report.to_text() == "one_step   10 of 10 points"
    caller = LocalCaller({"one_step": lambda W, dW, rate: W + rate * dW})
    report = examine(made, caller, np.random.default_rng(0))
    assert report.verdicts[0].mistake == "uphill"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "quiz"}, "kind is one of"),
        ({"hints": ("a", "b", "c", "d")}, "at most three hints"),
        ({"calls": ["two words"]}, "does not read like"),
        ({"checks": {"answer": 0.5}}, "add up to 1"),
        ({"shares": {"other": 10}}, "shares must name"),
        ({"reference": None}, "needs a reference"),
    ],
)
def test_a_spec_that_does_not_fit_says_why(change, words):
    parts = {
        "points": 10,
        "kind": "implement",
        "calls": ["twice(x)"],
        "draw": lambda rng: [(1.0,)],
        "reference": lambda x: 2 * x,
        "read": "Here",
    }
    with pytest.raises(ValueError, match=words):
        exercise("01.1", "Twice", **{**parts, **change})


def test_a_second_spec_with_the_same_answers_would_be_seen():
    """Plant two mistakes nobody can tell apart: the second is never told."""
    twin = mistake(
        "twin",
        samples.relu.functions["relu_backward"].mistakes[0].answer,
        "Another question?",
    )
    spec = exercise(
        "06.2",
        "Twins",
        points=10,
        kind="implement",
        calls=["dZ = relu_backward(dA, cache)"],
        draw=samples.drawn_relu,
        reference=samples.relu_backward,
        read="x",
        mistakes=[*samples.relu.functions["relu_backward"].mistakes, twin],
    )
    caller = LocalCaller({"relu_backward": twin.answer})
    verdict = examine(spec, caller, np.random.default_rng(0)).verdicts[0]
    assert verdict.mistake != "twin"
