"""A block in the user's own editor."""

import shutil

import pytest

from interpreter.console.editor import edit
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import CodeBlock

BLOCK = CodeBlock("python", "print('é')\r\n\n")


@pytest.mark.skipif(not shutil.which("true"), reason="needs the command true")
def test_a_block_that_was_left_alone_is_the_same_to_the_byte():
    assert edit(BLOCK, {"EDITOR": "true"}) == BLOCK


def test_visual_goes_before_editor():
    assert edit(BLOCK, {"VISUAL": "true", "EDITOR": "false"}) == BLOCK


def test_an_editor_may_have_arguments():
    assert edit(BLOCK, {"EDITOR": "sed -i s/print/show/"}).code == "show('é')\r\n\n"


@pytest.mark.parametrize(("language", "ending"), [("python", ".py"), ("r", ".R"), ("bash", ".sh"), ("cobol", ".txt")])
def test_the_file_has_the_ending_of_its_language(language, ending):
    write_name = """sh -c 'printf %s "$0" > "$0"'"""
    assert edit(CodeBlock(language, "x"), {"EDITOR": write_name}).code.endswith(f"block{ending}")


@pytest.mark.parametrize(
    "editor", ["false", "/nowhere/editor", "'", " ", 'sh -c \'printf "\\377" > "$0"\'', "sh -c 'rm \"$0\"'"]
)
def test_an_editor_that_fails_is_named_with_a_way_out(editor):
    with pytest.raises(WrongUsage) as raised:
        edit(BLOCK, {"EDITOR": editor})
    assert "editor failed" in str(raised.value) and "EDITOR" in raised.value.hint


def test_code_that_no_file_can_hold_is_not_edited():
    with pytest.raises(WrongUsage):
        edit(CodeBlock("python", "'\ud800'"), {"EDITOR": "true"})
