"""Chapter 4. Logistic regression as a graph, with numbers on its edges."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, losses

from .base import Figure

BOXES = {  # where each quantity stands on paper
    "w1": (0.0, 3.0),
    "w2": (0.0, 1.5),
    "b": (0.0, 0.0),
    "z": (2.0, 1.5),
    "a": (4.0, 1.5),
    "L": (6.0, 1.5),
}


def walked(
    x: list[float], w: list[float], b: float, y: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Return every value on the way forward and every blame on the way back.

    The library computes them: one example is a batch of one column.
    """
    score = np.array([[w[0] * x[0] + w[1] * x[1] + b]])
    answer, cache = activations.sigmoid_forward(score)
    Y = np.array([[y]])
    J, judged = losses.binary_cross_entropy_forward(answer, Y=Y)
    da = losses.binary_cross_entropy_backward(1.0, judged)
    dz = activations.sigmoid_backward(da, cache)
    value = {"z": score.item(), "a": answer.item(), "L": float(J)}
    blame = {"a": da.item(), "z": dz.item(), "b": dz.item()}
    blame |= {f"w{i + 1}": dz.item() * x[i] for i in (0, 1)}
    return value, blame


class ComputationGraph(Figure):
    """Move a weight or the bias, watch the values and the blame.

    The still shows the example of the chapter: the label is 0, the unit
    answers 0.7311, and each parameter has its part of the blame.
    """

    js = "computation_graph.js"
    alt = (
        "Computation graph of logistic regression: weights, bias, score, "
        "answer and loss, with values and slopes"
    )

    def compute(self) -> Mapping[str, object]:
        x, w, b, y = [2.0, -1.0], [0.5, -1.0], -1.0, 0.0
        value, blame = walked(x, w, b, y)
        start = {"x": x, "w": w, "b": b, "y": y}
        return {"start": start, "value": value, "blame": blame}

    def still(self, axes: Any) -> None:
        data = self.data
        start = data["start"]
        values = {"w1": start["w"][0], "w2": start["w"][1], "b": start["b"]}
        values |= data["value"]
        for name, (x, y) in BOXES.items():
            axes.text(x, y, f"{name} = {values[name]:.4g}", ha="center")
            if name in data["blame"]:
                words = f"slope {data['blame'][name]:.4g}"
                axes.text(
                    x, y - 0.45, words, ha="center", color="C1", fontsize=9
                )
        for tail, head in (
            ("w1", "z"),
            ("w2", "z"),
            ("b", "z"),
            ("z", "a"),
            ("a", "L"),
        ):
            (x0, y0), (x1, y1) = BOXES[tail], BOXES[head]
            axes.annotate(
                "",
                (x1 - 0.75, y1 + 0.05),
                (x0 + 0.75, y0 + 0.05),
                arrowprops={"arrowstyle": "->", "color": "0.5"},
            )
        axes.set(xlim=(-1, 7), ylim=(-1, 3.6))
        axes.axis("off")
