"""Chapter 6. Where the slope of tanh falls below that of the sigmoid."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations

from .base import Figure

STEP = 0.01


def slopes(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes of tanh and of the sigmoid."""
    A, cache = activations.tanh_forward(z)
    d_tanh: np.ndarray = activations.tanh_backward(np.ones_like(A), cache)
    A, cache = activations.sigmoid_forward(z)
    d_sigmoid: np.ndarray = activations.sigmoid_backward(
        np.ones_like(A), cache
    )
    return d_tanh, d_sigmoid


class SlopesCrossing(Figure):
    """Move z, compare the two slopes and read their ratio.

    The still shows z = 3, where the sigmoid is steeper, and the crossing.
    """

    js = "slopes_crossing.js"
    alt = (
        "The slopes of tanh and of the sigmoid against z from 0 to 5, and "
        "their ratio, which falls from 4 through 1 near z = 1.66"
    )

    def compute(self, z: float = 3.0) -> Mapping[str, object]:
        points = np.round(np.arange(0, 5 + 0.025, 0.05), 2)
        d_tanh, d_sigmoid = slopes(points)
        return {
            "z": points,
            "step": STEP,
            "start": z,
            "tanh": d_tanh,
            "sigmoid": d_sigmoid,
        }

    def still(self, axes: Any) -> None:
        data = self.data
        axes.plot(data["z"], data["tanh"], label="tanh")
        axes.plot(data["z"], data["sigmoid"], "--", label="sigmoid")
        at = data["z"].index(data["start"])
        for name, lift in (("sigmoid", 0.12), ("tanh", 0.04)):
            slope = data[name][at]
            axes.plot(data["start"], slope, "o", color="0.2")
            axes.annotate(
                f"{name}: {slope:.4f}",
                (data["start"], slope),
                (data["start"] + 0.3, slope + lift),
            )
        axes.set(xlabel="$z$", ylabel="slope")
        axes.legend()
