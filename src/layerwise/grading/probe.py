"""Tries what a hostile submission would try, and says what worked.

Runs in a sandboxed process before any submission does. The level of isolation
that the grader prints and records is what this found, not what was asked for.
"""

import contextlib
import ctypes
import os
import socket
import threading
from typing import Any


def probe(
    secrets: list[str], memory_mb: int, environment: list[str]
) -> dict[str, str]:
    """Return, for each protection, "" where it holds or what got through."""
    tries = {
        "files": lambda: _reads(secrets),
        "writes": lambda: _writes(secrets),
        "environment": lambda: _sees(environment),
        "processes": _starts_process,
        "programs": lambda: _calls("execve", b"/nowhere", None, None),
        "threads": _starts_thread,
        "network": _opens_socket,
        "signals": _signals,
        "tracing": lambda: _calls("ptrace", 0, 0, 0, 0),
        "namespaces": lambda: _calls("unshare", 0),
        "memory": lambda: _takes(memory_mb),
        "own pid namespace": lambda: "" if os.getpid() == 1 else "not alone",
        "own mounts": _scratch,
    }
    return {name: _outcome(attempt) for name, attempt in tries.items()}


def _outcome(attempt: Any) -> str:
    try:
        return str(attempt() or "")
    except (OSError, MemoryError, RuntimeError, ValueError):
        return ""


def _reads(paths: list[str]) -> str:
    for path in [*paths, "/proc/1/environ", "/etc/passwd", "/proc/1/maps"]:
        try:
            with open(path, "rb") as file:
                file.read(1)
        except OSError:
            continue
        return f"can read {path}"
    return ""


def _writes(paths: list[str]) -> str:
    folders = {os.path.dirname(path) for path in paths}
    for folder in [*folders, "/", "/var/tmp", "/dev/shm", "/usr/lib"]:
        place = os.path.join(folder, ".layerwise-probe")
        try:
            open(place, "w").close()
            os.unlink(place)
        except OSError:
            continue
        return f"can write to {folder}"
    return ""


def _sees(environment: list[str]) -> str:
    return ", ".join(set(os.environ) & set(environment))


def _starts_process() -> str:
    if os.fork() == 0:
        os._exit(0)
    return "can start a process"


def _starts_thread() -> str:
    threading.Thread(target=int).start()
    return "can start a thread"


def _opens_socket() -> str:
    socket.socket()
    return "can open a socket"


def _signals() -> str:
    os.kill(os.getpid(), 0)
    return "may send signals"


def _calls(name: str, *arguments: Any) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    result = getattr(libc, name)(*arguments)
    refused = result < 0 and ctypes.get_errno() == 1
    return "" if refused else f"may call {name}"


def _takes(memory_mb: int) -> str:
    bytearray((memory_mb + 64) * 2**20)
    return f"can take more than {memory_mb} MB"


def _scratch() -> str:
    if os.getcwd() != "/tmp" or os.listdir("/tmp"):
        return "shares folders with others"
    with contextlib.suppress(OSError):
        if os.listdir("/proc"):
            return "sees /proc"
    try:
        a, b = open("a", "w"), open("b", "w")  # noqa: SIM115
    except OSError:
        return "has no scratch folder of its own"
    with a, b:
        os.unlink("a")
        os.unlink("b")
        os.posix_fallocate(a.fileno(), 0, 10 * 2**20)
        os.posix_fallocate(b.fileno(), 0, 10 * 2**20)
    return "can fill the disk"
