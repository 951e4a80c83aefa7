"""What the examiner tells: right things first, one fact, one question."""

from dataclasses import dataclass, field
from html import escape
from typing import Any

from layerwise.exercises.spec import Exercise


@dataclass(frozen=True)
class Check:
    """One check and what it earned."""

    name: str
    points: float
    max_points: float
    status: str  # "right", "partial", "wrong", "not attempted"


@dataclass(frozen=True)
class Verdict:
    """What became of one function."""

    name: str
    max_points: float
    status: str
    checks: tuple[Check, ...]
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    think: str = ""
    mistake: str | None = None
    family: str | None = None  # the detector's, where no mistake matched

    @property
    def score(self) -> float:
        return round(sum(check.points for check in self.checks), 4)


@dataclass(frozen=True)
class Report:
    """The verdicts on one exercise, as text, as HTML and as a record."""

    exercise: Exercise
    verdicts: tuple[Verdict, ...]
    hints: tuple[str, ...] = field(default=())

    @property
    def score(self) -> float:
        scores = [verdict.score for verdict in self.verdicts]
        best = max(scores) if self.exercise.choose_one else sum(scores)
        return round(best, 4)

    @property
    def max_score(self) -> float:
        points = [verdict.max_points for verdict in self.verdicts]
        return max(points) if self.exercise.choose_one else sum(points)

    @property
    def status(self) -> str:
        """Right, partial, or what most describes an answer worth nothing."""
        if self.score >= self.max_score - 1e-6:
            return "right"
        if self.score > 0:
            return "partial"
        tried = [v.status for v in self.verdicts]
        for silent in ("missing", "not attempted"):
            tried = [s for s in tried if s != silent] or [silent]
        return tried[0]

    @property
    def read(self) -> str:
        """The section's title and the equation's name."""
        equation = self.exercise.equation.removeprefix("eq-")
        return self.exercise.read + (
            f", equation {equation}" if equation else ""
        )

    def to_record(self) -> dict[str, Any]:
        """Return this exercise's entry of a student's record."""
        told = [v for v in self.verdicts if v.wrong or v.think]
        several = len(self.exercise.functions) > 1

        def lines(part: str) -> list[str]:
            return [
                f"{v.name}: {line}" if several else line
                for v in self.verdicts
                for line in getattr(v, part)
            ]

        return {
            "score": self.score,
            "max_score": self.max_score,
            "status": self.status,
            "mistake": next((v.mistake for v in told if v.mistake), None),
            "right": lines("right"),
            "wrong": lines("wrong"),
            "think": next((v.think for v in told if v.think), ""),
            "read": self.read if told else "",
            "checks": [
                {
                    "name": f"{v.name} {check.name}",
                    "points": round(check.points, 4),
                    "max_points": round(check.max_points, 4),
                    "status": check.status,
                }
                for v in self.verdicts
                for check in v.checks
            ],
        }

    def _blocks(self) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """Return (name, result, rows) of each function to be shown."""
        blocks = []
        silent = ("not attempted", "missing")
        tried = any(v.status not in silent for v in self.verdicts)
        for v in self.verdicts:
            unused = v.status in silent
            if self.exercise.choose_one and unused and tried:
                continue
            result = f"{number(v.score)} of {number(v.max_points)} points"
            if unused:
                words = {"missing": "not found in your notebook"}
                result += ", " + words.get(v.status, "not attempted yet")
            rows: list[tuple[str, str]] = []
            if v.wrong:
                rows += [("right", ", ".join(v.right))] if v.right else []
                rows += [("wrong", line) for line in v.wrong]
                rows += [("think", v.think)] if v.think else []
                rows += [("read", self.read)]
            blocks.append((v.name, result, rows))
        if self.hints:
            name, result, rows = blocks[-1]
            count = len(self.exercise.hints) or 1
            rows = rows + [
                (f"hint {i}/{count}" if count > 1 else "hint", text)
                for i, text in enumerate(self.hints, 1)
            ]
            blocks[-1] = name, result, rows
        return blocks

    def to_text(self) -> str:
        """Return the report as plain text."""
        lines = []
        for name, result, rows in self._blocks():
            lines.append(f"{name}   {result}")
            lines += [f"  {mark + ' ':<8}{text}" for mark, text in rows]
        return "\n".join(lines)

    __repr__ = __str__ = to_text

    def _repr_html_(self) -> str:
        """Return the report for Jupyter; colors fit light and dark."""
        colors = {"right": "#14875c", "wrong": "#d4465a", "think": "#9c7100"}
        parts = []
        for name, result, rows in self._blocks():
            done = not rows and "not " not in result
            side = colors["right"] if done else colors["wrong"]
            if "not " in result:
                side = "#888888"
            table = "".join(
                f'<div style="display:flex;gap:1em"><b style="width:4em;'
                f'flex:none;color:{colors.get(mark, "inherit")}">{mark}</b>'
                f"<span>{escape(text)}</span></div>"
                for mark, text in rows
            )
            parts.append(
                f'<div style="border-left:4px solid {side};padding:.2em 1em;'
                f'margin:.3em 0"><code>{escape(name)}</code> &ensp;'
                f"{escape(result)}{table}</div>"
            )
        return "".join(parts)


def number(points: float) -> str:
    """Return points without a needless ".0"."""
    return f"{round(points, 1):g}"
