"""What a reader of text is told of things that have richer forms."""

from base64 import b64encode

import pytest

from interpreter.core.html_text import MOST, html_text
from interpreter.core.plainest import plainest
from interpreter.core.tables import table_text

OPAQUE = "<IPython.core.display.HTML object>"
GIF = b64encode(b"GIF89a" + (40).to_bytes(2, "little") + (30).to_bytes(2, "little") + b"\0" * 3_000).decode()
PLOTLY = {
    "data": [{"type": "bar", "y": [1]}, {"type": "bar"}, {"y": [2]}],
    "layout": {"title": {"text": "Revenue"}},
}


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"text/plain": "   a\n0  1", "text/html": "<table></table>"}, "   a\n0  1"),
        ({"text/plain": OPAQUE, "text/html": "<p>Tom &amp; <b>Jerry</b></p>"}, "Tom & Jerry"),
        ({"text/plain": "<folium.folium.Map at 0x7f3a>", "text/html": "<p>a map</p>"}, "a map"),
        ({"text/plain": "<folium.folium.Map object at 0x7f3a>", "text/html": "<iframe></iframe>"}, None),
        ({"text/plain": "<IPython.core.display.Latex object>", "text/latex": "$x^2$"}, "$x^2$"),
        ({"text/plain": "<IPython.core.display.JSON object>", "application/json": {"a": [1, "é"]}}, '{"a":[1,"é"]}'),
        ({"application/vnd.plotly.v1+json": PLOTLY}, "[Plotly chart “Revenue”: 3 traces (bar, scatter)]"),
        ({"application/vnd.plotly.v1+json": "broken", "text/plain": "x"}, "[Plotly chart]"),
        (
            {"application/vnd.vegalite.v5+json": {"title": "T", "mark": {"type": "line"}}, "text/plain": "alt.Chart"},
            "[Vega-Lite chart “T”: line]",
        ),
        (
            {"text/plain": "<IPython.core.display.SVG object>", "image/svg+xml": '<svg width="40pt" height="30"/>'},
            "svg",
        ),
        (
            {"image/gif": GIF, "text/plain": "<IPython.core.display.Image object>"},
            "[picture: image/gif, 40x30 pixels, 3 KB]",
        ),
        ({"text/plain": "<Figure size 640x480 with 1 Axes>", "image/png": "iVBO"}, "<Figure size 640x480 with 1 Axes>"),
        ({"application/javascript": "alert(1)"}, "[application/javascript]"),
        ({}, "[]"),
    ],
)
def test_the_plainest_useful_form_is_told(data, told):
    said = plainest(data)
    if told == "svg":
        assert said == "[picture: image/svg+xml, 40x30, 1 KB]"
    else:
        assert said == (told or data["text/plain"])


def test_html_is_read_without_scripts_and_styles():
    html = "<style>p{}</style><script>if (a<b) {}</script><h1>Title</h1><p>One\n two<br>three</p><ul><li>a<li>b</ul>"
    assert html_text(html) == "Title\nOne two\nthree\n- a\n- b"


def test_preformatted_html_keeps_its_lines_and_blanks():
    assert html_text("<pre>a  b\n  c</pre>d") == "a  b\n  c\nd"


@pytest.mark.parametrize(
    "html", ["<", "<table", "<table><tr><td>x", "</table></td>", "<td>x</td>", "&#x110000;", "<!--"]
)
def test_no_html_is_too_broken(html):
    assert isinstance(html_text(html), str)


def test_an_html_table_becomes_aligned_rows_cut_by_rows_and_columns():
    heading = "".join(f"<th>c{column}</th>" for column in range(30))
    rows = "".join(
        f"<tr><th>{row}</th>{''.join(f'<td>{row * column}</td>' for column in range(29))}</tr>" for row in range(1_000)
    )
    lines = html_text(f"<table><thead><tr>{heading}</tr></thead><tbody>{rows}</tbody></table>").split("\n")

    assert lines[0].split() == ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "…", "c26", "c27", "c28", "c29"]
    assert lines[1].split() == ["0", *["0"] * 7, "…", *["0"] * 4]
    assert lines[21] == "… 970 rows …" and lines[-2].startswith("999")
    assert lines[-1] == "(1,000 rows, 30 columns; columns in the middle are left out)"


def test_a_small_table_is_told_whole_and_a_long_cell_is_cut():
    assert table_text([["a", "b"], ["1", "x" * 100]]) == f"a  b\n1  {'x' * 59}…"
    assert table_text([["a"], ["1", "2"]]) == "a\n1  2"
    assert table_text([]) == ""


def test_a_table_in_a_cell_is_text():
    assert html_text("<table><tr><td>a<table><tr><td>b</td></tr></table></td><td>c</td></tr></table>") == "a b  c"


def test_html_without_end_is_read_in_part():
    told = html_text("<p>word</p>" * (MOST // 11 + 1_000))
    assert told.endswith("characters of HTML left out …]")
