"""A network is a list of layers, and its parameters are one vector."""

import copy
import pickle

import numpy as np
import pytest

import layerwise as lw


def net(sizes=(3, 5, 4, 2), **options):
    rng = np.random.default_rng(0)
    return lw.deep_network(list(sizes), rng=rng, **options)


def drawn(n=3, n_y=2, m=6):
    rng = np.random.default_rng(1)
    return rng.standard_normal((n, m)), rng.standard_normal((n_y, m))


# The course's 3-2-1 example: one example, squared error / 2, sigmoid units,
# learning rate 0.9. Eleven updated numbers, three digits each.
UPDATED = {
    "W1": [[0.192, 0.400, -0.508], [-0.306, 0.100, 0.194]],
    "b1": [[-0.408], [0.194]],
    "W2": [[-0.261, -0.138]],
    "b2": [[0.218]],
}


def three_two_one():
    rng = np.random.default_rng(0)
    network = lw.Network(
        lw.Dense(3, 2, rng=rng),
        lw.Sigmoid(),
        lw.Dense(2, 1, rng=rng),
        lw.Sigmoid(),
    )
    start = {
        "W1": [[0.2, 0.4, -0.5], [-0.3, 0.1, 0.2]],
        "b1": [[-0.4], [0.2]],
        "W2": [[-0.3, -0.2]],
        "b2": [[0.1]],
    }
    for name, values in start.items():
        network.params[name][...] = values
    return network


def test_the_three_two_one_example_gives_its_eleven_numbers():
    network, cost = three_two_one(), lw.MeanSquaredError()
    x, t = np.array([[1.0], [0.0], [1.0]]), np.array([[1.0]])
    before = network.forward(x)
    cost.forward(before, t)
    network.backward(cost.backward(0.5))  # the course's E is half of ours
    lw.GradientDescent(0.9).step(network.params, network.grads)
    after = network.forward(x)
    assert sum(np.size(values) for values in UPDATED.values()) == 11
    for name, values in UPDATED.items():
        np.testing.assert_allclose(
            network.params[name], values, rtol=0, atol=0.0005
        )
    assert [round(float(y[0, 0]), 3) for y in (before, after)] == [
        0.474,
        0.515,
    ]


def test_the_errors_of_the_three_two_one_example_are_the_course_s():
    network, cost = three_two_one(), lw.MeanSquaredError()
    x, t = np.array([[1.0], [0.0], [1.0]]), np.array([[1.0]])
    cost.forward(network.forward(x), t)
    network.backward(cost.backward(0.5))
    found = [-network.grads["b2"][0, 0], *-network.grads["b1"][:, 0]]
    assert [round(float(e), 4) for e in found] == [0.1312, -0.0087, -0.0065]


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("cost", [lw.SoftmaxCrossEntropy, lw.MeanSquaredError])
def test_every_gradient_of_a_network_is_its_measured_slope(depth, cost):
    network = net([3, *[4] * (depth - 1), 2], activation=lw.Tanh)
    X, _ = drawn()
    Y = lw.one_hot(np.array([0, 1, 1, 0, 1, 0]), 2)
    errors = lw.network_errors(network, cost(), X, Y)
    assert len(errors) == 2 * depth
    assert max(errors.values()) < 1e-9


def test_the_gradient_of_the_input_is_its_measured_slope():
    network, (X, dA) = net(activation=lw.Tanh), drawn()
    network.forward(X)
    dX = network.backward(dA, to_input=True)
    measured = lw.numerical_gradient(
        lambda X: (dA * network.forward(X)).sum(), X
    )
    assert lw.gradient_error(dX, measured) < 1e-9
    assert network.layers[0].needs_dA_prev
    network.forward(X)
    assert network.backward(dA) is None
    assert not network.layers[0].needs_dA_prev


def test_the_input_gradient_can_be_asked_for_behind_layers_without_weights():
    rng = np.random.default_rng(0)
    network = lw.Network(lw.Tanh(), lw.Dense(3, 2, rng=rng))
    X, dA = drawn()
    network.forward(X)
    assert network.backward(dA) is None
    W = network.params["W1"]
    dX = network.backward(dA, to_input=True)
    np.testing.assert_allclose(dX, (1 - np.tanh(X) ** 2) * (W.T @ dA))


def test_parameters_and_gradients_are_windows_on_two_vectors():
    network, (X, dA) = net(), drawn()
    assert network.vector.size == sum(p.size for p in network.params.values())
    network.vector[...] = 0.0
    assert not any(p.any() for p in network.params.values())
    network.params["W2"][1, 2] = 7.0
    assert network.vector.sum() == 7.0
    network.forward(X)
    network.backward(dA)
    for name, gradient in network.grads.items():
        assert np.shares_memory(gradient, network.gradient)
        assert gradient.shape == network.params[name].shape
    dense = network.layers[2]
    assert dense.params["W"] is network.params["W2"]
    assert dense.grads["W"] is network.grads["W2"]


def test_numbers_count_layers_with_weights_and_batch_norm_follows():
    rng = np.random.default_rng(0)
    network = lw.Network(
        lw.Dense(3, 4, rng=rng),
        lw.BatchNorm(4),
        lw.ReLU(),
        lw.Dropout(0.5, rng=rng),
        lw.Dense(4, 2, rng=rng),
    )
    assert list(network.params) == ["W1", "b1", "gamma1", "beta1", "W2", "b2"]
    assert all(name.endswith("1") for name in network.state)


def test_everything_is_float32_on_request():
    network, (X, _) = net(dtype=np.float32), drawn()
    A = network.forward(X)
    cost = lw.SoftmaxCrossEntropy()
    J = cost.forward(A, lw.one_hot(np.array([0, 1, 0, 1, 0, 1]), 2))
    dA = cost.backward()
    network.backward(dA)
    arrays = [A, J, dA, network.vector, network.gradient]
    caches = [layer.cache for layer in network.layers]
    for cache in caches:
        arrays += cache if isinstance(cache, tuple) else [cache]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}


def test_forward_leaves_the_input_alone():
    network, (X, _) = net(), drawn()
    kept = X.copy()
    A = network.forward(X)
    A[...] = np.nan
    np.testing.assert_array_equal(X, kept)


def test_outputs_are_those_of_every_layer():
    network, (X, _) = net(), drawn()
    outputs = network.outputs(X)
    assert len(outputs) == len(network.layers)
    np.testing.assert_array_equal(outputs[-1], network.forward(X))
    np.testing.assert_array_equal(outputs[1], np.maximum(outputs[0], 0))


def test_part_of_a_network_is_a_network_on_the_same_memory():
    rng = np.random.default_rng(0)
    whole = lw.autoencoder([6, 4, 2], rng=rng)
    encoder = lw.Network(*whole.layers[:3])
    decoder = lw.Network(*whole.layers[3:])
    X = rng.standard_normal((6, 5))
    both = decoder.forward(encoder.forward(X))
    np.testing.assert_array_equal(both, whole.forward(X))
    assert encoder.vector.size + decoder.vector.size == whole.vector.size
    decoder.vector[...] = 0.0
    assert not whole.params["W3"].any()
    assert not whole.params["b4"].any()
    assert whole.params["W2"].any()
    encoder.params["W1"][0, 0] = 9.0
    assert whole.vector[0] == 9.0
    whole.forward(X)
    whole.backward(X)
    np.testing.assert_array_equal(
        np.concatenate([encoder.gradient, decoder.gradient]), whole.gradient
    )


def test_a_part_of_a_part_still_shares():
    whole = net((3, 5, 4, 2))
    part = lw.Network(*lw.Network(*whole.layers[2:]).layers[2:])
    part.vector[...] = 7.0
    assert (whole.params["W3"] == 7.0).all()
    assert not (whole.params["W2"] == 7.0).any()


def test_layers_are_not_taken_away_from_a_network():
    whole = net((3, 3, 3, 3))
    first, _, second, _, third = whole.layers
    before = whole.vector.copy()
    for layers, dtype in (
        ((first, third), np.float64),
        ((second, first), np.float64),
        ((first, lw.Dense(3, 1, rng=np.random.default_rng(0))), np.float64),
        ((first, second), np.float32),
    ):
        with pytest.raises(ValueError, match="belong to another network"):
            lw.Network(*layers, dtype=dtype)
    X, _ = drawn()
    whole.vector[...] = 0.0
    assert not whole.forward(X).any()
    whole.vector[...] = before
    assert whole.forward(X).any()


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda n: pickle.loads(pickle.dumps(n))]
)
def test_a_copy_is_whole_and_apart(duplicate):
    rng = np.random.default_rng(0)
    network = lw.Network(
        lw.Dense(3, 4, rng=rng), lw.BatchNorm(4), lw.Tanh(), dtype=np.float32
    )
    X, _ = drawn()
    network.forward(X, training=True)
    twin = duplicate(network)
    np.testing.assert_array_equal(twin.forward(X), network.forward(X))
    assert twin.dtype == np.float32
    twin.vector[...] = 0.0
    assert not twin.params["W1"].any()
    assert network.params["W1"].any()
    for name, value in twin.state.items():
        value[...] = 5.0
        assert not (network.state[name] == 5.0).any()
    assert twin.state


def test_a_copy_of_a_tied_autoencoder_is_tied_in_itself():
    rng = np.random.default_rng(0)
    network = lw.autoencoder([6, 2], rng=rng, tied=True)
    twin = copy.deepcopy(network)
    assert twin.layers[1].dense is twin.layers[0]
    X = rng.standard_normal((6, 5))
    errors = lw.network_errors(twin, lw.MeanSquaredError(), X, X)
    assert max(errors.values()) < 1e-9


def test_a_layer_stands_in_a_network_once():
    layer = lw.Dense(3, 3, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="stands in the network twice"):
        lw.Network(layer, layer)


def test_two_parameters_of_one_name_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="two parameters would be gamma1"):
        lw.Network(lw.Dense(3, 3, rng=rng), lw.BatchNorm(3), lw.BatchNorm(3))


def test_a_tied_autoencoder_learns_each_shared_weight_from_both_places():
    rng = np.random.default_rng(0)
    network = lw.autoencoder([6, 4, 2], rng=rng, activation=lw.Tanh, tied=True)
    assert list(network.params) == ["W1", "b1", "W2", "b2", "b3", "b4"]
    X = rng.standard_normal((6, 5))
    errors = lw.network_errors(network, lw.MeanSquaredError(), X, X)
    assert max(errors.values()) < 1e-9


def test_a_tied_autoencoder_mirrors_its_layers():
    network = lw.autoencoder(
        [6, 4, 2], rng=np.random.default_rng(0), activation=lw.Tanh, tied=True
    )
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == ["Dense", "Tanh", "Dense", "Tied", "Tanh", "Tied"]


def test_a_tied_layer_needs_its_dense_layer_in_the_network():
    rng = np.random.default_rng(0)
    stranger = lw.Dense(3, 2, rng=rng)
    with pytest.raises(ValueError, match="not in the network"):
        lw.Network(lw.Dense(3, 2, rng=rng), lw.Tied(stranger))


def test_an_autoencoder_unfolds_what_it_folded():
    network = lw.autoencoder([8, 5, 2], rng=np.random.default_rng(0))
    shapes = [p.shape for name, p in network.params.items() if "W" in name]
    assert shapes == [(5, 8), (2, 5), (5, 2), (8, 5)]
    kinds = [type(layer).__name__ for layer in network.layers]
    assert kinds == ["Dense", "ReLU", "Dense"] * 2


@pytest.mark.parametrize("cell", [lw.RNN, lw.LSTM, lw.GRU])
@pytest.mark.parametrize("last_only", [True, False])
def test_a_recurrent_network_learns_through_all_its_steps(cell, last_only):
    rng = np.random.default_rng(0)
    network = lw.recurrent_network(
        2, 3, 1, rng=rng, cell=cell, last_only=last_only
    )
    X = rng.standard_normal((2, 4, 5))
    Y = rng.standard_normal((1, 5) if last_only else (1, 4, 5))
    errors = lw.network_errors(network, lw.MeanSquaredError(), X, Y)
    assert max(errors.values()) < 1e-9


def test_the_first_weights_follow_the_activation():
    sizes = [1000, 300, 1]
    relu = net(sizes).params["W1"].var()
    tanh = net(sizes, activation=lw.Tanh).params["W1"].var()
    np.testing.assert_allclose(relu, 2 / 1000, rtol=0.02)
    np.testing.assert_allclose(tanh, 2 / 1300, rtol=0.02)
    zeros = net(sizes, initializer=lw.initialize_zeros)
    assert not zeros.vector.any()


def test_a_network_of_one_size_is_refused():
    with pytest.raises(ValueError, match=r"sizes is \[3\]"):
        net([3])


def test_an_activation_is_what_makes_layers_not_one_layer():
    with pytest.raises(TypeError, match="pass Tanh without brackets"):
        net(activation=lw.Tanh())


def test_regressions_start_at_zero_and_are_one_layer():
    assert not lw.logistic_regression(3).vector.any()
    network = lw.softmax_regression(3, 4, dtype=np.float32)
    assert network.params["W1"].shape == (4, 3)
    assert network.vector.dtype == np.float32
