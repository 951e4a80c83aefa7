"""Chapter 4. Ten pictures that tell ten digits apart."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import datasets, losses, metrics

from .base import Figure

RATE, SEED = 1.0, 4
MOMENTS = (0, 1, 2, 4, 7, 12, 20, 40, 80, 150, 300)


def trained() -> list[dict[str, Any]]:
    """Train softmax regression as the chapter does; return its moments."""
    X, y = datasets.digits()
    Y = metrics.one_hot(y, 10)
    seen, held, _ = datasets.stratified_split(
        y, (0.6, 0.2, 0.2), rng=np.random.default_rng(SEED)
    )
    W, b = np.zeros((10, 64)), np.zeros((10, 1))
    frames = []
    for step in range(max(MOMENTS) + 1):
        Z = W @ X[:, seen] + b
        J, cache = losses.softmax_cross_entropy_forward(Z, Y=Y[:, seen])
        if step in MOMENTS:
            named = (W @ X[:, held] + b).argmax(axis=0)
            frames.append(
                {
                    "step": step,
                    "cost": float(J),
                    "right": metrics.accuracy(named, y[held]),
                    "W": W.round(3),
                }
            )
        dZ = losses.softmax_cross_entropy_backward(1.0, cache)
        W = W - RATE * dZ @ X[:, seen].T
        b = b - RATE * dZ.sum(axis=1, keepdims=True)
    return frames


class DigitWeights(Figure):
    """Play the training of softmax regression on the digits.

    Each row of W is drawn as a picture of 8 by 8 pixels. The still shows
    them after 300 steps.
    """

    js = "digit_weights.js"
    alt = (
        "Ten pictures of 8 by 8 pixels, the weights of softmax regression "
        "for the digits 0 to 9, after each step of training"
    )
    still_size = (6.0, 2.8)

    def compute(self) -> Mapping[str, object]:
        return {"frames": trained()}

    def still(self, axes: Any) -> None:
        W = np.array(self.data["frames"][-1]["W"])
        rows = [
            np.hstack(
                [np.pad(w.reshape(8, 8), 1, constant_values=0) for w in row]
            )
            for row in (W[:5], W[5:])
        ]
        size = float(abs(W).max())
        axes.imshow(np.vstack(rows), cmap="PuOr_r", vmin=-size, vmax=size)
        axes.set_xticks([])
        axes.set_yticks([])
        for k in range(10):
            axes.text(10 * (k % 5) + 0.4, 10 * (k // 5) + 1, str(k))
