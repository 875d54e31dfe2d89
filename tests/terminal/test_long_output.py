"""Long output on the screen: its first lines, its last lines, and the exact count between."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.core.feedback import left_out
from interpreter.terminal.long_output import ERASE_LINE, FIRST, LAST, LongOutput

MARK = re.compile(r"\[… ([\d,]+) lines not shown …\]\n")


def numbered(count: int, end: str = "\n") -> str:
    return "\n".join(f"line {n}" for n in range(count)) + end


def through(pieces: list[str]) -> str:
    output = LongOutput()
    return "".join([output.feed(piece) for piece in pieces] + [output.finish()])


def hidden(shown: str) -> int:
    match = MARK.search(shown)
    return int(match.group(1).replace(",", "")) if match else 0


def test_short_output_passes_at_once_and_as_it_is():
    output = LongOutput()
    assert output.feed("a\nb") == "a\nb"
    assert output.feed("c\n") == "c\n"
    assert output.finish() == ""


def test_long_output_shows_its_first_and_last_lines_and_counts_the_rest():
    shown = through([numbered(5_000)])
    assert shown.startswith(numbered(FIRST))
    assert shown.endswith("\n".join(f"line {n}" for n in range(5_000 - LAST, 5_000)) + "\n")
    assert hidden(shown) == 5_000 - FIRST - LAST


def test_output_a_little_too_long_is_shown_whole():
    for count in (FIRST - 1, FIRST, FIRST + 1, FIRST + LAST):
        assert through([numbered(count)]) == numbered(count)


def test_a_flood_stays_within_two_thousand_lines():
    assert through(["x\n" * 100_000] * 10).count("\n") < 2_000


@given(
    st.sampled_from([FIRST - 1, FIRST, FIRST + 1, FIRST + LAST, FIRST + LAST + 1, FIRST + LAST + 2, 3 * FIRST]),
    st.sampled_from(["", "\n"]),
    st.lists(st.integers(0, 30_000), max_size=10).map(sorted),
)
@settings(max_examples=300)
def test_the_count_is_exact_however_the_text_is_cut(count, end, cuts):
    text = numbered(count, end)
    shown = through([text[i:j] for i, j in zip([0, *cuts], [*cuts, len(text)], strict=True)])

    kept = MARK.sub("", shown)
    assert kept.count("line") + hidden(shown) == count
    assert set(kept.splitlines()) <= set(text.splitlines())
    assert kept.startswith("\n".join(text.split("\n")[: min(FIRST, count)]))
    assert text.removesuffix("\n").endswith("\n".join(kept.splitlines()[-min(LAST, count) :]))


def test_the_next_execution_starts_afresh():
    output = LongOutput()
    output.feed(numbered(5_000))
    output.finish()
    assert output.feed("a\n") == "a\n"
    assert output.finish() == ""


def test_characters_that_the_kernel_left_out_are_counted_too():
    output = LongOutput()
    first = output.feed(numbered(2_000))
    output.feed(f"cut\n{left_out(5_000)}\nhere\n" + numbered(500), 5_000)
    shown = first + output.finish()
    # 1,000 + 1 + 1 + 500 lines, less the last hundred; the mark itself is none.
    assert "[… 1,402 lines and 5,000 characters not shown …]" in shown


def test_a_mark_that_is_among_the_last_lines_speaks_for_itself():
    output = LongOutput()
    output.feed(numbered(2_000))
    output.feed(f"\n{left_out(5_000)}\n" + numbered(50), 5_000)
    shown = output.finish()
    assert left_out(5_000) in shown
    assert hidden(shown) == 2_000 - 1_000 + 52 - 100


def test_the_mark_says_how_to_see_the_rest():
    output = LongOutput("; %output shows all")
    assert "[… 3,900 lines not shown; %output shows all …]" in output.feed(numbered(5_000)) + output.finish()


def test_a_line_that_is_written_over_for_ever_does_not_grow():
    output = LongOutput()
    output.feed(numbered(5_000))
    for step in range(10_000):
        output.feed(f"{ERASE_LINE}{step:9}")
    assert output.finish().endswith("line 4999\n     9999\n")
