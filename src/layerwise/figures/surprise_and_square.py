"""Chapter 4. Two costs behind one sigmoid, and how hard each pushes."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, losses

from .base import Figure

STEP = 0.1


def judged(z: np.ndarray, cost: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the loss and its slope in z for label 1, one score at a time."""
    forward = getattr(losses, f"{cost}_forward")
    backward = getattr(losses, f"{cost}_backward")
    values, slopes = [], []
    for score in z:
        A, cache = activations.sigmoid_forward(np.array([[score]]))
        J, seen = forward(A, Y=np.ones((1, 1)))
        dZ = activations.sigmoid_backward(backward(1.0, seen), cache)
        values.append(float(J))
        slopes.append(dZ.item())
    return np.array(values), np.array(slopes)


class SurpriseAndSquare(Figure):
    """Move the score z of an example with label 1, compare the two pushes.

    The still shows both slopes at z = -6, where the unit is surely wrong.
    """

    js = "surprise_and_square.js"
    alt = (
        "Cross-entropy and squared error of a sigmoid's answer against the "
        "score z for label 1, and their slopes"
    )

    def compute(self) -> Mapping[str, object]:
        z = np.round(np.arange(-8, 8 + STEP / 2, STEP), 1)
        surprise = judged(z, "binary_cross_entropy")
        square = judged(z, "mean_squared_error")
        return {
            "z": z,
            "step": STEP,
            "start": -6.0,
            "surprise": {"value": surprise[0], "slope": surprise[1]},
            "square": {"value": square[0], "slope": square[1]},
        }

    def still(self, axes: Any) -> None:
        data = self.data
        at = data["z"].index(data["start"])
        for key, name in (
            ("surprise", "cross-entropy"),
            ("square", "squared error"),
        ):
            slope = data[key]["slope"]
            axes.plot(data["z"], slope, label=name)
            axes.plot(data["start"], slope[at], "o", color="0.2")
            axes.annotate(
                f"{slope[at]:.4f}",
                (data["start"], slope[at]),
                (data["start"] + 0.3, slope[at] + 0.06),
            )
        axes.set(xlabel="z", ylabel="slope in z, label 1", ylim=(-1.1, 0.2))
        axes.legend(frameon=False)
