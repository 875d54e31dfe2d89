from dataclasses import dataclass, field

import pytest

from interpreter.core.errors import KernelFailed
from tests.fakes import FakeKernel, FakeKernels
from tests.terminal.commands.fronts import front_with, said


@dataclass
class Restarted(FakeKernel):
    restarts: list[str] = field(default_factory=list)

    def restart(self) -> None:
        self.restarts.append("restarted")


@dataclass
class Idle(FakeKernels):
    """Kernels of which none runs yet."""

    def started(self) -> tuple[str, ...]:
        return ()


class Broken(FakeKernel):
    def restart(self) -> None:
        raise KernelFailed("The kernel could not be started: \x1b]0;title\x07.", "Look at its log.")


@pytest.mark.parametrize("typed", ["%restart", "%restart py", "/restart Python"])
def test_restart_restarts_and_says_what_is_lost(tmp_path, capsys, typed):
    kernel = Restarted()
    shown = said(capsys, front_with(tmp_path, kernels=FakeKernels(kernel)), typed)
    assert shown == "python has been restarted: its variables, imports and definitions are lost.\n"
    assert kernel.restarts == ["restarted"]


def test_what_does_not_run_loses_nothing(tmp_path, capsys):
    kernel = Restarted()
    assert "nothing is lost" in said(capsys, front_with(tmp_path, kernels=Idle(kernel)), "%restart")
    assert kernel.restarts == []


@pytest.mark.parametrize("words", ["cobol", "python bash", "\x1b[2J"])
def test_a_language_that_nobody_knows_is_said(tmp_path, capsys, words):
    shown = said(capsys, front_with(tmp_path), f"%restart {words}")
    assert "There is no kernel for" in shown and "%kernels lists" in shown and "\x1b" not in shown


def test_a_kernel_that_is_not_here_is_said(tmp_path, capsys):
    assert "There is no kernel for bash here." in said(capsys, front_with(tmp_path), "%restart bash")


def test_a_restart_that_fails_is_said_in_two_lines(tmp_path, capsys):
    shown = said(capsys, front_with(tmp_path, kernels=FakeKernels(Broken())), "%restart")
    assert shown.startswith("Error: The kernel could not be started") and len(shown.splitlines()) == 2
    assert "\x1b" not in shown


def test_kernels_are_listed_with_what_runs(tmp_path, capsys):
    assert "python  running\n" in said(capsys, front_with(tmp_path), "%kernels")
    assert "python  starts when needed\n" in said(capsys, front_with(tmp_path, kernels=Idle()), "%kernels")
