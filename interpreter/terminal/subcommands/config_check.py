"""What the doctor says of the places where settings are chosen."""

import os
from collections.abc import Iterator, Mapping

from interpreter.configuration import survey
from interpreter.core.errors import WrongUsage
from interpreter.settings import Settings
from interpreter.storage.paths import find_paths
from interpreter.storage.text_file import read_text
from interpreter.terminal.subcommands.finding import Finding


def config(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Whether `config.toml`, the profile, the variables and `instructions.md` can be read, and the key in a file."""
    paths, configured = find_paths(environ), survey(environ, {})
    for problem in configured.problems:
        yield Finding("config", "fail", str(problem), problem.hint)
    try:
        read_text(paths.instructions)
    except WrongUsage as problem:
        yield Finding("config", "fail", str(problem), problem.hint)
    key = configured.origins["api_key"]
    if key.file is not None and os.stat(key.file).st_mode & 0o077:  # noqa: PTH116 - it was read a moment ago
        hint = f"chmod 600 {key.file}; better still, set the provider's own variable, such as OPENAI_API_KEY."
        yield Finding("config", "warn", f"api_key stands in {key.file}, which others can read", hint)
    elif key.file is not None:
        hint = "An environment variable, such as OPENAI_API_KEY, is kept from code; a file is not."
        yield Finding("config", "warn", f"api_key stands in {key.file}", hint)
    if not configured.problems:
        there = "" if paths.settings.is_file() else ", which is not there yet"
        named = f", profile {configured.settings.profile}" if configured.settings.profile else ""
        yield Finding("config", "ok", f"{paths.settings}{there}{named}")
