"""Chapter 14. A digit moves, and its map moves along: does the answer stay?"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from layerwise import datasets
from layerwise.activations import softmax_forward
from layerwise.layers import Conv, Dense, Flatten, MaxPool, ReLU
from layerwise.losses import SoftmaxCrossEntropy
from layerwise.network import Network
from layerwise.optimizers import Adam
from layerwise.training import fit

from .base import Figure

SIDE, ROOM = 12, 2  # a sheet of 12 x 12: a digit may move by 2 either way


def sheet() -> tuple[np.ndarray, np.ndarray]:
    """Return the digits in the middle of larger sheets, and their names."""
    pixels, digit = datasets.digits()
    images = np.zeros((1, SIDE, SIDE, digit.size))
    inside = slice(ROOM, SIDE - ROOM)
    images[0, inside, inside] = pixels.reshape(8, 8, -1)
    return images, digit


@cache
def trained(seed: int = 1, epochs: int = 5) -> dict[str, Any]:
    """Return three small networks, trained on 1397 digits."""
    images, digit = sheet()
    train = np.random.default_rng(0).permutation(digit.size)[:1397]
    Y = np.eye(10)[:, digit]
    nets = {}
    for name in ("dense", "conv", "anywhere"):
        rng = np.random.default_rng(seed)
        if name == "dense":
            layers = [Flatten(), Dense(SIDE**2, 16, rng=rng), ReLU()]
            layers.append(Dense(16, 10, rng=rng))
        elif name == "conv":
            layers = [Conv(1, 8, 3, padding=1, rng=rng), ReLU(), MaxPool(2)]
            layers += [Conv(8, 16, 3, padding=1, rng=rng), ReLU()]
            layers += [MaxPool(2), Flatten(), Dense(144, 10, rng=rng)]
        else:
            layers = [Conv(1, 12, 5, padding=2, rng=rng), ReLU()]
            layers += [Conv(12, 24, 3, padding=1, rng=rng), ReLU()]
            layers += [MaxPool(SIDE), Flatten(), Dense(24, 10, rng=rng)]
        nets[name] = Network(*layers)
        fit(
            nets[name],
            images[..., train],
            Y[:, train],
            cost=SoftmaxCrossEntropy(),
            optimizer=Adam(0.01),
            rng=rng,
            epochs=epochs,
            batch_size=32,
        )
    return nets


def moved(image: np.ndarray, rows: int, columns: int) -> np.ndarray:
    """Move a picture with an empty border of ROOM pixels."""
    return np.roll(image, (rows, columns), axis=(0, 1))


class ShiftedDigit(Figure):
    """Move a digit; watch the map of one filter, and three answers.

    The still shows what the first state shows: two pixels lower, only the
    network that forgets places still knows the digit.
    """

    js = "shifted_digit.js"
    alt = (
        "A handwritten digit on a larger sheet, the map of one filter, and "
        "the probability that three networks give to the true digit"
    )

    def compute(
        self,
        nets: Mapping[str, Any] | None = None,
        example: int = 3,
        down: int = 2,
        right: int = 0,
    ) -> Mapping[str, object]:
        nets = nets or trained()
        images, digit = sheet()
        image = images[0, :, :, example]
        steps = range(-ROOM, ROOM + 1)
        moves = np.stack(
            [moved(image, i, j) for i in steps for j in steps], axis=-1
        )[None]
        given = {}
        for name, net in nets.items():
            shares, _ = softmax_forward(net.forward(moves))
            given[name] = shares[digit[example]].reshape(5, 5).round(3)
        first = nets["conv"].layers[0]
        W, b = first.params["W"], first.params["b"]
        maps = first.forward(image[None, :, :, None])
        k = int(np.maximum(maps, 0).sum(axis=(1, 2, 3)).argmax())
        return {
            "image": image,
            "kernel": W[k, 0],
            "bias": b[k, 0],
            "names": list(given),
            "given": given,
            "digit": int(digit[example]),
            "room": ROOM,
            "start": {"down": down, "right": right},
        }

    def still(self, axes: Any) -> None:
        data = self.data
        steps = np.arange(-ROOM, ROOM + 1)
        for name in data["names"]:
            column = np.array(data["given"][name])[
                :, ROOM + data["start"]["right"]
            ]
            axes.plot(steps, column, "o-", label=name)
        axes.set(
            xlabel="moved down by, in pixels",
            ylabel=f"probability of the {data['digit']}",
            xticks=steps,
            ylim=(-0.05, 1.3),
        )
        axes.legend(frameon=False, ncols=3, loc="upper center")
