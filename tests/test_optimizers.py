"""Update rules against hand-made numbers, classes against their rules."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from layerwise import optimizers as o
from layerwise.shapes import ShapeError

RULES = [
    (o.GradientDescent, o.descent_update, 0, {}),
    (o.Momentum, o.momentum_update, 1, {"beta": 0.8}),
    (o.Momentum, o.momentum_update, 1, {"beta": 0.8, "form": "sum"}),
    (o.Nesterov, o.nesterov_update, 1, {"beta": 0.8}),
    (o.Nesterov, o.nesterov_update, 1, {"beta": 0.8, "form": "sum"}),
    (o.AdaGrad, o.adagrad_update, 1, {"epsilon": 1e-3}),
    (o.RMSProp, o.rmsprop_update, 1, {"rho": 0.8, "epsilon": 1e-3}),
    (o.AdaDelta, o.adadelta_update, 2, {"rho": 0.8, "epsilon": 1e-3}),
    (o.Adam, o.adam_update, 2, {"beta1": 0.7, "beta2": 0.8, "epsilon": 0.1}),
]
CLASSES = sorted({case[0] for case in RULES}, key=lambda c: c.__name__)


def walk(rule, w, gradients, memories, **options):
    """Follow a pure rule over given gradients."""
    memory = [np.zeros_like(w) for _ in range(memories)]
    for t, g in enumerate(gradients, 1):
        counted = (t,) if rule is o.adam_update else ()
        new = rule(w, g, *memory, *counted, **options)
        w, *memory = new if memories else (new,)
    return w


# The rules.


def test_descent_steps_against_the_slope():
    w = np.array([1.0, -1.0])
    new = o.descent_update(w, np.array([2.0, -4.0]), learning_rate=0.25)
    assert new.tolist() == [0.5, 0.0]
    assert w.tolist() == [1.0, -1.0]


@pytest.mark.parametrize("rule", [o.momentum_update, o.nesterov_update])
@pytest.mark.parametrize("form", ["mean", "sum"])
def test_momentum_without_memory_is_descent(rule, form):
    w, g, v = np.array([[1.0, 2.0], [0.5, -3.0], [7.0, 9.0]])
    new, _ = rule(w, g, v, learning_rate=0.1, beta=0.0, form=form)
    assert np.array_equal(new, o.descent_update(w, g, learning_rate=0.1))


@pytest.mark.parametrize("share, form", [(0.1, "mean"), (1.0, "sum")])
def test_momentum_weighs_a_gradient_k_steps_ago_with_beta_to_the_k(
    share, form
):
    v = np.zeros(1)
    for g in (1.0, 0.0, 0.0, 0.0):
        _, v = o.momentum_update(
            0.0, g, v, learning_rate=1.0, beta=0.9, form=form
        )
    assert v[0] == pytest.approx(share * 0.9**3, rel=1e-14)


@pytest.mark.parametrize("rule", [o.momentum_update, o.nesterov_update])
def test_the_sum_walks_like_the_mean_at_a_longer_rate(rule):
    w = np.array([1.0, -2.0])
    gradients = np.random.default_rng(0).standard_normal((10, 2))
    mean = walk(rule, w, gradients, 1, learning_rate=0.5, beta=0.8)
    summed = walk(
        rule, w, gradients, 1, learning_rate=0.1, beta=0.8, form="sum"
    )
    assert np.allclose(mean, summed, rtol=1e-13)


def test_nesterov_is_the_gradient_where_the_velocity_leads():
    """The look-ahead form, written as in Nesterov's paper, in other places."""
    slope = np.array([1.0, 25.0])  # of u^2 / 2 + 25 v^2 / 2
    rate, beta = 0.02, 0.9
    ours, v = np.array([1.0, 1.0]), np.zeros(2)
    place, velocity = np.array([1.0, 1.0]), np.zeros(2)
    for _ in range(10):
        ahead = place - rate * beta * velocity
        velocity = beta * velocity + slope * ahead
        place = place - rate * velocity
        ours, v = o.nesterov_update(
            ours, slope * ours, v, learning_rate=rate, beta=beta, form="sum"
        )
        assert np.allclose(ours, place - rate * beta * velocity, rtol=1e-12)


def test_adagrad_divides_by_the_root_of_the_sum_of_squares():
    w = walk(
        o.adagrad_update,
        np.zeros(1),
        np.array([[3.0], [4.0]]),
        1,
        learning_rate=1.0,
        epsilon=0.0,
    )
    assert w[0] == pytest.approx(-3 / 3 - 4 / 5)


def test_rmsprop_forgets_a_large_gradient_and_adagrad_does_not():
    gradients = np.array([[1000.0]] + [[1.0]] * 300)
    options = {"learning_rate": 1.0, "epsilon": 0.0}

    def last_step(rule, **more):
        before = walk(rule, np.zeros(1), gradients[:-1], 1, **options, **more)
        after = walk(rule, np.zeros(1), gradients, 1, **options, **more)
        return abs(after - before)[0]

    assert last_step(o.adagrad_update) < 0.0011
    assert last_step(o.rmsprop_update, rho=0.9) == pytest.approx(1, rel=1e-3)


def test_adadelta_takes_its_first_two_steps_as_by_hand():
    s = 0.1 * 9
    first = math.sqrt(0.01) / math.sqrt(s + 0.01) * 3
    s = 0.9 * s + 0.1 * 4
    second = math.sqrt(0.1 * first**2 + 0.01) / math.sqrt(s + 0.01) * 2
    w = walk(
        o.adadelta_update,
        np.zeros(1),
        np.array([[3.0], [2.0]]),
        2,
        rho=0.9,
        epsilon=0.01,
    )
    assert w[0] == pytest.approx(-first - second, rel=1e-14)


@pytest.mark.parametrize("g", [1e-6, 1.0, -1e6])
def test_adams_first_step_is_as_long_as_the_rate(g):
    w, _, _ = o.adam_update(0.0, g, 0.0, 0.0, 1, learning_rate=0.1, epsilon=0)
    assert w == pytest.approx(-math.copysign(0.1, g), rel=1e-12)


def test_adam_takes_its_first_three_steps_as_by_hand():
    """Gradients 1, 2, -1 with betas 1/2 and 3/4, all in small fractions."""
    steps = [
        (1 / 2) / (1 / 2) / math.sqrt((1 / 4) / (1 / 4)),
        (5 / 4) / (3 / 4) / math.sqrt((19 / 16) / (7 / 16)),
        (1 / 8) / (7 / 8) / math.sqrt((73 / 64) / (37 / 64)),
    ]
    w = walk(
        o.adam_update,
        np.zeros(1),
        np.array([[1.0], [2.0], [-1.0]]),
        2,
        learning_rate=1.0,
        beta1=0.5,
        beta2=0.75,
        epsilon=0.0,
    )
    assert w[0] == pytest.approx(-sum(steps), rel=1e-14)


# The classes.


@pytest.mark.parametrize("kind, rule, memories, options", RULES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 5), (1, 70001), (256, 257)])
def test_a_class_walks_as_its_rule(kind, rule, memories, options, shape):
    rng = np.random.default_rng(1)
    start = np.array(rng.standard_normal(shape))
    gradients = rng.standard_normal((10, *shape))
    params = {"W1": start.copy()}
    optimizer = kind(0.05, **options)
    for g in gradients:
        optimizer.step(params, {"W1": np.array(g)})
    wanted = walk(
        rule, start, gradients, memories, learning_rate=0.05, **options
    )
    assert np.allclose(params["W1"], wanted, rtol=1e-12, atol=1e-13)
    assert optimizer.steps == 10


@pytest.mark.parametrize("kind", CLASSES)
def test_a_step_updates_in_place_and_leaves_gradients_alone(kind):
    w, g = np.ones((2, 3)), np.full((2, 3), 0.5)
    params = {"W1": w}
    kind().step(params, {"W1": g, "unused": g})
    assert params["W1"] is w
    assert (w < 1).all()
    assert (g == 0.5).all()


@pytest.mark.parametrize("kind", CLASSES)
def test_float32_stays_float32_in_the_memory_too(kind):
    params = {"W1": np.ones((2, 3), np.float32)}
    optimizer = kind(np.float64(0.1))
    optimizer.step(params, {"W1": np.ones((2, 3), np.float32)})
    arrays = [params["W1"], *optimizer.state["W1"][: kind.remembers]]
    assert {a.dtype for a in arrays} == {np.dtype(np.float32)}


@pytest.mark.parametrize("kind", CLASSES)
def test_one_flat_vector_walks_as_its_parts(kind):
    rng = np.random.default_rng(2)
    flat = rng.standard_normal(40000)
    parts = {"W1": flat[:39000].reshape(39, -1).copy(), "b1": flat[39000:]}
    parts["b1"] = parts["b1"].copy()
    one, many = kind(), kind()
    for _ in range(3):
        g = rng.standard_normal(40000)
        one.step({"flat": flat}, {"flat": g})
        many.step(parts, {"W1": g[:39000].reshape(39, -1), "b1": g[39000:]})
    assert np.allclose(flat[:39000], parts["W1"].ravel(), rtol=1e-13)
    assert np.allclose(flat[39000:], parts["b1"], rtol=1e-13)


@pytest.mark.parametrize("kind", CLASSES)
def test_a_transposed_view_is_updated_too(kind):
    w = np.ones((300, 200))
    rows, columns = {"W1": w.copy()}, {"W1": w.T}
    kind().step(rows, {"W1": np.ones((300, 200))})
    kind().step(columns, {"W1": np.ones((200, 300))})
    assert np.array_equal(rows["W1"], w)


@pytest.mark.parametrize("kind", [k for k in CLASSES if k is not o.AdaDelta])
@pytest.mark.parametrize("start", [-3.0, 0.5, 2.0])
def test_every_optimizer_comes_down_a_parabola(kind, start):
    """Not AdaDelta: it measures its first steps in thousandths."""
    params = {"w": np.array([start])}
    optimizer = kind(o.cosine_decay(0.3, steps=300))
    for _ in range(300):
        optimizer.step(params, {"w": params["w"].copy()})
    assert abs(params["w"][0]) < 0.05 * abs(start)


def test_a_parameter_that_joins_late_is_corrected_from_its_own_first_step():
    optimizer = o.Adam(0.1)
    frozen, late = np.zeros(1), np.zeros(1)
    for _ in range(50):
        optimizer.step({"W1": frozen}, {"W1": np.ones(1)})
    optimizer.step({"W2": late}, {"W2": np.ones(1)})
    assert late[0] == pytest.approx(-0.1)


def test_a_schedule_is_read_at_every_step_from_zero():
    seen = []

    def schedule(step):
        seen.append(step)
        return 0.5 if step < 2 else 0.0

    params = {"w": np.zeros(1)}
    optimizer = o.GradientDescent(schedule)
    for _ in range(4):
        optimizer.step(params, {"w": np.ones(1)})
    assert seen == [0, 1, 2, 3]
    assert params["w"][0] == -1.0


# Schedules and clipping.


def test_step_decay_is_exponential_decay_at_every_stair():
    stairs = o.step_decay(1.0, every=5, factor=0.3)
    slope = o.exponential_decay(1.0, every=5, factor=0.3)
    assert [stairs(t) for t in (0, 5, 10)] == pytest.approx(
        [slope(t) for t in (0, 5, 10)]
    )
    assert stairs(4) == 1.0 > slope(4) > slope(5)


def test_cosine_decay_falls_from_the_first_rate_to_the_last_and_stays():
    rate = o.cosine_decay(1.0, steps=8, final=0.2)
    rates = [rate(t) for t in range(12)]
    assert rates[0] == 1.0
    assert rates[4] == pytest.approx(0.6)
    assert rates[8:] == pytest.approx([0.2] * 4)
    assert rates[:9] == sorted(set(rates), reverse=True)


def test_a_warm_up_rises_evenly_and_then_follows_the_schedule_it_was_given():
    after = o.step_decay(1.0, every=6)
    rate = o.warm_up(after, steps=4)
    assert [rate(t) for t in range(8)] == [
        0.25, 0.5, 0.75, 1.0, 1.0, 1.0, 0.5, 0.5,
    ]  # fmt: skip


def test_clipping_by_norm_keeps_the_direction_and_by_value_does_not():
    grads = {"W1": np.array([[3.0]]), "b1": np.array([[4.0]])}
    by_norm = o.clip_by_norm(grads, 1.0)
    by_value = o.clip_by_value(grads, 1.0)
    assert by_norm["W1"] == pytest.approx(0.6)
    assert by_norm["b1"] == pytest.approx(0.8)
    assert (by_value["W1"], by_value["b1"]) == (1.0, 1.0)
    assert grads["W1"] == 3.0


def test_clipping_by_value_cuts_both_ends():
    g = {"W1": np.array([-7.0, -0.5, 0.5, 7.0])}
    assert o.clip_by_value(g, 2)["W1"].tolist() == [-2.0, -0.5, 0.5, 2.0]


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6),
    st.floats(1e-3, 1e3),
)
def test_clipping_by_norm_shortens_only_what_is_longer(entries, limit):
    g = np.array(entries)
    clipped = o.clip_by_norm({"a": g[:2], "b": g[2:]}, limit)
    joined = np.concatenate([clipped["a"], clipped["b"]])
    length = np.linalg.norm(g)
    assert np.linalg.norm(joined) == pytest.approx(min(length, limit))
    assert np.allclose(joined * length, g * np.linalg.norm(joined))


def test_clipping_takes_huge_float32_gradients_and_returns_float32():
    clipped = o.clip_by_norm({"W1": np.full(4, 1e30, np.float32)}, 1.0)
    assert clipped["W1"].dtype == np.float32
    assert clipped["W1"] == pytest.approx(0.5)


def test_clipping_leaves_zero_gradients_zero_and_returns_new_arrays():
    g = np.zeros(3)
    clipped = o.clip_by_norm({"W1": g}, 1.0)["W1"]
    assert clipped.tolist() == [0, 0, 0]
    assert not np.shares_memory(clipped, g)


# Errors teach.


@pytest.mark.parametrize(
    "params, grads, error, words",
    [
        (np.ones(2), None, KeyError, "no gradient for 'W1'. Was backward"),
        (np.ones(2), np.ones(3), ShapeError, r"shape \(3,\), expected \(2,\)"),
        (np.ones(2, int), np.ones(2), TypeError, "W1 has dtype int64"),
        (np.ones(2), np.ones(2, int), TypeError, "gradient of W1 has dtype"),
        (np.ones(2), np.array([1, np.nan]), ValueError, "1 entries .* NaN"),
        (np.float64(1), np.ones(()), TypeError, "W1 is a float64. An opt"),
    ],
)
def test_a_step_that_cannot_be_taken_says_why(params, grads, error, words):
    given_grads = {} if grads is None else {"W1": grads}
    with pytest.raises(error, match=words):
        o.Adam().step({"W1": params}, given_grads)


def test_a_gradient_of_another_shape_is_refused_at_any_step():
    optimizer = o.GradientDescent()
    optimizer.step({"W1": np.ones((2, 3))}, {"W1": np.ones((2, 3))})
    with pytest.raises(ShapeError, match=r"expected \(2, 3\)"):
        optimizer.step({"W1": np.ones((2, 3))}, {"W1": np.ones((1, 3))})


def test_an_optimizer_does_not_serve_two_networks():
    optimizer = o.Momentum()
    optimizer.step({"W1": np.ones((2, 3))}, {"W1": np.ones((2, 3))})
    with pytest.raises(ShapeError, match="an optimizer of its own"):
        optimizer.step({"W1": np.ones((2, 1))}, {"W1": np.ones((2, 1))})


@pytest.mark.parametrize("rate", [-0.1, math.nan, math.inf])
def test_an_impossible_rate_is_refused_also_from_a_schedule(rate):
    with pytest.raises(ValueError, match="a learning rate is 0 or more"):
        o.GradientDescent(rate)
    optimizer = o.GradientDescent(lambda step: rate)
    with pytest.raises(ValueError, match="a learning rate is 0 or more"):
        optimizer.step({"w": np.ones(1)}, {"w": np.ones(1)})


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: o.Momentum(beta=1.0), "beta says how much of the past"),
        (lambda: o.RMSProp(rho=-0.1), "rho says how much of the past"),
        (lambda: o.Adam(beta2=1.5), "beta2 says how much of the past"),
        (lambda: o.Nesterov(form="heavy"), "form is 'mean' or 'sum'"),
        (lambda: o.clip_by_norm({}, 0), "limit must be positive, got 0"),
        (lambda: o.clip_by_value({}, -1), "limit must be positive, got -1"),
    ],
)
def test_impossible_settings_are_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_clipping_says_when_it_comes_too_late():
    with pytest.raises(ValueError, match="clipping comes too late"):
        o.clip_by_norm({"W1": np.array([np.nan])}, 1.0)
