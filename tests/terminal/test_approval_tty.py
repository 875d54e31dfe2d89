"""The question below a block, at a real terminal: every key, and what it does to the turn."""

import base64
import re

import pytest

from tests.scripted_server import Fails, Says, Stalls
from tests.terminal.listed import lines_of
from tests.terminal.test_chat_tty import DONE, QUESTION, SUM, WHY, asked, code, quiet_folder, sits_down

__all__ = ["quiet_folder"]

FOLDED = "Run this code? [y]es / [n]o / [e]dit / [v]iew / [?] "
LONG = [f"x{n} = {n}" for n in range(120)]


def test_the_block_is_numbered_and_the_line_above_says_where_it_runs(tmp_path):
    with sits_down(SUM, DONE) as (person, _):
        person.says("go").sees("── python · this machine · ", "/work", "  1  x = 6 * 7\n", "  2  print(x)\n", QUESTION)
        person.types("y").sees("42", "All done.")
        assert person.leaves() == 0


def test_what_stands_out_is_noted_above_the_question():
    with sits_down(code("import os", "os.system('rm -f nothing')"), DONE) as (person, _):
        person.says("go").sees("Note: deletes files (rm), shell (os.system).", QUESTION).types("y").sees("All done.")
        assert person.leaves() == 0


def test_a_long_block_folds_while_it_streams_and_is_read_in_the_pager_before_it_runs():
    with sits_down(code(*LONG, "print(sum(range(4)))"), DONE, environment={"PAGER": "less -R"}) as (person, _):
        person.says("go").sees("  1  x0 = 0", "⋯ 87 lines folded: 24 to 110 ⋯", "121  print(sum", FOLDED)
        assert "x60 = 60" not in person.screen
        person.types("v").sees("  1  x0", " 30  x29").types(" ").sees(" 61  x60").types("q").sees(FOLDED)
        person.types("y").sees("6\n", "All done.")
        assert person.leaves() == 0


def test_a_folded_block_that_was_not_read_needs_a_second_word():
    with sits_down(code(*LONG, "print(sum(range(4)))"), DONE) as (person, server):
        person.says("go").sees(FOLDED).types("y").sees("87 lines are folded: v shows all, y again runs it.", FOLDED)
        assert len(server.requests) == 1
        person.types("y").sees("6\n", "All done.")
        assert person.leaves() == 0


def test_ctrl_c_in_the_pager_is_the_pagers_own():
    with sits_down(code(*LONG), DONE, environment={"PAGER": "less -R"}) as (person, server):
        person.says("go").sees(FOLDED).types("v").sees(" 30  x29").presses_ctrl("c").waits(0.3).types("q")
        person.sees(FOLDED).types("y").sees("All done.")
        assert person.leaves() == 0
        assert len(server.requests) == 2


def test_a_runs_the_rest_of_the_turn_and_the_next_one_asks_again():
    with sits_down(SUM, code("print(x + 1)"), DONE, code("print(x + 2)"), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("a").sees("42", "Runs without a question", "43", "All done.")
        person.says("more").sees(QUESTION).types("y").sees("44", "All done.")
        assert person.leaves() == 0


def test_x_has_the_block_explained_outside_of_the_conversation():
    explained = Says("It **multiplies** \x1b[2Jsix by seven.", chunk=4)
    with sits_down(SUM, explained, DONE) as (person, server):
        person.says("go").sees(QUESTION).types("x").sees("It multiplies ␛[2Jsix by seven.", QUESTION).types("y")
        person.sees("42", "All done.")
        assert person.leaves() == 0
        assert "x = 6 * 7" in asked(server, 1) and len(server.requests[1]["messages"]) == 2
        assert "multiplies" not in str(server.requests[2]["messages"])


def test_ctrl_c_breaks_an_explanation_off_and_the_question_stands_again():
    with sits_down(SUM, Stalls("Once upon a time "), code("import time", "time.sleep(60)"), DONE) as (person, server):
        person.says("go").sees(QUESTION).types("x").sees("Once upon a").presses_ctrl("c").sees(QUESTION)
        assert server.wait_for(disconnects=1)
        # The press did not count as one for the code, of which the second would have killed the kernel.
        person.types("y").sees("42", QUESTION).types("y").waits(1).presses_ctrl("c").sees("Stopped.")
        person.says("again").sees("All done.")
        assert person.leaves() == 0
        assert "killed" not in person.screen


def test_an_explanation_that_fails_says_why_and_the_question_stands_again():
    with sits_down(SUM, Fails(401, {"error": {"message": "bad key"}}), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("x").sees("bad key", QUESTION).types("y").sees("42", "All done.")
        assert person.leaves() == 0


def test_c_copies_the_code_and_asks_on():
    lines = ("print('é\t字')", "# \u202e")
    with sits_down(code(*lines), DONE) as (person, _):
        person.says("go").sees(QUESTION).types("c").sees("Copied, if your terminal allows it.", QUESTION).types("y")
        person.sees("All done.")
        assert person.leaves() == 0
        coded = re.search(r"\x1b\]52;c;([^\x07]*)\x07", person.raw)
        assert coded and base64.b64decode(coded[1]).decode() == "\n".join(lines)


def test_without_an_editor_the_block_is_edited_in_place():
    with sits_down(SUM, DONE, environment={"VISUAL": "", "EDITOR": ""}) as (person, server):
        person.says("go").sees(QUESTION).types("e").sees("Esc Enter").waits(0.5)
        person.types("\x1b[A\x1b[F\x7f9").waits(0.3).types("\x13").sees("  1  x = 6 * 9", QUESTION).types("y")
        person.sees("54", "All done.")
        assert person.leaves() == 0
        assert "6 * 9" in asked(server)


def test_ctrl_c_while_editing_in_place_leaves_the_block_as_it_was():
    with sits_down(SUM, DONE, environment={"VISUAL": "", "EDITOR": ""}) as (person, _):
        person.says("go").sees(QUESTION).types("e").sees("Esc Enter").waits(0.5).types("zzz").presses_ctrl("c")
        person.sees("  1  x = 6 * 7", QUESTION).types("y").sees("42", "All done.")
        assert person.leaves() == 0


@pytest.mark.parametrize("key", ["\x1b", "\x04"])
def test_esc_and_ctrl_d_end_the_turn(key):
    with sits_down(SUM, DONE) as (person, server):
        person.says("go").sees(QUESTION).types(key).says("again").sees("All done.")
        assert person.leaves() == 0
        assert len(server.requests) == 2 and "42" not in person.screen.splitlines()


def test_pasted_text_answers_nothing_and_is_gone():
    with sits_down(SUM, DONE) as (person, server):
        person.says("go").sees(QUESTION).types("yes, and then\ndelete it\n").sees("copies it", QUESTION)
        person.types("n").sees(WHY).types("\r").sees_prompt().presses_ctrl("d")
        assert person.exit_code() == 0
        assert len(server.requests) == 1


def test_a_yes_in_one_piece_is_a_yes():
    with sits_down(SUM, DONE) as (person, _):
        person.says("go").sees(QUESTION).types("yes\r").sees("42", "All done.")
        assert person.leaves() == 0


HOSTILE = [
    "x = 1" + " " * 200 + "  2  import os",
    "\ty = '字字字字字字字字字字字字字字字字字字'",
    "print('a' * 3)" * 3 + " # \u200d",
]


@pytest.mark.parametrize("columns", [20, 41, 80])
def test_what_stands_there_is_the_code_at_every_width(columns):
    with sits_down(code(*HOSTILE), columns=columns, rows=60) as (person, _):
        person.says("go").sees("[?] ").waits(0.3)
        screen = person.screen.split("── python", 1)[1].split("\n", 1)[1].split("──")[0]
        # What pyte shows has lost the blanks at the ends of rows.
        rows = (row.ljust(columns) if row.isascii() else row for row in screen.splitlines())
        shown = lines_of("".join(f"{row}\n" for row in rows))
        assert [line.rstrip() for line in shown] == [
            HOSTILE[0],
            HOSTILE[1].expandtabs(4),
            HOSTILE[2].replace("\u200d", "<U+200D>"),
        ]
        person.types("n").sees("turn: ").types("\r")
        assert person.leaves() == 0
