"""Chapter 10. Five starts of one network, and what becomes of them."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from layerwise import datasets, initializers, layers, losses, network
from layerwise.optimizers import GradientDescent
from layerwise.training import minibatches

from .base import Figure

EPOCHS, SIZES = 15, [64] + [32] * 19 + [10]


def normal(scale: float) -> Callable[..., Any]:
    return lambda shape, rng: initializers.initialize_gaussian(
        shape, rng=rng, scale=scale
    )


STARTS: dict[str, Callable[..., Any]] = {
    "A zero": initializers.initialize_zeros,
    "B 0.01": normal(0.01),
    "C 1/n": initializers.initialize_lecun,
    "D 2/n": initializers.initialize_he,
    "E 1.0": normal(1.0),
}


def race(start: Callable[..., Any], seed: int = 1) -> list[float | None]:
    """Return the cost before each epoch and after the last."""
    pixels, digit = datasets.digits()
    pixels = (pixels - pixels.mean()) / pixels.std()
    order = np.random.default_rng(0).permutation(1797)[:1397]
    X, Y = pixels[:, order], np.eye(10)[:, digit[order]]
    rng = np.random.default_rng(seed)
    net = network.deep_network(
        SIZES, rng=rng, initializer=start, activation=layers.ReLU
    )
    step = GradientDescent(0.05)
    costs: list[float | None] = []
    with np.errstate(all="ignore"):
        for epoch in range(EPOCHS + 1):
            J, _ = losses.softmax_cross_entropy_forward(net.forward(X), Y=Y)
            if not J < 1e3:
                return [None] * (EPOCHS + 1)  # beyond every axis
            costs.append(float(J))
            if epoch == EPOCHS:
                break
            for x, y in minibatches(X, Y, batch_size=64, rng=rng):
                _, saved = losses.softmax_cross_entropy_forward(
                    net.forward(x), Y=y
                )
                net.backward(losses.softmax_cross_entropy_backward(1.0, saved))
                step.step(net.params, net.grads)
    return costs


@cache
def races() -> dict[str, list[float | None]]:
    return {name: race(start) for name, start in STARTS.items()}


class StartRace(Figure):
    """Move through the epochs of five runs that differ in their start."""

    js = "start_race.js"
    alt = "Cost against epoch for five starts of one network of twenty layers"

    def compute(self, epoch: int = EPOCHS) -> Mapping[str, object]:
        return {"names": list(STARTS), "costs": races(), "start": epoch}

    def still(self, axes: Any) -> None:
        for name, costs in self.data["costs"].items():
            if costs[0] is not None:
                axes.plot(costs, label=name)
        axes.set(xlabel="epoch", ylabel="cost $J$", ylim=(0, 3))
        axes.legend(frameon=False, title="E is beyond the axis")
