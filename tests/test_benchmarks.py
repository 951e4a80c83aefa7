"""The benchmarks run, and refuse peers that do other work."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(program):
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return subprocess.run(
        [sys.executable, *program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_a_workload_is_measured_without_any_peer_installed():
    hide = (
        "import sys; sys.modules['torch'] = sys.modules['sklearn'] = None\n"
        "sys.argv = ['numeric', '--rounds', '1', '--only', 'lenet_sgd']\n"
        "from benchmarks import numeric; numeric.main()"
    )
    done = run(["-c", hide])
    assert done.returncode == 0, done.stderr
    assert "torch not installed" in done.stdout
    assert "lenet_sgd products" in done.stdout
    assert "lenet_sgd torch" not in done.stdout


def test_a_peer_that_does_other_work_is_refused():
    cheat = (
        "from benchmarks import numeric\n"
        "honest, cheat = iter(range(9)), iter(range(0, 90, 10))\n"
        "peers = {'layerwise': lambda: next(honest)}\n"
        "numeric.agreement({**peers, 'torch': lambda: next(cheat)})"
    )
    done = run(["-c", cheat])
    assert done.returncode != 0
    assert "not the same work" in done.stderr


def test_a_section_is_replaced_and_everything_else_stays(
    tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(ROOT)
    from benchmarks import results

    monkeypatch.setattr(results, "RESULTS", tmp_path / "RESULTS.md")
    marked = "<!-- grading -->\n## Grading\n\nten\n<!-- /grading -->"
    results.write_section("One", "first")
    results.write_section("Two", "second")
    with results.RESULTS.open("a") as file:
        file.write(f"\n{marked}\n")
    results.write_section("Two", "newer")
    results.write_section("One", "newest")
    text = results.RESULTS.read_text()
    assert text.startswith("# Measured")
    assert text.endswith(f"## One\n\nnewest\n\n## Two\n\nnewer\n\n{marked}\n")
