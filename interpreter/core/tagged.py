"""What stands between two tags: reasoning, which is told as it comes, or a call, which is read when it is whole."""

from interpreter.core.tags import Tag


class Tagged:
    """Collects what follows an opening tag, until one that closes it; `opening` is the tag as written."""

    def __init__(self, tag: Tag, opening: str) -> None:
        self.tag = tag
        self.is_closed = False
        self._opening = opening
        self._content: list[str] = []
        self._end = ""  # what may still be, or end in, a tag that closes
        self._longest = max(map(len, tag.closers), default=0)

    @property
    def is_call(self) -> bool:
        """Whether it is to be read as a whole."""
        return self.tag.kind == "call"

    @property
    def content(self) -> str:
        """All between the tags."""
        return "".join(self._content)

    @property
    def written(self) -> str:
        """All of it with its tags."""
        return f"{self._opening}{self.content}{self._end}"

    def feed(self, segment: str) -> str:
        """Read on up to a character that may end a tag; returns the reasoning that is settled."""
        text = self._end + segment
        lowered = text.lower()
        closer = next((each for each in self.tag.closers if lowered.endswith(each)), None)
        if closer is not None and len(lowered) == len(text):
            self.is_closed = True
            self._end = text[len(text) - len(closer) :]
            return self._settle(text[: len(text) - len(closer)])
        held = next((n for n in range(min(self._longest, len(text)), 0, -1) if self._may_close(text[-n:])), 0)
        self._end = text[len(text) - held :]
        return self._settle(text[: len(text) - held])

    def rest(self) -> str:
        """The end of what is never closed; returns the reasoning in it."""
        text, self._end = self._end, ""
        return self._settle(text)

    def _may_close(self, end: str) -> bool:
        return any(closer.startswith(end.lower()) for closer in self.tag.closers)

    def _settle(self, text: str) -> str:
        self._content.append(text)
        return "" if self.is_call else text
