"""Measure everything and write RESULTS.md: `make bench`."""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent

for part in ("numeric", "accuracy", "grading", "site"):
    program = [sys.executable, "-m", f"benchmarks.{part}", "--write"]
    subprocess.run(program, check=True, cwd=HERE.parent)
