"""Pictures with at most 256 colours: less than half the bytes of a page."""

import base64
import io
from typing import Any

from PIL import Image

PNG = "image/png"


def fewer_colours(png: bytes) -> bytes:
    """Return the same picture with a palette, or `png` if that is no gain."""
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


def lighten(notebook: dict[str, Any]) -> None:
    """Replace every stored picture of a notebook by a lighter one."""
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if PNG in data:
                png = base64.b64decode("".join(data[PNG]))
                light = base64.b64encode(fewer_colours(png))
                output["data"] = {**data, PNG: light.decode()}
