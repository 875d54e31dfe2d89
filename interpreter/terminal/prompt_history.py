"""What was typed before, as the prompt goes back in it; a file that cannot be used is done without."""

from collections.abc import Iterable

from prompt_toolkit.history import History

from interpreter.core.errors import StorageFailed
from interpreter.storage.history import HistoryFile


class KeptHistory(History):
    """A history that is kept in a file, or ends with the chat where there is none.

    What is said twice in a row is kept once. `problem` is why the file is not used any more: to be said when the prompt
    is not drawn, and taken away then.
    """

    def __init__(self, file: HistoryFile | None) -> None:
        super().__init__()
        self._file = file
        self.problem: StorageFailed | None = None
        # Read before the prompt is drawn, so that what there is to say does not disturb it.
        self._loaded_strings, self._loaded = list(self.load_history_strings()), True

    def load_history_strings(self) -> Iterable[str]:
        try:
            return self._file.entries() if self._file else []
        except StorageFailed as error:
            self._do_without(error)
            return []

    def append_string(self, string: str) -> None:
        if self.get_strings()[-1:] != [string]:
            super().append_string(string)

    def store_string(self, string: str) -> None:
        try:
            if self._file:
                self._file.append(string)
        except StorageFailed as error:
            self._do_without(error)

    def _do_without(self, error: StorageFailed) -> None:
        self._file, self.problem = None, error
