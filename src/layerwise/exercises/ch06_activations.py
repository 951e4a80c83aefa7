"""Chapter 6. What is asked about activations, and how answers are judged."""

from collections.abc import Callable
from typing import Any

import numpy as np

from layerwise.exercises.spec import (
    Draw,
    band,
    choice,
    either,
    exercise,
    mistake,
    points,
    recorded,
    slope_of,
)

Generator = np.random.Generator


def sigmoid(z: Any) -> Any:
    return 0.5 + 0.5 * np.tanh(np.asarray(z) / 2)


def elu(z: Any, alpha: Any) -> Any:
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def both_signs(rng: Generator, *shape: int) -> Any:
    """Draw numbers on both sides of zero, none of them close to it."""
    size = rng.uniform(0.2, 3.0, shape)
    sign = np.where(np.arange(size.size) % 2, 1.0, -1.0)
    return size * rng.permutation(sign).reshape(shape)


# 06.1 The slopes as functions of the activation.


def sigmoid_reference(a: Any) -> Any:
    a = np.asarray(a)
    return slope_of(sigmoid)(np.log(a / (1 - a)))


def tanh_reference(a: Any) -> Any:
    return slope_of(np.tanh)(np.arctanh(a))


def elu_reference(a: Any, alpha: Any) -> Any:
    a = np.asarray(a)
    left = slope_of(lambda z: alpha * np.expm1(z))
    return np.where(a > 0, 1.0, left(np.log1p(np.minimum(a, 0) / alpha)))


def draw_elu(rng: Generator) -> list[tuple[Any, ...]]:
    drawn: list[tuple[Any, ...]] = [
        (elu(both_signs(rng, *shape), alpha), alpha)
        for shape, alpha in (((7,), 0.5), ((2, 3), 2.0), ((4, 1), 1.0))
    ]
    return [*drawn, (-0.7, 1.5), (0.4, 1.5)]


def range_of(args: Any, got: Any) -> dict[str, float]:
    return {"low": float(np.min(got)), "high": float(np.max(got))}


def at_the_lowest(args: Any, got: Any) -> dict[str, float]:
    """Report the learner's slope where the activation is lowest."""
    a, slope = np.ravel(args[0]), np.ravel(got)
    place = int(np.argmin(a))
    at = slope[min(place, slope.size - 1)]
    return {"a": float(a[place]), "yours": float(at)} | range_of(args, got)


slopes = exercise(
    "06.1",
    "Slopes from what is already there",
    points=10,
    kind="derive",
    slug="slopes",
    calls=["sigmoid_slope(a)", "tanh_slope(a)", "elu_slope(a, alpha)"],
    shares={"sigmoid_slope": 3, "tanh_slope": 3, "elu_slope": 4},
    draw={
        "sigmoid_slope": points(a=(0.02, 0.98)),
        "tanh_slope": points(a=(-0.97, 0.97)),
        "elu_slope": draw_elu,
    },
    reference={
        "sigmoid_slope": sigmoid_reference,
        "tanh_slope": tanh_reference,
        "elu_slope": elu_reference,
    },
    facts=at_the_lowest,
    mistakes={
        "sigmoid_slope": [
            mistake(
                "sigmoid-again",
                lambda a: sigmoid(a) * (1 - sigmoid(a)),
                "Your slope hardly changes: it stays between {low:.3f} and "
                "{high:.3f} whatever a is. Is your argument z, or is it "
                "already the sigmoid of z?",
            ),
            mistake(
                "downhill",
                lambda a: a * (np.asarray(a) - 1),
                "Your slope is negative, {yours:.3f} at a = {a:.2f}, and the "
                "sigmoid only rises. Where did a minus sign get lost when "
                "you differentiated e to the minus z?",
            ),
            mistake(
                "slope-of-tanh",
                lambda a: 1 - np.asarray(a) ** 2,
                "Near a = 0 the sigmoid is almost flat, yet your slope at "
                "a = {a:.2f} is {yours:.3f}. Which of the two curves has its "
                "center at the height 0?",
            ),
            mistake(
                "other-factor-lost",
                lambda a: 1 - np.asarray(a),
                "At a = {a:.2f}, far out on the left, your slope is "
                "{yours:.3f}, the largest of all. How steep is the sigmoid "
                "far out?",
            ),
        ],
        "tanh_slope": [
            mistake(
                "no-square",
                lambda a: 1 - np.asarray(a),
                "At a = {a:.2f}, where tanh is almost flat, your slope is "
                "{yours:.2f}. What should it be at a = -1 and at a = 1, "
                "and does yours treat the two alike?",
            ),
            mistake(
                "square-outside",
                lambda a: (1 - np.asarray(a)) ** 2,
                "At a = {a:.2f}, where tanh is almost flat, your slope is "
                "{yours:.2f}, steeper than anywhere on the curve. What is "
                "squared, the difference or the activation?",
            ),
            mistake(
                "tanh-again",
                lambda a: 1 - np.tanh(a) ** 2,
                "Your slope never falls below {low:.2f}, but far out tanh is "
                "flat. Is your argument z, or is it already the tanh of z?",
            ),
            mistake(
                "slope-of-sigmoid",
                lambda a: a * (1 - np.asarray(a)),
                "At a = {a:.2f} your slope is {yours:.2f}, negative, and tanh "
                "only rises. Which curve has this slope?",
            ),
            mistake(
                "stretch-half-done",
                lambda a: (1 - np.asarray(a) ** 2) / 2,
                "Your slope is half of what it should be everywhere: at the "
                "center it would be 0.5. How many factors 2 come out of "
                "2 sigma(2z) - 1?",
            ),
            mistake(
                "s-is-not-a",
                lambda a: 4 * np.asarray(a) * (1 - np.asarray(a)),
                "At a = {a:.2f} your slope is {yours:.2f}, negative, and tanh "
                "only rises. You have the slope in terms of the sigmoid's "
                "height at 2z; how is that height written with a?",
            ),
        ],
        "elu_slope": [
            mistake(
                "e-to-the-a",
                lambda a, alpha: np.where(
                    np.asarray(a) > 0, 1.0, alpha * np.exp(a)
                ),
                "On the left your slope at a = {a:.2f} is {yours:.3f}. There "
                "the formula in z holds, and you put a in its place. "
                "What is e to the z, in terms of a?",
            ),
            mistake(
                "alpha-is-one",
                lambda a, alpha: np.where(
                    np.asarray(a) > 0, 1.0, np.asarray(a) + 1
                ),
                "Right where a is positive, and on the left only when alpha "
                "is 1. At which height does ELU level off?",
            ),
            mistake(
                "value-as-slope",
                lambda a, alpha: np.where(np.asarray(a) > 0, 1.0, a),
                "At a = {a:.2f} your slope is {yours:.3f}, negative, and ELU "
                "only rises. What happens to the constant in alpha times "
                "e to the z minus alpha?",
            ),
            mistake(
                "constant-left",
                lambda a, alpha: np.where(np.asarray(a) > 0, 1.0, alpha),
                "Right where a is positive. On the left your slope is the "
                "same everywhere, {yours:.2f}, as for a straight line. How "
                "steep is ELU where it has leveled off?",
            ),
            mistake(
                "wrong-sign-of-alpha",
                lambda a, alpha: np.where(
                    np.asarray(a) > 0, 1.0, np.asarray(a) - alpha
                ),
                "At a = {a:.2f} your slope is {yours:.2f}, negative, and ELU "
                "only rises. When you solve a = alpha e to the z minus alpha "
                "for the first term, to which side does alpha go?",
            ),
        ],
    },
    also_right={
        "sigmoid_slope": [lambda a: 0.25 - (np.asarray(a) - 0.5) ** 2],
        "tanh_slope": [
            lambda a: (1 - np.asarray(a)) * (1 + np.asarray(a)),
            lambda a: np.float32(1) - np.float32(a) * np.float32(a),
        ],
        "elu_slope": [
            lambda a, alpha: (
                np.minimum(a, 0) + alpha
                if alpha == 1
                else (np.asarray(a) > 0) + (np.asarray(a) <= 0) * (a + alpha)
            )
        ],
    },
    read="Two curves from one family",
    equation="eq-sigmoid-slope-z",
    hints=[
        "Two values you know without calculus: the slope at the center and "
        "the slope far out. Does your formula give both?",
        "For the sigmoid, split the square in the denominator into two "
        "fractions. Which of them do you know already?",
        "Tanh is a stretched sigmoid: use the chain rule on that identity, "
        "then write everything with a. For ELU, which term of its formula "
        "is the slope already?",
    ],
)


# 06.2 Three ways back.


def draw_entries(*, option: tuple[float, ...] = ()) -> Draw:
    """Draw dA and a cache of Z, alone or with the option of the curve."""

    def draw(rng: Generator) -> list[tuple[Any, ...]]:
        Zs = [both_signs(rng, *s) for s in ((3, 5), (4, 1), (1, 6), (2, 3))]
        Zs[2][0, :3] = 900.0, -900.0, 30.0
        drawn: list[tuple[Any, ...]] = []
        for Z, value in zip(Zs, option or (0.0,) * 4, strict=True):
            dA = both_signs(rng, *Z.shape)
            drawn.append((dA, (Z, value) if option else Z))
        if not option:
            Z = np.array([[0.0, -1.0, 2.0, 0.0]])
            drawn.append((both_signs(rng, 1, 4), Z))
        return drawn

    return draw


def relu_in_place(dA: Any, cache: Any) -> Any:
    dA[cache <= 0] = 0
    return dA


def left_and_right(args: Any, got: Any) -> dict[str, Any]:
    """Report what the learner's answer is where Z is negative."""
    dA, cache = args
    Z = cache[0] if isinstance(cache, tuple) else cache
    left = Z < 0
    got = np.broadcast_to(np.asarray(got, float), Z.shape)
    place = np.argmax(left * (got != 0)) if left.any() else 0
    right = np.argmin(np.where(Z > 0, dA, np.inf))
    return {
        "kept": int(np.sum(left & (got != 0))),
        "left": int(left.sum()),
        "z": float(Z.flat[place]),
        "dA": float(dA.flat[place]),
        "dZ": float(got.flat[place]),
        "z_right": float(Z.flat[right]),
        "dA_right": float(dA.flat[right]),
        "dZ_right": float(got.flat[right]),
        "option": cache[1] if isinstance(cache, tuple) else 0.0,
    }


three_ways_back = exercise(
    "06.2",
    "Three ways back",
    points=10,
    kind="implement",
    calls=[
        "dZ = relu_backward(dA, cache)",
        "dZ = leaky_relu_backward(dA, cache)",
        "dZ = elu_backward(dA, cache)",
    ],
    slug="relu",
    shares={"relu_backward": 4, "leaky_relu_backward": 3, "elu_backward": 3},
    inside={
        "relu_backward": {"cache": ("Z",)},
        "leaky_relu_backward": {"cache": ("Z", "slope")},
        "elu_backward": {"cache": ("Z", "alpha")},
    },
    draw={
        "relu_backward": draw_entries(),
        "leaky_relu_backward": draw_entries(option=(0.01, 0.2, 0.1, 0.3)),
        "elu_backward": draw_entries(option=(0.5, 2.0, 1.0, 1.5)),
    },
    reference={
        "relu_backward": lambda dA, Z: np.where(Z > 0, dA, 0.0),
        "leaky_relu_backward": lambda dA, cache: (
            dA * (cache[1] + (1 - cache[1]) * np.heaviside(cache[0], 0.0))
        ),
        "elu_backward": lambda dA, cache: (
            dA
            * np.where(cache[0] > 0, 1.0, elu(cache[0], cache[1]) + cache[1])
        ),
    },
    accept={"relu_backward": [lambda dA, Z: np.where(Z >= 0, dA, 0.0)]},
    facts=left_and_right,
    mistakes={
        "relu_backward": [
            mistake(
                "sign-of-the-gradient",
                lambda dA, Z: np.maximum(dA, 0),
                "Your answer depends on the sign of dA: where "
                "Z = {z_right:.2f} a gradient of {dA_right:.2f} arrived and "
                "you passed {dZ_right:.2f}. What decided, in the forward "
                "pass, whether this unit was active?",
            ),
            mistake(
                "slope-alone",
                lambda dA, Z: (Z > 0).astype(float),
                "You return the slopes themselves: where Z = {z_right:.2f} "
                "the gradient {dA_right:.2f} arrived and {dZ_right:.2f} "
                "leaves. What does the chain rule do with the slope and the "
                "gradient that arrives?",
            ),
            mistake(
                "value-for-slope",
                lambda dA, Z: dA * np.maximum(Z, 0),
                "Where Z = {z_right:.2f} you passed {dZ_right:.2f} of a "
                "gradient of {dA_right:.2f}: that is the gradient times the "
                "answer of the unit. How steep is ReLU there?",
            ),
            mistake(
                "all-pass",
                lambda dA, Z: dA.copy(),
                "dZ differs where Z < 0: you keep dA there ({kept} of {left} "
                "entries). What slope has ReLU to the left of zero?",
            ),
            mistake(
                "wrong-side",
                lambda dA, Z: dA * (Z < 0),
                "You pass the gradient where Z < 0 and stop it where Z > 0. "
                "On which side of zero does the answer of the unit move "
                "when z moves?",
            ),
            mistake(
                "in-place",
                relu_in_place,
                "The values are right, but dA is not what it was before the "
                "call: your zeros were written into the caller's array. Who "
                "else may still need dA?",
            ),
        ],
        "leaky_relu_backward": [
            mistake(
                "leak-forgotten",
                lambda dA, cache: dA * (cache[0] > 0),
                "Right where Z > 0. Where Z < 0 you pass nothing, and the "
                "slope there is {option:g}. Which unit would be dead under "
                "your rule?",
            ),
            mistake(
                "sides-swapped",
                lambda dA, cache: np.where(cache[0] > 0, cache[1] * dA, dA),
                "You pass {dZ_right:.3f} of {dA_right:.2f} where "
                "Z = {z_right:.2f}, and everything where Z is negative. On "
                "which side does the curve leak?",
            ),
            mistake(
                "sign-of-the-gradient",
                lambda dA, cache: np.where(dA > 0, dA, cache[1] * dA),
                "Your answer depends on the sign of dA: where "
                "Z = {z_right:.2f} a gradient of {dA_right:.2f} became "
                "{dZ_right:.3f}. Which array holds what the unit saw?",
            ),
            mistake(
                "fixed-leak",
                lambda dA, cache: np.where(cache[0] > 0, dA, 0.01 * dA),
                "Right when the slope on the left is 0.01, wrong when it is "
                "another. It was {option:g} here. Where does the backward "
                "pass learn which slope was used?",
            ),
            mistake(
                "gradient-lost-on-the-left",
                lambda dA, cache: np.where(cache[0] > 0, dA, cache[1]),
                "Right where Z > 0. Where Z = {z:.2f} a gradient of {dA:.2f} "
                "arrived and you passed {dZ:.3f}, the slope itself. What "
                "does the chain rule do with the slope and the gradient?",
            ),
            mistake(
                "value-on-the-left",
                lambda dA, cache: np.where(
                    cache[0] > 0, dA, cache[1] * cache[0]
                ),
                "Right where Z > 0. Where Z = {z:.2f} you return {dZ:.3f}, "
                "which is the unit's answer and does not depend on dA. What "
                "is asked here, the value of the curve or what passes back?",
            ),
            mistake(
                "slope-alone",
                lambda dA, cache: np.where(cache[0] > 0, 1.0, cache[1]),
                "You return the slopes themselves; dA has no influence on "
                "your answer. What does the chain rule do with the two?",
            ),
        ],
        "elu_backward": [
            mistake(
                "value-for-slope",
                lambda dA, cache: np.where(
                    cache[0] > 0, dA, dA * elu(cache[0], cache[1])
                ),
                "Right where Z > 0. At Z = {z:.2f} a gradient of {dA:.2f} "
                "became {dZ:.3f}: the sign has turned, so your slope is "
                "negative there, and ELU only rises. What is left of a "
                "constant when you differentiate?",
            ),
            mistake(
                "alpha-forgotten",
                lambda dA, cache: np.where(
                    cache[0] > 0, dA, dA * np.exp(np.minimum(cache[0], 0))
                ),
                "Right where Z > 0, and elsewhere only when alpha is 1; it "
                "was {option:g} here. Does a constant factor survive "
                "differentiation?",
            ),
            mistake(
                "left-formula-everywhere",
                lambda dA, cache: dA * cache[1] * np.exp(cache[0]),
                "Right where Z < 0. Where Z = {z_right:.2f} a gradient of "
                "{dA_right:.2f} became {dZ_right:.3g}. Which of the two "
                "pieces of the curve is in force there?",
            ),
            mistake(
                "z-for-a",
                lambda dA, cache: np.where(
                    cache[0] > 0, dA, dA * (cache[0] + cache[1])
                ),
                "Right where Z > 0. At Z = {z:.2f} a gradient of {dA:.2f} "
                "became {dZ:.3f}. Your rule would be right for the "
                "activation a: does the cache hold a or z?",
            ),
            mistake(
                "slope-alone",
                lambda dA, cache: np.where(
                    cache[0] > 0,
                    1.0,
                    cache[1] * np.exp(np.minimum(cache[0], 0)),
                ),
                "You return the slopes themselves; dA has no influence on "
                "your answer. What does the chain rule do with the two?",
            ),
        ],
    },
    also_right={
        "relu_backward": [
            lambda dA, Z: dA * np.sign(np.maximum(Z, 0)),
            lambda dA, Z: (dA * (Z > 0)).astype(np.float32),
        ],
        "leaky_relu_backward": [
            lambda dA, cache: (
                dA * (cache[0] > 0) + cache[1] * dA * (cache[0] <= 0)
            ),
        ],
        "elu_backward": [
            lambda dA, cache: (
                dA
                * np.minimum(
                    np.where(cache[0] > 0, 1.0, np.inf),
                    cache[1] * np.exp(np.minimum(cache[0], 0)),
                )
                if cache[1] >= 1
                else np.where(
                    cache[0] > 0,
                    dA,
                    dA
                    * (
                        cache[1] + cache[1] * np.expm1(np.minimum(cache[0], 0))
                    ),
                )
            ),
        ],
    },
    read="A unit that is silent",
    equation="eq-activation-backward",
    hints=[
        "Each entry of dZ is one product. What are its two factors?",
        "Make a table by hand for Z = -2, 0, 3 and dA = 5, -6, -7: slope, "
        "then product.",
        "For ELU with very large z: is e to the z computed in places where "
        "you do not use it? What becomes of 0 times infinity?",
    ],
)


# 06.3 A prediction, locked in before the figure.


def predicted(**changed: Any) -> Callable[[], dict[str, Any]]:
    sure = {"larger": "sigmoid", "factor": 4.5, "because": "b"}
    return lambda: sure | changed


prediction = exercise(
    "06.3",
    "Three to the right of zero",
    points=5,
    kind="predict",
    slug="prediction",
    calls=["prediction_06_3()"],
    reference=lambda: {
        "larger": recorded("tanh", "sigmoid"),
        "factor": recorded(),
        "because": choice("b", "a", "c"),
    },
    checks={"larger": 0.3, "factor": 0.3, "because": 0.4},
    mistakes=[
        mistake(
            "center-decides",
            predicted(larger="tanh", factor=4.0, because="a"),
            "The slopes at the center are 1 and 0.25: that part of your "
            "reason is a fact. What does a slope at the center say about "
            "the slope three steps away?",
        ),
        mistake(
            "wide-range",
            predicted(larger="tanh", factor=2.0, because="c"),
            "The range of tanh is twice as wide: that part of your reason is "
            "a fact. In tanh(z) = 2 sigma(2z) - 1, which of the two twos "
            "makes it wide, and what does the other do?",
        ),
        mistake(
            "no-such-curve",
            predicted(larger="relu"),
            "Only two curves were compared. Which of tanh and the sigmoid "
            "do you expect to be steeper?",
        ),
    ],
    also_right=[
        predicted(larger="tanh", factor=4),
        predicted(factor=np.float32(2.5), because="B"),
    ],
    read="How much slope is left?",
    equation="eq-tanh-sigmoid",
    hints=[
        "Write tanh as a stretched sigmoid. At which place does the sigmoid "
        "stand when tanh stands at z = 3?",
    ],
)


# 06.4 The crossing in closed form.


def crossing_by_halving(ratio: float) -> float:
    def ahead(x: float) -> bool:
        tanh_slope = 1 / np.cosh(x) ** 2
        return bool(tanh_slope > ratio / (4 * np.cosh(x / 2) ** 2))

    low, high = 0.0, 60.0
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if ahead(middle) else (low, middle)
    return low


def crossing_u(ratio: float) -> float:
    root = 1 / np.sqrt(ratio)
    return float((root + np.sqrt(root**2 + 2)) / 2)


def crossing_unrooted(ratio: float) -> float:
    u = (1 / ratio + np.sqrt(1 / ratio**2 + 2)) / 2
    return float(2 * np.arccosh(u))


def crossing_wrong_root(ratio: float) -> float:
    root = 1 / np.sqrt(ratio)
    return float(2 * np.arccosh((root - np.sqrt(root**2 + 2)) / 2))


def crossing_by_logarithm(ratio: float) -> float:
    u = crossing_u(ratio)
    return float(2 * np.log(u + np.sqrt(u * u - 1)))


def crossing_by_newton(ratio: float) -> float:
    x = 3.0
    for _ in range(100):
        gap = np.cosh(x) * np.sqrt(ratio) - 2 * np.cosh(x / 2)
        x -= gap / (np.sinh(x) * np.sqrt(ratio) - np.sinh(x / 2))
    return float(x)


def slopes_there(args: Any, got: Any) -> dict[str, float]:
    x = float(np.ravel(got)[0])
    measured = 4 * np.cosh(x / 2) ** 2 / np.cosh(x) ** 2
    return {"x": x, "asked": float(args[0]), "measured": float(measured)}


THERE = (
    "At your x = {x:.4f} the slope of tanh is {measured:.3g} times that of "
    "the sigmoid; {asked:.3g} was asked. "
)

crossing = exercise(
    "06.4",
    "Where the slopes cross",
    points=15,
    kind="derive",
    slug="crossing",
    calls=["slopes_cross_at(ratio)"],
    draw=lambda rng: [
        (1.0,),
        (float(rng.uniform(0.02, 0.2)),),
        (float(rng.uniform(0.3, 0.9)),),
        (float(rng.uniform(1.5, 3.8)),),
    ],
    reference=crossing_by_halving,
    facts=slopes_there,
    mistakes=[
        mistake(
            "stops-at-u",
            crossing_u,
            THERE + "Your number is right for the cosh of half the place. "
            "What did the letter u stand for?",
        ),
        mistake(
            "half-the-place",
            lambda ratio: np.arccosh(crossing_u(ratio)),
            THERE + "You are exactly half way. Whose cosh was u: that of x, "
            "or of something else?",
        ),
        mistake(
            "ratio-unrooted",
            crossing_unrooted,
            THERE + "For a ratio of 1 you are right. Both sides of the "
            "condition are squares: what happens to the ratio when you take "
            "the root of each side?",
        ),
        mistake(
            "tails",
            lambda ratio: np.log(4 / ratio),
            THERE + "You let one exponential stand for each slope. At this "
            "place, how large is the exponential that you dropped?",
        ),
        mistake(
            "other-root",
            crossing_wrong_root,
            "Your answer is not a number: what you took for a cosh is below "
            "1. Which root of the quadratic did you take, and on which side "
            "of the equation does the root of the ratio stand?",
        ),
        mistake(
            "cosh-once-more",
            lambda ratio: 2 * np.cosh(crossing_u(ratio)),
            THERE + "Your u is right, and it is a cosh already. Do you need "
            "the cosh of u, or the number whose cosh is u?",
        ),
        mistake(
            "four-places",
            lambda ratio: np.round(crossing_by_halving(ratio), 4),
            "You are right to four places, and six digits are asked for. How "
            "far apart are the points among which you search?",
        ),
        mistake(
            "ratio-inside-out",
            lambda ratio: 2 * np.arccosh((1 + np.sqrt(1 + 2 * ratio)) / 2),
            THERE + "For a ratio of 1 you are right. After you multiply the "
            "quadratic through by the root of the ratio, which terms carry "
            "it?",
        ),
        mistake(
            "one-crossing",
            lambda ratio: 1.6628858910586215,
            "You return 1.6629 for every ratio, and for a ratio of 1 that "
            "is right. Where does the ratio enter the condition?",
        ),
        mistake(
            "ratio-upside-down",
            lambda ratio: (
                crossing_by_halving(1 / ratio) if ratio > 0.25 else 0.0
            ),
            THERE + "For a ratio of 1 you are right. Which of the two slopes "
            "is the ratio times the other?",
        ),
    ],
    also_right=[
        crossing_by_logarithm,
        crossing_by_newton,
        lambda ratio: np.array(np.float32(crossing_by_logarithm(ratio))),
    ],
    read="How much slope is left?",
    equation="eq-crossing",
    hints=[
        "Both sides of the condition are squares of positive numbers. Take "
        "roots first.",
        "Write everything with u = cosh(x/2). Which equation do you get?",
        "A quadratic equation has two solutions; a cosh is never below 1. "
        "And from u, how do you come back to x?",
    ],
)


# 06.5 A stack without a bend is one layer.


def draw_stacks(rng: Generator) -> list[tuple[Any, ...]]:
    def stack(*sizes: int) -> tuple[Any, ...]:
        Ws = [rng.normal(size=s) for s in zip(sizes[1:], sizes, strict=False)]
        return Ws, [rng.normal(size=(n, 1)) for n in sizes[1:]]

    return [
        stack(3, 4, 2),
        stack(2, 3),
        stack(3, 3, 3, 3),
        stack(1, 5, 2, 3, 1),
        stack(2, 2, 2),
    ]


def by_probing(Ws: Any, bs: Any) -> tuple[Any, Any]:
    """Push zero and the unit vectors through the stack: no formula."""

    def stack(X: Any) -> Any:
        for W, b in zip(Ws, bs, strict=True):
            X = W @ X + b
        return X

    n = Ws[0].shape[1]
    b = stack(np.zeros((n, 1)))
    return stack(np.eye(n)) - b, b


def product(Ws: Any) -> Any:
    W = Ws[0]
    for next_W in Ws[1:]:
        W = next_W @ W
    return W


def reading_order(Ws: Any, bs: Any) -> tuple[Any, Any]:
    W = Ws[0]
    for next_W in Ws[1:]:
        W = W @ next_W
    return W, by_probing(Ws, bs)[1]


def bias_by_own_weights(Ws: Any, bs: Any) -> tuple[Any, Any]:
    b = bs[0]
    for W, own in zip(Ws[1:], bs[1:], strict=True):
        b = b + W @ own
    return product(Ws), b


def biases_added(Ws: Any, bs: Any) -> tuple[Any, Any]:
    return product(Ws), sum(bs)


def eats_the_lists(Ws: Any, bs: Any) -> tuple[Any, Any]:
    W, b = Ws.pop(0), bs.pop(0)
    while Ws:
        W, b = Ws[0] @ W, Ws.pop(0) @ b + bs.pop(0)
    return W, b


def from_the_top(Ws: Any, bs: Any) -> tuple[Any, Any]:
    W, b = np.eye(Ws[-1].shape[0]), np.zeros_like(bs[-1])
    for own_W, own_b in zip(reversed(Ws), reversed(bs), strict=True):
        b = b + W @ own_b
        W = W @ own_W
    return W, b


collapsed = exercise(
    "06.5",
    "Collapse a stack",
    points=5,
    kind="implement",
    calls=["W, b = collapse(Ws, bs)"],
    draw=draw_stacks,
    reference=by_probing,
    facts=lambda args, got: {"L": len(args[0])},
    mistakes=[
        mistake(
            "reading-order",
            reading_order,
            "You multiply the weights in the order in which they stand in "
            "the list. Which layer's weights touch x first, and on which "
            "side of the product must they stand then?",
        ),
        mistake(
            "last-bias-only",
            lambda Ws, bs: (product(Ws), bs[-1].copy()),
            "W is right. Your b is the bias of the last layer alone. Push "
            "x = 0 through two layers by hand: what arrives?",
        ),
        mistake(
            "biases-added",
            biases_added,
            "You add up the biases as they stand, but they belong to layers "
            "of different widths. Through which weights does the bias of the "
            "first layer travel on its way up?",
        ),
        mistake(
            "own-weights",
            bias_by_own_weights,
            "You multiply each bias by the weights of its own layer. Does a "
            "layer add its bias before or after its weights have acted?",
        ),
        mistake(
            "last-bias-lost",
            lambda Ws, bs: (
                product(Ws),
                by_probing(Ws, [*bs[:-1], 0 * bs[-1]])[1],
            ),
            "W is right. Your b misses exactly one layer's bias. Which "
            "layer's bias meets no further weights?",
        ),
        mistake(
            "two-layers",
            lambda Ws, bs: by_probing(Ws[:2], bs[:2]),
            "Right for one and two layers. This stack has {L}. What does a "
            "third layer meet when the first two have become one?",
        ),
        mistake(
            "eats-the-lists",
            eats_the_lists,
            "The values are right, but after the call the caller's lists "
            "are empty. What does pop do to the list it is called on?",
        ),
    ],
    also_right=[
        from_the_top,
        lambda Ws, bs: tuple(
            part.astype(np.float32) for part in by_probing(Ws, bs)
        ),
    ],
    read="Straight inside, bent between",
    equation="eq-collapse",
    hints=[
        "Do two layers on paper first. Then ask what a third one meets.",
        "Keep a W and a b for what is collapsed so far. How does one more "
        "layer change each?",
    ],
)


# 06.6 Which activation, and which number supports it.

PUSH = -1 / (1 + np.exp(-6.0))
BEST_OF_TEN = 0.25**10


def chosen(**changed: Any) -> Callable[[], dict[str, Any]]:
    good = {
        "hidden": "relu",
        "hidden_number": BEST_OF_TEN,
        "hidden_rate": 0.5,
        "tumor": "sigmoid",
        "tumor_number": PUSH,
        "temperature": "identity",
        "temperature_number": 0.0,
        "digit": "softmax",
        "digit_number": 1.0,
    }
    return lambda: good | changed


choosing = exercise(
    "06.6",
    "Four layers, four choices",
    points=10,
    kind="choose",
    slug="choice",
    rtol=0.01,  # a mistake is known by its printed digits too
    calls=["choice_06_6()"],
    reference=lambda: {
        "hidden": either("relu", "leaky_relu", "elu", "tanh"),
        "hidden_number": band(0.98 * BEST_OF_TEN, 1.02 * BEST_OF_TEN),
        "hidden_rate": band(0.49, 0.51),
        "tumor": choice(
            "sigmoid",
            *("identity", "tanh", "relu", "leaky_relu", "elu", "softmax"),
        ),
        "tumor_number": band(1.02 * PUSH, 0.98 * PUSH),
        "temperature": choice(
            "identity",
            *("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softmax"),
        ),
        "temperature_number": band(-1e-6, 1e-6),
        "digit": choice(
            "softmax",
            *("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu"),
        ),
        "digit_number": band(0.98, 1.02),
    },
    mistakes=[
        mistake(
            "sigmoid-inside",
            chosen(hidden="sigmoid"),
            "Ten sigmoids multiply to at most a millionth, whatever the "
            "units see. How would the first layer hear of an error?",
        ),
        mistake(
            "straight-inside",
            chosen(hidden="identity"),
            "Ten layers with no bend between them are one layer. What could "
            "they draw around the inner ring?",
        ),
        mistake(
            "slope-at-best-one",
            chosen(hidden_number=1.0),
            "1 is the best that tanh or ReLU can do. The number asked for "
            "is the sigmoid's. How steep is the sigmoid where it is "
            "steepest?",
        ),
        mistake(
            "one-layer",
            chosen(hidden_number=0.25),
            "A quarter is the steepest slope of one sigmoid. Through how "
            "many layers does the gradient pass?",
        ),
        mistake(
            "some-already-die",
            chosen(hidden_rate=0.7),
            "At rate 0.7 two of the 32 units are dead already. Which is the "
            "largest rate on the map with a count of 0?",
        ),
        mistake(
            "rate-too-small",
            chosen(hidden_rate=0.3),
            "At rate 0.3 no unit dies, but the map has a larger such rate. "
            "What does it count one step to the right?",
        ),
        mistake(
            "quarter-times-ten",
            chosen(hidden_number=2.5),
            "You added ten quarters. What does the chain rule do with the "
            "slopes along one path?",
        ),
        mistake(
            "relu-as-probability",
            chosen(tumor="relu"),
            "A ReLU may answer 0 or 7. What must a probability satisfy, and "
            "what is the logarithm of 0?",
        ),
        mistake(
            "tanh-as-probability",
            chosen(tumor="tanh"),
            "Tanh answers between -1 and 1. What is the logarithm of a "
            "negative number in the cost?",
        ),
        mistake(
            "push-of-squared-error",
            chosen(tumor_number=PUSH * -PUSH * (1 + PUSH)),
            "That is the push with the squared error, about -0.0025: the "
            "slope of the sigmoid is still in it. With which factor does it "
            "cancel in cross-entropy?",
        ),
        mistake(
            "push-upside-down",
            chosen(tumor_number=-PUSH),
            "The size is right and the sign is not. Is the push a minus y "
            "or y minus a, when z must rise to lower the cost?",
        ),
        mistake(
            "no-frost",
            chosen(temperature="relu"),
            "Your output can never fall below 0 degrees. What does it say "
            "on a winter night?",
        ),
        mistake(
            "one-degree",
            chosen(temperature="tanh"),
            "Your output lies between -1 and 1 degree. What does it say in "
            "summer?",
        ),
        mistake(
            "ten-sigmoids",
            chosen(digit="sigmoid"),
            "A sigmoid looks at one sum alone, and ten of them need not add "
            "up to 1. A picture shows exactly one digit: what should ten "
            "probabilities add up to?",
        ),
        mistake(
            "sum-of-ten-sigmoids",
            chosen(digit_number=10 / (1 + np.exp(-1.0))),
            "Ten sigmoids answer 0.73 each for a sum of 1, together 7.3. "
            "Which curve makes ten answers share one whole?",
        ),
        mistake(
            "sums-for-shares",
            chosen(digit_number=10.0),
            "10 is what goes in: ten sums of 1. What comes out, when each "
            "power is divided by the sum of all powers?",
        ),
        mistake(
            "one-share",
            chosen(digit_number=0.1),
            "0.1 is the share of one digit. How many digits are there, and "
            "what do their shares add up to?",
        ),
        mistake(
            "softmax-of-one",
            chosen(tumor="softmax"),
            "One output unit shares with nobody: softmax of a single sum is "
            "1 whatever the sum is. Which curve says yes or no with one "
            "unit?",
        ),
    ],
    also_right=[
        chosen(hidden="leaky_relu", hidden_number=9.54e-7),
        chosen(hidden="elu", tumor_number=-0.9975, digit_number=1),
        chosen(hidden="tanh", temperature_number=np.float32(0)),
    ],
    read="The last layer is different",
    equation="eq-sigmoid-pair",
    hints=[
        "For an output ask two things: which numbers may it give, and which "
        "cost reads them?",
        "The pushes of the three pairs have one and the same form. Put in "
        "the numbers.",
    ],
)


# 06.7 The slope taken of the wrong variable.


def broken_slope(dA: Any, A: Any) -> Any:
    s = 1 / (1 + np.exp(-A))
    return dA * s * (1 - s)


def half_mended(dA: Any, A: Any) -> Any:
    return dA * (1 / (1 + np.exp(-A))) * (1 - A)


def draw_activations(rng: Generator) -> list[tuple[Any, ...]]:
    Zs = [rng.normal(scale=2.0, size=s) for s in ((3, 5), (4, 1), (1, 6))]
    Zs[2][0, :2] = 45.0, -45.0
    return [(both_signs(rng, *Z.shape), sigmoid(Z)) for Z in Zs]


def implied_slopes(args: Any, got: Any) -> dict[str, float]:
    dA, A = args
    slope = np.asarray(got) / dA
    low, high = float(slope.min()), float(slope.max())
    at = int(np.argmax(A))
    return {
        "low": low,
        "high": high,
        "a": float(A.flat[at]),
        "slope": float(np.broadcast_to(slope, A.shape).flat[at]),
    }


mending = exercise(
    "06.7",
    "A colleague's slope",
    points=5,
    kind="debug",
    slug="mended",
    calls=["dZ = mended_06_7(dA, A)"],
    draw=draw_activations,
    reference=lambda dA, A: dA * (0.25 - (A - 0.5) ** 2),
    broken=broken_slope,
    facts=implied_slopes,
    mistakes=[
        mistake(
            "half-mended",
            half_mended,
            "One of the two factors is mended: at A = {a:.2f} your slope is "
            "{slope:.3f}. Which factor is still taken of the sigmoid of A?",
        ),
        mistake(
            "one-factor",
            lambda dA, A: dA * A,
            "Your slope grows with A, up to {high:.2f}, and never comes down "
            "again. How steep is the sigmoid where it answers almost 1?",
        ),
        mistake(
            "other-factor",
            lambda dA, A: dA * (1 - A),
            "Your slope is {high:.2f} where A is smallest. How steep is the "
            "sigmoid where it answers almost 0?",
        ),
        mistake(
            "slope-of-tanh",
            lambda dA, A: dA * (1 - A**2),
            "Your slope reaches {high:.2f}, and a sigmoid is never steeper "
            "than a quarter. Whose slope did you write?",
        ),
        mistake(
            "sigmoid-for-slope",
            lambda dA, A: dA / (1 + np.exp(-A)),
            "Your slope lies between {low:.2f} and {high:.2f} whatever A is, "
            "and a sigmoid is never steeper than a quarter. What stands in "
            "A already, so that no exponential is needed?",
        ),
        mistake(
            "slope-alone",
            lambda dA, A: A * (1 - A),
            "You return the slopes themselves. What happened to the gradient "
            "that arrives from above?",
        ),
        mistake(
            "downhill",
            lambda dA, A: dA * A * (A - 1),
            "Your slope is negative, down to {low:.2f}, and the sigmoid only "
            "rises. Which difference did you turn round?",
        ),
    ],
    also_right=[
        lambda dA, A: dA * (A - A * A),
        lambda dA, A: (dA * A).astype(np.float32) * (1 - A).astype(np.float32),
    ],
    read="Two curves from one family",
    equation="eq-sigmoid-slope",
    hints=[
        "Print A and s for one entry. Which of them is the sigmoid of z?",
    ],
)


# 06.8 Slopes that look sideways.


def softmax(Z: Any) -> Any:
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


def draw_shares(rng: Generator) -> list[tuple[Any, ...]]:
    shapes = (3, 5), (4, 1), (2, 6), (5, 5)
    drawn = [
        (both_signs(rng, *s), softmax(rng.normal(scale=1.5, size=s)))
        for s in shapes
    ]
    sure = softmax(np.array([[50.0, 0.0], [0.0, 900.0], [-50.0, 900.0]]))
    return [*drawn, (both_signs(rng, 3, 2), sure)]


def by_the_table(dA: Any, A: Any) -> Any:
    """Multiply by the whole table of slopes of each example."""
    columns = [
        (np.diag(a) - np.outer(a, a)).T @ d
        for a, d in zip(A.T, dA.T, strict=True)
    ]
    return np.stack(columns, axis=1)


def column_sums(args: Any, got: Any) -> dict[str, float]:
    sums = np.asarray(got, float).sum(axis=0)
    return {"sum": float(sums[np.argmax(abs(sums))])}


def draw_winners(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (
            both_signs(rng, n, m),
            (rng.integers(0, pieces, (n, 1, m)), pieces),
        )
        for n, pieces, m in ((2, 3, 5), (3, 2, 1), (1, 4, 6), (4, 5, 3))
    ]


def row_by_row(dA: Any, cache: Any) -> Any:
    winner, pieces = cache
    n, m = dA.shape
    dZ = np.zeros((n * pieces, m))
    for i in range(n):
        for j in range(m):
            dZ[i * pieces + winner[i, 0, j], j] = dA[i, j]
    return dZ


def by_put(dA: Any, cache: Any) -> Any:
    winner, pieces = cache
    dZ = np.zeros((dA.shape[0], pieces, dA.shape[1]))
    np.put_along_axis(dZ, winner, dA[:, None], axis=1)
    return dZ.reshape(-1, dA.shape[1])


def piece_major(dA: Any, cache: Any) -> Any:
    winner, pieces = cache
    won = winner[:, 0] == np.arange(pieces)[:, None, None]
    return (won * dA).reshape(-1, dA.shape[1])


def always_first(dA: Any, cache: Any) -> Any:
    return row_by_row(dA, (0 * cache[0], cache[1]))


def first_unit_only(dA: Any, cache: Any) -> Any:
    winner, pieces = cache
    n, m = dA.shape
    dZ = np.zeros((n * pieces, m))
    for i in range(n):
        for j in range(m):
            dZ[winner[i, 0, j], j] = dA[i, j]
    return dZ


def losers(dA: Any, cache: Any) -> Any:
    return np.repeat(dA, cache[1], axis=0) - row_by_row(dA, cache)


def rows_reached(args: Any, got: Any) -> dict[str, Any]:
    got = np.asarray(got, float)
    total = float(np.abs(got[:, 0]).sum())
    arrived = float(np.abs(args[0][:, 0]).sum())
    return {"total": total, "arrived": arrived, "pieces": args[1][1]}


sideways = exercise(
    "06.8",
    "Softmax or maxout, back again",
    points=10,
    kind="implement",
    slug="sideways",
    choose_one=True,
    calls=[
        "dZ = softmax_backward(dA, cache)",
        "dZ = maxout_backward(dA, cache)",
    ],
    inside={
        "softmax_backward": {"cache": ("A",)},
        "maxout_backward": {"cache": ("winner", "pieces")},
    },
    draw={"softmax_backward": draw_shares, "maxout_backward": draw_winners},
    reference={
        "softmax_backward": by_the_table,
        "maxout_backward": row_by_row,
    },
    facts={
        "softmax_backward": column_sums,
        "maxout_backward": rows_reached,
    },
    mistakes={
        "softmax_backward": [
            mistake(
                "own-path-only",
                lambda dA, A: dA * A * (1 - A),
                "A column of your dZ adds up to {sum:.3f}. Raising all the "
                "sums of an example together changes no share, so it should "
                "be 0. When one sum rises, do the other shares stay?",
            ),
            mistake(
                "mixes-examples",
                lambda dA, A: A * (dA - (A * dA).sum(axis=1, keepdims=True)),
                "A column of your dZ adds up to {sum:.3f} and should add up "
                "to 0. You sum along a row, which runs over the examples. "
                "Does the share of one example depend on another example?",
            ),
            mistake(
                "one-sum-for-all",
                lambda dA, A: A * (dA - (A * dA).sum()),
                "Right for a single example, wrong for several. Your sum "
                "runs over the whole table. How many such sums should there "
                "be for m examples?",
            ),
            mistake(
                "plain-mean",
                lambda dA, A: A * (dA - dA.mean(axis=0)),
                "A column of your dZ adds up to {sum:.3f} and should add up "
                "to 0. You subtract the plain mean of dA. By what are the "
                "paths through the shares weighted?",
            ),
            mistake(
                "outer-factor-lost",
                lambda dA, A: dA - (A * dA).sum(axis=0),
                "The inner sum is right. A share of almost 0 can hardly "
                "move, yet your dZ there is as large as elsewhere. Which "
                "factor did every term of the derivation have in common?",
            ),
            mistake(
                "shortcut",
                lambda dA, A: A - dA,
                "That is the shortcut for softmax and cross-entropy "
                "together, with the labels in place of dA. Is what arrives "
                "here a label or a gradient?",
            ),
        ],
        "maxout_backward": [
            mistake(
                "shared-evenly",
                lambda dA, cache: np.repeat(dA / cache[1], cache[1], axis=0),
                "Every one of the {pieces} sums receives the same. Would a "
                "small change of a sum that lost change the answer of the "
                "unit?",
            ),
            mistake(
                "everyone-gets-all",
                lambda dA, cache: np.repeat(dA, cache[1], axis=0),
                "In the first example gradients of size {arrived:.2f} "
                "arrived and {total:.2f} left. Which of the sums "
                "of a unit decided its answer?",
            ),
            mistake(
                "piece-major",
                piece_major,
                "The right numbers stand in the wrong rows. In what order do "
                "the rows of Z stand: all the sums of one unit together, or "
                "all the first sums together?",
            ),
            mistake(
                "always-the-first",
                always_first,
                "Each gradient goes to the first sum of its unit. What does "
                "winner tell you about example 2?",
            ),
            mistake(
                "all-in-the-first-unit",
                first_unit_only,
                "With one unit you are right. With several, everything lands "
                "in the rows of the first unit. Which row of dZ is the first "
                "of unit i?",
            ),
            mistake(
                "to-the-losers",
                losers,
                "The winners receive nothing, the others everything. Which "
                "sum does the answer of the unit follow?",
            ),
        ],
    },
    also_right={
        "softmax_backward": [
            lambda dA, A: A * dA - A * np.einsum("ij,ij->j", A, dA),
            lambda dA, A: by_the_table(dA, A).astype(np.float32),
        ],
        "maxout_backward": [
            by_put,
            lambda dA, cache: (
                dA[:, None]
                * np.eye(cache[1])[cache[0][:, 0]].transpose(0, 2, 1)
            ).reshape(-1, dA.shape[1]),
        ],
    },
    read="Slopes that look sideways",
    equation="eq-softmax-backward",
    hints=[
        "Softmax: by how many paths does one sum of an example reach the "
        "cost? Maxout: which of a unit's sums reaches it at all?",
        "Softmax: the derivation ends with one sum per example; along which "
        "axis does it run? Maxout: start from zeros; how many entries of a "
        "column change?",
        "Softmax: which shape must that sum keep to meet every entry of its "
        "column? Maxout: for unit i and winner p, which row of dZ is meant "
        "when the sums of one unit stand together?",
    ],
)
