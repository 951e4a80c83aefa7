"""Chapter 5. What is asked about shallow networks, and how it is judged."""

from collections.abc import Callable
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


def answered(good: dict[str, Any]) -> Callable[..., Any]:
    """Return what makes functions that give `good` with some changes."""
    return lambda **changed: lambda: good | changed


# 05.1 A network read from its shapes.

net = answered(
    {
        "B_sizes": [16, 10, 1],
        "B_examples": 4000,
        "B_parameters": 181,
        "D_sizes": [12, 7, 3],
        "D_examples": 50,
        "D_parameters": 115,
        "layers": 2,
        "impossible": "c",
        "A_output": 0.466,
    }
)

networks = exercise(
    "05.1",
    "Read the network from its shapes",
    points=5,
    kind="choose",
    slug="shapes",
    calls=["networks_05_1()"],
    reference=lambda: (
        net()()
        | {
            "impossible": choice("c", "a", "b", "d"),
            "A_output": band(0.465, 0.4664),
        }
    ),
    mistakes=[
        mistake(
            "from-to",
            net(B_sizes=[10, 16, 1], D_sizes=[7, 12, 3]),
            "You read the shape of W1 as (inputs, units). X has 16 rows in "
            "network B. How many numbers does a unit of B receive?",
        ),
        mistake(
            "biases-forgotten",
            net(B_parameters=170, D_parameters=105),
            "170 and 105 are the weights alone. What else does each unit "
            "learn?",
        ),
        mistake(
            "examples-counted",
            net(B_parameters=181 + 16 * 4000, D_parameters=115 + 12 * 50),
            "You counted the entries of X among the parameters. Does a step "
            "of training change the data?",
        ),
        mistake(
            "input-counted",
            net(layers=3),
            "You count three layers. Which of the three columns has no "
            "weights?",
        ),
        mistake(
            "square-suspected",
            net(impossible="b"),
            "B is possible: 16 features, 10 units, and 4000 columns side by "
            "side. In which network does a layer wait for more answers than "
            "the layer before it gives?",
        ),
        mistake(
            "one-example-suspected",
            net(impossible="a"),
            "A is possible: its data are a single column. In which network "
            "does a layer wait for more answers than the layer before it "
            "gives?",
        ),
        mistake(
            "biggest-suspected",
            net(impossible="d"),
            "D is possible: 12 features, 7 units, then 3 units that receive "
            "7 answers. In which network does a layer wait for more answers "
            "than the layer before it gives?",
        ),
        mistake(
            "features-for-examples",
            net(B_examples=16, D_examples=12),
            "You read off the rows of X. Which axis of X counts the examples?",
        ),
        mistake(
            "third-switched-off",
            net(A_output=0.474),
            "0.474 is the output for x = (1, 0, 1). Which input did you "
            "leave switched off in the figure?",
        ),
        mistake(
            "sum-for-answer",
            net(A_output=-0.138),
            "-0.138 is what the output unit adds up. What does the unit do "
            "with its sum before it answers?",
        ),
    ],
    also_right=[
        net(B_sizes=(16, 10, 1), D_sizes=(12, 7, 3)),
        net(A_output=0.4656, layers=2.0, impossible="C"),
    ],
    read="A row of W is a unit",
    equation="eq-count",
    hints=[
        "A row of W1 is a unit. What, then, is a column of it?",
        "What does a unit of the second layer receive? Compare two shapes "
        "of the same network.",
    ],
)


# 05.2 Three printed lines.

MENDED_LINES = """
def probe(learner, W2, b2, a1, x):
    import numpy as np
    answer = dict(learner())
    formula = answer.get("z2")
    try:
        if isinstance(formula, str):
            formula = eval("lambda W2, b2, a1, x: " + formula, {"np": np})
        if callable(formula):
            answer["z2"] = formula(W2, b2, a1, x)
    except ValueError:
        answer["z2"] = "shapes that do not fit"
    except NameError:
        answer["z2"] = "an unknown letter"
    except SyntaxError:
        answer["z2"] = "no expression"
    except Exception as error:
        answer["z2"] = type(error).__name__ + ": " + str(error)
    return answer
"""


def draw_lines(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (
            rng.normal(size=(1, 4)),
            rng.normal(size=(1, 1)),
            rng.normal(size=(4, 1)),
            rng.normal(size=(3, 1)),
        )
        for _ in range(3)
    ]


def lines(
    formula: Callable[..., Any] = lambda W2, b2, a1, x: np.dot(W2, a1) + b2,
    **changed: Any,
) -> Callable[..., Any]:
    good = {
        "x_shape": (3, 1),
        "z1_shape": (4, 1),
        "W2_shape": (1, 4),
        "a2_shape": (1, 1),
    }
    return lambda *args: good | {"z2": formula(*args)} | changed


def by_sum(W2: Any, b2: Any, a1: Any, x: Any) -> Any:
    return b2 + sum(W2[0, i] * a1[i, 0] for i in range(4))


printed = exercise(
    "05.2",
    "Three printed lines",
    points=5,
    kind="spot",
    slug="lines",
    calls=["mended_05_2()"],
    draw=draw_lines,
    reference=lines(by_sum),
    probe=MENDED_LINES,
    mistakes=[
        mistake(
            "no-bias",
            lines(lambda W2, b2, a1, x: W2 @ a1),
            "Your line 2 lets W2 meet what it should. What does a unit add "
            "after it has weighed?",
        ),
        mistake(
            "table",
            lines(lambda W2, b2, a1, x: W2 * a1 + b2),
            "Your line 2 gives a table of 4 by 4. Which sign multiplies "
            "row by column and adds up?",
        ),
        mistake(
            "data-again",
            lines(lambda W2, b2, a1, x: W2[:, :3] @ x + b2),
            "Your line 2 still takes x. What does the output unit of the "
            "drawing receive, and how many numbers is that?",
        ),
        mistake(
            "does-not-run",
            lines(lambda *args: "shapes that do not fit"),
            "Your line 2 does not run with the shapes of the drawing. How "
            "many numbers does the output unit receive there, and from "
            "where?",
        ),
        mistake(
            "other-letters",
            lines(lambda *args: "an unknown letter"),
            "Your line 2 uses a letter that the exercise does not give. "
            "Which four may stand in it, and are they large or small?",
        ),
        mistake(
            "no-expression",
            lines(lambda *args: "no expression"),
            "Your line 2 is no Python expression. Only the right side is "
            "asked for: what stands after the sign =?",
        ),
        mistake(
            "m-columns",
            lines(x_shape=(3, 4)),
            "For line 1 you give x four columns. How many examples are "
            "there, and which axis counts them?",
        ),
        mistake(
            "sum-on-its-side",
            lines(W2_shape=(4, 1)),
            "A row of W2 is a unit. How many output units are there?",
        ),
        mistake(
            "one-axis-input",
            lines(x_shape=(3,), z1_shape=(4,)),
            "One axis only: numpy would line it up with the examples. Which "
            "shape has a column?",
        ),
        mistake(
            "four-outputs",
            lines(W2_shape=(4, 4), a2_shape=(4, 1)),
            "You kept four outputs. How many circles stand in the last "
            "column of the drawing?",
        ),
    ],
    also_right=[
        lines(by_sum, a2_shape=[1, 1]),
        lines(lambda W2, b2, a1, x: (a1.T @ W2.T + b2).T),
    ],
    read="A row of W is a unit",
    equation="eq-forward-one",
    hints=[
        "Write the shape under every letter of line 2. Which product is not "
        "defined?",
        "Count circles in the last column of the drawing.",
    ],
)


# 05.3 The forward pass.


def params_of(n_x: int, n_1: int, rng: Generator) -> dict[str, Any]:
    return {
        "W1": rng.normal(size=(n_1, n_x)),
        "b1": rng.normal(size=(n_1, 1)),
        "W2": rng.normal(size=(1, n_1)),
        "b2": rng.normal(size=(1, 1)),
    }


SIZES = ((3, 4, 5), (2, 5, 1), (4, 1, 3), (1, 3, 6), (3, 3, 3))


def draw_forward(rng: Generator) -> list[tuple[Any, ...]]:
    return [
        (rng.normal(size=(n_x, m)), params_of(n_x, n_1, rng))
        for n_x, n_1, m in SIZES
    ]


def by_entries(X: Any, params: Any) -> tuple[Any, Any]:
    """Answer with sums over a named index, and tanh as a sigmoid."""
    Z1 = np.einsum("ij,jk->ik", params["W1"], X) + params["b1"]
    A1 = 2 * sigmoid(2 * Z1) - 1
    Z2 = np.einsum("ij,jk->ik", params["W2"], A1) + params["b2"]
    return A1, sigmoid(Z2)


def forward_with(
    hidden: Callable[[Any], Any] = np.tanh,
    output: Callable[[Any], Any] = sigmoid,
    first: float = 1.0,
    last: float = 1.0,
) -> Callable[..., Any]:
    """Return a forward pass with other curves or without a bias."""

    def answer(X: Any, params: Any) -> tuple[Any, Any]:
        A1 = hidden(params["W1"] @ X + first * params["b1"])
        return A1, output(params["W2"] @ A1 + last * params["b2"])

    return answer


def bent_inputs(X: Any, params: Any) -> tuple[Any, Any]:
    A1 = params["W1"] @ np.tanh(X) + params["b1"]
    return A1, sigmoid(params["W2"] @ np.tanh(A1) + params["b2"])


def flat_output(X: Any, params: Any) -> tuple[Any, Any]:
    A1, A2 = forward_with()(X, params)
    return A1, A2[0]


def bias_in_place(X: Any, params: Any) -> tuple[Any, Any]:
    A1, A2 = forward_with()(X, params)
    params["b1"] += 1.0
    return A1, A2


def where_it_differs(args: Any, got: Any) -> dict[str, Any]:
    X, params = args
    pair = got if isinstance(got, tuple | list) else (0.0, 0.0)
    A1, A2 = (np.asarray(part, float) for part in pair[:2])
    return {
        "m": X.shape[1],
        "n_1": len(params["b1"]),
        "low": float(A1.min()),
        "high": float(A1.max()),
        "out_low": float(A2.min()),
        "out_high": float(A2.max()),
        "shape": A2.shape,
    }


forward = exercise(
    "05.3",
    "The whole network forward",
    points=10,
    kind="implement",
    slug="forward",
    calls=["A1, A2 = two_layer_forward(X, params)"],
    draw=draw_forward,
    reference=by_entries,
    follows={"A2": ("A1",)},
    facts=where_it_differs,
    may_use=("affine_forward", "tanh_forward", "sigmoid_forward"),
    mistakes=[
        mistake(
            "hidden-sigmoid",
            forward_with(hidden=sigmoid),
            "Your hidden answers lie between {low:.2f} and {high:.2f}, none "
            "is negative. Between which two numbers does tanh answer?",
        ),
        mistake(
            "no-bend",
            forward_with(hidden=lambda Z: Z),
            "Your hidden answers reach from {low:.2f} to {high:.2f}: these "
            "are the sums. What stands between z and a?",
        ),
        mistake(
            "first-bias-lost",
            forward_with(first=0.0),
            "With biases set to zero your A1 is right. Where would the fold "
            "of every hidden unit have to run?",
        ),
        mistake(
            "first-bias-taken-away",
            forward_with(first=-1.0),
            "Your A1 is right when the biases have the opposite sign. What "
            "does a unit do with its bias?",
        ),
        mistake(
            "last-bias-lost",
            forward_with(last=0.0),
            "A1 is right. Your A2 is right only when the output's bias is "
            "zero. How many biases does a network with one output have?",
        ),
        mistake(
            "last-bias-taken-away",
            forward_with(last=-1.0),
            "A1 is right. Your A2 is right when the output's bias has the "
            "opposite sign. What does a unit do with its bias?",
        ),
        mistake(
            "output-odds",
            forward_with(output=np.exp),
            "A1 is right. Your A2 reaches up to {out_high:.2f}: these are "
            "odds, e to the sum. What keeps a probability below 1?",
        ),
        mistake(
            "output-not-bent",
            forward_with(output=lambda Z: Z),
            "A1 is right. Your A2 reaches from {out_low:.2f} to "
            "{out_high:.2f}. Between which two numbers must a probability "
            "lie?",
        ),
        mistake(
            "output-tanh",
            forward_with(output=np.tanh),
            "A1 is right. Your A2 reaches from {out_low:.2f} to "
            "{out_high:.2f}: the bend of the hidden layer. Which answers may "
            "a probability give?",
        ),
        mistake(
            "output-relu",
            forward_with(output=lambda Z: np.maximum(Z, 0)),
            "A1 is right. Your A2 reaches from {out_low:.2f} to "
            "{out_high:.2f}. Which curve ends above 0 and below 1?",
        ),
        mistake(
            "inputs-bent",
            bent_inputs,
            "You bend what a layer receives, not what it adds up. In which "
            "order does one unit take its two steps?",
        ),
        mistake(
            "flat",
            flat_output,
            "The values are right, but your A2 has shape {shape}: an axis "
            "is lost. How many rows has a layer with one unit?",
        ),
        mistake(
            "bias-changed",
            bias_in_place,
            "The values are right, but after the call params is no longer "
            "what it was. Which of your lines writes into the caller's "
            "array?",
        ),
    ],
    also_right=[
        lambda X, params: tuple(
            np.hstack(parts)
            for parts in zip(
                *(
                    forward_with()(X[:, k : k + 1], params)
                    for k in range(X.shape[1])
                ),
                strict=True,
            )
        ),
        lambda X, params: tuple(
            part.astype(np.float32) for part in forward_with()(X, params)
        ),
        lambda X, params: list(
            forward_with(hidden=lambda Z: 2 * sigmoid(2 * Z) - 1)(X, params)
        ),
    ],
    read="From one example to all of them",
    equation="eq-forward-one",
    hints=[
        "Write the four lines with capitals and put a shape beside each.",
        "Which of the two layers receives X?",
        "A1 is a tanh of something, A2 a sigmoid of something else. Of what?",
    ],
)


# 05.4 The gradients.


def draw_grads(rng: Generator) -> list[tuple[Any, ...]]:
    drawn = []
    for n_x, n_1, m in SIZES:
        params = params_of(n_x, n_1, rng)
        X = rng.normal(size=(n_x, m))
        Y = (np.arange(m) % 2).astype(float)[np.newaxis]
        A1, A2 = forward_with()(X, params)
        drawn.append((X, Y, params["W2"], (A1, A2)))
    return drawn


def grads_by_examples(X: Any, Y: Any, W2: Any, cache: Any) -> dict[str, Any]:
    """Average the gradients of single examples, each an outer product."""
    A1, A2 = cache
    error = A2 - Y
    message = W2.T * error * (1 - A1) * (1 + A1)
    m = X.shape[1]
    return {
        "dW1": np.einsum("ik,jk->ij", message, X) / m,
        "db1": message.mean(axis=1, keepdims=True),
        "dW2": np.einsum("ik,jk->ij", error, A1) / m,
        "db2": error.mean(axis=1, keepdims=True),
    }


def grads_with(
    *,
    error: Callable[..., Any] = lambda A2, Y: A2 - Y,
    slope: Callable[[Any], Any] = lambda A1: 1 - A1**2,
    divide: Callable[[int], float] = lambda m: 1 / m,
    bias: Callable[[Any], Any] = lambda dZ: dZ.sum(axis=1, keepdims=True),
    sides: bool = False,
    sent: Callable[..., Any] = lambda W2, dZ2: W2.T @ dZ2,
) -> Callable[..., Any]:
    """Return gradients with one of the steps done in another way."""

    def answer(X: Any, Y: Any, W2: Any, cache: Any) -> dict[str, Any]:
        A1, A2 = cache
        dZ2 = error(A2, Y) * divide(X.shape[1])
        dZ1 = sent(W2, dZ2) * slope(A1)
        dW1, dW2 = dZ1 @ X.T, dZ2 @ A1.T
        if sides:
            dW1, dW2 = dW1.T, dW2.T
        return {"dW1": dW1, "db1": bias(dZ1), "dW2": dW2, "db2": bias(dZ2)}

    return answer


def single_examples(X: Any, Y: Any, cache: Any) -> list[tuple[Any, ...]]:
    """Return every example as a set of its own: X, Y and the cache."""
    A1, A2 = cache
    cut = [slice(k, k + 1) for k in range(X.shape[1])]
    return [(X[:, k], Y[:, k], (A1[:, k], A2[:, k])) for k in cut]


def of_the_sum(A1: Any) -> Any:
    return 1 - np.arctanh(A1) ** 2


def divided_later(X: Any, Y: Any, W2: Any, cache: Any) -> dict[str, Any]:
    """Divide by m in each result, as many courses do."""
    whole: dict[str, Any] = grads_with(divide=lambda m: 1.0)(X, Y, W2, cache)
    return {name: value / X.shape[1] for name, value in whole.items()}


def half_divided(X: Any, Y: Any, W2: Any, cache: Any) -> dict[str, Any]:
    """Divide the weights' gradients, forget it for the biases."""
    m = X.shape[1]
    right = divided_later(X, Y, W2, cache)
    return right | {"db1": m * right["db1"], "db2": m * right["db2"]}


def hidden_not_averaged(X: Any, Y: Any, W2: Any, cache: Any) -> dict[str, Any]:
    """Divide in the output layer, forget it in the hidden one."""
    m = X.shape[1]
    right = divided_later(X, Y, W2, cache)
    return right | {"dW1": m * right["dW1"], "db1": m * right["db1"]}


def cache_spoiled(X: Any, Y: Any, W2: Any, cache: Any) -> dict[str, Any]:
    right = grads_by_examples(X, Y, W2, cache)
    cache[1][...] -= Y
    return right


def gradient_facts(args: Any, got: Any) -> dict[str, Any]:
    X, _, W2, (A1, _) = args
    right = grads_by_examples(*args)
    got = got if isinstance(got, dict) else {}

    def size(name: str, table: Any) -> float:
        return float(np.linalg.norm(np.asarray(table.get(name, 0.0), float)))

    ratio = size("dW1", got) / (size("dW1", right) or 1.0)
    return {
        "m": X.shape[1],
        "n_1": W2.shape[1],
        "times": ratio,
        "shape_W1": np.shape(got.get("dW1", 0.0)),
        "shape_b1": np.shape(got.get("db1", 0.0)),
        "a": float(A1.flat[np.argmax(abs(A1))]),
    }


gradients = exercise(
    "05.4",
    "The slopes of a two-layer network",
    points=15,
    kind="implement",
    slug="grads",
    calls=["dW2, db2, dW1, db1 = two_layer_grads(X, Y, W2, cache)"],
    draw=draw_grads,
    reference=grads_by_examples,
    facts=gradient_facts,
    inside={"cache": ("A1", "A2")},
    mistakes=[
        mistake(
            "never-averaged",
            grads_with(divide=lambda m: 1.0),
            "All four gradients are exactly {m} times what they should be, "
            "and there are {m} examples. J is what kind of sum over the "
            "examples?",
        ),
        mistake(
            "averaged-twice",
            grads_with(divide=lambda m: 1 / m**2),
            "All four gradients are {m} times too small, with {m} examples. "
            "How often do you take the average between the error and the "
            "result?",
        ),
        mistake(
            "biases-not-averaged",
            half_divided,
            "Your weights' gradients are right, those of the biases are {m} "
            "times too large. Does the mean over the examples stop at the "
            "weights?",
        ),
        mistake(
            "uphill",
            grads_with(error=lambda A2, Y: Y - A2),
            "All signs are turned: a step with these gradients climbs. If "
            "the answer is too large, what sign must its error have?",
        ),
        mistake(
            "slope-at-the-output",
            grads_with(error=lambda A2, Y: (A2 - Y) * A2 * (1 - A2)),
            "Your dW2 is too small wherever the output is sure of itself. "
            "That is the rule of another cost. What happens to the slope "
            "of the sigmoid under cross-entropy?",
        ),
        mistake(
            "no-bend-on-the-way-back",
            grads_with(slope=lambda A1: 1.0),
            "dW2 and db2 are right. The message to the hidden layer went "
            "back through the weights only. Which box lies between z and a?",
        ),
        mistake(
            "slope-of-the-sigmoid",
            grads_with(slope=lambda A1: A1 * (1 - A1)),
            "dW2 and db2 are right. Your hidden slope has the wrong sign "
            "where a unit answers below zero. Which curve bends the hidden "
            "layer?",
        ),
        mistake(
            "slope-of-the-sum",
            grads_with(slope=of_the_sum),
            "dW2 and db2 are right. Tanh never falls, but your slope is "
            "negative where a unit is sure of itself, as at a = {a:.2f}. "
            "What, exactly, is squared?",
        ),
        mistake(
            "tanh-again",
            grads_with(slope=lambda A1: 1 - np.tanh(A1) ** 2),
            "dW2 and db2 are right. Your hidden slope never falls below "
            "0.41. Is A1 a sum, or is it bent already?",
        ),
        mistake(
            "no-square",
            grads_with(slope=lambda A1: 1 - A1),
            "dW2 and db2 are right. Your hidden slope is 2 where a unit "
            "answers -1, and tanh is flat there. Which power is missing?",
        ),
        mistake(
            "slope-upside-down",
            grads_with(slope=lambda A1: 1 / (1 - A1**2)),
            "dW2 and db2 are right. A unit that is sure of itself, as at "
            "a = {a:.2f}, should hardly hear the message; yours hears it "
            "louder. Which product does the circle with a dot mean?",
        ),
        mistake(
            "plus-in-the-slope",
            grads_with(slope=lambda A1: 1 + A1**2),
            "dW2 and db2 are right. Your hidden slope is never below 1. "
            "Where is tanh flat, and what must its slope be there?",
        ),
        mistake(
            "square-alone",
            grads_with(slope=lambda A1: A1**2),
            "dW2 and db2 are right. Your hidden slope is 0 where a unit "
            "answers 0, and tanh is steepest there. What is its slope there?",
        ),
        mistake(
            "square-taken-away-from-nothing",
            grads_with(slope=lambda A1: -(A1**2)),
            "dW2 and db2 are right. Your hidden slope is never positive, "
            "and tanh never falls. What is its slope where it answers 0?",
        ),
        mistake(
            "doubled-for-squared",
            grads_with(slope=lambda A1: 1 - 2 * A1),
            "dW2 and db2 are right. Your hidden slope is negative at "
            "a = 0.9 and tanh never falls. Which operation stands in the "
            "bracket of the fourth line?",
        ),
        mistake(
            "past-the-weights",
            grads_with(sent=lambda W2, dZ2: dZ2),
            "dW2 and db2 are right. Every hidden unit receives the same "
            "message. By which weights did its answer reach the output?",
        ),
        mistake(
            "message-not-sent",
            grads_with(sent=lambda W2, dZ2: W2.T),
            "dW2 and db2 are right. Your message to the hidden layer does "
            "not know how wrong the output was. What travels back along the "
            "weights?",
        ),
        mistake(
            "hidden-not-averaged",
            hidden_not_averaged,
            "dW2 and db2 are right; dW1 and db1 are {m} times too large. "
            "Where does the hidden layer's message start, and is the mean in "
            "it already?",
        ),
        mistake(
            "on-its-side",
            grads_with(sides=True),
            "Your dW1 has shape {shape_W1}: the right table on its side. "
            "Which shape has every gradient?",
        ),
        mistake(
            "axis-lost",
            grads_with(bias=lambda dZ: dZ.sum(axis=1)),
            "dW1 and dW2 are right. Your db1 has shape {shape_b1}, one axis "
            "only. With which axis of an (n, 1) column would numpy line it "
            "up?",
        ),
        mistake(
            "sum-over-units",
            grads_with(bias=lambda dZ: dZ.sum(axis=0, keepdims=True)),
            "dW1 and dW2 are right. Your db1 has shape {shape_b1}. Which "
            "axis of dZ counts the examples, and which one must survive?",
        ),
        mistake(
            "one-sum-for-all",
            grads_with(bias=lambda dZ: np.full((len(dZ), 1), dZ.sum())),
            "dW1 and dW2 are right. All hidden units received the same bias "
            "gradient. Do the units share one bias?",
        ),
        mistake(
            "cache-changed",
            cache_spoiled,
            "The values are right, but A2 in the cache is no longer what it "
            "was. Which of your lines writes into the caller's array?",
        ),
    ],
    also_right=[
        divided_later,
        lambda X, Y, W2, cache: {
            name: np.mean(
                [
                    grads_with()(*one, W2, rest)[name]
                    for *one, rest in single_examples(X, Y, cache)
                ],
                axis=0,
            )
            for name in ("dW1", "db1", "dW2", "db2")
        },
        lambda X, Y, W2, cache: {
            name: value.astype(np.float32)
            for name, value in grads_with()(X, Y, W2, cache).items()
        },
    ],
    read="Training, with borrowed slopes",
    equation="eq-borrowed",
    hints=[
        "Write the shape beside each of the five lines before you type.",
        "The message to the hidden layer has the shape of A1. Which two "
        "factors make it, and which of the two products is entry by entry?",
        "Compare with the numbers on paper: one example, one unit.",
    ],
)


# 05.5 A start that never leaves.

# The same lines run beside the learner's code and, for the mistakes, here.
TRAINED = """
def probe(learner, n_x, n_1, seed):
    import numpy as np
    rng = np.random.default_rng(seed)
    start = learner(n_x, n_1, rng)
    shapes = [np.shape(part) for part in start]
    W1, b1, W2, b2 = (np.array(part, dtype=float) for part in start)
    b1_start = b1
    if shapes != [(n_1, n_x), (n_1, 1), (1, n_1), (1, 1)]:
        return {
            "shapes": [list(shape) for shape in shapes],
            "cost": "not trained",
            "units": "not trained",
        }
    rows = len({tuple(row) for row in W1.tolist()})
    began = "in rows that differ" if rows > 1 else "in equal rows"
    if len(np.unique(W1)) == 1:
        began = "in equal numbers" if W1.any() else "in zeros"
    rng = np.random.default_rng(7)
    m = 60
    angle = np.pi * rng.random(m)
    X = np.zeros((n_x, m))
    X[:2] = np.cos(angle), np.sin(angle)
    Y = (np.arange(m) % 2).astype(float)[np.newaxis]
    X[0] = np.where(Y[0] == 1, 1 - X[0], X[0])
    X[1] = np.where(Y[0] == 1, 0.5 - X[1], X[1])
    for _ in range(400):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        dZ2 = (A2 - Y) / m
        dZ1 = (W2.T @ dZ2) * (1 - A1 * A1)
        W2 = W2 - dZ2 @ A1.T
        b2 = b2 - dZ2.sum(axis=1, keepdims=True)
        W1 = W1 - dZ1 @ X.T
        b1 = b1 - dZ1.sum(axis=1, keepdims=True)
    p = np.where(Y == 1, A2, 1 - A2)
    different = len({tuple(row) for row in W1.round(6).tolist()})
    began += ", b1 not in zeros" if b1_start.any() else ", b1 in zeros"
    units = f"{different} different, W1 began {began}"
    return {
        "shapes": [list(shape) for shape in shapes],
        "cost": float(-np.log(np.maximum(p, 1e-12)).mean()),
        "units": "all different" if different == n_1 else units,
    }
"""

_names: dict[str, Any] = {}
exec(TRAINED, _names)  # our own text, above


def trained(start: Callable[..., Any]) -> Callable[..., Any]:
    """Return what the probe says of a start."""
    return lambda n_x, n_1, seed: _names["probe"](start, n_x, n_1, seed)


def zeros(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    return (
        np.zeros((n_1, n_x)),
        np.zeros((n_1, 1)),
        np.zeros((1, n_1)),
        np.zeros((1, 1)),
    )


def constant(value: float) -> Callable[..., Any]:
    def start(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
        W1, b1, W2, b2 = zeros(n_x, n_1, rng)
        return W1 + value, b1, W2 + value, b2

    return start


def bias_alone(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    W1, b1, W2, b2 = zeros(n_x, n_1, rng)
    return W1, rng.standard_normal(b1.shape), W2, b2


def one_apart(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    W1, b1, W2, b2 = constant(0.5)(n_x, n_1, rng)
    W1[0] = rng.standard_normal(n_x)
    return W1, b1, W2, b2


def one_row(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    _, b1, W2, b2 = zeros(n_x, n_1, rng)
    row = rng.standard_normal((1, n_x))
    return np.tile(row, (n_1, 1)), b1, W2 + 1.0, b2


def on_its_side(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    W1, b1, W2, b2 = small(n_x, n_1, rng)
    return W1.T, b1, W2, b2


def flat_biases(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    W1, b1, W2, b2 = small(n_x, n_1, rng)
    return W1, b1.ravel(), W2, b2.ravel()


def small(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    _, b1, _, b2 = zeros(n_x, n_1, rng)
    W1 = 0.1 * rng.standard_normal((n_1, n_x))
    return W1, b1, 0.1 * rng.standard_normal((1, n_1)), b2


def spread(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    _, b1, _, b2 = zeros(n_x, n_1, rng)
    W1 = np.cos(np.arange(n_1 * n_x)).reshape(n_1, n_x)
    return W1, b1, np.sin(1 + np.arange(n_1))[np.newaxis], b2


def only_last(n_x: int, n_1: int, rng: Generator) -> tuple[Any, ...]:
    W1, b1, _, b2 = zeros(n_x, n_1, rng)
    return W1, b1, rng.standard_normal((1, n_1)), b2


def frozen_facts(args: Any, got: Any) -> dict[str, Any]:
    got = got if isinstance(got, dict) else {}
    cost = got.get("cost", np.nan)
    return {
        "cost": np.nan if isinstance(cost, str) else float(cost),
        "n_x": args[0],
        "n_1": args[1],
        "shape": tuple((got.get("shapes") or [()])[0]),
    }


def reference_start(n_x: int, n_1: int, seed: int) -> dict[str, Any]:
    return {
        "shapes": [[n_1, n_x], [n_1, 1], [1, n_1], [1, 1]],
        "cost": band(0.0, 0.6),
        "units": "all different",
    }


frozen = exercise(
    "05.5",
    "The frozen network",
    points=10,
    kind="debug",
    slug="frozen",
    calls=["mended_05_5(n_x, n_1, rng)"],
    draw=lambda rng: [
        (n_x, n_1, int(rng.integers(10**6)))
        for n_x, n_1 in ((2, 4), (3, 2), (5, 3))
    ],
    reference=reference_start,
    probe=TRAINED,
    broken=trained(zeros),
    facts=frozen_facts,
    mistakes=[
        mistake(
            "constant",
            trained(constant(0.5)),
            "The cost moves, to {cost:.2f}, but after training all {n_1} "
            "rows of W1 are equal, as they were at the start. If two units "
            "start alike, what could ever tell them apart?",
        ),
        mistake(
            "one-row-copied",
            trained(one_row),
            "Random, but the same row for all {n_1} units, and after "
            "training W1 still has one row only. How many numbers must be "
            "drawn?",
        ),
        mistake(
            "biases-alone",
            trained(bias_alone),
            "The cost stays at {cost:.3f}. You made the hidden biases "
            "different, but no hidden unit hears of an error. Along which "
            "weights does the message come down?",
        ),
        mistake(
            "on-its-side",
            trained(on_its_side),
            "Your W1 has the shape {shape} where {n_x} inputs lead to {n_1} "
            "units, so nothing could be trained. What is a row of W1?",
        ),
        mistake(
            "flat-biases",
            trained(flat_biases),
            "Your biases have one axis only, so nothing could be trained. "
            "Which shape has a column?",
        ),
        mistake(
            "one-apart",
            trained(one_apart),
            "One unit goes its own way, the others of the {n_1} stay copies "
            "of one another. What is different between those?",
        ),
    ],
    also_right=[trained(small), trained(spread), trained(only_last)],
    read="A start that never leaves",
    equation="eq-borrowed",
    hints=[
        "With zeros everywhere, what are the hidden answers, and what is "
        "therefore the gradient of W2?",
        "Now let all weights be equal and not zero. Is there any line in "
        "which two hidden units differ?",
    ],
)


# 05.6 The fewest units.

measured = answered(
    {
        "fewest": 3,
        "median_at": 0.998,
        "median_below": 0.88,
        "because": "a",
        "fold_b": -3.0,
        "joints": 4,
    }
)

fewest = exercise(
    "05.6",
    "The fewest units for the moons",
    points=10,
    kind="choose",
    slug="units",
    calls=["units_05_6()"],
    reference=lambda: {
        "fewest": 3,
        "median_at": band(0.985, 1.0),
        "median_below": band(0.86, 0.90),
        "because": choice("a", "b", "c"),
        "fold_b": band(-3.01, -2.99),
        "joints": 4,
    },
    mistakes=[
        mistake(
            "lucky-run",
            measured(fewest=2, median_at=0.973, median_below=0.88),
            "With two units one of the five runs is lucky. What does the "
            "run in the middle reach?",
        ),
        mistake(
            "two",
            measured(fewest=2),
            "You answer two units. What is the median of your five runs "
            "with two, and does it reach 0.97?",
        ),
        mistake(
            "generous",
            measured(fewest=4),
            "Four units are enough. Are they the fewest?",
        ),
        mistake(
            "output-counted",
            measured(fewest=5),
            "Five are more than enough. Where does the median first pass "
            "0.97 as you count upwards from one?",
        ),
        mistake(
            "one-for-each-moon",
            measured(because="b"),
            "Your numbers are right. Reason b would make two hidden units "
            "enough. What does your table say of two?",
        ),
        mistake(
            "more-is-better",
            measured(because="c"),
            "Your numbers are right. Reason c says that more units always "
            "validate better. What did thirty units do with forty noisy "
            "points?",
        ),
        mistake(
            "best-of-five",
            measured(median_below=0.97),
            "0.970 is the best of the five runs with one unit less. How many "
            "of the five are better than the median?",
        ),
        mistake(
            "mean-of-five",
            measured(median_at=0.974),
            "0.974 is the mean of the five runs, pulled down by one that got "
            "stuck. Which of the five stands in the middle?",
        ),
        mistake(
            "percent",
            measured(median_at=99.4, median_below=87.7),
            "You give the two shares in percent. Between which two numbers "
            "does a share lie?",
        ),
        mistake(
            "joint-missing",
            measured(joints=3),
            "With three joints, as the figure sets them, what error does it "
            "show? Is it below 0.002?",
        ),
        mistake(
            "joint-to-spare",
            measured(joints=5),
            "Five joints are enough. Does the figure still show an error "
            "below 0.002 when you take one away?",
        ),
        mistake(
            "other-side",
            measured(fold_b=3.0),
            "With b = 3 the sum at the point (1, 1) is 6. What must the sum "
            "of a unit be on its own fold?",
        ),
    ],
    also_right=[
        measured(median_at=0.996, median_below=0.877, fold_b=-3),
        measured(fewest=3.0, median_at=np.float32(0.998)),
    ],
    read="How many units?",
    equation="eq-fold-distance",
    hints=[
        "A list of five calls and np.median for each number of units; start "
        "at one.",
        "Draw the border between the moons with a few straight strokes. How "
        "many do you need?",
    ],
)


# 05.7 A prediction.

expected = answered({"seen": 0.99, "unseen": 0.5, "because": "b"})

prediction = exercise(
    "05.7",
    "What will it say?",
    points=5,
    kind="predict",
    slug="seen",
    calls=["prediction_05_7()"],
    reference=lambda: {
        "seen": recorded(),
        "unseen": recorded(),
        "because": choice("b", "a", "c"),
    },
    checks={"seen": 0.3, "unseen": 0.3, "because": 0.4},
    mistakes=[
        mistake(
            "a-corner-is-a-corner",
            expected(because="a"),
            "A hidden unit has sixteen weights, one for each cell. Which of "
            "them does a corner in the upper left teach anything about the "
            "lower right?",
        ),
        mistake(
            "too-small",
            expected(because="c"),
            "Run it with forty units: more corners are found at the places "
            "it knows. And at the others?",
        ),
    ],
    also_right=[
        expected(seen=1, unseen=0.97),
        expected(seen=0.8, unseen=0.1),
    ],
    read="What it has seen",
    equation="eq-rows",
)
