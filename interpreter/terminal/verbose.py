"""What is told besides to whoever asks for it: where an error of ours came from."""

import sys
import traceback
from collections.abc import Callable

from interpreter.core.errors import InterpreterError
from interpreter.core.events import ErrorRaised, Event
from interpreter.core.visible import visible


def tell_more(event: Event, redact: Callable[[str], str]) -> None:
    """Say on stderr what an event leaves out."""
    if isinstance(event, ErrorRaised):
        print(visible(redact(traceback_of(event.error))), file=sys.stderr, flush=True)


def traceback_of(error: InterpreterError) -> str:
    """Where an error came from, with those behind it."""
    return "".join(traceback.format_exception(error)).rstrip()
