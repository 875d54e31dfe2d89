"""What a conversation is made of."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interpreter.core.fences import FenceParser
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Image, Text

LINES = st.lists(
    st.one_of(
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12),
        st.sampled_from(["```", "````python", "~~~", "    x = 1", "'''", '"""', "`a`", "<think>", "", "- ```"]),
    ),
    min_size=1,
    max_size=8,
)


def read_back(text: str) -> CodeBlock | None:
    parser = FenceParser({"python": "python", "bash": "bash"}.get)
    parser.feed(text)
    parser.finish(whole=True)
    return parser.block


@given(st.sampled_from(["python", "bash"]), LINES)
def test_a_fenced_block_is_read_back_as_it_was(language, lines):
    block = CodeBlock(language, "\n".join(lines))
    assume(block.code.strip())
    assert read_back(f"Look:\n\n{block.fenced}\n") == block


@pytest.mark.parametrize("code", ["print('```')", "```\n````", "x = '''\n```\n'''"])
def test_the_fence_is_longer_than_any_inside(code):
    fence = CodeBlock("python", code).fenced.split("\n")[-1]
    assert fence not in code
    assert read_back(CodeBlock("python", code).fenced) == CodeBlock("python", code)


def test_an_execution_gives_its_text_and_pictures():
    outputs = (
        Text("a"),
        Display({"image/png": "AAAA", "text/plain": "<Figure>"}),
        Failure("E", "m", "t"),
        Text("b", "stderr"),
        Display({"image/jpeg": "BBBB"}),
    )
    execution = Execution(CodeBlock("python", "1"), "failed", outputs)
    assert execution.text == "ab"
    assert execution.images == (Image("image/png", "AAAA"), Image("image/jpeg", "BBBB"))
