"""Chapter 12. An optimizer turns gradients into steps.

The update rules stand first, one function each, as formulas of one
parameter ``w``, its gradient ``g`` and what is remembered from earlier
steps. They are pure: they return the new values and change nothing. Then
schedules and clipping, then the classes, which remember for a whole network
and update its arrays in place.
"""

import math

import numpy as np

from .shapes import ShapeError, check_values

__all__ = [
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "GradientDescent",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "adadelta_update",
    "adagrad_update",
    "adam_update",
    "clip_by_norm",
    "clip_by_value",
    "cosine_decay",
    "descent_update",
    "exponential_decay",
    "momentum_update",
    "nesterov_update",
    "rmsprop_update",
    "step_decay",
    "warm_up",
]


def descent_update(w, g, *, learning_rate):
    """One step of gradient descent: against the slope.

    Parameters
    ----------
    w, g : ndarray, of one shape
        A parameter and its gradient.
    learning_rate : float

    Returns
    -------
    ndarray, of the same shape

    Examples
    --------
    >>> descent_update(np.array([1.0]), np.array([2.0]), learning_rate=0.1)
    array([0.8])
    """
    return w - learning_rate * g


def momentum_update(w, g, v, *, learning_rate, beta=0.9, form="mean"):
    """One step along a running mean (or sum) of the gradients.

    Mean: ``v = beta v + (1 - beta) g``. Sum: ``v = beta v + g``, the heavy
    ball. The sum with learning rate a takes the same path as the mean with
    a / (1 - beta).

    Parameters
    ----------
    w, g, v : ndarray, of one shape
        A parameter, its gradient, the velocity; v begins as zeros.
    learning_rate : float
    beta : float
        How much of the velocity stays, from 0 (gradient descent) to below 1.
    form : "mean" or "sum"

    Returns
    -------
    w, v : ndarray

    References
    ----------
    B. T. Polyak (1964), Some methods of speeding up the convergence of
    iteration methods. The sum is PyTorch's form.
    """
    share = 1 - beta if form == "mean" else 1.0
    v = beta * v + share * g
    return w - learning_rate * v, v


def nesterov_update(w, g, v, *, learning_rate, beta=0.9, form="mean"):
    """One step of momentum that looks ahead along the new velocity.

    The velocity is that of :func:`momentum_update`; the step follows what
    it would be one gradient later. Nesterov takes the gradient at the place
    where the velocity leads; here ``w`` is that place, so ``g`` is the
    gradient at ``w`` and the two walks are the same.

    Parameters and returns are those of :func:`momentum_update`.

    References
    ----------
    Y. Nesterov (1983), A method of solving a convex programming problem
    with convergence rate O(1/k²); in this form Y. Bengio et al. (2013),
    Advances in optimizing recurrent networks.
    """
    share = 1 - beta if form == "mean" else 1.0
    v = beta * v + share * g
    return w - learning_rate * (beta * v + share * g), v


def adagrad_update(w, g, s, *, learning_rate=0.01, epsilon=1e-10):
    """One step whose length shrinks where gradients have been large.

    ``s`` sums the squares of all gradients, so the rate of a parameter
    never grows again.

    Parameters
    ----------
    w, g, s : ndarray, of one shape
        s begins as zeros.
    learning_rate, epsilon : float
        epsilon keeps the division alive where every gradient was 0.

    Returns
    -------
    w, s : ndarray

    References
    ----------
    J. Duchi, E. Hazan, Y. Singer (2011), Adaptive subgradient methods,
    Journal of Machine Learning Research 12.
    """
    s = s + g**2
    return w - learning_rate * g / (np.sqrt(s) + epsilon), s


def rmsprop_update(w, g, s, *, learning_rate=0.01, rho=0.99, epsilon=1e-8):
    """One step divided by the root of a running mean of squared gradients.

    Unlike AdaGrad's sum, the mean forgets, so rates can rise again.

    Parameters
    ----------
    w, g, s : ndarray, of one shape
        s begins as zeros.
    learning_rate, epsilon : float
    rho : float
        How much of the mean stays at each step.

    Returns
    -------
    w, s : ndarray

    References
    ----------
    G. Hinton (2012), lecture 6e of Neural networks for machine learning.
    """
    s = rho * s + (1 - rho) * g**2
    return w - learning_rate * g / (np.sqrt(s) + epsilon), s


def adadelta_update(w, g, s, d, *, learning_rate=1.0, rho=0.9, epsilon=1e-6):
    """One step that measures its length by the lengths of earlier steps.

    ``s`` is the running mean of squared gradients, ``d`` that of squared
    steps: their ratio has the unit of w, so no learning rate is needed.

    Parameters
    ----------
    w, g, s, d : ndarray, of one shape
        s and d begin as zeros.
    learning_rate : float
        The paper has none, that is 1.
    rho, epsilon : float
        epsilon stands under both roots; it sets the very first step.

    Returns
    -------
    w, s, d : ndarray

    References
    ----------
    M. D. Zeiler (2012), ADADELTA: an adaptive learning rate method.
    """
    s = rho * s + (1 - rho) * g**2
    step = np.sqrt(d + epsilon) / np.sqrt(s + epsilon) * g
    d = rho * d + (1 - rho) * step**2
    return w - learning_rate * step, s, d


def adam_update(
    w, g, m, v, t, *, learning_rate=0.001, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    """One step along a running mean, divided by a running root mean square.

    Both means begin at 0 and are too small at first; dividing by
    ``1 - beta**t`` corrects that exactly.

    Parameters
    ----------
    w, g, m, v : ndarray, of one shape
        A parameter, its gradient, the means of the gradient and of its
        square; m and v begin as zeros.
    t : int
        Number of this step, from 1.
    learning_rate, beta1, beta2, epsilon : float

    Returns
    -------
    w, m, v : ndarray
        m and v are the uncorrected means, to be passed to the next step.

    References
    ----------
    D. P. Kingma, J. Ba (2015), Adam: a method for stochastic optimization.

    Examples
    --------
    >>> w = np.zeros(3)
    >>> g = np.array([1e-3, 1.0, -1e3])
    >>> w, m, v = adam_update(w, g, 0, 0, 1, learning_rate=0.1)
    >>> np.round(w, 4)
    array([-0.1, -0.1,  0.1])
    """
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


def step_decay(initial, *, every, factor=0.5):
    """A schedule: the rate is multiplied by ``factor`` every so many steps.

    A schedule is a function of the step, counted from 0, and stands where a
    learning rate may stand: ``Adam(step_decay(0.01, every=1000))``.

    >>> rate = step_decay(0.8, every=10)
    >>> rate(0), rate(9), rate(10), rate(25)
    (0.8, 0.8, 0.4, 0.2)
    """
    return lambda step: initial * factor ** (step // every)


def exponential_decay(initial, *, every, factor=0.5):
    """A schedule: as :func:`step_decay`, but smooth, a little at each step.

    >>> rate = exponential_decay(0.8, every=10)
    >>> rate(0), round(rate(5), 4), rate(10)
    (0.8, 0.5657, 0.4)
    """
    return lambda step: initial * factor ** (step / every)


def cosine_decay(initial, *, steps, final=0.0):
    """A schedule: half a cosine from ``initial`` to ``final``, then flat.

    >>> rate = cosine_decay(0.8, steps=10)
    >>> rate(0), round(rate(5), 4), rate(10), rate(99)
    (0.8, 0.4, 0.0, 0.0)

    References
    ----------
    I. Loshchilov, F. Hutter (2017), SGDR: stochastic gradient descent with
    warm restarts.
    """

    def schedule(step):
        done = min(step / steps, 1.0)
        return final + (initial - final) * (1 + math.cos(math.pi * done)) / 2

    return schedule


def warm_up(learning_rate, *, steps):
    """A schedule: rise in equal parts over the first steps, then follow.

    ``learning_rate`` is a number or another schedule, which is read at the
    same step.

    >>> rate = warm_up(0.8, steps=4)
    >>> [round(rate(step), 1) for step in range(6)]
    [0.2, 0.4, 0.6, 0.8, 0.8, 0.8]
    """

    def schedule(step):
        rate = (
            learning_rate(step) if callable(learning_rate) else learning_rate
        )
        return rate * min((step + 1) / steps, 1.0)

    return schedule


def clip_by_value(grads, limit):
    """Cut every entry of every gradient to the range -limit .. limit.

    This can turn the step into another direction; :func:`clip_by_norm`
    does not.

    Parameters
    ----------
    grads : dict of name to ndarray
    limit : float, positive

    Returns
    -------
    dict
        New arrays; the given ones stay as they are.
    """
    _positive("limit", limit)
    return {name: np.clip(g, -limit, limit) for name, g in grads.items()}


def clip_by_norm(grads, limit, *, epsilon=0.0):
    """Shorten all gradients together to length ``limit``, if longer.

    The length is that of all gradients as one long vector, so its direction
    stays the same.

    Parameters
    ----------
    grads : dict of name to ndarray
    limit : float, positive
    epsilon : float
        Added to the length before dividing: 0 is exact, PyTorch has 1e-6.

    Returns
    -------
    dict
        New arrays; the given ones stay as they are.

    Examples
    --------
    >>> clip_by_norm({"W1": np.array([3.0]), "b1": np.array([4.0])}, 1.0)
    {'W1': array([0.6]), 'b1': array([0.8])}
    """
    _positive("limit", limit)
    length = math.sqrt(
        sum(float(np.sum(np.square(g, dtype=float))) for g in grads.values())
    )
    if not math.isfinite(length):
        raise ValueError(
            f"the gradients have length {length}: clipping comes too late "
            f"when they are no longer numbers. Try a lower learning rate."
        )
    scale = min(1.0, limit / (length + epsilon)) if length else 1.0
    return {name: g * scale for name, g in grads.items()}


# Pieces of this many entries stay in the processor's cache from one pass to
# the next; for 235,000 parameters Adam takes 0.35 ms so, 0.99 ms as the
# formula on whole arrays.
_PIECE = 32768


class Optimizer:
    """What all optimizers share: ``step(params, grads)`` and a memory.

    Parameters
    ----------
    learning_rate : float or schedule
        A schedule is a function of the step, counted from 0.

    Attributes
    ----------
    steps : int
        Steps taken so far.
    state : dict of name to list of ndarray
        What is remembered for each parameter, zeros at first; behind it
        Adam counts the steps of each parameter.
    """

    remembers = 0  # arrays of state for each parameter

    def __init__(self, learning_rate):
        if not callable(learning_rate):
            learning_rate = _check_rate(float(learning_rate))
        self.learning_rate = learning_rate
        self.steps = 0
        self.state = {}

    def step(self, params, grads):
        """Update every array of ``params`` **in place**.

        Parameters
        ----------
        params, grads : dict of name to ndarray
            Equal names, equal shapes. ``grads`` may hold more names.
        """
        rate = self.rate()
        for name, w in params.items():
            g = grads.get(name)
            memory = self.state.get(name)
            if memory is None or g is None or g.shape != w.shape:
                memory = self._begin(name, w, g)
            elif memory and memory[0].shape != w.shape:
                raise ShapeError(
                    f"{name} has shape {w.shape}, but this optimizer "
                    f"remembers one of shape {memory[0].shape}. Each "
                    f"network needs an optimizer of its own."
                )
            self.update(w, g, memory, rate)
        self.steps += 1

    def rate(self):
        """The learning rate of the next step."""
        if not callable(self.learning_rate):
            return self.learning_rate
        return _check_rate(float(self.learning_rate(self.steps)))

    def update(self, w, g, memory, rate):
        """Apply the rule to one parameter, in place and piece by piece."""
        for piece, slope, *old in _pieces(w, g, *memory):
            piece[...], *new = self.rule(piece, slope, *old, rate)
            for remembered, value in zip(old, new, strict=True):
                remembered[...] = value

    def rule(self, w, g, *memory_and_rate):
        raise NotImplementedError(
            f"{type(self).__name__} has no rule: return the new w and the "
            f"new memory."
        )

    def _begin(self, name, w, g):
        """Check a parameter and its gradient; make its memory."""
        if g is None:
            raise KeyError(
                f"no gradient for '{name}'. Was backward called, and do "
                f"params and grads have the same names?"
            )
        if not isinstance(w, np.ndarray):
            raise TypeError(
                f"{name} is a {type(w).__name__}. An optimizer changes "
                f"arrays in place: pass np.array([...])."
            )
        check_values(name, w)
        check_values(f"the gradient of {name}", g)
        if g.shape != w.shape:
            raise ShapeError(
                f"the gradient of {name} has shape {g.shape}, expected "
                f"{w.shape}, the shape of {name} itself."
            )
        memory = [np.zeros_like(w) for _ in range(self.remembers)]
        self.state[name] = memory
        return memory


class GradientDescent(Optimizer):
    """Gradient descent; stochastic or not is decided by the batch.

    >>> params = {"w": np.array([1.0])}
    >>> GradientDescent(0.1).step(params, {"w": np.array([2.0])})
    >>> params
    {'w': array([0.8])}
    """

    def __init__(self, learning_rate=0.01):
        super().__init__(learning_rate)

    def update(self, w, g, memory, rate):
        w -= rate * g


class Momentum(Optimizer):
    """Momentum: ``form="mean"`` (the default) or ``"sum"`` (PyTorch's).

    The rule is :func:`momentum_update`.
    """

    remembers = 1
    _update = staticmethod(momentum_update)

    def __init__(self, learning_rate=0.01, *, beta=0.9, form="mean"):
        super().__init__(learning_rate)
        if form not in ("mean", "sum"):
            raise ValueError(f"form is 'mean' or 'sum', got {form!r}.")
        self.beta = _share("beta", beta)
        self.form = form

    def rule(self, w, g, v, rate):
        return self._update(
            w, g, v, learning_rate=rate, beta=self.beta, form=self.form
        )


class Nesterov(Momentum):
    """Nesterov's momentum, in both forms: :func:`nesterov_update`."""

    _update = staticmethod(nesterov_update)


class AdaGrad(Optimizer):
    """AdaGrad; the rule is :func:`adagrad_update`."""

    remembers = 1

    def __init__(self, learning_rate=0.01, *, epsilon=1e-10):
        super().__init__(learning_rate)
        self.epsilon = epsilon

    def rule(self, w, g, s, rate):
        return adagrad_update(
            w, g, s, learning_rate=rate, epsilon=self.epsilon
        )


class RMSProp(Optimizer):
    """RMSProp; the rule is :func:`rmsprop_update`."""

    remembers = 1

    def __init__(self, learning_rate=0.01, *, rho=0.99, epsilon=1e-8):
        super().__init__(learning_rate)
        self.rho = _share("rho", rho)
        self.epsilon = epsilon

    def rule(self, w, g, s, rate):
        return rmsprop_update(
            w, g, s, learning_rate=rate, rho=self.rho, epsilon=self.epsilon
        )


class AdaDelta(Optimizer):
    """AdaDelta; the rule is :func:`adadelta_update`."""

    remembers = 2

    def __init__(self, learning_rate=1.0, *, rho=0.9, epsilon=1e-6):
        super().__init__(learning_rate)
        self.rho = _share("rho", rho)
        self.epsilon = epsilon

    def rule(self, w, g, s, d, rate):
        return adadelta_update(
            w, g, s, d, learning_rate=rate, rho=self.rho, epsilon=self.epsilon
        )


class Adam(Optimizer):
    """Adam; the rule is :func:`adam_update`.

    Computed in place with fewer passes over the arrays: the memory holds
    ``m / (1 - beta1)`` and ``v / (1 - beta2)``, and what does not depend on
    the entry is gathered in two numbers. A test holds both forms together.
    """

    remembers = 2

    def __init__(
        self, learning_rate=0.001, *, beta1=0.9, beta2=0.999, epsilon=1e-8
    ):
        super().__init__(learning_rate)
        self.beta1 = _share("beta1", beta1)
        self.beta2 = _share("beta2", beta2)
        self.epsilon = epsilon
        self._scratch = np.empty(0)

    def _begin(self, name, w, g):
        memory = super()._begin(name, w, g)
        memory.append(0)
        return memory

    def update(self, w, g, memory, rate):
        memory[2] = t = memory[2] + 1
        beta1, beta2 = self.beta1, self.beta2
        root = math.sqrt((1 - beta2**t) / (1 - beta2))
        factor = rate * root * (1 - beta1) / (1 - beta1**t)
        epsilon = self.epsilon * root
        for piece, slope, m, v in _pieces(w, g, memory[0], memory[1]):
            a = self._buffer(piece)
            m *= beta1
            m += slope
            v *= beta2
            np.multiply(slope, slope, out=a)
            v += a
            np.sqrt(v, out=a)
            a += epsilon
            np.divide(m, a, out=a)
            a *= factor
            piece -= a

    def _buffer(self, w):
        """Scratch of the shape and dtype of w, kept between steps."""
        if self._scratch.size < w.size or self._scratch.dtype != w.dtype:
            self._scratch = np.empty(max(w.size, 1), w.dtype)
        return self._scratch[: w.size].reshape(w.shape)


def _pieces(*arrays):
    """Cut arrays of one shape into equal pieces that are views of them."""
    size = arrays[0].size
    if size <= _PIECE or not all(a.flags.c_contiguous for a in arrays):
        return [arrays]
    flat = [a.reshape(-1) for a in arrays]
    return [
        [a[start : start + _PIECE] for a in flat]
        for start in range(0, size, _PIECE)
    ]


def _check_rate(rate):
    if not 0 <= rate < math.inf:
        raise ValueError(
            f"a learning rate is 0 or more, got {rate}. The minus "
            f"of 'against the slope' is already in the rule."
        )
    return rate


def _share(name, value):
    if not 0 <= value < 1:
        raise ValueError(
            f"{name} says how much of the past stays: from 0 to below 1, "
            f"got {value}."
        )
    return float(value)


def _positive(name, value):
    if not 0 < value < math.inf:
        raise ValueError(f"{name} must be positive, got {value}.")
