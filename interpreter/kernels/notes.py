"""What is told, besides output, about how a run ended."""

LOST = "all variables, imports and definitions are lost"
NOT_RUN = "The code was not run: it was stopped before its kernel was ready."
KILLED_AT_ONCE = "The kernel was killed to stop the code."
ASKED_EXIT = "The code told its kernel to exit."

NO_INPUT = "The code asked for input, and there is nobody to answer."


def died(how: str) -> str:
    """The code ended its kernel."""
    return f"The kernel died ({how})."


def killed(seconds: float | None) -> str:
    """The code could not be stopped otherwise; `seconds` where a time limit was the reason."""
    limit = "" if seconds is None else f" at the time limit of {seconds:g} seconds"
    return f"The code did not stop{limit} when it was interrupted, so its kernel was killed."


def timed_out(seconds: float) -> str:
    """The code stopped when it was interrupted at its limit."""
    return f"The code was stopped at the time limit of {seconds:g} seconds; variables are kept."


def restarted(error: Exception | None, is_ready: bool) -> str:
    """Whether there is a new kernel."""
    if error is not None:
        return f"It could not be started again: {error}"
    return f"A new one {'was started' if is_ready else 'is being started'}: {LOST}."


def joined(*notes: str) -> str:
    """The notes that say something, in one line each."""
    return "\n".join(note for note in notes if note)
