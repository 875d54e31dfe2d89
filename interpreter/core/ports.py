"""What the agent needs from the outside: a model, kernels, somebody who approves, somebody who answers."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol, TypeAlias

from interpreter.core.messages import CodeBlock, Execution, Message, Output, Spool, Status
from interpreter.core.messages import Variable as Variable

# -- the model ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one reply, as the provider counted them; `estimated` where it did not.

    Of the input, `cached_tokens` were read from the provider's cache, and `kept_tokens` were written into it.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    estimated: bool = False
    kept_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.estimated or other.estimated,
            self.kept_tokens + other.kept_tokens,
        )


@dataclass(frozen=True, slots=True)
class TextDelta:
    """The next characters of the reply's text, Markdown with fences."""

    text: str


@dataclass(frozen=True, slots=True)
class ReasoningDelta:
    """The next characters of the model's reasoning; never run, never part of the answer."""

    text: str


@dataclass(frozen=True, slots=True)
class CodeDelta:
    """The next characters of a block of code: from a fence, or from a native tool call."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class UsageDelta:
    """What the reply cost; comes at most once, near its end."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Idle:
    """Nothing came for a while (at most 0.2 s): a chance to look at the clock and the cancel token."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A line for the user about the request itself: what was shortened to make it fit.

    `spent` is what a request of its own cost that this took.
    """

    text: str
    spent: Usage | None = None


@dataclass(frozen=True, slots=True)
class Retrying:
    """The request failed before anything came of it, and is made again after `wait` seconds; `why` is one line."""

    why: str
    wait: float


FinishReason: TypeAlias = Literal["stop", "length", "filter", "error"]


@dataclass(frozen=True, slots=True)
class Finished:
    """The reply ended; a stream that ends without one was cancelled."""

    reason: FinishReason
    native: Any = None


Delta: TypeAlias = TextDelta | ReasoningDelta | CodeDelta | UsageDelta | Idle | Noted | Retrying | Finished


class Model(Protocol):
    """Any large language model, behind one method."""

    @property
    def name(self) -> str:
        """As the user would name it, provider included."""
        ...

    @property
    def sees_images(self) -> bool:
        """Whether pictures may be sent."""
        ...

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """Ask for the next reply.

        Closing the iterator, or setting the cancel token that the adapter was built with, ends the request within
        0.2 s. Raises `ModelFailed` or `WrongUsage`, before or between deltas.
        """
        ...


class OwnModel(Protocol):
    """A model that somebody plugs in: all of it that has to be there.

    It may also have `name`, `sees_images`, `context` (tokens), `cost(usage)` (dollars or None), `warm()` and
    `close()`.
    """

    def stream(self, system: str, messages: Sequence[Message], /) -> Iterable[Delta | str] | str:
        """The next reply, in pieces of text or as deltas; a stream that ends by itself is complete."""
        ...


# -- kernels ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OutputArrived:
    """The code wrote, displayed or raised something."""

    output: Output


@dataclass(frozen=True, slots=True)
class DisplayUpdated:
    """An earlier display, named by `id`, now shows something else."""

    id: str
    output: Output


@dataclass(frozen=True, slots=True)
class Cleared:
    """The code asked to clear what it has shown so far."""


@dataclass(frozen=True, slots=True)
class InputAsked:
    """The code called `input()`: the kernel waits for `answer`."""

    prompt: str
    password: bool = False


KernelEvent: TypeAlias = OutputArrived | DisplayUpdated | Cleared | InputAsked


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its status, its seconds, and a note where there is more to tell.

    `changed` is the state card: the variables that the run made or changed. `spool` is where the whole output is kept.
    """

    status: Status
    seconds: float
    note: str = ""
    changed: tuple[Variable, ...] = ()
    spool: Spool | None = None

    def of(self, block: CodeBlock, outputs: tuple[Output, ...]) -> Execution:
        """The execution that ended so."""
        return Execution(block, self.status, outputs, self.seconds, self.note, self.changed, self.spool)

    def masked(self, redact: Callable[[str], str]) -> "Ended":
        """The same without what `redact` takes out of the previews of variables."""
        return replace(self, changed=tuple(replace(each, preview=redact(each.preview)) for each in self.changed))


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in running code: the function, the line's number in its source and its text, and the locals."""

    function: str
    line: int
    code: str
    variables: tuple[Variable, ...] = ()


class Kernel(Protocol):
    """One living interpreter of one language; it keeps its variables between runs."""

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        """Run code; after `timeout` seconds it is interrupted, then killed.

        Looks at the cancel token that the adapter was built with at least every 0.2 s. Closing the generator early
        interrupts the code. A kernel that dies is restarted, and the end says so. Raises `KernelFailed` when it
        cannot be started.
        """
        ...

    def answer(self, text: str) -> None:
        """Answer an `InputAsked`."""
        ...

    def interrupt(self) -> None:
        """Ask the running code to stop; safe from any thread."""
        ...

    def restart(self) -> None:
        """Start afresh, with nothing defined."""
        ...

    def variables(self, name: str | None = None) -> tuple[Variable, ...]:
        """What the user's code has defined, in the order of definition; or one, with a preview of 2,000 characters."""
        ...

    def peek(self) -> tuple[Frame, ...]:
        """Where the running block is, innermost frame last; safe from any thread.

        Empty when nothing runs, or where the kernel cannot tell while it is busy.
        """
        ...

    def close(self) -> None:
        """End the process and remove what it left."""
        ...


class Kernels(Protocol):
    """The kernels of a session, one a language."""

    def language_of(self, tag: str) -> str | None:
        """The canonical name of the language that a fence's tag means (`py` is `python`), None for what is not run."""
        ...

    def get(self, language: str) -> Kernel:
        """The kernel of a canonical language, started if need be; raises `KernelMissing` or `KernelFailed`."""
        ...

    def started(self) -> tuple[str, ...]:
        """Canonical names of the languages whose kernels run now."""
        ...

    def languages(self) -> tuple[str, ...]:
        """Canonical names of the languages that run here."""
        ...

    def close(self) -> None:
        """Close every kernel."""
        ...


# -- people -------------------------------------------------------------------------------------------------------


HERE = "this machine"
"""The place of kernels that are not elsewhere."""
BOX = "box"
"""What the place of kernels in a box begins with: its kind follows."""


@dataclass(frozen=True, slots=True)
class Request:
    """A question for approval: this block, to be run in this kernel at this place.

    `turn` is a number that no other turn of the agent has, `hints` name what stands out in the block, `folder` is the
    working folder. `rule` is the user's rule for which it is asked, whatever was allowed before; `sha256` is the
    block's.
    """

    block: CodeBlock
    turn: int
    kernel: str
    place: str
    hints: tuple[str, ...] = ()
    folder: str = ""
    rule: str = ""
    sha256: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "sha256", self.block.sha256)


PERSON = "person"
FOR_TURN = "person, for the turn"
AUTO_RUN = "auto-run"
DIRECT = "direct"
"""Who let a block run: a key pressed for it, or for all of the turn; nobody, since nobody was to be asked; whoever
typed it, had it run again or called it from a program, so that there was nothing to ask."""


@dataclass(frozen=True, slots=True)
class Run:
    """Approved: exactly this block. `spent` is what explanations of it cost, `by` is whose word it is.

    `sha256` is that of the block which was approved: a front end gives what it showed; without it, `block` is meant.
    """

    block: CodeBlock
    spent: Usage | None = None
    by: str = field(default="approver", compare=False)
    sha256: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", self.block.sha256)


@dataclass(frozen=True, slots=True)
class Refuse:
    """Not approved; `reason` is a word to the model. `spent` is what explanations of the block cost."""

    reason: str = ""
    by: Literal["user", "policy", "nobody"] = "user"
    spent: Usage | None = None


Decision: TypeAlias = Run | Refuse


class Approver(Protocol):
    """Whoever decides whether a block runs."""

    def decide(self, request: Request) -> Decision:
        """Decide; may block, must return soon after the cancel token is set."""
        ...


class Asker(Protocol):
    """Whoever answers `input()` in code."""

    def ask(self, prompt: str, password: bool) -> str | None:
        """The answer, or None when the user broke it off."""
        ...
