"""Read a manuscript and cut its exercises.

A manuscript holds one text; the learner's notebook and the worked solutions
are two cuts of it. Whatever would make them disagree, or would hand the
learner an answer, is a problem with a file and a line.
"""

from __future__ import annotations

import ast
import builtins
import difflib
import io
import re
import symtable
import tokenize
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from jupytext.myst import (  # type: ignore[import-untyped]
    MystMetadataParsingError,
    myst_to_notebook,
)

TAGS = {"exercise", "check", "reveal", "figure", "live", "raises-exception"}
TAGS |= {"solution", "hide-input", "hide-output", "hide-cell"}
CUT = re.compile(r"^# from layerwise: *(.*)$", re.M)
FENCE = re.compile(r"(:{3,})\{(exercise|solution)\} *(.*)$")
DEFINED = re.compile(r"^(?:def|class) +(\w+)", re.M)
LISTED = re.compile(r"\blisting\(([^()]*)\)")
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STOP = "raise NotImplementedError"


class WeaveError(Exception):
    """What an author must mend, one line per problem."""


class Source(NamedTuple):
    """A function or class of the library as it stands."""

    file: Path
    line: int
    text: str
    public: bool


@dataclass
class Cell:
    """A cell of a manuscript; `stub` is what the learner gets."""

    role: str  # text, exercise, check, reveal, solution, or code
    source: str
    line: int
    metadata: dict[str, Any] = field(default_factory=dict)
    kind: str = "code"
    names: list[str] = field(default_factory=list)
    stub: str = ""


@dataclass
class Manuscript:
    """A manuscript read, with everything found wrong in it."""

    path: Path
    cells: list[Cell]
    about: dict[str, Any]
    problems: list[str]

    def wrong(self, line: int, text: str) -> None:
        self.problems.append(f"{self.path}:{line}: {text}")


def library(root: Path) -> dict[str, Source]:
    """Find every function and class of the library by its name."""
    found: dict[str, Source] = {}
    package = root / "src" / "layerwise"
    door = (package / "__init__.py").read_text(encoding="utf-8")
    flat = re.findall(r"^from \.(\w+) import", door, re.M)
    for file in sorted(package.glob("*.py")):
        text = file.read_text(encoding="utf-8")
        place = file.relative_to(root)
        tree = ast.parse(text)
        listed = re.search(r"^__all__ = (\[.*?\])", text, re.M | re.S)
        public = ast.literal_eval(listed[1]) if listed else []
        public = public if file.stem in flat else []
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                rows = text.splitlines()[node.lineno - 1 : node.end_lineno]
                source = "\n".join(rows)  # with a comment on the last line
                made = Source(place, node.lineno, source, node.name in public)
                found.setdefault(node.name, made)
    return found


def manuscripts(root: Path) -> list[Path]:
    """Every page of the book whose header names a kernel."""
    header = re.compile(r"\A---\n(?:.*\n)*?kernelspec:(?:.*\n)*?---\n")
    pages = sorted((root / "book").glob("*.md"))
    return [p for p in pages if header.match(p.read_text(encoding="utf-8"))]


def names(source: str) -> tuple[set[str], set[str], set[str]]:
    """What a cell binds, what it defines or imports, what it reads."""
    binds, defines, reads = set(), set(), set()

    def walk(table: symtable.SymbolTable) -> None:
        top = table.get_type() == "module"
        for s in table.get_symbols():
            if s.is_referenced() and (top or s.is_global()):
                reads.add(s.get_name())
            if top and (s.is_assigned() or s.is_imported()):
                binds.add(s.get_name())
            if top and (s.is_namespace() or s.is_imported()):
                defines.add(s.get_name())
        for child in table.get_children():
            walk(child)

    walk(symtable.symtable(source, "cell", "exec"))
    return binds, defines, reads - set(dir(builtins))


def functions(tree: ast.AST) -> list[ast.FunctionDef]:
    """The functions of a cell and the methods of its classes."""
    found = []
    for node in getattr(tree, "body", []):
        if isinstance(node, ast.FunctionDef):
            found.append(node)
        elif isinstance(node, ast.ClassDef):
            found += functions(node)
    return found


def bare(source: str) -> str:
    """Drop annotations: a notebook does not import the names they use."""
    data = source.encode()
    starts = [0, *(m.end() for m in re.finditer(rb"\n", data))]
    spans = []

    def end(node: ast.expr | ast.arg) -> int:
        return starts[(node.end_lineno or 0) - 1] + (node.end_col_offset or 0)

    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.arg) and node.annotation:
            name = starts[node.lineno - 1] + node.col_offset
            stop = end(node)
            if data[stop : stop + 3] == b" = ":  # x: int = 1 becomes x=1
                spans.append((stop + 2, stop + 3))
                stop += 1
            spans.append((name + len(node.arg.encode()), stop))
        elif isinstance(node, ast.FunctionDef) and node.returns:
            arrow = data.rindex(b"->", 0, end(node.returns))
            spans.append((len(data[:arrow].rstrip()), end(node.returns)))
        elif isinstance(node, ast.AnnAssign) and node.value:
            spans.append((end(node.target), end(node.annotation)))
    for begin, stop in sorted(spans, reverse=True):
        data = data[:begin] + data[stop:]
    return data.decode()


def stub(source: str) -> str:
    """Keep signature and docstring."""
    lines = source.splitlines()
    for f in reversed(functions(ast.parse(source))):
        if not ast.get_docstring(f):
            raise ValueError(f"{f.name} has no docstring to show the learner")
        indent = " " * f.body[0].col_offset
        lines[f.body[0].end_lineno : f.end_lineno] = [indent + STOP]
    return "\n".join(lines)


def answered(text: str) -> tuple[str, str]:
    """Cut a marked answer: the text of the solution, the learner's text.

    What stands after an answer that returns is where the learner starts (a
    broken function, a form of Nones); any other answer leaves a stop.
    """
    lines = text.splitlines()
    marks = [i for i, x in enumerate(lines) if x.strip() in (BEGIN, END)]
    turns = [lines[i].strip() for i in marks]
    if not marks or turns != [BEGIN, END] * (len(marks) // 2):
        raise ValueError(f"every {BEGIN} needs its {END}, and one is needed")
    solution, learner = list(lines), list(lines)
    returns = [
        (s.lineno - 1, s.end_lineno, f.end_lineno)
        for f in functions(ast.parse(text))
        for s in f.body[:-1]
        if isinstance(s, ast.Return)
    ]
    for begin, end in reversed(
        list(zip(marks[::2], marks[1::2], strict=True))
    ):
        found = [r for r in returns if begin < r[0] < end]
        stop = lines[begin].replace(BEGIN, STOP)
        learner[begin : end + 1] = [] if found else [stop]
        for _, last, close in found:
            solution[last:close] = []
    kept = [x for x in solution if x.strip() not in (BEGIN, END)]
    return "\n".join(kept), "\n".join(learner)


def answer_lines(cell: Cell) -> Iterator[str]:
    """Yield what must not reach the learner: lines that compute."""
    given = set(map(squeezed, cell.stub.splitlines()))
    tree = ast.parse(cell.source)
    computes = ast.BinOp | ast.UnaryOp | ast.BoolOp | ast.Compare | ast.Call
    rows = {
        row
        for node in ast.walk(tree)
        if isinstance(node, computes)
        for row in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    lines = cell.source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(cell.source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for row in sorted(rows):
        line = lines[row - 1].strip()
        if len(line) >= 12 and squeezed(line) not in given:
            yield line


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def split_prose(cell: Cell, page: Manuscript) -> Iterator[Cell]:
    """Part exercise prompts and solutions from the running text."""
    block: list[str] = []
    fence, role, start = "", "text", cell.line

    def prose(role: str) -> Cell:
        text = "\n".join(block).strip("\n")
        return Cell(role, text, start, cell.metadata, "markdown")

    for row, line in enumerate([*cell.source.splitlines(), ""], cell.line):
        opening = None if fence else FENCE.match(line)
        if opening:
            yield prose(role)
            fence, role, block, start = opening[1], opening[2], [], row
        block.append(line)
        if fence and line.rstrip() == fence:
            yield prose(f"{role} text")
            fence, role, block, start = "", "text", [], row + 1
    if fence:
        page.wrong(
            start,
            f"{fence}{{{role}}} does not close before the next code cell "
            "(code of a solution stands after it, tagged `solution`)",
        )
    yield prose(role)


def read(path: Path, root: Path, lib: dict[str, Source]) -> Manuscript:
    """Read one manuscript and everything that is wrong with it."""
    text = path.read_text(encoding="utf-8")
    try:
        notebook = myst_to_notebook(text, add_source_map=True)
    except MystMetadataParsingError as error:
        return unreadable(path.relative_to(root), str(error))
    about = dict(notebook.metadata)
    page = Manuscript(path.relative_to(root), [], about, [])
    lines = text.splitlines()
    for found, start in zip(notebook.cells, about["source_map"], strict=True):
        first = found.source.partition("\n")[0]
        line = 1 + (lines.index(first, start) if first else start)
        cell = Cell("code", found.source, line, dict(found.metadata))
        if found.cell_type == "code":
            page.cells.append(cell)
        else:
            page.cells += [c for c in split_prose(cell, page) if c.source]
    code = [c for c in page.cells if c.kind == "code"]
    for cell in code:
        classify(cell, page, lib, names(code[0].source)[0])
    order(page, code)
    borrow(page, code, lib)
    return page


def unreadable(path: Path, error: str) -> Manuscript:
    """Return the page of a manuscript whose options are no YAML."""
    page = Manuscript(path, [], {}, [])
    place = re.search(r"at line (\d+)", error)
    why = next((x for x in error.splitlines() if "expected" in x), error)
    page.wrong(
        int(place[1]) + 1 if place else 1,
        f"the options of this cell are no YAML: {why}",
    )
    return page


def classify(
    cell: Cell, page: Manuscript, lib: dict[str, Source], known: set[str]
) -> None:
    """Give a code cell its role and, for an exercise, its two texts."""
    tags = cell.metadata.get("tags", [])
    for tag in sorted(set(tags) - TAGS):
        page.wrong(cell.line, f"unknown tag `{tag}`{meant(tag, TAGS)}")
    for role in ("exercise", "check", "reveal", "solution"):
        if role in tags:
            cell.role = role
    try:
        if cell.role == "exercise":
            cut(cell, lib, known)
        cell.stub = cell.stub or cell.source
        names(cell.source)
    except (SyntaxError, ValueError) as error:
        page.wrong(cell.line, str(error))
        cell.source = ""
    if cell.stub.rstrip().endswith(";"):
        page.wrong(cell.line, "ends in `;`: strict nbval fails, use `_ =`")


def meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, known, 1)
    return f"; did you mean `{close[0]}`?" if close else ""


def cut(cell: Cell, lib: dict[str, Source], known: set[str]) -> None:
    """Make the two texts of an exercise cell: solution and stub."""
    asked = [n.strip() for m in CUT.findall(cell.source) for n in m.split(",")]
    cell.names = asked or re.findall(
        r"^(?:def|class) +(\w+)", cell.source, re.M
    )
    if not cell.names:
        cell.names = ["this cell"]
        raise ValueError("an exercise cell defines a function")
    if asked:
        for name in asked:
            if name not in lib:
                hint = meant(name, lib)
                raise ValueError(f"the library has no `{name}`{hint}")
            strange = names(bare(lib[name].text))[2] - known - {name}
            if strange := strange - set(asked):
                raise ValueError(
                    f"{lib[name].file}:{lib[name].line}: {name} uses "
                    f"{', '.join(sorted(strange))}, which a chapter lacks"
                )
        texts = [bare(lib[name].text) for name in asked]
        cell.source = "\n\n\n".join(texts)
        cell.stub = "\n\n\n".join(map(stub, texts))
    else:
        cell.source, cell.stub = answered(cell.source)


def order(page: Manuscript, code: list[Cell]) -> None:
    """Every exercise has its check, every solution its exercise."""
    open_exercise, last = None, None
    for cell in [*code, Cell("exercise", "", 0)]:
        if cell.role == "exercise":
            if open_exercise:
                page.wrong(
                    open_exercise.line,
                    f"exercise {open_exercise.names[0]} has no check cell",
                )
            open_exercise = last = cell
        elif cell.role == "check":
            if open_exercise is None:
                page.wrong(cell.line, "this check follows no exercise")
            open_exercise = None
        if last and cell.role in ("check", "reveal"):
            cell.names = last.names
            if cell.role == "check" and not names(cell.source)[2] & {
                *last.names
            }:
                page.wrong(cell.line, f"this does not check {last.names[0]}")
    prompts = "\n".join(
        c.source for c in page.cells if c.role == "exercise text"
    )
    for cell in page.cells:
        match = FENCE.match(cell.source.partition("\n")[0])
        if cell.role == "solution text" and match:
            label = match[3].strip()
            if not re.search(rf"^:label: {label}$", prompts, re.M):
                page.wrong(cell.line, f"no exercise is labeled {label}")


def borrow(page: Manuscript, code: list[Cell], lib: dict[str, Source]) -> None:
    """No cell leans on a learner's answer or on a bare library name."""
    asked = {n for c in code if c.role == "exercise" for n in c.names}
    bound: set[str] = set()
    for cell in code:
        binds, defines, reads = names(cell.source)
        mine = asked if cell.role == "solution" else set(cell.names)
        for name in sorted(reads & asked - mine):
            page.wrong(
                cell.line, f'`{name}` is an exercise: use mine("{name}")'
            )
        public = {n for n in lib if lib[n].public} - asked
        for name in sorted(
            (reads - binds - bound) & public
            | defines & public - {"check", "mine", "listing"}
        ):
            if name not in bound:
                page.wrong(
                    cell.line, f"bare library name `{name}`: write lw.{name}"
                )
        if cell.role != "exercise":
            for name in sorted(binds & asked):
                page.wrong(cell.line, f"`{name}` belongs to the learner")
        bound |= binds
        if listed(cell.source) & asked:
            cell.role = "solution"


def listed(source: str) -> set[str]:
    """The library names that a text shows with `listing`."""
    calls = LISTED.findall(source)
    return {n for call in calls for n in re.findall(r"\blw\.(\w+)", call)}


def cited(text: str) -> set[str]:
    """The library names that a manuscript cuts or lists."""
    asked = [n.strip() for m in CUT.findall(text) for n in m.split(",")]
    return listed(text) | set(asked)


def asks(text: str) -> bool:
    """Say whether a manuscript has an exercise."""
    return BEGIN in text or bool(CUT.search(text))


def unique(pages: Iterable[Manuscript]) -> None:
    """A function asked for in two places is a problem in the second."""
    seen: dict[str, str] = {}
    for page in pages:
        for cell in (c for c in page.cells if c.role == "exercise"):
            for name in cell.names:
                if name in seen:
                    page.wrong(
                        cell.line, f"`{name}` is asked in {seen[name]} already"
                    )
                seen.setdefault(name, f"{page.path}:{cell.line}")
