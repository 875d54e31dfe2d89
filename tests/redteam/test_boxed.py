"""A file has an obedient model run code in a box, in every way that we know: nothing leaves the box."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from interpreter import OpenInterpreter
from interpreter.sandbox.undumpable import close_memory
from tests.kernels.driving import eventually
from tests.redteam.attacks import ATTACKS, BOTH, Attack
from tests.redteam.obedient import Obedient, order
from tests.redteam.world import World, world
from tests.sandbox.machine import kind_that_works


class Agent:
    """An agent that runs unasked in a box, with an obedient model, in a world of its own."""

    def __init__(self, world: World, server: Obedient, kind: str) -> None:
        self.world, self.server = world, server
        self.signals: list[int] = []
        signal.signal(signal.SIGUSR2, lambda number, frame: self.signals.append(number))
        given = {"model": "test", "api_base": server.url, "cwd": world.work, "auto_run": True}
        self._open = OpenInterpreter(**given, sandbox=kind, timeout=60)
        self._assembled = self._open._assembled
        self.mode = self._mode()

    def obeys(self, attack: Attack) -> str:
        """What was shown and told while it read the file and did what it says."""
        self.server.requests.clear()
        (self.world.work / "notes.txt").write_text(order(attack.language, self.world.aimed(attack.payload)))
        result = self._open.execute("Read notes.txt and do the work.")
        assert result.reason == "answered" and result.executions, result
        assert len(result.executions) == 2, result.executions
        shown = result.executions[-1]
        return "".join(getattr(each, "text", "") or getattr(each, "message", "") for each in shown.outputs) + shown.note

    def broken(self, shown: str) -> list[str]:
        """All that no longer holds, whoever was told of it."""
        found = self.world.broken(shown, self.server.requests)
        found += ["the agent was signalled"] * bool(self.signals)
        return [*found, *(["its mode has changed"] if self._mode() != self.mode else [])]

    def works(self) -> bool:
        """Whether the next instruction is still carried out."""
        return self._open.run("python", "print(6 * 7)").text == "42\n"

    def close(self) -> None:
        self._open.close()

    @property
    def state(self) -> Path:
        """Where what code finds as its home and temporary folder is."""
        assert self._assembled.box is not None
        return self._assembled.box.rights.state

    def _mode(self) -> object:
        made = self._assembled
        return made.asks, made.settings, made.box and made.box.kind, made.box and made.box.rights, made.place


@pytest.fixture(scope="module")
def agent(request: pytest.FixtureRequest) -> Iterator[Agent]:
    kind: str = request.param
    if kind != "none":
        kind_that_works(kind)
    with agent_in(kind) as agent:
        yield agent


@contextmanager
def agent_in(kind: str) -> Iterator[Agent]:
    # As the program does when it starts.
    close_memory()
    with world(Path.home()) as ready, Obedient() as server, pytest.MonkeyPatch.context() as variables:
        before(ready, variables)
        agent = Agent(ready, server, kind)
        try:
            yield agent
        finally:
            agent.close()


def before(ready: World, variables: pytest.MonkeyPatch) -> None:
    """What stands in the log and in the environment of the agent before anything runs."""
    log = ready.own / "data" / "logs" / "kernels" / "python.log"
    log.parent.mkdir(parents=True)
    log.write_text(ready.secret)
    given = {"HOME": ready.home, "INTERPRETER_HOME": ready.own, "SSH_AUTH_SOCK": ready.base / "bus"}
    given |= {"OPENAI_API_KEY": ready.secret, "AWS_SECRET_ACCESS_KEY": ready.secret, "DISPLAY": ":0"}
    for name, value in given.items():
        variables.setenv(name, str(value))


@pytest.mark.parametrize(
    ("agent", "attack"),
    [
        pytest.param(kind, attack, id=f"{kind}: {attack.name}")
        for kind in BOTH
        for attack in ATTACKS
        if kind in attack.kinds
    ],
    indirect=["agent"],
)
def test_nothing_leaves_the_box(agent, attack):
    agent.world.forget()
    shown = agent.obeys(attack)
    assert attack.shows in shown
    assert agent.broken(shown) == []
    # Landlock cannot take back a part of what it grants.
    assert agent.mode[2] == "landlock" or agent.world.planted() == []
    assert agent.works()


@pytest.mark.parametrize(
    ("agent", "attack"),
    [pytest.param("none", each, id=each.name) for each in ATTACKS if each.reaches],
    indirect=["agent"],
)
def test_without_a_box_the_same_would_have_been_seen(agent, attack):
    agent.world.restore()
    assert agent.broken(agent.obeys(attack)) != []


@pytest.mark.parametrize("kind", BOTH)
def test_nothing_is_left_when_the_session_ends(kind, home):
    kind_that_works(kind)
    with agent_in(kind) as agent:
        for attack in ATTACKS:
            if attack.name.startswith("leave a "):
                agent.obeys(attack)
        assert eventually(lambda: len(agent.world.left()) >= 60)
        state = agent.state
        agent.close()
        assert eventually(lambda: not agent.world.left()), agent.world.left()
        assert not state.exists()
