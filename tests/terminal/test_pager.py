"""Which pager shows long text; where nobody looks, it is printed."""

import shutil

import pytest

from interpreter.console.pager import pager
from interpreter.terminal.pager import page


def test_without_a_terminal_everything_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    page(iter(["one\n", "two\n"]), {"PAGER": "false", "TERM": "xterm"})
    assert capsys.readouterr().out == "one\ntwo\n"


@pytest.mark.parametrize(
    ("environ", "argv"),
    [
        ({"TERM": "xterm", "PAGER": "cat -v 'a b'"}, ["cat", "-v", "a b"]),
        ({"TERM": "dumb", "PAGER": "cat"}, None),
        ({"PAGER": "cat"}, None),
    ],
)
def test_the_pager_is_the_users(environ: dict[str, str], argv: list[str] | None) -> None:
    assert pager(environ) == argv


@pytest.mark.parametrize("named", ["", "no-such-pager", "un'closed"])
def test_a_pager_that_is_not_there_gives_way_to_the_usual_ones(named: str) -> None:
    usual = [[name] for name in ("less", "more") if shutil.which(name)]
    assert pager({"TERM": "xterm", "PAGER": named}) == (usual[0] if usual else None)
