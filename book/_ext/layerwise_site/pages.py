"""A chapter's page, put together from its two notebooks as Sphinx reads it.

The learner's notebook gives the text; the solutions notebook gives what is
folded after each exercise. Nothing is executed, nothing is written back.
"""

import copy
import json
import os
import re
from itertools import takewhile
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.util import logging

from .numbers import CHAPTER
from .pictures import lighten

Cell = dict[str, Any]
Notebook = dict[str, Any]
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
SOLUTION = re.compile(r"^(:{3,})\{solution\}[^\n]*\n(.*?)^\1 *$", re.M | re.S)
OPTION = re.compile(r"^:[\w-]+:.*\n", re.M)
FIGURE_CALL = re.compile(r"lw\.figures\.\w+\(.*\)\s*$", re.S)
STILL_NOTE = "*The sliders of this cell work in Jupyter{how}.*"
logger = logging.getLogger(__name__)


def tags(cell: Cell) -> list[str]:
    found: list[str] = cell.get("metadata", {}).get("tags", [])
    return found


def text(value: str | list[str]) -> str:
    """Return a cell's source or an output's text as one string."""
    return value if isinstance(value, str) else "".join(value)


def markdown(source: str, name: str) -> Cell:
    return {
        "cell_type": "markdown",
        "id": name,
        "metadata": {},
        "source": source,
    }


def manuscript(notebook: Notebook) -> list[Cell]:
    """Return the cells in the words of the manuscript.

    The notebook says in plain words what Jupyter does not know, and repeats
    captions (book/wording.py).
    """
    return [
        {**cell, "source": cell["metadata"].get("myst", cell["source"])}
        for cell in notebook["cells"]
        if "caption" not in tags(cell)
    ]


def fenced(code: str, language: str) -> str:
    """Return a code block whose fence its own text cannot end."""
    runs = [len(run) for run in re.findall(r"`+", code)]
    fence = "`" * max(3, *(run + 1 for run in [2, *runs]))
    return f"{fence}{language}\n{code.rstrip()}\n{fence}"


def answers(solutions: Notebook) -> dict[str, list[Cell]]:
    """Return what follows each exercise, by the exercise cell's id."""
    found: dict[str, list[Cell]] = {}
    current = ""
    for cell in solutions["cells"]:
        if "exercise" in tags(cell):
            current = cell["id"]
            found[current] = [cell]
        elif current and "check" not in tags(cell):
            source = text(cell["source"])
            if "solution" in tags(cell) or SOLUTION.search(source):
                found[current].append(cell)
    return found


def folded(cells: list[Cell]) -> str:
    """Return an answer as one closed box: its code, then why it is right."""
    parts = []
    for cell in cells:
        source = text(cell["source"])
        if cell["cell_type"] == "markdown":
            parts += [
                OPTION.sub("", block[2]).strip()
                for block in SOLUTION.finditer(source)
            ]
            continue
        parts.append(fenced(source, "python"))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "text" in output:
                parts.append(fenced(text(output["text"]), "text"))
            elif "text/markdown" in data:
                parts.append(text(data["text/markdown"]))
            elif "image/png" in data:
                look = cell["metadata"].get("mystnb", {}).get("image", {})
                alt = look.get("alt", "The picture this code draws")
                png = text(data["image/png"]).replace("\n", "")
                parts.append(f"![{alt}](data:image/png;base64,{png})")
            elif "text/plain" in data:
                parts.append(fenced(text(data["text/plain"]), "text"))
    inside = "\n\n".join(parts)
    return (
        "::::::::{dropdown} Solution\n:class-container: lw-solution\n\n"
        f"{inside}\n\n::::::::"
    )


def still_of(cell: Cell, state: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what an interact cell shows: the outputs its widget holds."""
    held = []
    for model in state.values():
        if model.get("model_name") == "OutputModel":
            held.append(model["state"].get("outputs", []))
    plain = [o for o in cell.get("outputs", []) if VIEW not in data_of(o)]
    return plain + [output for outputs in held for output in outputs]


def data_of(output: dict[str, Any]) -> dict[str, Any]:
    data: dict[str, Any] = output.get("data", {})
    return data


def family(model: str, state: dict[str, Any]) -> dict[str, Any]:
    """Return a widget's model and those it refers to."""
    found: dict[str, Any] = {}
    waiting = [model]
    while waiting:
        name = waiting.pop()
        if name in state and name not in found:
            found[name] = state[name]
            waiting += re.findall(r"IPY_MODEL_(\w+)", json.dumps(state[name]))
    return found


def shown(cell: Cell, state: dict[str, Any], name: str) -> list[Cell]:
    """Return a figure or an interact cell as the page shows it."""
    made = copy.deepcopy(cell)
    look = made["metadata"].setdefault("mystnb", {}).setdefault("image", {})
    outputs: list[dict[str, Any]] = []
    note = []
    for output in made["outputs"]:
        data = data_of(output)
        if VIEW not in data:
            outputs.append(output)
            continue
        model = data[VIEW]["model_id"]
        own = state.get(model, {}).get("state", {})
        if "_esm" in own:
            # The figure, then its still for paper and for old browsers.
            about = own.get("label", "An interactive figure")
            look.setdefault("alt", f"First state of the figure. {about}")
            look["classes"] = "lw-still"
            live = {key: data[key] for key in (VIEW, "text/plain")}
            outputs.append({**output, "data": live})
            if "image/png" in data:
                picture = {"image/png": data["image/png"]}
                outputs.append({**output, "data": picture, "metadata": {}})
        else:
            held = still_of({}, family(model, state))
            look.setdefault("alt", "What the cell shows at first")
            outputs += held
            how = f": {start(name)}" if start(name) else ""
            note = [STILL_NOTE.format(how=how)]
    made["outputs"] = [
        {**o, "output_type": "display_data", "metadata": o.get("metadata", {})}
        if "data" in o
        else o
        for o in outputs
    ]
    for output in made["outputs"]:
        output.pop("execution_count", None)
    if FIGURE_CALL.fullmatch(text(made["source"]).strip()):
        made["metadata"]["tags"] = [*tags(made), "remove-input"]
    return [made, *(markdown(n, f"{made['id']}-note") for n in note)]


def lean(widgets: dict[str, Any]) -> dict[str, Any]:
    """Keep of the widget state what the loader draws."""
    keep = ("_esm", "_css", "data", "label")
    inner = {
        name: {"state": {k: model["state"][k] for k in keep}}
        for name, model in widgets.items()
        if "_esm" in model.get("state", {})
    }
    shared = share([model["state"] for model in inner.values()])
    about = {"version_major": 2, "version_minor": 0}
    return {"state": inner, "shared": shared, **about}


def share(states: list[dict[str, Any]]) -> dict[str, str]:
    """Take out what all figures begin with, the kit, and their one style."""
    if not states:
        return {}
    texts = [state["_esm"].splitlines(keepends=True) for state in states]
    lines = zip(*texts, strict=False)
    same = takewhile(lambda line: len(set(line)) == 1, lines)
    kit = "".join(line[0] for line in same)
    for state in states:
        state["_esm"] = state["_esm"][len(kit) :]
    shared = {"_esm": kit}
    if len({state["_css"] for state in states}) == 1:
        shared["_css"] = states[0]["_css"]
        for state in states:
            del state["_css"]
    return shared


def start(name: str) -> str:
    """Return the command that opens a chapter; it knows numbers only."""
    numbered = CHAPTER.search(f"chapters/{name}")
    return f"`layerwise start {name[:2]}`" if numbered else ""


def browser(name: str) -> str:
    """Return the link to the chapter's notebook in JupyterLite."""
    place = f"../lite/notebooks/index.html?path={name}.ipynb"
    return f'<a class="lw-run" href="{place}">Run in your browser</a>'


def bar(
    notebook: Notebook,
    name: str,
    titles: dict[str, str],
    written: set[str],
    lite: bool,
) -> str:
    """Return the line under a chapter's title: time, needs, ways to run it."""
    about = notebook["metadata"].get("layerwise", {})
    needs = []
    for need in about.get("needs", []):
        stem = next((s for s in titles if s.startswith(need)), need)
        title = titles.get(stem, need)
        link = f"[{title}]({stem}.ipynb)" if stem in written else title
        needs.append(link)
    facts = []
    if about.get("minutes"):
        facts.append(f"{about['minutes']} minutes")
    if needs:
        facts.append("builds on " + ", ".join(needs))
    ways = [browser(name)] if lite else []
    ways.append(f"{{download}}`Download the notebook <{name}.ipynb>`")
    if start(name):
        ways.append(f"open in Jupyter: {start(name)}")
    lines = [" · ".join(facts), " · ".join(ways)]
    inside = "\n\n".join(line for line in lines if line)
    return f"::::{{container}} lw-bar\n{inside}\n::::"


def assemble(
    chapter: Notebook,
    solutions: Notebook | None,
    name: str,
    *,
    show_solutions: bool = True,
    titles: dict[str, str] | None = None,
    written: set[str] | None = None,
    lite: bool = False,
) -> Notebook:
    """Return the notebook from which a chapter's page is made."""
    page = {**chapter, "metadata": copy.deepcopy(chapter["metadata"])}
    widgets = page["metadata"].get("widgets", {}).get(STATE, {})
    state = widgets.get("state", {})
    told = {"cells": manuscript(solutions) if solutions else []}
    given = answers(told) if show_solutions else {}
    outcome = {c["id"]: c for c in told["cells"] if "reveal" in tags(c)}
    cells: list[Cell] = []
    asked = ""
    for cell in manuscript(chapter):
        kind = tags(cell)
        if not cells and cell["cell_type"] == "markdown":
            head, line, rest = first_heading(text(cell["source"]))
            top = bar(chapter, name, titles or {}, written or set(), lite)
            source = "\n\n".join([head + line, top, rest])
            cells.append({**cell, "source": source})
        elif "exercise" in kind:
            asked = cell["id"]
            cells.append(cell)
        elif text(cell["source"]).startswith("progress("):
            # Everybody's page would say "0 points".
            bare = {**cell["metadata"], "tags": []}
            cells.append(
                {
                    **cell,
                    "metadata": bare,
                    "outputs": [],
                    "execution_count": None,
                }
            )
        elif "check" in kind:
            cells.append({**cell, "outputs": [], "execution_count": None})
            if asked in given:
                fold = folded(given.pop(asked))
                cells.append(markdown(fold, f"solution-{asked}"))
        elif "reveal" in kind:
            result = outcome.get(cell["id"])
            keep = show_solutions and result is not None
            cells.append(
                {
                    **cell,
                    "outputs": result["outputs"] if result and keep else [],
                    "metadata": {
                        **cell["metadata"],
                        "tags": [*kind, "hide-output"],
                        "mystnb": {
                            **cell["metadata"].get("mystnb", {}),
                            "code_prompt_show": "I have written my prediction",
                            "code_prompt_hide": "Hide the result",
                        },
                    },
                }
            )
        elif any(VIEW in data_of(o) for o in cell.get("outputs", [])):
            cells += shown(cell, state, name)
        else:
            cells.append(cell)
    page["cells"] = cells
    if state:
        page["metadata"]["widgets"] = {STATE: lean(state)}
    return page


def first_heading(source: str) -> tuple[str, str, str]:
    """Split a text after its first heading."""
    found = re.search(r"^# .*$", source, re.M)
    if not found:
        return "", "", source
    return source[: found.start()], found[0], source[found.end() :].strip()


def chapter_titles(root: Path) -> dict[str, str]:
    """Return title by file name for every chapter of the map."""
    chapters = yaml.safe_load(
        (root / "book/map.yml").read_text(encoding="utf-8")
    )
    return {f"{c['number']}-{c['slug']}": c["title"] for c in chapters}


def read_chapter(app: Sphinx, docname: str, source: list[str]) -> None:
    """Hand Sphinx the put-together page in place of the learner's notebook."""
    if not docname.startswith("chapters/"):
        return
    root = Path(app.srcdir)
    name = docname.rsplit("/", 1)[-1]
    path = root / "solutions" / f"{name}.ipynb"
    solutions = None
    if path.exists():
        solutions = json.loads(path.read_text(encoding="utf-8"))
        app.env.note_dependency(str(path))
    app.env.note_dependency(str(root / "book/map.yml"))
    notebook = assemble(
        json.loads(source[0]),
        solutions,
        name,
        show_solutions=app.config.layerwise_solutions,
        titles=chapter_titles(root),
        written={p.stem for p in (root / "chapters").glob("*.ipynb")},
        lite=app.config.layerwise_lite,
    )
    about = notebook["metadata"].get("layerwise", {})
    note_description(app, docname, about)
    lighten(notebook)
    source[0] = json.dumps(notebook)


def read_prose(app: Sphinx, docname: str, source: list[str]) -> None:
    """Note the description in the front matter of a plain page."""
    header = re.match(r"\A---\n(.*?)\n---\n", source[0], re.S)
    if header and not source[0].startswith("{"):
        about = yaml.safe_load(header[1]) or {}
        note_description(app, docname, about.get("layerwise", {}))
        source[0] = source[0][header.end() :]


def note_description(app: Sphinx, docname: str, about: dict[str, Any]) -> None:
    if not about.get("description"):
        logger.warning(
            "%s: no layerwise.description in its front matter", docname
        )
        return
    descriptions(app)[docname] = about["description"]


def descriptions(app: Sphinx) -> dict[str, str]:
    """Return description by page; kept with the environment."""
    env: Any = app.env
    if not hasattr(env, "layerwise_descriptions"):
        env.layerwise_descriptions = {}
    found: dict[str, str] = env.layerwise_descriptions
    return found


def merge(app: Sphinx, env: Any, docnames: list[str], other: Any) -> None:
    descriptions(app).update(getattr(other, "layerwise_descriptions", {}))


def setup(app: Sphinx) -> None:
    wanted = os.environ.get("SOLUTIONS", "1") != "0"
    app.add_config_value("layerwise_solutions", wanted, "env")
    full = os.environ.get("FULL", "0") == "1"  # see book/lite
    app.add_config_value("layerwise_lite", full, "env")
    app.connect("source-read", read_prose, priority=400)
    app.connect("source-read", read_chapter, priority=450)
    app.connect("env-merge-info", merge)
