"""Chapter 6. Layers without a bend: however many, the border is a line."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, affine

from .base import Figure

# Weights chosen by hand and by trial, in tenths. The stack of L layers is
# the first L - 1 of HIDDEN and OUTPUT on top; L = 1 is ALONE.
ALONE = ([[0.9, 0.7]], [[-0.4]])
HIDDEN = (
    ([[0.4, -1.3], [1.0, 0.8], [-1.4, 0.5]], [[0.3], [-0.3], [0.4]]),
    (
        [[0.6, 0.4, 1.0], [-0.7, 1.3, 0.0], [0.8, -0.4, -0.2]],
        [[-0.1], [0.1], [0.1]],
    ),
    (
        [[0.0, 1.5, 0.3], [0.3, -0.2, -0.6], [0.2, 0.4, 0.9]],
        [[0.3], [0.0], [-0.1]],
    ),
    (
        [[0.2, -0.1, 1.6], [-0.7, 1.2, 0.3], [1.3, 0.5, -0.4]],
        [[-0.1], [0.1], [-0.1]],
    ),
    (
        [[1.0, 0.3, 0.6], [0.0, 0.9, -0.3], [0.1, 0.0, 0.4]],
        [[-0.3], [0.1], [0.0]],
    ),
)
OUTPUT = ([[0.5, 1.5, 0.5]], [[-0.8]])
DEPTHS = range(1, len(HIDDEN) + 2)


def stack(depth: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return the weights and the biases of the stack of that depth."""
    layers = [*HIDDEN[: depth - 1], OUTPUT] if depth > 1 else [ALONE]
    Ws, bs = zip(*layers, strict=True)
    return [np.array(W) for W in Ws], [np.array(b) for b in bs]


def answer(depth: int, X: np.ndarray, bend: bool) -> np.ndarray:
    """Return what the stack says at the points in X (2, m)."""
    Ws, bs = stack(depth)
    A = X
    for layer, (W, b) in enumerate(zip(Ws, bs, strict=True), start=1):
        A, _ = affine.affine_forward(A, W, b)
        if bend and layer < depth:
            A, _ = activations.relu_forward(A)
    return A


def collapsed(depth: int) -> tuple[np.ndarray, np.ndarray]:
    """Return W' and b' by pushing zero and the unit vectors through."""
    b = answer(depth, np.zeros((2, 1)), bend=False)
    return answer(depth, np.eye(2), bend=False) - b, b


def rings(count: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Return the chapter's two rings, and which points are inner."""
    angle = 2 * np.pi * np.arange(count) / count
    ring = np.stack([np.cos(angle), np.sin(angle)])
    return np.hstack([0.5 * ring, ring]), np.arange(2 * count) < count


class LinearCollapse(Figure):
    """Add layers, watch the border; then give the layers a bend.

    The still shows the borders of one to six layers without a bend, and
    the border of three layers with one.
    """

    js = "linear_collapse.js"
    alt = (
        "Two rings of points and the border of a stack of layers: a straight "
        "line for any number of layers, until the layers get a bend"
    )
    still_size = (5.2, 2.8)

    def compute(self, depth: int = 3) -> Mapping[str, object]:
        points, inner = rings()
        stacks = []
        for L in DEPTHS:
            Ws, bs = stack(L)
            stacks.append({"W": Ws, "b": bs})
        return {
            "start": depth,
            "points": points,
            "inner": inner.astype(int),
            "stacks": stacks,
        }

    def still(self, axes: Any) -> None:
        points, inner = rings()
        line = np.linspace(-1.3, 1.3, 81)
        grid = np.stack(np.meshgrid(line, line)).reshape(2, -1)
        for place, bend in ((-1.5, False), (1.5, True)):
            for depth in DEPTHS if not bend else [self.data["start"]]:
                said = answer(depth, grid, bend).reshape(81, 81)
                chosen = depth == self.data["start"]
                axes.contour(
                    line + place,
                    line,
                    said,
                    [0],
                    colors="0.2" if chosen else "0.75",
                    linewidths=2 if chosen else 1,
                )
            axes.scatter(
                points[0] + place,
                points[1],
                c=np.where(inner, "C0", "C1"),
                s=4,
            )
        axes.text(-1.5, 1.4, "1 to 6 layers, no bend", ha="center")
        axes.text(1.5, 1.4, "the same 3 layers, a bend", ha="center")
        axes.set(aspect="equal", ylim=(-1.3, 1.6))
        axes.axis("off")
