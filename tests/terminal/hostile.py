"""Text that would do something to a terminal, or hide from its reader; and what of all that may reach one."""

import re

from hypothesis import strategies as st

from tests.core.test_visible import ATTACKS, hidden_left_in

MORE = [
    "\x1b]0;evil title\x07",
    "\x1b]8;;http://evil/\x1b\\here\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1b]1337;File=inline=1:AAAA\x07",
    "\x1bPq#0;2;0;0;0#0~~\x1b\\",
    "\x1b_Ga=T,f=24;AAAA\x1b\\",
    "\x1b^private\x1b\\",
    "\x1b[?1049h",
    "\x1b[?2004l",
    "\x1b[?25l",
    "\x1b[?1000h",
    "\x1b[2;5r",
    "\x1b[20;3H",
    "\x1b[5i",
    "\x1b[c",
    "\x1b[>0;2m",
    "\x1b[?7l",
    "\x1b[3;31;8m",
    "\x1b[!p",
    "\x1b7",
    "\x1b8",
    "\x1bD",
    "\x1bM",
    "\x1b#8",
    "\x1b(0lqqk",
    "\x1b%G",
    "\x1b[",
    "\x1b",
    "\x9b?25l",
    "\x9dtitle\x9c",
    "\x00",
    "\x7f\x08\x08",
    "safe\rrm -rf /",
    "\x0b\x0c\x05\x0e\x0f",
    "\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069",
    "\u200b\u2060\u180e\ufeff",
    "\U000e0001\U000e0065\U000e007f",
    "\ufe00\ufe0f\U000e0100",
    "\udc1b[2J",
    "e" + "\u0301" * 1_000,
    "x" * 500,
    "a" + " " * 60 + "b",
    "\t\t|\t",
    "字" * 90,
    "👩\u200d👩\u200d👧",
    "\u2028\u2029\x85",
]
PIECES = st.one_of(
    st.sampled_from([*ATTACKS, *MORE]),
    st.text(max_size=8),
    st.sampled_from(["\n", " ", "word", "`", "*", "#", "| a | b |\n|---|---|\n| c | d |\n", "```", "[a](", "\r\n"]),
)
HOSTILE = st.lists(PIECES, max_size=8).map("".join)

SGR = r"\x1b\[(?!(?:[0-9:]*;)*0*8(?:[;:]|m)(?<![345]8[;:]))[0-9;:]*m"
FOOTER = r"\x1b7\x1b\[0m\x1b\[J\x1b8|(?:\x1bD)+\x1b\[\d+A|\x1b7(?=\x1b\[\?7l)|\x1b\[\?7[lh]|\x1b8(?=\x1b\[\?7h)"
DRAWN = rf"{SGR}|\r\x1b\[K|{FOOTER}"
"""Colours, a line erased to be drawn anew, and the footer's own movements."""
TYPED = r"\x1b\[\?2004[lh]|\x1b\[\?25[lh]|\x1b\[\?12[lh]|\x1b\[\?1l|\x1b\[\?7[lh]|\x1b\[\d*[ABCDJK]|\x08|\r"
"""What prompt_toolkit draws the prompt with."""


def left_of(raw: str, own: str = DRAWN) -> set[str]:
    """The characters that are no text and in none of our own sequences; `\r\n` is what the terminal's driver makes."""
    return hidden_left_in(re.sub(own, "", raw.replace("\r\n", "\n")))
