"""What the networks of the book reach, and where they fail.

    python -m benchmarks.accuracy [--only digits|copy|corner] [--write]

Digits by three kinds of network, five seeds; the delayed copy at lag 20 by
an LSTM and a plain RNN; the corner on a grid of 4 x 4 cells by a dense net
and by a small convolution, ten seeds. Everything that decides a result is in
this file and in `layerwise.datasets`.
"""

import argparse
import os
import time

for _name in ("OPENBLAS", "OMP", "MKL"):
    os.environ.setdefault(f"{_name}_NUM_THREADS", "1")

import numpy as np  # noqa: E402
from benchmarks.results import machine, table, write_section  # noqa: E402

import layerwise as lw  # noqa: E402
from layerwise import datasets  # noqa: E402

F4 = np.float32


def split_of(y):
    """Training and test examples: the split the anchors were measured on."""
    try:
        from sklearn.model_selection import train_test_split
    except ImportError:
        train, test = datasets.stratified_split(
            y, (0.75, 0.25), rng=np.random.default_rng(0)
        )
        return train, test, "a stratified split of our own"
    train, test = train_test_split(
        np.arange(y.size), test_size=0.25, random_state=0, stratify=y
    )
    return train, test, "train_test_split(random_state=0, stratify=y)"


def dense(rng):
    return lw.deep_network([64, 64, 32, 10], rng=rng, dtype=F4)


def convolutional(rng):
    return lw.Network(
        lw.Conv(1, 8, 3, padding=1, rng=rng),
        lw.MaxPool(2),
        lw.ReLU(),
        lw.Conv(8, 16, 3, padding=1, rng=rng),
        lw.MaxPool(2),
        lw.ReLU(),
        lw.Flatten(),
        lw.Dense(64, 32, rng=rng),
        lw.ReLU(),
        lw.Dense(32, 10, rng=rng),
        dtype=F4,
    )


def recurrent(rng):
    return lw.Network(
        lw.LSTM(8, 32, rng=rng, last_only=True),
        lw.Dense(32, 10, rng=rng),
        dtype=F4,
    )


# what: (network, shape of one example, epochs, rate, mean elsewhere)
DIGITS = {
    "dense 64-64-32-10": (dense, (64,), 60, 1e-3, "97.6, 96.9"),
    "convolution 8, 16, dense 32": (
        convolutional,
        (1, 8, 8),
        40,
        2e-3,
        "97.6",
    ),
    "LSTM 32 on 8 rows of 8": (recurrent, (8, 8), 40, 5e-3, "97.7"),
}


def digits():
    X, y = datasets.digits()
    X = X / X.max()
    train, test, how = split_of(y)
    rows = []
    for what, (build, shape, epochs, rate, anchor) in DIGITS.items():
        A = X.reshape(*shape, -1)
        if len(shape) == 2:  # a picture's row is a step: (n_x, T, m)
            A = A.transpose(1, 0, 2)
        scores, seconds = [], []
        for seed in range(5):
            rng = np.random.default_rng(seed)
            network, cost = build(rng), lw.SoftmaxCrossEntropy()
            start = time.perf_counter()
            lw.fit(
                network,
                A[..., train],
                lw.one_hot(y[train], 10),
                cost=cost,
                optimizer=lw.Adam(rate),
                rng=rng,
                epochs=epochs,
                batch_size=32,
            )
            seconds.append(time.perf_counter() - start)
            answers = lw.predict(network, A[..., test], cost=cost)
            scores.append(100 * np.mean(np.ravel(answers) == y[test]))
        mean, low, high = np.mean(scores), min(scores), max(scores)
        rows.append(
            [
                what,
                f"**{mean:.1f}** ({low:.1f} to {high:.1f})",
                anchor,
                f"{np.median(seconds):.1f} s",
            ]
        )
        print(*rows[-1], flush=True)
    header = ["digits", "test accuracy, %", "elsewhere", "a fit"]
    return (
        f"1347 pictures to learn from, 450 to test on ({how}), Adam, batches "
        f"of 32, fixed number of epochs, five seeds: mean (least to most). "
        f"*Elsewhere* is the mean of scikit-learn or PyTorch with the same "
        f"net, epochs, rate and split.\n\n" + table(header, rows)
    )


def delayed_copy():
    """Fresh sequences at every step, so nothing can be learned by heart."""
    rows = []
    for what, build in {
        "LSTM, 32 units": lw.LSTM,
        "plain RNN, 32 units": lw.RNN,
        "guessing": None,
    }.items():
        if build is None:
            rows.append([what, "12.5", ""])
            continue
        scores, seconds = [], []
        for seed in range(3):
            rng = np.random.default_rng(seed)
            network = lw.Network(
                build(9, 32, rng=rng, last_only=True),
                lw.Dense(32, 8, rng=rng),
                dtype=F4,
            )
            cost, optimizer = lw.SoftmaxCrossEntropy(), lw.Adam(1e-2)
            start = time.perf_counter()
            for _ in range(COPY_STEPS):
                X, y = datasets.delayed_copy(64, lag=LAG, wait=WAIT, rng=rng)
                Z = network.forward(X, training=True)
                cost.forward(Z, lw.one_hot(y, 8))
                network.backward(cost.backward())
                grads = lw.clip_by_norm(network.grads, 1.0)
                optimizer.step(network.params, grads)
            seconds.append(time.perf_counter() - start)
            X, y = datasets.delayed_copy(1000, lag=LAG, wait=WAIT, rng=rng)
            right = network.forward(X).argmax(axis=0) == y
            scores.append(100 * np.mean(right))
        each = ", ".join(f"{score:.1f}" for score in sorted(scores))
        rows.append([what, each, f"{np.median(seconds):.0f} s"])
        print(*rows[-1], flush=True)
    header = ["delayed copy, lag 20", "test accuracy, %, three seeds", "time"]
    return (
        f"Eight symbols, {LAG + WAIT} steps, the flagged one among the first "
        f"{WAIT} is asked for at the end. {COPY_STEPS} steps of Adam at rate "
        f"0.01 on 64 fresh sequences each, gradients clipped to length 1; "
        f"tested on 1000 others.\n\n" + table(header, rows)
    )


COPY_STEPS = 1500
LAG, WAIT = 20, 8


def corner_conv(filters):
    def build(rng):
        return lw.Network(
            lw.Conv(1, filters, 2, rng=rng),
            lw.ReLU(),
            lw.MaxPool(3),
            lw.Flatten(),
            lw.Dense(filters, 1, rng=rng),
            dtype=F4,
        )

    return build


CORNER = {
    "dense 16-10-1": (
        lambda rng: lw.deep_network([16, 10, 1], rng=rng, dtype=F4),
        (16,),
    ),
    "dense 16-40-1": (
        lambda rng: lw.deep_network([16, 40, 1], rng=rng, dtype=F4),
        (16,),
    ),
    "4 filters 2 x 2, maximum, 1 unit": (corner_conv(4), (1, 4, 4)),
    "1 filter 2 x 2, maximum, 1 unit": (corner_conv(1), (1, 4, 4)),
}


def corner():
    pictures = datasets.all_bits(16)
    found = datasets.corner_places(pictures)
    alone = found.sum(axis=0) == 1
    seen = alone & found[list(datasets.SEEN_PLACES)].any(axis=0)
    unseen = alone & found[list(datasets.UNSEEN_PLACES)].any(axis=0)
    without = ~found.any(axis=0)
    rows = []
    for what, (build, shape) in CORNER.items():
        results = []
        for seed in range(10):
            rng = np.random.default_rng(seed)
            X, Y = datasets.corner(2000, rng=rng)
            network, cost = build(rng), lw.SigmoidCrossEntropy()
            lw.fit(
                network,
                X.reshape(*shape, -1),
                Y,
                cost=cost,
                optimizer=lw.Adam(1e-2),
                rng=rng,
                epochs=60,
                batch_size=50,
            )
            size = network.vector.size
            answers = lw.predict(
                network, pictures.reshape(*shape, -1), cost=cost
            )
            yes = np.ravel(answers) == 1
            fresh = ~np.isin(number(pictures), number(X))
            results.append(
                [
                    100 * yes[seen & fresh].mean(),
                    100 * yes[unseen].mean(),
                    100 * (~yes[without & fresh]).mean(),
                ]
            )
        cells = [
            f"**{np.median(r):.1f}** ({min(r):.0f} to {max(r):.0f})"
            for r in np.transpose(results)
        ]
        rows.append([f"{what} ({size} numbers)", *cells])
        print(*rows[-1], flush=True)
    header = [
        "net",
        "recall, seen places, %",
        "recall, other places, %",
        "specificity, %",
    ]
    return (
        "The corner of `layerwise.datasets.corner`: ink in three cells of a "
        "2 x 2 square, none in the lower left one. 2000 training pictures, "
        "half with one corner at places 0, 2, 4, 6 or 8 of the nine, half "
        "without any; Adam at rate 0.01, 60 epochs, batches of 50. Tested on "
        "all pictures of the 65,536 that were not in training: with one "
        "corner at a seen place, with one at another place, without any. "
        "Medians (least to most) over ten seeds.\n\n" + table(header, rows)
    )


def number(pictures):
    """The picture's cells read as a binary number."""
    return 2 ** np.arange(16) @ pictures


PARTS = {"digits": digits, "copy": delayed_copy, "corner": corner}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=PARTS)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    chosen = [args.only] if args.only else list(PARTS)
    text = [PARTS[part]() for part in chosen]
    if args.write and not args.only:
        here = machine(os.environ["OPENBLAS_NUM_THREADS"])
        write_section("What networks reach", "\n\n".join([here, *text]))


if __name__ == "__main__":
    main()
