"""No submission may harm the run, another answer, or its own verdict."""

from pathlib import Path

import psutil
import pytest
from tests.grading.conftest import solved
from tests.grading.hostile import ALL, ENDLESS


def family(sandbox):
    """Return the processes of a sandbox: its server, and no child left."""
    server = psutil.Process(sandbox.process.pid)
    return {process.pid for process in server.children(recursive=True)}


CASES = [
    pytest.param(
        case,
        id=case.name,
        marks=[pytest.mark.slow] if case in ENDLESS[2:] else [],
    )
    for case in ALL
]


@pytest.mark.parametrize("case", CASES)
def test_a_hostile_answer_earns_what_it_answers_and_harms_no_other(
    case, scores, sandbox
):
    before = family(sandbox)
    found, record = scores(solved(double=case.cell))
    assert record["status"] == "graded", record["reason"]
    assert found["90.1"] == (10, "right")
    assert found["90.3"] == (10, "right")
    score, status = found["90.2"]
    assert status in case.status, record["exercises"]["90.2"]
    assert score <= case.points + 1e-9
    for folder in ("/", "/tmp", "/var/tmp", "/dev/shm", "/usr/lib"):
        assert not Path(folder, "layerwise-left-behind").exists()
    assert family(sandbox) == before
