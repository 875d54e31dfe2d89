"""A session that goes on: taken up, drawn again, and its kernels filled again where the user wants that."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from interpreter.console.board import Board, TtyBoard
from interpreter.core.events import Event, MessageAdded, Notice, OutputReceived, TurnEnded
from interpreter.core.messages import Execution, Instruction, Message, Reply
from interpreter.core.ports import TextDelta
from interpreter.core.reading import Reading
from interpreter.core.replay import Replay, first_line, ran_in
from interpreter.core.visible import visible
from interpreter.session_in_use import TakenUp
from interpreter.terminal.signals import stops_turn

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

SHOWN = 3
"""Turns that are drawn again."""

LINES = 12
"""Lines of an instruction that are drawn again."""


def take_up(front: "Front", said: str, *, draws: bool = True) -> None:
    """Go on with a session, or with a copy where somebody has it and the user wants that.

    Its last turns are drawn with `draws`. Raises what `SessionInUse.take_up` does.
    """
    agent = front.assembled.agent
    agent.token.clear()
    with stops_turn(lambda kill: agent.cancel(kill=kill)):
        taken = _taken_up(front, said)
        front.user_runs.forget()
        for event in _told(front, taken, turns=SHOWN if draws else 0):
            front.screen.show(event)
        _offer_again(front)


def _taken_up(front: "Front", said: str) -> TakenUp:
    # SQLite comes with it.
    from interpreter.storage.sessions.lock import SessionHeld

    try:
        return front.assembled.session.take_up(said)
    except SessionHeld as held:
        if not front.asks or _key(front, f"{held}\nGo on with a copy of it? [y]es / [n]o ") != "y":
            raise
    return front.assembled.session.take_up(said, copies=True)


def _told(front: "Front", taken: TakenUp, *, turns: int) -> Iterator[Event]:
    conversation, folder = front.assembled.agent.conversation, front.assembled.folder
    count = len(conversation.turns)
    yield Notice(f"Going on with {taken.name}: {taken.title or 'without a title'}")
    if taken.folder and taken.folder != str(folder):
        yield Notice(f"It worked in {taken.folder}; code runs in {folder} now.")
    if turns and count > turns:
        yield Notice(f"{count - turns} earlier turns are not drawn again; the model knows them.")
    language_of = front.assembled.agent.kernels.language_of
    for turn in conversation.turns[-turns:] if turns else ():
        yield from drawn_again(turn, language_of)
    for each in taken.may_have_run:
        yield Notice(f"This may have run when the program ended, and is not run again: {first_line(each.block)}")


def drawn_again(turn: Sequence[Message], language_of: Callable[[str], str | None]) -> Iterator[Event]:
    """The events that draw a turn which is over."""
    for message in turn:
        match message:
            case Instruction(text):
                lines = text.splitlines() or [""]
                more = [f"… {len(lines) - LINES} more lines"] if len(lines) > LINES else []
                yield Notice("\n  ".join([f"> {lines[0]}", *lines[1:LINES], *more]))
            case Reply(text):
                reading = Reading(language_of)
                yield from reading.take(TextDelta(f"{text}\n"))
                yield from reading.end()
            case Execution(outputs=outputs):
                yield from (OutputReceived(output) for output in outputs)
                yield MessageAdded(message)
    yield TurnEnded("answered")


def _offer_again(front: "Front") -> None:
    replay = front.assembled.session.replay
    if not ran_in(front.assembled.agent.conversation.messages):
        return
    if not (replay.blocks and front.asks):
        front.screen.show(Notice("The kernels are empty, which the model is told."))
    elif not offer_replay(front, replay, "The kernels are empty."):
        front.screen.show(Notice("The kernels stay empty, which the model is told."))


def offer_replay(front: "Front", replay: Replay, why: str, *, restarts: bool = False) -> bool:
    """Ask whether to run blocks again, with what they touch, and do it; whether the user said yes.

    With `restarts` the kernels are begun anew before. A block that fails ends it, which is said.
    """
    tty = front.tty
    assert tty is not None
    board = front.screen if isinstance(front.screen, Board) else TtyBoard(tty)
    while True:
        match _key(front, _question(front, replay, why, restarts=restarts)):
            case "y":
                break
            case "s":
                for block in replay.blocks:
                    board.show_block(block)
            case _:
                return False
    session = front.assembled.session
    if restarts:
        session.restart_kernels()
    if front.follow(front.assembled.record.watched(session.replayed(replay))) == 0:
        front.screen.show(Notice("All of it has been run again."))
    else:
        front.screen.show(Notice("It ends there: the blocks behind this one were not run again."))
    return True


def _question(front: "Front", replay: Replay, why: str, *, restarts: bool) -> str:
    count = len(replay.blocks)
    languages = ", ".join(f"{number} {name}" for name, number in Counter(b.language for b in replay.blocks).items())
    lines = [
        f"{why} {_blocks(count)} that succeeded can be run again ({languages}), in order and without a question each."
    ]
    if restarts:
        lines.append("For that the kernels are begun anew.")
    if touched := replay.touches(str(front.assembled.folder)):
        lines.append(f"What stands out in them: {'; '.join(touched)}.")
    if replay.masked:
        lines.append(f"{_blocks(replay.masked)} cannot be: a secret was in it, and secrets are not kept.")
    return "\n".join([*lines, "[y]es, run again / [s]how the code / [n]o "])


def _blocks(count: int) -> str:
    return "1 block" if count == 1 else f"{count} blocks"


def _key(front: "Front", question: str) -> str:
    tty, token = front.tty, front.assembled.agent.token
    if tty is None:
        return ""
    key = (tty.key(visible(question), lambda: token.is_set) or "").strip().lower()[:1]
    tty.write({"y": "yes\n", "s": "show\n"}.get(key, "no\n"))
    return key
