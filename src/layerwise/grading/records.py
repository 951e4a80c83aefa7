"""What is kept of a run: one file per learner and chapter, and a run.json.

A record is written whole or not at all, and flushed to the disk before the
run goes on. What a record says of itself (digests of the file and of each
spec, seed, version) decides whether a rerun may keep it: nothing is graded
twice and nothing stale is kept.
"""

import hashlib
import itertools
import json
import os
import secrets
import types
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

import numpy as np

import layerwise
from layerwise.exercises import Exercise

FORMAT = 1
_numbers = itertools.count()


class RunError(Exception):
    """The folder of an earlier run does not fit; the text says why."""


def safe_name(name: str) -> str:
    """Return a file name for any text: no separator, no control character,
    no two names alike."""
    encoded = quote(name, safe=" @+=,~")
    if encoded.startswith("."):
        encoded = "%2E" + encoded[1:]
    encoded = encoded.strip() if encoded.strip() == encoded else quote(name)
    if len(encoded) > 120:
        digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
        encoded = f"{encoded[:100]}%{digest[:16]}"
    return encoded or "%"


def write_whole(path: Path, text: str, flush: bool = True) -> None:
    """Write a file so that it is there whole or not at all."""
    new = f"{path.parent}/.new-{os.getpid()}-{next(_numbers)}"
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with open(new, "x", encoding="utf-8", newline="") as file:
            file.write(text)
            if flush:  # on the disk before the run goes on
                file.flush()
                os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        Path(new).unlink(missing_ok=True)
        raise


def as_json(record: dict[str, Any]) -> str:
    """Return a record as JSON, a line for each of its parts."""
    parts = {k: v for k, v in record.items() if k != "exercises"}
    lines = [f" {json.dumps(k)}: {json.dumps(v)}" for k, v in parts.items()]
    inside = [
        f"  {json.dumps(k)}: {json.dumps(v)}"
        for k, v in record["exercises"].items()
    ]
    lines.append(' "exercises": {\n' + ",\n".join(inside) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def only_run(out: Path) -> BinaryIO:
    """Hold a folder for one run at a time; sweep up after a killed one.

    The lock ends with the process, however that ends.
    """
    out.mkdir(parents=True, exist_ok=True)
    file = (out / ".lock").open("wb")
    try:
        import fcntl
    except ImportError:  # Windows
        return file
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise RunError(f"another run is writing to {out}") from None
    for path in out.rglob(".new-*"):
        path.unlink(missing_ok=True)
    return file


def open_run(
    out: Path,
    seed: int | None,
    isolation: str,
    specs: str,
    rules: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return run.json of a folder: made now, or kept from an earlier run.

    Without `rules` (those of the gradebook) an earlier run's stay.
    """
    path = out / "run.json"
    known = read_json(path)
    if known is None:
        known = {
            "format": FORMAT,
            "seed": secrets.randbits(64) if seed is None else seed,
        }
    elif seed is not None and known.get("seed") != seed:
        raise RunError(
            f"{out} was graded with another seed; leave --seed out to go on "
            "with it, or choose another --out"
        )
    if known.get("format") != FORMAT:
        raise RunError(f"{path} is of another format; choose another --out")
    before = known.get("exercises", specs)
    if before != specs:
        words = f"those of {before}" if before else "the book's"
        raise RunError(
            f"{out} was graded with other exercises, {words}; say "
            "--exercises as before, or choose another --out"
        )
    if rules is not None:
        known["rules"] = rules
    known |= {
        "isolation": isolation,
        "exercises": specs,
        "versions": {
            "layerwise": layerwise.__version__,
            "numpy": np.__version__,
        },
    }
    write_whole(path, json.dumps(known, indent=1) + "\n")
    return known


def read_json(path: Path) -> dict[str, Any] | None:
    """Return a JSON object, or None where there is no whole one."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def record_path(out: Path, student: str, chapter: str) -> Path:
    """Return where a record stands."""
    return out / "records" / safe_name(student) / f"{safe_name(chapter)}.json"


def read_record(path: Path) -> dict[str, Any] | None:
    """Return a finished record, or None."""
    record = read_json(path)
    if record is None or record.get("format") != FORMAT:
        return None
    return record if isinstance(record.get("exercises"), dict) else None


def all_records(out: Path) -> Iterator[dict[str, Any]]:
    """Yield every record of a folder, in the order of the learners."""
    for folder in sorted((out / "records").glob("*")):
        for path in sorted(folder.glob("[!.]*.json")):
            record = read_record(path)
            if record is not None:
                yield record


def stale(
    record: dict[str, Any] | None,
    digest: str,
    seed: int,
    isolation: str,
    exercises: list[Exercise],
) -> list[Exercise]:
    """Return the exercises that a rerun must judge again."""
    if (
        record is None
        or record.get("sha256") != digest
        or record.get("seed") != seed
        or record.get("isolation") != isolation
        or record.get("version") != layerwise.__version__
        or record.get("status") == "failed"
    ):
        return list(exercises)
    if record.get("status") == "unreadable":
        return []
    known = record.get("specs", {})
    return [
        e
        for e in exercises
        if e.id not in record["exercises"] or known.get(e.id) != fingerprint(e)
    ]


def fingerprint(exercise: Exercise) -> str:
    """Return a digest that changes when an exercise judges differently.

    It covers the spec's data and the code of its functions, with whatever of
    layerwise and of the spec's own module they use.
    """
    known = _fingerprints.get(id(exercise))
    if known is None or known[0] is not exercise:
        digest = hashlib.sha256()
        _Walker(digest.update).take(exercise)
        known = exercise, digest.hexdigest()[:16]
        _fingerprints[id(exercise)] = known
    return known[1]


_fingerprints: dict[int, tuple[Exercise, str]] = {}


class _Walker:
    def __init__(self, put: Callable[[bytes], None]) -> None:
        self.put = put
        self.seen: set[int] = set()

    def take(self, value: Any) -> None:
        if isinstance(value, types.FunctionType):
            self.function(value)
        elif isinstance(value, types.CodeType):
            self.code(value)
        elif is_dataclass(value) and not isinstance(value, type):
            for field in fields(value):
                self.put(field.name.encode())
                self.take(getattr(value, field.name))
        elif isinstance(value, dict):
            for key, item in value.items():
                self.take(key)
                self.take(item)
        elif isinstance(value, list | tuple):
            self.put(b"(%d" % len(value))
            for item in value:
                self.take(item)
        elif isinstance(value, set | frozenset):
            self.take(sorted(map(repr, value)))
        elif isinstance(value, np.ndarray):
            self.put(repr((value.shape, value.dtype.str)).encode())
            self.put(value.tobytes())
        elif isinstance(value, types.ModuleType):
            self.put(value.__name__.encode())
        elif isinstance(value, type):
            self.put(value.__qualname__.encode())
        elif callable(value):
            self.put(getattr(value, "__name__", type(value).__name__).encode())
        else:
            self.put(repr(value).encode())

    def function(self, function: types.FunctionType) -> None:
        module = function.__module__ or ""
        if id(function) in self.seen:
            return
        self.seen.add(id(function))
        self.put(function.__qualname__.encode())
        if module.startswith("numpy"):
            return
        self.code(function.__code__)
        self.take(function.__defaults__)
        self.take(function.__kwdefaults__)
        for cell in function.__closure__ or ():
            self.take(cell.cell_contents)
        for name in self.names(function.__code__):
            if name in function.__globals__:
                found = function.__globals__[name]
                self.put(name.encode())
                self.take(found)
                if isinstance(found, types.ModuleType):
                    self.members(found, function.__code__)

    def members(self, module: types.ModuleType, code: types.CodeType) -> None:
        """Take what a function uses of layerwise as `lw.NAME`."""
        if module.__name__.partition(".")[0] == "layerwise":
            for name in self.names(code):
                found = vars(module).get(name)
                if isinstance(found, types.FunctionType):
                    self.take(found)

    def names(self, code: types.CodeType) -> list[str]:
        inner = [c for c in code.co_consts if isinstance(c, types.CodeType)]
        return sorted(
            {*code.co_names, *(n for c in inner for n in self.names(c))}
        )

    def code(self, code: types.CodeType) -> None:
        self.put(code.co_code)
        self.take(code.co_names)
        for constant in code.co_consts:
            self.take(constant)
