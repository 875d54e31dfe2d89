"""The sessions as the subcommand finds them."""

import os
import sys
from collections.abc import Iterable
from functools import cache

from interpreter.configuration import survey
from interpreter.core.errors import InterpreterError
from interpreter.core.redact import Redactor
from interpreter.core.visible import visible
from interpreter.settings import Settings
from interpreter.storage.key_store import with_stored_keys
from interpreter.storage.paths import find_paths
from interpreter.storage.sessions.sessions import Sessions
from interpreter.terminal.words import problem

TITLE, FOLDER = 50, 40
"""Characters of a line's columns."""


def found_settings() -> Settings:
    """The settings; what is wrong with one keeps nobody from the sessions."""
    return survey(os.environ, {}, "flag").settings


def found_sessions() -> Sessions:
    """The user's sessions."""
    return Sessions(find_paths(os.environ).sessions, without_secrets)


def without_secrets(text: str) -> str:
    """The text without the secrets that are known here."""
    return _redactor()(text)


@cache
def _redactor() -> Redactor:
    # It knows every provider, which takes longer to import than a list takes to be shown.
    from interpreter.known_secrets import redactor

    return redactor(found_settings(), with_stored_keys(os.environ, find_paths(os.environ)))


def tell(problems: Iterable[InterpreterError]) -> int:
    """Say on standard error what went wrong; returns the exit code."""
    code = 0
    sys.stdout.flush()
    for each in problems:
        print(visible(problem(each)), file=sys.stderr)
        code = 1
    return code
