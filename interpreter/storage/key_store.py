"""Providers' keys in the keyring of the system: asked for by name, when the environment has none."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from typing import Any

from interpreter.core.errors import StorageFailed
from interpreter.storage.paths import Paths, write_private

SERVICE = "interpreter"
"""Under this name the keyring shows our entries."""
INSTALL = "pip install 'kernel-interpreter[keyring]'"


def with_stored_keys(environ: Mapping[str, str], paths: Paths) -> dict[str, str]:
    """The environment, and the keys of the keyring whose variables it lacks, as far as it can be opened.

    It is only opened when a key was stored that is missing.
    """
    found = {name: key for name in _missing(environ, paths) if (key := _looked_up(name)[0])}
    return {**environ, **found}


def keyring_trouble(environ: Mapping[str, str], paths: Paths) -> str:
    """Why a key that was stored, and that the environment lacks, is not there; empty where all are."""
    return next((why for name in _missing(environ, paths) if (why := _looked_up(name)[1])), "")


def _missing(environ: Mapping[str, str], paths: Paths) -> list[str]:
    return [name for name in stored_names(paths) if not environ.get(name, "").strip()]


def stored_names(paths: Paths) -> tuple[str, ...]:
    """The variables whose keys were stored: names only, since a keyring cannot be asked what is in it."""
    try:
        names = json.loads((paths.data / "keys.json").read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return ()
    return tuple(name for name in names if isinstance(name, str)) if isinstance(names, list) else ()


def store_key(name: str, key: str, paths: Paths) -> str:
    """Keep a key for a variable; returns the name of the keyring. Raises StorageFailed."""
    with _opened() as keyring:
        keyring.set_password(SERVICE, name, key)
        if keyring.get_password(SERVICE, name) != key:
            raise StorageFailed(f"The keyring of this system ({_named(keyring)}) keeps nothing.", _ELSE)
        where = _named(keyring)
    _remember(paths, {*stored_names(paths), name})
    return where


def delete_key(name: str, paths: Paths) -> bool:
    """Forget a key; whether there was one. Raises StorageFailed."""
    with _opened() as keyring:
        was_there = keyring.get_password(SERVICE, name) is not None
        if was_there:
            keyring.delete_password(SERVICE, name)
    _remember(paths, {*stored_names(paths)} - {name})
    return was_there


_ELSE = "Set the variable instead, such as OPENAI_API_KEY, or see: python -m keyring diagnose"


@cache
def _looked_up(name: str) -> tuple[str, str]:
    """A key, or why there is none; looked up once, since a keyring may ask the user for a password each time."""
    try:
        with _opened() as keyring:
            key: str | None = keyring.get_password(SERVICE, name)
    except StorageFailed as error:
        return "", f"{name} is not there: {error} {error.hint}"
    return (
        key or "",
        "" if key else f"{name} is not in the keyring any more. Store it again: interpreter models key {name}",
    )


@contextmanager
def _opened() -> Iterator[Any]:
    """The library; raises StorageFailed, for all that goes wrong with it, too."""
    if find_spec("keyring") is None:
        raise StorageFailed("The keyring needs a package that is not installed.", f"Get it with: {INSTALL}")
    import keyring

    try:
        yield keyring
    except StorageFailed:
        raise
    # Backends raise what their systems raise.
    except Exception as error:
        said = str(error).strip().partition("\n")[0] or type(error).__name__
        raise StorageFailed(f"The keyring cannot be used: {said.rstrip('.')}.", _ELSE) from error


def _named(keyring: Any) -> str:
    return str(keyring.get_keyring().name)


def _remember(paths: Paths, names: set[str]) -> None:
    write_private(paths.data / "keys.json", json.dumps(sorted(names)))
