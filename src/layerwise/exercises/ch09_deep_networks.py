"""Chapter 9. What is asked about deep networks, and how it is judged."""

from collections.abc import Callable, Mapping
from functools import wraps
from itertools import pairwise
from typing import Any

import numpy as np

from layerwise import datasets, metrics
from layerwise.exercises.digit_readers import (
    cross_entropy,
    forward,
    look,
    reading,
    softmax,
)
from layerwise.exercises.spec import choice, exercise, mistake, scored

Generator = np.random.Generator

BENDS: dict[str, Callable[[Any], Any]] = {
    "relu": lambda Z: np.maximum(Z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda Z: 0.5 + 0.5 * np.tanh(Z / 2),
    "none": np.copy,
}


def shares_of(Z: Any, axis: int = 0) -> Any:
    """Softmax, by the logarithm of the sum."""
    return np.exp(Z - np.logaddexp.reduce(Z, axis=axis, keepdims=True))


def drawn_params(rng: Generator, sizes: Any) -> dict[str, Any]:
    params = {}
    for l, (n_prev, n) in enumerate(pairwise(sizes), start=1):
        params[f"W{l}"] = rng.normal(size=(n, n_prev))
        params[f"b{l}"] = rng.normal(size=(n, 1))
    return params


# 09.1 The forward block.


def draw_blocks(rng: Generator) -> list[tuple[Any, ...]]:
    """Every bend at two sizes, square and not, a single example too."""
    acts = "none", "relu", "tanh", "sigmoid"
    sizes = (3, 4, 5), (2, 3, 1), (3, 3, 3), (1, 2, 4)
    wider = (4, 2, 6), (2, 2, 4), (3, 1, 5), (5, 4, 1)
    return [
        (
            rng.normal(size=(n_prev, m)),
            1.5 * rng.normal(size=(n, n_prev)),
            rng.normal(size=(n, 1)),
            act,
        )
        for group in (sizes, wider)
        for act, (n_prev, n, m) in zip(acts, group, strict=True)
    ]


def block_with(
    *,
    sums: Callable[..., Any] = lambda A, W, b: W @ A + b,
    bends: Mapping[str, Callable[[Any], Any]] = BENDS,
    keep: Callable[..., Any] = lambda A_prev, W, b, Z, A: (A_prev, W, Z),
) -> Callable[..., Any]:
    """Return the block with one slip."""

    def block(A_prev: Any, W: Any, b: Any, act: str) -> Any:
        Z = sums(A_prev, W, b)
        A = bends[act](Z)
        return A, keep(A_prev, W, b, Z, A)

    return block


def bends_in_place(A_prev: Any, W: Any, b: Any, act: str) -> Any:
    """Write ReLU's answers into the sums that were to be kept."""
    A, (_, _, Z) = block_with()(A_prev, W, b, act)
    return A, (A_prev, W, A if act == "relu" else Z)


def wrong_bend(act: str, bend: Callable[[Any], Any]) -> Callable[..., Any]:
    return block_with(bends={**BENDS, act: bend})


def first_sums(args: Any, got: Any) -> dict[str, Any]:
    A_prev, W, b, act = args
    Z = W @ A_prev + b
    return {
        "act": act,
        "z": float(Z.flat[0]),
        "a": float(np.asarray(got[0], float).flat[0]),
        "lowest": float(np.min(got[0])),
        "highest": float(np.max(got[0])),
    }


forward_block = exercise(
    "09.1",
    "The forward block",
    points=5,
    kind="implement",
    slug="forward-block",
    calls=["A, cache = forward_block(A_prev, W, b, act)"],
    draw=draw_blocks,
    reference=block_with(),
    follows={"cache": ("A",)},
    checks={"form": 0.1, "arguments": 0.1, "A": 0.4, "cache": 0.4},
    facts=first_sums,
    mistakes=[
        mistake(
            "keeps-the-answer",
            block_with(keep=lambda A_prev, W, b, Z, A: (A, W, Z)),
            "A is right. The first thing in your cache is what the block "
            "gives, not what it took. Which array stands on the right in the "
            "gradient of W?",
        ),
        mistake(
            "keeps-the-bias",
            block_with(keep=lambda A_prev, W, b, Z, A: (Z, W, b)),
            "A is right. You keep the sums, the weights and the bias. Which "
            "of the four lines of the way back reads b, and which array do "
            "they read that is missing here?",
        ),
        mistake(
            "bias-for-the-sums",
            block_with(keep=lambda A_prev, W, b, Z, A: (A_prev, W, b)),
            "A is right. The last thing in your cache is the bias. What does "
            "the slope of the bend depend on?",
        ),
        mistake(
            "bent-sums",
            block_with(keep=lambda A_prev, W, b, Z, A: (A_prev, W, A)),
            "A is right. The last thing in your cache is A, where the sums "
            "before the bend were promised. At which point of its program "
            "does the way back ask for Z?",
        ),
        mistake(
            "bent-in-place",
            bends_in_place,
            "A is right. For relu the sums in your cache are bent already, "
            "for the other names they are not. Did relu make a new array, or "
            "write into Z?",
        ),
        mistake(
            "other-order",
            block_with(keep=lambda A_prev, W, b, Z, A: (Z, W, A_prev)),
            "A is right, and the cache holds the right three arrays in "
            "another order than was promised. Who will read it, and in which "
            "order?",
        ),
        mistake(
            "no-cache",
            block_with(keep=lambda A_prev, W, b, Z, A: ()),
            "A is right and the cache is empty. What will the way back "
            "multiply with?",
        ),
        mistake(
            "bias-forgotten",
            block_with(sums=lambda A, W, b: W @ A),
            "The first unit adds up {z:.3f}, its bias included, and your A "
            "starts with {a:.3f}. Which of the three arrays have you not "
            "used?",
        ),
        mistake(
            "bias-subtracted",
            block_with(sums=lambda A, W, b: W @ A - b),
            "The first unit should add up {z:.3f}. Yours would be right if "
            "all biases had the opposite sign. Is the bias added or taken "
            "away?",
        ),
        mistake(
            "never-bends",
            block_with(bends=dict.fromkeys(BENDS, np.copy)),
            "Right for the name none. For {act} you return the sums "
            "themselves, from {lowest:.2f} to {highest:.2f}. What should "
            "happen between the sum and the answer?",
        ),
        mistake(
            "always-relu",
            block_with(bends=dict.fromkeys(BENDS, BENDS["relu"])),
            "Right for relu. For {act} you bend with ReLU as well. Where "
            "does your function read the name?",
        ),
        mistake(
            "always-sigmoid",
            block_with(bends=dict.fromkeys(BENDS, BENDS["sigmoid"])),
            "Right for sigmoid. For {act} you give numbers between 0 and 1 "
            "as well. Where does your function read the name?",
        ),
        mistake(
            "none-still-bends",
            wrong_bend("none", BENDS["relu"]),
            "Right for the three bends. For the name none your smallest "
            "answer is {lowest:.2f}. May an output without a bend be "
            "negative?",
        ),
        mistake(
            "none-doubles",
            wrong_bend("none", lambda Z: 2 * Z),
            "Right for the three bends. For the name none your answers are "
            "twice the sums. What should happen to them?",
        ),
        mistake(
            "sigmoid-mirrored",
            wrong_bend("sigmoid", lambda Z: BENDS["sigmoid"](-Z)),
            "Your sigmoid falls: at z = {z:.2f} it gives {a:.3f}. What is "
            "the sigmoid of a large positive number?",
        ),
        mistake(
            "sigmoid-as-relu",
            wrong_bend("sigmoid", np.copy),
            "Right for the other names. For sigmoid your answers run from "
            "{lowest:.2f} to {highest:.2f}. Between which two numbers should "
            "they stay?",
        ),
        mistake(
            "sigmoid-and-tanh",
            block_with(
                bends={
                    **BENDS,
                    "tanh": BENDS["sigmoid"],
                    "sigmoid": np.tanh,
                }
            ),
            "Two S-shaped curves, and you have them the wrong way round. "
            "Which one passes through zero at z = 0?",
        ),
        mistake(
            "tanh-not-bent",
            wrong_bend("tanh", np.copy),
            "Right for the other names. For tanh your answers run from "
            "{lowest:.2f} to {highest:.2f}. Between which two numbers should "
            "they stay?",
        ),
        mistake(
            "relu-not-bent",
            wrong_bend("relu", np.copy),
            "Right for the other names. For relu your smallest answer is "
            "{lowest:.2f}. Which answers can ReLU not give?",
        ),
        mistake(
            "relu-keeps-the-rest",
            wrong_bend("relu", lambda Z: np.minimum(Z, 0)),
            "For relu your largest answer is {highest:.2f}. Which side of "
            "zero does ReLU keep?",
        ),
        mistake(
            "relu-absolute",
            wrong_bend("relu", np.abs),
            "For relu a negative sum comes out with its sign turned. What "
            "does ReLU answer there?",
        ),
    ],
    also_right=[
        lambda A_prev, W, b, act: (
            BENDS[act](np.einsum("ij,jk->ik", W, A_prev) + b),
            [A_prev, W, np.einsum("ij,jk->ik", W, A_prev) + b],
        ),
        lambda *args: tuple(block_with()(*args)),
    ],
    read="The forward block",
    equation="eq-forward-block",
    hints=[
        "First the sums, for all four names alike. Then one bend out of four.",
        "The cache is for the four lines of the way back. Which arrays on "
        "their right-hand sides come from the way forward?",
    ],
)


# 09.2 Forward through any number of layers.


def forward_with(
    *,
    hidden: Callable[[Any], Any] = BENDS["relu"],
    last: Callable[[Any], Any] = shares_of,
    keep: Callable[..., Any] = lambda A_prev, W, b, Z, A: (A_prev, W, Z),
    sums: Callable[..., Any] = lambda A, W, b: W @ A + b,
    order: Callable[[Any], Any] = list,
    layers: Callable[[int], Any] = lambda L: range(1, L + 1),
) -> Callable[..., Any]:
    """Return the way forward with one slip."""

    def forward(X: Any, params: Any) -> Any:
        top, A, Z, caches = len(params) // 2, X, X, []
        for l in layers(top):
            A_prev, W, b = A, params[f"W{l}"], params[f"b{l}"]
            Z = sums(A_prev, W, b)
            A = hidden(Z)
            caches.append(keep(A_prev, W, b, Z, A))
        return last(Z), order(caches)

    return forward


def draw_forward(rng: Generator) -> list[tuple[Any, ...]]:
    """One to four layers; scores of both signs; one example among them."""
    return [
        (rng.normal(size=(sizes[0], m)), drawn_params(rng, sizes))
        for sizes, m in (
            ((4, 5, 4, 3), 6),
            ((3, 2), 5),
            ((2, 4, 3), 1),
            ((3, 5, 2, 4, 2), 4),
            ((3, 3, 3, 3), 3),
        )
    ]


def of_the_outputs(args: Any, got: Any) -> dict[str, Any]:
    A_L, caches = got
    A_L = np.asarray(A_L, float)
    return {
        "L": len(args[1]) // 2,
        "kept": len(caches),
        "column": float(A_L[:, 0].sum()) if A_L.ndim == 2 else 0.0,
        "lowest": float(A_L.min()),
        "highest": float(A_L.max()),
    }


model_forward = exercise(
    "09.2",
    "Forward through any number of layers",
    points=10,
    kind="implement",
    slug="model-forward",
    calls=["A_L, caches = model_forward(X, params)"],
    draw=draw_forward,
    reference=forward_with(),
    follows={"A_L": ("caches",)},
    checks={"form": 0.1, "arguments": 0.1, "A_L": 0.5, "caches": 0.3},
    facts=of_the_outputs,
    may_use=("affine_forward", "relu_forward", "softmax_forward"),
    mistakes=[
        mistake(
            "relu-on-top",
            forward_with(last=lambda Z: shares_of(np.maximum(Z, 0))),
            "The caches are right. In A_L no score seems to have been "
            "negative: your last layer bends with ReLU before softmax. List "
            "the layers your loop visits for L = 3. Which one has a bend of "
            "its own?",
        ),
        mistake(
            "no-softmax",
            forward_with(last=np.copy),
            "The caches are right. Your first output column adds up to "
            "{column:.3f}. To what must the shares of an example add up?",
        ),
        mistake(
            "relu-only",
            forward_with(last=BENDS["relu"]),
            "The caches are right. Your first output column adds up to "
            "{column:.3f}, and nothing in it is negative. Which bend belongs "
            "to a choice among several classes?",
        ),
        mistake(
            "sigmoid-on-top",
            forward_with(last=BENDS["sigmoid"]),
            "The caches are right. Every output lies between 0 and 1, and "
            "your first column adds up to {column:.3f}. Do your units know "
            "of each other, as the shares of one whole must?",
        ),
        mistake(
            "softmax-along-the-examples",
            forward_with(last=lambda Z: shares_of(Z, axis=1)),
            "The caches are right. Your rows add up to 1 and your columns do "
            "not. Which axis counts the classes, which the examples?",
        ),
        mistake(
            "softmax-twice",
            forward_with(last=lambda Z: shares_of(shares_of(Z))),
            "The caches are right. Your shares lie between {lowest:.2f} and "
            "{highest:.2f}, much closer together than the scores suggest. "
            "How often did softmax run?",
        ),
        mistake(
            "never-bends",
            forward_with(hidden=np.copy),
            "No hidden layer of yours bends. What is a stack of layers "
            "without a bend equal to?",
        ),
        mistake(
            "sigmoid-inside",
            forward_with(hidden=BENDS["sigmoid"]),
            "Your hidden layers answer between 0 and 1. Which bend was asked "
            "for there?",
        ),
        mistake(
            "tanh-inside",
            forward_with(hidden=np.tanh),
            "Your hidden layers answer between -1 and 1. Which bend was "
            "asked for there?",
        ),
        mistake(
            "wrong-side",
            forward_with(hidden=lambda Z: np.minimum(Z, 0)),
            "Your hidden layers answer with numbers from zero down. Which "
            "side of zero does ReLU keep?",
        ),
        mistake(
            "slopes-inside",
            forward_with(hidden=lambda Z: (Z > 0).astype(float)),
            "Your hidden layers answer with 0 and 1 only: these are the "
            "slopes of ReLU. What does an active unit answer?",
        ),
        mistake(
            "last-layer-missing",
            forward_with(layers=lambda L: range(1, L)),
            "Your list has {kept} caches for {L} layers; the last layer was "
            "never visited. Where does range stop?",
        ),
        mistake(
            "keeps-the-answer",
            forward_with(keep=lambda A_prev, W, b, Z, A: (A, W, Z)),
            "Your caches keep what each layer answers where what it received "
            "was promised. Which of the two does the gradient of W need?",
        ),
        mistake(
            "keeps-the-bias",
            forward_with(keep=lambda A_prev, W, b, Z, A: (Z, W, b)),
            "Your caches hold sums, weights and bias. Which line of the way "
            "back reads b, and which array is missing?",
        ),
        mistake(
            "bent-sums",
            forward_with(keep=lambda A_prev, W, b, Z, A: (A_prev, W, A)),
            "The third thing in your caches is what the layer answers. What "
            "was promised there?",
        ),
        mistake(
            "other-order",
            forward_with(keep=lambda A_prev, W, b, Z, A: (Z, W, A_prev)),
            "Your caches hold the right arrays in another order. In which "
            "order will the way back take them out?",
        ),
        mistake(
            "input-and-weights",
            forward_with(keep=lambda A_prev, W, b, Z, A: (A_prev, W)),
            "A_L is right. Your caches hold two things for each layer, the "
            "input and the weights. What else does the way back through a "
            "bend read?",
        ),
        mistake(
            "last-first",
            forward_with(order=lambda caches: caches[::-1]),
            "A_L is right, and the caches are in the opposite order. At "
            "which end of the list should layer 1 stand?",
        ),
        mistake(
            "bias-forgotten",
            forward_with(sums=lambda A, W, b: W @ A),
            "Right only for layers with a bias of 0. Which entries of params "
            "does your loop never read?",
        ),
        mistake(
            "bias-subtracted",
            forward_with(sums=lambda A, W, b: W @ A - b),
            "Your sums would be right if every bias had the opposite sign. "
            "Is it added or taken away?",
        ),
    ],
    also_right=[
        lambda X, params: forward_with(
            last=lambda Z: np.exp(Z) / np.exp(Z).sum(axis=0),
            hidden=lambda Z: Z * (Z > 0),
            order=tuple,
        )(X, params),
    ],
    read="The loop that stays",
    equation="eq-chain-of-blocks",
    hints=[
        "How many entries does params hold for each layer, and so, what is L?",
        "For L = 1 there is no hidden layer at all. What should your loop do "
        "then?",
        "One name for the array that travels from block to block, from X to "
        "the last sums.",
    ],
)


# 09.3 Backward through any number of layers.


def backward_with(
    *,
    top: Callable[..., Any] = lambda A_L, Y: A_L - Y,
    mean: Callable[[Any, int], Any] = lambda D, m: D / m,
    later: Callable[[Any, int], Any] = lambda g, m: g,
    bias: Callable[[Any, int], Any] = lambda g, m: g,
    bend: Callable[[Any, Any], Any] = lambda dA, Z: dA * (Z > 0),
    bend_last: bool = False,
    name: Callable[[str, int, int], str] = lambda kind, l, L: f"{kind}{l}",
    until: int = 1,
    message: Callable[[Any, Any], Any] = lambda W, dZ: W.T @ dZ,
    total: Callable[[Any], Any] = lambda dZ: dZ.sum(axis=1, keepdims=True),
) -> Callable[..., Any]:
    """Return the way back with one slip; the last layer comes first."""

    def backward(A_L: Any, Y: Any, caches: Any) -> dict[str, Any]:
        L, m = len(caches), Y.shape[1]
        grads, dZ = {}, mean(top(A_L, Y), m)
        for l in range(L, until - 1, -1):
            A_prev, W, Z = caches[l - 1]
            if bend_last and l == L:
                dZ = dZ * (Z > 0)
            grads[name("W", l, L)] = later(dZ @ A_prev.T, m)
            grads[name("b", l, L)] = bias(later(total(dZ), m), m)
            if l > 1:
                dZ = bend(message(W, dZ), caches[l - 2][2])
        return grads

    return backward


def top_in_place(A_L: Any, Y: Any, caches: Any) -> Any:
    right = backward_with()(A_L, Y, caches)
    A_L -= Y
    return right


def one_example_at_a_time(A_L: Any, Y: Any, caches: Any) -> dict[str, Any]:
    total: dict[str, Any] = {}
    m = Y.shape[1]
    for j in range(m):
        one = slice(j, j + 1)
        own = [(A[:, one], W, Z[:, one]) for A, W, Z in caches]
        for k, g in backward_with()(A_L[:, one], Y[:, one], own).items():
            total[k] = total.get(k, 0) + g / m
    return dict(sorted(total.items()))


def draw_backward(rng: Generator) -> list[tuple[Any, ...]]:
    """Caches from a true forward pass of one to four layers."""
    drawn = []
    for sizes, m in (
        ((4, 5, 4, 3), 6),
        ((3, 2), 5),
        ((2, 4, 3), 1),
        ((3, 5, 2, 4, 2), 4),
        ((3, 4, 4, 4), 3),
    ):
        X, params = rng.normal(size=(sizes[0], m)), drawn_params(rng, sizes)
        A_L, caches = forward_with()(X, params)
        Y = np.eye(sizes[-1])[:, rng.integers(0, sizes[-1], m)]
        drawn.append((A_L, Y, caches))
    return drawn


def by_turns(A_L: Any, Y: Any, caches: Any) -> dict[str, Any]:
    """Collect all dZ first, then all gradients: another route."""
    slopes = [(A_L - Y) / Y.shape[1]]
    for (_, W, _), (_, _, Z) in zip(
        caches[:0:-1], caches[-2::-1], strict=True
    ):
        slopes.append(np.heaviside(Z, 0.0) * np.einsum("ij,ik", W, slopes[-1]))
    grads = {}
    for k, dZ in enumerate(slopes):
        l = len(caches) - k
        grads[f"W{l}"] = np.einsum("ik,jk", dZ, caches[l - 1][0])
        grads[f"b{l}"] = np.einsum("ik->i", dZ)[:, np.newaxis]
    return grads


BY_NAME = """
def probe(learner, A_L, Y, caches):
    import numpy as np
    grads, L = learner(A_L, Y, caches), len(caches)
    if not isinstance(grads, dict):
        return grads
    wanted = [kind + str(l) for l in range(1, L + 1) for kind in "Wb"]
    shapes = {}
    for l, (_, W, _) in enumerate(caches, start=1):
        shapes["W" + str(l)], shapes["b" + str(l)] = W.shape, (len(W), 1)
    given = {n: grads.get(n, np.zeros(shapes[n])) for n in wanted}
    return {
        "names": ", ".join(name for name in wanted if name in grads),
        "dWL": given["W" + str(L)], "dbL": given["b" + str(L)],
        "dW1": given["W1"], "db1": given["b1"],
        "all dW": [given[name] for name in wanted[::2]],
        "all db": [given[name] for name in wanted[1::2]],
        "given": ", ".join(map(str, grads)),
    }
"""


def probed(source: str, answer: Callable[..., Any]) -> Callable[..., Any]:
    """Return what the probe makes of an answer; `mine` unwraps it."""
    space: dict[str, Any] = {}
    exec(source, space)

    @wraps(answer)
    def seen(*args: Any) -> Any:
        return space["probe"](answer, *args)

    return seen


def by_name(answer: Callable[..., Any]) -> Callable[..., Any]:
    return probed(BY_NAME, answer)


def back(**slip: Any) -> Callable[..., Any]:
    return by_name(backward_with(**slip))


def wanted_grads(A_L: Any, Y: Any, caches: Any) -> Any:
    """What the probe gives for the right answer, without the list of keys."""
    seen = by_name(by_turns)(A_L, Y, caches)
    del seen["given"]
    return seen


def ends_of(args: Any, got: Any) -> dict[str, Any]:
    def start(name: str) -> float:
        value = got[name]
        return float(value.flat[0]) if isinstance(value, np.ndarray) else 0.0

    return {
        "L": len(args[2]),
        "examples": args[1].shape[1],
        "names": got["given"],
        "last": start("dWL"),
        "first": start("dW1"),
    }


model_backward = exercise(
    "09.3",
    "Backward through any number of layers",
    points=15,
    kind="implement",
    slug="model-backward",
    calls=["model_backward(A_L, Y, caches)"],
    draw=draw_backward,
    reference=wraps(by_turns)(wanted_grads),
    probe=BY_NAME,
    checks={
        "form": 0.1,
        "arguments": 0.1,
        "names": 0.1,
        "dWL": 0.15,
        "dbL": 0.1,
        "dW1": 0.2,
        "db1": 0.05,
        "all dW": 0.1,
        "all db": 0.1,
    },
    follows={
        "dWL": ("names",),
        "dbL": ("names", "dWL"),
        "dW1": ("names", "dWL", "dbL"),
        "db1": ("names", "dWL", "dbL", "dW1"),
        "all dW": ("names", "dWL", "dbL", "dW1", "db1"),
        "all db": ("names", "dWL", "dbL", "dW1", "db1", "all dW"),
    },
    facts=ends_of,
    may_use=("affine_backward", "relu_backward"),
    mistakes=[
        mistake(
            "mean-twice",
            back(later=lambda g, m: g / m),
            "Every gradient is too small by the number of examples, "
            "{examples} here. Count how often the mean is taken between A_L "
            "minus Y and dW. How often should it be?",
        ),
        mistake(
            "mean-lost",
            back(mean=lambda D, m: D),
            "Every gradient is too large by the number of examples, "
            "{examples} here. Is J the sum of the losses or their mean?",
        ),
        mistake(
            "mean-again-in-db",
            back(bias=lambda g, m: g / m),
            "Every dW is right. Every db is too small by the number of "
            "examples, {examples} here. Where has the mean been taken "
            "already?",
        ),
        mistake(
            "mean-of-all-numbers",
            back(mean=lambda D, m: D / D.size),
            "Every gradient is too small by the number of classes. You "
            "divide by all entries of Y; how many of them are examples?",
        ),
        mistake(
            "slope-forgotten",
            back(bend=lambda dA, Z: dA),
            "The last layer is right, the layers below are not: units that "
            "were silent send a message too. Which line of the four is "
            "missing on the way into a hidden layer?",
        ),
        mistake(
            "value-for-slope",
            back(bend=lambda dA, Z: dA * np.maximum(Z, 0)),
            "The last layer is right. Below it the message is multiplied by "
            "what the units answered. How steep is ReLU there?",
        ),
        mistake(
            "sums-for-slope",
            back(bend=lambda dA, Z: dA * Z),
            "The last layer is right. Below it the message is multiplied by "
            "the sums. How steep is ReLU at a sum of 2?",
        ),
        mistake(
            "sign-of-the-message",
            back(bend=lambda dA, Z: np.maximum(dA, 0)),
            "The last layer is right. Below it, only positive messages pass. "
            "Did the sign of the message decide, or that of the sums?",
        ),
        mistake(
            "wrong-side",
            back(bend=lambda dA, Z: dA * (Z <= 0)),
            "The last layer is right. Below it the message passes where the "
            "unit was silent and stops where it was active. On which side "
            "does the answer follow the sum?",
        ),
        mistake(
            "slope-on-top",
            back(bend_last=True),
            "Your last layer goes back through a ReLU: where its score was "
            "negative, the gradient is cut. Which bend stands there, and has "
            "A_L minus Y not passed it already?",
        ),
        mistake(
            "sigmoid-slope-on-top",
            back(top=lambda A_L, Y: (A_L - Y) * A_L * (1 - A_L)),
            "Your walk begins with one factor too many; the last dW starts "
            "with {last:.3g}. What cancels between softmax and "
            "cross-entropy?",
        ),
        mistake(
            "uphill",
            back(top=lambda A_L, Y: Y - A_L),
            "Every gradient has the opposite sign; the last dW starts with "
            "{last:.3g}. Would a step against yours go down or up?",
        ),
        mistake(
            "stops-too-early",
            back(until=2),
            "Right from the last layer down to layer 2. Layer 1 has no "
            "gradient. Write down the layers that your loop visits; where "
            "does range stop?",
        ),
        mistake(
            "keys-one-up",
            back(name=lambda kind, l, L: f"{kind}{l + 1}"),
            "Your gradients stand under the names {names}: each belongs to "
            "the layer below. Which key do you write when you have read the "
            "cache of layer 3?",
        ),
        mistake(
            "keys-one-down",
            back(name=lambda kind, l, L: f"{kind}{l - 1}"),
            "Your gradients stand under the names {names}: each belongs to "
            "the layer above. At which number do the layers begin, and at "
            "which the places of a list?",
        ),
        mistake(
            "keys-mirrored",
            back(name=lambda kind, l, L: f"{kind}{L + 1 - l}"),
            "Your gradients stand under each other's names: the first layer "
            "has those of the last. In which direction does your loop count?",
        ),
        mistake(
            "keys-with-d",
            back(name=lambda kind, l, L: f"d{kind}{l}"),
            "Your gradients stand under the names {names}. An update reads "
            "params and grads with one key. Which names were asked for?",
        ),
        mistake(
            "message-never-passed",
            back(message=lambda W, dZ: W.T @ np.ones_like(dZ)),
            "The last layer is right. Below it, the message no longer knows "
            "how wrong the answers were. What does the weight multiply on "
            "the way back?",
        ),
        mistake(
            "classes-for-examples",
            back(mean=lambda D, m: D / len(D)),
            "You divide by the number of classes. Which axis of Y counts the "
            "examples?",
        ),
        mistake(
            "multiplied-by-m",
            back(mean=lambda D, m: D * m),
            "Every gradient is too large by the square of the number of "
            "examples, {examples} here. Does a mean multiply or divide?",
        ),
        mistake(
            "plus-the-labels",
            back(top=lambda A_L, Y: A_L + Y),
            "The last dW starts with {last:.3g}. A network that is right "
            "should have nothing to learn; what does your first line give "
            "when A_L equals Y?",
        ),
        mistake(
            "labels-forgotten",
            back(top=lambda A_L, Y: A_L),
            "Your answer does not depend on the labels. What tells the "
            "network that it is wrong?",
        ),
        mistake(
            "labels-alone",
            back(top=lambda A_L, Y: Y),
            "Your walk begins with the labels alone. What tells it how far "
            "the answers are from them?",
        ),
        mistake(
            "silent-units-speak",
            back(bend=lambda dA, Z: np.where(Z > 0, dA, 1.0)),
            "The last layer is right. Below it, a silent unit gets a "
            "gradient of 1. How steep is ReLU where it is silent?",
        ),
        mistake(
            "kink-too-far-right",
            back(bend=lambda dA, Z: dA * (Z > 1)),
            "The last layer is right. Below it, units with a sum between 0 "
            "and 1 are treated as silent. Where is the corner of ReLU?",
        ),
        mistake(
            "kink-too-far-left",
            back(bend=lambda dA, Z: dA * (Z > -1)),
            "The last layer is right. Below it, units with a sum just below "
            "0 pass the message. Where is the corner of ReLU?",
        ),
        mistake(
            "largest-for-the-sum",
            back(total=lambda dZ: dZ.max(axis=1, keepdims=True)),
            "Every dW is right. In db only one example counts for each unit. "
            "What does the chain rule do where one bias feeds all examples?",
        ),
        mistake(
            "in-place",
            by_name(top_in_place),
            "The gradients are right, and A_L is not what it was before the "
            "call. Whose array did you write into?",
        ),
    ],
    also_right=[
        back(mean=lambda D, m: D, later=lambda g, m: g / m),
        by_name(one_example_at_a_time),
        by_name(
            lambda *args: {
                **backward_with()(*args),
                "dA0": args[2][0][1].T @ np.ones_like(args[2][0][2]),
            }
        ),
    ],
    read="The loop back",
    equation="eq-backward-block",
    hints=[
        "Do the table of the tiny network again, with the four lines and "
        "three caches. Which line is left out in the first turn?",
        "The list of L caches has the places 0 to L - 1. Where stands the "
        "cache of layer l?",
        "The weights of layer l carry the message down; the slope that comes "
        "next belongs to the layer they came from. Which cache has it?",
    ],
)


# 09.4 Six lines on the way forward.

EVALUATE = """
def probe(learner, z1, z2, z3, z4):
    import numpy as np
    names = {"g1": np.tanh, "g2": np.cos, "g3": np.sin, "g4": np.exp,
             "z1": z1, "z2": z2, "z3": z3, "z4": z4, "np": np}
    answer = dict(learner())
    for part in ("a3", "a4"):
        formula = answer.get(part)
        if not isinstance(formula, str):
            continue
        formula = formula.rpartition("=")[2].strip()
        try:
            value = eval(formula, dict(names))
            no_value = "a function and no values" if callable(value) else ""
        except Exception as error:
            no_value = getattr(error, "msg", "") or str(error)
        answer[part] = formula + ": " + no_value if no_value else value
    return answer
"""

VERDICTS = {
    "line 1": "right",
    "line 2": "wrong",
    "line 3": "wrong",
    "line 4": "wrong",
    "line 5": "right",
    "line 6": "wrong",
}


def verdict(right: str) -> Any:
    return choice(right, "wrong" if right == "right" else "right")


def read_lines(
    a3: Callable[..., Any] = lambda z1, z2, z3, z4: np.sin(z3),
    a4: Callable[..., Any] = lambda z1, z2, z3, z4: np.exp(z4),
    **changed: str,
) -> Callable[..., dict[str, Any]]:
    """Return what the probe gives for an answer with one slip."""

    def answer(*z: Any) -> dict[str, Any]:
        sure = {**VERDICTS, "a3": a3(*z), "a4": a4(*z), "missing": "A_prev"}
        return sure | {k.replace("_", " "): v for k, v in changed.items()}

    return answer


PAGE = {**VERDICTS, "a3": "g3(z3)", "a4": "g4(z4)", "missing": "A_prev"}


lines = exercise(
    "09.4",
    "Six lines on the way forward",
    points=5,
    kind="spot",
    slug="lines",
    calls=["mended_09_4()"],
    draw=lambda rng: [
        tuple(rng.normal(size=(3, 1)) for _ in range(4)) for _ in range(3)
    ],
    probe=EVALUATE,
    reference=lambda *z: {
        **{name: verdict(right) for name, right in VERDICTS.items()},
        "a3": np.sin(z[2]),
        "a4": np.exp(z[3]),
        "missing": choice("A_prev", "A", "dW", "Y"),
    },
    checks={
        **dict.fromkeys(VERDICTS, 0.1),
        "a3": 0.15,
        "a4": 0.15,
        "missing": 0.1,
    },
    mistakes=[
        mistake(
            "as-printed-sums",
            read_lines(a3=lambda z1, z2, z3, z4: np.sin(z2)),
            "Your line 2 still bends the sums of the layer below. Then what "
            "are the sums of layer 3 for?",
        ),
        mistake(
            "as-printed-bend",
            read_lines(a4=lambda z1, z2, z3, z4: np.cos(z4)),
            "Your line 3 still uses the bend of another layer. What would a "
            "hidden bend do to a probability at the output?",
        ),
        mistake(
            "layer-two-again",
            read_lines(a3=lambda z1, z2, z3, z4: np.cos(z2)),
            "Your line 2 is consistent, and it is layer 2 once more. Which "
            "layer does the left side name?",
        ),
        mistake(
            "both-of-one-layer",
            read_lines(a4=lambda z1, z2, z3, z4: np.sin(z4)),
            "Your line 3 takes the bend of layer 3 for layer 4. May the "
            "output layer have a bend of its own?",
        ),
        mistake(
            "values-and-function",
            read_lines(line_4="right"),
            "You accept line 4. Has an activation function a shape, such as "
            "5 rows and m columns?",
        ),
        mistake(
            "cache-accepted",
            read_lines(line_6="right"),
            "You accept line 6. From which array of the way forward is dW "
            "computed?",
        ),
        mistake(
            "sums-doubted",
            read_lines(line_1="wrong"),
            "You doubt line 1. Which layer's answers does layer 3 receive?",
        ),
        mistake(
            "capitals-doubted",
            read_lines(line_5="wrong"),
            "You doubt line 5. What do the capital letters hold, one column "
            "or all of them?",
        ),
        mistake(
            "answer-missing",
            read_lines(missing="A"),
            "You name the answer of the layer. Does dW need what the block "
            "gave, or what it took?",
        ),
    ],
    also_right=[
        read_lines(missing="a_prev"),
        read_lines(a3=lambda z1, z2, z3, z4: np.float32(np.sin(z3))),
        lambda *z: probed(EVALUATE, lambda: PAGE | {"a3": "a3 = g3(z3)"})(*z),
    ],
    read="The forward block",
    equation="eq-forward-block",
    hints=[
        "Write the index of the layer above every letter of a line. Where "
        "should a line have two different ones?",
    ],
)


# 09.5 Sort twelve quantities.

KINDS_OF = {
    "W2": "parameter",
    "b1": "parameter",
    "a bias of the last layer": "parameter",
    "number of layers L": "hyperparameter",
    "units of layer 2": "hyperparameter",
    "learning rate": "hyperparameter",
    "batch size": "hyperparameter",
    "epochs": "hyperparameter",
    "Z2": "neither",
    "dW1": "neither",
    "the cost J": "neither",
    "number of pixels n_x": "neither",
}
ALL_KINDS = {"parameter", "hyperparameter", "neither"}


def sorting(**changed: Any) -> Callable[[], dict[str, Any]]:
    sure = {**KINDS_OF, "cache 2": 95, "batch": 29, "lost": 16, "cliff": 2}
    return lambda: sure | changed


def sorting_as(kind: str, *names: str) -> Callable[[], dict[str, Any]]:
    return sorting(**dict.fromkeys(names, kind))


sort = exercise(
    "09.5",
    "Sort twelve quantities",
    points=5,
    kind="choose",
    slug="sort",
    calls=["sorted_09_5()"],
    reference=lambda: {
        **{
            name: choice(kind, *sorted(ALL_KINDS - {kind}))
            for name, kind in KINDS_OF.items()
        },
        "cache 2": 95,
        "batch": 29,
        "lost": 16,
        "cliff": 2,
    },
    checks={
        **dict.fromkeys(KINDS_OF, 0.06),
        "cache 2": 0.07,
        "batch": 0.07,
        "lost": 0.07,
        "cliff": 0.07,
    },
    mistakes=[
        mistake(
            "gradient-as-parameter",
            sorting_as("parameter", "dW1"),
            "dW has the shape of a parameter and a place beside it. Does the "
            "update change dW, or does it read it?",
        ),
        mistake(
            "sums-as-parameter",
            sorting_as("parameter", "Z2"),
            "Z changes in training, because W does. If you keep W and bring "
            "other examples, does Z stay?",
        ),
        mistake(
            "rate-as-parameter",
            sorting_as("parameter", "learning rate"),
            "The update uses the learning rate. Does it change it?",
        ),
        mistake(
            "pixels-chosen",
            sorting_as("hyperparameter", "number of pixels n_x"),
            "The number of pixels is fixed before training. Did you choose "
            "it, or did it come with the pictures?",
        ),
        mistake(
            "widths-learned",
            sorting_as("parameter", "units of layer 2"),
            "Has any step of descent ever changed the number of rows of W?",
        ),
        mistake(
            "depth-learned",
            sorting_as("parameter", "number of layers L"),
            "Has any step of descent ever added a layer?",
        ),
        mistake(
            "bias-forgotten",
            sorting_as("neither", "b1", "a bias of the last layer"),
            "You count weights only as learned. Which second line does the "
            "update have?",
        ),
        mistake(
            "cost-chosen",
            sorting_as("hyperparameter", "the cost J"),
            "You choose which cost is used. Do you also choose its value J?",
        ),
        mistake(
            "cache-without-weights",
            sorting(**{"cache 2": 70}),
            "70 numbers are the input and the sums. What else does the "
            "cache of block 2 refer to?",
        ),
        mistake(
            "cache-with-bias",
            sorting(**{"cache 2": 100}),
            "You counted the five biases. Does the way back read them?",
        ),
        mistake(
            "one-below",
            sorting(batch=28),
            "At 28 examples the cache holds 12824 numbers, the parameters "
            "are 13130. Is the cache the larger one?",
        ),
        mistake(
            "half-just-kept",
            sorting(lost=14),
            "At 14 layers the reading of the figure still says 0.53. Is that "
            "below one half?",
        ),
        mistake(
            "at-the-summit",
            sorting(cliff=1),
            "At the rate 1 the reading of the figure says 0.97, the best of "
            "all. What does it say one place further?",
        ),
        mistake(
            "from-the-left",
            sorting(cliff=0.005),
            "At the rate 0.005 little is learned, because the steps are "
            "short. On which side of the best rate is the cliff?",
        ),
    ],
    also_right=[
        sorting(batch=29.0, cliff=2.0, **{"cache 2": np.int64(95)}),
        sorting(W2="Parameter"),
    ],
    read="Parameters and hyperparameters",
    equation="eq-deep-update",
    hints=[
        "Ask of each: who changes it, the update, you between two runs, or "
        "neither?",
        "For the numbers, move the four figures and read off.",
    ],
)


# 09.6 Deep on paper only.


def step_with(
    *,
    bends: Callable[[int, int], bool] = lambda k, top: k < top,
    slopes: bool = True,
    stop: int = 1,
    sign: float = -1.0,
    sign_W: float | None = None,
    sign_b: float | None = None,
    with_rate: bool = True,
    rate_W: bool = True,
    rate_b: bool = True,
    mean: bool = True,
    classes: bool = False,
    biases: bool = True,
    hasty: bool = False,
    shift: float = 1.0,
    label: float = 1.0,
) -> Callable[..., Any]:
    """Return one step with some of the faults left in."""
    way_W = sign if sign_W is None else sign_W
    way_b = sign if sign_b is None else sign_b

    def step(X: Any, Y: Any, params: Any, rate: Any) -> dict[str, Any]:
        top = len(params) // 2
        A, inputs, sums = X, [], []
        for k in range(1, top + 1):
            inputs.append(A)
            sums.append(params[f"W{k}"] @ A + shift * params[f"b{k}"])
            A = np.maximum(sums[-1], 0) if bends(k, top) else sums[-1]
        D = shares_of(A if bends(top, top) else sums[-1]) - label * Y
        D = D / Y.shape[0 if classes else 1] if mean else D
        new = dict(params)
        for k in range(top, stop - 1, -1):
            W = params[f"W{k}"]
            far_W = way_W * (rate if with_rate and rate_W else 1.0)
            far_b = way_b * (rate if with_rate and rate_b else 1.0)
            new[f"W{k}"] = W + far_W * D @ inputs[k - 1].T
            if biases:
                moved = far_b * D.sum(axis=1, keepdims=True)
                new[f"b{k}"] = params[f"b{k}"] + moved
            if k > 1:
                back = new[f"W{k}"] if hasty else W
                D = back.T @ D * ((sums[k - 2] > 0) if slopes else 1.0)
        return new

    return step


def draw_steps(rng: Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for sizes, m, rate in (
        ((3, 4, 5, 2), 6, 0.5),
        ((2, 3, 3), 4, 0.1),
        ((4, 3, 3, 3, 2), 5, 1.0),
        ((3, 4, 2), 1, 0.3),
    ):
        X = rng.normal(size=(sizes[0], m))
        Y = np.eye(sizes[-1])[:, rng.integers(0, sizes[-1], m)]
        drawn.append((X, Y, drawn_params(rng, sizes), rate))
    return drawn


def step_in_place(X: Any, Y: Any, params: Any, rate: Any) -> dict[str, Any]:
    new: dict[str, Any] = step_with()(X, Y, params, rate)
    for name, values in new.items():
        params[name][...] = values
    return new


def step_by_layers(X: Any, Y: Any, params: Any, rate: Any) -> Any:
    """Take the two loops of this chapter, then one update."""
    grads = by_turns(*_outputs(X, Y, params))
    return {k: params[k] - rate * grads[k] for k in sorted(params)}


def _outputs(X: Any, Y: Any, params: Any) -> tuple[Any, Any, Any]:
    A_L, caches = forward_with()(X, params)
    return A_L, Y, caches


NEW = """
def probe(learner, X, Y, params, learning_rate):
    old = {name: values.copy() for name, values in params.items()}
    new, L = learner(X, Y, params, learning_rate), len(old) // 2
    if not isinstance(new, dict):
        return new
    given = {name: new.get(name, "missing") for name in old}
    layers = range(1, L + 1)
    still = [n for n in old if n in new and (new[n] is params[n] or (
        getattr(new[n], "shape", None) == old[n].shape
        and (new[n] == old[n]).all()))]
    return {
        "WL": given["W" + str(L)], "bL": given["b" + str(L)],
        "W1": given["W1"], "b1": given["b1"],
        "all W": [given["W" + str(l)] for l in layers],
        "all b": [given["b" + str(l)] for l in layers],
        "still": ", ".join(still) or "none",
    }
"""


def stepped(answer: Callable[..., Any]) -> Callable[..., Any]:
    return probed(NEW, answer)


def wanted_step(*args: Any) -> Any:
    seen = stepped(step_by_layers)(*args)
    del seen["still"]
    return seen


def how_far(args: Any, got: Any) -> dict[str, Any]:
    return {"still": got["still"], "examples": args[1].shape[1]}


on_paper = exercise(
    "09.6",
    "Deep on paper only",
    points=10,
    kind="debug",
    slug="deep-on-paper",
    calls=["mended_09_6(X, Y, params, learning_rate)"],
    draw=draw_steps,
    reference=wanted_step,
    broken=stepped(step_with(bends=lambda k, top: False, stop=2)),
    probe=NEW,
    checks={
        "form": 0.1,
        "arguments": 0.1,
        "WL": 0.2,
        "bL": 0.1,
        "W1": 0.2,
        "b1": 0.1,
        "all W": 0.1,
        "all b": 0.1,
    },
    follows={
        "bL": ("WL",),
        "W1": ("WL", "bL"),
        "b1": ("WL", "bL", "W1"),
        "all W": ("WL", "bL", "W1", "b1"),
        "all b": ("WL", "bL", "W1", "b1", "all W"),
    },
    facts=how_far,
    may_use=("softmax_forward",),
    mistakes=[
        mistake(
            "still-linear",
            stepped(step_with(bends=lambda k, top: False)),
            "Now every layer is trained. Without a bend, though, the stack "
            "is one straight map. For which k is the condition in the "
            "forward loop true, when top is 3?",
        ),
        mistake(
            "still-untrained",
            stepped(step_with(stop=2)),
            "Now the hidden layers bend. Arrays that have not moved: "
            "{still}. Which numbers does the loop on the way back run "
            "through, when top is 3?",
        ),
        mistake(
            "bend-on-top",
            stepped(step_with(bends=lambda k, top: k <= top)),
            "Every layer is trained and every layer bends, the last one too: "
            "no score can be negative. Which layer has softmax as its bend?",
        ),
        mistake(
            "bend-on-top-untrained",
            stepped(step_with(bends=lambda k, top: k <= top, stop=2)),
            "Now every layer bends, the last one too, and {still} have not "
            "moved. Which layer has softmax as its bend, and where does the "
            "way back end?",
        ),
        mistake(
            "slopes-taken-away",
            stepped(step_with(slopes=False)),
            "The way forward is right and every layer moves. The way back "
            "has lost the slopes of the hidden bends. Which line of the four "
            "is that?",
        ),
        mistake(
            "straight-both-ways",
            stepped(step_with(bends=lambda k, top: False, slopes=False)),
            "Now forward and backward agree, and both are straight: the "
            "network is one layer in disguise. Which of the two was right "
            "before?",
        ),
        mistake(
            "only-the-top-bends",
            stepped(step_with(bends=lambda k, top: k == top)),
            "The last layer bends and the hidden ones do not. Which of them "
            "feeds softmax?",
        ),
        mistake(
            "uphill",
            stepped(step_with(sign=1.0)),
            "Both faults are mended, and the step goes up the slope. Does "
            "descent add the gradient or take it away?",
        ),
        mistake(
            "mean-lost",
            stepped(step_with(mean=False)),
            "Both faults are mended, and the steps are too long by the "
            "number of examples. Is J a sum or a mean?",
        ),
        mistake(
            "biases-stay",
            stepped(step_with(biases=False)),
            "Both faults are mended. Arrays that have not moved: {still}. "
            "What has become of their line?",
        ),
        mistake(
            "updated-too-early",
            stepped(step_with(hasty=True)),
            "Both faults are mended, and the message now passes through "
            "weights that have already moved. At which moment was W what the "
            "way forward had used?",
        ),
        mistake(
            "weights-uphill",
            stepped(step_with(sign_W=1.0)),
            "The biases step down and the weights step up. Which sign has "
            "the update?",
        ),
        mistake(
            "biases-uphill",
            stepped(step_with(sign_b=1.0)),
            "The weights step down and the biases step up. Which sign has "
            "the update?",
        ),
        mistake(
            "weights-stay",
            stepped(step_with(sign_W=0.0)),
            "Only the biases have moved: {still} are what they were. What "
            "has become of their line?",
        ),
        mistake(
            "rate-forgotten",
            stepped(step_with(with_rate=False)),
            "The direction is right and the learning rate has no influence "
            "on your steps. How long is one step?",
        ),
        mistake(
            "rate-forgotten-in-W",
            stepped(step_with(rate_W=False)),
            "The biases are right. The learning rate has no influence on the "
            "steps of W. How long is one step?",
        ),
        mistake(
            "rate-forgotten-in-b",
            stepped(step_with(rate_b=False)),
            "The weights are right. The learning rate has no influence on "
            "the steps of b. How long is one step?",
        ),
        mistake(
            "classes-for-examples",
            stepped(step_with(classes=True)),
            "Both faults are mended, and you now divide by the number of "
            "classes. Which axis of Y counts the examples?",
        ),
        mistake(
            "bias-left-out",
            stepped(step_with(shift=0.0)),
            "The way forward has lost the biases. What does a unit add to "
            "its weighted inputs?",
        ),
        mistake(
            "bias-subtracted",
            stepped(step_with(shift=-1.0)),
            "The way forward takes the biases away. Were they not added "
            "before?",
        ),
        mistake(
            "labels-forgotten",
            stepped(step_with(label=0.0)),
            "Your step does not depend on the labels. What tells the network "
            "that it is wrong?",
        ),
        mistake(
            "labels-added",
            stepped(step_with(label=-1.0)),
            "Your first line on the way back adds the labels. What should it "
            "give when the shares equal the labels?",
        ),
        mistake(
            "in-place",
            stepped(step_in_place),
            "The new values are right, and they stand in the caller's own "
            "arrays. Does a copied dictionary have arrays of its own?",
        ),
    ],
    also_right=[
        stepped(step_with()),
        stepped(
            lambda *args: {
                k: np.float32(v) for k, v in step_with()(*args).items()
            }
        ),
    ],
    read="Depth hides faults",
    equation="eq-forward-block",
    hints=[
        "Print, for k from 1 to 3 and top = 3, whether the condition in the "
        "forward loop holds.",
        "Take one step and print for every array how far it has moved.",
    ],
)


# 09.7 A reader of digits.


def split_digits(rng: Generator) -> tuple[Any, Any]:
    """Draw training digits, sorted by class, the classes newly named."""
    X, y = datasets.digits()
    old, _ = datasets.stratified_split(y, (0.7, 0.3), rng=rng)
    classes = rng.permutation(10)[y]
    old = old[np.argsort(classes[old], kind="stable")]
    return X[:, old], metrics.one_hot(classes[old], 10)


def slopes_through(
    X: Any, Y: Any, params: Any, bend: Any, slope: Any
) -> dict[str, Any]:
    """Return all gradients of a network with any hidden bend."""
    sums = forward(X, params, bend)
    D, grads = (softmax(sums[-1]) - Y) / Y.shape[1], {}
    for l in range(len(sums), 0, -1):
        A = bend(sums[l - 2]) if l > 1 else X
        grads[f"W{l}"] = D @ A.T
        grads[f"b{l}"] = D.sum(axis=1, keepdims=True)
        if l > 1:
            D = params[f"W{l}"].T @ D * slope(sums[l - 2])
    return grads


RELU = BENDS["relu"], lambda Z: Z > 0
TANH = np.tanh, lambda Z: 1 - np.tanh(Z) ** 2


def training_with(
    *,
    sizes: tuple[int, ...] = (64, 40, 10),
    rate: float = 0.5,
    epochs: int = 20,
    batch: int = 32,
    start: Callable[..., Any] = lambda rng, n, n_prev: (
        rng.normal(size=(n, n_prev)) * (2 / n_prev) ** 0.5
    ),
    bends: tuple[Any, Any] = RELU,
    ordered: bool = False,
    change: Callable[[Any], Any] = np.copy,
    part: slice = slice(None),
    spoil: Callable[[Any], Any] = lambda made: made,
) -> Callable[..., Any]:
    """Return a reader of digits with these settings, and perhaps a slip."""

    def reader(X: Any, Y: Any) -> Any:
        rng, params, costs = np.random.default_rng(0), {}, []
        X, Y = change(X)[:, part], Y[:, part]
        for l, (n_prev, n) in enumerate(pairwise(sizes), start=1):
            params[f"W{l}"] = start(rng, n, n_prev)
            params[f"b{l}"] = np.zeros((n, 1))
        for _ in range(epochs):
            m = X.shape[1]
            order = np.arange(m) if ordered else rng.permutation(m)
            for some in np.array_split(order, max(1, m // batch)):
                grads = slopes_through(X[:, some], Y[:, some], params, *bends)
                params = {k: params[k] - rate * grads[k] for k in params}
            costs.append(cross_entropy(forward(X, params, bends[0])[-1], Y))
        return spoil({"params": params, "costs": costs})

    return reader


def with_costs(change: Callable[[list[float]], Any]) -> Callable[..., Any]:
    return training_with(
        spoil=lambda made: {**made, "costs": change(made["costs"])}
    )


def with_params(change: Callable[[Any], Any]) -> Callable[..., Any]:
    return training_with(
        epochs=2,
        spoil=lambda made: {
            **made,
            "params": {k: change(v) for k, v in made["params"].items()},
        },
    )


def from_all_digits(X: Any, Y: Any) -> Any:
    """Peek: learn all 1797 digits by their usual names."""
    pixels, digit = datasets.digits()
    return training_with()(pixels, metrics.one_hot(digit, 10))


def never_sure(X: Any, Y: Any) -> Any:
    """Read well, with scores held so small that no share nears 1."""
    made = training_with()(X, Y)
    params = {
        k: 0.3 * v if k in ("W2", "b2") else v
        for k, v in made["params"].items()
    }
    last = cross_entropy(forward(X, params)[-1], Y)
    return {"params": params, "costs": [*made["costs"], last]}


def summed(costs: list[float]) -> list[float]:
    return [1258 * cost for cost in costs]


def seen_by_the_judge(args: Any, got: Any) -> dict[str, Any]:
    return look(got, *args)


capstone = exercise(
    "09.7",
    "A reader of digits",
    points=30,
    kind="capstone",
    slug="digits",
    calls=["network = digit_reader(X, Y)"],
    draw=lambda rng: [split_digits(rng), split_digits(rng)],
    reference=lambda X, Y: scored(reading(X, Y), sees=True),
    facts=seen_by_the_judge,
    may_use=(
        "affine_forward",
        "affine_backward",
        "relu_forward",
        "relu_backward",
        "softmax_forward",
    ),
    mistakes=[
        mistake(
            "other-names",
            training_with(
                epochs=1, spoil=lambda made: (made["params"], made["costs"])
            ),
            "You return {returns}. The judge looks for the entries params "
            "and costs of a dictionary. Under which names would it find "
            "yours?",
        ),
        mistake(
            "one-layer",
            training_with(sizes=(64, 10), epochs=1),
            "Your params hold one W and one b. The digits ask for hidden "
            "units. How many arrays has a network with one hidden layer?",
        ),
        mistake(
            "on-their-side",
            with_params(np.transpose),
            "Your network {fault}: each unit is a column there. In the "
            "product of W and A_prev, which axis of W meets the pixels?",
        ),
        mistake(
            "unlike-start",
            with_params(np.ravel),
            "Your network {fault}. Print the shapes of all arrays that start "
            "makes for the same sizes. Which of yours is the first to "
            "differ?",
        ),
        mistake(
            "not-finite",
            training_with(rate=1e200, epochs=1),
            "Your network {fault}. No picture can be read with those. What "
            "does a step do that is far longer than the valley is wide?",
        ),
        mistake(
            "other-labels",
            from_all_digits,
            "Your network reads {usual} of 100 unseen digits by their usual "
            "names, and {reads} by the names in Y, which the judge has "
            "changed. So it has learned from other pictures and labels than "
            "the ones it was handed. Where inside your function does a name "
            "stand that is neither X nor Y?",
        ),
        mistake(
            "twins",
            training_with(
                start=lambda rng, n, n_prev: 0 * np.ones((n, n_prev))
            ),
            "Your network reads {reads} of 100 unseen digits. All units of "
            "layer 1 have the same weights after {epochs} epochs. What made "
            "them different at the start?",
        ),
        mistake(
            "silent-layer",
            training_with(
                start=lambda rng, n, n_prev: (
                    -abs(rng.normal(size=(n, n_prev)))
                ),
                epochs=2,
            ),
            "Your network reads {reads} of 100 unseen digits. All units of "
            "layer {silent} are silent for every picture, so nothing below "
            "them can learn any more. Were they silent at the start, or did "
            "a long step push them there?",
        ),
        mistake(
            "inputs-changed",
            training_with(change=lambda X: X - X.mean(axis=1, keepdims=True)),
            "Your last cost, {last}, is right for the pictures {what}. On "
            "the pictures as they came your parameters cost {true}. The "
            "judge feeds them as they come. What must be true of the "
            "parameters you return, or of the pictures you train on?",
        ),
        mistake(
            "bends-otherwise",
            training_with(bends=TANH),
            "Your last cost, {last}, is right if {what} bends the hidden "
            "layers. With ReLU, as the judge bends, your parameters cost "
            "{true}. Which bend was agreed on?",
        ),
        mistake(
            "another-cost",
            with_costs(summed),
            "Your network reads {reads} of 100 unseen digits. Your last "
            "cost, {last}, is {what}; the mean cross-entropy of your "
            "parameters on X is {true}. Which of the two is J in this "
            "chapter?",
        ),
        mistake(
            "costs-no-list",
            with_costs(lambda costs: costs[-1]),
            "Your costs are no list of numbers, one for each epoch. What "
            "should be appended, and after which loop has ended?",
        ),
        mistake(
            "costs-disagree",
            with_costs(lambda costs: [c / 3 + 0.5 for c in costs]),
            "Your network reads {reads} of 100 unseen digits. Your last cost "
            "says {last}, and your parameters cost {true} on X. Was it "
            "measured on all of X, and after the last step?",
        ),
        mistake(
            "costs-stay",
            never_sure,
            "Your network reads {reads} of 100 unseen digits. Your cost goes "
            "from {first} to {last} only; it should fall tenfold, from 1 or "
            "more. What in your training keeps the shares away from 0 and 1?",
        ),
        mistake(
            "last-columns",
            training_with(part=slice(0, 700), epochs=10),
            "Your network never names the classes {never}. The columns of X "
            "stand sorted by class. Which columns has it never seen?",
        ),
        mistake(
            "in-order",
            training_with(ordered=True, epochs=10),
            "Of the digits of X that your network reads wrongly, {later} of "
            "100 are taken for a class that comes later in X. It forgets "
            "what it saw first. In which order do the pictures reach it?",
        ),
        mistake(
            "a-part",
            training_with(part=slice(0, None, 25), epochs=60),
            "Your last cost says {last}. On all {m} digits of X your "
            "parameters cost {true}, and they read {own} of 100. On how many "
            "of them did you train, and measure?",
        ),
        mistake(
            "hardly-moved",
            training_with(rate=0.001, epochs=3),
            "Your cost goes from {first} to {last} in {epochs} epochs; "
            "guessing costs 2.30. Count your steps, and look how far one "
            "goes. Which of the two is too small?",
        ),
        mistake(
            "too-narrow",
            training_with(sizes=(64, 5, 10), epochs=15, rate=0.2),
            "Your network reads {reads} of 100 unseen digits. All it knows "
            "of a picture passes through {narrow} units. Could you tell ten "
            "digits apart by so few numbers?",
        ),
        mistake(
            "not-there-yet",
            training_with(rate=0.1, epochs=3),
            "Your network reads {own} of 100 of its own digits and {reads} "
            "of 100 that it has not seen; 95 are asked. Its cost is {last} "
            "after {epochs} epochs. Which of these numbers tells you whether "
            "more steps can help?",
        ),
    ],
    also_right=[
        training_with(),
        lambda X, Y: {
            name: {k: np.float32(v) for k, v in part.items()}
            if name == "params"
            else np.array(part)
            for name, part in training_with(
                sizes=(64, 48, 48, 10), rate=0.3, epochs=25, batch=48
            )(X, Y).items()
        },
        lambda X, Y: {
            name: part
            if name == "params"
            else [np.array(cost) for cost in part]
            for name, part in training_with()(X, Y).items()
        },
    ],
    read="Read the digits",
    equation="eq-deep-update",
    hints=[
        "Split X once more, with some of every class in both parts, and "
        "watch both costs. Does the validation cost still fall when you "
        "stop?",
        "Count your steps: epochs times batches. Several hundred are a good "
        "beginning.",
        "If the cost is not a number, the steps are too long; if it hardly "
        "moves, they are too short or the start is too small.",
    ],
    budget_s=3.0,
)
