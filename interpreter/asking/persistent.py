"""Requests that failed in a way that passes, made again."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from interpreter.asking.bounded import bounded
from interpreter.core.cancel import CancelToken
from interpreter.core.closable import closable
from interpreter.core.errors import ModelFailed, ModelFaltered, ModelUnreachable
from interpreter.core.messages import Message
from interpreter.core.ports import Delta, Idle, Model, Noted, Retrying

TRIES = 4
WAITS = (0.5, 2.0, 8.0)
"""Seconds before the second, third and fourth try, where the provider does not say how long."""
JITTER = 0.25
"""The part of a wait that is added at random, so that many who were turned away together do not return together."""
LONGEST = 60.0
"""Seconds: whoever is told to wait for longer is better told so than kept."""
TICK = 0.1


class Persistent:
    """A model that is asked up to four times where it falters before its first word; never after it.

    What had been shown would be shown twice, or half a block be run. A server that refuses the connection is only
    asked again if it has answered before: it is restarting. `pause` waits for so many seconds, `chance` gives a number
    from 0 to 1.
    """

    def __init__(
        self,
        model: Model,
        cancel: CancelToken,
        *,
        pause: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._model = model
        self._cancel = cancel
        self._pause = pause
        self._chance = chance
        self._has_answered = False

    @property
    def name(self) -> str:
        """As of the model."""
        return self._model.name

    @property
    def sees_images(self) -> bool:
        """As of the model."""
        return self._model.sees_images

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """As `Model.stream`, with `Retrying` before each wait and `Idle` while it lasts."""
        for failures in range(TRIES):
            has_begun = False
            try:
                with closing(closable(bounded(self._model.stream(system, messages)))) as deltas:
                    for delta in deltas:
                        has_begun = has_begun or not isinstance(delta, Idle | Noted)
                        self._has_answered = self._has_answered or has_begun
                        yield delta
                return
            except ModelFailed as error:
                wait = None if has_begun else self._wait_after(error, failures)
                if wait is None:
                    raise
                why = str(error)
            yield Retrying(why, wait)
            yield from self._waiting(wait)
            if self._cancel.is_set:
                return

    def _wait_after(self, error: ModelFailed, failures: int) -> float | None:
        """Seconds until the next try, None where there is to be none."""
        may_pass = isinstance(error, ModelFaltered) or (isinstance(error, ModelUnreachable) and self._has_answered)
        told = error.wait if isinstance(error, ModelFaltered) else None
        if not may_pass or failures >= len(WAITS) or (told is not None and told > LONGEST):
            return None
        return (told or WAITS[failures]) * (1 + JITTER * self._chance())

    def _waiting(self, seconds: float) -> Iterator[Delta]:
        ticks = max(1, round(seconds / TICK))
        for _ in range(ticks):
            if self._cancel.is_set:
                return
            yield Idle()
            self._pause(seconds / ticks)
