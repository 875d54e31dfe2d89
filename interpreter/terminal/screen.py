"""Events on a terminal: drawn once, in the order they come."""

import re
from collections.abc import Callable, Iterable
from typing import TextIO

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
    ReasoningDelta,
    SessionStarted,
    TurnEnded,
)
from interpreter.core.feedback import output_text, plain
from interpreter.core.messages import CodeBlock, Execution, Failure, Instruction, Output, Text
from interpreter.core.visible import visible, visible_output
from interpreter.terminal.fold import Fold
from interpreter.terminal.heading import heading, short
from interpreter.terminal.listing import Listing, listed
from interpreter.terminal.long_output import LongOutput
from interpreter.terminal.markdown import Markdown
from interpreter.terminal.pictures import PictureLine, not_kept
from interpreter.terminal.words import ending, problem

DIM, RED, RESET = "\x1b[2m", "\x1b[31m", "\x1b[0m"
ERASE_LINE = "\r\x1b[K"
COUNTED = 10
"""Lines between two looks at how long a block that is not drawn to its end has become."""


class Screen:
    """Draws replies, highlighted code and output; a dim word shows what is being waited for.

    `width` gives the columns of the terminal, which may change, and `height` its rows: code that is longer is folded,
    unless it is 0. Without colours Markdown is shown as it was written.
    """

    def __init__(
        self,
        out: TextIO,
        *,
        colours: bool,
        width: Callable[[], int],
        height: Callable[[], int] = lambda: 0,
        picture_line: PictureLine = not_kept,
    ) -> None:
        self._out = out
        self._picture_line = picture_line
        self._colours = colours
        self._width = width
        self._at_line_start = True
        self._waiting = ""
        self._has_returned = False
        self._prose = Markdown(width)
        self._where: tuple[str, ...] = ()
        self._code = Listing(width, colours=colours)
        self._fold = Fold(height)
        self._in_code = False
        self._output = LongOutput()

    def show(self, event: Event) -> None:
        """Draw one event."""
        if not isinstance(event, CodeDelta):
            self._stop_waiting()
        if self._in_code and isinstance(event, MessageAdded | ErrorRaised | TurnEnded):
            self._end_code()  # the reply was cut
        if not isinstance(event, ProseDelta):
            self._write(self._prose.finish())
        match event:
            case SessionStarted(_, place, folder):
                self._where = (place, short(folder))
            case ProseDelta(text):
                self._write(self._prose.feed(text) if self._colours else visible(text))
            case ReasoningDelta(text):
                self._write(self._painted(visible(text), DIM))
            case CodeStarted(language):
                self._start_code(language)
            case CodeDelta(_, text):
                self._draw_code(text)
            case CodeEnded():
                self._end_code()
            case OutputReceived(Failure(name="KeyboardInterrupt")):
                pass  # the user knows
            case OutputReceived(output):
                self._show_output(output)
            case MessageAdded(message):
                self._message_added(message)
            case Notice(text):
                self._say(visible(text), DIM)
            case ErrorRaised(error):
                self._say(visible(problem(error)), RED)
            case TurnEnded(reason):
                self._new_line()
                if said := ending(reason):
                    self._say(said, DIM)
            case _:
                pass

    @property
    def folded(self) -> int:
        """Lines of the block drawn last that do not stand there whole."""
        return self._fold.hidden

    def show_block(self, block: CodeBlock) -> None:
        """Draw a block that the user has changed, folded like any other."""
        self._start_code(block.language)
        self._draw_code(block.code)
        self._stop_waiting()
        self._end_code()

    def whole(self, block: CodeBlock) -> str:
        """All of a block, numbered, for a pager."""
        return listed(block, self._width(), colours=self._colours)

    def show_prose(self, pieces: Iterable[str]) -> None:
        """Draw prose that belongs to no reply, as it comes."""
        self._wait_for("thinking …")
        for text in pieces:
            self.show(ProseDelta(text))
        self._stop_waiting()
        self._write(self._prose.finish())
        self._new_line()

    def note(self, text: str) -> None:
        """Draw a line that is neither reply nor output."""
        self._say(visible(text), DIM)

    def _start_code(self, language: str) -> None:
        self._new_line()
        self._rule(language, *self._where)
        self._code.start(language)
        self._fold.start()
        self._in_code = True

    def _draw_code(self, text: str) -> None:
        before = self._fold.lines
        if drawn := self._fold.feed(self._code.feed(text)):
            self._stop_waiting()
            self._write(drawn)
        elif self._fold.is_holding and self._fold.lines // COUNTED > before // COUNTED:
            self._stop_waiting()
            self._wait_for(f"⋯ {self._fold.lines:,} lines so far")

    def _end_code(self) -> None:
        self._in_code = False
        self._write(self._fold.feed(self._code.finish()))
        mark, rows = self._fold.finish()
        self._write(f"{self._painted(mark, DIM)}\n{rows}" if mark else rows)
        self._rule()

    def _show_output(self, output: Output) -> None:
        if not isinstance(output, Text):
            self._new_line()
        missing = output.left_out if isinstance(output, Text) else 0
        text = self._output.feed(self._overwriting(output_text((output,))), missing)
        self._write(self._painted(text, RED) if isinstance(output, Failure) and text else text)

    def _overwriting(self, text: str) -> str:
        # A program that returns to the start of its line means to overwrite it: it is erased, so that nothing hides.
        # What ends with a return waits: it may be half of a line's end, and the line is to be read until then.
        text = "\r" * self._has_returned + text
        self._has_returned = text.endswith("\r")
        pieces = re.sub("\r+\n", "\n", text.rstrip("\r")).split("\r")
        return ERASE_LINE.join(visible_output(piece) if self._colours else visible(plain(piece)) for piece in pieces)

    def _message_added(self, message: object) -> None:
        if isinstance(message, Execution):
            self._has_returned = False
            self._write(self._output.finish())
            self._new_line()
            self._write(RESET if self._colours else "")
            for image in message.images:
                self._say(visible(self._picture_line(image)), DIM)
            if message.note and message.status != "refused":
                self._say(visible(message.note), DIM)
        if isinstance(message, Instruction | Execution):
            self._wait_for("thinking …")

    def _wait_for(self, what: str) -> None:
        if self._colours:
            # Shorter than a line, or erasing that line would leave the rest of it.
            self._waiting = what[: self._width() - 1]
            self._out.write(self._painted(self._waiting, DIM))
            self._out.flush()

    def _stop_waiting(self) -> None:
        if self._waiting:
            self._out.write(ERASE_LINE)
            self._waiting = ""

    def _rule(self, *title: str) -> None:
        self._write(self._painted(heading(title, self._width()), DIM) + "\n")

    def _say(self, text: str, colour: str) -> None:
        self._new_line()
        self._write(self._painted(text, colour) + "\n")

    def _painted(self, text: str, colour: str) -> str:
        return f"{colour}{text}{RESET}" if self._colours and text else text

    def _write(self, text: str) -> None:
        if text:
            self._out.write(text)
            self._out.flush()
            if drawn := text.removesuffix(RESET):
                self._at_line_start = drawn.endswith("\n")

    def _new_line(self) -> None:
        if not self._at_line_start:
            self._write("\n")
