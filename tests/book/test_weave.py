"""The weaver keeps its promises on a page that has everything."""

import base64
import json
import os
import re
import struct
import zlib

import pytest

import manuscript
import weave
import wording

PAGE = "book/02-doubling.md"
BOTH = ("chapters/02-doubling.ipynb", "solutions/02-doubling.ipynb")


def run(root, *arguments):
    return weave.main(["--root", str(root), *arguments])


def change(root, old, new, file=PAGE):
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(root, text):
    lines = (root / PAGE).read_text(encoding="utf-8").splitlines()
    return 1 + next(i for i, line in enumerate(lines) if text in line)


def load(root, which):
    return json.loads((root / BOTH[which]).read_text(encoding="utf-8"))


def cells(notebook):
    return {c["id"]: c for c in notebook["cells"]}


def source(cell):
    return "".join(cell["source"])


def printed(cell):
    return "".join(cell["outputs"][0]["text"])


# --- the two cuts -----------------------------------------------------------


def test_a_live_function_becomes_a_stub_and_a_solution(woven):
    chapter, solution = cells(load(woven, 0)), cells(load(woven, 1))
    asked = source(chapter["ex-double_backward"])
    assert asked.startswith(
        'def double_backward(dy, cache):\n    """Return dx'
    )
    assert ">>> double_backward(1.0, None)" in asked
    assert asked.count("raise NotImplementedError") == 2
    answer = source(solution["ex-double_backward"])
    assert "return dy * float(slope)  # (eq-double)\n" in answer
    assert "NotImplementedError" not in answer


def test_annotations_are_dropped_from_a_live_function(woven):
    answer = source(cells(load(woven, 1))["ex-double_backward"])
    assert "def halve_backward(dy, cache=None):" in answer
    assert "half = np.divide(dy, 2.0)" in answer


def test_a_marked_answer_is_cut_and_its_markers_are_gone(woven):
    asked = source(cells(load(woven, 0))["ex-total"])
    answer = source(cells(load(woven, 1))["ex-total"])
    assert asked.splitlines()[2:] == [
        "    answer = 0.0",
        "    raise NotImplementedError",
        "    return answer",
    ]
    assert "answer += float(np.sum(sizes))" in answer
    assert "###" not in asked + answer


def test_what_follows_an_answer_is_where_the_learner_starts(woven):
    chapter, solution = cells(load(woven, 0)), cells(load(woven, 1))
    assert source(chapter["ex-mended"]).endswith("y = 3 * x\n    return y")
    assert source(solution["ex-mended"]).endswith("return 2 * float(x) + 0")
    assert '"value": None' in source(chapter["ex-prediction_02_4"])
    assert '"value": None' not in source(solution["ex-prediction_02_4"])


def test_checks_wait_in_the_chapter_and_pass_in_the_solutions(woven):
    chapter, solution = cells(load(woven, 0)), cells(load(woven, 1))
    assert "0 of 10 points, not att" in printed(chapter["check-total"])
    for name in ("double_backward", "total", "mended", "prediction_02_4"):
        assert "10 of 10 points" in printed(solution[f"check-{name}"])


def test_commentary_and_listings_of_answers_stay_out_of_the_chapter(woven):
    chapter = "\n".join(map(source, load(woven, 0)["cells"]))
    solution = "\n".join(map(source, load(woven, 1)["cells"]))
    for text in (
        "The slope is 2 everywhere",
        "A box in a box",
        "listing(lw.double_backward)",
        "assert total(sizes)",
    ):
        assert text not in chapter
        assert text in solution
    assert "listing(lw.double_forward)" in chapter


def test_solutions_hold_no_demonstrations_but_what_answers_need(woven):
    solution = "\n".join(map(source, load(woven, 1)["cells"]))
    assert "sizes = [1, 2, 3]" in solution  # an answer's test reads it
    for text in ("ax.plot", "listing(lw.double_forward)", "What you know"):
        assert text not in solution


def test_a_prediction_is_revealed_in_the_solutions_only(woven):
    for which, text in enumerate(("predict first", "2 doubled is 4")):
        (cell,) = (
            c
            for c in load(woven, which)["cells"]
            if "reveal" in c["metadata"].get("tags", [])
        )
        assert printed(cell).strip() == text


def test_a_page_without_exercises_has_no_solutions(house):
    text = (house / PAGE).read_text(encoding="utf-8")
    page = text.partition(":::{exercise}")[0].replace("# Doubling", "# Hello")
    (house / PAGE).unlink()
    (house / "book" / "hello.md").write_text(page, encoding="utf-8")
    (house / "book" / "prose.md").write_text("# Prose\n", encoding="utf-8")
    assert run(house) == 0
    assert (house / "chapters" / "hello.ipynb").exists()
    assert not list((house / "solutions").glob("*"))
    assert len(list((house / "chapters").glob("*"))) == 1
    assert run(house, "--check") == 0


# --- stored outputs ---------------------------------------------------------


def png(color):
    """Return one pixel, as another machine might have drawn it."""

    def chunk(kind, data):
        body = kind + data
        crc = struct.pack(">I", zlib.crc32(body))
        return struct.pack(">I", len(data)) + body + crc

    rows = zlib.compress(bytes([0, color]))
    data = b"\x89PNG\r\n\x1a\n"
    data += chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data += chunk(b"tEXt", b"Software\0today") + chunk(b"IDAT", rows)
    return base64.b64encode(data + chunk(b"IEND", b"")).decode()


def drawn(notebook):
    found = [d for d, _ in weave.pictures(notebook)]
    assert len(found) == 2  # one in a cell, one inside a widget
    return found


def test_two_weaves_give_identical_bytes(woven):
    before = [(woven / file).read_bytes() for file in BOTH]
    for file in BOTH:
        (woven / file).unlink()
    assert run(woven) == 0
    assert [(woven / file).read_bytes() for file in BOTH] == before


def test_a_picture_stays_while_it_shows_the_same(woven):
    chapter = load(woven, 0)
    for picture in drawn(chapter):
        picture["image/png"] = png(7)
    (woven / BOTH[0]).write_text(json.dumps(chapter), encoding="utf-8")
    change(woven, "plot([0, 1, 2], [", "plot([0, 1, 3], [")
    change(woven, "Nothing more.", "Nothing more, or little.")
    assert run(woven) == 0
    first, second = drawn(load(woven, 0))
    assert first["image/png"] != png(7)
    assert second["image/png"] == png(7)


def test_what_differs_between_runs_is_not_stored(woven):
    for which in (0, 1):
        notebook = load(woven, which)
        text = json.dumps(notebook)
        code = [c for c in notebook["cells"] if c["cell_type"] == "code"]
        counts = [c["execution_count"] for c in code]
        assert counts == list(range(1, len(code) + 1))
        assert notebook["metadata"]["language_info"] == {"name": "python"}
        assert notebook["metadata"]["kernelspec"]["name"] == "python3"
        assert "jupytext" not in text and "execution" not in set(
            key for c in code for key in c["metadata"]
        )
        models = re.findall(r'(?:MODEL_|"model_id": ")([0-9a-f]+)', text)
        assert (len(models) > 5) is (which == 0)
        assert all(m.startswith("0" * 28) for m in models)
        for data, _ in weave.pictures(notebook):
            assert b"Software" not in base64.b64decode(data["image/png"])


def test_texts_are_cut_from_a_png_and_pixels_are_not():
    before = base64.b64decode(png(9))
    after = base64.b64decode(weave.without_texts(png(9)))
    assert b"today" in before and b"today" not in after
    assert after[:33] == before[:33] and after[-24:] == before[-24:]


def test_a_failing_cell_leaves_the_old_notebooks(woven, capsys):
    before = [(woven / file).read_bytes() for file in BOTH]
    change(woven, "print(unused,", "print(1 / 0,")
    assert run(woven) == 1
    error = capsys.readouterr().err
    assert "book/02-doubling.md:30: this cell fails" in error
    assert "print(1 / 0," in error and "ZeroDivisionError" in error
    assert [(woven / file).read_bytes() for file in BOTH] == before
    assert sorted(os.listdir(woven / "chapters")) == ["02-doubling.ipynb"]


def test_an_answer_in_an_output_is_found(woven, capsys):
    change(woven, "print(unused,", 'print("return dy*" "float(slope)",')
    assert run(woven) == 1
    error = capsys.readouterr().err
    assert "02-doubling.md:30: gives away a line of double_back" in error


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('print("/home/me/x")', "prints `/home/`, true here only"),
        ("import warnings; warnings.warn('old')", "warns: "),
        ("print(object())", "prints `0x"),
    ],
)
def test_outputs_that_are_true_here_only_are_refused(
    house, capsys, line, message
):
    change(house, "print(unused, lw.double_forward(1.5)[0])", line)
    assert run(house) == 1
    assert message in capsys.readouterr().err


def test_a_figure_that_stores_too_much_names_its_cell(
    house, capsys, monkeypatch
):
    monkeypatch.setattr(weave, "FIGURE_BYTES", 2_000)
    assert run(house) == 1
    error = capsys.readouterr().err
    assert re.search(r"md:1[34]\d: this figure stores \d+ kB", error)


# --- what changed -----------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (PAGE, "Nothing more", "Little more"),
        ("src/layerwise/doubling.py", "float(slope)", "1.0 * slope"),
        ("src/layerwise/doubling.py", "return 2 * x,", "return x * 2,"),
        ("src/layerwise/course.mplstyle", "", "axes.grid: True"),
        ("src/layerwise/exercises/ch02_doubling.py", "", "points = 5"),
    ],
)
def test_check_names_what_is_stale(woven, capsys, file, old, new):
    assert run(woven, "--check") == 0
    (woven / file).parent.mkdir(exist_ok=True)
    if old:
        change(woven, old, new, file)
    else:
        (woven / file).write_text(new, encoding="utf-8")
    assert run(woven, "--check") == 1
    out = capsys.readouterr().out
    assert "stale: chapters/02-doubling.ipynb" in out
    assert "stale: solutions/02-doubling.ipynb" in out


def test_check_ignores_what_strict_nbval_finds(woven):
    path = woven / "src" / "layerwise" / "answers.py"
    path.write_text(path.read_text(encoding="utf-8") + "\n# more\n")
    assert run(woven, "--check") == 0


def test_check_finds_notebooks_that_no_manuscript_makes(woven, capsys):
    (woven / "chapters" / "03-gone.ipynb").write_text("{}")
    assert run(woven, "--check") == 1
    assert "no manuscript: chapters/03-gone.ipynb" in capsys.readouterr().out


def test_a_page_that_did_not_change_is_not_woven(woven, capsys):
    assert run(woven, "02") == 0
    assert capsys.readouterr().out == "02-doubling: up to date\n"


def test_a_spoilt_notebook_is_stale_and_woven_again(woven):
    good = (woven / BOTH[1]).read_bytes()
    (woven / BOTH[1]).write_text("<<<<<<< HEAD", encoding="utf-8")
    assert run(woven, "--check") == 1
    assert run(woven) == 0
    assert (woven / BOTH[1]).read_bytes() == good


def test_an_unknown_page_names_those_there_are(house, capsys):
    assert run(house, "17") == 1
    assert "there are: 02-doubling" in capsys.readouterr().err


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit):
        weave.main(["--help"])
    assert "weave.py 06 --force" in capsys.readouterr().out


# --- what Jupyter shows -----------------------------------------------------


def test_a_notebook_says_in_plain_words_what_the_page_makes(house):
    change(house, "and back.", "{term}`and back <return>`, {eq}`eq-double`.")
    change(
        house,
        ":tags: [figure]",
        ":mystnb: {figure: {name: fig-up, caption: 'A {term}`line` rises'}}",
    )
    assert run(house) == 0
    chapter = load(house, 0)["cells"]
    first = source(chapter[0])
    assert "Twice as much, $y = 2x$, and back, (eq-double)." in first
    assert "{term}`and back <return>`" in chapter[0]["metadata"]["myst"]
    texts = [source(c) for c in chapter if c["cell_type"] == "markdown"]
    assert "### Exercise: There and back\n\nWrite the pair." in texts
    place = next(i for i, c in enumerate(chapter) if "ax.plot" in source(c))
    caption = chapter[place + 1]
    assert source(caption) == "**Figure** (fig-up)**.** A line rises"
    assert caption["metadata"]["tags"] == ["caption"]
    solution = [source(c) for c in load(house, 1)["cells"]]
    assert (
        "**Solution.**\n\nIt uses `sizes`.\n\n**Note.**\n\nA box in a box."
        in solution
    )


SAYINGS = {
    "By {cite:t}`ours`, so": "By Ours and Other (1999), so",
    "(sec-here)=\n## Here": "## Here",
    "of {numref}`fig-a`": "of the figure (fig-a)",
    ":::{note}\n:class: x\n\nA\n:b: c\n:::": "**Note.**\n\nA\n:b: c",
    "$$ x $$ (eq-x)": "$$ x $$ (eq-x)",
    "```python\nd[1::2]\n```\n": "```python\nd[1::2]\n```\n",
}


@pytest.mark.parametrize("typed", SAYINGS)
def test_what_is_typed_is_said_plainly(typed):
    cited = {"ours": "Ours and Other (1999)"}
    assert wording.plain(typed, cited) == SAYINGS[typed]


def test_references_are_named_by_their_authors(tmp_path):
    file = tmp_path / "references.bib"
    entries = {
        "one": 'M{\\"u}ller, Eva',
        "two": "Van Loan, Charles F. and Lee, Ann",
        "three": "Lee, Ann and Kim, Bo and Roe, Cy",
    }
    file.write_text(
        "".join(
            f"@book{{{key}, author = {{{who}}}, title = {{T}}, year = 1999}}\n"
            for key, who in entries.items()
        ),
        encoding="utf-8",
    )
    assert wording.citations(file) == {
        "one": "Müller (1999)",
        "two": "Van Loan and Lee (1999)",
        "three": "Lee et al. (1999)",
    }


# --- what an author may write -----------------------------------------------

PROBLEMS = {
    "a missing function": (
        "# from layerwise: double_backward, halve_backward",
        "# from layerwise: double_backwards",
        "# from layerwise",
        "the library has no `double_backwards`; did you mean `double_back",
    ),
    "an exercise without a check": (
        "```{code-cell}\n:tags: [check]\ncheck(total)\n```",
        "",
        "def total",
        "exercise total has no check cell",
    ),
    "a check of something else": (
        "check(total)",
        "check(lw.double_forward)",
        "check(lw.",
        "this does not check total",
    ),
    "a check without an exercise": (
        "listing(lw.double_forward)\n```",
        "1\n```\n\n```{code-cell}\n:tags: [check]\ncheck(1)\n```",
        "check(1)",
        "this check follows no exercise",
    ),
    "a marker without its end": (
        "    ### END SOLUTION\n    return answer",
        "    return answer",
        "def total",
        "every ### BEGIN SOLUTION needs its ### END SOLUTION",
    ),
    "no marker at all": (
        "    ### BEGIN SOLUTION\n    answer += float(np.sum(sizes))\n"
        "    ### END SOLUTION\n",
        "",
        "def total",
        "every ### BEGIN SOLUTION needs its ### END SOLUTION",
    ),
    "an unknown tag": (
        ":tags: [figure]",
        ":tags: [figures]",
        "fig, ax",
        "unknown tag `figures`; did you mean `figure`?",
    ),
    "a bare library name": (
        "lw.double_forward(1.5)",
        "double_forward(1.5)",
        "sizes = [1",
        "bare library name `double_forward`: write lw.double_forward",
    ),
    "an import of a library name": (
        'unused = "a demonstration"',
        "from layerwise import double_forward",
        "sizes = [1",
        "bare library name `double_forward`: write lw.double_forward",
    ),
    "a cell that leans on an answer": (
        "mine('double_backward')(1.0, None)",
        "double_backward(1.0, None)",
        "from ipywidgets",
        '`double_backward` is an exercise: use mine("double_backward")',
    ),
    "a cell that takes an answer's name": (
        'unused = "a demonstration"',
        'unused = total = "a demonstration"',
        "sizes = [1",
        "`total` belongs to the learner",
    ),
    "an answer in a cell": (
        'unused = "a demonstration"',
        "def unused(x):\n    return 2*float(x)+0  # so",
        "sizes = [1",
        "gives away a line of mended: `return 2 * float(x) + 0`",
    ),
    "an answer in the prose": (
        "Some prose",
        "Write `return dy*float( slope )` and some prose",
        "Write `return",
        "gives away a line of double_backward, halve_backward: `return dy *",
    ),
    "the same question twice": (
        "def mended(x):",
        "def total(x):",
        "def total(x)",
        "`total` is asked in book/02-doubling.md:",
    ),
    "a trailing semicolon": (
        "for x in (0, 1, 2)])",
        "for x in (0, 1, 2)]);",
        "fig, ax",
        "ends in `;`",
    ),
    "a solution of no exercise": (
        ":::{solution} ex-there-and-back",
        ":::{solution} ex-here",
        ":::{solution} ex-here",
        "no exercise is labeled ex-here",
    ),
    "a solution that does not end": (
        "The slope is 2 everywhere.\n:::",
        "The slope is 2 everywhere.",
        ":::{solution} ex-there",
        ":::{solution} does not close before the next code cell",
    ),
    "no Python": (
        "sizes = [1, 2, 3]",
        "sizes = [1, 2, 3",
        "sizes = [1",
        "'[' was never closed",
    ),
    "an unknown reference": (
        "Some prose between two exercises.",
        "Some prose, as {cite:t}`nobody-1900` has it.",
        "Some prose",
        "no reference `nobody-1900` is known",
    ),
    "a role that is misspelt": (
        "Some prose between two exercises.",
        "Some {terms}`prose` between two exercises.",
        "Some {terms}",
        "no role `terms` is known; did you mean `term`?",
    ),
    "options that are no YAML": (
        ":tags: [figure]",
        ":mystnb: {figure: {caption: Here: a colon}}",
        ":mystnb:",
        "the options of this cell are no YAML: expected ',' or '}', but got",
    ),
    "a magic": ("sizes = [1, 2, 3]", "%timeit 3", "%timeit", "invalid syntax"),
}


@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_problem_is_named_by_file_and_line(house, capsys, problem):
    old, new, place, message = PROBLEMS[problem]
    change(house, old, new)
    line = line_of(house, place)
    assert run(house) == 1
    error = capsys.readouterr().err
    assert f"book/02-doubling.md:{line}: {message}" in error
    assert not (house / BOTH[0]).exists()


def test_a_live_function_may_use_only_what_a_chapter_has(house, capsys):
    change(
        house,
        "half: float = np.divide(dy, 2.0)",
        "half = _halved(dy)",
        "src/layerwise/doubling.py",
    )
    assert run(house) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "book/02-doubling.md:53: src/layerwise/doubling.py:25: " in error
    assert "halve_backward uses _halved, which a chapter lacks" in error


def test_every_problem_is_named_at_once(house, capsys):
    change(house, ":tags: [figure]", ":tags: [figures]")
    change(house, "check(total)", "check(1)")
    assert run(house) == 1
    error = capsys.readouterr().err
    assert "unknown tag" in error and "does not check total" in error


def test_a_function_is_asked_once_in_the_book(house, capsys):
    text = (house / PAGE).read_text(encoding="utf-8")
    (house / "book" / "04-again.md").write_text(text, encoding="utf-8")
    assert run(house, "04") == 1
    error = capsys.readouterr().err
    assert "`total` is asked in book/02-doubling.md:79 already" in error


# --- cutting ----------------------------------------------------------------


def test_lines_that_compute_are_answers_and_others_are_not():
    text = (
        "def f(x):\n"
        "    left, right = x\n"
        "    y = 1\n"
        "    z = left * (right + y)  # a reason\n"
        "    w = 2 + y\n"
        "    return long_name_of(\n"
        "        left, right, z\n"
        "    )"
    )
    cell = manuscript.Cell("exercise", text, 1, stub="def f(x):")
    assert list(manuscript.answer_lines(cell)) == [
        "z = left * (right + y)",
        "return long_name_of(",
        "left, right, z",
    ]


def test_names_tell_locals_from_what_a_cell_reads():
    binds, defines, reads = manuscript.names(
        "import a.b as c\nx = [y for y in z]\ndef f(u=v):\n    w = u\n"
        "    return w + x + len(k)\nclass C(D): pass"
    )
    assert binds == {"c", "x", "f", "C"}
    assert defines == {"c", "f", "C"}
    assert reads == {"z", "v", "x", "k", "D"}


def test_methods_of_a_class_become_stubs():
    text = (
        'class A:\n    """A."""\n\n    def f(self):\n'
        '        """F."""\n        return 1\n\n'
        '    def g(self):\n        """G."""\n        x = 2\n        return x'
    )
    assert manuscript.stub(text) == (
        'class A:\n    """A."""\n\n    def f(self):\n'
        '        """F."""\n        raise NotImplementedError\n\n'
        '    def g(self):\n        """G."""\n        raise NotImplementedError'
    )


def test_only_the_figures_a_manuscript_names_count(tmp_path):
    named, other, kit = "wave_length.py", "step_size.py", "base.py"
    for name in (named, other, kit, "wave_length.js", "step_size.js"):
        (tmp_path / name).write_text("")
    found = weave.figure_files(tmp_path, "lw.figures.WaveLength()")
    names = [file.name for file in found]
    assert names == [kit, "wave_length.js", named]
