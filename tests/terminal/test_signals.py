"""Ctrl-C around a turn: what is pressed between the line and the turn is meant for the turn."""

import os
import signal

from interpreter.terminal.signals import forget_ctrl_c, notes_ctrl_c, stops_turn


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def test_each_press_while_a_turn_runs_stops_it_and_from_the_second_on_it_kills():
    kills: list[bool] = []
    with notes_ctrl_c(), stops_turn(kills.append):
        for _ in range(3):
            press()
    assert kills == [False, True, True]


def test_a_press_between_the_line_and_its_turn_stops_that_turn_and_no_other():
    kills: list[bool] = []
    with notes_ctrl_c():
        press()
        with stops_turn(kills.append):
            assert kills == [False]
            press()
        with stops_turn(kills.append):
            pass
    assert kills == [False, True]


def test_a_press_before_the_line_was_read_stops_nothing():
    kills: list[bool] = []
    with notes_ctrl_c():
        press()
        forget_ctrl_c()
        with stops_turn(kills.append):
            pass
    assert kills == []
