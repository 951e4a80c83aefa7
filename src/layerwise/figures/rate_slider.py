"""Chapter 9. What you set decides what training can find: the rate."""

from collections.abc import Mapping
from typing import Any

import numpy as np

import layerwise as lw

from .base import Figure
from .depth_slider import digits_right

SIZES, EPOCHS, SEEDS = (64, 32, 10), 20, (0, 1, 2)

# Rate: (share right of the training digits, of the validation digits), a
# number for each seed, as `measured` gives them. Made once: it takes five
# seconds. A test repeats some.
MEASURED: dict[float, tuple[tuple[float, ...], tuple[float, ...]]] = {
    0.001: ((0.173, 0.13, 0.103), (0.2, 0.125, 0.086)),
    0.002: ((0.204, 0.169, 0.122), (0.242, 0.181, 0.117)),
    0.005: ((0.354, 0.322, 0.263), (0.394, 0.306, 0.233)),
    0.01: ((0.608, 0.566, 0.521), (0.617, 0.561, 0.519)),
    0.02: ((0.809, 0.809, 0.72), (0.819, 0.797, 0.719)),
    0.05: ((0.92, 0.921, 0.905), (0.911, 0.906, 0.881)),
    0.1: ((0.955, 0.949, 0.953), (0.953, 0.931, 0.919)),
    0.2: ((0.971, 0.97, 0.971), (0.972, 0.931, 0.942)),
    0.5: ((0.979, 0.978, 0.99), (0.964, 0.933, 0.975)),
    1.0: ((0.989, 0.984, 0.995), (0.969, 0.95, 0.981)),
    2.0: ((0.102, 0.102, 0.102), (0.1, 0.1, 0.1)),
    5.0: ((0.1, 0.101, 0.102), (0.1, 0.1, 0.1)),
}


def measured(rate: float, seed: int) -> tuple[float, float]:
    """Train as the chapter does; return both shares of right answers."""
    rng = np.random.default_rng(seed)
    network = lw.deep_network(SIZES, rng=rng)
    return digits_right(network, rate, EPOCHS, rng)


class RateSlider(Figure):
    """Drag the learning rate; compare training and validation digits.

    The still shows all rates, three starts each, with their medians.
    """

    js = "rate_slider.js"
    alt = (
        "Share of digits read right against the learning rate on a "
        "logarithmic axis: almost nothing is learned at 0.001, most at 1, "
        "and nothing at 2"
    )

    def compute(self) -> Mapping[str, object]:
        train, valid = zip(*MEASURED.values(), strict=True)
        return {
            "rates": list(MEASURED),
            "sets": [
                {
                    "name": name,
                    "color": color,
                    "runs": runs,
                    "medians": np.median(runs, axis=1),
                }
                for name, color, runs in (
                    ("training", "train", train),
                    ("validation", "valid", valid),
                )
            ],
            "parameters": int(
                lw.deep_network(
                    SIZES, rng=np.random.default_rng(0)
                ).vector.size
            ),
            "start": list(MEASURED).index(1.0),
        }

    def still(self, axes: Any) -> None:
        rates = self.data["rates"]
        for k, shown in enumerate(self.data["sets"]):
            color, runs = f"C{k}", np.array(shown["runs"])
            axes.plot(
                rates, shown["medians"], color=color, label=shown["name"]
            )
            axes.plot(rates, runs, "o", color=color, markersize=3)
        axes.set(
            xscale="log",
            xlabel=r"learning rate $\alpha$ (you set it)",
            ylabel="share right",
            ylim=(0, 1),
        )
        axes.legend()
