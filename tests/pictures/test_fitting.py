"""Pictures made to fit what providers take."""

import base64
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpreter.core.messages import Image
from interpreter.pictures.decoding import NoPicture
from interpreter.pictures.fitting import LONGEST_DATA, LONGEST_SIDE, fitted
from tests.pictures.made import KINDS, bomb, data_of, halves, image, noise, opened, picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_fits_stays_as_it_is(kind):
    small = picture((400, 300), kind)
    assert fitted(small) is small


@pytest.mark.parametrize("kind", list(KINDS))
@pytest.mark.parametrize("size", [(3000, 1500), (1500, 3000), (1569, 10)])
def test_what_is_too_large_keeps_its_shape_and_is_as_large_as_it_may_be(kind, size):
    small = opened(fitted(picture(size, kind)))
    assert max(small.size) == LONGEST_SIDE
    assert small.width / small.height == pytest.approx(size[0] / size[1], rel=0.05)
    assert small.convert("RGB").getpixel((2, small.height // 2))[0] > 200, "red is on the left"


def test_what_is_too_long_is_made_shorter_and_no_smaller():
    long = image(data_of(noise((1500, 1500)), compress_level=0))
    assert len(long.data) > LONGEST_DATA
    short = fitted(long)
    assert short.mime == "image/jpeg" and len(short.data) <= LONGEST_DATA
    assert opened(short).size == (1500, 1500)


def test_of_an_animation_the_first_frame_is_left():
    frames = [halves((50, 40), left=colour) for colour in ("red", "green", "yellow")]
    animated = image(data_of(frames[0], "GIF", save_all=True, append_images=frames[1:]), "image/gif")
    still = fitted(animated)
    assert still.mime == "image/png" and opened(still).convert("RGB").getpixel((2, 2)) == (255, 0, 0)


@pytest.mark.parametrize(("orientation", "size"), [(1, (60, 20)), (3, (60, 20)), (6, (20, 60)), (8, (20, 60))])
def test_a_photograph_is_turned_upright(orientation, size):
    made = halves((60, 20))
    exif = made.getexif()
    exif[0x0112] = orientation
    upright = opened(fitted(image(data_of(made, "JPEG", exif=exif), "image/jpeg")))
    assert upright.size == size
    assert upright.getexif().get(0x0112, 1) == 1
    # Turned by 180 degrees red is on the right, by a quarter it is at the top or at the bottom.
    corner = {1: (2, 2), 3: (57, 17), 6: (2, 2), 8: (2, 57)}[orientation]
    assert upright.getpixel(corner)[0] > 200


def test_a_type_that_is_not_true_is_corrected():
    lied = Image("image/jpeg", picture().data)
    assert fitted(lied) == Image("image/png", lied.data)


@pytest.mark.parametrize(
    ("mode", "colour"), [("RGBA", (255, 0, 0, 128)), ("LA", (9, 9)), ("P", 3), ("1", 1), ("I;16", 60000), ("L", 7)]
)
def test_every_kind_of_png_can_be_made_smaller(mode, colour):
    from PIL import Image as Pillow

    small = opened(fitted(image(data_of(Pillow.new(mode, (2000, 20), colour)))))
    assert max(small.size) == LONGEST_SIDE
    if mode == "I;16":
        assert small.convert("L").getpixel((5, 5)) == 60000 // 256


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"\x89PNG\r\n\x1a\n", data_of(noise((40, 30)))[:900], b"GIF89a" + b"\xff" * 40, b"%!PS-Adobe-3.0"],
    ids=["empty", "text", "head", "cut", "gif", "postscript"],
)
def test_what_is_no_picture_is_named_so(data):
    with pytest.raises(NoPicture):
        fitted(image(data))


@pytest.mark.parametrize("side", [8_000, 200_000])
def test_a_picture_of_too_many_pixels_is_not_decoded(side):
    small = bomb(side, side)
    assert len(small) < 100_000
    with pytest.raises(NoPicture, match="too many"):
        fitted(image(small))


def test_what_is_no_base64_is_no_picture():
    with pytest.raises(NoPicture):
        fitted(Image("image/png", "é~"))


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(list(KINDS)), st.data())
def test_no_damaged_picture_raises_anything_else(kind, more):
    data = bytearray(data_of(halves((30, 20)), kind))
    for _ in range(more.draw(st.integers(1, 6))):
        data[more.draw(st.integers(0, len(data) - 1))] = more.draw(st.integers(0, 255))
    with suppress(NoPicture):
        assert base64.b64decode(fitted(image(bytes(data))).data)
