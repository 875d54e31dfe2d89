"""The person at the terminal: approves blocks, answers `input()`."""

import os
from collections.abc import Callable

from interpreter.console.editor import edit
from interpreter.console.tty import Tty
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import HERE, Decision, Refuse, Request, Run
from interpreter.core.visible import hidden_in, visible, visible_code

KEYS = "[y]es / [n]o / [e]dit "
QUESTION = f"Run this code? {KEYS}"
HELP = "y runs the block, n does not, e opens it in your editor; Ctrl-C ends the turn.\n"


class TerminalApprover:
    """Asks with one key; what was typed before the question never answers it.

    `show` draws a block. `shows_first` is for front ends that have not drawn the reply's block themselves.
    """

    def __init__(
        self, tty: Tty, cancel: CancelToken, show: Callable[[CodeBlock], None], *, shows_first: bool = False
    ) -> None:
        self._tty = tty
        self._cancel = cancel
        self._show = show
        self._shows_first = shows_first

    def decide(self, request: Request) -> Decision:
        """Ask until there is an answer; an edited block is shown, and asked about, again."""
        block = request.block
        if self._shows_first:
            self._show(block)
        while True:
            self._warn(block)
            match self._ask(question(request.place)):
                case "y":
                    return Run(block)
                case "n":
                    return self._refuse()
                case "e":
                    block = self._edit(block)
                case None:
                    return Refuse()
                case _:
                    self._tty.write(HELP)

    def _ask(self, words: str) -> str | None:
        key = self._tty.key(words, lambda: self._cancel.is_set)
        # Many press Enter after their answer; on a busy machine both arrive at once.
        answer = None if key in (None, "\x04") else str(key).rstrip("\r\n").lower()
        self._tty.write(f"{answer if answer in ('y', 'n', 'e') else ''}\n")
        return answer

    def _refuse(self) -> Refuse:
        words = self._tty.line("Tell the model why, or press Enter to end the turn: ", lambda: self._cancel.is_set)
        return Refuse((words or "").strip())

    def _edit(self, block: CodeBlock) -> CodeBlock:
        try:
            block = edit(block, os.environ, self._tty.fileno())
        except InterpreterError as error:
            self._tty.write(f"{visible(str(error))}\n{error.hint}\n")
        self._show(block)
        return block

    def _warn(self, block: CodeBlock) -> None:
        if hidden := hidden_in(block.code):
            self._tty.write(f"Careful: this code contains hidden characters ({', '.join(hidden)}).\n")


def question(place: str) -> str:
    """What is asked; where code runs elsewhere than here, it says where."""
    return QUESTION if place == HERE else f"Run this code on {visible(place)}? {KEYS}"


class TerminalAsker:
    """Lets the person answer `input()` and `getpass()` of the running code."""

    def __init__(self, tty: Tty, cancel: CancelToken) -> None:
        self._tty = tty
        self._cancel = cancel

    def ask(self, prompt: str, password: bool) -> str | None:
        """The line typed; None when the turn was stopped or the input ended."""
        return self._tty.line(visible(prompt), lambda: self._cancel.is_set, hidden=password)


def plain_block(block: CodeBlock) -> str:
    """A block as plain text, every hidden character visible, nothing cut off."""
    return f"\n{CodeBlock(block.language, visible_code(block.code)).fenced}\n"
