"""`interpreter config set`, `unset`, `edit` and `path`: the file itself, which is never lost for being wrong."""

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from interpreter.configuration import survey
from interpreter.configuration.changes import with_value, without
from interpreter.configuration.conversion import check_name, converted, kind_of
from interpreter.configuration.layers import secret_names
from interpreter.configuration.profiles import find_profile, own_profile
from interpreter.configuration.toml_file import SettingsFile, read_layer
from interpreter.core.errors import WrongUsage
from interpreter.core.visible import visible
from interpreter.storage.paths import find_paths, private_folder
from interpreter.storage.text_file import alone_in, read_text, replace_text
from interpreter.terminal.subcommands.config_listing import in_a_line
from interpreter.terminal.words import problem

NEW_FILE = """\
# Settings, one a line, such as:  max_steps = 20
# `interpreter config show --all` lists them all.
"""
NEW_PROFILE = """\
# A profile: settings that hold with --profile {name}.
"""
BETTER_AS_VARIABLE = (
    "Careful: whoever can read this file has it, and code that runs as you can. An environment variable, such as "
    "OPENAI_API_KEY, is kept from code."
)


def set_value(given: Namespace) -> int:
    """Write one setting; nothing is written that could not be read."""
    name, file = given.setting, _file(given.profile)
    check_name(name)
    value = converted(name, given.value, label=name)
    if kind_of(name) is Path:
        # Links are kept as they were named, and a home that nobody knows is a name like any other.
        value = Path(os.path.abspath(os.path.expanduser(value)))  # noqa: PTH100, PTH111
    _check(name, value, file)
    _change(file, lambda text: with_value(text, name, value, file))
    print(visible(f"{name} = {in_a_line(name, value)} in {file.path}"))
    if name in secret_names():
        print(BETTER_AS_VARIABLE, file=sys.stderr)
    _tell_what_goes_before(name, file)
    return 0


def unset(given: Namespace) -> int:
    """Take one setting out, whatever it is; it is no error that it was not there."""
    name, file = given.setting, _file(given.profile)
    if not os.path.lexists(file.path) or not _change(file, lambda text: without(text, name, file)):
        check_name(name)
        print(visible(f"{name} is not set in {file.path}"))
        return 0
    print(visible(f"{name} is no longer set in {file.path}"))
    return 0


def edit(given: Namespace) -> int:
    """Open the file in the user's editor, and again while it is wrong and the user wants to; raises what is wrong."""
    from interpreter.console.editor import edit_file
    from interpreter.console.tty import open_tty

    file = _file(given.profile)
    if not os.path.lexists(file.path):
        _change(file, lambda text: text)
    tty = open_tty()
    while True:
        edit_file(file.path, os.environ, tty.fileno() if tty else None)
        _keep_private(file.path)
        problems = read_layer(file).problems
        if not problems:
            print(visible(f"{file.path} is in order."))
            return 0
        if tty is None:
            raise problems[0]
        tty.write(visible("\n".join(map(problem, problems))) + "\n")
        key = tty.key("Open it again? [y]es / [n]o ", lambda: False)
        again = (key or "").strip().lower() == "y"
        tty.write("yes\n" if again else "no\n")
        if not again:
            return 2


def path(given: Namespace) -> int:
    """Print where the file is, whether or not there is one."""
    paths = find_paths(os.environ)
    print(visible(str(find_profile(given.profile, paths).path if given.profile else paths.settings)))
    return 0


def _file(profile: str | None) -> SettingsFile:
    paths = find_paths(os.environ)
    return own_profile(profile, paths) if profile else SettingsFile(paths.settings)


def _start(file: SettingsFile) -> str:
    """What a new file begins with: a profile that comes along is not lost when it becomes the user's own."""
    if not file.profile:
        return NEW_FILE
    try:
        shipped = find_profile(file.profile, find_paths(os.environ)).path
        return shipped.read_text(encoding="utf-8")
    except WrongUsage:
        return NEW_PROFILE.format(name=file.profile)


def _change(file: SettingsFile, change: Callable[[str], str]) -> bool:
    """Make a new text of the old one, or of what a new file begins with; whether there is anything new in the file."""
    with alone_in(private_folder(file.path.parent)):
        before = read_text(file.path)
        after = change(_start(file) if before is None else before)
        if after != before:
            replace_text(file.path, after)
        return after != before


def _check(name: str, value: object, file: SettingsFile) -> None:
    """Raises WrongUsage for what is right in itself, and cannot be written here."""
    if name == "profile":
        if file.profile:
            raise WrongUsage("A profile names no other profile.", "Leave out --profile.")
        find_profile(str(value), find_paths(os.environ))
    try:
        str(value).encode()
    except UnicodeEncodeError as error:
        raise WrongUsage(f"The value of {name} is not UTF-8 text.", "Write it in UTF-8.") from error


def _tell_what_goes_before(name: str, file: SettingsFile) -> None:
    configured = survey(os.environ, {"profile": file.profile or None}, "flag")
    for each in configured.problems:
        print(visible(problem(each)), file=sys.stderr)
    origin = configured.origins[name]
    if origin.file != file.path:
        holds = in_a_line(name, getattr(configured.settings, name)) or "not set"
        print(visible(f"For now it is {holds}: {origin} goes before it."))


def _keep_private(path: Path) -> None:
    """Editors make files for everybody to read."""
    if path.is_file() and not path.is_symlink() and path.stat().st_mode & 0o077:
        path.chmod(0o600)
