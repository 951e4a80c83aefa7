"""Recurrences: by hand, as unrolled layers, and the fast form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw

sizes = st.integers(1, 4)


def filled(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


def inputs(gates, states, n_x, n_a, T, m, seed=0, biases=None):
    rng = np.random.default_rng(seed)
    first = [(n_a, m)] * states
    rows, biases = gates * n_a, (biases or gates) * n_a
    shapes = [(n_x, T, m), *first, (rows, n_x), (rows, n_a), (biases, 1)]
    return [rng.standard_normal(shape) for shape in shapes]


FORMS = {
    "rnn": (lw.rnn_forward, lw.rnn_backward, 1, 1, {}),
    "lstm": (lw.lstm_forward, lw.lstm_backward, 4, 2, {}),
    "lstm_fused": (lw.lstm_fused_forward, lw.lstm_fused_backward, 4, 2, {}),
    "gru": (lw.gru_forward, lw.gru_backward, 3, 1, {}),
    "gru, reset after": (
        lw.gru_forward,
        lw.gru_backward,
        3,
        1,
        {"reset_after": True},
    ),
}


@pytest.mark.parametrize("form", FORMS)
@given(*[sizes] * 4, st.integers(0, 99))
@settings(max_examples=12, deadline=None)
def test_gradients_hold_for_all_small_shapes(form, n_x, n_a, T, m, seed):
    forward, backward, gates, states, options = FORMS[form]
    biases = 4 if options.get("reset_after") else gates
    arrays = inputs(gates, states, n_x, n_a, T, m, seed, biases)
    rng = np.random.default_rng(seed)
    error = lw.gradient_check(forward, backward, *arrays, rng=rng, **options)
    assert error < 1e-7


def test_relu_recurrence_passes_the_gradient_check_away_from_kinks():
    arrays = inputs(1, 1, 3, 2, 5, 2, seed=4)
    Z = lw.rnn_forward(*arrays, activation="relu")[0]
    assert np.any(Z == 0) and np.any(Z > 0)
    error = lw.gradient_check(
        lw.rnn_forward,
        lw.rnn_backward,
        *arrays,
        rng=np.random.default_rng(0),
        activation="relu",
    )
    assert error < 1e-7


def test_one_step_of_an_rnn_is_a_dense_layer_on_both_inputs():
    X, a0, W_ax, W_aa, b_a = inputs(1, 1, 3, 2, 1, 4)
    A, _ = lw.rnn_forward(X, a0, W_ax, W_aa, b_a)
    stacked = np.concatenate([X[:, 0], a0])
    Z, _ = lw.affine_forward(stacked, np.hstack([W_ax, W_aa]), b_a)
    np.testing.assert_allclose(A[:, 0], np.tanh(Z), atol=1e-12)


@pytest.mark.parametrize("form", FORMS)
def test_two_halves_of_a_sequence_give_what_the_whole_gives(form):
    """The states carry everything, and so do their gradients."""
    forward, backward, gates, states, options = FORMS[form]
    biases = 4 if options else gates
    X, *start, W_ax, W_aa, b_a = inputs(
        gates, states, 3, 2, 6, 4, biases=biases
    )
    weights = W_ax, W_aa, b_a
    A, cache = forward(X, *start, *weights, **options)
    dA = filled(*A.shape, seed=1)
    dX, *rest = backward(dA, cache)
    d_start, d_weights = rest[:states], rest[states:]

    A1, cache1 = forward(X[:, :2], *start, *weights, **options)
    middle = [A1[:, -1], *([cache1[-1]] if states == 2 else [])]
    A2, cache2 = forward(X[:, 2:], *middle, *weights, **options)
    np.testing.assert_allclose(np.hstack([A1, A2]), A, atol=1e-12)

    dX2, *rest2 = backward(dA[:, 2:], cache2)
    dA1 = dA[:, :2].copy()
    dA1[:, -1] += rest2[0]
    if states == 1:
        dX1, *rest1 = backward(dA1, cache1)
        for d, d1 in zip(d_start, rest1[:states], strict=True):
            np.testing.assert_allclose(d1, d, atol=1e-12)
        for d, d1, d2 in zip(
            d_weights, rest1[states:], rest2[states:], strict=True
        ):
            np.testing.assert_allclose(d1 + d2, d, atol=1e-12)
        np.testing.assert_allclose(np.hstack([dX1, dX2]), dX, atol=1e-12)
    else:
        np.testing.assert_allclose(dX2, dX[:, 2:], atol=1e-12)


@given(sizes, sizes, st.integers(1, 25), sizes, st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_the_fused_lstm_agrees_with_the_clear_form(n_x, n_a, T, m, seed):
    arrays = inputs(4, 2, n_x, n_a, T, m, seed)
    A, cache = lw.lstm_forward(*arrays)
    A_fused, cache_fused = lw.lstm_fused_forward(*arrays)
    np.testing.assert_allclose(A_fused, A, atol=1e-12)
    np.testing.assert_allclose(cache_fused[-1], cache[-1], atol=1e-12)
    dA = filled(*A.shape, seed=1)
    clear = lw.lstm_backward(dA, cache)
    fused = lw.lstm_fused_backward(dA, cache_fused)
    for a, b in zip(fused, clear, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)
    first, *rest = lw.lstm_fused_backward(dA, cache_fused, needs_dX=False)
    assert first is None
    for a, b in zip(rest, fused[1:], strict=True):
        np.testing.assert_array_equal(a, b)
    dA[:, :-1] = 0.0
    clear = lw.lstm_backward(dA, cache)
    last = lw.lstm_fused_backward(dA[:, -1], cache_fused)
    for a, b in zip(last, clear, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-12)


def test_an_lstm_with_open_gates_adds_up_what_it_sees():
    W_ax = np.array([[0.0], [0.0], [0.5], [0.0]])
    b_a = np.array([[50.0], [50.0], [0.0], [50.0]])
    X, zero = filled(1, 7, 3), np.zeros((1, 3))
    _, cache = lw.lstm_forward(X, zero, zero, W_ax, np.zeros((4, 1)), b_a)
    np.testing.assert_allclose(cache[-1], np.tanh(X / 2).sum(axis=1))


def test_a_gradient_crosses_open_lstm_memory_without_loss():
    T = 100
    zero, b_a = np.zeros((1, 1)), np.array([[-50.0], [50.0], [0.0], [50.0]])
    X, W = np.zeros((1, T, 1)), np.zeros((4, 1))
    A, cache = lw.lstm_forward(X, zero, zero, W, W, b_a)
    dA = np.zeros_like(A)
    dA[:, -1] = 1.0
    _, _, dc0, *_ = lw.lstm_backward(dA, cache)
    np.testing.assert_allclose(dc0, 1.0, rtol=1e-12)


def test_the_two_gru_forms_agree_when_nothing_is_reset():
    X, a0, W_ax, W_aa, b_a = inputs(3, 1, 3, 2, 5, 4, biases=4)
    W_ax[:2], W_aa[:2], b_a[:2], b_a[6:] = 0.0, 0.0, 50.0, 0.0  # r = 1
    before, _ = lw.gru_forward(X, a0, W_ax, W_aa, b_a[:6])
    after, _ = lw.gru_forward(X, a0, W_ax, W_aa, b_a, reset_after=True)
    np.testing.assert_allclose(after, before, atol=1e-12)


def test_the_two_gru_forms_differ_in_general():
    X, a0, W_ax, W_aa, b_a = inputs(3, 1, 3, 2, 5, 4, biases=4)
    before, _ = lw.gru_forward(X, a0, W_ax, W_aa, b_a[:6])
    after, _ = lw.gru_forward(X, a0, W_ax, W_aa, b_a, reset_after=True)
    assert np.abs(after - before).max() > 0.1


LAYERS = {
    "RNN": lw.RNN,
    "relu RNN": lambda *n, **o: lw.RNN(*n, activation="relu", **o),
    "LSTM": lw.LSTM,
    "GRU": lw.GRU,
    "GRU, reset after": lambda *n, **o: lw.GRU(*n, reset_after=True, **o),
}
every_layer = pytest.mark.parametrize("build", LAYERS.values(), ids=LAYERS)


def built(build, **options):
    return build(3, 2, rng=np.random.default_rng(0), **options)


@every_layer
def test_the_last_state_and_its_gradient_are_those_of_the_sequence(build):
    whole, last = built(build), built(build, last_only=True)
    X = filled(3, 5, 4)
    A, a = whole.forward(X), last.forward(X)
    np.testing.assert_array_equal(a, A[:, -1])
    dA = np.zeros_like(A)
    dA[:, -1] = filled(2, 4, seed=1)
    dX = whole.backward(dA)
    np.testing.assert_array_equal(last.backward(dA[:, -1].copy()), dX)
    for name, gradient in whole.grads.items():
        np.testing.assert_array_equal(last.grads[name], gradient)


@every_layer
def test_a_layer_carries_on_from_the_states_it_is_given(build):
    whole, parts = built(build), built(build)
    X = filled(3, 6, 4)
    A = whole.forward(X)
    first = parts.forward(X[:, :2]).copy()
    parts.start = parts.end
    np.testing.assert_allclose(
        np.hstack([first, parts.forward(X[:, 2:])]), A, atol=1e-12
    )
    for state, end in zip(parts.end, whole.end, strict=True):
        np.testing.assert_allclose(state, end, atol=1e-12)


@every_layer
def test_a_layer_gives_the_gradient_of_its_first_states(build):
    layer = built(build)
    layer.forward(filled(3, 3, 4))
    layer.start = tuple(filled(2, 4, seed=i) for i in range(len(layer.end)))
    dA = filled(2, 3, 4, seed=9)
    layer.forward(filled(3, 3, 4))
    layer.backward(dA)
    d_start, start = layer.d_start, layer.start
    for i, analytic in enumerate(d_start):

        def cost(state, i=i):
            layer.start = (*start[:i], state, *start[i + 1 :])
            return (dA * layer.forward(filled(3, 3, 4))).sum()

        measured = lw.numerical_gradient(cost, start[i])
        assert lw.gradient_error(analytic, measured) < 1e-7


@every_layer
@pytest.mark.parametrize(
    "shape, cause",
    [
        ((3, 0, 4), "T = 0: a sequence needs at least one step"),
        ((4, 5, 3), r"features last\? .*X.transpose\(2, 1, 0\)"),
        ((3, 5), r"one sequence\? Then pass X\[:, :, np.newaxis\]"),
        ((2, 5, 4), r"expected \(n_x, T, m\) = \(3, T, m\)"),
    ],
)
def test_a_wrong_sequence_is_refused_with_its_likely_cause(
    build, shape, cause
):
    with pytest.raises(lw.ShapeError, match=cause):
        built(build).forward(np.zeros(shape))


@every_layer
def test_a_first_state_of_the_wrong_shape_is_refused(build):
    layer = built(build)
    layer.start = (np.zeros((4, 2)),) * 2
    with pytest.raises(lw.ShapeError, match=r"\(n_a, m\) = \(2, 4\)"):
        layer.forward(np.zeros((3, 5, 4)))


def test_the_forget_gate_of_a_new_lstm_stands_half_open():
    b_a = built(lw.LSTM).params["b_a"]
    np.testing.assert_array_equal(b_a[:, 0], [0, 0, 1, 1, 0, 0, 0, 0])
