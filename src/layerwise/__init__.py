"""Layerwise: neural networks, layer by layer.

``import layerwise as lw`` loads numpy and the mathematics, nothing heavier.
Plots, figures, exercises and grading are loaded when they are first used.
"""

from importlib import import_module as _import_module

from .activations import *
from .affine import *
from .autoencoders import *
from .convolution import *
from .gradients import *
from .initializers import *
from .layers import *
from .losses import *
from .metrics import *
from .network import *
from .normalization import *
from .optimizers import *
from .recurrence import *
from .recurrent_networks import *
from .regularization import *
from .shapes import *
from .training import *

__version__ = "0.1.0"

# Where a lazily loaded name lives: plotting, widgets, exercises.
_LAZY = {
    "check": "exercises",
    "mine": "exercises",
    "progress": "exercises",
    "listing": "listing",
}
_LAZY_MODULES = (
    "datasets",
    "exercises",
    "figures",
    "grading",
    "plots",
    "search",
)


def __getattr__(name):
    if name in _LAZY:
        value = getattr(_import_module(f".{_LAZY[name]}", __name__), name)
    elif name in _LAZY_MODULES:
        value = _import_module(f".{name}", __name__)
    else:
        raise AttributeError(f"module 'layerwise' has no name '{name}'")
    globals()[name] = value
    return value


def __dir__():
    return sorted({*globals(), *_LAZY, *_LAZY_MODULES})
