"""The command line: `layerwise start | check | progress | grade | release |
export`."""

import datetime
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

try:
    import click
    from rich.console import Console
except ModuleNotFoundError as missing:
    raise SystemExit(
        f"The layerwise command needs {missing.name}, which is not "
        "installed.\n    pip install 'layerwise[grading]'"
    ) from None


class _Group(click.Group):
    """Lists commands in the order in which people meet them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return ["start", "check", "progress", "grade", "release", "export"]


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(package_name="layerwise")
def main() -> None:
    """Layerwise: neural networks, layer by layer.

    Learners start, check and see their progress; instructors grade.

    \b
        layerwise start 06             copy chapter 06 into work/
        layerwise check 06             judge it, as `check` does
        layerwise grade handed-in/ --out graded/
    """


def _course(given: Path | None) -> Path:
    """Return the course's folder: the nearest one upward."""
    if given is not None:
        return given
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "book" / "_toc.yml").exists():
            return folder
    raise click.UsageError(
        "no course here: no folder upward holds book/_toc.yml. "
        "Change into the course's folder, or say --course DIR."
    )


course_option = click.option(
    "--course",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The course's folder (default: the nearest one upward).",
)


def _console(stderr: bool = False) -> Console:
    return Console(stderr=stderr, highlight=False, soft_wrap=True)


def _failing(action: Callable[[], Any]) -> Any:
    """Run something; show its known failures as one sentence."""
    from layerwise.grading.records import RunError
    from layerwise.grading.sandbox import IsolationError

    try:
        return action()
    except (RunError, IsolationError) as error:
        raise click.ClickException(str(error)) from None


@main.command()
@click.argument("chapter", required=False)
@click.option("--all", "every", is_flag=True, help="Copy every chapter.")
@course_option
def start(chapter: str | None, every: bool, course: Path | None) -> None:
    """Copy a chapter's notebook into work/, never over a file.

    \b
        layerwise start 06
        layerwise start --all
    """
    root = _course(course)
    if every == bool(chapter):
        raise click.UsageError("say which chapter (start 06), or --all")
    there = sorted((root / "chapters").glob("[0-9][0-9]-*.ipynb"))
    number = (chapter or "").zfill(2)[:2]
    found = [p for p in there if every or p.stem[:2] == number]
    if not found:
        names = ", ".join(p.stem[:2] for p in there) or "none"
        raise click.ClickException(
            f"there is no chapter {chapter!r}; there are: {names}"
        )
    (root / "work").mkdir(exist_ok=True)
    for source in found:
        target = root / "work" / source.name
        try:
            with target.open("xb") as file:
                file.write(source.read_bytes())
        except FileExistsError:
            click.echo(f"{_shown(target)} is there already; left as it is.")
        else:
            click.echo(f"{_shown(target)} is ready.")
    if not every:
        click.echo(f"Open it with: jupyter lab {_shown(target)}")


def _shown(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _notebook(name: str, course: Path | None) -> Path:
    """Return a file given by its path, or a chapter given by number."""
    if Path(name).is_file():
        return Path(name)
    if name[:2].isdigit() or name.isdigit():
        root = _course(course)
        for folder in ("work", "chapters"):
            found = sorted((root / folder).glob(f"{name.zfill(2)}*.ipynb"))
            if found:
                return found[0]
    raise click.ClickException(
        f"there is no file {name!r}; give a notebook, or the number of a "
        "chapter in work/"
    )


def _judged(
    path: Path,
    isolation: str,
    specs: Path | None = None,
    student: str = "",
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Judge one file as a learner's own; return its record."""
    _start_ahead(isolation or "full")
    from layerwise.grading import run
    from layerwise.grading.submission import NotReadable, read_regular

    try:
        data = read_regular(path)
    except NotReadable as error:
        raise click.ClickException(f"{path}: {error}") from None
    settings = run.own_settings(isolation, specs)
    chapter = run.chapter_of(path, settings)
    task = run.Task(student, chapter, path.name, data)
    record = _failing(lambda: run.work(settings, task))
    exercises = run.station(settings).shelf[record["chapter"]]
    run.close()
    return record["chapter"], record, {e.id: e.title for e in exercises}


def _start_ahead(level: str, memory_mb: int = 1024) -> None:
    """Let the sandbox start while the grader is imported, the first time."""
    from layerwise.grading.sandbox import start_ahead

    if "layerwise.grading.run" not in sys.modules:
        start_ahead(level, memory_mb)


isolation_option = click.option(
    "--isolation",
    type=click.Choice(["full", "partial", "none"]),
    help="How the code is kept in (default: the best there is).",
)
specs_option = click.option(
    "--exercises",
    "specs",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A Python file of your own exercises, in place of the book's.",
)


@main.command()
@click.argument("file")
@isolation_option
@specs_option
@click.option("--student", default="", help="Whose it is, for own numbers.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option(
    "--results",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write Gradescope's results.json here.",
)
@course_option
def check(
    file: str,
    isolation: str | None,
    specs: Path | None,
    student: str,
    as_json: bool,
    results: Path | None,
    course: Path | None,
) -> None:
    """Judge one notebook: the same examiner and words as `check`.

    FILE is a notebook, a Python file, or the number of a chapter, which
    is looked for in work/ first.

    \b
        layerwise check 06
        layerwise check work/06-activations.ipynb
    """
    path = _notebook(file, course)
    chapter, record, titles = _judged(path, isolation or "", specs, student)
    if results is not None:
        from layerwise.grading import gradebook

        score = sum(e["score"] for e in record["exercises"].values())
        text = json.dumps(gradebook.results(record, score), indent=1)
        results.parent.mkdir(parents=True, exist_ok=True)
        results.write_text(text + "\n", "utf-8")
    if as_json:
        click.echo(json.dumps(record, indent=1))
        return
    console = _console()
    if record["reason"]:
        console.print(_safe(record["reason"]), style="yellow")
    for id, entry in record["exercises"].items():
        _show(console, id, titles[id], entry)
    score = sum(e["score"] for e in record["exercises"].values())
    most = sum(e["max_score"] for e in record["exercises"].values())
    console.print(f"\n{chapter}: [bold]{score:g} of {most:g} points[/bold]")


def _safe(text: str) -> str:
    from rich.markup import escape

    from layerwise.grading.pages import visible

    return escape(visible(text))


def _show(
    console: Console, id: str, title: str, entry: dict[str, Any]
) -> None:
    color = {"right": "green", "partial": "yellow"}.get(entry["status"], "red")
    points = f"{entry['score']:g} of {entry['max_score']:g} points"
    more = ""
    if entry["status"] in ("not attempted", "missing"):
        color, more = "dim", ", not attempted yet"
        if entry["status"] == "missing":
            more = ", not found in your notebook"
    console.print(f"[{color}]{id} {_safe(title)}   {points}{more}[/{color}]")
    if not entry["wrong"]:
        return
    for mark, style in (("right", "green"), ("wrong", "red")):
        for line in entry[mark]:
            console.print(f"  [{style}]{mark:<8}[/{style}]{_safe(line)}")
    for mark in ("think", "read"):
        if entry[mark]:
            console.print(f"  {mark:<8}{_safe(entry[mark])}")


@main.command()
@course_option
@isolation_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def progress(
    course: Path | None, isolation: str | None, as_json: bool
) -> None:
    """Judge every chapter in work/ and show the points of each.

    Nothing is read from a saved mark: each answer is run again.

    \b
        layerwise progress
    """
    from rich.table import Table

    from layerwise.grading import run

    root = _course(course)
    rows = {}
    numbers = {name[:2] for name in run.chapter_names()}
    for path in sorted((root / "work").glob("[0-9][0-9]-*.ipynb")):
        if path.name[:2] in numbers:
            _, record, _ = _judged(path, isolation or "")
            rows[path.stem] = record["exercises"]
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    if not rows:
        click.echo("Nothing in work/ yet. Begin with: layerwise start 06")
        return
    table = Table(box=None)
    for head in ("chapter", "exercise", "points", ""):
        table.add_column(head)
    for name, entries in rows.items():
        for id, entry in entries.items():
            points = f"{entry['score']:g} of {entry['max_score']:g}"
            table.add_row(name, id, points, entry["status"])
            name = ""
        score = sum(e["score"] for e in entries.values())
        most = sum(e["max_score"] for e in entries.values())
        table.add_row("", "", f"[bold]{score:g} of {most:g}[/bold]", "")
    _console().print(table)


@main.command()
@click.argument(
    "paths",
    nargs=-1,
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the gradebook, records and feedback.",
)
@click.option("--jobs", type=int, help="Processes (default: all cores).")
@click.option("--scheduler", metavar="ADDRESS", help="A Dask cluster.")
@click.option(
    "--timeout",
    type=float,
    default=3.0,
    show_default=True,
    help="Seconds for one call or cell (twice an exercise's budget, if "
    "that is more).",
)
@click.option(
    "--memory",
    type=int,
    default=1024,
    show_default=True,
    metavar="MB",
    help="What one submission may hold.",
)
@click.option(
    "--seed",
    type=int,
    help="Draws the hidden inputs (default: from the operating system, "
    "kept in run.json).",
)
@click.option(
    "--isolation",
    type=click.Choice(["full", "partial", "none"]),
    default="full",
    show_default=True,
    help="Below full only when you name it here.",
)
@specs_option
@click.option("--chapter", default="", help="06-activations, say.")
@click.option("--only", default="", metavar="STUDENT", help="Once more.")
@click.option(
    "--roster",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with a column `student`: the absent get a row too.",
)
@click.option(
    "--due",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]),
    help="When work was due; later work is marked late.",
)
@click.option(
    "--late-penalty",
    type=float,
    default=0.0,
    metavar="PERCENT",
    help="Percent of the maximum for each day begun after --due.",
)
@click.option(
    "--also",
    multiple=True,
    type=click.Choice(["gradescope", "nbgrader"]),
    help="Further forms: Gradescope's results.json, nbgrader's CSV.",
)
@click.option(
    "--fail-under",
    type=float,
    metavar="PERCENT",
    help="Exit with 1 when the mean of the judged is lower.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@course_option
def grade(
    paths: tuple[Path, ...],
    out: Path,
    jobs: int | None,
    scheduler: str | None,
    timeout: float,
    memory: int,
    seed: int | None,
    isolation: str,
    specs: Path | None,
    chapter: str,
    only: str,
    roster: Path | None,
    due: datetime.datetime | None,
    late_penalty: float,
    also: tuple[str, ...],
    fail_under: float | None,
    as_json: bool,
    course: Path | None,
) -> None:
    """Grade a class: notebooks, folders, or zips of them.

    Takes what nbgrader, Gradescope, Canvas, Moodle and GitHub Classroom
    give. Run it again to go on after an interruption, or to grade what
    has changed. Without PATHS, work/ is graded.

    \b
        layerwise grade handed-in/ --out graded/
        layerwise grade moodle.zip --out graded/ --roster class.csv
        layerwise grade handed-in/ --out graded/ --exercises sheet1.py
    """
    console = _console(stderr=True)
    places = list(paths) or [_course(course) / "work"]
    _start_ahead(isolation, memory)
    from layerwise.grading import gradebook, run

    settings = run.Settings(
        level=isolation,
        memory_mb=memory,
        seconds=timeout,
        specs=specs.read_text("utf-8") if specs else "",
        specs_name=specs.stem if specs else "",
    )
    rules = gradebook.Rules(
        due.timestamp() if due else None, late_penalty, roster, also
    )
    held, missing = _failing(lambda: run.probe(settings))
    words = f" (not protected: {', '.join(missing)})" if missing else ""
    console.print(f"isolation: {held}{words}")
    with _bar(console, as_json) as advance:
        task = run.Run(
            places, out, settings, seed,
            jobs=jobs or 0, scheduler=scheduler, chapter=chapter,
            only=only, rules=rules, progress=advance,
        )  # fmt: skip
        summary = _failing(task.grade)
    run.close()
    if as_json:
        click.echo(json.dumps(vars(summary), indent=1))
    else:
        console.print(_sentence(summary))
        for note in summary.notes:
            console.print(_safe(note), style="yellow")
    if summary.failed:
        raise SystemExit(2)
    if fail_under is not None and 100 * summary.mean < fail_under:
        console.print(f"the mean of the judged is under {fail_under:g} %")
        raise SystemExit(1)


def _sentence(summary: Any) -> str:
    from layerwise.grading.pages import percent

    parts = [f"{summary.graded} graded"]
    for number, words in (
        (summary.kept, "kept from before"),
        (summary.unreadable, "unreadable"),
        (summary.absent, "absent"),
        (summary.failed, "failed"),
    ):
        if number:
            parts.append(f"{number} {words}")
    return (
        f"{', '.join(parts)} in {summary.seconds:.1f} s; "
        f"mean of the {summary.judged} judged: {percent(summary.mean)}. "
        f"See {summary.out}/gradebook.csv and {summary.out}/report.html"
    )


class _bar:  # noqa: N801 - used like a function
    """A progress bar with the time left."""

    def __init__(self, console: Console, quiet: bool) -> None:
        from rich import progress as p

        self.progress = p.Progress(
            p.TextColumn("grading"),
            p.BarColumn(),
            p.MofNCompleteColumn(),
            p.TimeRemainingColumn(),
            console=console,
            disable=quiet or not console.is_terminal,
        )

    def __enter__(self) -> Callable[[int, int], None]:
        self.progress.start()
        task = self.progress.add_task("grading", total=None)

        def advance(done: int, total: int) -> None:
            self.progress.update(task, completed=done, total=total)

        return advance

    def __exit__(self, *exception: object) -> None:
        self.progress.stop()


@main.command()
@click.argument("chapters", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("release.zip"),
    show_default=True,
    help="The zip to write.",
)
@course_option
def release(chapters: tuple[str, ...], out: Path, course: Path | None) -> None:
    """Make the learner's bundle: notebooks without solutions.

    CHAPTERS are numbers, or notebooks of your own whose solutions stand
    between the lines ### BEGIN SOLUTION and ### END SOLUTION. The bundle is
    read back and searched for every line of the solutions.

    \b
        layerwise release 06 07 --out week3.zip
        layerwise release sheet1.ipynb --out sheet1.zip
    """
    from layerwise.grading import release as making

    own = all(Path(name).is_file() for name in chapters)
    try:
        files, lines = making.bundle(
            list(chapters), out, None if own else _course(course)
        )
    except making.ReleaseError as error:
        raise click.ClickException(str(error)) from None
    click.echo(
        f"{out}: {', '.join(files)}. None of the {lines} lines of the "
        "solutions is in it."
    )


@main.command()
@click.argument("tool", type=click.Choice(["nbgrader", "gradescope"]))
@click.argument("chapters", nargs=-1)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="A folder for nbgrader, a zip for Gradescope.",
)
@specs_option
@course_option
def export(
    tool: str,
    chapters: tuple[str, ...],
    out: Path,
    specs: Path | None,
    course: Path | None,
) -> None:
    """Make a course for another grader.

    \b
        layerwise export nbgrader 06 --out course/
        layerwise export gradescope --out autograder.zip
    """
    from layerwise.grading import release as making

    root = _course(course)
    try:
        if tool == "gradescope":
            making.gradescope(out, root, specs)
            click.echo(f"{out} is ready: upload it as the autograder.")
            return
        if not chapters:
            raise click.UsageError("which chapters? Say 06, for example.")
        written = making.nbgrader(list(chapters), out, root)
    except making.ReleaseError as error:
        raise click.ClickException(str(error)) from None
    names = " ".join(path.stem for path in written)
    click.echo(f"{out} is ready. In it: nbgrader generate_assignment {names}")


if __name__ == "__main__":
    main()
