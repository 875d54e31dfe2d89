"""What comes through a pipe."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.errors import WrongUsage
from interpreter.terminal.stdin import PREVIEW, as_instruction, attach

PRINTS = [sys.executable, "-c", "from interpreter.terminal.stdin import piped; print(piped())"]


def test_a_piped_instruction_is_its_text_without_mark_and_margins():
    assert as_instruction("\ufeffGrüße!\n\n".encode()) == "Grüße!"


def test_what_is_not_text_is_no_instruction_and_the_way_out_is_named():
    with pytest.raises(WrongUsage) as raised:
        as_instruction(b"ok\xff")
    assert "byte 2" in str(raised.value) and "interpreter" in raised.value.hint


def test_an_attachment_is_kept_byte_for_byte_and_pointed_at(tmp_path):
    data = bytes(range(256)) * 40

    text = attach("Count the bytes.", data, tmp_path)

    assert (tmp_path / "stdin").read_bytes() == data
    assert text.startswith("Count the bytes.\n\n")
    assert str(tmp_path / "stdin") in text and "10,240 bytes" in text


def test_the_model_sees_how_an_attachment_begins_and_no_more(tmp_path):
    text = attach("Sum it.", b"a,b\n1,2\n" + b"x" * 100_000, tmp_path)
    assert "a,b\n1,2\n" in text and len(text) < PREVIEW + 300


@given(st.text(min_size=PREVIEW, max_size=2 * PREVIEW))
def test_no_character_of_the_beginning_is_cut_in_two(text):
    text = text.encode("utf-8", "replace").decode()
    with tempfile.TemporaryDirectory() as folder:
        assert attach("Sum it.", text.encode(), Path(folder)).endswith(text[:PREVIEW])


def test_a_pipe_and_a_file_are_read_and_a_device_is_not(tmp_path):
    (tmp_path / "file").write_bytes(b"in a file")
    with (tmp_path / "file").open() as file:
        assert subprocess.check_output(PRINTS, stdin=file) == b"b'in a file'\n"
    assert subprocess.check_output(PRINTS, input=b"in a pipe") == b"b'in a pipe'\n"
    assert subprocess.check_output(PRINTS, stdin=subprocess.DEVNULL) == b"b''\n"


def test_a_closed_stdin_holds_nothing():
    closed = ["/bin/sh", "-c", '"$@" <&-', "sh", *PRINTS]
    assert subprocess.check_output(closed) == b"b''\n"
