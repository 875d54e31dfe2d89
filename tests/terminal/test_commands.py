import pytest

from interpreter.terminal.commands import carry_out, is_command


@pytest.mark.parametrize(
    ("text", "expected"),
    [("%vars", True), ("%help me", True), ("%", False), ("% of what?", False), ("%%time", False), ("50%", False)],
)
def test_one_sign_and_a_word_go_to_the_program(text: str, expected: bool) -> None:
    assert is_command(text) is expected


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    carry_out("%help", front=None)  # type: ignore[arg-type]
    said = capsys.readouterr().out
    assert "%help" in said
    assert "%quit" in said


def test_an_unknown_command_names_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    carry_out("%hlep", front=None)  # type: ignore[arg-type]
    assert "Did you mean %help?" in capsys.readouterr().out
