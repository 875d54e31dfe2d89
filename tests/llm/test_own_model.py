"""A model of the user's own: as little as a method, and as safe as any other."""

import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from interpreter import OpenInterpreter
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import ModelFailed, WrongUsage
from interpreter.core.messages import Instruction, Message
from interpreter.core.ports import CodeDelta, Finished, Idle, ReasoningDelta, TextDelta, Usage, UsageDelta
from interpreter.llm.own_model import OwnModelAdapter
from interpreter.model_in_use import ModelInUse
from interpreter.models import Surroundings
from interpreter.settings import Settings
from interpreter.storage.paths import find_paths
from interpreter.types import chat_messages
from tests.scripted_server import Says, ScriptedServer

ASKED = [Instruction("Say hello")]


class Own:
    """Answers with what it was given."""

    def __init__(self, *pieces: Any) -> None:
        self.pieces = pieces
        self.asked: list[tuple[str, Sequence[Message]]] = []

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Any]:
        self.asked.append((system, messages))
        for piece in self.pieces:
            if isinstance(piece, BaseException):
                raise piece
            yield piece


def adapted(model: Any, **options: Any) -> OwnModelAdapter:
    return OwnModelAdapter(model, cancel=options.pop("cancel", CancelToken()), **options)


def deltas(model: Any) -> list[Any]:
    return [delta for delta in adapted(model).stream("s", ASKED) if not isinstance(delta, Idle)]


def test_pieces_of_text_are_a_reply() -> None:
    model = Own("Hel", "lo")

    assert deltas(model) == [TextDelta("Hel"), TextDelta("lo"), Finished("stop")]
    assert model.asked == [("s", tuple(ASKED))]


def test_deltas_are_passed_on_and_may_be_mixed_with_text() -> None:
    said = [ReasoningDelta("Hm"), TextDelta("A"), CodeDelta("python", "1"), UsageDelta(Usage(1, 2)), Finished("length")]

    assert deltas(Own(*said)) == said


def test_a_text_in_one_piece_and_a_list_are_replies_too() -> None:
    class Whole:
        def stream(self, system: str, messages: Sequence[Message]) -> str:
            return "Hello"

    class Listed:
        def stream(self, system: str, messages: Sequence[Message]) -> list[str]:
            return ["Hel", "lo"]

    assert deltas(Whole()) == [TextDelta("Hello"), Finished("stop")]
    assert deltas(Listed()) == [TextDelta("Hel"), TextDelta("lo"), Finished("stop")]


@pytest.mark.parametrize("error", [ValueError("no\nsecond line"), KeyError(), RuntimeError("sk-abcdefgh12345")])
def test_an_exception_of_theirs_is_a_failure_of_the_model_with_the_original_chained(error: Exception) -> None:
    with pytest.raises(ModelFailed) as raised:
        deltas(Own("Half", error))

    assert type(error).__name__ in str(raised.value) and "Own" in str(raised.value)
    assert "\n" not in str(raised.value) and "sk-abc" not in str(raised.value)
    assert raised.value.hint
    assert raised.value.__cause__ is error


def test_an_error_that_is_meant_for_the_user_is_not_changed() -> None:
    with pytest.raises(ModelFailed, match=r"^Our own words"):
        deltas(Own(ModelFailed("Our own words.", "Do this.")))


@pytest.mark.parametrize("piece", [None, 3, b"bytes", {"text": "x"}])
def test_what_is_no_part_of_a_reply_is_named(piece: Any) -> None:
    with pytest.raises(ModelFailed, match=type(piece).__name__) as raised:
        deltas(Own(piece))

    assert "interpreter.types" in raised.value.hint


def test_what_is_left_out_has_a_sensible_value() -> None:
    model = adapted(Own())

    assert (model.name, model.sees_images, model.context, model.cost(Usage(1, 1))) == ("Own", False, None, None)
    model.warm()
    model.close()


def test_what_is_there_is_used() -> None:
    class Full(Own):
        name = "ours"
        sees_images = True
        context = 4096
        log: list[str] = []  # noqa: RUF012

        def cost(self, usage: Usage) -> float:
            return usage.input_tokens * 0.5

        def warm(self) -> None:
            self.log.append("warm")

        def close(self) -> None:
            self.log.append("close")
            raise OSError("no matter")

    model = adapted(Full())
    model.warm()
    model.close()

    assert (model.name, model.sees_images, model.context, model.cost(Usage(2, 0))) == ("ours", True, 4096, 1.0)
    assert Full.log == ["warm", "close"]


class Blocked:
    """Says a word and waits until it is let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.closed = threading.Event()

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[str]:
        try:
            yield "Well"
            self.let_go.wait(60)
            yield "late"
        finally:
            self.closed.set()


def test_a_model_that_blocks_can_be_stopped_and_is_closed_when_it_speaks_again() -> None:
    model, cancel = Blocked(), CancelToken()
    threading.Timer(0.2, cancel.cancel).start()
    began = time.monotonic()

    seen = list(adapted(model, cancel=cancel).stream("", ASKED))

    assert time.monotonic() - began < 10
    assert TextDelta("Well") in seen and not [delta for delta in seen if isinstance(delta, Finished)]
    model.let_go.set()
    assert model.closed.wait(10)


def test_a_model_that_is_silent_fails_at_the_limit() -> None:
    model = Blocked()

    with pytest.raises(ModelFailed, match=r"0\.3 seconds"):
        list(adapted(model, gap_timeout=0.3).stream("", ASKED))
    model.let_go.set()


def test_an_object_that_cannot_answer_is_refused_before_anything_starts() -> None:
    class Coroutine:
        async def stream(self, system: str, messages: Sequence[Message]) -> str:
            return ""

    for wrong, words in ((Own, "class"), (object(), "stream"), (Coroutine(), "asynchronous"), (7, "stream")):
        with pytest.raises(WrongUsage, match=words) as raised:
            OpenInterpreter(model=wrong)  # type: ignore[arg-type]
        assert raised.value.hint


def test_the_library_runs_the_code_of_a_model_of_the_users_own() -> None:
    class Two(Own):
        name = "ours"

        def stream(self, system: str, messages: Sequence[Message]) -> Iterator[str]:
            chat = chat_messages(system, messages)
            self.asked.append((system, messages))
            assert [each["role"] for each in chat[:2]] == ["system", "user"]
            yield "```python\nprint(6 * 7)\n```" if len(chat) < 3 else f"It is {chat[-1]['content'].split()[-1]}."

    model = Two()
    with OpenInterpreter(model=model, auto_run=True, state_card=False) as agent:
        result = agent.execute("What is 6 * 7?")

    assert result.text == "It is 42."
    assert result.usage.estimated
    assert len(model.asked) == 2


def test_its_failure_ends_the_turn_and_not_the_session() -> None:
    class Moody:
        calls = 0

        def stream(self, system: str, messages: Sequence[Message]) -> Iterator[str]:
            self.calls += 1
            if self.calls == 1:
                raise ZeroDivisionError("division by zero")
            yield "Better now."

    with OpenInterpreter(model=Moody(), auto_run=True) as agent:
        first, second = agent.execute("one"), agent.execute("two")

    assert first.reason == "failed"
    assert isinstance(first.error, ModelFailed) and isinstance(first.error.__cause__, ZeroDivisionError)
    assert second.text == "Better now."


def test_another_model_can_be_taken_in_its_place(tmp_path: Path) -> None:
    class Closing(Own):
        closed = 0

        def close(self) -> None:
            self.closed += 1
            raise OSError("no matter")

    own = Closing("mine")
    with ScriptedServer(Says("theirs")) as server:
        settings = Settings(model="Closing", api_base=server.url)
        around = Surroundings({}, find_paths({"INTERPRETER_HOME": str(tmp_path)}), CancelToken(), lambda *_: None)
        model = ModelInUse(settings, around, None, own=own)
        assert (model.name, model.lasting_name, model.cost(Usage(1, 1))) == ("Closing", None, None)
        before = [delta for delta in model.stream("", ASKED) if isinstance(delta, TextDelta)]

        with pytest.raises(WrongUsage):
            model.change("missing.gguf")
        assert model.name == "Closing" and own.closed == 0
        model.change("xyz")
        after = [delta for delta in model.stream("", ASKED) if isinstance(delta, TextDelta)]
        model.close()

    assert (before, after, own.closed) == ([TextDelta("mine")], [TextDelta("theirs")], 1)
