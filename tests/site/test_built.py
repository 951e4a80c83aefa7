"""The built site: offline, complete, accessible, and its figures move."""

import gzip
import json
import re
from html.parser import HTMLParser
from itertools import pairwise
from urllib.parse import unquote, urlsplit

import pytest
from site_paths import PAGES, ROOT
from site_visit import WHOLE

from conftest import axe_finds

pytestmark = pytest.mark.site

FRAME = {"genindex.html", "search.html", "404.html"}
CONTENT = [page for page in PAGES if page not in FRAME]
CHAPTERS = [page for page in PAGES if page.startswith("chapters/")]
NUMBERED = [page for page in CHAPTERS if page[9:11].isdigit()]


class Reader(HTMLParser):
    """Collects links, ids, pictures and texts of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.images, self.scripts = [], set(), [], []
        self.description = self.title = ""
        self.levels, self.inside = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if "id" in at:
            self.ids.add(at["id"])
        if tag == "a" and at.get("href"):
            self.links.append(at["href"])
        if tag == "link" and at.get("href"):
            self.scripts.append(at["href"])
        if tag == "script" and at.get("src"):
            self.scripts.append(at["src"])
        if tag == "img":
            self.images.append(at)
        if tag == "meta" and at.get("name") == "description":
            self.description = at.get("content", "")
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "title":
            self.inside = ["title"]

    def handle_data(self, data):
        if self.inside:
            self.title += data
            self.inside = []


@pytest.fixture(scope="session")
def read(site):
    return {
        page: Reader((site / page).read_text(encoding="utf-8"))
        for page in PAGES
    }


def plain(html):
    """The text of a page, blanks made one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


def test_there_is_a_site_with_chapters(site):
    assert "index.html" in PAGES and "404.html" in PAGES
    assert len(CHAPTERS) == len(list((ROOT / "chapters").glob("*.ipynb")))
    assert CHAPTERS


@pytest.mark.parametrize("page", PAGES)
def test_a_page_describes_itself(read, page):
    assert 30 <= len(read[page].description) <= 220
    assert read[page].title.strip()


def test_every_page_has_its_own_description(read):
    own = [read[page].description for page in CONTENT if page != "index.html"]
    assert len(set(own)) == len(own)


@pytest.mark.parametrize("page", PAGES)
def test_every_picture_says_what_it_shows_and_how_large_it_is(read, page):
    for image in read[page].images:
        where = image.get("src", "")[:60]
        if "logo__image" in image.get("class", ""):
            continue  # the name stands beside it
        assert image.get("alt"), f"{where} has no alt text"
        assert not image["alt"].startswith(("../", "_images", "data:")), where
        if "_images" in where:
            assert {"width", "height", "loading"} <= set(image), where


@pytest.mark.parametrize("page", CONTENT)
def test_headings_go_down_one_level_at_a_time(read, page):
    levels = read[page].levels
    levels = levels[levels.index(1) :]
    print_title = levels[:2] == [1, 2] and levels[2:3] == [1]
    levels = levels[2:] if print_title else levels
    for above, below in pairwise(levels):
        assert below <= above + 1, levels


@pytest.mark.parametrize("page", PAGES)
def test_links_inside_the_site_lead_somewhere(site, read, page):
    if page == "404.html":
        return  # its links start at the root of the server
    for link in read[page].links + read[page].scripts:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc or link.startswith("data:"):
            continue
        target = (site / page).parent / unquote(parts.path)
        target = target.resolve() if parts.path else site / page
        if target.is_dir():
            target = target / "index.html"
        assert target.exists(), f"{link} leads nowhere"
        if parts.fragment and target.suffix == ".html":
            name = target.relative_to(site).as_posix()
            ids = read[name].ids if name in read else set()
            assert unquote(parts.fragment) in ids, f"{link}: no such place"


@pytest.mark.parametrize("page", NUMBERED)
def test_a_chapter_carries_its_files_number(site, page):
    html = (site / page).read_text(encoding="utf-8")
    number = str(int(page.split("/")[1][:2]))
    assert f'<span class="section-number">{number}. </span>' in html
    shown = re.findall(r'class="eqno">\((\d+)\.\d+\)', html)
    shown += re.findall(r'<span class="caption-number">Exercise (\d+)\.', html)
    shown += re.findall(r'class="section-number">(\d+)\.\d+\.', html)
    assert len(shown) > 10
    assert set(shown) == {number}


@pytest.mark.parametrize("page", NUMBERED)
def test_every_exercise_has_its_solution_folded_after_it(site, page):
    html = (site / page).read_text(encoding="utf-8")
    name = page.split("/")[1].replace(".html", ".ipynb")
    notebook = json.loads((ROOT / "chapters" / name).read_text("utf-8"))
    asked = [
        cell
        for cell in notebook["cells"]
        if "exercise" in cell["metadata"].get("tags", [])
    ]
    assert asked
    folds = re.findall(r"<details[^>]*lw-solution[^>]*>", html)
    assert len(folds) == len(asked)
    assert not any(" open" in fold for fold in folds)
    assert not re.search(r"\d+ of \d+ points", plain(html))


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_can_be_opened_and_downloaded(site, read, page):
    name = page.split("/")[1].removesuffix(".html")
    text = plain((site / page).read_text(encoding="utf-8"))
    # the command knows a chapter by its number only
    told = re.findall(r"layerwise start (\w+)", text)
    assert set(told) == ({name[:2]} if page in NUMBERED else set())
    assert any("_downloads" in link for link in read[page].links)


def test_the_downloaded_notebook_is_the_learners(site):
    for page in CHAPTERS:
        name = page.split("/")[1].replace(".html", ".ipynb")
        (found,) = site.glob(f"_downloads/*/{name}")
        assert found.read_bytes() == (ROOT / "chapters" / name).read_bytes()


EXPLORER = "chapters/06-activations.html"
SERVED = [page for page in PAGES if page != "404.html"]  # it needs its base


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", SERVED)
def test_axe_finds_nothing(looked, page, theme):
    told = looked(page)[f"axe {theme}"]
    assert told == [], "\n".join(told)


@pytest.mark.parametrize(
    "head, wrong",
    [
        ("", True),
        ("<mjx-container></mjx-container>", True),
        (
            "<mjx-assistive-mml><math><mi>z</mi></math></mjx-assistive-mml>",
            False,
        ),
    ],
)
def test_only_a_header_with_a_formula_counts_as_not_empty(
    visit, axe, head, wrong
):
    page = visit().page
    page.set_content(
        "<!doctype html><html lang=en><title>t</title><main><h1>t</h1>"
        f"<table><tr><th scope=col>{head}</th></tr><tr><td>1</td></tr>"
        "</table></main>"
    )
    told = [one for one in axe_finds(page, axe) if "table-header" in one]
    assert bool(told) == wrong


@pytest.mark.parametrize("page", SERVED)
def test_a_page_asks_no_other_server_and_says_nothing(looked, page):
    assert looked(page)["foreign"] == []
    assert looked(page)["said"] == []


@pytest.mark.parametrize("page", CONTENT)
def test_formulas_are_set(looked, page):
    facts = looked(page)
    assert facts["set"] >= facts["math"]
    assert facts["wrong"] == 0


@pytest.mark.parametrize("page", CONTENT)
def test_no_page_is_wider_than_the_screen(looked, page):
    over = looked(page)["over"]
    assert all(pixels <= 0 for pixels in over.values()), over


def weight(path):
    """What a server sends: text compressed, pictures and fonts as they are."""
    data = path.read_bytes() if path.is_file() else b""
    packed = path.suffix in {".woff", ".woff2", ".png", ".jpg"}
    return len(data) if packed else len(gzip.compress(data, 6))


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_weighs_less_than_700_kb_compressed(
    looked, address, site, page
):
    urls = [u for u in looked(page)["urls"] if address in u]
    paths = [site / unquote(urlsplit(u).path).lstrip("/") for u in urls]
    total = sum(weight(path) for path in paths)
    assert 100_000 < total < 700_000, f"{total:,} bytes"


def test_search_finds_a_term_a_function_and_a_heading(visit, address):
    for words in ("saturation", "relu_backward", "errata"):
        seen = visit()
        opened = seen.open(f"{address}/search.html?q={words}")
        opened.wait_for_selector("ul.search li")
        assert opened.locator("ul.search li a").count() > 0
        assert seen.foreign == []


@pytest.mark.parametrize("kind", ["equation", "term"])
def test_a_link_shows_what_it_leads_to_and_escape_hides_it(
    visit, address, kind
):
    seen = visit()
    opened = seen.open(f"{address}/{EXPLORER}")
    css = f".bd-article p a[href*='#{kind}-'] >> visible=true"
    link = opened.locator(css).first
    link.focus()
    opened.wait_for_selector(".lw-preview")
    shown = opened.locator(".lw-preview")
    if kind == "equation":
        assert shown.locator("mjx-container").count() == 1
    else:
        assert len(shown.inner_text()) > 20
    opened.keyboard.press("Escape")
    assert shown.count() == 0
    assert seen.said == []


def test_who_jumps_far_down_a_page_stays_there(visit, address):
    opened = visit().open(f"{address}/{EXPLORER}", whole=False)
    figure = opened.locator(".lw-figure", has_text="compare with").first
    figure.scroll_into_view_if_needed()
    before = figure.bounding_box()["y"]
    opened.wait_for_function(WHOLE)
    assert abs(figure.bounding_box()["y"] - before) < 200


def test_a_page_not_found_leads_back(visit, address):
    opened = visit().open(f"{address}/404.html")
    assert opened.locator("h1", has_text="does not exist").count() == 1
    opened.get_by_role("link", name="first page").click()
    assert opened.title().startswith("Neural networks")


# ---- figures


def reading(page):
    return page.locator(".lw-reading").first.inner_text()


def numbers(text):
    """Numbers of a reading, minus signs and powers of ten understood."""
    text = text.replace("\N{MINUS SIGN}", "-")
    powers = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    text = re.sub(
        r" \S 10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: "e" + m[1].translate(powers), text
    )
    return [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", text)]


def expected(name, z, depth):
    import numpy as np

    import layerwise as lw

    forward = getattr(lw, f"{name}_forward")
    backward = getattr(lw, f"{name}_backward")
    a, cache = forward(np.array([[z]]))
    slope = backward(np.ones((1, 1)), cache)[0, 0]
    return [z, a[0, 0], slope, depth, slope**depth]


@pytest.fixture(params=["http", "file"])
def explorer(request, visit, address, site):
    start = address if request.param == "http" else site.as_uri()
    opened = visit().open(f"{start}/{EXPLORER}", whole=False)
    opened.wait_for_selector("html[data-figures]", state="attached")
    figure = opened.locator(".lw-figure", has_text="compare with").first
    figure.scroll_into_view_if_needed()
    figure.get_by_label("compare with").select_option("nothing")
    return figure


def read_off(figure):
    figure.page.wait_for_timeout(80)
    return numbers(figure.locator(".lw-reading").inner_text())


def close(got, wanted):
    assert got[:5] == pytest.approx(wanted, rel=6e-3, abs=1e-12)


def test_the_explorer_moved_by_keyboard_reads_as_the_library(explorer):
    slider = explorer.locator("input[type=range]")
    before = read_off(explorer)
    slider.focus()
    for _ in range(7):
        explorer.page.keyboard.press("ArrowLeft")
    z = float(slider.input_value())
    assert z == pytest.approx(before[0] - 0.35)
    close(read_off(explorer), expected("tanh", z, 5))
    explorer.get_by_label("more: layers").press("Enter")
    close(read_off(explorer), expected("tanh", z, 6))
    explorer.get_by_label("sigmoid", exact=True).check(force=True)
    close(read_off(explorer), expected("sigmoid", z, 6))


def test_the_explorer_moved_by_mouse_reads_as_the_library(explorer):
    mouse = explorer.page.mouse
    box = explorer.locator(".lw-axes svg").nth(1).bounding_box()
    y = box["y"] + box["height"] / 2
    mouse.move(box["x"] + box["width"] * 0.8, y)
    mouse.down()
    mouse.move(box["x"] + box["width"] * 0.45, y, steps=6)
    mouse.up()
    z = float(explorer.locator("input[type=range]").input_value())
    assert -3 < z < 1
    close(read_off(explorer), expected("tanh", z, 5))


def test_the_explorer_says_its_value_to_a_screen_reader(explorer):
    slider = explorer.locator("input[type=range]")
    slider.focus()
    explorer.page.keyboard.press("Home")
    assert slider.get_attribute("aria-valuetext") == "z is \N{MINUS SIGN}5.00"
    explorer.page.wait_for_timeout(700)
    told = explorer.locator("[role=status]").inner_text()
    assert "5.00" in told


def test_the_moving_figure_of_the_first_page_plays_and_stops(visit, address):
    seen = visit(motion="no-preference")
    opened = seen.open(f"{address}/")
    opened.wait_for_function(
        "document.querySelector('.lw-figure button').textContent === 'Play' &&"
        " /1500 steps/.test(document.querySelector('.lw-reading').innerText)",
        timeout=15_000,
    )
    assert "160 of 160" in reading(opened)
    slider = opened.locator(".lw-figure input[type=range]").first
    slider.focus()
    opened.keyboard.press("Home")
    opened.wait_for_timeout(100)
    assert "After 0 steps" in reading(opened)


def test_where_motion_is_unwanted_nothing_plays_by_itself(visit, address):
    opened = visit(motion="reduce").open(f"{address}/")
    opened.wait_for_timeout(600)
    assert "1500 steps" in reading(opened)


def test_a_figure_that_fails_shows_its_still_and_a_note(site, browser):
    html = (site / EXPLORER).read_text(encoding="utf-8")
    broken = html.replace("kit.figure((f) =>", "kit.nothing((f) =>")
    assert broken != html
    context = browser.new_context()
    opened = context.new_page()
    address = (site / EXPLORER).as_uri()
    opened.route(
        address,
        lambda route: route.fulfill(body=broken, content_type="text/html"),
    )
    opened.goto(address)
    opened.locator(".lw-note").first.wait_for(state="attached")
    still = opened.locator("img.lw-still").first
    still.scroll_into_view_if_needed()
    assert still.is_visible()
    context.close()


def test_on_paper_the_still_stands_in_for_the_figure(visit, address):
    opened = visit().open(f"{address}/{EXPLORER}")
    assert opened.locator("img.lw-still").first.is_hidden()
    opened.emulate_media(media="print")
    assert opened.locator("img.lw-still").first.is_visible()
    assert opened.locator(".lw-figure").first.is_hidden()
