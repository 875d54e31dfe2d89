"""One request to execute: which of its messages have come, what they show, and whether it is over."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from interpreter.core.messages import Spool
from interpreter.core.ports import Cleared, InputAsked, KernelEvent, OutputArrived
from interpreter.kernels.head_tail import HeadTail
from interpreter.kernels.notes import joined
from interpreter.kernels.outputs import clean, events_of, failure, is_quiet_exit, pages

if TYPE_CHECKING:
    from interpreter.kernels.address import Channel
    from interpreter.kernels.connection import Message
    from interpreter.kernels.spool import Spooling

STRAY_SECONDS = 2.0
"""How long a reply may come after its idle; an interrupt at the wrong moment makes a kernel swallow the reply."""
NOTICE = "interpreter_notice"
"""The kind of a message that no kernel sends: it adds a note to a run."""


class Notice(str):
    """The text of such a message: only we can make one, whatever code writes into messages of its own."""


LATE_SECONDS = 10.0
"""How long an idle may come after its reply: a kernel that drops messages may have dropped it."""


class Running:
    """A run is over when both its reply and its idle have come; they travel on different channels."""

    def __init__(self, request_id: str, spooling: "Spooling | None" = None) -> None:
        self._id = request_id
        self._spooling = spooling
        self._idle_at: float | None = None
        self._replied_at: float | None = None
        self._bounds = HeadTail()
        self._told_failure = False
        self._notices: dict[str, None] = {}
        self.reply: dict[str, Any] = {}
        self.question: Message | None = None
        self.has_begun = False
        self.is_complete = False

    def is_over(self, now: float) -> bool:
        """Nothing more is to come."""
        if self._idle_at is not None and self._replied_at is not None:
            return True
        if self._idle_at is not None:
            return now - self._idle_at > STRAY_SECONDS
        return self._replied_at is not None and now - self._replied_at > LATE_SECONDS

    def take(self, channel: "Channel", message: "Message", now: float) -> Iterator[KernelEvent]:
        """What a message shows; messages of other requests show nothing."""
        if message["parent_header"].get("msg_id") != self._id:
            return
        kind, content = message["header"]["msg_type"], message["content"]
        if channel == "iopub":
            yield from self._take_shown(kind, content, now)
        elif kind == "execute_reply":
            payload = content.get("payload")
            items = [each for each in payload if isinstance(each, dict)] if isinstance(payload, list) else []
            self._replied_at, self.reply = now, {**content, "payload": items}
        elif kind == "input_request":
            self.question = message
            yield InputAsked(clean(str(content.get("prompt", ""))), bool(content.get("password")))

    def take_late(self, channel: "Channel", message: "Message", mark_id: str, mark: str) -> Iterator[KernelEvent]:
        """What was printed before a mark: it comes after the end, and as if the mark's request had printed it."""
        if channel != "iopub" or message["header"]["msg_type"] != "stream":
            return
        if message["parent_header"].get("msg_id") in (self._id, mark_id):
            text, found, _ = str(message["content"].get("text", "")).partition(mark)
            self.is_complete = bool(found)
            for event in events_of("stream", {**message["content"], "text": text}):
                yield from self._pass(event)

    def rest(self) -> Iterator[KernelEvent]:
        """What had to wait for the end: a pager's text, an exception that only the reply tells, the tail."""
        for event in pages(self.reply.get("payload", ())):
            yield from self._pass(event)
        if self.has_failed and not self._told_failure and self.reply.get("ename"):
            yield from self._pass(OutputArrived(failure(self.reply)))
        yield from self._bounds.rest()

    @property
    def note(self) -> str:
        """What was left out, what went wrong in keeping all, and what else is to be told."""
        return joined(self._bounds.note, self._spooling.note if self._spooling else "", *self._notices)

    def spooled(self) -> Spool | None:
        """Where the whole output is kept; nothing more is kept then."""
        return self._spooling.end() if self._spooling else None

    @property
    def has_failed(self) -> bool:
        """The code raised an exception, or was not run at all."""
        return bool(self.reply) and self.reply.get("status") != "ok" and not is_quiet_exit(self.reply)

    @property
    def asks_exit(self) -> bool:
        """The code told the kernel to exit, which it will do in a moment."""
        return any(item.get("source") == "ask_exit" for item in self.reply.get("payload", ()))

    def _pass(self, event: KernelEvent) -> Iterator[KernelEvent]:
        match event:
            case OutputArrived(output) if self._spooling:
                self._spooling.write(output)
            case Cleared() if self._spooling:
                self._spooling.clear()
        yield from self._bounds.take(event)

    def _take_shown(self, kind: str, content: dict[str, Any], now: float) -> Iterator[KernelEvent]:
        if kind == "status" and content.get("execution_state") == "idle":
            self._idle_at = now
        elif kind == "execute_input":
            self.has_begun = True
        elif kind == NOTICE:
            if isinstance(content.get("text"), Notice):
                self._notices[content["text"]] = None
        elif kind == "error" and is_quiet_exit(content):
            self._told_failure = True
        else:
            self._told_failure = self._told_failure or kind == "error"
            for event in events_of(kind, content):
                yield from self._pass(event)
