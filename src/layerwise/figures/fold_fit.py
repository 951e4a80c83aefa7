"""Chapter 5. ReLU units on one input: a curve made of straight pieces."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, affine, losses

from .base import Figure

LEFT, RIGHT = 0.0, 6.0
MOST = 6


def target(x: np.ndarray) -> np.ndarray:
    """Return the curve that is to be followed."""
    y: np.ndarray = np.sin(x)
    return y


def weights(
    xs: np.ndarray, ys: np.ndarray
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return b1, W2 and b2 of the network through the joints.

    All weights of the hidden layer are 1, so the fold of a unit lies at
    minus its bias; its weight in the output is the change of slope there.
    """
    slope = np.diff(ys) / np.diff(xs)
    return -xs[:-1], np.diff(slope, prepend=0.0), float(ys[0])


def network(xs: np.ndarray, ys: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the answers of that network at the points x."""
    b1, W2, b2 = weights(xs, ys)
    Z1, _ = affine.affine_forward(
        x[None, :], np.ones((len(b1), 1)), b1[:, None]
    )
    A1, _ = activations.relu_forward(Z1)
    Z2, _ = affine.affine_forward(A1, W2[None, :], np.array([[b2]]))
    out: np.ndarray = Z2[0]
    return out


def heights(xs: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the best heights of joints that stand at xs."""
    hats = np.stack([np.interp(x, xs, row) for row in np.eye(len(xs))])
    best: np.ndarray = np.linalg.lstsq(hats.T, target(x), rcond=None)[0]
    return best


def error(xs: np.ndarray, ys: np.ndarray, x: np.ndarray) -> float:
    """Return the mean squared error against the target."""
    Y = target(x)[None, :]
    J, _ = losses.mean_squared_error_forward(network(xs, ys, x)[None, :], Y=Y)
    return float(J)


def fitted(joints: int, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a good fit: move one joint at a time while it helps."""
    xs = np.linspace(LEFT, RIGHT, joints + 2)
    best = error(xs, heights(xs, x), x)
    for step in (0.4, 0.2, 0.1):
        improved = True
        while improved:
            improved = False
            for i in range(1, joints + 1):
                for sign in (-1, 1):
                    moved = xs.copy()
                    moved[i] += sign * step
                    if (np.diff(moved) < 0.1).any():
                        continue
                    now = error(moved, heights(moved, x), x)
                    if now < best - 1e-9:
                        xs, best, improved = moved, now, True
    xs = np.round(xs, 2)
    return xs, np.round(heights(xs, x), 3)


class FoldFit(Figure):
    """Drag the joints of a piecewise straight curve, watch the error."""

    js = "fold_fit.js"
    alt = (
        "A sine curve and a broken line laid over it; every joint of the "
        "broken line is the fold of one ReLU unit"
    )

    def compute(self, joints: int = 2) -> Mapping[str, object]:
        x = np.linspace(LEFT, RIGHT, 121)
        fits = []
        for count in range(1, MOST + 1):
            xs, ys = fitted(count, x)
            fits.append({"x": xs, "y": ys, "error": error(xs, ys, x)})
        return {"x": x, "y": target(x), "fits": fits, "joints": joints}

    def still(self, axes: Any) -> None:
        data = self.data
        fit = data["fits"][data["joints"] - 1]
        axes.plot(data["x"], data["y"], color="0.6", label="curve")
        axes.plot(fit["x"], fit["y"], label="network")
        axes.plot(fit["x"][1:-1], fit["y"][1:-1], "o", color="0.2")
        axes.set(xlabel="$x$", ylabel="$f(x)$")
        axes.legend(frameon=False)
