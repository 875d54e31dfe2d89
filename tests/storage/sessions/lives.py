"""A conversation that is kept while its process may be killed: what it had shown and run stands in a journal."""

import base64
import hashlib
import os
import random
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import WrongUsage
from interpreter.core.events import MessageAdded, Notice
from interpreter.core.messages import Display, Execution, Instruction, Message, Text
from interpreter.core.ports import Delta, Ended, KernelEvent, OutputArrived
from interpreter.session_in_use import LATEST, SessionInUse
from interpreter.storage.paths import Paths
from tests.fakes import FakeApprover, FakeKernel, FakeKernels, FakeModel, says

TURNS = 200
"""Of a life that nobody ends."""


class Priced(FakeModel):
    def cost(self, usage) -> float:
        return usage.output_tokens / 1000


@dataclass
class Talks(Priced):
    """Says something that it has not said before, with code in it or without."""

    chance: random.Random = field(default_factory=random.Random)

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        word = self.chance.getrandbits(64)
        code = f"```python\n{word}\n```\n" if self.chance.random() < 0.7 else ""
        yield from says(f"{'words ' * self.chance.randrange(50)}{word}\n\n{code}", chunk=100)


@dataclass
class Journals(FakeKernel):
    """Notes what it is given before anything comes of it, and sometimes shows much, or a picture."""

    journal: int = -1
    chance: random.Random = field(default_factory=random.Random)

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        note(self.journal, "ran", code.strip())
        size = self.chance.choice((1, 100, 5_000, 40_000))
        yield OutputArrived(Text(f"{self.chance.getrandbits(64)}\n" * size))
        if self.chance.random() < 0.3:
            picture = base64.b64encode(self.chance.randbytes(30_000)).decode()
            yield OutputArrived(Display({"image/png": picture, "text/plain": "p"}))
        time.sleep(self.chance.random() / 200)
        return Ended("ok", 0.1)


def note(journal: int, what: str, which: str) -> None:
    """One line, which the kernel of the operating system has when this returns: no death of ours takes it."""
    os.write(journal, f"{what} {which}\n".encode())


def digest(message: Message) -> str:
    """Which message it is, whatever became of its pictures on the way."""
    return hashlib.sha256(f"{message.kind} {message.text}".encode()).hexdigest()


@contextmanager
def session_in(folder: Path, journal: int, seed: int) -> Iterator[tuple[Agent, SessionInUse]]:
    """An agent without a real model or kernel, and its session below this folder."""
    chance = random.Random(seed)
    model = Talks([], chance=chance)
    kernels = FakeKernels(Journals(journal=journal, chance=chance))
    agent = Agent(model, kernels, FakeApprover(), cancel=CancelToken(), system=lambda: "", max_steps=4)
    session = SessionInUse(agent, model, Paths(folder / "config", folder / "data"), None, str, keeps=True)
    try:
        yield agent, session
    finally:
        session.close()


def live(folder: Path, seed: int) -> None:
    """Go on with the latest session, or begin one, for many turns; some are taken back, and some begin a copy."""
    journal = os.open(folder / "journal", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    chance = random.Random(seed)
    with session_in(folder, journal, seed) as (agent, session):
        note(journal, "lives", "on")
        if chance.random() < 0.7:
            try:
                session.take_up(LATEST)
            except WrongUsage:
                note(journal, "begins", "anew")
        for _ in range(TURNS):
            turn(agent, session, journal, f"{chance.getrandbits(64)}")
            if chance.random() < 0.1:
                note(journal, "undoing", "1")
                session.undo(1)
            if chance.random() < 0.03:
                session.fork()
    note(journal, "left", "well")


def turn(agent: Agent, session: SessionInUse, journal: int, text: str) -> None:
    """One turn; what its events tell was on disk before."""
    for event in session.run(Instruction(text)):
        assert not (isinstance(event, Notice) and "is not kept" in event.text), event.text
        if isinstance(event, MessageAdded):
            note(journal, "shown", digest(event.message))
            if isinstance(event.message, Execution):
                note(journal, "ended", event.message.block.code.strip())


@dataclass(frozen=True, slots=True)
class Journal:
    """What happened in one life, up to its last moment."""

    shown: tuple[str, ...]
    ran: tuple[str, ...]
    ended: tuple[str, ...]
    lines: tuple[str, ...]


def read_journal(folder: Path, after: int) -> Journal:
    """The journal behind so many bytes."""
    file = folder / "journal"
    lines = file.read_bytes()[after:].decode().splitlines() if file.exists() else []
    found = {what: tuple(line.split()[1] for line in lines if line.startswith(f"{what} ")) for what in KINDS}
    return replace(Journal((), (), (), tuple(lines)), **found)


KINDS = ("shown", "ran", "ended")
