"""The probe tells the truth: each protection taken away is named."""

import re
import shutil
import struct
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.grading.conftest import opened

from layerwise.cli import main
from layerwise.grading import sandbox
from layerwise.grading.sandbox import IsolationError, Sandbox, isolation

if sys.platform == "win32":
    pytest.skip("not here: needs Linux", allow_module_level=True)
from layerwise.grading import confine

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


MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def answer(program, arch, number):
    """Run a filter as the kernel does; return what it answers to a call."""
    at, word = 0, 0
    while True:
        code, yes, no, value = struct.unpack_from("<HBBI", program, 8 * at)
        if code == 0x20:
            word, at = {4: arch, 0: number}[value], at + 1
        elif code == 0x06:
            return value
        else:
            met = {0x15: word == value, 0x35: word >= value}[code]
            at += 1 + (yes if met else no)


def refused(machine):
    """Return the table of refused calls: name to number."""
    words = [line.split() for line in confine._REFUSED.split(",")]
    column = 1 + list(MACHINES).index(machine)
    return {w[0]: int(w[column]) for w in words if w[column] != "-"}


@pytest.mark.parametrize("machine", MACHINES)
def test_the_filter_refuses_what_the_table_says_and_nothing_else(machine):
    program, arch = confine.filter_program(machine), MACHINES[machine]
    assert len(program) % 8 == 0 and len(program) // 8 < 4096
    table = {*refused(machine).values()}
    for number in range(424):
        expected = 0x00050001 if number in table else 0x7FFF0000
        assert answer(program, arch, number) == expected, number
    for number in range(424, 600):
        expected = 0x7FFF0000 if number in (436, 439) else 0x00050026
        assert answer(program, arch, number) == expected, number
    assert answer(program, arch, 0x40000000 + 57) == 0x00050026  # x32
    other = next(a for a in (*MACHINES.values(), 0x40000003) if a != arch)
    assert answer(program, other, 0) == 0x80000000


@pytest.mark.parametrize(
    "machine, header",
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
        ("aarch64", "/usr/include/asm-generic/unistd.h"),
    ],
)
def test_the_numbers_are_those_of_the_kernels_headers(machine, header):
    if not Path(header).exists():
        pytest.skip(f"not here: no {header}")
    lines = re.findall(
        r"(?m)^#define __NR(?:3264)?_(\w+)\s+(\d+)", Path(header).read_text()
    )
    known = {name: int(number) for name, number in lines}
    table = refused(machine)
    assert table == {name: known[name] for name in table}
    absent = {line.split()[0] for line in confine._REFUSED.split(",")}
    assert not (absent - {*table}) & {*known}  # "-": there is none
    assert confine._CLONE[machine] == known["clone"]
    assert known["close_range"] == 436 and known["faccessat2"] == 439


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_where_there_is_no_linux_the_message_says_what_to_do(
    platform, monkeypatch, tmp_path
):
    monkeypatch.setattr(sys, "platform", platform)
    for level in ("full", "partial"):
        with pytest.raises(IsolationError, match="needs Linux"):
            Sandbox(level).start()
    words = ["grade", str(tmp_path), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1
    assert "virtual machine or CI job" in result.output
    assert "--isolation none" in result.output


def test_a_processor_without_a_filter_is_named(monkeypatch):
    monkeypatch.setattr(confine.platform, "machine", lambda: "riscv64")
    with pytest.raises(IsolationError, match="no system call filter"):
        Sandbox("partial").start()


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
