"""A block edited where it stands, for people without an editor of their own."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from interpreter.core.errors import WrongUsage
from interpreter.core.messages import CodeBlock
from interpreter.core.visible import hidden_in

if TYPE_CHECKING:
    from prompt_toolkit.key_binding import KeyBindings

HOW = "Esc Enter or Ctrl-S takes the code; Ctrl-C leaves it as it was."


def can_edit(environ: Mapping[str, str]) -> bool:
    """Whether the terminal can do it."""
    return environ.get("TERM", "dumb") != "dumb"


def edit_in_place(block: CodeBlock, terminal: int) -> CodeBlock:
    """The block as the person at the descriptor `terminal` left it.

    Raises WrongUsage for code with hidden characters, which would be hidden here too, and in a program with an event
    loop of its own.
    """
    if hidden := hidden_in(block.code):
        raise WrongUsage(
            f"It cannot be edited here, because of hidden characters ({', '.join(hidden)}).",
            "Set EDITOR to the editor you use.",
        )
    from prompt_toolkit import PromptSession
    from prompt_toolkit.input import create_input
    from prompt_toolkit.output.vt100 import Vt100_Output

    with os.fdopen(os.dup(terminal), encoding="utf-8") as keys, os.fdopen(os.dup(terminal), "w") as out:
        out.write(f"{HOW}\n")
        session: PromptSession[str] = PromptSession(
            multiline=True,
            key_bindings=_keys(),
            input=create_input(keys),
            output=Vt100_Output.from_pty(out, term=os.environ.get("TERM")),
        )
        try:
            return replace(block, code=session.prompt("", default=block.code, handle_sigint=False))
        except (KeyboardInterrupt, EOFError):
            return block
        except RuntimeError as error:
            raise WrongUsage(
                "It cannot be edited here, where an event loop runs.", "Set EDITOR to the editor you use."
            ) from error


def _keys() -> "KeyBindings":
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

    bindings = KeyBindings()

    @bindings.add("c-s")
    def _take(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @bindings.add("tab")
    def _indent(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("    ")

    return bindings
