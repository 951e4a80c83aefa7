"""The text of every exercise's cell: its solution, and as a learner gets it.

From the manuscript where one is written, else (a library function whose
chapter is still to come) from the live function. The samples bring their own.
"""

import ast
import inspect
import re
import textwrap
from functools import cache
from pathlib import Path

import jupytext
import numpy as np
import samples

import layerwise as lw
from layerwise.exercises import all_exercises, examiner

examiner.STRICT = True

BOOK = Path(__file__).parents[2] / "book"
MARKED = re.compile(
    r"^[ \t]*### BEGIN SOLUTION\n.*?### END SOLUTION[ \t]*\n?", re.S | re.M
)
SAMPLES = {
    "affine_backward": samples.affine_backward,
    "relu_backward": samples.relu_backward,
    "longest_safe_step": samples.longest_safe_step,
    "row_sums": samples.row_sums,
    "tanh_slope": samples.tanh_slope,
    "elu_slope": samples.elu_slope,
    "prediction_06_3": samples.prediction_06_3,
    "mended_08_5": samples.mended_08_5,
    "line": samples.line,
}


def _id(exercise):
    return exercise.key


CASES = {f"sample-{e.key}": e for e in samples.ALL}
CASES |= {e.key: e for e in all_exercises()}


@cache
def manuscript_cells(chapter):
    """Return the exercise cells of a chapter's manuscript."""
    found = []
    for path in BOOK.glob(f"{chapter}-*.md"):
        for cell in jupytext.read(path).cells:
            if "exercise" in cell.metadata.get("tags", []):
                found.append(cell.source)
    return found


def cell_of(case, name):
    """Return the text, solution marked, of the cell that defines `name`."""
    if case.startswith("sample-"):
        return textwrap.dedent(inspect.getsource(SAMPLES[name]))
    for cell in manuscript_cells(CASES[case].chapter):
        live = re.match(r"# from layerwise: (.*)", cell)
        if live and name in re.split(r"[,\s]+", live[1]):
            return inspect.getsource(getattr(lw, name))
        if re.search(rf"^def {name}\(", cell, re.M):
            return cell
    return inspect.getsource(getattr(lw, name))


def solution_text(case, name):
    """Return the cell as the solutions notebook has it.

    What stands after a return (the broken lines a learner is to mend) is
    never run, so it is left out.
    """
    tree = ast.parse(cell_of(case, name))
    for function in _functions(tree):
        body = function.body
        ends = [i for i, n in enumerate(body) if isinstance(n, ast.Return)]
        del body[ends[0] + 1 if ends else len(body) :]
    return ast.unparse(tree)


def stub_text(case, name):
    """Return the cell as the learner gets it."""
    cell = MARKED.sub("", cell_of(case, name))
    tree = ast.parse(cell) if cell_of(case, name) != cell else None
    if tree is None:
        tree = ast.parse(cell)
        for function in _functions(tree):
            del function.body[1 if ast.get_docstring(function) else 0 :]
    for function in _functions(tree):
        if len(function.body) == bool(ast.get_docstring(function)):
            function.body += ast.parse("raise NotImplementedError").body
    return ast.unparse(tree)


def _functions(tree):
    return [n for n in tree.body if isinstance(n, ast.FunctionDef)]


def define(text):
    """Run a cell's text as a fresh notebook would; return its names."""
    space = {"__name__": "answers", "np": np, "lw": lw}
    exec(compile(text, "answers.py", "exec"), space)
    return space


def solution_lines(case):
    """Return the normalized lines nobody may give away."""
    lines = set()
    for name in CASES[case].functions:
        shown = {_normal(line) for line in stub_text(case, name).split("\n")}
        tree = ast.parse(solution_text(case, name))
        for function in _functions(tree):
            if ast.get_docstring(function):
                del function.body[0]
            text = "\n".join(ast.unparse(part) for part in function.body)
            for line in text.split("\n"):
                code = re.search(r"[-+*/@(<>]", line)
                if code and len(_normal(line)) >= 12:
                    lines.add(_normal(line))
        lines -= shown
    return lines


def _normal(line):
    return re.sub(r"\s+", "", line.partition("#")[0])


normal = _normal
