"""Plain data: the one door through which an answer leaves a learner's code.

An answer may be None, a bool, an int, a float, a complex, a str, a numpy
number or array, or a list, tuple or dict of these: exact types only, so that
no method of a learner's class (a lying ``__eq__``, say) is ever called by the
judge. `pack` writes such a value as bytes; `unpack` reads them back and trusts
nothing: no pickle, every length checked before it is believed.

Standard library and numpy only: the grader ships this very file into the
sandbox.
"""

import struct
from typing import Any

import numpy as np

MAX_BYTES = 64 * 2**20
MAX_ITEMS = 200_000
MAX_DEPTH = 20
MAX_INT_BYTES = 1024
MAX_AXES = 16

_KINDS = "biufc"
_DTYPES = {
    np.dtype(code).newbyteorder("<").str: np.dtype(code).newbyteorder("<")
    for code in "?bhilqBHILQefdgFDG"
}
_NATIVE = {name: d.newbyteorder("=") for name, d in _DTYPES.items()}
_CONSTANTS = {b"N": None, b"T": True, b"F": False}


class NotPlain(Exception):  # noqa: N818 - read by learners, not an "Error"
    """The value is no plain data; the text says so to the learner."""


class BadMessage(Exception):  # noqa: N818
    """These bytes were not written by `pack`."""


def pack(value: object) -> bytes:
    """Return `value` as bytes, or raise `NotPlain` in words for a learner."""
    parts: list[bytes] = []
    _Writer(parts).write(value, 0)
    return b"".join(parts)


def unpack(message: bytes) -> Any:
    """Return the value that `pack` wrote, or raise `BadMessage`."""
    reader = _Reader(message)
    try:
        value = reader.read(0)
    except (struct.error, UnicodeDecodeError, ValueError, TypeError) as error:
        raise BadMessage(f"not plain data: {error}") from None
    if reader.at != len(message):
        raise BadMessage("bytes after the end")
    return value


class _Writer:
    def __init__(self, parts: list[bytes]) -> None:
        self.parts = parts
        self.size = 0
        self.items = 0

    def put(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > MAX_BYTES:
            raise NotPlain(f"it is larger than {MAX_BYTES // 2**20} MB")
        self.parts.append(chunk)

    def write(self, value: object, depth: int) -> None:
        kind = type(value)
        self.items += 1
        if self.items > MAX_ITEMS:
            raise NotPlain(f"it holds more than {MAX_ITEMS} things")
        if depth > MAX_DEPTH:
            raise NotPlain("it is nested too deeply, or contains itself")
        if kind is np.ndarray and isinstance(value, np.ndarray):
            self.array(value)
        elif kind is str and isinstance(value, str):
            self.text(b"s", value)
        elif value is None:
            self.put(b"N")
        elif kind is bool:
            self.put(b"T" if value else b"F")
        elif kind is int and isinstance(value, int):
            length = value.bit_length() // 8 + 1
            if length > MAX_INT_BYTES:
                raise NotPlain("it holds an integer of thousands of digits")
            data = value.to_bytes(length, "little", signed=True)
            self.put(struct.pack("<cI", b"i", length) + data)
        elif kind is float:
            self.put(struct.pack("<cd", b"f", value))
        elif kind is complex and isinstance(value, complex):
            self.put(struct.pack("<cdd", b"c", value.real, value.imag))
        elif kind in (list, tuple) and isinstance(value, list | tuple):
            tag = b"l" if kind is list else b"t"
            self.put(struct.pack("<cI", tag, len(value)))
            for item in list(value):
                self.write(item, depth + 1)
        elif kind is dict and isinstance(value, dict):
            self.put(struct.pack("<cI", b"d", len(value)))
            for key, item in list(value.items()):
                self.write(self.key(key), depth + 1)
                self.write(item, depth + 1)
        elif issubclass(kind, np.generic) and kind.__module__ == "numpy":
            self.array(np.asarray(value))
        else:
            raise NotPlain(_in_words(value))

    def text(self, tag: bytes, text: str) -> None:
        if len(text) > MAX_BYTES:
            raise NotPlain(f"it is larger than {MAX_BYTES // 2**20} MB")
        try:
            data = text.encode()
        except UnicodeEncodeError:
            raise NotPlain("it holds text that is no Unicode") from None
        self.put(struct.pack("<cI", tag, len(data)) + data)

    def key(self, key: object) -> object:
        if issubclass(type(key), np.generic):
            key = np.asarray(key).item()
        parts = key if type(key) is tuple else (key,)
        if not all(type(p) in (str, int, float, bool) for p in parts):
            raise NotPlain("it holds a dictionary with an unusual key")
        return key

    def array(self, value: "np.ndarray[Any, Any]") -> None:
        if value.dtype.kind not in _KINDS:
            raise NotPlain(
                "it holds an array of objects (dtype=object), not of numbers"
                if value.dtype.kind == "O"
                else f"it holds an array of {value.dtype}, not of numbers"
            )
        if value.ndim > MAX_AXES:
            raise NotPlain(f"it holds an array with {value.ndim} axes")
        if value.nbytes > MAX_BYTES:  # before a broadcast view is copied
            raise NotPlain(
                f"it holds an array of shape {value.shape}, "
                f"larger than {MAX_BYTES // 2**20} MB"
            )
        name = value.dtype.str
        if name not in _DTYPES:  # of the other byte order
            value = value.astype(value.dtype.newbyteorder("<"))
            name = value.dtype.str
        head = struct.pack("<cBB", b"a", len(name), value.ndim)
        shape = struct.pack(f"<{value.ndim}Q", *value.shape)
        self.put(head + name.encode() + shape)
        self.put(value.tobytes())


class _Reader:
    def __init__(self, message: bytes) -> None:
        if len(message) > 2 * MAX_BYTES:
            raise BadMessage("too long")
        self.message = bytes(message)
        self.at = 0
        self.items = 0

    def take(self, count: int) -> bytes:
        if count > len(self.message) - self.at:
            raise BadMessage("cut short")
        start, self.at = self.at, self.at + count
        return self.message[start : self.at]

    def count(self) -> int:
        return int.from_bytes(self.take(4), "little")

    def read(self, depth: int) -> Any:
        self.items += 1
        if depth > MAX_DEPTH or self.items > MAX_ITEMS:
            raise BadMessage("nested too deeply or too many things")
        tag = self.take(1)
        if tag in _CONSTANTS:
            return _CONSTANTS[tag]
        if tag == b"i":
            length = self.count()
            if length > MAX_INT_BYTES:
                raise BadMessage("an integer too long")
            return int.from_bytes(self.take(length), "little", signed=True)
        if tag == b"f":
            return struct.unpack("<d", self.take(8))[0]
        if tag == b"c":
            return complex(*struct.unpack("<dd", self.take(16)))
        if tag == b"s":
            return self.take(self.count()).decode()
        if tag in (b"l", b"t"):
            items = [self.read(depth + 1) for _ in range(self.count())]
            return items if tag == b"l" else tuple(items)
        if tag == b"d":
            pairs = range(self.count())
            return {self.read(depth + 1): self.read(depth + 1) for _ in pairs}
        if tag == b"a":
            return self.array()
        raise BadMessage(f"unknown mark {tag!r}")

    def array(self) -> "np.ndarray[Any, Any]":
        length, axes = struct.unpack("<BB", self.take(2))
        name = self.take(length).decode()
        dtype = _DTYPES.get(name)
        if dtype is None or axes > MAX_AXES:
            raise BadMessage("an array of an unknown kind")
        shape = struct.unpack(f"<{axes}Q", self.take(8 * axes))
        count = 1
        for places in shape:
            count *= places  # Python integers: nothing wraps around
        data = self.take(count * dtype.itemsize)
        if dtype.kind == "b" and data.strip(b"\0\1"):
            raise BadMessage("a truth value that is neither 0 nor 1")
        array = np.frombuffer(data, dtype).reshape(shape)
        return array.astype(_NATIVE[name])  # own, writable memory


def _in_words(value: object) -> str:
    kind = type(value)
    name = kind.__name__ if type(kind) is type else "an unusual class"
    if name == "generator":
        return "it holds a generator, which has not computed anything yet"
    if name in ("function", "builtin_function_or_method", "method"):
        return "it holds a function, not what the function gives"
    if name == "ndarray" or np.ndarray in type.mro(kind):
        return f"it holds a {name}, a special kind of array"
    return f"it holds something of type {name}"
