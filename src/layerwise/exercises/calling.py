"""Calls a learner's function in this very process, guarded.

Fresh copies of the arguments for every call; what it prints and warns is kept
out; a loop without end is stopped and the kernel stays alive; the library's
own functions are out of reach, except those an exercise allows.
"""

import contextlib
import io
import linecache
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from layerwise.exercises.answer import Answer
from layerwise.exercises.plain import NotPlain, pack, unpack


class OutOfTime(BaseException):
    """Raised inside a learner's function when its time is over."""


class Forbidden(BaseException):
    """Raised when an answer calls what it is asked to write."""


class LocalCaller:
    """A `Caller` on functions of this process.

    Parameters
    ----------
    functions : mapping of str to callable
        The learner's functions by name.
    may_use : sequence of str
        Library functions they may call.
    budget_s : float
        Time for one call.
    probes : bool
        False for functions that already give what a probe would: the
        mistakes of a spec.
    """

    def __init__(
        self,
        functions: Mapping[str, Any],
        may_use: tuple[str, ...] = (),
        budget_s: float = 1.0,
        probes: bool = True,
    ) -> None:
        self.functions = functions
        self.may_use = may_use
        self.budget_s = budget_s
        self.probes = probes

    def __call__(
        self, name: str, args: tuple[Any, ...], *, probe: str | None = None
    ) -> Answer:
        if name not in self.functions:
            return Answer("missing")
        learner = self.functions[name]
        args = tuple(unpack(pack(args)))
        start = time.perf_counter()
        clock = limit(self.budget_s)
        try:
            with _quiet(), only(self.may_use) as used, clock:
                if probe is None or not self.probes:
                    value = learner(*args)
                else:
                    space = dict(getattr(learner, "__globals__", {}))
                    exec(probe, space)
                    value = space["probe"](learner, *args)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            clock.stop()
            return _failed(error, learner)
        seconds = time.perf_counter() - start
        if used:
            return Answer("forbidden", error=_sentence(used[0]))
        try:
            value = unpack(pack(value))
        except NotPlain as error:
            return Answer("not plain", error=str(error), seconds=seconds)
        try:
            after = tuple(unpack(pack(args)))
        except NotPlain:
            after = tuple(None for _ in args)
        return Answer("returned", value, arguments=after, seconds=seconds)


def _failed(error: BaseException, learner: Any) -> Answer:
    line, shapes = _place(error.__traceback__, learner)
    words = f"{type(error).__name__}: {_text(error)}".rstrip(": ")[:300]
    if isinstance(error, NotImplementedError):
        status = "not attempted"
    elif isinstance(error, OutOfTime):
        status = "timeout"
    elif isinstance(error, MemoryError):
        status = "memory"
    elif isinstance(error, Forbidden):
        status, words = "forbidden", _sentence(_text(error))
    else:
        status = "raised"
    return Answer(status, error=words, line=line, shapes=shapes)


def _sentence(name: str) -> str:
    return f"uses lw.{name}: this exercise asks you to write it"


def _text(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())
    except Exception:
        return ""


def _place(trace: TracebackType | None, learner: Any) -> tuple[str, str]:
    """Return the learner's innermost line and its arguments' shapes."""
    code = getattr(learner, "__code__", None)
    line, shapes = "", ""
    while trace is not None:
        frame = trace.tb_frame
        if code is not None and frame.f_code.co_filename == code.co_filename:
            line = linecache.getline(code.co_filename, trace.tb_lineno).strip()
            shapes = described_arguments(frame) or shapes
        trace = trace.tb_next
    return line, shapes


def described_arguments(frame: FrameType) -> str:
    """Return the arguments of a call as "dA (3, 5), slope 0.1"."""
    code = frame.f_code
    count = code.co_argcount + code.co_kwonlyargcount
    words = []
    for name in code.co_varnames[:count]:
        value: Any = frame.f_locals.get(name)
        if type(value) is np.ndarray:
            words.append(f"{name} {value.shape}")
        elif type(value) in (int, float, bool):
            words.append(f"{name} {value}")
        elif type(value) in (list, tuple, dict):
            words.append(f"{name} ({type(value).__name__} of {len(value)})")
    return ", ".join(words)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep prints and warnings out of the report; they cost nothing."""
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def only(may_use: tuple[str, ...]) -> Iterator[list[str]]:
    """Let only `may_use` of the library be called, by whatever name.

    A profile function sees every call, so a name imported earlier is seen
    too. What an allowed function calls inside the library is its own affair.
    """
    used: list[str] = []

    def inside(frame: FrameType | None) -> bool:
        home = frame.f_globals.get("__name__", "") if frame else ""
        return isinstance(home, str) and home.startswith("layerwise.")

    def watch(frame: FrameType, event: str, _arg: Any) -> None:
        if event != "call" or not inside(frame):
            return
        caller = frame.f_back
        while caller and caller.f_globals.get("__name__", "").startswith(
            "numpy"
        ):
            caller = caller.f_back
        home = frame.f_globals["__name__"]
        name, method, _ = frame.f_code.co_qualname.partition(".")
        if method and "self" in frame.f_locals:
            name = type(frame.f_locals["self"]).__name__
        if inside(caller) or home.startswith("layerwise.exercises"):
            return
        if name.isidentifier() and name not in may_use:
            used.append(name)
            raise Forbidden(name)

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        yield used
    finally:
        sys.setprofile(before)


class limit:  # noqa: N801 - reads as a word: with limit(1.0)
    """Raise `OutOfTime` in this thread after `seconds`.

    By a timer signal where there is one and this is the main thread; else by
    a second thread; else (in the browser) by looking at the clock at every
    line. The first two strike again and again, so that a loop around a bare
    ``except`` ends too; they never strike in this module's own frames.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.stop: Callable[[], object] = lambda: None

    def __enter__(self) -> None:
        main = threading.current_thread() is threading.main_thread()
        if sys.platform == "emscripten":
            self.stop = _by_tracing(self.seconds)
        elif main and hasattr(signal, "setitimer"):
            self.stop = _by_signal(self.seconds)
        else:
            self.stop = _by_thread(self.seconds)

    def __exit__(self, *_: object) -> None:
        self.stop()


def _is_ours(frame: FrameType | None) -> bool:
    return frame is not None and frame.f_globals is globals()


def _by_signal(seconds: float) -> Callable[[], object]:
    over: list[int] = []

    def strike(number: int, frame: FrameType | None) -> None:
        if not over and not _is_ours(frame):
            raise OutOfTime

    before = signal.signal(signal.SIGALRM, strike)
    end = time.perf_counter() + seconds
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, 0.02)

    def stop() -> None:
        if over:
            return
        over.append(1)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if time.perf_counter() > end - 0.01:
            time.sleep(0.002)  # a signal on its way still meets `strike`
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, *timer)

    return stop


def _by_thread(seconds: float) -> Callable[[], object]:
    import ctypes

    raise_in = ctypes.pythonapi.PyThreadState_SetAsyncExc
    here = threading.get_ident()
    target = ctypes.c_ulong(here)
    gate = threading.Lock()
    gate.acquire()
    over: list[int] = []
    striking: list[int] = []

    def watch() -> None:
        wait = seconds
        while not gate.acquire(timeout=wait):
            striking.append(1)  # seen by stop, which then waits for us
            if not over and not _is_ours(sys._current_frames().get(here)):
                raise_in(target, ctypes.py_object(OutOfTime))
            striking.pop()
            wait = 0.02

    threading.Thread(target=watch, daemon=True).start()

    def stop() -> None:
        while gate.locked():
            try:
                over.append(1)
                while striking:
                    time.sleep(0.0005)
                for _ in "ab":  # what is still on its way arrives here
                    time.sleep(0)
                gate.release()
            except OutOfTime:
                pass

    return stop


def _by_tracing(seconds: float) -> Callable[[], object]:
    before = sys.gettrace()
    end = time.perf_counter() + seconds

    def look(frame: FrameType, event: str, _: Any) -> Any:
        if time.perf_counter() > end:
            raise OutOfTime
        return look

    sys.settrace(look)
    return lambda: sys.settrace(before)
