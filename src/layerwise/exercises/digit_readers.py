"""What the numbers of a trained reader of digits give away.

The judge of chapter 9's capstone sees what was returned, never how it was
made. Much of the making shows all the same: twins in the first layer, a
layer that is silent, costs that fit the pictures only after some change,
wrong answers that all name a later class. Each such sign has a name, and a
named mistake of the exercise says what a tutor would say to it.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from layerwise import datasets
from layerwise.exercises.comparing import described

Array = np.ndarray[Any, Any]
GUESS = float(np.log(10))
ASKED = 0.95


def relu(Z: Any) -> Any:
    return np.maximum(Z, 0)


def softmax(Z: Any) -> Any:
    return np.exp(Z - np.logaddexp.reduce(Z, axis=0))


def depth(params: Any) -> int:
    """Count the layers: W1, W2, ... without a gap."""
    top = 0
    while f"W{top + 1}" in params:
        top += 1
    return top


def forward(
    X: Any, params: Any, bend: Callable[[Any], Any] = relu
) -> list[Array]:
    """Return the sums of all layers; the last one's go to softmax."""
    sums: list[Array] = []
    for l in range(1, depth(params) + 1):
        A = bend(sums[-1]) if sums else X
        sums.append(params[f"W{l}"] @ A + params[f"b{l}"])
    return sums


def cross_entropy(Z: Any, Y: Any) -> float:
    """Return the mean cost of scores, by the logarithm of their sum."""
    told = (Z * Y).sum(axis=0)
    return float((np.logaddexp.reduce(Z, axis=0) - told).mean())


def read_right(Z: Any, classes: Any) -> float:
    return float(np.mean(Z.argmax(axis=0) == classes))


# The digits that were not given.


def held_back(X: Any, Y: Any) -> tuple[Array, Array, Array]:
    """Return the digits that are no columns of X, and how they are named.

    First by the classes of Y, then by their usual names.
    """
    pixels, digit = datasets.digits()
    at = {c.tobytes(): j for j, c in enumerate(np.array(pixels.T, order="C"))}
    given = [at.get(c.tobytes(), -1) for c in np.array(X.T, order="C")]
    new = np.setdiff1d(np.arange(len(digit)), given)
    classes = np.zeros(10, int)
    classes[digit[given]] = Y.argmax(axis=0)
    return pixels[:, new], classes[digit[new]], digit[new]


# What can be no answer at all.


def fault_in(made: Any) -> tuple[str, str]:
    """Say what makes this no answer that can be scored, and its name."""
    if not isinstance(made, dict) or not {"params", "costs"} <= {*made}:
        return "is no dictionary with 'params' and 'costs'", "other-names"
    params = made["params"]
    if not isinstance(params, dict) or not all(
        isinstance(params.get(name), np.ndarray) for name in ("W1", "b1")
    ):
        return "has no arrays W1 and b1 in its 'params'", "unlike-start"
    shapes = [np.shape(params[f"W{l + 1}"]) for l in range(depth(params))]
    if shapes == [(10, 64)]:
        return "has one layer", "one-layer"
    words, name = fault_in_layers(params, len(shapes))
    turned = [shape[::-1] for shape in shapes]
    ends = [64, *[n for shape in turned for n in shape[:1]]]
    if name and turned == list(zip(ends[1:], ends, strict=False)):
        return f"has a 'W1' of shape {shapes[0]}", "on-their-side"
    return words, name


def fault_in_layers(params: Any, top: int) -> tuple[str, str]:
    """Walk along the layers; say where they do not fit together."""
    n_prev = 64
    for l in range(1, max(2, top) + 1):
        W, b = params.get(f"W{l}"), params.get(f"b{l}")
        for name, value in ((f"W{l}", W), (f"b{l}", b)):
            if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
                words = f"has no array of real numbers '{name}'"
                return words, "unlike-start"
            if not np.isfinite(value).all():
                words = f"has a '{name}' with numbers that are not finite"
                return words, "not-finite"
        if W.ndim != 2 or W.shape[1] != n_prev:
            words = f"has a 'W{l}' of shape {W.shape}, not (n, {n_prev})"
            return words, "unlike-start"
        if b.shape != (len(W), 1):
            words = f"has a 'b{l}' of shape {b.shape}, not ({len(W)}, 1)"
            return words, "unlike-start"
        n_prev = len(W)
    if n_prev != 10:
        return f"ends with {n_prev} units, not with 10", "unlike-start"
    return "", ""


def numbers(costs: Any) -> list[float]:
    """Return the costs as plain numbers, or none if they are no list."""
    costs = costs.tolist() if isinstance(costs, np.ndarray) else costs
    if not isinstance(costs, list | tuple) or len(costs) < 2:
        return []
    if any(np.shape(c) or not np.isrealobj(c) for c in costs):
        return []
    try:
        return [float(c) for c in costs]
    except (TypeError, ValueError):
        return []


# What else would explain the costs.

CHANGES: dict[str, Callable[[Any], Any]] = {
    "with each pixel standardized": lambda X: (
        (X - X.mean(axis=1, keepdims=True))
        / (X.std(axis=1, keepdims=True) + 1e-8)
    ),
    "with all pixels standardized": lambda X: (X - X.mean()) / X.std(),
    "with the mean of each pixel taken away": lambda X: (
        X - X.mean(axis=1, keepdims=True)
    ),
    "multiplied by 16": lambda X: 16 * X,
    "multiplied by 255": lambda X: 255 * X,
    "divided by 16": lambda X: X / 16,
    "divided by 255": lambda X: X / 255,
}
BENDS: dict[str, Callable[[Any], Any]] = {
    "tanh": np.tanh,
    "the sigmoid": lambda Z: 0.5 + 0.5 * np.tanh(Z / 2),
    "a ReLU that leaks": lambda Z: np.where(Z > 0, Z, 0.01 * Z),
    "nothing at all": lambda Z: Z,
}
ON_TOP: dict[str, Callable[[Any, Any], float]] = {
    "the sum over all digits": lambda Z, Y: Y.shape[1] * cross_entropy(Z, Y),
    "the cost of scores that passed through ReLU": lambda Z, Y: cross_entropy(
        relu(Z), Y
    ),
    "the cost of shares that passed through softmax again": lambda Z, Y: (
        cross_entropy(softmax(Z), Y)
    ),
    "the squared error of the shares": lambda Z, Y: float(
        ((softmax(Z) - Y) ** 2).sum(axis=0).mean()
    ),
    "half the squared error of the shares": lambda Z, Y: float(
        ((softmax(Z) - Y) ** 2).sum(axis=0).mean() / 2
    ),
    "the mean square of all errors": lambda Z, Y: float(
        ((softmax(Z) - Y) ** 2).mean()
    ),
    "the cost of ten separate sigmoids": lambda Z, Y: float(
        (np.logaddexp(0, Z) - Z * Y).sum(axis=0).mean()
    ),
}


def explained(params: Any, X: Any, Y: Any, last: float) -> tuple[str, str]:
    """Return what makes the last cost right, and the mistake's name."""

    def fits(cost: float) -> bool:
        return abs(cost - last) <= 1e-3 * last

    for words, change in CHANGES.items():
        if fits(cross_entropy(forward(change(X), params)[-1], Y)):
            return words, "inputs-changed"
    for words, bend in BENDS.items():
        if fits(cross_entropy(forward(X, params, bend)[-1], Y)):
            return words, "bends-otherwise"
    Z = forward(X, params)[-1]
    for words, on_top in ON_TOP.items():
        if fits(on_top(Z, Y)):
            return words, "another-cost"
    return "", ""


# The whole look.


def look(made: Any, X: Any, Y: Any) -> dict[str, Any]:
    """Return all that a message may quote, the score and the mistake."""
    words, name = fault_in(made)
    entries = [str(key)[:20] for key in made] if isinstance(made, dict) else []
    seen: dict[str, Any] = {
        "fault": words,
        "mistake": name,
        "score": 0.0,
        "returns": described(made)
        + (f" with the entries {', '.join(entries[:6])}" if entries else ""),
        "m": X.shape[1],
    }
    if name:
        return seen
    params, costs = made["params"], numbers(made["costs"])
    new, classes, usual = held_back(X, Y)
    with np.errstate(all="ignore"):
        sums, fresh = forward(X, params), forward(new, params)[-1]
        right = read_right(fresh, classes)
        true = cross_entropy(sums[-1], Y)
    ended = bool(costs) and abs(costs[-1] - true) <= 0.5 * true + 0.02
    fell = bool(costs) and max(costs[0], 1.0) >= 10 * costs[-1] >= 0
    share = min(1.0, max(0.0, (right - 0.5) / (ASKED - 0.5)))
    seen |= {
        "score": (25 * share + 5 * (ended and fell)) / 30,
        "reads": f"{100 * right:.1f}",
        "own": f"{100 * read_right(sums[-1], Y.argmax(axis=0)):.1f}",
        "usual": f"{100 * read_right(fresh, usual):.1f}",
        "true": f"{true:.3g}",
        "first": f"{costs[0]:.3g}" if costs else "",
        "last": f"{costs[-1]:.3g}" if costs else "",
        "epochs": len(costs),
        "narrow": min(len(Z) for Z in sums[:-1]),
    }
    if right < ASKED and read_right(fresh, usual) >= ASKED:
        return seen | {"mistake": "other-labels"}
    if not costs:
        return seen | {"mistake": "costs-no-list"}
    if right >= ASKED and ended and fell:
        return seen
    return seen | sign_in(params, sums, X, Y, costs, right, ended)


def sign_in(
    params: Any,
    sums: Any,
    X: Any,
    Y: Any,
    costs: list[float],
    right: float,
    ended: bool,
) -> dict[str, Any]:
    """Name what is seen in parameters that are sound and not good enough."""
    what, name = ("", "") if ended else explained(params, X, Y, costs[-1])
    if name:
        return {"mistake": name, "what": what}
    if right >= ASKED:
        return {"mistake": "costs-stay" if ended else "costs-disagree"}
    W1 = params["W1"]
    if len(W1) > 1 and np.allclose(W1, W1[:1]):
        return {"mistake": "twins"}
    silent = [l for l, Z in enumerate(sums[:-1], 1) if (Z <= 0).all()]
    if silent:
        return {"mistake": "silent-layer", "silent": silent[0]}
    told, classes = sums[-1].argmax(axis=0), Y.argmax(axis=0)
    wrong = told != classes
    later = float(np.mean(told[wrong] > classes[wrong])) if wrong.any() else 0
    never = [str(k) for k in range(10) if not (told == k).any()]
    if never and later < 0.1:
        return {"mistake": "last-columns", "never": ", ".join(never)}
    if wrong.sum() >= 20 and later > 0.85:
        return {"mistake": "in-order", "later": f"{100 * later:.0f}"}
    if not ended:
        return {"mistake": "a-part"}
    if costs[-1] > 0.8 * GUESS:
        return {"mistake": "hardly-moved"}
    if min(len(Z) for Z in sums[:-1]) < 8:
        return {"mistake": "too-narrow"}
    return {"mistake": "not-there-yet"}


def reading(X: Any, Y: Any) -> Callable[[Any], tuple[float, str, str]]:
    """Return a judge of what was trained on X and Y."""

    def judge(made: Any) -> tuple[float, str, str]:
        seen = look(made, X, Y)
        words = seen["fault"]
        if not words:
            words = f"reads {seen['reads']} of 100 digits it has not seen"
        return seen["score"], words, seen["mistake"]

    return judge
