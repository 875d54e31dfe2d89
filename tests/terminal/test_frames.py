"""Data frames as tables, at every width."""

import html
import re

import numpy as np
import pandas as pd
import pytest

from interpreter.terminal.frames import drawn_frame
from tests.core.test_visible import ATTACKS, hidden_left_in

WIDTHS = pytest.mark.parametrize("width", [40, 80, 200])
SGR = re.compile(r"\x1b\[[0-9;]*m")


def small() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "id": [1, 20, 300],
            "name": ["Ada Lovelace", "Grace Brewster Murray Hopper", "日本語"],
            "price": [1.5, 2.25, -3],
            "note": ["a text about nothing in particular", "b", None],
        }
    )


def large(columns: int = 30) -> pd.DataFrame:
    return pd.DataFrame(np.arange(100 * columns).reshape(100, columns), columns=[f"c{i}" for i in range(columns)])


def drawn(frame, width: int, *, colours: bool = False) -> list[str]:
    """As the kernel sends it."""
    with pd.option_context("display.max_columns", 20):
        text = drawn_frame({"text/html": frame._repr_html_(), "text/plain": "x"}, width, colours=colours)
    assert text is not None and text.endswith("\n")
    return text.splitlines()


def test_numbers_stand_on_the_right_and_words_on_the_left():
    assert drawn(small(), 80) == [
        "    id  name                          price  note",
        "───────────────────────────────────────────────────────────────────────────────",
        "0    1  Ada Lovelace                   1.50  a text about nothing in particular",
        "1   20  Grace Brewster Murray Hopper   2.25  b",
        "2  300  日本語                        -3.00  NaN",
    ]


def test_words_are_cut_and_numbers_never_at_40_columns():
    assert drawn(small(), 40) == [
        "    id  name        price  note",
        "─────────────────────────────────────",
        "0    1  Ada Lovel…   1.50  a text ab…",
        "1   20  Grace Bre…   2.25  b",
        "2  300  日本語      -3.00  NaN",
    ]


def test_what_is_too_wide_loses_its_middle_and_says_how_much():
    assert drawn(large(), 40)[:3] == [
        "       c0    c1  26 more   c28   c29",
        "────────────────────────────────────",
        "  0     0     1  …          28    29",
    ]
    assert drawn(large(), 40)[-1] == "100 rows \N{MULTIPLICATION SIGN} 30 columns"


@pytest.mark.parametrize("width", [40, 80, 120])
def test_what_pandas_left_out_itself_is_counted_too(width):
    lines = drawn(large(200), width)
    kept = [word for word in lines[0].split() if word.startswith("c")]
    assert kept[0] == "c0" and kept[-1] == "c199"
    assert f"{200 - len(kept)} more" in lines[0]


@WIDTHS
@pytest.mark.parametrize(
    "frame",
    [
        small(),
        large(),
        large(200),
        small().set_index([["u", "u", "v"], ["p", "q", "r"]]),
        small().pivot_table(index="name", columns="id", values=["price"]),
        small().style,
        small().head(0),
        pd.DataFrame(),
        pd.DataFrame({"x" * 100: ["y" * 1000]}),
    ],
    ids=["small", "large", "wide", "two labels", "pivot", "styled", "no rows", "nothing", "long words"],
)
def test_every_frame_fits_and_says_how_large_it_is(frame, width):
    from interpreter.terminal.wrapped import columns

    lines = drawn(frame, width)
    assert all(columns(line) < width for line in lines)
    shown = [SGR.sub("", line) for line in drawn(frame, width, colours=True)]
    assert [line.rstrip() for line in shown] == lines, "colours change nothing else"


def test_a_label_for_several_rows_stands_at_the_first_of_them():
    lines = drawn(small().set_index([["u", "u", "v"], ["p", "q", "r"]]), 80)
    assert [line[:4] for line in lines[2:]] == ["u  p", "   q", "v  r"]


def test_of_very_many_rows_those_in_the_middle_are_counted():
    with pd.option_context("display.max_rows", None):
        lines = drawn(large(3), 80)
    assert "(70 rows are not drawn)" in lines
    assert [line.split()[0] for line in lines[2:5]] == ["0", "1", "2"]


POLARS = """<div><style>.dataframe > thead > tr { text-align: right; }</style><small>shape: (2, 2)</small>
<table border="1" class="dataframe"><thead><tr><th>name</th><th>price</th></tr><tr><td>str</td><td>f64</td></tr></thead>
<tbody><tr><td>&quot;Ada&quot;</td><td>1.5</td></tr><tr><td>&quot;Grace&quot;</td><td>22.25</td></tr></tbody></table></div>"""


def test_a_frame_of_polars_has_its_types_in_the_head():
    assert drawn_frame({"text/html": POLARS}, 80, colours=False) == (
        'shape: (2, 2)\nname     price\nstr        f64\n──────────────\n"Ada"      1.5\n"Grace"  22.25\n'
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_cell_is_obeyed_by_the_terminal(attack):
    cell = html.escape(attack)
    row = f"<th>{cell}</th><td>{cell}</td><td>1</td>"
    page = f'<table class="dataframe"><thead><tr>{row}</tr></thead><tr>{row}</tr></table><p>{cell} 1 rows</p>'
    for width in (40, 80, 200):
        text = drawn_frame({"text/html": page}, width, colours=True)
        assert text is not None and not hidden_left_in(SGR.sub("", text))


@pytest.mark.parametrize(
    "data",
    [
        {"text/plain": "x"},
        {"text/html": "<b>no table</b>"},
        {"text/html": "<table><tr><td>any</td></tr></table>"},
        {"text/html": '<table class="dataframe"></table>'},
        {"text/html": '<table class="dataframe"><tr><td>1</td></tr></table>' * 2},
    ],
)
def test_what_is_no_data_frame_is_left_as_it_is(data):
    assert drawn_frame(data, 80, colours=True) is None


def test_where_not_even_one_column_fits_it_is_left_as_text():
    with pd.option_context("display.max_columns", 20):
        assert drawn_frame({"text/html": large()._repr_html_()}, 8, colours=False) is None
