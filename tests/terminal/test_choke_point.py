"""Whatever models, programs, files and servers write: only our own sequences and colours reach an emulated terminal."""

import os
import re

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.core.errors import UnknownModel
from interpreter.core.events import (
    ApprovalAsked,
    CodeDelta,
    CodeEnded,
    CodeStarted,
    ErrorRaised,
    ExecutionStarted,
    MessageAdded,
    Notice,
    OutputReceived,
    ProseDelta,
    ReasoningDelta,
    Retrying,
    SessionStarted,
    TurnEnded,
)
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Instruction, Text
from interpreter.core.ports import Request
from interpreter.storage.paths import find_paths
from interpreter.storage.sessions.sessions import Sessions
from interpreter.terminal.footer import Footer
from interpreter.terminal.screen import Screen
from interpreter.terminal.status import Parts, Status
from tests.scripted_server import Fails, Says
from tests.terminal.hostile import DRAWN, HOSTILE, MORE, TYPED, left_of
from tests.terminal.listed import lines_of
from tests.terminal.test_chat_tty import code, quiet_folder, sits_down
from tests.terminal.test_footer import Clock, Emulated
from tests.terminal.test_listing import as_shown

__all__ = ["quiet_folder"]

WIDTHS = (40, 80, 200)
EACH = pytest.mark.parametrize("columns", WIDTHS)


class Watched(Emulated):
    """A terminal of which all that it was sent is kept."""

    def __init__(self, columns: int) -> None:
        super().__init__(columns, 24)
        self.raw = ""

    def write(self, text: str) -> int:
        self.raw += text
        return super().write(text)

    def is_as_it_was(self) -> bool:
        """Title, modes, margins and characters are those of a new terminal; the cursor is seen."""
        new, now = pyte.Screen(*self.size), self._screen
        same = ("title", "icon_name", "mode", "margins", "charset", "g0_charset", "g1_charset")
        return all(getattr(new, name) == getattr(now, name) for name in same) and not now.cursor.hidden


def events(texts: list[str]):
    """A turn of which every text is one of these."""
    one, two, three, four = texts
    block = CodeBlock(one, two)
    yield SessionStarted(one, two, three)
    yield ReasoningDelta(four)
    yield ProseDelta(one)
    yield ProseDelta(two)
    yield CodeStarted(three)
    yield CodeDelta(three, four)
    yield CodeEnded(CodeBlock(three, four))
    yield ApprovalAsked(Request(block, 1, "python", one, (two,), three))
    yield ExecutionStarted(block)
    yield OutputReceived(Text(one))
    yield OutputReceived(Text(two, "stderr"))
    yield OutputReceived(Display({"text/plain": three, "text/html": f"<b>{four}</b>"}))
    yield OutputReceived(Failure(one, two, three))
    yield OutputReceived(Text(four))
    yield MessageAdded(Execution(block, "ok", (), 0.1, one))
    yield Notice(two)
    yield Retrying(three, 2.0)
    yield MessageAdded(Instruction(four))
    yield ErrorRaised(UnknownModel(one, two))
    yield TurnEnded("failed")


@EACH
@settings(max_examples=150)
@given(st.lists(HOSTILE, min_size=4, max_size=4))
def test_only_our_own_sequences_reach_the_terminal(columns, texts):
    terminal = Watched(columns)
    footer = Footer(terminal, lambda: terminal.size, Clock())
    status = Status(Parts(lambda: texts[0], lambda: False, tuple), "Esc", Clock())
    screen = Screen(footer, colours=True, width=lambda: columns, height=lambda: 24)
    with footer.below(status.lines):
        for event in events(texts):
            status.take(event)
            with footer.held():
                screen.show(event)
        screen.show_glance(texts)
        screen.note(texts[1])
    assert left_of(terminal.raw) == set()
    assert terminal.is_as_it_was()
    assert terminal.raw.count("\r") == len(re.findall(r"\r\x1b\[K|\r\n", terminal.raw))


@EACH
@settings(max_examples=150)
@given(HOSTILE, st.sampled_from(["python", "bash", "javascript"]), st.integers(1, 30))
def test_what_stands_there_for_approval_is_all_of_what_runs(columns, text, language, size):
    terminal = Watched(columns)
    screen = Screen(terminal, colours=True, width=lambda: columns)
    screen.show(CodeStarted(language))
    for at in range(0, len(text), size):
        screen.show(CodeDelta(language, text[at : at + size]))
    screen.show(CodeEnded(CodeBlock(language, text)))
    *_, body = re.sub(DRAWN, "", terminal.raw).split("\n", 1)
    rule = "─" * min(columns, 60) + "\n"
    assert body.endswith(rule)
    assert lines_of(body.removesuffix(rule)) == as_shown(text)


EVIL = "".join(MORE).replace("\n", "").replace("\udc1b", "")
WRITES = code(
    f"evil = {EVIL!r}",
    "import sys",
    "from IPython.display import display",
    "print(evil)",
    "print(evil, file=sys.stderr)",
    "sys.stdout.buffer.write(b'\\x9b2J\\xff\\x1b]0;bytes\\x07')",
    "display({'text/plain': evil}, raw=True)",
    "raise type('E\\x1b[2J', (Exception,), {})(evil)",
)


@EACH
def test_from_end_to_end_a_hostile_session_touches_neither_title_nor_modes_nor_clipboard(columns, tmp_path):
    folder = tmp_path / "a\x1b]0;folder\x07\u202eb"
    folder.mkdir()
    (folder / "c\x1b[2Jd.txt").write_text(EVIL)
    prose = Says(f"# {EVIL}\n\n{EVIL}\n\n- [{EVIL}](http://x/{EVIL})\n\n```ba\x1b]0;tag\x07sh\n{EVIL}\n```\n", chunk=3)
    refuses = Fails(400, {"error": {"message": EVIL}})
    arguments = ("-y", "--model", "te\x1b]0;model\x07st")
    with Sessions(find_paths(os.environ).sessions).new() as kept:
        kept.add(Instruction(EVIL), parent=None)
        kept.describe(title=EVIL[:80], folder=str(folder), model=EVIL)
    with sits_down(WRITES, prose, refuses, columns=columns, arguments=arguments, cwd=folder) as (person, server):
        person.says("go").finds("Error:").finds_prompt()
        # Names of files as they are completed, of sessions as they are listed and taken up.
        person.types("@c").finds("c\\x1b").presses_ctrl("c").finds_prompt()
        person.types("%sessions\r").finds(kept.name).finds_prompt()
        person.types(f"%resume {kept.name}\r").finds("Going on with").finds_prompt()
        assert len(server.requests) >= 2
        assert person.insists_on_leaving() == 0
        assert left_of(person.raw, f"{DRAWN}|{TYPED}") == set()
        assert person.is_untouched()
