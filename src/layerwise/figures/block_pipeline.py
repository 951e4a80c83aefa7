"""Chapter 9. What each block of a deep network takes, gives and keeps."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

import layerwise as lw

from .base import Figure

SIZES, M = (12, 5, 5, 3, 1), 7


def blocks() -> list[dict[str, Any]]:
    """Run a network once; return each block's arrays with their shapes."""
    rng = np.random.default_rng(0)
    A, kept, made = rng.normal(size=(SIZES[0], M)), [], []
    for l, (n_prev, n) in enumerate(pairwise(SIZES), start=1):
        W, b = rng.normal(size=(n, n_prev)), np.zeros((n, 1))
        Z, _ = lw.affine_forward(A, W, b)
        kept.append((A, W, Z))
        answer = lw.relu_forward(Z)[0] if l < len(SIZES) - 1 else Z
        made.append(
            {
                "name": f"forward {l}",
                "takes": [[f"A{l - 1}" if l > 1 else "X", A.shape]],
                "uses": [[f"W{l}", W.shape], [f"b{l}", b.shape]],
                "gives": [[f"A{l}", answer.shape]],
                "keeps": [
                    [f"A{l - 1}" if l > 1 else "X", A.shape],
                    [f"W{l}", W.shape],
                    [f"Z{l}", Z.shape],
                ],
            }
        )
        A = answer
    d = np.ones(A.shape)
    for l in range(len(kept), 0, -1):
        _, W, Z = kept[l - 1]
        dA = d
        dZ = lw.relu_backward(dA, Z) if l < len(kept) else dA
        d, dW, db = lw.affine_backward(dZ, kept[l - 1][:2])
        before = f"dA{l - 1}" if l > 1 else "dX"
        made.append(
            {
                "name": f"backward {l}",
                "takes": [[f"dA{l}", dA.shape]],
                "uses": [],
                "gives": [
                    [before, d.shape],
                    [f"dW{l}", dW.shape],
                    [f"db{l}", db.shape],
                ],
                "keeps": made[l - 1]["keeps"],
            }
        )
    return made


class BlockPipeline(Figure):
    """Press a block of a network; see its arrays and their shapes.

    The still shows all eight blocks, with forward block 2 chosen.
    """

    js = "block_pipeline.js"
    alt = (
        "Four forward blocks in a row, four backward blocks below them in "
        "the opposite direction, each pair joined by a cache"
    )
    still_size = (6.4, 2.8)

    def compute(self) -> Mapping[str, object]:
        return {"m": M, "blocks": blocks(), "start": 1}

    def still(self, axes: Any) -> None:
        count = len(SIZES) - 1
        for k in range(count):
            for y, name in ((1.0, f"forward {k + 1}"), (0, f"back {k + 1}")):
                chosen = y == 1.0 and k == self.data["start"]
                axes.text(
                    k,
                    y,
                    name,
                    ha="center",
                    va="center",
                    bbox={
                        "boxstyle": "round,pad=0.5",
                        "facecolor": "none",
                        "edgecolor": "C1" if chosen else "0.4",
                    },
                )
            axes.annotate(
                "cache",
                (k, 0.2),
                (k, 0.5),
                ha="center",
                va="center",
                arrowprops={"arrowstyle": "->"},
            )
        axes.set(xlim=(-0.7, count - 0.3), ylim=(-0.5, 1.5))
        axes.axis("off")
