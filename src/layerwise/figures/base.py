"""What every interactive figure shares: its data, its script, its still.

A figure is an anywidget. Its numbers are computed here, in Python, by the
library the book teaches, and travel as plain JSON; its script only draws
and interpolates. The same state is drawn by Jupyter and by the built page.
"""

import base64
import hashlib
import inspect
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

HERE = Path(__file__).parent
LIMIT = 150_000  # bytes of state one figure may add to a page
DIGITS = 5


SURFACE = ("#0B62A8", "#FFFFFF", "#B8460B")  # low, between, high


class FigureTooLargeError(ValueError):
    """A figure's state would weigh more than a page should carry."""


def plain(value: object) -> Any:
    """Return value as JSON data, floats rounded to five digits."""
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        if not math.isfinite(value):
            return None  # a gap in a curve
        rounded = float(f"{value:.{DIGITS}g}")
        return int(rounded) if rounded == int(rounded) else rounded
    if value is None or isinstance(value, bool | int | str):
        return value
    raise TypeError(f"a figure's data is plain JSON, not {type(value)}")


def script(name: str) -> str:
    """Return the kit and one figure's module as one ES module.

    A figure cannot import the kit: its module is loaded from a blob, where
    a relative address has no base. The kit's manual stays in the file.
    """
    kit = (HERE / "kit.js").read_text(encoding="utf-8")
    figure = (HERE / name).read_text(encoding="utf-8")
    return kit.split("*/", 1)[1].lstrip() + "\n" + figure


def fewer_colors(png: bytes) -> bytes:
    """Return the same picture with a palette, or `png` if that is no gain."""
    from PIL import Image

    image: Image.Image = Image.open(io.BytesIO(png))
    if image.mode == "RGBA":
        if image.getchannel("A").getextrema() != (255, 255):
            return png  # something shines through: leave it as it is
        image = image.convert("RGB")
    if image.mode != "RGB":
        return png
    small = io.BytesIO()
    image.quantize(256, dither=Image.Dither.NONE).save(
        small, "png", optimize=True
    )
    return min(png, small.getvalue(), key=len)


def surface(axes: Any, x: Any, y: Any, height: Any) -> None:
    """Shade a plane as the pages do: low is blue, high is orange."""
    from matplotlib.colors import LinearSegmentedColormap

    shades = LinearSegmentedColormap.from_list("surface", SURFACE)
    axes.contourf(x, y, height, 12, cmap=shades, alpha=0.5)


class Figure(anywidget.AnyWidget):
    """An interactive figure.

    A subclass names its module (``js``), says in one sentence what is seen
    (``alt``), computes its numbers (``compute``, which takes the arguments
    of the constructor) and draws its still picture (``still``).
    """

    js = ""
    alt = ""
    still_size = (6.0, 3.2)

    data = traitlets.Dict().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if not (cls.js and cls.alt):
            raise TypeError(f"{cls.__name__} needs its js and its alt")
        if "js" in vars(cls):  # not in the subclass traitlets makes later
            cls._esm = script(cls.js)
            cls._css = (HERE / "kit.css").read_text(encoding="utf-8")
        super().__init_subclass__(**kwargs)

    def __init__(self, **options: Any) -> None:
        data = plain(self.compute(**options))
        super().__init__(data=data, label=self.alt)
        size = len(json.dumps([data, self._esm, self._css]))
        if size > LIMIT:
            raise FigureTooLargeError(
                f"{type(self).__name__} would add {size:,} bytes to a page; "
                f"{LIMIT:,} are allowed: compute on a coarser grid"
            )

    def compute(self) -> Mapping[str, object]:
        """Return what the script draws: plain data and arrays."""
        raise NotImplementedError

    def still(self, axes: Any) -> None:
        """Draw the figure's first state on matplotlib axes, for paper."""
        raise NotImplementedError

    def still_png(self) -> bytes:
        """Return the still picture as PNG."""
        from matplotlib import style
        from matplotlib.figure import Figure as Canvas

        out = io.BytesIO()
        with style.context("layerwise.course"):
            canvas = Canvas(figsize=self.still_size)
            self.still(canvas.subplots())
            canvas.savefig(out, format="png", metadata={"Software": None})
        return fewer_colors(out.getvalue())

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        picture = base64.b64encode(self.still_png()).decode("ascii")
        # What the weaver goes by: a stored picture that draws the same stays.
        how = [inspect.getsource(part) for part in (type(self).still, surface)]
        drawn = json.dumps(self.data) + "".join(how)
        digest = hashlib.sha256(drawn.encode()).hexdigest()[:16]
        about = {**metadata, "image/png": {"drawn": digest}}
        return {**data, "image/png": picture}, about

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: a figure that moves>"
