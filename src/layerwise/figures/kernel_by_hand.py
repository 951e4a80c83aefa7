"""Chapter 14. Nine numbers laid over a drawn house, and the map they make."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise.convolution import conv_forward

from .base import Figure

HOUSE = """
................
...........##...
.......#...##...
......###..##...
.....##.##.##...
....##...####...
...##.....###...
..############..
..#..........#..
..#.####.....#..
..#.#..#.###.#..
..#.####.#.#.#..
..#......#.#.#..
..#......#.#.#..
..############..
................
"""
KERNELS = {
    "left to right": [[-1, 0, 1]] * 3,
    "top to bottom": [[-1] * 3, [0] * 3, [1] * 3],
    "all around": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "the middle alone": [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
    "a sum": [[1, 1, 1]] * 3,
}


def drawn(text: str) -> np.ndarray:
    """Return a drawing as numbers: # is ink, 1, and . is none, 0."""
    return np.array([[c == "#" for c in row] for row in text.split()], float)


class KernelByHand(Figure):
    """Set the nine numbers of a filter, watch its map of a drawn house."""

    js = "kernel_by_hand.js"
    alt = "A drawn house, a filter of three by three numbers, and its map"

    @staticmethod
    def picture() -> np.ndarray:
        """Return the house: ink is 1; shape (16, 16)."""
        return drawn(HOUSE)

    def compute(self, start: str = "left to right") -> Mapping[str, object]:
        return {
            "house": drawn(HOUSE),
            "names": list(KERNELS),
            "kernels": KERNELS,
            "start": start,
        }

    def still(self, axes: Any) -> None:
        data = self.data
        kernel = np.array(data["kernels"][data["start"]], float)
        house = np.array(data["house"], float)
        Z, _ = conv_forward(
            house[None, :, :, None], kernel[None, None], np.zeros((1, 1))
        )
        both = np.full((16, 33), np.nan)
        both[:, :16] = 3 * house
        both[1:15, 18:32] = Z[0, :, :, 0]
        axes.imshow(both, cmap="PuOr_r", vmin=-3, vmax=3)
        axes.set_axis_off()
        axes.set_title(f"the house, and its map under '{data['start']}'")
