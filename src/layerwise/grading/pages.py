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
    return environment.get_template(name)


def write_feedback(
    out: Path, record: dict[str, Any], titles: dict[str, str]
) -> None:
    """Write one learner's feedback on one chapter."""
    folder = out / "feedback" / records.safe_name(record["student"])
    path = folder / f"{records.safe_name(record['chapter'])}.html"
    page = _template("feedback.html.j2").render(record=record, titles=titles)
    records.write_whole(path, page)
