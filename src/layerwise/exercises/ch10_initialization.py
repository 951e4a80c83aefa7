"""Chapter 10. What is asked about starts, and how answers are judged."""

import itertools
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import numpy as np

from layerwise import datasets
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


@cache
def distances(difference: float, steps: int = 600) -> list[float]:
    """Train two tanh units on two moons; return how far apart, per step.

    The descent of the figure, written out once more.
    """
    rng = np.random.default_rng(2)
    X, Y = datasets.two_moons(120, noise=0.1, rng=rng)
    X = X - X.mean(axis=1, keepdims=True)
    W1 = np.array([[0.4, -0.3]] * 2)
    W1[1] += difference * np.array([0.6, 0.8])
    b1, W2, b2 = np.zeros((2, 1)), np.full((1, 2), 0.5), 0.0
    apart = []
    for _ in range(steps + 1):
        apart.append(float(np.linalg.norm(W1[0] - W1[1])))
        A1 = np.tanh(W1 @ X + b1)
        dZ2 = (1 / (1 + np.exp(-(W2 @ A1 + b2))) - Y) / Y.size
        dZ1 = W2.T @ dZ2 * (1 - A1 * A1)
        W2, b2 = W2 - 3 * dZ2 @ A1.T, b2 - 3 * dZ2.sum()
        W1 = W1 - 3 * dZ1 @ X.T
        b1 = b1 - 3 * dZ1.sum(axis=1, keepdims=True)
    return apart


def part_at(difference: float) -> int:
    """Return the first step after which the two are 0.1 apart."""
    return int(np.argmax(np.array(distances(difference)) >= 0.1))


def hundredth_judged(answer: Any) -> tuple[float, str]:
    each = float(answer)
    right = abs(each - (part_at(1e-8) - part_at(1e-4)) / 2) <= 12
    words = (
        f"is {each:g}: then the start 1e-8 would need {2 * each:g} steps "
        "more than the start 1e-4; the figure says otherwise"
    )
    return float(right), words


def tiny_judged(answer: Any) -> tuple[float, str]:
    step = round(float(answer))
    apart = distances(1e-14)
    right = abs(step - part_at(1e-14)) <= 25
    words = f"is {step}, outside the {len(apart) - 1} steps that were run"
    if 0 <= step < len(apart):
        words = (
            f"is {step}; descent itself has two such units {apart[step]:.1g} "
            "apart at that step"
        )
    return float(right), words


def parting(hundredth: float, tiny: float) -> Callable[[], dict[str, float]]:
    return lambda: {"hundredth": hundredth, "tiny": tiny}


twins = exercise(
    "10.2",
    "Twins stay twins",
    points=10,
    kind="derive",
    slug="twins",
    calls=[
        "blank_da(u, dZ2)",
        "blank_dw(dz, X)",
        "blank_du(dZ2, a)",
        "parting_10_2()",
    ],
    shares={
        "blank_da": 3,
        "blank_dw": 2,
        "blank_du": 2,
        "parting_10_2": 3,
    },
    draw={"blank_da": draw_da, "blank_dw": draw_dw, "blank_du": draw_du},
    checks={"parting_10_2": {"hundredth": 0.4, "tiny": 0.6}},
    reference={
        "parting_10_2": lambda: {
            "hundredth": scored(hundredth_judged),
            "tiny": scored(tiny_judged),
        },
        "blank_da": lambda u, dZ2: np.einsum("io,im->om", u, dZ2),
        "blank_dw": lambda dz, X: np.einsum("om,jm->oj", dz, X),
        "blank_du": lambda dZ2, a: np.einsum("im,om->io", dZ2, a),
    },
    facts=shape_of,
    mistakes={
        "parting_10_2": [
            mistake(
                "tenth-for-hundredth",
                parting(30, 360),
                "Your numbers fit a start that is ten times smaller each "
                "time. How many tenths make a hundredth?",
            ),
            mistake(
                "one-more-hundredth",
                parting(60, 330),
                "One hundredth of 1e-8 is 1e-10, and 330 fits that. How "
                "many hundredths lie between 1e-8 and 1e-14?",
            ),
            mistake(
                "counted-from-one",
                parting(60, 420),
                "420 counts the hundredths from a difference of 1 on. Which "
                "step does the figure give for a start that you can read?",
            ),
            mistake(
                "last-reading",
                parting(60, 270),
                "270 is the step for the start 1e-8. What does each further "
                "hundredth cost?",
            ),
        ],
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
        "parting_10_2": [parting(61, 451), parting(60.0, 460)],
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
        shape, mean, spread = all[0].shape, all.mean(), all.std()
        known = [w for w in (1, 0.1, 0.0001) if abs(spread / w - 1) < 0.05]
        if shape != (n, n_prev):
            formula = "turned" if shape == (n_prev, n) else "another shape"
            came = "the shape %s" % (shape,)
        elif np.array_equal(many[0], many[1]):
            formula = came = "the same numbers each time"
        elif len(np.unique(all[0])) < all[0].size:
            formula = came = "equal numbers in one array"
        elif abs(mean) > 0.3 * spread:
            formula, came = "not centered", "mean %.2g" % mean
        elif abs(spread / 0.01 - 1) > 0.05:
            formula = "spread %s" % known[0] if known else (
                "even" if abs(near - 0.577) < 0.02 else "another spread")
            came = "standard deviation %.2g" % spread
        elif abs(near - 0.6827) > 0.03:
            formula = "not normal"
            came = "%.0f %% within one standard deviation" % (100 * near)
        else:
            formula = came = "independent, normal, 0.01"
    except Exception as error:
        formula = type(error).__name__
        words = str(error).replace("numpy.random._generator.", "")
        came = "%s: %s" % (formula, words.replace(" object", "")[:70])
    return {"raises": answer.get("raises"), "formula": formula, "came": came}
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
    n, n_prev, _ = args
    came = got.get("came") if isinstance(got, dict) else got
    return {"came": came, "n": n, "n_prev": n_prev}


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
            "not-centered",
            line("rng.random((n, n_prev)) * 0.01"),
            "Your formula runs. Its numbers have {came}: none is negative. "
            "What will the sums of many of them look like?",
        ),
        mistake(
            "turned",
            line("rng.standard_normal((n_prev, n)) * 0.01"),
            "For n = {n} and n_prev = {n_prev} your W has {came}. In W @ "
            "A_prev, which axis of W meets the rows of A_prev?",
        ),
        mistake(
            "another-shape",
            line("rng.standard_normal((1, n_prev)) * 0.01"),
            "For n = {n} and n_prev = {n_prev} your W has {came}. How many "
            "numbers does one unit multiply, and how many units are there?",
        ),
        mistake(
            "fixed-shape",
            line("rng.standard_normal((2, 2)) * 0.01"),
            "For n = {n} and n_prev = {n_prev} your W has {came}. Which "
            "names stand for the two sizes?",
        ),
        mistake(
            "same-each-time",
            line("np.random.default_rng(0).normal(0, 0.01, (n, n_prev))"),
            "Your formula gives the same numbers each time it runs. What "
            "would two layers of equal shape be?",
        ),
        mistake(
            "no-such-function",
            line("rng.randn(n, n_prev) * 0.01"),
            "Your formula ends in {came}. Which names has a "
            "numpy.random.Generator for normal numbers?",
        ),
        mistake(
            "no-such-name",
            line("standard_normal((n, n_prev)) * 0.01"),
            "Your formula ends in {came}. To what does that function belong?",
        ),
        mistake(
            "whole-line",
            line("W = rng.normal(0, 0.01, (n, n_prev))"),
            "Your text is no expression ({came}). What stands to the right "
            "of an equals sign, and what to the left?",
        ),
        mistake(
            "limit",
            line("rng.uniform(-0.01, 0.01, (n, n_prev))"),
            "Your numbers are drawn evenly, with {came}. Which kind of "
            "numbers was asked for?",
        ),
        mistake(
            "variance-again",
            line("rng.normal(0, 0.01**2, (n, n_prev))"),
            "Shape and mean are right; the numbers have {came}. Is 0.01 a "
            "standard deviation here, or its root?",
        ),
        mistake(
            "another-spread",
            line("rng.standard_normal((n, n_prev)) * 0.05"),
            "Shape and mean are right; the numbers have {came}. Which one "
            "was asked for?",
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

# A start in words, so that a family of slips (any factor, any wrong number
# of columns) is one answer; the numbers behind the words are in "seen".
MEASURED = """
def measured(params, dims, wanted):
    import numpy as np
    pairs = list(zip(dims, dims[1:]))

    def numbered(letter):  # by their numbers; if none fits, by their order
        found = {}
        for key in sorted(params):
            if key.strip("('").lower().startswith(letter):
                digits = "".join(c for c in key if c.isdigit())
                found[int(digits or 0)] = params[key]
        if len(found) == len(pairs):
            return dict(enumerate(found.values(), start=1))
        return found

    weights, biases = numbered("w"), numbered("b")
    said = {"names": ", ".join(sorted(params)), "W shapes": "right",
            "b shapes": "right", "biases": 0.0, "mean": "zero"}
    seen = {"layer": 1, "shape": [], "n_prev": dims[0], "n": dims[1]}
    drawn = []
    for k, (p, n) in enumerate(pairs, start=1):
        W, b = weights.get(k), biases.get(k)
        W_word = b_word = "right"
        if W is not None and W.shape != (n, p):
            W_word = ("turned" if W.shape == (p, n) else "columns"
                      if W.ndim == 2 and len(W) == n else "rows")
        if b is not None and b.shape != (n, 1):
            b_word = ("one axis" if b.shape == (n,)
                      else "a row" if b.shape == (1, n) else "other")
        for kind, word, part in (("W shapes", W_word, W),
                                 ("b shapes", b_word, b)):
            if word != "right" and said[kind] == "right":
                said[kind] = word
                if not seen["shape"]:
                    seen.update(layer=k, shape=list(part.shape), n_prev=p, n=n)
        if b is not None and b.size and abs(b).max() > 0:
            said["biases"] = 1.0  # some are not zero
            seen["bias"] = float(abs(b).max())
        if W is not None and W.ndim == 2 and W.size > 1:
            n, p = (n, p) if W_word == "turned" else W.shape
            drawn.append((float(p), float(n), W))
            if abs(W.mean()) * W.size ** 0.5 > 5 * W.std():
                said["mean"] = "no negative" if W.min() >= 0 else "not zero"
                seen["mean"] = float(W.mean())
    p, n, v = np.array([(p, n, W.var()) for p, n, W in drawn]
                       or [(1.0, 1.0, 0.0)]).T
    forms = [(" / n_prev", 1 / p), (" for every layer", p ** 0),
             (" / n", 1 / n), (" / (n_prev + n)", 1 / (p + n)),
             (" / n_prev^2", p ** -2.0), (" / n_prev^3", p ** -3.0),
             (" / sqrt(n_prev)", p ** -0.5), (" * n_prev", p), (" * n", n)]
    rule, c = "none", v
    for name, form in forms if v.all() and np.isfinite(v).all() else []:
        if (v / form).max() < 1.1 * (v / form).min():
            rule, c = name, v / form
            break
    # a spread is known to some percent only: whole numbers stand out
    c = float(np.exp(np.log(c).mean())) if c.all() else 0.0
    ten = 10.0 ** np.floor(np.log10(c)) if 0 < c < 1e300 else 1.0
    near = round(c / ten) if abs(c / ten - round(c / ten)) < 0.06 * c / ten \
        else round(c / ten, 1)
    factor = near * ten
    said["rule"] = rule
    said["factor"] = (float(factor) if factor in (1, 2, 4)
                      else 0.5 if factor < wanted else 8.0)  # any other
    if rule != " / n_prev" or (np.ptp(p) == 0 and factor != wanted):
        said["factor"] = 0.0  # layers of one width show no rule
    inside = [float((abs(W - W.mean()) < W.std()).mean()) for p, n, W in drawn]
    alike = [W for p, n, W in drawn if (W == W[0]).all()]
    normal = all(0.66 < share < 0.705 for share in inside)
    odd = rule == " / n_prev" and said["mean"] == "zero" and not alike
    said["normal"] = "not normal" if odd and not normal else "normal"
    said["rows"] = "alike" if alike else "different"
    seen.update(law="%.2g%s" % (factor, rule), inside=100 * max(inside or [0]),
                std=[float(s) for s in np.sqrt(v)])
    return said, seen
"""

STARTED = (
    MEASURED
    + """
def probe(learner, layer_dims, seed):
    import numpy as np
    def start(number):
        out = learner(list(layer_dims), np.random.default_rng(number))
        if not isinstance(out, dict):
            return out
        return {str(k): np.asarray(v, float) for k, v in out.items()}
    first, again, other = start(seed), start(seed), start(seed + 1)
    if not isinstance(first, dict):
        return first
    said, seen = measured(first, layer_dims, 2)
    weights = [k for k in first if k.startswith("W")]
    flat = [first[k].ravel() for k in weights]
    twins = any(
        np.allclose(p[:50] * q[0], q[:50] * p[0])
        for i, p in enumerate(flat) for q in flat[:i]
        if min(p.size, q.size) >= 50)
    same = all(np.array_equal(first[k], again[k]) for k in first)
    differ = all(not np.array_equal(first[k], other[k]) for k in weights)
    rows = said.pop("rows")
    said["draws"] = ("rows alike" if rows == "alike"
                     else "layers alike" if twins else "always the same"
                     if not differ else "not repeatable" if not same
                     else "from rng alone")
    return {**said, "seen": seen}
"""
)

_started: dict[str, Any] = {}
exec(STARTED, _started)  # our own text, above

DIMS = (200, 100, 300, 150)


def remembered(
    probe: Callable[..., Any], start: Callable[..., Any]
) -> Callable[..., Any]:
    """Return what a probe says of a start; a class has the same draws."""

    @lru_cache(maxsize=16)
    def said(dims: tuple[int, ...], seed: int) -> Any:
        return probe(start, dims, seed)

    return lambda dims, seed: said(tuple(dims), seed)


def started(start: Callable[..., Any]) -> Callable[..., Any]:
    """Return what the probe says of a start."""
    return remembered(_started["probe"], start)


def all_layers(
    weights: Callable[[int, int, Generator], Any],
    biases: Callable[[int], Any] = lambda n: np.zeros((n, 1)),
    fresh: bool = False,
    numbers: Callable[[int], Any] = lambda count: range(1, count + 1),
    key: Callable[[str], str] = str,
) -> Callable[..., Any]:
    """Return a start made from one rule for W and one for b."""

    def start(layer_dims: Any, rng: Generator) -> dict[str, Any]:
        params = {}
        for k in numbers(len(layer_dims) - 1):
            before, after = layer_dims[k - 1], layer_dims[k]
            source = np.random.default_rng(0) if fresh else rng
            params[key(f"W{k}")] = weights(before, after, source)
            params[key(f"b{k}")] = biases(after)
        return params

    return start


def counted_from_zero(layer_dims: Any, rng: Generator) -> dict[str, Any]:
    """Number the layers 0, 1, 2, as Python counts."""
    right = all_layers(he_rule)(layer_dims, rng)
    return {f"{k[0]}{int(k[1:]) - 1}": part for k, part in right.items()}


def input_everywhere(layer_dims: Any, rng: Generator) -> dict[str, Any]:
    """Take the network's inputs for the inputs of every layer."""
    params = {}
    for k, n in enumerate(layer_dims[1:], start=1):
        params[f"W{k}"] = he_rule(layer_dims[0], n, rng)
        params[f"b{k}"] = np.zeros((n, 1))
    return params


def weights_alone(layer_dims: Any, rng: Generator) -> dict[str, Any]:
    right = all_layers(he_rule)(layer_dims, rng)
    return {k: part for k, part in right.items() if k.startswith("W")}


def scaled(spread: Callable[[int, int], float]) -> Callable[..., Any]:
    """Return a rule for W: normal numbers of this standard deviation."""
    return lambda p, n, rng: rng.standard_normal((n, p)) * spread(p, n)


def he_rule(before: int, after: int, rng: Generator) -> Any:
    return rng.normal(0, (2 / before) ** 0.5, (after, before))


def expected_start(layer_dims: Any, seed: int) -> dict[str, Any]:
    count = len(layer_dims) - 1
    names = [f"{letter}{k + 1}" for letter in "Wb" for k in range(count)]
    return {
        "names": ", ".join(sorted(names)),
        "W shapes": "right",
        "b shapes": "right",
        "biases": 0.0,
        "mean": "zero",
        "rule": " / n_prev",
        "factor": 2.0,
        "normal": "normal",
        "draws": "from rng alone",
    }


# What `mine` hands to a learner without a start of their own.
expected_start.__dict__["__wrapped__"] = all_layers(he_rule)


def start_facts(args: Any, got: Any) -> dict[str, Any]:
    seen = got.get("seen", {}) if isinstance(got, dict) else {}
    return {
        "names": got.get("names") if isinstance(got, dict) else "",
        "std": next(iter(seen.get("std") or []), np.nan),
        "law": seen.get("law"),
        "inside": seen.get("inside", 0.0),
        "mean": seen.get("mean", 0.0),
        "bias": seen.get("bias", 0.0),
        "shape": tuple(seen.get("shape") or ()),
        "layer": seen.get("layer", 1),
        "n_prev": seen.get("n_prev", 0),
        "n": seen.get("n", 0),
        "n_0": args[0][0],
        "n_1": args[0][1],
        "dims": list(args[0]),
    }


def draw_dims(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (list(dims), int(rng.integers(1, 10**6)))
        for dims in (DIMS, (100, 300, 120, 200), (400, 60))
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
        "W shapes": 0.1,
        "b shapes": 0.1,
        "biases": 0.1,
        "mean": 0.1,
        "rule": 0.1,
        "factor": 0.2,
        "normal": 0.05,
        "draws": 0.15,
    },
    follows={
        "W shapes": ("names",),
        "b shapes": ("names",),
        "mean": ("names", "draws"),
        "rule": ("names", "W shapes", "mean", "draws"),
        "factor": ("names", "W shapes", "mean", "draws", "rule"),
        "normal": ("names", "mean", "rule", "draws"),
    },
    facts=start_facts,
    mistakes=[
        mistake(
            "variance-for-deviation",
            started(all_layers(scaled(lambda p, n: 2 / p))),
            "W1 with {n_0} inputs has standard deviation {std:.4f}: over all "
            "layers Var w is {law}. You scaled by the variance. What scales "
            "a standard normal number?",
        ),
        mistake(
            "outputs-counted",
            started(all_layers(scaled(lambda p, n: (2 / n) ** 0.5))),
            "W1, {n_0} inputs and {n_1} units, has standard deviation "
            "{std:.3f}: your spread follows the layer's outputs. How many "
            "terms has the sum z?",
        ),
        mistake(
            "half-forgotten",
            started(all_layers(scaled(lambda p, n: p**-0.5))),
            "W1 has standard deviation {std:.4f}: that suits a layer without "
            "a bend. ReLU throws away half of what?",
        ),
        mistake(
            "both-sizes",
            started(all_layers(scaled(lambda p, n: (2 / (p + n)) ** 0.5))),
            "Your Var w is {law}: it counts inputs and outputs. Which of "
            "the two does the sum of one unit run over?",
        ),
        mistake(
            "one-spread",
            started(all_layers(scaled(lambda p, n: 0.01))),
            "Your Var w is {law}, whatever its width; but a unit of one layer "
            "adds up {n_0} terms, a unit of the next {n_1}. Can one spread "
            "suit both?",
        ),
        mistake(
            "upside-down",
            started(all_layers(scaled(lambda p, n: (p / 2) ** 0.5))),
            "Your Var w is {law}: the more inputs, the larger the weights. "
            "What happens to a sum when it gets more terms?",
        ),
        mistake(
            "twice-too-fast",
            started(all_layers(scaled(lambda p, n: p**-1.5))),
            "Your Var w is {law}. What becomes of n_prev times Var w in a "
            "wide layer?",
        ),
        mistake(
            "falls-too-slowly",
            started(all_layers(scaled(lambda p, n: p**-0.25))),
            "Your Var w is {law}. How often did a root come into it?",
        ),
        mistake(
            "too-wide",
            started(all_layers(scaled(lambda p, n: (3 / p) ** 0.5))),
            "Your Var w is {law}: the number of inputs stands in the right "
            "place. By which factor does ReLU shrink the mean square?",
        ),
        mistake(
            "too-narrow",
            started(all_layers(scaled(lambda p, n: (0.5 / p) ** 0.5))),
            "Your Var w is {law}: the number of inputs stands in the right "
            "place. By which factor does ReLU shrink the mean square?",
        ),
        mistake(
            "four",
            started(all_layers(scaled(lambda p, n: 2 / p**0.5))),
            "Your Var w is {law}: your factor stands outside the root. What "
            "becomes of a factor when you take a variance?",
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
            "not-centered",
            started(all_layers(lambda p, n, rng: he_rule(p, n, rng) + 0.1)),
            "Your weights lie around {mean:.2g}, not around 0. What was "
            "added to them?",
        ),
        mistake(
            "far-from-center",
            started(all_layers(lambda p, n, rng: he_rule(p, n, rng) + 1)),
            "Your weights lie around {mean:.2g}, and none is negative. What "
            "was added to them?",
        ),
        mistake(
            "added-for-multiplied",
            started(
                all_layers(
                    lambda p, n, rng: (
                        rng.standard_normal((n, p)) + (2 / p) ** 0.5
                    )
                )
            ),
            "Your weights lie around {mean:.2g}, not around 0, and Var w is "
            "{law}. Should the spread be added to a normal number?",
        ),
        mistake(
            "one-number",
            started(
                all_layers(lambda p, n, rng: np.full((n, p), (2 / p) ** 0.5))
            ),
            "All weights of a layer are one number. Which units are twins, "
            "and for how long?",
        ),
        mistake(
            "one-row",
            started(
                all_layers(
                    lambda p, n, rng: np.tile(he_rule(p, 1, rng), (n, 1))
                )
            ),
            "All rows of your W1 are alike. Which units are twins, and for "
            "how long?",
        ),
        mistake(
            "all-zero",
            started(all_layers(lambda p, n, rng: np.zeros((n, p)))),
            "Every weight is zero. Which units would then be twins?",
        ),
        mistake(
            "uniform",
            started(
                all_layers(
                    lambda p, n, rng: (
                        rng.uniform(-1, 1, (n, p)) * (6 / p) ** 0.5
                    )
                )
            ),
            "Of your weights {inside:.0f} % lie within one standard "
            "deviation of the mean; of normal ones 68 % do. Which kind of "
            "numbers was asked for?",
        ),
        mistake(
            "uniform-limit",
            started(
                all_layers(
                    lambda p, n, rng: (
                        rng.uniform(-1, 1, (n, p)) * (2 / p) ** 0.5
                    )
                )
            ),
            "Your numbers are drawn evenly, and Var w is {law}. Which "
            "variance has a number drawn evenly up to a limit?",
        ),
        mistake(
            "own-generator",
            started(all_layers(he_rule, fresh=True)),
            "Your layers are copies of one another up to a factor, whatever "
            "rng is. Where does each layer's randomness come from?",
        ),
        mistake(
            "own-seed",
            started(
                lambda dims, rng: all_layers(he_rule)(
                    dims, np.random.default_rng(0)
                )
            ),
            "Called with another rng you return the same weights. Who "
            "should decide about the seed?",
        ),
        mistake(
            "global-randomness",
            started(
                all_layers(
                    lambda p, n, rng: he_rule(p, n, np.random.default_rng())
                )
            ),
            "Called twice with generators of one seed, you return different "
            "weights. Which source of randomness were you handed?",
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
            "With {n_prev} inputs and {n} units your W{layer} has the shape "
            "{shape}. Which axis of W must meet the rows of A_prev?",
        ),
        mistake(
            "wrong-columns",
            started(all_layers(lambda p, n, rng: he_rule(n, n, rng))),
            "W{layer} has the shape {shape}; the layer has {n} units and "
            "{n_prev} numbers come in. What does a column of W belong to?",
        ),
        mistake(
            "input-everywhere",
            started(input_everywhere),
            "W{layer} has the shape {shape}; the layer has {n} units and "
            "{n_prev} numbers come in. Which layer do they come from?",
        ),
        mistake(
            "wrong-rows",
            started(all_layers(lambda p, n, rng: he_rule(p, p, rng))),
            "W{layer} has the shape {shape}; the layer has {n} units and "
            "{n_prev} numbers come in. What does a row of W belong to?",
        ),
        mistake(
            "flat-biases",
            started(all_layers(he_rule, lambda n: np.zeros(n))),
            "b{layer} has the shape {shape}, one axis, and Z has the shape "
            "({n}, m). Along which axis of Z would numpy lay that b?",
        ),
        mistake(
            "biases-in-a-row",
            started(all_layers(he_rule, lambda n: np.zeros((1, n)))),
            "b{layer} has the shape {shape}, and Z has the shape ({n}, m). Is "
            "one bias added to each row of Z, or to each column?",
        ),
        mistake(
            "biases-of-another-shape",
            started(all_layers(he_rule, lambda n: np.zeros((n, 2)))),
            "b{layer} has the shape {shape}; the layer has {n} units. How "
            "many biases has a unit?",
        ),
        mistake(
            "random-biases",
            started(all_layers(he_rule, lambda n: 0.01 * np.ones((n, 1)))),
            "Your biases are not zero; the largest is {bias:.2g}. Which "
            "symmetry would they have to break?",
        ),
        mistake(
            "counted-from-zero",
            started(counted_from_zero),
            "Your dict holds {names}. Which number has the first layer with "
            "weights?",
        ),
        mistake(
            "last-layer-missing",
            started(all_layers(he_rule, numbers=lambda c: range(1, c))),
            "For layer_dims = {dims} your dict holds {names}. How many "
            "layers with weights are there, and where does your loop end?",
        ),
        mistake(
            "first-layer-missing",
            started(all_layers(he_rule, numbers=lambda c: range(2, c + 1))),
            "For layer_dims = {dims} your dict holds {names}. Where does "
            "your loop begin?",
        ),
        mistake(
            "begins-at-zero",
            started(all_layers(he_rule, numbers=range)),
            "Your dict holds {names}, and the first W has the shape {shape}. "
            "Where does your loop begin, and what is layer_dims[-1]?",
        ),
        mistake(
            "one-layer-too-many",
            started(all_layers(he_rule, numbers=lambda c: range(c + 1))),
            "For layer_dims = {dims} your dict holds {names}. Does the input "
            "have weights of its own?",
        ),
        mistake(
            "no-biases",
            started(weights_alone),
            "The weights are there; your dict holds {names}. What else has "
            "a layer?",
        ),
        mistake(
            "small-letters",
            started(all_layers(he_rule, key=str.lower)),
            "Your dict holds {names}. How are the weights of a layer "
            "written in the prompt?",
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

SEEDED = (
    MEASURED
    + """
def probe(learner, layer_dims, seed):
    import numpy as np
    def start(number):
        out = learner(list(layer_dims), number)
        if not isinstance(out, dict):
            return out
        return {str(k): np.asarray(v, float) for k, v in out.items()}
    first, again, other = start(seed), start(seed), start(seed + 1)
    if not isinstance(first, dict):
        return first
    said, seen = measured(first, layer_dims, 1)
    weights = sorted(k for k in first if k.startswith("W"))
    twins = [
        j + "=" + k for i, k in enumerate(weights) for j in weights[:i]
        if first[j].shape == first[k].shape
        and np.allclose(first[j] / (first[j].std() or 1),
                        first[k] / (first[k].std() or 1))]
    same = all(np.array_equal(first[k], again[k]) for k in first)
    differ = all(not np.array_equal(first[k], other[k]) for k in weights)
    return {
        "names": said["names"],
        "shapes": "right" if said["W shapes"] == said["b shapes"] else "wrong",
        "twins": ", ".join(twins) or "none",
        "rule": said["rule"],
        "factor": said["factor"],
        "biases": said["biases"],
        "equal seeds": "equal" if same else "different",
        "other seeds": "different" if differ else "equal",
        "seen": seen,
    }
"""
)

_seeded: dict[str, Any] = {}
exec(SEEDED, _seeded)  # our own text, above


def seeded(
    source: Callable[[int], Any],
    spread: Callable[[int], float] = lambda n_prev: n_prev**-0.5,
    biases: Callable[[int], Any] = lambda n: np.zeros((n, 1)),
    first: int = 1,
    layers: slice = slice(None),
) -> Callable[..., Any]:
    """Return what the probe says of a start; source(seed)(l) is a rng."""

    def start(layer_dims: Any, seed: int) -> dict[str, Any]:
        rng_of = source(seed)
        params: dict[str, Any] = {}
        for k, before in enumerate(layer_dims[:-1][layers]):
            after = layer_dims[k + 1]
            normal = rng_of(k + 1).standard_normal((after, before))
            params[f"W{k + first}"] = spread(before) * normal
            params[f"b{k + first}"] = biases(after)
        return params

    return remembered(_seeded["probe"], start)


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


def times_layer(seed: int) -> Callable[[int], Generator]:
    return lambda k: np.random.default_rng(seed * k)


def upside_down(layer_dims: Any, seed: int) -> dict[str, Any]:
    """Divide by the normal numbers in place of multiplying with them."""
    rng, params = np.random.default_rng(seed), {}
    for k, (p, n) in enumerate(itertools.pairwise(layer_dims), start=1):
        params[f"W{k}"] = p**0.5 / rng.standard_normal((n, p))
        params[f"b{k}"] = np.zeros((n, 1))
    return params


def expected_seeded(layer_dims: Any, seed: int) -> dict[str, Any]:
    return {
        "names": expected_start(layer_dims, seed)["names"],
        "shapes": "right",
        "twins": "none",
        "rule": " / n_prev",
        "factor": 1.0,
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
    draw=lambda rng: (
        [
            (list(dims), int(rng.integers(1, 10**6)))
            for dims in ((300, 120, 120, 120), (120, 240, 120, 120, 100))
        ]
        + [([130, 130, 130], 0)]
    ),
    reference=expected_seeded,
    probe=SEEDED,
    broken=seeded(same_each_time),
    checks={
        "names": 0.05,
        "shapes": 0.05,
        "twins": 0.3,
        "rule": 0.05,
        "factor": 0.05,
        "biases": 0.1,
        "equal seeds": 0.2,
        "other seeds": 0.2,
    },
    follows={
        "shapes": ("names",),
        "rule": ("names", "shapes"),
        "factor": ("names", "shapes", "rule"),
    },
    facts=lambda args, got: (
        start_facts(args, got)
        | {"twins_found": got.get("twins") if isinstance(got, dict) else ""}
    ),
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
            seeded(one_source, lambda p: (2 / p) ** 0.5),
            "Your weights vary twice as "
            "much as before: that start is for another activation. Which "
            "part of the line was wrong, and which was right?",
        ),
        mistake(
            "seed-times-layer",
            seeded(times_layer),
            "For most seeds no two layers are alike any more. For seed 0 "
            "they are ({twins_found}). With which numbers are your "
            "generators made then?",
        ),
        mistake(
            "one-spread",
            seeded(one_source, lambda p: 0.01),
            "Your Var w is {law}, whatever "
            "the number of inputs. Which part of the line was right before?",
        ),
        mistake(
            "grows",
            seeded(one_source, lambda p: p**0.5),
            "Your Var w is {law}: the more "
            "inputs, the larger the weights. What happens to a sum when it "
            "gets more terms?",
        ),
        mistake(
            "falls-too-fast",
            seeded(one_source, lambda p: 1 / p),
            "Your Var w is {law}. By what "
            "does one divide a normal number, to divide its variance by "
            "n_prev?",
        ),
        mistake(
            "falls-much-too-fast",
            seeded(one_source, lambda p: p**-1.5),
            "Your Var w is {law}. Which "
            "power of n_prev do you divide by, and which one is wanted?",
        ),
        mistake(
            "falls-too-slowly",
            seeded(one_source, lambda p: p**-0.25),
            "Your Var w is {law}. How often did a root come into it?",
        ),
        mistake(
            "no-law",
            remembered(_seeded["probe"], upside_down),
            "The spread of your weights follows no rule: W1 has standard "
            "deviation {std:.3g}. Where do the normal numbers stand in your "
            "fraction?",
        ),
        mistake(
            "random-biases",
            seeded(one_source, biases=lambda n: 0.01 * np.ones((n, 1))),
            "Your biases are not zero; the "
            "largest is {bias:.2g}. Did anything ask for that change?",
        ),
        mistake(
            "counted-from-zero",
            seeded(one_source, first=0),
            "Your dict holds {names}. Which number has the first layer with "
            "weights?",
        ),
        mistake(
            "last-layer-missing",
            seeded(one_source, layers=slice(-1)),
            "For layer_dims = {dims} your dict holds {names}. How many "
            "layers with weights are there?",
        ),
        mistake(
            "first-layer-alone",
            seeded(one_source, layers=slice(1)),
            "For layer_dims = {dims} your dict holds {names}. How many "
            "layers with weights are there?",
        ),
        mistake(
            "biases-of-another-shape",
            seeded(one_source, biases=lambda n: np.zeros((n, 2))),
            "b{layer} has the shape {shape}; the layer has {n} units. How "
            "many biases has a unit?",
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
                "inputs are measured in meters, a variance is in square "
                "meters. Which of your two terms is not?",
            ),
            mistake(
                "deviation",
                lambda n, var_w, mean_a, var_a: np.sqrt(
                    n * var_w * (var_a + mean_a**2)
                ),
                "That is the standard deviation of the sum, {yours:.2f}. "
                "What was asked?",
            ),
            mistake(
                "inputs-forgotten",
                lambda n, var_w, mean_a, var_a: n * var_w + 0 * var_a,
                "With {x:.0f} terms your variance is {yours:.3g}, however "
                "large the inputs are. What if all inputs were doubled?",
            ),
            mistake(
                "weights-forgotten",
                lambda n, var_w, mean_a, var_a: n * (var_a + mean_a**2),
                "Your variance does not depend on the weights. What if all "
                "weights were doubled?",
            ),
            mistake(
                "spread-forgotten",
                lambda n, var_w, mean_a, var_a: n * var_w * mean_a**2,
                "Right for inputs that are all equal. Here they vary, and "
                "their mean square is larger than the square of their mean. "
                "By how much?",
            ),
            mistake(
                "divided-by-inputs",
                lambda n, var_w, mean_a, var_a: (
                    n * var_w / (var_a + mean_a**2)
                ),
                "Your variance falls as the inputs grow. What does a product "
                "do when one factor grows?",
            ),
            mistake(
                "divided-by-weights",
                lambda n, var_w, mean_a, var_a: (
                    n / var_w * (var_a + mean_a**2)
                ),
                "Your variance falls as the weights grow. What does a product "
                "do when one factor grows?",
            ),
            mistake(
                "mean-doubled",
                lambda n, var_w, mean_a, var_a: (
                    n * var_w * (var_a + 2 * mean_a)
                ),
                "For an input mean of {third:.2f} your second term is twice "
                "the mean. Which power of the mean stands in a mean square?",
            ),
            mistake(
                "variance-squared",
                lambda n, var_w, mean_a, var_a: (
                    n * var_w * (var_a**2 + mean_a**2)
                ),
                "One of your terms has the wrong unit. Of var_a and mean_a, "
                "which one is a square already?",
            ),
            mistake(
                "variances-added",
                lambda n, var_w, mean_a, var_a: n * (var_w + var_a),
                "You add the variances of weights and inputs. Does a term of "
                "the sum add w and a, or multiply them?",
            ),
            mistake(
                "size-of-inputs",
                lambda n, var_w, mean_a, var_a: (
                    n * var_w * np.sqrt(var_a + mean_a**2)
                ),
                "You multiply by the size of the inputs. What happens to a "
                "factor when a variance is taken?",
            ),
        ],
        "kept_share": [
            mistake(
                "size-kept",
                lambda slope: np.sqrt((1 + slope**2) / 2),
                "For a slope of {x:.2f} you say {yours:.3f}: that share of "
                "the size is left. Which share was asked for?",
            ),
            mistake(
                "mean-squared",
                lambda slope: ((1 + slope) / 2) ** 2,
                "For a slope of {x:.2f} you say {yours:.3f}: the square of a "
                "mean. Which comes first, the square or the mean?",
            ),
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
                "glorot",
                lambda n_prev, n: 2 / (n_prev + n),
                "That is a compromise of two directions. Which variance "
                "would the way back choose alone?",
            ),
            mistake(
                "both-divided",
                lambda n_prev, n: 1 / (n_prev * n),
                "For n_prev = {x:.0f} and n = {y:.0f} your variance is "
                "{yours:.2g}. Over how many entries does the sum of one "
                "da_prev run?",
            ),
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
                "he",
                lambda n_prev, n: 2 / n_prev + 0 * n,
                "That is the start for ReLU, on the way up. What are your "
                "two factors, forward and backward, and what is their mean?",
            ),
            mistake(
                "he-backward",
                lambda n_prev, n: 2 / n + 0 * n_prev,
                "You count the outputs alone. What are your two factors, "
                "forward and backward, and what is their mean?",
            ),
            mistake(
                "deviation",
                lambda n_prev, n: np.sqrt(2 / (n_prev + n)),
                "That is a standard deviation. What was asked?",
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
            "as-the-figure-stands",
            gain(3.0),
            "At gain 3, where the figure begins, the answers are broad, a "
            "little too broad. What does its reading say of the gradient?",
        ),
        mistake(
            "a-little-small",
            gain(0.9),
            "A gain of 0.9 looks close to 1. What is left of a signal that "
            "loses a tenth in each of twenty layers?",
        ),
        mistake(
            "relu-gain-reason",
            gain(1.3, "c"),
            "Move the gain to 0.5 in the figure. Which way do the gradients "
            "go?",
        ),
        mistake(
            "spread-tells-all",
            gain(1.3, "a"),
            "Unscaled weights do fail the first condition; for them no "
            "second one is needed. Which gains look well on the answers "
            "alone?",
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


# 10.8 Signs before a long run.

# Read off: the first epoch that start D ends with a cost below 1; 1397
# pictures in batches of 64. tests/figures holds both against the figure.
EPOCHS_OF_D, PICTURES, BATCH = 12, 1397, 64
UPDATES = EPOCHS_OF_D * -(-PICTURES // BATCH)
STATES = ("twins", "too small", "too large", "sound")


def signs(**changed: Any) -> Callable[[], dict[str, Any]]:
    right = {"P": "too large", "Q": "sound", "R": "twins", "S": "too small"}
    return lambda: right | {"updates": UPDATES} | changed


def state(right: str) -> Any:
    return choice(right, *(other for other in STATES if other != right))


before_a_run = exercise(
    "10.8",
    "Signs before a long run",
    points=5,
    kind="spot",
    slug="signs",
    calls=["signs_10_8()"],
    reference=lambda: {
        "P": state("too large"),
        "Q": state("sound"),
        "R": state("twins"),
        "S": state("too small"),
        "updates": UPDATES,
    },
    checks={"P": 0.15, "Q": 0.15, "R": 0.15, "S": 0.15, "updates": 0.4},
    mistakes=[
        mistake(
            "first-cost-alone",
            signs(Q="too large", R="sound"),
            "R has the first cost of a blind guess and answers of a healthy "
            "size. How many different units has it?",
        ),
        mistake(
            "cost-too-high",
            signs(Q="too large"),
            "The first cost of Q is above that of a blind guess, and the "
            "size of its answers is near 1. Which of the two would grow "
            "with every layer if the start were too large?",
        ),
        mistake(
            "twins-small",
            signs(R="too small"),
            "The answers of R have a healthy size. Which of its three signs "
            "is not healthy?",
        ),
        mistake(
            "small-sound",
            signs(S="sound"),
            "S has different rows and the cost of a blind guess. What size "
            "has the signal that reaches its last layer?",
        ),
        mistake(
            "epochs",
            signs(updates=EPOCHS_OF_D),
            "You give a number of epochs. How many updates has one epoch?",
        ),
        mistake(
            "last-batch-lost",
            signs(updates=EPOCHS_OF_D * (PICTURES // BATCH)),
            "Your count leaves some pictures of every epoch out. What "
            "becomes of the few that fill no whole batch?",
        ),
        mistake(
            "all-epochs",
            signs(updates=15 * -(-PICTURES // BATCH)),
            "You count all 15 epochs. At which epoch is the cost of D first "
            "below 1 in the figure?",
        ),
        mistake(
            "one-a-picture",
            signs(updates=EPOCHS_OF_D * PICTURES),
            "You count one update for each picture. How many pictures share "
            "an update?",
        ),
        mistake(
            "every-picture",
            signs(updates=EPOCHS_OF_D * -(-1797 // BATCH)),
            "You count the batches of all 1797 pictures. How many of them "
            "are used for training?",
        ),
    ],
    also_right=[
        signs(P="Too large", updates=float(UPDATES)),
        signs(Q="SOUND"),
    ],
    read="The five starts",
    hints=[
        "Take the three signs in turn: rows, size, first cost. Which one is "
        "out of the ordinary?",
        "In the figure, move the epoch until the cost of D is below 1. An "
        "epoch has as many updates as there are batches.",
    ],
)
