"""What every layer promises, found by itself; a new one needs a case."""

import numpy as np
import pytest

import layerwise as lw

# name: (layers, shape of an example). Several forms of one layer may stand
# here, as "Conv, stride 2".
CASES = {
    "Dense": (lambda rng: [lw.Dense(3, 4, rng=rng)], (3,)),
    "Tied": (lambda rng: tied(rng), (3,)),
    "Sigmoid": (lambda rng: [lw.Sigmoid()], (3,)),
    "Tanh": (lambda rng: [lw.Tanh()], (3,)),
    "ReLU": (lambda rng: [lw.ReLU()], (3,)),
    "LeakyReLU": (lambda rng: [lw.LeakyReLU()], (3,)),
    "ELU": (lambda rng: [lw.ELU()], (3,)),
    "Maxout": (lambda rng: [lw.Maxout(2)], (4,)),
    "Softmax": (lambda rng: [lw.Softmax()], (3,)),
    "Conv": (lambda rng: [lw.Conv(2, 3, 2, rng=rng)], (2, 4, 3)),
    "Conv, stride 2": (
        lambda rng: [lw.Conv(2, 3, 3, stride=2, padding=1, rng=rng)],
        (2, 4, 5),
    ),
    "MaxPool": (lambda rng: [lw.MaxPool(2)], (2, 4, 5)),
    "MaxPool, overlapping": (lambda rng: [lw.MaxPool(3, 1)], (2, 4, 5)),
    "AveragePool": (lambda rng: [lw.AveragePool(2)], (2, 4, 5)),
    "Flatten": (lambda rng: [lw.Flatten()], (2, 4, 5)),
    "Dropout": (
        lambda rng: [lw.Dropout(0.6, rng=np.random.default_rng(5))],
        (4,),
    ),
    "BatchNorm": (lambda rng: [lw.BatchNorm(3)], (3,)),
    "BatchNorm, images": (lambda rng: [lw.BatchNorm(2)], (2, 3, 2)),
    "RNN": (lambda rng: [lw.RNN(3, 2, rng=rng)], (3, 4)),
    "RNN, last only": (
        lambda rng: [lw.RNN(3, 2, rng=rng, last_only=True)],
        (3, 4),
    ),
    "LSTM": (lambda rng: [lw.LSTM(3, 2, rng=rng)], (3, 4)),
    "LSTM, last only": (
        lambda rng: [lw.LSTM(3, 2, rng=rng, last_only=True)],
        (3, 12),
    ),
    "GRU": (lambda rng: [lw.GRU(3, 2, rng=rng)], (3, 4)),
    "GRU, reset after": (
        lambda rng: [lw.GRU(3, 2, rng=rng, reset_after=True, last_only=True)],
        (3, 4),
    ),
}


def tied(rng):
    dense = lw.Dense(3, 2, rng=rng)
    return [dense, lw.Tied(dense)]


def built(case, dtype=np.float64):
    layers, shape = CASES[case]
    network = lw.Network(*layers(np.random.default_rng(0)), dtype=dtype)
    X = np.random.default_rng(1).standard_normal((*shape, 5))
    return network, X.astype(dtype)


def forward(network, X):
    """A pass of training whose chances and running values start again."""
    for layer in network.layers:
        if hasattr(layer, "rng"):
            layer.rng = np.random.default_rng(5)
    return network.forward(X, training=True)


every_layer = pytest.mark.parametrize("case", CASES)


def test_every_layer_has_a_case():
    layers = {
        name
        for name, found in vars(lw).items()
        if isinstance(found, type) and issubclass(found, lw.Layer)
    }
    met = {case.partition(",")[0] for case in CASES}
    assert met == layers - {"Layer"}


@every_layer
def test_every_gradient_of_a_layer_is_its_measured_slope(case):
    network, X = built(case)
    out = forward(network, X)
    d_out = np.random.default_rng(2).standard_normal(out.shape)
    dX = network.backward(d_out, to_input=True)
    analytic = network.gradient.copy()

    def of_input(X):
        return (d_out * forward(network, X)).sum()

    def of_parameters(vector):
        network.vector[...] = vector
        return (d_out * forward(network, X)).sum()

    measured = lw.numerical_gradient(of_input, X)
    assert lw.gradient_error(dX, measured) < 1e-7
    start = network.vector.copy()
    measured = lw.numerical_gradient(of_parameters, start)
    assert lw.gradient_error(analytic, measured) < 1e-7


@every_layer
def test_without_the_input_s_gradient_the_others_stay_the_same(case):
    network, X = built(case)
    d_out = np.ones_like(forward(network, X))
    network.backward(d_out, to_input=True)
    kept = network.gradient.copy()
    network.gradient[...] = np.nan
    forward(network, X)
    assert network.backward(d_out) is None
    np.testing.assert_array_equal(network.gradient, kept)


@every_layer
def test_a_second_way_back_gives_the_same(case):
    network, X = built(case)
    d_out = np.random.default_rng(2).standard_normal(forward(network, X).shape)
    before = d_out.copy()
    first = network.backward(d_out, to_input=True)
    kept = network.gradient.copy()
    np.testing.assert_array_equal(
        network.backward(d_out, to_input=True), first
    )
    np.testing.assert_array_equal(network.gradient, kept)
    np.testing.assert_array_equal(d_out, before)


@every_layer
def test_a_layer_leaves_its_input_alone_and_hands_back_another(case):
    network, X = built(case)
    before = X.copy()
    out = forward(network, X)
    dX = network.backward(np.ones_like(out), to_input=True)
    np.testing.assert_array_equal(X, before)
    assert not np.shares_memory(out, X)
    assert not np.shares_memory(dX, out)


@every_layer
def test_float32_stays_float32(case):
    network, X = built(case, np.float32)
    out = forward(network, X)
    dX = network.backward(np.ones_like(out), to_input=True)
    assert {out.dtype, dX.dtype, network.gradient.dtype} == {np.dtype("f4")}
    assert network.forward(X).dtype == np.float32
    assert all(s.dtype == np.float32 for s in network.state.values())


@every_layer
def test_prediction_treats_every_example_alone(case):
    network, X = built(case)
    together = network.forward(X)
    for i in range(X.shape[-1]):
        alone = network.forward(X[..., i : i + 1])
        np.testing.assert_allclose(alone, together[..., i : i + 1], atol=1e-12)
