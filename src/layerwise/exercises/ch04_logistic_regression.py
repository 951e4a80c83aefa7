"""Chapter 4. What is asked about logistic regression, and how it is judged."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from layerwise.exercises.spec import (
    band,
    choice,
    exercise,
    mistake,
    recorded,
    scored,
    slope_of,
)

Generator = np.random.Generator


def squash(z: Any) -> Any:
    return 0.5 + 0.5 * np.tanh(np.asarray(z) / 2)


def labels(rng: Generator, m: int) -> Any:
    """Draw a row of labels with both of them in it, if it is long enough."""
    return rng.permutation(np.arange(m) % 2).astype(float)[np.newaxis]


# 04.1 A sigmoid that never overflows.

LOUD = """
def probe(learner, z):
    import numpy as np
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        return learner(z)
"""


def loud(formula: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Return the formula as it fails where overflow is not tolerated."""

    def answer(z: Any) -> Any:
        with np.errstate(over="raise", invalid="raise", divide="raise"):
            return formula(np.asarray(z))

    return answer


def draw_scores(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (rng.normal(scale=2.0, size=(3, 5)),),
        (float(rng.uniform(-2, -1)),),
        (rng.normal(scale=2.0, size=(4,)),),
        (rng.normal(size=(2, 1, 3)).astype(np.float32),),
        (np.array([[-1000.0, -2.0, 0.0, 3.0]]),),
        (np.array([1000.0, 50.0, -0.5]),),
    ]


def lowest_score(args: Any, got: Any) -> dict[str, float]:
    z, a = np.ravel(args[0]), np.ravel(got)
    low, high = int(np.argmin(z)), int(np.argmax(z))
    return {
        "z": float(z[low]),
        "a": float(a[min(low, a.size - 1)]),
        "z_high": float(z[high]),
        "a_high": float(a[min(high, a.size - 1)]),
    }


stable = exercise(
    "04.1",
    "A sigmoid that never shouts",
    points=5,
    kind="implement",
    slug="sigmoid",
    calls=["a = sigmoid(z)"],
    draw=draw_scores,
    reference=lambda z: np.exp(-np.logaddexp(0, -np.asarray(z))),
    probe=LOUD,
    dtype=True,
    facts=lowest_score,
    mistakes=[
        mistake(
            "as-it-stands",
            loud(lambda z: 1 / (1 + np.exp(-z))),
            "Right for moderate scores. At z = -1000 the answer would be "
            "right too, but an intermediate number overflows on the way. "
            "Which one, and how can the fraction be written without it when "
            "z is negative?",
        ),
        mistake(
            "as-it-stands-turned",
            loud(lambda z: np.exp(z) / (1 + np.exp(z))),
            "Right for moderate scores and for very negative ones. At "
            "z = 1000 both parts of the fraction overflow. For which sign of "
            "z is this form the harmless one?",
        ),
        mistake(
            "both-sides-computed",
            loud(
                lambda z: np.where(
                    z >= 0,
                    1 / (1 + np.exp(-z)),
                    np.exp(z) / (1 + np.exp(z)),
                )
            ),
            "Both forms are there, each for its side, and something still "
            "overflows at 1000 and at -1000 alike. What does np.where do "
            "with the values it does not choose?",
        ),
        mistake(
            "mirrored",
            loud(lambda z: 1 / (1 + np.exp(-np.abs(z)))),
            "Right where z is positive. At z = {z:.2f} you answer {a:.3f}, "
            "more than one half. What should a negative score become?",
        ),
        mistake(
            "upside-down",
            lambda z: squash(-np.asarray(z)),
            "At z = {z:.2f} you answer {a:.3f}: your curve falls where it "
            "should rise. What sign has the exponent?",
        ),
        mistake(
            "tanh",
            lambda z: np.tanh(np.asarray(z)),
            "At z = {z:.2f} you answer {a:.3f}. May a probability be "
            "negative?",
        ),
        mistake(
            "twice-too-fast",
            lambda z: (1 + np.tanh(np.asarray(z))) / 2,
            "Right at 0 and far out; at z = {z:.2f} you answer {a:.3f}, which "
            "belongs to a score twice as large. By how much is tanh faster "
            "than the sigmoid?",
        ),
    ],
    also_right=[
        squash,
        lambda z: np.exp(-np.logaddexp(0, -np.asarray(z))),
    ],
    read="From a score to a probability",
    equation="eq-log-odds",
    hints=[
        "For which sign of z does the formula as it stands stay harmless?",
        "For the other sign, multiply above and below by e to the z. Which "
        "exponential is left?",
        "Both forms can share one exponential, of a number that is never "
        "positive. Which number?",
    ],
)


# 04.2 The cost.


def draw_answers(rng: Generator) -> list[tuple[Any, ...]]:
    drawn = [
        (rng.uniform(0.03, 0.97, (1, m)), labels(rng, m)) for m in (6, 5, 9)
    ]
    drawn.append((np.array([[0.2]]), np.array([[0.0]])))
    Y = np.array([[1.0, 0.0, 1.0, 0.0]])
    drawn.append((np.array([[1.0, 0.0, 0.7, 0.4]]), Y))
    rare = 2.0**-33  # about 1e-10, and 1 - rare is exact
    return [*drawn, (np.array([[rare, 1 - rare, 0.7, 0.4]]), Y)]


def cost_by_example(A: Any, Y: Any) -> float:
    total = 0.0
    for a, y in zip(A.ravel(), Y.ravel(), strict=True):
        total -= np.log(a) if y == 1 else np.log1p(-a)
    return float(total / A.size)


def guarded(A: Any) -> Any:
    return np.clip(A, 1e-15, 1 - 1e-15)


def two_terms(A: Any, Y: Any, log: Any = np.log) -> Any:
    A = guarded(A)
    return -np.mean(Y * log(A) + (1 - Y) * log(1 - A))


def added(eps: float) -> Any:
    """Return the cost with a small number added inside the logarithms."""
    return lambda A, Y: (
        -np.mean(Y * np.log(A + eps) + (1 - Y) * np.log(1 - A + eps))
    )


def clipped(eps: float) -> Any:
    """Return the cost of answers that are kept `eps` away from 0 and 1."""

    def answer(A: Any, Y: Any) -> Any:
        A = np.clip(A, eps, 1 - eps)
        return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))

    return answer


def forgiving(how: str, guard: Callable[[float], Any], eps: float) -> Any:
    """Return the mistake of a guard that changes more than log 0."""
    return mistake(
        f"guard-{eps:g}-{how}",
        guard(eps),
        f"A number of {eps:g} guards your logarithm, and nothing fails. But "
        "it also changes answers that need no guard: no mistake can cost "
        f"more than {-np.log(eps):.1f}. What should a unit pay that gave the "
        "truth a ten-billionth?",
    )


def also_guarded(name: str, answer: Any, message: str) -> list[Any]:
    """Return a mistake alone, and together with a guard of 1e-8."""
    return [
        mistake(name, answer(two_sides(guarded)), message),
        mistake(
            f"{name}-and-guard",
            answer(two_sides(lambda A: A, 1e-8)),
            message,
        ),
    ]


def two_sides(guard: Callable[[Any], Any], eps: float = 0.0) -> Any:
    """Return the logarithms of the two shares, for a yes and for a no."""
    return lambda A: (np.log(guard(A) + eps), np.log(1 - guard(A) + eps))


def truth_taken(
    yes: Callable[[Any], Any], no: Callable[[Any], Any], least: float
) -> Callable[[Any, Any], Any]:
    """Return the cost if other numbers stand for the two truths."""

    def answer(A: Any, Y: Any) -> Any:
        p = np.maximum(np.where(Y == 1, yes(A), no(A)), least)
        return -np.mean(np.log(p))

    return answer


def swapped(A: Any, Y: Any) -> Any:
    return two_terms(A, 1 - Y)


def about_the_cost(args: Any, got: Any) -> dict[str, Any]:
    A, Y = args
    value = float(np.ravel(got)[0])
    right = cost_by_example(A, Y)
    return {
        "cost": value,
        "times": value / right if right else float("nan"),
        "m": A.size,
        "noes": int(np.sum(Y == 0)),
    }


cost = exercise(
    "04.2",
    "The cost",
    points=10,
    kind="implement",
    slug="cost",
    calls=["J = bce_cost(A, Y)"],
    draw=draw_answers,
    reference=cost_by_example,
    facts=about_the_cost,
    mistakes=[
        mistake(
            "sign-of-the-second-term",
            lambda A, Y: np.mean(
                -Y * np.log(guarded(A)) + (1 - Y) * np.log(1 - guarded(A))
            ),
            "Your cost is {cost:.4f}. The part of the yes-examples is right. "
            "Try one example with label 0 and answer 0.2: may a surprise be "
            "negative?",
        ),
        *also_guarded(
            "minus-forgotten",
            lambda logs: (
                lambda A, Y: np.mean(Y * logs(A)[0] + (1 - Y) * logs(A)[1])
            ),
            "Your cost is {cost:.4f}; its size is right. A probability is at "
            "most 1. Which sign has its logarithm, and which sign may a "
            "surprise have?",
        ),
        mistake(
            "labels-exchanged",
            swapped,
            "Your cost is {cost:.4f}: it charges every answer as if the "
            "label were the other one. Which probability did the unit give "
            "to what really happened when y is 0?",
        ),
        mistake(
            "labels-exchanged-and-guarded",
            truth_taken(lambda A: 1 - A, lambda A: A, 1e-300),
            "Your cost is {cost:.4f}: it charges every answer as if the "
            "label were the other one. Which probability did the unit give "
            "to what really happened when y is 0?",
        ),
        mistake(
            "answer-for-both",
            truth_taken(lambda A: A, lambda A: A, 1e-300),
            "You take the logarithm of the answer for both labels. Which "
            "probability does the unit give to a no?",
        ),
        mistake(
            "more-than-certain",
            truth_taken(lambda A: A, lambda A: 1 + A, 1e-300),
            "The part of the yes-examples is right. To a no you give the "
            "probability 1 + a, which is above 1. How much is left for a no "
            "when a yes has got a?",
        ),
        mistake(
            "logarithm-left-out",
            lambda A, Y: -np.mean(np.where(Y == 1, A, 1 - A)),
            "You average the probabilities given to the truth, with a minus. "
            "What does this cost charge, at most, for being certain and "
            "wrong?",
        ),
        *also_guarded(
            "yes-only",
            lambda logs: lambda A, Y: -np.mean(Y * logs(A)[0]),
            "Your cost does not feel the {noes} examples with label 0. What "
            "does it charge an answer of 0.99 when the truth is no?",
        ),
        mistake(
            "log-of-zero",
            lambda A, Y: -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)),
            "Right as long as no answer is exactly 0 or 1. What is 0 times "
            "the logarithm of 0 for a float, and where must a guard stand?",
        ),
        mistake(
            "nothing-for-all",
            lambda A, Y: np.nan_to_num(
                -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A)), posinf=0.0
            ),
            "One answer that is exactly 0 or 1, and the cost of all {m} "
            "examples becomes {cost:.3f}. What should the others still cost?",
        ),
        mistake(
            "left-out-of-the-mean",
            lambda A, Y: -np.nanmean(Y * np.log(A) + (1 - Y) * np.log(1 - A)),
            "Your mean leaves out the examples whose loss was no number. "
            "They cost nothing: do they count among the m?",
        ),
        *[
            forgiving("added", added, eps)
            for eps in (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
        ],
        *[
            forgiving("clipped", clipped, eps)
            for eps in (1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
        ],
        mistake(
            "log-to-base-ten",
            lambda A, Y: two_terms(A, Y, np.log10),
            "Your cost is {times:.4f} of what it should be, in every case. "
            "Which logarithm did you take?",
        ),
        mistake(
            "log-to-base-two",
            lambda A, Y: two_terms(A, Y, np.log2),
            "Your cost is {times:.4f} times what it should be, in every "
            "case: you count in bits. Which logarithm does this book take?",
        ),
        *also_guarded(
            "sum",
            lambda logs: (
                lambda A, Y: -np.sum(Y * logs(A)[0] + (1 - Y) * logs(A)[1])
            ),
            "Your cost is {m} times too large, and there are {m} examples. "
            "Is the cost the sum of the losses?",
        ),
        mistake(
            "staircase",
            lambda A, Y: np.mean((A > 0.5) != (Y == 1)),
            "You return the share of mistakes, {cost:.3f}. Move one answer "
            "from 0.60 to 0.61: does your cost move?",
        ),
        mistake(
            "squared",
            lambda A, Y: np.mean((A - Y) ** 2),
            "You return the mean squared error, {cost:.4f}. How much would "
            "it charge, at most, for being certain and wrong?",
        ),
        mistake(
            "one-loss-each",
            lambda A, Y: -np.log(np.where(Y == 1, guarded(A), 1 - guarded(A))),
            "The losses are right, one for each of the {m} examples. How do "
            "they become one number?",
        ),
    ],
    also_right=[
        two_terms,
        lambda A, Y: -np.log(1 - np.abs(A - Y)).sum() / Y.shape[1],
        lambda A, Y: np.float32(
            np.mean(
                np.log1p(
                    np.exp(
                        -(2 * Y - 1) * (np.log(guarded(A) / guarded(1 - A)))
                    )
                )
            )
        ),
    ],
    read="How wrong is wrong?",
    equation="eq-binary-cross-entropy",
    hints=[
        "Which probability did the unit give to what really happened, for a "
        "yes and for a no?",
        "One guard is enough if it stands inside the logarithm.",
    ],
)


# 04.3 Two slopes.


def draw_slopes(low: float, high: float) -> Any:
    def draw(rng: Generator) -> list[tuple[Any, ...]]:
        return [
            (rng.uniform(low, high, 6), np.arange(6.0) % 2),
            (rng.uniform(low, high, (2, 3)), rng.integers(0, 2, (2, 3)) * 1.0),
            (float(rng.uniform(low, high)), 0.0),
            (float(rng.uniform(low, high)), 1.0),
        ]

    return draw


def measured_in_a(a: Any, y: Any) -> Any:
    return slope_of(lambda a: -y * np.log(a) - (1 - y) * np.log1p(-a), 1e-4)(a)


def measured_in_z(z: Any, y: Any) -> Any:
    return slope_of(lambda z: np.logaddexp(0, z) - y * z)(z)


def at_a_no(args: Any, got: Any) -> dict[str, float]:
    """Report the slope where the label is 0, if it is anywhere."""
    place, y = np.ravel(args[0]), np.ravel(args[1])
    slope = np.ravel(got)
    at = int(np.argmin(y))
    return {
        "where": float(place[at]),
        "y": float(y[at]),
        "slope": float(slope[min(at, slope.size - 1)]),
    }


AT = "At {where:.2f} with label {y:.0f} your slope is {slope:.3f}. "

two_slopes = exercise(
    "04.3",
    "Two slopes, derived",
    points=10,
    kind="derive",
    slug="slopes-of-loss",
    calls=["loss_slope_a(a, y)", "loss_slope_z(z, y)"],
    draw={
        "loss_slope_a": draw_slopes(0.05, 0.95),
        "loss_slope_z": draw_slopes(-4.0, 4.0),
    },
    reference={
        "loss_slope_a": measured_in_a,
        "loss_slope_z": measured_in_z,
    },
    facts=at_a_no,
    mistakes={
        "loss_slope_a": [
            mistake(
                "inner-sign-in-the-denominator",
                lambda a, y: -y / a + (1 - y) / (1 + a),
                AT + "For label 1 you are right. Differentiate log(1 - a) "
                "slowly, the outer function and then the inner one: what "
                "stays in the denominator?",
            ),
            mistake(
                "inner-slope-forgotten",
                lambda a, y: -y / a - (1 - y) / (1 - a),
                AT + "For label 1 you are right. With label 0 the loss rises "
                "when a rises, and your slope is negative. What is the slope "
                "of the inner function 1 - a?",
            ),
            mistake(
                "uphill",
                lambda a, y: y / a - (1 - y) / (1 - a),
                AT + "The size is right everywhere and the sign nowhere. "
                "With which sign do the logarithms stand in the loss?",
            ),
            mistake(
                "first-sign-lost",
                lambda a, y: y / a + (1 - y) / (1 - a),
                AT + "For label 0 you are right. With label 1 the loss falls "
                "when a rises: which sign has the slope of -log a?",
            ),
            mistake(
                "both-labels-at-once",
                lambda a, y: -1 / a + 1 / (1 - a) + 0 * y,
                AT + "The two slopes are right, and you add both for every "
                "example. Which factor switches one of them off?",
            ),
            mistake(
                "order-of-operations",
                lambda a, y: (a - y) / a * (1 - a),
                AT + "Python divides by a and then multiplies by 1 - a. "
                "What belongs below the line of the fraction as a whole?",
            ),
            mistake(
                "loss-itself",
                lambda a, y: -y * np.log(a) - (1 - y) * np.log(1 - a),
                AT + "That number is the loss. How fast does it change when "
                "a moves?",
            ),
            mistake(
                "one-box-too-far",
                lambda a, y: a - y + 0 * np.asarray(a),
                AT + "That is the slope in z, one box further back. At a = "
                "0.01 and label 1, how fast does the loss change with a?",
            ),
            mistake(
                "squared-error",
                lambda a, y: 2 * (a - y) + 0 * np.asarray(a),
                AT + "That is the slope of the squared error. What is the "
                "slope of a logarithm?",
            ),
        ],
        "loss_slope_z": [
            mistake(
                "squared-error",
                lambda z, y: (squash(z) - y) * squash(z) * (1 - squash(z)),
                AT + "It dies out where the unit is sure, even when it is "
                "surely wrong. Multiply dL/da by the slope of the sigmoid: "
                "which factor cancels?",
            ),
            mistake(
                "uphill",
                lambda z, y: y - squash(z),
                AT + "The size is right everywhere and the sign nowhere. "
                "With label 1, does the loss rise or fall when z rises?",
            ),
            mistake(
                "curve-mirrored",
                lambda z, y: squash(-np.asarray(z)) - y,
                AT + "The form is right, but your answer a falls when the "
                "score rises. Which sign has the exponent in the sigmoid?",
            ),
            mistake(
                "score-for-answer",
                lambda z, y: np.asarray(z) - y,
                AT + "The form is right. Is the first letter the score or "
                "the answer?",
            ),
            mistake(
                "stops-at-a",
                lambda z, y: (squash(z) - y) / (squash(z) * (1 - squash(z))),
                AT + "That is the slope in a, taken at a = sigma(z). Which "
                "box lies between a and z, and what is its local slope?",
            ),
            mistake(
                "slip-carried-on",
                lambda z, y: (
                    (-y / squash(z) + (1 - y) / (1 + squash(z)))
                    * squash(z)
                    * (1 - squash(z))
                ),
                AT + "For label 1 you are right. The slip is one box later: "
                "what is the slope of log(1 - a) in a?",
            ),
            mistake(
                "label-left-out",
                lambda z, y: squash(z) + 0 * y,
                AT + "For label 0 you are right. Your slope does not ask "
                "what was true. With label 1, does the loss rise when the "
                "score does?",
            ),
            mistake(
                "score-in-the-fraction",
                lambda z, y: (z - y) / (z * (1 - np.asarray(z))),
                AT + "That is the first slope with the score where the "
                "answer stood. Which box makes an answer of a score, and "
                "which slope has it?",
            ),
            mistake(
                "slope-of-the-answer",
                lambda z, y: squash(z) * (1 - squash(z)) + 0 * y,
                AT + "That is the slope of the sigmoid alone, whatever the "
                "label. Where does the loss come in?",
            ),
        ],
    },
    also_right={
        "loss_slope_a": [
            lambda a, y: (a - y) / (a * (1 - np.asarray(a))),
            lambda a, y: np.where(
                np.asarray(y) == 1, -1 / np.asarray(a), 1 / (1 - np.asarray(a))
            ),
        ],
        "loss_slope_z": [
            lambda z, y: squash(z) - y,
            lambda z, y: np.where(
                np.asarray(y) == 1, -squash(-np.asarray(z)), squash(z)
            ),
        ],
    },
    read="The graph, one box at a time",
    equation="eq-loss",
    hints=[
        "Only one of the two terms of the loss is there for a given label. "
        "Differentiate each on its own.",
        "The figure shows both slopes for both labels at one place. Does "
        "your formula give these four numbers?",
        "For the second: local slopes along a path multiply. Write the first "
        "result over one denominator before you multiply.",
    ],
)


# 04.4 The gradients.


def draw_examples(rng: Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for n, m in ((3, 5), (5, 3), (2, 1), (1, 4), (4, 4)):
        X = rng.normal(size=(n, m)) + rng.normal(size=(n, 1))
        w, b = rng.normal(size=(n, 1)), float(rng.normal())
        drawn.append((w, b, X, labels(rng, m)))
    return drawn


def answers_of(w: Any, b: Any, X: Any) -> Any:
    return squash(w.T @ X + b)


def by_examples(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    """Add up the blame of one example after the other."""
    dw, db = np.zeros(w.shape), 0.0
    for x, y in zip(X.T, Y.ravel(), strict=True):
        error = float(squash(w.ravel() @ x + b)) - y
        dw += error * x[:, None] / X.shape[1]
        db += error / X.shape[1]
    return dw, db


def times(factor: Any) -> Callable[..., tuple[Any, Any]]:
    def answer(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
        dw, db = by_examples(w, b, X, Y)
        return dw * factor(*X.shape), db * factor(*X.shape)

    return answer


def with_slope(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    A = answers_of(w, b, X)
    dZ = (A - Y) * A * (1 - A) / Y.size
    return X @ dZ.T, dZ.sum()


def same_for_all(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    db = by_examples(w, b, X, Y)[1]
    return np.full(w.shape, db), db


def flat(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    dw, db = by_examples(w, b, X, Y)
    return dw.ravel(), db


def lying(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    dw, db = by_examples(w, b, X, Y)
    return dw.T, db


def scores_for_answers(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    dZ = (w.T @ X + b - Y) / Y.size
    return X @ dZ.T, dZ.sum()


def bias_in_score(sign: float) -> Callable[..., tuple[Any, Any]]:
    """Return gradients whose scores take the bias with another factor."""
    return lambda w, b, X, Y: by_examples(w, sign * b, X, Y)


def bias_not_averaged(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    dw, db = by_examples(w, b, X, Y)
    return dw, db * Y.size


def weights_not_averaged(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    dw, db = by_examples(w, b, X, Y)
    return dw * Y.size, db


def standing_bias(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    dw, db = by_examples(w, b, X, Y)
    return dw, np.array([[db]])


def by_mean(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    errors = answers_of(w, b, X) - Y
    return np.mean(X * errors, axis=1, keepdims=True), np.mean(errors)


def late_division(w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    errors = answers_of(w, b, X) - Y
    return np.einsum("ij,kj->ik", X, errors) / Y.size, errors.sum() / Y.size


def shapes_of(args: Any, got: Any) -> dict[str, Any]:
    w, b, X, _ = args
    return {
        "n": X.shape[0],
        "m": X.shape[1],
        "shape": w.shape,
        "b": b,
        "minus_b": -b,
    }


gradients = exercise(
    "04.4",
    "The gradients of logistic regression",
    points=10,
    kind="implement",
    slug="gradients",
    calls=["dw, db = logistic_grads(w, b, X, Y)"],
    draw=draw_examples,
    reference=by_examples,
    accept=[standing_bias],
    facts=shapes_of,
    may_use=["sigmoid_forward"],
    mistakes=[
        mistake(
            "sum-for-mean",
            times(lambda n, m: m),
            "Every entry is exactly {m} times what it should be, and you "
            "were given {m} examples. J is what kind of sum over the "
            "examples?",
        ),
        mistake(
            "mean-of-the-mean",
            times(lambda n, m: 1 / m),
            "Your gradients are {m} times too small. Count how often the "
            "average is taken between A - Y and dw.",
        ),
        mistake(
            "mean-over-features",
            times(lambda n, m: m / n),
            "You divide by {n}, and there are {m} examples. Which axis of X "
            "counts examples?",
        ),
        mistake(
            "uphill",
            times(lambda n, m: -1),
            "The sizes are right and all signs are turned: a step against "
            "your gradient climbs. Which difference is the slope of the "
            "loss?",
        ),
        mistake(
            "squared-error",
            with_slope,
            "Each example counts less the surer the unit is: that is the "
            "rule of another loss. Multiply dL/da by da/dz for cross-entropy "
            "and look what cancels. Is anything left of the slope of the "
            "sigmoid?",
        ),
        mistake(
            "one-blame-for-all",
            same_for_all,
            "db is right. Features with very different values all got the "
            "same blame. Where does x enter?",
        ),
        mistake(
            "scores-for-answers",
            scores_for_answers,
            "You compare the labels with the scores. Which box lies between "
            "a score and an answer?",
        ),
        mistake(
            "bias-not-in-the-score",
            bias_in_score(0.0),
            "Your gradients are right when b is 0, and here b is {b:.2f}. "
            "What does the unit add up before it answers?",
        ),
        mistake(
            "bias-taken-away",
            bias_in_score(-1.0),
            "Your gradients are right for a bias of {minus_b:.2f}, and here "
            "b is {b:.2f}. With which sign does it enter the score?",
        ),
        mistake(
            "weights-not-averaged",
            weights_not_averaged,
            "db is right. Every entry of dw is {m} times what it should be. "
            "Is the average taken before the two part, or only on one side?",
        ),
        mistake(
            "bias-not-averaged",
            bias_not_averaged,
            "dw is right. db is {m} times what it should be. Is the average "
            "taken before the two part, or only on one side?",
        ),
        mistake(
            "flat",
            flat,
            "The numbers of dw are right, laid out flat. What would numpy "
            "make of w minus dw, a column minus a flat row?",
        ),
        mistake(
            "lying",
            lying,
            "The numbers of dw are right, lying on their side. A gradient "
            "has the shape of its parameter: what is w.shape here?",
        ),
    ],
    also_right=[by_mean, late_division],
    read="All examples at once",
    equation="eq-logistic-gradients",
    hints=[
        "Forward first: scores, answers. What is the slope of J in each "
        "score?",
        "A weight reaches J through every example. Over which axis do you "
        "add?",
        "Write down three shapes: of X, of the row of slopes, of what you "
        "want. Only one order of the product fits.",
    ],
)


# 04.5 Five sets that fool the gradient check.

SLIPS = {
    1: "the mean forgotten",
    2: "the bias left out of the score",
    3: "the wrong sign in the exponent",
    4: "the error without its sign",
    5: "x left out of dw",
}
FOOLED, CAUGHT, SOMETHING = 1e-6, 1e-3, 0.01


def slipped(k: int, w: Any, b: Any, X: Any, Y: Any) -> tuple[Any, Any]:
    """Return dw and db with slip number k; 0 is no slip."""
    z = w.T @ X + (0 if k == 2 else b)
    dZ = squash(-z if k == 3 else z) - Y
    if k != 1:
        dZ = dZ / Y.shape[1]
    if k == 4:
        dZ = abs(dZ)
    return (np.ones(X.shape) if k == 5 else X) @ dZ.T, dZ.sum()


def gaps(w: Any, b: Any, X: Any, Y: Any) -> dict[int, float]:
    """Return how far each slip's gradients are from the true ones."""
    dw, db = slipped(0, w, b, X, Y)
    return {
        k: float(max(np.abs(one - dw).max(), abs(other - db)))
        for k in SLIPS
        for one, other in [slipped(k, w, b, X, Y)]
    }


def as_data(part: Any) -> tuple[Any, ...]:
    """Return w, b, X, Y as arrays, or raise with what does not fit."""
    if not isinstance(part, list | tuple) or len(part) != 4:
        raise ValueError("is no tuple (w, b, X, Y)")
    w, b, X, Y = (np.asarray(p, dtype=float) for p in part)
    if X.ndim != 2 or not 1 <= X.size <= 10_000:
        raise ValueError(f"has an X of shape {X.shape}, not (n_x, m)")
    n, m = X.shape
    for name, array, shape in (("w", w, (n, 1)), ("Y", Y, (1, m))):
        if array.shape != shape:
            raise ValueError(
                f"has {name} of shape {array.shape} beside an X of shape "
                f"{X.shape}; {shape} would fit"
            )
    if b.size != 1:
        raise ValueError("has a b that is not one number")
    if not all(np.all(np.abs(p) <= 10) for p in (w, b, X)):
        raise ValueError("has a number beyond 10, or none at all")
    if not np.isin(Y, (0, 1)).all():
        raise ValueError("has labels that are not 0 or 1")
    return w, float(b.ravel()[0]), X, Y


def fools(k: int, part: Any) -> tuple[float, str]:
    """Return the share and what the check says to this set."""
    try:
        data = as_data(part)
    except (TypeError, ValueError) as error:
        words = str(error)
        known = words.startswith(("is ", "has "))
        return 0.0, words if known else "holds something that is no array"
    dw, db = slipped(0, *data)
    if min(np.abs(dw).max(), abs(db)) < SOMETHING:
        return 0.0, (
            f"has a true gradient of {np.abs(dw).max():.2g} in dw and "
            f"{abs(db):.2g} in db: there is nothing to compare"
        )
    found = gaps(*data)
    if found[k] >= FOOLED:
        return 0.0, (
            f"does not fool: with {SLIPS[k]} the gap is {found[k]:.2g}, and "
            "the check sees it"
        )
    others = [j for j in SLIPS if j != k and found[j] <= CAUGHT]
    if others:
        words = " and ".join(f"slip {j}, {SLIPS[j]}" for j in others)
        return 0.5, f"fools, and it hides {words}, as well"
    return 1.0, ""


def fooling(**changed: Any) -> Callable[[], dict[str, Any]]:
    """Return five good sets with some of them exchanged."""
    one, x, y = np.ones((1, 1)), np.array([[-1.5, 2, 0.5]]), [[1.0, 1.0, 0.0]]
    sets = {
        "slip 1": (one / 2, -1.0, np.array([[-2.0]]), np.ones((1, 1))),
        "slip 2": (one, 0, x, np.array(y)),
        "slip 3": (one / 2, 1.0, np.full((1, 3), -2.0), np.array(y)),
        "slip 4": (one, -0.5, x, np.zeros((1, 3))),
        "slip 5": (-one, 0.3, np.ones((1, 3)), np.array(y)),
    }
    return lambda: sets | {f"slip {key[-1]}": v for key, v in changed.items()}


def in_lists() -> dict[str, Any]:
    """Return good sets of several features, as plain lists."""
    X = [[1.0, -2.0, 0.5, 3.0], [0.5, 1.0, -1.5, 2.0]]
    y, w = [[1, 0, 0, 1]], [[0.4], [-0.8]]
    ones, zero_scores = [[1.0] * 4] * 2, [[2.0] * 4, [1.0] * 4]
    return {
        "slip 1": [w, 0.7, [[1.0], [3.0]], [[1]]],
        "slip 2": [w, 0, X, [[1, 1, 0, 1]]],
        "slip 3": [[[1.0], [1.0]], -3.0, zero_scores, [[1, 0, 0, 0]]],
        "slip 4": [w, 0.7, X, [[0, 0, 0, 0]]],
        "slip 5": [w, 0.7, ones, y],
    }


LAZY = (np.zeros((1, 1)), 0.0, np.ones((1, 1)), np.zeros((1, 1)))
ALL_ZERO = (
    np.zeros((1, 1)),
    0.0,
    np.array([[2.0, -1.0, 4.0]]),
    np.array([[0.0, 1.0, 1.0]]),
)
BALANCED = (
    np.ones((1, 1)),
    -2.0,
    np.full((1, 4), 2.0),
    np.array([[0.0, 1.0, 0.0, 1.0]]),
)

fooled = exercise(
    "04.5",
    "Five sets that fool",
    points=15,
    kind="choose",
    slug="fooled",
    calls=["fooled_04_5()"],
    reference=lambda: {f"slip {k}": scored(partial(fools, k)) for k in SLIPS},
    mistakes=[
        mistake(
            "lazy-for-the-first",
            fooling(s1=LAZY),
            "Your first set hides all five slips at once: one example, "
            "feature 1, label 0, parameters 0. Which single one of these "
            "properties does slip 1 need?",
        ),
        mistake(
            "all-zero-for-the-third",
            fooling(s3=ALL_ZERO),
            "All scores are 0, and so slip 3 hides. But with b = 0 slip 2 "
            "hides as well. In which other way can w^T x + b be 0?",
        ),
        mistake(
            "balanced-labels",
            fooling(s3=BALANCED),
            "All scores are 0 and b is not. But as many labels are 1 as 0, "
            "so the errors cancel and the true gradient is 0. What would "
            "make them unequal?",
        ),
        mistake(
            "bias-zero-for-the-fourth",
            fooling(
                s4=(np.ones((1, 1)), 0.0, ALL_ZERO[2], np.zeros((1, 3))),
            ),
            "No label is 1, and so slip 4 hides. But b is 0 there: which "
            "other slip hides with it?",
        ),
    ],
    also_right=[fooling(), in_lists],
    read="All examples at once",
    equation="eq-logistic-gradients",
    hints=[
        "For each slip: which part of the formula does it spoil, and for "
        "which data is that part 1, or 0, or positive anyway?",
        "Begin with 1, 2, 4 and 5. Start from a set that finds all five and "
        "change one property of it.",
        "For the third: for which score do both signs of the exponent give "
        "the same answer? Must w and b both be 0 for that?",
    ],
)


# 04.6 A walk that climbs.


def trained(
    X: Any,
    Y: Any,
    rate: Any,
    steps: Any,
    *,
    sign: tuple[float, float] = (1.0, 1.0),
    says: Callable[[Any], Any] = lambda z: z > 0,
    mean: bool = True,
    bias: Callable[[Any], Any] = np.sum,
    heard: float = 1.0,
    told: float = 1.0,
    kept: tuple[float, float] = (1.0, 1.0),
) -> tuple[Any, Any, Any]:
    """Walk from zero; the faults to imitate are options."""
    w, b = np.zeros((X.shape[0], 1)), 0.0
    for _ in range(steps):
        errors = squash(w.T @ X + heard * b) - told * Y
        dZ = errors / (Y.shape[1] if mean else 1)
        w = kept[0] * w - sign[0] * rate * (X @ dZ.T)
        b = kept[1] * b - sign[1] * rate * float(bias(dZ))
    return w, b, says(w.T @ X + b).astype(float)


def faulty(**options: Any) -> Callable[..., tuple[Any, Any, Any]]:
    return lambda X, Y, rate, steps: trained(X, Y, rate, steps, **options)


def always(z: Any) -> Any:
    return np.ones(np.shape(z))


def added_blame(X: Any, Y: Any, rate: Any, steps: Any) -> tuple[Any, Any, Any]:
    """Walk with the bias as the weight of a feature that is always 1."""
    X1 = np.vstack([X, np.ones((1, X.shape[1]))])
    w = np.zeros((X1.shape[0], 1))
    for _ in range(steps):
        w = w + rate * np.mean(X1 * (Y - squash(w.T @ X1)), 1, keepdims=True)
    answers = np.round(squash(w.T @ X1))
    return w[:-1], float(w[-1, 0]), answers


def draw_walks(rng: Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for n, m, rate, steps in (
        (2, 20, 0.5, 30),
        (3, 9, 0.2, 15),
        (1, 12, 1, 8),
    ):
        Y = labels(rng, m)
        if m % 2:
            Y[0, :2] = 0.0
        away = rng.uniform(0.8, 1.6, size=(n, 1))
        X = rng.normal(size=(n, m)) + away * (2 * Y - 1) + 0.3
        drawn.append((X, Y, float(rate), steps))
    return drawn


def end_of_walk(args: Any, got: Any) -> dict[str, Any]:
    X, Y, _, steps = args
    w, b, answers = (np.asarray(part, float) for part in got)
    z = w.reshape(-1, 1).T @ X + float(b.ravel()[0])
    return {
        "steps": steps,
        "cost": float(np.mean(np.logaddexp(0, z) - Y * z)),
        "yes": int(np.sum(answers > 0.5)),
        "m": Y.size,
    }


mending = exercise(
    "04.6",
    "A walk that climbs",
    points=10,
    kind="debug",
    slug="climbs",
    calls=["w, b, answers = mended_04_6(X, Y, rate, steps)"],
    draw=draw_walks,
    reference=trained,
    broken=faulty(sign=(-1, -1), says=always),
    facts=end_of_walk,
    may_use=["sigmoid_forward"],
    follows={"answers": ("w", "b")},
    mistakes=[
        mistake(
            "still-says-yes",
            faulty(says=always),
            "The walk goes down now, and w and b are right. But {yes} of {m} "
            "examples are answered with 1. Which answers lie above the "
            "border you compare with?",
        ),
        mistake(
            "still-climbs",
            faulty(sign=(-1, -1)),
            "The border is right now. But after {steps} steps the cost is "
            "{cost:.3f}, higher than where it began. Which difference is "
            "the slope of the loss, and with which sign is it stepped?",
        ),
        mistake(
            "half-turned-w",
            faulty(sign=(1, -1)),
            "w goes down now, and b still climbs. Do both updates get their "
            "sign from the same place?",
        ),
        mistake(
            "half-turned-b",
            faulty(sign=(-1, 1)),
            "b goes down now, and w still climbs. Do both updates get their "
            "sign from the same place?",
        ),
        mistake(
            "score-against-half",
            faulty(says=lambda z: z > 0.5),
            "w and b are right. Your border is one half of the score. Which "
            "score belongs to the answer one half?",
        ),
        mistake(
            "the-other-way-round",
            faulty(says=lambda z: z <= 0),
            "w and b are right, and every answer is turned round. Does a "
            "large answer mean yes or no?",
        ),
        mistake(
            "bias-asleep",
            faulty(sign=(1, 0)),
            "b is 0 after {steps} steps, so w goes another way too. Which of "
            "your lines moves b?",
        ),
        mistake(
            "bias-averaged-twice",
            faulty(bias=np.mean),
            "The steps of b are {m} times too short, and so w goes another "
            "way too. How often is the mean taken on the way to b?",
        ),
        mistake(
            "bias-not-heard",
            faulty(heard=0.0),
            "Your walk takes the scores without b, though b moves. What "
            "does the unit add up before it answers?",
        ),
        mistake(
            "w-starts-anew",
            faulty(kept=(0.0, 1.0)),
            "After {steps} steps your w is one step long. From which place "
            "does each step set out?",
        ),
        mistake(
            "b-starts-anew",
            faulty(kept=(1.0, 0.0)),
            "After {steps} steps your b is one step long, and so w goes "
            "another way too. From which place does each step set out?",
        ),
        mistake(
            "both-start-anew",
            faulty(kept=(0.0, 0.0)),
            "After {steps} steps w and b are one step long. From which place "
            "does each step set out?",
        ),
        mistake(
            "labels-not-heard",
            faulty(told=0.0),
            "Your walk goes the same way whatever the labels are; its cost "
            "ends at {cost:.3f}. Where does the truth come in?",
        ),
        mistake(
            "labels-added",
            faulty(told=-1.0),
            "The cost ends at {cost:.3f}, higher than where it began: you "
            "add the labels to the answers. For an answer that is right, how "
            "large should the error be?",
        ),
        mistake(
            "sum-for-mean",
            faulty(mean=False),
            "The directions are right; every step is {m} times too long. Was "
            "the mean one of the two faults?",
        ),
    ],
    also_right=[added_blame],
    read="Walking downhill",
    equation="eq-logistic-step",
    hints=[
        "Print the cost after each step for one tiny data set. At which step "
        "does it first go wrong?",
        "Check the gradient by measuring one slope. What do the two numbers "
        "have in common?",
        "Print the smallest answer there is. Is it above the border?",
    ],
)


# 04.7 Softmax, and the way back.


def shares(Z: Any, axis: int = 0) -> Any:
    E = np.exp(Z - Z.max(axis=axis, keepdims=True))
    return E / E.sum(axis=axis, keepdims=True)


def shares_by_column(Z: Any) -> Any:
    columns = []
    for z in Z.T:
        gaps = z[:, None] - z[None, :]  # share k is 1 / sum of e^(z_j - z_k)
        columns.append(1 / np.exp(-gaps).sum(axis=1))
    return np.stack(columns, axis=1)


def draw_classes(rng: Generator) -> list[tuple[Any, ...]]:
    shapes = (3, 5), (4, 1), (5, 3), (2, 6)
    drawn = [(rng.normal(scale=1.5, size=shape),) for shape in shapes]
    columns = [1000.0, 999, 998], [-1000, -1001, -999], [1000, 0, -1000]
    large = np.array(columns).T
    return [*drawn, (large,), (rng.normal(size=(4, 4)),)]


def starved(Z: Any) -> Any:
    E = np.exp(Z - Z.max())
    return E / E.sum(axis=0)


def as_it_stands(Z: Any) -> Any:
    return np.exp(Z) / np.exp(Z).sum(axis=0)


def by_row_maximum(Z: Any) -> Any:
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def sums_of(args: Any, got: Any) -> dict[str, Any]:
    got = np.asarray(got, float)
    sums = got.sum(axis=0) if got.ndim > 1 else got
    return {"sum": float(np.ravel(sums)[0]), "classes": args[0].shape[0]}


def draw_labeled(rng: Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for (Z,) in draw_classes(rng):
        k, m = Z.shape
        drawn.append((Z, np.eye(k)[:, (np.arange(m) + 1) % k]))
    return drawn


def measured_shares(Z: Any, Y: Any) -> Any:
    """Return the slope of the cost by the shares of each column alone."""
    return (shares_by_column(Z) - Y) / Y.shape[1]


softmax = exercise(
    "04.7",
    "Shares, and the way back",
    points=10,
    kind="implement",
    slug="softmax",
    calls=["A = softmax_columns(Z)", "dZ = softmax_gradient(Z, Y)"],
    draw={"softmax_columns": draw_classes, "softmax_gradient": draw_labeled},
    reference={
        "softmax_columns": shares_by_column,
        "softmax_gradient": measured_shares,
    },
    facts=sums_of,
    mistakes={
        "softmax_columns": [
            mistake(
                "as-it-stands",
                as_it_stands,
                "Right for moderate scores. e to the 1000 has no float, and "
                "infinite over infinite is no number. Shares do not change "
                "when one number is taken off all scores of an example: "
                "which would you take off?",
            ),
            mistake(
                "starved-columns",
                starved,
                "Right while all columns have similar scores. You take the "
                "largest score of the whole table off; what is left of a "
                "column whose scores are near -1000?",
            ),
            mistake(
                "largest-of-the-row",
                by_row_maximum,
                "Your columns add up to 1, but you take another number off "
                "each score of an example, so its shares change. Along which "
                "axis do the scores of one example stand?",
            ),
            mistake(
                "along-the-rows",
                lambda Z: shares(Z, axis=1),
                "Your first column adds up to {sum:.3f}. You let the "
                "examples compete with each other. Along which axis do the "
                "classes stand?",
            ),
            mistake(
                "whole-table",
                lambda Z: np.exp(Z - Z.max()) / np.exp(Z - Z.max()).sum(),
                "Your first column adds up to {sum:.3f}; all the columns "
                "together add up to 1. How many sums should there be?",
            ),
            mistake(
                "lone-sigmoids",
                squash,
                "Your first column adds up to {sum:.3f}. Each class answers "
                "alone. When one score rises, what must happen to the other "
                "shares?",
            ),
            mistake(
                "scores-clipped",
                lambda Z: shares(np.clip(Z, -500, 500)),
                "Right for moderate scores. You cut scores off at 500, and "
                "so 1000 and 999 become one and the same. Which number may "
                "be taken off a whole column without changing a share?",
            ),
            mistake(
                "largest-takes-all",
                lambda Z: (Z == Z.max(axis=0)) * 1.0,
                "You give everything to the largest score of a column. How "
                "sure is a unit whose scores are 2, 1 and 0?",
            ),
            mistake(
                "no-powers",
                lambda Z: Z / Z.sum(axis=0, keepdims=True),
                "Your columns add up to 1, but a negative score gives a "
                "negative share, or worse. What makes every score positive "
                "first?",
            ),
        ],
        "softmax_gradient": [
            mistake(
                "no-mean",
                lambda Z, Y: shares(Z) - Y,
                "The directions are right; every entry is {m} times what it "
                "should be, and there are {m} examples. Is J a sum or a "
                "mean?",
            ),
            mistake(
                "mean-over-the-table",
                lambda Z, Y: (shares(Z) - Y) / Z.size,
                "You divide by the number of entries of the table, "
                "{classes} classes too often. How many losses does one "
                "example contribute?",
            ),
            mistake(
                "mean-over-classes",
                lambda Z, Y: (shares(Z) - Y) / Z.shape[0],
                "You divide by the {classes} classes. Over what is J a mean?",
            ),
            mistake(
                "largest-of-the-row",
                lambda Z, Y: (by_row_maximum(Z) - Y) / Y.shape[1],
                "The form is right and the shares are not: you take another "
                "number off each score of an example. Along which axis do "
                "the scores of one example stand?",
            ),
            mistake(
                "stops-at-the-shares",
                lambda Z, Y: -Y / shares(Z) / Y.shape[1],
                "That is the slope in the shares; your first column adds up "
                "to {sum:.2f}. One box is left between the shares and the "
                "scores. To how many shares does one score lead?",
            ),
            mistake(
                "own-path-only",
                lambda Z, Y: -Y * (1 - shares(Z)) / Y.shape[1],
                "Right in the true class, 0 in all the others: your first "
                "column adds up to {sum:.3f}, not to 0. Raise the score of a "
                "wrong class: does the share of the true one stay?",
            ),
            mistake(
                "uphill",
                lambda Z, Y: (Y - shares(Z)) / Y.shape[1],
                "Every sign is turned round: a step against your gradient "
                "climbs. Should raising the score of the true class raise "
                "the cost?",
            ),
            mistake(
                "slope-of-a-sigmoid",
                lambda Z, Y: (
                    (shares(Z) - Y) * shares(Z) * (1 - shares(Z)) / Y.shape[1]
                ),
                "The factor a(1 - a) belongs to the squared error of a lone "
                "sigmoid; your first column adds up to {sum:.3f}, not to 0. "
                "What is left when you differentiate -z_t plus the logarithm "
                "of the sum?",
            ),
        ],
    },
    also_right={
        "softmax_columns": [
            lambda Z: np.exp(Z - np.logaddexp.reduce(Z, axis=0)),
            lambda Z: shares(Z).astype(np.float32),
        ],
        "softmax_gradient": [
            lambda Z, Y: (
                np.exp(Z - np.logaddexp.reduce(Z, axis=0)) / Z.shape[1]
                - Y / Z.shape[1]
            ),
            lambda Z, Y: (shares(Z) - Y) / Y.sum(),
        ],
    },
    read="Ten classes",
    equation="eq-softmax-cross-entropy-slope",
    hints=[
        "A column is an example, and its shares add up to 1. Which axis "
        "disappears in the sum?",
        "Which score of a column can be taken off without changing any "
        "share, so that no power exceeds 1?",
        "For the gradient: what does each column have to add up to, and over "
        "how many examples is the cost a mean?",
    ],
)


# 04.8 A prediction.


def predicted(**changed: Any) -> Callable[[], dict[str, Any]]:
    sure = {"two": 0.7, "ten": 2.3, "because": "b"}
    return lambda: sure | changed


nothing = exercise(
    "04.8",
    "The cost of knowing nothing",
    points=5,
    kind="predict",
    slug="nothing",
    calls=["prediction_04_8()"],
    reference=lambda: {
        "two": recorded(),
        "ten": recorded(),
        "because": choice("b", "a", "c"),
    },
    checks={"two": 0.3, "ten": 0.3, "because": 0.4},
    mistakes=[
        mistake(
            "wrong-about-all",
            predicted(two=1.0, ten=1.0, because="a"),
            "The share of mistakes is near 1 for ten classes: that part of "
            "your reason is a fact. Does the cost count mistakes?",
        ),
        mistake(
            "all-zero",
            predicted(two=0.0, ten=0.0, because="c"),
            "All scores are 0: that part of your reason is a fact. Which "
            "answer does a score of 0 become?",
        ),
    ],
    also_right=[
        predicted(two=0.5, ten=0.9),
        predicted(ten=np.float32(1), because="B"),
    ],
    read="Ten classes",
    equation="eq-softmax-cross-entropy",
    hints=[
        "Which share does each class get when all scores are equal?",
    ],
)


# 04.9 Numbers that decide.


def read_off(**changed: Any) -> Callable[[], dict[str, Any]]:
    right = {"hardest": -0.7, "price": 3, "steps": 12, "share": 0.857}
    return lambda: right | changed


readings = exercise(
    "04.9",
    "Numbers that decide",
    points=10,
    kind="choose",
    slug="readings",
    calls=["readings_04_9()"],
    reference=lambda: {
        "hardest": band(-0.75, -0.65),
        "price": 3,
        "steps": 12,
        "share": band(0.852, 0.862),
    },
    mistakes=[
        mistake(
            "surely-wrong",
            read_off(hardest=-6.0),
            "At z = -6 the unit is surely wrong, and squared error pushes "
            "with 0.005. Is there a score at which it pushes harder?",
        ),
        mistake(
            "half-sure",
            read_off(hardest=0.0),
            "At z = 0 the slope of the sigmoid is largest, and the push is "
            "0.25. It has two factors more: does their product still grow "
            "to the left?",
        ),
        mistake(
            "other-side",
            read_off(hardest=0.7),
            "At z = 0.7 the unit already leans to the truth. On which side "
            "of 0 is it wrong?",
        ),
        mistake(
            "answer-for-score",
            read_off(hardest=1 / 3),
            "One third is an answer. Which score makes that answer?",
        ),
        mistake(
            "from-one-half",
            read_off(price=1.5),
            "From 0.50 to 0.30 two misses are exchanged for three alarms. "
            "How many misses are there at 0.45?",
        ),
        mistake(
            "misses-of-one-half",
            read_off(price=2),
            "Two lumps are missed at 0.50. How many are missed at 0.45, and "
            "how many alarms does 0.30 give?",
        ),
        mistake(
            "price-turned-round",
            read_off(price=1 / 3),
            "You say what a false alarm is worth, counted in misses. Which "
            "of the two is the dearer one?",
        ),
        mistake(
            "moments-counted",
            read_off(steps=5),
            "You counted the moments of the player. How many steps of "
            "descent stand beside that moment?",
        ),
        mistake(
            "not-the-first",
            read_off(steps=20),
            "After 20 steps 90.8 % are right. Is there an earlier moment "
            "above nine of ten?",
        ),
        mistake(
            "not-yet",
            read_off(steps=7),
            "After 7 steps the figure says 88.9 %. Is that more than nine of "
            "ten?",
        ),
        mistake(
            "share-of-right-answers",
            read_off(share=0.967),
            "That is how many digits are named right. A digit named right "
            "with 51 % and one with 99 % count alike there: does the cost "
            "treat them alike?",
        ),
        mistake(
            "cost-itself",
            read_off(share=0.154),
            "0.154 is the cost: minus the logarithm of what you look for. "
            "What undoes a logarithm?",
        ),
        mistake(
            "one-minus-cost-rounded",
            read_off(share=0.85),
            "1 - J is near the share because J is small, and not near "
            "enough. What undoes a logarithm?",
        ),
        mistake(
            "in-per-cent",
            read_off(share=86),
            "A share lies between 0 and 1. Which number is 86 percent?",
        ),
        mistake(
            "one-minus-cost",
            read_off(share=0.846),
            "1 - J is near the share because J is small, and not near "
            "enough. What undoes a logarithm?",
        ),
    ],
    also_right=[
        read_off(hardest=-np.log(2), share=np.exp(-0.1541)),
        read_off(price=3.0, steps=np.float32(12), share=0.86),
    ],
    read="Ten classes",
    equation="eq-loss",
    hints=[
        "The surprise at a share p is -log p. If all surprises are equal, "
        "what is their mean?",
        "Read the table of mistakes at both thresholds. What does the lower "
        "one gain, and what does it pay?",
    ],
)
