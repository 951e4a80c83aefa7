"""Chapter 8. All paths from one weight to the loss, and their sum."""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, affine

from .base import Figure

SIZES = (2, 2, 2, 2)
X = np.array([[1.0], [0.5]])
Y = np.array([[1.0], [0.0]])
WEIGHTS = [
    np.array([[0.8, -0.4], [0.5, 1.0]]),
    np.array([[1.2, -0.7], [-0.5, 0.9]]),
    np.array([[0.6, -1.1], [1.3, 0.4]]),
]


def walk() -> dict[str, list[Any]]:
    """Return answers, slopes of all units and the slopes of all weights.

    Tanh units; the loss is half the squared distance to the labels.
    """
    A, answers, caches = X, [X], []
    for W in WEIGHTS:
        Z, straight = affine.affine_forward(A, W, np.zeros((2, 1)))
        A, bent = activations.tanh_forward(Z)
        answers.append(A)
        caches.append((straight, bent))
    dA = A - Y
    slopes: list[Any] = []
    for straight, bent in reversed(caches):
        dZ = activations.tanh_backward(dA, bent)
        dA, dW, _ = affine.affine_backward(dZ, straight)
        slopes.insert(0, dW)
    bends = [1 - A[:, 0] ** 2 for A in answers[1:]]
    return {"answers": answers, "bends": bends, "dW": slopes}


def paths(layer: int, i: int) -> list[tuple[int, ...]]:
    """Return the units that each path from unit i of a layer visits."""
    above = SIZES[layer + 2 :]
    return [(i, *rest) for rest in itertools.product(*map(range, above))]


class PathsToLoss(Figure):
    """Choose a weight: every path to the loss, each product, their sum.

    The still shows what the first state shows: four paths from one weight
    of the first layer.
    """

    js = "paths_to_loss.js"
    alt = (
        "A network of layers of two units; the paths from one weight to the "
        "loss are colored, and a table holds their products and the sum"
    )
    still_size = (6.0, 3.0)

    def compute(self) -> Mapping[str, object]:
        walked = walk()
        return {
            "W": WEIGHTS,
            "a": [A[:, 0] for A in walked["answers"]],
            "bend": walked["bends"],
            "e": walked["answers"][-1][:, 0] - Y[:, 0],
            "dW": walked["dW"],
        }

    def still(self, axes: Any) -> None:
        axes.set_axis_off()
        for l, W in enumerate(WEIGHTS):
            for i, j in np.ndindex(W.shape):
                on = l > 0 and (l > 1 or j == 0)
                on = on or (l, i, j) == (0, 0, 0)
                axes.plot(
                    [l, l + 1],
                    [-j, -i],
                    color="C1" if on else "0.8",
                    linewidth=2.5 if on else 1,
                )
        for i in range(2):
            axes.plot([3, 4], [-i, -0.5], color="C1", linewidth=2.5)
        for l, size in enumerate(SIZES):
            axes.plot([l] * size, -np.arange(size), "o", ms=20, color="0.3")
        axes.plot(4, -0.5, "s", ms=24, color="0.3")
        axes.text(4, -0.5, "loss", color="w", ha="center", va="center")
        axes.set_title("one weight of the first layer, four paths")
