"""Generators against their definitions, vendored files against checksums."""

import gzip
import hashlib
import itertools
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import layerwise
from layerwise import datasets as d
from layerwise.shapes import ShapeError

PLANE = [d.two_moons, d.circles, d.spirals, d.xor]
ALL = [*PLANE, d.corner, d.parity, d.delayed_copy, d.adding, d.noisy_sine]


@pytest.fixture
def rng():
    return np.random.default_rng(0)


# What all generators promise.


@pytest.mark.parametrize("make", ALL)
def test_columns_are_examples_and_equal_generators_draw_equal_data(make):
    X, Y = make(31, rng=np.random.default_rng(5))
    again = make(31, rng=np.random.default_rng(5))
    other = make(31, rng=np.random.default_rng(6))
    assert X.shape[-1] == Y.shape[-1] == 31
    assert X.dtype == np.float64
    assert np.array_equal(X, again[0]) and np.array_equal(Y, again[1])
    assert not np.array_equal(X, other[0])


@pytest.mark.parametrize("make", ALL)
def test_the_generator_is_a_required_keyword(make):
    with pytest.raises(TypeError, match="rng"):
        make(10)
    with pytest.raises(
        TypeError, match=r"np\.random\.default_rng\(0\), got 7"
    ):
        make(10, rng=7)


@pytest.mark.parametrize("make", [*PLANE, d.corner])
def test_two_classes_are_a_row_of_zeros_and_ones_in_mixed_order(make, rng):
    _, Y = make(400, rng=rng)
    assert Y.shape == (1, 400)
    assert set(Y[0]) == {0.0, 1.0}
    assert Y.sum() == 200
    assert 60 < Y[0, :200].sum() < 140


@pytest.mark.parametrize("make", [*PLANE[:3], d.corner])
def test_an_odd_example_belongs_to_class_0(make, rng):
    assert make(7, rng=rng)[1].sum() == 3
    assert make(1, rng=rng)[1].sum() == 0
    with pytest.raises(ValueError, match="at least 1: got 0"):
        make(0, rng=rng)


# Points in the plane.


def test_moons_without_noise_lie_on_their_half_circles(rng):
    X, Y = d.two_moons(200, noise=0, rng=rng)
    upper, lower = X[:, Y[0] == 0], X[:, Y[0] == 1]
    assert np.allclose(np.hypot(*upper), 1) and (upper[1] >= 0).all()
    moved = lower - np.array([[1.0], [0.5]])
    assert np.allclose(np.hypot(*moved), 1) and (moved[1] <= 0).all()


def test_rings_without_noise_have_their_two_radii(rng):
    X, Y = d.circles(200, noise=0, inner=0.3, rng=rng)
    assert np.allclose(np.hypot(*X), np.where(Y[0] == 1, 0.3, 1.0))


def test_one_spiral_is_the_other_turned_by_half_a_turn(rng):
    X, Y = d.spirals(400, noise=0, turns=1.5, rng=rng)
    radius = np.hypot(*X)
    angle = 3 * np.pi * radius + np.pi * Y[0]
    assert np.allclose(X, radius * np.stack([np.cos(angle), np.sin(angle)]))
    assert 0.1 <= radius.min() < 0.2 and 0.95 < radius.max() <= 1


@pytest.mark.parametrize("make", PLANE)
def test_noise_has_the_spread_that_was_asked_for(make):
    clean, _ = make(5000, noise=0, rng=np.random.default_rng(0))
    noisy, _ = make(5000, noise=0.2, rng=np.random.default_rng(0))
    assert (noisy - clean).std(axis=1) == pytest.approx(0.2, rel=0.05)


def test_xor_clouds_stand_about_the_four_points_of_the_gate(rng):
    X, Y = d.xor(400, noise=0.05, rng=rng)
    corners = X.round()
    assert np.array_equal(Y[0], corners[0] != corners[1])
    counts = np.unique(corners, axis=1, return_counts=True)[1]
    assert counts.tolist() == [100] * 4


# Bits.


@given(st.integers(1, 8))
def test_all_bits_lists_every_string_once_in_binary_order(n):
    strings = list(itertools.product([0, 1], repeat=n))
    assert np.array_equal(d.all_bits(n).T, strings)


@pytest.mark.parametrize(
    "name, answers",
    [
        ("and", [0, 0, 0, 1]),
        ("or", [0, 1, 1, 1]),
        ("nand", [1, 1, 1, 0]),
        ("nor", [1, 0, 0, 0]),
        ("xor", [0, 1, 1, 0]),
        ("xnor", [1, 0, 0, 1]),
    ],
)
def test_gates_of_two_inputs_have_their_truth_tables(name, answers):
    X, Y = d.gate(name)
    assert X.T.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert Y.tolist() == [answers]


def test_gates_take_any_number_of_inputs():
    assert d.gate("nor", 1)[1].tolist() == [[1, 0]]
    assert d.gate("majority", 3)[1].tolist() == [[0, 0, 0, 1, 0, 1, 1, 1]]
    assert d.gate("majority", 2)[1].tolist() == [[0, 0, 0, 1]]  # no ties
    assert d.gate("xor", 3)[1].tolist() == [[0, 1, 1, 0, 1, 0, 0, 1]]
    with pytest.raises(ValueError, match=r"no gate 'not': choose from and"):
        d.gate("not")
    with pytest.raises(ValueError, match="between 1 and 20 bits, got 0"):
        d.gate("and", 0)


# The corner.


def corner_by_hand(picture):
    """The places of the corner, cell by cell."""
    return [
        3 * i + j
        for i in range(3)
        for j in range(3)
        if picture[i][j]
        and picture[i][j + 1]
        and not picture[i + 1][j]
        and picture[i + 1][j + 1]
    ]


def test_the_corner_is_found_where_it_stands_cell_by_cell(rng):
    X = rng.integers(2, size=(16, 500)).astype(float)
    found = d.corner_places(X)
    for m in range(500):
        by_hand = corner_by_hand(X[:, m].reshape(4, 4))
        assert np.flatnonzero(found[:, m]).tolist() == by_hand


def test_all_pictures_are_counted_by_how_many_corners_they_have():
    corners = d.corner_places(d.all_bits(16)).sum(axis=0)
    assert np.bincount(corners).tolist() == [34561, 25340, 5382, 252, 1]


@pytest.mark.parametrize("places", [d.SEEN_PLACES, d.UNSEEN_PLACES, (3,)])
def test_positives_have_one_corner_at_a_wanted_place_and_negatives_none(
    places, rng
):
    X, Y = d.corner(2000, places=places, rng=rng)
    found = d.corner_places(X)
    assert np.array_equal(found.sum(axis=0), Y[0])
    per_place = found.sum(axis=1)
    assert np.flatnonzero(per_place).tolist() == list(places)
    assert (abs(per_place[list(places)] - 1000 / len(places)) < 100).all()


def test_seen_and_unseen_places_are_the_nine():
    assert sorted(d.SEEN_PLACES + d.UNSEEN_PLACES) == list(range(9))


def test_ink_alone_tells_little_about_the_corner(rng):
    """As the docstring says: 7.3 cells of ink without it, 8.6 with it."""
    X, Y = d.corner(4000, rng=rng)
    ink = X.sum(axis=0)
    assert ink[Y[0] == 0].mean() == pytest.approx(7.3, abs=0.1)
    assert ink[Y[0] == 1].mean() == pytest.approx(8.6, abs=0.1)
    best = max(((ink >= cells) == Y[0]).mean() for cells in range(17))
    assert best == pytest.approx(0.63, abs=0.02)


@pytest.mark.parametrize("places", [(), (9,), (-1, 0)])
def test_places_outside_the_nine_are_refused(places, rng):
    with pytest.raises(ValueError, match="places are numbers from 0 to 8"):
        d.corner(10, places=places, rng=rng)


def test_pictures_in_rows_are_turned_by_the_message():
    with pytest.raises(ShapeError, match=r"pass X\.T"):
        d.corner_places(np.zeros((5, 16)))


# Sequences.


def test_parity_is_odd_when_the_ones_are(rng):
    X, Y = d.parity(50, T=7, rng=rng)
    assert X.shape == (1, 7, 50) and Y.shape == (1, 50)
    assert set(np.unique(X)) == {0.0, 1.0}
    for m in range(50):
        assert Y[0, m] == sum(map(int, X[0, :, m])) % 2


def test_delayed_copy_asks_for_the_flagged_symbol_of_the_first_steps(rng):
    X, y = d.delayed_copy(900, lag=9, symbols=3, wait=4, rng=rng)
    assert X.shape == (4, 13, 900) and y.shape == (900,)
    assert (X[:3].sum(axis=0) == 1).all()
    assert (X[3].sum(axis=0) == 1).all() and not X[3, 4:].any()
    assert (abs(X[3, :4].sum(axis=1) - 225) < 60).all()
    at = X[3].argmax(axis=0)
    symbols = X[:3].argmax(axis=0)
    assert np.array_equal(symbols[at, np.arange(900)], y)
    for t in range(4, 13):  # later symbols tell nothing
        assert 0.25 < (symbols[t] == y).mean() < 0.42


def test_adding_marks_one_number_in_each_half(rng):
    X, Y = d.adding(300, T=11, rng=rng)
    assert X.shape == (2, 11, 300) and Y.shape == (1, 300)
    assert (X[1, :5].sum(axis=0) == 1).all()
    assert (X[1, 5:].sum(axis=0) == 1).all()
    assert X[1].any(axis=1).all()  # every step is marked now and then
    first, second = X[1].argmax(axis=0), 10 - X[1, ::-1].argmax(axis=0)
    at = np.arange(300)
    assert np.allclose(Y[0], X[0, first, at] + X[0, second, at])


def test_always_answering_one_costs_a_sixth_on_adding(rng):
    _, Y = d.adding(20000, rng=rng)
    assert ((Y - 1) ** 2).mean() == pytest.approx(1 / 6, rel=0.03)


def test_noisy_sine_asks_for_the_clean_value_one_step_later(rng):
    X, Y = d.noisy_sine(40, T=30, period=12, noise=0.0, rng=rng)
    assert X.shape == Y.shape == (1, 30, 40)
    assert np.allclose(X[:, 1:], Y[:, :-1])
    assert np.allclose(Y[:, :18], Y[:, 12:])
    assert Y[0, 0].std() > 0.5  # phases differ
    noisy, clean = d.noisy_sine(400, noise=0.3, rng=rng)
    assert (noisy[:, 1:] - clean[:, :-1]).std() == pytest.approx(0.3, rel=0.05)


@pytest.mark.parametrize(
    "make", [d.parity, d.adding, d.noisy_sine, d.delayed_copy]
)
def test_a_sequence_without_steps_is_refused(make, rng):
    length = "lag" if make is d.delayed_copy else "T"
    with pytest.raises(ValueError, match="at least one step, got 0"):
        make(3, **{length: 0}, rng=rng)


def test_adding_needs_two_steps(rng):
    with pytest.raises(ValueError, match="T >= 2, got T = 1"):
        d.adding(3, T=1, rng=rng)


# Collected data.

CHECKSUMS = {
    "digits": "ac9fdfe258aefd68",
    "iris": "98eb135fa547a549",
    "wine": "7b804baf5cc8165a",
    "breast_cancer": "e29004d26b6d95d7",
    "diabetes": "6b8599357673c479",
}
DIGITS = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
FOLDER = Path(layerwise.__file__).parent / "data"


@pytest.mark.parametrize("name", CHECKSUMS)
def test_vendored_values_are_those_that_were_vendored(name):
    with np.load(FOLDER / f"{name}.npz") as data:
        held = hashlib.sha256(data["X"].tobytes() + data["y"].tobytes())
    assert held.hexdigest()[:16] == CHECKSUMS[name]


def test_every_vendored_file_is_checked_named_in_sources_and_small():
    found = {path.stem: path for path in FOLDER.glob("*.npz")}
    assert set(found) == set(CHECKSUMS)
    sources = (FOLDER / "SOURCES.md").read_text(encoding="utf-8")
    assert all(f"`{name}.npz`" in sources for name in found)
    assert sum(path.stat().st_size for path in found.values()) < 400_000


@pytest.mark.parametrize(
    "load, n, m, classes",
    [
        (d.digits, 64, 1797, DIGITS),
        (d.iris, 4, 150, [50, 50, 50]),
        (d.wine, 13, 178, [59, 71, 48]),
        (d.breast_cancer, 30, 569, [357, 212]),
    ],
)
def test_classes_have_the_sizes_their_source_gives(load, n, m, classes):
    X, y = load()
    assert X.shape == (n, m) and X.dtype == np.float64
    assert np.bincount(y.ravel().astype(int)).tolist() == classes
    assert y.shape == ((1, m) if load is d.breast_cancer else (m,))


def test_digits_are_scaled_to_one_and_look_like_digits():
    X, y = d.digits()
    assert X.min() == 0 and X.max() == 1
    assert np.array_equal(X * 16, (X * 16).round())
    zero = X[:, y == 0].mean(axis=1).reshape(8, 8)
    assert zero[3:5, 3:5].max() < 0.2 < 0.6 < zero[3:5, [2, 5]].mean()


def test_diabetes_is_in_its_own_units():
    X, Y = d.diabetes()
    assert X.shape == (10, 442) and Y.shape == (1, 442)
    features, classes = d.names("diabetes")
    assert features[:3] == ["age", "sex", "bmi"] and classes == []
    assert (X[0].min(), X[0].max()) == (19, 79)
    assert set(X[1]) == {1, 2}
    assert (Y.min(), Y.max()) == (25, 346)


def test_malignant_is_the_positive_class_of_breast_cancer():
    X, Y = d.breast_cancer()
    features, classes = d.names("breast_cancer")
    assert classes == ["benign", "malignant"]
    radius = X[features.index("mean radius")]
    assert radius[Y[0] == 1].mean() > radius[Y[0] == 0].mean() + 4


def test_a_loaded_set_may_be_changed_without_harm():
    X, _ = d.iris()
    X[:] = 0
    assert d.iris()[0].min() > 0
    with pytest.raises(ValueError, match="no data set 'irises' comes"):
        d.names("irises")


# IDX files.


def idx(array, code=8):
    """The bytes of an IDX file, written by the format's description."""
    header = struct.pack(">BBBB", 0, 0, code, array.ndim)
    header += struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.mark.parametrize(
    "code, dtype",
    [(8, "u1"), (9, "i1"), (11, "i2"), (12, "i4"), (13, "f4"), (14, "f8")],
)
def test_idx_files_of_every_type_are_read(tmp_path, code, dtype):
    array = np.array([[[1, 2, 3], [100, 5, 6]]], dtype=dtype)
    (tmp_path / "plain").write_bytes(idx(array, code))
    (tmp_path / "packed").write_bytes(gzip.compress(idx(array, code)))
    for name in ("plain", "packed"):
        read = d.read_idx(tmp_path / name)
        assert np.array_equal(read, array)
        assert read.dtype == np.dtype(dtype) and read.flags.writeable


def test_mnist_files_become_columns_between_0_and_1(tmp_path, rng):
    pictures = rng.integers(256, size=(3, 28, 28)).astype("u1")
    pictures[0, 0, 0] = 255
    labels = np.array([7, 0, 9], "u1")
    (tmp_path / "images.gz").write_bytes(gzip.compress(idx(pictures)))
    (tmp_path / "labels").write_bytes(idx(labels))
    X, y = d.mnist(
        tmp_path / "images.gz", tmp_path / "labels", dtype=np.float32
    )
    assert X.shape == (784, 3) and X.dtype == np.float32
    assert X.flags.c_contiguous
    assert np.allclose(X.reshape(28, 28, 3)[:, :, 1] * 255, pictures[1])
    assert y.tolist() == [7, 0, 9] and y.dtype == int


@pytest.mark.parametrize(
    "damage, words",
    [
        (lambda b: b"<htm" + b[4:], "no IDX file: .* bytes 3c 68 74 6d"),
        (lambda b: b"", "no IDX file"),
        (lambda b: b"\0\0\x07" + b[3:], "no IDX file"),
        (lambda b: b[:-1], r"shape \(2, 3\), 6 bytes of data, and has 5"),
        (lambda b: b + b"x", "6 bytes of data, and has 7"),
        (lambda b: b[:10], "ends within its header, at 10 bytes"),
        (lambda b: gzip.compress(b)[:-9], "gzipped but damaged"),
        (lambda b: gzip.compress(b)[:12] + b"zzzzzzzzzz", "gzipped but dam"),
    ],
)
def test_a_damaged_idx_file_says_what_is_wrong(tmp_path, damage, words):
    path = tmp_path / "file"
    path.write_bytes(damage(idx(np.zeros((2, 3), "u1"))))
    with pytest.raises(ValueError, match=words):
        d.read_idx(path)


def test_mnist_notices_swapped_and_unequal_files(tmp_path):
    (tmp_path / "images").write_bytes(idx(np.zeros((3, 2, 2), "u1")))
    (tmp_path / "labels").write_bytes(idx(np.zeros(4, "u1")))
    with pytest.raises(ValueError, match="Are the two files swapped"):
        d.mnist(tmp_path / "labels", tmp_path / "images")
    with pytest.raises(ValueError, match="3 pictures but 4 labels"):
        d.mnist(tmp_path / "images", tmp_path / "labels")


# Splitting and scaling.


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=60),
    st.sampled_from([(1.0,), (0.75, 0.25), (0.6, 0.2, 0.2), (0.5, 0, 0.5)]),
    st.integers(0, 5),
)
def test_a_split_uses_every_example_once_and_keeps_the_shares(
    classes, fractions, seed
):
    y = np.array(classes)
    parts = d.stratified_split(y, fractions, rng=np.random.default_rng(seed))
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(y)))
    for part, fraction in zip(parts, fractions, strict=True):
        assert abs(len(part) - fraction * len(y)) < 1
        for label in range(4):
            share = fraction * (y == label).sum()
            assert abs((y[part] == label).sum() - share) < 2


def test_a_split_of_the_digits_has_an_even_share_of_every_digit(rng):
    _, y = d.digits()
    train, test = d.stratified_split(y, (0.75, 0.25), rng=rng)
    assert (len(train), len(test)) == (1348, 449)
    assert (abs(np.bincount(y[test]) - np.bincount(y) / 4) < 1).all()


def test_the_part_that_is_owed_most_gets_the_example_that_is_left(rng):
    small = d.stratified_split(np.zeros(9), (0.9, 0.1), rng=rng)
    assert [len(part) for part in small] == [8, 1]


def test_a_split_is_shuffled_and_drawn_from_the_generator():
    y = np.repeat([0, 1], 50)
    first, again, other = (
        d.stratified_split(y, (0.5, 0.5), rng=np.random.default_rng(seed))
        for seed in (0, 0, 1)
    )
    assert np.array_equal(first[0], again[0])
    assert set(first[0]) != set(other[0])
    assert 10 < y[first[0][:25]].sum() < 25 - 5


def test_a_row_of_labels_is_split_too_and_a_table_is_refused(rng):
    _, Y = d.breast_cancer()
    parts = d.stratified_split(Y, (0.5, 0.5), rng=rng)
    assert sum(map(len, parts)) == 569
    with pytest.raises(ShapeError, match=r"y has shape \(3, 4\)"):
        d.stratified_split(np.zeros((3, 4)), (0.5, 0.5), rng=rng)


@pytest.mark.parametrize("fractions", [(0.5, 0.4), (1.5, -0.5), (75, 25)])
def test_fractions_that_are_none_are_refused(fractions, rng):
    with pytest.raises(ValueError, match="sum to 1, got"):
        d.stratified_split(np.zeros(9), fractions, rng=rng)


@pytest.mark.parametrize("k", [2, 3, 10])
def test_each_example_is_left_out_exactly_once(k, rng):
    folds = d.k_fold(10, k, rng=rng)
    assert len(folds) == k
    assert sorted(np.concatenate([v for _, v in folds])) == list(range(10))
    for train, validation in folds:
        assert sorted([*train, *validation]) == list(range(10))
        assert abs(len(validation) - 10 / k) < 1


def test_stratified_folds_share_the_classes(rng):
    y = np.repeat([0, 1, 2], [30, 15, 5])
    for _, validation in d.stratified_k_fold(y, 5, rng=rng):
        assert np.bincount(y[validation]).tolist() == [6, 3, 1]


@pytest.mark.parametrize("k", [0, 1, 11])
def test_a_number_of_folds_that_cannot_be_is_refused(k, rng):
    with pytest.raises(ValueError, match=f"the 10 examples, got {k}"):
        d.k_fold(10, k, rng=rng)


def test_standardizing_uses_the_training_sets_numbers_for_every_set(rng):
    X_train, X_test = rng.normal(5, 3, (4, 100)), rng.normal(9, 3, (4, 30))
    before = X_train.copy(), X_test.copy()
    train, test = d.standardize(X_train, X_test)
    assert np.allclose(train.mean(axis=1), 0)
    assert np.allclose(train.std(axis=1), 1)
    assert (test.mean(axis=1) > 0.8).all()
    mean, spread = before[0].mean(1), before[0].std(1)
    assert np.allclose(test.T * spread + mean, before[1].T)
    assert np.array_equal(X_train, before[0])


def test_a_constant_feature_is_moved_and_not_blown_up():
    X = np.array([[0.1] * 7, [1, 2, 3, 4, 5, 6, 7]])
    train, test = d.standardize(X, np.array([[1.1], [4.0]]))
    assert np.allclose(train[0], 0, atol=1e-15)
    assert np.allclose(test[:, 0], [1.0, 0.0])


def test_standardizing_keeps_float32_and_one_set_comes_back_alone():
    X = np.array([[1, 3]], np.float32)
    assert d.standardize(X).dtype == np.float32
    assert d.standardize(X).tolist() == [[-1, 1]]


def test_standardizing_sets_of_unlike_features_is_refused():
    with pytest.raises(ShapeError, match=r"expected \(n, m\) = \(4, m\)"):
        d.standardize(np.zeros((4, 9)), np.zeros((3, 9)))
