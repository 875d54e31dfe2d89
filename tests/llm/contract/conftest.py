"""Every adapter, by every route, against a server that speaks its provider's wire format."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.ports import Delta, Idle
from interpreter.llm.litellm_model import LiteLLMModel
from interpreter.llm.openai_model import OpenAIModel
from tests.llm.contract.asking import ASKED, KEY
from tests.scripted_server import Script, ScriptedServer
from tests.wires import ANTHROPIC, GEMINI, OLLAMA, OPENAI, Wire
from tests.wires.asked import Asked, asked

Adapter: TypeAlias = OpenAIModel | LiteLLMModel


@dataclass(frozen=True)
class Route:
    """A way from us to a model: the adapter, the model's name, and the wire format at the other end."""

    adapter: type[Adapter]
    model: str
    wire: Wire


ROUTES = {
    "openai": Route(OpenAIModel, "openai/xyz", OPENAI),
    "litellm-openai": Route(LiteLLMModel, "openai/xyz", OPENAI),
    "litellm-anthropic": Route(LiteLLMModel, "anthropic/claude-sonnet-4-5", ANTHROPIC),
    "litellm-gemini": Route(LiteLLMModel, "gemini/gemini-2.5-flash", GEMINI),
    "litellm-ollama": Route(LiteLLMModel, "ollama/xyz", OLLAMA),
}


@dataclass
class Line:
    """One route, with everything that was opened on it."""

    name: str
    route: Route
    cancel: CancelToken
    opened: list[Adapter] = field(default_factory=list)

    @property
    def wire(self) -> Wire:
        return self.route.wire

    def serve(self, *script: Script) -> ScriptedServer:
        """A server at the other end."""
        return ScriptedServer(*script, wire=self.wire)

    def connect(self, server: ScriptedServer | str, **options: Any) -> Adapter:
        """The adapter, connected to it."""
        address = server if isinstance(server, str) else server.url
        defaults = {"api_key": KEY, "api_base": address, "cancel": self.cancel, "environ": {}}
        self.opened.append(self.route.adapter(self.route.model, **{**defaults, **options}))
        return self.opened[-1]

    def answered(self, *script: Script, **options: Any) -> list[Delta]:
        """What the adapter makes of the first reply of a script."""
        with self.serve(*script) as server:
            return self.deltas(self.connect(server, **options))

    def deltas(self, model: Adapter, messages: Any = ASKED) -> list[Delta]:
        """A whole reply, without the silence in between."""
        return [delta for delta in model.stream("Be kind.", messages) if not isinstance(delta, Idle)]

    def asked(self, server: ScriptedServer, request: int = -1) -> Asked:
        """What the server was asked."""
        return asked(self.wire.name, server.requests[request])


@pytest.fixture
def cancel() -> CancelToken:
    return CancelToken()


@pytest.fixture(scope="session")
def warm() -> None:
    LiteLLMModel("openai/xyz", cancel=CancelToken()).warm()


@pytest.fixture(params=ROUTES)
def line(request: pytest.FixtureRequest, cancel: CancelToken) -> Iterator[Line]:
    if request.param != "openai":
        request.getfixturevalue("warm")
    line = Line(request.param, ROUTES[request.param], cancel)
    yield line
    for model in line.opened:
        model.close()
    assert_no_thread_is_left()


def assert_no_thread_is_left() -> None:
    deadline = time.monotonic() + 10
    while names := [thread.name for thread in threading.enumerate() if thread.name == "model-stream"]:
        assert time.monotonic() < deadline, names
        time.sleep(0.01)
