"""Chapter 6. One activation at a time: its value, its slope, its product."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations

from .base import Figure

STEP = 0.05
PAIRS = {
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "ReLU": "relu",
    "leaky ReLU": "leaky_relu",
    "ELU": "elu",
}


def curve(name: str, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return an activation's values and slopes on a row of points."""
    forward = getattr(activations, f"{name}_forward")
    backward = getattr(activations, f"{name}_backward")
    value, cache = forward(z)
    return value, backward(np.ones_like(z), cache)


class ActivationExplorer(Figure):
    """Choose an activation, move z, watch the slope and its product.

    The still shows what the first state shows: at z = 3 the slope of tanh
    is smaller than that of the sigmoid.
    """

    js = "activation_explorer.js"
    alt = (
        "Activation explorer: an activation and its slope against z, and "
        "the product of the slopes over a stack of layers"
    )

    def compute(
        self,
        name: str = "tanh",
        other: str = "sigmoid",
        z: float = 3.0,
        depth: int = 5,
    ) -> Mapping[str, object]:
        points = np.round(np.arange(-5, 5 + STEP / 2, STEP), 2)[None, :]
        curves = {key: curve(pair, points) for key, pair in PAIRS.items()}
        return {
            "z": points[0],
            "step": STEP,
            "names": list(PAIRS),
            "value": {key: pair[0][0] for key, pair in curves.items()},
            "slope": {key: pair[1][0] for key, pair in curves.items()},
            "start": {"name": name, "other": other, "z": z, "depth": depth},
        }

    def still(self, axes: Any) -> None:
        data = self.data
        start = data["start"]
        at = data["z"].index(start["z"])
        for name in (start["name"], start["other"]):
            slope = data["slope"][name]
            axes.plot(data["z"], slope, label=name)
            axes.plot(start["z"], slope[at], "o", color="0.2")
            axes.annotate(
                f"{name}' = {slope[at]:.4f}",
                (start["z"], slope[at]),
                (start["z"] - 1.2, slope[at] + 0.12),
            )
        axes.set(xlabel="z", ylabel="slope")
        axes.legend(frameon=False)
