"""What is told besides to whoever asks for it: where an error of ours came from, how long a turn took."""

import sys
import traceback
from collections.abc import Callable

from interpreter.core.errors import InterpreterError
from interpreter.core.events import ErrorRaised, Event, TurnEnded
from interpreter.core.visible import visible
from interpreter.terminal.tally import Tally


def tell_more(event: Event, tally: Tally, redact: Callable[[str], str]) -> None:
    """Say on stderr what an event leaves out."""
    match event:
        case ErrorRaised(error):
            said = traceback_of(error)
        case TurnEnded():
            said = timing(tally)
        case _:
            return
    print(visible(redact(said)), file=sys.stderr, flush=True)


def traceback_of(error: InterpreterError) -> str:
    """Where an error came from, with those behind it."""
    return "".join(traceback.format_exception(error)).rstrip()


def timing(tally: Tally) -> str:
    """How long the last turn took."""
    steps = "1 step" if tally.turn_steps == 1 else f"{tally.turn_steps} steps"
    return f"{steps} in {tally.turn_seconds:.1f} s"
