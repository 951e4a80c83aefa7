"""Training: the loop, what it records, and what it refuses."""

import sys

import numpy as np
import pytest

import layerwise as lw


def moons(m=200, seed=0):
    rng = np.random.default_rng(seed)
    return lw.datasets.two_moons(m, noise=0.1, rng=rng)


def net(seed=0, sizes=(2, 8, 1), **options):
    options.setdefault("activation", lw.Tanh)
    rng = np.random.default_rng(seed)
    return lw.deep_network(list(sizes), rng=rng, **options)


def run(network=None, data=None, **options):
    X, Y = moons() if data is None else data
    network = net() if network is None else network
    options.setdefault("cost", lw.SigmoidCrossEntropy())
    options.setdefault("optimizer", lw.Adam(0.02))
    options.setdefault("rng", np.random.default_rng(1))
    options.setdefault("epochs", 3)
    return lw.fit(network, X, Y, **options), network


# Mini-batches.


@pytest.mark.parametrize("m", [1, 6, 7, 8])
def test_every_example_comes_once_and_with_its_own_target(m):
    X = np.arange(3.0 * m).reshape(3, m)
    Y = X[:1] * 10
    rng = np.random.default_rng(0)
    batches = list(lw.minibatches(X, Y, batch_size=3, rng=rng))
    sizes = [x.shape[1] for x, _ in batches]
    assert sizes == [3] * (m // 3) + [m % 3] * (m % 3 > 0)
    together = np.concatenate([x for x, _ in batches], axis=1)
    np.testing.assert_array_equal(np.sort(together, axis=1), X)
    for x, y in batches:
        np.testing.assert_array_equal(x[:1] * 10, y)
        assert x.flags.c_contiguous


def test_batches_are_shuffled_anew_and_are_copies():
    X = np.arange(50.0).reshape(1, 50)
    rng = np.random.default_rng(0)
    orders = [
        next(lw.minibatches(X, X, batch_size=50, rng=rng))[0] for _ in "ab"
    ]
    assert not np.array_equal(*orders)
    orders[0][...] = np.nan
    assert np.isfinite(X).all()


def test_batches_of_sequences_and_images_are_cut_along_the_examples():
    X, Y = np.zeros((2, 5, 4, 7)), np.zeros((1, 7))
    rng = np.random.default_rng(0)
    shapes = [x.shape for x, _ in lw.minibatches(X, Y, batch_size=4, rng=rng)]
    assert shapes == [(2, 5, 4, 4), (2, 5, 4, 3)]


# The loop.


def test_training_lowers_the_cost_and_separates_the_moons():
    X, Y = moons()
    history, network = run(epochs=100, batch_size=32)
    assert history.cost[-1] < 0.1 * history.cost[0]
    answers = lw.predict(network, X, cost=lw.SigmoidCrossEntropy())
    assert lw.accuracy(answers, Y.astype(int)) > 0.98
    assert history.stopped == "all epochs done"


def test_equal_generators_give_equal_runs():
    first, network = run(network=net(), batch_size=16)
    second, other = run(network=net(), batch_size=16)
    assert first.cost == second.cost
    np.testing.assert_array_equal(network.vector, other.vector)
    third, _ = run(network=net(), batch_size=16, rng=np.random.default_rng(2))
    assert third.cost != first.cost


def test_one_step_of_a_full_batch_is_gradient_descent_by_hand():
    X, Y = moons(20)
    network, twin = net(), net()
    run(
        network,
        (X, Y),
        batch_size=None,
        epochs=1,
        optimizer=lw.GradientDescent(0.5),
    )
    cost = lw.SigmoidCrossEntropy()
    cost.forward(twin.forward(X), Y)
    twin.backward(cost.backward())
    for name, W in twin.params.items():
        np.testing.assert_allclose(
            network.params[name], W - 0.5 * twin.grads[name], rtol=1e-13
        )


def test_the_cost_of_an_epoch_weighs_the_tail_by_its_examples():
    X, Y = moons(10)
    frozen = lw.GradientDescent(1e-300)
    history, network = run(
        data=(X, Y), batch_size=4, epochs=1, optimizer=frozen
    )
    cost = lw.SigmoidCrossEntropy()
    whole = float(cost.forward(network.forward(X), Y))
    assert history.cost[0] == pytest.approx(whole, rel=1e-12)
    parts = lw.evaluate(network, X, Y, cost=cost, batch_size=3)
    assert parts == pytest.approx(whole, rel=1e-12)


def test_data_and_parameters_keep_the_network_s_dtype():
    class Watch:
        def step(self, params, grads):
            dtypes = {a.dtype for a in (*params.values(), *grads.values())}
            assert dtypes == {np.dtype(np.float32)}

    X, Y = moons(20)
    kept = X.copy(), Y.copy()
    run(net(dtype=np.float32), (X, Y), optimizer=Watch(), epochs=1)
    np.testing.assert_array_equal(X, kept[0])
    np.testing.assert_array_equal(Y, kept[1])


def test_the_number_of_examples_divides_the_penalty_s_strength():
    X, Y = moons(20)
    network, twin = net(), net()
    descent = lw.GradientDescent(0.1)
    history, _ = run(
        network,
        (X, Y),
        batch_size=None,
        epochs=1,
        optimizer=descent,
        l2=3.0,
        l1=2.0,
    )
    cost = lw.SigmoidCrossEntropy()
    J = cost.forward(twin.forward(X), Y)
    twin.backward(cost.backward())
    for name, W in twin.params.items():
        slope = twin.grads[name]
        if name.startswith("W"):
            J += 3.0 / 40 * (W**2).sum() + 2.0 / 20 * np.abs(W).sum()
            slope = slope + 3.0 / 20 * W + 2.0 / 20 * np.sign(W)
        np.testing.assert_allclose(
            network.params[name], W - 0.1 * slope, rtol=1e-12
        )
    assert history.cost[0] == pytest.approx(float(J), rel=1e-12)


def test_clipping_shortens_the_step():
    network = net()
    before = network.vector.copy()
    run(
        network,
        batch_size=None,
        epochs=1,
        optimizer=lw.GradientDescent(1.0),
        clip=lambda grads: lw.clip_by_norm(grads, 1e-3),
    )
    length = np.linalg.norm(network.vector - before)
    assert length == pytest.approx(1e-3, rel=1e-9)


def test_dropout_works_in_training_and_rests_at_prediction():
    rng = np.random.default_rng(0)
    network = lw.Network(
        lw.Dense(2, 50, rng=rng),
        lw.ReLU(),
        lw.Dropout(0.5, rng=rng),
        lw.Dense(50, 1, rng=rng),
    )
    run(network)
    X, _ = moons()
    np.testing.assert_array_equal(network.forward(X), network.forward(X))
    assert not np.array_equal(network.forward(X, True), network.forward(X))


def test_outputs_at_every_step_are_trained_and_evaluated():
    rng = np.random.default_rng(0)
    X, Y = lw.datasets.noisy_sine(40, T=12, rng=rng)
    network = lw.recurrent_network(1, 8, 1, rng=rng, last_only=False)
    history, _ = run(
        network,
        (X, Y),
        cost=lw.MeanSquaredError(),
        validation=(X, Y),
        epochs=15,
    )
    assert history.validation_cost[-1] < 0.5 * history.validation_cost[0]
    assert lw.predict(network, X, cost=lw.MeanSquaredError()).shape == Y.shape


# Validation, early stopping, interruption.


class Scripted(lw.Cost):
    """A cost whose evaluations follow a script; training costs are 1."""

    def __init__(self, evaluations):
        super().__init__()
        self.evaluations = iter(evaluations)

    def forward(self, A, Y):
        self.shape = A.shape
        if A.shape[1] == 7:  # the validation data
            return next(self.evaluations)
        return 1.0

    def backward(self):
        return np.ones(self.shape)


def scripted_run(evaluations, **options):
    return run(
        cost=Scripted(evaluations),
        validation=moons(7),
        optimizer=lw.GradientDescent(0.01),
        **options,
    )


def test_training_stops_when_validation_has_not_fallen_and_goes_back():
    script = [5.0, 3.0, 4.0, 3.0, 2.0]
    history, network = scripted_run(script, epochs=5, patience=2)
    assert history.validation_cost == [5.0, 3.0, 4.0, 3.0]
    assert history.best_epoch == 2
    assert history.stopped == "no better for 2 epochs"
    _, after_two = scripted_run(script, epochs=2)
    np.testing.assert_array_equal(network.vector, after_two.vector)


def test_without_patience_the_last_parameters_stay():
    script = [5.0, 3.0, 4.0, 3.0]
    history, network = scripted_run(script, epochs=4)
    assert (history.best_epoch, history.epochs) == (2, 4)
    _, after_two = scripted_run(script, epochs=2)
    assert not np.array_equal(network.vector, after_two.vector)


def test_going_back_takes_the_running_statistics_along():
    def normed():
        rng = np.random.default_rng(0)
        return lw.Network(
            lw.Dense(2, 4, rng=rng), lw.BatchNorm(4), lw.Dense(4, 1, rng=rng)
        )

    script = [5.0, 3.0, 4.0, 4.0]
    _, network = scripted_run(script, network=normed(), epochs=4, patience=2)
    _, after_two = scripted_run(script, network=normed(), epochs=2)
    assert network.state
    for name, value in after_two.state.items():
        np.testing.assert_array_equal(network.state[name], value)


def test_nothing_is_learned_from_the_validation_data():
    _, network = run()
    _, watched = run(network=net(), validation=moons(50, seed=9))
    np.testing.assert_array_equal(network.vector, watched.vector)


def test_an_interruption_keeps_the_history_and_what_was_learned():
    class Impatient(lw.GradientDescent):
        def step(self, params, grads):
            if self.steps == 10:
                raise KeyboardInterrupt
            super().step(params, grads)

    history, network = run(optimizer=Impatient(0.1), batch_size=50, epochs=100)
    assert history.stopped == "interrupted"
    assert len(history.cost) == 2  # 4 batches an epoch, 10 steps
    assert not np.array_equal(network.vector, net().vector)


def test_a_cost_that_is_no_number_stops_the_run():
    history, _ = run(
        data=(np.full((2, 8), 1e200), np.ones((1, 8))),
        network=net(activation=lw.ReLU),
        batch_size=None,
        cost=Infinite(),
        epochs=9,
    )
    assert history.stopped == "diverged"
    assert history.epochs == 1


class Infinite(lw.MeanSquaredError):
    def forward(self, A, Y):
        self.shape = A.shape
        return float("inf")

    def backward(self):
        return np.zeros(self.shape)


def test_the_history_says_what_happened():
    history, _ = scripted_run([5.0, 3.0, 4.0], epochs=3)
    assert repr(history) == (
        "History(3 epochs, all epochs done, cost 1, "
        "validation cost 3 after epoch 2)"
    )


def test_the_bar_counts_epochs_when_tqdm_is_there(capsys):
    pytest.importorskip("tqdm")
    run(progress=True, epochs=2)
    assert "2/2" in capsys.readouterr().err


def test_training_does_without_tqdm(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    history, _ = run(progress=True, epochs=2)
    assert history.epochs == 2
    assert capsys.readouterr().err == ""


# What fit refuses.


X_GOOD, Y_GOOD = moons(20)
WITH_NAN = np.where(np.arange(20) == 3, np.nan, X_GOOD)

REFUSED = {
    "whole numbers": (
        {"data": (np.ones((2, 20), dtype=np.int64), Y_GOOD)},
        TypeError,
        r"X has dtype int64.*pass X\.astype\(float\)",
    ),
    "missing values": (
        {"data": (WITH_NAN, Y_GOOD)},
        ValueError,
        r"X has 2 entries that are NaN.*\(0, 3\).*missing",
    ),
    "missing targets": (
        {"data": (X_GOOD, np.full((1, 20), np.nan))},
        ValueError,
        r"Y has 20 entries that are NaN",
    ),
    "examples in rows": (
        {"data": (X_GOOD.T, Y_GOOD)},
        lw.ShapeError,
        r"X has 2 examples and Y has 20.*in rows\? Then pass X\.T",
    ),
    "all in rows": (
        {"data": (X_GOOD.T, Y_GOOD.T)},
        lw.ShapeError,
        r"X has 2 examples and Y has 1",
    ),
    "targets of other examples": (
        {"data": (X_GOOD, Y_GOOD[:, :9])},
        lw.ShapeError,
        r"X has 20 examples and Y has 9, expected m of each",
    ),
    "class numbers": (
        {"data": (X_GOOD, np.zeros(20, dtype=int))},
        lw.ShapeError,
        r"Y has shape \(20,\), expected \(n, m\).*one_hot\(y, classes\)",
    ),
    "flat data": (
        {"data": (X_GOOD[0], Y_GOOD)},
        lw.ShapeError,
        r"X has shape \(20,\).*X\.reshape\(1, -1\)",
    ),
    "targets of another size": (
        {"data": (X_GOOD, np.ones((3, 20)))},
        lw.ShapeError,
        r"Y has shape \(3, 20\), expected \(n, m\) = \(1, 20\)",
    ),
    "features of another size": (
        {"data": (np.ones((5, 20)), Y_GOOD)},
        lw.ShapeError,
        r"A_prev has shape \(5, 20\), expected \(n_prev, m\) = \(2, m\)",
    ),
    "no examples": (
        {"data": (np.ones((2, 0)), np.ones((1, 0)))},
        ValueError,
        r"X has shape \(2, 0\): no examples",
    ),
    "a batch larger than the data": (
        {"data": (X_GOOD, Y_GOOD), "batch_size": 21},
        ValueError,
        r"batch_size is 21, expected 1 to m = 20",
    ),
    "an empty batch": (
        {"batch_size": 0},
        ValueError,
        r"batch_size is 0, expected 1 to m = 200",
    ),
    "no epoch": ({"epochs": 0}, ValueError, r"epochs is 0, expected 1"),
    "patience without validation": (
        {"patience": 3},
        ValueError,
        r"pass validation=\(X, Y\)",
    ),
    "a class for a cost": (
        {"cost": lw.SigmoidCrossEntropy},
        TypeError,
        r"cost is the class.*pass SigmoidCrossEntropy\(\)",
    ),
    "a class for an optimizer": (
        {"optimizer": lw.Adam},
        TypeError,
        r"optimizer is the class Adam",
    ),
    "a seed for a generator": (
        {"rng": 0},
        TypeError,
        r"rng must be a numpy Generator",
    ),
    "the sigmoid twice": (
        {
            "network": lw.Network(
                lw.Dense(2, 1, rng=np.random.default_rng(0)), lw.Sigmoid()
            )
        },
        ValueError,
        r"applies the sigmoid itself.*leave that layer out",
    ),
    "labels of minus one": (
        {"data": (X_GOOD, 2 * Y_GOOD - 1)},
        ValueError,
        r"Y has entries from -1 to 1, expected 0 to 1",
    ),
    "validation that does not fit": (
        {"validation": (X_GOOD, Y_GOOD[:, :9])},
        lw.ShapeError,
        r"validation X has 20 examples and validation Y has 9",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_fit_refuses_and_says_why(name):
    options, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        run(**options)


def test_a_refusal_comes_before_anything_is_learned():
    network = net()
    with pytest.raises(lw.ShapeError):
        run(network, validation=(X_GOOD, Y_GOOD[:, :9]))
    np.testing.assert_array_equal(network.vector, net().vector)


# Files.


def normed(seed, n=4):
    rng = np.random.default_rng(seed)
    return lw.Network(
        lw.Dense(2, n, rng=rng), lw.BatchNorm(n), lw.Dense(n, 1, rng=rng)
    )


def test_what_is_saved_comes_back(tmp_path):
    trained, other = normed(0), normed(1)
    run(trained)
    for path in (tmp_path / "net.npz", str(tmp_path / "without-ending")):
        lw.save_parameters(trained, path)
        lw.load_parameters(other, path)
        X, _ = moons()
        np.testing.assert_array_equal(other.forward(X), trained.forward(X))
        np.testing.assert_array_equal(other.vector, trained.vector)
        other.vector[...] = 0.0


def test_a_file_of_other_sizes_changes_nothing(tmp_path):
    path = tmp_path / "net.npz"
    lw.save_parameters(normed(0, n=5), path)
    network = normed(1)
    with pytest.raises(
        lw.ShapeError, match=r"W1 has shape \(5, 2\).*expected \(4, 2\)"
    ):
        lw.load_parameters(network, path)
    np.testing.assert_array_equal(network.vector, normed(1).vector)


def test_a_file_of_other_layers_is_named(tmp_path):
    path = tmp_path / "net.npz"
    lw.save_parameters(net(), path)
    with pytest.raises(lw.ShapeError, match=r"it lacks \['beta1', 'gamma1'"):
        lw.load_parameters(normed(0), path)


def test_pickled_objects_in_a_file_are_not_opened(tmp_path):
    path = tmp_path / "net.npz"
    hostile = np.array([{"not": "an array"}], dtype=object)
    np.savez(path, **dict.fromkeys(net().params, hostile))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        lw.load_parameters(net(), path)


# The perceptron.


@pytest.mark.parametrize("gate", ["and", "or", "nand", "nor"])
def test_the_perceptron_learns_gates_that_a_line_separates(gate):
    X, Y = lw.datasets.gate(gate)
    unit = lw.Perceptron(2).fit(X, Y)
    np.testing.assert_array_equal(unit.predict(X), Y)
    assert unit.errors[-1] == 0


def test_the_perceptron_never_settles_on_xor():
    X, Y = lw.datasets.gate("xor")
    unit = lw.Perceptron(2).fit(X, Y, epochs=50)
    assert len(unit.errors) == 50
    assert min(unit.errors) > 0


def test_the_perceptron_s_mistakes_keep_novikoff_s_bound():
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, (2, 300))
    w = np.array([0.6, 0.8])
    X = X[:, np.abs(w @ X) > 0.1]  # margin 0.1 around the line
    unit = lw.Perceptron(2).fit(X, (w @ X > 0)[np.newaxis].astype(float))
    R_squared = (X**2).sum(axis=0).max() + 1  # the bias is a weight on 1
    assert unit.errors[-1] == 0
    assert sum(unit.errors) <= R_squared / 0.1**2


def test_a_perceptron_epoch_changes_none_of_its_arguments():
    w, X, y = np.zeros(2), np.eye(2), np.array([1.0, -1.0])
    lw.perceptron_epoch(w, 0.0, X, y)
    np.testing.assert_array_equal(w, np.zeros(2))


def test_the_perceptron_refuses_labels_of_minus_one():
    X, Y = lw.datasets.gate("and")
    with pytest.raises(ValueError, match="expected 0 and 1"):
        lw.Perceptron(2).fit(X, 2 * Y - 1)
