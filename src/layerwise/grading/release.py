"""Makes what is given away: the learner's bundle, and courses for other
graders. Nothing leaves that holds a line of a solution: that is checked, line
by line, on the very bytes that were written.
"""

import ast
import copy
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from layerwise.exercises import Exercise, chapter

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_LEAST = 12
_README = """\
Layerwise: notebooks to solve

    pip install 'layerwise[notebooks]'
    jupyter lab {first}

Write your answers into the cells that raise NotImplementedError, and run the
check cell below each. Hand the notebook in as it is.
"""
# AUTOGRADER is there for trials outside Gradescope's own machine.
_SETUP = """\
#!/usr/bin/env bash
set -e
root=${AUTOGRADER:-/autograder}
apt-get update
apt-get install -y --no-install-recommends bubblewrap python3-venv
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  apt-get install -y --no-install-recommends python3.11 python3.11-venv
  python=python3.11
fi
"$python" -m venv "$root/layerwise"
"$root/layerwise/bin/pip" install --quiet "$root/source/layerwise[grading]"
"""
_RUN = """\
#!/usr/bin/env bash
set -e
root=${AUTOGRADER:-/autograder}
results="$root/results/results.json"
for kind in ipynb py; do
  file=$(find "$root/submission" -name "*.$kind" -type f | sort | head -n 1)
  if [ -n "$file" ]; then break; fi
done
if [ -z "$file" ]; then
  echo '{"score": 0, "output": "There is no notebook in your submission."}' \\
    > "$results"
  exit 0
fi
student=$("$root/layerwise/bin/python" -c '
import json, sys
who = json.load(open(sys.argv[1]))["users"][0]
print(who.get("name") or who["email"])
' "$root/submission_metadata.json" 2> /dev/null || true)
"$root/layerwise/bin/layerwise" check "$file" --student "$student" \\
  __MORE__--results "$results"
"""


class ReleaseError(Exception):
    """What was asked for cannot be given away; the text says why."""


# Notebooks without solutions ----------------------------------------------


def read(path: Path) -> dict[str, Any]:
    """Return a notebook of the course."""
    book = json.loads(path.read_text("utf-8"))
    if not isinstance(book, dict) or not isinstance(book.get("cells"), list):
        raise ReleaseError(f"{path} is no notebook")
    return book


def source(cell: dict[str, Any]) -> str:
    """Return a cell's text."""
    text = cell.get("source", "")
    return text if isinstance(text, str) else "".join(text)


def stripped(book: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook with what stands between solution marks taken out."""
    book = copy.deepcopy(book)
    for cell in book["cells"]:
        if cell.get("cell_type") == "code" and BEGIN in source(cell):
            cell["source"] = _without_solution(source(cell))
            cell["outputs"], cell["execution_count"] = [], None
    return book


def _without_solution(text: str) -> str:
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if line.strip() == BEGIN:
            if inside:
                raise ReleaseError(f"{BEGIN} inside another")
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            lines.append(f"{indent}raise NotImplementedError")
        elif line.strip() == END:
            if not inside:
                raise ReleaseError(f"{END} without its beginning")
            inside = False
        elif not inside:
            lines.append(line)
    if inside:
        raise ReleaseError(f"{BEGIN} without its end")
    return "\n".join(lines)


def solution_lines(
    solved: dict[str, Any], given: dict[str, Any]
) -> dict[str, str]:
    """Return what must not be given away: normalized line to line.

    A line counts when it is long enough and has an operator or a call, and
    when the learner's own cells do not hold it.
    """
    asked = {
        number
        for number, cell in enumerate(solved["cells"])
        if _is_exercise(cell) or BEGIN in source(cell)
    }
    ids = {solved["cells"][n].get("id") for n in asked} - {None}
    shown = {
        _bare(line)
        for number, cell in enumerate(given["cells"])
        if cell.get("id") in ids or (not ids and number in asked)
        for line in source(cell).split("\n")
    }
    found = {}
    for number in sorted(asked):
        cell = solved["cells"][number]
        for line in _code_lines(source(cell)):
            bare = _bare(line)
            telling = re.search(r"[-+*/@%<>&|^~]|\w\(", bare)
            if len(bare) >= _LEAST and telling and bare not in shown:
                found[bare] = line.strip()
    return found


def _is_exercise(cell: dict[str, Any]) -> bool:
    metadata = cell.get("metadata") or {}
    return cell.get("cell_type") == "code" and (
        "exercise" in (metadata.get("tags") or ())
        or str(cell.get("id", "")).startswith("ex-")
    )


def _code_lines(text: str) -> list[str]:
    """Return the lines of a cell that are code, no docstring, no comment."""
    lines = text.split("\n")
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return lines
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            for number in range(node.lineno - 1, node.end_lineno or 0):
                lines[number] = ""
    return [line for line in lines if not line.lstrip().startswith("#")]


def _bare(line: str) -> str:
    return "".join(line.split("#")[0].split())


def prove(text: str, secret: dict[str, str], name: str) -> None:
    """Raise `ReleaseError` if a text holds a line of a solution."""
    try:
        book = json.loads(text)
    except ValueError:
        parts = [text]
    else:
        parts = list(_strings(book))
    bare = "\n".join("".join(part.split()) for part in parts)
    for line, shown in secret.items():
        if line in bare:
            raise ReleaseError(f"{name} holds a line of a solution: {shown}")


def _strings(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        if value and all(isinstance(item, str) for item in value):
            yield "".join(value)
        else:
            for item in value:
                yield from _strings(item)


def pair(name: str, course: Path | None) -> tuple[str, Any, Any]:
    """Return (file name, solved notebook, learner's notebook).

    `name` is a chapter's number, or the path of a notebook whose solutions
    stand between marks.
    """
    path = Path(name)
    if path.is_file():
        solved = read(path)
        return path.name, solved, stripped(solved)
    if course is None:
        raise ReleaseError(f"there is no notebook {name!r}")
    found = sorted((course / "chapters").glob(f"{name.zfill(2)}*.ipynb"))
    if not found:
        raise ReleaseError(f"there is no chapter {name!r} in {course}")
    twin = course / "solutions" / found[0].name
    if not twin.exists():
        raise ReleaseError(f"{twin} is missing: make weave")
    return found[0].name, read(twin), read(found[0])


def bundle(
    names: list[str], out: Path, course: Path | None
) -> tuple[list[str], int]:
    """Write the learner's bundle, a zip; return its files and how many lines
    of solutions were looked for and not found."""
    books = [pair(name, course) for name in names]
    secret = {
        name: solution_lines(solved, given) for name, solved, given in books
    }
    files = {name: _text(given) for name, _, given in books}
    files["README.txt"] = _README.format(first=books[0][0])
    _zip(out, files)
    with zipfile.ZipFile(out) as archive:
        for name in archive.namelist():
            try:
                lines = secret.get(name, {})  # what one asks, another tells
                prove(archive.read(name).decode(), lines, name)
            except ReleaseError:
                out.unlink()
                raise
    return sorted(files), sum(map(len, secret.values()))


def _text(book: dict[str, Any]) -> str:
    return json.dumps(book, indent=1, ensure_ascii=False) + "\n"


def _zip(
    out: Path, files: dict[str, str], executable: tuple[str, ...] = ()
) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(files.items()):
            member = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            mode = 0o755 if name in executable else 0o644
            member.external_attr = (0o100000 | mode) << 16
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, text)


# Courses for other graders ------------------------------------------------


def nbgrader(numbers: list[str], out: Path, course: Path) -> list[Path]:
    """Write an nbgrader course: source/NN-slug/NN-slug.ipynb for each."""
    written = []
    for number in numbers:
        name, solved, given = pair(number, course)
        stem = Path(name).stem
        book = _for_nbgrader(solved, given, chapter(stem[:2]))
        path = out / "source" / stem / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_text(book), "utf-8")
        written.append(path)
    config = out / "nbgrader_config.py"
    if not config.exists():
        config.write_text(
            "c = get_config()\n"
            f"c.CourseDirectory.course_id = {out.resolve().name!r}\n"
        )
    return written


def _for_nbgrader(
    solved: dict[str, Any], given: dict[str, Any], exercises: list[Exercise]
) -> dict[str, Any]:
    answers = {c["id"]: source(c) for c in solved["cells"] if _is_exercise(c)}
    by_name = {name: e for e in exercises for name in e.functions}
    book = copy.deepcopy(given)
    book["metadata"] = {"kernelspec": book["metadata"].get("kernelspec", {})}
    cells: list[dict[str, Any]] = []
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        first = str(cell.get("id", "")).removeprefix("ex-")
        if cell.get("id") not in answers:
            cells.append(cell)
            continue
        if first not in by_name:
            raise ReleaseError(f"no spec asks for {first}")
        exercise = by_name[first]
        stub = source(cell)
        if "raise NotImplementedError" not in stub:  # a form, a broken answer
            cells.append(_markdown(f"given-{first}", stub))
        cell["source"] = _marked(answers[cell["id"]])
        cell["metadata"] = _nbgrader_block(f"ex-{first}", solution=True)
        cells.append(cell)
        cells.append(_test_cell(exercise, first))
    book["cells"] = cells
    return book


def _markdown(id: str, text: str) -> dict[str, Any]:
    words = f"The answer starts from this:\n\n```python\n{text}\n```"
    return {
        "cell_type": "markdown",
        "id": id,
        "metadata": {},
        "source": words,
    }


def _nbgrader_block(
    grade_id: str, solution: bool = False, points: float | None = None
) -> dict[str, Any]:
    """Return the metadata of a cell in nbgrader's schema 3."""
    block: dict[str, Any] = {
        "schema_version": 3,
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": points is not None,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        block["points"] = points
    return {"nbgrader": block}


def _test_cell(exercise: Exercise, first: str) -> dict[str, Any]:
    text = (
        "from layerwise import grading\n\n"
        f"grading.points({exercise.id!r}, globals())"
    )
    return {
        "cell_type": "code",
        "id": f"test-{first}",
        "metadata": _nbgrader_block(f"test-{first}", points=exercise.points),
        "execution_count": None,
        "outputs": [],
        "source": text,
    }


def _marked(text: str) -> str:
    """Put solution marks around the body of each function."""
    lines = text.split("\n")
    for node in reversed(ast.parse(text).body):
        if not isinstance(node, ast.FunctionDef):
            continue
        body = node.body
        documented = (
            isinstance(body[0], ast.Expr)
            and isinstance(body[0].value, ast.Constant)
            and len(body) > 1
        )
        first = body[1] if documented else body[0]
        last = node.end_lineno or len(lines)
        start = body[0].end_lineno if documented else first.lineno - 1
        indent = " " * first.col_offset
        lines.insert(last, indent + END)
        lines.insert(start or 0, indent + BEGIN)
    return "\n".join(lines)


def gradescope(out: Path, course: Path, specs: Path | None = None) -> None:
    """Write an autograder zip for Gradescope."""
    files = {
        f"layerwise/{path.relative_to(course)}": path.read_text("utf-8")
        for path in sorted((course / "src").rglob("*"))
        if path.suffix in (".py", ".js", ".j2", ".css", ".mplstyle")
        and "__pycache__" not in path.parts
    }
    for name in ("pyproject.toml", "README.md", "LICENSE", "LICENSE-text"):
        if (course / name).exists():
            files[f"layerwise/{name}"] = (course / name).read_text("utf-8")
    more = ""
    if specs:
        files[specs.name] = specs.read_text("utf-8")
        more = f'--exercises "$root/source/{specs.name}" '
    files["setup.sh"] = _SETUP
    files["run_autograder"] = _RUN.replace("__MORE__", more)
    _zip(out, files, ("setup.sh", "run_autograder"))
