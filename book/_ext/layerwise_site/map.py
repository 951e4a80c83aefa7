"""The cards of all chapters, written or not, and figures on plain pages."""

import base64
from html import escape
from pathlib import Path
from typing import Any

import yaml
from docutils import nodes  # type: ignore[import-untyped]
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

CARD = """<li class="lw-card{kind}">
<span class="lw-card-number" aria-hidden="true">{number}</span>
<h3>{title}</h3>
<p>{question}</p>
<p class="lw-card-facts">{facts}</p>
</li>"""


class ChapterMap(SphinxDirective):
    """`{chapter-map}`: a card for each chapter of book/map.yml."""

    def run(self) -> list[nodes.Node]:
        root = Path(self.env.srcdir)
        path = root / "book/map.yml"
        self.env.note_dependency(str(path))
        self.env.note_reread()  # a chapter may have been written
        chapters = yaml.safe_load(path.read_text(encoding="utf-8"))
        up = "../" * self.env.docname.count("/")
        cards = []
        for chapter in chapters:
            name = f"{chapter['number']}-{chapter['slug']}"
            written = (root / f"chapters/{name}.ipynb").exists()
            title = escape(chapter["title"])
            facts = []
            if written:
                title = f'<a href="{up}chapters/{name}.html">{title}</a>'
                facts.append(f"{chapter['minutes']} minutes")
            else:
                facts.append("not written yet")
            if chapter["needs"]:
                facts.append("after " + ", ".join(chapter["needs"]))
            cards.append(
                CARD.format(
                    kind="" if written else " lw-unwritten",
                    number=chapter["number"],
                    title=title,
                    question=escape(chapter["question"]),
                    facts=escape(" · ".join(facts)),
                )
            )
        html = '<ol class="lw-cards">' + "\n".join(cards) + "</ol>"
        return [nodes.raw("", html, format="html")]


class LiveFigure(SphinxDirective):
    """`{live-figure} Name`: a figure on a page that has no cells."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from layerwise import figures
        from layerwise.figures.embed import view_and_state

        name = self.arguments[0]
        figure: Any = getattr(figures, name)()
        view, state = view_and_state(figure, f"page-{name}")
        png = base64.b64encode(figure.still_png()).decode("ascii")
        alt = escape(f"First state of the figure. {figure.alt}", quote=True)
        folder = Path(figures.__file__).parent
        for path in folder.glob("*.[jp][sy]"):
            self.env.note_dependency(str(path))
        html = (
            f'<div class="lw-live">{view}<img class="lw-still" alt="{alt}" '
            f'src="data:image/png;base64,{png}"></div>{state}'
        )
        return [nodes.raw("", html, format="html")]


def setup(app: Sphinx) -> None:
    app.add_directive("chapter-map", ChapterMap)
    app.add_directive("live-figure", LiveFigure)
