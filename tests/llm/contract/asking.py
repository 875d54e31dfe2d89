"""What the contract's cases ask, and how they look at the answer."""

from collections.abc import Iterable

from interpreter.core.messages import Instruction
from interpreter.core.ports import CodeDelta, Delta, ReasoningDelta, TextDelta

KEY = "sk-secret-0123456789"

ASKED = [Instruction("Say hello")]


def text_of(deltas: Iterable[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))


def reasoning_of(deltas: Iterable[Delta]) -> str:
    return "".join(delta.text for delta in deltas if isinstance(delta, ReasoningDelta))


def code_of(deltas: Iterable[Delta]) -> tuple[str, str] | None:
    """Language and code of the native call; None without one."""
    pieces = [delta for delta in deltas if isinstance(delta, CodeDelta)]
    return (pieces[0].language, "".join(piece.text for piece in pieces)) if pieces else None
