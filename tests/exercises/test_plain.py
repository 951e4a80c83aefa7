"""The one door for answers: what goes through comes back, nothing else."""

import contextlib
import random
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from layerwise.exercises.plain import BadMessage, NotPlain, pack, unpack

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.complex_numbers()
    | st.text(st.characters(codec="utf-8"))
    | hnp.arrays(
        hnp.floating_dtypes()
        | hnp.integer_dtypes(endianness="<")
        | hnp.boolean_dtypes()
        | hnp.complex_number_dtypes(),
        hnp.array_shapes(min_dims=0, min_side=0, max_dims=4),
    )
)
KEYS = st.text(st.characters(codec="utf-8")) | st.integers() | st.booleans()
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(KEYS, inner)
    ),
    max_leaves=12,
)


def same(a, b):
    if type(a) is not type(b):
        return False
    if isinstance(a, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[k], b[k]) for k in a)
    if isinstance(a, np.ndarray):
        kinds = a.dtype.newbyteorder("=") == b.dtype
        return kinds and np.array_equal(a, b, equal_nan=a.dtype.kind in "fc")
    return repr(a) == repr(b)


@given(VALUES)
def test_what_goes_in_comes_out(value):
    assert same(value, unpack(pack(value)))


def test_numpy_numbers_keep_their_dtype_as_arrays_without_axes():
    for number in (np.float32(1.5), np.int64(3), np.bool_(True)):
        back = unpack(pack(number))
        assert back.shape == () and back.dtype == number.dtype
        assert back == number


def test_arrays_come_back_as_own_writable_memory():
    array = np.arange(6.0).reshape(2, 3).T
    back = unpack(pack([array, array]))
    back[0][:] = 0
    assert back[1].any() and array.any()
    assert back[0].flags.c_contiguous


class Text(str):
    __slots__ = ()


class Named(tuple):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (object(), "something of type object"),
        (len, "a function"),
        ((x for x in "ab"), "a generator"),
        (np.array([None]), "an array of objects"),
        (np.array(["a"]), "not of numbers"),
        (np.ma.masked_array([1.0]), "a MaskedArray, a special kind of array"),
        (Text("a"), "something of type Text"),
        (Named((1,)), "something of type Named"),
        ({None: 1}, "an unusual key"),
        ({(1, Text("a")): 1}, "an unusual key"),
        (1 << 10_000, "thousands of digits"),
        ("\ud800", "no Unicode"),
        (np.broadcast_to(1.0, (10**5, 10**5)), "larger than 64 MB"),
        ([0] * 300_000, "more than 200000 things"),
        (np.zeros((1,) * 20), "20 axes"),
        (range(3), "something of type range"),
        ({1, 2}, "something of type set"),
        (b"abc", "something of type bytes"),
        (np.datetime64("2024-01-01"), "not of numbers"),
    ],
)
def test_what_is_not_plain_is_refused_in_words(value, words):
    with pytest.raises(NotPlain, match=words):
        pack([value])


def test_a_circle_is_refused():
    circle = {}
    circle["again"] = circle
    with pytest.raises(NotPlain, match="contains itself"):
        pack(circle)


def test_no_method_of_a_learners_class_is_called():
    class Trap:
        def __getattribute__(self, name):
            raise AssertionError(f"{name} was looked up")

    with pytest.raises(NotPlain):
        pack(Trap())
    with pytest.raises(NotPlain):
        pack({"a": [Trap()]})


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(message):
    with contextlib.suppress(BadMessage):
        unpack(message)


def test_damaged_messages_are_read_or_refused():
    whole = pack({"W": np.ones((3, 4)), "b": [1, 2.5, "x", (None, True)]})
    chance = random.Random(0)
    for _ in range(3000):
        damaged = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        with contextlib.suppress(BadMessage):
            unpack(bytes(damaged[: chance.randint(1, len(damaged))]))


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"?",
        b"NN",
        b"l" + struct.pack("<I", 2**32 - 1),
        b"l\x01\x00\x00\x00" * 5000,
        b"s" + struct.pack("<I", 2**31) + b"abc",
        b"i" + struct.pack("<I", 2**30),
        b"d\x01\x00\x00\x00l\x00\x00\x00\x00N",
        b"a\x03\x02<f8" + struct.pack("<QQ", 2**40, 2**40),
        b"a\x03\x02<f8" + struct.pack("<QQ", 2**32, 2**32),
        b"a\x03\x00|O8" + b"\0" * 8,
        b"a\x03\x00|b1" + b"\x07",
        b"a\x03\xff<f8",
    ],
)
def test_hostile_messages_are_refused_at_once(message):
    with pytest.raises(BadMessage):
        unpack(message)


def test_many_small_things_are_refused_before_they_fill_memory():
    message = b"l" + struct.pack("<I", 10**7) + b"N" * 10**7
    with pytest.raises(BadMessage):
        unpack(message)
