"""Events as plain text: for pipes, files, `--plain` and terminals that can do no more."""

import threading
from collections.abc import Iterable, Sequence
from typing import TextIO

from interpreter.console.board import plain_block
from interpreter.core.events import (
    CodeDelta,
    CodeEnded,
    CodeStarted,
    ErrorRaised,
    Event,
    MessageAdded,
    Notice,
    OutputReceived,
    ProseDelta,
    Retrying,
    TurnEnded,
)
from interpreter.core.feedback import output_text, plain
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Text
from interpreter.core.resolver import Resolver
from interpreter.core.visible import visible
from interpreter.terminal.highlight import Highlighter
from interpreter.terminal.pictures import PictureLine, not_kept, picture_of
from interpreter.terminal.words import again, ending, problem


class PlainScreen:
    """Writes replies, code and output to `out`, and what is news of the program itself to `err`.

    With `colours`, which are asked for by name only, code is coloured; nothing is ever drawn.
    """

    def __init__(
        self, out: TextIO, err: TextIO, picture_line: PictureLine = not_kept, *, colours: bool = False
    ) -> None:
        self._out = out
        self._err = err
        self._picture_line = picture_line
        self._code = Highlighter(colours=colours)
        self._at_line_start = True
        # What is written over is for those who watch: here each line lands once, as it was last.
        self._lines = Resolver(eager=True)
        self._lock = threading.Lock()

    def show(self, event: Event) -> None:
        """Write one event."""
        with self._lock:
            self._write_event(event)

    def _write_event(self, event: Event) -> None:
        match event:
            case ProseDelta(text):
                self._write(visible(text))
            case CodeStarted(language):
                self._new_line()
                self._write(f"```{language}\n")
                self._code.start(language)
            case CodeDelta(_, text):
                self._write(self._code.feed(text))
            case CodeEnded():
                self._write(self._code.finish())
                self._new_line()
                self._write("```\n")
            case OutputReceived(Failure(name="KeyboardInterrupt")):
                pass  # the user knows
            case OutputReceived(Text() as text):
                self._write(visible(self._lines.feed(output_text((text,)))))
            case OutputReceived(output):
                self._end_lines()
                self._write(visible(plain(output_text((output,)))))
            case MessageAdded(Execution() as execution):
                self._show_end(execution)
            case Notice(text):
                self._say(visible(text))
            case Retrying(why, wait):
                self._say(visible(again(why, wait)))
            case ErrorRaised(error):
                self._say(visible(problem(error)))
            case TurnEnded(reason):
                self._new_line()
                if said := ending(reason):
                    self._say(said)
            case _:
                pass

    def show_glance(self, lines: Sequence[str]) -> None:
        """Write lines between other things."""
        with self._lock:
            for line in lines:
                self._say(visible(line))

    def show_turn(self, parts: Sequence[str]) -> bool:
        """Nothing: it is for those who watch."""
        return False

    def show_block(self, block: CodeBlock) -> None:
        """Write a block that the user has changed."""
        self._write(plain_block(block))

    @property
    def folded(self) -> int:
        """Nothing is."""
        return 0

    def whole(self, block: CodeBlock) -> str:
        """All of a block, for a pager."""
        return plain_block(block)

    def show_prose(self, pieces: Iterable[str]) -> None:
        """Write prose that belongs to no reply."""
        for text in pieces:
            self._write(visible(text))
        self._new_line()

    def note(self, text: str) -> None:
        """Write a line that is neither reply nor output, where the code stands."""
        self._new_line()
        self._write(f"{visible(text)}\n")

    def _show_end(self, execution: Execution) -> None:
        self._end_lines()
        for output in execution.outputs:
            if isinstance(output, Display) and (image := picture_of(output)):
                self._write(f"{visible(self._picture_line(image))}\n")
        if execution.note and execution.status != "refused":
            self._say(visible(execution.note))

    def _end_lines(self) -> None:
        self._write(visible(self._lines.finish()))
        self._new_line()

    def _write(self, text: str) -> None:
        if text:
            self._out.write(text)
            self._out.flush()
            self._at_line_start = text.endswith("\n")

    def _new_line(self) -> None:
        if not self._at_line_start:
            self._write("\n")

    def _say(self, text: str) -> None:
        self._new_line()
        self._err.write(f"{text}\n")
        self._err.flush()
