"""Chapter numbers equal those of the files.

Sphinx counts by place in the table of contents; chapters are written out of
order, and 06 stays 6 whatever stands before it.
"""

import copy
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


def places(env: Any) -> dict[str, Any]:
    """Return the numbers by place that Sphinx gave; kept between builds."""
    if not hasattr(env, "layerwise_places"):
        env.layerwise_places = {}
    found: dict[str, Any] = env.layerwise_places
    return found


def restore(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Give Sphinx back its own numbers: it writes anew what has others."""
    for docname, (sections, figures) in places(env).items():
        if docname in env.toc_secnumbers:
            env.toc_secnumbers[docname] = sections
        if docname in env.toc_fignumbers:
            env.toc_fignumbers[docname] = figures
    return []


def renumber(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Put the file's number in every place that Sphinx reads one from."""
    changed = []
    old = dict(places(env))
    places(env).clear()
    for docname in env.found_docs:
        number = own_number(docname)
        if number is None or docname not in env.titles:
            continue
        given = (
            copy.deepcopy(env.toc_secnumbers.get(docname, {})),
            copy.deepcopy(env.toc_fignumbers.get(docname, {})),
        )
        places(env)[docname] = given
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
        if old.get(docname) != given:
            changed.append(docname)
    return changed


def setup(app: Sphinx) -> None:
    # After Sphinx's own numbering; "env-updated" would be too early.
    app.connect("env-get-updated", restore, priority=100)
    app.connect("env-get-updated", renumber, priority=900)
