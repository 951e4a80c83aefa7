"""Chapter 7. The shapes and the parameters of a network of dense layers."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from .base import Figure


class LayerSizes(Figure):
    """Change a width, see every shape and the count of parameters."""

    js = "layer_sizes.js"
    alt = (
        "A table of all shapes of a network of four layers, and a bar for "
        "the number of parameters in each layer"
    )

    def compute(
        self, sizes: Sequence[int] = (12, 5, 5, 3, 1), m: int = 7
    ) -> Mapping[str, object]:
        return {"start": {"sizes": list(sizes), "m": m}}

    def still(self, axes: Any) -> None:
        sizes = self.data["start"]["sizes"]
        layers = list(pairwise(sizes))
        counts = [n * (n_prev + 1) for n_prev, n in layers]
        bars = axes.bar([str(l + 1) for l in range(len(layers))], counts)
        words = [f"W {(n, p)}\n{n * (p + 1)}" for p, n in layers]
        axes.bar_label(bars, words)
        axes.set(
            xlabel="layer",
            ylabel="parameters",
            ylim=(0, 1.3 * max(counts)),
            title=f"{'-'.join(map(str, sizes))}: {sum(counts)} parameters",
        )
