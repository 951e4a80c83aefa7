"""Chapter 10. What twenty layers do to the size of signal and gradient."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from layerwise import activations

from .base import Figure

DEPTH, WIDTH, EXAMPLES = 20, 64, 64
GAINS = np.array(
    [0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.4142, 1.7, 2, 2.5, 3, 5, 8]
)
PAIRS = {"tanh": "tanh", "ReLU": "relu", "sigmoid": "sigmoid"}
EDGES = np.linspace(-1, 1, 22)  # what lies beyond counts in the end bins
SEEDS = 5


def passage(name: str, gain: float, seed: int) -> tuple[Any, Any, Any]:
    """Return sizes of answers, of gradients, and histograms, per layer."""
    forward = getattr(activations, f"{name}_forward")
    backward = getattr(activations, f"{name}_backward")
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((WIDTH, EXAMPLES))
    layers, sizes, counts = [], [], []
    for _ in range(DEPTH):
        W = gain / WIDTH**0.5 * rng.standard_normal((WIDTH, WIDTH))
        A, cache = forward(W @ A)
        layers.append((W, cache))
        sizes.append(np.sqrt(np.mean(A**2)))
        count, _ = np.histogram(np.clip(A, -1, 1), EDGES)
        counts.append(np.rint(1000 * count / A.size).astype(int))
    dA = rng.standard_normal(A.shape)
    gradients = []
    for W, cache in reversed(layers):
        dZ = backward(dA, cache)
        gradients.append(np.sqrt(np.mean(dZ**2)))
        dA = W.T @ dZ
    return np.array(sizes), np.array(gradients[::-1]), np.array(counts)


@cache
def table() -> dict[str, dict[str, Any]]:
    """Return for each activation and gain the medians of some draws.

    A histogram is one text, its shares per mille: a notebook gives every
    number of a list a line of its own, and these are 17,640.
    """
    data: dict[str, dict[str, Any]] = {}
    for name, pair in PAIRS.items():
        sizes, gradients, counts = [], [], []
        for gain in GAINS:
            runs = [passage(pair, gain, seed) for seed in range(SEEDS)]
            sizes.append(np.median([run[0] for run in runs], axis=0))
            gradients.append(np.median([run[1] for run in runs], axis=0))
            counts.append([" ".join(map(str, row)) for row in runs[0][2]])
        data[name] = {
            "size": [[float(f"{v:.3g}") for v in row] for row in sizes],
            "gradient": [
                [float(f"{v:.3g}") for v in row] for row in gradients
            ],
            "counts": counts,
        }
    return data


class SignalDepth(Figure):
    """Move the gain of a start, watch what arrives, both ways."""

    js = "signal_depth.js"
    alt = (
        "Signal and gradient through twenty layers: their size per layer on "
        "a logarithmic axis, and histograms of the answers"
    )

    def compute(
        self, name: str = "tanh", gain: float = 3, layer: int = 20
    ) -> Mapping[str, object]:
        return {
            "gains": GAINS,
            "names": list(PAIRS),
            "edges": EDGES,
            "table": table(),
            "start": {
                "name": name,
                "gain": int(np.argmin(abs(GAINS - gain))),
                "layer": layer,
            },
        }

    def still(self, axes: Any) -> None:
        data = self.data
        start = data["start"]
        own = data["table"][start["name"]]
        layers = np.arange(1, DEPTH + 1)
        gain = data["gains"][start["gain"]]
        answers = own["size"][start["gain"]]
        gradients = own["gradient"][start["gain"]]
        axes.semilogy(layers, answers, "o-", label="answers, up")
        axes.semilogy(layers, gradients, "s--", label="gradient, down")
        axes.set(
            xlabel="layer", ylabel="size (rms)", xticks=[1, 5, 10, 15, 20]
        )
        axes.legend(frameon=False, title=f"{start['name']}, gain {gain:g}")
