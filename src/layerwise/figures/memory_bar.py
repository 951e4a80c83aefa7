"""Chapter 9. What training keeps in memory, and how it grows with m."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from .base import Figure

SIZES, LARGEST = (64, 64, 64, 64, 10), 96


def parameters(sizes: Sequence[int]) -> int:
    """How many numbers are learned."""
    return sum(n * (n_prev + 1) for n_prev, n in pairwise(sizes))


def kept(sizes: Sequence[int], m: int) -> int:
    """How many numbers the caches hold, weights not counted."""
    return m * sum(n_prev + n for n_prev, n in pairwise(sizes))


class MemoryBar(Figure):
    """Drag the batch size; compare the caches with the parameters.

    The still shows 64 examples: the caches hold more than twice as much.
    """

    js = "memory_bar.js"
    alt = (
        "Two bars, numbers in parameters and numbers in caches, for a "
        "network of three hidden layers of 64 units and a batch of m examples"
    )
    still_size = (6.0, 1.8)

    def compute(self) -> Mapping[str, object]:
        return {"sizes": SIZES, "largest": LARGEST, "start": 64}

    def still(self, axes: Any) -> None:
        sizes, m = self.data["sizes"], self.data["start"]
        bars = [kept(sizes, m), parameters(sizes)]
        axes.barh(
            [f"caches, $m$ = {m}", "parameters"], bars, color=["C1", "C0"]
        )
        axes.axvline(bars[1], color="0.5", linestyle=":")
        axes.set(xlabel="numbers in memory")
