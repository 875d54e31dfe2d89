"""What a model means that calls a tool although it was given none: mostly, code to run."""

from collections.abc import Iterable

from interpreter.core.called import ToolCall as ToolCall
from interpreter.core.called import code_in
from interpreter.core.ports import CodeDelta, TextDelta


def understood(calls: Iterable[ToolCall]) -> CodeDelta | TextDelta | None:
    """The first call that is code; where none is, a line on what the model wanted; None without calls."""
    calls = tuple(calls)
    for call in calls:
        if code := code_in(call):
            return CodeDelta(code.language, code.code)
    if not calls:
        return None
    wanted = "; ".join(f"{call.name or 'a tool'}({call.arguments})" for call in calls)
    return TextDelta(f"(The model asked for a tool that does not exist here: {wanted})")
