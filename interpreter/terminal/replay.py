"""A conversation that is over, as the events that it was: whatever shows a turn can show it again."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from interpreter.core.answer import prose_of
from interpreter.core.events import (
    CodeDelta,
    CodeEnded,
    CodeStarted,
    Event,
    MessageAdded,
    OutputReceived,
    ProseDelta,
    TurnEnded,
)
from interpreter.core.messages import CodeBlock, Execution, Instruction, Message, Reply
from interpreter.core.visible import visible

if TYPE_CHECKING:
    from interpreter.console.board import Board
    from interpreter.terminal.front import Shows


def replay(messages: Sequence[Message], screen: "Shows", board: "Board") -> None:
    """Show a conversation on a screen; `board` is the same screen, which takes lines too."""
    for message in messages:
        if isinstance(message, Instruction):
            screen.show(TurnEnded("answered"))
            board.note("\n".join(f"> {line}" for line in visible(message.text.strip()).split("\n")))
            if message.images:
                board.note(f"[pictures sent with it: {len(message.images)}]")
        for event in events_of(message):
            screen.show(event)
        if isinstance(message, Execution) and message.status == "refused":
            board.note(f"The code was not run. {message.note}".strip())
    screen.show(TurnEnded("answered"))


def events_of(message: Message) -> Iterator[Event]:
    """What reported a message when it was made; nothing for an instruction."""
    match message:
        case Instruction():
            return
        case Reply(text, None):
            yield ProseDelta(text)
        case Reply():
            if prose := prose_of(message):
                yield ProseDelta(prose)
        case Execution(block, _, outputs):
            yield from _code(block)
            for output in outputs:
                yield OutputReceived(output)
            yield MessageAdded(message)


def _code(block: CodeBlock) -> Iterator[Event]:
    yield CodeStarted(block.language)
    yield CodeDelta(block.language, block.code)
    yield CodeEnded(block)
