"""How many tokens a request has: estimated by its bytes, corrected by what the provider counted for the last ones."""

from collections.abc import Callable, Sequence

from interpreter.core.feedback import TASK, ask, describe
from interpreter.core.messages import Execution, Instruction, Message, Reply
from interpreter.core.reading import BYTES_PER_TOKEN

AROUND = 16
"""Bytes that stand for the marks around each message: four tokens."""

PICTURE = 1_200 * BYTES_PER_TOKEN
"""Bytes that stand for a picture: providers count 600 to 1,600 tokens for one that fills their largest size."""

SPARSEST, DENSEST = 0.5, 4.0
"""Bounds of the correction. Fewer tokens are no count of the whole; more than one for each byte there cannot be."""

_KEPT = 4_000
"""Sizes that are remembered beyond those of the last request."""


class Measure:
    """Remembers the size of each message, so that a request costs what is new in it."""

    def __init__(self, *, small: bool, sees_images: Callable[[], bool]) -> None:
        self._small = small
        self._sees_images = sees_images
        self._sizes: dict[int, tuple[Message, int]] = {}
        self.ratio = 1.0

    def tokens(self, system: str, messages: Sequence[Message]) -> int:
        """Tokens of a whole request."""
        return int(self.ratio * (len(system.encode("utf-8", "replace")) + self._bytes(messages)) / BYTES_PER_TOKEN)

    def tokens_of(self, messages: Sequence[Message]) -> int:
        """Tokens of messages alone."""
        return int(self.ratio * self._bytes(messages) / BYTES_PER_TOKEN)

    def characters(self, tokens: float) -> int:
        """How many characters such a number of tokens is about."""
        return int(tokens * BYTES_PER_TOKEN / self.ratio)

    def learn(self, estimated: int, counted: int) -> None:
        """Take in what the provider counted for a request that was estimated here."""
        if estimated <= 0:
            return
        ratio = self.ratio * counted / estimated
        if ratio >= SPARSEST:
            self.ratio = min(ratio, DENSEST)

    def _bytes(self, messages: Sequence[Message]) -> int:
        if len(self._sizes) > len(messages) + _KEPT:
            self._sizes.clear()
        return sum(map(self._size, messages))

    def _size(self, message: Message) -> int:
        known = self._sizes.get(id(message))
        if known is None or known[0] is not message:
            known = self._sizes[id(message)] = (message, self._weighed(message))
        return known[1]

    def _weighed(self, message: Message) -> int:
        images = () if isinstance(message, Reply) else message.images
        pictures = len(images) * PICTURE if images and self._sees_images() else 0
        return AROUND + len(self._told(message).encode("utf-8", "replace")) + pictures

    def _told(self, message: Message) -> str:
        match message:
            case Instruction(text):
                return ask(text, small=self._small)
            case Reply(text, block):
                return text or (block.fenced if block else "")
            case Execution():
                # A small model is told the task again, which is known here by its longest form alone.
                return describe(message, "x" * TASK, small=self._small)
