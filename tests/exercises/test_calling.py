"""A learner's function is called with care, and the kernel stays alive."""

import itertools
import linecache
import signal
import sys
import threading
import warnings

import numpy as np
import pytest

import layerwise as lw
from layerwise.exercises.calling import LocalCaller, OutOfTime, limit


def ask(function, *args, may_use=(), budget_s=1.0, probe=None):
    caller = LocalCaller({"f": function}, may_use, budget_s)
    return caller("f", args, probe=probe)


def learned(text, name="f"):
    """Define a function as a notebook cell does: its lines can be shown."""
    linecache.cache["<cell 3>"] = len(text), None, text.splitlines(True), "x"
    space = {"np": np, "lw": lw, "__name__": "__main__"}
    exec(compile(text, "<cell 3>", "exec"), space)
    return space[name]


LOOPS = {
    "plain": "while True:\n        pass",
    "bare except": (
        "while True:\n        try:\n            x = 1\n"
        "        except:\n            pass"
    ),
    "numpy": "while True:\n        x = np.ones(3).sum()",
    "recursion in a loop": "while True:\n        x = [i for i in range(9)]",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_without_end_is_stopped(loop):
    answer = ask(learned(f"def f():\n    {LOOPS[loop]}\n"), budget_s=0.05)
    assert answer.status == "timeout"
    assert sum(range(1000)) == 499500  # the kernel goes on


@pytest.mark.parametrize("loop", LOOPS)
def test_a_loop_without_end_is_stopped_in_another_thread(loop):
    answers = []
    function = learned(f"def f():\n    {LOOPS[loop]}\n")
    thread = threading.Thread(
        target=lambda: answers.append(ask(function, budget_s=0.05))
    )
    thread.start()
    thread.join(20)
    assert [answer.status for answer in answers] == ["timeout"]


def test_a_loop_without_end_is_stopped_in_the_browser(monkeypatch):
    monkeypatch.setattr(sys, "platform", "emscripten")
    before = sys.gettrace()
    function = learned("def f():\n    while True:\n        pass\n")
    assert ask(function, budget_s=0.05).status == "timeout"
    assert sys.gettrace() is before
    assert ask(learned("def f():\n    return 2\n")).value == 2


@pytest.mark.skipif(
    not hasattr(signal, "setitimer"), reason="not here: needs timer signals"
)
def test_the_timer_leaves_nothing_behind():
    handler = signal.getsignal(signal.SIGALRM)
    for _ in range(200):
        try:
            with limit(0.001):
                for _ in itertools.repeat(None, 20_000):
                    pass
        except OutOfTime:
            pass
    assert signal.getsignal(signal.SIGALRM) is handler
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_exception_shows_the_learners_line_and_the_shapes_there():
    function = learned(
        "def f(dZ, A_prev):\n"
        "    dZ = dZ[:, :2]\n"
        "    dW = dZ @ A_prev\n"
        "    return dW\n"
    )
    answer = ask(function, np.ones((3, 5)), np.ones((4, 5)))
    assert answer.status == "raised"
    assert answer.error.startswith("ValueError: matmul")
    assert answer.line == "dW = dZ @ A_prev"
    assert answer.shapes == "dZ (3, 2), A_prev (4, 5)"


def test_a_helper_of_the_learner_is_shown_too():
    function = learned(
        "def half(x):\n    return x / missing\ndef f(x):\n    return half(x)\n"
    )
    answer = ask(function, 2.0)
    assert answer.error == "NameError: name 'missing' is not defined"
    assert answer.line == "return x / missing"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("raise NotImplementedError", "not attempted"),
        ("raise MemoryError", "memory"),
        ("raise SystemExit", "raised"),
        ("raise GeneratorExit", "raised"),
        ("return f()", "raised"),
        ("return f", "not plain"),
        ("return None", "returned"),
        ("return (x for x in 'ab')", "not plain"),
    ],
)
def test_every_end_has_a_status(body, status):
    assert ask(learned(f"def f():\n    {body}\n")).status == status


def test_an_error_that_cannot_be_printed_is_told():
    function = learned(
        "class Odd(Exception):\n"
        "    def __str__(self):\n        raise ValueError\n"
        "def f():\n    raise Odd\n"
    )
    answer = ask(function)
    assert (answer.status, answer.error) == ("raised", "Odd")


def test_the_stop_button_still_stops():
    with pytest.raises(KeyboardInterrupt):
        ask(learned("def f():\n    raise KeyboardInterrupt\n"))


def test_a_wrong_signature_is_told_in_pythons_words():
    answer = ask(learned("def f(dA):\n    return dA\n"), 1.0, 2.0)
    assert answer.status == "raised"
    assert "takes 1 positional argument but 2 were given" in answer.error


def test_prints_and_warnings_cost_nothing_and_are_kept_out(capsys):
    function = learned(
        "def f(x):\n"
        "    import warnings\n"
        "    print('debugging', x)\n"
        "    warnings.warn('beware', stacklevel=1)\n"
        "    return np.log(np.zeros(1) * x)\n"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        answer = ask(function, 1.0)
    assert answer.status == "returned"
    assert capsys.readouterr() == ("", "")


def test_every_call_gets_fresh_arguments_and_reports_what_became_of_them():
    function = learned("def f(x):\n    x += 1\n    return x.copy()\n")
    x = np.zeros(3)
    answer = ask(function, x)
    assert not x.any()
    assert answer.arguments[0].tolist() == [1.0, 1.0, 1.0]
    assert answer.value.tolist() == [1.0, 1.0, 1.0]


FORBIDDEN = {
    "by its full name": "return lw.relu_forward(x)[0]",
    "by its module": "return lw.activations.relu_forward(x)[0]",
    "by an import": (
        "from layerwise import relu_forward\n    return relu_forward(x)[0]"
    ),
    "by an older name": "return kept(x)[0]",
    "by getattr": "return getattr(lw, 'relu' + '_forward')(x)[0]",
    "inside numpy": "return np.vectorize(lambda v: kept(v)[0])(x)",
    "in a try": (
        "try:\n        return kept(x)[0]\n"
        "    except BaseException:\n        return np.maximum(x, 0)"
    ),
    "by a class": "return lw.ReLU().forward(x)",
}


@pytest.mark.parametrize("how", FORBIDDEN)
def test_the_librarys_own_version_is_out_of_reach(how):
    function = learned(
        f"kept = lw.relu_forward\ndef f(x):\n    {FORBIDDEN[how]}\n"
    )
    answer = ask(function, np.array([-1.0, 2.0]))
    assert answer.status == "forbidden"
    name = "ReLU" if "class" in how else "relu_forward"
    assert (
        answer.error == f"uses lw.{name}: this exercise asks you to write it"
    )
    assert ("try" in how) or answer.line.startswith(("return", "def"))
    assert lw.relu_forward(np.ones(2))[0].sum() == 2  # and back again


def test_what_an_exercise_allows_may_be_called():
    function = learned(
        "def f(dA, x):\n"
        "    return lw.relu_backward(dA, lw.relu_forward(x)[1])\n"
    )
    args = np.ones((1, 2)), np.array([[-1.0, 2.0]])
    answer = ask(function, *args, may_use=("relu_forward", "relu_backward"))
    assert answer.value.tolist() == [[0.0, 1.0]]
    assert (
        ask(function, *args, may_use=("relu_forward",)).status == "forbidden"
    )


def test_an_allowed_function_may_use_the_library_itself():
    function = learned(
        "def f(x):\n"
        "    return lw.numerical_gradient(lambda w: (w**2).sum(), x)\n"
    )
    answer = ask(function, np.array([[3.0]]), may_use=("numerical_gradient",))
    assert answer.status == "returned", answer
    assert answer.value == pytest.approx(6.0)


def test_a_probe_runs_beside_the_learners_names():
    function = learned(
        "class Counter:\n    n = 0\n    def up(self):\n        self.n += 1\n"
        "def f():\n    return Counter()\n"
    )
    probe = (
        "def probe(learner, times):\n"
        "    counter = learner()\n"
        "    for _ in range(times):\n        counter.up()\n"
        "    return {'n': counter.n, 'fresh': Counter().n}\n"
    )
    assert ask(function, 3, probe=probe).value == {"n": 3, "fresh": 0}
