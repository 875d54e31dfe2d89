"""What of the system programs need to read, and what holds no secrets."""

import os
from collections.abc import Iterator
from pathlib import Path

ROOTS = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
"""Folders of the system beside /usr; on most systems links into it."""

ETC = (
    "*-release", "*_version", "alternatives", "ca-certificates", "ca-certificates.conf", "crypto-policies", "fonts",
    "group", "host.conf", "hosts", "inputrc", "java*", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "locale.alias",
    "localtime", "magic", "mime.types", "nsswitch.conf", "passwd", "pki", "protocols", "R", "services", "ssl",
    "terminfo", "timezone",
)  # fmt: skip

FOR_NETWORK = ("/etc/resolv.conf", "/run/systemd/resolve/stub-resolv.conf")


def roots() -> Iterator[Path]:
    """Those of the folders that are here."""
    return (path for path in (Path("/") / name for name in ROOTS) if path.is_dir())


def settings_of_system(*, network: bool) -> Iterator[Path]:
    """Files and folders of /etc, and where names are looked up with `network`."""
    for pattern in ETC:
        yield from sorted(Path("/etc").glob(pattern))
    if network:
        yield from (path for path in map(Path, FOR_NETWORK) if path.exists())


def system_files(*, network: bool) -> list[str]:
    """All of it, as paths."""
    found = [Path("/usr"), *roots(), *settings_of_system(network=network)]
    return [os.fspath(path) for path in found]
