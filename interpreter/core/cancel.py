"""The token by which a turn is stopped."""


class CancelToken:
    """Set from any thread or signal handler, looked at by model and kernel adapters at least every 0.2 s.

    Plain attributes instead of a `threading.Event`: its lock could be held by the very thread that a signal handler
    interrupts.
    """

    def __init__(self) -> None:
        self._is_set = False
        self._kills = False

    @property
    def is_set(self) -> bool:
        """The turn should stop as soon as it can."""
        return self._is_set

    @property
    def kills(self) -> bool:
        """Do not wait for the code to stop: kill its kernel."""
        return self._kills

    def cancel(self, *, kill: bool = False) -> None:
        """Ask the turn to stop; with `kill`, at the price of the kernel's variables."""
        self._kills = self._kills or kill
        self._is_set = True

    def clear(self) -> None:
        """Start afresh: called when a turn begins."""
        self._is_set = self._kills = False
