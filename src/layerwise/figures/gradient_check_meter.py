"""Chapter 8. What a gradient check says of each planted bug."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from layerwise import activations, affine, gradients, losses

from .base import Figure

SIZES = (3, 4, 3, 2)
M = 5
NAMES = ("W1", "b1", "W2", "b2", "W3", "b3")
BUGS = {
    "none": "no bug",
    "value": "value: a for 1 - a^2, layer 2",
    "slope": "slope: left out, layer 2",
    "bias": "bias: mean for sum, layer 2",
    "twice": "twice: 1/m taken twice",
    "sign": "sign: Y - A at the start",
}
POWERS = list(range(-1, -12, -1))


def network() -> tuple[dict[str, Any], Any, Any]:
    """Return parameters, examples and one-hot labels."""
    rng = np.random.default_rng(8)
    params = {}
    for l in (1, 2, 3):
        n_prev, n = SIZES[l - 1], SIZES[l]
        params[f"W{l}"] = rng.standard_normal((n, n_prev))
        params[f"b{l}"] = 0.3 * rng.standard_normal((n, 1))
    X = rng.standard_normal((SIZES[0], M))
    return params, X, np.eye(2)[:, [0, 1, 0, 1, 1]]


def forward(params: Mapping[str, Any], X: Any) -> tuple[Any, list[Any]]:
    A, caches = X, []
    for l in (1, 2, 3):
        Z, straight = affine.affine_forward(
            A, params[f"W{l}"], params[f"b{l}"]
        )
        A, bent = activations.tanh_forward(Z) if l < 3 else (Z, None)
        caches.append((straight, bent))
    return A, caches


def backward(params: Any, X: Any, Y: Any, bug: str) -> dict[str, Any]:
    """Walk back with one bug planted."""
    Z, caches = forward(params, X)
    _, cost = losses.softmax_cross_entropy_forward(Z, Y=Y)
    dA = losses.softmax_cross_entropy_backward(1.0, cost)
    dA = -dA if bug == "sign" else dA
    grads = {}
    for l in (3, 2, 1):
        straight, bent = caches[l - 1]
        dZ = dA
        if l == 2 and bug == "value":
            dZ = dA * bent
        elif l < 3 and not (l == 2 and bug == "slope"):
            dZ = activations.tanh_backward(dA, bent)
        dA, dW, db = affine.affine_backward(dZ, straight)
        if l == 2 and bug == "bias":
            db = db / M
        share = M if bug == "twice" else 1
        grads[f"W{l}"], grads[f"b{l}"] = dW / share, db / share
    return grads


def measured(power: int) -> dict[str, Any]:
    """Return the slopes by differences with a move of ten to the power."""
    params, X, Y = network()

    def along(name: str) -> Callable[[Any], Any]:
        def cost(values: Any) -> Any:
            Z, _ = forward({**params, name: values}, X)
            return losses.softmax_cross_entropy_forward(Z, Y=Y)[0]

        return cost

    return {
        name: gradients.numerical_gradient(
            along(name), params[name], epsilon=10.0**power
        )
        for name in NAMES
    }


class GradientCheckMeter(Figure):
    """Plant a bug, see which parameters a gradient check accuses.

    The still shows what the first state shows: a bug in the middle layer
    leaves everything above it right and everything below it wrong.
    """

    js = "gradient_check_meter.js"
    alt = (
        "Six bars, one for each parameter of a network of three layers: the "
        "error of a gradient check, on a logarithmic axis with its limit"
    )

    def compute(self, bug: str = "value") -> Mapping[str, object]:
        params, X, Y = network()
        given = {key: backward(params, X, Y, key) for key in BUGS}
        errors: dict[str, list[list[float]]] = {key: [] for key in BUGS}
        for power in POWERS:
            slopes = measured(power)
            for key, grads in given.items():
                errors[key].append(
                    [
                        gradients.gradient_error(grads[name], slopes[name])
                        for name in NAMES
                    ]
                )
        return {
            "names": NAMES,
            "bugs": list(BUGS.items()),
            "powers": POWERS,
            "errors": errors,
            "start": {"bug": bug, "power": -5},
        }

    def still(self, axes: Any) -> None:
        start = self.data["start"]
        at = self.data["powers"].index(start["power"])
        errors = np.array(self.data["errors"][start["bug"]][at])
        colors = np.where(errors > 1e-7, "C1", "C0")
        axes.bar(NAMES, errors, color=colors, bottom=1e-13)
        axes.axhline(1e-7, color="0.3", linestyle="--")
        axes.set(yscale="log", ylim=(1e-13, 10), ylabel="error")
        axes.set_title("a bug in the bend of layer 2")
