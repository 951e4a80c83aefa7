"""The contract of every ``*_forward`` / ``*_backward`` pair of the library.

The pairs are found by name in every numeric module, so that none escapes.
The laws are functions of a pair and its case; at the end of the file they
meet pairs with planted errors and must refuse each of them.
"""

import importlib
import inspect
import itertools
import pkgutil
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import layerwise as lw
from pairs import CASES, LAWS, Case, sums

NOT_NUMERIC = {"cli", "listing", "plots", "datasets"}


def find_pairs():
    """Map each kind to its forward and backward, None where one lacks."""
    found = {}
    for info in pkgutil.iter_modules(lw.__path__):
        if info.ispkg or info.name in NOT_NUMERIC:
            continue
        module = importlib.import_module(f"layerwise.{info.name}")
        for name, function in vars(module).items():
            kind, _, way = name.rpartition("_")
            if way not in ("forward", "backward") or name.startswith("_"):
                continue
            if function.__module__ == module.__name__:
                found.setdefault(kind, {})[way] = function
    return {
        kind: (pair.get("forward"), pair.get("backward"))
        for kind, pair in found.items()
    }


PAIRS = find_pairs()
every_pair = pytest.mark.parametrize("name", sorted(PAIRS))


def law(name):
    """Run a law for every pair, but for those whose case is exempt."""

    def wrap(check):
        held_to_it = [
            kind
            for kind in sorted(PAIRS)
            if kind not in CASES or name not in CASES[kind].exempt
        ]

        @pytest.mark.parametrize("name", held_to_it)
        def test(name):
            if name not in CASES:
                pytest.fail(f"tests/pairs.py has no case for {name}")
            check(*PAIRS[name], CASES[name])

        return test

    return wrap


def run(forward, backward, inputs, options, d_out=None, seed=1):
    """One forward and one backward pass with a random upstream gradient."""
    out, cache = forward(*inputs, **fresh(options))
    if d_out is None:
        d_out = np.random.default_rng(seed).standard_normal(np.shape(out))
        d_out = np.asarray(d_out, dtype=np.asarray(out).dtype)
    gradients = backward(d_out, cache)
    if not isinstance(gradients, tuple):
        gradients = (gradients,)
    return out, gradients, d_out


def fresh(options):
    """Options whose generators start again: equal calls, equal draws."""
    return {
        name: np.random.default_rng(7)
        if isinstance(value, np.random.Generator)
        else value
        for name, value in options.items()
    }


def as_dtype(values, dtype):
    def cast(value):
        is_float = isinstance(value, np.ndarray) and value.dtype.kind == "f"
        return value.astype(dtype) if is_float else value

    if isinstance(values, dict):
        return {name: cast(value) for name, value in values.items()}
    return tuple(cast(value) for value in values)


def permuted(case, inputs, options, order):
    inputs = tuple(
        x[..., order] if i in case.examples else x
        for i, x in enumerate(inputs)
    )
    options = {
        name: x[..., order] if name in case.per_example else x
        for name, x in options.items()
    }
    return inputs, options


# The laws.


def match_inputs(forward, backward, case):
    for dtype in (np.float64, np.float32):
        for m in (1, 5):
            inputs, options = case.drawn(m=m)
            inputs = as_dtype(inputs, dtype)
            options = as_dtype(options, dtype)
            out, gradients, _ = run(forward, backward, inputs, options)
            assert np.asarray(out).dtype == dtype
            assert len(gradients) == len(inputs)
            for x, dx in zip(inputs, gradients, strict=True):
                assert dx.shape == x.shape
                assert dx.dtype == dtype


def leave_arguments_alone(forward, backward, case):
    inputs, options = case.drawn()
    arrays = [*inputs, *options.values()]
    arrays = [a for a in arrays if isinstance(a, np.ndarray)]
    before = [a.copy() for a in arrays]
    out, cache = forward(*inputs, **fresh(options))
    out_before = np.copy(out)
    d_out = np.random.default_rng(1).standard_normal(np.shape(out))
    d_before = d_out if np.isscalar(d_out) else d_out.copy()
    backward(d_out, cache)
    for array, kept in zip(arrays, before, strict=True):
        np.testing.assert_array_equal(array, kept)
    np.testing.assert_array_equal(out, out_before)
    np.testing.assert_array_equal(d_out, d_before)


def give_the_same_twice(forward, backward, case):
    inputs, options = case.drawn()
    out, cache = forward(*inputs, **fresh(options))
    d_out = np.random.default_rng(1).standard_normal(np.shape(out))
    first, second = backward(d_out, cache), backward(d_out, cache)
    if not isinstance(first, tuple):
        first, second = (first,), (second,)
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)
    again, _ = forward(*inputs, **fresh(options))
    np.testing.assert_array_equal(out, again)


def never_alias(forward, backward, case):
    inputs, options = case.drawn()
    out, gradients, d_out = run(forward, backward, inputs, options)
    given_in = [*inputs, *options.values(), d_out]
    given_in = [a for a in given_in if isinstance(a, np.ndarray)]
    for result in (out, *gradients):
        assert not any(np.shares_memory(result, a) for a in given_in)
    for i, a in enumerate(gradients):
        assert not any(np.shares_memory(a, b) for b in gradients[:i])


def are_linear_upstream(forward, backward, case):
    inputs, options = case.drawn()
    _, one, d_one = run(forward, backward, inputs, options, seed=1)
    _, two, d_two = run(forward, backward, inputs, options, seed=2)
    mixed = 3.0 * d_one - 0.5 * d_two
    _, both, _ = run(forward, backward, inputs, options, d_out=mixed)
    for a, b, c in zip(one, two, both, strict=True):
        np.testing.assert_allclose(3.0 * a - 0.5 * b, c, atol=1e-12)


def commute_with_permutation(forward, backward, case):
    inputs, options = case.drawn(m=5)
    order = np.array([3, 0, 4, 2, 1])
    out, gradients, d_out = run(forward, backward, inputs, options)
    inputs, options = permuted(case, inputs, options, order)
    out_p, gradients_p, _ = run(
        forward, backward, inputs, options, d_out[..., order]
    )
    np.testing.assert_allclose(out_p, out[..., order], atol=1e-12)
    for i, (a, b) in enumerate(zip(gradients, gradients_p, strict=True)):
        expected = a[..., order] if i in case.examples else a
        np.testing.assert_allclose(b, expected, atol=1e-12)


def ignore_permutation(forward, backward, case):
    inputs, options = case.drawn(m=5)
    order = np.array([3, 0, 4, 2, 1])
    J, gradients, dJ = run(forward, backward, inputs, options)
    inputs, options = permuted(case, inputs, options, order)
    J_p, gradients_p, _ = run(forward, backward, inputs, options, dJ)
    np.testing.assert_allclose(J_p, J, atol=1e-12)
    for i, (a, b) in enumerate(zip(gradients, gradients_p, strict=True)):
        expected = a[..., order] if i in case.examples else a
        np.testing.assert_allclose(b, expected, atol=1e-12)


def pass_the_gradient_check(forward, backward, case):
    for seed, m in ((0, 1), (1, 3)):
        inputs, options = case.drawn(seed=seed, m=m)

        def repeatable(*args, options=options):
            return forward(*args, **fresh(options))

        rng = np.random.default_rng(seed + 10)
        error = lw.gradient_check(repeatable, backward, *inputs, rng=rng)
        assert error < 1e-7


def survive_extremes(forward, backward, case):
    for dtype in (np.float64, np.float32):
        inputs, options = case.drawn()
        options = as_dtype(options, dtype)
        signs = np.random.default_rng(0)
        extreme = tuple(
            1000.0 * signs.choice([-1.0, 1.0], np.shape(x))
            if i in case.examples
            else x
            for i, x in enumerate(inputs)
        )
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            out, gradients, _ = run(
                forward, backward, as_dtype(extreme, dtype), options
            )
        for result in (out, *gradients):
            assert np.isfinite(result).all()


# Every pair obeys them.


@every_pair
def test_every_pair_is_whole_public_and_has_a_case(name):
    forward, backward = PAIRS[name]
    assert forward is not None, f"{name}_backward has no {name}_forward"
    assert backward is not None, f"{name}_forward has no {name}_backward"
    for function in (forward, backward):
        assert getattr(lw, function.__name__) is function
    assert name in CASES, f"add a case for {name} to tests/pairs.py"


def test_every_case_has_a_pair_and_exempts_known_laws_only():
    assert set(CASES) <= set(PAIRS)
    for case in CASES.values():
        assert set(case.exempt) <= set(LAWS)


@every_pair
def test_what_stands_before_the_star_gets_a_gradient(name):
    forward, backward = PAIRS[name]
    inputs, _ = CASES[name].drawn()
    kinds = [p.kind for p in inspect.signature(forward).parameters.values()]
    assert kinds.count(inspect.Parameter.KEYWORD_ONLY) == len(kinds) - len(
        inputs
    )
    assert list(inspect.signature(backward).parameters)[1] == "cache"


test_gradients_match_inputs = law("shapes")(match_inputs)
test_arguments_stay_as_they_are = law("purity")(leave_arguments_alone)
test_a_second_call_gives_the_same = law("repeat")(give_the_same_twice)
test_results_share_no_memory = law("aliasing")(never_alias)
test_backward_is_linear = law("linearity")(are_linear_upstream)
test_examples_are_independent = law("permutation")(commute_with_permutation)
test_costs_ignore_the_order = law("invariance")(ignore_permutation)
test_gradients_agree_with_slopes = law("gradient")(pass_the_gradient_check)
test_extremes_stay_finite = law("extremes")(survive_extremes)


sizes = st.integers(1, 4)


@given(sizes, sizes, sizes, st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_affine_holds_for_all_small_shapes(n_prev, n, m, seed):
    rng = np.random.default_rng(seed)
    shapes = (n_prev, m), (n, n_prev), (n, 1)
    inputs = [rng.standard_normal(shape) for shape in shapes]
    error = lw.gradient_check(
        lw.affine_forward, lw.affine_backward, *inputs, rng=rng
    )
    assert error < 1e-7


@pytest.mark.parametrize(
    "name", ["sigmoid", "tanh", "relu", "leaky_relu", "elu", "softmax"]
)
@given(sizes, sizes, st.integers(0, 99))
@settings(max_examples=15, deadline=None)
def test_activations_hold_for_all_small_shapes(name, n, m, seed):
    rng = np.random.default_rng(seed)
    Z = rng.standard_normal((n, m))
    Z += np.copysign(0.05, Z)
    assert lw.gradient_check(*PAIRS[name], Z, rng=rng) < 1e-7


# The laws are tested too: each must refuse a pair with an error planted.


def planted(gradient=None, out=None):
    """Tanh with its results passed through an error."""

    def forward(Z):
        A, cache = lw.tanh_forward(Z)
        return (A if out is None else out(A, Z)), (cache, Z)

    def backward(dA, cache):
        A, Z = cache
        dZ = lw.tanh_backward(dA, A)
        return dZ if gradient is None else gradient(dZ, dA, Z)

    return forward, backward


def spoil(array):
    array[0, 0] += 1.0
    return array.copy()


def first_column_only(dZ, dA, Z):
    return dZ[:, :1] + np.zeros_like(dZ)


CALLS = itertools.count()

REFUSED = {
    "scaled by 1.001": (
        pass_the_gradient_check,
        planted(lambda dZ, dA, Z: 1.001 * dZ),
    ),
    "zero": (pass_the_gradient_check, planted(lambda dZ, dA, Z: 0.0 * dZ)),
    "term dropped": (pass_the_gradient_check, planted(lambda dZ, dA, Z: dA)),
    "nan": (pass_the_gradient_check, planted(lambda dZ, dA, Z: dZ * np.nan)),
    "transposed": (match_inputs, planted(lambda dZ, dA, Z: dZ.T)),
    "one too many": (match_inputs, planted(lambda dZ, dA, Z: (dZ, dZ))),
    "float64 out": (
        match_inputs,
        planted(lambda dZ, dA, Z: dZ.astype(np.float64)),
    ),
    "upcast forward": (match_inputs, planted(out=lambda A, Z: A * np.ones(1))),
    "gradient written upstream": (
        leave_arguments_alone,
        planted(lambda dZ, dA, Z: spoil(dA)),
    ),
    "input overwritten": (
        leave_arguments_alone,
        planted(out=lambda A, Z: spoil(Z)),
    ),
    "hands back its input": (never_alias, planted(out=lambda A, Z: Z)),
    "hands back upstream": (never_alias, planted(lambda dZ, dA, Z: dA)),
    "not linear": (
        are_linear_upstream,
        planted(lambda dZ, dA, Z: np.clip(dZ, -0.1, 0.1)),
    ),
    "examples mixed": (
        commute_with_permutation,
        planted(first_column_only),
    ),
    "forward mixes examples": (
        commute_with_permutation,
        planted(out=lambda A, Z: A - A[:, :1]),
    ),
    "order counts": (
        ignore_permutation,
        (
            lambda A, *, Y: ((A - Y)[0, 0] ** 2, (A, Y)),
            lambda dJ, cache: dJ * 2 * (cache[0] - cache[1]),
        ),
    ),
    "overflow": (
        survive_extremes,
        (
            lambda Z: (1 / (1 + np.exp(-Z)), 1 / (1 + np.exp(-Z))),
            lw.sigmoid_backward,
        ),
    ),
    "remembers": (
        give_the_same_twice,
        planted(lambda dZ, dA, Z: dZ + next(CALLS)),
    ),
}


@pytest.mark.parametrize("error", REFUSED)
def test_the_contract_refuses_a_planted_error(error):
    refuse, pair = REFUSED[error]
    case = Case(sums)
    if error == "order counts":
        case = CASES["mean_squared_error"]
    refused = (AssertionError, ValueError, RuntimeWarning)
    with pytest.raises(refused):
        refuse(*pair, case)


def test_the_contract_accepts_the_same_pair_without_an_error():
    pair, case = planted(), Case(sums)
    for accept in {check for check, _ in REFUSED.values()}:
        if accept is not ignore_permutation:
            accept(*pair, case)
