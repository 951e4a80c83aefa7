"""Every piece of the figure kit, moved by pointer and by keyboard."""

import pytest
from site_paths import ROOT

pytestmark = pytest.mark.site
pytest.importorskip("anywidget")

LOADER = ROOT / "book/_static/vendor/figures.js"
SHEET = ROOT / "tests/figures/kit_sheet.js"
PAGE = """<!doctype html><html lang="en" data-theme="{theme}">
<meta charset="utf-8"><title>The kit</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<main><h1>The kit</h1><div class="lw-live">{view}</div></main>{state}
<script>{loader}</script></html>"""


@pytest.fixture
def sheet(visit, tmp_path):
    from layerwise.figures import base, embed

    kit = (base.HERE / "kit.js").read_text(encoding="utf-8")
    esm = kit + SHEET.read_text(encoding="utf-8")
    css = (base.HERE / "kit.css").read_text(encoding="utf-8")
    state = {"_esm": esm, "_css": css, "data": {}, "label": "All of the kit"}

    def draw(theme="light", **options):
        file = tmp_path / f"{theme}.html"
        file.write_text(
            PAGE.format(
                theme=theme,
                view=embed.element(embed.VIEW, {"model_id": "1"}),
                state=embed.element(
                    embed.STATE, {"state": {"1": {"state": state}}}
                ),
                loader=LOADER.read_text(encoding="utf-8"),
            ),
            encoding="utf-8",
        )
        seen = visit(**options)
        page = seen.open(file.as_uri())
        page.wait_for_selector(".lw-reading")
        assert seen.said == []
        return page

    return draw


def values(page):
    page.wait_for_timeout(60)
    text = page.locator(".lw-reading").inner_text()
    names = "slide step menu choice toggle pressed play at bits clicked"
    return dict(zip(names.split(), text.split(" | "), strict=True))


def test_native_controls_answer_the_keyboard(sheet):
    page = sheet()
    page.get_by_label("slide").press("ArrowRight")
    page.get_by_label("more: step").press("Enter")
    page.get_by_label("more: step").press("Enter")
    page.get_by_label("more: step").press("Enter")  # the end: stays at 4
    page.get_by_label("menu").select_option("a")
    page.get_by_label("x", exact=True).press("ArrowRight")
    page.get_by_label("toggle").press("Space")
    page.get_by_role("button", name="press").press("Enter")
    got = values(page)
    assert (got["slide"], got["step"]) == ("4", "4")
    assert (got["menu"], got["choice"]) == ("a", "y")
    assert (got["toggle"], got["pressed"]) == ("false", "1")


def test_a_free_point_moves_by_arrow_keys_and_says_where_it_is(sheet):
    page = sheet()
    point = page.get_by_role("slider", name="free point")
    point.press("ArrowRight")
    point.press("ArrowDown")
    assert values(page)["at"] == "0.75,0.00"
    assert point.get_attribute("aria-valuetext") == "free point: x 0.75 y 0"
    for _ in range(30):
        point.press("ArrowLeft")
    assert values(page)["at"].startswith("\N{MINUS SIGN}2.00,")


def test_a_free_point_moves_by_pointer_and_stays_inside(sheet):
    page = sheet()
    point = page.get_by_role("slider", name="free point")
    box = point.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y + 20, steps=4)
    page.mouse.up()
    first, second = values(page)["at"].split(",")
    assert first != "0.50" and second != "0.25"
    page.mouse.move(x - 40, y + 20)
    page.mouse.down()
    page.mouse.move(x + 3000, y - 3000, steps=3)
    page.mouse.up()
    assert values(page)["at"] == "2.00,1.00"


def test_a_press_anywhere_in_a_plot_is_where_it_was_pressed(sheet):
    page = sheet()
    plot = page.get_by_label("A square plot")
    plot.scroll_into_view_if_needed()
    clip = plot.locator("clipPath rect").bounding_box() or plot.bounding_box()
    page.mouse.click(
        clip["x"] + clip["width"] / 2, clip["y"] + clip["height"] / 2
    )
    x, y = map(float, values(page)["at"].split(","))
    assert 0.3 < x < 0.7 and 0.3 < y < 0.7


def test_cells_are_walked_by_arrows_and_turned_by_space(sheet):
    page = sheet()
    cells = page.get_by_role("group", name="bits").get_by_role("button")
    cells.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    assert values(page)["bits"] == "010111"
    cells.first.click()
    assert values(page)["bits"] == "110111"


def test_nodes_and_edges_are_buttons(sheet):
    page = sheet()
    page.get_by_role("button", name="edge: w = 1.5").press("Enter")
    assert values(page)["clicked"] == "edge"
    page.get_by_role("button", name="node a").click()
    assert values(page)["clicked"] == "a"


def test_a_player_plays_to_its_end_and_stops(sheet):
    page = sheet(motion="no-preference")
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for()
    assert values(page)["play"] == "3"


def test_where_motion_is_unwanted_a_player_only_steps(sheet):
    page = sheet(motion="reduce")
    page.get_by_role("button", name="Next step").click()
    page.wait_for_timeout(300)
    assert values(page)["play"] == "1"


BURST = """async (range) => {
  const records = [];
  const eye = new MutationObserver((seen) => records.push(...seen));
  const figure = range.closest(".lw-figure");
  eye.observe(figure.querySelector(".lw-stage"), { subtree: true,
    childList: true, attributes: true, characterData: true });
  eye.observe(figure.querySelector(".lw-reading"), { childList: true });
  const count = async (moves) => {
    for (let i = 0; i < moves; i += 1) {
      range.value = i < moves - 1 ? 5 + (i % 2) : moves % 9;
      range.dispatchEvent(new Event("input"));
    }
    await new Promise((done) => requestAnimationFrame(() =>
      requestAnimationFrame(done)));
    return records.splice(0).length;
  };
  await count(3);
  return [await count(1), await count(31)];
}"""


def test_however_often_a_control_moves_a_frame_draws_once(sheet):
    once, often = sheet().get_by_label("slide").evaluate(BURST)
    assert 0 < often <= once + 1


def test_a_sliders_name_is_its_label_and_its_value_is_said_once(sheet):
    page = sheet()
    told = page.locator(".lw-control", has_text="slide").first.aria_snapshot()
    assert 'slider "slide"' in told and told.count("3") == 1


def test_in_high_contrast_data_keep_their_colors(sheet):
    page = sheet(contrast="active")
    pixels = page.locator("canvas").evaluate(
        "(c) => [...c.getContext('2d').getImageData(0, 0, 2, 2).data]"
    )
    assert len({tuple(pixels[k : k + 3]) for k in (0, 4, 8, 12)}) == 3
    color = "(node) => getComputedStyle(node).backgroundColor"
    cells = page.get_by_role("group", name="bits").get_by_role("button")
    assert cells.nth(0).evaluate(color) != cells.nth(1).evaluate(color)
    chosen = page.locator(".lw-choice input:checked + span")
    other = page.locator(".lw-choice input:not(:checked) + span")
    assert chosen.evaluate(color) != other.evaluate(color)


def test_words_grow_with_the_readers_own_text_size(sheet):
    page = sheet()
    sizes = """() => [...document.querySelectorAll(
      ".lw-reading, .lw-control label, .lw-control button, .lw-table td")]
      .map((node) => parseFloat(getComputedStyle(node).fontSize))"""
    before = page.evaluate(sizes)
    page.add_style_tag(content="html { font-size: 200% }")
    assert page.evaluate(sizes) == pytest.approx([2 * a for a in before])


def test_only_a_table_that_scrolls_is_a_stop_for_the_keyboard(sheet):
    page = sheet()
    box = page.locator(".lw-scroll")
    assert box.get_attribute("tabindex") is None
    page.add_style_tag(content=".lw-scroll { width: 60px }")
    page.wait_for_selector(".lw-scroll[tabindex='0'][role=region]")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_kit(sheet, axe, theme):
    page = sheet(theme)
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    told = [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]
    assert told == [], "\n".join(told)


@pytest.mark.parametrize("width", [320, 390, 820, 1440])
def test_the_kit_fits_every_screen(sheet, width):
    page = sheet(width=width)
    over = page.evaluate(
        "document.documentElement.scrollWidth - window.innerWidth"
    )
    assert over <= 0
    for text in page.locator("svg text").all():
        if not text.text_content():
            continue
        size = text.evaluate("(t) => t.getBoundingClientRect().height")
        assert size >= 9, text.text_content()
