"""Searches on scores that can be worked out, and one that really trains."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import layerwise as lw
from layerwise import search as s

SPACE = {
    "learning_rate": s.Range(1e-4, 1e-1, log=True),
    "units": s.Range(1, 20, whole=True),
    "hidden": s.Stack([4, 8, 16], most=3),
    "activation": ["relu", "tanh"],
}


def score(setting, *, budget, rng):
    """Best at 12 units and tanh; chance and a short budget blur it."""
    right = -abs(setting["units"] - 12) - (setting["activation"] == "relu")
    return right + 0.1 * rng.standard_normal() / budget


SEARCHES = [
    (s.random_search, {"tries": 12}),
    (s.grid_search, {"points": 2}),
    (s.successive_halving, {"candidates": 9}),
    (s.evolve, {"population": 4, "generations": 3}),
]
COARSE = {"units": [3, 12], "activation": ["relu", "tanh"]}


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# Spaces.


@given(st.integers(0, 2**32))
def test_a_sample_lies_in_the_space_and_is_plain_data(seed):
    setting = s.sample(SPACE, rng=np.random.default_rng(seed))
    assert list(setting) == list(SPACE)
    assert 1e-4 <= setting["learning_rate"] <= 1e-1
    assert 1 <= setting["units"] <= 20
    assert 1 <= len(setting["hidden"]) <= 3
    assert set(setting["hidden"]) <= {4, 8, 16}
    assert json.loads(json.dumps(setting)) == setting


@given(st.integers(0, 2**32))
def test_a_mutation_changes_one_thing_and_stays_in_the_space(seed):
    rng = np.random.default_rng(seed)
    setting = s.sample(SPACE, rng=rng)
    before = json.dumps(setting)
    new = s.mutate(SPACE, setting, rng=rng)
    assert json.dumps(setting) == before
    assert sum(new[name] != setting[name] for name in SPACE) == 1
    assert 1e-4 <= new["learning_rate"] <= 1e-1
    assert 1 <= new["units"] <= 20 and isinstance(new["units"], int)
    assert 1 <= len(new["hidden"]) <= 3
    assert abs(len(new["hidden"]) - len(setting["hidden"])) <= 1


@pytest.mark.parametrize("log", [False, True])
def test_numbers_at_the_ends_turn_round_instead_of_jumping_across(log, rng):
    wide = s.Range(1.0, 1000.0, log=log)
    for end in (1.0, 1000.0):
        at = [wide.mutate(end, rng) for _ in range(300)]
        share = np.log(at) / math.log(1000) if log else np.array(at) / 1000
        moved = share if end == 1.0 else 1 - share
        assert 0 < np.median(moved) < 0.25
        assert np.ptp(share) > 0.3


def test_a_whole_number_that_would_stay_moves_by_one_to_either_side(rng):
    small = s.Range(1, 3, whole=True)
    counts = np.bincount([small.mutate(2, rng) for _ in range(1000)])
    assert counts[2] == 0 and abs(counts[1] - counts[3]) < 150


def test_a_logarithmic_range_gives_each_decade_the_same_share(rng):
    range_ = s.Range(1e-4, 1e-1, log=True)
    drawn = [range_.sample(rng) for _ in range(3000)]
    decades = np.bincount(np.floor(np.log10(drawn)).astype(int) + 4)
    assert (abs(decades - 1000) < 120).all()


def test_whole_numbers_have_equal_shares_also_at_the_ends(rng):
    range_ = s.Range(1, 4, whole=True)
    counts = np.bincount([range_.sample(rng) for _ in range(4000)])
    assert (abs(counts[1:] - 1000) < 120).all() and len(counts) == 5


def test_a_stack_draws_every_depth_alike(rng):
    stack = s.Stack([4, 8], least=0, most=3)
    depths = np.bincount([len(stack.sample(rng)) for _ in range(4000)])
    assert (abs(depths - 1000) < 120).all() and len(depths) == 4


def test_a_stack_that_can_do_nothing_else_stays_as_it_is(rng):
    assert s.Stack([4], least=2, most=2).mutate([4, 4], rng) == [4, 4]
    one = {"activation": ["relu"]}
    setting = {"activation": "relu"}
    assert s.mutate(one, setting, rng=rng) == setting


def test_the_count_is_the_length_of_the_grid_when_everything_is_countable():
    space = {
        "hidden": s.Stack([4, 8, 16], least=0, most=2),
        "units": s.Range(2, 5, whole=True),
        "activation": ("relu", "tanh"),
    }
    settings = s.grid(space, points=9)
    assert s.count(space) == len(settings) == 13 * 4 * 2
    assert len({json.dumps(setting) for setting in settings}) == len(settings)


def test_a_grid_cuts_ranges_evenly_on_their_own_scale():
    space = {"rate": s.Range(1e-4, 1e-1, log=True), "keep": s.Range(0.5, 1.0)}
    settings = s.grid(space, points=4)
    rates = sorted({setting["rate"] for setting in settings})
    assert rates == pytest.approx([1e-4, 1e-3, 1e-2, 1e-1])
    assert settings[0]["keep"] == 0.5 and settings[3]["keep"] == 1.0


# Searches.


@pytest.mark.parametrize("search, options", SEARCHES)
def test_results_are_ranked_and_equal_generators_find_equal_results(
    search, options
):
    first, again = (
        search(COARSE, score, rng=np.random.default_rng(3), **options)
        for _ in range(2)
    )
    assert first == again
    assert first[0]["setting"] == {"units": 12, "activation": "tanh"}
    by_budget = {}
    for trial in first:
        by_budget.setdefault(trial["budget"], []).append(trial["score"])
    assert list(by_budget) == sorted(by_budget, reverse=True)
    for scores in by_budget.values():
        assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    "search, options, trials, cost",
    [
        (s.random_search, {"tries": 12, "budget": 5}, 12, 60),
        (s.grid_search, {"budget": 2}, 4, 8),
        (s.successive_halving, {"candidates": 9, "least": 2}, 13, 54),
        (s.evolve, {"population": 4, "generations": 3}, 16, 16),
    ],
)
def test_what_a_search_spends_is_what_it_promised(
    search, options, trials, cost, rng
):
    given_budgets = []

    def evaluate(setting, *, budget, rng):
        given_budgets.append(budget)
        return 0.0

    history = []
    ranked = search(COARSE, evaluate, rng=rng, history=history, **options)
    assert len(ranked) == len(history) == trials
    assert s.spent(history) == sum(given_budgets) == cost


@pytest.mark.parametrize("search, options", SEARCHES)
@pytest.mark.parametrize("stop", [0, 1, 3])
def test_an_interrupted_search_goes_on_where_it_stopped(search, options, stop):
    whole = []
    search(
        SPACE if search is not s.grid_search else COARSE,
        score,
        rng=np.random.default_rng(1),
        history=whole,
        **options,
    )
    calls = []

    def interrupted(setting, *, budget, rng):
        if len(calls) == stop:
            raise KeyboardInterrupt
        calls.append(setting)
        return score(setting, budget=budget, rng=rng)

    def search_again(evaluate, history):
        space = SPACE if search is not s.grid_search else COARSE
        rng = np.random.default_rng(1)
        return search(space, evaluate, rng=rng, history=history, **options)

    history = []
    with pytest.raises(KeyboardInterrupt):
        search_again(interrupted, history)
    assert len(history) == stop
    stored = json.loads(json.dumps(history))  # as from a file
    later = []

    def goes_on(setting, *, budget, rng):
        later.append(setting)
        return score(setting, budget=budget, rng=rng)

    ranked = search_again(goes_on, stored)
    assert stored == whole
    assert len(later) == len(whole) - stop
    assert {json.dumps(trial) for trial in ranked} == {
        json.dumps(trial) for trial in whole
    }


def test_a_history_of_another_run_is_refused(rng):
    history = []
    s.random_search(SPACE, score, tries=2, rng=rng, history=history)
    with pytest.raises(ValueError, match=r"trial 1 of the history is .* gen"):
        s.random_search(SPACE, score, tries=2, rng=rng, history=history)


def test_a_history_at_another_budget_is_refused(rng):
    history = []
    s.grid_search(COARSE, score, rng=rng, history=history)
    with pytest.raises(ValueError, match=r"with budget 1, .* with 2\."):
        s.grid_search(COARSE, score, budget=2, rng=rng, history=history)


def test_a_history_is_plain_data_whatever_number_the_score_was(rng):
    history = []

    def evaluate(setting, *, budget, rng):
        return np.float32(0.5)

    s.random_search(SPACE, evaluate, tries=2, rng=rng, history=history)
    assert json.loads(json.dumps(history)) == history


def test_a_trial_that_diverged_ranks_last_and_facts_are_kept(rng):
    def evaluate(setting, *, budget, rng):
        units = setting["units"]
        return {"score": math.nan if units == 12 else -1, "parameters": units}

    ranked = s.grid_search(COARSE, evaluate, rng=rng)
    assert [trial["parameters"] for trial in ranked] == [3, 3, 12, 12]
    with pytest.raises(ValueError, match="a dict needs the key 'score'"):
        s.grid_search(COARSE, lambda *a, **k: {"accuracy": 1}, rng=rng)


def test_halving_keeps_the_best_of_each_round_and_a_tie_the_first_drawn(rng):
    space = {"units": s.Range(1, 1000, whole=True)}
    history = []

    def evaluate(setting, *, budget, rng):
        return setting["units"] % 2  # many ties

    s.successive_halving(
        space, evaluate, candidates=8, eta=2, rng=rng, history=history
    )
    budgets = [trial["budget"] for trial in history]
    assert budgets == [1] * 8 + [2] * 4 + [4] * 2 + [8]
    units = [trial["setting"]["units"] for trial in history]
    best = sorted(units[:8], key=lambda u: -(u % 2))  # stable
    assert units[8:12] == best[:4]
    assert units[12:14] == best[:2]
    assert units[14] == best[0]


def test_every_round_of_a_halving_plan_costs_the_same():
    plan = s.halving_plan(81, least=1, eta=3)
    assert [count * budget for count, budget in plan] == [81] * 5
    assert s.halving_plan(5, eta=2) == [(5, 1), (2, 2), (1, 4)]
    for wrong in ({"candidates": 0}, {"candidates": 3, "eta": 1}):
        with pytest.raises(ValueError, match="halving needs at least 1"):
            s.halving_plan(**wrong)


def test_evolution_never_loses_its_best_and_climbs():
    space = {"units": s.Range(0, 1000, whole=True)}
    history = []

    def evaluate(setting, *, budget, rng):
        return -abs(setting["units"] - 777)

    s.evolve(
        space,
        evaluate,
        population=6,
        generations=12,
        rng=np.random.default_rng(2),
        history=history,
    )
    scores = np.array([trial["score"] for trial in history]).reshape(13, 6)
    assert scores[0].max() < -5
    assert scores.max() >= -5
    assert np.median(scores[-1]) > np.median(scores[0]) + 100


def test_children_come_from_the_better_half_and_through_the_given_change(rng):
    space = {"units": s.Range(0, 1000, whole=True)}
    parents = []

    def change(space, setting, *, rng):
        parents.append(setting["units"])
        return {"units": 0}

    def evaluate(setting, *, budget, rng):
        return setting["units"]

    ranked = s.evolve(
        space, evaluate, population=10, generations=20, rng=rng, change=change
    )
    adults = [trial["setting"]["units"] for trial in ranked[:10]]
    assert set(parents) <= set(adults)  # zeros never become parents
    assert parents.count(adults[0]) > parents.count(adults[8])


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: s.Range(2, 2), "low < high, got 2, 2"),
        (lambda: s.Range(0, 1, log=True), "begins above 0, got 0"),
        (lambda: s.Range(0, 1).count(), "real numbers cannot be counted"),
        (lambda: s.Stack([], most=2), "a stack needs widths"),
        (lambda: s.Stack([4], least=3, most=2), "least <= most"),
        (lambda: s.count({"units": []}), "'units' needs a list of choices"),
        (lambda: s.count({"units": 8}), r"'units' needs .* got 8"),
    ],
)
def test_impossible_spaces_are_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize("search, options", SEARCHES)
def test_a_seed_is_no_generator(search, options):
    with pytest.raises(TypeError, match="must be a numpy Generator"):
        search(COARSE, score, rng=0, **options)


def test_an_empty_population_is_refused(rng):
    with pytest.raises(ValueError, match="someone in it, got 0"):
        s.evolve(COARSE, score, population=0, generations=1, rng=rng)


# For real.


def test_a_search_over_real_networks_finds_one_that_learns_the_moons(rng):
    X, Y = lw.datasets.two_moons(200, noise=0.1, rng=rng)
    train, test = lw.datasets.stratified_split(Y, (0.5, 0.5), rng=rng)
    space = {
        "hidden": s.Stack([2, 8], least=0, most=2),
        "learning_rate": s.Range(1e-3, 1e-1, log=True),
    }

    def evaluate(setting, *, budget, rng):
        network = lw.deep_network([2, *setting["hidden"], 1], rng=rng)
        optimizer = lw.Adam(setting["learning_rate"])
        cost = lw.SigmoidCrossEntropy()
        for _ in range(budget):
            Z = network.forward(X[:, train], training=True)
            cost.forward(Z, Y[:, train])
            network.backward(cost.backward())
            optimizer.step(*network.as_one())
        right = (network.forward(X[:, test]) > 0) == Y[:, test]
        return {"score": right.mean(), "parameters": network.vector.size}

    ranked = s.successive_halving(
        space, evaluate, candidates=9, least=25, rng=rng
    )
    assert ranked[0]["budget"] == 225
    assert ranked[0]["score"] >= 0.97
    assert len(ranked[0]["setting"]["hidden"]) >= 1
