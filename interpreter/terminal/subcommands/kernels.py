"""`interpreter kernels`: which languages run here, and how the others are got."""

import os
from argparse import ArgumentParser
from typing import TYPE_CHECKING

from interpreter.flags import new_parser

if TYPE_CHECKING:
    from interpreter.kernels.environments import Python
    from interpreter.kernels.listing import Listed

LISTS = "List every language: whether its kernel is here and where it was found, or how to get it."
INSTALLS = "Get the kernel of a language that comes from pip; ipykernel goes to the environment that code runs in."
EXITS = """exit codes: 0 the kernel is there, now or already; 1 it could not be installed;
  2 wrong usage, or a name that means no language"""


def run(argv: list[str]) -> int:
    """List the languages, or install the kernel of one; returns the exit code.

    Raises UsageFault for words that do not fit, InterpreterError for what cannot be done.
    """
    installs = argv[:1] == ["install"]
    given = install_parser().parse_args(argv[1:]) if installs else list_parser().parse_args(argv)
    from interpreter.configuration import resolve
    from interpreter.known_secrets import without_keys
    from interpreter.places import find_python

    environ = without_keys(os.environ)
    settings = resolve(os.environ, {"python": given.python}, "flag")
    if installs:
        from interpreter.terminal.subcommands.install import install

        return install(given.name, lambda: find_python(settings, os.environ).python, environ)
    return _list(find_python(settings, os.environ).python, environ, as_json=given.json)


def list_parser() -> ArgumentParser:
    """The flags of `interpreter kernels`."""
    parser = new_parser("interpreter kernels", LISTS, "To get one that is missing: interpreter kernels install NAME")
    parser.add_argument("--json", action="store_true", help="one JSON list, for programs")
    parser.add_argument("--python", metavar="PATH", help="the Python, or the environment, that code runs in")
    return parser


def install_parser() -> ArgumentParser:
    """The flags of `interpreter kernels install`."""
    parser = new_parser("interpreter kernels install", INSTALLS, EXITS)
    parser.add_argument("name", metavar="NAME", help="a language, such as javascript, or a tag that means it")
    parser.add_argument("--python", metavar="PATH", help="the Python, or the environment, that code runs in")
    return parser


def _list(python: "Python", environ: dict[str, str], *, as_json: bool) -> int:
    from interpreter.kernels.listing import listed
    from interpreter.terminal.subcommands import table

    entries = listed(python, environ)
    if as_json:
        print(table.as_json([_record(entry) for entry in entries]))
        return 0
    heads = ("LANGUAGE", "KERNEL", "WHERE, OR HOW TO GET IT")
    print(table.as_table([heads, *(_row(entry, python) for entry in entries)]))
    return 0


def _record(entry: "Listed") -> dict[str, object]:
    return {
        "language": entry.language,
        "tags": entry.tags,
        "is_there": bool(entry.kernel),
        "kernel": entry.kernel or None,
        "install": entry.install or None,
    }


def _row(entry: "Listed", python: "Python") -> tuple[str, str, str]:
    if not entry.kernel:
        return entry.language, "missing", entry.install
    return entry.language, "there", f"{entry.kernel} ({python.why})" if entry.language == "python" else entry.kernel
