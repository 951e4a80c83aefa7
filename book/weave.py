"""Weave manuscripts into notebooks.

book/NN-slug.md -> chapters/NN-slug.ipynb   for the learner: no answers
                -> solutions/NN-slug.ipynb  answers, commentary, checks

One direction only. Both notebooks are executed and stored with their
outputs; weaving twice gives the same bytes. What an author may write stands
in manuscript.py, the decisions in book/decisions/0001-weaving.md.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
import re
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, DeadKernelError

import manuscript as ms
import wording
from manuscript import Cell, Manuscript, Source, WeaveError

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK_BYTES, FIGURE_BYTES = 1_000_000, 150_000
MACHINE = re.compile(r"/home/|/Users/|/tmp/|\b[A-Z]:\\|\b0x[0-9a-f]{6,}")
STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"
EXAMPLES = """examples:
  python book/weave.py            weave what changed
  python book/weave.py 06         weave chapter 06, if it changed
  python book/weave.py 06 --force weave chapter 06 in any case
  python book/weave.py --check    name stale notebooks, execute nothing
"""

# Runs in the kernel before the first cell: every picture carries a digest of
# what it draws, so that a picture stored by another machine, whose bytes
# differ, stays as long as it shows the same.
DIGEST = """
def _digest_pictures():
    import hashlib, io, re
    from IPython import get_ipython
    formatter = get_ipython().display_formatter
    plain = formatter.format
    def rounded(match):
        return f"{float(match[0]):.1f}"
    def with_digest(thing, include=None, exclude=None):
        data, metadata = plain(thing, include, exclude)
        if "image/png" in data and hasattr(thing, "savefig"):
            from matplotlib import rc_context
            svg = io.StringIO()
            with rc_context({"svg.hashsalt": "", "svg.fonttype": "none"}):
                quiet = dict.fromkeys(["Creator", "Date", "Format", "Type"])
                thing.savefig(svg, format="svg", metadata=quiet)
            text = re.sub(r"-?[0-9]+[.][0-9]+", rounded, svg.getvalue())
            drawn = hashlib.sha256(text.encode()).hexdigest()[:16]
            metadata.setdefault("image/png", {})["drawn"] = drawn
        return data, metadata
    formatter.format = with_digest
_digest_pictures()
del _digest_pictures
"""


def figure_files(folder: Path, text: str) -> list[Path]:
    """List the kit's files and those of the figures a text names."""

    def counts(file: Path) -> bool:
        ends = (".py", ".js")
        alone = not all(file.with_suffix(end).exists() for end in ends)
        name = "".join(word.capitalize() for word in file.stem.split("_"))
        return alone or f"figures.{name}(" in text

    kinds = (".py", ".js", ".css")
    found = sorted(f for f in folder.rglob("*") if f.suffix in kinds)
    return [file for file in found if counts(file)]


def source_hash(root: Path, path: Path, lib: dict[str, Source]) -> str:
    """Digest what the two notebooks of a manuscript are made from."""
    text = path.read_text(encoding="utf-8")
    package = root / "src" / "layerwise"
    files = [
        path,
        *(Path(m) for m in (__file__, ms.__file__, wording.__file__)),
    ]
    files += [package / "course.mplstyle"]
    files += sorted((package / "exercises").glob(f"ch{path.name[:2]}_*.py"))
    # No test compares pictures or widget states: what draws them counts.
    if "lw.figures" in text:
        files += figure_files(package / "figures", text)
    if "lw.plots" in text:
        files += [package / "plots.py"]
    parts = [f.read_text(encoding="utf-8") for f in files if f.exists()]
    parts += [lib[n].text for n in sorted(ms.cited(text)) if n in lib]
    known = wording.citations(root / "book/references.bib")
    parts += [words for key, words in known.items() if f"`{key}`" in text]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def learner_cells(page: Manuscript) -> list[Cell]:
    """Everything but answers."""
    return [c for c in page.cells if not c.role.startswith("solution")]


def solution_cells(page: Manuscript) -> list[Cell]:
    """Exercises, answers and checks, with the cells that these need."""
    first = next(c for c in page.cells if c.kind == "code")
    needed: set[str] = set()
    kept = []
    for cell in reversed(page.cells):
        code = cell.source if cell.kind == "code" else ""
        binds, _, reads = ms.names(code)
        shown = cell.role not in ("text", "code")
        if shown or cell is first or binds & needed:
            kept.append(cell)
            needed |= reads
    heading = re.search(r"^# +(.*)$", page.cells[0].source, re.M)
    title = heading[1] if heading else page.path.stem
    text = (
        f"# {title}: solutions\n\nWorked answers to the exercises of "
        f"[{title}](../chapters/{page.path.stem}.ipynb), with what usually "
        "goes wrong. Try first, then look."
    )
    return [Cell("text", text, 1, kind="markdown"), *reversed(kept)]


def worded(
    cells: list[Cell], page: Manuscript, cited: dict[str, str]
) -> list[Cell]:
    """Put plain words for what Jupyter does not know, and say captions."""

    def plain(text: str, line: int) -> str:
        try:
            return wording.plain(text, cited)
        except ValueError as error:
            page.wrong(line, str(error))
            return text

    made = []
    for cell in cells:
        words = cell.source
        if cell.kind == "markdown":
            words = plain(cell.source, cell.line)
        if words != cell.source:
            own = {**cell.metadata, "myst": cell.source}
            cell = replace(cell, source=words, metadata=own)
        made.append(cell)
        figure = cell.metadata.get("mystnb", {}).get("figure", {})
        if "caption" in figure:
            name = f" ({figure['name']})" if "name" in figure else ""
            words = plain(figure["caption"], cell.line)
            says = f"**Figure**{name}**.** {words}"
            about = {"tags": ["caption"]}
            made.append(Cell("text", says, cell.line, about, "markdown"))
    return made


def notebook(cells: list[Cell], learner: bool) -> Any:
    """Make a notebook whose ids follow from its text."""
    made, used = [], dict[str, int]()
    for cell in cells:
        source = cell.stub if learner and cell.kind == "code" else cell.source
        name = hashlib.sha256(source.encode()).hexdigest()[:12]
        if cell.role == "exercise":
            name = f"ex-{cell.names[0]}"
        elif cell.role == "check":
            name = f"check-{cell.names[0]}"
        used[name] = used.get(name, 0) + 1
        name += f"-{used[name]}" if used[name] > 1 else ""
        metadata = dict(cell.metadata)
        if cell.role.startswith("solution"):
            tags = [*metadata.get("tags", []), "solution"]
            metadata["tags"] = list(dict.fromkeys(tags))
        make = getattr(nbformat.v4, f"new_{cell.kind}_cell")
        made.append(make(source, id=name, metadata=metadata))
    return nbformat.v4.new_notebook(cells=made)


class Client(NotebookClient):
    """Stores what nbval will see: no front end catches or clears output.

    The still of an `interact` cell so stands below its sliders, for readers
    without a kernel too.
    """

    def clear_output(self, *_: Any) -> None:
        pass

    def on_comm_open_jupyter_widget(self, msg: dict[str, Any]) -> None:
        pass


def execute(nb: Any, page: Manuscript, cells: list[Cell], root: Path) -> None:
    """Run a notebook in a kernel of its own; name the cell that fails."""
    here = [0]
    with tempfile.TemporaryDirectory() as home:
        startup = Path(home, "profile_default", "startup")
        startup.mkdir(parents=True)
        (startup / "00.py").write_text(DIGEST, encoding="utf-8")
        threads = ("OPENBLAS", "OMP", "MKL")
        env = os.environ | {f"{t}_NUM_THREADS": "1" for t in threads}
        env |= {"IPYTHONDIR": home, "PYTHONPATH": str(root / "src")}
        env.pop("MPLBACKEND", None)
        client = Client(
            nb,
            timeout=120,
            kernel_name="python3",
            record_timing=False,
            coalesce_streams=True,
            extra_arguments=["--IPKernelApp.log_level=40"],
            resources={"metadata": {"path": str(root / "chapters")}},
            on_cell_start=lambda cell, cell_index: here.append(cell_index),
        )
        try:
            client.execute(env=env)
        except (CellControlSignal, DeadKernelError) as error:
            cell = cells[here[-1]]
            text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))
            raise WeaveError(
                f"{page.path}:{cell.line}: this cell fails:\n{text}"
            ) from None


def outputs_of(cell: Any) -> Iterator[str]:
    """Yield the texts a cell printed, showed or raised."""
    for output in cell.get("outputs", []):
        texts = [output.get("text", ""), output.get("evalue", "")]
        texts += [
            data
            for kind, data in output.get("data", {}).items()
            if kind.startswith("text/")
        ]
        yield from map("".join, texts)  # a stored text is a list of lines


def pictures(nb: Any) -> Iterator[tuple[dict[str, str], str]]:
    """Find every picture and the digest of what it draws."""
    for cell in nb.get("cells", []):
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", ()):
                about = output["metadata"].get("image/png", {})
                yield output["data"], about.get("drawn", "")


def without_texts(png: str) -> str:
    """Drop the chunks of a PNG that name versions and dates."""
    data = base64.b64decode(png)
    kept, at = data[:8], 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        chunk = data[at : at + length + 12]
        if chunk[4:8] not in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf"):
            kept += chunk
        at += length + 12
    return base64.b64encode(kept).decode()


def settle(nb: Any, old: Any, source: str, about: dict[str, Any]) -> Any:
    """Remove from an executed notebook what differs from run to run."""
    kept = {drawn: data["image/png"] for data, drawn in pictures(old)}
    for data, drawn in pictures(nb):
        png = without_texts(data["image/png"])
        data["image/png"] = kept.get(drawn or "none", png)
    for cell in nb.cells:
        cell.metadata.pop("execution", None)
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                output.traceback = [f"{output.ename}: {output.evalue}"]
    metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
        "layerwise": {**about, "source": source},
    }
    widgets = nb.metadata.get("widgets")
    nb.metadata = nbformat.from_dict(metadata)
    if widgets:
        nb.metadata.widgets = widgets
        text = json.dumps(nb)
        for i, model in enumerate(widgets[STATE]["state"]):
            text = text.replace(model, f"{i:032x}")
        nb = nbformat.from_dict(json.loads(text))
    return nb


def inspect_outputs(nb: Any, page: Manuscript, cells: list[Cell]) -> None:
    """Refuse outputs that are too large or that name this machine."""
    state = nb.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    for cell, made in zip(cells, nb.cells, strict=True):
        text = "\n".join(outputs_of(made))
        if found := MACHINE.search(text):
            page.wrong(cell.line, f"prints `{found[0]}`, true here only")
        for output in made.get("outputs", []):
            if output.get("name") == "stderr":
                page.wrong(cell.line, f"warns: {output.text.strip()}")
            view = output.get("data", {}).get(VIEW)
            models = [view["model_id"]] if view else []
            for model in models:
                inner = json.dumps(state.get(model, {}))
                found_ids = re.findall(r"IPY_MODEL_(\w+)", inner)
                models += [m for m in found_ids if m not in models]
            size = sum(len(json.dumps(state.get(m, {}))) for m in models)
            if size > FIGURE_BYTES:
                page.wrong(
                    cell.line,
                    f"this figure stores {size / 1e3:.0f} kB, at most "
                    f"{FIGURE_BYTES / 1e3:.0f} are allowed",
                )


def find_leaks(nb: Any, page: Manuscript, cells: list[Cell]) -> None:
    """No line of an answer stands in the learner's notebook."""
    shown = [
        ms.squeezed("\n".join([made.source, *outputs_of(made)]))
        for made in nb.cells
    ]
    for exercise in (c for c in cells if c.role == "exercise"):
        asked = ", ".join(exercise.names)
        for line in ms.answer_lines(exercise):
            for cell, text in zip(cells, shown, strict=True):
                if ms.squeezed(line) in text:
                    page.wrong(
                        cell.line,
                        f"gives away a line of {asked}: `{line}` "
                        "(tag a listing or an answer `solution`)",
                    )


def weave(root: Path, page: Manuscript, lib: dict[str, Source]) -> str:
    """Weave one manuscript; return a line that says what was made."""
    fail(page)
    path = root / page.path
    source = source_hash(root, path, lib)
    cuts = {"chapters": learner_cells(page)}
    if any(c.role == "exercise" for c in page.cells):
        cuts["solutions"] = solution_cells(page)
    cited = wording.citations(root / "book/references.bib")
    written, report = {}, []
    for folder, kept in cuts.items():
        cells = worded(kept, page, cited)
        target = root / folder / f"{page.path.stem}.ipynb"
        target.parent.mkdir(exist_ok=True)
        nb = notebook(cells, learner=folder == "chapters")
        if folder == "chapters":
            find_leaks(nb, page, cells)
        fail(page)
        begun = time.perf_counter()
        execute(nb, page, cells, root)
        seconds = time.perf_counter() - begun
        about = page.about.get("layerwise", {})
        nb = settle(nb, stored(target), source, about)
        inspect_outputs(nb, page, cells)
        if folder == "chapters":
            find_leaks(nb, page, cells)
        text = nbformat.writes(nb) + "\n"
        size = len(text.encode())
        if size > NOTEBOOK_BYTES:
            page.wrong(1, f"{folder}: {size / 1e6:.2f} MB, limit 1 MB")
        fail(page)
        written[target] = text
        report.append(f"{folder} {seconds:.1f} s {size / 1e3:.0f} kB")
    for target, text in written.items():
        handle, part = tempfile.mkstemp(dir=target.parent)
        with open(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(part, 0o644)
        os.replace(part, target)
    return ", ".join(report)


def stored(target: Path) -> dict[str, Any]:
    """Read a notebook; nothing, if it is missing or spoilt."""
    try:
        return dict(json.loads(target.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def fail(page: Manuscript) -> None:
    """Stop with every problem found so far."""
    if page.problems:
        raise WeaveError("\n".join(dict.fromkeys(page.problems)))


def stale(root: Path, path: Path, lib: dict[str, Source]) -> list[Path]:
    """Name the notebooks of a manuscript that are missing or out of date."""
    wanted = ["chapters"]
    if ms.asks(path.read_text(encoding="utf-8")):
        wanted.append("solutions")
    source = source_hash(root, path, lib)
    old = []
    for target in (root / f / f"{path.stem}.ipynb" for f in wanted):
        about = stored(target).get("metadata", {}).get("layerwise", {})
        if about.get("source") != source:
            old.append(target)
    return old


def orphans(root: Path, paths: list[Path]) -> list[Path]:
    """Name the notebooks that no manuscript makes."""
    stems = {p.stem for p in paths}
    woven = [
        p for f in ("chapters", "solutions") for p in root.glob(f"{f}/*.ipynb")
    ]
    return [p for p in sorted(woven) if p.stem not in stems]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=(__doc__ or "").partition("\n\nOne")[0],
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("pages", nargs="*", metavar="PAGE", help="06, or how a file begins")
    add("--check", action="store_true", help="name what is stale, exit 1")
    add("--force", action="store_true", help="weave what did not change too")
    add("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    root = given.root.resolve()
    paths = ms.manuscripts(root)
    asked = tuple(given.pages) or ("",)
    chosen = [p for p in paths if p.name.startswith(asked)]
    if given.pages and not chosen:
        there = ", ".join(p.stem for p in paths) or "none"
        print(f"No such manuscript; there are: {there}", file=sys.stderr)
        return 1
    lib = ms.library(root)
    if given.check:
        old = [p for path in chosen for p in stale(root, path, lib)]
        for p in old:
            print(f"stale: {p.relative_to(root)}; run `make weave`")
        lost = orphans(root, paths)
        for p in lost:
            print(f"no manuscript: {p.relative_to(root)}")
        return int(bool(old or lost))
    failed = 0
    pages = {p: ms.read(p, root, lib) for p in paths}
    ms.unique(pages.values())
    for path in chosen:
        if not given.force and not stale(root, path, lib):
            print(f"{path.stem}: up to date")
            continue
        print(f"{path.stem}: ", end="", flush=True)
        try:
            print(weave(root, pages[path], lib))
        except WeaveError as error:
            print("not woven, nothing written")
            print(error, file=sys.stderr)
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
