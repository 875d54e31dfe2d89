"""A setting changed in a file: everything else stays as it was, to the letter."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.configuration.changes import with_value, without
from interpreter.configuration.toml_file import SettingsFile
from interpreter.core.errors import WrongUsage

FILE = SettingsFile(Path("/home/ann/config.toml"))
TEXT = """\
# What I like.

max_steps   =  7    # not more
future_key = {a = 1}   # of a newer version

instructions = '''
Be kind.
'''

[table]   # unknown
max_steps = 1
"""


def test_a_changed_value_keeps_its_place_and_its_comment():
    assert with_value(TEXT, "max_steps", 9, FILE) == TEXT.replace("  7  ", "  9  ")


def test_a_new_value_does_not_land_in_a_table():
    changed = with_value(TEXT, "plain", True, FILE)
    assert tomllib.loads(changed) == {**tomllib.loads(TEXT), "plain": True}
    assert [line for line in changed.splitlines() if line != "plain = true"] == TEXT.splitlines()


def test_what_is_taken_out_is_gone_and_nothing_else():
    assert without(TEXT, "max_steps", FILE) == TEXT.replace("max_steps   =  7    # not more\n", "")
    assert without(TEXT, "future_key", FILE) == TEXT.replace("future_key = {a = 1}   # of a newer version\n", "")
    assert without(TEXT, "plain", FILE) == TEXT


def test_windows_line_ends_stay():
    text = TEXT.replace("\n", "\r\n")
    assert with_value(text, "max_steps", 9, FILE) == text.replace("  7  ", "  9  ")


@pytest.mark.parametrize("change", [lambda: with_value("a = ", "plain", True, FILE), lambda: without("[", "a", FILE)])
def test_what_is_no_toml_is_not_touched(change):
    with pytest.raises(WrongUsage, match="not TOML"):
        change()


VALUES = st.one_of(
    st.booleans(),
    st.integers(1, 10**9),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"])),
)
LINES = st.lists(
    st.sampled_from(["", "# a comment", "other = 1", "more = 'x' # y", "list = [\n 1,\n]", '"q k" = """\na\n"""']),
    unique=True,
)


@given(LINES, st.booleans(), VALUES, VALUES)
def test_whatever_the_value_it_reads_back_and_the_rest_stays(lines, has_table, first, second):
    text = "\n".join([*lines, *(["[t]", "x = 1"] if has_table else []), ""])
    changed = with_value(with_value(text, "setting", first, FILE), "setting", second, FILE)
    assert tomllib.loads(changed) == {**tomllib.loads(text), "setting": second}
    assert tomllib.loads(without(changed, "setting", FILE)) == tomllib.loads(text)
    assert all(line in changed for line in lines)
