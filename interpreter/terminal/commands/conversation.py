"""Commands about the conversation: take turns back, forget it, ask again, what it cost."""

from typing import TYPE_CHECKING

from interpreter.asking.money import Spent
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Instruction, Message
from interpreter.core.replay import ran_in
from interpreter.core.visible import visible
from interpreter.terminal.commands.command import Command, aligned, first_line, no_words, number
from interpreter.terminal.files_back import ask_for_files
from interpreter.terminal.resuming import offer_replay
from interpreter.terminal.turn_line import BETWEEN, in_dollars, in_tokens, percent

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

NOTHING = "Nothing has been asked yet."
NOTHING_SPENT = Spent()


def reset(front: "Front", words: list[str]) -> str:
    """Forget the conversation."""
    no_words(words, "reset")
    front.assembled.agent.conversation.reset()
    front.user_runs.forget()
    front.assembled.session.news.forget()
    return "The conversation is forgotten. Variables stay; %restart gets rid of them too."


def undo(front: "Front", words: list[str]) -> str:
    """Take back the last turns, with what they did to files, or take the last undo back."""
    if [word.lower() for word in words] == ["back"]:
        return _undo_undo(front)
    count, conversation = number(words, "%undo 2"), front.assembled.agent.conversation
    if not conversation.turns:
        return NOTHING
    if count > len(conversation.turns):
        raise WrongUsage(f"Only {_turns(len(conversation.turns))} can be taken back.", "Give a smaller number.")
    undone, lines = take_back(front, count)
    print(visible("\n".join([*(f"Taken back: {_asked(turn)}" for turn in undone), *lines])))
    replay = front.assembled.session.replay
    if front.asks and replay.blocks and ran_in([message for turn in undone for message in turn]):
        offer_replay(front, replay, "Variables stay as they are now.", restarts=True)
    return ""


def take_back(front: "Front", count: int) -> tuple[list[tuple[Message, ...]], list[str]]:
    """Take turns back, and files where the user wants that; returns the turns, the last first, and what to say."""
    session = front.assembled.session
    undoing = session.undoing(count)
    if not undoing:
        undone, _ = session.undo(count)
        return undone, ["The model no longer knows of it; files and variables stay as they are."]
    files = ask_for_files(front, undoing)
    undone, wrong = session.undo(count, files)
    if not files:
        return undone, ["The model no longer knows of it; files and variables stay as they are."]
    lines = [f"Not brought back: {each}" for each in wrong]
    return undone, [*lines, f"Files brought back: {len(files) - len(wrong)}. %undo back takes all of this back."]


def _undo_undo(front: "Front") -> str:
    undone, wrong = front.assembled.session.undo_undo()
    asked = [message for message in undone.messages if isinstance(message, Instruction)]
    lines = [f"There again: {first_line(message.text)}" for message in asked]
    lines += [f"Not brought back: {each}" for each in wrong]
    return visible("\n".join([*lines, "Files are as they were before the undo." if undone.state else "Files stay."]))


def retry(front: "Front", words: list[str]) -> str:
    """Take the last turn back, and ask it again."""
    no_words(words, "retry")
    if not front.assembled.agent.conversation.turns:
        return NOTHING
    undone, _ = take_back(front, 1)
    instruction = undone[0][0]
    assert isinstance(instruction, Instruction)
    print(visible(f"Again: {_asked(undone[0])}"))
    front.carry_out(instruction)
    return ""


def redo(front: "Front", words: list[str]) -> str:
    """Take the last turn back, and ask something else in its place."""
    if not words:
        raise WrongUsage("%redo takes the instruction to ask instead.", "Such as %redo plot it by month.")
    if not front.assembled.agent.conversation.turns:
        return NOTHING
    text = " ".join(words)
    instruction = front.attach(text, text)
    undone, _ = take_back(front, 1)
    print(visible(f"In place of: {_asked(undone[0])}"))
    front.carry_out(instruction)
    return ""


def tokens(front: "Front", words: list[str]) -> str:
    """Tell what the last turn and the session cost, and how large the conversation is."""
    no_words(words, "tokens")
    tally, model = front.tally, front.assembled.model
    used, spent = front.assembled.agent.context_tokens, model.ledger.spent.since(NOTHING_SPENT)
    context = [f"~{used:,}", f"~{percent(used, model.context)} of {model.context:,}" if model.context else ""]
    return aligned(
        [
            ("last turn", _taken(in_tokens(tally.turn), in_dollars(tally.turn_cost, tally.turn))),
            (
                "session",
                _taken(in_tokens(tally.session), in_dollars(spent, tally.session)),
            ),
            ("context in use", _taken(*context)),
        ]
    )


def _taken(*parts: str) -> str:
    return BETWEEN.join(part for part in parts if part)


def _asked(turn: tuple[Message, ...]) -> str:
    return first_line(turn[0].text)


def _turns(count: int) -> str:
    return "1 turn" if count == 1 else f"{count} turns"


COMMANDS = (
    Command("reset", "", "forget the conversation; variables stay", reset),
    Command("undo", "[N|back]", "take back the last N turns, with their files", undo),
    Command("retry", "", "take back the last turn, and ask it again", retry),
    Command("redo", "TEXT", "take back the last turn, and ask TEXT instead", redo),
    Command("tokens", "", "tokens and cost, of the last turn and the session", tokens),
)
