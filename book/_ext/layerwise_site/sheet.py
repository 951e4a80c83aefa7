"""One style sheet of the rules that some page uses; scripts that wait.

The theme and the extensions bring a dozen style sheets, nine tenths of whose
rules no page of a book ever uses, and scripts that hold up the first sight of
a page. What pages look like and do stays the same.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

NAME = "book.css"
LINK = re.compile(
    r'<link (?:rel="stylesheet" [^>]*?href="([^"]+)"|href="([^"]+)" '
    r'rel="stylesheet")[^>]*>\s*'
)
SCRIPT = re.compile(r"<script(?![^>]*\b(?:defer|async|type)\b)([^>]* src=)")
OPTIONS = re.compile(r'<script src="[^"]*documentation_options\.js[^"]*">')
STATE = re.compile(
    r'<script type="application/vnd\.jupyter\.widget-state\+json">'
    r"(?:(?!</script>).)*</script>\s*(?=.*</head>)",
    re.S,
)
# A script that only pages with such elements need.
NEEDED = {"design-tabs.js": "sd-tab-", "togglebutton.js": "toggle"}
INLINE = re.compile(
    r"<script>(?:let toggle\w+ =|var togglebuttonSelector =).*?</script>\s*"
)
COMMENT = re.compile(r"/\*.*?\*/", re.S)
TOKEN = re.compile(r"""["'](?:\\.|[^\\])*?["']|[{};]""", re.S)
IMPORT = re.compile(r"""@import (?:url\()?["']([^"')]+)["']\)?;""")
URL = re.compile(r"""url\((["']?)(?!data:|https?:|#)([^"')]+)\1\)""")
WORD = re.compile(r"[\w-]+")
NAMED = re.compile(r"[.#]((?:[\w-]|\\.)+)")
LOOSE = re.compile(
    r"\[[^\]]*\]|:(?:is|where|not|has|host)\((?:[^()]|\([^()]*\))*\)"
)
GROUP = ("@media", "@supports", "@layer", "@container")


def rules(css: str) -> Iterator[tuple[str, str | None]]:
    """Yield what stands before each block, and the block (None: a line)."""
    start = depth = opened = 0
    for token in TOKEN.finditer(css):
        sign = token[0]
        if sign == "{":
            if depth == 0:
                opened = token.start()
            depth += 1
        elif sign == "}":
            depth -= 1
            if depth == 0:
                yield (
                    css[start:opened].strip(),
                    css[opened + 1 : token.start()],
                )
                start = token.end()
        elif sign == ";" and depth == 0:
            yield css[start : token.start()].strip(), None
            start = token.end()


def selectors(prelude: str) -> list[str]:
    """Split at the commas that stand outside of brackets and quotes."""
    found, start, depth = [], 0, 0
    for token in re.finditer(r"""["'][^"']*["']|[()\[\],]""", prelude):
        if token[0] in "([":
            depth += 1
        elif token[0] in ")]":
            depth -= 1
        elif token[0] == "," and depth == 0:
            found.append(prelude[start : token.start()].strip())
            start = token.end()
    return [*found, prelude[start:].strip()]


def used(selector: str, words: set[str]) -> bool:
    """Tell whether all classes and ids it asks for can occur."""
    names = NAMED.findall(LOOSE.sub("", selector))
    return all(name.replace("\\", "") in words for name in names)


def kept(css: str, words: set[str]) -> str:
    """Return a style sheet without the rules that no page can use."""
    out = []
    for prelude, block in rules(css):
        if block is None:
            if prelude and not prelude.startswith("@charset"):
                out.append(f"{prelude};")
        elif prelude.startswith(GROUP):
            inner = kept(block, words)
            if inner:
                out.append(f"{prelude}{{{inner}}}")
        elif prelude.startswith("@"):
            out.append(f"{prelude}{{{block.strip()}}}")
        else:
            alive = [s for s in selectors(prelude) if used(s, words)]
            if alive:
                out.append(f"{','.join(alive)}{{{' '.join(block.split())}}}")
    return "\n".join(out)


def whole(path: Path, static: Path) -> str:
    """Return a style sheet with its imports in it, addresses from `static`."""
    css = COMMENT.sub("", path.read_text(encoding="utf-8"))
    folder = path.parent.relative_to(static).as_posix()

    def moved(found: re.Match[str]) -> str:
        to = posixpath.normpath(posixpath.join(folder, found[2]))
        return f"url({found[1]}{to}{found[1]})"

    return IMPORT.sub(
        lambda found: whole((path.parent / found[1]).resolve(), static),
        URL.sub(moved, css),
    )


def words_of(pages: Iterable[str], static: Path) -> set[str]:
    """Return every class and id of the pages, every word of the scripts."""
    found: set[str] = set()
    for html in pages:
        for value in re.findall(r'\b(?:class|id)="([^"]*)"', html):
            found.update(value.split())
    for path in static.rglob("*.js"):
        if "mathjax" not in path.parts:
            found.update(WORD.findall(path.read_text(encoding="utf-8")))
    return found


def links_of(html: str) -> list[str]:
    """Return the names of a page's style sheets, from the static folder."""
    found = [first or second for first, second in LINK.findall(html)]
    return [
        link.split("?")[0].split("_static/", 1)[1]
        for link in found
        if "_static/" in link
    ]


def one_sheet(pages: dict[Path, str], static: Path) -> str:
    """Write the one style sheet; return its address in the static folder.

    The page of the search is written by every build, so it names them all.
    """
    fresh = next(html for path, html in pages.items() if path.stem == "search")
    names = [name for name in links_of(fresh) if name != NAME]
    path = static / NAME
    if names:
        words = words_of(pages.values(), static)
        css = "\n".join(
            kept(whole((static / name).resolve(), static.resolve()), words)
            for name in names
        )
        path.write_text(css, encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    return f"{NAME}?v={digest}"


def lighter(html: str, sheet: str, options: str) -> str:
    """Return a page with one style sheet, and nothing before it is seen."""
    link = re.search(r'(?:href|src)="([^"]*)_static/', html)
    root = link[1] if link else ""
    tag = f'<link rel="stylesheet" href="{root}_static/{sheet}">\n'
    first = LINK.search(html)
    if first:
        html = LINK.sub("", html)
        html = html[: first.start()] + tag + html[first.start() :]
    html = OPTIONS.sub(f"<script>{options}", html)
    body = html[html.find("<body") :]
    for name, mark in NEEDED.items():
        if not re.search(rf'class="[^"]*\b{mark}(?!-)', body):
            html = re.sub(
                rf'<script[^>]* src="[^"]*/{re.escape(name)}[^"]*">'
                r"</script>\s*",
                "",
                html,
            )
            if name.startswith("toggle"):
                html = INLINE.sub("", html)
    html = SCRIPT.sub(r"<script defer\1", html)
    state = STATE.search(html)
    if state:  # what figures are drawn from, behind what is read
        html = html[: state.start()] + html[state.end() :]
        end = html.rindex("</body>")
        html = html[:end] + state[0].rstrip() + "\n" + html[end:]
    return html
