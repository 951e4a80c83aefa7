"""Of a dozen style sheets one is made, of the rules that some page uses."""

import pytest

sheet = pytest.importorskip("layerwise_site.sheet")

CSS = """
@charset "utf-8";
.used, .lost { color: red; content: "}{;" }
.used .lost > a { color: blue }
a:not(.lost):is(.used, .lost) { color: green }
#here[href$=".lost"] { color: #abcdef }
@media (min-width: 2px) { .lost { color: red } .used { top: 1px } }
@media print { .lost { color: red } }
@font-face { font-family: x; src: url("x.woff") }
.lg\\:used { top: 0 }
.lg\\:lost { top: 0 }
"""


def test_only_rules_that_a_page_can_use_are_kept():
    kept = sheet.kept(CSS, {"used", "here", "lg:used"})
    assert kept.splitlines() == [
        '.used{color: red; content: "}{;"}',
        "a:not(.lost):is(.used, .lost){color: green}",
        '#here[href$=".lost"]{color: #abcdef}',
        "@media (min-width: 2px){.used{top: 1px}}",
        '@font-face{font-family: x; src: url("x.woff")}',
        ".lg\\:used{top: 0}",
    ]


def test_imports_are_taken_in_and_addresses_follow(tmp_path):
    (tmp_path / "styles").mkdir()
    (tmp_path / "basic.css").write_text("/* a */ b { c: url(file.png) }")
    theme = tmp_path / "styles/theme.css"
    theme.write_text('@import "../basic.css";\nd { e: url("../f.svg") }')
    css = sheet.whole(theme, tmp_path)
    assert "@import" not in css and "/*" not in css
    assert "url(file.png)" in css and 'url("f.svg")' in css


PAGE = """<html><head>
<link href="../_static/styles/theme.css" rel="stylesheet">
<link rel="stylesheet" type="text/css" href="../_static/a.css?v=1" />
<script src="../_static/documentation_options.js?v=1"></script>
<script src="../_static/doctools.js"></script>
<script data-x="y" src="../_static/design-tabs.js?v=2"></script>
<script defer="defer" src="../_static/late.js"></script>
<script>let inline = 1;</script>
<script type="application/vnd.jupyter.widget-state+json">{"a": 1}</script>
</head><body class="x">{body}</body></html>"""


def test_nothing_stands_before_what_is_read():
    page = sheet.lighter(PAGE, "book.css?v=9", "const O = 1;")
    head, body = page.split("</head>")
    assert head.count("stylesheet") == 1
    assert 'href="../_static/book.css?v=9"' in head
    assert "<script>const O = 1;</script>" in head
    assert "design-tabs" not in head
    assert '<script defer src="../_static/doctools.js">' in head
    assert "let inline" in head
    assert '{"a": 1}</script>\n</body>' in body
    assert sheet.lighter(page, "book.css?v=9", "const O = 1;") == page


def test_a_script_stays_where_something_needs_it():
    page = PAGE.replace("{body}", '<div class="sd-tab-set"></div>')
    assert "design-tabs" in sheet.lighter(page, "book.css", "")
