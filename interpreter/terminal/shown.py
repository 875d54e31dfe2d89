"""Pictures for pages: what the decoder knows, and nothing else."""

import base64

from interpreter.core.messages import Image
from interpreter.pictures.decoding import FORMATS, MOST_PIXELS, NoPicture, bytes_of, opened


def shown(image: Image) -> str:
    """The picture as a data URI, of the type that its bytes really are; empty for what cannot be decoded."""
    try:
        data = bytes_of(image.data)
        with opened(data) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return ""
            picture.load()
            mime = FORMATS[picture.format or ""]
    except (NoPicture, KeyError):
        return ""
    return f"data:{mime};base64,{base64.b64encode(data).decode()}"
