"""A kernel that speaks Jupyter's protocol, behind the Kernel port; it outlives its processes."""

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError, KernelBusy
from interpreter.core.messages import Failure, Status, Text
from interpreter.core.ports import Ended, Frame, InputAsked, KernelEvent, OutputArrived, Variable
from interpreter.kernels import notes
from interpreter.kernels.late import LastWord, late_output
from interpreter.kernels.launcher import Launcher
from interpreter.kernels.lives import Lives, Start
from interpreter.kernels.looks import Looks
from interpreter.kernels.patience import Patience, Step
from interpreter.kernels.running import Running
from interpreter.kernels.spool import Spools
from interpreter.kernels.variables import changes_of, listing_of, variables_of

if TYPE_CHECKING:
    from interpreter.kernels.life import Life

Fate: TypeAlias = Literal["over", "died", "killed"]

TICK = 0.1
"""Seconds between two looks at the cancel token, the clock and the process."""
SLEPT_SECONDS = 1.0
"""So long no look takes: this process was stopped, or the machine slept."""
VARIABLES_SECONDS = 5.0
LOOK_SECONDS = 3.0
"""For a look at a running block; code that lets no other thread run does not answer."""


class JupyterKernel:
    """Runs code in a kernel that `start` brings to life.

    A kernel that died is started again at once, so that a run never finds a dead one. It does one thing at a time:
    `run`, `variables` and `restart` raise KernelBusy while another of them goes on.
    """

    def __init__(
        self,
        start: Start,
        launcher: "Launcher[Life]",
        cancel: CancelToken,
        *,
        allows_input: bool,
        state: str = "",
        state_card: bool = False,
        can_be_looked_at: bool = False,
        last: LastWord | None = None,
        spools: Spools | None = None,
    ) -> None:
        self._lives = Lives(start, launcher, cancel)
        self._cancel = cancel
        self._allows_input = allows_input
        self._state = state
        self._card = {"variables": changes_of(state)} if state else {}
        self.tells_changes = state_card
        self._can_be_looked_at = can_be_looked_at
        self._looks = Looks()
        self._lock = Lock()
        self._last = last
        self._spools = spools
        self._interrupted = self._refuses = False
        self._answer: str | None = None

    def warm(self) -> None:
        """Start in the background; does nothing when it runs or starts already."""
        self._lives.begin()

    def is_ready(self) -> bool:
        """Wait until it runs; False when the cancel token was set meanwhile. Raises KernelFailed."""
        return self._lives.current() is not None

    @property
    def is_running(self) -> bool:
        """Whether its process lives; nothing is started for that."""
        return self._lives.is_there

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        with self._alone():
            return (yield from self._run(code, timeout))

    def _run(self, code: str, timeout: float | None) -> Generator[KernelEvent, None, Ended]:
        began = time.monotonic()
        self._interrupted, self._refuses, self._answer = False, False, None
        life = self._lives.current()
        if life is None:
            return Ended("interrupted", time.monotonic() - began, notes.NOT_RUN)
        lost = notes.died_before(how) if (how := self._lives.take_lost()) else ""
        request_id = life.send("shell", "execute_request", self._request(code))
        running = Running(request_id, self._spools.begin() if self._spools else None)
        patience = Patience(time.monotonic(), timeout)
        try:
            with self._looks.allowed():
                fate = yield from self._follow(life, running, patience)
            if fate == "over" and self._last:
                yield from late_output(life, running, self._last)
            yield from running.rest()
            if fate == "died" and (words := life.last_words()):
                yield OutputArrived(Text(words + "\n", "stderr"))
        except BaseException:
            self._settle(life, running)
            running.spooled()
            raise
        spool = running.spooled()
        seconds = time.monotonic() - began
        status, note = self._ending(life, running, patience, fate)
        note = notes.joined(lost, note, running.note)
        return Ended(status, seconds, note, variables_of(running.reply), spool)

    def answer(self, text: str) -> None:
        self._answer = text

    def interrupt(self) -> None:
        self._interrupted = True

    def restart(self) -> None:
        with self._alone():
            self._lives.end(kindly=True, lost=notes.RESTARTED)
            self._lives.begin().result()

    def variables(self, name: str | None = None) -> tuple[Variable, ...]:
        with self._alone():
            return self._variables(name)

    def _variables(self, name: str | None) -> tuple[Variable, ...]:
        life = self._lives.current() if self._state else None
        if life is None:
            return ()
        content = {"code": "", "silent": True, "user_expressions": {"variables": listing_of(self._state, name)}}
        running = Running(life.send("shell", "execute_request", content))
        self._interrupted = False
        if self._finish(life, running, Patience(time.monotonic(), VARIABLES_SECONDS)) != "over":
            self._begin_again()
        return variables_of(running.reply)

    def peek(self) -> tuple[Frame, ...]:
        return self._looks.look(LOOK_SECONDS) if self._can_be_looked_at else ()

    def close(self) -> None:
        self._lives.close()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if not self._lock.acquire(blocking=False):
            raise KernelBusy
        try:
            yield
        finally:
            self._lock.release()

    def _request(self, code: str) -> dict[str, Any]:
        return {
            "code": code,
            "silent": False,
            "store_history": True,
            "user_expressions": self._card if self.tells_changes else {},
            "allow_stdin": self._allows_input,
            # Or the kernel would refuse what comes right after an error.
            "stop_on_error": False,
        }

    def _follow(self, life: "Life", running: Running, patience: Patience) -> Generator[KernelEvent, None, Fate]:
        """Pass on what a run shows until it is over, its kernel died, or has to be killed."""
        was_dead = False
        while not running.is_over(now := time.monotonic()):
            received = life.receive(TICK)
            if (slept := time.monotonic() - now) > SLEPT_SECONDS:
                patience.extend(slept)
                now += slept
            if received:
                self._looks.take(*received)
                for event in running.take(*received, now):
                    if isinstance(event, InputAsked) and self._allows_input:
                        with self._looks.refused():
                            yield event
                        patience.extend(time.monotonic() - now)
                    else:
                        yield self._refused(event)
            elif was_dead:
                return "died"
            else:
                # Not yet the end: what it sent last may have come after we looked.
                was_dead = not life.is_alive()
            self._looks.ask(life)
            self._pass_answer(life, running)
            step = self._next_step(running, patience)
            if step == "kill":
                return "killed"
            if step == "interrupt":
                life.interrupt()
        return "over"

    def _refused(self, event: KernelEvent) -> KernelEvent:
        """A question that nobody can answer becomes a failure: some kernels ask though they were told not to."""
        if not isinstance(event, InputAsked):
            return event
        self._interrupted = self._refuses = True
        return OutputArrived(Failure("NoInput", notes.NO_INPUT, f"NoInput: {notes.NO_INPUT}"))

    def _next_step(self, running: Running, patience: Patience) -> Step:
        token = self._cancel
        stops = self._interrupted or token.is_set
        return patience.next_step(time.monotonic(), stops=stops, kills=token.kills, has_begun=running.has_begun)

    def _pass_answer(self, life: "Life", running: Running) -> None:
        if self._answer is not None and running.question is not None:
            life.send("stdin", "input_reply", {"value": self._answer, "status": "ok"}, running.question)
            self._answer = running.question = None

    def _ending(self, life: "Life", running: Running, patience: Patience, fate: Fate) -> tuple[Status, str]:
        """The status of a run and what is to be told about its kernel, which lives again after this."""
        limit = patience.timeout if patience.reason == "timed_out" else None
        if fate == "died" and patience.reason is None:
            return "died", notes.joined(notes.died(life.end()), self._begin_again())
        if fate != "over":
            said = notes.KILLED_AT_ONCE if self._cancel.kills else notes.killed(limit)
            return patience.reason or "interrupted", notes.joined(said, self._begin_again())
        if running.asks_exit:
            return "ok", notes.joined(notes.ASKED_EXIT, self._begin_again())
        status: Status = "failed" if running.has_failed or self._refuses else "ok"
        return status if self._refuses else patience.reason or status, "" if limit is None else notes.timed_out(limit)

    def _begin_again(self) -> str:
        """Put a new life in the place of the old one, and say whether that went well."""
        self._lives.end(kindly=False)
        try:
            return notes.restarted(None, self.is_ready())
        except InterpreterError as error:
            return notes.restarted(error, False)

    def _settle(self, life: "Life", running: Running) -> None:
        """Stop a run that nobody follows any more, so that the next one starts clean."""
        self._interrupted = True
        fate: Fate = "killed"
        try:
            fate = self._finish(life, running, Patience(time.monotonic(), None))
        finally:
            # The next run begins another: this may be the end of the program.
            if fate != "over":
                self._lives.end(kindly=False)

    def _finish(self, life: "Life", running: Running, patience: Patience) -> Fate:
        """Follow a run to its end without looking at what it shows."""
        events = self._follow(life, running, patience)
        while True:
            try:
                next(events)
            except StopIteration as stop:
                fate: Fate = stop.value
                return fate
