"""Write one section of RESULTS.md and leave the others as they are."""

import os
import platform
import re
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
HEAD = """# Measured

Written by `make bench`. Times depend on the machine, ratios of one run much
less: read the ratios. Peers that are not installed are left out.
"""


def write_section(title, text):
    """Replace the section with this title, or add it behind the others.

    Blocks between the marks of another program stay whole, at the end.
    """
    old = RESULTS.read_text() if RESULTS.exists() else HEAD
    block = re.compile(r"<!-- (\w+) -->.*?<!-- /\1 -->", re.DOTALL)
    blocks = [found.group() for found in block.finditer(old)]
    head, *sections = block.sub("", old).split("\n## ")
    kept = {part.partition("\n")[0]: part for part in sections}
    kept[title] = f"{title}\n\n{text.strip()}"
    parts = [f"## {part.strip()}" for part in kept.values()]
    RESULTS.write_text("\n\n".join([head.strip(), *parts, *blocks]) + "\n")


def table(header, rows):
    """A Markdown table of strings."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def machine(threads):
    """Say what was measured on: cores, processor, BLAS, versions."""
    import numpy as np

    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    except TypeError:  # numpy 1.25 prints it only
        blas = {"name": "a BLAS", "version": "of unknown version"}
    words = [
        f"{threads} thread" + ("s" if int(threads) > 1 else ""),
        f"{os.cpu_count()} cores ({_processor()})",
        f"Python {platform.python_version()}",
        f"numpy {np.__version__} with {blas['name']} {blas['version']}",
    ]
    for name in ("torch", "sklearn"):
        try:
            words.append(f"{name} {__import__(name).__version__}")
        except ImportError:
            words.append(f"{name} not installed")
    return ", ".join(words) + "."


def _processor():
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    flags = next((line for line in lines if line.startswith("flags")), "")
    wide = [f for f in ("avx512f", "avx2") if f in flags.split()]
    return f"{platform.machine()}{', ' + wide[0] if wide else ''}"
