"""Draws the pages: feedback for each learner, a report for the class."""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from layerwise.grading import records


def visible(text: str) -> str:
    """Return text with every control and direction character as its code.

    So nothing from a submission can hide, reorder or forge what stands
    around it.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c
        if c.isprintable() or c == " "
        else f"\\u{ord(c):04x}"
        if unicodedata.category(c)[0] == "C" or not c.isspace()
        else " "
        for c in text
    )


def percent(share: float) -> str:
    """Return a share as every page and the command line write it."""
    return f"{round(100 * share, 1):g} %"


@cache
def _template(name: str) -> Any:
    import jinja2

    folder = Path(__file__).parent / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        finalize=lambda v: visible(v) if type(v) is str else v,
    )
    environment.filters["number"] = lambda v: f"{round(v, 2):g}"
    environment.filters["percent"] = percent
    return environment.get_template(name)


def write_feedback(
    out: Path, record: dict[str, Any], titles: dict[str, str]
) -> None:
    """Write one learner's feedback on one chapter."""
    path = feedback_path(out, record["student"], record["chapter"])
    page = _template("feedback.html.j2").render(record=record, titles=titles)
    records.write_whole(path, page, flush=False)


def feedback_path(out: Path, student: str, chapter: str) -> Path:
    """Return where a learner's feedback stands."""
    folder = out / "feedback" / records.safe_name(student)
    return folder / f"{records.safe_name(chapter)}.html"


def write_report(out: Path, rows: list[dict[str, Any]], summary: Any) -> None:
    """Write the report on a class."""
    page = _template("report.html.j2").render(
        summary=summary, chapters=[
            _chapter_report(name, [r for r in rows if r["chapter"] == name])
            for name in sorted({r["chapter"] for r in rows})
        ],
    )  # fmt: skip
    records.write_whole(out / "report.html", page)


def judged_shares(rows: list[dict[str, Any]]) -> list[float]:
    """Return the share of the points of everything that was judged.

    What is absent, or could not be read, has none: it is no 0 in a mean.
    """
    return [
        row["score"] / row["max_score"]
        for row in rows
        if row["status"] == "graded" and row["max_score"]
    ]


def _chapter_report(name: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    judged = [r for r in rows if r["status"] == "graded"]
    shares = judged_shares(rows)
    tenths = [0] * 10
    for share in shares:
        tenths[max(0, min(9, int(share * 10)))] += 1
    seconds = [r["seconds"] for r in judged]
    low = _needing_help(rows)
    return {
        "name": name,
        "rows": rows,
        "judged": len(judged),
        "mean": sum(shares) / len(shares) if shares else 0.0,
        "median": _median(shares),
        "tenths": tenths,
        "tallest": max([*tenths, 1]),
        "exercises": _success(judged),
        "mistakes": _mistakes(judged),
        "help": low[:30],
        "more_help": max(0, len(low) - 30),
        "alike": _alike(judged),
        "seconds": _median(seconds),
        "slowest": max(seconds, default=0.0),
    }


def _median(values: list[float]) -> float:
    """Return the middle value (numpy's would import its masked arrays)."""
    if not values:
        return 0.0
    order, last = sorted(values), len(values) - 1
    return (order[last // 2] + order[len(values) // 2]) / 2


_KINDS = {
    "right": "right",
    "partial": "partial",
    "not attempted": "none",
    "missing": "none",
}


def _success(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Count, for each exercise, who has it right, partly, wrong, not."""
    counts: dict[str, dict[str, int]] = {}
    for row in rows:
        for id, (status, *_) in row["statuses"].items():
            kinds = dict.fromkeys(("right", "partial", "wrong", "none"), 0)
            kinds = counts.setdefault(id, kinds)
            kinds[_KINDS.get(status, "wrong")] += 1
    return [
        {"id": id, "total": sum(kinds.values()), **kinds}
        for id, kinds in sorted(counts.items())
    ]


def _mistakes(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the named mistakes, most common first, with one example."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        for id, (status, mistake, think, wrong) in row["statuses"].items():
            name = mistake or {"right": "", "partial": ""}.get(status, status)
            if name in ("", "wrong", "not attempted", "missing"):
                continue
            entry = found.setdefault(
                (id, name),
                {"id": id, "name": name, "count": 0, "think": think,
                 "wrong": wrong[0] if wrong else "",
                 "student": row["student"]},
            )  # fmt: skip
            entry["count"] += 1
    return sorted(found.values(), key=lambda e: -e["count"])[:12]


def _needing_help(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return who has less than half, lowest first, and why that may be."""
    low = []
    for row in rows:
        share = row["score"] / row["max_score"] if row["max_score"] else 0.0
        if share >= 0.5:
            continue
        kinds = [s for s, *_ in row["statuses"].values()]
        untried = sum(k in ("not attempted", "missing") for k in kinds)
        words = row["reason"] or row["status"]
        if row["status"] == "graded":
            parts = [row["reason"]] if row["reason"] else []
            if untried:
                parts.append(f"{untried} of {len(kinds)} not attempted")
            words = "; ".join(parts) or "tried all, much is wrong"
        low.append((share, {"student": row["student"], "words": words,
                            "percent": 100 * share}))  # fmt: skip
    return [entry for _, entry in sorted(low, key=lambda p: p[0])]


def _alike(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return small groups with long answers equal after renaming.

    An answer that a tenth of the class shares is the usual one: no group.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        for function, mark in row["alike"].items():
            groups.setdefault((function, mark), []).append(row["student"])
    most = max(3, len(rows) // 10)
    together: dict[tuple[str, ...], list[str]] = {}
    for (function, _), students in groups.items():
        if 1 < len(students) <= most:
            together.setdefault(tuple(students), []).append(function)
    return [
        {"students": students, "functions": functions}
        for students, functions in sorted(
            together.items(), key=lambda item: -len(item[1])
        )
    ][:20]
