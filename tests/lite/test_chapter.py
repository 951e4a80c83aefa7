"""A chapter, opened from its page, runs in a browser that reaches nothing.

Package indexes have no numpy for Pyodide, so that here the machinery is tried
without; test_with_numpy.py tries the rest.
"""

import pytest
from lite_visit import Notebook

pytestmark = pytest.mark.site

SMALL_WIDGET = """
import anywidget, traitlets
class Doubled(anywidget.AnyWidget):
    _esm = '''export default { render({ model, el }) {
      el.className = "doubled";
      model.on("change:twice", () => el.textContent = model.get("twice"));
      el.onclick = () => { model.set("once", 21); model.save_changes(); };
      el.textContent = "press";
    } };'''
    once = traitlets.Int(0).tag(sync=True)
    twice = traitlets.Int(0).tag(sync=True)
    @traitlets.observe("once")
    def _double(self, change):
        self.twice = 2 * change.new
Doubled()
"""


@pytest.fixture(scope="session")
def chapter(opened, full_site):
    """Chapter 6, opened by the link on its page."""
    page, missed = opened(full_site, "chapters/06-activations.html")
    page.get_by_role("link", name="Run in your browser").click()
    page.wait_for_url("**/lite/notebooks/index.html?path=06-activations.ipynb")
    return Notebook(page), missed


@pytest.fixture
def complete(pyodide):
    return any(pyodide.glob("numpy-*.whl"))


def test_a_link_on_the_page_opens_the_chapter_and_a_cell_runs(chapter):
    notebook, _ = chapter
    said = notebook.run("import sys; print(sys.platform, 6 * 7)")
    assert said.strip() == "emscripten 42"


def test_our_wheel_is_there_without_the_reader_installing_it(chapter):
    notebook, _ = chapter
    said = notebook.run(
        "from importlib.metadata import files, version\n"
        "print(version('layerwise'), len(files('layerwise')) > 90)"
    )
    assert said.strip() == "0.1.0 True"


def test_the_whole_library_is_good_python_of_the_browsers_release(chapter):
    notebook, _ = chapter
    said = notebook.run(
        "import warnings\nfrom importlib.metadata import files\n"
        "warnings.simplefilter('error')\n"
        "parts = [f for f in files('layerwise') if f.suffix == '.py']\n"
        "for f in parts: compile(f.read_text(), str(f), 'exec')\n"
        "warnings.resetwarnings()\nprint(len(parts) > 60)"
    )
    assert said.strip() == "True"


def test_what_a_copy_without_numpy_lacks_is_said_before_and_at_the_cell(
    chapter, complete
):
    if complete:
        pytest.skip("not here: this site has numpy for the browser")
    notebook, _ = chapter
    first = notebook.page.locator(".jp-Notebook .jp-Cell").first.inner_text()
    assert "built without numpy and matplotlib" in first
    assert "make site FULL=1 PYODIDE=" in first
    said = notebook.run("import layerwise")
    assert "No module named 'numpy'" in said


def test_the_first_cell_of_a_complete_site_runs(chapter, complete):
    if not complete:
        pytest.skip("not here: package indexes have no numpy for Pyodide")
    notebook, _ = chapter
    said = notebook.run(
        "import matplotlib.pyplot as plt\nimport layerwise as lw\n"
        "print(lw.relu_forward(-1.0)[0] == 0)"
    )
    assert said.strip().endswith("True")


def test_a_widget_talks_with_python_and_back(chapter):
    notebook, _ = chapter
    notebook.run(SMALL_WIDGET)
    drawn = notebook.page.locator(".doubled")
    drawn.filter(has_text="press").click()
    drawn.filter(has_text="42").wait_for()


def test_no_package_is_fetched_from_elsewhere_even_when_asked(chapter, door):
    notebook, _ = chapter
    said = notebook.run("%pip install requests")
    assert "PyPI fallback is disabled" in said
    assert not door.knocked


def test_the_chapter_asked_nobody_else_and_missed_nothing(chapter, door):
    _, missed = chapter
    assert door.knocked == []
    assert missed == []
