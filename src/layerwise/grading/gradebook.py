"""Writes the gradebook, and the forms of it that other tools take."""

import csv
import io
from pathlib import Path
from typing import Any

from layerwise.grading import records
from layerwise.grading.pages import visible


def cell(value: Any) -> Any:
    """Return a value that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return value
    text = visible(value)
    return "'" + text if text[:1] in ("=", "+", "-", "@") else text


def write(out: Path, summary: Any, roster: Path | None = None) -> None:
    """Write gradebook.csv: a row for each learner and chapter."""
    rows: list[dict[str, Any]] = []
    columns: dict[str, None] = {}
    for record in records.all_records(out):
        row = {
            "student": record["student"],
            "chapter": record["chapter"],
            "score": record["score"],
            "max_score": record["max_score"],
            "status": record["status"],
            "isolation": record["isolation"],
            "reason": record["reason"],
        }
        for id, entry in record["exercises"].items():
            columns[id] = None
            row[id] = entry["score"]
        rows.append(row)
    head = ["student", "chapter", "score", "max_score", "status",
            "isolation", "reason"]  # fmt: skip
    text = io.StringIO()
    writer = csv.DictWriter(text, [*head, *sorted(columns)], restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow({key: cell(value) for key, value in row.items()})
    records.write_whole(out / "gradebook.csv", text.getvalue())
    scores = [r["score"] / r["max_score"] for r in rows if r["max_score"]]
    summary.mean = sum(scores) / len(scores) if scores else 0.0
