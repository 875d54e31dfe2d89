"""What the user must act on: one tree of errors, each with a hint and an exit code."""

from collections.abc import Callable


class InterpreterError(Exception):
    """Something the user must act on: `str(error)` says what happened, `hint` what to do."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def reworded(self, change: Callable[[str], str]) -> "InterpreterError":
        """The same error after `change` went over its words."""
        self.args = (change(str(self)),)
        self.hint = change(self.hint)
        return self


class WrongUsage(InterpreterError):
    """A flag, a setting, a key or a name that cannot work."""

    exit_code = 2


class NoModel(WrongUsage):
    """No model was named and none was found."""


class UnknownModel(WrongUsage):
    """The provider, or this machine, has no model of that name."""


class KeyRejected(WrongUsage):
    """The key is missing, wrong, or not allowed to use the model."""


class WeightsDamaged(WrongUsage):
    """A model file is not what it should be."""


class ModelFailed(InterpreterError):
    """The model did not answer."""


class ModelUnreachable(ModelFailed):
    """Nobody answers at the model's address."""


class ModelFaltered(ModelFailed):
    """What may pass by itself: the provider's own error, or a connection that was cut.

    `wait` is in seconds where the provider said how long.
    """

    def __init__(self, message: str, hint: str = "", wait: float | None = None) -> None:
        super().__init__(message, hint)
        self.wait = wait


class ModelBusy(ModelFaltered):
    """The provider asks to wait."""


class ContextTooLong(ModelFailed):
    """The conversation does not fit into the model's context: `window` tokens, where the provider said how many."""

    def __init__(self, message: str, hint: str = "", window: int | None = None) -> None:
        super().__init__(message, hint)
        self.window = window


class BudgetReached(InterpreterError):
    """The next request could cost more than the user allowed."""


class KernelFailed(InterpreterError):
    """A kernel could not be started."""


class KernelMissing(KernelFailed):
    """There is no kernel for a language."""

    def __init__(self, language: str, hint: str = "", place: str = "") -> None:
        super().__init__(f"There is no kernel for {language} {f'on {place}' if place else 'here'}.", hint)
        self.language = language


class KernelBusy(InterpreterError):
    """A kernel runs one block at a time, and one runs."""

    def __init__(self) -> None:
        super().__init__(
            "A block runs in this kernel already.", "Wait until it is over, or use an OpenInterpreter for each thread."
        )


class NotAsApproved(InterpreterError):
    """A block is not the one that was approved, so it was not run."""

    def __init__(self) -> None:
        super().__init__(
            "The block is not the one that was approved, so it was not run.",
            "Ask again; if it happens again, something changes code on its way, and that is to be found first.",
        )


class ApprovalRequired(InterpreterError):
    """Code was proposed and nobody could approve it."""

    exit_code = 3


class StorageFailed(InterpreterError):
    """A folder or file of ours cannot be read or written."""
