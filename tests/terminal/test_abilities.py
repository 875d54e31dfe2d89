"""What terminals can do, as their environments tell."""

import pytest

from interpreter.terminal.abilities import chosen_protocol, has_true_colour, is_unicode, picture_protocol


@pytest.mark.parametrize(
    ("environ", "protocol"),
    [
        ({}, None),
        ({"TERM": "xterm-256color"}, None),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "new"}, None),
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "mlterm-256color"}, "sixel"),
        ({"TERM": "xterm-256color", "WT_SESSION": "4f0c"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "230805"}, "sixel"),
        ({"TERM": "xterm-256color", "KONSOLE_VERSION": "210400"}, "blocks"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "blocks"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "blocks"),
        ({"TERM": "linux"}, "blocks"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, "blocks"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, "blocks"),
        ({"TERM": "screen.xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "blocks"),
    ],
    ids=str,
)
def test_the_protocol_of_pictures_is_known_only_where_the_environment_tells(environ, protocol):
    assert picture_protocol(environ) == protocol


@pytest.mark.parametrize(
    ("encoding", "is_whole"),
    [("utf-8", True), ("UTF8", True), ("utf_16", True), ("ascii", False), ("latin-1", False), (None, False)],
)
def test_an_encoding_has_all_characters_or_not(encoding, is_whole):
    assert is_unicode(encoding) is is_whole


@pytest.mark.parametrize(
    ("setting", "environ", "encoding", "answer", "protocol"),
    [
        ("auto", {"TERM": "xterm-kitty"}, "utf-8", False, "kitty"),
        ("auto", {"TERM": "xterm-256color"}, "utf-8", True, "sixel"),
        ("auto", {"TERM": "xterm-256color"}, "utf-8", False, "blocks"),
        ("auto", {"TERM": "xterm-256color"}, "ascii", False, "none"),
        ("auto", {"TERM": "xterm-kitty", "NO_COLOR": "1"}, "utf-8", False, "none"),
        ("auto", {"TERM": "dumb"}, "utf-8", True, "none"),
        ("kitty", {"TERM": "xterm-256color"}, "utf-8", False, "kitty"),
        ("blocks", {"TERM": "xterm-kitty"}, "utf-8", False, "blocks"),
        ("none", {"TERM": "xterm-kitty"}, "utf-8", True, "none"),
        ("kitty", {"TERM": "xterm-kitty", "NO_COLOR": "1"}, "utf-8", False, "none"),
    ],
)
def test_the_users_word_comes_before_the_environment_and_that_before_the_question(
    setting, environ, encoding, answer, protocol
):
    asked = []

    def shows_sixels() -> bool:
        asked.append("asked")
        return answer

    assert chosen_protocol(setting, environ, encoding=encoding, shows_sixels=shows_sixels) == protocol
    assert bool(asked) == (setting == "auto" and environ == {"TERM": "xterm-256color"})


@pytest.mark.parametrize(
    ("environ", "has_it"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, True),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "iTerm.app"}, False),
        ({"TERM": "tmux-256color", "COLORTERM": "24bit"}, True),
        ({"TERM": "alacritty"}, True),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, False),
    ],
)
def test_more_than_256_colours_are_used_only_where_they_are_known_to_be_there(environ, has_it):
    assert has_true_colour(environ) is has_it
