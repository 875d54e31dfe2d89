"""Pictures as each protocol sends them, and seen again."""

import base64
import io
import re

import pytest
from PIL import Image as Pillow
from PIL import ImageChops

from interpreter.core.messages import Image
from interpreter.pictures.decoding import NoPicture
from interpreter.terminal.abilities import Protocol
from interpreter.terminal.graphics.drawing import Drawing, Window
from tests.pictures.made import bomb, data_of, halves, image, noise, picture
from tests.terminal.graphics.sixels import seen

WINDOW = Window(80, 40, (8, 16))
KITTY = re.compile(r"\x1b_G([^;]*);([A-Za-z0-9+/=]*)\x1b\\")
ITERM2 = re.compile(r"\x1b\]1337;File=([^:]*):([A-Za-z0-9+/=]*)\x07\n")
PIXELS: list[Protocol] = ["kitty", "iterm2", "sixel"]


def draw(made: Image, protocol: Protocol, window: Window = WINDOW, **more) -> str:
    return Drawing(lambda: protocol, lambda: window, **more).draw(made)


def shown(drawn: str) -> Pillow.Image:
    """The picture behind what was sent, by whichever protocol that was."""
    if drawn.startswith("\x1bP"):
        return seen(drawn)
    if whole := ITERM2.fullmatch(drawn):
        return Pillow.open(io.BytesIO(base64.b64decode(whole[2])))
    assert KITTY.sub("", drawn) == "\n"
    return Pillow.open(io.BytesIO(base64.b64decode("".join(data for _, data in KITTY.findall(drawn)))))


@pytest.mark.parametrize("protocol", PIXELS)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_the_picture_that_is_sent_is_the_one_that_was_displayed(protocol, kind):
    made = picture((90, 60), kind)
    there = shown(draw(made, protocol)).convert("RGB")
    assert there.size == (90, 60)
    difference = ImageChops.difference(there, halves((90, 60)))
    inner = difference.crop((0, 0, 40, 60))
    assert max(high for _, high in inner.getextrema()) < 24, "a JPEG is not exact"


@pytest.mark.parametrize("protocol", PIXELS)
@pytest.mark.parametrize("window", [Window(40, 24), Window(80, 40), Window(200, 50, (10, 21)), Window(8, 8, (6, 12))])
@pytest.mark.parametrize("size", [(640, 480), (3000, 200), (200, 3000), (3, 2)])
def test_it_fits_the_width_and_half_the_height_keeps_its_shape_and_is_never_enlarged(protocol, window, size):
    there = shown(draw(picture(size), protocol, window))
    assert there.width <= (window.columns - 1) * window.cell[0] and there.height <= window.rows // 2 * window.cell[1]
    assert there.width <= size[0] and there.height <= size[1]
    wanted = min(1, (window.columns - 1) * window.cell[0] / size[0], window.rows // 2 * window.cell[1] / size[1])
    assert there.width == pytest.approx(size[0] * wanted, abs=1.5)
    assert there.height == pytest.approx(size[1] * wanted, abs=1.5)


def test_kittys_pictures_come_in_pieces_of_which_the_last_is_marked_and_want_no_answer():
    pieces = KITTY.findall(draw(image(data_of(noise((200, 200)))), "kitty"))
    assert len(pieces) > 2 and all(len(data) <= 4096 for _, data in pieces)
    assert pieces[0][0] == "a=T,f=100,q=2,m=1"
    assert [keys for keys, _ in pieces[1:]] == ["m=1"] * (len(pieces) - 2) + ["m=0"]


def test_iterm2_is_told_how_many_columns_since_its_pixels_may_be_several():
    what = ITERM2.fullmatch(draw(picture((90, 60)), "iterm2"))
    assert what is not None and "inline=1;" in what[1] and ";width=12;" in what[1]


def test_sixels_have_all_pixels_of_many_colours():
    there = seen(draw(image(data_of(noise((100, 45)))), "sixel"))
    assert there.getchannel("A").getextrema() == (255, 255)
    assert len(there.getcolors(10_000)) > 100


@pytest.mark.parametrize(("size", "lines", "columns"), [((40, 30), 15, 40), ((640, 480), 20, 53), ((40, 3), 2, 40)])
def test_half_blocks_show_two_rows_of_pixels_a_line(size, lines, columns):
    drawn = draw(picture(size), "blocks")
    rows = drawn.splitlines()
    assert len(rows) == lines and all(row.count("▀") == columns and row.endswith("\x1b[0m") for row in rows)
    assert rows[0].startswith("\x1b[38;2;255;0;0;48;2;255;0;0m▀▀")
    assert not re.sub(r"\x1b\[[0-9;]*m|▀|\n", "", drawn)


def test_half_blocks_without_true_colour_take_the_nearest_of_256():
    for colour, code in (((255, 0, 0), 196), ((8, 8, 8), 232), ((128, 128, 128), 244), ((250, 250, 250), 231)):
        made = image(data_of(halves((8, 8), left=colour, right=colour)))
        assert f"\x1b[38;5;{code};48;5;{code}m" in draw(made, "blocks", true_colour=False)


def test_a_transparent_picture_is_shown_on_white():
    clear = image(data_of(Pillow.new("RGBA", (20, 20), (0, 0, 0, 0))))
    assert shown(draw(clear, "kitty")).convert("RGB").getpixel((3, 3)) == (255, 255, 255)
    assert "38;2;255;255;255" in draw(clear, "blocks")


@pytest.mark.parametrize("protocol", [*PIXELS, "blocks"])
def test_nothing_of_a_picture_but_its_pixels_is_sent(protocol):
    from PIL import PngImagePlugin

    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "\x1b]52;c;SECRET\x07")
    data = data_of(halves((40, 30)), pnginfo=hidden) + b"\x1b]52;c;SECRET\x07"
    drawn = draw(image(data), protocol)
    decoded = "".join(base64.b64decode(part).decode("latin-1") for _, part in KITTY.findall(drawn))
    assert b"SECRET" in data and "SECRET" not in drawn and "SECRET" not in decoded


@pytest.mark.parametrize("protocol", [*PIXELS, "blocks"])
@pytest.mark.parametrize("data", [b"", b"hello", bomb(200_000, 200_000), data_of(noise((40, 30)))[:500]])
def test_what_is_no_picture_is_named_so_and_nothing_is_sent(protocol, data):
    with pytest.raises(NoPicture):
        draw(image(data), protocol)


@pytest.mark.parametrize("window", [Window(1, 40), Window(80, 1), Window(0, 0), Window(4, 7)])
@pytest.mark.parametrize("protocol", [*PIXELS, "blocks"])
def test_a_terminal_with_no_room_shows_none(window, protocol):
    assert draw(picture(), protocol, window) == ""


def test_neither_does_one_that_shows_no_pictures_nor_any_of_them_an_svg():
    assert draw(picture(), "none") == ""
    assert draw(Image("image/svg+xml", base64.b64encode(b"<svg/>").decode()), "kitty") == ""
