"""What a conversation is made of: instructions, replies, executions and what they carry."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Stream: TypeAlias = Literal["stdout", "stderr"]
Status: TypeAlias = Literal["ok", "failed", "refused", "interrupted", "died", "timed_out"]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Code in one language; `language` is a canonical name (`python`), `code` has no final newline."""

    language: str
    code: str

    @property
    def fenced(self) -> str:
        """The block as Markdown; its fence is longer than any run of backticks inside."""
        longest = max((len(run) for run in re.findall("`+", self.code)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}{self.language}\n{self.code}\n{fence}"

    @property
    def sha256(self) -> str:
        """The SHA-256 of language, line feed and code in UTF-8, in hexadecimal; computed each time it is asked for."""
        return hashlib.sha256(f"{self.language}\n{self.code}".encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: its MIME type (`image/png`) and its bytes in base64."""

    mime: str
    data: str


@dataclass(frozen=True, slots=True)
class Text:
    """What a program wrote to one stream.

    `left_out` counts the characters that were dropped right before this text, because there were too many.
    """

    text: str
    stream: Stream = "stdout"
    left_out: int = 0
    kind: Literal["text"] = field(default="text", init=False)


@dataclass(frozen=True, slots=True)
class Display:
    """Something shown by the code, in every MIME type the kernel sent; `id` is set when it can be updated.

    `data` maps MIME types to text; binary types are base64, JSON types are JSON values.
    """

    data: Mapping[str, Any]
    metadata: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    kind: Literal["display"] = field(default="display", init=False)


@dataclass(frozen=True, slots=True)
class Failure:
    """An exception in the user's code: `traceback` is plain text, without colours and without our own frames."""

    name: str
    message: str
    traceback: str
    kind: Literal["failure"] = field(default="failure", init=False)


Output: TypeAlias = Text | Display | Failure


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a kernel: name, type, size (`5 rows x 3 columns`, `120 items`) and a preview of 60 characters.

    Among changes, the type `deleted` stands for one that is gone, and one without a type says how many more there are.
    """

    name: str
    type: str
    size: str
    preview: str


@dataclass(frozen=True, slots=True)
class Spool:
    """The file that keeps what an execution wrote: its path, and the characters written in all.

    `left_out` counts those that the file does not hold, because it is full.
    """

    path: str
    characters: int
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the user wants; it starts a turn."""

    text: str
    images: tuple[Image, ...] = ()
    kind: Literal["instruction"] = field(default="instruction", init=False)


@dataclass(frozen=True, slots=True)
class Correction(Instruction):
    """What the program tells a model of its last reply: it goes with one request and is kept nowhere."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the model answered, up to the end of its first runnable block.

    `text` is Markdown as written, the block's fence included and reasoning excluded. `native` is what an adapter for
    native tool calls must send back, in its own form.
    """

    text: str
    block: CodeBlock | None = None
    reasoning: str = ""
    native: Any = None
    kind: Literal["reply"] = field(default="reply", init=False)


@dataclass(frozen=True, slots=True)
class Execution:
    """One run of one block: what came out, how it ended, how long it took in seconds.

    `note` is news that is not output: why it was refused, that the kernel died and variables are lost. `changed` are
    the variables that it made or changed, as far as its kernel tells. `spool` is where a long output is kept whole.
    `edited` says that the block is not the model's but the user's. `sha256` is that of the block, as it was before
    secrets were taken out of what is kept.
    """

    block: CodeBlock
    status: Status
    outputs: tuple[Output, ...] = ()
    seconds: float = 0.0
    note: str = ""
    changed: tuple[Variable, ...] = ()
    spool: Spool | None = None
    edited: bool = False
    sha256: str = ""
    kind: Literal["execution"] = field(default="execution", init=False)

    def __post_init__(self) -> None:
        if not self.sha256:
            object.__setattr__(self, "sha256", self.block.sha256)

    @property
    def text(self) -> str:
        """All that was written to stdout and stderr, in order."""
        return "".join(output.text for output in self.outputs if isinstance(output, Text))

    @property
    def images(self) -> tuple[Image, ...]:
        """The pictures that were displayed, in order."""
        return tuple(
            Image(mime, output.data[mime])
            for output in self.outputs
            if isinstance(output, Display)
            for mime in ("image/png", "image/jpeg")
            if mime in output.data
        )


Message: TypeAlias = Instruction | Reply | Execution
