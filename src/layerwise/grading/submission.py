"""Finds submissions in the folders that teaching tools make, as data.

A submission is a name and bytes, nothing more: it is opened without following
links or waiting on pipes, capped in size, and not looked into here. Folders
and zip files are walked alike. Every learner found gets an entry, with a
reason where there is nothing to judge.
"""

import datetime
import io
import os
import re
import stat
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath

MAX_FILE = 20 * 2**20
MAX_MEMBERS = 20_000
_ENDINGS = (".ipynb", ".py", ".zip")
_IGNORED = {"__MACOSX", "__pycache__", "node_modules"}


class NotReadable(Exception):  # noqa: N818
    """A file cannot be taken as a submission; the text says why."""


@dataclass(frozen=True)
class Found:
    """A file in a folder or a zip: where it is, when it was written."""

    path: PurePosixPath
    seconds: float
    read: Callable[[], bytes]


@dataclass(frozen=True)
class Submission:
    """What one learner handed in for one chapter.

    Attributes
    ----------
    student : str
        Folder name, else the file's name up to its first ``_``, else its
        stem.
    chapter : str
        "06-activations", or "" when the file's name does not say.
    file : str
        The path inside what was given, for the record.
    reason : str
        Why there is nothing to read, or which of several files was taken.
    """

    student: str
    chapter: str
    file: str
    seconds: float = 0.0
    reason: str = ""
    read: Callable[[], bytes] | None = field(default=None, compare=False)
    system_id: str = ""
    late: bool = False


def read_regular(path: str | Path, limit: int = MAX_FILE) -> bytes:
    """Return a file's bytes; refuse links, pipes, devices and giants."""
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
        flags |= getattr(os, name, 0)
    try:
        place = os.open(path, flags)
    except OSError as error:
        if os.path.islink(path):
            raise NotReadable("it is a symbolic link") from None
        raise NotReadable(f"it cannot be opened ({error.strerror})") from None
    kind = os.fstat(place)
    if not stat.S_ISREG(kind.st_mode):
        os.close(place)
        raise NotReadable("it is no regular file")
    with open(place, "rb") as file:
        if kind.st_size > limit:
            raise NotReadable(_too_large(kind.st_size))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise NotReadable(_too_large(len(data)))
    return data


def _too_large(size: int) -> str:
    return f"it is larger than {MAX_FILE >> 20} MB ({size / 2**20:.0f} MB)"


def walk(path: Path) -> Iterator[Found]:
    """Yield the files of a folder or zip, never through a link."""
    if path.suffix.lower() == ".zip":
        yield from _members(path, PurePosixPath())
        return
    yield from _walk(path, PurePosixPath())


def _walk(folder: Path, inside: PurePosixPath) -> Iterator[Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        name = entry.name
        if name.startswith(".") or name in _IGNORED:
            continue
        here = inside / name
        if entry.is_dir(follow_symlinks=False):
            if not (Path(entry.path) / "pyvenv.cfg").exists():
                yield from _walk(Path(entry.path), here)
        elif name.lower().endswith(_ENDINGS) or name in _METADATA:
            seconds = entry.stat(follow_symlinks=False).st_mtime
            yield Found(here, seconds, partial(read_regular, entry.path))


def _members(
    file: Path | io.BytesIO, inside: PurePosixPath
) -> Iterator[Found]:
    try:
        archive = zipfile.ZipFile(file)
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise NotReadable("it is no zip file that can be read") from None
    if len(members) > MAX_MEMBERS:
        raise NotReadable(f"it is a zip of more than {MAX_MEMBERS} files")
    for member in sorted(members, key=lambda m: m.filename):
        name = member.filename.replace("\\", "/")
        parts = PurePosixPath(name).parts
        last = PurePosixPath(name).name
        if member.is_dir() or not (
            name.lower().endswith(_ENDINGS) or last in _METADATA
        ):
            continue
        hidden = any(p.startswith(".") or p in _IGNORED for p in parts)
        if hidden and ".." not in parts:
            continue
        safe = not (name.startswith("/") or ".." in parts or ":" in name)
        kind = member.external_attr >> 16
        linked = stat.S_ISLNK(kind)

        def read(
            m: zipfile.ZipInfo = member, ok: bool = safe, link: bool = linked
        ) -> bytes:
            if not ok:
                raise NotReadable("its name in the zip leaves the zip")
            if link:
                raise NotReadable("it is a symbolic link")
            return _unpacked(archive, m)

        path = inside.joinpath(*(p for p in parts if p not in ("/", "..")))
        try:
            seconds = time.mktime((*member.date_time, 0, 0, -1))
        except (ValueError, OverflowError):
            seconds = 0.0
        yield Found(path, seconds, read)


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    if member.file_size > MAX_FILE:
        raise NotReadable(_too_large(member.file_size))
    try:
        with archive.open(member) as file:
            data = file.read(MAX_FILE + 1)  # what it says may be a lie
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError,
            EOFError, OSError, ValueError):  # fmt: skip
        raise NotReadable("the zip is damaged or encrypted") from None
    except Exception as error:  # zlib.error, lzma.LZMAError
        raise NotReadable(f"the zip is damaged ({error})"[:200]) from None
    if len(data) > MAX_FILE:
        raise NotReadable(_too_large(len(data)))
    return data


# Layouts ------------------------------------------------------------------

_METADATA = {"submission_metadata.yml", "timestamp.txt"}
_CHAPTER = re.compile(r"(?<!\d)(\d\d-[a-z][a-z0-9]*(?:-[a-z][a-z0-9]*)*)")
_MOODLE = re.compile(r"^(.*?)_(\d+)_assignsubmission_\w+_?$")
_CANVAS = re.compile(r"^([^_]+)_(LATE_)?(?:\d+_)?(\d+)_(\d+)_(.+)$")


def find(
    paths: list[Path], chapters: list[str], folder_is_student: bool = False
) -> list[Submission]:
    """Return the submissions in files, folders and zips, one per learner
    and chapter: the latest.

    Parameters
    ----------
    paths : list of Path
    chapters : list of str
        The chapters there are, "06-activations".
    """
    found: list[Submission] = []
    for path in paths:
        if path.is_dir() or path.suffix.lower() == ".zip":
            try:
                found += _in_tree(path, chapters)
            except (NotReadable, OSError) as error:
                found.append(
                    Submission(path.stem, "", path.name, 0.0, str(error))
                )
        else:
            found.append(_flat(_file(path), chapters, path.resolve().parent))
    return _latest(found)


def _file(path: Path) -> Found:
    seconds = path.lstat().st_mtime
    return Found(PurePosixPath(path.name), seconds, lambda: read_regular(path))


def _in_tree(root: Path, chapters: list[str]) -> list[Submission]:
    if (root / "submitted").is_dir():  # an nbgrader course
        root = root / "submitted"
    files = list(walk(root))
    names: dict[str, tuple[str, str]] = {}
    times: dict[PurePosixPath, float] = {}
    for found in files:
        if found.path.name == "submission_metadata.yml":  # Gradescope
            names |= _gradescope(found, times)
        elif found.path.name == "timestamp.txt":  # nbgrader
            times[found.path.parent] = _moment(_text(found))
    files = [
        replace(f, seconds=_time_of(f, times))
        for f in files
        if f.path.suffix.lower() in _ENDINGS
    ]
    tops = {f.path.parts[0] for f in files if len(f.path.parts) > 1}
    if root.is_dir():
        tops |= {
            e.name
            for e in os.scandir(root)
            if e.is_dir(follow_symlinks=False)
            and not e.name.startswith(".")
            and e.name not in _IGNORED
        }
    loose = [f for f in files if len(f.path.parts) == 1]
    if len(tops) == 1 and not loose:  # a folder around all the others
        (top,) = tops
        inner = [f for f in files if len(f.path.parts) > 2]
        deeper = {f.path.parts[1] for f in inner}
        known = {c for c in chapters} | {c[3:] for c in chapters}
        if len(deeper) > 1 and not deeper <= known:
            files = [replace(f, path=_without_top(f.path)) for f in files]
            tops, loose = deeper, [f for f in files if len(f.path.parts) == 1]
    prefix = _shared_prefix(tops, root)
    result = [_flat(f, chapters, root) for f in loose]
    own: dict[str, list[Found]] = {top: [] for top in sorted(tops)}
    for found in files:
        if len(found.path.parts) > 1:
            own[found.path.parts[0]].append(found)
    for top, inside in own.items():
        student, system = _student_of(top, prefix, names)
        result += _of_student(student, system, inside, chapters)
    return result


def _without_top(path: PurePosixPath) -> PurePosixPath:
    return PurePosixPath(*path.parts[1:])


def _of_student(
    student: str, system: str, files: list[Found], chapters: list[str]
) -> list[Submission]:
    files = [
        inner
        for found in files
        for inner in (
            _nested(found) if found.path.suffix.lower() == ".zip" else [found]
        )
    ]
    books = [f for f in files if f.path.suffix.lower() == ".ipynb"]
    books = books or [f for f in files if f.path.suffix.lower() == ".py"]
    broken = [f for f in files if f.path.suffix.lower() == ".zip"]
    if not books and not broken:
        return [Submission(student, "", "", 0.0, "no notebook in this folder",
                           system_id=system)]  # fmt: skip
    named = [f for f in books if _chapter_in(f.path, chapters)]
    return [
        Submission(
            student, _chapter_in(f.path, chapters), str(f.path), f.seconds,
            read=f.read, system_id=system,
        )
        for f in (named or books or broken)
    ]  # fmt: skip


def _nested(found: Found) -> list[Found]:
    """Return the files of a zip inside a learner's folder."""
    try:
        return list(_members(io.BytesIO(found.read()), found.path.parent))
    except NotReadable as error:
        words = str(error)

        def fail() -> bytes:
            raise NotReadable(words)

        return [replace(found, read=fail)]


def _flat(found: Found, chapters: list[str], folder: Path) -> Submission:
    stem, name = found.path.stem, found.path.name
    chapter = _chapter_in(found.path, chapters)
    canvas = _CANVAS.match(name)
    student, system, late = stem, "", False
    if chapter and stem == chapter:
        student = folder.stem
    elif canvas:
        student, system = canvas[1], canvas[3]
        late = bool(canvas[2])
    elif "_" in stem:
        student = stem.split("_")[0]
    return Submission(
        student or stem, chapter, str(found.path), found.seconds,
        read=found.read, system_id=system, late=late,
    )  # fmt: skip


def _chapter_in(path: PurePosixPath, chapters: list[str]) -> str:
    """Return the chapter that a file's name, or its folder's, speaks of."""
    for part in reversed(path.parts):
        for match in _CHAPTER.finditer(part.lower()):
            if match[1] in chapters:
                return match[1]
        for chapter in chapters:
            if chapter in part.lower() or part.lower() == chapter[3:]:
                return chapter
    return ""


def _shared_prefix(tops: set[str], root: Path) -> str:
    """Return "hw1-" for GitHub Classroom's hw1-submissions/hw1-STUDENT."""
    stem = re.sub(r"-submissions$", "", root.name)
    if stem != root.name and all(t.startswith(stem + "-") for t in tops):
        return stem + "-"
    return ""


def _student_of(
    top: str, prefix: str, names: dict[str, tuple[str, str]]
) -> tuple[str, str]:
    if top in names:
        return names[top]
    moodle = _MOODLE.match(top)
    if moodle:
        return moodle[1], moodle[2]
    stem = top[:-4] if top.lower().endswith(".zip") else top
    return stem.removeprefix(prefix) or stem, ""


def _gradescope(
    found: Found, times: dict[PurePosixPath, float]
) -> dict[str, tuple[str, str]]:
    """Read which learner a folder submission_N belongs to, and its time."""
    names = {}
    for block in re.split(r"(?m)^(?=submission_\d+:)", _text(found)):
        folder = re.match(r"submission_\d+", block)
        keys = ("name", "email", "sid", "created_at")
        who = {k: re.search(rf"(?m):{k}: *(.+)$", block) for k in keys}
        texts = {k: m[1].strip().strip("'\"") for k, m in who.items() if m}
        student = texts.get("name") or texts.get("email")
        if folder and student:
            names[folder[0]] = student, texts.get("sid", "")
            place = found.path.parent / folder[0]
            times[place] = _moment(texts.get("created_at", ""))
    return names


def _text(found: Found) -> str:
    try:
        return found.read()[:1_000_000].decode("utf-8", "replace")
    except NotReadable:
        return ""


def _moment(text: str) -> float:
    """Return a written date in seconds since 1970, or 0."""
    short = re.sub(r"(:\d\d)\.\d+", r"\1", text.strip())
    short = re.sub(r" (?:UTC|Z)$", "+00:00", short).replace(" +", "+")
    try:
        moment = datetime.datetime.fromisoformat(short)
    except ValueError:
        return 0.0
    return moment.timestamp()


def _time_of(found: Found, times: dict[PurePosixPath, float]) -> float:
    for folder in found.path.parents:
        if times.get(folder):
            return times[folder]
    return found.seconds


def _latest(found: list[Submission]) -> list[Submission]:
    """Keep the latest of several by one learner, and say so."""
    groups: dict[tuple[str, str], list[Submission]] = {}
    for submission in found:
        key = submission.student, submission.chapter
        groups.setdefault(key, []).append(submission)
    result = []
    for several in groups.values():
        last = max(several, key=lambda s: (s.seconds, _attempt(s), s.file))
        if len(several) > 1:
            words = f"latest of {len(several)} files"
            last = replace(last, reason=last.reason or words)
        result.append(last)
    return sorted(result, key=lambda s: (s.student, s.chapter))


def _attempt(submission: Submission) -> int:
    """Return N of NOTEBOOK-N.ipynb, as Canvas numbers a second upload."""
    match = re.search(r"-(\d+)\.\w+$", submission.file)
    return int(match[1]) if match else 0
