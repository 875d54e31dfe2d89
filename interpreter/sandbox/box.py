"""What every kind of box is: a command in, a command out."""

from pathlib import Path
from typing import Literal, Protocol, TypeAlias

Kind: TypeAlias = Literal["bubblewrap", "landlock", "seatbelt", "none"]


class Box(Protocol):
    """Confines what a command starts, and all that comes of it.

    `home` and `temporary` are the paths at which code finds its home and its temporary folder.
    """

    home: Path
    temporary: Path

    @property
    def kind(self) -> Kind:
        """What confines it."""
        ...

    @property
    def is_apart(self) -> bool:
        """Whether neither ports nor signals lead into it: a warden has to pass them on."""
        ...

    @property
    def protected(self) -> tuple[Path, ...] | None:
        """What is mounted so that nobody in the box writes to it, where that is done; None before the box is made."""
        ...

    def prepare(self) -> None:
        """Make what the box needs on the disk; raises OSError or StorageFailed."""
        ...

    def confine(self, argv: list[str], folder: Path) -> list[str]:
        """The command that starts `argv` in the box; `folder` is the kernel's own, with the files of its sockets."""
        ...

    def close(self) -> None:
        """Remove what it made, once nothing runs in it any more."""
        ...
