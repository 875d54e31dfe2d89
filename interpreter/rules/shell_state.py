"""What was run in the shells of a session that changes what later commands mean."""

import re
from collections.abc import Generator
from dataclasses import dataclass, field

from interpreter.core.around import AroundKernel, AroundKernels
from interpreter.core.ports import Ended, Kernel, KernelEvent, Kernels
from interpreter.rules.commands import MOVES, Found
from interpreter.rules.shell_reader import read_shell
from interpreter.rules.told_commands import name_of

_HARMLESS_SET = re.compile(r"-[euxo]+|[+]e|pipefail|errexit|nounset|xtrace")
_STATEFUL = (
    ". alias bind builtin complete declare enable eval exec export hash let local mapfile read readarray readonly set "
    "shopt source trap typeset unalias unset"
)
STATEFUL = frozenset(_STATEFUL.split())
"""Builtins after which a later command may mean something else."""
_LOCAL = re.compile(r"(?:^|[\s;&|(])[A-Z_]\w*\+?=|declaration|unset command")


@dataclass
class ShellState:
    """Names that got a meaning of their own, folders that were gone to, and whether anything else may have changed."""

    defined: set[str] = field(default_factory=set)
    folders: list[str] = field(default_factory=list)
    is_lost: bool = False

    def note(self, code: str) -> None:
        """A block was run in the shell."""
        found = read_shell(code)
        self.defined |= found.defines
        for command in found.commands:
            name = name_of(command.name)
            if name in MOVES:
                self.folders.append((command.arguments[0].text or "") if command.arguments else "~")
        self.is_lost = self.is_lost or _changes(code, found)

    def forget(self) -> None:
        """The shell began afresh."""
        self.defined.clear()
        self.folders.clear()
        self.is_lost = False


def _changes(code: str, found: Found) -> bool:
    if any(each.hides for each in found.unclear) or _LOCAL.search(code) or _LOCAL.search(" ".join(found.beside)):
        return True
    for command in found.commands:
        name = name_of(command.name)
        if name == "set" and all(_HARMLESS_SET.fullmatch(word.text or "") for word in command.arguments):
            continue
        if name in STATEFUL:
            return True
    return False


class WithShellState(AroundKernels):
    """Kernels of which each block of bash is noted, whoever has it run."""

    def __init__(self, kernels: Kernels, state: ShellState) -> None:
        super().__init__(kernels)
        self._state = state

    def get(self, language: str) -> Kernel:
        kernel = super().get(language)
        return NotedKernel(kernel, self._state) if language == "bash" else kernel


class NotedKernel(AroundKernel):
    """A shell's kernel that tells `state` what it is given."""

    def __init__(self, kernel: Kernel, state: ShellState) -> None:
        super().__init__(kernel)
        self._state = state

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        self._state.note(code)
        return super().run(code, timeout)

    def restart(self) -> None:
        super().restart()
        self._state.forget()
