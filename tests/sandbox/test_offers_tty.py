"""A right that code in a box lacked, offered to the person at a real terminal."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.sandbox.choose import find_box
from tests.scripted_server import Says
from tests.terminal.test_chat_tty import asked, quiet_folder, sits_down

__all__ = ["quiet_folder"]


@pytest.fixture
def outside() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir=Path.home(), prefix=".itp-test-") as folder:
        (Path(folder) / "s.txt").write_text("the secret")
        yield Path(folder) / "s.txt"


def test_in_a_chat_the_person_gives_the_right_and_the_code_finds_it(outside):
    if find_box("auto").kind is None:
        pytest.skip("no box works here")
    read = Says(f"```python\nprint(open({str(outside)!r}).read())\n```\n")
    with sits_down(read, read, Says("Read."), arguments=("--sandbox", "auto")) as (person, server):
        person.finds_prompt().says("go").sees("Run this code in a box (").types("y")
        person.sees("The box does not show", "Allow it for this session").types("y")
        person.sees("The user allowed it", "Run this code in a box (").types("y").sees("Read.")
        assert "[y]es / [n]o yes\n" in person.screen
        assert "The user allowed it" in asked(server, 1) and "the secret" in asked(server, 2)
        assert person.leaves() == 0
