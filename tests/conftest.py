"""Settings of every test: one BLAS thread, and no silent skip in CI.

A skip whose means could have been installed is a failure in CI
(LAYERWISE_CI=1). One that no package can cure here says so: its reason begins
with "not here:" ("not here: needs macOS").
"""

import os

import pytest

for _variable in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

_SKIPPED = []


def pytest_addoption(parser):
    group = parser.getgroup("layerwise")
    group.addoption("--submission", metavar="FILE", help="judge FILE")
    group.addoption(
        "--isolation",
        choices=["full", "partial", "none"],
        help="of the submission (default: the best there is)",
    )
    group.addoption("--specs", metavar="FILE", help="an instructor's own")
    group.addoption(
        "--student", default="", help="whose it is, for own numbers"
    )


def pytest_ignore_collect(collection_path, config):
    """With --submission, collect the tests of the submission alone."""
    if config.getoption("submission") and collection_path.is_file():
        own = ("exercises", "test_submission.py")
        return collection_path.parts[-2:] != own or None
    return None


def pytest_runtest_logreport(report):
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if report.longrepr else ""
        _SKIPPED.append((report.nodeid, reason.removeprefix("Skipped: ")))


def pytest_collectreport(report):
    if report.skipped:
        _SKIPPED.append((report.nodeid, str(report.longrepr)))


def curable(skipped):
    """Return the skips that an installed package would have avoided."""
    return [
        (name, reason)
        for name, reason in skipped
        if not reason.startswith("not here:")
    ]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session, exitstatus):
    if (
        os.environ.get("LAYERWISE_CI")
        and exitstatus == 0
        and curable(_SKIPPED)
    ):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter):
    if os.environ.get("LAYERWISE_CI") and curable(_SKIPPED):
        terminalreporter.section("skipped although it could be installed")
        for name, reason in curable(_SKIPPED):
            terminalreporter.line(f"{name}: {reason}")
