"""What is exported: a conversation, and all that is known of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from interpreter.core.messages import Message
from interpreter.storage.sessions.forms import as_form, from_form, masked, picture_of_data
from interpreter.storage.sessions.session_reader import SessionReader, Stored

Record = dict[str, Any]

FORMAT, VERSION = "interpreter-session", 1
"""What a file in JSON says of itself; the version grows when a reader of the old form would misread the new one."""


@dataclass(frozen=True, slots=True)
class Kept:
    """The messages of a conversation; `record` is all that is known, as JSON values; `python` such as 3.12.1."""

    messages: Sequence[Message]
    record: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""
    python: str = "3"


def of_session(
    session: SessionReader, redact: Callable[[str], str], python: str, messages: Sequence[Message] | None = None
) -> Kept:
    """A session on disk, or `messages` that have more than its own; raises StorageFailed for one that is damaged."""
    if messages is None:
        messages = [message for _, message in session.path()]
    return _kept(messages, _whole(session), session.about().get("title", ""), redact, python)


def of_messages(messages: Sequence[Message], redact: Callable[[str], str], python: str) -> Kept:
    """A conversation that is on no disk."""
    rows = [Stored(number, number - 1 or None, 0.0, message) for number, message in enumerate(messages, 1)]
    return _kept(messages, _record({}, rows, len(rows) or None, set(range(1, len(rows) + 1))), "", redact, python)


def _kept(messages: Sequence[Message], record: Record, title: str, redact: Callable[[str], str], python: str) -> Kept:
    clean = [from_form(as_form(each, lambda image: image.data, redact), picture_of_data) for each in messages]
    return Kept(clean, masked(record, redact), redact(title), python)


def _whole(session: SessionReader) -> Record:
    marks = [{"instruction": number, **asdict(mark)} for number, mark in session.marks().items()]
    now = {number for number, _ in session.path()}
    return {
        **_record({"name": session.name, **session.about()}, session.everything(), session.head, now),
        "runs": session.runs(),
        "usage": session.usage(),
        "endings": session.endings(),
        "marks": marks,
    }


def _record(about: Mapping[str, str], rows: Sequence[Stored], head: int | None, now: set[int]) -> Record:
    return {
        "format": FORMAT,
        "version": VERSION,
        "session": {name: value for name, value in about.items() if name != "head"},
        "head": head,
        "messages": [
            {
                "number": row.number,
                "parent": row.parent,
                "at": row.at,
                "taken_back": row.number not in now,
                **asdict(row.message),
            }
            for row in rows
        ],
        "runs": [],
        "usage": [],
        "endings": [],
        "marks": [],
    }
