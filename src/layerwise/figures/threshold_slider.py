"""Chapter 4. From which probability on is the answer yes?"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from layerwise import activations, datasets, losses, metrics

from .base import Figure

RATE, STEPS, SEED = 0.1, 500, 4


def validation_answers() -> tuple[np.ndarray, np.ndarray]:
    """Train as the chapter does; return answers and labels, one row each."""
    X, Y = datasets.breast_cancer()
    train, valid, _ = datasets.stratified_split(
        Y, (0.6, 0.2, 0.2), rng=np.random.default_rng(SEED)
    )
    X_train, X_valid = datasets.standardize(X[:, train], X[:, valid])
    w, b = np.zeros((X.shape[0], 1)), 0.0
    for _ in range(STEPS):
        Z = w.T @ X_train + b
        _, cache = losses.sigmoid_cross_entropy_forward(Z, Y=Y[:, train])
        dZ = losses.sigmoid_cross_entropy_backward(1.0, cache)
        w, b = w - RATE * (X_train @ dZ.T), b - RATE * dZ.sum()
    A, _ = activations.sigmoid_forward(w.T @ X_valid + b)
    return A, Y[:, valid].astype(int)


class ThresholdSlider(Figure):
    """Move the threshold, count the missed and the false alarms.

    The still shows the answers for the validation lumps and the border at
    one half: two malignant lumps lie below it.
    """

    js = "threshold_slider.js"
    alt = (
        "Answers for 114 validation lumps with a movable threshold, and the "
        "table of right and wrong answers"
    )

    def compute(self) -> Mapping[str, object]:
        A, Y = validation_answers()
        thresholds = np.round(np.arange(0.05, 0.951, 0.05), 2)
        called = [(t < A).astype(int) for t in thresholds]
        tables = [metrics.confusion_matrix(c, Y, classes=2) for c in called]
        height = np.random.default_rng(0).uniform(0.12, 0.88, A.size)
        return {
            "answer": A[0],
            "label": Y[0],
            "height": height + Y[0],
            "thresholds": thresholds,
            "tables": tables,
            "start": int(np.argmin(abs(thresholds - 0.5))),
        }

    def still(self, axes: Any) -> None:
        data = self.data
        label = np.array(data["label"])
        colors = np.where(label == 1, "C1", "C0")
        axes.scatter(data["answer"], data["height"], c=colors, s=14)
        axes.axvline(data["thresholds"][data["start"]], color="0.3")
        axes.set(xlabel="answer a", xlim=(-0.02, 1.02))
        axes.set_yticks([0.5, 1.5], ["benign", "malignant"])
