"""Chapter 9. Deeper is not better by itself: digits at depth 1 to 20."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

import layerwise as lw

from .base import Figure

WIDTH, RATE, EPOCHS, SEEDS = 32, 0.1, 20, (0, 1, 2)

# Depth: (share right of the training digits, of the validation digits), a
# number for each seed, as `measured` gives them. Made once: it takes ten
# seconds. A test repeats some.
MEASURED = {
    1: ((0.918, 0.926, 0.925), (0.908, 0.908, 0.906)),
    2: ((0.955, 0.949, 0.953), (0.953, 0.931, 0.919)),
    3: ((0.973, 0.970, 0.975), (0.942, 0.947, 0.950)),
    4: ((0.981, 0.986, 0.974), (0.961, 0.947, 0.939)),
    5: ((0.972, 0.950, 0.970), (0.936, 0.914, 0.936)),
    6: ((0.972, 0.943, 0.984), (0.914, 0.911, 0.953)),
    8: ((0.969, 0.973, 0.982), (0.931, 0.928, 0.958)),
    10: ((0.958, 0.927, 0.844), (0.950, 0.900, 0.811)),
    12: ((0.943, 0.750, 0.884), (0.908, 0.711, 0.839)),
    14: ((0.645, 0.523, 0.512), (0.658, 0.533, 0.508)),
    16: ((0.615, 0.345, 0.177), (0.597, 0.350, 0.219)),
    20: ((0.247, 0.165, 0.205), (0.256, 0.169, 0.217)),
}


def measured(depth: int, seed: int) -> tuple[float, float]:
    """Train as the chapter does; return both shares of right answers."""
    rng = np.random.default_rng(seed)
    layers: list[Any] = []
    for n_prev, n in pairwise([64, *[WIDTH] * (depth - 1), 10]):
        layers += [lw.Dense(n_prev, n, rng=rng), lw.ReLU()]
    return digits_right(lw.Network(*layers[:-1]), RATE, EPOCHS, rng)


def digits_right(
    network: lw.Network, rate: float, epochs: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Train on digits; return the shares right, training and validation."""
    X, y = lw.datasets.digits()
    Y = lw.one_hot(y, 10)
    learn, valid, _ = lw.datasets.stratified_split(
        y, (0.6, 0.2, 0.2), rng=np.random.default_rng(9)
    )
    cost = lw.SoftmaxCrossEntropy()
    for _ in range(epochs):
        m = len(learn)
        for part in np.array_split(rng.permutation(m), m // 64):
            batch = learn[part]
            cost.forward(network.forward(X[:, batch], True), Y[:, batch])
            network.backward(cost.backward())
            network.vector -= rate * network.gradient
    right = [
        float(np.mean(network.forward(X[:, part]).argmax(axis=0) == y[part]))
        for part in (learn, valid)
    ]
    return right[0], right[1]


class DepthSlider(Figure):
    """Drag the depth; compare training and validation digits.

    The still shows all depths, three starts each, with their medians.
    """

    js = "depth_slider.js"
    alt = (
        "Share of digits read right against the number of layers from 1 to "
        "20, on training and on validation digits; both rise at first and "
        "fall steeply beyond ten layers"
    )

    def compute(self) -> Mapping[str, object]:
        train, valid = zip(*MEASURED.values(), strict=True)
        return {
            "depths": list(MEASURED),
            "train": train,
            "valid": valid,
            "start": list(MEASURED).index(20),
        }

    def still(self, axes: Any) -> None:
        depths = np.array(self.data["depths"])
        for key, name, color in (
            ("train", "training", "C0"),
            ("valid", "validation", "C1"),
        ):
            runs = np.array(self.data[key])
            axes.plot(depths, np.median(runs, axis=1), color=color, label=name)
            axes.plot(depths, runs, "o", color=color, markersize=3)
        axes.set(xlabel="layers $L$", ylabel="share right", ylim=(0, 1))
        axes.set(xticks=[1, 5, 10, 15, 20])
        axes.legend()
