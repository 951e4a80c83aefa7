"""A sheet of five for credit: an example of an instructor's own exercises.

    layerwise release book/sheet/sheet1.ipynb --out sheet1.zip
    layerwise grade handed-in/ --out graded/ --exercises book/sheet/sheet1.py

Keep this file from learners; give them the notebook as `release` makes it.
"""

import numpy as np

from layerwise.exercises import exercise, mistake


def predictions(rng):
    """Draw predictions and truths, some close to each other, some far."""
    drawn = []
    for shape, delta in (((3, 5), 1.0), ((1, 4), 0.5), ((2, 7), 2.0)):
        truth = rng.normal(size=shape)
        error = rng.normal(size=shape) * np.where(
            np.arange(truth.size).reshape(shape) % 2, 0.3 * delta, 4 * delta
        )
        drawn.append((truth + error, truth, delta))
    return drawn


def huber(Y_hat, Y, delta):
    size = np.minimum(np.abs(Y_hat - Y), delta)
    losses = size * (np.abs(Y_hat - Y) - size / 2)
    return losses.sum(axis=0).mean()


huber_cost = exercise(
    "91.1",
    "A cost that forgives outliers",
    points=10,
    kind="implement",
    calls=["J = huber_cost(Y_hat, Y, delta)"],
    draw=predictions,
    reference=huber,
    read="Sheet 1, a cost that forgives outliers",
    mistakes=[
        mistake(
            "not-a-mean",
            lambda Y_hat, Y, delta: huber(Y_hat, Y, delta) * Y.shape[1],
            "Your cost grows with the number of examples. Over how many did "
            "you sum, and by what did you divide?",
        ),
        mistake(
            "squared-everywhere",
            lambda Y_hat, Y, delta: ((Y_hat - Y) ** 2).sum(axis=0).mean() / 2,
            "You square every error, also the large ones. How fast should "
            "the loss grow beyond delta?",
        ),
        mistake(
            "a-jump-at-delta",
            lambda Y_hat, Y, delta: (
                np.where(
                    np.abs(Y_hat - Y) <= delta,
                    (Y_hat - Y) ** 2 / 2,
                    delta * np.abs(Y_hat - Y),
                )
                .sum(axis=0)
                .mean()
            ),
            "Your two branches do not meet. What does each give for an error "
            "of exactly delta?",
        ),
        mistake(
            "mean-over-entries",
            lambda Y_hat, Y, delta: huber(Y_hat, Y, delta) / Y.shape[0],
            "You divide by the number of entries. Which axis holds the "
            "examples?",
        ),
    ],
)


def columns(rng):
    return [(rng.normal(size=shape),) for shape in ((4, 5), (2, 3), (6, 2))]


def cosines(A):
    lengths = np.sqrt(np.einsum("im,im->m", A, A))
    return np.einsum("im,in->mn", A, A) / np.multiply.outer(lengths, lengths)


cosine_similarity = exercise(
    "91.2",
    "How alike two examples are",
    points=10,
    kind="implement",
    calls=["S = cosine_similarity(A)"],
    draw=columns,
    reference=cosines,
    read="Sheet 1, how alike two examples are",
    mistakes=[
        mistake(
            "not-divided",
            lambda A: A.T @ A,
            "Your diagonal does not hold ones. What is the similarity of a "
            "column with itself?",
        ),
        mistake(
            "divided-once",
            lambda A: A.T @ A / np.linalg.norm(A, axis=0),
            "Your S is not symmetric. Which of the two lengths is missing?",
        ),
        mistake(
            "squared-lengths",
            lambda A: (
                cosines(A)
                / np.multiply.outer(
                    np.linalg.norm(A, axis=0), np.linalg.norm(A, axis=0)
                )
            ),
            "Double one column: should its similarity to the others change?",
        ),
        mistake(
            "rows",
            lambda A: cosines(A.T),
            "You compare features. Which axis holds the examples?",
        ),
    ],
)


def labels(rng):
    return [
        (
            rng.permutation(np.resize(np.arange(k), m)),
            rng.integers(k, size=m),
            k,
        )
        for k, m in ((3, 20), (2, 9), (4, 30))
    ]


def counted(y, y_hat, classes):
    table = np.zeros((classes, classes), dtype=int)
    np.add.at(table, (y, y_hat), 1)
    return table


confusion = exercise(
    "91.3",
    "Which class is taken for which",
    points=10,
    kind="implement",
    calls=["C = confusion(y, y_hat, classes)"],
    draw=labels,
    reference=counted,
    read="Sheet 1, which class is taken for which",
    mistakes=[
        mistake(
            "transposed",
            lambda y, y_hat, classes: counted(y_hat, y, classes),
            "You count an example of class 0 that is called 1 in row 1. What "
            "does a row stand for?",
        ),
        mistake(
            "marked-not-counted",
            lambda y, y_hat, classes: np.minimum(
                counted(y, y_hat, classes), 1
            ),
            "How often does your table count the same pair?",
        ),
        mistake(
            "shares",
            lambda y, y_hat, classes: counted(y, y_hat, classes) / y.size,
            "Your entries add up to 1. What should they add up to?",
        ),
        mistake(
            "right-ones-only",
            lambda y, y_hat, classes: np.diag(
                np.diag(counted(y, y_hat, classes))
            ),
            "Where does your table show the examples that were called wrong?",
        ),
    ],
)


def scores(rng):
    return [
        (rng.normal(size=(n, m)), rng.integers(n, size=m), k)
        for n, m, k in ((5, 40, 2), (4, 31, 1), (6, 50, 3))
    ]


def among_best(Z, y, k):
    own = Z[y, np.arange(y.size)]
    return float(np.mean((own < Z).sum(axis=0) < k))


top_k_accuracy = exercise(
    "91.4",
    "Right among the best k",
    points=10,
    kind="implement",
    calls=["share = top_k_accuracy(Z, y, k)"],
    draw=scores,
    reference=among_best,
    read="Sheet 1, right among the best k",
    mistakes=[
        mistake(
            "the-worst-k",
            lambda Z, y, k: among_best(-Z, y, k),
            "You look among the k smallest scores. Which end is the best?",
        ),
        mistake(
            "one-more",
            lambda Z, y, k: among_best(Z, y, k + 1),
            "For k = 1 this should be plain accuracy. Is yours?",
        ),
        mistake(
            "only-the-best",
            lambda Z, y, k: among_best(Z, y, 1) if k > 1 else np.nan,
            "Does your answer change with k?",
        ),
        mistake(
            "a-count",
            lambda Z, y, k: among_best(Z, y, k) * y.size,
            "You return how many. Which share of the examples is that?",
        ),
    ],
)


def series(rng):
    return [(rng.normal(size=t), b) for t, b in ((6, 0.9), (1, 0.5), (9, 0.6))]


def smooth(x, beta):
    steps = np.arange(x.size)
    weights = (1 - beta) * beta ** np.subtract.outer(steps, steps).clip(0)
    return np.tril(weights) @ x


smoothed = exercise(
    "91.5",
    "A mean that forgets",
    points=10,
    kind="implement",
    calls=["v = smoothed(x, beta)"],
    draw=series,
    reference=lambda x, beta: (
        smooth(x, beta) / (1 - beta ** (1 + np.arange(x.size)))
    ),
    read="Sheet 1, a mean that forgets",
    mistakes=[
        mistake(
            "not-corrected",
            smooth,
            "Your first value is x[0] times 1 - beta. What mean of one "
            "number is smaller than the number?",
        ),
        mistake(
            "corrected-one-step-late",
            lambda x, beta: (
                smooth(x, beta) / (1 - beta ** (2.0 + np.arange(x.size)))
            ),
            "At the first step, by which power of beta do you correct?",
        ),
        mistake(
            "weights-exchanged",
            lambda x, beta: (
                smooth(x, 1 - beta)
                / (1 - (1 - beta) ** (1 + np.arange(x.size)))
            ),
            "With beta near 1, should the mean follow each new value, or "
            "hardly move?",
        ),
        mistake(
            "a-plain-mean",
            lambda x, beta: np.cumsum(x) / (1 + np.arange(x.size)),
            "All your weights are equal. Which value should count most?",
        ),
    ],
)
