"""Judges one submission: reads nothing itself, runs nothing, believes little.

The bytes of a submission go to a sandboxed child unread. What comes back are
plain values, which the examiner compares with references that never left
this process. A statement that hangs or kills the child is named by a second,
careful child and left out by a third: it costs its own exercise only.
"""

import ast
import hashlib
import inspect
import textwrap
import time
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np

import layerwise
from layerwise.exercises import Exercise, examine
from layerwise.exercises.answer import ANSWERED, STATUSES, Answer
from layerwise.exercises.spec import for_student
from layerwise.grading.sandbox import Child, Died, Sandbox

MAX_REBUILDS = 12
_TEXT = 500


class Unreadable(Exception):  # noqa: N818
    """The submission is no notebook; the text says why."""


@dataclass
class Session:
    """The children of one submission, one at a time, for some exercises.

    Parameters
    ----------
    sandbox : Sandbox
    name : str
        The file's name; its ending says how it is read.
    data : bytes
        The file as it was handed in.
    wanted : list of str
        The functions that the exercises ask for.
    seconds : float
        Time for one statement or the reading of the file.
    library : str, optional
        Source of what the answers may use. With it, what was read is run.
    """

    sandbox: Sandbox
    name: str
    data: bytes
    wanted: list[str]
    seconds: float
    library: str | None = None  # None as long as nothing is to be run
    skipped: dict[tuple[int, int], Died] = field(default_factory=dict)
    careful: bool = False
    child: Child | None = None
    ran: bool = False
    rebuilds: int = 0
    calls: int = 0

    def read(self) -> dict[str, Any]:
        """Return what a fresh child found in the file before it ran any."""
        while True:
            try:
                return self._read()
            except Died as death:
                self._blame(death)

    def ready(self) -> Child:
        """Return a child in which the chosen statements have run."""
        while self.child is None or not self.ran:
            try:
                if self.child is None:
                    self._read()
                self._run()
            except Died as death:
                self._blame(death)
        return self.child

    def _read(self) -> dict[str, Any]:
        self._at: tuple[int, int] | None = None
        self.ran = False
        read = {
            "do": "read",
            "name": self.name,
            "data": np.frombuffer(self.data, np.uint8),
            "wanted": self.wanted,
            "skip": [
                [place, str(death)] for place, death in self.skipped.items()
            ],
            "careful": self.careful,
        }
        run = {"do": "run", "library": self.library, "careful": self.careful}
        told = [read] if self.library is None else [read, run]
        self.child = self.sandbox.child(*told)
        found = self._finish(max(self.seconds, 10.0))
        if "unreadable" in found:
            self.end()
            raise Unreadable(str(found["unreadable"])[:_TEXT])
        return found

    def _run(self) -> None:
        self._at = None  # from the first statement again
        self._finish(self.seconds)  # it was told to with the reading
        self.ran = True

    def _finish(self, seconds: float) -> dict[str, Any]:
        """Return the reply, noting on the way which statement is running.

        Places come only when they were asked for, and only forward; not even
        an endless row of them outlasts the time.
        """
        assert self.child is not None
        end = time.monotonic() + 4 * seconds
        while True:
            reply = self.child.reply(seconds)
            match reply:
                case {"at": (int(), int()) as at} if self.careful:
                    if self._at is None or at > self._at:
                        self._at = at
                    if time.monotonic() > end + self.child.delay:
                        self.child.end()
                        raise Died("timeout", f"ran longer than {seconds:g} s")
                case dict() if "at" not in reply:
                    return reply
                case _:
                    self.child.end()
                    raise Died("crash", "broke its line to the judge")

    def _blame(self, death: Died) -> None:
        """Leave out what killed a child; find it out first, carefully."""
        self.child = None
        self.rebuilds += 1
        if self.careful:
            if self._at is None or self._at in self.skipped:
                raise Unreadable(f"reading it {death}")
            self.skipped[self._at] = death
        self.careful = True
        if self.rebuilds > MAX_REBUILDS:
            raise Unreadable("too many of its cells hang or end the process")

    def ask(self, message: dict[str, Any]) -> None:
        """Send several calls at once; `answer` then gives one at a time."""
        child = self.ready()
        child.send(message | {"number": self.calls + 1})

    def answer(self, seconds: float) -> tuple[Any, ...]:
        """Return the next answer; a child that dies of it is replaced."""
        assert self.child is not None
        self.calls += 1
        try:
            reply = self.child.reply(seconds)
        except Died:
            self.child = None
            raise
        if isinstance(reply, tuple) and reply[:1] == (self.calls,):
            match reply[1:]:
                case ("returned", _, _):
                    return reply
                case (str(status), _, str(), str(), str()):
                    if status in STATUSES:
                        return reply
        self.end()
        raise Died("crash", "broke its line to the judge")

    def end(self) -> None:
        """End the present child."""
        if self.child is not None:
            self.child.end()
            self.child = None


class RemoteCaller:
    """A `Caller` on the functions of a submission.

    All calls of one function share a budget, so that many slow calls are no
    way to hold the grader up; a function that killed its process is not
    called again.
    """

    def __init__(
        self, session: Session, may_use: tuple[str, ...], seconds: float
    ) -> None:
        self.session = session
        self.may_use = may_use
        self.seconds = seconds
        self.left: dict[str, float] = {}
        self.dead: dict[str, Answer] = {}

    def __call__(
        self, name: str, args: tuple[Any, ...], *, probe: str | None = None
    ) -> Answer:
        return self.together(name, [args], probe=probe)[0]

    def together(
        self,
        name: str,
        calls: list[tuple[Any, ...]],
        *,
        probe: str | None = None,
    ) -> list[Answer]:
        """Make calls in one message; return their answers, see `Caller`.

        The function may thus know its later inputs at its first call. That
        helps no wrong answer: it must still be right for each of them.
        """
        if name in self.dead:
            return [self.dead[name]]
        message = {
            "do": "calls",
            "name": name,
            "inputs": calls,
            "probe": probe,
            "allowed": list(self.may_use),
        }
        answers: list[Answer] = []
        try:
            self.session.ask(message)
            for args in calls:
                reply = self._next(name)
                answers.append(self._answer(reply, args))
                if reply[1] not in ANSWERED:
                    break
        except (Died, Unreadable) as death:
            status = death.status if isinstance(death, Died) else "crash"
            self.dead[name] = Answer(status, error=str(death))
            answers.append(self.dead[name])
        return answers

    def _next(self, name: str) -> tuple[Any, ...]:
        left = self.left.setdefault(name, 3 * self.seconds)
        start = time.monotonic()
        reply = self.session.answer(min(self.seconds, left))
        self.left[name] = max(0.05, left - (time.monotonic() - start))
        return reply

    def _answer(self, reply: tuple[Any, ...], args: tuple[Any, ...]) -> Answer:
        """Return what a child said of a call as an answer."""
        _, status, after, *rest = reply
        after = args if after is None else after
        after = after if isinstance(after, tuple) else ()
        if status == "returned":
            return Answer(status, rest[0], arguments=after)
        error, line, shapes = (text[:_TEXT] for text in rest)
        if status == "missing" and error:  # its cell could not be run, or hung
            hung = self.session.skipped.values()
            found = [w.status for w in hung if str(w) == error]
            status = found[0] if found else "raised"
        return Answer(status, None, error, line, shapes, after)


def judge(
    sandbox: Sandbox,
    name: str,
    data: bytes,
    exercises: list[Exercise],
    seed: int,
    seconds: float = 3.0,
    student: str = "",
) -> dict[str, Any]:
    """Return the judged part of a record.

    An exercise with numbers of the learner's own is judged with those of
    `student`; where nobody is named, it is left out and the reason says so.
    Hidden inputs come from the seed, the exercise and the file's own digest:
    the same file gets the same verdict, and what feedback on one version
    shows is of no use for the next.
    """
    digest = hashlib.sha256(data).hexdigest()
    wanted = [name for e in exercises for name in e.functions]
    session = Session(sandbox, name, data, wanted, seconds)
    record: dict[str, Any] = {
        "status": "graded",
        "reason": "",
        "exercises": {},
        "alike": {},
    }
    if not student and any(e.personal for e in exercises):
        record["reason"] = "whose is it? The learner's id is needed"
        exercises = [e for e in exercises if not e.personal]
    parts = groups(exercises)
    session.library = _library(parts[0]) if parts else None
    try:
        found = session.read()
        if not found.get("defined"):
            record["reason"] = "none of the exercises is in this file"
        record["alike"] = _marks(found.get("likeness"))
        sources = found.get("sources")
        for group in parts:
            if group is not parts[0]:  # it starts afresh
                session.end()
                session.library = _library(group)
            for exercise in group:
                limit = max(seconds, 2 * exercise.budget_s)
                caller = RemoteCaller(session, exercise.may_use, limit)
                own = for_student(exercise, student)
                record["exercises"][exercise.id] = _examine(
                    own, caller, digest, seed, sources
                )
    except Unreadable as error:
        record["status"] = "unreadable"
        record["reason"] = str(error)
    finally:
        session.end()
    order = [e.id for e in exercises if e.id in record["exercises"]]
    record["exercises"] = {id: record["exercises"][id] for id in order}
    if session.skipped:
        words = [f"a cell {death}" for death in session.skipped.values()]
        record["reason"] = "; ".join(dict.fromkeys(words))
    return record


def _examine(
    exercise: Exercise,
    caller: RemoteCaller,
    digest: str,
    seed: int,
    sources: Any,
) -> dict[str, Any]:
    mixed = hashlib.sha256(f"{seed}:{exercise.id}:{digest}".encode()).digest()
    rng = np.random.default_rng(int.from_bytes(mixed, "big"))
    known = {
        name: text
        for name, text in (sources or {}).items()
        if name in exercise.functions and isinstance(text, str)
    }
    try:
        report = examine(exercise, caller, rng, sources=known)
        return dict(report.to_record())
    except Exception as error:  # an answer must not stop the run
        return {
            "score": 0.0,
            "max_score": float(exercise.points),
            "status": "error",
            "mistake": None,
            "right": [],
            "wrong": [f"could not be judged ({type(error).__name__})"],
            "think": "Tell your instructor; this is not your fault.",
            "read": exercise.read,
            "checks": [],
        }


def _marks(found: Any) -> dict[str, str]:
    if not isinstance(found, dict):
        return {}
    return {str(k): str(v)[:16] for k, v in found.items() if v}


def groups(exercises: list[Exercise]) -> list[list[Exercise]]:
    """Split exercises so that no child holds the source of an answer to it.

    A library function that one exercise may use and another asks for must
    not be in a process where the other is judged.
    """
    found: list[tuple[list[Exercise], set[str], set[str]]] = []
    for exercise in exercises:
        own = {*exercise.functions}
        needs = library_names(exercise.may_use)
        for group, asked, used in found:
            if not (asked | own) & (used | needs):
                group.append(exercise)
                asked |= own
                used |= needs
                break
        else:
            found.append(([exercise], own, needs))
    return [group for group, _, _ in found]


def _library(group: list[Exercise]) -> str:
    return library_source(tuple(sorted({n for e in group for n in e.may_use})))


@cache
def _closure(names: tuple[str, ...]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the sources and the other globals that library functions need."""
    sources: dict[str, str] = {}
    others: dict[str, Any] = {}
    queue: list[tuple[str, Any]] = [
        (name, getattr(layerwise, name, None)) for name in names
    ]
    while queue:
        name, value = queue.pop()
        if name in sources or not hasattr(value, "__module__"):
            continue
        source = textwrap.dedent(inspect.getsource(value))
        sources[name] = source
        space = vars(inspect.getmodule(value))
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Name) or node.id not in space:
                continue
            found = space[node.id]
            home = getattr(found, "__module__", "") or ""
            if callable(found) and home.startswith("layerwise"):
                queue.append((node.id, found))
            elif not callable(found):
                others[node.id] = found
            else:
                others.setdefault(node.id, found)
    return sources, others


def library_names(names: tuple[str, ...]) -> set[str]:
    """Return every library name that comes along with `names`."""
    return set(_closure(tuple(names))[0])


@cache
def library_source(names: tuple[str, ...]) -> str:
    """Return Python source that defines library functions on their own."""
    sources, others = _closure(names)
    lines = []
    for name, value in others.items():
        if isinstance(value, ModuleType):
            lines.append(f"import {value.__name__} as {name}")
        elif callable(value):
            lines.append(
                f"from {value.__module__} import {value.__name__} as {name}"
            )
        else:
            lines.append(f"{name} = {value!r}")
    order = sorted(sources, key=lambda n: _bases_first(n, sources))
    return "\n".join(lines + [sources[name] for name in order])


def _bases_first(name: str, sources: dict[str, str]) -> int:
    """Return the depth of a class in the library; functions come first."""
    node = ast.parse(sources[name]).body[0]
    if not isinstance(node, ast.ClassDef):
        return 0
    bases = [b.id for b in node.bases if isinstance(b, ast.Name)]
    return 1 + max(
        (_bases_first(b, sources) for b in bases if b in sources), default=0
    )
