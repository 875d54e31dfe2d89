"""What is told, besides output, about how a run ended."""

LOST = "all variables, imports and definitions are lost"
RESTARTED = "the user restarted it"
NOT_RUN = "The code was not run: it was stopped before its kernel was ready."
KILLED_AT_ONCE = "The kernel was killed to stop the code."
ASKED_EXIT = "The code told its kernel to exit."
NOTICED_BY_SERVER = "its server has started it again"
ENDED_BY_SERVER = "its server ended it"
GONE_FROM_SERVER = "its server no longer has it: the server was started again, or ended it"
SERVER_AWAY = "its server could not be reached any more"
BROKE = "The connection to the server broke and was made again; some output may be missing."
LOST_REPLY = (
    "the connection to the server broke, and how the code ended did not arrive: it may have run, in part or not. "
    "Variables are kept: look at them before you run it again."
)

NO_INPUT = "The code asked for input, and there is nobody to answer."


def died(how: str) -> str:
    """The code ended its kernel."""
    return f"The kernel died ({how})."


def died_before(how: str) -> str:
    """The kernel ended while nothing ran."""
    return f"The kernel had ended before this block ({how}), which ran in a new one: {LOST}."


def dropped_by_server(limit: str) -> str:
    """The server protects itself from floods, at a rate that whoever runs it can set."""
    return f"The server left out output that came too fast; its limit is {limit}."


def too_long(what: Exception) -> str:
    """A message that would have taken too much memory."""
    return f"The code sent {what}, which was left out; print less at a time."


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
