"""A task for the agent, and what came of it."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from interpreter.core.messages import Display, Execution, Message


@dataclass(frozen=True)
class Outcome:
    """What a person has after a turn: the text they read, the folder they own; and how it came about."""

    text: str
    folder: Path
    executions: Sequence[Execution] = ()
    messages: Sequence[Message] = ()


@dataclass(frozen=True)
class Task:
    """An instruction, the files it is about (path inside the folder -> content), and what must be true afterwards.

    The tag `code` marks tasks whose answer is code.
    """

    name: str
    instruction: str
    check: Callable[[Outcome], bool]
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    tags: tuple[str, ...] = ()

    def put_files(self, folder: Path) -> None:
        """Write the task's files into an empty folder; text is written as UTF-8 with the newlines it has."""
        for name, content in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def is_solved(self, outcome: Outcome) -> bool:
        """The right thing stands in the text or in the folder."""
        try:
            return self.check(outcome)
        except (OSError, ValueError, LookupError, SyntaxError, sqlite3.Error):
            return False

    def is_computed(self, outcome: Outcome) -> bool:
        """Weaker: the right thing came out of an execution, whatever the answer then made of it."""
        seen = [part for execution in outcome.executions for part in self._seen(execution)]
        return self.is_solved(outcome) or self.is_solved(replace(outcome, text="\n".join(seen)))

    def _seen(self, execution: Execution) -> list[str]:
        shown = [str(o.data.get("text/plain", "")) for o in execution.outputs if isinstance(o, Display)]
        code = [f"```python\n{execution.block.code}\n```"] if "code" in self.tags else []
        return [execution.text, *shown, *code]
