"""The prompt: where an instruction is typed, edited over several lines, completed and brought back."""

import sys
from collections.abc import Callable
from contextlib import suppress

from prompt_toolkit import PromptSession
from prompt_toolkit.filters import Condition
from prompt_toolkit.keys import Keys

from interpreter.core.visible import visible
from interpreter.storage.history import HistoryFile
from interpreter.terminal.bursts import Bursts
from interpreter.terminal.lines import MARK
from interpreter.terminal.prompt_history import KeptHistory
from interpreter.terminal.prompt_keys import prompt_keys
from interpreter.terminal.prompt_list import Offering, Offers
from interpreter.terminal.prompt_marks import Marks
from interpreter.terminal.signals import forget_ctrl_c

HOW_TO_LEAVE = "Ctrl-D or %quit leaves."
ESCAPE_SECONDS = 0.1
"""Until a lone Esc is known to begin no key, and a key that came in two pieces still is one."""
SEQUENCE_SECONDS = 1.0
"""Between the two keys of one such as Ctrl-X Ctrl-E."""


class Prompt:
    """Reads one text after the other; where `history` is None, what was typed is forgotten at the end.

    `offers` says what may continue a text, and `opens` whether it is listed without being asked for. `ready` is
    called once, as soon as keys can be typed.
    """

    def __init__(
        self,
        history: HistoryFile | None = None,
        offers: Offers = lambda text: (),
        opens: Callable[[str], bool] = lambda text: False,
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        self._bursts = Bursts()
        self._history = KeptHistory(history)
        self._say_problem()
        self._session: PromptSession[str] = PromptSession(
            MARK,
            multiline=True,
            prompt_continuation=" " * len(MARK),
            enable_history_search=True,
            history=self._history,
            completer=Offering(offers),
            key_bindings=prompt_keys(self._bursts),
            input_processors=[Marks()],
            enable_suspend=True,
        )
        self._waiting = [ready]
        self._has_said_how_to_leave = False
        # The session would have no list while typing beside a search in the history.
        buffer = self._session.default_buffer
        buffer.complete_while_typing = Condition(lambda: opens(buffer.document.text_before_cursor))
        self._follow_keys()

    def _begin(self) -> None:
        """The prompt is there, and Ctrl-C is a key from here on."""
        self._bursts.begin()
        forget_ctrl_c()

    def read(self, default: str = "") -> str:
        """What is typed, with `default` to begin with; raises EOFError at Ctrl-D.

        Ctrl-C begins again.
        """
        while True:
            try:
                text = self._session.prompt(default=default, handle_sigint=False, pre_run=self._begin)
                self._say_problem()
                # What UTF-8 cannot hold, no file and no model can be given.
                return text.encode("utf-8", "replace").decode()
            except KeyboardInterrupt:
                self._say_how_to_leave()
                default = ""
            except SystemExit:
                # A signal while the prompt was being set up: nobody else turns off what it turned on.
                with suppress(OSError):
                    self._session.app.renderer.reset()
                raise

    def _follow_keys(self) -> None:
        app = self._session.app
        app.ttimeoutlen = ESCAPE_SECONDS
        app.after_render += lambda app: self._waiting.pop()() if self._waiting else None

        def follow(processor: object) -> None:
            if not app.key_processor.input_queue:
                self._bursts.end_of_keys()
            begun = app.key_processor.key_buffer
            is_escape = bool(begun) and begun[0].key == Keys.Escape
            app.timeoutlen = ESCAPE_SECONDS if is_escape else SEQUENCE_SECONDS

        app.key_processor.after_key_press += follow

    def _say_problem(self) -> None:
        problem, self._history.problem = self._history.problem, None
        if problem is not None:
            print(visible(f"{problem}\n{problem.hint}"), file=sys.stderr)

    def _say_how_to_leave(self) -> None:
        if not self._session.default_buffer.text and not self._has_said_how_to_leave:
            self._has_said_how_to_leave = True
            print(HOW_TO_LEAVE)
