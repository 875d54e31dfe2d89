"""What completes our flags in the user's shell: `interpreter --completion SHELL` prints it."""

from interpreter.terminal.completion import bash, fish, zsh
from interpreter.terminal.completion.grammar import levels

_WRITERS = {"bash": bash.written, "zsh": zsh.written, "fish": fish.written}


def script(shell: str) -> str:
    """The script for one of `flags.SHELLS`."""
    return _WRITERS[shell](levels())
