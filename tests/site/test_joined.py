"""A formula and the punctuation that touches it stay on one line."""

import re

import pytest

nodes = pytest.importorskip("docutils.nodes")
joined = pytest.importorskip("layerwise_site.joined")


def paragraph(*parts):
    """Return a paragraph of texts; a part in dollars is a formula."""
    made = nodes.paragraph()
    for part in parts:
        formula = part.startswith("$")
        made += (
            nodes.math("", part.strip("$")) if formula else nodes.Text(part)
        )
    return made


def marked(made):
    """Return its text, with what is joined in braces."""
    joined.join(made)
    return "".join(
        f"{{{part.astext()}}}"
        if isinstance(part, nodes.inline)
        else part.astext()
        for part in made
    )


def test_a_formula_takes_the_comma_behind_it():
    assert marked(paragraph("Let ", "$x$", ", then.")) == "Let {x,} then."


def test_a_formula_takes_both_brackets():
    assert marked(paragraph("so (", "$x$", "). ")) == "so {(x).} "


def test_each_of_two_formulas_takes_its_own():
    assert marked(paragraph("$a$", ", ", "$b$", ".")) == "{a,} {b.}"


def test_a_formula_between_spaces_is_left_alone():
    assert marked(paragraph("the ", "$x$", " axis")) == "the x axis"


def test_a_formula_alone_is_left_alone():
    assert marked(paragraph("$x$")) == "x"


@pytest.mark.site
def test_no_line_of_a_narrow_page_begins_with_a_comma(visit, address):
    opened = visit(width=390).open(f"{address}/chapters/06-activations.html")
    first = opened.evaluate(
        """() => {
          const found = [];
          for (const formula of document.querySelectorAll(
              ".bd-article span.math")) {
            const after = formula.nextSibling;
            if (after?.nodeType !== 3) continue;
            if (!/^[,.;:]/.test(after.data)) continue;
            const range = document.createRange();
            range.setStart(after, 0);
            range.setEnd(after, 1);
            const mark = range.getBoundingClientRect();
            const box = formula.getBoundingClientRect();
            if (mark.left < box.left) found.push(formula.textContent);
          }
          return found;
        }"""
    )
    assert not first, re.sub(r"\s+", " ", str(first))
