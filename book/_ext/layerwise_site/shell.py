"""The frame of every page: head, icons, pictures, no foreign asset."""

import re
from html import escape
from pathlib import Path
from typing import Any

import imagesize  # type: ignore[import-untyped]
from sphinx.application import Sphinx

from .pages import descriptions
from .sheet import lighter, one_sheet

TEMPLATES = Path(__file__).parent / "templates"
VIEW = 'type="application/vnd.jupyter.widget-view+json"'
SPECIAL = {
    "search": "Search Layerwise: formulas, functions, terms and chapters.",
    "genindex": "Index of Layerwise: every term and where it is explained.",
    "404": "This page does not exist; search the book or go to its start.",
}
# What the theme says that a screen reader would stumble over.
FIELD = 'search-button-field search-button__button" title="Search"'
SIDEBAR = 'class="bd-sidebar-primary bd-sidebar'
MENDED = {
    # a button and a summary are named by their own words
    f'{FIELD} aria-label="Search"': FIELD,
    '<summary aria-label="Toggle hidden content">': "<summary>",
    'role="doc-biblioentry"': 'role="listitem"',
    # everything on a page lies inside a named part of it
    f"<div {SIDEBAR}": f'<div role="region" aria-label="Book" {SIDEBAR}',
}
# A table of Markdown always has a head; one without words is no head.
EMPTY_HEAD = re.compile(
    r"<thead>\s*<tr[^>]*>(?:\s*<th\b[^>]*>(?:<p></p>)?</th>)+\s*</tr>\s*</thead>"
)
EMPTY_CELL = re.compile(r"<th\b[^>]*>(?:<p></p>)?</th>")
IMAGE = re.compile(r"<img\b[^>]*>")


def is_thebe(file: Any) -> bool:
    """Tell the assets of live code cells, which load from elsewhere."""
    attributes = getattr(file, "attributes", {}) or {}
    name = str(getattr(file, "filename", file) or "")
    return "thebe" in name or "THEBE_JS_URL" in str(attributes.get("body"))


def head(app: Sphinx, pagename: str, context: dict[str, Any]) -> str:
    """Return what search engines and previews read."""
    known = {**SPECIAL, **descriptions(app)}
    description = escape(known.get(pagename, app.config.html_title))
    title = escape(re.sub("<.*?>", "", context.get("title") or ""))
    site = escape(app.config.html_title)
    tags = [
        f'<meta name="description" content="{description}">',
        f'<meta property="og:title" content="{title}">',
        f'<meta property="og:description" content="{description}">',
        f'<meta property="og:site_name" content="{site}">',
        '<meta property="og:type" content="article">',
        '<meta name="color-scheme" content="light dark">',
    ]
    return "\n".join(tags)


def mended(body: str, outdir: Path) -> str:
    """Mend names and parts; give every picture its size, load it late."""

    def mend(found: re.Match[str]) -> str:
        tag = found[0]
        name = re.search(r'src="[^"]*?_images/([^"]+)"', tag)
        if "logo__image" in tag:
            return tag.replace("<img", '<img width="64" height="64"', 1)
        # a still is hidden until the page is printed, and must be there then
        when = "eager" if "lw-still" in tag else "lazy"
        extra = "" if "loading=" in tag else f' loading="{when}"'
        path = outdir / "_images" / name[1] if name else None
        if path and path.exists() and "width=" not in tag:
            width, height = imagesize.get(path)
            if width > 0:
                extra += f' width="{width}" height="{height}"'
        return tag.replace("<img", f"<img{extra}", 1)

    for theirs, ours in MENDED.items():
        body = body.replace(theirs, ours)
    body = EMPTY_CELL.sub("<td></td>", EMPTY_HEAD.sub("", body))
    return IMAGE.sub(mend, body)


def frame(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: Any,
) -> None:
    metatags = context.get("metatags") or ""
    context["metatags"] = f"{metatags}\n{head(app, pagename, context)}"
    scripts = [str(getattr(f, "filename", f)) for f in context["script_files"]]
    loader = any("vendor/figures.js" in name for name in scripts)
    if VIEW in (context.get("body") or "") and not loader:
        app.add_js_file("vendor/figures.js", loading_method="defer")
    for key in ("script_files", "css_files"):
        context[key] = [f for f in context.get(key, []) if not is_thebe(f)]


def finish(app: Sphinx, error: Exception | None) -> None:
    """Mend the pages once their pictures have been copied."""
    if error or app.builder.format != "html":
        return
    outdir = Path(app.outdir)
    static = outdir / "_static"
    pages = {
        page: page.read_text(encoding="utf-8")
        for page in outdir.rglob("*.html")
        if "_static" not in page.parts and "lite" not in page.parts
    }
    sheet = one_sheet(pages, static)
    told = static / "documentation_options.js"
    options = re.sub(r"\s+", " ", told.read_text(encoding="utf-8"))
    for page, html in pages.items():
        better = lighter(mended(html, outdir), sheet, options)
        if better != html:
            page.write_text(better, encoding="utf-8")


def own_templates(app: Sphinx, config: Any) -> None:
    config.templates_path.insert(0, str(TEMPLATES))


def setup(app: Sphinx) -> None:
    app.connect("config-inited", own_templates)
    app.connect("html-page-context", frame, priority=950)
    app.connect("build-finished", finish, priority=800)
    app.add_css_file("loading.css", priority=890)
    app.add_css_file("layerwise.css", priority=900)
    app.add_js_file("layerwise.js", loading_method="defer")
