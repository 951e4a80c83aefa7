"""Chapter 10. What is asked about starts, and how answers are judged."""

import itertools
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from layerwise.exercises.spec import (
    choice,
    exercise,
    mistake,
    points,
    recorded,
    scored,
)

Generator = np.random.Generator

# 10.1 A hundred steps from zero.

MOVED = ("nothing", "b2", "W2 and b2", "everything")


def from_zero(**changed: str) -> Callable[[], dict[str, str]]:
    right = {"unequal": "b2", "equal": "nothing", "because": "b"}
    return lambda: right | changed


hundred_steps = exercise(
    "10.1",
    "A hundred steps from zero",
    points=5,
    kind="predict",
    slug="from-zero",
    calls=["prediction_10_1()"],
    reference=lambda: {
        "unequal": recorded(*MOVED),
        "equal": recorded(*MOVED),
        "because": choice("b", "a", "c"),
    },
    checks={"unequal": 0.3, "equal": 0.3, "because": 0.4},
    mistakes=[
        mistake(
            "flat-at-zero",
            from_zero(because="a"),
            "A curve that is flat would indeed stop every gradient. What is "
            "the slope of tanh at z = 0?",
        ),
        mistake(
            "examples-cancel",
            from_zero(because="c"),
            "For equal classes the gradient of b2 does cancel. With 70 "
            "against 30 it does not, and the weights still stay. Which "
            "factor of dW2 does not depend on the labels?",
        ),
    ],
    also_right=[
        from_zero(unequal="everything", equal="everything"),
        from_zero(unequal="W2 and b2", because="B"),
    ],
    read="A start at zero",
    equation="eq-zero-tanh",
    hints=[
        "What do the four hidden units answer when all weights are zero?",
        "Write dW2 and dW1 as products and look at each factor.",
    ],
)


# 10.2 Twins stay twins.

SIZES = ((3, 2, 5), (2, 4, 4), (4, 3, 7), (3, 1, 3))  # n_x, n_2, m


def draw_da(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (rng.normal(size=(n_2, 1)), rng.normal(size=(n_2, m)))
        for _, n_2, m in SIZES
    ]


def draw_dw(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (rng.normal(size=(1, m)), rng.normal(size=(n_x, m)))
        for n_x, _, m in SIZES
    ]


def draw_du(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (rng.normal(size=(n_2, m)), rng.normal(size=(1, m)))
        for _, n_2, m in SIZES
    ]


def shape_of(args: Any, got: Any) -> dict[str, Any]:
    return {"shape": np.shape(got)}


twins = exercise(
    "10.2",
    "Twins stay twins",
    points=10,
    kind="derive",
    slug="twins",
    calls=["blank_da(u, dZ2)", "blank_dw(dz, X)", "blank_du(dZ2, a)"],
    shares={"blank_da": 4, "blank_dw": 3, "blank_du": 3},
    draw={"blank_da": draw_da, "blank_dw": draw_dw, "blank_du": draw_du},
    reference={
        "blank_da": lambda u, dZ2: np.einsum("io,im->om", u, dZ2),
        "blank_dw": lambda dz, X: np.einsum("om,jm->oj", dz, X),
        "blank_du": lambda dZ2, a: np.einsum("im,om->io", dZ2, a),
    },
    facts=shape_of,
    mistakes={
        "blank_da": [
            mistake(
                "not-added-over-outputs",
                lambda u, dZ2: u * dZ2,
                "Your da has the shape {shape}: one row for each unit above. "
                "When a cost is reached by several paths, what does the "
                "chain rule do with them?",
            ),
            mistake(
                "weights-forgotten",
                lambda u, dZ2: dZ2.sum(axis=0, keepdims=True),
                "You add up what arrives, with equal weight. How strongly "
                "does this unit reach each of the units above?",
            ),
            mistake(
                "added-over-examples",
                lambda u, dZ2: u.T @ dZ2.sum(axis=1, keepdims=True),
                "Your da has the shape {shape}, one number for all examples. "
                "Does the unit give every example the same answer?",
            ),
        ],
        "blank_dw": [
            mistake(
                "not-added-over-examples",
                lambda dz, X: dz * X,
                "Your dw has the shape {shape}, a table with one column for "
                "each example. One row of weights serves all examples: what "
                "happens to its gradients?",
            ),
            mistake(
                "mean-over-examples",
                lambda dz, X: dz @ X.T / X.shape[1],
                "Your dw is m times too small. dz belongs to a cost that is "
                "a mean already. Where did the division by m take place?",
            ),
            mistake(
                "lies-turned",
                lambda dz, X: X @ dz.T,
                "The numbers of dw are right; its shape is {shape}. Which "
                "shape has a row of W1?",
            ),
        ],
        "blank_du": [
            mistake(
                "outgoing-turned",
                lambda dZ2, a: a @ dZ2.T,
                "The numbers of du are right; its shape is {shape}. Which "
                "shape has a column of W2?",
            ),
            mistake(
                "one-for-each-example",
                lambda dZ2, a: dZ2 * a,
                "Your du has the shape {shape}, with one column for each "
                "example. What becomes of the examples in a gradient of "
                "weights?",
            ),
            mistake(
                "answers-forgotten",
                lambda dZ2, a: dZ2.sum(axis=1, keepdims=True),
                "Your du would do for a bias. By what is an outgoing weight "
                "multiplied on the way up?",
            ),
        ],
    },
    also_right={
        "blank_da": [lambda u, dZ2: (u * dZ2).sum(axis=0, keepdims=True)],
        "blank_dw": [lambda dz, X: (X @ dz.T).T],
        "blank_du": [
            lambda dZ2, a: (dZ2 * a).sum(axis=1, keepdims=True),
            lambda dZ2, a: np.dot(dZ2, a.T).astype(np.float32),
        ],
    },
    read="One number everywhere",
    equation="eq-twins",
    hints=[
        "Take the three rules of a layer: dA_prev, dW of the layer below, dW "
        "of the layer above. Which row or column belongs to this unit?",
        "Shapes help: each blank is one product of the two arrays that it "
        "is given, one of them turned.",
    ],
)


# 10.3 A line that does not run.

# The formula is evaluated so often that its spread is known to 1 %.
DRAWN = """
def probe(learner, n, n_prev, seed):
    import numpy as np
    answer = dict(learner())
    text = answer.pop("formula", None)
    if text is None:
        return {"raises": answer.get("raises"), "formula": None}
    space = {"np": np, "n": n, "n_prev": n_prev,
             "rng": np.random.default_rng(seed)}
    np.random.seed(seed)
    try:
        code = compile(text, "formula", "eval") if isinstance(
            text, str) else None
        one = (lambda: eval(code, space)) if code else (
            lambda: text(n, n_prev, space["rng"]))
        many = [np.asarray(one(), float)
                for _ in range(max(2, 30000 // (n * n_prev)))]
        all = np.stack(many)
        near = (abs(all - all.mean()) < all.std()).mean()
        if all[0].shape != (n, n_prev):
            formula = "shape %s" % (all[0].shape,)
        elif np.array_equal(many[0], many[1]):
            formula = "the same numbers each time"
        elif len(np.unique(all[0])) < all[0].size:
            formula = "equal numbers in one array"
        elif abs(all.mean()) > 0.3 * all.std():
            formula = "mean %.2g" % all.mean()
        elif abs(all.std() / 0.01 - 1) > 0.05:
            formula = "standard deviation %.2g" % all.std()
        elif abs(near - 0.6827) > 0.03:
            formula = "not normal"
        else:
            formula = "independent, normal, 0.01"
    except Exception as error:
        formula = type(error).__name__
    return {"raises": answer.get("raises"), "formula": formula}
"""

_drawn: dict[str, Any] = {}
exec(DRAWN, _drawn)  # our own text, above


def line(
    formula: str = "0.01 * np.random.randn(n, n_prev)",
    raises: str = "TypeError",
) -> Callable[..., Any]:
    answer = {"raises": raises, "formula": formula}
    return lambda *args: _drawn["probe"](lambda: answer, *args)


def what_came(args: Any, got: Any) -> dict[str, Any]:
    return {"came": got.get("formula") if isinstance(got, dict) else got}


printed_line = exercise(
    "10.3",
    "A line that does not run",
    points=5,
    kind="spot",
    slug="randn",
    calls=["mended_10_3()"],
    draw=lambda rng: [
        (n, n_prev, int(rng.integers(10**6)))
        for n, n_prev in ((2, 2), (3, 5), (40, 30))
    ],
    reference=lambda n, n_prev, seed: {
        "raises": choice("TypeError", "ValueError", "NameError"),
        "formula": "independent, normal, 0.01",
    },
    checks={"raises": 0.4, "formula": 0.6},
    probe=DRAWN,
    facts=what_came,
    mistakes=[
        mistake(
            "tuple-again",
            line("np.random.randn((n, n_prev)) * 0.01"),
            "Your formula ends in a TypeError, as the printed line does. "
            "Does this function take one shape or several numbers?",
        ),
        mistake(
            "not-centred",
            line("rng.random((n, n_prev)) * 0.01"),
            "Your formula runs. Its numbers have {came}: none is negative. "
            "What will the sums of many of them look like?",
        ),
        mistake(
            "turned",
            line("rng.standard_normal((n_prev, n)) * 0.01"),
            "For n = 3 and n_prev = 5 your W has the shape (5, 3). In W @ "
            "A_prev, which axis of W meets the rows of A_prev?",
        ),
        mistake(
            "no-factor",
            line("rng.standard_normal((n, n_prev))"),
            "Shape and mean are right; the numbers have {came}. What became "
            "of the factor of the printed line?",
        ),
        mistake(
            "variance",
            line("rng.normal(0, 0.01**0.5, (n, n_prev))"),
            "Shape and mean are right; the numbers have {came}. Is 0.01 a "
            "standard deviation here, or a variance?",
        ),
        mistake(
            "one-number",
            line("np.full((n, n_prev), rng.standard_normal() * 0.01)"),
            "The array holds one random number in all places. How many "
            "numbers must be drawn?",
        ),
    ],
    also_right=[
        line(),
        line("rng.normal(0, 0.01, (n, n_prev))"),
        line("rng.normal(scale=0.01, size=n * n_prev).reshape(n, n_prev)"),
        line("np.random.normal(0, 0.01, size=[n, n_prev])", "typeerror"),
    ],
    read="Random breaks the symmetry",
    hints=["Read the last line of the error above: which type did it meet?"],
)


# 10.4 A start for every layer.

STARTED = """
def probe(learner, layer_dims, seed):
    import numpy as np
    def start(number):
        out = learner(list(layer_dims), np.random.default_rng(number))
        return {k: np.asarray(v, float) for k, v in dict(out).items()}
    first, again, other = start(seed), start(seed), start(seed + 1)
    names = sorted(first)
    weights = [k for k in names if k.startswith("W")]
    biases = [k for k in names if k.startswith("b")]
    means, spreads, normal = [], [], []
    for k in weights:
        W = first[k]
        s = W.std() or 1.0
        far = abs(W.mean()) / s * W.size ** 0.5
        means.append(float(far) if far > 5 else 0.0)
        v = float(W.var() * W.shape[-1])
        # a spread is known to some per cent only: whole numbers stand out
        spreads.append(round(v) if abs(v - round(v)) < 0.06 * v else v)
        near = float((abs(W - W.mean()) < s).mean())
        normal.append(0.68 if 0.66 < near < 0.705 else near)
    flat = [first[k].ravel() for k in weights]
    twins = any(
        np.allclose(p[:50] * q[0], q[:50] * p[0])
        for i, p in enumerate(flat) for q in flat[:i])
    same = all(np.array_equal(first[k], again[k]) for k in names)
    differ = all(not np.array_equal(first[k], other[k]) for k in weights)
    return {
        "names": ", ".join(names),
        "shapes": [list(first[k].shape) for k in names],
        "biases": float(max((abs(first[k]).max() for k in biases),
                            default=0.0)),
        "mean": float(max((abs(v) for v in means), default=0.0)),
        "spread": spreads,
        "normal": normal,
        "draws": "layers alike" if twins else "always the same numbers"
                 if not differ else "not repeatable" if not same
                 else "from rng alone",
    }
"""

_started: dict[str, Any] = {}
exec(STARTED, _started)  # our own text, above

DIMS = (300, 100, 400, 150)


def started(start: Callable[..., Any]) -> Callable[..., Any]:
    """Return what the probe says of a start."""
    return lambda dims, seed: _started["probe"](start, dims, seed)


def all_layers(
    weights: Callable[[int, int, Generator], Any],
    biases: Callable[[int], Any] = lambda n: np.zeros((n, 1)),
    fresh: bool = False,
) -> Callable[..., Any]:
    """Return a start made from one rule for W and one for b."""

    def start(layer_dims: Any, rng: Generator) -> dict[str, Any]:
        params = {}
        for k, (before, after) in enumerate(
            itertools.pairwise(layer_dims), start=1
        ):
            source = np.random.default_rng(0) if fresh else rng
            params[f"W{k}"] = weights(before, after, source)
            params[f"b{k}"] = biases(after)
        return params

    return start


def he_rule(before: int, after: int, rng: Generator) -> Any:
    return rng.normal(0, (2 / before) ** 0.5, (after, before))


def expected_start(layer_dims: Any, seed: int) -> dict[str, Any]:
    pairs = list(itertools.pairwise(layer_dims))
    count = len(pairs)
    names = [f"W{k}" for k in range(1, count + 1)]
    names += [f"b{k}" for k in range(1, count + 1)]
    shapes = [[after, before] for before, after in pairs]
    shapes += [[after, 1] for _, after in pairs]
    return {
        "names": ", ".join(sorted(names)),
        "shapes": shapes,
        "biases": 0.0,
        "mean": 0.0,
        "spread": [2 for _ in pairs],
        "normal": [0.68 for _ in pairs],
        "draws": "from rng alone",
    }


# What `mine` hands to a learner without a start of their own.
expected_start.__dict__["__wrapped__"] = all_layers(he_rule)


def start_facts(args: Any, got: Any) -> dict[str, Any]:
    got = got if isinstance(got, dict) else {}
    spread = list(got.get("spread") or [np.nan])
    shapes = list(got.get("shapes") or [[0, 1]])
    return {
        "std": float((spread[0] / shapes[0][-1]) ** 0.5),
        "shape": tuple(shapes[0]),
        "n_0": args[0][0],
        "n_1": args[0][1],
    }


def draw_dims(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (list(dims), int(rng.integers(1, 10**6)))
        for dims in (DIMS, (200, 200, 200), (500, 80))
    ]


every_layer = exercise(
    "10.4",
    "A start for every layer",
    points=10,
    kind="implement",
    slug="init-he",
    calls=["init_he(layer_dims, rng)"],
    draw=draw_dims,
    reference=expected_start,
    probe=STARTED,
    checks={
        "names": 0.1,
        "shapes": 0.2,
        "biases": 0.1,
        "mean": 0.1,
        "spread": 0.3,
        "normal": 0.05,
        "draws": 0.15,
    },
    facts=start_facts,
    mistakes=[
        mistake(
            "variance-for-deviation",
            started(
                all_layers(
                    lambda p, n, rng: rng.standard_normal((n, p)) * 2 / p
                )
            ),
            "W1 with {n_0} inputs has standard deviation {std:.4f}, far too "
            "small. You scaled by the variance. What scales a standard "
            "normal number?",
        ),
        mistake(
            "outputs-counted",
            started(
                all_layers(
                    lambda p, n, rng: (
                        rng.standard_normal((n, p)) * (2 / n) ** 0.5
                    )
                )
            ),
            "W1, {n_0} inputs and {n_1} units, has standard deviation "
            "{std:.3f}: your spread follows the layer's outputs. How many "
            "terms has the sum z?",
        ),
        mistake(
            "half-forgotten",
            started(
                all_layers(
                    lambda p, n, rng: rng.standard_normal((n, p)) / p**0.5
                )
            ),
            "W1 has standard deviation {std:.4f}: that suits a layer without "
            "a bend. ReLU throws away half of what?",
        ),
        mistake(
            "small",
            started(
                all_layers(
                    lambda p, n, rng: rng.standard_normal((n, p)) * 0.01
                )
            ),
            "W1 has standard deviation {std:.4f}, and every other layer the "
            "same. What is left of a signal after ten such layers?",
        ),
        mistake(
            "no-negative",
            started(
                all_layers(
                    lambda p, n, rng: rng.random((n, p)) * (2 / p) ** 0.5
                )
            ),
            "No weight of yours is negative. What will the sums of many "
            "positive products look like?",
        ),
        mistake(
            "own-generator",
            started(all_layers(he_rule, fresh=True)),
            "Shapes and spread are right, but your layers are copies of "
            "one another up to a factor, whatever rng is. Where does each "
            "layer's randomness come from?",
        ),
        mistake(
            "global-randomness",
            started(
                all_layers(
                    lambda p, n, rng: (
                        np.random.default_rng().standard_normal((n, p))
                        * (2 / p) ** 0.5
                    )
                )
            ),
            "Shapes and spread are right. Called twice with generators of "
            "one seed, you return different weights. Which source of "
            "randomness were you handed?",
        ),
        mistake(
            "turned",
            started(
                all_layers(
                    lambda p, n, rng: (
                        rng.standard_normal((p, n)) * (2 / p) ** 0.5
                    )
                )
            ),
            "With {n_0} inputs and {n_1} units your W1 has the shape "
            "{shape}. Which axis of W must meet the rows of A_prev?",
        ),
        mistake(
            "random-biases",
            started(all_layers(he_rule, lambda n: 0.01 * np.ones((n, 1)))),
            "The weights are right. Your biases are not zero. Which "
            "symmetry would they have to break?",
        ),
    ],
    also_right=[
        started(all_layers(he_rule)),
        started(
            all_layers(
                lambda p, n, rng: (
                    np.sqrt(2) * rng.standard_normal((n, p)) / np.sqrt(p)
                ),
                lambda n: np.zeros((n, 1), dtype=np.float32),
            )
        ),
    ],
    read="The variance of a sum",
    equation="eq-he",
    hints=[
        "Three numbers decide about a layer: its inputs, its units, and the "
        "variance. Which of the two sizes stands in the variance?",
        "Make a layer with 500 inputs, and compare W1.std() with what you "
        "expect on paper.",
    ],
)


# 10.5 Two layers alike.

SEEDED = """
def probe(learner, layer_dims, seed):
    import numpy as np
    def start(number):
        out = learner(list(layer_dims), number)
        return {k: np.asarray(v, float) for k, v in dict(out).items()}
    first, again, other = start(seed), start(seed), start(seed + 1)
    weights = sorted(k for k in first if k.startswith("W"))

    def known(v):  # to some per cent only: whole numbers stand out
        return float(round(v) if abs(v - round(v)) < 0.1 * v else v)

    twins = [
        j + "=" + k for i, k in enumerate(weights) for j in weights[:i]
        if first[j].shape == first[k].shape
        and np.allclose(first[j] / (first[j].std() or 1),
                        first[k] / (first[k].std() or 1))]
    same = all(np.array_equal(first[k], again[k]) for k in first)
    differ = all(not np.array_equal(first[k], other[k]) for k in weights)
    return {
        "shapes": [list(first[k].shape) for k in sorted(first)],
        "twins": ", ".join(twins) or "none",
        "spread": [known(first[k].var() * first[k].shape[-1])
                   for k in weights],
        "biases": float(max(abs(first[k]).max() for k in first
                            if k.startswith("b"))),
        "equal seeds": "equal" if same else "different",
        "other seeds": "different" if differ else "equal",
    }
"""

_seeded: dict[str, Any] = {}
exec(SEEDED, _seeded)  # our own text, above


def seeded(
    source: Callable[[int], Any], times: float = 1.0
) -> Callable[..., Any]:
    """Return what the probe says of a start; source(seed)(l) is a rng."""

    def start(layer_dims: Any, seed: int) -> dict[str, Any]:
        rng_of = source(seed)
        params: dict[str, Any] = {}
        for k in range(1, len(layer_dims)):
            before, after = layer_dims[k - 1], layer_dims[k]
            normal = rng_of(k).standard_normal((after, before))
            params[f"W{k}"] = times * normal / np.sqrt(before)
            params[f"b{k}"] = np.zeros((after, 1))
        return params

    return lambda dims, seed: _seeded["probe"](start, dims, seed)


def one_source(seed: int) -> Callable[[int], Generator]:
    rng = np.random.default_rng(seed)
    return lambda k: rng


def one_fixed(seed: int) -> Callable[[int], Generator]:
    return one_source(0)


def no_seed(seed: int) -> Callable[[int], Generator]:
    return lambda k: np.random.default_rng()


def same_each_time(seed: int) -> Callable[[int], Generator]:
    return lambda k: np.random.default_rng(seed)


def zero_each_time(seed: int) -> Callable[[int], Generator]:
    return lambda k: np.random.default_rng(0)


def spawned(seed: int) -> Callable[[int], Generator]:
    return lambda k: np.random.default_rng([seed, k])


def expected_seeded(layer_dims: Any, seed: int) -> dict[str, Any]:
    pairs = list(itertools.pairwise(layer_dims))
    return {
        "shapes": [[n, p] for p, n in pairs] + [[n, 1] for _, n in pairs],
        "twins": "none",
        "spread": [1.0 for _ in pairs],
        "biases": 0.0,
        "equal seeds": "equal",
        "other seeds": "different",
    }


reseeded = exercise(
    "10.5",
    "Two layers alike",
    points=5,
    kind="debug",
    slug="reseeded",
    calls=["mended_10_5(layer_dims, seed)"],
    draw=lambda rng: [
        (list(dims), int(rng.integers(1, 10**6)))
        for dims in ((80, 80, 80, 80), (120, 60, 60, 60))
    ],
    reference=expected_seeded,
    probe=SEEDED,
    broken=seeded(same_each_time),
    checks={
        "shapes": 0.1,
        "twins": 0.3,
        "spread": 0.1,
        "biases": 0.1,
        "equal seeds": 0.2,
        "other seeds": 0.2,
    },
    facts=lambda args, got: {
        "twins_found": got.get("twins") if isinstance(got, dict) else ""
    },
    mistakes=[
        mistake(
            "seed-zero-in-the-loop",
            seeded(zero_each_time),
            "Still {twins_found}, and now whatever the seed is. How often "
            "is a generator made while your loop runs?",
        ),
        mistake(
            "no-seed",
            seeded(no_seed),
            "No two layers are alike any more. Called twice with one seed, "
            "you return different parameters. What decides about the "
            "numbers now?",
        ),
        mistake(
            "seed-forgotten",
            seeded(one_fixed),
            "No two layers are alike any more. Another seed "
            "changes nothing. With what is your generator made?",
        ),
        mistake(
            "for-relu",
            seeded(one_source, 2**0.5),
            "No two layers are alike any more. Your weights vary twice as "
            "much as before: that start is for another activation. Which "
            "part of the line was wrong, and which was right?",
        ),
    ],
    also_right=[seeded(one_source), seeded(spawned)],
    read="The variance of a sum",
    hints=["How often does the line run that makes the generator?"],
)


# 10.6 Four variances.


def exact_sum(n: Any, var_w: Any, mean_a: Any, var_a: Any) -> Any:
    """Enumerate: inputs mean +- deviation, weights +- deviation."""
    root_w, root_a = np.sqrt(var_w), np.sqrt(var_a)
    terms = [
        (sign * root_w * (mean_a + side * root_a)) ** 2
        for sign in (-1, 1)
        for side in (-1, 1)
    ]
    return n * sum(terms) / 4


def by_quadrature(slope: Any) -> Any:
    """Integrate over a standard normal z, on a fine grid."""
    z = (np.arange(4000) + 0.5) / 400  # 0 to 10
    weight = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) / 400
    half = float(np.sum(z * z * weight))
    return half + np.asarray(slope) ** 2 * half


def root_of(factor: Callable[[Any], Any]) -> Any:
    """Solve factor(v) = 1 for a factor that is linear in v."""
    return 1 / (factor(1.0) - factor(0.0))


def value_at(args: Any, got: Any) -> dict[str, Any]:
    first = [float(np.ravel(a)[0]) for a in args]
    return {
        "x": first[0],
        "y": first[1] if len(first) > 1 else 0.0,
        "third": first[2] if len(first) > 2 else 0.0,
        "yours": float(np.ravel(got)[0]),
    }


variances = exercise(
    "10.6",
    "Four variances",
    points=10,
    kind="derive",
    slug="variances",
    calls=[
        "sum_variance(n, var_w, mean_a, var_a)",
        "kept_share(slope)",
        "backward_variance(n_prev, n)",
        "glorot_variance(n_prev, n)",
    ],
    shares={
        "sum_variance": 3,
        "kept_share": 3,
        "backward_variance": 2,
        "glorot_variance": 2,
    },
    draw={
        "sum_variance": points(
            n=(2, 90), var_w=(0.1, 3), mean_a=(0.5, 2), var_a=(0.1, 3)
        ),
        "kept_share": points(slope=(0.05, 0.9)),
        "backward_variance": points(n_prev=(3, 90), n=(110, 400)),
        "glorot_variance": points(n_prev=(3, 90), n=(110, 400)),
    },
    reference={
        "sum_variance": exact_sum,
        "kept_share": by_quadrature,
        "backward_variance": lambda n_prev, n: (
            root_of(lambda v: n * v) + 0 * np.asarray(n_prev)
        ),
        "glorot_variance": lambda n_prev, n: root_of(
            lambda v: (n_prev * v + n * v) / 2
        ),
    },
    facts=value_at,
    mistakes={
        "sum_variance": [
            mistake(
                "variance-of-inputs",
                lambda n, var_w, mean_a, var_a: n * var_w * var_a,
                "Right for inputs of mean 0. Here their mean is {third:.2f}. "
                "Even if all inputs were equal, would the sum vary from "
                "draw to draw of the weights?",
            ),
            mistake(
                "not-summed",
                lambda n, var_w, mean_a, var_a: var_w * (var_a + mean_a**2),
                "That is the variance of one product, {yours:.2f}. How many "
                "independent terms are added up?",
            ),
            mistake(
                "terms-squared",
                lambda n, var_w, mean_a, var_a: (
                    n**2 * var_w * (var_a + mean_a**2)
                ),
                "Your variance grows with the square of the number of "
                "terms. What is the mean of w_1 w_2 for independent weights "
                "of mean 0?",
            ),
            mistake(
                "mean-not-squared",
                lambda n, var_w, mean_a, var_a: n * var_w * (var_a + mean_a),
                "The right terms meet, but one has the wrong unit: if the "
                "inputs are measured in metres, a variance is in square "
                "metres. Which of your two terms is not?",
            ),
            mistake(
                "deviation",
                lambda n, var_w, mean_a, var_a: np.sqrt(
                    n * var_w * (var_a + mean_a**2)
                ),
                "That is the standard deviation of the sum, {yours:.2f}. "
                "What was asked?",
            ),
        ],
        "kept_share": [
            mistake(
                "not-squared",
                lambda slope: (1 + slope) / 2,
                "For a slope of {x:.2f} you keep {yours:.3f}. That is right "
                "for the mean of |z|. What does a factor do to a square?",
            ),
            mistake(
                "no-half",
                lambda slope: 1 + slope**2,
                "For a slope of {x:.2f} you keep {yours:.3f}, more than "
                "came in. How often is z positive, and how often negative?",
            ),
            mistake(
                "left-only",
                lambda slope: slope**2 / 2,
                "At slope 0 your share is 0, and ReLU keeps half. Which "
                "side of zero did you count?",
            ),
        ],
        "backward_variance": [
            mistake(
                "forward",
                lambda n_prev, n: 1 / n_prev + 0 * n,
                "That keeps the signal on the way up. An entry of W.T @ dZ "
                "is a sum over which axis of W?",
            ),
            mistake(
                "deviation",
                lambda n_prev, n: 1 / np.sqrt(n) + 0 * n_prev,
                "That is a standard deviation. What was asked?",
            ),
            mistake(
                "relu-backward",
                lambda n_prev, n: 2 / n + 0 * n_prev,
                "The right size stands below. The product W.T @ dZ alone "
                "was asked for. Is there a bend in it?",
            ),
        ],
        "glorot_variance": [
            mistake(
                "mean-of-variances",
                lambda n_prev, n: (1 / n_prev + 1 / n) / 2,
                "For n_prev = {x:.0f} and n = {y:.0f} your variance is "
                "{yours:.4f}: the mean of the two variances. Is then the "
                "mean of the two factors 1?",
            ),
            mistake(
                "one-over-sum",
                lambda n_prev, n: 1 / (n_prev + n),
                "With your variance the two factors add up to 1. What is "
                "then their mean?",
            ),
            mistake(
                "geometric",
                lambda n_prev, n: 1 / np.sqrt(n_prev * n),
                "With your variance the *product* of the two factors is 1, "
                "another fair compromise. What does Glorot ask of their "
                "mean?",
            ),
            mistake(
                "sum-not-inverted",
                lambda n_prev, n: (n_prev + n) / 2,
                "Your variance is {yours:.0f} and grows with the layer. "
                "What happens to a sum when it gets more terms?",
            ),
        ],
    },
    also_right={
        "sum_variance": [
            lambda n, var_w, mean_a, var_a: (
                n * var_w * var_a + n * var_w * mean_a * mean_a
            )
        ],
        "kept_share": [lambda slope: 0.5 + 0.5 * np.square(slope)],
        "backward_variance": [lambda n_prev, n: np.divide(1.0, n)],
        "glorot_variance": [lambda n_prev, n: 1 / ((n_prev + n) / 2)],
    },
    read="The same law backwards",
    equation="eq-variance-sum",
    hints=[
        "The mean of a square is the variance plus the square of the mean.",
        "Half of all z are positive and pass as they are. What becomes of "
        "the square of the other half?",
        "Write both factors with Var w in front, set their mean to 1, and "
        "solve.",
    ],
)


# 10.7 A gain for twenty layers.

DEPTH, WIDTH, EXAMPLES = 20, 100, 20


@cache
def both_spreads(gain: float) -> tuple[float, float]:
    """Return the spread of A[20] and the growth of dZ from 20 to 1."""
    measured = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        A = rng.standard_normal((WIDTH, EXAMPLES))
        layers = []
        for _ in range(DEPTH):
            W = gain / WIDTH**0.5 * rng.standard_normal((WIDTH, WIDTH))
            A = np.tanh(W @ A)
            layers.append((W, 1 - A * A))
        dA = rng.standard_normal(A.shape)
        spreads = []
        for W, slope in reversed(layers):
            dZ = dA * slope
            spreads.append(dZ.std())
            dA = W.T @ dZ
        growth = spreads[-1] / max(spreads[0], 1e-300)
        measured.append((A.std(), growth))
    spread, growth = np.median(measured, axis=0)
    return float(spread), float(growth)


def judged(gain: Any) -> tuple[float, str]:
    value = float(gain)
    if not 0 < value < 1e3:
        return 0.0, f"is {value:g}; a gain is a positive number"
    spread, growth = both_spreads(value)
    one, two = 0.1 <= spread <= 0.7, 0.1 <= growth <= 10
    words = (
        f"gives A[20] the standard deviation {spread:.2g} and makes the "
        f"gradient {growth:.2g} times as large from layer 20 to layer 1"
    )
    return (one + two) / 2, words


def gain(value: float, because: str = "b") -> Callable[[], Any]:
    return lambda: {"gain": value, "because": because}


twenty = exercise(
    "10.7",
    "A gain for twenty layers",
    points=10,
    kind="choose",
    slug="gain",
    calls=["gain_10_7()"],
    reference=lambda: {
        "gain": scored(judged),
        "because": choice("b", "a", "c"),
    },
    checks={"gain": 0.7, "because": 0.3},
    mistakes=[
        mistake(
            "unscaled",
            gain(10.0),
            "With gain 10 the answers crowd at both ends and the gradients "
            "grow by millions. What does tanh hide from you?",
        ),
        mistake(
            "too-small",
            gain(0.5),
            "The way up and the way down both die out. What does a factor "
            "below 1 become after twenty layers?",
        ),
        mistake(
            "answers-only",
            gain(2.0),
            "The answers are nearly in their band. Look at the other curve: "
            "what do the gradients do on the way down?",
        ),
        mistake(
            "relu-gain-reason",
            gain(1.3, "c"),
            "Your gain is right. At gain 0.5, which way do the gradients go?",
        ),
        mistake(
            "spread-tells-all",
            gain(1.3, "a"),
            "Your gain is right. Unscaled weights do fail the first "
            "condition; then it needs no second one for them. Which gains "
            "look well on the answers alone?",
        ),
    ],
    also_right=[gain(1.0), gain(1.6), gain(1.2, "B")],
    read="The same law backwards",
    equation="eq-lecun",
    hints=[
        "In the figure choose tanh and move the gain; read both numbers.",
        "Too small shows in the answers, too large in the gradients.",
    ],
    budget_s=2,
)
