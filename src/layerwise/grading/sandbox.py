"""Starts the processes in which submissions run, and ends them.

A `Sandbox` holds one server, started once and isolated from everything but
Python and numpy; the server forks a `Child` for each submission. The judge
speaks to a child over a socket with a deadline for every message and trusts
nothing that comes back.
"""

import contextlib
import glob
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from layerwise.exercises import plain

if sys.platform == "linux":
    from layerwise.grading import confine

LEVELS = ("full", "partial", "none")
MAX_FRAME = 17 * 2**20
_NEEDED_FOR_PARTIAL = (
    "files", "writes", "environment", "processes", "programs", "threads",
    "network", "signals", "tracing", "namespaces", "memory",
)  # fmt: skip
_HERE = Path(__file__).parent
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
}


class IsolationError(Exception):
    """The level asked for does not hold here; the text says why."""


class Died(Exception):  # noqa: N818
    """A child no longer answers.

    Attributes
    ----------
    status : str
        "timeout", "memory", "output" or "crash", as in an `Answer`.
    """

    def __init__(self, status: str, words: str) -> None:
        super().__init__(words)
        self.status = status


class Gone(BaseException):
    """The server itself has ended; no submission is to blame.

    Passes whatever handles the faults of an answer: the submission is judged
    anew, with another server.
    """


class Child:
    """The process of one submission."""

    def __init__(self, sandbox: "Sandbox", sock: socket.socket) -> None:
        self.sandbox = sandbox
        self.sock = sock
        self.heard = bytearray()
        self.delay = 0.0

    def request(self, message: dict[str, Any], seconds: float) -> Any:
        """Send a message and return the reply, or raise `Died`."""
        self.send(message)
        return self.reply(seconds)

    def send(self, *messages: dict[str, Any]) -> None:
        """Send messages; a child that is gone is noticed at its reply."""
        bodies = [plain.pack(message) for message in messages]
        self.sock.settimeout(10)
        with contextlib.suppress(OSError):
            self.sock.sendall(
                b"".join(struct.pack("<I", len(b)) + b for b in bodies)
            )

    def reply(self, seconds: float) -> Any:
        """Return the next message, or end the child and raise `Died`.

        The seconds are the child's: those in which it waits for a processor,
        on a machine that is busy with others, are not counted.
        """
        deadline = time.monotonic() + seconds
        try:
            (size,) = struct.unpack("<I", self._exactly(4, deadline))
            if size > MAX_FRAME:
                raise Died("output", "answered with more than 16 MB")
            return plain.unpack(self._exactly(size, deadline))
        except TimeoutError:
            self.end()
            raise Died("timeout", f"ran longer than {seconds:.3g} s") from None
        except plain.BadMessage:
            self.end()
            raise Died("crash", "broke its line to the judge") from None
        except (EOFError, OSError):
            raise self._why() from None
        except Died:
            self.end()
            raise

    def _exactly(self, count: int, deadline: float) -> bytes:
        while len(self.heard) < count:
            left = deadline - time.monotonic() + self.delay
            self.sock.settimeout(max(0.001, left))
            try:
                part = self.sock.recv(1 << 16)
            except TimeoutError:
                before, self.delay = self.delay, self.sandbox.delay()
                if self.delay - before < 0.01:
                    raise
                continue
            if not part:
                raise EOFError
            self.heard += part
        found = bytes(self.heard[:count])
        del self.heard[:count]
        return found

    def _why(self) -> Died:
        self.sock.close()
        code = self.sandbox.reap(wait=True)
        if code is None:
            raise Gone("the server has ended")
        number = max(0, -code)
        if number == signal.SIGKILL:
            return Died("memory", "was ended by the system, out of memory")
        if number == signal.SIGXCPU:
            return Died("timeout", "used too much processor time")
        if number:
            name = signal.Signals(number).name
            return Died("crash", f"was ended by signal {number} ({name})")
        return Died("crash", "ended its own process")

    def end(self) -> None:
        """Kill the child with all it started."""
        self.sock.close()
        self.sandbox.reap()


class Sandbox:
    """A server and the way to fork children from it.

    Parameters
    ----------
    level : str
        The isolation asked for: "full", "partial" or "none".
    memory_mb : int
        What one submission may hold.
    seconds : int
        Processor time of one child, a second net under the deadlines.
    """

    def __init__(
        self, level: str = "full", memory_mb: int = 1024, seconds: int = 120
    ) -> None:
        self.level = level
        self.memory_mb = memory_mb
        self.seconds = seconds
        self.control: socket.socket | None = None
        self.process: subprocess.Popen[bytes] | None = None
        self.busy = False
        self.begun: socket.socket | None = None

    def begin(self) -> None:
        """Start the server, if it can be; `start` then waits for it."""
        if self.level != "none" and confine_possible(self.level):
            self.begun = self._launch(self._commands()[0])

    def start(self) -> None:
        """Start the server; raise `IsolationError` if that fails."""
        if not confine_possible(self.level):
            raise IsolationError(_why_not(self.level))
        words = ""
        for command in self._commands():
            words = self._start(command)
            if not words:
                return
        raise IsolationError(words)

    def _commands(self) -> list[list[str]]:
        if self.level == "full":
            return [_bubblewrap(as_root) for as_root in _ways()]
        return [_python()]

    def _launch(self, command: list[str]) -> socket.socket:
        ours, theirs = socket.socketpair()
        fd = str(theirs.fileno())
        self.process = subprocess.Popen(
            [*command, "serve", fd, self.level, *_places(self.level)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=_ENVIRONMENT | _library_path(),
            cwd="/",
        )
        theirs.close()
        return ours

    def _start(self, command: list[str]) -> str:
        ours = self.begun or self._launch(command)
        assert self.process is not None
        self.begun, self.control, self.busy = None, ours, False
        ours.settimeout(30)
        if ours.recv(1) == b"+":
            return ""
        _, errors = self.process.communicate()
        self.control = None
        ours.close()
        lines = errors.decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "the server did not start"

    def child(self, *messages: dict[str, Any]) -> Child:
        """Fork a child that gets these messages, and return it.

        The server is started first, or again, if need be.
        """
        for attempt in (1, 2, 3):
            try:
                child = self._fork()
                child.send(*messages)
                words = child.reply(30)
                break
            except (OSError, Died, Gone) as error:
                self.close()
                if attempt == 3:
                    raise OSError(f"no child starts: {error}") from None
        if words:
            child.end()
            raise IsolationError(str(words))
        return child

    def _fork(self) -> Child:
        if self.level == "none":
            return self._unconfined()
        if self.control is None:
            self.start()
        assert self.control is not None
        if self.busy:
            self.reap()
        ours, theirs = socket.socketpair()
        order = b"F" + struct.pack("<II", self.memory_mb, self.seconds)
        with theirs:
            socket.send_fds(self.control, [order], [theirs.fileno()])
        self.busy = True
        return Child(self, ours)

    def _unconfined(self) -> Child:
        self.reap()
        token = secrets.token_hex(16)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(30)
            port = str(listener.getsockname()[1])
            self.process = subprocess.Popen(
                [*_python(), "once", port, token, *_places("none")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_ENVIRONMENT | _library_path() | _windows(),
            )
            while True:
                sock, _ = listener.accept()
                sock.settimeout(30)
                if secrets.compare_digest(sock.recv(32), token.encode()):
                    return Child(self, sock)
                sock.close()

    def reap(self, wait: bool = False) -> int | None:
        """End the present child, if there is one; return its status.

        With `wait` it gets a moment to end by itself, so that the status is
        its own. The status is 0 when it had to be killed from here, None
        when the server has ended.
        """
        if self.level == "none":
            if self.process is None:
                return 0
            code = 0
            with contextlib.suppress(subprocess.TimeoutExpired):
                code = self.process.wait(0.25 if wait else 0)
            self.process.kill()
            self.process.wait()
            self.process = None
            return code
        if not self.busy or self.control is None:
            return 0
        self.busy = False
        try:
            self.control.settimeout(10)
            self.control.sendall(b"W" if wait else b"K")
            return int(struct.unpack("<i", self.control.recv(4))[0])
        except (OSError, struct.error):
            self.close()
            return None

    def delay(self) -> float:
        """Return for how long the present child has waited for its turn."""
        if self.level == "none":
            if sys.platform != "linux" or self.process is None:
                return 0.0
            return confine.delay(self.process.pid)
        try:
            assert self.control is not None
            self.control.settimeout(10)
            self.control.sendall(b"D")
            return float(struct.unpack("<d", self.control.recv(8))[0])
        except (OSError, struct.error):
            return 0.0

    def close(self) -> None:
        """End the server and everything in it."""
        if self.begun is not None:
            self.begun.close()
            self.begun = None
        if self.level == "none":
            self.reap()
        if self.control is not None:
            self.control.close()
            self.control = None
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.5)  # it ends when the line is closed
            self.process.kill()
            self.process.wait()
            if self.process.stderr:
                self.process.stderr.close()
            self.process = None

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def probe(self) -> dict[str, str]:
        """Let a child try to break out; return what got through."""
        if self.level == "none":
            return dict.fromkeys(_NEEDED_FOR_PARTIAL, "not protected")
        child = self.child()
        found = child.request(
            {
                "do": "probe",
                "secrets": _secrets(),
                "memory_mb": self.memory_mb,
                "environment": sorted({*os.environ} - {*_ENVIRONMENT, "PWD"}),
            },
            20,
        )
        child.end()
        return {str(k): str(v) for k, v in found.items()}


_ahead: list[Sandbox] = []


def start_ahead(level: str, memory_mb: int = 1024) -> None:
    """Start a server while the rest of the grader is still imported."""
    _ahead.append(Sandbox(level, memory_mb))
    _ahead[-1].begin()


def sandbox(level: str, memory_mb: int) -> Sandbox:
    """Return a sandbox, the one started ahead if it is of this kind."""
    while _ahead:
        early = _ahead.pop()
        if (early.level, early.memory_mb) == (level, memory_mb):
            return early
        early.close()
    return Sandbox(level, memory_mb)


def isolation(holes: dict[str, str]) -> str:
    """Return the level that the findings of a probe amount to."""
    if not any(holes.values()):
        return "full"
    if any(holes.get(name) for name in _NEEDED_FOR_PARTIAL):
        return "none"
    return "partial"


def confine_possible(level: str) -> bool:
    """Say whether a level can be tried here at all."""
    if level == "none":
        return True
    if not (sys.platform == "linux" and confine.filter_known()):
        return False
    return level != "full" or shutil.which("bwrap") is not None


def _why_not(level: str) -> str:
    if sys.platform != "linux":
        return (
            f"'{level}' isolation needs Linux. Grade a class in a Linux "
            "machine, virtual machine or CI job; or, for submissions you "
            "trust as your own code, say --isolation none"
        )
    if not confine.filter_known():
        return "there is no system call filter for this processor"
    return "bubblewrap (bwrap) is not installed: apt install bubblewrap"


def _secrets() -> list[str]:
    """Return files that a submission must not be able to read."""
    package = Path(__file__).resolve().parents[1]
    found = [package / "__init__.py", package / "exercises" / "spec.py"]
    for folder in (Path.home(), Path.cwd()):
        with contextlib.suppress(OSError):
            found += [p for p in folder.iterdir() if p.is_file()][:3]
    return [str(path) for path in found]


def _python() -> list[str]:
    """Return the real interpreter, not a virtual environment's link."""
    executable = getattr(sys, "_base_executable", None) or sys.executable
    worker = str(_HERE / "worker.py")
    return [os.path.realpath(executable), "-I", "-S", worker]


def _places(level: str) -> list[str]:
    if level == "full":
        return ["/sandbox/site", "/sandbox"]
    site = Path(np.__file__).resolve().parents[1]
    return [str(site), str(Path(plain.__file__).parent)]


def _library_path() -> dict[str, str]:
    path = os.environ.get("LD_LIBRARY_PATH")
    return {"LD_LIBRARY_PATH": path} if path else {}


def _windows() -> dict[str, str]:
    root = os.environ.get("SYSTEMROOT")
    return {"SYSTEMROOT": root} if root else {}


def _ways() -> list[bool]:
    return [True, False] if os.geteuid() == 0 else [False]


def _bubblewrap(as_root: bool) -> list[str]:
    """Return the command that starts a server which sees next to nothing.

    Started by root, bubblewrap needs no user namespace of its own: the server
    itself becomes nobody, so that even its outer user id owns nothing.
    """
    python, *flags = _python()
    base = os.path.realpath(sys.base_prefix)
    stdlib = os.path.dirname(os.path.realpath(os.__file__))
    command = ["bwrap"]
    for folder in ("/dev", "/etc", "/usr", "/sandbox", "/sandbox/site"):
        command += ["--dir", folder]  # readable, whatever the umask
    for path in ("/usr/lib", "/usr/lib64", "/lib", "/lib64"):
        if os.path.islink(path):
            command += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            command += ["--ro-bind", path, path]
    trees = [os.path.join(base, "lib"), stdlib]
    for path in dict.fromkeys([*trees, python]):
        if os.path.exists(path) and not path.startswith("/usr/lib"):
            for parent in reversed(Path(path).parents):
                command += ["--dir", str(parent)]  # 755, whatever it is here
            command += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/alternatives"):
        command += ["--ro-bind-try", path, path]
    for root in ("/usr/lib", "/usr/lib64", os.path.join(base, "lib"), stdlib):
        for kind in ("site-packages", "dist-packages"):
            for path in (
                *glob.glob(f"{root}/{kind}"),
                *glob.glob(f"{root}/python*/{kind}"),
            ):
                command += ["--tmpfs", os.path.realpath(path)]
    package = os.path.dirname(os.path.realpath(np.__file__))
    command += ["--ro-bind", package, "/sandbox/site/numpy"]
    libs = package + ".libs"
    if os.path.isdir(libs):
        command += ["--ro-bind", libs, "/sandbox/site/numpy.libs"]
    files = [_HERE / f"{n}.py" for n in ("worker", "confine", "probe")]
    for file in (*files, Path(plain.__file__)):
        command += ["--ro-bind", str(file), f"/sandbox/{file.name}"]
    for device in ("/dev/null", "/dev/urandom"):
        command += ["--dev-bind", device, device]
    command += ["--dir", "/tmp", "--proc", "/proc", "--chdir", "/tmp"]
    command += ["--unshare-pid", "--unshare-net", "--unshare-ipc"]
    command += ["--unshare-uts", "--unshare-cgroup-try"]
    command += ["--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    if as_root:
        command += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        command += ["--unshare-user", "--hostname", "sandbox"]
    command += ["--remount-ro", "/"]
    return [*command, python, *flags[:2], "/sandbox/worker.py"]
