"""A response's bytes on their way to a library, and whether the reply's last words were among them."""

import re
from collections.abc import Iterator
from typing import Any

import httpx

_END = re.compile(
    rb'"(?:finish_reason|finishReason|stop_reason|done_reason)"\s*:\s*"|"done"\s*:\s*true|"message_stop"|\[DONE\]'
)
"""How OpenAI, Gemini, Anthropic and Ollama say that a reply is over; within a reply's text the quotes are escaped."""

_OVERLAP = 64
"""Bytes of a piece that are looked at again with the next, since an end may be cut."""


class Watched(httpx.SyncByteStream):
    """The body of a response; litellm takes one that ends too soon, or never was a reply, for one that is complete."""

    def __init__(self, body: Any) -> None:
        self._body = body
        self._last = b""
        self.saw_end = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._body:
            if not self.saw_end:
                seen = self._last + piece
                self.saw_end = _END.search(seen) is not None
                self._last = seen[-_OVERLAP:]
            yield piece

    def close(self) -> None:
        """Give the connection back, or end it where the response is not over."""
        self._body.close()
