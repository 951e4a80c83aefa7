"""What the contract test must know of each forward / backward pair.

``CASES[name]`` says how to draw inputs for ``name_forward``, which options
to pass, and which laws the pair is exempt from. A pair without a case fails
`test_pairs.py`: add a line here when you add a pair.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

LAWS = {
    "permutation": "permuting the examples permutes the outputs",
    "invariance": "permuting the examples leaves the cost as it is",
    "extremes": "inputs of +-1000 give finite results without warnings",
    "gradient": "the backward pass agrees with measured slopes",
}


@dataclass(frozen=True)
class Case:
    """How to call one pair.

    ``draw(rng, m)`` returns the tuple of inputs for m examples, away from
    kinks. ``options`` is a dict, or a function of (rng, m, inputs) when the
    options are drawn too. ``per_example`` names the options, and
    ``examples`` the positions of the inputs, that hold one column per
    example. ``exempt`` names laws that do not hold, with the reason.
    """

    draw: Callable
    options: dict | Callable = field(default_factory=dict)
    examples: tuple = (0,)
    per_example: tuple = ()
    exempt: dict = field(default_factory=dict)

    def drawn(self, seed=0, m=5):
        rng = np.random.default_rng(seed)
        inputs = self.draw(rng, m)
        options = self.options
        if callable(options):
            options = options(rng, m, inputs)
        return inputs, options


def away_from_zero(rng, *shape):
    """Normal numbers at least 0.05 away from the kink at zero."""
    Z = rng.standard_normal(shape)
    return Z + np.copysign(0.05, Z)


def apart(rng, *shape):
    """All entries differ by at least 0.05: no ties for a maximum."""
    count = int(np.prod(shape))
    values = 0.1 * (rng.permutation(count) - count / 2)
    return (values + rng.uniform(0, 0.05, count)).reshape(shape)


def sums(rng, m):
    return (away_from_zero(rng, 4, m),)


def affine_inputs(rng, m):
    return tuple(rng.standard_normal(s) for s in ((3, m), (4, 3), (4, 1)))


def targets(rng, m, inputs):
    return {"Y": rng.standard_normal(inputs[0].shape)}


def labels(rng, m, inputs):
    return {"Y": rng.integers(0, 2, inputs[0].shape).astype(float)}


def one_hot(rng, m, inputs):
    n = len(inputs[0])
    return {"Y": np.eye(n)[:, rng.integers(0, n, m)]}


def probabilities(rng, m):
    return (rng.uniform(0.05, 0.95, (2, m)),)


def images(rng, m):
    return (apart(rng, 2, 5, 7, m),)


def normal(*shapes):
    """Draw normal numbers; the letter m stands for the number of examples."""

    def draw(rng, m):
        return tuple(
            rng.standard_normal([m if n == "m" else n for n in shape])
            for shape in shapes
        )

    return draw


def recurrent(gates, states=1):
    """Draw X, first states, W_ax, W_aa, b_a; n_x = 3, n_a = 2, T = 4."""
    rows = 2 * gates
    first = ((2, "m"),) * states
    return normal((3, 4, "m"), *first, (rows, 3), (rows, 2), (rows, 1))


def chance(rng, m, inputs):
    return {"rng": np.random.default_rng(7), "keep_prob": 0.7}


A_COST = {"permutation": "a cost is one number for all examples"}
NOT_A_COST = {"invariance": "outputs are one column per example"}

A_MASK = {
    **NOT_A_COST,
    "permutation": "every entry draws its own chance",
}
CONV = Case(
    normal((2, 5, 7, "m"), (3, 2, 3, 3), (3, 1)),
    {"stride": 2, "padding": 1},
    exempt=NOT_A_COST,
)
LSTM = Case(recurrent(4, states=2), examples=(0, 1, 2), exempt=NOT_A_COST)

CASES = {
    "conv": CONV,
    "conv_by_rows": CONV,
    "max_pool": Case(images, {"size": 3, "stride": 2}, exempt=NOT_A_COST),
    "max_pool_by_sides": Case(images, {"size": 2}, exempt=NOT_A_COST),
    "average_pool": Case(images, {"size": 3, "stride": 2}, exempt=NOT_A_COST),
    "flatten": Case(images, exempt=NOT_A_COST),
    "dropout": Case(sums, chance, exempt=A_MASK),
    "batch_norm": Case(
        normal((3, 4, 2, "m"), (3, 1), (3, 1)), exempt=NOT_A_COST
    ),
    "rnn": Case(recurrent(1), examples=(0, 1), exempt=NOT_A_COST),
    "lstm": LSTM,
    "lstm_fused": LSTM,
    "gru": Case(recurrent(3), examples=(0, 1), exempt=NOT_A_COST),
    "affine": Case(affine_inputs, exempt=NOT_A_COST),
    "sigmoid": Case(sums, exempt=NOT_A_COST),
    "tanh": Case(sums, exempt=NOT_A_COST),
    "relu": Case(sums, exempt=NOT_A_COST),
    "leaky_relu": Case(sums, {"slope": 0.1}, exempt=NOT_A_COST),
    "elu": Case(sums, {"alpha": 0.7}, exempt=NOT_A_COST),
    "maxout": Case(
        lambda rng, m: (apart(rng, 6, m),), {"pieces": 3}, exempt=NOT_A_COST
    ),
    "softmax": Case(sums, exempt=NOT_A_COST),
    "mean_squared_error": Case(
        sums, targets, per_example=("Y",), exempt=A_COST
    ),
    "binary_cross_entropy": Case(
        probabilities, labels, per_example=("Y",), exempt=A_COST
    ),
    "sigmoid_cross_entropy": Case(
        sums, labels, per_example=("Y",), exempt=A_COST
    ),
    "softmax_cross_entropy": Case(
        sums, one_hot, per_example=("Y",), exempt=A_COST
    ),
}
