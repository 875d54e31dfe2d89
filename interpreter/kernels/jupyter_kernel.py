"""A kernel that speaks Jupyter's protocol, behind the Kernel port; it outlives its processes."""

import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Literal, TypeAlias

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError
from interpreter.core.messages import Text
from interpreter.core.ports import Ended, InputAsked, KernelEvent, OutputArrived, Variable
from interpreter.kernels import notes
from interpreter.kernels.launcher import Launcher
from interpreter.kernels.patience import Patience
from interpreter.kernels.running import Running
from interpreter.kernels.variables import variables_of

if TYPE_CHECKING:
    from interpreter.kernels.life import Life

Fate: TypeAlias = Literal["over", "died", "killed"]
Start: TypeAlias = "Callable[[Callable[[], bool]], Life]"

TICK = 0.1
"""Seconds between two looks at the cancel token, the clock and the process."""
VARIABLES_SECONDS = 5.0


class JupyterKernel:
    """Runs code in a kernel that `start` brings to life; it is called in the launcher's thread.

    A kernel that died is started again at once, so that a run never finds a dead one.
    """

    def __init__(
        self, start: Start, launcher: "Launcher[Life]", cancel: CancelToken, *, allows_input: bool, variables: str = ""
    ) -> None:
        self._start = start
        self._launcher = launcher
        self._cancel = cancel
        self._allows_input = allows_input
        self._variables = variables
        self._life: Future[Life] | None = None
        self._interrupted = False
        self._closed = False
        self._answer: str | None = None

    def warm(self) -> None:
        """Start in the background; does nothing when it runs or starts already."""
        if self._life is None or (self._life.done() and self._life.exception()):
            self._life = self._launcher.submit(lambda: self._start(lambda: self._closed))

    def is_ready(self) -> bool:
        """Wait until it runs; False when the cancel token was set meanwhile. Raises KernelFailed."""
        return self._living() is not None

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        began = time.monotonic()
        self._interrupted, self._answer = False, None
        life = self._living()
        if life is None:
            return Ended("interrupted", time.monotonic() - began, notes.NOT_RUN)
        running, patience = Running(self._execute(life, code)), Patience(time.monotonic(), timeout)
        try:
            fate = yield from self._follow(life, running, patience)
            yield from running.rest()
            if fate == "died" and (words := life.last_words()):
                yield OutputArrived(Text(words + "\n", "stderr"))
        except BaseException:
            self._settle(life, running)
            raise
        seconds = time.monotonic() - began
        return self._ended(life, running, patience, fate, seconds, timeout)

    def answer(self, text: str) -> None:
        self._answer = text

    def interrupt(self) -> None:
        self._interrupted = True

    def restart(self) -> None:
        self._end_life(kindly=True)
        self.warm()
        assert self._life is not None
        self._life.result()

    def variables(self) -> tuple[Variable, ...]:
        life = self._living() if self._variables else None
        if life is None:
            return ()
        content = {"code": "", "silent": True, "user_expressions": {"variables": self._variables}}
        running = Running(life.send("shell", "execute_request", content))
        patience = Patience(time.monotonic(), VARIABLES_SECONDS)
        self._interrupted = False
        events = self._follow(life, running, patience)
        with suppress(StopIteration):
            while True:
                next(events)
        return variables_of(running.reply.get("user_expressions") or {})

    def close(self) -> None:
        self._closed = True
        self._end_life(kindly=True)

    def _living(self) -> "Life | None":
        """The life that code can be sent to; None when the cancel token was set before there was one."""
        if self._life is not None and self._life.done() and not self._life.exception():
            life = self._life.result()
            if not life.is_alive():
                self._end_life(kindly=False)
        self.warm()
        while not self._cancel.is_set:
            assert self._life is not None
            if self._life.done():
                return self._life.result()
            wait([self._life], TICK / 2)
        return None

    def _execute(self, life: "Life", code: str) -> str:
        content = {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": {},
            "allow_stdin": self._allows_input,
            # Or the kernel would refuse what comes right after an error.
            "stop_on_error": False,
        }
        return life.send("shell", "execute_request", content)

    def _follow(self, life: "Life", running: Running, patience: Patience) -> Generator[KernelEvent, None, Fate]:
        """Pass on what a run shows until it is over, its kernel died, or had to be killed."""
        was_dead = False
        while not running.is_over(now := time.monotonic()):
            received = life.receive(TICK)
            if received:
                for event in running.take(*received, now):
                    asked_at = time.monotonic()
                    yield event
                    if isinstance(event, InputAsked):
                        patience.extend(time.monotonic() - asked_at)
            elif was_dead:
                return "died"
            else:
                # Not yet the end: what it sent last may have come after we looked.
                was_dead = not life.is_alive()
            self._pass_answer(life, running)
            step = patience.next_step(
                time.monotonic(),
                stops=self._interrupted or self._cancel.is_set,
                kills=self._cancel.kills,
                has_begun=running.has_begun,
            )
            if step == "kill":
                return "killed"
            if step == "interrupt":
                life.interrupt()
        return "over"

    def _pass_answer(self, life: "Life", running: Running) -> None:
        if self._answer is not None and running.question is not None:
            life.send("stdin", "input_reply", {"value": self._answer, "status": "ok"}, running.question)
            self._answer = running.question = None

    def _ended(
        self, life: "Life", running: Running, patience: Patience, fate: Fate, seconds: float, timeout: float | None
    ) -> Ended:
        limit = timeout if patience.reason == "timed_out" else None
        if fate == "died" and patience.reason is None:
            return Ended("died", seconds, notes.joined(notes.died(life.end()), self._revive(), running.note))
        if fate != "over":
            said = notes.killed_at_once() if self._cancel.kills else notes.killed(limit)
            return Ended(patience.reason or "interrupted", seconds, notes.joined(said, self._revive(), running.note))
        exited = notes.joined(notes.ASKED_EXIT, self._revive()) if running.asks_exit else ""
        note = notes.joined(exited, "" if limit is None else notes.timed_out(limit), running.note)
        return Ended(patience.reason or ("failed" if running.has_failed else "ok"), seconds, note)

    def _revive(self) -> str:
        """Put a new life in the place of the old one, and say whether that went well."""
        self._end_life(kindly=False)
        try:
            return notes.restarted(None, self.is_ready())
        except InterpreterError as error:
            return notes.restarted(error, False)

    def _settle(self, life: "Life", running: Running) -> None:
        """Stop a run that nobody follows any more, so that the next one starts clean."""
        patience = Patience(time.monotonic(), None)
        self._interrupted = True
        fate: Fate = "killed"
        try:
            events = self._follow(life, running, patience)
            while True:
                next(events)
        except StopIteration as stop:
            fate = stop.value
        finally:
            if fate != "over":
                self._end_life(kindly=False)
                self.warm()

    def _end_life(self, kindly: bool) -> None:
        ending, self._life = self._life, None
        if ending is None or ending.cancel():
            return
        wait([ending])
        if not ending.exception():
            ending.result().close(kindly)
