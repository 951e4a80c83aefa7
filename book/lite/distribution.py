"""A Pyodide distribution, cut down to what the chapters need.

Pyodide is Python for the browser. Its distribution is a folder: a runtime of
a few files, some hundred wheels, and `pyodide-lock.json`, which names every
wheel with its hash and what it depends on. A site needs about thirty of them.
"""

import json
import re
import shutil
import tarfile
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Mapping
from email.parser import Parser
from hashlib import sha256
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

Entry = dict[str, Any]
Packages = dict[str, Entry]
Source = Callable[[str], bytes]

LOCK = "pyodide-lock.json"
RUNTIME = (
    "pyodide.mjs",
    "pyodide.asm.mjs",
    "pyodide.asm.wasm",
    "python_stdlib.zip",
)


class MissingFileError(LookupError):
    """The distribution does not have a file."""


class WrongFileError(ValueError):
    """A file is not the one that the lock names."""


def normal(name: str) -> str:
    """Return a package's name as indexes write it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


# --- where files come from ---------------------------------------------------
def folder(path: Path) -> Source:
    """Read from a folder, or from its folder `pyodide`, as unpacked."""
    places = [path, path / "pyodide"]
    home = next((p for p in places if (p / LOCK).is_file()), None)
    if home is None:
        raise MissingFileError(
            f"{path} holds no {LOCK}: not a Pyodide distribution"
        )

    def read(name: str) -> bytes:
        file = home / name
        if not file.is_file():
            raise MissingFileError(f"{home} has no {name}")
        return file.read_bytes()

    return read


def address(base: str, cache: Path) -> Source:
    """Read from a web address, each file once."""

    def read(name: str) -> bytes:
        kept = cache / name
        if not kept.is_file():
            url = base.rstrip("/") + "/" + name
            try:
                with urllib.request.urlopen(url, timeout=120) as answer:
                    content: bytes = answer.read()
            except OSError as problem:
                raise MissingFileError(f"{url}: {problem}") from problem
            cache.mkdir(parents=True, exist_ok=True)
            part = kept.with_name(kept.name + ".part")
            part.write_bytes(content)
            part.replace(kept)
        return kept.read_bytes()

    return read


def unpacked(archive: Path, cache: Path) -> Path:
    """Unpack a tarball beside others, once, and return the folder."""
    home = cache / f"{archive.name}-{archive.stat().st_size}"
    if not home.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as scratch:
            with tarfile.open(archive) as tar:
                tar.extractall(scratch, filter="data")
            shutil.move(scratch, home)
            Path(scratch).mkdir()  # for the context to remove
    return home


def source(given: str, cache: Path) -> Source:
    """Return where files are read: a folder, a tarball or an address."""
    if re.match(r"https?://", given):
        return address(given, cache / sha256(given.encode()).hexdigest()[:12])
    path = Path(given).expanduser()
    if path.is_dir():
        return folder(path)
    if path.is_file():
        return folder(unpacked(path, cache))
    raise MissingFileError(f"{given} is no folder, tarball or address")


# --- the lock ----------------------------------------------------------------
def packages_of(lock: Mapping[str, Any]) -> Packages:
    """Return the lock's packages by normal name, which lock files mix."""
    return {normal(name): entry for name, entry in lock["packages"].items()}


def needed(packages: Packages, wanted: Iterable[str]) -> list[str]:
    """Return `wanted` and everything it depends on, in alphabetical order."""
    found: set[str] = set()
    waiting = [normal(name) for name in wanted]
    while waiting:
        name = waiting.pop()
        if name not in packages:
            raise MissingFileError(f"the lock names no {name}")
        if name not in found:
            found.add(name)
            waiting += [normal(n) for n in packages[name]["depends"]]
    return sorted(found)


def is_pure(entry: Entry) -> bool:
    """Whether a package is Python alone, the same file for every machine."""
    return bool(entry["file_name"].endswith("-none-any.whl"))


def described(wheel: Path, python: str) -> tuple[str, Entry]:
    """Return a pure wheel's name and what a lock says of it."""
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        (about,) = (n for n in names if n.endswith(".dist-info/METADATA"))
        metadata = Parser().parsestr(packed.read(about).decode())
    tops = {n.split("/")[0] for n in names if ".dist-info/" not in n}
    tops = {t.removesuffix(".py") for t in tops if not t.endswith(".data")}
    there = {
        "sys_platform": "emscripten",
        "platform_system": "Emscripten",
        "python_version": python,
        "python_full_version": f"{python}.0",
        "extra": "",
    }
    asks = map(Requirement, metadata.get_all("Requires-Dist", []))
    name = normal(metadata["Name"])
    return name, {
        "name": name,
        "version": metadata["Version"],
        "file_name": wheel.name,
        "sha256": sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "install_dir": "site",
        "imports": sorted(t for t in tops if t.isidentifier()),
        "depends": sorted(
            normal(r.name)
            for r in asks
            if not r.marker or r.marker.evaluate(there)
        ),
        "unvendored_tests": False,
    }


def cut(
    lock: Mapping[str, Any],
    wanted: Iterable[str],
    wheels: Iterable[Path] = (),
    without: Iterable[str] = (),
) -> dict[str, Any]:
    """Return a lock of `wanted` alone, what it needs, and wheels of ours.

    A wheel replaces the file of the lock's package of its name, if there is
    one: what that depends on Pyodide knows better. Names in `without` are
    dropped wherever something depends on them.
    """
    python = ".".join(str(lock["info"]["python"]).split(".")[:2])
    packages = packages_of(lock)
    ours = dict(described(wheel, python) for wheel in wheels)
    for name, entry in ours.items():
        known = packages.get(name, entry)
        packages[name] = {**entry, "depends": known["depends"]}
    gone = {normal(name) for name in without}
    packages = {
        name: {
            **entry,
            "depends": [d for d in entry["depends"] if normal(d) not in gone],
        }
        for name, entry in packages.items()
        if name not in gone
    }
    keep = needed(packages, wanted)
    return {**lock, "packages": {name: packages[name] for name in keep}}


def placed(
    lock: Mapping[str, Any], base: str, here: Iterable[Path]
) -> dict[str, Any]:
    """Return a lock whose files are at `base`, but for the wheels `here`."""
    ours = {wheel.name for wheel in here}
    return {
        **lock,
        "packages": {
            name: entry
            if entry["file_name"] in ours
            else {**entry, "file_name": base + entry["file_name"]}
            for name, entry in lock["packages"].items()
        },
    }


# --- the copy ----------------------------------------------------------------
def checked(entry: Entry, content: bytes) -> bytes:
    """Return a file's content if it is the one that the lock names."""
    if sha256(content).hexdigest() != entry["sha256"]:
        raise WrongFileError(
            f"{entry['file_name']} is not the file that {LOCK} names: its "
            "sha256 differs. Fetch the distribution anew."
        )
    return content


def copy(
    read: Source,
    lock: Mapping[str, Any],
    target: Path,
    wheels: Iterable[Path] = (),
) -> int:
    """Write the runtime, the lock and its packages; return their bytes.

    Packages come from `wheels` or from the distribution, and each must be
    what the lock says. Those that the lock places elsewhere stay there, and
    with them the runtime.
    """
    ours = {wheel.name: wheel for wheel in wheels}
    entries = lock["packages"].values()
    if target.exists():
        shutil.rmtree(target)
    target.mkdir(parents=True)
    if not any("/" in entry["file_name"] for entry in entries):
        for name in RUNTIME:
            (target / name).write_bytes(read(name))
    for entry in entries:
        name = entry["file_name"]
        if "/" not in name:
            own = ours.get(name)
            content = own.read_bytes() if own else read(name)
            (target / name).write_bytes(checked(entry, content))
    text = json.dumps(lock, indent=1, sort_keys=True)
    (target / LOCK).write_text(text + "\n", encoding="utf-8")
    return sum(file.stat().st_size for file in target.iterdir())
