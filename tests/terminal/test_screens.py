"""The three screens, on a text stream."""

import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.errors import KeyRejected
from interpreter.core.events import (
    CodeDelta,
    CodeEnded,
    CodeStarted,
    ErrorRaised,
    MessageAdded,
    Notice,
    OutputReceived,
    ProseDelta,
    ReasoningDelta,
    SessionStarted,
    TurnEnded,
)
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Instruction, Reply, Text
from interpreter.core.visible import visible
from interpreter.terminal.json_screen import JsonScreen
from interpreter.terminal.pictures import Pictures
from interpreter.terminal.plain_screen import PlainScreen
from interpreter.terminal.screen import ERASE_LINE, RESET, Screen
from tests.core.test_events import EVENTS
from tests.core.test_visible import ATTACKS, hidden_left_in

CODE = "print('a')\nprint('b')"
BLOCK = CodeBlock("python", CODE)
SGR = re.compile(r"\x1b\[[0-9;:]*m")
TURN = [
    SessionStarted("fake", "this machine", "/tmp"),
    MessageAdded(Instruction("do it")),
    ProseDelta("Let me "),
    ProseDelta("see.\n"),
    CodeStarted("python"),
    CodeDelta("python", CODE[:5]),
    CodeDelta("python", CODE[5:]),
    CodeEnded(BLOCK),
    MessageAdded(Reply("…", BLOCK)),
    OutputReceived(Text("a\nb")),
    MessageAdded(Execution(BLOCK, "ok", (Text("a\nb"),))),
    ProseDelta("Done."),
    MessageAdded(Reply("Done.")),
    TurnEnded("answered"),
]


class Both:
    """A screen on the streams it writes to."""

    def __init__(self, kind: str, width: int = 80) -> None:
        self.out, self.err = io.StringIO(), io.StringIO()
        self.screen = {
            "plain": lambda: PlainScreen(self.out, self.err),
            "colours": lambda: Screen(self.out, colours=True, width=lambda: width),
            "no colours": lambda: Screen(self.out, colours=False, width=lambda: width),
            "json": lambda: JsonScreen(self.out),
        }[kind]()

    def show(self, *events) -> "Both":
        for event in events:
            self.screen.show(event)
        return self

    @property
    def raw(self) -> str:
        return self.out.getvalue()

    @property
    def seen(self) -> str:
        """What stands there in the end: colours gone, erased lines erased."""
        text = SGR.sub("", self.raw + self.err.getvalue())
        return "\n".join(line.rsplit(ERASE_LINE, 1)[-1] for line in text.split("\n"))


ALL = pytest.mark.parametrize("kind", ["plain", "colours", "no colours"])
DRAWN = pytest.mark.parametrize("kind", ["colours", "no colours"])


def ran(*outputs, status="ok", note="") -> MessageAdded:
    return MessageAdded(Execution(BLOCK, status, outputs, 0.1, note))


# -- every screen -------------------------------------------------------------------------------------------------


@ALL
def test_a_turn_reads_from_top_to_bottom(kind):
    lines = [
        line for line in Both(kind).show(*TURN).seen.split("\n") if line and "──" not in line and "```" not in line
    ]
    code = ["print('a')", "print('b')"] if kind == "plain" else ["  1  print('a')", "  2  print('b')"]
    assert lines == ["Let me see.", *code, "a", "b", "Done."]


@pytest.mark.parametrize("kind", ["plain", "colours", "no colours", "json"])
def test_what_was_drawn_is_never_drawn_over(kind):
    shown = Both(kind)
    before = ""
    for event in [*TURN, *EVENTS]:
        shown.show(event)
        assert shown.raw.startswith(before)
        before = shown.raw
    if kind != "json":
        moves = SGR.sub("", shown.raw).replace(ERASE_LINE, "")
        assert not hidden_left_in(moves)


@ALL
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_that_a_terminal_would_obey_gets_through(kind, attack):
    shown = Both(kind).show(
        ProseDelta(attack),
        ReasoningDelta(attack),
        CodeStarted("python"),
        CodeDelta("python", attack),
        CodeEnded(CodeBlock("python", attack)),
        OutputReceived(Text(attack)),
        OutputReceived(Display({"text/plain": attack})),
        OutputReceived(Failure("E", attack, attack)),
        ran(note=attack),
        Notice(attack),
        ErrorRaised(KeyRejected(attack, attack)),
    )
    left = SGR.sub("", shown.raw + shown.err.getvalue()).replace(ERASE_LINE, "")
    assert not hidden_left_in(left)
    assert "\x1b[8m" not in shown.raw
    if kind != "colours":
        assert not SGR.search(shown.raw + shown.err.getvalue())


@ALL
def test_hidden_characters_in_code_are_visible(kind):
    code = "x = 'a\u202eb'\u200d\x1b[8m"
    shown = Both(kind).show(CodeStarted("python"), CodeDelta("python", code), CodeEnded(CodeBlock("python", code)))
    assert "x = 'a<U+202E>b'<U+200D>␛[8m" in shown.seen


@ALL
def test_a_block_that_was_changed_is_shown_whole(kind):
    shown = Both(kind)
    shown.screen.show_block(CodeBlock("python", "one\ntwo\u202e"))
    code = "one\ntwo<U+202E>\n" if kind == "plain" else "  1  one\n  2  two<U+202E>\n"
    assert code in shown.seen and "python" in shown.seen


@ALL
def test_what_follows_an_unfinished_line_begins_a_new_one(kind):
    failure = Failure("ValueError", "no", "Traceback: no")
    shown = Both(kind).show(OutputReceived(Text("half")), OutputReceived(failure), ran(), ProseDelta("It failed.\n"))
    assert shown.seen.split("half")[1].split("\n")[:3] == ["", "Traceback: no", "It failed."]


@ALL
def test_output_without_a_final_line_end_does_not_run_into_the_answer(kind):
    shown = Both(kind).show(OutputReceived(Text("1")), ran(), ProseDelta("It is 1."), TurnEnded("answered"))
    assert shown.seen == "1\nIt is 1.\n"


@ALL
def test_news_of_an_execution_is_shown(kind):
    assert (
        "The kernel died; variables are lost.\n"
        in Both(kind).show(ran(status="died", note="The kernel died; variables are lost.")).seen
    )


@ALL
def test_an_error_is_shown_with_its_way_out(kind):
    shown = Both(kind).show(ProseDelta("Once upon"), ErrorRaised(KeyRejected("The key is wrong.", "Set another.")))
    assert shown.seen == "Once upon\nError: The key is wrong.\nSet another.\n"


@ALL
def test_how_a_turn_ended_is_said_where_there_is_no_answer(kind):
    assert "three times" in Both(kind).show(TurnEnded("stuck")).seen
    assert Both(kind).show(ProseDelta("Done."), TurnEnded("answered")).seen == "Done.\n"


# -- plain text ---------------------------------------------------------------------------------------------------


def test_news_of_the_program_goes_to_the_other_stream():
    shown = Both("plain").show(
        ProseDelta("Done."), Notice("news"), ErrorRaised(KeyRejected("no", "set it")), TurnEnded("stuck")
    )
    assert shown.raw == "Done.\n"
    assert shown.err.getvalue().startswith("news\nError: no\nset it\nThe same code failed")


def test_code_in_plain_text_is_a_fence():
    assert "```python\nprint('a')\nprint('b')\n```\n" in Both("plain").show(*TURN).raw


def test_plain_text_has_no_escape_sequences():
    shown = Both("plain").show(OutputReceived(Text("\x1b[31mred\x1b[0m 10%\r20%\n")), OutputReceived(Text("x\r\ny\n")))
    assert shown.raw == "20% 10%\nx\ny\n"


def test_a_progress_bar_lands_once_in_plain_text_and_other_lines_as_they_come():
    shown = Both("plain").show(OutputReceived(Text("begin\n")))
    assert shown.raw == "begin\n"
    shown.show(*(OutputReceived(Text(f"\r{n:4}/1000", "stderr")) for n in range(1001)), OutputReceived(Text("\nend")))
    assert shown.raw == "begin\n1000/1000\n"
    assert shown.show(ran()).raw == "begin\n1000/1000\nend\n"


def test_nested_progress_bars_land_once_in_plain_text():
    assert Both("plain").show(*NESTED, ran()).raw == "outer 9\ninner 9\n"


# -- a terminal ---------------------------------------------------------------------------------------------------


def test_colours_of_a_program_stay_and_end_with_it():
    shown = Both("colours").show(OutputReceived(Text("\x1b[31mred")), ran(), ProseDelta("Done.\n"))
    assert "\x1b[31mred" in shown.raw
    assert RESET in shown.raw[shown.raw.index("red") : shown.raw.index("Done.")]


def test_without_colours_there_are_none_of_a_program_either():
    assert Both("no colours").show(OutputReceived(Text("\x1b[31mred\n")), ran()).raw == "red\n"


@DRAWN
def test_an_overwritten_line_is_erased_first(kind):
    shown = Both(kind).show(OutputReceived(Text("Long and wrong\rshort\n")), ran())
    assert shown.seen.startswith("short\n")
    assert f"Long and wrong{ERASE_LINE}short" in shown.raw


@DRAWN
def test_a_line_that_ends_with_a_return_is_seen_until_the_next_one(kind):
    shown = Both(kind).show(OutputReceived(Text("10%\r")))
    assert shown.raw == "10%"
    assert shown.show(OutputReceived(Text("20%\r"))).raw == f"10%{ERASE_LINE}20%"
    assert shown.show(ran(), ProseDelta("Done.\n")).seen == "20%\nDone.\n"


NESTED = [OutputReceived(Text(f"\router {n}\n\rinner {n}\x1b[A", "stderr")) for n in range(10)]


def test_of_nested_progress_bars_one_line_lives_and_all_stay():
    shown = Both("colours", width=8).show(ProseDelta("Look.\n"), *NESTED)
    assert shown.raw.count("\n") == 1
    assert shown.seen == "Look.\nouter 9"
    assert shown.show(ran(), ProseDelta("Done.\n")).seen == "Look.\nouter 9\ninner 9\nDone.\n"


@DRAWN
@pytest.mark.parametrize("text", ["50%\b\b\b", "50%\x1b[2K\r", "50%\r\x1b[K", "50%\r\x1b[0K", "50%\x1b[1G\x1b[K"])
def test_every_way_to_write_over_a_line_is_shown_as_one(kind, text):
    shown = Both(kind).show(OutputReceived(Text(text)), OutputReceived(Text("99%\n")), ran())
    assert shown.seen == "99%\n"


@DRAWN
def test_a_bar_behind_the_last_line_shown_stays_one_line(kind):
    flood = "".join(f"line {n}\n" for n in range(5_000))
    bar = [OutputReceived(Text(f"\r{n}%")) for n in range(2_000)]
    shown = Both(kind).show(OutputReceived(Text(flood)), *bar, ran())
    assert "line 4999\n1999%\n" in shown.raw


LINES = st.lists(st.sampled_from(["a", "bc", "\r", "\n", "\r\n", "\r\r\n", "10%", "é"])).map("".join)


@pytest.mark.parametrize("kind", ["colours", "no colours"])
@given(text=LINES, size=st.integers(1, 20))
def test_output_looks_the_same_however_it_is_cut(kind, text, size):
    pieces = [OutputReceived(Text(text[i : i + size])) for i in range(0, len(text), size)]
    end = [ran(), TurnEnded("answered")]
    assert Both(kind).show(*pieces, *end).seen == Both(kind).show(OutputReceived(Text(text)), *end).seen


@DRAWN
def test_windows_line_ends_erase_nothing(kind):
    shown = Both(kind).show(OutputReceived(Text("one\r")), OutputReceived(Text("\ntwo\r\nthree\r\r\n")), ran())
    assert shown.seen.startswith("one\ntwo\nthree\n")


@DRAWN
def test_a_flood_is_bounded_and_counted(kind):
    text = "".join(f"line {n}\n" for n in range(50_000))
    shown = Both(kind).show(*(OutputReceived(Text(text[i : i + 997])) for i in range(0, len(text), 997)), ran())
    assert shown.raw.count("\n") < 2_000
    assert "[… 48,900 lines not shown …]" in shown.raw
    assert "line 49999\n" in shown.raw


@pytest.mark.parametrize("width", [1, 2, 5, 20, 80, 1000])
def test_a_screen_of_any_width_holds_the_whole_code(width):
    shown = Both("colours", width).show(*TURN)
    assert "print('a')print('b')" in re.sub(r"\n(  \d  )?", "", shown.seen)
    assert all(len(line) <= width for line in shown.seen.split("\n"))


@given(st.lists(st.sampled_from([*ATTACKS, "a", "\n", "\x1b[31m", " ", "é"])).map("".join))
def test_prose_is_shown_as_visible_makes_it(text):
    assert Both("no colours").show(ProseDelta(text)).raw == visible(text)


# -- JSON ---------------------------------------------------------------------------------------------------------


def test_every_event_is_one_line_of_json():
    lines = Both("json").show(*EVENTS, *TURN).raw.splitlines()
    records = [json.loads(line) for line in lines]
    assert len(records) == len(EVENTS) + len(TURN)
    assert all(record["type"] for record in records)


def test_every_line_of_json_is_ascii_and_lone_surrogates_come_back():
    shown = Both("json").show(ProseDelta("\ud800\u2028é\x1b"))
    assert shown.raw.isascii() and shown.raw.count("\n") == 1
    assert json.loads(shown.raw) == {"type": "prose_delta", "text": "\ud800\u2028é\x1b"}


def test_what_an_adapter_kept_for_itself_does_not_break_the_line():
    shown = Both("json").show(MessageAdded(Reply("x", native=object())))
    assert json.loads(shown.raw)["message"]["text"] == "x"


def test_a_picture_is_saved_and_its_path_is_shown(tmp_path):
    picture = Display({"image/png": "aGVsbG8=", "text/plain": "<Figure>"})
    for screen in (Screen, PlainScreen):
        out = io.StringIO()
        line = Pictures(tmp_path / "pictures").line
        shown = (
            Screen(out, colours=False, width=lambda: 80, picture_line=line)
            if screen is Screen
            else PlainScreen(out, out, line)
        )
        shown.show(MessageAdded(Execution(BLOCK, "ok", (picture,))))
        [saved] = (tmp_path / "pictures").iterdir()
        assert str(saved) in out.getvalue()
        assert saved.read_bytes() == b"hello" and saved.stat().st_mode & 0o077 == 0


def test_the_interrupt_that_the_user_made_is_not_shown_as_an_error():
    for kind in ("plain", "colours"):
        shown = Both(kind).show(OutputReceived(Failure("KeyboardInterrupt", "", "Traceback")), TurnEnded("interrupted"))
        assert "Traceback" not in shown.raw


def test_prose_is_drawn_as_markdown_and_ends_before_what_follows():
    shown = Both("colours").show(ProseDelta("**Now** this"), CodeStarted("python"))
    assert shown.raw.startswith("\x1b[1mNow\x1b[0m this\n")


def test_without_colours_markdown_stays_as_it_was_written():
    assert Both("no colours").show(ProseDelta("**Now** this")).seen == "**Now** this"
