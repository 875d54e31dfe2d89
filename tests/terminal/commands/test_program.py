import re
import signal

import pytest

from interpreter import __version__
from interpreter.assembly import AUTO_RUN_TIMEOUT
from interpreter.core.errors import ModelFailed
from interpreter.settings import Settings
from interpreter.terminal.commands import Leaving, carry_out
from tests.terminal.commands.fronts import SECRET, FakeTty, front_with, said

BLOCK = "```python\nprint(1)\n```"


def test_auto_says_what_it_means_asks_once_and_asks_no_more(tmp_path, capsys):
    tty = FakeTty("y")
    front = front_with(tmp_path, BLOCK, "Done.", tty=tty)
    assert "without asking" in said(capsys, front, "%auto on")
    assert tty.shown[0].startswith("Auto-run: code runs as you, on this machine, without asking")
    said(capsys, front, "go")
    assert front.assembled.guard._approver.asked == []
    assert front.assembled.agent.timeout == AUTO_RUN_TIMEOUT


@pytest.mark.parametrize("key", ["n", "", "x", "\r", "\x04"])
def test_any_other_key_than_y_changes_nothing(tmp_path, capsys, key):
    front = front_with(tmp_path, BLOCK, "Done.", tty=FakeTty(key))
    assert "you are asked" in said(capsys, front, "%auto on")
    said(capsys, front, "go")
    assert len(front.assembled.guard._approver.asked) == 1
    assert front.assembled.agent.timeout is None


def test_auto_off_asks_again(tmp_path, capsys):
    front = front_with(tmp_path, BLOCK, "Done.", settings=Settings(model="a", api_base="http://x", auto_run=True))
    assert "You are asked" in said(capsys, front, "%auto off")
    said(capsys, front, "go")
    assert len(front.assembled.guard._approver.asked) == 1
    assert "off already" in said(capsys, front, "%auto off")


def test_auto_alone_says_how_it_is(tmp_path, capsys):
    assert "Code runs when you say yes." in said(capsys, front_with(tmp_path), "%auto")


def test_where_nobody_can_be_asked_auto_stays_off(tmp_path, capsys):
    front = front_with(tmp_path)
    assert "no terminal to ask you at" in said(capsys, front, "%auto on")
    assert front.assembled.asks


@pytest.mark.parametrize("command", ["%auto maybe", "%auto on off", "%verbose 1"])
def test_switches_take_on_or_off(tmp_path, capsys, command):
    shown = said(capsys, front_with(tmp_path), command)
    assert "takes on or off" in shown and len(shown.splitlines()) == 2


def test_info_tells_what_there_is_and_no_secret(tmp_path, capsys):
    settings = Settings(
        model="m", api_base=f"http://me:{SECRET}@x/v1", api_key=SECRET, max_steps=3, instructions="Be\nbrief. " * 30
    )
    front = front_with(tmp_path, "Fine.", settings=settings)
    shown = said(capsys, front, "hello", "%info")
    facts = dict(line.split("  ", 1) for line in shown.splitlines())
    assert facts["version"].strip() == __version__
    assert facts["model"].strip() == "m (named)"
    assert facts["session"].strip().endswith("s, turns: 1, steps: 1")
    assert facts["--max-steps"].strip() == "3"
    assert "trusted: not asked" in facts["folder"] and "--private" not in facts
    assert len(facts["--instructions"].strip()) <= 60
    assert SECRET not in shown and "--api-key" not in shown


def test_verbose_shows_tracebacks_and_what_a_turn_took(tmp_path, capsys):
    front = front_with(tmp_path, "Fine.", ModelFailed(f"No luck with {SECRET} \x1b[2J", "Try."), "Fine.")
    assert said(capsys, front, "%verbose on") == "%verbose is on.\n"
    front.carry_out("one")
    assert re.fullmatch(r"\d+\.\d s · 10 in, 1 out · context 11 tokens\n", capsys.readouterr().err)
    front.carry_out("two")
    err = capsys.readouterr().err
    assert "Traceback" in err and "ModelFailed" in err and SECRET not in err and "\x1b" not in err
    assert said(capsys, front, "%verbose off", "%verbose") == "%verbose is off.\n"
    front.carry_out("three")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("typed", ["%quit", "/quit", "%exit", "/EXIT"])
def test_quit_leaves(tmp_path, typed):
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(Leaving):
        carry_out(typed, front_with(tmp_path))
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("command", ["%quit now", "%reset it", "%info me", "%tokens all", "%retry 2", "%help me"])
def test_words_behind_a_command_that_takes_none_are_not_passed_over(tmp_path, capsys, command):
    assert "takes no words" in said(capsys, front_with(tmp_path, "One."), "first", command)
