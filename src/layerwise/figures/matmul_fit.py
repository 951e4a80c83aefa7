"""Chapter 7. Which products of a layer's matrices fit, and what they give."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from .base import Figure

NAMES = ("W", "Wᵀ", "dZ", "dZᵀ", "A", "Aᵀ")


def shapes(n: int, n_prev: int, m: int) -> list[tuple[int, int]]:
    """Return the shapes of W, dZ, A and of their transposes, by name."""
    found = []
    for shape in ((n, n_prev), (n, m), (n_prev, m)):
        found += [shape, shape[::-1]]
    return found


class MatmulFit(Figure):
    """Change three sizes; see which of 36 products fit.

    The still shows what the first state shows: with three different sizes,
    one product alone has the shape of W.
    """

    js = "matmul_fit.js"
    alt = (
        "A table of 36 products of W, dZ, A and their transposes, colored "
        "where the inner sizes agree, marked where the result has the shape "
        "of W"
    )

    def compute(
        self, n: int = 3, n_prev: int = 5, m: int = 7
    ) -> Mapping[str, object]:
        start = {"n": n, "n_prev": n_prev, "m": m}
        return {"names": NAMES, "start": start}

    def still(self, axes: Any) -> None:
        found = shapes(*self.data["start"].values())
        grid = np.zeros((6, 6))
        for i, left in enumerate(found):
            for j, right in enumerate(found):
                if left[1] == right[0]:
                    result = left[0], right[1]
                    grid[i, j] = 2 if result == found[0] else 1
                    text = f"{result[0]}, {result[1]}"
                    axes.text(j, i, text, ha="center", va="center")
        axes.imshow(grid, cmap="Oranges", vmin=0, vmax=3)
        words = [n.replace("ᵀ", ".T") for n in NAMES]
        axes.set_xticks(range(6), words)
        axes.set_yticks(range(6), words)
        axes.set(xlabel="right factor", ylabel="left factor")
