"""`interpreter models`: which models can be taken now, and how a larger one is fetched."""

import os
import sys
from argparse import ArgumentParser
from typing import TYPE_CHECKING

from interpreter.flags import new_parser

if TYPE_CHECKING:
    from interpreter.choosing.listing import Listing

LISTS = (
    "List the models that can be taken now: of providers whose keys are set, of servers here, files, the embedded one."
)
PULLS = (
    "Fetch a model file from Hugging Face, checked and ready for `interpreter --local`; what breaks off goes on later."
)
KEYS = "Keep a provider's key in the keyring of the system, where it is used when its variable is not set."
KEY_NAMES = """The key is asked for and not shown, or read from standard input: interpreter models key openai < FILE
It needs the extra: pip install 'kernel-interpreter[keyring]'

exit codes: 0 done; 1 the keyring cannot be used; 2 wrong usage, an unknown provider, or no key"""
PULL_NAMES = """NAME is one of these, with what it takes on disk and in memory:
{}
or ORG/REPO, ORG/REPO:QUANTIZATION (such as Q4_K_M), ORG/REPO/FILE.gguf.

HF_ENDPOINT names another hub, HF_TOKEN opens what needs one.

exit codes: 0 the file is there, now or already; 1 it could not be fetched;
  2 wrong usage, or a name that the hub does not know; 130 interrupted"""


def run(argv: list[str]) -> int:
    """List the models, fetch one, or keep a key; returns the exit code.

    Raises UsageFault for words that do not fit, InterpreterError for what cannot be done.
    """
    if argv[:1] == ["pull"]:
        given = pull_parser().parse_args(argv[1:])
        from interpreter.terminal.subcommands.pull import pull

        return pull(given.wanted, os.environ)
    if argv[:1] == ["key"]:
        given = key_parser().parse_args(argv[1:])
        from interpreter.terminal.subcommands.key import keep_key

        return keep_key(given.provider, os.environ, deletes=given.delete)
    given = list_parser().parse_args(argv)
    if given.names:
        return _print_names(local=given.local)
    return _list(_listed(local=given.local, all_models=given.all), as_json=given.json)


def list_parser() -> ArgumentParser:
    """The flags of `interpreter models`."""
    parser = new_parser(
        "interpreter models",
        LISTS,
        "To fetch a larger one for this machine: interpreter models pull NAME\n"
        "To keep a provider's key in the system's keyring: interpreter models key NAME",
    )
    parser.add_argument("--all", action="store_true", help="also the rest, and those whose keys are missing")
    parser.add_argument("--local", action="store_true", help="only what is on this machine")
    parser.add_argument("--json", action="store_true", help="one JSON list, for programs")
    parser.add_argument("--names", action="store_true", help="one name a line, for completion")
    return parser


def pull_parser() -> ArgumentParser:
    """The flags of `interpreter models pull`."""
    from interpreter.llm.known_files import as_lines

    parser = new_parser("interpreter models pull", PULLS, PULL_NAMES.format(as_lines()))
    parser.add_argument("wanted", metavar="NAME", help="what to fetch")
    return parser


def key_parser() -> ArgumentParser:
    """The flags of `interpreter models key`."""
    parser = new_parser("interpreter models key", KEYS, KEY_NAMES)
    parser.add_argument("provider", metavar="NAME", help="a provider, such as openai, or the variable of its key")
    parser.add_argument("--delete", action="store_true", help="take the key out of the keyring")
    return parser


def _listed(*, local: bool, all_models: bool) -> "Listing":
    from datetime import date

    from interpreter.choosing.here import Here
    from interpreter.choosing.listing import listing
    from interpreter.configuration import resolve
    from interpreter.storage.key_store import with_stored_keys
    from interpreter.storage.last_model import last_model
    from interpreter.storage.paths import find_paths

    paths = find_paths(os.environ)
    settings = resolve(os.environ, {"local": local or None}, "flag")
    here = Here(with_stored_keys(os.environ, paths), paths.models)
    return listing(settings, here, None if local else last_model(paths), date.today(), all_models=all_models)


def _list(listed: "Listing", *, as_json: bool) -> int:
    from interpreter.choosing.listing import as_record, is_meant
    from interpreter.choosing.order import no_model
    from interpreter.terminal import models_table
    from interpreter.terminal.subcommands import table

    if as_json:
        print(table.as_json([dict(as_record(offer, listed)) for offer in listed.offers]))
        return 0
    chosen = listed.next.name if listed.next else None
    if listed.offers:
        print(models_table.table(listed.offers, lambda offer: is_meant(offer, chosen), _width()))
    if chosen is None:
        error = no_model(local=False)
        print(f"{error}\n{error.hint}")
    print(models_table.footer(listed))
    return 0


def _print_names(*, local: bool) -> int:
    from datetime import date

    from interpreter.choosing.here import Here
    from interpreter.choosing.listing import names
    from interpreter.core.visible import visible
    from interpreter.storage.key_store import with_stored_keys
    from interpreter.storage.last_model import last_model
    from interpreter.storage.paths import find_paths

    paths = find_paths(os.environ)
    for name in names(
        Here(with_stored_keys(os.environ, paths), paths.models), last_model(paths), date.today(), local=local
    ):
        print(visible(name))
    return 0


def _width() -> int:
    """Columns of the terminal; 0 where the list goes to a file or a program, which wants whole names."""
    if not sys.stdout.isatty():
        return 0
    import shutil

    return shutil.get_terminal_size().columns
