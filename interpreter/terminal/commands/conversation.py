"""Commands about the conversation: take turns back, forget it, ask again, what it cost."""

from typing import TYPE_CHECKING

from interpreter.asking.money import Spent
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Instruction, Message
from interpreter.core.visible import visible
from interpreter.terminal.commands.command import Command, aligned, first_line, no_words, number
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
    return "The conversation is forgotten. Variables stay; %restart gets rid of them too."


def undo(front: "Front", words: list[str]) -> str:
    """Take back the last turns."""
    count, conversation = number(words, "%undo 2"), front.assembled.agent.conversation
    if not conversation.turns:
        return NOTHING
    if count > len(conversation.turns):
        raise WrongUsage(f"Only {_turns(len(conversation.turns))} can be taken back.", "Give a smaller number.")
    undone = [conversation.undo() for _ in range(count)]
    lines = [f"Taken back: {_asked(turn)}" for turn in undone]
    return visible("\n".join([*lines, "The model no longer knows of it; files and variables stay as they are."]))


def retry(front: "Front", words: list[str]) -> str:
    """Take the last turn back, and ask it again."""
    no_words(words, "retry")
    undone = front.assembled.agent.conversation.undo()
    if not undone:
        return NOTHING
    assert isinstance(undone[0], Instruction)
    print(visible(f"Again: {_asked(undone)}"))
    front.carry_out(undone[0])
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
    Command("undo", "[N]", "take back the last N turns; files and variables stay", undo),
    Command("retry", "", "take back the last turn, and ask it again", retry),
    Command("tokens", "", "tokens and cost of the last turn and the session, and the context", tokens),
)
