"""Chapter 8. One step of gradient descent with every number shown."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, affine

from .base import Figure

W1 = np.array([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]])
B1 = np.array([[-0.4], [0.2]])
W2 = np.array([[-0.3, -0.2]])
B2 = np.array([[0.1]])
HIDDEN = [f"{name}{i}" for i in "45" for name in ("w1", "w2", "w3", "b")]
NAMES = [*HIDDEN, "w46", "w56", "b6"]


def step(x: Any, y: float, rate: float) -> dict[str, Any]:
    """Return all numbers of one step, with half the squared error."""
    x = np.asarray(x, float).reshape(3, 1)
    z1, first = affine.affine_forward(x, W1, B1)
    a1, bent1 = activations.sigmoid_forward(z1)
    z2, second = affine.affine_forward(a1, W2, B2)
    a2, bent2 = activations.sigmoid_forward(z2)
    dz2 = activations.sigmoid_backward(a2 - y, bent2)
    da1, dW2, db2 = affine.affine_backward(dz2, second)
    dz1 = activations.sigmoid_backward(da1, bent1)
    _, dW1, db1 = affine.affine_backward(dz1, first)
    new = [
        old - rate * slope
        for old, slope in zip(
            (W1, B1, W2, B2), (dW1, db1, dW2, db2), strict=True
        )
    ]
    after, _ = activations.sigmoid_forward(new[0] @ x + new[1])
    after, _ = activations.sigmoid_forward(new[2] @ after + new[3])
    return {
        "a1": a1.ravel(),
        "a6": a2.item(),
        "loss": 0.5 * (a2.item() - y) ** 2,
        "dz1": dz1.ravel(),
        "dz6": dz2.item(),
        "dW1": dW1,
        "dW2": dW2.ravel(),
        "W1": new[0],
        "b1": new[1].ravel(),
        "W2": new[2].ravel(),
        "b6": new[3].item(),
        "after": after.item(),
    }


class ThreeTwoOneStep(Figure):
    """Walk through forward, loss, backward and update of a small network.

    The still shows what the first state shows: the eleven numbers before
    and after the step.
    """

    js = "three_two_one_step.js"
    alt = (
        "The network with three inputs, two hidden units and one output: "
        "its numbers on the way forward, at the loss, on the way back and "
        "after the update"
    )

    def compute(self) -> Mapping[str, object]:
        return {
            "W1": W1,
            "b1": B1.ravel(),
            "W2": W2.ravel(),
            "b6": B2.item(),
            "start": {"x": [1, 0, 1], "y": 1, "rate": 0.9},
        }

    def still(self, axes: Any) -> None:
        done = step([1, 0, 1], 1.0, 0.9)
        old = [*W1[0], B1[0, 0], *W1[1], B1[1, 0], *W2[0], B2.item()]
        new = [
            *done["W1"][0],
            done["b1"][0],
            *done["W1"][1],
            done["b1"][1],
            *done["W2"],
            done["b6"],
        ]
        places = np.arange(11)
        axes.plot(places, old, "o", label="before")
        axes.plot(places, new, "s", label="after one step")
        axes.set_xticks(places, NAMES)
        axes.set(
            ylabel="value",
            title=f"output {done['a6']:.3f} before, {done['after']:.3f} after",
        )
        axes.axhline(0, color="0.8", zorder=0)
        axes.legend(frameon=False)
