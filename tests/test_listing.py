"""`listing` shows the source that runs, shortened to what a page needs."""

import ast
import subprocess
import sys

import numpy as np
import pytest

import layerwise as lw
from layerwise.listing import listing


def long_winded(x):
    """Return x. This second sentence
    is not shown.

    Nor is this.
    """
    return x  # (eq-nothing)


class Kept:
    """A class whose first sentence is so long that it is broken into lines of
    a page. The second is gone.
    """

    def method(self):
        """Do it! And more."""
        return 1


def test_a_listing_has_signature_first_sentence_and_body():
    assert repr(listing(long_winded)) == (
        'def long_winded(x):\n    """Return x."""\n'
        "    return x  # (eq-nothing)"
    )


def test_a_class_is_listed_with_its_methods():
    text = repr(listing(Kept))
    assert '"""A class whose first sentence' in text
    assert '        """Do it!"""\n        return 1' in text
    assert "second" not in text and "And more" not in text
    assert max(map(len, text.splitlines())) < 80
    ast.parse(text)


def test_a_method_is_listed_from_the_margin():
    assert repr(listing(Kept.method)).startswith("def method(self):")


def test_several_functions_stand_below_each_other():
    text = repr(listing(lw.relu_forward, lw.relu_backward))
    assert text.count("\n\n\ndef ") == 1


def test_a_notebook_gets_markdown_and_the_same_text():
    shown = listing(lw.relu_forward)
    assert shown._repr_markdown_() == f"```python\n{shown!r}\n```"


@pytest.mark.parametrize(
    ("thing", "words"),
    [
        (3, "3 has type int"),
        (np, "numpy has type module"),
        (np.exp, "exp cannot be shown"),
        (len, "len cannot be shown"),
        (dict, "dict cannot be shown"),
    ],
)
def test_what_has_no_source_is_refused_in_words(thing, words):
    with pytest.raises(TypeError, match=words):
        listing(thing)


def test_nothing_to_list_says_what_to_write():
    with pytest.raises(TypeError, match=r"listing\(lw.relu_forward\)"):
        listing()


def test_listing_needs_no_notebook():
    code = (
        "import sys, layerwise as lw; lw.listing(lw.relu_forward); "
        "sys.exit('IPython' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
