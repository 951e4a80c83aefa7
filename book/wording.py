"""What a notebook says where the page has roles, boxes and captions.

Jupyter shows `{term}` and `:::{note}` as they are typed, and no caption. So
the weaver writes plain words there. What the manuscript says stays in the
cell's metadata, under `myst`; from it the site makes the page.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from pathlib import Path

from pybtex.database import parse_file  # type: ignore[import-untyped]
from pybtex.richtext import Text  # type: ignore[import-untyped]

ROLE = re.compile(r"\{([\w:]+)\}`([^`]+)`")
AIMED = re.compile(r"^(.*?) *<[^<>]+>$", re.S)  # words <target>
BOX = re.compile(r"^:{3,}\{([\w-]+)\} *(.*)$")
OPTION = re.compile(r"^:[\w-]+:")
END = re.compile(r"^(:{3,} *|\([\w-]+\)=)$")  # of a box; a target of links
ROLES = {"term": "{}", "eq": "({})", "numref": "the figure ({})"}
BOXES = {
    "admonition": "**{title}.**",
    "container": "",
    "exercise": "### Exercise: {title}",
    "note": "**Note.**",
    "solution": "**Solution.**",
}


@cache
def citations(file: Path) -> dict[str, str]:
    """Return "Glorot and Bengio (2010)" for every key of a bibliography."""
    if not file.exists():
        return {}
    found = {}
    for key, entry in parse_file(str(file)).entries.items():
        names = [
            str(Text.from_latex(" ".join([*p.prelast_names, *p.last_names])))
            for p in entry.persons["author"]
        ]
        who = f"{names[0]} et al." if len(names) > 2 else " and ".join(names)
        found[key] = f"{who} ({entry.fields['year']})"
    return found


def plain(source: str, cited: dict[str, str]) -> str:
    """Return a text as a reader of a notebook without the site meets it.

    Raises
    ------
    ValueError
        For a role, a box or a reference that is not known.
    """
    lines: list[str] = []
    options = False  # they may stand right below the first line of a box
    for line in source.split("\n"):
        if box := BOX.match(line):
            form = _known(box[1], BOXES, "box")
            lines += ["", form.format(title=box[2]), ""]
        elif not (END.match(line) or (options and OPTION.match(line))):
            lines.append(line)
        options = bool(box) or (options and bool(OPTION.match(line)))
    text = ROLE.sub(
        lambda found: _words(found[1], found[2], cited), "\n".join(lines)
    )
    if text == source:
        return source
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _words(role: str, aim: str, cited: dict[str, str]) -> str:
    if role == "cite:t":
        return _known(aim, cited, "reference")
    return _known(role, ROLES, "role").format(AIMED.sub(r"\1", aim))


def _known(name: str, names: dict[str, str], kind: str) -> str:
    if name not in names:
        near = difflib.get_close_matches(name, names, 1)
        meant = f"; did you mean `{near[0]}`?" if near else ""
        raise ValueError(f"no {kind} `{name}` is known{meant}")
    return names[name]
