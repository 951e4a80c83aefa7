"""Chapter 17. A search tries settings, keeps count of the cost, and ranks.

A **space** is a dict: each name of a setting stands with a list of choices,
a :class:`Range` of numbers, or a :class:`Stack` of layers.

    space = {
        "learning_rate": Range(1e-4, 1e-1, log=True),
        "hidden": Stack([8, 16, 32], most=3),
        "activation": ["relu", "tanh"],
    }

``evaluate(setting, budget=..., rng=...)`` is yours. It trains with the
setting for that budget (epochs, say) and returns a score on *validation*
data, higher is better, or a dict with "score" and whatever else you want to
keep. What is left to chance it draws from the ``rng`` it is given.

The **history** is a list of plain dicts, in the order of the trials. Give a
search your own list and it is filled as the search goes. Give it the list
of an interrupted run and a generator in the same state as then, and what
stands in the list is not computed again.
"""

import math
from itertools import product

import numpy as np

from .shapes import check_generator

__all__ = [
    "Range",
    "Stack",
    "count",
    "evolve",
    "grid",
    "grid_search",
    "halving_plan",
    "mutate",
    "random_search",
    "sample",
    "spent",
    "successive_halving",
]


class Range:
    """Numbers from ``low`` to ``high``, both included.

    Parameters
    ----------
    low, high : float
    log : bool
        Draw evenly on a logarithmic scale: as often from 0.001 to 0.01 as
        from 0.01 to 0.1. Right for learning rates and penalties.
    whole : bool
        Whole numbers only.
    """

    def __init__(self, low, high, *, log=False, whole=False):
        if not low < high:
            raise ValueError(f"a range needs low < high, got {low}, {high}.")
        if log and low <= 0:
            raise ValueError(
                f"a logarithmic range begins above 0, got {low}: "
                f"0 is infinitely far below every number on that scale."
            )
        self.low, self.high, self.log, self.whole = low, high, log, whole

    def sample(self, rng):
        # Whole numbers get equal shares, so the ends reach half a step out.
        margin = 0.5 if self.whole else 0.0
        ends = self._scaled([self.low - margin, self.high + margin])
        return self._value(rng.uniform(*ends))

    def mutate(self, value, rng):
        """Return a number nearby: a fifth of the range is a usual step."""
        low, high = self._scaled([self.low, self.high])
        here = self._scaled(value)
        step = 0.2 * (high - low) * rng.standard_normal()
        if not low <= here + step <= high:
            step = -step  # turn round at the end of the range
        new = self._value(here + step)
        if new == value and self.whole:
            beside = [value - 1, value + 1]
            new = _pick([v for v in beside if self.low <= v <= self.high], rng)
        return new

    def points(self, k):
        """k numbers evenly over the range, or all, if whole and fewer."""
        at = np.linspace(*self._scaled([self.low, self.high]), max(k, 2))
        return list(dict.fromkeys(self._value(x) for x in at))

    def count(self):
        if not self.whole:
            raise ValueError(
                "a range of real numbers cannot be counted: make it whole, "
                "or give a list of choices."
            )
        return self.high - self.low + 1

    def _scaled(self, x):
        return np.log(x) if self.log else np.asarray(x, dtype=float)

    def _value(self, x):
        x = float(np.exp(x)) if self.log else float(x)
        x = min(max(round(x) if self.whole else x, self.low), self.high)
        return int(x) if self.whole else x


class Stack:
    """Hidden layers: from ``least`` to ``most`` of them, a width for each.

    Parameters
    ----------
    widths : list of int
        What a layer may have.
    least, most : int
        How many layers there may be.
    """

    def __init__(self, widths, *, most, least=1):
        if not widths or not 0 <= least <= most:
            raise ValueError(
                f"a stack needs widths and 0 <= least <= most, got {widths}, "
                f"{least} and {most}."
            )
        self.widths, self.least, self.most = list(widths), least, most

    def sample(self, rng):
        depth = int(rng.integers(self.least, self.most, endpoint=True))
        return [_pick(self.widths, rng) for _ in range(depth)]

    def mutate(self, layers, rng):
        """Add a layer, take one away, or give one another width."""
        ways = []
        if len(layers) < self.most:
            ways.append("add")
        if len(layers) > self.least:
            ways.append("remove")
        if layers and len(self.widths) > 1:
            ways.append("change")
        layers = list(layers)
        way = _pick(ways, rng) if ways else "keep"
        if way == "add":
            at = int(rng.integers(len(layers) + 1))
            layers.insert(at, _pick(self.widths, rng))
        elif way == "remove":
            del layers[int(rng.integers(len(layers)))]
        elif way == "change":
            at = int(rng.integers(len(layers)))
            others = [w for w in self.widths if w != layers[at]]
            layers[at] = _pick(others, rng)
        return layers

    def points(self, k):
        return [
            list(layers)
            for depth in range(self.least, self.most + 1)
            for layers in product(self.widths, repeat=depth)
        ]

    def count(self):
        return sum(
            len(self.widths) ** depth
            for depth in range(self.least, self.most + 1)
        )


class _Choices:
    """A plain list, with what Range and Stack can do."""

    def __init__(self, name, choices):
        if not isinstance(choices, (list, tuple)) or not choices:
            raise ValueError(
                f"'{name}' needs a list of choices, a Range or a Stack, got "
                f"{choices!r}."
            )
        self.choices = list(choices)

    def sample(self, rng):
        return _pick(self.choices, rng)

    def mutate(self, value, rng):
        others = [choice for choice in self.choices if choice != value]
        return _pick(others, rng) if others else value

    def points(self, k):
        return self.choices

    def count(self):
        return len(self.choices)


def sample(space, *, rng):
    """Draw one setting: every name on its own, every choice alike.

    >>> sample({"units": [4, 8]}, rng=np.random.default_rng(0))
    {'units': 8}
    """
    check_generator(rng)
    return {name: part.sample(rng) for name, part in _parts(space).items()}


def mutate(space, setting, *, rng):
    """Return a neighbor of a setting: one name, drawn evenly, is changed."""
    check_generator(rng)
    parts = _parts(space)
    name = _pick(list(parts), rng)
    return setting | {name: parts[name].mutate(setting[name], rng)}


def count(space):
    """How many settings the space has.

    >>> count({"hidden": Stack([4, 8], most=3), "rate": [0.1, 0.01]})
    28
    """
    return math.prod(part.count() for part in _parts(space).values())


def grid(space, points=5):
    """Every combination; a Range of reals is cut into ``points`` numbers."""
    parts = _parts(space)
    values = product(*(part.points(points) for part in parts.values()))
    return [dict(zip(parts, chosen, strict=True)) for chosen in values]


def spent(history):
    """The sum of the budgets of all trials."""
    return sum(trial["budget"] for trial in history)


def random_search(space, evaluate, *, tries, rng, budget=1, history=None):
    """Evaluate ``tries`` settings drawn at random.

    Parameters
    ----------
    space : dict
    evaluate : callable
        ``evaluate(setting, budget=..., rng=...)``, see the top of the file.
    tries : int
    rng : numpy Generator
    budget : number
        What each evaluation may cost.
    history : list, optional
        Filled in place; see the top of the file.

    Returns
    -------
    list of dict
        The trials, best first: each has "setting", "budget", "score".
    """
    run = _Run(evaluate, rng, history)
    for _ in range(tries):
        run.trial(sample(space, rng=rng), budget)
    return run.ranked()


def grid_search(space, evaluate, *, rng, points=5, budget=1, history=None):
    """Evaluate every combination of :func:`grid`.

    Parameters and returns are those of :func:`random_search`; ``points``
    is how many numbers stand for a Range of reals.
    """
    run = _Run(evaluate, rng, history)
    for setting in grid(space, points):
        run.trial(setting, budget)
    return run.ranked()


def halving_plan(candidates, *, least=1, eta=3):
    """The rounds of successive halving: how many settings, at what budget.

    >>> halving_plan(27, least=2)
    [(27, 2), (9, 6), (3, 18), (1, 54)]
    """
    if candidates < 1 or eta < 2:
        raise ValueError(
            f"halving needs at least 1 candidate and eta >= 2, got "
            f"{candidates} and {eta}."
        )
    rounds = []
    while candidates:
        rounds.append((candidates, least))
        candidates, least = candidates // eta, least * eta
    return rounds


def successive_halving(
    space, evaluate, *, candidates, rng, least=1, eta=3, history=None
):
    """Give many settings little, and the best of each round more.

    Of each round the best 1 / eta go on, with eta times the budget; every
    round costs about the same. A tie goes to the setting drawn first. Each
    evaluation starts afresh: budgets are not what is added but what is
    spent.

    Parameters
    ----------
    space, evaluate, rng, history
        As in :func:`random_search`.
    candidates : int
        Settings in the first round.
    least : number
        Budget of each in the first round.
    eta : int

    Returns
    -------
    list of dict
        The trials; the largest budget first, then the best. Scores of
        unequal budgets are not comparable.
    """
    run = _Run(evaluate, rng, history)
    plan = halving_plan(candidates, least=least, eta=eta)
    alive = [sample(space, rng=rng) for _ in range(candidates)]
    for keep, budget in plan:
        alive = alive[:keep]
        trials = [run.trial(setting, budget) for setting in alive]
        alive = [trial["setting"] for trial in _by_score(trials)]
    return sorted(run.ranked(), key=lambda trial: -trial["budget"])


def evolve(
    space,
    evaluate,
    *,
    population,
    generations,
    rng,
    budget=1,
    change=mutate,
    history=None,
):
    """Let good settings have children that differ in one thing.

    Each child's parent is the better of two drawn from the population. The
    best of old and young live on, so the best is never lost. In all there
    are ``population * (1 + generations)`` evaluations.

    Parameters
    ----------
    space, evaluate, rng, budget, history
        As in :func:`random_search`.
    population, generations : int
    change : callable
        ``change(space, setting, rng=...)``, the mutation.

    Returns
    -------
    list of dict
        All trials of all generations, best first.
    """
    if population < 1:
        raise ValueError(f"a population has someone in it, got {population}.")
    run = _Run(evaluate, rng, history)
    alive = [
        run.trial(sample(space, rng=rng), budget) for _ in range(population)
    ]
    for _ in range(generations):
        alive = _by_score(alive)[:population]
        parents = rng.integers(population, size=(population, 2)).min(axis=1)
        settings = [
            change(space, alive[p]["setting"], rng=rng) for p in parents
        ]
        alive += [run.trial(setting, budget) for setting in settings]
    return run.ranked()


class _Run:
    """Evaluates, or reads what the history already holds, in order."""

    def __init__(self, evaluate, rng, history):
        self.evaluate = evaluate
        self.rng = check_generator(rng)
        self.history = [] if history is None else history
        self.done = 0

    def trial(self, setting, budget):
        (child,) = self.rng.spawn(1)  # also when replayed
        if self.done == len(self.history):
            answer = self.evaluate(setting, budget=budget, rng=child)
            self.history.append(_record(setting, budget, answer))
        found = self.history[self.done]
        self.done += 1
        if found["setting"] != setting or found["budget"] != budget:
            raise ValueError(
                f"trial {self.done} of the history is {found['setting']} "
                f"with budget {found['budget']}, this search has {setting} "
                f"with {budget}. Is it another space, or is the generator "
                f"in another state than at the start of that run?"
            )
        return found

    def ranked(self):
        return _by_score(self.history[: self.done])


def _record(setting, budget, answer):
    facts = dict(answer) if isinstance(answer, dict) else {"score": answer}
    if "score" not in facts:
        raise ValueError(
            f"evaluate returned {answer!r}: a dict needs the key 'score'."
        )
    facts["score"] = float(facts["score"])
    return {"setting": setting, "budget": budget, **facts}


def _by_score(trials):
    """Best first; what is not a number ranks last, ties by order."""
    return sorted(
        trials,
        key=lambda trial: (
            math.inf if math.isnan(trial["score"]) else -trial["score"]
        ),
    )


def _parts(space):
    return {
        name: part
        if isinstance(part, (Range, Stack))
        else _Choices(name, part)
        for name, part in space.items()
    }


def _pick(choices, rng):
    """A choice as it stands in the list, not as a numpy scalar."""
    return choices[int(rng.integers(len(choices)))]
