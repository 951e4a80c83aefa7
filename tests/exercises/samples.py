"""Small specs of every kind: what the examiner itself is tested on."""

import numpy as np

from layerwise.exercises.spec import (
    band,
    choice,
    evaluated,
    exercise,
    mistake,
    points,
    recorded,
    scored,
    slope_of,
)


def drawn_affine(rng):
    """dZ with A_prev, W, b: several sizes, one example, no square ones."""
    sizes = ((3, 2, 5), (2, 4, 3), (4, 3, 1), (1, 2, 4), (5, 1, 2), (3, 3, 3))
    return [
        (
            rng.normal(size=(n, m)),
            (
                rng.normal(size=(n_prev, m)),
                rng.normal(size=(n, n_prev)),
                rng.normal(size=(n, 1)),
            ),
        )
        for n, n_prev, m in sizes
    ]


def affine_backward(dZ, cache):
    """The sample's solution."""
    A_prev, W, _ = cache
    dA_prev = W.T @ dZ
    dW = dZ @ A_prev.T
    db = np.sum(dZ, axis=1, keepdims=True)
    return dA_prev, dW, db


def _by_einsum(dZ, cache):
    A_prev, W, _ = cache
    return (
        np.einsum("ji,jm->im", W, dZ),
        np.einsum("im,jm->ij", dZ, A_prev),
        np.einsum("im->i", dZ)[:, None],
    )


def _with(**changes):
    """The solution with some quantities replaced by wrong ones."""

    def answer(dZ, cache):
        A_prev, W, _ = cache
        right = dict(
            zip(("dA_prev", "dW", "db"), _by_einsum(dZ, cache), strict=True)
        )
        for name, wrong in changes.items():
            right[name] = wrong(dZ, A_prev, W)
        return tuple(right.values())

    return answer


affine = exercise(
    "08.4",
    "Back through an affine layer",
    points=10,
    kind="implement",
    calls=["dA_prev, dW, db = affine_backward(dZ, cache)"],
    draw=drawn_affine,
    reference=_by_einsum,
    inside={"cache": ("A_prev", "W", "b")},
    read="The affine pair, backward",
    equation="eq-dW",
    hints=("Write the shapes of dW and db down first.",),
    mistakes=[
        mistake(
            "averaged",
            _with(
                dW=lambda dZ, A, W: dZ @ A.T / dZ.shape[1],
                db=lambda dZ, A, W: dZ.mean(1, keepdims=True),
            ),
            "Your dW and db are {m} times too small. J is already a mean: "
            "where was the average taken?",
        ),
        mistake(
            "shrunk-message",
            _with(dA_prev=lambda dZ, A, W: W.T @ dZ / dZ.shape[1]),
            "dW of this layer is right, yet the message to the layer below "
            "has shrunk by 1/{m}. Which quantities are averages over "
            "examples, and which hold one column per example?",
        ),
        mistake(
            "turned",
            _with(dW=lambda dZ, A, W: A @ dZ.T),
            "Your dW is the right table on its side. A gradient has the "
            "shape of its parameter: what is the shape of W here?",
        ),
        mistake(
            "flat-db",
            _with(db=lambda dZ, A, W: dZ.sum(1)),
            "db has one axis, b has two. What would numpy make of an "
            "(n, 1) array minus an (n,) array?",
        ),
        mistake(
            "db-per-example",
            _with(db=lambda dZ, A, W: dZ.sum(0, keepdims=True)),
            "db came out with one number per example. Which axis of dZ "
            "counts examples, and which one should survive?",
        ),
        mistake(
            "db-shared",
            _with(db=lambda dZ, A, W: np.full((len(dZ), 1), dZ.sum())),
            "All units received the same bias gradient, the total over "
            "units. Does every unit share one bias?",
        ),
        mistake(
            "db-not-summed",
            _with(db=lambda dZ, A, W: dZ),
            "Each unit has one bias for all examples, but you return a "
            "gradient per example. What does the chain rule do when one "
            "quantity feeds many places?",
        ),
        mistake(
            "W-not-turned",
            _with(dA_prev=lambda dZ, A, W: W @ dZ),
            "dA_prev went through W in the forward direction. Draw the "
            "arrow from a unit below to a unit above; which way does the "
            "table run when you go back?",
        ),
    ],
    also_right=[
        lambda dZ, cache: [
            g.astype(np.float32) for g in affine_backward(dZ, cache)
        ]
    ],
)


def drawn_relu(rng):
    """Both signs of Z and dA, zeros, one example, one unit."""
    shapes = ((3, 5), (2, 4), (4, 1), (1, 3))
    cases = []
    for shape in shapes:
        Z = rng.normal(size=shape)
        Z.flat[0] = 0.0
        cases.append((rng.normal(size=shape), Z))
    return cases


def relu_backward(dA, cache):
    """The sample's solution."""
    return dA * (cache > 0)


def _in_place(dA, Z):
    dA[Z <= 0] = 0.0
    return dA


relu = exercise(
    "06.2",
    "Back through ReLU",
    points=10,
    kind="implement",
    calls=["dZ = relu_backward(dA, cache)"],
    draw=drawn_relu,
    reference=lambda dA, Z: np.where(Z > 0, dA, 0.0),
    inside={"cache": ("Z",)},
    read="A unit that is silent",
    equation="eq-relu-slope",
    mistakes=[
        mistake(
            "sign-of-dA",
            lambda dA, Z: np.maximum(dA, 0),
            "I negated dA and your answer was not the negative. Whether a "
            "unit passes gradient was settled in the forward pass: by what?",
        ),
        mistake(
            "no-slope",
            lambda dA, Z: dA + 0,
            "What slope has ReLU to the left of zero?",
        ),
        mistake(
            "slope-alone",
            lambda dA, Z: (Z > 0) * 1.0,
            "You return the slope itself. What does the chain rule "
            "multiply it by?",
        ),
        mistake(
            "in-place",
            _in_place,
            "The values are right, but dA is no longer what it was. Whose "
            "array did you write into?",
        ),
    ],
    also_right=[lambda dA, Z: dA * np.heaviside(Z, 0.0)],
)


def _definite(n, rng):
    factor = rng.normal(size=(n, n))
    return factor @ factor.T + 0.1 * np.eye(n)


def longest_safe_step(H):
    """The sample's solution."""
    return 2.0 / np.linalg.eigvalsh(H)[-1]


step = exercise(
    "03.5",
    "The longest safe step",
    points=10,
    kind="implement",
    calls=["longest_safe_step(H)"],
    draw=lambda rng: [(_definite(n, rng),) for n in (2, 1, 5, 3)],
    reference=lambda H: 2.0 / np.linalg.norm(H, 2),
    facts=lambda args, got: {
        "eigenvalues": np.linalg.eigvalsh(args[0]).round(3)
    },
    read="How long may a step be?",
    equation="eq-contraction",
    mistakes=[
        mistake(
            "mean-curvature",
            lambda H: 2.0 / np.linalg.eigvalsh(H).mean(),
            "Your rate suits the average direction: with curvatures "
            "{eigenvalues} it is {got:.4g}. What does the factor 1 - rate * "
            "curvature become in the steepest one?",
        ),
        mistake(
            "gentlest",
            lambda H: 2.0 / np.linalg.eigvalsh(H)[0],
            "Your rate suits the gentlest direction: with curvatures "
            "{eigenvalues} it is {got:.4g}. What happens in the steepest?",
        ),
        mistake(
            "diagonal",
            lambda H: 2.0 / H.diagonal().max(),
            "You read the curvature off the diagonal. Is the steepest "
            "direction always one of the axes?",
        ),
        mistake(
            "one-over",
            lambda H: 1.0 / np.linalg.eigvalsh(H)[-1],
            "Every start comes down at your rate {got:.4g}, and also at "
            "rates up to twice as large. Which factor still shrinks "
            "although it is negative?",
        ),
    ],
    also_right=[lambda H: np.float32(2.0 / np.linalg.svd(H)[1][0])],
)

slopes = exercise(
    "06.1",
    "Two slopes",
    points=10,
    kind="derive",
    calls=["tanh_slope(a)", "elu_slope(z)"],
    draw={
        "tanh_slope": points(a=(-0.9, 0.9)),
        "elu_slope": points(z=(-3.0, 3.0)),
    },
    reference={
        "tanh_slope": lambda a: slope_of(np.tanh)(np.arctanh(a)),
        "elu_slope": lambda z: np.exp(np.minimum(z, 0.0)),
    },
    shares={"tanh_slope": 6, "elu_slope": 4},
    mistakes={
        "tanh_slope": [
            mistake(
                "of-z",
                lambda a: 1 - np.tanh(a) ** 2,
                "At a = 0 you are right. Is a already the tanh of z?",
            )
        ]
    },
    read="The sigmoid family",
)

guess = exercise(
    "06.3",
    "Which slope is larger?",
    points=5,
    kind="predict",
    calls=["prediction_06_3()"],
    reference=lambda: {
        "larger": recorded("tanh", "sigmoid"),
        "factor": recorded(),
        "why": choice("saturates", "zero mean", "range"),
    },
    mistakes=[
        mistake(
            "zero-mean",
            lambda: {"larger": "tanh", "factor": 2, "why": "zero mean"},
            "The mean of the output does not move the slope at one point. "
            "Which curve is flatter at 3, and why?",
        )
    ],
    read="Saturation, measured",
)

mended = exercise(
    "08.5",
    "Mend the line",
    points=5,
    kind="spot",
    calls=["mended_08_5(dZ, A)"],
    draw=lambda rng: [
        (rng.normal(size=(n, m)), rng.normal(size=(k, m)))
        for n, k, m in ((2, 3, 4), (3, 2, 1))
    ],
    probe=evaluated("formula", "dZ", "A"),
    reference=lambda dZ, A: {
        "line": choice(3, 1, 2),
        "formula": np.einsum("im,jm->ij", dZ, A),
    },
    checks={"line": 0.4, "formula": 0.6},
    read="Four equations",
)


def broken_sum(X):
    """What the debug sample hands out."""
    return X.sum(axis=0, keepdims=True)


repaired = exercise(
    "00.4",
    "The wrong sum",
    points=5,
    kind="debug",
    calls=["row_sums(X)"],
    draw=lambda rng: [
        (rng.normal(size=shape),) for shape in ((2, 3), (3, 1), (4, 4))
    ],
    broken=broken_sum,
    reference=lambda X: X @ np.ones((X.shape[1], 1)),
    mistakes=[
        mistake(
            "flat",
            lambda X: X.sum(1),
            "Your sums stand in one axis. Which keyword keeps two?",
        )
    ],
    read="Axes",
)

crossing = exercise(
    "09.7",
    "A separating line",
    points=30,
    kind="capstone",
    calls=["line()"],
    reference=lambda: {
        "weights": scored(
            lambda w: np.mean([w[0] > 0, w[1] > 0, len(w) == 2])
        ),
        "margin": band(0.1, 0.5),
    },
    checks={"weights": 0.8, "margin": 0.2},
    read="The end",
)


def row_sums(X):
    """The sample's solution."""
    return X.sum(axis=1, keepdims=True)


def tanh_slope(a):
    """The sample's solution."""
    return 1 - a**2


def elu_slope(z):
    """The sample's solution."""
    return np.where(z > 0, 1.0, np.exp(np.minimum(z, 0.0)))


def prediction_06_3():
    """The sample's solution."""
    return {"larger": "sigmoid", "factor": 4.6, "why": "saturates"}


def mended_08_5():
    """The sample's solution."""
    return {"line": 3, "formula": lambda dZ, A: dZ @ A.T}


def line():
    """The sample's solution."""
    return {"weights": (1.0, 1.0), "margin": 0.3}


ALL = [affine, relu, step, slopes, guess, mended, repaired, crossing]
