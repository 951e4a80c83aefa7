"""A run over a class: rows, records, resumption, the instructor's rules."""

import csv
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.grading.conftest import HONEST, SHEET, notebook, solved

from layerwise.exercises import exercise
from layerwise.grading import gradebook, pages, records, run
from layerwise.grading.gradebook import Rules
from layerwise.grading.judge import Session
from layerwise.grading.run import Run, Settings

WRONG = "def double(Z):\n    return Z / 2\n"


@pytest.fixture
def settings(full):
    yield Settings(
        "full", 512, 1.5, specs=SHEET.read_text(), specs_name="sheet"
    )
    run.close()


def handed_in(root, **students):
    for student, text in students.items():
        (root / student).mkdir(parents=True, exist_ok=True)
        (root / student / "a.ipynb").write_text(text)
    return root


def rows(out):
    with (out / "gradebook.csv").open() as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def test_bad_submissions_get_a_row_and_a_reason_and_cost_no_other(
    tmp_path, settings
):
    loop = "def double(Z):\n    while True: pass\n"
    place = handed_in(
        tmp_path / "in",
        empty="",
        no_json="this is no notebook",
        no_exercise=notebook("x = 1"),
        syntax=solved(double="def double(Z) return 2 * Z\n"),
        endless=solved(double=loop),
        top=solved(double="while True: pass\n" + HONEST["double"]),
        right=solved(),
    )
    (place / "nothing").mkdir()
    out = tmp_path / "out"
    summary = Run([place], out, settings).grade()
    found = rows(out)
    scores = {name: float(row["score"]) for name, row in found.items()}
    assert scores == {
        "empty": 0, "no_json": 0, "no_exercise": 0, "nothing": 0,
        "syntax": 20, "endless": 20, "top": 30, "right": 30,
    }  # fmt: skip
    assert {row["isolation"] for row in found.values()} == {"full"}
    reasons = {name: row["reason"] for name, row in found.items()}
    assert reasons["empty"] == "the file is empty"
    assert "not JSON" in reasons["no_json"]
    assert "none of the exercises" in reasons["no_exercise"]
    assert reasons["nothing"] == "no notebook in this folder"
    assert (summary.graded, summary.unreadable) == (5, 3)
    for name in found:
        assert (out / "feedback" / name / "sheet.html").exists()
    assert (out / "report.html").exists()


def test_a_record_holds_what_the_contract_says(tmp_path, settings):
    place = handed_in(tmp_path / "in", ann=solved(double=WRONG))
    Run([place], tmp_path / "out", settings, seed=7).grade()
    path = tmp_path / "out" / "records" / "ann" / "sheet.json"
    record = json.loads(path.read_text())
    assert record["format"] == 1
    assert record["seed"] == 7
    assert (record["status"], record["score"]) == ("graded", 24)
    entry = record["exercises"]["90.2"]
    assert entry["status"] == "partial"
    assert entry["mistake"] == "half"
    assert entry["think"] == "Twice or half of it?"
    assert {"name", "points", "max_points", "status"} == set(
        entry["checks"][0]
    )
    known = json.loads((tmp_path / "out" / "run.json").read_text())
    assert known["seed"] == 7
    assert known["isolation"] == "full"


def test_a_rerun_judges_only_what_changed(tmp_path, settings):
    place = handed_in(tmp_path / "in", ann=solved(), bob=solved())
    out = tmp_path / "out"
    first = Run([place], out, settings).grade()
    assert (first.graded, first.kept) == (2, 0)
    before = {p: p.stat().st_mtime_ns for p in out.glob("records/*/*")}
    again = Run([place], out, settings).grade()
    assert (again.graded, again.kept) == (0, 2)
    assert before == {p: p.stat().st_mtime_ns for p in before}
    page = out / "feedback" / "bob" / "sheet.html"
    page.write_text("")  # as after a crash of the machine
    handed_in(place, ann=solved(double=WRONG))
    third = Run([place], out, settings).grade()
    assert (third.graded, third.kept) == (1, 1)
    assert rows(out)["ann"]["score"] == "24.0"
    assert "30 of 30 points" in page.read_text()


def test_a_changed_spec_judges_exactly_what_it_touches(
    tmp_path, settings, monkeypatch
):
    place = handed_in(tmp_path / "in", ann=solved())
    out = tmp_path / "out"
    Run([place], out, settings, seed=1).grade()
    text = settings.specs.replace("lambda Z: 2 * Z", "lambda Z: 3 * Z")
    judged = []
    real = run.judge

    def spy(sandbox, name, data, exercises, *rest):
        judged.append([e.id for e in exercises])
        return real(sandbox, name, data, exercises, *rest)

    monkeypatch.setattr(run, "judge", spy)
    changed = Settings(**{**vars(settings), "specs": text})
    summary = Run([place], out, changed).grade()
    assert judged == [["90.2"]]
    assert summary.graded == 1
    assert rows(out)["ann"]["score"] == "24.0"
    record = json.loads((out / "records/ann/sheet.json").read_text())
    assert list(record["exercises"]) == ["90.1", "90.2", "90.3"]


def test_a_fingerprint_follows_the_code_a_spec_uses():
    def made(reference, points=10):
        return exercise(
            "91.1", "A", points=points, kind="implement", calls=["B = a(Z)"],
            draw=lambda rng: [(np.ones(3),)], reference=reference, read="",
        )  # fmt: skip

    def inner(by):
        return lambda Z: helper(Z) * by

    def helper(Z):
        return Z

    base = records.fingerprint(made(inner(2)))
    assert base == records.fingerprint(made(inner(2)))
    assert base != records.fingerprint(made(inner(3)))
    assert base != records.fingerprint(made(inner(2), 9))


def test_another_seed_needs_another_folder(tmp_path, settings):
    place = handed_in(tmp_path / "in", ann=solved())
    Run([place], tmp_path / "out", settings, seed=1).grade()
    with pytest.raises(records.RunError, match="another seed"):
        Run([place], tmp_path / "out", settings, seed=2).grade()


def test_only_repeats_a_verdict_from_its_record(tmp_path, settings):
    place = handed_in(tmp_path / "in", ann=solved(double=WRONG), bob=solved())
    out = tmp_path / "out"
    Run([place], out, settings).grade()
    path = out / "records/ann/sheet.json"
    before = json.loads(path.read_text())
    summary = Run([place], out, settings, only="ann").grade()
    after = json.loads(path.read_text())
    assert summary.graded == 1
    assert before["exercises"] == after["exercises"]
    assert set(rows(out)) == {"ann", "bob"}


def test_the_instructors_rules_are_applied_after_grading(tmp_path, settings):
    place = handed_in(tmp_path / "in", ann=solved(), bob=solved(double=WRONG))
    os.utime(place / "ann" / "a.ipynb", (86400 * 10, 86400 * 10))
    os.utime(place / "bob" / "a.ipynb", (86400 * 12.5, 86400 * 12.5))
    out = tmp_path / "out"
    out.mkdir()
    (out / "overrides.csv").write_text(
        "student,chapter,exercise,points,reason\n"
        "bob,sheet,90.2,9,shown in class\n"
        "eve,sheet,,1,no such record\n"
    )
    roster = tmp_path / "class.csv"
    roster.write_text("student,id\nann,17\nbob,18\nzed,19\n")
    rules = Rules(due=86400 * 11, late_percent=10, roster=roster)
    summary = Run([place], out, settings, rules=rules).grade()
    found = rows(out)
    assert found["ann"]["score"] == "30.0"
    assert found["ann"]["system_id"] == "17"
    bob = found["bob"]
    assert (bob["raw_score"], bob["score"]) == ("24.0", "23.0")
    assert (bob["late_days"], bob["late_penalty"]) == ("2", "6.0")
    assert bob["overridden"] == "90.2"
    assert "90.2 set to 9 by hand: shown in class" in bob["reason"]
    assert found["zed"]["status"] == "absent"
    assert found["zed"]["system_id"] == "19"
    assert summary.absent == 1
    assert any("eve" in note for note in summary.notes)
    record = json.loads((out / "records/bob/sheet.json").read_text())
    assert record["score"] == 24
    later = Run([place], out, settings, only="ann").grade()
    assert rows(out) == found  # a later run keeps the rules
    assert any("run before" in note for note in later.notes)
    Run([place], out, settings, rules=Rules(also=("nbgrader",))).grade()
    assert rows(out)["bob"]["late_penalty"] == "0.0"


def test_a_folder_keeps_to_its_exercises(tmp_path, settings):
    place = handed_in(tmp_path / "in", ann=solved())
    Run([place], tmp_path / "out", settings).grade()
    other = replace(settings, specs_name="other")
    with pytest.raises(records.RunError, match="other exercises, those of sh"):
        Run([place], tmp_path / "out", other).grade()


def test_text_from_a_submission_cannot_pass_for_ours(tmp_path, settings):
    evil = (
        "def double(Z):\n    raise ValueError('<script>alert(1)</script>"
        "\\u202e\\x1b[2J {{7*7}} ' + '=cmd()')\n"
    )
    place = handed_in(tmp_path / "in", ann=solved(double=evil))
    for name in ("=1+1", "@evil", "<b>bob<i>", "a\u202eb", "x" * 200):
        (place / name).mkdir()
        (place / name / "a.ipynb").write_text(solved())
    out = tmp_path / "out"
    rules = Rules(also=("gradescope", "nbgrader"))
    Run([place], out, settings, rules=rules).grade()
    page = (out / "feedback" / "ann" / "sheet.html").read_text()
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "{{7*7}}" in page
    for path in (*out.rglob("*.html"), *out.rglob("*.csv")):
        text = path.read_text()
        assert "\u202e" not in text and "\x1b" not in text
        assert "<b>bob" not in text or path.suffix == ".csv"
    with (out / "gradebook.csv").open() as file:
        for row in csv.reader(file):
            assert not any(cell[:1] in ("=", "+", "@") for cell in row)
    assert len(list((out / "records").iterdir())) == 6


@pytest.mark.parametrize(
    "names", [["a", "A"], ["a/b", "a b", "a%2Fb"], ["..", ".", "", "%"],
              ["é", "e\u0301"], ["x" * 300, "x" * 301], [" a", "a ", "a"]]
)  # fmt: skip
def test_file_names_are_safe_and_never_shared(names):
    safe = [records.safe_name(name) for name in names]
    assert len(set(safe)) == len(names)
    for name in safe:
        assert name.isascii() and len(name) <= 140
        assert "/" not in name and not name.startswith(".") and name.strip()


def test_control_and_direction_characters_are_shown_as_codes():
    assert pages.visible("plain é ∑ text") == "plain é ∑ text"
    assert pages.visible("a\u202eb\x00c\n") == "a\\u202eb\\u0000c\\u000a"
    assert gradebook.cell("=1") == "'=1"
    assert gradebook.cell("-x") == "'-x"
    assert gradebook.cell(-1.5) == -1.5


def test_gradescopes_results_hold_text_and_add_up(tmp_path, settings):
    place = handed_in(tmp_path / "in", ann=solved(double=WRONG))
    out = tmp_path / "out"
    Run([place], out, settings, rules=Rules(also=("gradescope",))).grade()
    path = out / "gradescope" / "ann" / "sheet.json"
    found = json.loads(path.read_text())
    assert found["score"] == sum(t["score"] for t in found["tests"]) == 24
    assert {t["output_format"] for t in found["tests"]} == {"text"}
    assert [t["status"] for t in found["tests"]] == [
        "passed", "failed", "passed"
    ]  # fmt: skip


def test_the_report_counts_draws_and_points(tmp_path, settings):
    long = (
        "def total(Z):\n    found = np.zeros((Z.shape[0], 1))\n"
        "    for row in range(Z.shape[0]):\n"
        "        for column in range(Z.shape[1]):\n"
        "            found[row, 0] = found[row, 0] + Z[row, column]\n"
        "    return found\n"
    )
    renamed = long.replace("row", "i").replace("column", "j")
    renamed = renamed.replace("found", "out")
    place = handed_in(
        tmp_path / "in",
        ann=solved(double=WRONG),
        bob=solved(double=WRONG, total=long),
        cy=solved(total=renamed),
        dee=notebook("x = 1"),
        **{f"s{n}": solved() for n in range(5)},
    )
    out = tmp_path / "out"
    Run([place], out, settings).grade()
    page = (out / "report.html").read_text()
    assert page.count("<svg") == 2
    assert "Twice or half of it?" in page
    assert "<td>bob, cy</td><td>total</td>" in page
    assert "none of the exercises is in this file" in page
    assert "6 of 9 right" in page


@pytest.mark.slow
def test_processes_give_the_same_records_as_one(tmp_path, settings):
    cells = [solved(), solved(double=WRONG), "", notebook("x = 1")]
    place = handed_in(
        tmp_path / "in", **{f"s{n}": cells[n % 4] for n in range(12)}
    )
    found = []
    for jobs in (1, 2):
        out = tmp_path / f"out{jobs}"
        Run([place], out, settings, seed=3, jobs=jobs).grade()
        found.append(_verdicts(out))
    assert found[0] == found[1]
    assert len(found[0]) == 12


def _verdicts(out):
    return {
        record["student"]: (record["score"], record["exercises"])
        for record in records.all_records(out)
    }


def _command(place, out, *more):
    return [
        sys.executable, "-m", "layerwise.cli", "grade", str(place),
        "--out", str(out), "--exercises", str(SHEET), *more,
    ]  # fmt: skip


@pytest.mark.slow
def test_killed_at_random_points_a_run_loses_and_repeats_nothing(
    tmp_path, settings
):
    place = handed_in(
        tmp_path / "in",
        **{
            f"s{n:02}": solved(double=WRONG if n % 3 else HONEST["double"])
            for n in range(40)
        },
    )
    whole = tmp_path / "whole"
    Run([place], whole, settings, seed=3).grade()
    out = tmp_path / "out"
    chance = random.Random(0)
    finished: dict[Path, int] = {}
    for _ in range(8):
        process = subprocess.Popen(
            _command(place, out, "--seed", "3", "--jobs", "2"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.3, 2.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = {p: p.stat().st_mtime_ns for p in out.glob("records/*/*.json")}
        for path, moment in finished.items():
            assert now[path] == moment  # not lost, not judged again
        finished = now
        for path in now:
            assert records.read_record(path) is not None
    subprocess.run(
        _command(place, out, "--jobs", "2"), check=True, capture_output=True
    )
    assert _verdicts(out) == _verdicts(whole)
    assert len(rows(out)) == 40
    left = [p for p in out.rglob(".new-*")]
    assert not left


@pytest.mark.parametrize("moment", ["_finish", "answer", "ready"])
def test_a_server_that_dies_in_the_middle_costs_no_answer(
    tmp_path, settings, monkeypatch, moment
):
    place = handed_in(tmp_path / "in", ann=solved(), bob=solved(double=WRONG))
    real, killed = getattr(Session, moment), []

    def dies(session, *rest):
        if not killed and session.child is not None:
            killed.append(session.sandbox.process)
            killed[0].kill()
            killed[0].wait()
        return real(session, *rest)

    monkeypatch.setattr(Session, moment, dies)
    Run([place], tmp_path / "out", settings, seed=1).grade()
    assert killed
    found = rows(tmp_path / "out")
    assert [found[name]["score"] for name in ("ann", "bob")] == [
        "30.0",
        "24.0",
    ]
    assert found["ann"]["reason"] == ""


@pytest.mark.slow
@pytest.mark.parametrize("victim", ["server", "worker"])
def test_a_killed_server_or_worker_costs_no_submission(
    tmp_path, settings, victim
):
    import psutil

    place = handed_in(
        tmp_path / "in", **{f"s{n:03}": solved() for n in range(200)}
    )
    out = tmp_path / "out"
    process = subprocess.Popen(
        _command(place, out, "--jobs", "2"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    killed = 0
    while process.poll() is None and killed < 4:
        time.sleep(0.05)
        if not list(out.glob("records/*/*.json")):
            continue
        try:
            family = psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            break
        wanted = "bwrap" if victim == "server" else "python"
        for child in family:
            try:
                if wanted in child.name() and (
                    victim == "server"
                    or "spawn_main" in " ".join(child.cmdline())
                ):
                    child.kill()
                    killed += 1
                    break
            except psutil.NoSuchProcess:
                continue
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors.decode()
    assert killed
    found = rows(out)
    assert len(found) == 200
    assert {row["score"] for row in found.values()} == {"30.0"}


@pytest.mark.slow
def test_nothing_stays_behind_when_the_grader_is_killed(tmp_path, settings):
    import psutil

    loop = "def double(Z):\n    while True: pass\n"
    place = handed_in(
        tmp_path / "in", **{f"s{n}": solved(double=loop) for n in range(4)}
    )
    process = subprocess.Popen(
        _command(place, tmp_path / "out", "--jobs", "2", "--timeout", "30"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    family, soon = [], time.monotonic() + 60
    while len(family) <= 4 and time.monotonic() < soon:
        time.sleep(0.1)
        family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) > 4
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(family, timeout=30)
    assert not alive


@pytest.mark.slow
def test_a_cluster_gives_the_same_records_also_when_a_worker_is_killed(
    tmp_path, settings
):
    pytest.importorskip("distributed")
    place = handed_in(
        tmp_path / "in",
        **{
            f"s{n:02}": solved(double=WRONG if n % 3 else HONEST["double"])
            for n in range(40)
        },
    )
    whole = tmp_path / "whole"
    Run([place], whole, settings, seed=3).grade()
    out, address = tmp_path / "out", tmp_path / "cluster.json"

    def started(kind, *more):
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.dask_{kind}",
             "--scheduler-file", address, "--no-dashboard", *more],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            cwd=tmp_path,
        )  # fmt: skip

    cluster = [started("scheduler", "--port", "0")]
    for _ in range(2):
        cluster.append(started("worker", "--nthreads", "1", "--no-nanny"))

    def progress(done, total):
        if done == 10:
            cluster[1].kill()

    try:
        while not address.exists():
            time.sleep(0.1)
        summary = Run(
            [place], out, settings, seed=3, jobs=2, progress=progress,
            scheduler=json.loads(address.read_text())["address"],
        ).grade()  # fmt: skip
    finally:
        for process in cluster:
            process.kill()
            process.wait()
    assert summary.graded == 40
    assert _verdicts(out) == _verdicts(whole)
    assert {r["isolation"] for r in records.all_records(out)} == {"full"}


def test_one_run_at_a_time_writes_to_a_folder(tmp_path, settings):
    place = handed_in(tmp_path / "in", ann=solved())
    run_here = Run([place], tmp_path / "out", settings)
    refused = pytest.raises(records.RunError, match="another run")
    with records.only_run(tmp_path / "out"), refused:
        run_here.grade()
    assert Run([place], tmp_path / "out", settings).grade().graded == 1


def test_a_run_keeps_the_sandbox_that_was_probed(full):
    settings = run.Settings(level="full")
    held = run.station(settings)
    assert run.station(replace(settings, seed=7)) is held
    assert held.settings.seed == 7
    assert run.station(replace(settings, memory_mb=900)) is not held
    run.close()
