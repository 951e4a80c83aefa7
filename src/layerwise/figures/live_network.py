"""Chapter 5. The network 3-2-1 with every number in its place."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, affine

from .base import Figure

W1 = np.array([[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]])
B1 = np.array([[-0.4], [0.2]])
W2 = np.array([[-0.3, -0.2]])
B2 = np.array([[0.1]])


def passed(X: np.ndarray) -> dict[str, np.ndarray]:
    """Return the sums and answers of both layers."""
    Z1, _ = affine.affine_forward(X, W1, B1)
    A1, _ = activations.sigmoid_forward(Z1)
    Z2, _ = affine.affine_forward(A1, W2, B2)
    A2, _ = activations.sigmoid_forward(Z2)
    return {"z1": Z1, "a1": A1, "z2": Z2, "a2": A2}


class LiveNetwork(Figure):
    """Switch three inputs, watch the sums and answers of 3-2-1."""

    js = "live_network.js"
    alt = (
        "A network of three inputs, two hidden units and one output, with "
        "its weights on the lines and every sum and answer beside its unit"
    )

    def compute(self) -> Mapping[str, object]:
        return {
            "W1": W1,
            "b1": B1[:, 0],
            "W2": W2[0],
            "b2": B2[0, 0],
            "start": [1, 0, 1],
        }

    def still(self, axes: Any) -> None:
        x = np.array(self.data["start"], dtype=float)[:, None]
        numbers = passed(x)
        places = [(0, 2), (0, 1), (0, 0), (1.6, 1.6), (1.6, 0.4), (3.2, 1)]
        words = [f"{v:g}" for v in x[:, 0]]
        words += [f"{a:.3f}" for a in numbers["a1"][:, 0]]
        words += [f"{numbers['a2'][0, 0]:.3f}"]
        edges = [(j, 3 + i, W1[i, j]) for i in range(2) for j in range(3)]
        edges += [(3 + i, 5, W2[0, i]) for i in range(2)]
        for start, end, weight in edges:
            (a, b), (c, d) = places[start], places[end]
            axes.plot([a, c], [b, d], color="0.7", zorder=1)
            share = 0.3
            axes.annotate(
                f"{weight:g}",
                (a + share * (c - a), b + share * (d - b)),
                fontsize=8,
                ha="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
            )
        colors = ["0.4"] * 3 + ["C0"] * 2 + ["C1"]
        for (a, b), word, color in zip(places, words, colors, strict=True):
            axes.plot(
                *(a, b, "o"),
                markersize=34,
                markerfacecolor="white",
                markeredgecolor=color,
                zorder=2,
            )
            axes.annotate(word, (a, b), ha="center", va="center", zorder=4)
        axes.set(xlim=(-0.5, 3.7), ylim=(-0.5, 2.5))
        axes.set_axis_off()
