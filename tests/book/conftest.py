"""A small house with one page, to weave without the real book."""

import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "book"))

DOOR = """
from .doubling import *
from .answers import check, mine
from .listing import listing
"""
LIBRARY = '''"""Chapter 2. Twice as much, and back."""

__all__ = ["double_backward", "double_forward", "halve_backward"]


def double_forward(x):
    """Return 2 x. A second sentence."""
    return 2 * x, None  # (eq-double)


def double_backward(dy, cache):
    """Return dx.

    Examples
    --------
    >>> double_backward(1.0, None)
    2.0
    """
    slope = np.float64(2.0)
    return dy * float(slope)  # (eq-double)


def halve_backward(dy: "float", cache: "None" = None) -> "float":
    """Return half of dy."""
    half: float = np.divide(dy, 2.0)
    return float(half)
'''
ANSWERS = """
import layerwise

RIGHT = {
    "double_backward": ((1.0, None), 2.0),
    "halve_backward": ((1.0, None), 0.5),
    "total": (([1, 2],), 3.0),
    "mended": ((1.0,), 2.0),
    "prediction_02_4": ((), {"value": 4}),
}


def check(*functions):
    for f in functions:
        arguments, expected = RIGHT[f.__name__]
        try:
            points = 10 * (f(*arguments) == expected)
            print(f"{f.__name__}   {points} of 10 points")
        except NotImplementedError:
            print(f"{f.__name__}   0 of 10 points, not attempted yet")


def mine(name):
    return getattr(layerwise, name)
"""


def build(root):
    """Write the house into a folder and return the folder."""
    package = root / "src" / "layerwise"
    package.mkdir(parents=True)
    (root / "book").mkdir()
    shutil.copy(HERE / "doubling.md", root / "book" / "02-doubling.md")
    shutil.copy(ROOT / "src" / "layerwise" / "listing.py", package)
    (package / "__init__.py").write_text(DOOR, encoding="utf-8")
    (package / "doubling.py").write_text(
        LIBRARY.replace(
            '"""\n\n__all__', '"""\n\nimport numpy as np\n\n__all__'
        ),
        encoding="utf-8",
    )
    (package / "answers.py").write_text(ANSWERS, encoding="utf-8")
    return root


@pytest.fixture
def house(tmp_path):
    """A house not yet woven."""
    return build(tmp_path)


@pytest.fixture(scope="session")
def woven_once(tmp_path_factory):
    import weave

    root = build(tmp_path_factory.mktemp("house"))
    assert weave.main(["--root", str(root)]) == 0
    return root


@pytest.fixture
def woven(woven_once, tmp_path):
    """A house woven; every test has its own copy."""
    return Path(shutil.copytree(woven_once, tmp_path / "house"))
