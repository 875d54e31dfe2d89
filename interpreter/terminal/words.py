"""The sentences in which the program speaks of itself."""

from interpreter.core.errors import InterpreterError
from interpreter.core.events import TurnReason

_ENDINGS: dict[TurnReason, str] = {
    "interrupted": "Stopped.",
    "step_limit": "The turn reached its limit of steps. Say “go on”, or allow more with --max-steps.",
    "stuck": "The same code failed the same way three times, so the turn was ended. Try saying it differently.",
    "unapproved": "Code was proposed, and there is nobody to approve it. Use -y to run code without asking.",
}


def ending(reason: TurnReason) -> str:
    """What is said when a turn ends without an answer; empty where everything has been said."""
    return _ENDINGS.get(reason, "")


def problem(error: InterpreterError) -> str:
    """An error in two lines: what happened, what to do."""
    return f"Error: {error}\n{error.hint}" if error.hint else f"Error: {error}"


def again(why: str, wait: float) -> str:
    """What is said when a request is made again."""
    return f"{why} It is asked again in {wait:.0f} s." if wait >= 1 else f"{why} It is asked again."
