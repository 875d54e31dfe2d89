"""Events on a terminal: drawn once, in the order they come."""

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from interpreter.console.sentences import in_lines
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
    Retrying,
    SessionStarted,
    TurnEnded,
)
from interpreter.core.feedback import output_text, plain
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Output, Text
from interpreter.core.plainest import only_names_a_picture
from interpreter.core.resolver import Resolver
from interpreter.core.visible import visible, visible_output
from interpreter.terminal.fold import Fold
from interpreter.terminal.frames import drawn_frame
from interpreter.terminal.heading import heading, short
from interpreter.terminal.listing import Listing, listed
from interpreter.terminal.long_output import ERASE_LINE, LongOutput
from interpreter.terminal.markdown import Markdown
from interpreter.terminal.pictures import Draw, PictureLine, ShownPictures, not_drawn, not_kept, picture_of
from interpreter.terminal.thoughts import Thoughts
from interpreter.terminal.turn_line import fitted
from interpreter.terminal.words import again, ending, problem

DIM, RED, RESET = "\x1b[2m", "\x1b[31m", "\x1b[0m"
SHOWS_ALL = "; %output shows all"

_RETURNS = re.compile(r"(?:\x1b\[2K)+(?=\r)|(?<=\r)(?:\x1b\[[02]?K)+")
"""Erasures beside a return, which erases here by itself."""
_MOVES = re.compile(r"\x08|\x1b\[[0-?]*[A-GJK]")
"""What more a program does to draw over what it wrote; a piece of text may end amid it."""


class Out(Protocol):
    """Where it is drawn: a terminal, or the footer that stands below it."""

    def write(self, text: str, /) -> object:
        """Take text."""
        ...

    def flush(self) -> object:
        """Send it."""
        ...


class Screen:
    """Draws replies, highlighted code and output.

    `width` gives the columns of the terminal, which may change, and `height` its rows: code that is longer is folded,
    unless it is 0. Without colours Markdown is shown as it was written.
    """

    def __init__(
        self,
        out: Out,
        *,
        colours: bool,
        width: Callable[[], int],
        height: Callable[[], int] = lambda: 0,
        picture_line: PictureLine = not_kept,
        draw_picture: Draw = not_drawn,
        chats: bool = False,
    ) -> None:
        self._out = out
        self._pictures = ShownPictures(picture_line, draw_picture)
        self._colours = colours
        self._width = width
        self._at_line_start = True
        self._has_returned = False
        self._prose = Markdown(width)
        self._where: tuple[str, ...] = ()
        self._code = Listing(width, colours=colours)
        self._fold = Fold(height)
        self._in_code = False
        self._thoughts = Thoughts()
        self._output = LongOutput(SHOWS_ALL if chats else "")
        self._lines = Resolver(eager=True)
        self._is_redrawn = False
        self._lock = threading.Lock()

    def show(self, event: Event) -> None:
        """Draw one event."""
        with self._lock:
            if not isinstance(event, CodeDelta | ReasoningDelta):
                self._end_thoughts()
            if self._in_code and isinstance(event, MessageAdded | ErrorRaised | TurnEnded):
                self._end_code()  # the reply was cut
            if not isinstance(event, ProseDelta):
                self._write(self._prose.finish())
            self._draw(event)

    def show_glance(self, lines: Sequence[str]) -> None:
        """Draw lines between other things."""
        with self._lock:
            for line in lines:
                self._say(visible(line)[: self._width() - 1], DIM)

    def _draw(self, event: Event) -> None:
        match event:
            case SessionStarted(_, place, folder):
                self._where = (place, short(folder))
            case ProseDelta(text):
                self._write(self._prose.feed(text) if self._colours else visible(text))
            case ReasoningDelta(text):
                self._draw_thoughts(text)
            case CodeStarted(language):
                self._start_code(language)
            case CodeDelta(_, text):
                self._draw_code(text)
            case CodeEnded():
                self._end_code()
            case OutputReceived(Failure(name="KeyboardInterrupt")):
                pass  # the user knows
            case OutputReceived(output, replaces, clears):
                self._show_output(output, changes=clears or replaces is not None)
            case MessageAdded(message):
                self._message_added(message)
            case Notice(text):
                self._say(visible(text), DIM)
            case Retrying(why, wait):
                self._say(visible(again(why, wait)), DIM)
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
        with self._lock:
            self._start_code(block.language)
            self._draw_code(block.code)
            self._end_code()

    def whole(self, block: CodeBlock) -> str:
        """All of a block, numbered, for a pager."""
        return listed(block, self._width(), colours=self._colours)

    def show_prose(self, pieces: Iterable[str]) -> None:
        """Draw prose that belongs to no reply, as it comes."""
        for text in pieces:
            self.show(ProseDelta(text))
        with self._lock:
            self._write(self._prose.finish())
            self._new_line()

    def show_turn(self, parts: Sequence[str]) -> bool:
        """Draw in a line what a turn took."""
        with self._lock:
            self._say(fitted(parts, self._width() - 1), DIM)
        return True

    def note(self, text: str) -> None:
        """Draw a line that is neither reply nor output."""
        with self._lock:
            self._say(visible(text), DIM)

    def _draw_thoughts(self, text: str) -> None:
        self._write(self._painted(visible(self._thoughts.feed(text)), DIM))

    def _end_thoughts(self) -> None:
        if self._thoughts.is_open:
            self._new_line()
            if mark := self._thoughts.finish():
                self._say(mark, DIM)

    def _start_code(self, language: str) -> None:
        self._new_line()
        self._rule(language, *self._where)
        self._code.start(language)
        self._fold.start()
        self._in_code = True

    def _draw_code(self, text: str) -> None:
        self._write(self._fold.feed(self._code.feed(text)))

    def _end_code(self) -> None:
        self._in_code = False
        self._write(self._fold.feed(self._code.finish()))
        mark, rows = self._fold.finish()
        self._write(f"{self._painted(mark, DIM)}\n{rows}" if mark else rows)
        self._rule()

    def _show_output(self, output: Output, *, changes: bool) -> None:
        if isinstance(output, Text):
            self._write(self._output.feed(self._written(output_text((output,))), output.left_out))
            return
        self._end_lines()
        self._new_line()
        if isinstance(output, Display) and (image := picture_of(output)):
            self._show_picture(*self._pictures.at_once(image, changes=changes))
            if only_names_a_picture(output.data):
                return
        if isinstance(output, Display) and (table := drawn_frame(output.data, self._width(), colours=self._colours)):
            self._write(self._output.feed(table))
            return
        text = self._output.feed(self._overwriting(output_text((output,))))
        self._write(self._painted(text, RED) if isinstance(output, Failure) else text)

    def _show_picture(self, picture: str, line: str) -> None:
        if line:
            self._new_line()
            self._write(RESET + picture if picture else "")
            # In one piece, however long: a path that is broken can be neither copied nor followed.
            self._write(f"{self._painted(visible(line), DIM)}\n")

    def _written(self, text: str) -> str:
        """What to draw for more text of a program."""
        settled = self._lines.feed(text)
        if not self._is_redrawn and not _MOVES.search(_RETURNS.sub("", "\r" * self._has_returned + text)):
            return self._overwriting(text)
        # A program that goes up, as nested progress bars do, is not let draw over what else stands there: of the lines
        # that it still changes, the one that it is at is shown, without colours, and all of them at the end.
        self._is_redrawn = True
        return f"{ERASE_LINE}{visible(settled)}{visible(self._lines.row)[: self._width() - 1]}"

    def _end_lines(self) -> None:
        lines = visible(self._lines.finish())
        if self._is_redrawn:
            self._write(self._output.feed(f"{ERASE_LINE}{lines}"))
        self._is_redrawn = self._has_returned = False

    def _overwriting(self, text: str) -> str:
        # A program that returns to the start of its line means to overwrite it: it is erased, so that nothing hides.
        # What ends with a return waits: it may be half of a line's end, and the line is to be read until then.
        text = _RETURNS.sub("", "\r" * self._has_returned + text)
        self._has_returned = text.endswith("\r")
        pieces = re.sub("\r+\n", "\n", text.rstrip("\r")).split("\r")
        return ERASE_LINE.join(visible_output(piece) if self._colours else visible(plain(piece)) for piece in pieces)

    def _message_added(self, message: object) -> None:
        if isinstance(message, Execution):
            self._end_lines()
            self._write(self._output.finish())
            self._new_line()
            self._write(RESET if self._colours else "")
            for picture, line in self._pictures.at_end(message):
                self._show_picture(picture, line)
            if message.note and message.status != "refused":
                self._say(visible(message.note), DIM)

    def _rule(self, *title: str) -> None:
        self._write(self._painted(heading(title, self._width()), DIM) + "\n")

    def _say(self, text: str, colour: str) -> None:
        self._new_line()
        self._write(self._painted(in_lines(text, self._width()), colour) + "\n")

    def _painted(self, text: str, colour: str) -> str:
        return f"{colour}{text}{RESET}" if self._colours and text else text

    def _write(self, text: str) -> None:
        if text:
            self._out.write(text)
            self._out.flush()
            if drawn := text.removesuffix(RESET):
                self._at_line_start = drawn.endswith(("\n", ERASE_LINE))

    def _new_line(self) -> None:
        if not self._at_line_start:
            self._write("\n")
