"""The detectors recognize families that no spec lists."""

import numpy as np
import pytest
import samples

from layerwise.exercises.answer import Answer
from layerwise.exercises.calling import LocalCaller
from layerwise.exercises.detectors import outside_names
from layerwise.exercises.examiner import examine
from layerwise.exercises.spec import choice, exercise, mistake, scored


def spec_of(reference, call, draw, **more):
    """A spec without any mistake: only the detectors can speak."""
    return exercise(
        "01.1",
        "A family",
        points=10,
        kind="implement",
        calls=[call],
        reference=reference,
        draw=draw,
        read="Here",
        **more,
    )


AFFINE = spec_of(
    samples.affine.functions["affine_backward"].reference,
    "dA_prev, dW, db = affine_backward(dZ, cache)",
    samples.drawn_affine,
    inside={"cache": ("A_prev", "W", "b")},
)
RELU = spec_of(
    samples.relu_backward,
    "dZ = relu_backward(dA, cache)",
    samples.drawn_relu,
    inside={"cache": ("Z",)},
)


def drawn_scores(rng):
    cases = [rng.normal(size=shape) for shape in ((3, 5), (4, 2), (3, 3))]
    cases.append(1000 * rng.normal(size=(4, 6)))
    return [(Z,) for Z in cases]


def softmax(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


SOFTMAX = spec_of(softmax, "A = softmax(Z)", drawn_scores)


def drawn_strides(rng):
    return [(rng.normal(size=(2, n)), s) for n, s in ((6, 1), (6, 2), (9, 3))]


STRIDE = spec_of(
    lambda X, stride: X[:, ::stride],
    "Y = every(X, stride)",
    drawn_strides,
)


def verdict_of(spec, answer, source=""):
    name = next(iter(spec.functions))
    caller = LocalCaller({name: answer}, spec.may_use, spec.budget_s)
    rng = np.random.default_rng(3)
    report = examine(spec, caller, rng, sources={name: source})
    return report.verdicts[0]


def affine(**changes):
    return samples._with(**changes)


def relu(change):
    return lambda dA, Z: change(np.where(Z > 0, dA, 0.0), dA, Z)


def changed_in_place(dA, Z):
    Z *= 1.0
    Z += 1.0
    return dA * (Z > 1.0)


CALLS = []


def other_every_time(dA, Z):
    CALLS.append(1)
    return dA * (Z > 0) * len(CALLS)


FAMILIES = [
    # D1: a constant ratio, with where the number comes from
    ("ratio", AFFINE, affine(dW=lambda dZ, A, W: dZ @ A.T * dZ.shape[1]),
     "exactly 5 times what it should be, and dZ has 5 columns"),
    ("ratio", AFFINE, affine(dW=lambda dZ, A, W: dZ @ A.T / dZ.shape[1]),
     "exactly 1/5 of what it should be"),
    ("ratio", AFFINE, affine(db=lambda dZ, A, W: dZ.sum(1, keepdims=True) * 2),
     "exactly 2 times"),
    ("sign", RELU, relu(lambda dZ, dA, Z: -dZ), "opposite sign"),
    ("ratio", RELU, relu(lambda dZ, dA, Z: dZ / 2), "exactly 1/2 times"),
    ("zero", AFFINE, affine(dA_prev=lambda dZ, A, W: 0 * (W.T @ dZ)),
     "dA_prev is zero everywhere"),
    # D2: transposed, also in a square table
    ("transposed", AFFINE, affine(dW=lambda dZ, A, W: A @ dZ.T),
     "dW lies on its side"),
    ("transposed", AFFINE, affine(dA_prev=lambda dZ, A, W: (W.T @ dZ).T * 3),
     "differs when it is turned back"),
    # D3: a sum over the wrong axis, over all, over none
    ("other axis", AFFINE, affine(db=lambda dZ, A, W: dZ.sum(0)),
     "one number per column"),
    ("lost axis", AFFINE, affine(db=lambda dZ, A, W: dZ.sum(1)),
     "has one axis, (3,), where (3, 1) is wanted"),
    ("total", AFFINE, affine(db=lambda dZ, A, W: dZ.sum()), "one number"),
    ("not summed", AFFINE, affine(db=lambda dZ, A, W: dZ),
     "5 values along an axis that should be gone"),
    ("one value", AFFINE,
     affine(db=lambda dZ, A, W: np.full((len(dZ), 1), dZ.sum())),
     "all entries of db are"),
    # D4: an outer product by broadcasting
    ("outer", AFFINE,
     affine(db=lambda dZ, A, W: dZ.sum(1, keepdims=True) - dZ.sum(1)),
     "db has grown to (3, 3)"),
    # D5: right only in a part
    ("subset", RELU, relu(lambda dZ, dA, Z: np.where(Z < 0, dA, dZ)),
     "where Z < 0: yours keeps dA there"),
    ("subset", RELU, relu(lambda dZ, dA, Z: np.where(Z == 0, dA, dZ)),
     "where Z = 0"),
    ("subset", SOFTMAX,
     lambda Z: np.hstack([softmax(Z)[:, :1], 0 * Z[:, 1:]]),
     "beyond the first column: yours is 0 there"),
    # D7: a changed argument
    ("mutation", RELU, changed_in_place, "changes its argument cache"),
    # D8: right for some sizes only
    ("sizes", STRIDE, lambda X, stride: X[:, : -(-X.shape[1] // stride)],
     "right when stride = 1"),
    ("sizes", AFFINE, affine(db=lambda dZ, A, W: dZ[:, :1]),
     "right when dZ has one column"),
    # D9: another answer every time
    ("repeat", RELU, other_every_time, "two calls with the same arguments"),
    # D10: nan in the extremes
    ("finite", SOFTMAX, lambda Z: np.exp(Z) / np.exp(Z).sum(0), "nan"),
    # D11: not linear in the gradient
    ("linear", RELU, lambda dA, Z: np.maximum(dA, 0) * (Z > -0.2) + 0.1 * dA,
     "with -dA in place of dA"),
    # D12: columns of shares, numbers that cannot be
    ("sums", SOFTMAX, lambda Z: softmax(Z.T * 0.5).T,
     "the columns of A should each add up to 1"),
    ("range", spec_of(lambda z: z**2 / (1 + z**2), "a = bump(z)",
                      lambda rng: [(rng.normal(size=20),) for _ in "ab"]),
     lambda z: z**3 / (1 + z**2), "can never be negative"),
    # and what an order of things gives away
    ("swapped", AFFINE,
     lambda dZ, c: samples._by_einsum(dZ, c)[1::-1]
     + samples._by_einsum(dZ, c)[2:], "in the place of dA_prev stands dW"),
    ("copied", RELU, lambda dA, Z: dA, "dZ is dA itself"),
    ("mirrored", SOFTMAX, lambda Z: softmax(Z)[::-1], "reverse order"),
    ("offset", SOFTMAX, lambda Z: softmax(Z) + 0.25, "too large by 0.25"),
    ("complement", SOFTMAX, lambda Z: 1 - softmax(Z), "add up to 1"),
    ("constant", SOFTMAX, lambda Z: np.full(Z.shape, 0.5),
     "is 0.5 whatever comes in"),
    ("summed away", RELU, relu(lambda dZ, dA, Z: dZ.sum(0, keepdims=True)),
     "an axis of 3 places is gone"),
    ("other size", AFFINE, affine(dA_prev=lambda dZ, A, W: 2 * W.T),
     "dA_prev has 3 columns, a size of W"),
    ("product", RELU, lambda dA, Z: dA @ (Z > 0).T, "multiplied as matrices"),
    ("layout", AFFINE, affine(dW=lambda dZ, A, W: (dZ @ A.T).ravel()),
     "the right numbers, laid out as (6,)"),
    ("empty", AFFINE, affine(dW=lambda dZ, A, W: (dZ @ A.T)[1:0]), "is empty"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("family", "spec", "answer", "fact"),
    FAMILIES,
    ids=[f"{i}-{family}" for i, (family, *_) in enumerate(FAMILIES)],
)
def test_a_family_is_recognized_without_a_spec(family, spec, answer, fact):
    verdict = verdict_of(spec, answer)
    assert verdict.family == family, verdict.wrong
    assert fact in verdict.wrong[0]
    assert verdict.think.endswith("?")
    assert len(verdict.wrong) == 1, verdict.wrong


def test_names_from_outside_are_seen_in_the_code():
    source = "def relu_backward(dA, cache):\n    return dA * (Z > 0) * m\n"
    assert outside_names(source) == ["Z", "m"]
    kept = np.ones((3, 5))

    def answer(dA, cache):
        slope = cache > 0
        return dA * slope * (kept if dA.shape == (3, 5) else dA)

    verdict = verdict_of(RELU, answer, source)
    assert verdict.family == "outside names"
    assert "reads Z and m" in verdict.wrong[0]
    assert (
        outside_names("def f(x):\n    y = [i for i in x]\n    return y") == []
    )
    assert outside_names("not python") == []


def test_code_that_fits_one_size_only_is_shown_with_its_own_line():
    verdict = verdict_of(RELU, lambda dA, Z: dA * (np.ones((3, 5)) > 0))
    assert verdict.family == "ValueError"
    assert "with dA (2, 4), Z (2, 4)" in verdict.wrong[0]


def test_two_independent_faults_are_both_told():
    spec = samples.affine
    both = samples._with(
        dW=lambda dZ, A, W: dZ @ A.T / dZ.shape[1],
        db=lambda dZ, A, W: dZ.mean(1),
    )
    verdict = verdict_of(spec, both)
    assert verdict.mistake == "averaged"
    assert len(verdict.wrong) == 2
    assert "5 times too small" in verdict.wrong[0]
    assert "one axis" in verdict.wrong[1]

    def one_is_in_place(dZ, cache):
        cache[2][:] = 0
        return samples._with(dA_prev=lambda dZ, A, W: -W.T @ dZ)(dZ, cache)

    verdict = verdict_of(AFFINE, one_is_in_place)
    assert "changes its argument cache" in verdict.wrong[-1]


def test_the_same_fault_in_two_quantities_is_told_once():
    both = samples._with(
        dW=lambda dZ, A, W: 3 * dZ @ A.T,
        db=lambda dZ, A, W: 3 * dZ.sum(1, keepdims=True),
    )
    verdict = verdict_of(AFFINE, both)
    assert verdict.wrong == (
        "every entry of dW is exactly 3 times what it should be (db too)",
    )


def test_a_consequence_is_not_told_as_a_second_fault():
    def draw(rng):
        return [(rng.normal(size=shape),) for shape in ((2, 3), (4, 1))]

    spec = spec_of(
        lambda X: {"double": 2 * X, "total": (2 * X).sum()},
        "chain(X)",
        draw,
        follows={"total": ("double",)},
    )
    verdict = verdict_of(
        spec, lambda X: {"double": 2 * X.T, "total": (2 * X).sum() + 1}
    )
    assert len(verdict.wrong) == 1
    assert "double lies on its side" in verdict.wrong[0]


def test_an_answer_that_ignores_its_arguments_earns_nothing():
    for answer in (
        lambda dA, Z: np.zeros_like(dA),
        lambda dA, Z: np.ones_like(dA),
        lambda dA, Z: np.full_like(dA, np.nan),
    ):
        assert verdict_of(RELU, answer).score == 0


def test_a_scalar_does_not_pass_by_broadcasting():
    spec = spec_of(
        lambda X: np.full(X.shape, 2.0),
        "Y = twos(X)",
        lambda rng: [(np.ones((2, 3)),), (np.ones((1, 1)),)],
    )
    assert verdict_of(spec, lambda X: 2.0).score < 10
    assert verdict_of(spec, lambda X: np.full((1, 3), 2.0)).score < 10
    assert verdict_of(spec, lambda X: np.full(X.shape, 2.0)).score == 10


def test_small_entries_count_beside_large_ones():
    spec = spec_of(
        lambda x: np.array([1e4, 1.0, 1e-2]) * x,
        "y = scale(x)",
        lambda rng: [(1.0,), (2.0,)],
    )
    assert verdict_of(spec, lambda x: np.array([1e4, 1.0, 1e-2]) * x).score
    off = verdict_of(spec, lambda x: np.array([1e4, 1.0, 1.01e-2]) * x)
    assert off.status != "right"


def test_float32_passes_and_wrong_dtypes_do_not_where_asked():
    assert verdict_of(RELU, relu(lambda dZ, dA, Z: np.float32(dZ))).score == 10
    strict = spec_of(
        samples.relu_backward,
        "dZ = relu_backward(dA, cache)",
        samples.drawn_relu,
        dtype=True,
    )
    verdict = verdict_of(strict, relu(lambda dZ, dA, Z: np.float32(dZ)))
    assert "dZ is float32, not float64" in verdict.wrong[0]


def test_any_accepted_reference_is_right_as_a_whole():
    spec = spec_of(
        lambda X: (X * 1.0, X * 2.0),
        "a, b = both(X)",
        lambda rng: [(rng.normal(size=s),) for s in ((2, 3), (3, 1))],
        accept=[lambda X: (X * 2.0, X * 4.0)],
    )
    assert verdict_of(spec, lambda X: (X * 2.0, X * 4.0)).score == 10
    assert verdict_of(spec, lambda X: (X * 2.0, X * 2.0)).score < 10


def test_a_caller_that_reports_an_end_is_believed():
    for status in ("timeout", "memory", "output", "crash"):
        report = examine(
            RELU,
            lambda name, args, probe=None, status=status: Answer(status),
            np.random.default_rng(0),
        )
        assert report.score == 0
        assert report.to_record()["status"] == status
        assert report.verdicts[0].wrong


def test_an_answer_with_parts_missing_is_not_called_random():
    spec = spec_of(
        lambda X: {"double": 2 * X, "total": X.sum()},
        "chain(X)",
        lambda rng: [(rng.normal(size=s),) for s in ((2, 3), (4, 1))],
    )
    verdict = verdict_of(spec, lambda X: {"double": 2 * X})
    assert verdict.wrong == ("total is missing",)
    verdict = verdict_of(AFFINE, lambda dZ, cache: None)
    assert verdict.wrong == (
        "returns None (nothing was returned), not dA_prev, dW, db",
    )


def test_an_answer_that_is_right_only_at_first_earns_no_value():
    calls = []

    def tires(dA, Z):
        calls.append(1)
        return dA * (Z > 0) * (1 if len(calls) <= 4 else 2)

    verdict = verdict_of(RELU, tires)
    assert verdict.family == "repeat"
    assert verdict.score == 4


def test_an_exception_is_not_taken_for_a_mistake_that_raises_too():
    def turned_round(dZ, cache):
        A_prev, W, _ = cache
        return W.T @ dZ, A_prev.T @ dZ, dZ.sum(1, keepdims=True)

    verdict = verdict_of(samples.affine, turned_round)
    assert verdict.mistake is None
    assert verdict.wrong[0].startswith("ValueError: matmul: inner sizes")


def test_a_judge_that_sees_a_mistake_has_it_told_and_nothing_imitated():
    """A trained answer is never equal to another one."""
    imitated = []

    def judge(made):
        return (1.0, "", "") if made > 9 else (made / 10, "is low", "low")

    def low(x):
        imitated.append(x)
        return 1.0

    spec = exercise(
        "01.1",
        "A score",
        points=10,
        kind="capstone",
        calls=["score(x)"],
        reference=lambda x: scored(judge, sees=True),
        draw=lambda rng: [(1.0,), (2.0,)],
        facts=lambda args, got: {"told": f"{got:g} of 10"},
        mistakes=[mistake("low", low, "You reach {told}. What is missing?")],
        read="Here",
    )
    assert verdict_of(spec, lambda x: 9.5).score == 10
    verdict = verdict_of(spec, lambda x: 4.0)
    assert verdict.mistake == "low"
    assert verdict.wrong == ("You reach 4 of 10.",)
    assert verdict.think == "What is missing?"
    assert verdict.score == pytest.approx(4)
    assert not imitated


def test_a_scored_answer_need_not_come_out_the_same_twice():
    """A training without a seed is judged by what it reaches, each time."""
    spec = exercise(
        "01.1",
        "A score",
        points=10,
        kind="capstone",
        calls=["score(x)"],
        reference=lambda x: scored(lambda made: min(1.0, made / 10)),
        draw=lambda rng: [(1.0,), (2.0,)],
        read="Here",
    )
    rng = np.random.default_rng(0)
    assert verdict_of(spec, lambda x: 10 + rng.random()).status == "right"
    verdict = verdict_of(spec, lambda x: 4 + rng.random())
    assert 4 <= verdict.score <= 5
    assert "two calls" not in verdict.wrong[0]


def test_what_is_chosen_keeps_its_points_while_the_rest_is_open():
    spec = exercise(
        "01.1",
        "Choose",
        points=4,
        kind="choose",
        calls=["chosen()"],
        reference=lambda: {"word": choice("a", "b"), "one": 1, "two": 2},
        checks={"word": 0.5, "one": 0.25, "two": 0.25},
        read="Here",
    )
    half = {"word": "a", "one": 1, "two": None}
    assert verdict_of(spec, lambda: half).score == 3


def test_names_beside_the_numbers_do_not_save_an_answer_of_one_number():
    spec = spec_of(
        lambda X: {"names": "a, b", "both": [X, 2 * X[:1]]},
        "named(X)",
        lambda rng: [(rng.normal(size=(n, 2)),) for n in (2, 3)],
    )
    for fill in (0.0, np.nan):
        verdict = verdict_of(
            spec,
            lambda X, fill=fill: {
                "names": "a, b",
                "both": [np.full(X.shape, fill), np.full((1, 2), fill)],
            },
        )
        assert verdict.score == 0
