"""Which languages a Jupyter Server has kernels for."""

import threading
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelFailed, KernelMissing
from interpreter.kernels.languages import language_of
from interpreter.kernels.server_address import ServerAddress

if TYPE_CHECKING:
    from interpreter.kernels.server import Server

LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Found:
    """The name of the kernel for each language, and the language that each name of a kernel or a language means."""

    kernels: dict[str, str]
    meanings: dict[str, str]


NOTHING_YET = Found({"python": ""}, {})
"""What stands for an answer that nobody waits for any more."""


class RemoteCatalogue:
    """Asked for over the network when it is first needed, in a thread of its own, and then remembered.

    Signals end up in the main thread: one that is busy there with connecting and importing would be lost in it. Raises
    what the server's address, its token or its silence come to.
    """

    def __init__(self, address: ServerAddress, cancel: CancelToken) -> None:
        self._address = address
        self._cancel = cancel
        self._lock = threading.Lock()
        self._asked: Future[Found] | None = None

    @cached_property
    def server(self) -> "Server":
        """The server itself; what speaks to it is imported only now."""
        from interpreter.kernels.server import Server

        return Server(self._address)

    def kernel_name(self, language: str) -> str:
        """The kernel for a language; raises KernelMissing."""
        found = self._ask().result()
        if language not in found.kernels:
            # It may have been installed meanwhile.
            found = self._ask(again=True).result()
        if name := found.kernels.get(language):
            return name
        place = self._address.place
        raise KernelMissing(
            language, f"Install one on {place}.\nLanguages that run there: {', '.join(self.languages())}.", place
        )

    def language_of(self, tag: str) -> str | None:
        """The canonical name of a language, by a tag of the table or by the name of a kernel there."""
        return language_of(tag) or self._found().meanings.get(tag.strip().lower())

    def languages(self) -> tuple[str, ...]:
        """Canonical names of the languages that run there; Python first."""
        return tuple(sorted(self._found().kernels, key=lambda language: (language != "python", language)))

    def _found(self) -> Found:
        """What is there, waited for until the cancel token is set."""
        asked = self._ask()
        while not asked.done():
            if self._cancel.is_set:
                return NOTHING_YET
            wait([asked], LOOK_SECONDS)
        return asked.result()

    def _ask(self, *, again: bool = False) -> "Future[Found]":
        with self._lock:
            asked = self._asked
            if asked is None or (asked.done() and (again or asked.exception())):
                asked = self._asked = Future()
                threading.Thread(target=self._answer, args=(asked,), name="kernelspecs", daemon=True).start()
            return asked

    def _answer(self, asked: "Future[Found]") -> None:
        try:
            found = found_in(self.server.kernelspecs())
            if not found.kernels:
                raise KernelFailed(
                    f"There are no kernels on {self._address.place}.", "Run there: pip install ipykernel"
                )
            asked.set_result(found)
        except BaseException as error:
            asked.set_exception(error)


def found_in(specs: dict[str, Any]) -> Found:
    """Of several kernels for a language, the server's default counts, else the first by name."""
    found = Found({}, {})
    named = specs["kernelspecs"]
    for name in sorted(named, key=lambda name: (name != specs.get("default"), name)):
        try:
            said = str(named[name]["spec"]["language"]).strip().lower()
        except (KeyError, TypeError):
            # Not ours to mend, and no reason to do without the others.
            continue
        if language := language_of(said) or said:
            found.kernels.setdefault(language, name)
            for meaning in (language, name.lower()):
                found.meanings.setdefault(meaning, language)
    return found
