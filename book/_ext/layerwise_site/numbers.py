"""Chapter numbers equal those of the files.

Sphinx counts by place in the table of contents; chapters are written out of
order, and 06 stays 6 whatever stands before it.
"""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

CHAPTER = re.compile(r"(?:^|/)chapters/(\d\d)-")


def own_number(docname: str) -> int | None:
    """Return the number a chapter's file carries."""
    found = CHAPTER.search(docname)
    return int(found[1]) if found else None


def moved(secnumber: tuple[int, ...], number: int) -> tuple[int, ...]:
    return (number, *secnumber[1:]) if secnumber else secnumber


def renumber(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Put the file's number in every place that Sphinx reads one from."""
    changed = []
    for docname in env.found_docs:
        number = own_number(docname)
        if number is None or docname not in env.titles:
            continue
        before = repr(env.toc_secnumbers.get(docname))
        tables: list[dict[str, Any]] = [env.toc_secnumbers.get(docname, {})]
        tables += env.toc_fignumbers.get(docname, {}).values()
        for table in tables:
            for anchor, secnumber in table.items():
                if secnumber:
                    table[anchor] = moved(secnumber, number)
        title = env.titles[docname]
        if title.get("secnumber"):
            title["secnumber"] = moved(title["secnumber"], number)
        for reference in env.tocs[docname].findall():
            secnumber = getattr(reference, "attributes", {}).get("secnumber")
            if secnumber:
                reference["secnumber"] = moved(secnumber, number)
        if before != repr(env.toc_secnumbers.get(docname)):
            changed.append(docname)
    return changed


def setup(app: Sphinx) -> None:
    # After Sphinx's own numbering; "env-updated" would be too early.
    app.connect("env-get-updated", renumber, priority=900)
