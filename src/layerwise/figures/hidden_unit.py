"""Chapter 5. One hidden unit: its fold in the plane, and its arrow."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, affine

from .base import Figure, surface

SIDE = 3.0


def answers(w: np.ndarray, b: float, X: np.ndarray) -> np.ndarray:
    """Return what a tanh unit answers at the points in X (2, m)."""
    Z, _ = affine.affine_forward(X, w[None, :], np.array([[b]]))
    a: np.ndarray = activations.tanh_forward(Z)[0][0]
    return a


class HiddenUnit(Figure):
    """Move one unit's weights and bias, watch its fold."""

    js = "hidden_unit.js"
    alt = (
        "The answers of one hidden unit over the plane, its fold, and the "
        "arrow of its weights that stands on the fold"
    )
    still_size = (4.2, 3.6)

    def compute(
        self, w: tuple[float, float] = (2.0, 1.0), b: float = 0.0
    ) -> Mapping[str, object]:
        return {"side": SIDE, "point": [1, 1], "start": {"w": w, "b": b}}

    def still(self, axes: Any) -> None:
        start = self.data["start"]
        w, b = np.array(start["w"], dtype=float), float(start["b"])
        line = np.linspace(-SIDE, SIDE, 61)
        grid = np.stack(np.meshgrid(line, line)).reshape(2, -1)
        shade = answers(w, b, grid).reshape(61, 61)
        surface(axes, line, line, shade)
        axes.contour(line, line, shade, [0], colors="0.2")
        foot = -b * w / (w @ w)
        axes.annotate("", foot + w / 2, foot, arrowprops={"arrowstyle": "->"})
        axes.plot(*self.data["point"], "o", color="0.2")
        axes.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
