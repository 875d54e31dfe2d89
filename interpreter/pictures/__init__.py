"""Pictures: decoded, checked, made to fit what is to take them; the room that knows Pillow."""
