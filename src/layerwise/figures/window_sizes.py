"""Chapter 14. How many windows fit: pixels, window, padding, stride."""

from collections.abc import Mapping
from typing import Any

from .base import Figure


class WindowSizes(Figure):
    """Change n, f, p and s; see every window and the pixels left out."""

    js = "window_sizes.js"
    alt = (
        "A row of pixels with its padding, and below it every window that "
        "fits, each one stride further"
    )

    def compute(
        self, n: int = 8, f: int = 3, p: int = 0, s: int = 2
    ) -> Mapping[str, object]:
        return {"start": {"n": n, "f": f, "p": p, "s": s}}

    def still(self, axes: Any) -> None:
        n, f, p, s = (self.data["start"][name] for name in "nfps")
        starts = range(-p, n + p - f + 1, s)
        seen = {x for at in starts for x in range(at, at + f)}
        for x in range(-p, n + p):
            inside = 0 <= x < n
            color = "0.2" if x in seen else "C1"
            axes.plot(x, 0, "s", ms=11, color=color if inside else "0.8")
        for k, at in enumerate(starts):
            y = [-(k + 1)] * 2
            axes.plot([at - 0.4, at + f - 0.6], y, lw=7, color="C0")
        axes.set(
            title=f"n = {n}, f = {f}, p = {p}, s = {s}: {len(starts)} windows",
            xlabel="pixel",
            yticks=[],
            ylim=(-len(starts) - 1, 1),
        )
