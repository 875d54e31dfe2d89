"""What is told of the part of a conversation that no longer fits."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from interpreter.core.answer import prose_of
from interpreter.core.feedback import output_text, plain, shorten
from interpreter.core.messages import Execution, Instruction, Message, Reply

OPENING = "[What happened so far, in short, since it no longer fits in full:"
CLOSING = "End of what happened so far.]"

ASK = (
    "The conversation gets too long, and everything before this message is replaced by your notes. Write them now, "
    "for yourself: the user's instructions and wishes word for word, what was decided and why, every fact, number and "
    "name that was found, files that were read, made or changed, the variables that live and what they hold, and what "
    "is still to be done. Plain text, at most 400 words, no code."
)

_ENDS = 100
"""Lines of each kind that are kept at either end; what is left out between them is counted."""

_INSTRUCTION, _PLAN, _STEP, _RESULT = 400, 600, 160, 100
"""Characters of an instruction, of a turn's first reply (where its plan stands), of another, and of an output."""

_FILES = 30
_FILE = re.compile(r"""["']([^"'\n]{1,120}?\.[A-Za-z]\w{0,5})["']""")


@dataclass(frozen=True, slots=True)
class Lines:
    """A list that grows at its end and keeps its beginning and its end; `gone` counts those between."""

    first: tuple[str, ...] = ()
    last: tuple[str, ...] = ()
    gone: int = 0

    def __add__(self, more: Iterable[str]) -> "Lines":
        new = tuple(more)
        room = _ENDS - len(self.first)
        last = self.last + new[room:]
        return Lines(self.first + new[:room], last[-_ENDS:], self.gone + max(0, len(last) - _ENDS))

    def within(self, room: int) -> list[str]:
        """As many lines from both ends as `room` characters hold, with a mark for the rest."""
        before, after = list(self.first), list(self.last)
        gone = self.gone
        while before and sum(map(len, before)) + sum(map(len, after)) > room:
            gone += 1
            # the later half makes room for the earlier one: how it began is said nowhere else
            if sum(map(len, after)) > sum(map(len, before)):
                del after[0]
            else:
                before.pop()
        return [*before, *([f"[… {gone:,} left out …]"] if gone else []), *after]


@dataclass(frozen=True, slots=True)
class Notes:
    """Instructions in the user's words, steps in a line each, names of files; `told` are the model's own notes."""

    instructions: Lines = Lines()
    steps: Lines = Lines()
    files: tuple[str, ...] = ()
    told: str = ""

    def grown(self, messages: Sequence[Message], anchor: Message | None) -> "Notes":
        """The notes with what messages say; `anchor` is the instruction that stays itself, and is not repeated."""
        said = [m.text for m in messages if isinstance(m, Instruction) and m is not anchor]
        files = [name for m in messages if isinstance(m, Execution) for name in _FILE.findall(m.block.code)]
        return replace(
            self,
            instructions=self.instructions + [shorten(text, _INSTRUCTION * 2 // 3, _INSTRUCTION // 3) for text in said],
            steps=self.steps + _steps(messages),
            files=tuple(dict.fromkeys([*self.files, *files]))[-_FILES:],
        )

    def by_model(self, told: str) -> "Notes":
        """The notes with what the model wrote in the place of the steps."""
        return replace(self, told=told, steps=Lines())

    def text(self, room: int, path: str | None, variables: str) -> str:
        """The notes as the model reads them, in about `room` characters."""
        told = shorten(self.told, room // 4, room // 8) if self.told else ""
        parts = [f"{OPENING[:-1]}; word for word: open({path!r}).]" if path else f"{OPENING[:-1]}.]"]
        parts += _listed("The user said:", self.instructions.within(room * 2 // 5))
        parts += _listed("Your own notes:", [told] if told else [])
        parts += _listed("What was done:", self.steps.within(max(room // 8, room * 2 // 5 - len(told))))
        parts += [f"Files: {', '.join(self.files)}"[: max(80, room // 8)]] if self.files else []
        parts += [variables] if variables else []
        return "\n".join([*parts, CLOSING])


def _listed(heading: str, lines: Sequence[str]) -> list[str]:
    return [heading, *lines] if lines else []


def _steps(messages: Sequence[Message]) -> Iterator[str]:
    """A line each: what a reply says, how its block ended."""
    is_first = False
    for position, message in enumerate(messages):
        if isinstance(message, Instruction):
            is_first = True
        elif isinstance(message, Reply):
            most = _PLAN if is_first else _STEP
            is_first = False
            said = " ".join(prose_of(message).split())[:most]
            after = messages[position + 1] if position + 1 < len(messages) else None
            result = _result(after) if isinstance(after, Execution) else ""
            if line := " → ".join(part for part in (said, result) if part):
                yield f"- {line}"


def _result(execution: Execution) -> str:
    text = " ".join(plain(output_text(execution.outputs[-1:])).split())
    shown = text if execution.status == "ok" else f"{execution.status}: {text or execution.note}"
    return shown if len(shown) <= _RESULT else f"{shown[: _RESULT // 2]} … {shown[-_RESULT // 2 :]}"
