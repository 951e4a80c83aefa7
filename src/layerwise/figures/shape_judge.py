"""Chapter 7. A judge that sees shapes only, and twelve slips."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from layerwise import activations, affine

from .base import Figure

NETWORKS = {
    "12-5-5-3-1, m = 7": ((12, 5, 5, 3, 1), 7),
    "5-5-5-5-5, m = 5": ((5, 5, 5, 5, 5), 5),
}
LINES: dict[str, Callable[..., Any]] = {
    "start": lambda A, Y: (A - Y) / Y.shape[1],
    "bend": lambda dA, A: dA * (1 - A**2),
    "dW": lambda dZ, A_prev: dZ @ A_prev.T,
    "db": lambda dZ: dZ.sum(axis=1, keepdims=True),
    "dA": lambda dZ, W: W.T @ dZ,
}
SLIPS: dict[str, tuple[str, Callable[..., Any]]] = {
    "dW on its side": ("dW", lambda dZ, A: A @ dZ.T),
    "dW without a transpose": ("dW", lambda dZ, A: dZ @ A),
    "dW with * for @": ("dW", lambda dZ, A: dZ * A),
    "dA without a transpose": ("dA", lambda dZ, W: W @ dZ),
    "db over the units": ("db", lambda dZ: dZ.sum(axis=0, keepdims=True)),
    "db with an axis lost": ("db", lambda dZ: dZ.sum(axis=1)),
    "db not summed": ("db", lambda dZ: dZ),
    "slope left out": ("bend", lambda dA, A: dA),
    "value for slope": ("bend", lambda dA, A: dA * A),
    "1/m forgotten": ("start", lambda A, Y: A - Y),
    "sign turned round": ("start", lambda A, Y: (Y - A) / Y.shape[1]),
    "labels one place off": (
        "start",
        lambda A, Y: (A - np.roll(Y, 1, axis=1)) / Y.shape[1],
    ),
}
REFUSED = "numpy refuses"
UNSEEN = "not reached"


def judged(
    sizes: Sequence[int], m: int, lines: Mapping[str, Callable[..., Any]]
) -> list[list[str]]:
    """Return for each layer what came as dW, db and dA_prev.

    "(3, 5)" where the shape is right, "(5, 3) ≠ (3, 5)" where it is not.
    """
    rng = np.random.default_rng(7)
    answers, Ws = [rng.normal(size=(sizes[0], m))], []
    for n_prev, n in pairwise(sizes):
        W, b = rng.normal(size=(n, n_prev)), rng.normal(size=(n, 1))
        Z, _ = affine.affine_forward(answers[-1], W, b)
        answers.append(activations.tanh_forward(Z)[0])
        Ws.append(W)
    rows = [[UNSEEN] * 3 for _ in Ws]
    rows[0][2] = "not needed"
    dZ = lines["start"](answers[-1], np.zeros((sizes[-1], m)))
    for l in range(len(Ws) - 1, -1, -1):
        A_prev, W = answers[l], Ws[l]
        steps: list[tuple[int, Callable[[], Any], tuple[int, ...]]] = [
            (0, partial(lines["dW"], dZ, A_prev), W.shape),
            (1, partial(lines["db"], dZ), (len(W), 1)),
        ]
        if l:
            steps.append((2, partial(lines["dA"], dZ, W), A_prev.shape))
        for column, step_back, want in steps:
            try:
                came = step_back()
            except ValueError:
                rows[l][column] = REFUSED
                return rows
            word = str(came.shape)
            rows[l][column] = (
                word if came.shape == want else f"{word} ≠ {want}"
            )
        if l:
            dZ = lines["bend"](came, A_prev)
    return rows


class ShapeJudge(Figure):
    """Choose a slip; see what a look at shapes finds, layer by layer.

    The still shows what the first state shows: a gradient on its side is
    caught in every layer but the square one.
    """

    js = "shape_judge.js"
    alt = (
        "A table of the shapes that arrive on the way back through four "
        "layers, each compared with the shape that it should have"
    )

    def compute(self, slip: str = "dW on its side") -> Mapping[str, object]:
        return {
            "networks": list(NETWORKS),
            "slips": list(SLIPS),
            "rows": {
                name: {
                    words: judged(sizes, m, {**LINES, place: wrong})
                    for words, (place, wrong) in SLIPS.items()
                }
                for name, (sizes, m) in NETWORKS.items()
            },
            "start": {"slip": slip, "network": next(iter(NETWORKS))},
        }

    def still(self, axes: Any) -> None:
        start = self.data["start"]
        rows = self.data["rows"][start["network"]][start["slip"]]
        axes.set_axis_off()
        axes.set_title(f"{start['network']}: {start['slip']}")
        table = axes.table(
            [[w.replace("≠", "not") for w in row] for row in rows],
            rowLabels=[f"layer {l}" for l in range(1, len(rows) + 1)],
            colLabels=["dW", "db", "dA_prev"],
            loc="center",
        )
        table.scale(1, 1.8)
