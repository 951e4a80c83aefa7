"""Chapter 14. The corner at nine places: a dense net beside shared filters."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from layerwise import datasets
from layerwise.activations import sigmoid_forward
from layerwise.layers import Conv, Dense, Flatten, MaxPool, ReLU
from layerwise.losses import SigmoidCrossEntropy
from layerwise.network import Network, deep_network
from layerwise.optimizers import Adam
from layerwise.training import fit

from .base import Figure

FILTERS = 8


@cache
def trained(seed: int) -> tuple[Any, Any]:
    """Return a dense net and shared filters, trained on the shown places."""
    nets = []
    for shared in (False, True):
        rng = np.random.default_rng(seed)
        X, Y = datasets.corner(2000, rng=rng)
        if shared:
            X = X.reshape(1, 4, 4, -1)
            net = Network(
                Conv(1, FILTERS, 2, rng=rng),
                ReLU(),
                MaxPool(3),
                Flatten(),
                Dense(FILTERS, 1, rng=rng),
            )
        else:
            net = deep_network([16, 10, 1], rng=rng)
        fit(
            net,
            X,
            Y,
            cost=SigmoidCrossEntropy(),
            optimizer=Adam(0.03),
            rng=rng,
            epochs=30,
            batch_size=50,
        )
        nets.append(net)
    return nets[0], nets[1]


def pictures() -> np.ndarray:
    """Return the nine pictures with a corner and no other ink: (16, 9)."""
    drawn = np.zeros((4, 4, 9))
    for place in range(9):
        i, j = divmod(place, 3)
        drawn[i : i + 2, j : j + 2, place] = datasets.CORNER
    return drawn.reshape(16, 9)


class CornerEverywhere(Figure):
    """Move the corner over the grid, compare what two nets say.

    The still shows what the first state shows: the corner at a place that
    was kept back, which the dense net does not know.
    """

    js = "corner_everywhere.js"
    alt = (
        "A corner on a grid of four by four cells, and the probability of "
        "a corner that a dense net and shared filters give at nine places"
    )

    def compute(self, seed: int = 0, place: int = 5) -> Mapping[str, object]:
        X = pictures()
        dense, shared = trained(seed)
        sums = dense.forward(X)[0], shared.forward(X.reshape(1, 4, 4, 9))[0]
        yes = [sigmoid_forward(z)[0].reshape(3, 3) for z in sums]
        return {
            "pictures": X.T.reshape(9, 4, 4),
            "dense": yes[0].round(3),
            "shared": yes[1].round(3),
            "shown": list(datasets.SEEN_PLACES),
            "start": place,
        }

    def still(self, axes: Any) -> None:
        data = self.data
        places = np.arange(9)
        for shift, name in ((-0.2, "dense"), (0.2, "shared")):
            axes.bar(places + shift, np.ravel(data[name]), 0.38, label=name)
        axes.axhline(0.5, color="0.5", lw=1)
        axes.set(
            xlabel="place of the corner (0, 2, 4, 6, 8 were shown)",
            ylabel="probability of a corner",
            xticks=places,
            ylim=(0, 1.25),
        )
        axes.legend(frameon=False, ncols=2, loc="upper right")
