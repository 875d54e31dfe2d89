"""The table of docs/settings.md says what the settings, the flags and the keywords really are."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from interpreter.configuration.profiles import SHIPPED
from interpreter.core.briefing import LONGEST, LONGEST_SMALL
from interpreter.flags import main_parser
from interpreter.settings import Keywords, Settings
from interpreter.storage.text_file import LONGEST as LONGEST_FILE
from interpreter.terminal.subcommands.config_listing import in_words

PAGE = (Path(__file__).parent.parent / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = {row[0]: row[1:] for row in re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \| (yes|no) \| (.+?) \|$", PAGE, re.M)}
FLAGS = {action.dest: action for action in main_parser()._actions}


def test_every_setting_is_there_in_its_order():
    assert list(ROWS) == [each.name for each in fields(Settings)]


@pytest.mark.parametrize("each", fields(Settings), ids=lambda each: each.name)
def test_flags_defaults_and_keywords_are_the_real_ones(each):
    flags, default, is_keyword, _ = ROWS[each.name]
    written = re.findall(r"-{1,2}[\w-]+", flags)
    if each.name == "rules":
        assert (written, default, is_keyword) == ([], "none", "yes")
        return
    action = FLAGS[each.name]
    assert written == [name for name in action.option_strings if not name.startswith("--no-")]
    assert (re.search(r" [A-Z]+`", flags) is None) is (action.nargs == 0)
    assert default == (f"`{in_words(each.name, each.default)}`" if each.default not in (None, ()) else "none")
    assert (is_keyword == "yes") is (each.name in Keywords.__annotations__)


def test_the_profiles_and_bounds_are_the_real_ones():
    named = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \|$", PAGE, re.M)
    assert sorted(named) == sorted(path.stem for path in SHIPPED.glob("*.toml"))
    assert f"first {LONGEST:,} characters" in PAGE and f"first {LONGEST_SMALL}:" in PAGE
    assert LONGEST_FILE == 64 * 1024 and "larger than 64 KB" in PAGE
