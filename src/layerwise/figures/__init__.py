"""Figures that move: one Python class and one ES module each, on one kit.

``lw.figures.ActivationExplorer()`` draws itself in Jupyter, in the browser
and on the built page. How to add one stands in the README beside this file.

A figure is found by its files: ``activation_explorer.py``, which has a
script of the same name beside it, holds the class ``ActivationExplorer``.
"""

from importlib import import_module
from pathlib import Path

# Class name -> the file that holds it. A figure is loaded when first used.
FIGURES = {
    "".join(word.capitalize() for word in path.stem.split("_")): path.stem
    for path in sorted(Path(__file__).parent.glob("*.py"))
    if path.with_suffix(".js").exists()
}

__all__ = ["FIGURES", *FIGURES]


def __getattr__(name: str) -> object:
    if name not in FIGURES:
        known = ", ".join(sorted(FIGURES))
        raise AttributeError(f"no figure '{name}'; there are: {known}")
    figure: object = getattr(
        import_module(f".{FIGURES[name]}", __name__), name
    )
    globals()[name] = figure
    return figure


def __dir__() -> list[str]:
    return sorted({*globals(), *FIGURES})
