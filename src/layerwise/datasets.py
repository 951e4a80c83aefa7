"""Data for every chapter. A column is an example, and nothing is downloaded.

Three kinds of return value, everywhere in this file:

- two classes: ``X (n, m)`` and ``Y (1, m)`` of zeros and ones, the row that
  the output of one sigmoid unit is compared with;
- more classes: ``X (n, m)`` and ``y (m,)``, class numbers from 0;
- numbers to predict: ``X (n, m)`` and ``Y (1, m)``.

Sequences are ``X (n_x, T, m)``. What is drawn at random asks for the
generator it draws from: ``rng=np.random.default_rng(0)``.
"""

import gzip
import math
from importlib.resources import files

import numpy as np

from .shapes import check_generator, check_shape

__all__ = [
    "CORNER",
    "SEEN_PLACES",
    "UNSEEN_PLACES",
    "adding",
    "all_bits",
    "breast_cancer",
    "circles",
    "corner",
    "corner_places",
    "delayed_copy",
    "diabetes",
    "digits",
    "gate",
    "iris",
    "k_fold",
    "mnist",
    "names",
    "noisy_sine",
    "parity",
    "read_idx",
    "spirals",
    "standardize",
    "stratified_k_fold",
    "stratified_split",
    "two_moons",
    "wine",
    "xor",
]

# Points in the plane.


def two_moons(m=200, *, noise=0.1, rng):
    """Two half circles that reach into each other: no line parts them.

    Parameters
    ----------
    m : int
        Number of examples; the classes share them, class 0 the odd one.
    noise : float
        Standard deviation of what is added to every coordinate; each moon
        has radius 1.
    rng : numpy Generator

    Returns
    -------
    X : ndarray, shape (2, m)
    Y : ndarray, shape (1, m)
        0 on the upper moon, 1 on the lower.

    Examples
    --------
    >>> X, Y = two_moons(6, rng=np.random.default_rng(0))
    >>> X.shape, Y.shape, int(Y.sum())
    ((2, 6), (1, 6), 3)
    """
    angle = np.pi * check_generator(rng).random(m)
    Y = _half_ones(m)
    X = np.stack([np.cos(angle), np.sin(angle)])
    X[:, Y[0] == 1] = np.array([[1.0], [0.5]]) - X[:, Y[0] == 1]
    return _shuffled(X + noise * rng.standard_normal(X.shape), Y, rng)


def circles(m=200, *, noise=0.05, inner=0.5, rng):
    """A ring around a ring: class 1 lies inside, at radius ``inner``.

    Returns ``X (2, m)`` and ``Y (1, m)`` like :func:`two_moons`; the outer
    ring has radius 1.
    """
    angle = 2 * np.pi * check_generator(rng).random(m)
    Y = _half_ones(m)
    radius = np.where(Y == 1, inner, 1.0)
    X = radius * np.stack([np.cos(angle), np.sin(angle)])
    return _shuffled(X + noise * rng.standard_normal(X.shape), Y, rng)


def spirals(m=200, *, noise=0.05, turns=1.5, rng):
    """Two arms that wind about each other ``turns`` times.

    Returns ``X (2, m)`` and ``Y (1, m)`` like :func:`two_moons`; the arms
    begin near the origin and end at radius 1.
    """
    radius = 0.1 + 0.9 * np.sqrt(check_generator(rng).random(m))
    Y = _half_ones(m)
    angle = 2 * np.pi * turns * radius + np.pi * Y[0]
    X = radius * np.stack([np.cos(angle), np.sin(angle)])
    return _shuffled(X + noise * rng.standard_normal(X.shape), Y, rng)


def xor(m=200, *, noise=0.15, rng):
    """Clouds about the corners of a square; opposite corners agree.

    Returns ``X (2, m)`` about (0, 0), (0, 1), (1, 0), (1, 1) with standard
    deviation ``noise`` and ``Y (1, m)``. The four bare points are
    ``gate("xor")``.
    """
    corners = np.arange(m) % 4
    check_generator(rng).shuffle(corners)
    four, answers = gate("xor")
    X = four[:, corners] + noise * rng.standard_normal((2, m))
    return X, answers[:, corners]


# Bits.


def all_bits(n):
    """Every string of ``n`` bits once: column j is j written in binary.

    >>> all_bits(2)
    array([[0., 0., 1., 1.],
           [0., 1., 0., 1.]])
    """
    if not 1 <= n <= 20:
        raise ValueError(f"n must lie between 1 and 20 bits, got {n}.")
    places = np.arange(n - 1, -1, -1)[:, np.newaxis]
    return (np.arange(2**n) >> places & 1).astype(float)  # (n, 2**n)


_GATES = {
    "and": lambda ones, n: ones == n,
    "or": lambda ones, n: ones > 0,
    "nand": lambda ones, n: ones < n,
    "nor": lambda ones, n: ones == 0,
    "xor": lambda ones, n: ones % 2 == 1,
    "xnor": lambda ones, n: ones % 2 == 0,
    "majority": lambda ones, n: 2 * ones > n,
}


def gate(name, n=2):
    """The truth table of a gate with ``n`` inputs: ``X (n, 2**n)`` and ``Y``.

    The names are and, or, nand, nor, xor, xnor, majority; "nor" of one
    input is *not*, and "xor" of n inputs is their parity.

    >>> X, Y = gate("and")
    >>> Y
    array([[0., 0., 0., 1.]])
    """
    if name not in _GATES:
        raise ValueError(f"no gate '{name}': choose from {', '.join(_GATES)}.")
    X = all_bits(n)
    return X, _GATES[name](X.sum(axis=0, keepdims=True), n).astype(float)


# The corner on a grid of 4 x 4 cells. A picture is binary, so there are
# 2**16 of them. The corner stands at a place when three of its four cells
# have ink and the lower left one has none. Places are numbered 0..8 by
# rows, as the upper left cell moves over 3 x 3 positions.
CORNER = np.array([[1, 1], [0, 1]])
SEEN_PLACES = (0, 2, 4, 6, 8)
UNSEEN_PLACES = (1, 3, 5, 7)


def corner_places(X):
    """Where the corner stands in each picture.

    Parameters
    ----------
    X : ndarray, shape (16, m)
        Pictures of zeros and ones, row after row.

    Returns
    -------
    ndarray of bool, shape (9, m)
        Row p is True where the corner stands at place p.
    """
    check_shape("X", X, "pixels m", pixels=16)
    grid = np.asarray(X).reshape(4, 4, -1)
    found = [
        np.all(grid[i : i + 2, j : j + 2] == CORNER[..., np.newaxis], (0, 1))
        for i in range(3)
        for j in range(3)
    ]
    return np.stack(found)  # (9, m)


def corner(m=1000, *, places=SEEN_PLACES, rng):
    """Pictures with one corner, at one of ``places``, and without any.

    Half of the examples have the corner at exactly one of the nine places:
    the place is drawn evenly from ``places``, then the picture from all
    that have it there and nowhere else. The other half is drawn from the
    34,561 pictures without a corner anywhere. These have less ink, 7.3
    cells on average against 8.6; who counts ink and nothing else is right
    63 % of the time.

    Parameters
    ----------
    m : int
    places : sequence of int
        From 0 to 8, by rows. ``SEEN_PLACES`` are the four outermost and the
        middle, ``UNSEEN_PLACES`` the other four.
    rng : numpy Generator

    Returns
    -------
    X : ndarray, shape (16, m)
        Zeros and ones; ``X.reshape(4, 4, -1)`` are the pictures.
    Y : ndarray, shape (1, m)
        1 where there is a corner.
    """
    if not len(places) or not set(places) <= set(range(9)):
        raise ValueError(f"places are numbers from 0 to 8, got {places}.")
    pictures = all_bits(16)
    found = corner_places(pictures)
    Y = _half_ones(m)
    chosen = np.empty(m, dtype=int)
    without = np.flatnonzero(~found.any(axis=0))
    negative = Y[0] == 0
    chosen[negative] = check_generator(rng).choice(without, negative.sum())
    at = rng.choice(places, m)
    for place in places:
        here = np.flatnonzero(found[place] & (found.sum(axis=0) == 1))
        wanted = ~negative & (at == place)
        chosen[wanted] = rng.choice(here, wanted.sum())
    return _shuffled(pictures[:, chosen], Y, rng)


# Sequences.


def parity(m=200, *, T=8, rng):
    """Strings of T random bits; the answer is 1 when the ones are odd.

    Returns ``X (1, T, m)`` and ``Y (1, m)``. All strings of n bits at once
    are ``gate("xor", n)``.
    """
    X = _bits((1, _steps(T), m), rng)
    return X, X.sum(axis=1) % 2


def delayed_copy(m=200, *, lag=20, symbols=8, wait=8, rng):
    """Which symbol was flagged near the start, ``lag`` steps ago or more?

    Each step shows one of ``symbols`` symbols as a one-hot column. The
    last row of X is a flag that is 1 at one of the first ``wait`` steps:
    that symbol is the answer, all others distract. Guessing is right
    1 / symbols of the time.

    Returns
    -------
    X : ndarray, shape (symbols + 1, lag + wait, m)
    y : ndarray of int, shape (m,)
    """
    T = _steps(lag) + _steps(wait)
    shown = check_generator(rng).integers(symbols, size=(T, m))
    flagged = rng.integers(wait, size=m), np.arange(m)
    X = np.zeros((symbols + 1, T, m))
    X[:symbols] = shown == np.arange(symbols)[:, np.newaxis, np.newaxis]
    X[symbols][flagged] = 1
    return X, shown[flagged]


def adding(m=200, *, T=20, rng):
    """Add the two marked numbers of a sequence (Hochreiter and Schmidhuber).

    Row 0 of X are numbers drawn evenly from 0 to 1, row 1 marks one step of
    the first half and one of the second. Who always answers 1 has a mean
    squared error of 1/6.

    Returns
    -------
    X : ndarray, shape (2, T, m)
    Y : ndarray, shape (1, m)

    References
    ----------
    S. Hochreiter, J. Schmidhuber (1997), Long short-term memory, Neural
    Computation 9(8).
    """
    if _steps(T) < 2:
        raise ValueError(f"two marked steps need T >= 2, got T = {T}.")
    X = np.zeros((2, T, m))
    X[0] = check_generator(rng).random((T, m))
    X[1, rng.integers(T // 2, size=m), np.arange(m)] = 1
    X[1, rng.integers(T // 2, T, size=m), np.arange(m)] = 1
    return X, (X[0] * X[1]).sum(axis=0, keepdims=True)


def noisy_sine(m=200, *, T=40, period=20.0, noise=0.1, rng):
    """A sine seen through noise; the answer at t is the clean value at t + 1.

    Each sequence starts at a phase of its own.

    Returns
    -------
    X : ndarray, shape (1, T, m)
    Y : ndarray, shape (1, T, m)
    """
    phase = 2 * np.pi * check_generator(rng).random(m)
    t = np.arange(_steps(T) + 1)[:, np.newaxis]
    clean = np.sin(2 * np.pi * t / period + phase)[np.newaxis]  # (1, T+1, m)
    X = clean[:, :-1] + noise * rng.standard_normal((1, T, m))
    return X, clean[:, 1:].copy()


# Collected data: sources and licenses stand in data/SOURCES.md.


def digits():
    """1,797 handwritten digits of 8 x 8 pixels.

    The file counts ink from 0 to 16 in each cell. This function divides by
    16, so pixels lie between 0 and 1.

    Returns
    -------
    X : ndarray, shape (64, 1797)
        ``X.reshape(8, 8, -1)`` are the pictures, ``X.reshape(1, 8, 8, -1)``
        the images with one channel that a convolution takes.
    y : ndarray of int, shape (1797,)
    """
    data = _vendored("digits")
    return data["X"] / 16, data["y"].astype(int)


def iris():
    """150 irises of three kinds: ``X (4, 150)`` in cm and ``y (150,)``."""
    data = _vendored("iris")
    return data["X"], data["y"].astype(int)


def wine():
    """178 wines of three growers: ``X (13, 178)`` and ``y (178,)``.

    The features have different units and sizes: standardize them first.
    """
    data = _vendored("wine")
    return data["X"], data["y"].astype(int)


def breast_cancer():
    """569 tumors: ``X (30, 569)`` and ``Y (1, 569)``, 1 for malignant.

    The features have different units and sizes: standardize them first.
    scikit-learn numbers the classes the other way round (1 for benign);
    here the positive class is the illness, so that recall is the share of
    malignant tumors that were found.
    """
    data = _vendored("breast_cancer")
    return data["X"], data["y"][np.newaxis].astype(float)


def diabetes():
    """442 patients: ``X (10, 442)`` and ``Y (1, 442)``, the course of illness.

    Features are in their own units (years, kg/m², mm Hg, ...; sex is 1 or
    2), not scaled in advance as scikit-learn's are: standardize them with
    the training set. Y is a measure of progression after one year, from 25
    to 346.
    """
    data = _vendored("diabetes")
    return data["X"], data["y"][np.newaxis]


def names(data):
    """Names of the features and of the classes of a collected data set.

    >>> names("iris")[1]
    ['setosa', 'versicolor', 'virginica']
    """
    found = _vendored(data)
    return found["features"].tolist(), found["classes"].tolist()


_IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


def read_idx(path):
    """Read one file of the IDX format, gzipped or not, as it lies on disk.

    The first axis counts the examples, as in the file: the training
    pictures of MNIST are ``(60000, 28, 28)``. :func:`mnist` turns them.

    Raises
    ------
    ValueError
        When the file does not begin as an IDX file does, or its length is
        not what its header promises.
    """
    with open(path, "rb") as file:
        raw = file.read()
    if raw[:2] == b"\x1f\x8b":
        try:
            raw = gzip.decompress(raw)
        except (EOFError, OSError) as error:
            raise ValueError(
                f"{path} is gzipped but damaged ({error}). Was its download "
                f"cut off?"
            ) from None
    if len(raw) < 4 or raw[:2] != b"\0\0" or raw[2] not in _IDX_TYPES:
        raise ValueError(
            f"{path} is no IDX file: it begins with the bytes "
            f"{raw[:4].hex(' ')}, an IDX file of MNIST with 00 00 08 01 "
            f"(labels) or 00 00 08 03 (pictures)."
        )
    start = 4 + 4 * raw[3]
    if len(raw) < start:
        raise ValueError(
            f"{path} ends within its header, at {len(raw)} bytes."
        )
    shape = tuple(np.frombuffer(raw[4:start], ">u4").tolist())
    dtype = np.dtype(_IDX_TYPES[raw[2]])
    size = dtype.itemsize * math.prod(shape)
    if len(raw) - start != size:
        raise ValueError(
            f"{path} promises shape {shape}, {size} bytes of data, and has "
            f"{len(raw) - start}. Was its download cut off?"
        )
    array = np.frombuffer(raw, dtype, offset=start).reshape(shape)
    return array.astype(dtype.newbyteorder("="))


def mnist(images, labels, *, dtype=np.float64):
    """MNIST, or any set in its format, from a pair of files you have.

    Parameters
    ----------
    images, labels : path
        For example ``train-images-idx3-ubyte.gz`` and
        ``train-labels-idx1-ubyte.gz``.
    dtype : dtype
        float32 halves the memory: 60,000 pictures take 188 MB.

    Returns
    -------
    X : ndarray, shape (n_H * n_W, m)
        Gray values divided by 255, so between 0 and 1.
    y : ndarray of int, shape (m,)
    """
    pictures, y = read_idx(images), read_idx(labels)
    if pictures.ndim != 3 or y.ndim != 1:
        raise ValueError(
            f"expected pictures (m, n_H, n_W) and labels (m,), found "
            f"{pictures.shape} and {y.shape}. Are the two files swapped?"
        )
    if len(pictures) != len(y):
        raise ValueError(
            f"{len(pictures)} pictures but {len(y)} labels. Is one file of "
            f"the training set and the other of the test set?"
        )
    flat = pictures.reshape(len(y), -1).T.astype(dtype, order="C")
    flat /= 255
    return flat, y.astype(int)


# Splitting and scaling.


def stratified_split(y, fractions, *, rng):
    """Deal examples into parts so that each part has its share of each class.

    The examples are shuffled, laid out class by class, and dealt along
    this line as evenly as the fractions allow. Sizes are exact to the
    example; the share of a class in a part is off by one example or so.

    Parameters
    ----------
    y : ndarray, shape (m,) or (1, m)
        Class of each example.
    fractions : sequence of float
        One for each part; they sum to 1.
    rng : numpy Generator

    Returns
    -------
    list of ndarray of int
        The indices of each part, shuffled: ``X[:, part], y[part]``.

    Examples
    --------
    >>> y = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    >>> train, test = stratified_split(
    ...     y, (0.75, 0.25), rng=np.random.default_rng(0)
    ... )
    >>> np.bincount(y[train]).tolist(), np.bincount(y[test]).tolist()
    ([3, 3], [1, 1])
    """
    y = _row(y)
    _check_fractions(fractions)
    order = check_generator(rng).permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]
    part = _deal(_counts(len(y), fractions))
    return [rng.permutation(order[part == k]) for k in range(len(fractions))]


def _counts(m, fractions):
    """Whole numbers nearest to ``m * fractions`` that sum to m.

    >>> _counts(10, (0.25, 0.25, 0.5))
    array([3, 2, 5])
    """
    exact = m * np.asarray(fractions, dtype=float)
    counts = np.floor(exact + 1e-9).astype(int)
    most_owed = np.argsort(counts - exact, kind="stable")
    counts[most_owed[: m - counts.sum()]] += 1
    return counts


def _deal(counts):
    """Who gets which card, when each player's come at an even pace.

    >>> _deal([4, 2])
    array([0, 1, 0, 0, 1, 0])
    """
    when = [(np.arange(count) + 0.5) / count for count in counts]
    player = np.repeat(np.arange(len(counts)), counts)
    return player[np.argsort(np.concatenate(when), kind="stable")]


def k_fold(m, k, *, rng):
    """Cut m examples into k folds; each is left out for validation once.

    Returns
    -------
    list of k pairs (train, validation) of ndarray of int
    """
    return stratified_k_fold(np.zeros(m, dtype=int), k, rng=rng)


def stratified_k_fold(y, k, *, rng):
    """As :func:`k_fold`, and each fold has its share of each class of y."""
    y = _row(y)
    if not 2 <= k <= len(y):
        raise ValueError(
            f"k must lie between 2 and the {len(y)} examples, got {k}."
        )
    folds = stratified_split(y, [1 / k] * k, rng=rng)
    return [
        (np.concatenate(folds[:i] + folds[i + 1 :]), folds[i])
        for i in range(k)
    ]


def standardize(X_train, *others):
    """Give each feature mean 0 and spread 1, measured on the training set.

    The other sets are moved and scaled by the *training* set's numbers:
    what is measured on the test set has already looked at it. A feature
    that is constant in the training set is moved only.

    Parameters
    ----------
    X_train, *others : ndarray, shape (n, m), each with its own m

    Returns
    -------
    ndarray, or a tuple of them when there are others

    Examples
    --------
    >>> standardize(np.array([[1.0, 3.0]]), np.array([[5.0]]))
    (array([[-1.,  1.]]), array([[3.]]))
    """
    n = np.shape(X_train)[0] if np.ndim(X_train) else 0
    for X in (X_train, *others):
        check_shape("X", X, "n m", n=n)
    mean = np.mean(X_train, axis=1, keepdims=True)  # (n, 1)
    spread = np.std(X_train, axis=1, keepdims=True)
    constant = np.ptp(X_train, axis=1, keepdims=True) == 0
    spread = np.where(constant, spread.dtype.type(1), spread)
    scaled = tuple((X - mean) / spread for X in (X_train, *others))
    return scaled if others else scaled[0]


# Small print.


def _vendored(name):
    source = files(__package__) / "data" / f"{name}.npz"
    if not source.is_file():
        raise ValueError(f"no data set '{name}' comes with Layerwise.")
    with source.open("rb") as file, np.load(file) as data:
        return {key: data[key] for key in data.files}


def _half_ones(m):
    """A row of m // 2 ones behind the zeros."""
    if m < 1:
        raise ValueError(f"m is the number of examples, at least 1: got {m}.")
    return (np.arange(m) >= m - m // 2).astype(float)[np.newaxis]


def _shuffled(X, Y, rng):
    order = rng.permutation(X.shape[-1])
    return X[..., order], Y[..., order]


def _bits(shape, rng):
    return check_generator(rng).integers(2, size=shape).astype(float)


def _steps(T):
    if T < 1:
        raise ValueError(f"a sequence has at least one step, got {T}.")
    return T


def _row(y):
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[0] == 1:
        y = y[0]
    check_shape("y", y, "m")
    return y


def _check_fractions(fractions):
    if min(fractions) < 0 or abs(sum(fractions) - 1) > 1e-6:
        raise ValueError(
            f"fractions must be at least 0 and sum to 1, got {fractions} "
            f"with sum {sum(fractions):g}."
        )
