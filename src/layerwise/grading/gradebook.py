"""Writes the gradebook, and the forms of it that other tools take.

Nothing is judged here. Rows are made from the records of a folder, then the
instructor's own decisions are applied and shown as such: overrides.csv, a
rule for what came late, a roster with those who handed nothing in.
"""

import csv
import datetime
import io
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from layerwise.grading import records
from layerwise.grading.pages import judged_shares, visible, write_report

_HEAD = [
    "student", "system_id", "chapter", "score", "max_score", "raw_score",
    "status", "late_days", "late_penalty", "overridden", "isolation",
    "submitted", "file", "reason",
]  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What is applied after grading.

    Parameters
    ----------
    due : float, optional
        When work was due, in seconds since 1970.
    late_percent : float
        Percent of the maximum taken for each day begun after that.
    roster : Path, optional
        CSV whose first column, or column ``student``, names everybody.
    also : tuple of str
        "gradescope", "nbgrader": further forms to write.
    """

    due: float | None = None
    late_percent: float = 0.0
    roster: Path | None = None
    also: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the rules for run.json, where a later run finds them."""
        roster = str(self.roster.resolve()) if self.roster else None
        return vars(self) | {"roster": roster, "also": list(self.also)}


def rules_of(known: dict[str, Any]) -> Rules:
    """Return the rules that `as_json` wrote."""
    roster = Path(known["roster"]) if known.get("roster") else None
    if roster and not roster.exists():
        raise records.RunError(f"{roster} is gone; say --roster FILE")
    also = tuple(known.get("also", ()))
    return Rules(**{**known, "roster": roster, "also": also})


def cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    text = visible(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def table(rows: list[dict[str, Any]], columns: list[str]) -> str:
    """Return rows as CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(
        text, columns, restval="", extrasaction="ignore", lineterminator="\n"
    )
    writer.writeheader()
    for row in rows:
        writer.writerow({key: cell(value) for key, value in row.items()})
    return text.getvalue()


def write(out: Path, summary: Any, rules: Rules) -> None:
    """Write gradebook.csv, report.html and what else is asked for."""
    overrides = _overrides(out / "overrides.csv")
    rows: list[dict[str, Any]] = []
    ids: dict[str, None] = {}
    for record in records.all_records(out):
        row = _row(record, overrides, rules)
        ids |= dict.fromkeys(row["entries"])
        rows.append(row)
        if "gradescope" in rules.also:
            _write_results(out, record, row)
    summary.notes += [
        f"overrides.csv: no record of {' '.join(key)}" for key in overrides
    ]
    rows += _absent(rows, rules.roster)
    rows.sort(key=lambda row: (row["student"], row["chapter"]))
    exercises = sorted(ids)
    flat = [row | row["entries"] for row in rows]
    records.write_whole(
        out / "gradebook.csv", table(flat, [*_HEAD, *exercises])
    )
    if "nbgrader" in rules.also:
        records.write_whole(out / "nbgrader.csv", _nbgrader(rows, rules))
    summary.absent = sum(row["status"] == "absent" for row in rows)
    shares = judged_shares(rows)
    summary.judged = len(shares)
    summary.mean = sum(shares) / len(shares) if shares else 0.0
    write_report(out, rows, summary)


def _row(
    record: dict[str, Any],
    overrides: dict[tuple[str, str, str], tuple[float, str]],
    rules: Rules,
) -> dict[str, Any]:
    entries = {id: e["score"] for id, e in record["exercises"].items()}
    notes = [record["reason"]] if record["reason"] else []
    changed = []
    for id in [*entries, ""]:
        key = record["student"], record["chapter"], id
        if key in overrides:
            points, why = overrides.pop(key)
            words = f"{id or 'total'} set to {points:g} by hand"
            notes.append(f"{words}: {why}" if why else words)
            changed.append(id or "total")
            if id:
                entries[id] = points
            else:
                entries = {"total": points}
    score = sum(entries.values())
    days = _late_days(record, rules)
    penalty = min(score, record["max_score"] * rules.late_percent * days / 100)
    if days:
        notes.append("1 day late" if days == 1 else f"{days} days late")
    return {
        "student": record["student"],
        "system_id": record.get("system_id", ""),
        "chapter": record["chapter"],
        "score": round(score - penalty, 4),
        "max_score": record["max_score"],
        "raw_score": record["score"],
        "status": record["status"],
        "late_days": days,
        "late_penalty": round(penalty, 4),
        "overridden": " ".join(changed),
        "isolation": record["isolation"],
        "submitted": _date(record.get("submitted", 0)),
        "file": record["file"],
        "reason": "; ".join(notes),
        "entries": {k: v for k, v in entries.items() if k != "total"},
        "statuses": {
            id: (e["status"], e["mistake"], e["think"], e["wrong"][:1])
            for id, e in record["exercises"].items()
        },
        "alike": record.get("alike", {}),
        "seconds": record.get("seconds", 0.0),
    }


def _date(seconds: float) -> str:
    if not seconds:
        return ""
    moment = datetime.datetime.fromtimestamp(seconds)
    return moment.isoformat(" ", "minutes")


def _late_days(record: dict[str, Any], rules: Rules) -> int:
    if rules.due is None:
        return int(bool(record.get("late")))
    over = float(record.get("submitted", 0)) - rules.due
    return max(math.ceil(over / 86400), int(bool(record.get("late"))), 0)


def _overrides(path: Path) -> dict[tuple[str, str, str], tuple[float, str]]:
    """Return the instructor's own points: (student, chapter, exercise)."""
    if not path.exists():
        return {}
    found = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                key = row["student"], row["chapter"], row.get("exercise") or ""
                found[key] = float(row["points"]), row.get("reason") or ""
            except (KeyError, TypeError, ValueError):
                raise records.RunError(
                    f"{path}, line {number}: it needs the columns student, "
                    "chapter, exercise, points, reason, and a number of points"
                ) from None
    return found


def _absent(
    rows: list[dict[str, Any]], roster: Path | None
) -> list[dict[str, Any]]:
    """Return rows for those who are on the roster only; keep its ids."""
    if roster is None:
        return []
    with roster.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        first = (reader.fieldnames or ["student"])[0]
        listed = {
            (r.get("student") or r.get(first) or "").strip(): (
                r.get("id") or r.get("student_id") or r.get("system_id") or ""
            )
            for r in reader
        }
    listed.pop("", None)
    for row in rows:
        row["system_id"] = row["system_id"] or listed.get(row["student"], "")
        if row["student"] not in listed:
            row["reason"] = "; ".join(
                filter(None, [row["reason"], "not on the roster"])
            )
    most = {row["chapter"]: row["max_score"] for row in rows if row["entries"]}
    present = {(row["student"], row["chapter"]) for row in rows}
    return [
        dict.fromkeys(_HEAD, "")
        | {
            "student": student,
            "system_id": system,
            "chapter": chapter,
            "score": 0.0,
            "max_score": points,
            "raw_score": 0.0,
            "status": "absent",
            "reason": "nothing handed in",
            "entries": {},
            "statuses": {},
            "alike": {},
            "seconds": 0.0,
        }
        for student, system in listed.items()
        for chapter, points in (most or {"": 0}).items()
        if (student, chapter) not in present
    ]


def _nbgrader(rows: list[dict[str, Any]], rules: Rules) -> str:
    """Return the rows with the columns of `nbgrader export`."""
    columns = ["assignment", "duedate", "timestamp", "student_id",
               "last_name", "first_name", "email", "raw_score",
               "late_submission_penalty", "score", "max_score"]  # fmt: skip
    due = _date(rules.due) if rules.due else ""
    return table(
        [
            {
                "assignment": row["chapter"],
                "duedate": due,
                "timestamp": row["submitted"],
                "student_id": row["student"],
                "raw_score": row["raw_score"],
                "late_submission_penalty": row["late_penalty"],
                "score": row["score"],
                "max_score": row["max_score"],
            }
            for row in rows
        ],
        columns,
    )


def results(record: dict[str, Any], score: float) -> dict[str, Any]:
    """Return a record as Gradescope's results.json; text, never HTML."""
    return {
        "score": score,
        "execution_time": record.get("seconds", 0.0),
        "output": visible(record["reason"]),
        "output_format": "text",
        "stdout_visibility": "hidden",
        "extra_data": {"isolation": record["isolation"]},
        "tests": [
            {
                "name": f"{id}",
                "number": id,
                "score": entry["score"],
                "max_score": entry["max_score"],
                "status": (
                    "passed" if entry["status"] == "right" else "failed"
                ),
                "output": visible(_words(entry)),
                "output_format": "text",
                "visibility": "visible",
            }
            for id, entry in record["exercises"].items()
        ],
    }


def _words(entry: dict[str, Any]) -> str:
    if entry["status"] in ("missing", "not attempted"):
        return str(entry["status"])
    parts = [f"right: {line}" for line in entry["right"]]
    parts += [f"wrong: {line}" for line in entry["wrong"]]
    if entry["think"]:
        parts.append(f"think: {entry['think']}")
    return " · ".join(parts)


def _write_results(
    out: Path, record: dict[str, Any], row: dict[str, Any]
) -> None:
    folder = out / "gradescope" / records.safe_name(record["student"])
    path = folder / f"{records.safe_name(record['chapter'])}.json"
    text = json.dumps(results(record, row["score"]), indent=1)
    records.write_whole(path, text + "\n")
