"""A figure as the two script elements that a page without a kernel reads."""

import json

from .base import Figure

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"


def element(kind: str, content: object) -> str:
    """Return a script element with JSON in it that cannot end it early."""
    text = (
        json.dumps(content).replace("</", "<\\/").replace("<!--", "\\u003c!--")
    )
    return f'<script type="{kind}">{text}</script>'


def view_and_state(figure: Figure, name: str = "") -> tuple[str, str]:
    """Return where the figure stands, and what it is drawn from."""
    key = name or figure.model_id
    keep = ("_esm", "_css", "data", "label")
    state = {item: getattr(figure, item) for item in keep}
    view = {"model_id": key, "version_major": 2, "version_minor": 0}
    return (
        element(VIEW, view),
        element(STATE, {"state": {key: {"state": state}}}),
    )
