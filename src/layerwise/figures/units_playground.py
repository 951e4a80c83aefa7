"""Chapter 5. Networks of one to eight hidden units, trained on two moons."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import datasets, layers, losses, optimizers, training
from layerwise.network import Network

from .base import Figure, surface

MOST = 8
STEPS = 800
NOISES = (0.1, 0.3)
BENDS: dict[str, Any] = {"tanh": layers.Tanh, "ReLU": layers.ReLU}
SEED = 3


def trained(units: int, bend: str, X: np.ndarray, Y: np.ndarray) -> Network:
    """Train one network on X, Y."""
    rng = np.random.default_rng(SEED)
    network = Network(
        layers.Dense(2, units, rng=rng),
        BENDS[bend](),
        layers.Dense(units, 1, rng=rng),
    )
    training.fit(
        network,
        X,
        Y,
        cost=losses.SigmoidCrossEntropy(),
        optimizer=optimizers.GradientDescent(1.0),
        rng=rng,
        epochs=STEPS,
    )
    return network


class UnitsPlayground(Figure):
    """Choose how many hidden units, watch their folds and the border."""

    js = "units_playground.js"
    alt = (
        "Two moons of points, the answer of a trained network as color, "
        "and one line for the fold of each hidden unit"
    )

    def compute(
        self, units: int = 2, bend: str = "tanh"
    ) -> Mapping[str, object]:
        sets = []
        for noise in NOISES:
            rng = np.random.default_rng(SEED)
            X, Y = datasets.two_moons(160, noise=noise, rng=rng)
            X_new, Y_new = datasets.two_moons(1000, noise=noise, rng=rng)
            nets: dict[str, list[object]] = {}
            for name in BENDS:
                nets[name] = []
                for count in range(1, MOST + 1):
                    network = trained(count, name, X, Y)
                    params = network.params
                    right = (network.forward(X_new) > 0) == Y_new
                    nets[name].append(
                        {
                            "W1": params["W1"],
                            "b1": params["b1"][:, 0],
                            "W2": params["W2"][0],
                            "b2": params["b2"][0, 0],
                            "right": float(np.mean(right)),
                        }
                    )
            sets.append(
                {
                    "noise": noise,
                    "x": np.round(X[0], 3),
                    "y": np.round(X[1], 3),
                    "label": Y[0],
                    "nets": nets,
                }
            )
        return {
            "sets": sets,
            "bends": list(BENDS),
            "start": {"units": units, "bend": bend},
        }

    def still(self, axes: Any) -> None:
        start, data = self.data["start"], self.data["sets"][0]
        net = data["nets"][start["bend"]][start["units"] - 1]
        W1, b1 = np.array(net["W1"]), np.array(net["b1"])[:, None]
        x, y = np.meshgrid(
            np.linspace(-1.7, 2.7, 89), np.linspace(-1.25, 1.75, 61)
        )
        Z1 = W1 @ np.stack([x.ravel(), y.ravel()]) + b1
        bent = np.tanh(Z1) if start["bend"] == "tanh" else np.maximum(Z1, 0)
        z = np.array(net["W2"]) @ bent + net["b2"]
        shade = 1 / (1 + np.exp(-z.reshape(x.shape)))
        surface(axes, x, y, shade)
        for row in Z1:
            axes.contour(
                x, y, row.reshape(x.shape), [0], colors="0.3", linestyles="--"
            )
        colors = np.where(np.array(data["label"]) > 0.5, "#B2410B", "#0B62A8")
        axes.scatter(data["x"], data["y"], c=colors, s=12)
        axes.set(xlabel="first input", ylabel="second input")
