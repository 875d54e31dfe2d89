"""Which languages a Jupyter Server has kernels for."""

import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from interpreter.core.errors import KernelFailed, KernelMissing
from interpreter.kernels.languages import language_of
from interpreter.kernels.server_address import ServerAddress

if TYPE_CHECKING:
    from interpreter.kernels.server import Server


@dataclass(frozen=True, slots=True)
class Found:
    """The name of the kernel for each language, and the language that each name of a kernel or a language means."""

    kernels: dict[str, str]
    meanings: dict[str, str]


class RemoteCatalogue:
    """Asked for over the network when it is first needed, from whatever thread that is, and then remembered.

    Raises what the server's address, its token or its silence come to.
    """

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._lock = threading.Lock()
        self._known: Found | None = None

    @cached_property
    def server(self) -> "Server":
        """The server itself; what speaks to it is imported only now."""
        from interpreter.kernels.server import Server

        return Server(self._address)

    def kernel_name(self, language: str) -> str:
        """The kernel for a language; raises KernelMissing."""
        if language not in self.found().kernels:
            # It may have been installed meanwhile.
            self._known = None
        if name := self.found().kernels.get(language):
            return name
        has = ", ".join(self.languages())
        raise KernelMissing(
            language, f"Install one on {self._address.place}.\nLanguages that run there: {has}.", self._address.place
        )

    def language_of(self, tag: str) -> str | None:
        """The canonical name of a language, by a tag of the table or by the name of a kernel there."""
        return language_of(tag) or self.found().meanings.get(tag.strip().lower())

    def languages(self) -> tuple[str, ...]:
        """Canonical names of the languages that run there; Python first."""
        return tuple(sorted(self.found().kernels, key=lambda language: (language != "python", language)))

    def found(self) -> Found:
        """What is there; raises KernelFailed where that is nothing."""
        with self._lock:
            if self._known is None:
                self._known = found_in(self.server.kernelspecs())
            if not self._known.kernels:
                self._known = None
                raise KernelFailed(
                    f"There are no kernels on {self._address.place}.", "Run there: pip install ipykernel"
                )
            return self._known


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
