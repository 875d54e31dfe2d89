"""The kernel application without what only Python needs."""

# ipykernel's functions carry no types.
# mypy: allow-untyped-calls

from __future__ import annotations

from types import SimpleNamespace

from .application import Patient


class ShellApplication(Patient):
    """Prints of the kernel itself stay in its log."""

    def init_io(self) -> None:
        """Nothing of Python's is shown; ipykernel only wants a place to put its counter."""
        self.displayhook = SimpleNamespace()

    def init_pdb(self) -> None:
        """Nothing of Python's is debugged."""
