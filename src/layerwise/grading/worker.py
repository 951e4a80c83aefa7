"""Runs where a learner's code runs; knows no answer and gives no verdict.

Shipped into the sandbox with `confine.py` and `plain.py`: standard library
and numpy, nothing of the course. Started as

    python -I -S worker.py serve FD LEVEL SITE PLAIN     a server that forks
                                                         children
    python -I -S worker.py once PORT TOKEN SITE PLAIN    one, not confined

SITE is the folder of numpy, PLAIN that of `plain.py`.

A child reads a submission, chooses the statements that the wanted functions
need, runs them one by one, and then answers calls with plain data. Everything
it sends may be forged by the code it runs; the judge believes none of it
beyond "this is the value the learner's function gave".
"""

import ast
import contextlib
import gc
import hashlib
import json
import os
import re
import signal
import socket
import struct
import sys
import time
import types
import warnings
from collections.abc import Iterable
from importlib.machinery import ModuleSpec
from time import perf_counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from layerwise.exercises import plain
    from layerwise.grading import confine
    from layerwise.grading.probe import probe as confine_probe

Args = tuple[Any, ...]
Message = dict[str, Any]
Place = tuple[int, int]

MAX_REPLY = 16 * 2**20
MAX_TEXT = 500
LARGE = f"it is larger than {MAX_REPLY >> 20} MB"
MAX_CELLS = 5000
PATIENCE, PATIENT_BYTES = 0.05, 1 << 16  # before what waits is sent
_NAMED = ("id", "arg", "name")
LEAST_ALIKE = 60  # nodes of syntax
REHEARSALS = 12
_DEFINES = r"(?m)^\s*(?:def\s+(?=\w)|(?=\w+ *=))(\w+)"
_SKIPPED_TAGS = {"check", "figure", "live", "reveal", "raises-exception"}
_PLACEHOLDERS = {
    "IPython", "PIL", "altair", "anywidget", "bokeh", "google", "ipykernel",
    "ipywidgets", "layerwise", "matplotlib", "mpl_toolkits", "nbgrader",
    "otter", "plotly", "pytest", "seaborn", "tqdm", "traitlets",
}  # fmt: skip


class Channel:
    """Length-prefixed messages of plain data over a socket.

    What is said waits a moment for what comes next, so that many short
    answers are one message on the way.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.waiting: list[bytes] = []
        self.size = 0
        self.since = perf_counter()

    def say(self, body: bytes) -> None:
        self.waiting += struct.pack("<I", len(body)), body
        self.size += len(body)
        if self.size > PATIENT_BYTES or perf_counter() > self.since + PATIENCE:
            self.flush()

    def flush(self) -> None:
        self.sock.sendall(b"".join(self.waiting))
        self.waiting, self.size = [], 0
        self.since = perf_counter()

    def receive(self) -> Any:
        self.flush()
        size = struct.unpack("<I", self._exactly(4))[0]
        message = plain.unpack(self._exactly(size))
        self.since = perf_counter()
        return message

    def _exactly(self, count: int) -> bytes:
        parts = []
        while count:
            part = self.sock.recv(min(count, 1 << 20))
            if not part:
                os._exit(0)  # the judge is gone
            parts.append(part)
            count -= len(part)
        return b"".join(parts)


# Reading a submission --------------------------------------------------


class Unreadable(Exception):  # noqa: N818
    """The file is no notebook or Python file; the text says why."""


class Cell:
    """One code cell: its text, its tags and whether it could be parsed."""

    def __init__(self, source: str, tags: Iterable[str] = ()) -> None:
        self.source = source
        self.tags = set(tags)
        self.error = ""
        self.statements: list[Statement] = []


class Statement:
    """One statement at the top level of a cell."""

    def __init__(self, node: ast.stmt, place: Place) -> None:
        self.node = node
        self.place = place
        self.loads, self.binds = names_of(node)
        self.is_import = isinstance(node, (ast.Import, ast.ImportFrom))
        self.name = ""  # of what it defines
        if isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        ):
            self.name = node.name


def read_cells(name: str, data: bytes) -> list[Cell]:
    """Return the code cells of a notebook or Python file given as bytes."""
    if not data.strip():
        raise Unreadable("the file is empty")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("the file is not UTF-8 text") from None
    if name.lower().endswith(".py"):
        return python_cells(text)
    try:
        notebook = json.loads(text)
    except RecursionError:
        raise Unreadable("the file is nested too deeply") from None
    except ValueError as error:
        raise Unreadable(f"the file is not JSON ({error})"[:200]) from None
    return notebook_cells(notebook)


def notebook_cells(notebook: Any) -> list[Cell]:
    """Return the code cells of a notebook, format 3 or 4."""
    if type(notebook) is not dict:
        raise Unreadable("the file is JSON, but no notebook")
    cells = notebook.get("cells")
    if cells is None and type(notebook.get("worksheets")) is list:
        sheets = [s for s in notebook["worksheets"] if type(s) is dict]
        cells = [c for s in sheets for c in s.get("cells") or ()]
    if type(cells) is not list:
        raise Unreadable("the file is JSON, but it has no cells")
    if len(cells) > MAX_CELLS:
        raise Unreadable(f"the notebook has more than {MAX_CELLS} cells")
    found = []
    for cell in cells:
        if type(cell) is not dict or cell.get("cell_type") != "code":
            continue
        source = cell.get("source", cell.get("input", ""))
        if type(source) is list:
            source = "".join(s for s in source if type(s) is str)
        metadata = cell.get("metadata")
        tags = metadata.get("tags") if type(metadata) is dict else ()
        if type(tags) is not list:
            tags = ()
        if type(source) is str:
            found.append(Cell(source, [t for t in tags if type(t) is str]))
    return found


def python_cells(text: str) -> list[Cell]:
    """Split a Python file at `# %%`, else before each definition."""
    marks = r"(?m)^(?=# ?%%|# In\[)"
    if not re.search(marks, text):
        pieces: list[str] = []
        current: list[str] = []
        for line in text.splitlines(keepends=True):
            starts = re.match(r"(def|async|class|import|from)\b|@", line)
            if starts and current and not current[-1].startswith("@"):
                pieces.append("".join(current))
                current = []
            current.append(line)
        pieces.append("".join(current))
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return [Cell(piece) for piece in pieces if piece.strip()]
        return [Cell(text)]
    return [Cell(piece) for piece in re.split(marks, text) if piece.strip()]


def parse(cell: Cell, place: int) -> None:
    """Parse a cell into statements; keep the reason if that fails."""
    try:
        try:
            tree = ast.parse(cell.source)
        except SyntaxError:
            tree = ast.parse(without_magics(cell.source))
        nodes: list[ast.stmt] = []
        for node in tree.body:
            if isinstance(node, ast.Import):  # one by one
                nodes += [
                    ast.copy_location(ast.Import([alias]), node)
                    for alias in node.names
                ]
            else:
                nodes.append(node)
        cell.statements = [
            Statement(node, (place, number))
            for number, node in enumerate(nodes)
        ]
    except SyntaxError as error:
        cell.error = f"SyntaxError: {error.msg} (line {error.lineno})"
    except (RecursionError, MemoryError):
        cell.error = "SyntaxError: nested too deeply"
    except ValueError as error:
        cell.error = f"SyntaxError: {error}"[:200]


def without_magics(source: str) -> str:
    """Blank out what only IPython understands, keeping the line numbers."""
    if re.match(r"\s*%%(?!time|capture|prun)", source):
        return ""  # a cell of another language
    lines = []
    for line in source.split("\n"):
        indent = line[: len(line) - len(line.lstrip())]
        text = line.strip()
        if text[:1] in ("%", "!", "?") or text.endswith("?"):
            line = indent + "pass"
        elif re.match(r"[\w, ]+=\s*[%!]", text):
            line = indent + text.split("=")[0] + "= None"
        lines.append(line)
    return "\n".join(lines)


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ClassDef, ast.ListComp, ast.SetComp,
           ast.DictComp, ast.GeneratorExp)  # fmt: skip


def names_of(node: ast.AST) -> tuple[set[str], set[str]]:
    """Return the global names a piece of syntax uses, and those it binds."""
    loads: set[str] = set()
    binds: set[str] = set()
    _collect(node, loads, binds, set())
    return loads, binds


def _collect(
    node: ast.AST, loads: set[str], binds: set[str], shared: set[str]
) -> None:
    if isinstance(node, _SCOPES):
        outside: list[ast.AST] = [*getattr(node, "decorator_list", ())]
        inner_loads: set[str] = set()
        inner_binds: set[str] = set()
        inner_shared: set[str] = set()
        inside: Iterable[ast.AST] = ast.iter_child_nodes(node)
        if isinstance(node, _FUNCTIONS):
            spec = node.args
            outside += [*spec.defaults, *filter(None, spec.kw_defaults)]
            inner_binds |= {
                a.arg
                for a in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs,
                          spec.vararg, spec.kwarg)
                if a
            }  # fmt: skip
            inside = node.body if isinstance(node.body, list) else [node.body]
        elif isinstance(node, ast.ClassDef):
            outside += [*node.bases, *node.keywords]
            inside = node.body
        for child in outside:
            _collect(child, loads, binds, shared)
        for child in inside:
            _collect(child, inner_loads, inner_binds, inner_shared)
        loads |= inner_loads - (inner_binds - inner_shared)
        binds |= inner_binds & inner_shared
        binds.update({getattr(node, "name", "")} - {""})
        return
    if isinstance(node, ast.Name):
        (loads if isinstance(node.ctx, ast.Load) else binds).add(node.id)
    elif isinstance(node, (ast.Attribute, ast.Subscript)):
        if not isinstance(node.ctx, ast.Load):
            base = node.value
            while isinstance(base, (ast.Attribute, ast.Subscript)):
                base = base.value
            if isinstance(base, ast.Name):
                binds.add(base.id)
    elif isinstance(node, ast.Global):
        shared |= set(node.names)
    elif isinstance(node, ast.alias):
        binds.add((node.asname or node.name).split(".")[0])
    else:  # except ... as name, case name
        binds.update({getattr(node, "name", None) or ""} - {""})
    for child in ast.iter_child_nodes(node):
        _collect(child, loads, binds, shared)


def is_stub(node: ast.stmt) -> bool:
    """Say whether a definition only raises NotImplementedError."""
    if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return False
    body = [s for s in node.body if not _is_text(s)]
    return len(body) == 1 and (
        isinstance(body[0], ast.Raise)
        and "NotImplementedError" in ast.dump(body[0])
    )


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def choose(cells: list[Cell], wanted: list[str]) -> list[Statement]:
    """Return the statements to run: what the wanted functions need.

    Imports and definitions, and statements that set a name which a wanted
    function uses, directly or through others. In a cell that defines a wanted
    function also statements that touch such data. A stub that stands beside
    a written answer is left out, wherever it stands. Never the rest:
    demonstrations, plots, trainings, checks.
    """
    live = [
        statement
        for cell in cells
        if not cell.tags & _SKIPPED_TAGS
        for statement in cell.statements
    ]
    written = {s.name for s in live if s.name and not is_stub(s.node)}
    live = [s for s in live if not (is_stub(s.node) and s.name in written)]
    needed, before = set(wanted), -1
    while len(needed) > before:
        before = len(needed)
        for s in live:
            if s.binds & needed:
                needed |= s.loads
    code = {n for s in live if s.is_import or s.name for n in s.binds}
    data = {n for s in live for n in s.binds} & needed - code
    homes = {s.place[0] for s in live if s.binds & set(wanted)}
    return [
        s
        for s in live
        if s.is_import
        or s.name
        or s.binds & needed
        or (s.place[0] in homes and s.loads & data)
    ]


def likeness(node: ast.stmt) -> str:
    """Return a mark that is equal for definitions equal after renaming.

    Empty for answers so short that everybody's are equal.
    """
    nodes = list(ast.walk(node))
    texts = {
        id(child.body[0])
        for child in nodes
        if isinstance(child, ast.FunctionDef) and _is_text(child.body[0])
    }
    if len(nodes) - 2 * len(texts) < LEAST_ALIKE:
        return ""
    own: dict[str, str] = {}
    for child in nodes:
        if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Load):
            continue
        for field in _NAMED:
            if isinstance(getattr(child, field, None), str):
                own.setdefault(getattr(child, field), f"_{len(own)}")

    def shape(part: Any, field: str = "") -> Any:
        if isinstance(part, ast.AST):
            inside = [shape(getattr(part, f, None), f) for f in part._fields]
            return type(part).__name__, inside
        if isinstance(part, list):
            return [shape(p) for p in part if id(p) not in texts]
        return own.get(part, part) if field in _NAMED else part

    try:
        return hashlib.sha256(repr(shape(node)).encode()).hexdigest()[:16]
    except (RecursionError, ValueError):  # a number of very many digits
        return ""


# What a submission may import ---------------------------------------------


class Forbidden(Exception):  # noqa: N818
    """An answer used what it was asked to write."""


class Placeholder(types.ModuleType):
    """Stands for a module that answers do not need; raises when called."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Placeholder(f"{self.__name__}.{name}")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError(
            f"{self.__name__} is not there when answers are judged"
        )

    def __getitem__(self, key: object) -> Any:
        return self

    def __mro_entries__(self, bases: object) -> tuple[Any, ...]:
        return (object,)


class Library(types.ModuleType):
    """Stands for layerwise: the functions an exercise allows, no others."""

    sources: dict[str, Any] = {}  # noqa: RUF012
    allowed: frozenset[str] = frozenset()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Library(f"layerwise.{name}")

    def _real(self) -> Any:
        name = self.__name__.rpartition(".")[2]
        if name in Library.allowed and name in Library.sources:
            return Library.sources[name]
        raise Forbidden(f"uses lw.{name}: this exercise asks you to write it")

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._real()(*args, **kwargs)

    def __mro_entries__(self, bases: object) -> tuple[Any, ...]:
        return (self._real(),)


class Imports:
    """Finds placeholders before anything else is looked for."""

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in _PLACEHOLDERS:
            return None
        return ModuleSpec(
            name,
            self,  # type: ignore[arg-type]
            is_package=True,
        )

    def create_module(self, spec: ModuleSpec) -> types.ModuleType:
        kind = Library if spec.name.startswith("layerwise") else Placeholder
        return kind(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = []


# Running a submission -----------------------------------------------------


class Submission:
    """One submission inside its own process."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.cells: list[Cell] = []
        self.plan: list[Statement] = []
        self.failed: dict[
            str, str
        ] = {}  # name -> why its statement did not run
        self.names: dict[str, Any] = {
            "__name__": "__main__",
            "__builtins__": __builtins__,
        }

    def serve(self) -> None:
        """Answer the judge's messages until it closes the channel."""
        while True:
            message = self.channel.receive()
            getattr(self, "do_" + message.pop("do"))(**message)

    def say(self, message: Message) -> None:
        self.channel.say(plain.pack(message))

    def at(self, place: Place) -> None:
        """Say what comes next, in case it is the last thing said."""
        self.say({"at": place})
        self.channel.flush()

    def do_probe(self, **what: Any) -> None:
        """Try what must not work, before any submission's code runs."""
        self.say(confine_probe(**what))

    def do_read(
        self,
        name: str,
        data: Any,
        wanted: list[str],
        skip: list[Any],
        careful: bool,
    ) -> None:
        """Read the file, choose what to run, report what was found."""
        skipped: dict[Place, str] = {p: reason for p, reason in skip}
        try:
            self.cells = read_cells(name, data.tobytes())
        except Unreadable as error:
            self.say({"unreadable": str(error)})
            return
        for number, cell in enumerate(self.cells):
            if careful:
                self.at((number, -1))
            if (number, -1) not in skipped:
                parse(cell, number)
            else:
                cell.error = skipped[number, -1]
        self.plan = [
            s for s in choose(self.cells, wanted) if s.place not in skipped
        ]
        for cell in self.cells:
            for s in cell.statements:
                if s.place in skipped:
                    self.failed |= dict.fromkeys(s.binds, skipped[s.place])
            if cell.error:  # what would it have defined?
                found = re.findall(_DEFINES, cell.source)
                self.failed |= dict.fromkeys(found[:100], cell.error)
        defined = {n: s for s in self.plan for n in s.binds}
        marks = {
            n: likeness(defined[n].node)
            for n in wanted
            if n in defined
            and defined[n].name
            and not is_stub(defined[n].node)
        }
        self.say(
            {
                "sources": {n: self.source_of(defined[n]) for n in marks},
                "defined": [
                    n for n in wanted if n in defined or n in self.failed
                ],
                "likeness": marks,
                "cells": len(self.cells),
            }
        )

    def source_of(self, statement: Statement) -> str:
        """Return a definition's own text, for the look at the code."""
        source = self.cells[statement.place[0]].source
        text = ast.get_source_segment(source, statement.node) or ""
        return text if len(text) < 20_000 else ""

    def do_run(self, library: str, careful: bool) -> None:
        """Run the chosen statements one by one; each fails alone."""
        self.channel.flush()  # out of reach before any of their code runs
        if library:
            names = {"__name__": "layerwise"}
            exec(compile(library, "layerwise", "exec"), names)
            Library.sources = names
        for statement in self.plan:
            if careful:
                self.at(statement.place)
            module = ast.Module([statement.node], [])
            where = f"cell {statement.place[0]}"
            try:
                exec(compile(module, where, "exec"), self.names)
            except BaseException as error:
                for name in statement.binds:
                    self.failed.setdefault(name, in_words(error))
            else:
                for name in statement.binds:
                    self.failed.pop(name, None)
        self.say({"ran": len(self.plan)})

    def do_calls(
        self,
        number: int,
        name: str,
        inputs: list[Args],
        probe: str | None,
        allowed: list[str],
    ) -> None:
        """Make calls of one function, up to one that ends them.

        Each answer is packed before the next call is made, and bears its
        number, which shows that it belongs to it.
        """
        Library.allowed = frozenset(allowed)
        code = compile(probe, "probe", "exec") if probe else None
        for place, args in enumerate(inputs, number):
            status, *rest = self.call(name, args, code)
            try:
                body = plain.pack((place, status, *rest))
                if len(body) > MAX_REPLY:
                    raise plain.NotPlain(LARGE)
            except plain.NotPlain as error:
                large = "larger than" in str(error)
                status = "output" if large else "not plain"
                why = str(error)[:MAX_TEXT]
                body = plain.pack((place, status, None, why, "", ""))
            self.channel.say(body)
            if status not in ("returned", "raised", "not plain"):
                return

    def call(
        self, name: str, args: Args, probe: types.CodeType | None
    ) -> Args:
        """Call one function: (status, arguments after it, what it gave)."""
        if name not in self.names:
            return "missing", None, self.failed.get(name, ""), "", ""
        learner, before = self.names[name], plain.pack(args)
        try:
            if probe is None:
                value = learner(*args)
            else:
                beside = dict(self.names)
                exec(probe, beside)
                value = beside["probe"](learner, *args)
        except BaseException as error:
            return self.raised(error, after(args, before))
        return "returned", after(args, before), value

    def raised(self, error: BaseException, arguments: Any) -> Args:
        line, shapes = self.where(error)
        status = "raised"
        if isinstance(error, NotImplementedError):
            status = "not attempted"
        elif isinstance(error, MemoryError):
            status = "memory"
        elif isinstance(error, Forbidden):
            status = "forbidden"
        text = str(error) if status == "forbidden" else in_words(error)
        if isinstance(error, NameError) and error.name in self.failed:
            text += f" ({self.failed[error.name]})"
        return status, arguments, text[:MAX_TEXT], line, shapes

    def where(self, error: BaseException) -> tuple[str, str]:
        """Return the learner's own line, and the arguments' shapes there."""
        line, shapes, step = "", "", error.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            if code.co_filename.startswith("cell "):
                lines = self.cells[int(code.co_filename[5:])].source
                line = lines.split("\n")[step.tb_lineno - 1].strip()
                local = step.tb_frame.f_locals
                named = code.co_varnames[: code.co_argcount]
                shapes = ", ".join(
                    f"{n} {local[n].shape}"
                    for n in named
                    if type(local.get(n)) is np.ndarray
                )
            step = step.tb_next
        return line[:MAX_TEXT], shapes[:MAX_TEXT]


def in_words(error: BaseException) -> str:
    """Return an exception as Python's last line says it."""
    try:
        return f"{type(error).__name__}: {error}"[:MAX_TEXT]
    except BaseException:
        return "an exception that cannot be shown"


def after(args: Args, before: bytes) -> Args | None:
    """Return the arguments after a call; None when they are as they were."""
    try:
        return None if plain.pack(args) == before else args
    except plain.NotPlain:
        return (None,) * len(args)


def start(sock: socket.socket) -> None:
    """Be the child of one submission, from here to the end."""
    try:
        channel = Channel(sock)
        channel.say(plain.pack(""))  # nothing to complain of
        Submission(channel).serve()
    except BaseException:
        os._exit(70)  # the channel or this very module was broken


# The server ---------------------------------------------------------------


REHEARSAL = """\
import math
by = 2.0
def f(Z):
    '''Text.'''
    total = [z + by for z in Z if z is not None]
    return by * Z + math.pi + np.sum(total, axis=0, keepdims=True)
def g(Z):
    raise ValueError(Z.shape)
"""


class _Nobody(Channel):
    """Hears what is said in a rehearsal."""

    def __init__(self) -> None:
        self.waiting, self.size, self.since = [], 0, 0.0

    def flush(self) -> None:
        self.waiting = []


def warm_up() -> None:
    """Rehearse with a text of our own what each child will do.

    Python learns how to run a function quickly in its first few runs, and
    writes that beside its code; what is learned here no child learns again,
    nor copies the page for it.
    """
    code = {"cell_type": "code", "source": [REHEARSAL], "metadata": {}}
    data = np.frombuffer(json.dumps({"cells": [code] * 2}).encode(), np.uint8)
    args = (np.ones((2, 3)),)
    for _ in range(REHEARSALS):
        one = Submission(_Nobody())
        one.names["np"] = np
        one.do_read("a.ipynb", data, ["f", "g"], [], False)
        one.do_run("", False)
        for name in ("f", "g"):
            one.do_calls(1, name, [args] * 3, None, [])
        plain.unpack(plain.pack({"do": [1, 2.0, None, "a", (data, True)]}))
    with contextlib.suppress(SyntaxError):
        without_magics(REHEARSAL)
    gc.collect()
    gc.freeze()  # else a child's collector copies every page it looks at


def serve(control: socket.socket, level: str) -> None:
    """Fork a confined child for each submission, and kill it when told."""
    confine.become_nobody()
    warm_up()
    scratch = ["/tmp"] if level == "full" else []
    readable = confine.readable_paths()
    confine.filter_program()
    held = confine.address_space()
    rules = confine.landlock_rules(readable, [*scratch, os.devnull])
    ids = os.geteuid(), os.getegid()
    child = 0
    control.sendall(b"+")
    while True:
        message, fds, _, _ = socket.recv_fds(control, 9, 1)
        if not message:
            os._exit(0)
        if message[:1] == b"F":
            try:
                child = confine.fork_apart() if level == "full" else os.fork()
            except OSError as error:
                complain(fds[0], error)
                child = 0
            else:
                if not child:
                    control.close()
                    limits = struct.unpack("<II", message[1:])
                    become_child(fds[0], rules, level, ids, (held, *limits))
            os.close(fds[0])
        elif message == b"D":
            control.sendall(struct.pack("<d", confine.delay(child)))
        elif child:
            # "W": its channel ended, so it is dying or has closed it itself.
            status = ended(child, 0.25) if message[:1] == b"W" else None
            code = 0  # killed by us: its own end is not known
            if status is not None:
                code = os.waitstatus_to_exitcode(status)
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)  # and its namespace
                os.waitpid(child, 0)
            control.sendall(struct.pack("<i", code))
            child = 0


def ended(child: int, seconds: float) -> int | None:
    """Wait a moment for a child's own end; return its status, or None."""
    deadline = time.monotonic() + seconds - confine.delay(child)
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        if time.monotonic() > deadline + confine.delay(child):
            return None
        time.sleep(0.002)


def complain(fd: int, error: BaseException) -> None:
    """Tell the judge why there is no child, in place of its first word."""
    body = plain.pack(f"{type(error).__name__}: {error}"[:MAX_TEXT])
    os.write(fd, struct.pack("<I", len(body)) + body)


def become_child(
    fd: int,
    rules: int,
    level: str,
    ids: tuple[int, int],
    limits: tuple[int, ...],
) -> None:
    """Confine this process and turn it into the child of a submission."""
    try:
        confine.die_with_parent()
        if level == "full":
            confine.map_ids(*ids)
            confine.new_mounts()
        null = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(null, standard)
        confine.set_limits(*limits)
        confine.drop_capabilities()
        confine.no_new_privileges()
        if rules >= 0:
            confine.restrict_files(rules)
        if fd != 3:
            fd = os.dup2(fd, 3)
        os.closerange(4, 1024)
        confine.filter_calls()
    except BaseException as error:
        complain(fd, error)
        os._exit(71)
    start(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3))


def main(
    mode: str, where: str, what: str, site: str, plain_folder: str
) -> None:
    """Load numpy and the files beside this one; then serve."""
    global confine, confine_probe, np, plain
    path = list(sys.path)
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path += [site, here, plain_folder]
    hooks = getattr(os, "register_at_fork", None)
    os.register_at_fork = lambda **_: None  # of threads, which there are not
    import numpy as np
    import numpy.random  # else each child loads it
    import plain  # type: ignore[import-not-found]

    if mode == "serve":
        import confine  # type: ignore[import-not-found]
        from probe import (  # type: ignore[import-not-found]
            probe as confine_probe,
        )
    if hooks:
        os.register_at_fork = hooks
    sys.path[:] = path
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    sys.meta_path.insert(0, Imports())
    if mode == "serve":
        family, kind = socket.AF_UNIX, socket.SOCK_STREAM
        serve(socket.socket(family, kind, 0, fileno=int(where)), what)
    sock = socket.create_connection(("127.0.0.1", int(where)))
    sock.sendall(what.encode())
    start(sock)


if __name__ == "__main__":
    main(*sys.argv[1:])
