"""How the book shows code: the library's own text, read while you look.

A page that copies code grows old. `listing` reads the function as it stands,
so the page shows what really runs, and a stored page that no longer agrees
with the library is found by running its notebook again.
"""

import ast
import inspect
import re
import textwrap
from types import FunctionType, MethodType
from typing import Any

__all__ = ["Listing", "listing"]


class Listing:
    """Source text that a notebook draws as code and a terminal prints."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def _repr_markdown_(self) -> str:
        return f"```python\n{self.text}\n```"


def listing(*things: Any) -> Listing:
    """Show live source: signature, first sentence of the docstring, body.

    Parameters
    ----------
    things : functions or classes written in Python
        Several are shown below each other.

    Returns
    -------
    Listing
        Markdown in a notebook, plain text elsewhere.

    Raises
    ------
    TypeError
        For anything whose source cannot be shown, in words.

    Examples
    --------
    >>> import layerwise as lw
    >>> lw.listing(lw.relu_forward)  # doctest: +ELLIPSIS
    def relu_forward(Z):
        ...
    """
    if not things:
        raise TypeError("listing() needs a function: listing(lw.relu_forward)")
    return Listing("\n\n\n".join(_shortened(_source(x)) for x in things))


def _source(thing: Any) -> str:
    name = getattr(thing, "__name__", None) or repr(thing)
    if isinstance(thing, MethodType | FunctionType | type):
        try:
            return textwrap.dedent(inspect.getsource(thing)).strip()
        except (OSError, TypeError):
            pass
    elif not callable(thing):
        kind = type(thing).__name__
        raise TypeError(
            f"listing shows functions and classes; {name} has type {kind}."
        )
    raise TypeError(
        f"The source of {name} cannot be shown: it was not written in "
        "Python, or not in a file or cell."
    )


def _shortened(source: str) -> str:
    """Keep of every docstring its first sentence."""
    lines = source.splitlines()
    found = [
        node.body[0]
        for node in ast.walk(ast.parse(source))
        if isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        )
        and ast.get_docstring(node)
    ]
    for doc in sorted(found, key=lambda node: -node.lineno):
        assert isinstance(doc, ast.Expr) and isinstance(
            doc.value, ast.Constant
        )
        paragraph = " ".join(
            str(doc.value.value).strip().split("\n\n")[0].split()
        )
        sentence = re.match(r".*?[.!?](?=\s|$)|.*", paragraph)
        indent = " " * doc.col_offset
        width = 79 - 6 - len(indent)
        shown = textwrap.wrap(sentence[0] if sentence else "", width)
        quoted = f"\n{indent}".join(shown)
        end = f"\n{indent}" if len(shown) > 1 else ""
        text = f'{indent}"""{quoted}{end}"""'
        lines[doc.lineno - 1 : doc.end_lineno] = text.splitlines()
    return "\n".join(lines)
