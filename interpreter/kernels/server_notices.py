"""What a Jupyter Server, and not the code, has to say about a run; told as notes and never taken for output."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from interpreter.kernels import notes
from interpreter.kernels.running import NOTICE, Notice

if TYPE_CHECKING:
    from interpreter.kernels.address import Channel
    from interpreter.kernels.connection import Message

RATE = re.compile(r"IOPub (data|message) rate exceeded\.\n.*?\n *ServerApp\.(\w+=\S+ \(\w+/sec\))", re.DOTALL)


def notice(text: str, parent: Mapping[str, Any]) -> "tuple[Channel, Message]":
    """A message that adds a note to a run."""
    return _message("iopub", NOTICE, {"text": Notice(text)}, parent)


def rate_notice(message: "Message") -> str:
    """The note for what a server writes to stderr when it drops output; empty for every other message."""
    content = message["content"]
    if message["header"].get("msg_type") != "stream" or content.get("name") != "stderr":
        return ""
    found = RATE.match(str(content.get("text", ""))[:2000])
    return notes.dropped_by_server(found[2]) if found else ""


def lost_reply(request_id: str) -> "list[tuple[Channel, Message]]":
    """What stands for the end of a request whose own end did not reach us."""
    parent = {"msg_id": request_id}
    content = {"status": "error", "ename": "ConnectionLost", "evalue": notes.LOST_REPLY, "traceback": []}
    idle = _message("iopub", "status", {"execution_state": "idle"}, parent)
    return [_message("shell", "execute_reply", content, parent), idle]


def _message(
    channel: "Channel", kind: str, content: dict[str, Any], parent: Mapping[str, Any]
) -> "tuple[Channel, Message]":
    return channel, {"header": {"msg_type": kind}, "parent_header": dict(parent), "content": content}
