"""All that a block wrote: which block is meant, and that nothing in it is obeyed by a terminal."""

import time
from pathlib import Path

import pytest

from interpreter.core.errors import WrongUsage
from interpreter.core.messages import CodeBlock, Display, Execution, Instruction, Message, Spool, Text
from interpreter.terminal.whole_output import execution_at, whole_output

BLOCK = CodeBlock("python", "f()")


def ran(text: str, spool: Spool | None = None) -> Execution:
    return Execution(BLOCK, "ok", (Text(text),), spool=spool)


ONE, TWO = ran("one"), ran("two\n")
MESSAGES: list[Message] = [Instruction("a"), ONE, Execution(BLOCK, "refused"), TWO]


def test_the_last_block_that_ran_is_meant_or_one_before_it() -> None:
    assert execution_at(MESSAGES, []) is TWO
    assert execution_at(MESSAGES, ["1"]) is TWO
    assert execution_at(MESSAGES, ["2"]) is ONE


@pytest.mark.parametrize("words", [["0"], ["-1"], ["x"], ["1", "2"], ["²"], ["9" * 5_000]])
def test_anything_but_a_number_is_wrong(words: list[str]) -> None:
    with pytest.raises(WrongUsage, match="takes a number"):
        execution_at(MESSAGES, words)


@pytest.mark.parametrize(
    ("messages", "said"), [([], "No block"), ([ONE], "Only one block"), ([ONE, TWO], "Only 2 blocks")]
)
def test_a_block_that_never_was_is_said(messages: list[Message], said: str) -> None:
    with pytest.raises(WrongUsage, match=said):
        execution_at(messages, ["3"])


def test_a_short_output_comes_from_memory_and_ends_its_line() -> None:
    shown = Execution(BLOCK, "ok", (Text("a\n"), Display({"text/plain": "df"}), Text("half")))
    assert "".join(whole_output(shown)) == "a\ndf\nhalf\n"
    assert "".join(whole_output(Execution(BLOCK, "ok"))) == ""


def test_a_long_output_comes_from_its_file_with_hidden_characters_marked(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    path.write_text("first\n\x1b]52;c;aGk=\x07\u202e\n" + "é" * 100_000, encoding="utf-8")

    text = "".join(whole_output(ran("short", Spool(str(path), 100_024, 12))))

    assert text == "first\n␛]52;c;aGk=␇<U+202E>\n" + "é" * 100_000 + "\n[… 12 characters left out …]\n"


def test_a_file_that_is_gone_leaves_what_is_in_memory(tmp_path: Path) -> None:
    assert "".join(whole_output(ran("kept", Spool(str(tmp_path / "1.txt"), 9_999)))) == "kept\n"


def test_the_largest_file_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "1.txt"
    path.write_text(("x" * 79 + "\n") * 800_000)
    began = time.perf_counter()

    longest = max(len(piece) for piece in whole_output(ran("", Spool(str(path), 64_000_000))))

    assert longest <= 1 << 16
    assert time.perf_counter() - began < 30
