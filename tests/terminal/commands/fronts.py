"""A chat without a terminal around it: real parts, with fakes for model, kernels and whoever is asked."""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from interpreter.assembly import Assembled
from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.policy import Guarded, allow_all, ask_before_running
from interpreter.core.redact import Redactor
from interpreter.kernels.environments import own_python
from interpreter.model_in_use import ModelInUse
from interpreter.models import Surroundings
from interpreter.record_in_use import Circumstances, RecordInUse
from interpreter.session_in_use import SessionInUse
from interpreter.settings import Settings
from interpreter.storage.paths import Paths
from interpreter.storage.trust import Trust
from interpreter.terminal.commands import carry_out
from interpreter.terminal.front import Front
from interpreter.terminal.plain_screen import PlainScreen
from tests.fakes import FakeApprover, FakeKernels, FakeModel

SECRET = "sk-very-secret-key"


@dataclass
class FakeTty:
    """A terminal at which one key is pressed."""

    pressed: str = "y"
    shown: list[str] = field(default_factory=list)

    def key(self, prompt: str, stop: object) -> str:
        self.shown.append(prompt)
        return self.pressed

    def write(self, text: str) -> None:
        self.shown.append(text)

    def fileno(self) -> int:
        return -1


@dataclass
class Cards:
    """Stands for the kernels where only their state card is asked for."""

    told: list[bool] = field(default_factory=list)

    def tell_changes(self, on: bool) -> None:
        self.told.append(on)


def front_with(
    folder: Path,
    *replies: Any,
    settings: Settings | None = None,
    kernels: FakeKernels | None = None,
    environ: dict[str, str] | None = None,
    tty: FakeTty | None = None,
    keeps: bool = False,
) -> Front:
    """A front whose model gives these replies; made after `capsys`, since it writes to what stdout is then."""
    settings = settings or Settings(model="test", api_base="http://127.0.0.1:9/v1")
    paths, token = Paths(folder / "config", folder / "data"), CancelToken()
    guard = Guarded(allow_all if settings.auto_run else ask_before_running, FakeApprover())
    kernels = kernels or FakeKernels()
    model = ModelInUse(settings, Surroundings(environ or {}, paths, token, lambda done, total: None), None)
    redact = Redactor([SECRET])
    agent = Agent(FakeModel(list(replies)), kernels, guard, cancel=token, system=lambda: "s" * 400, redact=redact)
    assembled = Assembled(
        agent,
        model,
        cast(Any, Cards()),
        guard,
        settings,
        paths,
        folder,
        Trust(folder / "trust.json"),
        own_python(),
        model.warm,
        redact,
        SessionInUse(agent, model, paths, folder, redact, keeps=keeps),
        RecordInUse(None, Circumstances(str(folder), None, "terminal", str), redact),
    )
    return Front(assembled, PlainScreen(sys.stdout, sys.stderr), tty=cast(Any, tty))


def said(capsys: Any, front: Front, *commands: str) -> str:
    """What the last of these commands shows; what looks like none is an instruction."""
    for command in commands:
        capsys.readouterr()
        if command[0] in "%/":
            carry_out(command, front)
        else:
            front.carry_out(command)
    out: str = capsys.readouterr().out
    return out
