"""The figure kit: its numbers, and what every figure promises."""

import json
import re

import numpy as np
import pytest

pytest.importorskip("anywidget")

from layerwise import figures
from layerwise.figures import base


def test_the_kit_formats_numbers_as_the_page_prints_them(run_module):
    got = run_module(
        "activation_explorer.js",
        "[kit.fmt(-0.0451767), kit.fmt(0), kit.fmt(9.35e-11), "
        "kit.fmt(null), kit.fix(-0.001, 2), kit.fix(-1.5, 1), kit.fmt(3)]",
    )
    minus = "\N{MINUS SIGN}"
    assert got[:2] == [f"{minus}0.0452", "0"]
    assert got[2].startswith("9.35 ") and got[2].endswith(" 10⁻¹¹")
    assert got[3:] == ["\N{EN DASH}", "0.00", f"{minus}1.5", "3"]


def test_the_kit_interpolates_as_numpy_does(run_module):
    rng = np.random.default_rng(1)
    xs = np.sort(rng.normal(size=9))
    ys = rng.normal(size=9)
    at = np.concatenate([xs, rng.uniform(xs[0] - 1, xs[-1] + 1, 40)])
    got = run_module(
        "activation_explorer.js",
        f"{at.tolist()}.map((x) => "
        f"kit.interpolate({xs.tolist()}, {ys.tolist()}, x))",
    )
    np.testing.assert_allclose(got, np.interp(at, xs, ys), atol=1e-12)


def test_ticks_are_round_numbers_inside_the_axis(run_module):
    got = run_module(
        "activation_explorer.js",
        "[kit.ticks(-5, 5), kit.ticks(0, 1, 4), kit.ticks(-0.05, 1.15, 4), "
        "kit.decades(1e-12, 2)]",
    )
    assert got == [
        [-4, -2, 0, 2, 4],
        [0, 0.5, 1],
        [0, 0.5, 1],
        [1e-12, 1e-9, 1e-6, 1e-3, 1],
    ]


def test_the_explorers_products_are_powers_of_the_slope(run_module):
    got = run_module("activation_explorer.js", "products(0.25, 5)")
    np.testing.assert_allclose(got, 0.25 ** np.arange(1, 6), rtol=1e-12)


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_a_figure_loads_as_one_module_with_one_default(name, run_module):
    cls = getattr(figures, name)
    own = (base.HERE / cls.js).read_text(encoding="utf-8")
    assert not re.search(r"^\s*import\s", own, re.M), "no imports in a figure"
    assert len(re.findall(r"^export default ", own, re.M)) == 1
    run_module(cls.js, "kit.calm()")


@pytest.mark.parametrize("name", sorted(figures.FIGURES))
def test_a_figure_is_small_plain_repeatable_and_has_a_still(name):
    figure = getattr(figures, name)()
    text = json.dumps(figure.data)
    assert figure.data == json.loads(text)
    assert text == json.dumps(getattr(figures, name)().data)
    assert re.fullmatch(r"<\w+: a figure that moves>", repr(figure))
    assert len(figure.alt.split()) >= 6
    assert figure.still_png().startswith(b"\x89PNG")
    bundle, _ = figure._repr_mimebundle_()
    assert {"text/plain", "image/png"} < set(bundle)


def test_numbers_are_rounded_to_five_digits_and_gaps_are_null():
    got = base.plain(
        {"a": np.array([1 / 3, np.nan, 2.0]), "b": np.float32(1e-7), "c": (1,)}
    )
    assert got == {"a": [0.33333, None, 2], "b": 1e-7, "c": [1]}
    with pytest.raises(TypeError, match="plain JSON"):
        base.plain({"a": object()})


def test_a_figure_too_heavy_for_a_page_is_refused():
    class Heavy(base.Figure):
        js = "activation_explorer.js"
        alt = "A figure with far too many numbers in it"

        def compute(self):
            return {"x": np.linspace(0, 1, 30_000)}

    with pytest.raises(base.FigureTooLargeError, match="coarser grid"):
        Heavy()


def test_an_unknown_figure_names_those_there_are():
    with pytest.raises(AttributeError, match="ActivationExplorer"):
        figures.NoSuchFigure  # noqa: B018
