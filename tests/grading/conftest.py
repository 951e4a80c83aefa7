"""Sandboxes shared by the tests of the grader, and a sheet to judge."""

import json
from pathlib import Path

import pytest

from layerwise.exercises import load
from layerwise.grading.judge import judge
from layerwise.grading.sandbox import (
    LEVELS,
    Died,
    IsolationError,
    Sandbox,
    isolation,
)

SHEET = Path(__file__).parent / "sheet.py"
HONEST = {
    "shift": "def shift(Z):\n    return Z + 1\n",
    "double": "def double(Z):\n    return 2 * Z\n",
    "total": "def total(Z):\n    return Z.sum(axis=-1, keepdims=True)\n",
}
HEAD = (
    "import numpy as np\n"
    "import matplotlib.pyplot as plt\n"
    "import layerwise as lw\n"
    "from layerwise import check, mine, listing\n"
)


def notebook(*cells):
    """Return a notebook with these code cells, as text."""
    return json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {},
            "cells": [
                {
                    "cell_type": "code",
                    "id": str(number),
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                    "source": source.splitlines(keepends=True),
                }
                for number, source in enumerate(cells)
            ],
        }
    )


def solved(**changed):
    """Return a notebook of honest answers, some of them changed."""
    return notebook(HEAD, *(HONEST | changed).values())


def opened(level):
    """Return a sandbox whose probe confirms its level, or skip."""
    sandbox = Sandbox(level, memory_mb=512)
    try:
        held = isolation(sandbox.probe())
    except (IsolationError, Died) as error:
        sandbox.close()
        pytest.skip(f"no {level} isolation here: {error}")
    if LEVELS.index(held) > LEVELS.index(level):
        sandbox.close()
        pytest.skip(f"no {level} isolation here: the probe found {held}")
    return sandbox


@pytest.fixture(scope="session")
def exercises():
    return load(SHEET)


_PARTIAL = pytest.param("partial", marks=pytest.mark.slow)


@pytest.fixture(scope="session", params=["full", _PARTIAL])
def sandbox(request):
    with opened(request.param) as opened_sandbox:
        yield opened_sandbox


@pytest.fixture(scope="session")
def full():
    with opened("full") as opened_sandbox:
        yield opened_sandbox


@pytest.fixture
def scores(sandbox, exercises):
    """Judge a notebook's text; return {id: (score, status)} and the record."""

    def run(text, name="a.ipynb", seconds=1.2):
        data = text if isinstance(text, bytes) else text.encode()
        record = judge(sandbox, name, data, exercises, 5, seconds)
        found = {
            id: (entry["score"], entry["status"])
            for id, entry in record["exercises"].items()
        }
        return found, record

    return run
