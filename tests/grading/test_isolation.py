"""The probe tells the truth: each protection taken away is named."""

import shutil

import pytest
from tests.grading.conftest import opened

from layerwise.grading import confine, sandbox
from layerwise.grading.sandbox import Sandbox, isolation

FILTER = "    program = filter_program()\n"
MOUNTS = "    safe = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC\n"
REMOVED = {
    "network": (FILTER, "none"),
    "signals": (FILTER, "none"),
    "tracing": (FILTER, "none"),
    "namespaces": (FILTER, "none"),
    "memory": ("    limits = {\n", "none"),
    "own mounts": (MOUNTS, "partial"),
}


def test_full_isolation_has_no_hole(full):
    assert not any(full.probe().values())


def test_partial_isolation_says_what_is_missing():
    with opened("partial") as box:
        holes = {name for name, hole in box.probe().items() if hole}
    assert holes == {"own pid namespace", "own mounts"}


def test_none_claims_nothing():
    with Sandbox("none") as box:
        assert isolation(box.probe()) == "none"


@pytest.mark.parametrize("name", REMOVED)
def test_a_protection_taken_away_is_named(name, full, tmp_path, monkeypatch):
    line, level = REMOVED[name]
    for file in ("worker", "confine", "probe"):
        shutil.copy(sandbox._HERE / f"{file}.py", tmp_path)
    text = (tmp_path / "confine.py").read_text()
    assert text.count(line) == 1
    (tmp_path / "confine.py").write_text(
        text.replace(line, "    return\n" + line)
    )
    monkeypatch.setattr(sandbox, "_HERE", tmp_path)
    with Sandbox("full", memory_mb=512) as box:
        holes = box.probe()
    assert holes[name]
    assert isolation(holes) == level


def test_readable_files_are_found_by_the_probe(monkeypatch, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("x")
    monkeypatch.setattr(sandbox, "_secrets", lambda: [str(secret)])
    with opened("partial") as box:
        assert not box.probe()["files"]
    text = (sandbox._HERE / "confine.py").read_text()
    for file in ("worker", "probe"):
        shutil.copy(sandbox._HERE / f"{file}.py", tmp_path)
    opening = '    return [*paths, "/dev/urandom", "/etc/ld.so.cache"]'
    assert opening in text
    (tmp_path / "confine.py").write_text(
        text.replace(opening, "    return ['/']")
    )
    monkeypatch.setattr(sandbox, "_HERE", tmp_path)
    with Sandbox("partial", memory_mb=512) as box:
        holes = box.probe()
    assert str(secret) in holes["files"]
    assert isolation(holes) == "none"


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_is_a_program_the_kernel_can_take(machine):
    program = confine.filter_program(machine)
    assert len(program) % 8 == 0
    assert len(program) // 8 < 4096
    assert program[-8:-4] == (6).to_bytes(2, "little") + bytes(2)


def test_a_server_that_is_killed_is_started_again():
    with opened("full") as box:
        first = box.process.pid
        box.process.kill()
        box.process.wait()
        child = box.child()
        assert child.request(_hello(), 10)["cells"] == 1
        child.end()
        assert box.process.pid != first


def _hello():
    import numpy as np

    return {
        "do": "read", "name": "a.py", "careful": False, "skip": [],
        "wanted": [], "data": np.frombuffer(b"x = 1\n", np.uint8),
    }  # fmt: skip
