"""One reply while it streams: deltas in, events and at last a reply out."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, assert_never

from interpreter.core import fences
from interpreter.core.events import CodeEnded, CodeStarted, Event, Notice, ProseDelta, UsageReported
from interpreter.core.messages import CodeBlock, Message, Reply
from interpreter.core.ports import (
    CodeDelta,
    Delta,
    Finished,
    FinishReason,
    Idle,
    Noted,
    ReasoningDelta,
    Retrying,
    TextDelta,
    Usage,
    UsageDelta,
)
from interpreter.core.repetition import Repetition, without_repetition

BYTES_PER_TOKEN = 4
"""Usual for English and for code; Chinese has 3 bytes a character, of which a token holds one or two."""


class Reading:
    """What is known of a reply so far."""

    def __init__(self, language_of: Callable[[str], str | None]) -> None:
        self._language_of = language_of
        self._parser = fences.FenceParser(language_of)
        self._reasoning: list[str] = []
        self._repetition = Repetition()
        self._repetition_in_reasoning = Repetition()
        self._native_code: list[str] = []
        self._native_language: str | None = None
        self._native: Any = None
        self._block: CodeBlock | None = None
        self._open_language = ""
        self.usage: Usage | None = None
        self.finish: FinishReason | None = None

    @property
    def is_over(self) -> bool:
        """Nothing that matters can follow: the first block to run is complete, or the reply has ended."""
        return self._block is not None or self.finish is not None

    @property
    def repeats(self) -> bool:
        """It said the same over and over, and was stopped."""
        return bool(self._repetition.period or self._repetition_in_reasoning.period)

    @property
    def was_cut_in_code(self) -> bool:
        """A block to run had begun and its end is missing."""
        return bool(self._open_language)

    def take(self, delta: Delta) -> Iterator[Event]:
        """Read on by one delta."""
        match delta:
            case TextDelta(text):
                yield from self._take_text(text)
            case ReasoningDelta():
                yield from self._take_reasoning(delta)
            case CodeDelta():
                yield from self._take_code(delta)
            case UsageDelta(usage):
                self.usage = usage
            case Finished(reason, native):
                is_open = self.finish is None
                self.finish, self._native = self.finish or reason, native
                if is_open:
                    yield from self.end()
            case Noted(text, spent):
                yield Notice(text)
                if spent is not None:
                    yield UsageReported(spent)
            case Retrying():
                yield delta
            case Idle():
                pass
            case _:
                assert_never(delta)

    def end(self) -> Iterator[Event]:
        """The stream is over: what is still open is a block if the reply ended by itself, and none if it was cut."""
        whole = self.finish in ("stop", "filter")
        yield from self._events(self._parser.finish(whole=whole))
        if self._native_language is not None and self._block is None and whole:
            self._block = CodeBlock(self._native_language, "".join(self._native_code))
            self._open_language = ""
            yield CodeEnded(self._block)

    def reply(self) -> Reply:
        """The reply as it stands; a block that came as a tool call gets a fence, so that the history is of one form."""
        text = self._parser.source
        if self._repetition.period and self._block is None:
            text = without_repetition(text, self._repetition.period)
        if self._native_language is not None:
            block = CodeBlock(self._native_language, "".join(self._native_code))
            text = f"{text.rstrip()}\n\n{block.fenced}".lstrip()
        return Reply(text, self._block, "".join(self._reasoning), self._native)

    def estimate(self, system: str, messages: Sequence[Message]) -> Usage:
        """Tokens where the provider gave none."""
        reply = self.reply()
        received = len((reply.text + reply.reasoning).encode("utf-8", "replace"))
        return Usage(sent_tokens(system, messages), received // BYTES_PER_TOKEN, estimated=True)

    def _take_text(self, text: str) -> Iterator[Event]:
        if self.is_over:
            return
        yield from self._events(self._parser.feed(text[: self._repetition.feed(text)]))
        if self.repeats:
            yield from self._stop("length")
        elif self._parser.is_over and self._block is None:
            yield from self._stop("stop")

    def _take_reasoning(self, delta: ReasoningDelta) -> Iterator[Event]:
        if self.is_over:
            return
        self._reasoning.append(delta.text)
        yield delta
        self._repetition_in_reasoning.feed(delta.text)
        if self.repeats:
            yield from self._stop("length")

    def _stop(self, reason: FinishReason) -> Iterator[Event]:
        """The reply is over before its stream is."""
        self.finish = reason
        yield from self.end()

    def _take_code(self, delta: CodeDelta) -> Iterator[Event]:
        if self._block is None and not self._open_language:
            # The call is the reply's block: the text before it ends here, and text behind it is not read.
            yield from self._events(self._parser.finish(whole=False))
        if self._block is not None or (self._open_language and self._native_language is None):
            return
        if self._native_language is None:
            self._native_language = self._open_language = self._language_of(delta.language) or delta.language
            yield CodeStarted(self._native_language)
        self._native_code.append(delta.text)
        yield CodeDelta(self._native_language, delta.text)

    def _events(self, pieces: Iterator[fences.Piece] | Sequence[fences.Piece]) -> Iterator[Event]:
        for piece in pieces:
            match piece:
                case fences.Prose(text):
                    yield ProseDelta(text)
                case fences.Reasoning(text):
                    self._reasoning.append(text)
                    yield ReasoningDelta(text)
                case fences.CodeOpened(language):
                    self._open_language = language
                    yield CodeStarted(language)
                case fences.Code(text):
                    yield CodeDelta(self._open_language, text)
                case fences.CodeClosed(block):
                    self._block, self._open_language = block, ""
                    yield CodeEnded(block)
                case _:
                    assert_never(piece)


def sent_tokens(system: str, messages: Sequence[Message]) -> int:
    """Tokens of a request, estimated."""
    sent = len(system.encode("utf-8", "replace")) + sum(_size(message) for message in messages)
    return sent // BYTES_PER_TOKEN


def _size(message: Message) -> int:
    text = message.text
    return len(text.encode("utf-8", "replace"))
