"""Chapter 9. What training keeps in memory, and how it grows with m."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from .base import Figure

INPUTS, OUTPUTS, HIDDEN, LARGEST = 64, 10, 3, 128


def parameters(width: int) -> int:
    """How many numbers are learned."""
    sizes = [INPUTS, *[width] * HIDDEN, OUTPUTS]
    return sum(n * (n_prev + 1) for n_prev, n in pairwise(sizes))


def kept(width: int, m: int) -> int:
    """How many numbers the caches hold, weights not counted."""
    sizes = [INPUTS, *[width] * HIDDEN, OUTPUTS]
    return m * sum(n_prev + n for n_prev, n in pairwise(sizes))


class MemoryBar(Figure):
    """Drag the batch size; compare the parameters with the caches.

    The still shows 64 examples: the caches hold more than twice as much.
    """

    js = "memory_bar.js"
    alt = (
        "Two bars, numbers in parameters and numbers in caches, for a "
        "network of three hidden layers and a batch of m examples"
    )

    def compute(self) -> Mapping[str, object]:
        return {
            "inputs": INPUTS,
            "outputs": OUTPUTS,
            "hidden": HIDDEN,
            "largest": LARGEST,
            "widths": [16, 32, 64, 128],
            "width": 64,
            "m": 64,
        }

    def still(self, axes: Any) -> None:
        data = self.data
        bars = [
            parameters(data["width"]),
            kept(data["width"], data["m"]),
        ]
        axes.barh(["parameters", "caches"], bars, color=["C0", "C1"])
        axes.set(xlabel="numbers kept in memory")
