"""Judges the file of `--submission` once; its checks become tests.

pytest tests/exercises --submission work/06-activations.ipynb
"""

from pathlib import Path

import pytest


def judged(config):
    """Return the record of the submission, judged in a sandbox, once."""
    if not hasattr(config, "layerwise_record"):
        from layerwise.grading import run
        from layerwise.grading.submission import NotReadable, read_regular

        path = Path(config.getoption("submission"))
        specs = config.getoption("specs")
        try:
            data = read_regular(path)
        except NotReadable as error:
            raise pytest.UsageError(f"{path}: {error}") from None
        settings = run.own_settings(
            config.getoption("isolation") or "", Path(specs) if specs else None
        )
        chapter = run.chapter_of(path, settings)
        student = config.getoption("student")
        task = run.Task(student, chapter, path.name, data)
        config.layerwise_record = run.work(settings, task)
        run.close()
        found = config.layerwise_record
        if found["status"] != "graded" or not found["exercises"]:
            reason = found["reason"]
            raise pytest.UsageError(f"{path}: {reason}")
    return config.layerwise_record


def checks_of(record):
    """Return (exercise, check, entry) for every check of a record."""
    return [
        (id, check, entry)
        for id, entry in record["exercises"].items()
        for check in entry["checks"]
    ]


def pytest_generate_tests(metafunc):
    if "a_check" not in metafunc.fixturenames:
        return
    config, found, names = metafunc.config, [], []
    if config.getoption("submission"):
        found = checks_of(judged(config))
        names = [f"{id} {check['name']}" for id, check, _ in found]
    metafunc.parametrize("a_check", found, ids=names)


def pytest_collection_modifyitems(config, items):
    """Without --submission there is nothing to test here."""
    if not config.getoption("submission"):
        empty = [i for i in items if i.name.startswith("test_check[NOTSET")]
        config.hook.pytest_deselected(items=empty)
        items[:] = [item for item in items if item not in empty]
