"""The person at the terminal: approves blocks, answers `input()`."""

import os
from collections.abc import Callable, Mapping

from interpreter.console.board import Board
from interpreter.console.question import Explain, Question, noted
from interpreter.console.tty import Tty
from interpreter.core.cancel import CancelToken
from interpreter.core.ports import FOR_TURN, Decision, Request, Run
from interpreter.core.visible import hidden_in, visible

UNASKED = "Runs without a question, as you chose for this turn; Ctrl-C stops it."


class TerminalApprover:
    """Asks with one key; what was typed before the question never answers it.

    The question stands below the block on the `board`; `shows_first` is for front ends that have not shown the reply's
    block there themselves. `explain` has a model explain a block. `wanted` is
    called before a question.
    """

    def __init__(
        self,
        tty: Tty,
        cancel: CancelToken,
        board: Board,
        *,
        shows_first: bool = False,
        explain: Explain | None = None,
        wanted: Callable[[], None] = lambda: None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._tty = tty
        self._cancel = cancel
        self._board = board
        self._shows_first = shows_first
        self._explain = explain
        self._wanted = wanted
        self._environ = environ
        self._unasked_turn: int | None = None

    def decide(self, request: Request) -> Decision:
        """Ask until there is an answer; an edited block is shown, and asked about, again."""
        if self._shows_first:
            self._board.show_block(request.block)
        if self._runs_unasked(request):
            self._board.note(" ".join([UNASKED, *noted(request.hints)]))
            return Run(request.block, by=FOR_TURN, sha256=request.sha256)
        question = Question(request, self._tty, self._cancel, self._board, self._explain, self._environ)
        self._wanted()
        with self._tty.aside():
            decision = question.ask()
        if question.is_for_turn:
            self._unasked_turn = request.turn
        return decision

    def _runs_unasked(self, request: Request) -> bool:
        # Nobody has a reason to hide characters in code but to mislead whoever reads it.
        is_for_turn = request.turn == self._unasked_turn and not request.rule
        return is_for_turn and not hidden_in(request.block.code)


class TerminalAsker:
    """Lets the person answer `input()` and `getpass()` of the running code; `wanted` is called before each question."""

    def __init__(self, tty: Tty, cancel: CancelToken, wanted: Callable[[], None] = lambda: None) -> None:
        self._wanted = wanted
        self._tty = tty
        self._cancel = cancel

    def ask(self, prompt: str, password: bool) -> str | None:
        """The line typed; None when the turn was stopped or the input ended."""
        self._wanted()
        return self._tty.line(visible(prompt), lambda: self._cancel.is_set, hidden=password)
