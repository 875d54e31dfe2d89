"""Commands about the conversation: take turns back, forget it, ask again, what it cost."""

from typing import TYPE_CHECKING

from interpreter.asking.money import Spent, dollars
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Instruction, Message
from interpreter.core.ports import Usage
from interpreter.core.visible import visible
from interpreter.terminal.commands.command import Command, aligned, first_line, no_words, number

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

NOTHING = "Nothing has been asked yet."
NOTHING_SPENT = Spent()


def reset(front: "Front", words: list[str]) -> str:
    """Forget the conversation."""
    no_words(words, "reset")
    front.assembled.agent.conversation.reset()
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
    spent = model.ledger.spent
    return aligned(
        [
            ("last turn", in_words(tally.turn) + _priced(model.cost(tally.turn))),
            ("session", in_words(tally.session) + _priced(spent.since(NOTHING_SPENT))),
            ("context in use", f"~{front.assembled.agent.context_tokens:,}"),
        ]
    )


def in_words(usage: Usage) -> str:
    """Tokens in and out, with a `~` before what is an estimate."""
    about = "~" if usage.estimated else ""
    cached = f" ({about}{usage.cached_tokens:,} cached)" if usage.cached_tokens else ""
    return f"{about}{usage.input_tokens:,} in{cached}, {about}{usage.output_tokens:,} out"


def _priced(cost: float | None) -> str:
    """Dollars behind a count of tokens, where they are known and not nothing."""
    return f", {dollars(cost)}" if cost else ""


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
