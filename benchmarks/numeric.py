"""How long a training step takes, beside peers and beside its products.

    python -m benchmarks.numeric [--rounds 15] [--threads 1] [--only lenet]
        [--write]

Every round times every peer once, in turn, so that a busy moment of the
machine meets them all; a ratio is the median of the rounds' ratios. Peers
start from equal weights, and their costs after five steps are compared.
"products" are the matrix products of the step on ready arrays, in the form
the library computes them: no numpy program that makes them can be faster.
"clear" is the same step with the clear functions of the book.
"""

import argparse
import os
import sys

_THREADS = "1"
if "--threads" in sys.argv:
    _THREADS = sys.argv[sys.argv.index("--threads") + 1]
for _name in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{_name}_NUM_THREADS"] = _THREADS

import statistics  # noqa: E402
import subprocess  # noqa: E402
import time  # noqa: E402
from itertools import pairwise  # noqa: E402

import numpy as np  # noqa: E402
from benchmarks.results import machine, table, write_section  # noqa: E402

import layerwise as lw  # noqa: E402

try:
    import torch
    from torch.nn import functional as F  # noqa: N812

    torch.set_num_threads(int(_THREADS))
except ImportError:
    torch = None
try:
    from sklearn.neural_network import MLPClassifier
except ImportError:
    MLPClassifier = None

F4 = np.float32

# Each workload returns its peers, {name: a step without arguments that
# returns the cost before it}, and how many steps one measurement takes.


def step_of(network, cost, optimizer, X, Y):
    """The library's training step: the body of `fit`."""
    params, grads = network.as_one()

    def step():
        J = cost.forward(network.forward(X, training=True), Y)
        network.backward(cost.backward())
        optimizer.step(params, grads)
        return float(J)

    return step


def torch_step(model, optimizer, loss, X, Y):
    """The same step in PyTorch."""

    def step():
        optimizer.zero_grad()
        J = loss(model(X), Y)
        J.backward()
        optimizer.step()
        return J.item()

    return step


def to_torch(A):
    """Examples first, as PyTorch has them."""
    return torch.tensor(np.ascontiguousarray(np.moveaxis(A, -1, 0)))


def copy_to_torch(network, modules):
    """Give torch modules with W and b our weights, in order."""
    params = iter(network.params.values())
    with torch.no_grad():
        for module in modules:
            if isinstance(module, (torch.nn.Linear, torch.nn.Conv2d)):
                module.weight.copy_(torch.tensor(next(params)))
                module.bias.copy_(torch.tensor(next(params).ravel()))


def classes(rng, n, m):
    labels = rng.integers(0, n, m)
    return labels, np.eye(n, dtype=F4)[:, labels]


def products(*pairs):
    """A function that multiplies ready arrays of these shapes.

    A pair is (left shape, right shape); "T" behind a shape says that the
    array lies transposed in memory, as it does in the step.
    """
    rng = np.random.default_rng(0)
    ready = []
    for left, right in pairs:
        A, B = (
            rng.standard_normal(s[:-1][::-1]).astype(F4).T
            if s[-1] == "T"
            else rng.standard_normal(s).astype(F4)
            for s in (left, right)
        )
        ready.append((A, B, np.matmul(A, B)))

    def run():
        for A, B, out in ready:
            np.matmul(A, B, out=out)

    return run


def dense_products(sizes, m):
    """Forward, dW, and dA_prev of all layers but the first."""
    pairs = []
    for i, (n_prev, n) in enumerate(pairwise(sizes)):
        pairs.append(((n, n_prev), (n_prev, m)))
        pairs.append(((n, m), (m, n_prev, "T")))
        if i:
            pairs.append(((n_prev, n, "T"), (n, m)))
    return pairs


def clear_dense_step(network, X, Y, rate):
    """A dense network in plain numpy, as a chapter would write it first."""
    params = list(network.params.values())
    W = [w.copy() for w in params[::2]]
    b = [w.copy() for w in params[1::2]]

    def step():
        A, caches = X, []
        for i in range(len(W)):
            Z, cache = lw.affine_forward(A, W[i], b[i])
            A, slope = (Z, None) if i + 1 == len(W) else lw.relu_forward(Z)
            caches.append((cache, slope))
        J, cost_cache = lw.softmax_cross_entropy_forward(A, Y=Y)
        dA = lw.softmax_cross_entropy_backward(1.0, cost_cache)
        for i in reversed(range(len(W))):
            cache, slope = caches[i]
            dZ = dA if slope is None else lw.relu_backward(dA, slope)
            dA, dW, db = lw.affine_backward(dZ, cache)
            W[i] -= rate * dW
            b[i] -= rate * db
        return float(J)

    return step


def dense(sizes, m, rate=0.1, adam=False, data=None):
    """A dense ReLU network with softmax cross-entropy."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((sizes[0], m)).astype(F4)
    labels, Y = classes(rng, sizes[-1], m)

    def build():
        rng = np.random.default_rng(2)
        return lw.deep_network(sizes, rng=rng, dtype=F4)

    optimizer = lw.Adam(1e-3) if adam else lw.GradientDescent(rate)
    cost = lw.SoftmaxCrossEntropy()
    peers = {"layerwise": step_of(build(), cost, optimizer, X, Y)}
    if torch:
        layers = []
        for n_prev, n in pairwise(sizes):
            layers += [torch.nn.Linear(n_prev, n), torch.nn.ReLU()]
        model = torch.nn.Sequential(*layers[:-1])
        copy_to_torch(build(), model)
        kind = torch.optim.Adam if adam else torch.optim.SGD
        peers["torch"] = torch_step(
            model,
            kind(model.parameters(), lr=1e-3 if adam else rate),
            F.cross_entropy,
            to_torch(X),
            torch.tensor(labels),
        )
    if MLPClassifier:
        peers["sklearn"] = sklearn_step(sizes, X, labels, rate, adam)
    if not adam:
        peers["clear"] = clear_dense_step(build(), X, Y, rate)
    peers["products"] = products(*dense_products(sizes, m))
    return peers


def sklearn_step(sizes, X, labels, rate, adam):
    """One epoch of one batch; it starts from weights of its own."""
    model = MLPClassifier(
        tuple(sizes[1:-1]),
        solver="adam" if adam else "sgd",
        alpha=0.0,
        batch_size=X.shape[1],
        learning_rate_init=1e-3 if adam else rate,
        momentum=0.0,
        random_state=0,
    )
    rows, names = np.ascontiguousarray(X.T), np.arange(sizes[-1])
    model.partial_fit(rows, labels, classes=names)
    return lambda: model.partial_fit(rows, labels) and None


def mlp_sgd():
    return dense([784, 256, 128, 10], 128), 10


def mlp_adam():
    return dense([784, 256, 128, 10], 128, adam=True), 10


def deep_sgd():
    return dense([64] + [64] * 20 + [10], 64, rate=0.01), 15


def lenet_layers(rng):
    return (
        lw.Conv(1, 6, 5, rng=rng),
        lw.MaxPool(2),
        lw.ReLU(),
        lw.Conv(6, 16, 5, rng=rng),
        lw.MaxPool(2),
        lw.ReLU(),
        lw.Flatten(),
        lw.Dense(256, 120, rng=rng),
        lw.ReLU(),
        lw.Dense(120, 84, rng=rng),
        lw.ReLU(),
        lw.Dense(84, 10, rng=rng),
    )


def lenet():
    return lw.Network(*lenet_layers(np.random.default_rng(2)), dtype=F4)


def torch_lenet():
    nn = torch.nn
    model = nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.MaxPool2d(2), nn.ReLU()),
        *(nn.Conv2d(6, 16, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Flatten()),
        *(nn.Linear(256, 120), nn.ReLU()),
        *(nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10)),
    )
    copy_to_torch(lenet(), model)
    return model


def conv_products(n_C_prev, n_C, f, n, m, first):
    """The products of conv_by_rows: one stack of them for each pass."""
    rng = np.random.default_rng(0)

    def stack(*shape):
        return rng.standard_normal(shape).astype(F4)

    K, tall = n_C_prev * f * f, n + f - 1
    W, P, Z = stack(n_C, K), stack(n, K, n * m), stack(n, n_C, n * m)
    dW = stack(n, n_C, K)
    V, dP = stack(n_C_prev * f, f * n_C), stack(tall, f * n_C, n * m)
    dL = stack(tall, n_C_prev * f, n * m)

    def run():
        np.matmul(W, P, out=Z)
        np.matmul(Z, P.transpose(0, 2, 1), out=dW)
        if not first:
            np.matmul(V, dP, out=dL)

    return run


def patch_products(n_C_prev, n_C, f, n, m, first):
    """The products of conv_forward: one large product for each pass."""
    K, places = n_C_prev * f * f, n * n * m
    pairs = [((n_C, K), (K, places)), ((n_C, places), (places, K, "T"))]
    return products(*pairs, *[((K, n_C, "T"), (n_C, places))][first:])


def lenet_products(of_conv):
    rest = dense_products([256, 120, 84, 10], 64)
    rest.append(((256, 120, "T"), (120, 64)))
    parts = of_conv(1, 6, 5, 24, 64, True), of_conv(6, 16, 5, 8, 64, False)
    parts = *parts, products(*rest)

    def run():
        for part in parts:
            part()

    return run


def clear_lenet_step(X, Y, rate):
    network = lenet()
    p = network.params
    pool = {"size": 2}

    def step():
        Z1, conv1 = lw.conv_forward(X, p["W1"], p["b1"])
        P1, pool1 = lw.max_pool_forward(Z1, **pool)
        A1, relu1 = lw.relu_forward(P1)
        Z2, conv2 = lw.conv_forward(A1, p["W2"], p["b2"])
        P2, pool2 = lw.max_pool_forward(Z2, **pool)
        A2, relu2 = lw.relu_forward(P2)
        A, flat = lw.flatten_forward(A2)
        caches = []
        for l in (3, 4, 5):
            A, affine = lw.affine_forward(A, p[f"W{l}"], p[f"b{l}"])
            A, relu = (A, None) if l == 5 else lw.relu_forward(A)
            caches.append((l, affine, relu))
        J, cost = lw.softmax_cross_entropy_forward(A, Y=Y)
        d = lw.softmax_cross_entropy_backward(1.0, cost)
        grads = {}
        for l, affine, relu in reversed(caches):
            d = d if relu is None else lw.relu_backward(d, relu)
            d, grads[f"W{l}"], grads[f"b{l}"] = lw.affine_backward(d, affine)
        d = lw.relu_backward(lw.flatten_backward(d, flat), relu2)
        d = lw.max_pool_backward(d, pool2)
        d, grads["W2"], grads["b2"] = lw.conv_backward(d, conv2)
        d = lw.max_pool_backward(lw.relu_backward(d, relu1), pool1)
        _, grads["W1"], grads["b1"] = lw.conv_backward(d, conv1)
        for name, g in grads.items():
            p[name] -= rate * g
        return float(J)

    return step


def lenet_sgd():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((1, 28, 28, 64)).astype(F4)
    labels, Y = classes(rng, 10, 64)
    cost, rate = lw.SoftmaxCrossEntropy(), 0.05
    optimizer = lw.GradientDescent(rate)
    peers = {"layerwise": step_of(lenet(), cost, optimizer, X, Y)}
    if torch:
        model = torch_lenet()
        peers["torch"] = torch_step(
            model,
            torch.optim.SGD(model.parameters(), lr=rate),
            F.cross_entropy,
            to_torch(X),
            torch.tensor(labels),
        )
    peers["clear"] = clear_lenet_step(X, Y, rate)
    peers["products"] = lenet_products(conv_products)
    peers["products of whole patches"] = lenet_products(patch_products)
    return peers, 8


def lstm_sgd():
    n_x, n_a, T, m, rate = 64, 128, 50, 32, 0.1
    rng = np.random.default_rng(1)
    X = rng.standard_normal((n_x, T, m)).astype(F4)
    labels, Y = classes(rng, 10, m)

    def build():
        rng = np.random.default_rng(2)
        return lw.Network(
            lw.LSTM(n_x, n_a, rng=rng, last_only=True),
            lw.Dense(n_a, 10, rng=rng),
            dtype=F4,
        )

    cost, optimizer = lw.SoftmaxCrossEntropy(), lw.GradientDescent(rate)
    peers = {"layerwise": step_of(build(), cost, optimizer, X, Y)}
    if torch:
        lstm, head = torch.nn.LSTM(n_x, n_a), torch.nn.Linear(n_a, 10)
        ours = build().params
        with torch.no_grad():
            lstm.weight_ih_l0.copy_(torch.tensor(ours["W_ax1"]))
            lstm.weight_hh_l0.copy_(torch.tensor(ours["W_aa1"]))
            lstm.bias_ih_l0.copy_(torch.tensor(ours["b_a1"].ravel()))
            lstm.bias_hh_l0.zero_()  # one bias, as the book has
        copy = torch.nn.Sequential(head)
        copy_to_torch(lw.Network(build().layers[1], dtype=F4), copy)
        lstm.bias_hh_l0.requires_grad_(False)
        learned = [p for p in lstm.parameters() if p.requires_grad]
        peers["torch"] = torch_step(
            lambda X: head(lstm(X)[0][-1]),
            torch.optim.SGD([*learned, *head.parameters()], lr=rate),
            F.cross_entropy,
            torch.tensor(np.ascontiguousarray(X.transpose(1, 2, 0))),
            torch.tensor(labels),
        )
    peers["clear"] = clear_lstm_step(build().params, X, Y, rate)
    peers["products"] = lstm_products(n_x, n_a, T, m)
    return peers, 6


def clear_lstm_step(p, X, Y, rate):
    p = {name: w.copy() for name, w in p.items()}
    zero = np.zeros((p["W_aa1"].shape[1], X.shape[2]), F4)

    def step():
        weights = p["W_ax1"], p["W_aa1"], p["b_a1"]
        A, lstm = lw.lstm_forward(X, zero, zero, *weights)
        Z, affine = lw.affine_forward(A[:, -1], p["W2"], p["b2"])
        J, cost = lw.softmax_cross_entropy_forward(Z, Y=Y)
        dZ = lw.softmax_cross_entropy_backward(1.0, cost)
        dA = np.zeros_like(A)
        dA[:, -1], dW2, db2 = lw.affine_backward(dZ, affine)
        _, _, _, *grads = lw.lstm_backward(dA, lstm)
        for w, g in zip(p.values(), (*grads, dW2, db2), strict=True):
            w -= rate * g
        return float(J)

    return step


def lstm_products(n_x, n_a, T, m):
    """Every step's product with arrays of its own, as the step has them."""
    rng = np.random.default_rng(0)
    n = n_a + n_x + 1

    def ready(*shape):
        return rng.standard_normal(shape).astype(F4)

    W, W_aa, dW = ready(n, 4 * n_a), ready(4 * n_a, n_a), ready(4 * n_a, n)
    S, Z, dZ = ready(T, n, m), ready(T, 4 * n_a, m), ready(T, 4 * n_a, m)
    da, dZ_rows, seen = ready(n_a, m), ready(4 * n_a, T * m), ready(n, T * m)

    def run():
        for t in range(T):
            np.matmul(W.T, S[t], out=Z[t])
        for t in reversed(range(T)):
            np.matmul(W_aa.T, dZ[t], out=da)
        np.matmul(dZ_rows, seen.T, out=dW)

    return run


def planar_gd():
    rng = np.random.default_rng(1)
    X = rng.standard_normal((2, 400)).astype(F4)
    Y = (X[:1] * X[1:] > 0).astype(F4)
    rate = 1.2

    def build():
        rng = np.random.default_rng(2)
        return lw.deep_network(
            [2, 4, 1], rng=rng, activation=lw.Tanh, dtype=F4
        )

    cost, optimizer = lw.SigmoidCrossEntropy(), lw.GradientDescent(rate)
    peers = {"layerwise": step_of(build(), cost, optimizer, X, Y)}
    if torch:
        model = torch.nn.Sequential(
            torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 1)
        )
        copy_to_torch(build(), model)
        peers["torch"] = torch_step(
            model,
            torch.optim.SGD(model.parameters(), lr=rate),
            F.binary_cross_entropy_with_logits,
            to_torch(X),
            to_torch(Y),
        )
    peers["products"] = products(*dense_products([2, 4, 1], 400))
    return peers, 300


def prediction(network, model, shape, bound, repeats):
    x = np.random.default_rng(1).standard_normal((*shape, 1)).astype(F4)
    peers = {"layerwise": lambda: float(network.forward(x)[0, 0])}
    if torch:
        x_torch = to_torch(x)

        def run():
            with torch.inference_mode():
                return model(x_torch)[0, 0].item()

        peers["torch"] = run
    peers["products"] = bound
    return peers, repeats


def mlp_one():
    sizes = [784, 256, 128, 10]
    network = lw.deep_network(sizes, rng=np.random.default_rng(2), dtype=F4)
    model = None
    if torch:
        nn = torch.nn
        model = nn.Sequential(
            *(nn.Linear(784, 256), nn.ReLU()),
            *(nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)),
        )
        copy_to_torch(network, model)
    pairs = pairwise(sizes)
    bound = products(*[((n, k), (k, 1)) for k, n in pairs])
    return prediction(network, model, (784,), bound, 300)


def lenet_one():
    model = torch_lenet() if torch else None
    pairs = [((6, 25), (25, 576)), ((16, 150), (150, 64))]
    pairs += [((n, k), (k, 1)) for n, k in ((120, 256), (84, 120), (10, 84))]
    return prediction(lenet(), model, (1, 28, 28), products(*pairs), 150)


# name: (workload, what it is, [(ratio, must, aim)], factor of the time)
WORKLOADS = {
    "mlp_sgd": (
        mlp_sgd,
        "MLP 784-256-128-10, 128 examples, SGD",
        [("torch", 1.0, 0.85)],
        1,
    ),
    "mlp_adam": (mlp_adam, "the same, Adam", [("torch", 1.0, 0.85)], 1),
    "deep_sgd": (
        deep_sgd,
        "deep net, 20 layers of 64, 64 examples, SGD",
        [("torch", 0.9, 0.6)],
        1,
    ),
    "lenet_sgd": (
        lenet_sgd,
        "LeNet on 28 x 28, 64 examples, SGD",
        [("torch", 1.0, 0.6), ("products", 2.5, 1.6)],
        1,
    ),
    "lstm_sgd": (
        lstm_sgd,
        "LSTM 64 to 128, 50 steps, 32 examples, SGD",
        [("products", 1.5, 1.25), ("torch", None, None)],
        1,
    ),
    "planar_gd": (
        planar_gd,
        "2-4-1, 400 examples, 10,000 iterations",
        [("torch", 0.3, 0.2)],
        10_000,
    ),
    "mlp_one": (
        mlp_one,
        "one prediction, MLP",
        [("torch", 0.9, 0.6)],
        1,
    ),
    "lenet_one": (
        lenet_one,
        "one prediction, LeNet",
        [("torch", 0.9, 0.5)],
        1,
    ),
}


def measure(peers, rounds, repeats):
    """Time every peer in every round; return lists of seconds a step.

    With one thread the clock counts the processor's time, so that waiting
    for a busy neighbor does not count.
    """
    clock = time.process_time if _THREADS == "1" else time.perf_counter
    times = {name: [] for name in peers}
    for _ in range(rounds):
        for name, step in peers.items():
            start = clock()
            for _ in range(repeats):
                step()
            times[name].append((clock() - start) / repeats)
    return times


def agreement(peers):
    """The cost of each peer after five steps, and how far they differ."""
    costs = {}
    for name, step in peers.items():
        if name.startswith("products") or name == "sklearn":
            continue
        for _ in range(6):
            costs[name] = step()
    ours = costs["layerwise"]
    far = max(abs(J - ours) / max(abs(ours), 1e-9) for J in costs.values())
    if far > 1e-5 * (10 if abs(ours) < 1e-3 else 1):
        raise SystemExit(f"not the same work: {costs}")
    return ours, far


def words(seconds):
    if seconds >= 0.1:
        return f"{seconds:.2f} s"
    return (
        f"{seconds * 1e3:.2f} ms"
        if seconds > 1e-3
        else (f"{seconds * 1e6:.0f} µs")
    )


def verdict(ratio, must, aim):
    if must is None or _THREADS != "1":
        return "for information"
    if ratio <= aim:
        return f"<= {aim}, the aim"
    return f"<= {must}" if ratio <= must else f"misses {must}"


def steps_table(only, rounds):
    """Measure all workloads; return the tables of ratios and of times."""
    ratios, times = [], []
    for name, (build, what, targets, factor) in WORKLOADS.items():
        if only and only not in name:
            continue
        peers, repeats = build()
        J, far = agreement(peers)
        measure(peers, 1, repeats)
        seconds = measure(peers, rounds, repeats)
        for rival, must, aim in targets:
            if rival not in seconds:
                continue
            ratio = statistics.median(
                a / b
                for a, b in zip(
                    seconds["layerwise"], seconds[rival], strict=True
                )
            )
            row = [what, rival, f"**{ratio:.2f}**", verdict(ratio, must, aim)]
            ratios.append([*row, f"{J:.6f}", f"{far:.0e}"])
            print(name, *row[1:], flush=True)
        median = {
            k: words(factor * statistics.median(v)) for k, v in seconds.items()
        }
        print("   ", median, flush=True)
        columns = ("layerwise", "torch", "sklearn", "clear", "products")
        times.append([what, *(median.get(peer, "") for peer in columns)])
    header = ["step", "over", "ratio", "target", "result", "apart"]
    columns = ["step", "Layerwise", "PyTorch", "scikit-learn", "clear"]
    return table(header, ratios), table([*columns, "products"], times)


def import_seconds(rounds):
    """What `import layerwise` takes longer than numpy, in new processes."""
    found = {}
    for _ in range(rounds):
        for name in ("numpy", "layerwise"):
            start = time.perf_counter()
            subprocess.run(
                [sys.executable, "-c", f"import {name}"], check=True
            )
            found.setdefault(name, []).append(time.perf_counter() - start)
    return statistics.median(
        b - a for a, b in zip(found["numpy"], found["layerwise"], strict=True)
    )


PEAK = """
import ctypes, gc, sys
from benchmarks import numeric

def kilobytes(key):
    for line in open("/proc/self/status"):
        if line.startswith(key):
            return int(line.split()[1])

step, forget = numeric.lenet_alone(sys.argv[-1])
step()  # loads what is loaded late
forget()
gc.collect()
ctypes.CDLL(None).malloc_trim(0)  # what is free goes back
open("/proc/self/clear_refs", "w").write("5")
before = kilobytes("VmRSS")
for _ in range(3):
    step()
print(kilobytes("VmHWM") - before)
"""


def lenet_alone(peer):
    """One peer's LeNet step, and what lets go of its last activations."""
    rng = np.random.default_rng(1)
    X = rng.standard_normal((1, 28, 28, 64)).astype(F4)
    labels, Y = classes(rng, 10, 64)
    if peer == "torch":
        model = torch_lenet()
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        to = to_torch(X), torch.tensor(labels)
        step = torch_step(model, optimizer, F.cross_entropy, *to)
        return step, optimizer.zero_grad
    network, cost = lenet(), lw.SoftmaxCrossEntropy()

    def forget():
        cost.cache = None
        for layer in network.layers:
            layer.cache = None

    return step_of(network, cost, lw.GradientDescent(0.05), X, Y), forget


def peak_kilobytes(peer):
    """How far a step lifts memory above its level between steps (Linux)."""
    done = subprocess.run(
        [sys.executable, "-c", PEAK, peer],
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", default="1")
    parser.add_argument("--only", default="")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    print(machine(args.threads), flush=True)
    ratios, times = steps_table(args.only, args.rounds)
    text = [
        f"{machine(args.threads)} float32. *Ratio* is the median of the "
        f"rounds' ratios of Layerwise's time to the rival's. *Products* are "
        f"the step's bare matrix products, *clear* is the step with the clear "
        f"functions of the book. *Result* proves that the work is the same: "
        f"the cost after five steps from equal weights, or the first output "
        f"of a prediction, and how far PyTorch's is *apart*, relatively.",
        ratios,
        times,
    ]
    if args.threads != "1":
        text.append(
            "For information only: when other programs use the cores, the "
            "threads of one product wait for each other."
        )
    elif not args.only:
        more = import_seconds(11)
        line = f"`import layerwise` takes {1e3 * more:.0f} ms more than numpy."
        text.append(line)
        if torch and os.path.exists("/proc/self/clear_refs"):
            ours, theirs = peak_kilobytes("layerwise"), peak_kilobytes("torch")
            text.append(
                f"A LeNet step lifts memory by {ours / 1e3:.1f} MB, "
                f"PyTorch's by {theirs / 1e3:.1f} MB (ratio "
                f"{ours / theirs:.2f}, must be <= 2)."
            )
        print(*text[3:], sep="\n")
    if args.write and not args.only:
        count = {"1": "one thread", "2": "two threads"}
        title = f"Training steps, {count.get(args.threads, args.threads)}"
        write_section(title, "\n\n".join(text))


if __name__ == "__main__":
    main()
