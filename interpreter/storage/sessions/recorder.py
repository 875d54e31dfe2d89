"""A turn's events, each on disk before the next one is taken."""

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Protocol

from interpreter.core.conversation import Conversation
from interpreter.core.errors import StorageFailed, WrongUsage
from interpreter.core.events import Event, ExecutionStarted, MessageAdded, Notice, TurnEnded, UsageReported
from interpreter.core.messages import Instruction, Message
from interpreter.core.ports import Usage

if TYPE_CHECKING:
    from interpreter.storage.sessions.session_file import SessionFile
    from interpreter.storage.sessions.session_reader import Kept

TITLE = 80
"""Characters of the first instruction that name a session."""


class Answering(Protocol):
    """What the recorder needs to know of the model that answers."""

    @property
    def name(self) -> str:
        """As the user would name it."""
        ...

    def cost(self, usage: Usage) -> float | None:
        """Dollars; None where the price is not known."""
        ...


class Recorder:
    """Keeps a conversation in a session that `begin` makes with the first instruction.

    `conversation` and the session have the same messages after each event, whatever took some of them back in between.
    A disk that takes no more is said once, or not at all where `is_silent`; the conversation goes on and is not kept
    from there on.
    """

    def __init__(
        self, conversation: Conversation, model: Answering, begin: "Callable[[], SessionFile]", *, folder: str
    ) -> None:
        self._conversation = conversation
        self._model = model
        self._begin = begin
        self._folder = folder
        self._kept: list[tuple[int, Message]] = []
        self._masked: list[Message] = []
        self._beside: list[tuple[int | None, int, Message]] = []
        self._has_failed = False
        self.is_silent = False
        self.session: SessionFile | None = None

    def go_on(self, session: "SessionFile", kept: "Sequence[Kept]") -> None:
        """Go on with a session whose messages become the conversation; another one that was open is closed."""
        self.close()
        self.session = session
        self._has_failed = False
        self._kept = [(each.number, each.message) for each in kept]
        self._masked = [each.message for each in kept if each.is_masked]
        self._beside = []
        self._conversation.restore(each.message for each in kept)

    def move_to(self, session: "SessionFile") -> None:
        """Go on in a copy of the session; the one that was open is closed."""
        self.close()
        self.session = session

    def is_masked(self, message: Message) -> bool:
        """Whether the message was read from a session that kept its block without a secret that was in it."""
        return any(each is message for each in self._masked)

    def number(self, message: Message) -> int | None:
        """The number of a message of the conversation in the session."""
        return next((number for number, each in self._kept if each is message), None)

    def record(self, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
        """The same events; a notice is among them where the session could not be kept."""
        try:
            for event in events:
                if (notice := self._keep(event)) is not None:
                    yield notice
                yield event
        finally:
            events.close()
            # What a turn that was broken off left behind.
            self._guarded(self._sync)

    def sync(self) -> Notice | None:
        """Keep what was changed between turns; a notice where that failed."""
        return self._guarded(self._sync)

    def mark(self, *, good: bool, why: str) -> None:
        """Keep what the user thinks of the last turn; raises WrongUsage where there is none, or StorageFailed."""
        self._guarded(self._sync)
        if self._has_failed:
            raise StorageFailed("This conversation is not kept any more, and neither are marks.")
        turns = [number for number, message in self._kept if isinstance(message, Instruction)]
        if self.session is None or not turns:
            raise WrongUsage("There is no turn to mark.", "Ask for something first.")
        self.session.mark(turns[-1], good=good, why=why)

    def whole(self) -> "SessionFile | None":
        """The session, if it holds all of the conversation."""
        self._guarded(self._sync)
        return None if self._has_failed else self.session

    def close(self) -> None:
        """Let others have the session."""
        self._guarded(self._sync)
        if self.session is not None:
            self.session.close()

    def _keep(self, event: Event) -> Notice | None:
        match event:
            case MessageAdded():
                return self._guarded(self._sync)
            case ExecutionStarted(block):
                return self._guarded(lambda: self._open().begin_run(block, reply=self._kept[-1][0]))
            case UsageReported(usage):
                return self._guarded(lambda: self._keep_usage(usage))
            case TurnEnded(reason):
                return self._guarded(lambda: self._end(reason))
        return None

    def _keep_usage(self, usage: Usage) -> None:
        last = self._kept[-1][0] if self._kept else None
        self._open().add_usage(usage, message=last, model=self._model.name, cost=self._model.cost(usage))

    def _end(self, reason: str) -> None:
        self._sync()
        if self._kept:
            self._open().end_turn(reason, message=self._kept[-1][0])

    def _sync(self) -> None:
        """Bring the session to what the conversation is now."""
        messages = self._conversation.messages
        if not messages and self.session is None:
            return
        session = self._open()
        same = _same(self._kept, messages)
        if same < len(self._kept):
            parents = [None, *(number for number, _ in self._kept)]
            self._beside += [(parents[i], *self._kept[i]) for i in range(same, len(self._kept))]
            del self._kept[same:]
            session.move(self._kept[-1][0] if self._kept else None)
        for message in messages[same:]:
            parent = self._kept[-1][0] if self._kept else None
            self._kept.append((self._add(session, message, parent), message))

    def _add(self, session: "SessionFile", message: Message, parent: int | None) -> int:
        """The message's number, which it has already where it was taken back and comes again."""
        for place, number, ours in self._beside:
            if ours is message and place == parent:
                session.move(number)
                return number
        return session.add(message, parent=parent)

    def _open(self) -> "SessionFile":
        if self.session is None:
            self.session = self._begin()
            first = next((each for each in self._conversation.messages if isinstance(each, Instruction)), None)
            title = " ".join(first.text.split())[:TITLE] if first else ""
            self.session.describe(title=title, folder=self._folder, model=self._model.name)
        return self.session

    def _guarded(self, keep: Callable[[], None]) -> Notice | None:
        if self._has_failed:
            return None
        try:
            keep()
        except StorageFailed as error:
            self._has_failed = True
            return None if self.is_silent else Notice(f"This conversation is not kept from here on: {error}")
        return None


def _same(kept: list[tuple[int, Message]], messages: tuple[Message, ...]) -> int:
    """How many messages at the beginning are kept already; they are the same objects."""
    if len(messages) >= len(kept) and (not kept or messages[len(kept) - 1] is kept[-1][1]):
        return len(kept)
    pairs = zip(kept, messages, strict=False)
    return next((i for i, ((_, ours), theirs) in enumerate(pairs) if ours is not theirs), min(len(kept), len(messages)))
