"""When pictures are shown, on a screen."""

import base64
import io

import pytest

from interpreter.core.events import MessageAdded, OutputReceived, TurnEnded
from interpreter.core.messages import CodeBlock, Display, Execution, Image, Text
from interpreter.pictures.decoding import NoPicture
from interpreter.terminal.pictures import MOST_DRAWN, Pictures, not_kept
from interpreter.terminal.plain_screen import PlainScreen
from interpreter.terminal.screen import Screen
from tests.pictures.made import picture

BLOCK = CodeBlock("python", "plot()")


def display(number: int, text: str = "<Figure size 640x480 with 1 Axes>", mime: str = "image/png", **more) -> Display:
    return Display({mime: base64.b64encode(f"{number}".encode()).decode(), "text/plain": text}, **more)


def draw(image: Image) -> str:
    return f"({base64.b64decode(image.data).decode()})\n"


def line(image: Image) -> str:
    return f"[{image.mime}]"


def shown(*events, draw=draw, line=line) -> list[str]:
    """The lines on a screen without colours."""
    out = io.StringIO()
    screen = Screen(out, colours=False, width=lambda: 80, picture_line=line, draw_picture=draw)
    for event in events:
        screen.show(event)
    return out.getvalue().removesuffix("\n").split("\n")


def ended(*outputs) -> MessageAdded:
    return MessageAdded(Execution(BLOCK, "ok", outputs))


def test_a_picture_stands_where_it_came_with_its_path_below_and_no_other_name():
    one, two = display(1), display(2)
    events = [Text("a"), one, Text("b\n"), two]
    lines = shown(*map(OutputReceived, events), ended(*events))
    assert lines == ["a", "\x1b[0m(1)", "[image/png]", "b", "\x1b[0m(2)", "[image/png]"]


def test_a_picture_that_changes_is_drawn_when_it_came_and_when_it_is_settled():
    first, last = display(1, id="live"), display(9, id="live")
    updates = [OutputReceived(display(number, id="live"), replaces="live") for number in range(2, 10)]
    lines = shown(OutputReceived(first), *updates, ended(last))
    assert [text for text in lines if "(" in text] == ["\x1b[0m(1)", "\x1b[0m(9)"]


def test_of_pictures_that_clear_one_another_the_last_is_drawn():
    frames = [OutputReceived(display(number), clears=number > 1) for number in range(1, 30)]
    lines = shown(*frames, ended(display(29)))
    assert [text for text in lines if "(" in text] == ["\x1b[0m(1)", "\x1b[0m(29)"]


def test_the_same_picture_shown_again_is_shown_again_and_in_the_next_block_too():
    events = [OutputReceived(display(1)), OutputReceived(display(1)), ended(display(1), display(1))]
    assert sum("(1)" in text for text in shown(*events, *events)) == 4


def test_of_very_many_pictures_the_paths_are_left():
    many = [display(number) for number in range(100)]
    lines = shown(*map(OutputReceived, many), ended(*many))
    assert sum("(" in text for text in lines) == MOST_DRAWN and lines.count("[image/png]") == 100


def test_a_text_that_says_more_than_that_there_is_a_picture_stays():
    assert shown(OutputReceived(display(1, "x**2")), ended(display(1, "x**2")))[-1] == "x**2"


@pytest.mark.parametrize(
    "text", ["<Figure size 640x480 with 1 Axes>", "<PIL.Image.Image image mode=RGB size=640x480>", "<x at 0x7f01>", ""]
)
def test_a_text_that_says_only_that_goes(text):
    assert len(shown(OutputReceived(display(1, text)), ended(display(1, text)))) == 2


@pytest.mark.parametrize("mime", ["image/jpeg", "image/gif", "image/webp"])
def test_every_kind_of_picture_is_drawn(mime):
    assert shown(OutputReceived(display(1, mime=mime))) == ["\x1b[0m(1)", f"[{mime}]"]


def test_of_an_svg_the_path_is_shown_and_of_its_raster_form_the_picture(tmp_path):
    svg = Display({"image/svg+xml": "<svg><script>évil</script></svg>", "text/plain": "<Figure size 1x1>"})
    lines = shown(OutputReceived(svg), ended(svg), draw=lambda image: "", line=Pictures(tmp_path / "p").line)
    [saved] = (tmp_path / "p").iterdir()
    assert lines == [f"[picture: {saved}]"] and saved.suffix == ".svg"
    assert saved.read_text(encoding="utf-8") == "<svg><script>évil</script></svg>"
    both = Display({"image/svg+xml": "<svg/>", "image/png": base64.b64encode(b"1").decode()})
    assert shown(OutputReceived(both)) == ["\x1b[0m(1)", "[image/png]"]


def test_a_damaged_picture_is_a_line():
    def fails(image: Image) -> str:
        raise NoPicture("not a picture")

    assert shown(OutputReceived(display(1)), ended(display(1)), draw=fails) == ["[image/png] not a picture"]


def test_a_private_session_shows_pictures_and_keeps_none():
    assert shown(OutputReceived(display(1)), line=not_kept) == ["\x1b[0m(1)", "[picture, not kept: image/png]"]


def test_what_a_block_left_half_said_ends_before_the_picture():
    lines = shown(OutputReceived(Text("50 %\r100 %")), OutputReceived(display(1)), ended(display(1)))
    assert lines[-2:] == ["\x1b[0m(1)", "[image/png]"] and lines[0].endswith("100 %")


def test_a_pipe_gets_the_path_alone():
    out = io.StringIO()
    screen = PlainScreen(out, out, line)
    screen.show(OutputReceived(display(1, mime="image/gif")))
    screen.show(ended(display(1, mime="image/gif")))
    assert out.getvalue().splitlines()[-1] == "[image/gif]" and "\x1b" not in out.getvalue()


def test_what_a_turn_took_is_a_dim_line_that_fits():
    out = io.StringIO()
    screen = Screen(out, colours=True, width=lambda: 20)
    screen.show(TurnEnded("answered"))
    assert screen.show_turn(["2 steps", "14 s", "3,120 in, 210 out"])
    assert out.getvalue() == "\x1b[2m2 steps · 14 s\x1b[0m\n"
    assert not PlainScreen(out, out).show_turn(["2 steps"])


def test_a_picture_is_kept_once_whatever_its_kind(tmp_path):
    kept = Pictures(tmp_path / "p")
    assert kept.line(picture()) == kept.line(picture()) != kept.line(picture(kind="JPEG"))
    assert len(list((tmp_path / "p").iterdir())) == 2
