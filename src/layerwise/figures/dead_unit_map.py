"""Chapter 6. How many units a learning rate and a first bias kill."""

from collections.abc import Mapping
from typing import Any

import numpy as np

import layerwise as lw

from .base import Figure

UNITS, EPOCHS, SEEDS = 32, 5, range(5)
RATES = (0.03, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0)
BIASES = (4.0, 2.0, 1.0, 0.0, -1.0, -2.0, -3.0, -4.0)

# For each bias a row: the median over five starts of the dead units among
# 32, at each rate, as `dead_units` counts them. It takes half a minute, so it
# was made once, by `python -m layerwise.figures.dead_unit_map`.
DEAD = (
    (0, 0, 0, 0, 8, 18, 24, 30, 31, 32),
    (0, 0, 0, 0, 3, 10, 22, 30, 30, 32),
    (0, 0, 0, 0, 1, 6, 12, 26, 31, 32),
    (0, 0, 0, 0, 0, 2, 12, 27, 31, 32),
    (1, 1, 1, 1, 1, 1, 6, 29, 31, 32),
    (5, 6, 7, 7, 8, 9, 13, 29, 30, 32),
    (15, 15, 15, 17, 17, 18, 20, 29, 30, 30),
    (26, 26, 27, 27, 27, 28, 30, 31, 31, 32),
)


def digits_seen() -> tuple[np.ndarray, np.ndarray]:
    """Return the 1397 digits on which the chapter trains."""
    X, label = lw.datasets.digits()
    seen = np.random.default_rng(0).permutation(1797)[:1397]
    X = (X - X[:, seen].mean()) / X[:, seen].std()
    return X[:, seen], np.eye(10)[:, label[seen]]


def dead_units(rate: float, bias: float, seed: int) -> int:
    """Train as the chapter does; count units silent for every digit."""
    X, Y = digits_seen()
    rng = np.random.default_rng(seed)
    W1 = rng.standard_normal((UNITS, 64)) * (2 / 64) ** 0.5
    W2 = rng.standard_normal((10, UNITS)) * (2 / UNITS) ** 0.5
    b1, b2 = np.full((UNITS, 1), bias), np.zeros((10, 1))
    m = X.shape[1]
    for _ in range(EPOCHS):
        for batch in np.array_split(rng.permutation(m), m // 64):
            Z1, first = lw.affine_forward(X[:, batch], W1, b1)
            A1, bent = lw.relu_forward(Z1)
            Z2, second = lw.affine_forward(A1, W2, b2)
            _, cost = lw.softmax_cross_entropy_forward(Z2, Y=Y[:, batch])
            dZ2 = lw.softmax_cross_entropy_backward(1.0, cost)
            dA1, dW2, db2 = lw.affine_backward(dZ2, second)
            dZ1 = lw.relu_backward(dA1, bent)
            _, dW1, db1 = lw.affine_backward(dZ1, first)
            for p, dp in ((W1, dW1), (b1, db1), (W2, dW2), (b2, db2)):
                p -= rate * dp
    silent = (W1 @ X + b1 <= 0).all(axis=1)
    return int(silent.sum())


class DeadUnitMap(Figure):
    """Choose a learning rate and the bias at the start; count dead units.

    The still shows the whole map, and the place where the figure opens.
    """

    js = "dead_unit_map.js"
    alt = (
        "Map of the dead units among 32 for ten learning rates and eight "
        "biases at the start: none at small rates and biases near 0, nearly "
        "all from rate 1.5 on"
    )
    still_size = (5.2, 2.9)

    def compute(
        self, rate: float = 1.5, bias: float = 0.0
    ) -> Mapping[str, object]:
        return {
            "rates": RATES,
            "biases": BIASES,
            "dead": DEAD,
            "units": UNITS,
            "start": [RATES.index(rate), BIASES.index(bias)],
        }

    def still(self, axes: Any) -> None:
        dead = np.array(self.data["dead"])
        axes.imshow(dead, cmap="Oranges", aspect="auto", vmin=0, vmax=UNITS)
        for (i, j), count in np.ndenumerate(dead):
            shade = "white" if count > UNITS / 2 else "0.2"
            axes.text(j, i, count, ha="center", va="center", color=shade)
        axes.plot(*self.data["start"], "s", ms=17, mfc="none", mec="0.1")
        axes.set_xticks(range(len(RATES)), [f"{r:g}" for r in RATES])
        axes.set_yticks(range(len(BIASES)), [f"{b:g}" for b in BIASES])
        axes.set(xlabel="learning rate", ylabel="bias at the start")


if __name__ == "__main__":
    for bias in BIASES:
        row = [[dead_units(r, bias, s) for s in SEEDS] for r in RATES]
        print(tuple(int(n) for n in np.median(row, axis=1)), flush=True)
