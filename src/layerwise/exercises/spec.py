'''One spec per exercise: what is asked, and how an answer is judged.

A template (save it as ``chNN_slug.py`` in this folder; it is found by its
file name)::

    """Chapter 3. How an answer to "one step down the slope" is judged."""

    import numpy as np

    from layerwise.exercises.spec import exercise, mistake


    def drawn(rng):
        # Several sizes, a single example, a column that is no square.
        return [
            (rng.normal(size=(n, m)), rng.normal(size=(n, m)), 0.1)
            for n, m in ((3, 5), (4, 2), (3, 1), (1, 4))
        ]


    step = exercise(
        "03.9", "One step", points=10, kind="implement",
        calls=["W_new = one_step(W, dW, learning_rate)"],
        draw=drawn,
        reference=lambda W, dW, rate: W - rate * dW,
        read="Which way is down?", equation="eq-step",
        mistakes=[
            mistake(
                "uphill", lambda W, dW, rate: W + rate * dW,
                "Every entry moved the other way. "
                "Does the slope point up or down?",
            ),
            # ... at least four for an exercise of the kind "implement"
        ],
        also_right=[lambda W, dW, rate: np.add(W, dW * -rate)],
    )

``pytest tests/exercises`` then examines the spec itself.

**The call.** ``calls`` holds one line per function that is asked for, as the
learner would write the call. Its left side names the quantities the function
returns, in the order in which they are computed, so that feedback can say
"db is wrong, dW is right"; ``_`` is a quantity nobody looks at (a cache of
free layout). When the function returns a dict, the names are its keys. A call
with keywords, ``conv_forward(A, W, b, stride=stride)``, is made that way: the
tuple drawn holds A, W, b, stride.

**Several functions.** ``draw``, ``reference``, ``accept``, ``mistakes``,
``also_right``, ``facts``, ``broken``, ``inside``, ``probe`` and ``checks``
hold for all functions, or are dicts from a function's name to its own.
``shares`` gives each function's points (a dict; without it they are equal).
A tuple drawn is the arguments of one call. With ``choose_one=True`` the
reader answers any one of the functions: each carries all the points and the
best one counts.

**Partial credit.** ``checks`` names the checks and their shares, which add up
to 1: "form" (shape and type), "arguments" (left alone), and every quantity by
its name. Without it, kinds with arguments give form 0.2, arguments 0.2 and
the quantities 0.6 in equal parts; the others give everything to the
quantities. An answer that never depends on its arguments gets nothing.

**What is expected** is what ``reference`` returns: numbers and arrays (right
within ``rtol`` of the size of the values; shape before value), strings,
tuples, dicts. A part of it may be a *mark*, which judges in its own way:
``choice("tanh", "sigmoid")`` the first is right; ``band(1.65, 1.67)``;
``recorded("tanh", "sigmoid")`` any recorded prediction; ``either(1, 2)``;
``scored(f)`` with f(answer) a share from 0 to 1, or that share, the measured
fact and the name of a mistake (the capstone). ``accept``
holds further references, any of which is right as a whole.

- predict and choose: ``calls=["prediction_06_3()"]``,
  ``reference=lambda: {"larger": recorded("tanh", "sigmoid"),
  "factor": recorded(), "why": choice("b", "a", "c")}``; no ``draw``. A part
  that is None is not attempted.
- derive: ``draw=points(a=(-0.9, 0.9))``, ``reference=slope_of(np.tanh)`` or
  any independent route.
- spot the error: ``reference=lambda dZ, A: {"line": choice(3, 1, 2),
  "formula": dZ @ A.T}`` with ``probe=evaluated("formula", "dZ", "A")``: the
  learner's formula, a function or a Python expression, is evaluated beside
  the learner's code at the points drawn.
- debug: ``broken`` is the function as given; an answer equal to it is "not
  attempted".
- capstone: ``reference=lambda X: {"params": scored(accuracy_of)}``.

**Mistakes.** ``mistake(name, answer, message)``: a wrong answer as a small
function, and what a good tutor would say. It matches when its answer equals
the learner's on every draw and differs from the reference on at least one; so
draw inputs that tell the mistakes apart. It may also match in a single
quantity. The message ends with one question; what stands before it is the
measured fact. ``{name}`` is filled in from ``facts(args, got)`` of the first
draw that went wrong, and from: ``got`` and ``want`` (the wrong quantity),
``quantity``, ``wrong`` and ``size`` (how many entries), ``largest`` (the
largest difference), ``ratio``, ``m`` (the last axis of the first array).
Never show a line of the solution.

**Consequences.** ``follows={"dW1": ("dZ1",)}`` says that dW1 is computed from
dZ1: when dZ1 is wrong, nothing is said about dW1.

**Inside.** ``inside={"cache": ("Z",)}`` names what an argument holds, so that
feedback can say "where Z < 0" when the cache is Z, or ``(Z,)``.

**A probe** is Python source that defines ``probe(learner, *args)`` and returns
plain data; it runs beside the learner's names where a plain call is not
enough (a class, several steps, an ``rng``). ``reference``, ``mistakes``,
``also_right`` and ``broken`` take the tuple drawn and return what the probe
returns.

**Own numbers.** With ``personal=True`` the numbers that a learner sees in the
prompt may be the learner's own. ``draw`` and ``reference`` then take a
generator more: ``draw(rng, own)`` and ``reference(own, *args)``. ``own`` is
``own_numbers(id, student)``, made from the exercise and the learner's id
alone: the same in the notebook (``check(f, student="s123")``), in the grader
(the id of the submission) and in the program that prints the sheets, and
another stream than the hidden inputs. ``accept``, ``mistakes`` and
``also_right`` take it as ``reference`` does.

**Hints**, at most three, are shown one by one by ``check(f, hint=True)``.
**may_use** names the library functions an answer may call. **budget_s** is
the time one call may take.
'''

import ast
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

KINDS = (
    "implement",
    "derive",
    "predict",
    "choose",
    "spot",
    "debug",
    "capstone",
)
Draw = Callable[[np.random.Generator], Sequence[tuple[Any, ...]]]


class Mark:
    """A part of an expected answer that judges in its own way."""

    def share(self, got: Any) -> float:
        """Return how much of its points `got` earns, from 0 to 1."""
        raise NotImplementedError

    def valid(self, got: Any) -> str:
        """Return why `got` is no possible answer at all, or ''."""
        return ""


@dataclass(frozen=True)
class Choice(Mark):
    right: Any
    options: tuple[Any, ...]

    def share(self, got: Any) -> float:
        return float(_plain(got) == _plain(self.right))

    def valid(self, got: Any) -> str:
        if any(_plain(got) == _plain(option) for option in self.options):
            return ""
        return "is none of " + ", ".join(sorted(map(repr, self.options)))


@dataclass(frozen=True)
class Band(Mark):
    low: float
    high: float

    def share(self, got: Any) -> float:
        return float(self.low <= float(got) <= self.high)

    def valid(self, got: Any) -> str:
        return "" if _is_number(got) else "is no number"


@dataclass(frozen=True)
class Recorded(Mark):
    options: tuple[Any, ...]

    def share(self, got: Any) -> float:
        return float(not self.valid(got))

    def valid(self, got: Any) -> str:
        if self.options:
            return Choice(None, self.options).valid(got)
        return "" if _is_number(got) else "is no number"


@dataclass(frozen=True)
class Either(Mark):
    values: tuple[Any, ...]

    def share(self, got: Any) -> float:
        return 0.0  # the examiner compares with each value itself


@dataclass(frozen=True)
class Scored(Mark):
    score: Callable[[Any], Any]
    sees: bool = False  # it names the mistakes itself

    def share(self, got: Any) -> float:
        return self.judged(got)[0]

    def judged(self, got: Any) -> tuple[float, str, str]:
        """Return the share, the measured fact and the mistake it shows."""
        result = self.score(got)
        parts = result if isinstance(result, tuple) else (result,)
        share, words, name = (*parts, "", "")[:3]
        share = min(1.0, max(0.0, float(share)))
        return share, words or f"earns {share:.0%} of its points", name


def choice(right: Any, *others: Any) -> Mark:
    """Return the mark "one of these; the first is right"."""
    return Choice(right, (right, *others))


def band(low: float, high: float) -> Mark:
    """Return the mark "a number from `low` to `high`"."""
    return Band(low, high)


def recorded(*options: Any) -> Mark:
    """Return the mark "any of `options`", or any number: a prediction."""
    return Recorded(options)


def either(*values: Any) -> Mark:
    """Return the mark "equal to any one of `values`"."""
    return Either(values)


def scored(score: Callable[[Any], Any], *, sees: bool = False) -> Mark:
    """Return the mark "`score(answer)`, a share from 0 to 1".

    `score` may return a pair: the share, and the measured fact in words
    ("classifies 93 % of fresh pictures; 95 % are asked"). With `sees` it
    returns a third thing, the name of the mistake that the answer shows, or
    "". No two trainings give the same numbers, so such an answer is
    recognized and not imitated.
    """
    return Scored(score, sees)


def points(count: int = 7, **symbols: tuple[float, float]) -> Draw:
    """Return a draw: one column of points per symbol, then single numbers."""

    def draw(rng: np.random.Generator) -> list[tuple[Any, ...]]:
        def of(*shape: int) -> tuple[Any, ...]:
            return tuple(
                rng.uniform(low, high, size=shape)
                for low, high in symbols.values()
            )

        return [of(count), of(2, 3), tuple(float(x) for x in of())]

    return draw


def slope_of(
    function: Callable[[Any], Any], step: float = 1e-3
) -> Callable[[Any], Any]:
    """Return the derivative of a smooth `function` by seven points."""
    weights = {1: 45 / 60, 2: -9 / 60, 3: 1 / 60}

    def slope(z: Any) -> Any:
        z = np.asarray(z, dtype=float)
        total = sum(
            weight * (function(z + k * step) - function(z - k * step))
            for k, weight in weights.items()
        )
        return total / step

    return slope


def evaluated(part: str, *symbols: str) -> str:
    """Return a probe that evaluates the formula in one part of an answer."""
    names = ", ".join(symbols)
    return f"""
def probe(learner, {names}):
    import numpy as np
    answer = dict(learner())
    formula = answer.get({part!r})
    try:
        if isinstance(formula, str):
            formula = eval("lambda {names}: " + formula, {{"np": np}})
        if callable(formula):
            answer[{part!r}] = formula({names})
    except Exception as error:
        answer[{part!r}] = type(error).__name__ + ": " + str(error)
    return answer
"""


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that learners give, and what a tutor says to it."""

    name: str
    answer: Callable[..., Any]
    message: str


def mistake(name: str, answer: Callable[..., Any], message: str) -> Mistake:
    """Return a named wrong answer; see the module's template."""
    return Mistake(name, answer, message)


@dataclass(frozen=True)
class Function:
    """One function that an exercise asks for."""

    name: str
    call: str
    parameters: tuple[str, ...]
    quantities: tuple[str, ...]
    points: float
    checks: dict[str, float]  # name -> share of the points; adds up to 1
    draw: Draw
    reference: Callable[..., Any]
    accept: tuple[Callable[..., Any], ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    also_right: tuple[Callable[..., Any], ...] = ()
    facts: Callable[..., Mapping[str, Any]] | None = None
    broken: Callable[..., Any] | None = None
    inside: dict[str, tuple[str, ...]] = field(default_factory=dict)
    probe: str | None = None


@dataclass(frozen=True)
class Exercise:
    """What is asked; made by `exercise`."""

    id: str
    title: str
    points: float
    kind: str
    functions: dict[str, Function]  # by name, in the order of the prompt
    read: str
    equation: str = ""
    slug: str = ""
    hints: tuple[str, ...] = ()
    may_use: tuple[str, ...] = ()
    budget_s: float = 1.0
    rtol: float = 1e-6
    dtype: bool = False
    choose_one: bool = False
    follows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    personal: bool = False

    @property
    def key(self) -> str:
        """The name in files and columns, "06.2-relu"."""
        return f"{self.id}-{self.slug}"

    @property
    def chapter(self) -> str:
        """The chapter's two digits."""
        return self.id[:2]

    @property
    def checks(self) -> list[tuple[str, float]]:
        """Every check by name with its points, known before any answer."""
        return [
            (f"{function.name} {name}", round(function.points * share, 6))
            for function in self.functions.values()
            for name, share in function.checks.items()
        ]


def exercise(
    id: str,
    title: str,
    *,
    points: float,
    kind: str,
    calls: Sequence[str],
    reference: Any,
    read: str,
    equation: str = "",
    draw: Any = None,
    accept: Any = (),
    mistakes: Any = (),
    also_right: Any = (),
    facts: Any = None,
    broken: Any = None,
    probe: Any = None,
    checks: Any = None,
    shares: Mapping[str, float] | None = None,
    follows: Mapping[str, Sequence[str]] | None = None,
    inside: Mapping[str, Any] | None = None,
    choose_one: bool = False,
    slug: str = "",
    hints: Sequence[str] = (),
    may_use: Sequence[str] = (),
    budget_s: float = 1.0,
    rtol: float = 1e-6,
    dtype: bool = False,
    personal: bool = False,
) -> Exercise:
    """Return the spec of one exercise; the module's text explains each part.

    Raises
    ------
    ValueError
        With the exercise's id, when a part does not fit the others.
    """
    _demand(re.fullmatch(r"\d\d\.\d+", id), id, "an id reads like '06.2'")
    _demand(kind in KINDS, id, f"kind is one of {', '.join(KINDS)}")
    _demand(len(hints) <= 3, id, "at most three hints")
    parsed = [_parse(id, call) for call in calls]
    names = [name for name, *_ in parsed]
    _demand(len({*names}) == len(names) > 0, id, "functions need own names")
    per = dict(shares) if shares else _split(points, names)
    if choose_one:
        per = dict.fromkeys(names, points)
    total = sum(per.values()) / (len(names) if choose_one else 1)
    _demand(
        {*per} == {*names} and abs(total - points) < 1e-9,
        id,
        f"shares must name every function and add up to {points}",
    )

    def of(value: Any, name: str, default: Any = None) -> Any:
        if isinstance(value, dict) and value and {*value} <= {*names}:
            return value.get(name, default)
        return value

    functions = {}
    for (name, parameters, quantities, keywords), call in zip(
        parsed, calls, strict=True
    ):
        own_reference = of(reference, name)
        _demand(callable(own_reference), id, f"{name} needs a reference")
        own_draw = of(draw, name) or (lambda rng, *own: [()])
        if not quantities:
            own = (np.random.default_rng(0),) * personal
            quantities = _quantities_of(own_reference, own_draw, *own)
        functions[name] = Function(
            name=name,
            call=call,
            parameters=parameters,
            quantities=quantities,
            points=per[name],
            checks=_checks(id, kind, quantities, of(checks, name)),
            draw=own_draw,
            reference=own_reference,
            accept=tuple(of(accept, name, ())),
            mistakes=tuple(of(mistakes, name, ())),
            also_right=tuple(of(also_right, name, ())),
            facts=of(facts, name),
            broken=of(broken, name),
            inside=dict(of(inside or {}, name, {})),
            probe=of(probe, name) or _keyword_probe(keywords, parameters),
        )
    short = re.sub(r"_(forward|backward|\d\d_\d+)$", "", names[0])
    return Exercise(
        id=id,
        title=title,
        points=points,
        kind=kind,
        functions=functions,
        read=read,
        equation=equation,
        slug=slug or short.replace("_", "-"),
        hints=tuple(hints),
        may_use=tuple(may_use),
        budget_s=budget_s,
        rtol=rtol,
        dtype=dtype,
        choose_one=choose_one,
        follows={k: tuple(v) for k, v in (follows or {}).items()},
        personal=personal,
    )


def own_numbers(id: str, student: str) -> np.random.Generator:
    """Return the generator of a learner's own numbers in one exercise."""
    text = f"own numbers:{id}:{student.strip().casefold()}"
    return np.random.default_rng(list(hashlib.sha256(text.encode()).digest()))


def for_student(exercise: Exercise, student: str) -> Exercise:
    """Return an exercise as one learner has it."""
    if not exercise.personal:
        return exercise

    def own(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda *args: function(own_numbers(exercise.id, student), *args)

    def drawn(draw: Callable[..., Any]) -> Draw:
        return lambda rng: draw(rng, own_numbers(exercise.id, student))

    functions = {
        name: replace(
            f,
            draw=drawn(f.draw),
            reference=own(f.reference),
            accept=tuple(map(own, f.accept)),
            mistakes=tuple(
                replace(m, answer=own(m.answer)) for m in f.mistakes
            ),
            also_right=tuple(map(own, f.also_right)),
        )
        for name, f in exercise.functions.items()
    }
    return replace(exercise, functions=functions, personal=False)


def _demand(condition: object, id: str, words: str) -> None:
    if not condition:
        raise ValueError(f"exercise {id}: {words}")


def _parse(
    id: str, call: str
) -> tuple[str, tuple[str, ...], tuple[str, ...], str]:
    """Return name, parameters, quantities and the call's own arguments."""
    words = f"'{call}' does not read like 'dZ = relu_backward(dA, cache)'"
    try:
        (line,) = ast.parse(call).body
    except (SyntaxError, ValueError):
        raise ValueError(f"exercise {id}: {words}") from None
    quantities: tuple[str, ...] = ()
    if isinstance(line, ast.Assign):
        target = line.targets[0]
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        quantities = tuple(ast.unparse(part) for part in parts)
    value = line.value if isinstance(line, ast.Assign | ast.Expr) else None
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Name):
        raise ValueError(f"exercise {id}: {words}")
    parameters = [ast.unparse(part) for part in value.args]
    parameters += [k.arg or "" for k in value.keywords]
    keywords = ""
    if value.keywords:
        keywords = ", ".join(
            [ast.unparse(part) for part in value.args]
            + [f"{k.arg}={k.arg}" for k in value.keywords]
        )
    return value.func.id, tuple(parameters), quantities, keywords


def _keyword_probe(keywords: str, parameters: tuple[str, ...]) -> str | None:
    if not keywords:
        return None
    names = ", ".join(parameters)
    return f"def probe(learner, {names}):\n    return learner({keywords})\n"


def _split(total: float, names: Sequence[str]) -> dict[str, float]:
    """Return whole points that add up, the larger shares first."""
    if total != int(total) or total < len(names):
        return {name: total / len(names) for name in names}
    each, more = divmod(int(total), len(names))
    return {name: each + (i < more) for i, name in enumerate(names)}


def _quantities_of(reference: Any, draw: Any, *own: Any) -> tuple[str, ...]:
    drawn = draw(np.random.default_rng(0), *own)[0]
    expected = reference(*own, *drawn)
    return tuple(expected) if isinstance(expected, dict) else ("answer",)


def _checks(
    id: str, kind: str, quantities: tuple[str, ...], given: Any
) -> dict[str, float]:
    looked_at = [name for name in quantities if name != "_"]
    if given is not None:
        checks = dict(given)
        _demand(
            {*looked_at} <= {*checks} <= {*looked_at, "form", "arguments"}
            and abs(sum(checks.values()) - 1) < 1e-9,
            id,
            f"checks must name {', '.join(looked_at)} and add up to 1",
        )
        return checks
    form = {"form": 0.2, "arguments": 0.2}
    checks = form if kind in ("implement", "debug") else {}
    rest = 1 - sum(checks.values())
    return checks | {name: rest / len(looked_at) for name in looked_at}


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    return value.strip().lower() if isinstance(value, str) else value


def _is_number(value: Any) -> bool:
    return (
        isinstance(_plain(value), int | float)
        and not isinstance(_plain(value), bool)
        and bool(np.isfinite(value))
    )
