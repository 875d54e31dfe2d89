"""The question below a block: one key an answer, asked until there is one."""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from interpreter.console.board import Board
from interpreter.console.clipboard import copy
from interpreter.console.editor import edit
from interpreter.console.pager import page
from interpreter.console.program import takes_ctrl_c
from interpreter.console.sentences import in_lines, width_of
from interpreter.console.tty import Tty
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError
from interpreter.core.explanation import Explanation
from interpreter.core.hints import hints
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import BOX, HERE, PERSON, Decision, Refuse, Request, Run, Usage
from interpreter.core.visible import hidden_in, visible

KEYS = "[y]es / [n]o / [e]dit / [?] "
KEYS_FOLDED = "[y]es / [n]o / [e]dit / [v]iew / [?] "
WHY = "Say why, or Enter to end the turn: "
HELP = """\
y  runs exactly this block
n  does not; then a word to the model, or Enter to end the turn
e  opens it in your editor ($VISUAL or $EDITOR), or edits it here
v  shows all of it, a page at a time; so does the space bar
a  runs it, and the rest of this turn without asking
x  has the model explain it, apart from the conversation
c  copies it
Esc, Ctrl-C and Ctrl-D end the turn.
"""

WORDS = {"yes": "y", "no": "n", " ": "v", "\x1b": "end", "\x04": "end"}
"""What else people press or paste, and what it means."""

_PUSHED = re.compile(r"\S[ \t]{40,}\S|^[ \t]{120,}\S", re.MULTILINE)
"""Text that blanks push to where nobody looks."""

Explain: TypeAlias = Callable[[CodeBlock], Explanation]


class Question:
    """One request, with what has been said and done about it so far."""

    def __init__(
        self,
        request: Request,
        tty: Tty,
        cancel: CancelToken,
        board: Board,
        explain: Explain | None,
        environ: Mapping[str, str],
    ) -> None:
        self._place = request.place
        self._folder = request.folder
        self._block = request.block
        self._shown = request.sha256
        self._hints = request.hints
        self._rule = request.rule
        self._tty = tty
        self._cancel = cancel
        self._board = board
        self._explain = explain
        self._environ = environ
        self._is_read = False
        self._has_helped = False
        self._spent: Usage | None = None
        self.is_for_turn = False
        """The answer was to run the rest of the turn without asking."""

    def ask(self) -> Decision:
        """Ask until the block runs or does not."""
        self._warn()
        while True:
            answer = self._answer()
            match answer:
                case "y" | "a":
                    if self._may_run(answer):
                        self.is_for_turn = answer == "a"
                        return Run(self._block, self._spent, PERSON, sha256=self._shown)
                case "n":
                    return Refuse(self._reason(), spent=self._spent)
                case "end":
                    return Refuse(spent=self._spent)
                case _:
                    self._do(answer)

    def _do(self, answer: str) -> None:
        match answer:
            case "e":
                self._edit()
            case "v":
                page(self._board.whole(self._block), self._environ, self._tty)
                self._is_read = True
            case "x":
                self._have_explained()
            case "c":
                self._say(copy(self._block.code, self._tty.write, self._environ))
            case "?":
                self._tty.write(self._fitted(HELP, "   "))
            case _:
                # Once: what is pasted here may come in many pieces.
                self._tty.write("" if self._has_helped else self._fitted(HELP, "   "))
                self._has_helped = True

    def _answer(self) -> str:
        """A letter of the help, `end`, or empty for a key that means nothing here."""
        inside = "in a" if self._place.startswith(BOX) else "on"
        where = "" if self._place == HERE else f" {inside} {visible(self._place)}"
        keys = KEYS_FOLDED if self._board.folded else KEYS
        question = self._fitted(f"Run this code{where}? {keys}".rstrip())
        pressed = self._tty.key(f"{question} ", lambda: self._cancel.is_set)
        # Many press Enter after their answer; on a busy machine both arrive at once.
        key = "end" if pressed is None else pressed.rstrip("\r\n").lower()
        answer = WORDS.get(key, key)
        is_known = answer in ("y", "n", "e", "v", "a", "x", "c", "?")
        self._tty.write(f"{answer if is_known else ''}\n")
        return answer if is_known or answer == "end" else ""

    def _may_run(self, key: str) -> bool:
        """Whether all of the block has been seen, or it has been said that it was not."""
        folded = self._board.folded
        if not folded or self._is_read:
            return True
        lines = "1 line is" if folded == 1 else f"{folded:,} lines are"
        self._say(f"{lines} folded: v shows all, {key} again runs it.")
        self._is_read = True
        return False

    def _reason(self) -> str:
        words = (self._tty.line(WHY, lambda: self._cancel.is_set) or "").strip()
        return "" if words == "o" else words  # the rest of a "no" that was typed whole

    def _edit(self) -> None:
        before = self._block
        try:
            self._block = edit(before, self._environ, self._tty.fileno())
        except InterpreterError as error:
            self._fail(error)
        self._shown = self._block.sha256
        self._board.show_block(self._block)
        if self._block != before:
            self._is_read = True
            self._hints = hints(self._block, self._folder)
        self._warn()

    def _have_explained(self) -> None:
        if self._explain is None:
            self._say("There is no model here to explain it.")
            return
        explanation = self._explain(self._block)
        try:
            with takes_ctrl_c() as is_pressed:
                pieces = explanation.pieces(lambda: is_pressed() or self._cancel.is_set)
                self._board.show_prose(visible(text) for text in pieces)
        except InterpreterError as error:
            self._fail(error)
        if usage := explanation.usage:
            self._spent = self._spent + usage if self._spent else usage

    def _warn(self) -> None:
        """What the reader should know of the block that stands there now."""
        if hidden := hidden_in(self._block.code):
            self._say(f"Careful: this code contains hidden characters ({', '.join(hidden)}).")
        if pushed := _PUSHED.search(self._block.code):
            number = self._block.code.count("\n", 0, pushed.start()) + 1
            self._say(f"Careful: line {number:,} goes on behind many blanks.")
        for line in noted(self._hints):
            self._say(line)
        if self._rule:
            self._say(f"A rule of yours asks: {self._rule}.")

    def _fail(self, error: InterpreterError) -> None:
        self._say(f"{error}\n{error.hint}" if error.hint else str(error))

    def _fitted(self, text: str, indent: str = "") -> str:
        return in_lines(text, width_of(self._tty.fileno()), indent)

    def _say(self, text: str) -> None:
        self._tty.write(f"{self._fitted(visible(text))}\n")


def noted(found: tuple[str, ...]) -> list[str]:
    """The line that says what stands out, if anything does."""
    return [f"Note: {', '.join(found)}."] if found else []
