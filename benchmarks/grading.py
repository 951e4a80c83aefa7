"""Grading: speed against nbgrader and otter, start-up, and a class of 10,000.

    python benchmarks/grading.py [--submissions N] [--peers N] [--scale N]
                                 [--write]

Makes submissions of a small assignment (5 functions, 20 checks), some right,
some wrong, no two alike, and grades them with everything that is installed:
`layerwise grade` with full isolation, `nbgrader autograde`, `otter run`. The
peers are looked for on PATH, or where the variables NBGRADER and OTTER say.
Each time includes the start of the command. Seconds depend on the machine
and its load; processor seconds less; their ratios, measured side by side in
one run, least. `--scale` is the large class (0 leaves it out).
`--write` puts the tables into benchmarks/RESULTS.md between their marks.
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
from itertools import pairwise
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
import json, os, psutil, resource, sys, time
from pathlib import Path
from layerwise.grading import gradebook, run
place, out, specs = map(Path, sys.argv[1:])
settings = run.Settings(specs=specs.read_text(), specs_name=specs.stem)
marks, last = [], []
def progress(done, total):
    if done % 1000 == 0:
        memory = Path("/proc/self/statm").read_text().split()[1]
        marks.append((done, time.perf_counter(), int(memory) * 4096 / 2**20))
def timed(*arguments):
    start = time.perf_counter()
    write(*arguments)
    last.append(time.perf_counter() - start)
write, gradebook.write = gradebook.write, timed
work = run.Run([place], out, settings, jobs=1, progress=progress)
work.grade()
server = psutil.Process(run.station(work.settings).sandbox.process.pid)
times = [p.cpu_times() for p in (server, *server.children(recursive=True))]
spent = sum(t.user + t.system + t.children_user + t.children_system
            for t in times) + sum(os.times()[:2])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
run.close()
print(json.dumps([spent, peak, marks, last[0]]))
"""
MARKS = "<!-- grading -->", "<!-- /grading -->"


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


def handed_in(place, count, for_nbgrader=False):
    """Write submissions, each a little different; every third has errors."""
    for number in range(count):
        book = submission(WRONG if number % 3 == 0 else RIGHT, for_nbgrader)
        book["cells"].append(code_cell(f"print('by student {number}')"))
        if for_nbgrader:
            book["cells"][-1]["metadata"] = {}
        path = place / f"student{number:05}" / "hw" / "hw.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(book))


def ours(folder, count, command=None):
    """Grade; return (seconds, processor seconds), and what ONE says more."""
    handed_in(folder / "in", count)
    specs = folder / "sheet.py"
    specs.write_text(SPECS)
    out = folder / "out"
    if command:
        seconds = measured(
            [*command, folder / "in", "--out", out, "--exercises", specs]
        )
        more = []
    else:
        start = time.perf_counter()
        said = subprocess.check_output(
            [sys.executable, "-c", ONE, folder / "in", out, specs]
        )
        spent, *more = json.loads(said)
        seconds = np.array([time.perf_counter() - start, spent])
    lines = (out / "gradebook.csv").read_text().splitlines()
    right = sum(",20.0,20,20.0,graded" in line for line in lines)
    assert right == count - (count + 2) // 3, (right, count)
    return seconds, more


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
    handed_in(folder / "submitted", count, True)
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


def size(folder):
    """Return the bytes of all files in a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def scaled(folder, count):
    """Return the lines on a large class in one process."""
    seconds, (peak, marks, report) = ours(folder, count)
    out = folder / "out"
    steps = [
        (number, moment - before, memory)
        for (_, before, _), (number, moment, memory) in pairwise(marks)
    ]
    times = [step for _, step, _ in steps]
    each = ", ".join(f"{t:.1f}" for t in times)
    memory = ", ".join(f"{m:.0f}" for *_, m in steps)
    return [
        "",
        f"**{count:,} submissions**, all different, in one process: "
        f"{seconds[0]:.0f} s, {seconds[1]:.0f} s of processor "
        f"({1000 * seconds[1] / count:.1f} ms each). Seconds for each "
        f"thousand: {each}. The judge's memory after each: {memory} MB; at "
        f"its peak, with the report, {peak:.0f} MB. The folder holds "
        f"{size(out) / 2**20:.0f} MB. Gradebook and report were written in "
        f"{report:.1f} s; report.html has "
        f"{(out / 'report.html').stat().st_size / 1024:.0f} kB, "
        f"gradebook.csv {(out / 'gradebook.csv').stat().st_size / 1024:.0f} "
        f"kB. Load at the end: {os.getloadavg()[0]:.1f}.",
    ]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--peers", type=int, default=20)
    parser.add_argument("--scale", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    many = options.submissions
    command = [sys.executable, "-m", "layerwise.cli", "grade"]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        starts = [ours(folder / f"s{n}", 1, command)[0] for n in range(5)]
        (single, (peak, *_)) = ours(folder / "many", many)
        double, _ = ours(folder / "double", many, [*command, "--jobs", "2"])
        double[1] = np.nan  # bubblewrap does not hand it on
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
            words = {"nbgrader": "autograde", "otter": "run"}[tool]
            title = f"{tool} {words} ({version(path)})"
            rows.append((title, run(path, folder / tool, count) / count))
        load = os.getloadavg()[0]
        start = np.median(starts, axis=0)
        large = (
            scaled(folder / "large", options.scale) if options.scale else []
        )
    first = rows[0][1]
    lines = [
        "| what | ms per submission | ratio | processor ms | ratio |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {what} | {1000 * s[0]:.1f} | {s[0] / first[0]:.3g} "
            + (
                f"| {1000 * s[1]:.1f} | {s[1] / first[1]:.3g} |"
                if s[1] == s[1]
                else "|  |  |"
            )
            for what, s in rows
        ),
        "",
        f"Ours: {many} submissions, nbgrader {options.peers}, otter 5. Load "
        f"of the machine at the end: {load:.1f} on {os.cpu_count()} cores. "
        "Under load the processor seconds say more than the seconds. One "
        f"submission alone, start and end of the command included: "
        f"{start[0]:.2f} s (median of 5), {start[1]:.2f} s of the judge's "
        f"processor. The judge's memory at its peak in {many} submissions: "
        f"{peak:.0f} MB.",
        *large,
    ]
    print("\n".join(lines))
    if options.write:
        write(lines)


def write(lines):
    path = Path(__file__).parent / "RESULTS.md"
    text = path.read_text() if path.exists() else "# Results\n"
    section = "\n".join(
        [
            MARKS[0],
            "## Grading",
            "",
            "A small assignment, 5 functions and 20 checks, "
            f"{datetime.date.today().isoformat()}, {os.cpu_count()} cores, "
            f"{platform.system()} {platform.machine()}, Python "
            f"{platform.python_version()}. Made by "
            "`python benchmarks/grading.py --write`.",
            "",
            *lines,
            MARKS[1],
        ]
    )
    scale = "<!-- grading_scale -->"
    if scale in text:  # as it was written before
        before, rest = text.split(scale)
        text = before + rest.split("<!-- /grading_scale -->")[1]
    if MARKS[0] in text:
        before, rest = text.split(MARKS[0])
        text = before + section + rest.split(MARKS[1])[1]
    else:
        text = text.rstrip() + "\n\n" + section + "\n"
    path.write_text(text.rstrip() + "\n")


if __name__ == "__main__":
    main()
