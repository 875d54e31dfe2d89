"""What a person sees, scene by scene, at three widths: the screen with what has scrolled off its top.

`INTERPRETER_GOLDEN=write` writes the files anew, to be looked at before they are kept.
"""

import os
import re
from pathlib import Path

import pytest

from tests.terminal.scenes import SCENES, Scene
from tests.terminal.test_chat_tty import sits_down

GOLDEN = Path(__file__).parent / "golden"
WIDTHS = (40, 80, 200)
WRITES = os.environ.get("INTERPRETER_GOLDEN") == "write"
THEN = "\n" + "=" * 8 + " and then\n"

SAME = (
    (re.compile(r"\d+(\.\d+)? s\b"), "N s"),
    (re.compile(r"Python 3\.\d+"), "Python 3.N"),
    (re.compile(r"\[picture:\s[^]]*\]"), "[picture: PATH]"),
)
"""What differs from run to run, and what stands for it."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """~/work, in which the program runs: its name is as long on every machine."""
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path


def played(scene: Scene, columns: int) -> list[str]:
    """What is seen at each look."""
    more = {"arguments": scene.arguments, "environment": scene.environment, "columns": columns, "rows": 50}
    looks = []
    with sits_down(*scene.script, **more) as (person, server):
        if not scene.is_chat:
            assert person.exit_code() == scene.exit_code
        for _ in scene.play(person, server):
            looks.append(person.screen)
        if scene.is_chat:
            assert person.insists_on_leaving() == 0
    return looks


def normal(look: str, columns: int) -> str:
    for pattern, name in SAME:
        look = pattern.sub(name, look)
    # How long it took decides what of the turn's line has room there.
    return re.sub(r" · context 15 tokens$", "", look, flags=re.MULTILINE) if columns == min(WIDTHS) else look


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("name", SCENES)
def test_a_person_sees_what_was_looked_at_and_kept(name, columns, folder):
    file = GOLDEN / f"{name}-{columns}.txt"
    seen = THEN.join(normal(look, columns) for look in played(SCENES[name], columns)) + "\n"
    if WRITES:
        file.write_text(seen, encoding="utf-8")
    assert seen == file.read_text(encoding="utf-8")


def test_every_picture_that_is_kept_is_of_a_scene():
    assert {file.name for file in GOLDEN.iterdir()} == {f"{name}-{width}.txt" for name in SCENES for width in WIDTHS}
