"""Measure everything and write RESULTS.md: `make bench`."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PARTS = {
    "numeric": ["--write"],
    "accuracy": ["--write"],
    "grading": [],
}

for part, options in PARTS.items():
    if (HERE / f"{part}.py").exists():
        program = [sys.executable, "-m", f"benchmarks.{part}", *options]
        subprocess.run(program, check=True, cwd=HERE.parent)
