"""A conversation made to fit into what the model can see, in large steps and without touching the conversation."""

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from interpreter.asking.measure import Measure
from interpreter.asking.notes import ASK, Notes
from interpreter.asking.telling import (
    ENOUGH,
    LAST_RESORT,
    MOST_NOTES,
    NOTES,
    Parts,
    Told,
    anchor_of,
    as_short_as_can_be,
    differences,
    has_steps,
    newly_old,
    noted,
    parted,
    shortened,
)
from interpreter.core.cancel import CancelToken
from interpreter.core.closable import closable
from interpreter.core.errors import ContextTooLong, InterpreterError
from interpreter.core.messages import Instruction, Message
from interpreter.core.ports import Delta, Idle, Model, Noted, Retrying, TextDelta, Usage, UsageDelta

SMALLEST = 2_000
"""Tokens that every model can see: whether a request has more is asked first, as finding the window may take a while.
"""

TRIES = 3
"""Requests until a model's word that they are too long is believed."""

FULL = 0.85
"""The part of the room that a request may fill: the rest is for what an estimate misses."""

OUTPUT = 4_096
"""Tokens that are left for the reply where no cap is set; never more than a quarter of the window."""

LEARNT = 0.7
"""What of a request that was too long is taken for the window where nobody says how large it is."""

IMPLAUSIBLE = 0.1
"""The part of a request below which no window is believed: another number of the complaint was read."""

LONGEST_NOTES = 6_000
"""Characters at which the model's own notes are cut off."""


class Keep(Protocol):
    """Keeps messages where code can read them."""

    def __call__(self, messages: Sequence[Message], *, afresh: bool) -> str | None:
        """Returns the path of the file, None where there is none."""
        ...


def nowhere(messages: Sequence[Message], *, afresh: bool) -> str | None:
    """Where there is no place for a file."""
    return None


@dataclass(frozen=True, slots=True)
class Context:
    """What there is room for, and where what has none goes.

    `window` gives the tokens of request and reply together, None where nobody knows; `output` is the cap of a reply.
    `variables` tells in a line what lives in the kernel. With `summarises`, the model writes notes itself.
    """

    window: Callable[[], int | None]
    output: int | None = None
    keep: Keep = nowhere
    variables: Callable[[], str] = lambda: ""
    summarises: bool = True


class Compacting:
    """Tells a long conversation more shortly; what it sends begins the same from one shortening to the next.

    Old outputs and pictures are shortened first, then the oldest part is replaced by notes. A conversation that no
    longer begins with what was shortened, after an undo or a reset, is looked at anew.
    """

    def __init__(self, model: Model, measure: Measure, cancel: CancelToken, context: Context) -> None:
        self._model = model
        self._measure = measure
        self._cancel = cancel
        self._context = context
        self._learnt: int | None = None
        self._told = Told()

    @property
    def name(self) -> str:
        """As of the model."""
        return self._model.name

    @property
    def sees_images(self) -> bool:
        """As of the model."""
        return self._model.sees_images

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """As `Model.stream`, with `Noted` where something was shortened; a summary is a request of its own before."""
        for tries in range(1, TRIES + 1):
            sent = yield from self._fitting(system, messages)
            if self._cancel.is_set:
                return
            has_begun = False
            try:
                with closing(closable(self._model.stream(system, sent))) as deltas:
                    for delta in deltas:
                        has_begun = has_begun or not isinstance(delta, Idle | Retrying)
                        yield delta
                return
            except ContextTooLong as error:
                if has_begun or tries == TRIES:
                    raise
                self._learn(error.window, self._measure.tokens(system, sent))

    def _learn(self, window: int | None, sent: int) -> None:
        """The request was too long: either the window is smaller than was known, or it has more tokens than thought."""
        if window is not None and window > sent * IMPLAUSIBLE:
            self._learnt = window
            self._measure.learn(sent, max(window, sent))
        else:
            self._learnt = int(sent * LEARNT)

    def _room(self) -> int | None:
        """Tokens that a request may have."""
        known = [size for size in (self._context.window(), self._learnt) if size]
        if not known:
            return None
        window = min(known)
        reserve = min(self._context.output or OUTPUT, window // 2 if self._context.output else window // 4)
        return window - reserve

    def _fitting(self, system: str, messages: Sequence[Message]) -> Generator[Delta, None, Sequence[Message]]:
        told = self._told if self._told.begins(messages) else Told()
        sent = told.of(messages)
        tokens = self._measure.tokens(system, sent)
        room = self._room() if tokens > SMALLEST or self._learnt else None
        if room is None or tokens <= FULL * room:
            return sent
        if len(told.covered) == len(messages):
            # All of it has been told anew and is still too long: what is left has to be taken from the whole.
            told = Told()
        space = room - self._measure.tokens(system, ())
        if space <= 0:
            raise self._too_long(room)
        self._told = yield from self._compacted(system, parted(told, messages, space, self._measure), space)
        sent = self._told.of(messages)
        if not self._cancel.is_set and self._measure.tokens(system, sent) > room:
            raise self._too_long(room)
        return sent

    def _compacted(self, system: str, parts: Parts, space: int) -> Generator[Delta, None, Told]:
        """The conversation told in less than `space` tokens, if that can be."""
        path = self._keep(parts)
        short = shortened(parts, path, space, self._measure)
        count = differences(parts.old, short.instead)
        if self._measure.tokens_of(short.of(parts.messages)) <= ENOUGH * space:
            yield Noted(f"{_opening(self.name)}, {_count(count)} {_were(count)} shortened.{_where(path)}")
            return short
        told, words = yield from self._with_notes(system, parts, short, path, space)
        for ends in LAST_RESORT:
            if self._measure.tokens_of(told.of(parts.messages)) <= space:
                break
            path = self._context.keep(parts.messages[len(told.covered) :], afresh=False) if path else None
            told = as_short_as_can_be(told, parts.messages, path, ends, words)
        return told

    def _keep(self, parts: Parts) -> str | None:
        kept = len(parts.told.covered)
        return self._context.keep(parts.covered[kept:], afresh=not kept)

    def _with_notes(
        self, system: str, parts: Parts, short: Told, path: str | None, space: int
    ) -> Generator[Delta, None, tuple[Told, str]]:
        anchor, old = anchor_of(parts), newly_old(parts)
        notes = (parts.told.notes or Notes()).grown(old, anchor)
        spent: Usage | None = None
        if self._context.summarises and has_steps(old):
            for asked in (parts.old, short.instead):
                request = (*asked, Instruction(ASK))
                if self._measure.tokens_of(request) <= space:
                    text, spent = yield from self._asked_for_notes(system, request)
                    notes = notes.by_model(text) if text else notes
                    break
        yield Noted(f"{_opening(self.name)}, notes stand for {_count(len(parts.old))}.{_where(path)}", spent)
        room = self._measure.characters(min(NOTES * space, MOST_NOTES))
        words = notes.text(room, path, self._context.variables())
        return noted(parts, notes, anchor, words), words

    def _asked_for_notes(
        self, system: str, request: Sequence[Message]
    ) -> Generator[Delta, None, tuple[str, Usage | None]]:
        """What the model writes about what it has just read, and what that cost; empty where it fails.

        The request is the beginning of the last one, so that the provider, or the server here, has most of it read.
        """
        yield Noted(f"{_opening(self.name)}, it takes notes of what is older.")
        written: list[str] = []
        usage: Usage | None = None
        try:
            with closing(closable(self._model.stream(system, request))) as deltas:
                for delta in deltas:
                    if isinstance(delta, TextDelta):
                        written.append(delta.text)
                    if isinstance(delta, UsageDelta):
                        usage = delta.usage
                    yield delta if isinstance(delta, Retrying) else Idle()
                    if self._cancel.is_set or sum(map(len, written)) > LONGEST_NOTES:
                        break
        except InterpreterError:
            return "", usage
        return "".join(written).strip(), usage

    def _too_long(self, room: int) -> ContextTooLong:
        return ContextTooLong(
            f"The request does not fit into the {room:,} tokens that {self.name} has for it, however short it is told.",
            "Say it with less, put the material into a file, or take a model with a longer context.",
        )


def _opening(name: str) -> str:
    return f"To fit into the context of {name}"


def _count(count: int) -> str:
    return "1 older message" if count == 1 else f"{count} older messages"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _where(path: str | None) -> str:
    return f" All of it is in {path}." if path else ""
