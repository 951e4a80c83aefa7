"""Figures that move: one Python class and one ES module each, on one kit.

``lw.figures.ActivationExplorer()`` draws itself in Jupyter, in the browser
and on the built page. How to add one stands in the README beside this file.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .activation_explorer import ActivationExplorer as ActivationExplorer
    from .computation_graph import ComputationGraph as ComputationGraph
    from .digit_weights import DigitWeights as DigitWeights
    from .fold_fit import FoldFit as FoldFit
    from .hidden_unit import HiddenUnit as HiddenUnit
    from .learning_moons import LearningMoons as LearningMoons
    from .live_network import LiveNetwork as LiveNetwork
    from .surprise_and_square import SurpriseAndSquare as SurpriseAndSquare
    from .threshold_slider import ThresholdSlider as ThresholdSlider
    from .units_playground import UnitsPlayground as UnitsPlayground

# Class name -> the file that holds it. A figure is loaded when first used.
FIGURES = {
    "ActivationExplorer": "activation_explorer",
    "ComputationGraph": "computation_graph",
    "DigitWeights": "digit_weights",
    "FoldFit": "fold_fit",
    "HiddenUnit": "hidden_unit",
    "LearningMoons": "learning_moons",
    "LiveNetwork": "live_network",
    "SurpriseAndSquare": "surprise_and_square",
    "ThresholdSlider": "threshold_slider",
    "UnitsPlayground": "units_playground",
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
