"""Chapter 18. Training is one short loop, and a record of what it did.

Cut the examples into mini-batches, go forward, go backward, take a step.
`fit` is that loop with what practice asks for: a validation set, an early
stop, a history that survives an interruption, and one ``rng`` from which the
whole run can be repeated.
"""

import math

import numpy as np

from .regularization import (
    l1_gradients,
    l1_penalty,
    l2_gradients,
    l2_penalty,
)
from .shapes import ShapeError, check_generator, check_values

__all__ = [
    "History",
    "Perceptron",
    "evaluate",
    "fit",
    "load_parameters",
    "minibatches",
    "perceptron_epoch",
    "predict",
    "save_parameters",
]


def minibatches(X, Y, *, batch_size, rng):
    """Shuffle the examples and hand them out in batches, the rest last.

    Parameters
    ----------
    X, Y : ndarray, shape (..., m)
        Examples and targets, shuffled alike.
    batch_size : int
        The last batch holds the tail: m mod batch_size examples, if any.
    rng : numpy.random.Generator

    Yields
    ------
    X_batch, Y_batch : ndarray, shape (..., batch_size)
        Copies.

    Examples
    --------
    >>> X, Y = np.arange(5.0).reshape(1, 5), np.zeros((1, 5))
    >>> rng = np.random.default_rng(0)
    >>> [b.shape[1] for b, _ in minibatches(X, Y, batch_size=2, rng=rng)]
    [2, 2, 1]
    """
    order = rng.permutation(X.shape[-1])
    # Shuffled at once, row by row: two to three times faster than picking
    # the columns of each batch.
    X, Y = np.take(X, order, axis=-1), np.take(Y, order, axis=-1)
    for start in range(0, len(order), batch_size):
        batch = slice(start, start + batch_size)
        yield X[..., batch].copy(), Y[..., batch].copy()


class History:
    """What happened in a run of `fit`, epoch by epoch.

    Attributes
    ----------
    cost : list of float
        The mean cost over the epoch's batches, penalties included, while
        the parameters were moving.
    validation_cost : list of float
        After each epoch, without penalties; empty without validation data.
    best_epoch : int
        The epoch, counted from 1, with the lowest validation cost; 0
        without validation data.
    stopped : str
        ``"all epochs done"``, ``"no better for N epochs"``,
        ``"interrupted"`` or ``"diverged"``.
    """

    def __init__(self):
        self.cost = []
        self.validation_cost = []
        self.best_epoch = 0
        self.stopped = ""

    @property
    def epochs(self):
        return len(self.cost)

    def notes_a_best(self, validation_cost):
        """Append a validation cost; say whether it is the lowest so far."""
        lowest = min(self.validation_cost, default=math.inf)
        self.validation_cost.append(validation_cost)
        if validation_cost < lowest:
            self.best_epoch = self.epochs
        return validation_cost < lowest

    def __repr__(self):
        parts = [f"{self.epochs} epochs", self.stopped]
        if self.cost:
            parts.append(f"cost {self.cost[-1]:.4g}")
        if self.validation_cost:
            best = min(self.validation_cost)
            parts.append(
                f"validation cost {best:.4g} after epoch {self.best_epoch}"
            )
        return f"History({', '.join(parts)})"


def fit(
    network,
    X,
    Y,
    *,
    cost,
    optimizer,
    rng,
    epochs=10,
    batch_size=None,
    validation=None,
    patience=None,
    l1=0.0,
    l2=0.0,
    clip=None,
    progress=False,
):
    """Train a network in place and return the history of the run.

    Parameters
    ----------
    network : Network
    X : ndarray, shape (n_x, m), or with places between
    Y : ndarray, shape of the network's outputs
    cost : Cost
        Such as ``SoftmaxCrossEntropy()``.
    optimizer : Optimizer
        ``optimizer.step(params, grads)`` changes params in place. It gets
        all parameters as one vector, which is faster than one by one.
    rng : numpy.random.Generator
        Decides the order of the examples. Equal rng, equal run.
    epochs : int
        How often every example is seen.
    batch_size : int, optional
        How many examples make a step. If not given, all at once.
    validation : (X, Y), optional
        Examples that are watched and never learned from.
    patience : int, optional
        Stop when the validation cost has not fallen for so many epochs, and
        go back to the parameters that were best.
    l1, l2 : float
        Strengths of the penalties on weights; m in their formulas is the
        number of training examples.
    clip : callable, optional
        Takes the dict of gradients and returns the one to use, such as
        ``lambda grads: clip_by_norm(grads, 1.0)``.
    progress : bool
        Show a bar, if tqdm is installed.

    Returns
    -------
    History
        Also after Ctrl-C or the notebook's stop button: the network keeps
        what it has learned by then (with patience, its best).

    Raises
    ------
    ShapeError, TypeError, ValueError
        When the data cannot be right; the message says why.

    Examples
    --------
    >>> import layerwise as lw
    >>> X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    >>> Y = np.array([[0, 1, 1, 0]])
    >>> rng = np.random.default_rng(0)
    >>> network = lw.deep_network([2, 4, 1], rng=rng, activation=lw.Tanh)
    >>> cost = lw.SigmoidCrossEntropy()
    >>> history = fit(network, X, Y, cost=cost, optimizer=lw.Adam(0.1),
    ...               rng=rng, epochs=100)
    >>> predict(network, X, cost=cost)
    array([[0, 1, 1, 0]])
    """
    _check_parts(network, cost, optimizer, rng)
    X, Y = _checked(network, X, Y)
    cost.check_targets(Y)
    batch_size = _checked_size(batch_size, X.shape[-1])
    if validation is not None:
        validation = _checked(network, *validation, name="validation ")
    elif patience is not None:
        raise ValueError(
            "patience watches the validation cost: pass validation=(X, Y)."
        )
    penalty = _penalty(network, l1, l2, X.shape[-1])
    history, best = History(), None
    try:
        for _ in _epochs(epochs, progress):
            batches = [(X, Y)]
            if batch_size < X.shape[-1]:
                batches = minibatches(X, Y, batch_size=batch_size, rng=rng)
            history.cost.append(
                _epoch(network, cost, optimizer, batches, penalty, clip)
            )
            if validation is not None:
                J = evaluate(network, *validation, cost=cost)
                if history.notes_a_best(J):
                    best = _copies(network)
            history.stopped = _reason_to_stop(history, patience)
            if history.stopped:
                break
        else:
            history.stopped = "all epochs done"
    except KeyboardInterrupt:
        history.stopped = "interrupted"
    if patience is not None and best is not None:
        _restore(network, *best)
    return history


def evaluate(network, X, Y, *, cost, batch_size=1024):
    """Return the mean cost over all examples, without learning from them.

    Parameters
    ----------
    network : Network
    X : ndarray, shape (n_x, m), or with places between
    Y : ndarray, shape of the network's outputs
    cost : Cost
    batch_size : int
        How many examples are held in memory at once.

    Returns
    -------
    float
    """
    m, total = X.shape[-1], 0.0
    for start in range(0, m, batch_size):
        part = slice(start, start + batch_size)
        A = network.forward(X[..., part])
        total += float(cost.forward(A, Y[..., part])) * A.shape[-1]
    return total / m


def predict(network, X, *, cost, batch_size=1024):
    """Return the network's answers: classes, or numbers, as the cost says.

    Parameters
    ----------
    network : Network
    X : ndarray, shape (n_x, m), or with places between
    cost : Cost
        Decides: the largest output, above one half, above zero, as it is.
    batch_size : int
        How many examples are held in memory at once.

    Returns
    -------
    ndarray, shape (m,) for classes, else the shape of the outputs
    """
    parts = [
        cost.decide(network.forward(X[..., start : start + batch_size]))
        for start in range(0, X.shape[-1], batch_size)
    ]
    return np.concatenate(parts, axis=-1)


def save_parameters(network, path):
    """Write parameters and state to an .npz file, by their names.

    Parameters
    ----------
    network : Network
    path : str or path
        Written as given; ``.npz`` is the usual ending.
    """
    with open(path, "wb") as file:
        np.savez(file, **network.params, **network.state)


def load_parameters(network, path):
    """Read parameters and state into a network of the same shapes.

    Nothing in the file is executed: arrays only, no pickle.

    Parameters
    ----------
    network : Network
        Changed in place, and only if everything in the file fits.
    path : str or path

    Raises
    ------
    ShapeError
        When names or shapes differ from the network's.
    """
    places = {**network.params, **network.state}
    with np.load(path, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    if set(arrays) != set(places):
        missing = sorted(set(places) - set(arrays))
        unknown = sorted(set(arrays) - set(places))
        raise ShapeError(
            f"{path} does not fit this network: it lacks {missing} and has "
            f"{unknown} besides. Was it saved from other layers?"
        )
    for name, place in places.items():
        if arrays[name].shape != place.shape:
            raise ShapeError(
                f"{name} has shape {arrays[name].shape} in {path}, expected "
                f"{place.shape}. Was it saved from layers of other sizes?"
            )
    for name, place in places.items():
        place[...] = arrays[name]


def perceptron_epoch(w, b, X, y, *, learning_rate=1.0):
    """Go through the examples once and learn from every mistake.

    At a mistake: w <- w + learning_rate y x and b <- b + learning_rate y

    Parameters
    ----------
    w : ndarray, shape (n,)
    b : float
    X : ndarray, shape (n, m)
    y : ndarray, shape (m,)
        -1 or +1.
    learning_rate : float

    Returns
    -------
    w : ndarray, shape (n,)
        A new array.
    b : float
    errors : int
        How many mistakes were met on the way.

    References
    ----------
    Rosenblatt (1958), The perceptron: a probabilistic model for information
    storage and organization in the brain.

    Examples
    --------
    >>> X, y = np.array([[1.0, -1.0]]), np.array([1.0, -1.0])
    >>> perceptron_epoch(np.zeros(1), 0.0, X, y)
    (array([2.]), 0.0, 2)
    """
    errors = 0
    for x_i, y_i in zip(X.T, y, strict=True):
        if y_i * (w @ x_i + b) <= 0:
            w = w + learning_rate * y_i * x_i
            b = b + learning_rate * float(y_i)
            errors += 1
    return w, b, errors


class Perceptron:
    """Rosenblatt's unit: one step, at zero, of one weighted sum.

    Attributes
    ----------
    w : ndarray, shape (n,)
    b : float
    errors : list of int
        Mistakes in each epoch; the last is 0 once it has separated.

    Examples
    --------
    >>> X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    >>> unit = Perceptron(2).fit(X, np.array([[0, 0, 0, 1]]))
    >>> unit.predict(X)
    array([[0, 0, 0, 1]])
    """

    def __init__(self, n):
        self.w, self.b, self.errors = np.zeros(n), 0.0, []

    def fit(self, X, Y, *, epochs=100, learning_rate=1.0):
        """Repeat `perceptron_epoch` until one passes without a mistake.

        X has shape (n, m), Y has shape (1, m) and holds 0 and 1.
        """
        check_values("X", X)
        y = np.ravel(Y)
        if not np.isin(y, (0, 1)).all():
            raise ValueError(f"Y holds {sorted(set(y))[:4]}, expected 0 and 1")
        signs = 2.0 * y - 1.0
        for _ in range(epochs):
            self.w, self.b, errors = perceptron_epoch(
                self.w, self.b, X, signs, learning_rate=learning_rate
            )
            self.errors.append(errors)
            if errors == 0:
                break
        return self

    def predict(self, X):
        """Return 1 where the sum is above zero, else 0; shape (1, m)."""
        return (self.w @ X + self.b > 0).astype(int)[np.newaxis]


def _epoch(network, cost, optimizer, batches, penalty, clip):
    """Forward, backward, update for every batch; return the mean cost."""
    total, m = 0.0, 0
    params, grads = network.as_one()
    for X, Y in batches:
        J = float(cost.forward(network.forward(X, training=True), Y))
        network.backward(cost.backward())
        if penalty is not None:
            J += penalty()
        optimizer.step(params, grads if clip is None else clip(grads))
        total += J * X.shape[-1]
        m += X.shape[-1]
    return total / m


def _reason_to_stop(history, patience):
    if not math.isfinite(history.cost[-1]):
        return "diverged"
    if patience and history.epochs - history.best_epoch >= patience:
        return f"no better for {patience} epochs"
    return ""


def _penalty(network, l1, l2, m):
    """Return what adds the penalties' gradients and returns their cost."""
    kinds = [
        (strength, cost, gradients)
        for strength, cost, gradients in (
            (l1, l1_penalty, l1_gradients),
            (l2, l2_penalty, l2_gradients),
        )
        if strength
    ]

    def penalty():
        total = 0.0
        for strength, cost, gradients in kinds:
            total += float(cost(network.params, strength=strength, m=m))
            extra = gradients(network.params, strength=strength, m=m)
            for name, gradient in extra.items():
                network.grads[name] += gradient
        return total

    return penalty if kinds else None


def _epochs(epochs, progress):
    if epochs < 1:
        raise ValueError(f"epochs is {epochs}, expected 1 or more.")
    if progress:
        try:
            from tqdm.auto import trange
        except ImportError:
            return range(epochs)
        return trange(epochs, unit="epoch")
    return range(epochs)


def _check_parts(network, cost, optimizer, rng):
    """Refuse parts that cannot work together, and say what could."""
    for name, part in (("cost", cost), ("optimizer", optimizer)):
        if isinstance(part, type):
            raise TypeError(
                f"{name} is the class {part.__name__}, expected an object: "
                f"pass {part.__name__}()."
            )
    check_generator(rng)
    last = type(network.layers[-1]).__name__
    if type(cost).__name__ == f"{last}CrossEntropy":
        raise ValueError(
            f"{type(cost).__name__} applies the {last.lower()} itself, and "
            f"the last layer is {last}: leave that layer out."
        )


def _checked(network, X, Y, name=""):
    """Return the data in the network's dtype, or say what is wrong."""
    X, Y = np.asarray(X), np.asarray(Y)
    check_values(f"{name}X", X)
    check_values(f"{name}Y", Y if Y.dtype.kind == "f" else Y.astype(float))
    if X.ndim < 2 or Y.ndim < 2:
        which, array = ("X", X) if X.ndim < 2 else ("Y", Y)
        raise ShapeError(
            f"{name}{which} has shape {array.shape}, expected (n, m): "
            f"examples in columns. Are these class numbers? Then pass "
            f"one_hot(y, classes). One feature? {which}.reshape(1, -1)."
        )
    if X.shape[-1] != Y.shape[-1]:
        rows = X.shape[0] == Y.shape[-1] and X.ndim == 2
        hint = " Are the examples in rows? Then pass X.T." if rows else ""
        raise ShapeError(
            f"{name}X has {X.shape[-1]} examples and {name}Y has "
            f"{Y.shape[-1]}, expected m of each: X {X.shape}, Y {Y.shape}."
            + hint
        )
    if X.shape[-1] == 0:
        raise ValueError(f"{name}X has shape {X.shape}: no examples at all.")
    dtype = network.dtype
    return X.astype(dtype, copy=False), Y.astype(dtype, copy=False)


def _checked_size(batch_size, m):
    if batch_size is None:
        return m
    if not 1 <= batch_size <= m:
        raise ValueError(
            f"batch_size is {batch_size}, expected 1 to m = {m}, the number "
            f"of examples. batch_size=None takes them all at once."
        )
    return batch_size


def _copies(network):
    state = {name: value.copy() for name, value in network.state.items()}
    return network.vector.copy(), state


def _restore(network, vector, state):
    network.vector[...] = vector
    for name, value in state.items():
        network.state[name][...] = value
