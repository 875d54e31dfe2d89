"""Small stand-ins that implement the ports of the core."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelMissing
from interpreter.core.messages import Message, Text
from interpreter.core.ports import (
    Decision,
    Delta,
    Ended,
    Finished,
    Frame,
    KernelEvent,
    OutputArrived,
    Request,
    Run,
    TextDelta,
    Usage,
    UsageDelta,
    Variable,
)


@dataclass
class FakeModel:
    """Answers with the scripted replies, each a text or a list of deltas, in pieces of `chunk` characters."""

    replies: list[str | list[Delta] | Exception]
    chunk: int = 5
    name: str = "fake"
    sees_images: bool = False
    asked: list[tuple[Message, ...]] = field(default_factory=list)
    closed: int = 0

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        self.asked.append(tuple(messages))
        reply = self.replies.pop(0)
        try:
            if isinstance(reply, Exception):
                raise reply
            yield from says(reply, self.chunk) if isinstance(reply, str) else reply
        finally:
            self.closed += 1


def says(text: str, chunk: int = 5) -> list[Delta]:
    """A whole reply: its text in pieces, its usage, its end."""
    pieces = [TextDelta(text[i : i + chunk]) for i in range(0, len(text), chunk)]
    return [*pieces, UsageDelta(Usage(10, len(pieces))), Finished("stop")]


Script = Callable[[str], Generator[KernelEvent, None, Ended]]


def echo(code: str) -> Generator[KernelEvent, None, Ended]:
    """A run that prints its own code."""
    yield OutputArrived(Text(f"ran {code}\n"))
    return Ended("ok", 0.1)


@dataclass
class FakeKernel:
    """Runs nothing; remembers what it was given."""

    script: Script = echo
    ran: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    defined: tuple[Variable, ...] = ()
    frames: tuple[Frame, ...] = ()

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        self.ran.append(code)
        return (yield from self.script(code))

    def answer(self, text: str) -> None:
        self.answers.append(text)

    def interrupt(self) -> None: ...

    def restart(self) -> None: ...

    def variables(self, name: str | None = None) -> tuple[Variable, ...]:
        return tuple(each for each in self.defined if name in (None, each.name))

    def peek(self) -> tuple[Frame, ...]:
        return self.frames

    def close(self) -> None: ...


@dataclass
class FakeKernels:
    """One kernel, for Python; bash is a known language without one."""

    kernel: FakeKernel = field(default_factory=FakeKernel)

    def language_of(self, tag: str) -> str | None:
        return {"python": "python", "py": "python", "bash": "bash", "sh": "bash"}.get(tag.lower())

    def get(self, language: str) -> FakeKernel:
        if language != "python":
            raise KernelMissing(language, "Available here: python.")
        return self.kernel

    def languages(self) -> tuple[str, ...]:
        return ("python",)

    def started(self) -> tuple[str, ...]:
        return ("python",)

    def close(self) -> None: ...


@dataclass
class FakeApprover:
    """Gives the scripted decisions, then approves everything."""

    decisions: list[Decision] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    token: CancelToken | None = None

    def decide(self, request: Request) -> Decision:
        self.asked.append(request)
        if self.token is not None:
            self.token.cancel()
        return self.decisions.pop(0) if self.decisions else Run(request.block)


@dataclass
class FakeAsker:
    """Answers `input()` with one text, or breaks it off with None."""

    text: str | None = "42"

    def ask(self, prompt: str, password: bool) -> str | None:
        return self.text
