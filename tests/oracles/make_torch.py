"""Write what PyTorch computes in float64, for `test_oracles.py` to meet.

Run it only when a case is added. It needs PyTorch in an environment of its
own, never in the one that runs the tests::

    python -m venv torch-env
    torch-env/bin/pip install torch==2.13.0 numpy
    torch-env/bin/python tests/oracles/make_torch.py

Every case holds the pairs that must meet it, their options, inputs in the
axis order of the book (examples last), PyTorch's output, a random gradient of
it, and PyTorch's gradients of the inputs. Axes are turned inside the
differentiated function, so that PyTorch itself turns the gradients back.
"""

import json
from pathlib import Path

import numpy as np
import torch
from torch.func import functional_call
from torch.nn import functional as F  # noqa: N812

HERE = Path(__file__).parent
rng = np.random.default_rng(2026)
torch.set_default_dtype(torch.float64)
torch.manual_seed(2026)


def normal(*shape):
    return rng.standard_normal(shape)


def pair(function, *inputs, name, options=None, arrays=None):
    """Run and differentiate ``function`` at ``inputs``; return a case."""
    tensors = [torch.tensor(x, requires_grad=True) for x in inputs]
    out = function(*tensors)
    d_out = normal(*out.shape)
    gradients = torch.autograd.grad(out, tensors, torch.tensor(d_out))
    case = {"pair": name, "options": json.dumps(options or {})}
    case |= {f"option_{k}": v for k, v in (arrays or {}).items()}
    case |= {f"input_{i}": x for i, x in enumerate(inputs)}
    case |= {"out": out.detach().numpy(), "d_out": d_out}
    case |= {f"gradient_{i}": g.numpy() for i, g in enumerate(gradients)}
    return case


def save(file, cases):
    flat = {
        f"{case}/{key}": value
        for case, entries in cases.items()
        for key, value in entries.items()
    }
    np.savez_compressed(HERE / file, **flat)


def examples_first(A):
    return A.movedim(-1, 0)


def examples_last(A):
    return A.movedim(0, -1)


# Layers without memory.


def layers():
    Z = normal(4, 5)
    images = normal(2, 8, 7, 3)
    cases = {
        "affine": pair(
            lambda A, W, b: F.linear(A.T, W, b.ravel()).T,
            normal(4, 5),
            normal(3, 4),
            normal(3, 1),
            name="affine",
        ),
        "sigmoid": pair(torch.sigmoid, Z, name="sigmoid"),
        "tanh": pair(torch.tanh, Z, name="tanh"),
        "relu": pair(F.relu, Z, name="relu"),
        "leaky relu": pair(
            lambda Z: F.leaky_relu(Z, 0.1),
            Z,
            name="leaky_relu",
            options={"slope": 0.1},
        ),
        "elu": pair(
            lambda Z: F.elu(Z, 0.7), Z, name="elu", options={"alpha": 0.7}
        ),
        "maxout": pair(
            lambda Z: Z.reshape(2, 3, 5).max(dim=1).values,
            normal(6, 5),
            name="maxout",
            options={"pieces": 3},
        ),
        "softmax": pair(lambda Z: F.softmax(Z, 0), Z, name="softmax"),
        "flatten": pair(
            lambda A: examples_first(A).flatten(1).T,
            normal(2, 3, 4, 5),
            name="flatten",
        ),
    }
    for stride, padding, f in ((1, 0, 3), (1, 1, 3), (2, 1, 3), (3, 2, 4)):
        cases[f"conv, stride {stride}, padding {padding}"] = pair(
            lambda A, W, b, s=stride, p=padding: examples_last(
                F.conv2d(examples_first(A), W, b.ravel(), s, p)
            ),
            images,
            normal(3, 2, f, f),
            normal(3, 1),
            name="conv conv_by_rows",
            options={"stride": stride, "padding": padding},
        )
    for size, stride in ((2, 2), (3, 2), (2, 3)):
        options = {"size": size, "stride": stride}
        for kind, function in (
            ("max_pool", F.max_pool2d),
            ("average_pool", F.avg_pool2d),
        ):
            cases[f"{kind} {size}, stride {stride}"] = pair(
                lambda A, f=function, n=size, s=stride: examples_last(
                    f(examples_first(A), n, s)
                ),
                images,
                name=kind,
                options=options,
            )
    cases["max_pool_by_sides 2"] = pair(
        lambda A: examples_last(F.max_pool2d(examples_first(A), 2)),
        images,
        name="max_pool_by_sides",
        options={"size": 2},
    )
    for shape, kind in (((3, 6), "vectors"), ((3, 4, 5, 2), "images")):
        scale = normal(3, 1), normal(3, 1)
        cases[f"batch norm, training, {kind}"] = pair(
            lambda Z, gamma, beta: examples_last(
                F.batch_norm(
                    examples_first(Z),
                    *(None, None, gamma.ravel(), beta.ravel()),
                    training=True,
                )
            ),
            normal(*shape),
            *scale,
            name="batch_norm",
        )
        mean, variance = normal(3, 1), normal(3, 1) ** 2 + 0.1
        cases[f"batch norm, prediction, {kind}"] = pair(
            lambda Z, gamma, beta, mean=mean, variance=variance: examples_last(
                F.batch_norm(
                    examples_first(Z),
                    torch.tensor(mean).ravel(),
                    torch.tensor(variance).ravel(),
                    gamma.ravel(),
                    beta.ravel(),
                )
            ),
            normal(*shape),
            *scale,
            name="batch_norm",
            options={"training": False},
            arrays={"mean": mean, "variance": variance},
        )
    return cases


def costs():
    P = rng.uniform(0.02, 0.98, (3, 5))
    labels = rng.integers(0, 4, 5)
    bits = rng.integers(0, 2, (3, 5)).astype(float)
    Z = 5.0 * normal(4, 5)

    def cost(name, function, A, Y):
        return pair(function, A, name=name, arrays={"Y": Y})

    Y = normal(3, 5)
    return {
        "mean squared error": cost(
            "mean_squared_error",
            lambda A: F.mse_loss(A, torch.tensor(Y)),
            normal(3, 5),
            Y,
        ),
        "binary cross-entropy": cost(
            "binary_cross_entropy",
            lambda A: F.binary_cross_entropy(A, torch.tensor(bits)),
            P,
            bits,
        ),
        "sigmoid cross-entropy": cost(
            "sigmoid_cross_entropy",
            lambda Z: F.binary_cross_entropy_with_logits(
                Z, torch.tensor(bits)
            ),
            5.0 * normal(3, 5),
            bits,
        ),
        "softmax cross-entropy": cost(
            "softmax_cross_entropy",
            lambda Z: F.cross_entropy(Z.T, torch.tensor(labels)),
            Z,
            np.eye(4)[:, labels],
        ),
    }


# Recurrences: 6 steps, 3 features, 4 units, 5 examples.

N_X, N_A, T, M = 3, 4, 6, 5


def in_torch(module):
    """Return PyTorch's own recurrence as a function of our arrays."""

    def run(X, *rest):
        *start, W_ax, W_aa, b_a = rest
        b_hh = torch.zeros(len(W_aa))
        if module is torch.nn.GRU:  # its fourth block is b_u
            b_hh = torch.cat([b_hh[: 2 * N_A], b_a[3 * N_A :].ravel()])
            b_a = b_a[: 3 * N_A]
        weights = {
            "weight_ih_l0": W_ax,
            "weight_hh_l0": W_aa,
            "bias_ih_l0": b_a.ravel(),
            "bias_hh_l0": b_hh,
        }
        first = tuple(state.T[None] for state in start)
        first = first if len(first) > 1 else first[0]
        net = run.built
        A, run.end = functional_call(net, weights, (X.permute(1, 2, 0), first))
        return A.permute(2, 0, 1)

    def build(**options):
        run.built = module(N_X, N_A, **options)
        return run

    return build


def gru_reset_before(X, a, W_ax, W_aa, b_a):
    """PyTorch has the other form only: this one in its elementary steps."""
    A = []
    for t in range(X.shape[1]):
        x_r, x_z, x_n = (W_ax @ X[:, t] + b_a).chunk(3)
        U_r, U_z, U_n = W_aa.chunk(3)
        r, z = torch.sigmoid(x_r + U_r @ a), torch.sigmoid(x_z + U_z @ a)
        n = torch.tanh(x_n + U_n @ (r * a))
        a = n + z * (a - n)
        A.append(a)
    return torch.stack(A, dim=1)


def recurrences():
    def arrays(gates, states, biases=None):
        first = [normal(N_A, M) for _ in range(states)]
        rows = gates * N_A
        return [
            normal(N_X, T, M),
            *first,
            normal(rows, N_X),
            normal(rows, N_A),
            normal((biases or gates) * N_A, 1),
        ]

    lstm = in_torch(torch.nn.LSTM)()
    cases = {
        "rnn": pair(in_torch(torch.nn.RNN)(), *arrays(1, 1), name="rnn"),
        "rnn, relu": pair(
            in_torch(torch.nn.RNN)(nonlinearity="relu"),
            *arrays(1, 1),
            name="rnn",
            options={"activation": "relu"},
        ),
        "gru, reset after": pair(
            in_torch(torch.nn.GRU)(),
            *arrays(3, 1, biases=4),
            name="gru",
            options={"reset_after": True},
        ),
        "gru, reset before": pair(gru_reset_before, *arrays(3, 1), name="gru"),
    }
    cases["lstm"] = pair(lstm, *arrays(4, 2), name="lstm lstm_fused")
    cases["lstm"]["last_memory"] = lstm.end[1][0].T.detach().numpy()
    return cases


# What is not a pair: dropout's mask, running statistics, optimizers, rates,
# clipping, and a whole network.


def others():
    A = torch.tensor(normal(4, 6), requires_grad=True)
    out = F.dropout(A, 0.3)
    dA = normal(4, 6)
    (dA_prev,) = torch.autograd.grad(out, A, torch.tensor(dA))
    mask = (out / A).detach().numpy()
    cases = {
        "dropout": {"mask": mask, "dA": dA, "dA_prev": dA_prev.numpy()},
        "running": running_statistics(),
        "schedules": schedules(),
        "clipping": clipping(),
        "network": network(),
    }
    for name, (build, ours) in OPTIMIZERS.items():
        cases[f"optimizer, {name}"] = {
            "build": json.dumps(ours),
            **walk(build),
        }
    return cases


def running_statistics():
    batches = normal(3, 4, 7)  # three batches of 4 features, 7 examples
    layer = torch.nn.BatchNorm1d(4, momentum=0.1)
    for Z in batches:
        layer(torch.tensor(Z).T)
    return {
        "batches": batches,
        "mean": layer.running_mean.numpy(),
        "variance": layer.running_var.numpy(),
    }


OPTIMIZERS = {
    "gradient descent": (
        lambda p: torch.optim.SGD(p, lr=0.1),
        ["GradientDescent", {"learning_rate": 0.1}],
    ),
    "momentum, sum": (
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
        ["Momentum", {"learning_rate": 0.1, "form": "sum"}],
    ),
    "momentum, mean": (  # the same path at a tenth of the rate
        lambda p: torch.optim.SGD(p, lr=0.1 * (1 - 0.9), momentum=0.9),
        ["Momentum", {"learning_rate": 0.1, "form": "mean"}],
    ),
    "Nesterov, sum": (
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.8, nesterov=True),
        ["Nesterov", {"learning_rate": 0.1, "beta": 0.8, "form": "sum"}],
    ),
    "AdaGrad": (
        lambda p: torch.optim.Adagrad(p, lr=0.1),
        ["AdaGrad", {"learning_rate": 0.1}],
    ),
    "RMSProp": (
        lambda p: torch.optim.RMSprop(p, lr=0.1, alpha=0.95),
        ["RMSProp", {"learning_rate": 0.1, "rho": 0.95}],
    ),
    "AdaDelta": (
        lambda p: torch.optim.Adadelta(p, lr=0.5),
        ["AdaDelta", {"learning_rate": 0.5}],
    ),
    "Adam": (
        lambda p: torch.optim.Adam(p, lr=0.1, betas=(0.8, 0.95)),
        ["Adam", {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.95}],
    ),
}


def walk(build):
    """Ten steps along given gradients, the first parameter standing still."""
    start, gradients = normal(3, 4), normal(10, 3, 4)
    gradients[:, 0, 0] = 0.0
    w = torch.tensor(start, requires_grad=True)
    optimizer, path = build([w]), []
    for g in gradients:
        w.grad = torch.tensor(g)
        optimizer.step()
        path.append(w.detach().numpy().copy())
    return {"start": start, "gradients": gradients, "path": np.array(path)}


def schedules():
    kinds = torch.optim.lr_scheduler
    found = {}
    for name, build in {
        "step": lambda o: kinds.StepLR(o, 3, 0.5),
        "exponential": lambda o: kinds.ExponentialLR(o, 0.9),
        "cosine": lambda o: kinds.CosineAnnealingLR(o, 8, 0.01),
    }.items():
        optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.8)
        schedule, rates = build(optimizer), []
        for _ in range(9):
            rates.append(schedule.get_last_lr()[0])
            optimizer.step()
            schedule.step()
        found[name] = np.array(rates)
    return found


def clipping():
    gradients = {"W": normal(3, 4), "b": normal(3, 1)}

    def clipped(clip, limit):
        tensors = [torch.zeros(g.shape) for g in gradients.values()]
        for tensor, g in zip(tensors, gradients.values(), strict=True):
            tensor.grad = torch.tensor(g)
        clip(tensors, limit)
        return [tensor.grad.numpy() for tensor in tensors]

    by_norm = clipped(torch.nn.utils.clip_grad_norm_, 1.5)
    by_value = clipped(torch.nn.utils.clip_grad_value_, 0.5)
    short = clipped(torch.nn.utils.clip_grad_norm_, 100.0)
    found = {f"{name}": g for name, g in gradients.items()}
    for kind, (W, b) in {
        "norm": by_norm,
        "value": by_value,
        "short": short,
    }.items():
        found |= {f"{kind}_W": W, f"{kind}_b": b}
    return found


def network():
    """A small convolutional network: its cost and every gradient."""
    shapes = {
        "W1": (4, 1, 3, 3),
        "b1": (4, 1),
        "gamma1": (4, 1),
        "beta1": (4, 1),
        "W2": (6, 36),
        "b2": (6, 1),
        "W3": (3, 6),
        "b3": (3, 1),
    }
    params = {name: 0.5 * normal(*shape) for name, shape in shapes.items()}
    X, labels = normal(1, 8, 8, 5), rng.integers(0, 3, 5)
    p = {k: torch.tensor(v, requires_grad=True) for k, v in params.items()}
    A = F.conv2d(examples_first(torch.tensor(X)), p["W1"], p["b1"].ravel())
    scale = p["gamma1"].ravel(), p["beta1"].ravel()
    A = F.batch_norm(A, None, None, *scale, training=True)
    A = F.max_pool2d(F.relu(A), 2).flatten(1)
    A = torch.tanh(F.linear(A, p["W2"], p["b2"].ravel()))
    Z = F.linear(A, p["W3"], p["b3"].ravel())
    cost = F.cross_entropy(Z, torch.tensor(labels))
    cost.backward()
    found = {"X": X, "Y": np.eye(3)[:, labels], "J": cost.item()}
    found |= {f"param_{k}": v for k, v in params.items()}
    return found | {f"gradient_{k}": v.grad.numpy() for k, v in p.items()}


if __name__ == "__main__":
    save("pairs.npz", {**layers(), **costs(), **recurrences()})
    save("others.npz", others())
