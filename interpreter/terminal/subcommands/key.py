"""`interpreter models key NAME`: a provider's key, kept in the keyring of the system."""

import sys
from collections.abc import Mapping

from interpreter.console.tty import open_tty
from interpreter.core.errors import WrongUsage
from interpreter.core.visible import visible
from interpreter.llm.providers import known_variables, provider_named
from interpreter.storage.key_store import delete_key, store_key
from interpreter.storage.paths import find_paths


def keep_key(name: str, environ: Mapping[str, str], *, deletes: bool) -> int:
    """Ask for the key and keep it, or delete it; returns the exit code 0. Raises InterpreterError."""
    variable, paths = _variable(name), find_paths(environ)
    if deletes:
        was_there = delete_key(variable, paths)
        print(f"{variable} is not in the keyring any more." if was_there else f"{variable} was not in the keyring.")
        return 0
    where = store_key(variable, _asked(variable), paths)
    print(visible(f"{variable} is in the keyring now ({where}), and used where the variable is not set."))
    return 0


def _variable(name: str) -> str:
    """The variable that a provider's name, or the variable's own, means; raises WrongUsage."""
    if name in known_variables():
        return name
    provider = provider_named(name.lower())
    if provider is None:
        raise WrongUsage(
            f"{name} is no provider whose keys are known.", "Name one, such as openai or anthropic, or its variable."
        )
    return provider.variables[0]


def _asked(variable: str) -> str:
    """The key that is typed without being seen, or piped in; raises WrongUsage for none."""
    tty = open_tty() if sys.stdin.isatty() else None
    if tty is not None:
        typed = tty.line(f"{variable} (it is not shown): ", lambda: False, hidden=True) or ""
        tty.close()
    else:
        typed = sys.stdin.read()
    key = typed.strip()
    if not key or not key.isprintable() or " " in key:
        raise WrongUsage("That is no key.", "Type or pipe in the key alone, in one line.")
    return key
