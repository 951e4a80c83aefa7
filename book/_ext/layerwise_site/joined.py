"""A formula and the punctuation that touches it stay on one line.

A formula is a box to the browser, and a line may end behind any box: a comma
would begin the next one.
"""

import re

from docutils import nodes  # type: ignore[import-untyped]
from sphinx.application import Sphinx

BEFORE = re.compile(r"[(\[“]+$")
AFTER = re.compile(r"^[,.;:!?)\]”]+")


def join(doctree: nodes.Node) -> None:
    """Wrap each such formula, with its punctuation, in one span."""
    for formula in list(doctree.findall(nodes.math)):
        parent = formula.parent
        place = parent.index(formula)
        text = [
            node if isinstance(node, nodes.Text) else nodes.Text("")
            for node in (
                parent[place - 1] if place else None,
                parent[place + 1] if place + 1 < len(parent) else None,
            )
        ]
        left, right = BEFORE.search(text[0]), AFTER.search(text[1])
        if not (left or right):
            continue
        whole = nodes.inline(classes=["lw-joined"])
        whole += [nodes.Text(left[0])] if left else []
        parent[place] = whole
        whole += formula
        whole += [nodes.Text(right[0])] if right else []
        if right:
            parent[place + 1] = nodes.Text(text[1][right.end() :])
        if left:
            parent[place - 1] = nodes.Text(text[0][: left.start()])


def resolved(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    join(doctree)


def setup(app: Sphinx) -> None:
    app.connect("doctree-resolved", resolved)
