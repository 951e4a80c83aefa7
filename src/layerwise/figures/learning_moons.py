"""The first page. A small network learns to tell two moons apart."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, affine, datasets, losses

from .base import Figure, surface

UNITS = 8
STEPS = 1500
FRAMES = 48
RATE = 0.9


def answers(params: dict[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """Return the network's answers between 0 and 1."""
    Z1, _ = affine.affine_forward(X, params["W1"], params["b1"])
    A1, _ = activations.tanh_forward(Z1)
    Z2, _ = affine.affine_forward(A1, params["W2"], params["b2"])
    A2: np.ndarray = activations.sigmoid_forward(Z2)[0]
    return A2


def walk(
    X: np.ndarray, Y: np.ndarray, rng: np.random.Generator
) -> tuple[list[dict[str, np.ndarray]], list[float]]:
    """Return parameters and cost before every step of descent."""
    params = {
        "W1": rng.standard_normal((UNITS, 2)),
        "b1": np.zeros((UNITS, 1)),
        "W2": rng.standard_normal((1, UNITS)) * 0.1,
        "b2": np.zeros((1, 1)),
    }
    path, costs = [], []
    for _ in range(STEPS + 1):
        Z1, cache1 = affine.affine_forward(X, params["W1"], params["b1"])
        A1, bend = activations.tanh_forward(Z1)
        Z2, cache2 = affine.affine_forward(A1, params["W2"], params["b2"])
        J, cost = losses.sigmoid_cross_entropy_forward(Z2, Y=Y)
        path.append(params)
        costs.append(float(J))
        dZ2 = losses.sigmoid_cross_entropy_backward(1.0, cost)
        dA1, dW2, db2 = affine.affine_backward(dZ2, cache2)
        dZ1 = activations.tanh_backward(dA1, bend)
        _, dW1, db1 = affine.affine_backward(dZ1, cache1)
        grads = {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}
        params = {k: params[k] - RATE * grads[k] for k in params}
    return path, costs


class LearningMoons(Figure):
    """Play the training of a network of eight hidden units.

    Its parameters at some fifty moments are stored; the page computes the
    network's answers from them.
    """

    js = "learning_moons.js"
    alt = (
        "A network of eight hidden units learns to tell two moons of points "
        "apart: its border bends as training goes on"
    )

    def compute(self) -> Mapping[str, object]:
        rng = np.random.default_rng(4)
        X, Y = datasets.two_moons(160, noise=0.12, rng=rng)
        path, costs = walk(X, Y, rng)
        when = np.unique(
            np.round(np.geomspace(1, STEPS + 1, FRAMES)).astype(int) - 1
        )
        frames = [
            {
                "step": int(step),
                "cost": costs[step],
                "right": float(np.mean((answers(path[step], X) > 0.5) == Y)),
                "W1": path[step]["W1"],
                "b1": path[step]["b1"][:, 0],
                "W2": path[step]["W2"][0],
                "b2": path[step]["b2"][0, 0],
            }
            for step in when
        ]
        return {"x": X[0], "y": X[1], "label": Y[0], "frames": frames}

    def still(self, axes: Any) -> None:
        data = self.data
        frame = data["frames"][-1]
        params = {
            "W1": np.array(frame["W1"]),
            "b1": np.array(frame["b1"])[:, None],
            "W2": np.array(frame["W2"])[None, :],
            "b2": np.array([[frame["b2"]]]),
        }
        x, y = np.meshgrid(
            np.linspace(-1.7, 2.7, 89), np.linspace(-1.2, 1.7, 59)
        )
        shade = answers(params, np.stack([x.ravel(), y.ravel()]))
        surface(axes, x, y, shade.reshape(x.shape))
        colors = np.where(np.array(data["label"]) > 0.5, "#B2410B", "#0B62A8")
        axes.scatter(data["x"], data["y"], c=colors, s=12)
        axes.set(xlabel="first input", ylabel="second input")
