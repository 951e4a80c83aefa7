"""Whatever comes back: a clear verdict, no crash, no points by accident."""

import numpy as np
import pytest
from solutions import CASES
from test_specs import FUNCTIONS, judge

from layerwise.exercises.spec import Mark


class Liar:
    """Says it equals everything and is an array."""

    __class__ = np.ndarray
    shape = (3, 5)
    dtype = np.dtype(float)
    ndim = 2

    def __eq__(self, other):
        return True

    def __len__(self):
        return 3

    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("nobody should ask")


class Lenient(np.ndarray):
    """An array whose comparisons are all true."""

    def __eq__(self, other):
        return np.ones(self.shape, bool)


def endless():
    circle = []
    circle.append(circle)
    return circle


ODD = {
    "None": lambda: None,
    "text": lambda: "dA * (Z > 0)",
    "empty list": lambda: [],
    "list": lambda: [1.0, 2.0],
    "object array": lambda: np.array([None, 1.0], dtype=object),
    "matrix": lambda: np.ones((2, 2)).view(Lenient),
    "generator": lambda: (x for x in range(3)),
    "huge array": lambda: np.broadcast_to(1.0, (50_000, 50_000)),
    "liar": Liar,
    "function": lambda: np.sum,
    "class": lambda: Liar,
    "dict": lambda: {"dZ": 1.0},
    "odd keys": lambda: {None: 1.0, (): 2.0, "dZ": 1.0},
    "endless list": endless,
    "infinite": lambda: float("inf"),
    "complex": lambda: 1j * np.ones((3, 5)),
    "text array": lambda: np.array(["a", "b"]),
    "dates": lambda: np.array(["2024-01-01"], dtype="datetime64[D]"),
    "huge integer": lambda: 10**400,
    "tuple": lambda: (None, None, None),
    "truth": lambda: True,
    "not a number": lambda: float("nan"),
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize(("case", "name"), FUNCTIONS)
def test_an_odd_answer_gets_a_clear_verdict(case, name, odd):
    report = judge(case, {name: lambda *args: ODD[odd]()})
    text = report.to_text()
    assert report.score < CASES[case].functions[name].points
    assert "Traceback" not in text
    assert "wrong" in text or "not attempted" in text
    assert report._repr_html_()
    assert isinstance(report.to_record()["score"], float | int)


@pytest.mark.parametrize(("case", "name"), FUNCTIONS)
def test_nan_everywhere_in_the_right_shape_earns_nothing(case, name):
    function = CASES[case].functions[name]

    def spoiled(value):
        if isinstance(value, dict):
            return {key: spoiled(part) for key, part in value.items()}
        if isinstance(value, tuple | list):
            return type(value)(map(spoiled, value))
        value = np.asarray(value)
        if value.dtype.kind in "iuf":
            return np.full(value.shape, np.nan)
        return np.nan

    answer = {name: lambda *args: spoiled(function.reference(*args))}
    report = judge(case, answer, probes=False)
    if CASES[case].kind in ("implement", "derive", "debug"):
        assert report.score == 0
        text = report.to_text()
        clear = ("nan", "not a num", "no num", "not a text")
        assert any(word in text for word in clear)
    assert report.score < function.points


@pytest.mark.parametrize(("case", "name"), FUNCTIONS)
def test_numbers_of_any_shape_and_size_are_judged(case, name):
    """Answers spoiled at random: the diagnosis itself never stumbles."""
    function = CASES[case].functions[name]
    chance = np.random.default_rng(5)
    numbers = [0, 1, -1, 1e300, -1e-300, np.inf, -np.inf, np.nan, 0.5]

    def spoiled(value):
        if isinstance(value, dict):
            return {key: spoiled(part) for key, part in value.items()}
        if isinstance(value, tuple):
            parts = [spoiled(part) for part in value]
            return tuple(parts[: chance.integers(len(parts) + 1)] or parts)
        if isinstance(value, Mark | str) or chance.random() < 0.2:
            return chance.choice(numbers)
        shape = list(np.shape(value))
        for _ in range(chance.integers(3)):
            shape.insert(0, int(chance.integers(4)))
        for _ in range(chance.integers(3)):
            shape = shape[1:]
        array = chance.choice(numbers, size=shape)
        kinds = ["f4", "f8", "f2", "c16", "bool", "i8"]
        with np.errstate(all="ignore"):
            array = array.astype(kinds[chance.integers(len(kinds))])
        full = np.asarray(value)
        if array.shape == full.shape and full.dtype.kind == "f":
            array = np.where(chance.random(shape) < 0.5, full, array)
        return array

    def answer(*args):
        if chance.random() < 0.1:
            raise ValueError
        return spoiled(function.reference(*args))

    for _ in range(25):
        report = judge(case, {name: answer}, probes=False)
        assert report.to_text()


@pytest.mark.parametrize(("case", "name"), FUNCTIONS)
def test_zeros_in_the_right_shape_earn_nothing(case, name):
    if CASES[case].kind not in ("implement", "derive", "debug"):
        return
    function = CASES[case].functions[name]

    def zeros(value):
        if isinstance(value, dict):
            return {key: zeros(part) for key, part in value.items()}
        if isinstance(value, str):
            return value  # a name may be right where no number is
        if isinstance(value, Mark):
            return None  # zero is no answer to a choice
        if isinstance(value, tuple | list):
            return type(value)(map(zeros, value))
        return np.zeros(np.shape(value))

    answer = {name: lambda *args: zeros(function.reference(*args))}
    report = judge(case, answer, probes=False)
    assert report.score == 0


@pytest.mark.parametrize(("case", "name"), FUNCTIONS)
def test_a_function_that_is_not_there_is_said_to_be_missing(case, name):
    report = judge(case, {}, only=(name,))
    assert report.status == "missing"
    assert "not found in your notebook" in report.to_text()
