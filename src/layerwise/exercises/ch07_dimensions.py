"""Chapter 7. What is asked about shapes, and how answers are judged."""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from layerwise.exercises.spec import choice, exercise, mistake

Generator = np.random.Generator


def answered(good: dict[str, Any]) -> Callable[..., Any]:
    """Return what makes functions that give `good` with some changes."""
    return lambda **changed: lambda: good | changed


# 07.1 Twenty cells.

SIZES = (12, 5, 5, 3, 1)
PAIRS = tuple(zip((1, 2, 3, 4), SIZES, SIZES[1:], strict=False))


def cells(
    W: Callable[[int, int], Any] = lambda n, n_prev: (n, n_prev),
    b: Callable[[int], Any] = lambda n: (n, 1),
    Z: Callable[[int], Any] = lambda n: (n, 7),
    dW: Callable[[int, int], Any] | None = None,
    count: float = 152,
) -> dict[str, Any]:
    """Return the twenty cells by four rules, and the count."""
    found: dict[str, Any] = {}
    for l, n_prev, n in PAIRS:
        found[f"W{l}"], found[f"b{l}"] = W(n, n_prev), b(n)
        found[f"Z{l}"], found[f"dA{l - 1}"] = Z(n), Z(n_prev)
        found[f"dW{l}"] = (dW or W)(n, n_prev)
    return found | {"count": count}


table = answered(cells())

twenty = exercise(
    "07.1",
    "Twenty cells",
    points=5,
    kind="choose",
    slug="twenty-cells",
    calls=["table_07_1()"],
    reference=cells,
    mistakes=[
        mistake(
            "from-to",
            lambda: cells(W=lambda n, n_prev: (n_prev, n)),
            "You write the shape of W as (from, to). With your W1, how many "
            "columns would meet the 12 rows of X?",
        ),
        mistake(
            "one-axis",
            lambda: cells(b=lambda n: (n,)),
            "Your biases have one axis. With which axis of a (5, 7) array "
            "does numpy line up a (5,)?",
        ),
        mistake(
            "stretched-bias",
            lambda: cells(b=lambda n: (n, 7)),
            "Your biases have seven columns. Does a unit learn a bias of its "
            "own for every example?",
        ),
        mistake(
            "rows-are-examples",
            lambda: cells(Z=lambda n: (7, n)),
            "Your Z and dA have the examples in rows. What does a column "
            "stand for in this book?",
        ),
        mistake(
            "one-example",
            lambda: cells(Z=lambda n: (n, 1)),
            "Your Z and dA hold one example. How many pass through the "
            "network here?",
        ),
        mistake(
            "gradients-turned",
            lambda: cells(dW=lambda n, n_prev: (n_prev, n)),
            "Your W are right and your dW lie on their side. In which place "
            "would you look for the slope of the entry in row 1, column 3?",
        ),
        mistake(
            "gradients-with-m",
            lambda: cells(dW=lambda n, n_prev: (n, 7)),
            "Your dW have seven columns. How many weights has layer 1, and "
            "how many slopes does it need for a step?",
        ),
        mistake(
            "one-layer-on",
            lambda: cells() | {f"dA{l - 1}": (n, 7) for l, _, n in PAIRS},
            "Each of your dA has the rows of the next layer. Which layer "
            "answers A1, and how many units has it?",
        ),
        mistake(
            "flow-without-a-gradient",
            lambda: (
                cells() | {f"dA{l - 1}": (n_prev, 1) for l, n_prev, _ in PAIRS}
            ),
            "Your Z have seven columns and your dA one. How many answers of "
            "a layer can move J, when seven examples pass?",
        ),
        mistake(
            "count-as-drawn",
            table(count=117),
            "117 is the count with 3 units in the third layer. Which layers "
            "change when it gets 8?",
        ),
        mistake(
            "one-layer-changed",
            table(count=147),
            "You changed what layer 3 holds and left layer 4 as it was. What "
            "does layer 4 receive, once layer 3 has 8 units?",
        ),
        mistake(
            "weights-alone",
            table(count=133),
            "133 is the number of weights. What else does each unit learn?",
        ),
    ],
    also_right=[
        lambda: {
            key: list(value) if isinstance(value, tuple) else float(value)
            for key, value in cells().items()
        },
        lambda: {
            key: tuple(np.int64(k) for k in value)
            if isinstance(value, tuple)
            else value
            for key, value in cells().items()
        },
    ],
    read="The shape of everything",
    equation="eq-shape-of-W",
    hints=[
        "Write Z1 = W1 X + b1 with a shape under every letter. X is (12, 7).",
        "A gradient answers one question for each entry of its array.",
    ],
)


# 07.2 A table for any network.

GATHERED = """
def probe(learner, layer_dims, m):
    found = learner(layer_dims, m)
    if not isinstance(found, dict):
        return found
    answer = {"names": sorted(str(key) for key in found)}
    for kind in ("W", "b", "Z", "A", "dW", "db", "dZ", "dA"):
        answer[kind] = [
            list(found[kind + str(l)])
            for l in range(1, len(layer_dims))
            if kind + str(l) in found
        ]
    return answer
"""
KINDS = ("W", "b", "Z", "A", "dW", "db", "dZ", "dA")


def draw_dims(rng: Generator) -> list[tuple[Any, ...]]:
    del rng
    return [
        ([12, 5, 5, 3, 1], 7),
        ([3, 2, 1], 1),
        ([4, 6], 9),
        ([1, 8, 2, 2, 3, 4], 5),
        ([100_000, 70_000, 10], 50_000),
    ]


def by_kind(
    dims: Any, m: Any, *, shift: int = 0, **rules: Any
) -> dict[str, Any]:
    """Return the table gathered by kinds, some of them by other rules."""
    layers = list(pairwise(dims))
    known: dict[str, Any] = {
        "W": lambda n, p, m: [n, p],
        "b": lambda n, p, m: [n, 1],
        "Z": lambda n, p, m: [n, m],
        "A": lambda n, p, m: [n, m],
    }
    for kind in "WbZA":
        known[f"d{kind}"] = known[kind]
    known |= rules
    answer: dict[str, Any] = {
        kind: [known[kind](n, p, m) for p, n in layers] for kind in KINDS
    }
    numbers = range(1 + shift, len(dims) + shift)
    names = sorted(f"{kind}{l}" for kind in KINDS for l in numbers)
    return {"names": names} | answer


def ruled(*kinds: str, rule: Callable[[int, int, int], Any]) -> Any:
    """Return the table with one rule for some kinds."""
    rules: dict[str, Any] = dict.fromkeys(kinds, rule)
    return lambda dims, m: by_kind(dims, m, **rules)


def shorter(*, first: bool) -> Any:
    """Return the table without its first or its last layer."""

    def answer(dims: Any, m: Any) -> dict[str, Any]:
        whole = by_kind(dims, m)
        L = len(dims) - 1
        lost = "1" if first else str(L)
        kept = slice(1, None) if first else slice(None, -1)
        return {kind: whole[kind][kept] for kind in KINDS} | {
            "names": [n for n in whole["names"] if n.lstrip("dWbZA") != lost]
        }

    return answer


def without_gradients(dims: Any, m: Any) -> dict[str, Any]:
    whole = by_kind(dims, m)
    empty: dict[str, Any] = {f"d{kind}": [] for kind in "WbZA"}
    names = [name for name in whole["names"] if name[0] != "d"]
    return whole | empty | {"names": names}


def without_answers(dims: Any, m: Any) -> dict[str, Any]:
    whole = by_kind(dims, m)
    names = [name for name in whole["names"] if name[:2] != "dA"]
    return whole | {"dA": [], "names": names}


def with_data(dims: Any, m: Any) -> dict[str, Any]:
    whole = by_kind(dims, m)
    return whole | {"names": sorted([*whole["names"], "A0"])}


def numbered_from_zero(dims: Any, m: Any) -> dict[str, Any]:
    whole = by_kind(dims, m, shift=-1)
    kept: dict[str, Any] = {kind: whole[kind][1:] for kind in KINDS}
    return kept | {"names": whole["names"]}


def with_inputs(dims: Any, m: Any) -> dict[str, Any]:
    whole = by_kind(dims, m)
    more = ["A0", "dA0", "Z0", "dZ0", "W0", "dW0", "b0", "db0"]
    return whole | {"names": sorted([*whole["names"], *more])}


any_network = exercise(
    "07.2",
    "A table for any network",
    points=10,
    kind="implement",
    slug="shape-table",
    calls=[f"{', '.join(('names', *KINDS))} = shape_table(layer_dims, m)"],
    draw=draw_dims,
    reference=by_kind,
    probe=GATHERED,
    follows={kind: ("names",) for kind in KINDS},
    checks={
        "form": 0.1,
        "arguments": 0.1,
        "names": 0.16,
        **dict.fromkeys(KINDS, 0.08),
    },
    mistakes=[
        mistake(
            "from-to",
            ruled("W", "dW", rule=lambda n, p, m: [p, n]),
            "Your W and dW are (from, to): layer 1 of 12-5-5-3-1 comes out "
            "as 12 by 5. What must meet the 12 rows of X?",
        ),
        mistake(
            "own-size-twice",
            ruled("W", "dW", rule=lambda n, p, m: [n, n]),
            "All your W are square. The columns count what feeds a layer: "
            "which entry of the list tells you that?",
        ),
        mistake(
            "gradient-turned",
            ruled("dW", rule=lambda n, p, m: [p, n]),
            "W is right, and your dW is W on its side. Where would W minus "
            "a small multiple of dW look for its partner of each entry?",
        ),
        mistake(
            "bias-flat",
            ruled("b", "db", rule=lambda n, p, m: [n]),
            "Your b and db have one axis. With which axis of Z does numpy "
            "line up such an array?",
        ),
        mistake(
            "bias-stretched",
            ruled("b", "db", rule=lambda n, p, m: [n, m]),
            "Your b and db have a column for each example. What does "
            "numpy do by itself with an axis of length 1?",
        ),
        mistake(
            "db-not-summed",
            ruled("db", rule=lambda n, p, m: [n, m]),
            "b is right, and your db has a column for each example. What "
            "becomes of an axis that was stretched, on the way back?",
        ),
        mistake(
            "bias-per-input",
            ruled("b", "db", rule=lambda n, p, m: [p, 1]),
            "You gave every input a bias. Which of the two sides of a layer "
            "adds one up?",
        ),
        mistake(
            "examples-in-rows",
            ruled("Z", "A", "dZ", "dA", rule=lambda n, p, m: [m, n]),
            "W and b are right. In your Z and A the examples stand in rows. "
            "What is a column in this book?",
        ),
        mistake(
            "one-example",
            ruled("Z", "A", "dZ", "dA", rule=lambda n, p, m: [n, 1]),
            "W and b are right. Your Z and A hold one example, whatever m "
            "is. What grows when more examples flow?",
        ),
        mistake(
            "received",
            ruled("Z", "A", "dZ", "dA", rule=lambda n, p, m: [p, m]),
            "W and b are right. Your Z and A have the rows of what the layer "
            "receives. How many units add something up in it?",
        ),
        mistake(
            "gradients-with-m",
            ruled("dW", rule=lambda n, p, m: [n, m]),
            "W is right, and your dW has a column for each example. One "
            "weight serves all examples: what happens to their slopes?",
        ),
        mistake(
            "last-layer-lost",
            shorter(first=False),
            "The last layer is missing. How many layers has a network whose "
            "list has five numbers, and where does your loop stop?",
        ),
        mistake(
            "first-layer-lost",
            shorter(first=True),
            "Layer 1 is missing. Which entry of the list are the inputs, and "
            "at which number does your loop begin?",
        ),
        mistake(
            "numbered-from-zero",
            numbered_from_zero,
            "Your layers are numbered from 0. Which layer is number 0 in "
            "this book, and has it any weights?",
        ),
        mistake(
            "inputs-as-a-layer",
            with_inputs,
            "You have entries for a layer 0. What does the input layer "
            "learn, and what does it add up?",
        ),
        mistake(
            "one-kind-left-out",
            without_answers,
            "Every dA is missing. Which four arrays of a layer have a "
            "gradient?",
        ),
        mistake(
            "data-named-too",
            with_data,
            "There is an A0 in your table, and the layers begin at 1. Which "
            "list gave your loop its first name?",
        ),
        mistake(
            "no-gradients",
            without_gradients,
            "W, b, Z and A are right. Half of the names asked for are "
            "missing. Which shape does a gradient have?",
        ),
    ],
    also_right=[
        lambda dims, m: by_kind(np.array(dims), np.int64(m)),
        lambda dims, m: {
            key: tuple(value) for key, value in by_kind(dims, m).items()
        },
    ],
    read="The shape of everything",
    equation="eq-shape-of-W",
    hints=[
        "Write down the table of 3-2-1 by hand: sixteen entries.",
        "For layer l you need two numbers of the list. Which two?",
    ],
)


# 07.3 How many numbers?


def draw_counts(rng: Generator) -> list[tuple[Any, ...]]:
    some = [int(n) for n in rng.integers(2, 40, 6)]
    return [
        ([12, 5, 5, 3, 1],),
        ([7, 4],),
        (some,),
        ([1, 9, 1],),
        ([200_000, 300_000, 10],),
    ]


def counting(rule: Callable[[int, int], int]) -> Callable[..., int]:
    return lambda layer_dims: sum(rule(n, p) for p, n in pairwise(layer_dims))


def all_at_once(layer_dims: Any) -> int:
    """Count by a dot product of the sizes and themselves, one place on."""
    sizes = [int(n) for n in layer_dims]
    weights = sum(a * b for a, b in pairwise(sizes))
    return weights + sum(sizes) - sizes[0]


how_many = exercise(
    "07.3",
    "How many numbers?",
    points=5,
    kind="implement",
    slug="count-params",
    calls=["count = count_params(layer_dims)"],
    draw=draw_counts,
    reference=all_at_once,
    facts=lambda args, got: {"dims": "-".join(map(str, args[0]))},
    mistakes=[
        mistake(
            "biases-forgotten",
            counting(lambda n, p: n * p),
            "For {dims} you count {got}: the weights alone. What else does "
            "each unit learn?",
        ),
        mistake(
            "bias-per-input",
            counting(lambda n, p: n * p + p),
            "For {dims} you count {got}, with a bias for everything that a "
            "layer receives. Does an input add something up?",
        ),
        mistake(
            "bias-for-all",
            lambda dims: counting(lambda n, p: n * p)(dims) + sum(dims),
            "For {dims} you count {got}: the inputs have biases too. What "
            "does layer 0 compute?",
        ),
        mistake(
            "one-bias-a-layer",
            counting(lambda n, p: n * p + 1),
            "For {dims} you count {got}, one bias for a whole layer. Do all "
            "its units share their shift?",
        ),
        mistake(
            "bias-per-weight",
            counting(lambda n, p: 2 * n * p),
            "For {dims} you count {got}: twice the weights. Is there a bias "
            "on every arrow, or one in every unit?",
        ),
        mistake(
            "last-layer-lost",
            lambda dims: counting(lambda n, p: n * p + n)(dims[:-1]),
            "For {dims} you count {got}: the last layer is left out. At "
            "which pair of numbers does your loop stop?",
        ),
        mistake(
            "first-layer-lost",
            lambda dims: counting(lambda n, p: n * p + n)(dims[1:]),
            "For {dims} you count {got}: the first layer is left out. Which "
            "weights meet the data?",
        ),
        mistake(
            "biases-alone",
            counting(lambda n, p: n),
            "For {dims} you count {got}: one number for each unit. What "
            "else does a unit hold, one for each thing it receives?",
        ),
        mistake(
            "sizes-added-up",
            counting(lambda n, p: n + p),
            "For {dims} you count {got}: rows and columns are added. How "
            "many entries has a table with 5 rows and 12 columns?",
        ),
        mistake(
            "own-size-twice",
            counting(lambda n, p: n * n + n),
            "For {dims} you count {got}: every layer is counted as if it fed "
            "itself. Whose answers does it receive?",
        ),
        mistake(
            "sizes-added",
            counting(lambda n, p: n + p + n),
            "For {dims} you count {got}: the sizes are added. How many "
            "entries has a table with 5 rows and 12 columns?",
        ),
        mistake(
            "biases-taken-away",
            counting(lambda n, p: n * p - n),
            "For {dims} you count {got}, fewer than there are weights. What "
            "does a bias do to the count?",
        ),
        mistake(
            "all-sizes-multiplied",
            lambda dims: math.prod(dims),
            "For {dims} you count {got}, the product of all sizes. Does a "
            "weight join more than two layers?",
        ),
        mistake(
            "units-counted",
            lambda dims: sum(dims),
            "For {dims} you count {got}: the circles of the drawing, inputs "
            "too. What does each arrow hold?",
        ),
        mistake(
            "small-whole-numbers",
            lambda dims: int(
                np.array([n * (p + 1) for p, n in pairwise(dims)])
                .astype(np.int32)
                .sum(dtype=np.int32)
            ),
            "Right while the counts are small. With 200000 inputs and 300000 "
            "units you count {got}. How large a number can 32 bits hold?",
        ),
        mistake(
            "biases-multiplied",
            counting(lambda n, p: n * p * n),
            "For {dims} you count {got}. Do the biases stand beside the "
            "weights, or in each of them?",
        ),
    ],
    also_right=[
        counting(lambda n, p: n * (p + 1)),
        lambda dims: np.int64(all_at_once(dims)),
        lambda dims: float(all_at_once(dims)),
    ],
    read="The shape of everything",
    equation="eq-shape-count",
    hints=[
        "3-2-1 has 11. Count them on the drawing: arrows, and circles that "
        "compute.",
    ],
)


# 07.4 Undo the stretch.


def draw_stretches(rng: Generator) -> list[tuple[Any, ...]]:
    stretches: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
        ((3, 7), (3, 1)),
        ((3, 7), (1, 7)),
        ((3, 7), (7,)),
        ((3, 7), (3, 7)),
        ((5, 4), ()),
        ((4, 4), (4,)),
        ((4, 4), (4, 1)),
        ((6, 1), (6, 1)),
        ((2, 3, 5), (3, 1)),
        ((2, 3, 5), (2, 1, 1)),
        ((2, 3, 5), (1, 3, 1)),
        ((3, 2, 1, 3), (2, 1, 1)),
        ((4,), (1,)),
    ]
    return [(rng.normal(size=wide), shape) for wide, shape in stretches]


def by_places(dC: Any, shape: Any) -> Any:
    """Let numpy say which place of B each place of C came from."""
    size = math.prod(shape)
    places = np.broadcast_to(np.arange(size).reshape(shape), dC.shape)
    sums = np.bincount(places.ravel(), weights=dC.ravel(), minlength=size)
    return sums.reshape(shape)


def lengths_of(dC: Any, shape: Any) -> tuple[int, ...]:
    """Return the shape with the missing axes on its left."""
    return (*[1] * (dC.ndim - len(shape)), *shape)


def narrowed(how: Callable[[Any, int], Any]) -> Callable[..., Any]:
    """Return the answer that does `how` along each stretched axis."""

    def answer(dC: Any, shape: Any) -> Any:
        lengths = lengths_of(dC, shape)
        got = dC
        for axis, n in enumerate(lengths):
            if n == 1 and dC.shape[axis] > 1:
                got = how(got, axis)
        return got.reshape(shape)

    return answer


def every_axis_kept(dC: Any, shape: Any) -> Any:
    axes = [k for k, n in enumerate(lengths_of(dC, shape)) if n == 1]
    return dC.sum(axis=tuple(axes), keepdims=True)


def every_axis_dropped(dC: Any, shape: Any) -> Any:
    axes = [k for k, n in enumerate(lengths_of(dC, shape)) if n == 1]
    return dC.sum(axis=tuple(axes))


def left_axes_left(dC: Any, shape: Any) -> Any:
    """Sum where a 1 stands in the shape; take the missing axes' first."""
    while dC.ndim > len(shape):
        dC = dC[0]
    axes = tuple(k for k, n in enumerate(shape) if n == 1)
    return dC.sum(axis=axes, keepdims=True)


def ones_alone(dC: Any, shape: Any) -> Any:
    """Sum where a 1 stands, as if no axis were missing."""
    for axis, n in enumerate(shape):
        if n == 1:
            dC = dC.sum(axis=axis, keepdims=True)
    return dC


def tables_alone(dC: Any, shape: Any) -> Any:
    """Go through the cases that a table has, and no others."""
    if len(shape) < 2:
        return dC.sum(axis=0) if shape else dC.sum()
    if 1 not in shape[:2]:
        return dC
    return dC.sum(axis=0 if shape[0] == 1 else 1, keepdims=True)


def missing_axes_alone(dC: Any, shape: Any) -> Any:
    """Sum what is missing on the left, and nothing else."""
    return dC.sum(axis=tuple(range(dC.ndim - len(shape))))


def found_by_length(dC: Any, shape: Any) -> Any:
    """Keep the first axis of each wanted length, and sum the others."""
    wanted, kept = list(shape), []
    for axis, n in enumerate(dC.shape):
        if n in wanted:
            wanted.remove(n)
            kept.append(axis)
    axes = tuple(k for k in range(dC.ndim) if k not in kept)
    return dC.sum(axis=axes).reshape(shape)


def columns_only(dC: Any, shape: Any) -> Any:
    """Do what is right for the bias of a layer, whatever the shape."""
    return dC.sum(axis=-1, keepdims=True)


def one_axis_alone(dC: Any, shape: Any) -> Any:
    """Sum the first stretched axis, and take the first of the others."""
    lengths, first = lengths_of(dC, shape), True
    got = dC
    for axis, n in enumerate(lengths):
        if n == 1 and dC.shape[axis] > 1:
            got = (
                got.sum(axis, keepdims=True) if first else got.take([0], axis)
            )
            first = False
    return got.reshape(shape)


def step_by_step(dC: Any, shape: Any) -> Any:
    while dC.ndim > len(shape):
        dC = dC.sum(axis=0)
    for axis, n in enumerate(shape):
        if n == 1:
            dC = dC.sum(axis=axis, keepdims=True)
    return dC


def stretched_facts(args: Any, got: Any) -> dict[str, Any]:
    dC, shape = args
    return {"wide": dC.shape, "shape": shape, "came": np.shape(got)}


HERE = "For dC of shape {wide} and the shape {shape} "

unstretch = exercise(
    "07.4",
    "Undo the stretch",
    points=15,
    kind="implement",
    slug="unstretched",
    calls=["dB = unstretched(dC, shape)"],
    draw=draw_stretches,
    reference=by_places,
    facts=stretched_facts,
    mistakes=[
        mistake(
            "every-axis-kept",
            every_axis_kept,
            HERE + "you return {came}: the numbers are right, and an axis "
            "is there that B never had. Which axes did numpy add before it "
            "stretched?",
        ),
        mistake(
            "every-axis-dropped",
            every_axis_dropped,
            HERE + "you return {came}: the numbers are right, and an axis "
            "of length 1 is lost. Which of the axes that you sum over did B "
            "have?",
        ),
        mistake(
            "mean",
            narrowed(lambda a, axis: a.mean(axis, keepdims=True)),
            HERE + "your numbers are means. One entry of B moves several "
            "entries of C, each with slope 1: do their slopes add up, or "
            "average?",
        ),
        mistake(
            "first-slice",
            narrowed(lambda a, axis: a.take([0], axis)),
            HERE + "you return a slice of dC. How many entries of C does one "
            "entry of B move?",
        ),
        mistake(
            "one-axis-alone",
            one_axis_alone,
            "Right where one axis was stretched. " + HERE + "more than one "
            "was. What happened to the others?",
        ),
        mistake(
            "left-axes-left",
            left_axes_left,
            "Right where no axis is missing. " + HERE + "you keep the first "
            "of several slices. Was an axis that is missing stretched too?",
        ),
        mistake(
            "ones-alone",
            ones_alone,
            "Right where no axis is missing. " + HERE + "you return {came}. "
            "What does numpy put where B has no axis?",
        ),
        mistake(
            "tables-alone",
            tables_alone,
            "Right for tables. " + HERE + "you return {came}: your cases do "
            "not reach so far. Which one sentence says for any axis whether "
            "it was stretched?",
        ),
        mistake(
            "missing-axes-alone",
            missing_axes_alone,
            "Right where axes are missing on the left and nothing else was "
            "stretched. " + HERE + "you return {came}. What became of the "
            "axes of length 1?",
        ),
        mistake(
            "found-by-length",
            found_by_length,
            "Right while all lengths differ. " + HERE + "two axes are "
            "equally long, and you summed the wrong one. From which side "
            "does numpy line shapes up?",
        ),
        mistake(
            "columns-only",
            columns_only,
            "Right for the bias of a layer. " + HERE + "you return {came}: "
            "you always sum over the last axis. Which axes were stretched "
            "here?",
        ),
        mistake(
            "nothing-summed",
            lambda dC, shape: dC.copy(),
            HERE + "you return dC as it is. B has fewer entries: what does "
            "the chain rule do when one quantity feeds many places?",
        ),
        mistake(
            "all-summed",
            lambda dC, shape: np.full(shape, dC.sum()),
            HERE + "every entry of yours is the sum of the whole dC. Which "
            "entries of C does one entry of B move?",
        ),
    ],
    also_right=[
        step_by_step,
        narrowed(lambda a, axis: a.sum(axis, keepdims=True)),
        lambda dC, shape: by_places(dC, shape).astype(np.float32),
    ],
    read="The bias is stretched, its gradient is summed",
    equation="eq-stretch-and-sum",
    hints=[
        "Write the two shapes below each other, the last lengths in one "
        "column. What stands where an axis is missing?",
        "Over which axes must you sum? Those where B has length 1: put the "
        "missing ones there first, with a length of 1.",
        "A sum over an axis drops it. Which of the dropped ones does B "
        "still have, with a length of 1?",
    ],
)


# 07.5 One entry at a time.


def draw_entries(first: Callable[[int, int, int], Any]) -> Any:
    """Draw two tables and a place, all sizes different, and one square."""

    def draw(rng: Generator) -> list[tuple[Any, ...]]:
        drawn = []
        for n, n_prev, m in ((3, 5, 7), (4, 2, 1), (1, 4, 6), (5, 3, 4)):
            one, other, (p, q) = first(n, n_prev, m)
            drawn.append(
                (
                    rng.normal(size=one),
                    rng.normal(size=other),
                    int(rng.integers(p)),
                    int(rng.integers(q)),
                )
            )
        one, other, _ = first(3, 3, 3)
        drawn.append((rng.normal(size=one), rng.normal(size=other), 0, 2))
        return drawn

    return draw


AVERAGED = (
    "Your number is the right sum, divided by {m}. J is a mean already: in "
    "which of your two tables is its 1/m hidden?"
)

entries = exercise(
    "07.5",
    "One entry at a time",
    points=10,
    kind="derive",
    slug="entries",
    calls=[
        "number = dW_entry(dZ, A_prev, i, j)",
        "number = dA_entry(dZ, W, j, c)",
        "number = dV_entry(dZ, A_prev, j, i)",
    ],
    shares={"dW_entry": 4, "dA_entry": 3, "dV_entry": 3},
    draw={
        "dW_entry": draw_entries(
            lambda n, p, m: ((n, m), (p, m), (n, p)),
        ),
        "dA_entry": draw_entries(
            lambda n, p, m: ((n, m), (n, p), (p, m)),
        ),
        "dV_entry": draw_entries(
            lambda n, p, m: ((m, n), (m, p), (p, n)),
        ),
    },
    reference={
        "dW_entry": lambda dZ, A, i, j: np.einsum("ic,jc->ij", dZ, A)[i, j],
        "dA_entry": lambda dZ, W, j, c: np.einsum("ic,ij->jc", dZ, W)[j, c],
        "dV_entry": lambda dZ, A, j, i: np.einsum("ci,cj->ji", dZ, A)[j, i],
    },
    mistakes={
        "dW_entry": [
            mistake(
                "averaged",
                lambda dZ, A, i, j: np.mean(dZ[i] * A[j]),
                AVERAGED,
            ),
            mistake(
                "one-example",
                lambda dZ, A, i, j: dZ[i, 0] * A[j, 0],
                "Right for one example. You look at the first column only. "
                "In how many columns is this weight used?",
            ),
            mistake(
                "last-example",
                lambda dZ, A, i, j: dZ[i, -1] * A[j, -1],
                "Right for one example. You keep the last column only. What "
                "happened to the products of the columns before?",
            ),
            mistake(
                "product-of-sums",
                lambda dZ, A, i, j: dZ[i].sum() * A[j].sum(),
                "You multiply two sums. Does the answer of example 1 meet "
                "the slope of example 2 anywhere in the layer?",
            ),
            mistake(
                "all-units",
                lambda dZ, A, i, j: (dZ * A[j]).sum(),
                "You add over the units too. Into how many rows of Z does "
                "one weight enter?",
            ),
            mistake(
                "all-inputs",
                lambda dZ, A, i, j: (A * dZ[i]).sum(),
                "You add over the inputs too. Which single input does this "
                "weight multiply?",
            ),
            mistake(
                "sums-of-sums",
                lambda dZ, A, i, j: np.sum(dZ[i] + A[j]),
                "You add where two slopes lie one behind the other. What "
                "does the chain rule do along one path?",
            ),
            mistake(
                "bias-for-weight",
                lambda dZ, A, i, j: dZ[i].sum(),
                "This is the slope along the bias of that unit. What does "
                "the weight meet that a bias does not?",
            ),
        ],
        "dA_entry": [
            mistake(
                "averaged",
                lambda dZ, W, j, c: np.mean(dZ[:, c] * W[:, j]),
                "Your number is the right sum, divided by the number of "
                "units. Is anything averaged over units in this book?",
            ),
            mistake(
                "one-unit",
                lambda dZ, W, j, c: dZ[0, c] * W[0, j],
                "You follow the path through the first unit only. How many "
                "units receive this answer?",
            ),
            mistake(
                "last-unit",
                lambda dZ, W, j, c: dZ[-1, c] * W[-1, j],
                "You keep the path through the last unit only. What happened "
                "to the others?",
            ),
            mistake(
                "all-examples",
                lambda dZ, W, j, c: (dZ * W[:, [j]]).sum(),
                "You add over the examples too. In how many columns of Z "
                "does one column of A_prev have a say?",
            ),
            mistake(
                "product-of-sums",
                lambda dZ, W, j, c: dZ[:, c].sum() * W[:, j].sum(),
                "You multiply two sums. Does the slope of unit 1 travel "
                "along a weight of unit 2?",
            ),
            mistake(
                "sums-of-sums",
                lambda dZ, W, j, c: np.sum(dZ[:, c] + W[:, j]),
                "You add where a slope travels along a weight. What does the "
                "chain rule do along one path?",
            ),
            mistake(
                "weights-forgotten",
                lambda dZ, W, j, c: dZ[:, c].sum(),
                "You add the slopes of the units as they are. Along what do "
                "they travel back?",
            ),
        ],
        "dV_entry": [
            mistake(
                "averaged",
                lambda dZ, A, j, i: np.mean(A[:, j] * dZ[:, i]),
                "Your number is the right sum, divided by the number of "
                "examples. J is a mean already: in which of your two tables "
                "is its 1/m hidden?",
            ),
            mistake(
                "one-example",
                lambda dZ, A, j, i: A[0, j] * dZ[0, i],
                "Right for one example. You look at the first row only. In "
                "how many rows is this weight used?",
            ),
            mistake(
                "last-example",
                lambda dZ, A, j, i: A[-1, j] * dZ[-1, i],
                "Right for one example. You keep the last row only. What "
                "happened to the products of the rows before?",
            ),
            mistake(
                "product-of-sums",
                lambda dZ, A, j, i: A[:, j].sum() * dZ[:, i].sum(),
                "You multiply two sums. Does the answer of example 1 meet "
                "the slope of example 2 anywhere in the layer?",
            ),
            mistake(
                "sums-of-sums",
                lambda dZ, A, j, i: np.sum(A[:, j] + dZ[:, i]),
                "You add where two slopes lie one behind the other. What "
                "does the chain rule do along one path?",
            ),
            mistake(
                "bias-for-weight",
                lambda dZ, A, j, i: dZ[:, i].sum(),
                "This is the slope along the bias of that unit. What does "
                "the weight meet that a bias does not?",
            ),
            mistake(
                "all-units",
                lambda dZ, A, j, i: (A[:, [j]] * dZ).sum(),
                "You add over the units too. Into which column of Z does "
                "this weight enter?",
            ),
        ],
    },
    also_right={
        "dW_entry": [
            lambda dZ, A, i, j: dZ[i] @ A[j],
            lambda dZ, A, i, j: np.float32(np.vdot(A[j], dZ[i])),
        ],
        "dA_entry": [lambda dZ, W, j, c: W[:, j].dot(dZ[:, c])],
        "dV_entry": [lambda dZ, A, j, i: A.T[j] @ dZ.T[i]],
    },
    read="Why the transpose stands where it stands",
    equation="eq-transpose-dW",
    hints=[
        "Write the layer by its indices. In which entries of Z does your "
        "one number occur?",
        "Along one path slopes multiply; different paths add. What counts "
        "the paths here: examples, or units?",
    ],
)


# 07.6 From rows to columns.


def draw_layer(rng: Generator) -> list[tuple[Any, ...]]:
    """Sizes that differ, one example, and two layers that hide slips."""
    sizes = (3, 5, 7), (4, 2, 1), (1, 3, 4), (2, 4, 3), (3, 3, 5), (4, 4, 4)
    return [
        (
            rng.normal(size=(n_x, m)),
            rng.integers(0, 2, (n, m)).astype(float),
            rng.normal(size=(n, n_x)),
            rng.normal(size=(n, 1)),
        )
        for n, n_x, m in sizes
    ]


def by_index(X: Any, Y: Any, W: Any, b: Any) -> tuple[Any, ...]:
    """Answer example by example, with outer products and tanh."""
    A = 0.5 + 0.5 * np.tanh((W @ X + b) / 2)
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    m = X.shape[1]
    for c in range(m):
        dW += np.outer(A[:, c] - Y[:, c], X[:, c]) / m
        db += (A[:, [c]] - Y[:, [c]]) / m
    return A, dW, db


def pasted(
    count: Callable[[Any], Any] = lambda X: X.shape[1],
    dW: Callable[[Any, Any], Any] = lambda dZ, X: dZ @ X.T,
    db: Callable[[Any], Any] = lambda dZ: dZ.sum(axis=1, keepdims=True),
) -> Callable[..., tuple[Any, ...]]:
    """Return the layer with some of its lines as the row book has them."""

    def answer(X: Any, Y: Any, W: Any, b: Any) -> tuple[Any, ...]:
        A = 1 / (1 + np.exp(-(W @ X + b)))
        dZ = (A - Y) / count(X)
        return A, dW(dZ, X), db(dZ)

    return answer


def measured_layer(args: Any, got: Any) -> dict[str, Any]:
    X, _, W, b = args
    _, dW, db = got
    return {
        "n_x": X.shape[0],
        "examples": X.shape[1],
        "dW_shape": np.shape(dW),
        "W_shape": W.shape,
        "db_shape": np.shape(db),
        "b_shape": b.shape,
    }


rows_to_columns = exercise(
    "07.6",
    "From rows to columns",
    points=10,
    kind="debug",
    slug="rows",
    calls=["A, dW, db = mended_07_6(X, Y, W, b)"],
    draw=draw_layer,
    reference=by_index,
    broken=pasted(len, lambda dZ, X: X.T @ dZ, lambda dZ: dZ.sum(axis=0)),
    facts=measured_layer,
    mistakes=[
        mistake(
            "counts-features",
            pasted(count=len),
            "All shapes are right. With {n_x} features and {examples} "
            "examples, your dW and db are as if there were {n_x} examples. "
            "Which line counts, and what?",
        ),
        mistake(
            "units-summed",
            pasted(db=lambda dZ: dZ.sum(axis=0, keepdims=True)),
            "dW is right. Your db has shape {db_shape} and b has {b_shape}. "
            "Which axis counts examples in this book?",
        ),
        mistake(
            "axis-lost",
            pasted(db=lambda dZ: dZ.sum(axis=1)),
            "dW and the numbers of db are right. Your db has shape "
            "{db_shape} and b has {b_shape}. What would numpy make of one "
            "minus the other?",
        ),
        mistake(
            "units-summed-flat",
            pasted(db=lambda dZ: dZ.sum(axis=0)),
            "dW is right. Your db has shape {db_shape} and b has {b_shape}: "
            "the sum is the row book's. Which axis counts examples here?",
        ),
        mistake(
            "on-its-side",
            pasted(dW=lambda dZ, X: X @ dZ.T),
            "Your dW has shape {dW_shape} and W has {W_shape}. What do the "
            "rows of W count in this book?",
        ),
        mistake(
            "counted-twice",
            pasted(
                dW=lambda dZ, X: dZ @ X.T / X.shape[1],
                db=lambda dZ: dZ.mean(axis=1, keepdims=True),
            ),
            "dW and db are {examples} times too small. How often is the mean "
            "taken between the losses and dW?",
        ),
        mistake(
            "mean-bias",
            pasted(db=lambda dZ: dZ.mean(axis=1, keepdims=True)),
            "dW is right, db is {examples} times too small. The mean is "
            "inside dZ already: what is left for db to do?",
        ),
        mistake(
            "never-counted",
            pasted(count=lambda X: 1),
            "dW and db are {examples} times too large. The cost is a mean: "
            "by which number is it divided?",
        ),
        mistake(
            "bias-for-each-example",
            pasted(db=lambda dZ: dZ),
            "dW is right. Your db has shape {db_shape}: a slope for every "
            "example. What becomes of a stretched axis on the way back?",
        ),
        mistake(
            "counts-and-loses-an-axis",
            pasted(count=len, db=lambda dZ: dZ.sum(axis=1)),
            "A is right. Two of the row book's lines are left: the count "
            "takes {n_x}, the features, and db has shape {db_shape}. Which "
            "axis is which in X?",
        ),
    ],
    also_right=[
        pasted(count=lambda X: X.shape[-1]),
        lambda X, Y, W, b: tuple(
            part.astype(np.float32) for part in pasted()(X, Y, W, b)
        ),
        lambda X, Y, W, b: [
            pasted()(X, Y, W, b)[0],
            (X @ ((pasted()(X, Y, W, b)[0] - Y) / Y.shape[1]).T).T,
            pasted()(X, Y, W, b)[2],
        ],
    ],
    read="Shapes as a type checker",
    equation="eq-transpose-dW",
    hints=[
        "Write a shape behind every line. Three of them do not fit the "
        "book's.",
        "One of the three lines gives a single number. What does it count?",
    ],
)


# 07.7 Loud, visible, silent.

VERDICTS = {
    "line 1": "silent",
    "line 2": "error",
    "line 3": "silent",
    "line 4": "shape",
    "line 5": "shape",
    "line 6": "silent",
}
WORDS = {"error", "shape", "silent"}
judged = answered(VERDICTS | {"silent_3_to_4": 1, "fit": 20, "refuses": 3})

six_lines = exercise(
    "07.7",
    "Loud, visible, silent",
    points=10,
    kind="spot",
    slug="verdicts",
    calls=["verdicts_07_7()"],
    reference=lambda: (
        {
            line: choice(word, *sorted(WORDS - {word}))
            for line, word in VERDICTS.items()
        }
        | {"silent_3_to_4": 1, "fit": 20, "refuses": 3}
    ),
    mistakes=[
        mistake(
            "turned-is-caught",
            judged(**{"line 1": "shape"}),
            "Line 1 would be caught if n and n_prev differed. Here both are "
            "4: which shape comes out, and which shape has W?",
        ),
        mistake(
            "back-is-caught",
            judged(**{"line 3": "shape"}),
            "Line 3 multiplies a (4, 4) by a (4, 7). Which shape comes out, "
            "and which shape has A_prev here?",
        ),
        mistake(
            "runs-all-the-same",
            judged(**{"line 2": "shape"}),
            "You say that line 2 runs. Its factors are (4, 7) and (4, 7): "
            "which two lengths stand inside?",
        ),
        mistake(
            "sum-is-refused",
            judged(**{"line 4": "error"}),
            "Line 4 only adds along an axis, and numpy can always do that. "
            "What is left of (4, 7) when the second axis goes?",
        ),
        mistake(
            "inner-sizes-agree",
            judged(**{"line 5": "error"}),
            "Line 5 multiplies a (7, 4) by a (4, 4). Which two lengths stand "
            "inside, and do they agree?",
        ),
        mistake(
            "factor-is-refused",
            judged(**{"line 6": "error"}),
            "Line 6 is the right product, divided by 7. Which of the two "
            "steps could numpy refuse?",
        ),
        mistake(
            "turned-is-refused",
            judged(**{"line 1": "error"}),
            "Line 1 multiplies a (4, 7) by a (7, 4). Which sizes stand "
            "inside, and do they agree?",
        ),
        mistake(
            "back-is-refused",
            judged(**{"line 3": "error"}),
            "Line 3 multiplies W by dZ. Which sizes stand inside, when W is "
            "4 by 4?",
        ),
        mistake(
            "seven-meets-seven",
            judged(**{"line 2": "silent"}),
            "In line 2 both factors are (4, 7). Which two sizes stand beside "
            "each other in the product?",
        ),
        mistake(
            "axis-overlooked",
            judged(**{"line 4": "silent"}),
            "Line 4 gives (4,), and b is (4, 1). What would numpy make of "
            "the one minus the other?",
        ),
        mistake(
            "side-overlooked",
            judged(**{"line 5": "silent"}),
            "Line 5 gives (7, 4). Which shape has A_prev?",
        ),
        mistake(
            "factor-has-a-shape",
            judged(**{"line 6": "shape"}),
            "Line 6 divides every entry by 7. Does a table change its shape "
            "when its entries do?",
        ),
        mistake(
            "sixth-is-right",
            judged(silent_3_to_4=0),
            "With 3 inputs and 4 units you find none that is silent. What "
            "does a factor do to a shape?",
        ),
        mistake(
            "still-square",
            judged(silent_3_to_4=3),
            "Three are silent in the square layer. Write the shapes of lines "
            "1 and 3 anew with n_prev = 3: what changes?",
        ),
        mistake(
            "all-differ",
            judged(fit=12),
            "12 fit when the three sizes differ. Which two sizes does the "
            "question make equal?",
        ),
        mistake(
            "all-equal",
            judged(fit=36),
            "36 fit when all three sizes agree. How large is m in the "
            "question?",
        ),
        mistake(
            "visible-not-refused",
            judged(refuses=4),
            "In layer 4 the slip runs: (1, 7) meets (3, 7) there. What does "
            "numpy do with an axis of length 1, and which two lengths meet "
            "one layer below?",
        ),
        mistake(
            "from-the-wrong-end",
            judged(refuses=1),
            "The way back begins at layer 4. In layer 1 (5, 7) would meet "
            "(12, 7), if it came so far: which two shapes meet before that?",
        ),
        mistake(
            "square-is-no-shelter",
            judged(refuses=2),
            "In layer 2 (5, 7) would meet (5, 7), and * is content with "
            "that. Does the way back come so far?",
        ),
    ],
    also_right=[
        judged(silent_3_to_4=1.0, fit=20.0, refuses=3.0),
        judged(**{"line 1": "Silent", "line 2": "Error"}),
    ],
    read="What a shape cannot see",
    equation="eq-inner-sizes",
    hints=[
        "Write the two shapes of each product beside each other. Do the "
        "inner sizes agree? What is left?",
        "Then compare what is left with the shape of the array's own.",
    ],
)
