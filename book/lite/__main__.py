"""Put *Run in your browser* into a built site: python book/lite SITE.

JupyterLite with the Pyodide kernel, the chapters' notebooks, our own wheel
and the Python packages they need, all under `SITE/lite`. Nothing is loaded
from elsewhere, and the folder works at any address.
"""

import argparse
import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import distribution
import nbformat
from distribution import MissingFileError, Packages, Source, WrongFileError
from jupyterlite_pyodide_kernel.constants import (
    PYODIDE_CDN_URL,
    PYODIDE_VERSION,
)

ROOT = Path(__file__).resolve().parents[2]
# Where a reader's browser finds the distribution, seen from SITE/lite.
PYODIDE_URL = "./static/pyodide/"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
EXTENSIONS = (KERNEL, "@jupyter-widgets/jupyterlab-manager", "anywidget")
# What runs a cell, whatever it says; the first three come with the kernel.
MACHINE = (
    *("piplite", "pyodide-kernel", "ipykernel"),
    *("comm", "micropip", "ipython", "jedi"),
)
# What the chapters import beside numpy.
CHAPTERS = ("layerwise", "numpy", "matplotlib", "ipywidgets", "anywidget")
# Pure wheels that the distribution lacks.
ADDED = ("anywidget", "comm", "ipywidgets", "psygnal")
# The widgets' halves for the browser: here they are extensions.
ELSEWHERE = ("jupyterlab-widgets", "widgetsnbextension")
NOTICE = """\
**This copy of the site cannot run the chapter.** It was built without \
{missing}, so the first cell will stop with `ModuleNotFoundError`. Whoever \
builds the site adds the Pyodide distribution {version}:

    make site FULL=1 PYODIDE=download

Until then `make lab` opens the chapter on your own machine."""


def run(*command: str | Path, cwd: Path | None = None) -> str:
    """Run a command; where it fails, end with what it said."""
    done = subprocess.run(
        [str(c) for c in command], cwd=cwd, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def pip(*arguments: str | Path) -> None:
    """Call pip with the tested versions."""
    run(sys.executable, "-m", "pip", "-q", *arguments)


# --- wheels ------------------------------------------------------------------
def own_wheel(cache: Path) -> Path:
    """Build the wheel of this copy of the library."""
    for old in cache.glob("layerwise-*.whl"):
        old.unlink()
    options = ("--no-deps", "--no-build-isolation", "-w", cache)
    pip("wheel", *options, ROOT)
    (wheel,) = cache.glob("layerwise-*.whl")
    return wheel


def of_index(wanted: Iterable[str], cache: Path) -> list[Path]:
    """Download pure wheels, "name==version" each, those not yet there."""
    found, lacking = [], []
    for one in wanted:
        name, _, number = one.partition("==")
        stem = distribution.normal(name).replace("-", "_")
        there = [
            wheel
            for wheel in cache.glob(f"*-{number}-*none-any.whl")
            if wheel.name.lower().replace(".", "_").startswith(f"{stem}-")
        ]
        found += there
        lacking += [] if there else [one]
    if lacking:
        before = set(cache.glob("*.whl"))
        options = ["--no-deps", "--only-binary=:all:", "--platform=any"]
        options += ["--implementation=py", "--abi=none"]
        pip(
            "download",
            *options,
            "--python-version=3.14",
            "-d",
            cache,
            *lacking,
        )
        found += sorted(set(cache.glob("*.whl")) - before)
    return found


def extension(name: str) -> Path:
    """Return where an extension of Jupyter is installed."""
    return Path(sys.prefix) / "share/jupyter/labextensions" / name


# --- the distribution --------------------------------------------------------
def core(cache: Path) -> Source:
    """Return Pyodide's runtime and lock, which npm has, without packages."""
    name = f"pyodide-{PYODIDE_VERSION}.tgz"
    if not (cache / name).is_file():
        npm = shutil.which("npm")
        if npm is None:
            sys.exit(
                "make site FULL=1 needs npm, for the runtime of Pyodide, or "
                f"the distribution: PYODIDE=pyodide-{PYODIDE_VERSION}.tar.bz2"
            )
        run(npm, "pack", "--silent", f"pyodide@{PYODIDE_VERSION}", cwd=cache)
    return distribution.folder(
        distribution.unpacked(cache / name, cache) / "package"
    )


def joined(runtime: Source, wheels: Source) -> Source:
    """Read wheels from one place and the rest from another."""
    return lambda name: (wheels if name.endswith(".whl") else runtime)(name)


def opened(given: str, cache: Path) -> Source:
    """Return the distribution that was asked for."""
    if not given:
        return core(cache)
    if given == "download":
        given = PYODIDE_CDN_URL
    read = distribution.source(given, cache)
    if re.match(r"https?://", given):
        # The lock comes with npm, which checks it; so the wheels are safe.
        read = joined(core(cache), read)
    return read


def gather(
    given: str, elsewhere: bool, cache: Path
) -> tuple[Source, dict[str, Any], list[Path], list[str]]:
    """Return a distribution, a lock cut to our needs, our wheels, and what
    the chapters need and is not there."""
    read = opened(given, cache)
    if f'"{PYODIDE_VERSION}"'.encode() not in read("pyodide.mjs"):
        raise MissingFileError(f"{given} is not Pyodide {PYODIDE_VERSION}")
    lock = json.loads(read(distribution.LOCK))
    added = [f"{name}=={version(name)}" for name in ADDED]
    wheels = [own_wheel(cache), *of_index(added, cache)]
    wheels += sorted((extension(KERNEL) / "static/pypi").glob("[!w]*.whl"))
    wanted = [*MACHINE, *CHAPTERS]
    cut = distribution.cut(lock, wanted, wheels, ELSEWHERE)
    if given or elsewhere:
        return read, cut, wheels, []
    pure, missing = sorted_out(cut["packages"], {w.name for w in wheels})
    wheels += of_index(pure, cache)
    wanted = [name for name in wanted if name not in missing]
    cut = distribution.cut(lock, wanted, wheels, [*ELSEWHERE, *missing])
    return read, cut, wheels, missing


def sorted_out(
    packages: Packages, there: set[str]
) -> tuple[list[str], list[str]]:
    """Return what an index has, as pure wheels, and what it has not."""
    pure, missing = [], []
    for name, entry in packages.items():
        if entry["file_name"] in there:
            continue
        if distribution.is_pure(entry):
            pure.append(f"{name}=={entry['version']}")
        else:
            missing.append(name)
    return pure, missing


# --- the pages ---------------------------------------------------------------
def settings(lock: dict[str, Any], base: str) -> dict[str, Any]:
    """Return the site's `jupyter-lite.json`."""
    here = [n for n in (*MACHINE, *CHAPTERS) if n in lock["packages"]]
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "Layerwise",
            "appUrl": "./tree",
            "litePluginSettings": {
                f"{KERNEL}:kernel": {
                    "pyodideUrl": f"{base}pyodide.mjs",
                    "disablePyPIFallback": True,
                    "loadPyodideOptions": {
                        "lockFileURL": f"{PYODIDE_URL}{distribution.LOCK}",
                        # Fetched side by side as the kernel starts, so that
                        # no cell waits for them.
                        "packages": here,
                    },
                }
            },
        },
    }


def whole(base: str) -> str:
    """Return an address as JupyterLite knows one: relative means "./"."""
    base = base.rstrip("/") + "/"
    fixed = re.match(r"(https?:)?//|/|\./", base)
    return base if fixed else f"./{base}"


def seen_from_lock(base: str) -> str:
    """Return an address that was relative to SITE/lite, from the lock's."""
    if not base.startswith("./"):
        return base
    return posixpath.relpath(base, PYODIDE_URL) + "/"


def notebooks(target: Path, missing: list[str]) -> None:
    """Copy the learners' notebooks; where Python lacks much, say so first."""
    target.mkdir(parents=True)
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        # as the browser wants it: every text in one piece
        notebook = nbformat.read(path, as_version=4)
        notebook["metadata"]["kernelspec"] = {
            "display_name": "Python (Pyodide)",
            "language": "python",
            "name": "python",
        }
        if missing:
            words = [name for name in CHAPTERS if name in missing]
            text = NOTICE.format(
                missing=" and ".join(words), version=PYODIDE_VERSION
            )
            notebook["cells"].insert(0, nbformat.v4.new_markdown_cell(text))
        text = json.dumps(notebook, ensure_ascii=False, indent=1)
        (target / path.name).write_text(text + "\n", encoding="utf-8")


def lite_config() -> dict[str, Any]:
    """Return what `jupyter lite build` puts together."""
    return {
        "LiteBuildConfig": {
            "apps": ["notebooks", "tree"],
            "contents": ["files"],
            "federated_extensions": [str(extension(e)) for e in EXTENSIONS],
            "ignore_sys_prefix": ["federated_extensions"],
            "no_sourcemaps": True,
            "no_unused_shared_packages": True,
        }
    }


def build(site: Path, given: str, base: str, cache: Path) -> list[str]:
    """Build `site/lite` and return what the chapters need and it lacks."""
    base = whole(base)
    elsewhere = base != PYODIDE_URL
    wheels, work, output = (cache / n for n in ("wheels", "work", "output"))
    wheels.mkdir(parents=True, exist_ok=True)
    for old in (work, output, site / "lite"):
        shutil.rmtree(old, ignore_errors=True)
    read, lock, ours, missing = gather(given, elsewhere, wheels)
    if elsewhere:
        lock = distribution.placed(lock, seen_from_lock(base), ours)
    notebooks(work / "files", missing)
    theme = {"@jupyterlab/apputils-extension:themes": {"adaptive-theme": True}}
    for name, value in {
        "jupyter-lite.json": settings(lock, base),
        "overrides.json": theme,
        "jupyter_lite_config.json": lite_config(),
    }.items():
        (work / name).write_text(json.dumps(value), encoding="utf-8")
    lite = (sys.executable, "-m", "jupyterlite_core", "build")
    run(*lite, "--lite-dir", work, "--output-dir", output, cwd=work)
    distribution.copy(read, lock, output / "static/pyodide", ours)
    shutil.move(output, site / "lite")
    return missing


def main() -> None:
    parser = argparse.ArgumentParser(prog="book/lite", description=__doc__)
    parser.add_argument("site", type=Path, help="the built book")
    parser.add_argument(
        "--pyodide",
        default=os.environ.get("PYODIDE", ""),
        help="Pyodide's distribution: a folder, a tarball, an address, or "
        "'download' for its own site (default: $PYODIDE, else without numpy)",
    )
    parser.add_argument(
        "--pyodide-url",
        default=os.environ.get("PYODIDE_URL") or PYODIDE_URL,
        help="where readers find it, if not in the site (default: "
        "$PYODIDE_URL), an address or a path seen from SITE/lite",
    )
    parser.add_argument("--cache", type=Path, default=ROOT / "_build/lite")
    asked = parser.parse_args()
    if not asked.site.is_dir():
        sys.exit(f"{asked.site} is no folder: build the book first")
    try:
        missing = build(
            asked.site.resolve(),
            asked.pyodide,
            asked.pyodide_url,
            asked.cache.resolve(),
        )
    except (MissingFileError, WrongFileError) as problem:
        sys.exit(str(problem))
    if missing:
        print(
            f"Chapters cannot run in the browser yet: no {', '.join(missing)}."
            f" They come with Pyodide {PYODIDE_VERSION}: PYODIDE=its folder, "
            "tarball or address, or PYODIDE=download"
        )


if __name__ == "__main__":
    main()
