"""Write one page with the named figures, to look at while drawing them.

    python -m layerwise.figures ActivationExplorer > page.html

It needs the loader of the book, so it runs in a checkout only.
"""

import sys
from pathlib import Path

from layerwise import figures

from .embed import view_and_state

LOADER = Path(__file__).parents[3] / "book/_static/vendor/figures.js"
PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Figures</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body {{ max-width: 760px; margin: 1em auto; padding: 0 8px }}</style>
<button onclick="let r = document.documentElement;
r.dataset.theme = r.dataset.theme == 'dark' ? 'light' : 'dark'">theme</button>
{body}
<script>{loader}</script></html>"""


def main(names: list[str]) -> None:
    parts = []
    for name in names or sorted(figures.FIGURES):
        view, state = view_and_state(getattr(figures, name)())
        parts.append(f'<h2>{name}</h2><div class="lw-live">{view}</div>')
        parts.append(state)
    loader = LOADER.read_text(encoding="utf-8")
    print(PAGE.format(body="\n".join(parts), loader=loader))


if __name__ == "__main__":
    main(sys.argv[1:])
