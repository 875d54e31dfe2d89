"""Keys from bytes, cut anywhere."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.terminal.key_decoder import LONGEST_PASTE, Key, KeyDecoder

KEYS = {
    "a": [Key("text", "a")],
    "字é": [Key("text", "字é")],
    "\r": [Key("enter")],
    "\n": [Key("enter")],
    "\x7f": [Key("backspace")],
    "\x15": [Key("erase line")],
    "\x17": [Key("erase word")],
    "\x14": [Key("glance")],
    "\x1b\r": [Key("new line")],
    "\x1b[A": [Key("up")],
    "\x1bOA": [Key("up")],
    "\x1b[B": [],
    "\x1b[1;5C": [],
    "\x1b[3~": [],
    "\x1bx": [],
    "\x01": [],
    "\x85": [],
    "\x1b[200~one\r\ntwo\rthree\n\x1b[A\x1b[201~": [Key("paste", "one\ntwo\nthree\n\x1b[A")],
    "\x1b[200~\x1b[201~": [Key("paste", "")],
}


def joined(keys: list[Key]) -> list[Key]:
    """The same keys with text that came in pieces as one."""
    found: list[Key] = []
    for key in keys:
        if key.name == "text" and found and found[-1].name == "text":
            found[-1] = Key("text", found[-1].text + key.text)
        else:
            found.append(key)
    return found


@pytest.mark.parametrize("sent", KEYS)
def test_what_is_sent_is_a_key_or_nothing(sent):
    decoder = KeyDecoder()
    assert decoder.feed(sent.encode()) == KEYS[sent]
    assert decoder.settle() == []


@given(st.lists(st.sampled_from(list(KEYS)), max_size=12), st.data())
def test_the_keys_are_the_same_however_the_bytes_are_cut(sent, data):
    whole = "".join(sent).encode()
    cuts = sorted(data.draw(st.sets(st.integers(0, len(whole)), max_size=8)))
    decoder = KeyDecoder()
    keys = [key for at, to in zip([0, *cuts], [*cuts, len(whole)], strict=True) for key in decoder.feed(whole[at:to])]
    assert joined(keys) == joined([key for piece in sent for key in KEYS[piece]])


@given(st.binary(max_size=80))
def test_any_bytes_give_keys_and_no_error(data):
    decoder = KeyDecoder()
    keys = [*decoder.feed(data), *decoder.settle()]
    assert not any("\x1b" in key.text for key in keys if key.name == "text")


def test_an_escape_is_a_key_once_nothing_has_followed():
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b") == [] and decoder.is_undecided
    assert decoder.settle() == [Key("escape")]
    assert decoder.feed(b"[A") == [Key("text", "[A")]


def test_two_escapes_are_two_keys():
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b\x1b") == [Key("escape")]
    assert decoder.settle() == [Key("escape")]


def test_a_paste_waits_for_its_end_and_is_never_taken_for_keys():
    decoder = KeyDecoder()
    assert decoder.feed(b"\x1b[200~go\r") == [] == decoder.settle()
    assert decoder.feed(b"on\x1b[20") == [] == decoder.settle()
    assert decoder.feed(b"1~!") == [Key("paste", "go\non"), Key("text", "!")]


def test_a_paste_without_an_end_comes_in_pieces():
    decoder = KeyDecoder()
    data = b"x" * (LONGEST_PASTE + 100)
    keys = [*decoder.feed(b"\x1b[200~" + data), *decoder.feed(b"yz\x1b[201~")]
    assert "".join(key.text for key in keys) == data.decode() + "yz"
