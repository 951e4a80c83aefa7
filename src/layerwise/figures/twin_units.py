"""Chapter 10. Two units that start alike, or almost."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from layerwise import activations, affine, datasets

from .base import Figure

DIFFERENCES = (0.0, 1e-8, 1e-6, 1e-4, 1e-2, 1e-1, 1.0)
STEPS, EVERY, RATE = 600, 10, 3.0


def descend(difference: float) -> dict[str, Any]:
    """Train two tanh units on two moons; note rows, distance and cost."""
    rng = np.random.default_rng(2)
    X, Y = datasets.two_moons(120, noise=0.1, rng=rng)
    X = X - X.mean(axis=1, keepdims=True)
    W1 = np.array([[0.4, -0.3], [0.4, -0.3]])
    W1[1] += difference * np.array([0.6, 0.8])
    b1, W2, b2 = np.zeros((2, 1)), np.full((1, 2), 0.5), np.zeros((1, 1))
    rows, costs = [], []
    for step in range(STEPS + 1):
        Z1, below = affine.affine_forward(X, W1, b1)
        A1, bent = activations.tanh_forward(Z1)
        Z2, above = affine.affine_forward(A1, W2, b2)
        A2, _ = activations.sigmoid_forward(Z2)
        if step % EVERY == 0:
            rows.append(W1.copy())
            right = np.where(Y == 1, A2, 1 - A2)
            costs.append(float(-np.log(right).mean()))
        dA1, dW2, db2 = affine.affine_backward((A2 - Y) / Y.size, above)
        dZ1 = activations.tanh_backward(dA1, bent)
        _, dW1, db1 = affine.affine_backward(dZ1, below)
        W1, b1 = W1 - RATE * dW1, b1 - RATE * db1
        W2, b2 = W2 - RATE * dW2, b2 - RATE * db2
    path = np.array(rows)  # (frames, 2, 2)
    apart = np.linalg.norm(path[:, 0] - path[:, 1], axis=1)
    return {
        "first": path[:, 0].T.round(3),
        "second": path[:, 1].T.round(3),
        "apart": apart,
        "cost": costs,
    }


@cache
def runs() -> list[dict[str, Any]]:
    return [descend(difference) for difference in DIFFERENCES]


class TwinUnits(Figure):
    """Drag the difference of two units at the start; see them part."""

    js = "twin_units.js"
    alt = (
        "Two hidden units that start alike or almost: the paths of their "
        "weights, and their distance step by step"
    )

    def compute(self, difference: float = 0.0) -> Mapping[str, object]:
        return {
            "differences": DIFFERENCES,
            "steps": np.arange(0, STEPS + 1, EVERY),
            "runs": runs(),
            "start": DIFFERENCES.index(difference),
        }

    def still(self, axes: Any) -> None:
        data = self.data
        for difference, run in zip(
            data["differences"], data["runs"], strict=True
        ):
            if difference:
                axes.semilogy(
                    data["steps"], run["apart"], label=f"{difference:g}"
                )
        axes.set(
            xlabel="step",
            ylabel="distance of the two rows",
            title="difference 0 stays 0",
        )
        axes.legend(frameon=False, title="at the start", fontsize=8)
