"""What the site needs beyond Jupyter Book: a local Sphinx extension.

pages     a chapter's page, put together from its two notebooks
numbers   chapter numbers equal those of the files
shell     the frame of every page: head, icons, pictures, no foreign asset
map       the cards of all chapters, written or not, and live figures
joined    a formula keeps the comma that follows it
files     MathJax, the front door, 404, the sitemap; unused assets go
"""

from sphinx.application import Sphinx

from . import files, joined, map, numbers, pages, shell


def setup(app: Sphinx) -> dict[str, bool]:
    for part in (pages, numbers, shell, map, joined, files):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
