"""What a terminal makes of sixels: enough of it to see a picture again."""

import re

from PIL import Image

_WHOLE = re.compile(r'\x1bP0;1q"1;1;(\d+);(\d+)(.*)\x1b\\\n', re.DOTALL)
_PART = re.compile(r"#(\d+)(?:;2;(\d+);(\d+);(\d+))?|!(\d+)([?-~])|([$-])|([?-~])")


def seen(drawn: str) -> Image.Image:
    """The picture that a sequence draws; what it leaves out is transparent."""
    whole = _WHOLE.fullmatch(drawn)
    assert whole is not None
    picture = Image.new("RGBA", (int(whole[1]), int(whole[2]) + 6))
    colours: dict[int, tuple[int, ...]] = {}
    x = y = colour = end = 0
    for part in _PART.finditer(whole[3]):
        assert part.start() == end, "nothing but sixels stands between"
        end = part.end()
        if part[1]:
            colour = int(part[1])
            if part[2]:
                colours[colour] = (*(round(int(value) * 2.55) for value in part.group(2, 3, 4)), 255)
        elif part[7]:
            x, y = 0, y + 6 * (part[7] == "-")
        else:
            wide, bits = int(part[5] or 1), ord(part[6] or part[8]) - 63
            for row in range(6):
                if bits >> row & 1:
                    picture.paste(colours[colour], (x, y + row, x + wide, y + row + 1))
            x += wide
    assert end == len(whole[3])
    return picture.crop((0, 0, int(whole[1]), int(whole[2])))
