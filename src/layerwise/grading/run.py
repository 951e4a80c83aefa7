"""Grades a class: the same work for one process, many, or a cluster.

`grade` reads submissions, hands them to an executor (this process, a pool of
processes, a Dask cluster) and writes what comes back. `work` is the unit that
travels: bytes in, a record out. Each process that works keeps its own
sandbox and its own finding of what isolates it.
"""

import concurrent.futures as cf
import ctypes
import hashlib
import multiprocessing
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import layerwise
from layerwise import exercises as specs
from layerwise.exercises import Exercise
from layerwise.grading import gradebook, pages, records
from layerwise.grading.judge import judge
from layerwise.grading.sandbox import (
    LEVELS,
    Gone,
    IsolationError,
    isolation,
    sandbox,
)
from layerwise.grading.submission import NotReadable, Submission, find

MAX_ATTEMPTS = 6


@dataclass(frozen=True)
class Settings:
    """What every worker must agree on."""

    level: str = "full"
    memory_mb: int = 1024
    seconds: float = 3.0
    seed: int = 0
    specs: str = ""  # the text of an instructor's file of specs
    specs_name: str = ""

    @property
    def kind(self) -> tuple[str, int, str, str]:
        """What a sandbox and its probe depend on: no seed, no limit."""
        return self.level, self.memory_mb, self.specs, self.specs_name


@dataclass(frozen=True)
class Task:
    """One submission on its way to a worker."""

    student: str
    chapter: str
    file: str
    data: bytes
    ids: tuple[str, ...] = ()  # judge these exercises; all, when empty


@dataclass
class Summary:
    """What a run did."""

    isolation: str = ""
    graded: int = 0
    kept: int = 0
    unreadable: int = 0
    absent: int = 0
    failed: int = 0
    seconds: float = 0.0
    judged: int = 0  # with those kept from before
    mean: float = 0.0  # of the judged
    out: str = ""
    notes: list[str] = field(default_factory=list)


# Exercises by chapter -----------------------------------------------------


def chapter_names() -> list[str]:
    """Return the chapters that have exercises, "06-activations"."""
    folder = Path(specs.__file__).parent
    found = [
        re.fullmatch(r"ch(\d\d)_(\w+)", path.stem)
        for path in folder.glob("ch[0-9][0-9]_*.py")
    ]
    return sorted(f"{m[1]}-{m[2].replace('_', '-')}" for m in found if m)


def load_specs(text: str, name: str) -> dict[str, list[Exercise]]:
    """Return an instructor's exercises under the name of their file."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.py"
        path.write_text(text, "utf-8")
        return {name: specs.load(path)}


class _Shelf:
    """The exercises that a run may judge, loaded when first asked for."""

    def __init__(self, settings: Settings) -> None:
        self.own = (
            load_specs(settings.specs, settings.specs_name)
            if settings.specs
            else {}
        )
        self.names = list(self.own) or chapter_names()

    def __getitem__(self, chapter: str) -> list[Exercise]:
        return self.own.get(chapter) or specs.chapter(chapter[:2])


# The unit of work ---------------------------------------------------------

_stations = threading.local()


class _Station:
    """A worker's sandbox and exercises, kept from task to task."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.shelf = _Shelf(settings)
        self.sandbox = sandbox(settings.level, settings.memory_mb)
        self.holes = self.sandbox.probe()
        self.isolation = isolation(self.holes)
        if LEVELS.index(self.isolation) > LEVELS.index(settings.level):
            missing = ", ".join(k for k, v in self.holes.items() if v)
            self.sandbox.close()
            raise IsolationError(
                f"isolation here is {self.isolation}, not {settings.level}: "
                f"not protected are {missing}"
            )


def station(settings: Settings) -> _Station:
    """Return this worker's sandbox; the first call starts and probes it."""
    held: _Station | None = getattr(_stations, "held", None)
    if held is None or held.settings.kind != settings.kind:
        if held is not None:
            held.sandbox.close()
        _stations.held = held = _Station(settings)
    held.settings = settings
    return held


def close() -> None:
    """End this worker's sandbox."""
    held: _Station | None = getattr(_stations, "held", None)
    if held is not None:
        held.sandbox.close()
        _stations.held = None


def probe(settings: Settings) -> tuple[str, list[str]]:
    """Return the isolation that holds here, and what is not protected."""
    here = station(settings)
    return here.isolation, [name for name, hole in here.holes.items() if hole]


def own_settings(isolation: str, specs_file: Path | None) -> Settings:
    """Return the settings for a learner's own file: the best isolation."""
    text = specs_file.read_text("utf-8") if specs_file else ""
    name = specs_file.stem if specs_file else ""
    levels = [isolation] if isolation else list(LEVELS)
    for level in levels:
        settings = Settings(
            level=level,
            seed=int.from_bytes(os.urandom(6), "big"),
            specs=text,
            specs_name=name,
        )
        try:
            station(settings)
        except IsolationError:
            if level == levels[-1]:
                raise
        else:
            return settings
    raise AssertionError


def chapter_of(path: Path, settings: Settings) -> str:
    """Return the chapter a file's name speaks of, or ""."""
    shelf = station(settings).shelf
    if settings.specs:
        return shelf.names[0]
    return next((s.chapter for s in find([path], shelf.names)), "")


def work(settings: Settings, task: Task) -> dict[str, Any]:
    """Judge one submission and return its record."""
    here = station(settings)
    start = time.perf_counter()
    chapter = task.chapter or _recognized(here, task)
    chosen = [
        e for e in here.shelf[chapter] if not task.ids or e.id in task.ids
    ]
    for attempt in (1, 2, 3):
        try:
            record = judge(
                here.sandbox,
                task.file,
                task.data,
                chosen,
                settings.seed,
                settings.seconds,
                task.student,
            )
            break
        except Gone as error:
            if attempt == 3:
                raise OSError(str(error)) from None
    record |= {
        "chapter": chapter,
        "isolation": here.isolation,
        "seconds": round(time.perf_counter() - start, 3),
        "specs": {e.id: records.fingerprint(e) for e in chosen},
    }
    return record


def _recognized(here: _Station, task: Task) -> str:
    """Return the chapter whose functions a file of any name defines."""
    from layerwise.grading.judge import Session, Unreadable

    owners = {
        name: chapter
        for chapter in here.shelf.names
        for e in here.shelf[chapter]
        for name in e.functions
    }
    session = Session(
        here.sandbox, task.file, task.data, list(owners),
        here.settings.seconds,
    )  # fmt: skip
    try:
        defined = session.read().get("defined", [])
    except Unreadable:
        defined = []
    finally:
        session.end()
    found = [owners[name] for name in defined if name in owners]
    return max(found or here.shelf.names, key=found.count)


# Executors ----------------------------------------------------------------


class _Here(cf.Executor):
    """Runs each task at once, in this process."""

    def submit(
        self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any
    ) -> "cf.Future[Any]":
        future: cf.Future[Any] = cf.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def _tie_to_parent(parent: int) -> None:
    """End this worker when the process that started it is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def executor(
    jobs: int, scheduler: str | None
) -> tuple[cf.Executor, Callable[[], object]]:
    """Return what runs the work, here, in processes or in a cluster, and
    what ends it."""
    if scheduler:
        from distributed import Client

        client: Any = Client(scheduler)  # type: ignore[no-untyped-call]
        return client.get_executor(pure=False), client.close
    if jobs <= 1:
        return _Here(), lambda: None
    pool = cf.ProcessPoolExecutor(
        jobs,
        multiprocessing.get_context("spawn"),
        _tie_to_parent,
        (os.getpid(),),
    )
    return pool, partial(pool.shutdown, cancel_futures=True)


# A run --------------------------------------------------------------------


@dataclass
class Run:
    """A run of the grader over a class.

    Parameters
    ----------
    paths : list of Path
        Notebooks, Python files, folders, zips.
    out : Path
        Where records, feedback and the gradebook go.
    settings : Settings
    seed : int, optional
        From the operating system, or from an earlier run in `out`.
    """

    paths: list[Path]
    out: Path
    settings: Settings = Settings()
    seed: int | None = None
    jobs: int = 0
    scheduler: str | None = None
    chapter: str = ""
    only: str = ""
    rules: gradebook.Rules = field(default_factory=gradebook.Rules)
    progress: Callable[[int, int], None] = lambda done, total: None

    def grade(self) -> Summary:
        """Judge what is not judged yet; write all; say what was done."""
        with records.only_run(self.out):
            return self._grade()

    def _grade(self) -> Summary:
        start = time.perf_counter()
        rules = None if self.rules == gradebook.Rules() else self.rules
        known = records.open_run(
            self.out,
            self.seed,
            self.settings.level,
            self.settings.specs_name,
            rules.as_json() if rules else None,
        )
        self.settings = Settings(
            **{**vars(self.settings), "seed": int(known["seed"])}
        )
        self.shelf = _Shelf(self.settings)
        self.summary = Summary(out=str(self.out))
        if rules is None and "rules" in known:
            self.rules = gradebook.rules_of(known["rules"])
            self.summary.notes.append(
                "late work, roster and further forms: as in the run before"
            )
        self.found = self._found()
        self._judge_all()
        self.summary.seconds = time.perf_counter() - start
        gradebook.write(self.out, self.summary, self.rules)
        return self.summary

    def _found(self) -> list[Submission]:
        names = self.shelf.names
        found = find(self.paths, names)
        known = {s.chapter for s in found if s.chapter}
        usual = self.chapter or (known.pop() if len(known) == 1 else "")
        if not usual and len(names) == 1:
            usual = names[0]
        fixed = len(names) == 1 or bool(self.chapter)
        found = [
            Submission(**{**vars(s), "chapter": usual})
            if fixed or not s.chapter
            else s
            for s in found
        ]
        if self.only:
            found = [s for s in found if s.student == self.only]
        return found

    def _tasks(self) -> Iterator[tuple[Submission, Task]]:
        """Yield what must be judged; write at once what cannot be."""
        for submission in self.found:
            path = records.record_path(
                self.out, submission.student, submission.chapter
            )
            prior = records.read_record(path)
            try:
                if submission.read is None:
                    raise NotReadable(submission.reason)
                data = submission.read()
            except NotReadable as error:
                self._write(submission, _blank(submission, str(error)))
                continue
            digest = hashlib.sha256(data).hexdigest()
            due = (
                records.stale(
                    prior,
                    digest,
                    self.settings.seed,
                    self.settings.level,
                    self.shelf[submission.chapter],
                )
                if submission.chapter
                else []
            )
            if prior and not due and not self.only:
                self._mend(prior)
                self.summary.kept += 1
                self._step()
                continue
            ids = tuple(e.id for e in due)
            whole = self.only or not submission.chapter
            yield (
                submission,
                Task(
                    submission.student,
                    submission.chapter,
                    submission.file,
                    data,
                    () if whole else ids,
                ),
            )

    def _judge_all(self) -> None:
        self.done = 0
        self.careful = False
        self.total = len(self.found)
        if not self.jobs:  # a second process pays from some 50 on
            self.jobs = min(os.cpu_count() or 1, 1 + self.total // 50)
            if self.scheduler:  # how many a cluster holds, it knows itself
                self.jobs = 64
        self.progress(0, self.total)
        tasks = self._tasks()
        attempts: dict[str, int] = {}
        again: list[tuple[Submission, Task]] = []
        while True:
            pool, end = executor(self.jobs, self.scheduler)
            running: dict[cf.Future[Any], tuple[Submission, Task]] = {}
            try:
                self._drain(pool, tasks, again, running, attempts)
                return
            except cf.BrokenExecutor:  # a worker was killed: go on with others
                again += running.values()
            finally:
                end()

    def _drain(
        self,
        pool: cf.Executor,
        tasks: Iterator[tuple[Submission, Task]],
        again: list[tuple[Submission, Task]],
        running: "dict[cf.Future[Any], tuple[Submission, Task]]",
        attempts: dict[str, int],
    ) -> None:
        while True:
            ahead = 1 if self.careful else 3
            while len(running) < ahead * max(1, self.jobs):
                pair = again.pop() if again else next(tasks, None)
                if pair is None:
                    break
                key = f"{pair[0].student}/{pair[0].chapter}/{pair[0].file}"
                attempts[key] = attempts.get(key, 0) + 1
                self.careful |= attempts[key] > 1  # one at a time from now on
                if attempts[key] > MAX_ATTEMPTS:
                    words = "the grader was stopped each time it judged this"
                    self._write(pair[0], _blank(pair[0], words, "failed"))
                    continue
                again.append(pair)  # not lost, should the pool be broken
                running[pool.submit(work, self.settings, pair[1])] = pair
                again.pop()
            if not running:
                return
            ready, _ = cf.wait(running, return_when=cf.FIRST_COMPLETED)
            for future in ready:
                submission, task = running[future]
                try:
                    record = future.result()
                except (IsolationError, cf.BrokenExecutor):
                    raise
                except Exception as error:
                    words = f"the grader failed: {type(error).__name__}"
                    record = _blank(submission, words, "failed")
                del running[future]
                self._write(submission, record, task)

    def _write(
        self,
        submission: Submission,
        record: dict[str, Any],
        task: Task | None = None,
    ) -> None:
        chapter = record.pop("chapter", "") or submission.chapter
        chapter = chapter or "unknown"
        path = records.record_path(self.out, submission.student, chapter)
        prior = records.read_record(path)
        if task and task.ids and prior and record["status"] == "graded":
            for part in ("exercises", "specs"):
                record[part] = dict(
                    sorted({**prior.get(part, {}), **record[part]}.items())
                )
            record["alike"] = {**prior.get("alike", {}), **record["alike"]}
        digest = hashlib.sha256(task.data).hexdigest() if task else ""
        scores = record["exercises"].values()
        expected = (
            sum(e.points for e in self.shelf[chapter])
            if chapter in self.shelf.names
            else 0
        )
        notes = [n for n in (record["reason"], submission.reason) if n]
        whole = {
            "format": records.FORMAT,
            "student": submission.student,
            "chapter": chapter,
            "file": submission.file,
            "system_id": submission.system_id,
            "submitted": round(submission.seconds),
            "late": submission.late,
            "sha256": digest,
            "seed": self.settings.seed,
            "isolation": record.pop("isolation", self.settings.level),
            "version": layerwise.__version__,
            **record,
            "reason": "; ".join(dict.fromkeys(notes)),
            "score": round(sum(e["score"] for e in scores), 4),
            "max_score": expected or sum(e["max_score"] for e in scores),
        }
        records.write_whole(path, records.as_json(whole))
        pages.write_feedback(self.out, whole, self._titles(chapter))
        self.summary.isolation = whole["isolation"]
        if whole["status"] == "graded":
            self.summary.graded += 1
        elif whole["status"] == "failed":
            self.summary.failed += 1
        else:
            self.summary.unreadable += 1
        self._step()

    def _mend(self, record: dict[str, Any]) -> None:
        """Write a page again that a crash of the machine took away."""
        chapter = record["chapter"]
        path = pages.feedback_path(self.out, record["student"], chapter)
        if not path.exists() or not path.stat().st_size:
            pages.write_feedback(self.out, record, self._titles(chapter))

    def _titles(self, chapter: str) -> dict[str, str]:
        if chapter not in self.shelf.names:
            return {}
        return {e.id: e.title for e in self.shelf[chapter]}

    def _step(self) -> None:
        self.done += 1
        self.progress(self.done, self.total)


def _blank(
    submission: Submission, reason: str, status: str = "unreadable"
) -> dict[str, Any]:
    return {
        "status": status,
        "reason": reason,
        "exercises": {},
        "alike": {},
        "specs": {},
        "seconds": 0.0,
    }
