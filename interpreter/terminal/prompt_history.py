"""What was typed before, as the prompt goes back in it; a file that cannot be used is said once."""

import sys
from collections.abc import Iterable

from prompt_toolkit.history import History, InMemoryHistory

from interpreter.core.errors import StorageFailed
from interpreter.core.visible import visible
from interpreter.storage.history import HistoryFile


def history_of(file: HistoryFile | None) -> History:
    """The history in a file, or one that ends with the chat."""
    return InMemoryHistory() if file is None else KeptHistory(file)


class KeptHistory(History):
    """A history in a file; what is said twice in a row is kept once."""

    def __init__(self, file: HistoryFile) -> None:
        super().__init__()
        self._file: HistoryFile | None = file

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
        self._file = None
        print(visible(f"{error}\n{error.hint}"), file=sys.stderr)
