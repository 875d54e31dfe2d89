"""What terminals can do, as their environments tell."""

import pytest

from interpreter.terminal.abilities import is_unicode, picture_protocol


@pytest.mark.parametrize(
    ("environ", "protocol"),
    [
        ({}, "none"),
        ({"TERM": "xterm-256color"}, "none"),
        ({"TERM": "xterm-kitty"}, "kitty"),
        ({"TERM": "xterm-256color", "KITTY_WINDOW_ID": "1"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, "kitty"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "iterm2"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "iterm2"),
        ({"TERM": "xterm-256color", "LC_TERMINAL": "iTerm2"}, "iterm2"),
        ({"TERM": "foot"}, "sixel"),
        ({"TERM": "mlterm-256color"}, "sixel"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, "none"),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, "none"),
        ({"TERM": "xterm-kitty", "TMUX": "/tmp/tmux-0/default,1,0"}, "none"),
        ({"TERM": "screen.xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "none"),
    ],
    ids=str,
)
def test_the_protocol_of_pictures_is_guessed_only_where_it_is_certain(environ, protocol):
    assert picture_protocol(environ) == protocol


@pytest.mark.parametrize(
    ("encoding", "is_whole"),
    [("utf-8", True), ("UTF8", True), ("utf_16", True), ("ascii", False), ("latin-1", False), (None, False)],
)
def test_an_encoding_has_all_characters_or_not(encoding, is_whole):
    assert is_unicode(encoding) is is_whole
