"""Grading speed, against nbgrader's and otter's own commands, in one run.

    python benchmarks/grading.py [--submissions 40] [--write]
    python benchmarks/grading.py --scale 300 1200 [--write]

Makes submissions of a small assignment (5 functions, 20 checks), some right,
some wrong, and grades the same ones with everything that is installed:
`layerwise grade` with full isolation, `nbgrader autograde`, `otter run`. The
peers are looked for on PATH, or where the variables NBGRADER and OTTER say.
Seconds depend on the machine; the ratios, measured side by side, less so.
`--scale` grades classes of these sizes instead, alone, and shows whether
time and the judge's memory grow with the class.
`--write` puts the table into benchmarks/RESULTS.md between its marks.
"""

import argparse
import datetime
import json
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np

NAMES = ("shift", "double", "negate", "square", "total")
RIGHT = {
    "shift": "Z + 1",
    "double": "2 * Z",
    "negate": "-Z",
    "square": "Z**2",
    "total": "Z.sum(axis=-1, keepdims=True)",
}
WRONG = {**RIGHT, "double": "Z / 2", "square": "np.abs(Z)"}
SPECS = """
import numpy as np
from layerwise.exercises import exercise, mistake

def drawn(rng):
    return [(rng.normal(size=s),) for s in ((3, 5), (4, 2), (1, 3), (2, 2))]

REFERENCES = dict(
    shift=lambda Z: 1 + Z, double=lambda Z: Z + Z, negate=lambda Z: 0 - Z,
    square=lambda Z: Z * Z,
    total=lambda Z: np.sum(Z, axis=1, keepdims=True),
)
for number, (name, reference) in enumerate(REFERENCES.items(), 1):
    globals()[name] = exercise(
        f"90.{number}", name, points=4, kind="implement",
        calls=[f"Y = {name}(Z)"], draw=drawn, reference=reference,
        read="Arrays",
        mistakes=[mistake("half", lambda Z: Z / 2, "Twice or half?")],
    )
"""
# One process with all of its sandbox's processor time, which bubblewrap
# does not hand on to whoever waits for it.
ONE = """
import os, psutil, resource, sys
from pathlib import Path
from layerwise.grading import run
place, out, specs = map(Path, sys.argv[1:])
settings = run.Settings(specs=specs.read_text(), specs_name=specs.stem)
work = run.Run([place], out, settings, jobs=1)
work.grade()
server = psutil.Process(run.station(work.settings).sandbox.process.pid)
times = [p.cpu_times() for p in (server, *server.children(recursive=True))]
spent = sum(t.user + t.system + t.children_user + t.children_system
            for t in times)
print(spent + sum(os.times()[:2]),
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
run.close()
"""
MARKS = "<!-- grading -->", "<!-- /grading -->"
SCALE = "<!-- grading_scale -->", "<!-- /grading_scale -->"


def code_cell(text, **metadata):
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": metadata,
        "outputs": [],
        "source": text,
    }


def notebook(cells):
    kernel = {"name": "python3", "display_name": "Python 3",
              "language": "python"}  # fmt: skip
    return {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {"kernelspec": kernel},
        "cells": cells,
    }


def checks(name):
    """Return four assertions that test what our four draws test."""
    lines = ["rng = np.random.default_rng(0)"]
    for shape in ((3, 5), (4, 2), (1, 3), (2, 2)):
        lines += [
            f"Z = rng.normal(size={shape})",
            f"assert np.allclose({name}(Z), {RIGHT[name]})",
        ]
    return "\n".join(lines)


def block(grade_id, solution, points=None):
    found = {"schema_version": 3, "grade": points is not None,
             "grade_id": grade_id, "locked": points is not None,
             "solution": solution, "task": False}  # fmt: skip
    if points is not None:
        found["points"] = points
    return found


def answer(name, bodies):
    return f"def {name}(Z):\n    return {bodies[name]}"


def submission(bodies, for_nbgrader=False):
    cells = [code_cell("import numpy as np")]
    if for_nbgrader:
        cells[0]["metadata"] = {"nbgrader": block("imports", False) | {
            "locked": True}}  # fmt: skip
    for name in NAMES:
        if not for_nbgrader:
            cells.append(code_cell(answer(name, bodies)))
            continue
        body = answer(name, bodies)
        cells.append(code_cell(body, nbgrader=block(name, True)))
        test = block(f"test_{name}", False, 4)
        cells.append(code_cell(checks(name), nbgrader=test))
    return notebook(cells)


def processor():
    """Return the processor seconds of everything started and ended so far."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def measured(command, **more):
    start, used = time.perf_counter(), processor()
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, **more
    )
    seconds = np.array([time.perf_counter() - start, processor() - used])
    if done.returncode:
        sys.exit(f"{command[0]} failed:\n{done.stdout}\n{done.stderr}")
    return seconds


def beside(tool):
    """Return an environment in which a tool finds its own programs."""
    path = f"{Path(tool).parent}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path}


def ours(folder, count, jobs):
    (folder / "in").mkdir(parents=True)
    for number in range(count):
        bodies = WRONG if number % 3 == 0 else RIGHT
        place = folder / "in" / f"student{number:05}.ipynb"
        place.write_text(json.dumps(submission(bodies)))
    specs = folder / "sheet.py"
    specs.write_text(SPECS)
    if jobs == 1:
        start = time.perf_counter()
        spent = subprocess.check_output(
            [sys.executable, "-c", ONE, folder / "in", folder / "out", specs]
        ).split()
        seconds = np.array([time.perf_counter() - start, float(spent[0])])
        peak = float(spent[1])
    else:
        seconds = measured(
            [sys.executable, "-m", "layerwise.cli", "grade", folder / "in",
             "--out", folder / "out", "--exercises", specs, "--jobs", jobs]
        )  # fmt: skip
        seconds[1] = peak = np.nan
    lines = (folder / "out" / "gradebook.csv").read_text().splitlines()
    right = sum(",20.0,20,20.0,graded" in line for line in lines)
    assert right == count - (count + 2) // 3, (right, count)
    return seconds, peak


def nbgrader(tool, folder, count):
    (folder / "source" / "hw").mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text("c = get_config()\n")
    source = submission(RIGHT, True)
    for cell in source["cells"]:
        if cell["metadata"]["nbgrader"]["solution"]:
            head, body = cell["source"].split("\n")
            cell["source"] = (
                f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
            )
    path = folder / "source" / "hw" / "hw.ipynb"
    path.write_text(json.dumps(source))
    where = {"cwd": folder, "env": beside(tool)}
    measured([tool, "generate_assignment", "hw"], **where)
    for number in range(count):
        bodies = WRONG if number % 3 == 0 else RIGHT
        place = folder / "submitted" / f"s{number:05}" / "hw" / "hw.ipynb"
        place.parent.mkdir(parents=True)
        place.write_text(json.dumps(submission(bodies, True)))
    return measured([tool, "autograde", "hw"], **where)


def otter(tool, folder, count):
    tests = folder / "tests"
    tests.mkdir(parents=True)
    for name in NAMES:
        code = "".join(f">>> {line}\n" for line in checks(name).splitlines())
        (tests / f"{name}.py").write_text(
            f"OK_FORMAT = True\ntest = {{'name': {name!r}, 'points': 4, "
            f"'suites': [{{'cases': [{{'code': {code!r}}}], "
            "'scored': True, 'setup': '', 'teardown': '', "
            "'type': 'doctest'}]}\n"
        )
    config = folder / "otter_config.json"
    config.write_text('{"pdf": false, "lang": "python"}')
    archive = folder / "autograder.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.write(config, "otter_config.json")
        for path in tests.iterdir():
            file.write(path, f"tests/{path.name}")
    environment = beside(tool)
    seconds = np.zeros(2)
    for number in range(count):
        place = folder / f"s{number}"
        place.mkdir()
        bodies = WRONG if number % 3 == 0 else RIGHT
        book = place / "hw.ipynb"
        book.write_text(json.dumps(submission(bodies)))
        seconds += measured(
            [tool, "run", "-a", archive, "-o", place, "--no-logo", book],
            cwd=place, env=environment,
        )  # fmt: skip
    return seconds


def version(tool):
    done = subprocess.run([tool, "--version"], capture_output=True, text=True)
    found = re.findall(r"(?i)grader version:? *v?([\d.]+)", done.stdout)
    return found[0] if found else "version unknown"


def scaled(folder, sizes):
    """Return the lines that show how a run grows with the class."""
    found, loads = [], []
    for count in sizes:
        seconds, peak = ours(folder / str(count), count, 1)
        found.append([count, *seconds, peak])
        loads.append(os.getloadavg()[0])
        shutil.rmtree(folder / str(count))
    lines = [
        "| submissions | s | records per s | processor s | "
        "processor s per submission | judge's peak memory |",
        "| ---: | ---: | ---: | ---: | ---: | ---: |",
        *(
            f"| {n} | {s:.1f} | {n / s:.1f} | {p:.1f} | {p / n:.4f} | "
            f"{peak:.0f} MB |"
            for n, s, p, peak in found
        ),
        "",
        "Load of the machine after each: "
        + ", ".join(f"{load:.1f}" for load in loads)
        + f" on {os.cpu_count()} cores; at rest the seconds would be nearer "
        "to the processor seconds.",
    ]
    if len(found) > 1:
        (n, s, p, peak), (m, t, q, top) = found[0], found[-1]
        lines[-1] += (
            f" {m / n:.3g} times the submissions took {t / s:.3g} times the "
            f"time, {q / p:.3g} times the processor and {top - peak:+.1f} MB. "
            "Extrapolated along the line through these two, not measured: "
            f"10,000 submissions, "
            f"{(t + (t - s) / (m - n) * (10_000 - m)) / 60:.0f} minutes in "
            "one process under this load and "
            f"{top + (top - peak) / (m - n) * (10_000 - m):.0f} MB."
        )
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--submissions", type=int, default=400)
    parser.add_argument("--peers", type=int, default=12)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--scale", type=int, nargs="+", metavar="SIZE")
    options = parser.parse_args()
    if options.scale:
        with tempfile.TemporaryDirectory() as name:
            lines = scaled(Path(name), options.scale)
        print("\n".join(lines))
        if options.write:
            words = "--scale " + " ".join(map(str, options.scale))
            write(lines, SCALE, "### Classes of several sizes", words)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start, _ = ours(folder / "one", 1, 1)
        single, peak = ours(folder / "many", options.submissions, 1)
        double, _ = ours(folder / "double", options.submissions, 2)
        many = options.submissions
        rows = [
            ("layerwise grade, 1 process, full isolation", single / many),
            ("layerwise grade, 2 processes", double / many),
        ]
        for tool, run in (("nbgrader", nbgrader), ("otter", otter)):
            path = os.environ.get(tool.upper()) or shutil.which(tool)
            if not path:
                print(f"{tool} is not installed: left out")
                continue
            count = options.peers if tool == "nbgrader" else 5
            command = {"nbgrader": "autograde", "otter": "run"}[tool]
            title = f"{tool} {command} ({version(path)})"
            rows.append((title, run(path, folder / tool, count) / count))
    first = rows[0][1]
    lines = [
        "| what | s per submission | ratio | processor s | ratio |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {what} | {s[0]:.4f} | {s[0] / first[0]:.3g} "
            + (
                f"| {s[1]:.4f} | {s[1] / first[1]:.3g} |"
                if s[1] == s[1]
                else "|  |  |"
            )
            for what, s in rows
        ),
        "",
        f"Load of the machine at the end: {os.getloadavg()[0]:.1f}. The "
        "processor seconds suffer less from it than the seconds do. One "
        f"submission alone, start and end included: {start[0]:.2f} s "
        f"({start[1]:.2f} s of processor). The judge's "
        f"memory at its peak in {many} submissions: {peak:.0f} MB.",
    ]
    print("\n".join(lines))
    if options.write:
        write(lines, MARKS, "## Grading")


def write(lines, marks, title, words=""):
    path = Path(__file__).parent / "RESULTS.md"
    text = path.read_text() if path.exists() else "# Results\n"
    today = datetime.date.today().isoformat()
    section = "\n".join(
        [
            marks[0],
            title,
            "",
            f"A small assignment, 5 functions and 20 checks, {today}, "
            f"{os.cpu_count()} cores, {platform.system()} "
            f"{platform.machine()}, Python {platform.python_version()}. "
            "Made by `python benchmarks/grading.py "
            f"{words + ' ' if words else ''}--write`.",
            "",
            *lines,
            marks[1],
        ]
    )
    if marks[0] in text:
        before, rest = text.split(marks[0])
        text = before + section + rest.split(marks[1])[1]
    else:
        text = text.rstrip() + "\n\n" + section + "\n"
    path.write_text(text)


if __name__ == "__main__":
    main()
