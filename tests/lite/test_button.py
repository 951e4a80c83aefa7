"""The link on a chapter's page stands in full sites only."""

import json
import sys

import pytest
from lite_visit import ROOT

sys.path.append(str(ROOT / "book/_ext"))
from layerwise_site import pages


@pytest.mark.parametrize("lite", [True, False])
def test_a_chapter_is_run_in_the_browser_where_the_site_can(lite):
    path = next((ROOT / "chapters").glob("*.ipynb"))
    chapter = json.loads(path.read_text(encoding="utf-8"))
    page = pages.assemble(chapter, None, path.stem, lite=lite)
    top = page["cells"][0]["source"]
    link = f'href="../lite/notebooks/index.html?path={path.name}"'
    assert (link in top) == lite
    assert "Download the notebook" in top
