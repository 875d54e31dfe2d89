"""What a model, an approver or a reader of events of your own is made of: the public names, in one place."""

from collections.abc import Sequence
from typing import Any

from interpreter.core.errors import InterpreterError, ModelBusy, ModelFailed
from interpreter.core.events import Event
from interpreter.core.messages import CodeBlock, Execution, Image, Instruction, Message, Reply
from interpreter.core.ports import (
    Approver,
    Asker,
    CodeDelta,
    Decision,
    Delta,
    Finished,
    OwnModel,
    ReasoningDelta,
    Refuse,
    Request,
    Run,
    TextDelta,
    Usage,
    UsageDelta,
)
from interpreter.llm.wire import Form, to_chat

__all__ = [
    "Approver",
    "Asker",
    "CodeBlock",
    "CodeDelta",
    "Decision",
    "Delta",
    "Event",
    "Execution",
    "Finished",
    "Image",
    "Instruction",
    "InterpreterError",
    "Message",
    "ModelBusy",
    "ModelFailed",
    "OwnModel",
    "ReasoningDelta",
    "Refuse",
    "Reply",
    "Request",
    "Run",
    "TextDelta",
    "Usage",
    "UsageDelta",
    "chat_messages",
]


def chat_messages(system: str, messages: Sequence[Message], *, sees_images: bool = False) -> list[dict[str, Any]]:
    """A request as most services take it: `{"role": …, "content": …}`, system first, then user and assistant in turn.

    With `sees_images`, pictures are parts of the content as in OpenAI's API; without, a line stands for each.
    """
    return to_chat(system, messages, Form(sees_images=sees_images))
