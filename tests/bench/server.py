"""A model's server without delay, in a process of its own so that it shares no interpreter lock with what it measures.

The model's name is the script: `steps-60-2048` proposes 60 blocks that print 2,048 characters each and then answers,
`prose-20000-4` answers at once with so many characters in pieces of four, `flood-50` has one block print 50 MB.
`long-1000-400` proposes blocks like `steps`, but counts them itself: what it is sent does not tell how many there were.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from interpreter.asking.notes import ASK
from tests.scripted_replies import Says
from tests.scripted_server import ScriptedServer, _Conversation
from tests.wires import ANTHROPIC, OPENAI, Wire

DONE = "It is done."

PROSE = (
    "The **total** is the sum of `all` the parts, each [counted](https://example.org) *once* and none of them twice. "
    * 8
    + "\n\n"
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """When a request began to arrive, when the last of its reply was sent (seconds of this machine's clock), and the
    bytes of what it told the model."""

    arrived: float
    answered: float
    told: int = 0


def reply_to(body: dict[str, Any], count: int) -> Says:
    """What the script in the model's name says at this point; `count` are the blocks that it gave before."""
    kind, *sizes = body["model"].split("-")
    step = count if kind == "long" else sum(message["role"] == "assistant" for message in body["messages"])
    if kind == "long" and ASK in body["messages"][-1]["content"]:
        return Says("The files were read one after the other; each had a number in it, and all were different.")
    if kind == "prose":
        length, piece = map(int, sizes)
        return Says((PROSE * (length // len(PROSE) + 1))[:length], chunk=piece)
    blocks = 1 if kind == "flood" else int(sizes[0])
    if step >= blocks:
        return Says(DONE)
    code = _flood(int(sizes[0])) if kind == "flood" else _line(step, int(sizes[1]))
    return Says(f"Step {step}:\n\n```python\n{code}\n```\n")


def _line(step: int, characters: int) -> str:
    return f"print(f'{{{step}:0{characters - 1}d}}')"


def _flood(megabytes: int) -> str:
    return f"for n in range({megabytes} * 12_500):\n    print(f'{{n:079d}}')"


class TimedServer(ScriptedServer):
    """Notes when requests come and replies end; keeps no bodies."""

    def __init__(self) -> None:
        super().__init__()
        self.exchanges: list[Exchange] = []
        self.blocks = 0
        self._server.RequestHandlerClass = _TimedConversation

    def taken(self) -> list[Exchange]:
        """The exchanges since the last call."""
        taken, self.exchanges = self.exchanges, []
        return taken


class _TimedConversation(_Conversation):
    @property
    def _wire(self) -> Wire:
        return ANTHROPIC if self.path.startswith("/v1/messages") else OPENAI

    def do_GET(self) -> None:
        self._send(200, {"times": [[each.arrived, each.answered, each.told] for each in self._timed.taken()]})

    def do_POST(self) -> None:
        arrived = time.monotonic()
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        reply = reply_to(body, self._timed.blocks)
        if "```" in reply.text:
            self._timed.blocks += 1
        elif reply.text == DONE:
            self._timed.blocks = 0
        told = sum(len(message["content"]) for message in body["messages"])
        # The answer's end is noted before its last bytes leave: the other side may act on them at once.
        self._timed.exchanges.append(Exchange(arrived, time.monotonic(), told))
        self._perform(reply, body)

    @property
    def _timed(self) -> TimedServer:
        server = self.server.scripted
        assert isinstance(server, TimedServer)
        return server


@dataclass(frozen=True, slots=True)
class Served:
    """The server as its user sees it."""

    url: str

    def exchanges(self) -> list[Exchange]:
        """What has happened since this was last asked."""
        with urlopen(f"{self.url}/times") as response:
            return [Exchange(*each) for each in json.load(response)["times"]]


@contextmanager
def served() -> Iterator[Served]:
    """A server in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdin and process.stdout
    try:
        yield Served(process.stdout.readline().strip())
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    with TimedServer() as server:
        print(server.url, flush=True)
        sys.stdin.read()
