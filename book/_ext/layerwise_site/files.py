"""MathJax, the front door, 404, the sitemap; assets nobody asks for go."""

import os
import posixpath
import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from sphinx.application import Sphinx

# Of MathJax's 24 MB, what pages of TeX use.
MATHJAX = [
    "startup.js",
    "core.js",
    "loader.js",
    "input/tex.js",
    "input/tex/extensions",
    "output/chtml.js",
    "output/chtml/fonts",
    "a11y/assistive-mml.js",
]
UNUSED = ["vendor/fontawesome", "locales", "sphinx-thebe.js"]
EAGER = (
    'window.addEventListener("resize",t),new MutationObserver(t).observe('
    'document.getElementById("main-content"),{subtree:!0,childList:!0}),e()'
)
LINK = re.compile(r'((?:href|src|action|data-content_root)=")([^"]*)"')


def mathjax(app: Sphinx) -> None:
    """Copy MathJax from its package beside the site's own files."""
    spec = find_spec("sphinx-mathjax-offline")
    if app.builder.format != "html" or not spec or not spec.origin:
        return
    source = Path(spec.origin).parent / "static/mathjax"
    target = Path(app.outdir) / "_static/mathjax"
    for name in MATHJAX:
        here, there = source / name, target / name
        if there.exists() or not here.exists():
            continue
        there.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if here.is_dir() else shutil.copy)(here, there)


def from_root(html: str, folder: str) -> str:
    """Return a page of a folder as it must read one level up."""

    def mend(found: re.Match[str]) -> str:
        start, link = found[1], found[2]
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or not parts.path:
            return found[0]
        path = posixpath.normpath(posixpath.join(folder, parts.path))
        slash = "/" if parts.path.endswith("/") and path != "." else ""
        path = "./" if path == "." else path + slash
        return f'{start}{parts._replace(path=path).geturl()}"'

    return LINK.sub(mend, html)


def calm(static: Path) -> None:
    """Take from the theme's script what lays out the whole page at once.

    It asks every box of code for its width, at the start and after every
    change, to make those that scroll a stop for the keyboard. layerwise.js
    does so part by part.
    """
    path = static / "scripts/pydata-sphinx-theme.js"
    script = path.read_text(encoding="utf-8")
    path.write_text(script.replace(EAGER, "void 0"), encoding="utf-8")


def front_door(app: Sphinx, outdir: Path) -> None:
    """The first page stands at the root, without a redirect."""
    root = app.config.root_doc
    page = outdir / f"{root}.html"
    if "/" in root and page.exists():
        folder = posixpath.dirname(root)
        html = from_root(page.read_text(encoding="utf-8"), folder)
        (outdir / "index.html").write_text(html, encoding="utf-8")


def base_url() -> str:
    """The address the site will have, e.g. https://example.org/layerwise/."""
    url = os.environ.get("SITE_URL", "").strip()
    return url.rstrip("/") + "/" if url else ""


def not_found(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """404.html, which a server shows at any depth: links need a base."""
    path = urlsplit(base_url()).path or "/"
    yield (
        "404",
        {"title": "Page not found", "metatags": f'<base href="{path}">'},
        "404.html",
    )


def sitemap(app: Sphinx, outdir: Path) -> None:
    """Name all pages, once it is known where the site will stand."""
    base = base_url()
    if not base:
        return
    names = sorted(app.env.found_docs - {app.config.root_doc})
    places = ["", *(f"{name}.html" for name in names)]
    urls = "\n".join(
        f"<url><loc>{escape(base + place)}</loc></url>" for place in places
    )
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.'
        f'sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n'
    )
    (outdir / "sitemap.xml").write_text(text, encoding="utf-8")
    robots = f"User-agent: *\nAllow: /\nSitemap: {base}sitemap.xml\n"
    (outdir / "robots.txt").write_text(robots, encoding="utf-8")


def finish(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.format != "html":
        return
    outdir = Path(app.outdir)
    static = outdir / "_static"
    for name in UNUSED:
        path = static / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for path in static.rglob("*.map"):
        path.unlink()
    calm(static)
    front_door(app, outdir)
    sitemap(app, outdir)
    (outdir / ".nojekyll").touch()


def setup(app: Sphinx) -> None:
    app.connect("builder-inited", mathjax)
    app.connect("html-collect-pages", not_found)
    app.connect("build-finished", finish, priority=900)
