"""What the model reads after its block has run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.feedback import (
    CARD,
    HEAD,
    SMALL_HEAD,
    SMALL_TAIL,
    TAIL,
    card,
    describe,
    left_out,
    output_text,
    plain,
    shorten,
)
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Spool, Text, Variable

BLOCK = CodeBlock("python", "f()")


def told(*outputs, status="ok", note="", small=False, instruction="count the rows") -> str:
    return describe(Execution(BLOCK, status, outputs, 0.1, note), instruction, small=small)


def test_what_was_printed_is_told_as_it_was_printed():
    assert told(Text("17\n")) == "Output:\n17"


def test_code_without_output_is_told_as_such():
    assert told() == "The code ran; no output."
    assert "printed nothing" in told(small=True)


def test_outputs_come_in_the_order_they_were_made():
    text = told(Text("a\n"), Display({"text/plain": "b"}), Text("c\n", "stderr"))
    assert text.endswith("a\nb\nc")


def test_the_variables_that_changed_are_told_after_the_output():
    changed = (
        Variable("df", "DataFrame", "5 rows x 3 columns", "columns a, b, c"),
        Variable("total", "float", "", "12.5"),
        Variable("clean", "function", "", "def clean"),
        Variable("old", "deleted", "", ""),
        Variable("… 30 more", "", "", ""),
    )
    execution = Execution(BLOCK, "ok", (Text("17\n"),), 0.1, "A note.", changed)

    assert describe(execution, "count", small=False) == (
        "Output:\n17\nA note.\n"
        "Variables now: df DataFrame 5 rows x 3 columns: columns a, b, c; total float 12.5; clean function; "
        "old deleted; … 30 more"
    )


def test_a_long_card_is_cut_between_two_variables():
    changed = tuple(Variable(f"{'n' * 60}{number}", "str", "9 characters", "'x'") for number in range(12))

    told = card(changed)

    assert len(told) < CARD + 200
    assert told.endswith("'x'; …")


def test_a_failure_is_told_with_its_traceback():
    text = told(Failure("ValueError", "no", "Traceback\nValueError: no"), status="failed")
    assert text == "The code failed:\nTraceback\nValueError: no"


def test_a_failure_without_traceback_is_told_by_name():
    assert "ValueError: no" in told(Failure("ValueError", "no", ""), status="failed")


def test_what_does_not_end_its_line_does_not_run_into_what_follows():
    failure = Failure("ValueError", "no", "Traceback\nValueError: no")
    assert output_text((Text("half"), failure)).startswith("half\nTraceback")
    assert output_text((Text("half"), Display({"text/plain": "b"}))) == "half\nb\n"
    assert output_text((Text("one "), Text("line", "stderr"))) == "one line"


@pytest.mark.parametrize(
    ("status", "word"),
    [("refused", "not allow"), ("interrupted", "stopped"), ("died", "ended"), ("timed_out", "too long")],
)
def test_every_other_ending_is_told_with_its_note(status, word):
    text = told(Text("half"), status=status, note="Variables are lost.")
    assert word in text
    assert text.endswith("half\nVariables are lost.")


def test_a_long_output_keeps_head_and_tail_and_says_how_much_is_missing():
    text = told(Text("".join(f"line {n}\n" for n in range(10_000))))
    assert "line 0\n" in text and "line 9999" in text
    assert "characters left out" in text
    assert len(text) < HEAD + TAIL + 200


def test_a_small_model_gets_less_of_it_and_the_task_again():
    text = told(Text("x" * 20_000), small=True, instruction="count the rows")
    assert len(text) < SMALL_HEAD + SMALL_TAIL + 400
    assert "Task: count the rows" in text


def test_a_small_model_is_told_what_to_do_next():
    assert "in one sentence" in told(Text("1"), small=True)
    assert "different Python block" in told(Text("1"), status="failed", small=True)
    assert "prints the result" in told(Text(""), small=True)


def test_a_long_task_is_repeated_in_part():
    text = told(Text("1"), small=True, instruction="x" * 10_000)
    assert len(text) < 1_000


LINES = "".join(f"line {n}\n" for n in range(10_000))


def test_lines_are_told_whole():
    shown = told(Text(LINES)).split("\n")[1:]
    assert all(line in LINES.split("\n") or line.startswith("[…") for line in shown)


def test_only_a_line_longer_than_the_room_is_cut_within():
    assert shorten("a\n" + "x" * 100 + "\nz\n", 10, 10) == f"a\n{'x' * 8}\n{left_out(85)}\n{'x' * 7}\nz\n"
    assert shorten("x" * 100, 10, 10) == f"{'x' * 10}\n{left_out(80)}\n{'x' * 10}"
    assert shorten("a\n" + "y" * 9 + "\n" + "x" * 30 + "\nzz", 10, 10).startswith("a\n[…")


def test_what_the_kernel_and_what_the_model_s_room_leave_out_are_told_in_one_exact_sum():
    head, tail = LINES[:50_000], LINES[-50_000:]
    shown = told(Text(head), Text(tail, left_out=len(LINES) - 100_000)).split("\n", 1)[1]
    before, _, rest = shown.partition("\n[… ")
    count, _, after = rest.partition(" characters left out …]\n")
    assert len(before) + 1 + int(count.replace(",", "")) + len(after) + 1 == len(LINES)


def test_where_something_is_left_out_the_model_is_told_where_all_of_it_is():
    spool = Spool("/tmp/itp-x/3.txt", 78_890)
    for language, how in (("python", "open('/tmp/itp-x/3.txt')"), ("bash", "'/tmp/itp-x/3.txt'")):
        execution = Execution(CodeBlock(language, "f"), "ok", (Text(LINES),), spool=spool)
        assert describe(execution, "", small=False).endswith(f"line 9999\n[all of it: {how}]")
        assert f"\n[all of it: {how}]\n\nTask:" in describe(execution, "", small=True)


def test_a_file_that_is_full_is_told_as_such_and_a_short_output_without_its_file():
    spool = Spool("/tmp/x", 1_000_000, 400_000)
    assert "[its first 600,000 characters: open('/tmp/x')]" in describe(
        Execution(BLOCK, "ok", (Text(LINES),), spool=spool), "", small=False
    )
    assert "/tmp/x" not in describe(Execution(BLOCK, "ok", (Text("short"),), spool=spool), "", small=False)


def test_what_the_kernel_left_out_is_told_where_it_is_missing():
    assert output_text((Text("a"), Text("z", left_out=1_234))) == f"a\n{left_out(1_234)}\nz"
    assert "1,234" in left_out(1_234)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"text/plain": "df", "text/html": "<b>df</b>"}, "df"),
        ({"text/plain": "<IPython.core.display.HTML object>", "text/html": "<p>a</p>\n<p>b</p>"}, "a \n b"),
        ({"text/plain": "<IPython.core.display.Markdown object>", "text/markdown": "# a"}, "# a"),
        ({"text/plain": "<Figure size 640x480>", "image/png": "iVBO"}, "<Figure size 640x480>"),
        ({"image/png": "iVBO"}, "[image/png]"),
    ],
)
def test_a_display_is_told_in_its_plainest_form(data, expected):
    assert output_text((Display(data),)).split() == expected.split()


def test_colours_are_for_people():
    assert plain("\x1b[1;31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://x\x1b\\link") == "red link"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10%\r20%\r30%", "30%"),
        ("10%\r100%\r\n", "100%\n"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\r\r\nb", "a\nb"),
        ("\r", ""),
        ("abcdef\rXY", "XYcdef"),
    ],
)
def test_only_what_was_written_last_on_a_line_is_told(text, expected):
    assert plain(text) == expected


@given(st.text())
def test_plain_text_fits_into_utf_8_and_holds_no_returns_or_nulls(text):
    result = plain(text)
    assert not {"\r", "\0"} & set(result)
    assert result.encode("utf-8").decode() == result


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\b\0\x1b")))
def test_ordinary_text_is_plain_already(text):
    assert plain(text) == text


@given(st.text("ab\n", max_size=300), st.integers(1, 50), st.integers(1, 50))
def test_shortening_keeps_the_start_and_the_end_and_counts_the_rest(text, head, tail):
    short = shorten(text, head, tail)
    if len(text) <= head + tail:
        assert short == text
        return
    before, _, after = short.partition("[… ")
    count, _, after = after.partition(" characters left out …]\n")
    assert text.startswith(before.removesuffix("\n"))
    assert text.endswith(after)
    assert len(before.rstrip("\n")) <= head and len(after) <= tail
    assert int(count.replace(",", "")) >= len(text) - head - tail


def test_a_change_by_the_user_is_told_with_what_ran():
    said = describe(Execution(BLOCK, "ok", (Text("4\n"),), edited=True), "", small=False)
    assert "The user changed the code" in said
    assert said.index("f()") < said.index("4")


@pytest.mark.parametrize(
    "text",
    [
        "Error: No such file or directory: 'a.csv'\n",
        "An error occurred: division by zero\n",
        "ValueError: no number\n",
        "[Errno 2] not there",
        "Reading\n'utf-8' codec can't decode byte 0xf6\n",
    ],
)
def test_an_error_that_was_caught_and_printed_is_no_result(text):
    assert "That is an error" in told(Text(text), small=True)


def test_what_a_handler_prints_is_no_result():
    block = CodeBlock("python", "try:\n    go()\nexcept OSError:\n    print('Not here.')\nelse:\n    print('Here.')")
    said = [describe(Execution(block, "ok", (Text(text),)), "", small=True) for text in ("Not here.\n", "Here.\n")]
    assert "That is an error" in said[0] and "That is an error" not in said[1]


def test_a_small_model_is_told_the_total_of_a_column():
    assert "Output:\n3\n4\n5\nTotal: 12\n" in told(Text("3\n4\n5\n"), small=True)
    assert "Total" not in told(Text("3\n4\n5\n")) and "Total" not in told(Text("3\n4\nx\n"), small=True)


@pytest.mark.parametrize(
    "text", ["ERROR 17\n", "Error: 17\n", "errors: 3\n", "5\nError: no more rows\n1\n2\n3\n", "17\n"]
)
def test_a_count_of_errors_is_a_result(text):
    assert "Now answer" in told(Text(text), small=True)
