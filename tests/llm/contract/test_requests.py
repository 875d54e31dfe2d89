"""Requests: the conversation and the options, in each provider's own form."""

import json
import subprocess
import sys
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from interpreter.core.messages import CodeBlock, Display, Execution, Image, Instruction, Message, Reply, Text
from interpreter.core.ports import Finished
from tests.llm.contract.asking import KEY, text_of
from tests.llm.contract.conftest import ROUTES, Line
from tests.scripted_server import OnlyPlain, Refuses, Says, Script, ScriptedServer
from tests.wires import Wire
from tests.wires.asked import Picture, key_in
from tests.wires.wire import Body

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
BLOCK = CodeBlock("python", "print(1)")
FENCED = Reply(f"Look:\n\n{BLOCK.fenced}", BLOCK)

HISTORY: list[Message] = [
    Instruction("First"),
    FENCED,
    Execution(BLOCK, "ok", (Text("1\n"),)),
    Reply("It is 1."),
    Instruction("Second"),
    FENCED,
    Execution(BLOCK, "refused", note="Not now."),
    Reply(""),
    Instruction("Third, after a turn that was broken off"),
    Instruction("Fourth"),
]


def test_the_server_gets_the_conversation_and_the_options(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server, temperature=0.5, max_output_tokens=99))

    asked = line.asked(server)
    assert asked.system == "Be kind."
    assert [(turn.role, turn.text) for turn in asked.turns] == [("user", "Say hello")]
    assert (asked.temperature, asked.limit, asked.tools) == (0.5, 99, ())
    assert line.wire.streams(server.paths[0], server.requests[0])


def test_what_was_not_chosen_is_not_sent(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server))

    assert line.asked(server).temperature is None


def test_a_history_alternates_between_user_and_assistant(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server), HISTORY)

    turns = line.asked(server).turns
    assert [turn.role for turn in turns] == ["user", "assistant"] * 4 + ["user"]
    assert all(turn.text.strip() for turn in turns)
    assert "print(1)" in turns[1].text
    assert "Not now." in turns[6].text
    assert "Third" in turns[8].text and "Fourth" in turns[8].text


def test_a_conversation_without_system_prompt_can_be_sent(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        assert list(line.connect(server).stream("", HISTORY))[-1] == Finished("stop")

    assert line.asked(server).system == ""


def test_a_longer_conversation_keeps_what_was_sent_before(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        model = line.connect(server)
        for length in (1, 3, 5, 7):
            line.deltas(model, HISTORY[:length])

    said = [told(body) for body in server.requests]
    for shorter, longer in pairwise(said):
        assert longer[: len(shorter)] == shorter


def without_marks(value: Any) -> Any:
    """A request without the marks of what is worth keeping, which move on and are no part of what is compared."""
    if isinstance(value, list):
        return [without_marks(each) for each in value]
    if isinstance(value, dict):
        return {name: without_marks(each) for name, each in value.items() if name != "cache_control"}
    return value


def told(body: Body) -> list[str]:
    """The messages of a request, to the byte."""
    return [json.dumps(message) for message in without_marks(body.get("messages") or body["contents"])]


def test_pictures_are_sent_to_models_that_see_and_named_to_others(line: Line) -> None:
    shown = Execution(BLOCK, "ok", (Display({"image/png": PNG}),))
    looked = [Instruction("Look", (Image("image/png", PNG),)), FENCED, shown]
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server, sees_images=True), looked)
        line.deltas(line.connect(server, sees_images=False), looked)

    seen, named = line.asked(server, 0), line.asked(server, 1)
    assert [part for part in seen.parts if isinstance(part, Picture)] == [Picture(PNG), Picture(PNG)]
    assert not [part for part in named.parts if isinstance(part, Picture)]
    assert "image/png" in named.turns[0].text


def test_the_key_is_in_its_header_and_nowhere_else(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server))

    assert key_in(line.wire.name, server.headers[0]) == KEY
    elsewhere = [value for value in server.headers[0].values() if KEY in value]
    assert len(elsewhere) == 1
    assert KEY not in server.paths[0] + json.dumps(server.requests[0])


def test_one_request_a_reply_and_none_beside_it(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        model = line.connect(server)
        for _ in range(3):
            assert text_of(line.deltas(model)) == "ok"

    assert len(server.requests) == 3
    assert len(server.paths) == 3


class Picky(ScriptedServer):
    """A server that answers 400 to requests with a word that it does not know."""

    def __init__(self, wire: Wire, word: str, complaint: str) -> None:
        super().__init__(wire=wire)
        self.word, self.complaint = word, complaint

    def next_reply(self, body: Body, headers: dict[str, str]) -> Script:
        super().next_reply(body, headers)
        return Refuses(400, self.complaint) if self.word in json.dumps(body) else Says("Hello")


def test_a_model_that_takes_no_temperature_is_asked_again_without_and_only_once(line: Line) -> None:
    complaint = "Unsupported parameter: `temperature` is deprecated for this model."
    with Picky(line.wire, "temperature", complaint) as server:
        model = line.connect(server, temperature=0.5)

        assert text_of(line.deltas(model)) == "Hello"
        assert text_of(line.deltas(model)) == "Hello"
    assert len(server.requests) == 3


def test_a_server_that_refuses_to_stream_is_asked_again_without(line: Line) -> None:
    if line.wire.name not in ("openai", "ollama"):
        pytest.skip("their providers stream")
    with line.serve(OnlyPlain("Hello")) as server:
        model = line.connect(server)

        assert text_of(line.deltas(model)) == "Hello"
        assert text_of(line.deltas(model)) == "Hello"
    assert not line.wire.streams(server.paths[-1], server.requests[-1])
    assert len(server.requests) <= 4


QUIET = """
import sys
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError
from interpreter.core.messages import Instruction
from interpreter.llm.litellm_model import LiteLLMModel
from interpreter.llm.openai_model import OpenAIModel
for route in sys.argv[1:]:
    adapter, name, address = route.split("|")
    for _ in range(2):
        model = globals()[adapter](name, api_key="sk-secret-0123456789", api_base=address, cancel=CancelToken())
        try:
            said = [getattr(delta, "text", "") for delta in model.stream("", [Instruction("Say hello")])]
        except InterpreterError as error:
            said = ["failed"]
        print("SAID", "".join(said))
        model.close()
"""

NOISE = {
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "LITELLM_LOG": "",
    "DEBUG": "True",
    "OPENAI_API_KEY": "sk-other-9876543210",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "ANTHROPIC_API_BASE": "http://127.0.0.1:9",
    "OLLAMA_API_BASE": "http://127.0.0.1:9",
}


@pytest.mark.parametrize("log", ["", "DEBUG"])
def test_nothing_is_printed_and_proxies_and_variables_of_others_change_nothing(tmp_path: Path, log: str) -> None:
    (tmp_path / ".env").write_text("OPENAI_API_BASE=http://127.0.0.1:9/v1\nLITELLM_LOG=DEBUG\n")
    with ExitStack() as servers:
        routes, keys = [], []
        for route in ROUTES.values():
            server = servers.enter_context(ScriptedServer(Says("Hello"), Refuses(500, "It broke"), wire=route.wire))
            routes.append("|".join((route.adapter.__name__, route.model, server.url)))
            keys.append((route.wire.name, server))
        done = subprocess.run(
            [sys.executable, "-c", QUIET, *routes],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).parents[3]), **NOISE, "LITELLM_LOG": log},
            capture_output=True,
            text=True,
            timeout=240,
        )

    assert (done.stdout, done.stderr) == ("SAID Hello\nSAID failed\n" * len(ROUTES), "")
    assert {key_in(wire, server.headers[0]) for wire, server in keys} == {KEY}
