"""One spelling throughout: American, as in code.

Quotations and titles of works keep theirs: list them in QUOTED.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENDINGS = r"(?:e|es|ed|er|ers|ing|able|ation|ations)"
VERBS = (
    "author|capital|categor|central|character|critic|custom|digit|discret"
    "|emphas|equal|factor|familiar|final|formal|general|harmon|hypothes"
    "|ideal|initial|item|linear|local|materi?al|maxim|memor|minim|modern"
    "|neutral|normal|optim|organ|orthogonal|parallel|parametr|penal|quant"
    "|random|rational|real|recogn|regular|serial|special|stabil|standard"
    "|summar|symbol|symmetr|synthes|token|util|vector|visual"
)
BRITISH = re.compile(
    r"(?<![A-Za-z])(?:"
    r"\w*(?:behaviour|colour|endeavour|favour|flavour|harbour|honour"
    r"|neighbour|rigour|rumour|tumour)\w*"
    r"|(?:re)?centre[sd]?|centring|(?:milli|centi|kilo)?metres?|litres?"
    r"|fibres?|theatres?|calibre|grey(?:s|ed|er|ish|scale)?"
    r"|(?:cancel|label|level|model|signal|travel|channel)l(?:ed|ing|er|ers)"
    rf"|(?:un|re|de|pre)?(?:{VERBS})is{ENDINGS}"
    r"|(?:an|cat|par)alys(?:e|ed|ing|er)"
    r"|licences?|defence|offence|practis(?:e|ed|ing)"
    r"|(?:ac)?(?:knowledge|judge)ments?|artefacts?|ageing|learnt|spelt"
    r"|fulfil|skilful|enrol|mould\w*|plough\w*|sceptic\w*|whilst|per cent"
    r")(?![A-Za-z])",
    re.IGNORECASE,
)
QUOTED = (
    '"Greys"',  # a map of matplotlib
    "COLOURS",  # a public name of `plots`
    "make neighbours",  # a target of the Makefile
)


def texts():
    """Every text that a person writes or reads."""
    found = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")]
    found += [ROOT / "CHANGELOG.md"]
    for folder in ("book", "src", "tests", "benchmarks"):
        for kind in ("md", "py", "js", "css", "j2", "yml", "html"):
            found += sorted((ROOT / folder).rglob(f"*.{kind}"))
    unread = {"vendor", "node_modules", Path(__file__).name}
    return [
        path
        for path in found
        if not unread & set(path.relative_to(ROOT).parts)
    ]


def british(text):
    """Return the line and the word of each British form."""
    for quoted in QUOTED:
        text = text.replace(quoted, "")
    return [
        (number, match[0])
        for number, line in enumerate(text.split("\n"), start=1)
        for match in BRITISH.finditer(line)
    ]


@pytest.mark.parametrize(
    "word",
    ["colours", "Grey", "centred", "neighbouring", "normalisation", "labelled",
     "recognise", "re-initialised", "metres", "licence", "per cent", "tumour"],
)  # fmt: skip
def test_a_british_form_is_found(word):
    assert british(f"The {word}, here.")


@pytest.mark.parametrize(
    "word",
    ["exercise", "raised", "noise", "otherwise", "precise", "parameter",
     "license", "analysis", "aria-labelledby", "promised", "piecewise",
     "cancellation", "disguised", "realist", "generalist", "perimeter"],
)  # fmt: skip
def test_an_american_word_is_none(word):
    assert not british(f"The {word}, here.")


def test_chapters_and_their_exercises_are_among_the_texts():
    read = {path.name for path in texts()}
    assert {"06-activations.md", "ch06_activations.py", "kit.js"} <= read


def test_the_book_and_the_code_are_spelled_in_one_way():
    found = [
        f"{path.relative_to(ROOT)}:{number}: {word}"
        for path in texts()
        for number, word in british(path.read_text(encoding="utf-8"))
    ]
    assert not found, "\n".join(found)
