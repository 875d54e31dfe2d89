"""Which failures a request is made again after, how long that takes, and how it is broken off."""

from collections.abc import Iterator, Sequence

import pytest

from interpreter.asking.persistent import TRIES, WAITS, Persistent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import (
    ContextTooLong,
    InterpreterError,
    KeyRejected,
    ModelBusy,
    ModelFailed,
    ModelFaltered,
    ModelUnreachable,
    UnknownModel,
)
from interpreter.core.messages import Instruction, Message
from interpreter.core.ports import Delta, Finished, Idle, Retrying, TextDelta
from tests.fakes import FakeModel, says

ASKED = (Instruction("Say hello"),)


class Waits:
    """Stands in for the clock: remembers how long it was waited."""

    def __init__(self) -> None:
        self.pauses: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.pauses.append(seconds)


class Breaks:
    """A model that says a little and then fails, every time."""

    name, sees_images, asked = "fake", False, 0

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        self.asked += 1
        yield TextDelta("Half an ans")
        raise ModelFaltered("It broke.", "Try again.")


def persistent(model: FakeModel, waits: Waits, cancel: CancelToken | None = None, chance: float = 0.0) -> Persistent:
    return Persistent(model, cancel or CancelToken(), pause=waits, chance=lambda: chance)


def told(deltas: list[Delta]) -> list[Delta]:
    return [delta for delta in deltas if not isinstance(delta, Idle)]


@pytest.mark.parametrize("error", [ModelBusy("busy"), ModelFaltered("broke")])
def test_a_model_that_falters_is_asked_again_and_the_reply_is_whole(error: ModelFailed) -> None:
    model, waits = FakeModel([error, error, "Hello."]), Waits()

    deltas = told(list(persistent(model, waits).stream("", ASKED)))

    assert deltas[:2] == [Retrying(str(error), WAITS[0]), Retrying(str(error), WAITS[1])]
    assert deltas[2:] == says("Hello.")
    assert len(model.asked) == 3 and sum(waits.pauses) == pytest.approx(WAITS[0] + WAITS[1])


def test_after_four_tries_the_last_error_is_raised_and_the_waits_have_grown() -> None:
    model, waits, deltas = FakeModel([ModelBusy(f"busy {n}") for n in range(9)]), Waits(), []

    with pytest.raises(ModelBusy, match="busy 3"):
        for delta in persistent(model, waits).stream("", ASKED):
            deltas.append(delta)

    assert len(model.asked) == TRIES == 4
    assert [delta.wait for delta in told(deltas)] == sorted(WAITS)


def test_the_provider_says_how_long_and_chance_only_adds() -> None:
    model, waits = FakeModel([ModelBusy("busy", wait=30.0), "Hello."]), Waits()

    first = told(list(persistent(model, waits, chance=1.0).stream("", ASKED)))[0]

    assert isinstance(first, Retrying) and 30 <= first.wait <= 40


def test_whoever_is_told_to_wait_for_more_than_a_minute_is_told_so_at_once() -> None:
    model, waits = FakeModel([ModelBusy("busy", "Try again in 5 minutes.", wait=300.0), "Hello."]), Waits()

    with pytest.raises(ModelBusy) as raised:
        list(persistent(model, waits).stream("", ASKED))

    assert len(model.asked) == 1 and waits.pauses == [] and "5 minutes" in raised.value.hint


@pytest.mark.parametrize(
    "error",
    [
        KeyRejected("no"),
        UnknownModel("no"),
        ModelUnreachable("nobody"),
        ContextTooLong("long"),
        ModelFailed("It was silent for 60 seconds."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_does_not_pass_is_told_at_once(error: InterpreterError) -> None:
    model, waits = FakeModel([error, "Hello."]), Waits()

    with pytest.raises(type(error)):
        list(persistent(model, waits).stream("", ASKED))

    assert len(model.asked) == 1 and waits.pauses == []


def test_a_server_that_has_answered_before_is_waited_for_while_it_restarts() -> None:
    model = FakeModel(["One.", ModelUnreachable("nobody"), "Two."])
    asked = persistent(model, Waits())
    list(asked.stream("", ASKED))

    deltas = told(list(asked.stream("", ASKED)))

    assert isinstance(deltas[0], Retrying) and deltas[-1] == Finished("stop")


def test_after_the_first_word_nothing_is_asked_again() -> None:
    model, deltas = Breaks(), []

    with pytest.raises(ModelFaltered):
        for delta in Persistent(model, CancelToken(), pause=Waits()).stream("", ASKED):
            deltas.append(delta)

    assert deltas == [TextDelta("Half an ans")] and model.asked == 1


def test_the_wait_is_broken_off_within_a_fifth_of_a_second() -> None:
    model, waits, cancel = FakeModel([ModelBusy("busy", wait=60.0), "Hello."]), Waits(), CancelToken()

    deltas = []
    for delta in persistent(model, waits, cancel).stream("", ASKED):
        deltas.append(delta)
        if len(deltas) == 3:
            cancel.cancel()

    assert [type(delta) for delta in deltas] == [Retrying, Idle, Idle]
    assert len(model.asked) == 1 and max(waits.pauses) <= 0.2
