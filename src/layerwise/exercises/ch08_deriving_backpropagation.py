"""Chapter 8. What is asked about going back, and how answers are judged."""

from collections.abc import Callable, Mapping
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from layerwise.exercises.spec import (
    band,
    choice,
    exercise,
    mistake,
    recorded,
)

Generator = np.random.Generator


def sigmoid(z: Any) -> Any:
    return 0.5 + 0.5 * np.tanh(np.asarray(z) / 2)


def away_from_zero(rng: Generator, *shape: int) -> Any:
    """Draw numbers of both signs, none of them close to zero."""
    size = rng.uniform(0.2, 2.0, shape)
    sign = np.where(np.arange(size.size) % 2, 1.0, -1.0)
    return size * rng.permutation(sign).reshape(shape)


def complex_slopes(f: Callable[[Any], Any], X: Any) -> Any:
    """Return the slopes of a number f(X) along X, exact to rounding.

    A move along the imaginary axis subtracts nothing, so it may be tiny.
    """
    X = np.asarray(X, complex)
    slopes = np.empty(X.shape)
    for index in np.ndindex(X.shape):
        moved = X.copy()
        moved[index] += 1e-30j
        slopes[index] = f(moved).imag / 1e-30
    return slopes


# 08.1 Which way will it go?


def predicted(**changed: Any) -> Callable[[], dict[str, Any]]:
    sure = {"dz6": -0.1, "w46": "up", "because": "b"}
    return lambda: sure | changed


which_way = exercise(
    "08.1",
    "Which way will it go?",
    points=5,
    kind="predict",
    slug="which-way",
    calls=["prediction_08_1()"],
    reference=lambda: {
        "dz6": recorded(),
        "w46": recorded("up", "down"),
        "because": choice("b", "a", "c"),
    },
    checks={"dz6": 0.3, "w46": 0.3, "because": 0.4},
    mistakes=[
        mistake(
            "sign-of-the-weight",
            predicted(w46="down", because="a"),
            "The weight is negative: that part of your reason is a fact. "
            "Unit 4 answers with a positive number; what does a larger "
            "weight do to the output?",
        ),
        mistake(
            "down-is-smaller",
            predicted(w46="down", because="c"),
            "Descent goes down on the loss. On which side of its present "
            "value is the loss lower, when the output is too small?",
        ),
        mistake(
            "no-such-way",
            predicted(w46="left"),
            "A number can only go up or down. Which of the two?",
        ),
    ],
    also_right=[
        predicted(w46="down", dz6=1),
        predicted(dz6=np.float32(-0.13), because="B"),
    ],
    read="One step with every number",
    equation="eq-dz-squared",
    hints=[
        "The output is 0.474 and should be 1. Should its sum rise or fall? "
        "What is the sign of a slope when more is better?",
    ],
)


# 08.2 One step of any size.

LAYERS = ("new_W1", "new_b1", "new_W2", "new_b2")


def draw_steps(rng: Generator) -> list[tuple[Any, ...]]:
    """The 3-2-1 network of the text first, then other sizes."""
    known = (
        np.array([[1.0], [0.0], [1.0]]),
        np.array([[1.0]]),
        np.array([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]]),
        np.array([[-0.4], [0.2]]),
        np.array([[-0.3, -0.2]]),
        np.array([[0.1]]),
        0.9,
    )
    drawn: list[tuple[Any, ...]] = [known]
    sizes = (4, 3, 2), (2, 2, 2), (1, 5, 3), (3, 1, 1)
    for rate, (n_x, n_1, n_2) in zip((0.5, 2.0, 0.1, 1.3), sizes, strict=True):
        drawn.append(
            (
                rng.normal(size=(n_x, 1)),
                rng.integers(0, 2, (n_2, 1)).astype(float),
                rng.normal(size=(n_1, n_x)),
                rng.normal(size=(n_1, 1)),
                rng.normal(size=(n_2, n_1)),
                rng.normal(size=(n_2, 1)),
                rate,
            )
        )
    return drawn


def loss_of_step(x: Any, y: Any, *params: Any) -> Any:
    W1, b1, W2, b2 = params
    a1 = 1 / (1 + np.exp(-(W1 @ x + b1)))
    a2 = 1 / (1 + np.exp(-(W2 @ a1 + b2)))
    return ((a2 - y) ** 2).sum() / 2


def by_measuring(x: Any, y: Any, *rest: Any) -> tuple[Any, ...]:
    """Step along slopes that are measured, not derived."""
    *params, rate = rest
    new = []
    for k, values in enumerate(params):

        def loss(moved: Any, k: int = k) -> Any:
            return loss_of_step(x, y, *params[:k], moved, *params[k + 1 :])

        new.append(values - rate * complex_slopes(loss, values))
    return tuple(new)


def stepping(
    *,
    start: Callable[[Any, Any], Any] = lambda a, y: (a - y) * a * (1 - a),
    bend: Callable[[Any], Any] = lambda a: a * (1 - a),
    inner: Callable[[Any, Any], Any] = lambda wx, b: sigmoid(wx + b),
    outer: Callable[[Any, Any], Any] = lambda wa, b: sigmoid(wa + b),
    sign: float = -1.0,
    hasty: bool = False,
    fast: float = 1.0,
) -> Callable[..., tuple[Any, ...]]:
    """Return the step with one slip."""

    def step(
        x: Any, y: Any, W1: Any, b1: Any, W2: Any, b2: Any, rate: Any
    ) -> tuple[Any, ...]:
        a1 = inner(W1 @ x, b1)
        dz2 = start(outer(W2 @ a1, b2), y)
        move = sign * (rate if fast else 1.0)
        new_W2 = W2 + move * dz2 @ a1.T
        dz1 = (new_W2 if hasty else W2).T @ dz2 * bend(a1)
        new = W1 + move * dz1 @ x.T, b1 + move * dz1
        return *new, new_W2, b2 + move * dz2

    return step


def step_in_place(x: Any, y: Any, *rest: Any) -> tuple[Any, ...]:
    *params, rate = rest
    new = stepping()(x, y, *params, rate)
    for old, values in zip(params, new, strict=True):
        old[...] = values
    return tuple(params)


def biases_stay(x: Any, y: Any, *rest: Any) -> tuple[Any, ...]:
    W1, _, W2, _ = stepping()(x, y, *rest)
    return W1, rest[1], W2, rest[3]


def only(name: str, **slip: Any) -> Callable[..., tuple[Any, ...]]:
    """Return the step with one slip, in one of the four arrays alone."""

    def step(*args: Any) -> tuple[Any, ...]:
        pairs = zip(
            LAYERS, stepping()(*args), stepping(**slip)(*args), strict=True
        )
        return tuple(bad if k == name else good for k, good, bad in pairs)

    return step


def slopes_alone(*args: Any) -> tuple[Any, ...]:
    *_, W1, b1, W2, b2, _ = args
    new = stepping(fast=0.0)(*args)
    return tuple(
        old - moved for old, moved in zip((W1, b1, W2, b2), new, strict=True)
    )


def of_the_first(args: Any, got: Any) -> dict[str, Any]:
    """Report numbers of the learner's own new weights."""
    new = dict(zip(LAYERS, got, strict=True))
    return {
        "w14": float(new["new_W1"][0, 0]),
        "before": float(args[2][0, 0]),
        "w46": float(new["new_W2"][0, 0]),
        "old": float(args[4][0, 0]),
    }


one_step = exercise(
    "08.2",
    "One step, any size",
    points=10,
    kind="implement",
    slug="one-step",
    calls=[
        "new_W1, new_b1, new_W2, new_b2 = "
        "backprop_step(x, y, W1, b1, W2, b2, learning_rate)"
    ],
    draw=draw_steps,
    reference=by_measuring,
    facts=of_the_first,
    checks={
        "form": 0.1,
        "arguments": 0.2,
        "new_W1": 0.25,
        "new_b1": 0.1,
        "new_W2": 0.25,
        "new_b2": 0.1,
    },
    mistakes=[
        mistake(
            "updated-too-early",
            stepping(hasty=True),
            "The new W2 and b2 are right. W1 and b1 are not: the first "
            "weight goes from {before:.4g} to {w14:.4f}, as if the message "
            "had passed through weights that had already moved. At which "
            "moment was W2 what the forward pass had used?",
        ),
        mistake(
            "hidden-slope-forgotten",
            stepping(bend=np.ones_like),
            "The new W2 and b2 are right. The message reaches the answers of "
            "the hidden units, and you use it for their sums as it stands. "
            "Which link lies between a hidden unit's sum and its answer?",
        ),
        mistake(
            "another-loss",
            stepping(start=lambda a, y: a - y),
            "The first weight of W2 goes from {old:.4g} to {w46:.4f}, as it "
            "would with cross-entropy. Which factor cancels there and stays "
            "for half the squared error?",
        ),
        mistake(
            "uphill",
            stepping(sign=1.0),
            "Every number moved the wrong way: the first weight of W2 goes "
            "from {old:.4g} to {w46:.4f}. Does the slope point up or down?",
        ),
        mistake(
            "no-rate",
            stepping(fast=0.0),
            "The direction is right and the length is not: the learning rate "
            "has no influence on your answer. How long is one step?",
        ),
        mistake(
            "value-for-slope",
            stepping(bend=lambda a: a),
            "The new W2 and b2 are right. On the way to W1 you multiply by "
            "what the hidden units answer. How steep is a sigmoid that "
            "answers a?",
        ),
        mistake(
            "half-forgotten",
            stepping(start=lambda a, y: 2 * (a - y) * a * (1 - a)),
            "Every step is twice as long as it should be. Which number "
            "stands in front of the square in this loss?",
        ),
        mistake(
            "biases-stay",
            biases_stay,
            "W1 and W2 are right, b1 and b2 have not moved. By how much "
            "does a unit's sum change when its bias changes by 1?",
        ),
        mistake(
            "slopes-alone",
            slopes_alone,
            "The first weight of W2 was {old:.4g} and comes back as "
            "{w46:.4f}: that is its slope. What does a step of descent do "
            "with a slope?",
        ),
        mistake(
            "tanh-hidden",
            stepping(
                inner=lambda wx, b: np.tanh(wx + b), bend=lambda a: 1 - a * a
            ),
            "Your numbers are those of a network with tanh inside. Which "
            "curve does the exercise give to all units?",
        ),
        mistake(
            "hidden-bias-unused",
            stepping(inner=lambda wx, b: sigmoid(wx)),
            "Your numbers come out as if b1 were 0 on the way forward. What "
            "does a hidden unit add up?",
        ),
        mistake(
            "output-bias-unused",
            stepping(outer=lambda wa, b: sigmoid(wa)),
            "Your numbers come out as if b2 were 0 on the way forward. What "
            "does an output unit add up?",
        ),
        mistake(
            "hidden-mirrored",
            stepping(inner=lambda wx, b: sigmoid(-(wx + b))),
            "Your hidden units answer less when they add up more. Which sign "
            "stands in the exponent of a sigmoid?",
        ),
        mistake(
            "output-mirrored",
            stepping(outer=lambda wa, b: sigmoid(-(wa + b))),
            "Your output units answer less when they add up more. Which sign "
            "stands in the exponent of a sigmoid?",
        ),
        mistake(
            "exponential-inside",
            stepping(inner=lambda wx, b: np.exp(wx + b)),
            "Your hidden units can answer more than 1. Between which two "
            "numbers does a sigmoid stay?",
        ),
        mistake(
            "exponential-outside",
            stepping(outer=lambda wa, b: np.exp(wa + b)),
            "Your outputs can be larger than 1. Between which two numbers "
            "does a sigmoid stay?",
        ),
        mistake(
            "half-a-slope-at-the-top",
            stepping(start=lambda a, y: (a - y) * a),
            "The first weight of W2 goes from {old:.4g} to {w46:.4f}. Your "
            "slope of an output is largest where it answers 1. How steep is "
            "a sigmoid there?",
        ),
        mistake(
            "other-half-at-the-top",
            stepping(start=lambda a, y: (a - y) * (1 - a)),
            "The first weight of W2 goes from {old:.4g} to {w46:.4f}. Your "
            "slope of an output is largest where it answers 0. How steep is "
            "a sigmoid there?",
        ),
        mistake(
            "half-a-slope-below",
            stepping(bend=lambda a: 1 - a),
            "The new W2 and b2 are right. Your slope of a hidden unit is "
            "largest where it answers 0. How steep is a sigmoid there?",
        ),
        *[
            mistake(
                f"uphill-in-{name}",
                only(name, sign=1.0),
                f"Three of the four arrays are right; {name} moved the other "
                "way. Does its slope point up or down?",
            )
            for name in LAYERS
        ],
        *[
            mistake(
                f"no-rate-in-{name}",
                only(name, fast=0.0),
                f"Three of the four arrays are right; the step of {name} "
                "does not depend on the learning rate. How long is one step?",
            )
            for name in LAYERS
        ],
        mistake(
            "in-place",
            step_in_place,
            "The new values are right, and they stand in the caller's own "
            "arrays: the old ones are lost. What is the difference between "
            "W -= step and W - step?",
        ),
    ],
    also_right=[
        stepping(),
        lambda *args: [v.astype(np.float32) for v in stepping()(*args)],
    ],
    read="One step with every number",
    equation="eq-dz-squared",
    hints=[
        "Do the 3-2-1 network with your function and compare with the table, "
        "from the right to the left: b6 first, w14 last.",
        "Write down dz2 and dz1 with their shapes before you write any "
        "update.",
        "The slope along a weight is a product of two numbers: what the unit "
        "above sends back, and what the weight met on the way forward.",
    ],
)


# 08.3 Three slopes on paper.


def draw_hidden(given: Callable[[Any], Any]) -> Any:
    def draw(rng: Generator) -> list[tuple[Any, ...]]:
        sizes = (2, 3), (3, 3), (1, 4), (4, 1), (3, 2)
        return [
            (
                away_from_zero(rng, n_2, 1),
                rng.normal(size=(n_2, n_1)),
                given(away_from_zero(rng, n_1, 1)),
            )
            for n_2, n_1 in sizes
        ]

    return draw


def draw_outputs(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (np.tanh(rng.normal(size=(n, 1))), rng.uniform(-1, 1, (n, 1)))
        for n in (3, 1, 5, 2)
    ]


def through_relu(dz2: Any, W2: Any, z1: Any) -> Any:
    def below(z: Any) -> Any:  # ReLU, written so that complex numbers pass
        return (dz2 * (W2 @ (z * (z.real > 0)))).sum()

    return complex_slopes(below, z1)


def at_the_first(args: Any, got: Any) -> dict[str, float]:
    got = np.asarray(got, float)
    return {"first": float(got.flat[0]), "last": float(args[-1].flat[0])}


on_paper = exercise(
    "08.3",
    "Three slopes on paper",
    points=15,
    kind="derive",
    slug="three-slopes",
    calls=[
        "dz1 = dz1_tanh(dz2, W2, a1)",
        "dz1 = dz1_relu(dz2, W2, z1)",
        "dz2 = dz2_squared(a2, y)",
    ],
    draw={
        "dz1_tanh": draw_hidden(np.tanh),
        "dz1_relu": draw_hidden(lambda z: z),
        "dz2_squared": draw_outputs,
    },
    reference={
        "dz1_tanh": lambda dz2, W2, a1: complex_slopes(
            lambda z: (dz2 * (W2 @ np.tanh(z))).sum(), np.arctanh(a1)
        ),
        "dz1_relu": through_relu,
        "dz2_squared": lambda a2, y: complex_slopes(
            lambda z: ((np.tanh(z) - y) ** 2).sum(), np.arctanh(a2)
        ),
    },
    facts=at_the_first,
    mistakes={
        "dz1_tanh": [
            mistake(
                "slope-forgotten",
                lambda dz2, W2, a1: W2.T @ dz2,
                "You stopped at the answers of the hidden units: yours is "
                "the slope along a1. What lies between z1 and a1?",
            ),
            mistake(
                "value-for-slope",
                lambda dz2, W2, a1: W2.T @ dz2 * a1,
                "A unit that answers a1 = 0 sends nothing back under your "
                "rule, and there tanh is steepest. Is a1 the value or the "
                "slope?",
            ),
            mistake(
                "tanh-again",
                lambda dz2, W2, a1: W2.T @ dz2 * (1 - np.tanh(a1) ** 2),
                "Your slope never falls below 0.41. Is the "
                "argument z1, or is it already the tanh of z1?",
            ),
            mistake(
                "slope-of-the-sigmoid",
                lambda dz2, W2, a1: W2.T @ dz2 * a1 * (1 - a1),
                "Where a1 is negative your slope is negative, and tanh only "
                "rises. Whose slope is a times 1 - a?",
            ),
            mistake(
                "square-outside",
                lambda dz2, W2, a1: W2.T @ dz2 * (1 - a1) ** 2,
                "Your slope is near 4 for a1 near -1, where tanh is flat. "
                "What is squared, the answer or the difference?",
            ),
            mistake(
                "square-lost",
                lambda dz2, W2, a1: W2.T @ dz2 * (1 - a1),
                "Your slope is near 2 for a1 near -1, where tanh is flat. "
                "Should the slopes at a1 and at -a1 differ?",
            ),
            mistake(
                "square-alone",
                lambda dz2, W2, a1: W2.T @ dz2 * a1**2,
                "Your slope is 0 where a unit answers 0, and 1 where it "
                "answers 1. At which of the two is tanh flat?",
            ),
            mistake(
                "doubled-not-squared",
                lambda dz2, W2, a1: W2.T @ dz2 * (1 - 2 * a1),
                "Your slope is negative where a1 is above one half, and tanh "
                "only rises. Is a1 doubled in the slope, or squared?",
            ),
        ],
        "dz1_relu": [
            mistake(
                "slope-forgotten",
                lambda dz2, W2, z1: W2.T @ dz2,
                "Silent units send a message back too, under your rule. "
                "Which factor belongs to a unit with z1 < 0?",
            ),
            mistake(
                "value-for-slope",
                lambda dz2, W2, z1: W2.T @ dz2 * np.maximum(z1, 0),
                "Right where the unit is silent. Elsewhere you multiply by "
                "what the unit answers. How steep is ReLU there?",
            ),
            mistake(
                "sign-of-the-message",
                lambda dz2, W2, z1: np.maximum(W2.T @ dz2, 0),
                "None of your slopes is negative. Did the sign of the "
                "message decide, or the sign of z1?",
            ),
            mistake(
                "wrong-side",
                lambda dz2, W2, z1: W2.T @ dz2 * (z1 < 0),
                "You let the message pass where the unit is silent and stop "
                "it where the unit answers. On which side does the answer "
                "follow z1?",
            ),
        ],
        "dz2_squared": [
            mistake(
                "square-lost",
                lambda a2, y: 2 * (a2 - y) * (1 - a2),
                "Your slope of tanh is near 2 for a2 near -1, where tanh is "
                "flat. Should the slopes at a2 and at -a2 differ?",
            ),
            mistake(
                "square-alone",
                lambda a2, y: 2 * (a2 - y) * a2**2,
                "Your slope of tanh is 0 where the output is 0, and 1 where "
                "it is 1. At which of the two is tanh flat?",
            ),
            mistake(
                "square-outside",
                lambda a2, y: 2 * (a2 - y) * (1 - a2) ** 2,
                "Your slope of tanh is near 4 for a2 near -1, where tanh is "
                "flat. What is squared, the answer or the difference?",
            ),
            mistake(
                "doubled-not-squared",
                lambda a2, y: 2 * (a2 - y) * (1 - 2 * a2),
                "Your slope of tanh is negative where a2 is above one half, "
                "and tanh only rises. Is a2 doubled in it, or squared?",
            ),
            mistake(
                "slope-too-steep",
                lambda a2, y: 2 * (a2 - y) * (1 + a2**2),
                "Your slope of tanh grows with the size of a2. Does tanh "
                "become steeper or flatter far from zero?",
            ),
            mistake(
                "slope-divides",
                lambda a2, y: 2 * (a2 - y) / (1 - a2**2),
                "Your dz2 is largest where tanh is nearly flat. Does a flat "
                "link pass on more of a small move, or less?",
            ),
            mistake(
                "tanh-again",
                lambda a2, y: 2 * (a2 - y) * (1 - np.tanh(a2) ** 2),
                "Your slope of tanh never falls below 0.41. Is the argument "
                "z2, or is it already the tanh of z2?",
            ),
            mistake(
                "label-forgotten",
                lambda a2, y: 2 * a2 * (1 - a2**2),
                "The label has no influence on your answer. What is your dz2 "
                "when the output is exactly y, and what should it be?",
            ),
            mistake(
                "answer-forgotten",
                lambda a2, y: 2 * y * (1 - a2**2),
                "Your dz2 is not 0 where the output is exactly y. Which "
                "difference does the loss square?",
            ),
            mistake(
                "sum-for-difference",
                lambda a2, y: 2 * (a2 + y) * (1 - a2**2),
                "Your dz2 vanishes where a2 is -y. Where is this loss lowest?",
            ),
            mistake(
                "error-forgotten",
                lambda a2, y: 2 * (1 - a2**2),
                "Every output is pushed the same way, above its label or "
                "below it. What does the power rule leave of the square?",
            ),
            mistake(
                "curve-alone",
                lambda a2, y: 1 - a2**2,
                "That is one link of two, from z2 to a2. Which link leads "
                "from a2 to the loss?",
            ),
            mistake(
                "still-squared",
                lambda a2, y: (a2 - y) ** 2 * (1 - a2**2),
                "None of your slopes is negative, not even where the output "
                "is below y. What does the power rule make of a square?",
            ),
            mistake(
                "half-remembered",
                lambda a2, y: (a2 - y) * (1 - a2**2),
                "Half of what it should be, in every entry. Does this loss "
                "carry the factor 1/2 that you know from the 3-2-1 network?",
            ),
            mistake(
                "bend-forgotten",
                lambda a2, y: 2 * (a2 - y),
                "Yours is the slope along a2. What lies between z2 and a2?",
            ),
            mistake(
                "paired",
                lambda a2, y: a2 - y,
                "Yours would be right for a paired output. Which loss is "
                "paired with which bend, and is this such a pair?",
            ),
            mistake(
                "slope-of-the-sigmoid",
                lambda a2, y: 2 * (a2 - y) * a2 * (1 - a2),
                "Your factor for the bend is negative where a2 is negative. "
                "Which curve has that slope?",
            ),
            mistake(
                "uphill",
                lambda a2, y: 2 * (y - a2) * (1 - a2**2),
                "All signs are turned round. When a2 is above y, does a "
                "larger a2 make the loss larger or smaller?",
            ),
            mistake(
                "averaged",
                lambda a2, y: 2 * (a2 - y) * (1 - a2**2) / len(a2),
                "Right for one output, too small for several. Is this loss "
                "a sum over the outputs or their mean?",
            ),
        ],
    },
    also_right={
        "dz1_tanh": [lambda dz2, W2, a1: (dz2.T @ W2).T * (1 - a1) * (1 + a1)],
        "dz1_relu": [lambda dz2, W2, z1: np.where(z1 > 0, W2.T @ dz2, 0)],
        "dz2_squared": [
            lambda a2, y: 2 * (a2 - y) / np.cosh(np.arctanh(a2)) ** 2
        ],
    },
    read="One layer further down",
    equation="eq-dz-hidden",
    hints=[
        "Two links for a hidden unit: from its answer to all units above, "
        "and from its sum to its answer.",
        "Which index does the sum over the units above run over: the row or "
        "the column of W2?",
        "For the output, differentiate the square first, then the curve "
        "inside it.",
    ],
)


# 08.4 Back through a layer.


def draw_affine(rng: Generator) -> list[tuple[Any, ...]]:
    sizes = (3, 2, 5), (2, 4, 3), (4, 3, 1), (1, 2, 4), (5, 1, 2), (3, 3, 3)
    return [
        (
            away_from_zero(rng, n, m),
            (away_from_zero(rng, n_prev, m), away_from_zero(rng, n, n_prev)),
        )
        for n, n_prev, m in sizes
    ]


def by_einsum(dZ: Any, cache: Any) -> tuple[Any, Any, Any]:
    A_prev, W = cache
    return (
        np.einsum("ic,ij->jc", dZ, W),
        np.einsum("ic,jc->ij", dZ, A_prev),
        np.einsum("ic->i", dZ)[:, None],
    )


def affine_with(**changes: Callable[[Any, Any, Any], Any]) -> Any:
    """Return the three gradients with some replaced by wrong ones."""

    def answer(dZ: Any, cache: Any) -> tuple[Any, ...]:
        names = "dA_prev", "dW", "db"
        right = dict(zip(names, by_einsum(dZ, cache), strict=True))
        for name, wrong in changes.items():
            right[name] = wrong(dZ, *cache)
        return tuple(right.values())

    return answer


def example_by_example(dZ: Any, cache: Any) -> tuple[Any, ...]:
    A_prev, W = cache
    dA_prev = np.zeros(A_prev.shape)
    dW, db = np.zeros(W.shape), np.zeros((len(W), 1))
    for c in range(dZ.shape[1]):
        dW += np.outer(dZ[:, c], A_prev[:, c])
        db[:, 0] += dZ[:, c]
        dA_prev[:, c] = dZ[:, c] @ W
    return dA_prev, dW, db


through_a_layer = exercise(
    "08.4",
    "Back through a layer",
    points=10,
    kind="implement",
    slug="affine",
    calls=["dA_prev, dW, db = affine_backward(dZ, cache)"],
    draw=draw_affine,
    reference=by_einsum,
    inside={"cache": ("A_prev", "W")},
    mistakes=[
        mistake(
            "divides-later",
            affine_with(
                dW=lambda dZ, A, W: dZ @ A.T / dZ.shape[1],
                db=lambda dZ, A, W: dZ.mean(axis=1, keepdims=True),
            ),
            "dA_prev is right; dW and db are {m} times too small. Your form "
            "is right in courses whose dZ is the slope of the sum of the "
            "losses. Here J is already a mean: where was it divided?",
        ),
        mistake(
            "divides-everywhere",
            affine_with(
                dA_prev=lambda dZ, A, W: W.T @ dZ / dZ.shape[1],
                dW=lambda dZ, A, W: dZ @ A.T / dZ.shape[1],
                db=lambda dZ, A, W: dZ.mean(axis=1, keepdims=True),
            ),
            "All three are {m} times too small. In a deep network every "
            "layer would shrink the message once more. How often is a mean "
            "taken between the losses and dW?",
        ),
        mistake(
            "message-shrinks",
            affine_with(dA_prev=lambda dZ, A, W: W.T @ dZ / dZ.shape[1]),
            "dW and db are right, yet the message to the layer below has "
            "shrunk by a factor of {m}. Which quantities add over the "
            "examples, and which keep one column for each?",
        ),
        mistake(
            "on-its-side",
            affine_with(dW=lambda dZ, A, W: A @ dZ.T),
            "Your dW is the right table on its side. A gradient has the "
            "shape of its parameter: what do the rows of W count?",
        ),
        mistake(
            "axis-lost",
            affine_with(db=lambda dZ, A, W: dZ.sum(axis=1)),
            "The numbers of db are right, and it has one axis where b has "
            "two. What would numpy make of an (n, 1) array minus an (n,) "
            "array?",
        ),
        mistake(
            "sums-over-units",
            affine_with(db=lambda dZ, A, W: dZ.sum(axis=0, keepdims=True)),
            "db came out with one number for each example. Which axis of dZ "
            "counts the examples, and which one should be left?",
        ),
        mistake(
            "one-bias-for-all",
            affine_with(db=lambda dZ, A, W: np.full((len(dZ), 1), dZ.sum())),
            "All units received the same slope for their bias, the total "
            "over the units. Does every unit share one bias?",
        ),
        mistake(
            "bias-for-each-example",
            affine_with(db=lambda dZ, A, W: dZ.copy()),
            "A unit has one bias for all examples, but you return a slope "
            "for each of them. What does the chain rule do when one quantity "
            "feeds many places?",
        ),
        mistake(
            "not-turned",
            affine_with(dA_prev=lambda dZ, A, W: W @ dZ),
            "dW and db are right. dA_prev went through W in the forward "
            "direction. Over which index of W does the sum run on the way "
            "back?",
        ),
        mistake(
            "bias-averaged",
            affine_with(db=lambda dZ, A, W: dZ.mean(axis=1, keepdims=True)),
            "dA_prev and dW are right, db is {m} times too small. Why should "
            "the biases be treated otherwise than the weights?",
        ),
    ],
    also_right=[
        example_by_example,
        lambda dZ, cache: [
            g.astype(np.float32) for g in example_by_example(dZ, cache)
        ],
        lambda dZ, cache: (
            (dZ.T @ cache[1]).T,
            (cache[0] @ dZ.T).T,
            dZ @ np.ones((dZ.shape[1], 1)),
        ),
    ],
    read="All units, all examples at once",
    equation="eq-dW",
    hints=[
        "Write down the shapes of the three results first. Which products "
        "of dZ, A_prev and W have them?",
        "One bias is used in every column. What does the chain rule do with "
        "the paths through different columns?",
        "Try the example with two columns from the page: 31, 10 and 11 "
        "should come out.",
    ],
)


# 08.5 Six lines from a page of notes.

SYMBOLS = ("a2", "y", "W2", "dz2", "da1", "a1")
NOTES = f"""
def probe(learner, {", ".join(SYMBOLS)}):
    import numpy as np
    answer = dict(learner())
    known = dict(np=np, a2=a2, y=y, W2=W2, dz2=dz2, da1=da1, a1=a1)
    for part in ("da2", "da1", "dz1"):
        formula = answer.get(part)
        try:
            if isinstance(formula, str):
                answer[part] = eval(formula, dict(known))
            elif callable(formula):
                words = formula.__code__.co_varnames
                words = words[:formula.__code__.co_argcount]
                answer[part] = formula(*[known[word] for word in words])
        except Exception as error:
            answer[part] = type(error).__name__ + ": " + str(error)
    return answer
"""


def draw_notes(rng: Generator) -> list[tuple[Any, ...]]:
    """Both labels among the examples; more than one output."""
    drawn = []
    for n_2, n_1 in ((2, 3), (3, 3), (4, 1), (1, 4)):
        y = (np.arange(n_2) % 2).astype(float)[:, None]
        drawn.append(
            (
                rng.uniform(0.1, 0.9, (n_2, 1)),
                y,
                rng.normal(size=(n_2, n_1)),
                away_from_zero(rng, n_2, 1),
                away_from_zero(rng, n_1, 1),
                np.tanh(away_from_zero(rng, n_1, 1)),
            )
        )
    return drawn


VERDICTS = ("wrong", "right", "right", "wrong", "wrong", "right")


def true_notes(
    a2: Any, y: Any, W2: Any, dz2: Any, da1: Any, a1: Any
) -> dict[str, Any]:
    verdicts = {
        f"line {i}": choice(word, *({"right", "wrong"} - {word}))
        for i, word in enumerate(VERDICTS, start=1)
    }

    def losses(a: Any) -> Any:
        return (-y * np.log(a) - (1 - y) * np.log(1 - a)).sum()

    return verdicts | {
        "da2": complex_slopes(losses, a2),
        "da1": np.einsum("ij,ic->jc", W2, dz2),
        "dz1": da1 / np.cosh(np.arctanh(a1)) ** 2,
    }


def said(**changed: Any) -> Callable[..., Any]:
    """Return an answer, its formulas evaluated at a draw."""
    answer: dict[str, Any] = {
        f"line {i}": word for i, word in enumerate(VERDICTS, start=1)
    }
    answer["da2"] = "(a2 - y) / (a2 * (1 - a2))"
    answer["da1"] = "(dz2.T @ W2).T"
    answer["dz1"] = "da1 - da1 * a1 * a1"
    for name, value in changed.items():
        answer[name.replace("line_", "line ")] = value

    def given(*args: Any) -> Any:
        space: dict[str, Any] = {}
        exec(NOTES, space)
        return space["probe"](lambda: answer, *args)

    return given


notes = exercise(
    "08.5",
    "Six lines from a page of notes",
    points=10,
    kind="spot",
    slug="notes",
    calls=[f"mended_08_5({', '.join(SYMBOLS)})"],
    draw=draw_notes,
    reference=true_notes,
    probe=NOTES,
    checks={
        **{f"line {i}": 0.12 if i in (1, 4, 5) else 0.08 for i in range(1, 7)},
        "da2": 0.14,
        "da1": 0.13,
        "dz1": 0.13,
    },
    mistakes=[
        mistake(
            "right-for-one-label",
            said(line_1="right", da2="-y / a2 + (1 - y) / (1 + a2)"),
            "Line 1 is right whenever y = 1. Take a2 = 0.8 and y = 0: should "
            "a larger a2 make the loss larger, and how fast near a2 = 1?",
        ),
        mistake(
            "both-minus",
            said(da2="-y / a2 - (1 - y) / (1 - a2)"),
            "The denominators of your line 1 are right. For y = 0, does the "
            "loss grow or fall when a2 grows?",
        ),
        mistake(
            "order-of-the-product",
            said(line_4="right", da1="W2 @ dz2"),
            "For a network with two outputs and three hidden units, da1 "
            "needs three rows. Which way does W2 run on the way back?",
        ),
        mistake(
            "slope-too-early",
            said(da1="W2.T @ dz2 * (1 - a1**2)"),
            "The order of your product in line 4 is right. It holds a slope "
            "that line 5 takes once more. From where to where does da1 "
            "reach?",
        ),
        mistake(
            "value-for-slope",
            said(line_5="right", dz1="da1 * a1"),
            "Line 5 multiplies by what the units answer. A hidden unit with "
            "a1 = 0 would send nothing back: how steep is tanh there?",
        ),
        mistake(
            "slope-of-the-sigmoid",
            said(dz1="da1 * a1 * (1 - a1)"),
            "Your slope in line 5 is negative where a1 is negative. Which "
            "curve do the hidden units have?",
        ),
        mistake(
            "tanh-again",
            said(dz1="da1 * (1 - np.tanh(a1) ** 2)"),
            "Your slope in line 5 never falls below 0.41. Is a1 what the "
            "units add up, or already the tanh of it?",
        ),
        mistake(
            "third-line",
            said(line_3="wrong"),
            "You marked line 3. What does the weight from hidden unit j "
            "meet on the way forward: an input of the network, or the "
            "answer of that unit?",
        ),
    ],
    also_right=[
        said(),
        said(da2="np.where(y == 1, -1 / a2, 1 / (1 - a2))"),
        said(dz1="da1 * (1 - np.square(a1))", line_2="Right"),
    ],
    read="One layer further down",
    equation="eq-dz-hidden",
    hints=[
        "Try each line with numbers: two outputs, three hidden units, one "
        "label 0 and one label 1.",
        "One wrong line breaks for one of the two labels, one for more than "
        "one output, one even for the smallest network.",
    ],
)


# 08.6 Three bugs, all shapes right.


BY_NAME = """
def probe(learner, Y, A, W):
    import numpy as np
    dWs, dbs = learner(Y, A, W)
    all_of = lambda arrays: np.concatenate([np.ravel(g) for g in arrays])
    return {"dWL": dWs[-1], "dbL": dbs[-1], "dW1": dWs[0], "db1": dbs[0],
            "all dW": all_of(dWs), "all db": all_of(dbs)}
"""


def by_name(back: Callable[..., Any]) -> Callable[..., Any]:
    """Return the lists that `back` gives as named quantities."""

    def answer(Y: Any, A: Any, W: Any) -> Any:
        space: dict[str, Any] = {}
        exec(BY_NAME, space)
        return space["probe"](back, Y, A, W)

    return answer


def back_with(
    start: bool = False, bias: bool = False, slope: bool = False
) -> Callable[..., Any]:
    """Return the way back with some of the three bugs left in."""

    def back(Y: Any, A: Any, W: Any) -> tuple[list[Any], list[Any]]:
        m = Y.shape[1]
        dZ = (A[-1] - Y) / m
        if start:
            dZ = (A[-1] - Y) * A[-1] * (1 - A[-1]) / m
        dWs: list[Any] = []
        dbs: list[Any] = []
        for l in reversed(range(len(W))):
            dWs.insert(0, dZ @ A[l].T)
            total = dZ.mean if bias else dZ.sum
            dbs.insert(0, total(axis=1, keepdims=True))
            bend = (1 - A[l]) ** 2 if slope else 1 - A[l] ** 2
            dZ = W[l].T @ dZ * bend
        return dWs, dbs

    return back


def course_form(Y: Any, A: Any, W: Any) -> tuple[list[Any], list[Any]]:
    """Divide by m at the end, as many courses do."""
    dZ, m = A[-1] - Y, Y.shape[1]
    dWs: list[Any] = []
    dbs: list[Any] = []
    for l in range(len(W), 0, -1):
        dWs.append(dZ @ A[l - 1].T / m)
        dbs.append(dZ.mean(axis=1, keepdims=True))
        dZ = W[l - 1].T @ dZ * (1 - A[l - 1]) * (1 + A[l - 1])
    return dWs[::-1], dbs[::-1]


def times(factor: Callable[[int], float]) -> Callable[..., Any]:
    def back(Y: Any, A: Any, W: Any) -> tuple[list[Any], ...]:
        lists = back_with()(Y, A, W)
        return tuple([factor(Y.shape[1]) * g for g in each] for each in lists)

    return back


def draw_deep(rng: Generator) -> list[tuple[Any, ...]]:
    """One layer, two, three and four; one example among the draws."""
    drawn = []
    for sizes, m in (
        ((3, 4, 1), 5),
        ((2, 3, 3, 1), 4),
        ((4, 1), 3),
        ((2, 2, 3, 2, 1), 6),
        ((3, 2, 1), 1),
    ):
        W = [
            0.8 * rng.normal(size=(n, n_prev)) for n_prev, n in pairwise(sizes)
        ]
        A = [rng.normal(size=(sizes[0], m))]
        for l, weights in enumerate(W, start=1):
            bias = 0.3 * rng.normal(size=(len(weights), 1))
            bend = sigmoid if l == len(W) else np.tanh
            A.append(bend(weights @ A[-1] + bias))
        Y = rng.integers(0, 2, (1, m)).astype(float)
        drawn.append((Y, A, W))
    return drawn


def by_complex_steps(Y: Any, A: Any, W: Any) -> tuple[list[Any], list[Any]]:
    """Measure all slopes, with the biases found again from the answers."""
    Z = [np.arctanh(a) for a in A[1:-1]]
    Z.append(np.log(A[-1] / (1 - A[-1])))
    b = [(z - w @ a)[:, :1] for z, w, a in zip(Z, W, A[:-1], strict=True)]

    def cost(W: Any, b: Any) -> Any:
        a = A[0]
        for l, (w, c) in enumerate(zip(W, b, strict=True), start=1):
            z = w @ a + c
            a = np.tanh(z) if l < len(W) else 1 / (1 + np.exp(-z))
        losses = -Y * np.log(a) - (1 - Y) * np.log(1 - a)
        return losses.sum() / Y.shape[1]

    def put(values: Any, l: int, new: Any) -> Any:
        return [*values[:l], new, *values[l + 1 :]]

    dWs, dbs = [], []
    for l in range(len(W)):

        def along_w(w: Any, l: int = l) -> Any:
            return cost(put(W, l, w), b)

        def along_b(c: Any, l: int = l) -> Any:
            return cost(W, put(b, l, c))

        dWs.append(complex_slopes(along_w, W[l]))
        dbs.append(complex_slopes(along_b, b[l]))
    return dWs, dbs


BUGS = {
    "start": "In the last layer your dW is still wrong, and its first entry "
    "is {dW_last:.4f}. Cross-entropy was chosen so that one slope cancels: "
    "how often does the slope of the sigmoid stand in your first line?",
    "bias": "The last db is {db_last:.4f}: it is too small by the number of "
    "examples. Which line has taken the mean already?",
    "slope": "The last layer is right, the layers below are not: the "
    "first entry of the first dW is {dW_first:.4f}. Which is flat at "
    "a = -1, tanh or your slope?",
}


def ends(args: Any, got: Any) -> dict[str, float]:
    return {
        "dW_last": float(got["dWL"].flat[0]),
        "db_last": float(got["dbL"].flat[0]),
        "dW_first": float(got["dW1"].flat[0]),
    }


def bugs_left() -> list[Any]:
    """Every way to have mended one or two of the three."""
    made = []
    for count in (2, 1):
        for left in combinations(BUGS, count):
            message = BUGS[left[0]]
            mended = "one bug is" if count == 2 else "two bugs are"
            made.append(
                mistake(
                    "left-" + "-and-".join(left),
                    by_name(back_with(**dict.fromkeys(left, True))),
                    f"Of the three, {mended} mended. {message}",
                )
            )
    return made


three_bugs = exercise(
    "08.6",
    "Three bugs, all shapes right",
    points=15,
    kind="debug",
    slug="three-bugs",
    calls=["mended_08_6(Y, A, W)"],
    draw=draw_deep,
    reference=by_name(by_complex_steps),
    broken=by_name(back_with(start=True, bias=True, slope=True)),
    probe=BY_NAME,
    checks={
        "arguments": 0.1,
        "dWL": 0.2,
        "dbL": 0.2,
        "dW1": 0.2,
        "db1": 0.1,
        "all dW": 0.1,
        "all db": 0.1,
    },
    facts=ends,
    mistakes=[
        *bugs_left(),
        mistake(
            "mean-lost",
            by_name(times(lambda m: float(m))),
            "All three bugs are mended. Every slope is now as many times too "
            "large as there are examples, {m}. Is J the sum of the losses or "
            "their mean?",
        ),
        mistake(
            "mean-twice",
            by_name(times(lambda m: 1 / m)),
            "All three bugs are mended. Every slope is now too small by the "
            "number of examples, {m}. How often do you divide?",
        ),
    ],
    also_right=[by_name(course_form)],
    read="The whole walk, and a judge for it",
    equation="eq-dZ",
    hints=[
        "Look at the last layer alone first. Are dW and db of it right, and "
        "if not, by a constant ratio?",
        "For which output does the walk start with a minus y, and what has "
        "canceled then?",
        "Try your slope of tanh at a = 0 and at a = -1.",
    ],
    rtol=1e-6,
)


# 08.7 Write the judge.

JUDGE = """
def probe(learner, params, grads, X):
    import numpy as np

    def cost(p):
        a = np.tanh(p["W1"] @ X + p["b1"])
        z = p["W2"] @ a + p["b2"]
        return float(np.sum(z**2 + np.cos(2 * z)))

    errors = learner(cost, params, grads)
    if not isinstance(errors, dict):
        raise TypeError("grad_check should return a dict, one error by name")
    return errors
"""


def judged(check: Callable[..., Any]) -> Callable[..., Any]:
    """Return what a judge says of the cost that the probe makes."""

    def answer(*args: Any) -> Any:
        space: dict[str, Any] = {}
        exec(JUDGE, space)
        return space["probe"](check, *args)

    return answer


def draw_judge(rng: Generator) -> list[tuple[Any, ...]]:
    """Gradients that are right, and such with one planted error."""
    drawn = []
    for kind, (n_x, n_1, n_2, m) in enumerate(
        ((3, 2, 1, 4), (2, 3, 2, 3), (1, 4, 2, 2), (2, 2, 2, 5), (2, 2, 1, 2))
    ):
        params = {
            "W1": rng.normal(size=(n_1, n_x)),
            "b1": rng.normal(size=(n_1, 1)),
            "W2": rng.normal(size=(n_2, n_1)),
            "b2": rng.normal(size=(n_2, 1)),
        }
        X = rng.normal(size=(n_x, m))
        if kind == 2:  # a slope along b1 that is steep and negative
            params["W2"][:, 0], params["b2"][:] = -1.0, 4.0
        elif kind == 4:  # slopes far below 1 along the first hidden unit
            params["W2"][:] = 0.001
        grads = true_slopes(params, X)
        if kind == 1:
            grads["W2"][-1, -1] = -6.0
            grads["W2"][0, 0] += 0.1
        elif kind == 2:  # what should be steep and negative is said to be flat
            for name in ("W1", "b1"):
                grads[name].flat[grads[name].argmin()] = 0.0
        elif kind == 3:
            grads["b2"] = 0.3 - grads["b2"]
        elif kind == 4:  # a small error, large only beside a small slope
            grads["W1"][0, 0] += 0.02
            grads["b1"][0, 0] -= 0.02
        drawn.append((params, grads, X))
    return drawn


def true_slopes(params: Mapping[str, Any], X: Any) -> dict[str, Any]:
    a = np.tanh(params["W1"] @ X + params["b1"])
    z = params["W2"] @ a + params["b2"]
    dz = 2 * z - 2 * np.sin(2 * z)
    below = params["W2"].T @ dz * (1 - a * a)
    ones = np.ones((X.shape[1], 1))
    return {
        "W1": below @ X.T,
        "b1": below @ ones,
        "W2": dz @ a.T,
        "b2": dz @ ones,
    }


def true_errors(params: Any, grads: Any, X: Any) -> Any:
    """Bands: what is right stays below 1e-7, the planted errors are known."""
    bands = {}
    for name, true in true_slopes(params, X).items():
        given = grads[name]
        scale = np.maximum(1, np.maximum(abs(given), abs(true)))
        error = float((abs(given - true) / scale).max())
        wide = 1e-7 + 1e-6 * error
        bands[name] = band(error - wide if error > wide else 0, error + wide)
    return bands


def measuring(
    *,
    h: float = 1e-5,
    both: bool = True,
    span: float = 2.0,
    put_back: bool = True,
    total: Callable[[Any], Any] = np.max,
    least: float = 1.0,
    relative: bool = True,
    join: Callable[[Any, Any], Any] = np.subtract,
    size: Callable[[Any], Any] = abs,
    larger_of: Callable[[Any, Any], Any] = np.maximum,
    skip: tuple[str, ...] = (),
) -> Callable[..., Any]:
    """Return a judge with one slip."""

    def check(cost: Any, params: Any, grads: Any) -> dict[str, Any]:
        errors = {}
        for name, values in params.items():
            if name in skip:
                errors[name] = 0.0
                continue
            moved, slopes = values.copy(), np.zeros(values.shape)
            for index in np.ndindex(values.shape):
                here = moved[index]
                moved[index] = here + h
                above = cost({**params, name: moved})
                moved[index] = here - h if both else here
                below = cost({**params, name: moved})
                if put_back:
                    moved[index] = here
                slopes[index] = join(above, below) / (span * h)
            gap = size(grads[name] - slopes)
            larger = larger_of(abs(grads[name]), abs(slopes))
            scale = np.maximum(least, larger) if relative else 1.0
            errors[name] = float(total(gap / scale))
        return errors

    return check


def moves_the_callers(cost: Any, params: Any, grads: Any) -> dict[str, Any]:
    errors: dict[str, Any] = measuring()(cost, params, grads)
    for values in params.values():
        values += 1e-5
    return errors


def of_lengths(cost: Any, params: Any, grads: Any) -> dict[str, Any]:
    errors = {}
    for name, values in params.items():
        slopes = np.zeros(values.shape)
        for index in np.ndindex(values.shape):
            move = np.zeros(values.shape)
            move[index] = 1e-5
            above = cost({**params, name: values + move})
            below = cost({**params, name: values - move})
            slopes[index] = (above - below) / 2e-5
        length = np.linalg.norm
        both = length(grads[name]) + length(slopes)
        errors[name] = float(length(grads[name] - slopes) / both)
    return errors


def in_one_vector(cost: Any, params: Any, grads: Any) -> dict[str, Any]:
    names = list(params)
    ends_ = np.cumsum([params[n].size for n in names])[:-1]

    def whole(vector: Any) -> Any:
        pieces = np.split(vector, ends_)
        return cost(
            {
                n: p.reshape(params[n].shape)
                for n, p in zip(names, pieces, strict=True)
            }
        )

    vector = np.concatenate([params[n].ravel() for n in names])
    slopes = [
        (whole(vector + 1e-5 * e) - whole(vector - 1e-5 * e)) / 2e-5
        for e in np.eye(len(vector))
    ]
    errors = {}
    for n, piece in zip(names, np.split(np.array(slopes), ends_), strict=True):
        given = grads[n].ravel()
        scale = np.maximum(1, np.maximum(abs(given), abs(piece)))
        errors[n] = (abs(given - piece) / scale).max()
    return errors


def largest(args: Any, got: Any) -> dict[str, float]:
    values = [float(v) for v in got.values()]
    return {"high": max(values), "low": min(values)}


judge = exercise(
    "08.7",
    "Write the judge",
    points=15,
    kind="implement",
    slug="judge",
    calls=["grad_check(cost, params, grads)"],
    draw=draw_judge,
    reference=true_errors,
    probe=JUDGE,
    facts=largest,
    checks={
        "arguments": 0.2,
        "W1": 0.2,
        "b1": 0.2,
        "W2": 0.2,
        "b2": 0.2,
    },
    mistakes=[
        mistake(
            "one-side",
            judged(measuring(both=False, span=1.0)),
            "Gradients that are right get an error up to {high:.0e} from "
            "you: about the size of the move. If you halve the move, does "
            "your error halve or fall to a quarter?",
        ),
        mistake(
            "half-the-span",
            judged(measuring(span=1.0)),
            "Gradients that are right get an error of {high:.2f}: your "
            "measured slopes are twice the true ones. How far apart are the "
            "two places?",
        ),
        mistake(
            "not-put-back",
            judged(measuring(put_back=False)),
            "The first entry of an array is measured well, the later ones "
            "are off. Where does the first entry stand while you measure "
            "the second?",
        ),
        mistake(
            "last-layer-skipped",
            judged(measuring(skip=("W2", "b2"))),
            "An error planted in the last layer passes your judge. Which "
            "arrays does your loop visit?",
        ),
        mistake(
            "biases-skipped",
            judged(measuring(skip=("b1", "b2"))),
            "An error planted in a bias passes your judge. Which arrays does "
            "your loop visit?",
        ),
        mistake(
            "mean-error",
            judged(measuring(total=np.mean)),
            "Right gradients pass. Where one entry is wrong, the error you "
            "report is too small: its size is spread over all entries. What "
            "would become of one bad entry among a million?",
        ),
        mistake(
            "never-relative",
            judged(measuring(relative=False)),
            "Right gradients pass. Where one is wrong you report "
            "{high:.3g}, the plain difference. By what does the formula "
            "divide when the slopes are large?",
        ),
        mistake(
            "sum-of-errors",
            judged(measuring(total=np.sum)),
            "Right gradients pass nearly. Your error grows with the number "
            "of entries. Which one of all errors should be reported?",
        ),
        mistake(
            "sign-kept",
            judged(measuring(size=np.asarray)),
            "Your largest error overlooks a slope that is too small. Is a "
            "difference of -5 a smaller error than one of 0.1?",
        ),
        mistake(
            "other-sign-kept",
            judged(measuring(size=np.negative)),
            "Your largest error overlooks a slope that is too large. Is a "
            "difference of -5 a smaller error than one of 0.1?",
        ),
        mistake(
            "lengths-compared",
            judged(of_lengths),
            "You compare the lengths of whole arrays, as some courses do. "
            "One bad entry among a million hardly changes a length. Over "
            "what does the formula of this book take the largest?",
        ),
        mistake(
            "always-relative",
            judged(measuring(least=1e-30)),
            "A difference of 0.02 beside a slope near 0 gets an error of "
            "{high:.2g} from you. Does the formula divide by small slopes?",
        ),
        mistake(
            "smaller-of-two",
            judged(measuring(larger_of=np.minimum)),
            "Right gradients pass. Where a steep slope was said to be flat, "
            "or a flat one steep, your error is too large: {high:.3g}. "
            "Which of the two sizes stands under the line?",
        ),
        mistake(
            "sides-swapped",
            judged(measuring(span=-2.0)),
            "Gradients that are right get an error of {high:.2f}: your "
            "measured slopes have the wrong sign. Which side is subtracted "
            "from which?",
        ),
        mistake(
            "not-divided",
            judged(measuring(span=1e5)),
            "Your measured slopes are nearly 0: they are differences of the "
            "cost. How long was the move that made them?",
        ),
        mistake(
            "sides-added",
            judged(measuring(join=np.add)),
            "Your measured slopes are enormous, and right gradients fail. "
            "What do the two sides have in common that should cancel?",
        ),
        mistake(
            "no-move",
            judged(measuring(join=lambda above, below: 0.0)),
            "All your measured slopes are 0. At which two places do you run "
            "the cost?",
        ),
        mistake(
            "one-run-only",
            judged(measuring(join=lambda above, below: above)),
            "Your measured slopes are enormous: one cost divided by a tiny "
            "move. From what is it subtracted?",
        ),
        mistake(
            "callers-arrays-moved",
            judged(moves_the_callers),
            "The errors are right, and the caller's arrays are no longer "
            "what they were. Whose arrays did you move?",
        ),
    ],
    also_right=[
        judged(in_one_vector),
        judged(measuring(h=2e-5)),
    ],
    read="The whole walk, and a judge for it",
    equation="eq-check-error",
    hints=[
        "Two loops: over the arrays by name, and inside over the entries of "
        "one array. How many runs of cost does one entry take?",
        "Make a copy of one array, move one entry of the copy, and hand cost "
        "a new dict in which only this array is replaced.",
        "After an entry is measured, what must its value be before you go on?",
    ],
    budget_s=2.0,
)


# 08.8 Counting.


def counted(**changed: Any) -> Callable[[], dict[str, Any]]:
    sure = {
        "central": 4820,
        "one_sided": 2411,
        "ratio": 1.14,
        "paths": 4,
        "dz6": 0.118,
        "bug": "bias",
    }
    return lambda: sure | changed


counting = exercise(
    "08.8",
    "Counting",
    points=5,
    kind="choose",
    slug="counting",
    calls=["counted_08_8()"],
    reference=lambda: {
        "central": 4820,
        "one_sided": 2411,
        "ratio": band(1.13, 1.14),
        "paths": 4,
        "dz6": band(0.1175, 0.1185),
        "bug": choice("bias", "slope", "twice", "value", "sign"),
    },
    checks={
        "central": 0.2,
        "one_sided": 0.2,
        "ratio": 0.2,
        "paths": 0.1,
        "dz6": 0.15,
        "bug": 0.15,
    },
    mistakes=[
        mistake(
            "biases-forgotten",
            counted(central=4736, one_sided=2369),
            "You counted 2368 parameters: those are the weights. Which "
            "numbers does each unit have besides?",
        ),
        mistake(
            "one-run-each",
            counted(central=2410, one_sided=2410),
            "2410 is the number of parameters. How many runs does one slope "
            "take with two sides, and what is shared with one side?",
        ),
        mistake(
            "middle-not-shared",
            counted(one_sided=4820),
            "With one side you run the network twice for each parameter. "
            "Does the run at the unmoved place differ from parameter to "
            "parameter?",
        ),
        mistake(
            "middle-forgotten",
            counted(one_sided=2410),
            "One run for each parameter, 2410 of them. From what do you "
            "subtract?",
        ),
        mistake(
            "to-the-inputs",
            counted(ratio=2.0),
            "A ratio of 2 counts three products for each layer, one forward "
            "and two back. Who reads dX?",
        ),
        mistake(
            "one-path",
            counted(paths=2),
            "Two paths lead from the first layer to the second. How many "
            "does each of them become on the way to the loss?",
        ),
        mistake(
            "the-old-label",
            counted(dz6=-0.131),
            "That is the number for the label 1. What does the slope do when "
            "the output should come down to 0?",
        ),
        mistake(
            "slope-missed",
            counted(dz6=0.474),
            "That is a minus y. Which factor does half the squared error "
            "under a sigmoid have besides?",
        ),
        mistake(
            "bug-goes-down",
            counted(bug="value"),
            "That bug spreads to every layer below. Which quantity of a "
            "layer is read by nobody further down?",
        ),
    ],
    also_right=[
        counted(central=4820.0, ratio=2688 / 2368),
        counted(dz6=0.11815, bug="Bias"),
    ],
    read="What the walk costs",
    equation="eq-cost-measured",
    hints=[
        "Count the numbers to learn: an entry of W for every connection, and "
        "one bias for every unit that adds up.",
        "Backward makes two products for each layer but the first.",
    ],
)


# 08.9 Up the tape.


def play(tape: Any, nudge: int = -1, by: complex = 0) -> list[Any]:
    """Compute all values, one of them moved."""
    values: list[Any] = []
    for k, (what, *parts) in enumerate(tape):
        if what == "put":
            value = parts[0]
        elif what == "tanh":
            value = np.tanh(values[parts[0]])
        else:
            one, other = values[parts[0]], values[parts[1]]
            value = one + other if what == "add" else one * other
        values.append(value + by if k == nudge else value)
    return values


def draw_tapes(rng: Generator) -> list[tuple[Any, ...]]:
    """The tape of the page, a chain, one line, and tapes at random."""
    tapes: list[Any] = [
        [("put", 2.0), ("put", 3.0), ("mul", 1, 0), ("mul", 0, 0)],
        [("put", 0.6), ("tanh", 0), ("add", 1, 1), ("mul", 2, 0)],
        [("put", -1.5)],
    ]
    tapes[0].append(("mul", 2, 3))
    for length in (8, 12):
        tape: list[Any] = [
            ("put", float(rng.uniform(0.3, 1.5))) for _ in range(3)
        ]
        for k in range(3, length):
            what = ("mul", "add", "tanh")[k % 3]
            i, j = (int(i) for i in rng.integers(max(0, k - 4), k, 2))
            tape.append((what, i) if what == "tanh" else (what, i, j))
        tapes.append([*tape, ("mul", length - 1, 0)])
    return [(tape, [float(v) for v in play(tape)]) for tape in tapes]


def nudged(tape: Any, values: Any) -> list[float]:
    """Move every line a little and play the tape again."""
    return [
        float(play(tape, k, 1e-30j)[-1].imag / 1e-30) for k in range(len(tape))
    ]


def climbing(
    *,
    keep: bool = True,
    downward: bool = False,
    own: bool = False,
    again: bool = False,
    bend: Callable[[Any, Any], Any] = lambda a, z: 1 - a**2,
    chain: bool = True,
    product: Callable[[Any], Any] = float,
    start: float = 1.0,
) -> Callable[[Any, Any], list[float]]:
    """Return the walk up the tape with one slip."""

    def climb(tape: Any, values: Any) -> list[float]:
        slopes = [0.0] * len(tape)
        slopes[-1] = start
        order = range(len(tape))
        for k in order if downward else reversed(order):
            what, *parts = tape[k]
            sent = []
            if what == "add":
                sent = [slopes[k]] * 2
            elif what == "mul":
                factors = [values[i] for i in parts]
                factors = factors if own else factors[::-1]
                reached = slopes[k] if chain else 1.0
                sent = [reached * product(factor) for factor in factors]
            elif what == "tanh":
                a = np.tanh(values[k]) if again else values[k]
                sent = [slopes[k] * float(bend(a, values[parts[0]]))]
            for i, slope in zip(
                parts if what != "put" else [], sent, strict=True
            ):
                slopes[i] = (slopes[i] if keep else 0.0) + slope
        return slopes

    return climb


def collected(tape: Any, values: Any) -> list[float]:
    """Ask for each line what the lines below send it."""
    n = len(tape)
    slopes = np.zeros(n)
    slopes[-1] = 1.0
    links = np.zeros((n, n))
    for k, (what, *parts) in enumerate(tape):
        if what == "tanh":
            links[parts[0], k] += 1 - values[k] ** 2
        elif what != "put":
            i, j = parts
            links[i, k] += 1.0 if what == "add" else values[j]
            links[j, k] += 1.0 if what == "add" else values[i]
    for i in range(n - 2, -1, -1):
        slopes[i] = links[i] @ slopes
    return [float(s) for s in slopes]


def of_line_0(args: Any, got: Any) -> dict[str, Any]:
    return {"first": float(got[0]), "last": float(got[-1]), "n": len(got)}


tape = exercise(
    "08.9",
    "Up the tape",
    points=5,
    kind="implement",
    slug="tape",
    calls=["slopes = tape_slopes(tape, values)"],
    draw=draw_tapes,
    reference=nudged,
    facts=of_line_0,
    mistakes=[
        mistake(
            "set-not-added",
            climbing(keep=False),
            "On a tape that uses line 0 several times its slope comes out as "
            "{first:.4g}: what one path brings, and the others are gone. What "
            "happens to a slope that stands there already?",
        ),
        mistake(
            "first-to-last",
            climbing(downward=True),
            "The last line hands something on, and what it hands on goes no "
            "further: the slope of line 0 is {first:.4g}. Which lines must "
            "have been visited before a line's slope is complete?",
        ),
        mistake(
            "own-factor",
            climbing(own=True),
            "The slope of line 0 comes out as {first:.4g}. In a product of "
            "two lines, by how much does the result move when only the first "
            "factor moves by 1?",
        ),
        mistake(
            "tanh-again",
            climbing(again=True),
            "Right on tapes without a tanh. Is the value of a tanh line the "
            "number before the bend, or after it?",
        ),
        mistake(
            "bend-forgotten",
            climbing(bend=lambda a, z: 1.0),
            "Right on tapes without a tanh. How steep is tanh far from zero?",
        ),
        mistake(
            "tanh-of-the-argument",
            climbing(bend=lambda a, z: 1 - z**2),
            "Right on tapes without a tanh. You take the slope from the "
            "line that goes into the tanh. Is the a in 1 minus a squared the "
            "number before the bend, or after it?",
        ),
        mistake(
            "square-lost",
            climbing(bend=lambda a, z: 1 - a),
            "Right on tapes without a tanh. Should the slopes of tanh where "
            "it answers a and where it answers -a differ?",
        ),
        mistake(
            "square-alone",
            climbing(bend=lambda a, z: a**2),
            "Right on tapes without a tanh. Is tanh flat where it answers 0, "
            "or where it answers nearly 1?",
        ),
        mistake(
            "slope-divides",
            climbing(bend=lambda a, z: 1 / (1 - a**2)),
            "Right on tapes without a tanh. Does a flat link pass on more "
            "of a small move, or less?",
        ),
        mistake(
            "product-like-a-sum",
            climbing(product=lambda factor: 1.0),
            "The slope of line 0 comes out as {first:.4g}: a product hands "
            "its slope on as it is. By how much does 5 times v move when v "
            "moves by 1?",
        ),
        mistake(
            "chain-cut",
            climbing(chain=False),
            "The slope of line 0 comes out as {first:.4g}: a product hands "
            "on the other factor, and what it has received is gone. What "
            "does multiply along ask for?",
        ),
        mistake(
            "starts-with-two",
            climbing(start=2.0),
            "All your slopes are twice as large as they should be. What is "
            "the slope of the last line along itself?",
        ),
        mistake(
            "nothing-starts",
            climbing(start=0.0),
            "All your slopes are 0. What is the slope of the last line along "
            "itself?",
        ),
    ],
    also_right=[collected, lambda tape, values: tuple(nudged(tape, values))],
    read="A machine that writes the walk (optional)",
    equation="eq-add-across",
    hints=[
        "Fill in the last column of the table by hand, from the bottom.",
        "Which value does a product hand to its first factor?",
    ],
)
