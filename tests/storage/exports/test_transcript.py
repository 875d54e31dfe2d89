"""A conversation as Markdown."""

import pytest
from markdown_it import MarkdownIt

from interpreter.core.messages import CodeBlock, Display, Execution, Image, Instruction, Reply, Text
from interpreter.storage.exports.transcript import HEAD, TAIL, as_markdown

X = CodeBlock("python", "x = 6 * 7\nprint(x)")
PROPOSED = Reply(f"Let me see.\n\n{X.fenced}", X)


def markdown(*messages):
    return as_markdown(messages, lambda image: f"files/{image.data}.png")


def test_a_conversation_is_text_that_people_read():
    assert markdown(
        Instruction("What is 6 * 7?"), PROPOSED, Execution(X, "ok", (Text("42\n"),)), Reply("It is **42**.")
    ) == (
        "# A session with Interpreter\n\n## What is 6 * 7?\n\nLet me see.\n\n```python\nx = 6 * 7\nprint(x)\n```\n\n"
        "```text\n42\n```\n\nIt is **42**.\n"
    )


@pytest.mark.parametrize("text", ["two\nlines", "long " * 40])
def test_an_instruction_that_is_no_heading_stands_there_whole(text):
    lines = markdown(Instruction(text)).splitlines()
    assert len(lines[2]) <= 73
    assert "\n".join(line.removeprefix("> ") for line in lines[4:]) == text.strip()


def test_a_long_output_is_shown_with_its_beginning_and_its_end():
    text = "".join(f"line {i}\n" for i in range(10_000))
    shown = markdown(Execution(X, "ok", (Text(text),)))
    assert "line 0\n" in shown and "line 9999\n" in shown and "characters left out" in shown
    assert len(shown) < HEAD + TAIL + 300


def test_pictures_are_linked_where_they_came():
    shown = markdown(
        Instruction("look", (Image("image/png", "mine"),)), Execution(X, "ok", (Display({"image/png": "plot"}),))
    )
    assert "![picture](<files/mine.png>)" in shown and "![picture](<files/plot.png>)" in shown


def test_what_has_not_run_is_said():
    shown = markdown(PROPOSED, Execution(X, "refused", note="Not now."), PROPOSED)
    assert shown.count(X.fenced) == 2 and "*The code was not run.* Not now." in shown


def test_an_output_cannot_break_out_of_its_block():
    shown = markdown(Execution(X, "ok", (Text("```\n# no heading\n````\n\x1b[31m<script>\x1b[0m"),)))
    tokens = MarkdownIt().parse(shown)
    assert [token.type for token in tokens if token.type.startswith(("heading_open", "html"))] == ["heading_open"]
    assert "\x1b" not in shown
