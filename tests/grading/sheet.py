"""A small sheet of exercises, for tests of the grader."""

import numpy as np

from layerwise.exercises import exercise, mistake


def drawn(rng):
    return [(rng.normal(size=shape),) for shape in ((3, 5), (4, 2), (1, 3))]


shift = exercise(
    "90.1",
    "Shift",
    points=10,
    kind="implement",
    calls=["Y = shift(Z)"],
    draw=drawn,
    reference=lambda Z: Z + 1,
    read="A small step",
    budget_s=0.5,
    mistakes=[mistake("down", lambda Z: Z - 1, "Up or down?")],
)
double = exercise(
    "90.2",
    "Double",
    points=10,
    kind="implement",
    calls=["Y = double(Z)"],
    draw=drawn,
    reference=lambda Z: 2 * Z,
    read="Twice as much",
    budget_s=0.5,
    mistakes=[
        mistake("half", lambda Z: Z / 2, "Twice or half of it?"),
        mistake("square", lambda Z: Z**2, "Is it a power?"),
    ],
)
total = exercise(
    "90.3",
    "Total",
    points=10,
    kind="implement",
    calls=["y = total(Z)"],
    draw=drawn,
    reference=lambda Z: np.sum(Z, axis=-1, keepdims=True),
    read="A sum over examples",
    budget_s=0.5,
    may_use=("relu_forward",),
    mistakes=[
        mistake(
            "wrong-axis",
            lambda Z: np.sum(Z, axis=0, keepdims=True),
            "Which axis holds the examples?",
        )
    ],
)
