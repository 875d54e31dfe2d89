"""How the first messages of a conversation are told, once it no longer fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import is_

from interpreter.asking.measure import Measure
from interpreter.asking.notes import Notes
from interpreter.asking.shortening import brief, without_pictures
from interpreter.core.messages import Execution, Instruction, Message, Reply

GOAL = 0.5
"""The part of the room that old outputs are shortened down to."""
ENOUGH = 0.6
"""The part at which shortening them has been enough, and nothing else need go."""
TAIL = 0.3
"""The part that the last steps may fill as they are."""
NOTES = 0.2
"""The part that notes may fill."""
MOST_NOTES = 4_000
"""Tokens of notes, however large the room: more is not read with care."""

LAST_RESORT = (1_500, 600, 300)
"""Characters of each end that stay of everything that is long, where nothing else helps."""


@dataclass(frozen=True, slots=True)
class Told:
    """The messages `covered` are sent as `instead`, the first of which carries `notes` behind the text of `anchor`."""

    covered: tuple[Message, ...] = ()
    instead: tuple[Message, ...] = ()
    notes: Notes | None = None
    anchor: Instruction | None = None

    def begins(self, messages: Sequence[Message]) -> bool:
        """Whether a conversation begins with what is covered: the same objects."""
        return len(messages) >= len(self.covered) and all(map(is_, self.covered, messages))

    def of(self, messages: Sequence[Message]) -> tuple[Message, ...]:
        """A conversation as it is told; the same objects for the same conversation."""
        return (*self.instead, *messages[len(self.covered) :])


@dataclass(frozen=True, slots=True)
class Parts:
    """A conversation as it is told now, cut in two: `old` is to be shortened, `tail` are the last steps."""

    told: Told
    messages: tuple[Message, ...]
    old: tuple[Message, ...]
    tail: tuple[Message, ...]

    @property
    def lead(self) -> tuple[Message, ...]:
        """The instruction that the last steps begin with, if they do: it is to carry the notes."""
        return tuple(message for message in self.tail[:1] if isinstance(message, Instruction))

    @property
    def covered(self) -> tuple[Message, ...]:
        """The messages of the conversation that the old part and the lead stand for."""
        return self.messages[: len(self.messages) - len(self.tail) + len(self.lead)]


def parted(told: Told, messages: Sequence[Message], room: int, measure: Measure) -> Parts:
    """The last steps are as many as fill their part of the room, and one at least; a step is never cut in two."""
    sent = told.of(messages)
    start = end = len(sent)
    while end > len(told.instead):
        end -= 1
        if start < len(sent) and measure.tokens_of(sent[end:]) > TAIL * room:
            break
        if not isinstance(sent[end], Execution):
            start = end
    start = min(start, max(len(told.instead), len(sent) - 1))
    return Parts(told, tuple(messages), sent[:start], sent[start:])


def shortened(parts: Parts, path: str | None, room: int, measure: Measure) -> Told:
    """Old outputs and pictures told in short, the oldest first, until the goal is reached."""
    old = list(parts.old)
    spare = measure.tokens_of((*old, *parts.tail)) - GOAL * room
    for position, message in enumerate(old):
        if spare <= 0:
            break
        short = without_pictures(message)
        old[position] = brief(short, path) if isinstance(short, Execution) else short
        spare -= measure.tokens_of((message,)) - measure.tokens_of((old[position],))
    return replace(parts.told, covered=parts.covered, instead=(*old, *parts.lead))


def noted(parts: Parts, notes: Notes, anchor: Instruction, words: str) -> Told:
    """Notes in the place of all that is old; `anchor` stays, as the instruction that the last steps follow."""
    whole = replace(anchor, text=f"{anchor.text}\n\n{words}")
    return Told(parts.covered, (whole,), notes, anchor)


def anchor_of(parts: Parts) -> Instruction:
    """The instruction that the last steps follow, as the user gave it."""
    found = (each for each in reversed((*newly_old(parts), *parts.lead)) if isinstance(each, Instruction))
    return next(found, Instruction("Go on."))


def newly_old(parts: Parts) -> tuple[Message, ...]:
    """What goes, without the notes of what went before."""
    if parts.told.anchor is None:
        return parts.old
    return (parts.told.anchor, *parts.old[1:])


def as_short_as_can_be(told: Told, messages: Sequence[Message], path: str | None, ends: int, words: str) -> Told:
    """Everything that is long told by its ends, the last step and the instruction included."""
    anchor = told.anchor
    rest = told.of(messages)
    first: tuple[Message, ...] = ()
    if anchor is not None:
        short = brief(without_pictures(anchor), path, ends)
        assert isinstance(short, Instruction)
        first, rest = (replace(short, text=f"{short.text}\n\n{words}"),), rest[1:]
    instead = (*first, *(brief(without_pictures(message), path, ends) for message in rest))
    return Told(tuple(messages), instead, told.notes, anchor)


def differences(before: Sequence[Message], after: Sequence[Message]) -> int:
    """How many messages are told otherwise."""
    return sum(one is not other for one, other in zip(before, after, strict=False))


def has_steps(messages: Sequence[Message]) -> bool:
    """Whether there is anything to take notes of."""
    return any(isinstance(message, Reply) for message in messages)
