"""When a running block is interrupted, and when its kernel is killed: time and wishes in, steps out."""

from typing import Literal, TypeAlias

Step: TypeAlias = Literal["go on", "interrupt", "kill"]
StopReason: TypeAlias = Literal["interrupted", "timed_out"]

AGAIN_SECONDS = 2.0
KILL_SECONDS = 5.0
"""After the first interrupt."""
BEGIN_SECONDS = 0.5
"""An interrupt before the code began would be lost: wait for its begin, but no longer than this."""


class Patience:
    """Looks at one run; `now` is in seconds of any clock that never goes back."""

    def __init__(self, now: float, timeout: float | None) -> None:
        self.timeout = timeout
        self._deadline = None if timeout is None else now + timeout
        self._stop_at: float | None = None
        self._interrupts = 0
        self.reason: StopReason | None = None

    def extend(self, seconds: float) -> None:
        """Waiting for a person does not count, nor does time in which this process was stopped."""
        if self._deadline is not None:
            self._deadline += seconds
        if self._stop_at is not None:
            self._stop_at += seconds

    def next_step(self, now: float, *, stops: bool, kills: bool, has_begun: bool) -> Step:
        """What to do now."""
        if self._stop_at is None and not self._begins_to_stop(now, stops or kills):
            return "go on"
        assert self._stop_at is not None
        waited = now - self._stop_at
        if kills or waited >= KILL_SECONDS:
            return "kill"
        due = (self._interrupts == 0 and (has_begun or waited >= BEGIN_SECONDS)) or (
            self._interrupts == 1 and waited >= AGAIN_SECONDS
        )
        if due:
            self._interrupts += 1
        return "interrupt" if due else "go on"

    def _begins_to_stop(self, now: float, stops: bool) -> bool:
        if stops:
            self.reason = "interrupted"
        elif self._deadline is not None and now >= self._deadline:
            self.reason = "timed_out"
        if self.reason:
            self._stop_at = now
        return self._stop_at is not None
