"""Figures that move: one Python class and one ES module each, on one kit.

``lw.figures.ActivationExplorer()`` draws itself in Jupyter, in the browser
and on the built page. How to add one stands in the README beside this file.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .activation_explorer import ActivationExplorer as ActivationExplorer
    from .learning_moons import LearningMoons as LearningMoons

# Class name -> the file that holds it. A figure is loaded when first used.
FIGURES = {
    "ActivationExplorer": "activation_explorer",
    "LearningMoons": "learning_moons",
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
