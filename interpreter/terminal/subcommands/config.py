"""`interpreter config`: the settings, where each came from, and how they are changed."""

from argparse import ArgumentParser
from collections.abc import Callable

from interpreter.flags import new_parser

SHOWS = "Show every setting that was chosen somewhere, and where: what goes before the defaults."
GETS = "Print the value of one setting, as it holds now."
SETS = "Write a setting into config.toml, or into a profile; comments and everything else there stay."
UNSETS = "Take a setting out of config.toml, or out of a profile."
EDITS = "Open config.toml, or a profile, in $VISUAL or $EDITOR, and look at it afterwards."
TELLS = "Print where config.toml is, or a profile."

ACTIONS = """actions, each with --help:
  show            the settings that were chosen somewhere, and where (--all: all of them); the default
  get NAME        the value of one
  set NAME VALUE  write one into config.toml
  unset NAME      take one out of it
  edit            open it in your editor
  path            print where it is

what goes before what: defaults < config.toml < profile < INTERPRETER_<NAME> variables < flags
"""
EXITS = "exit codes: 0 done; 1 the file cannot be written; 2 wrong usage, or something is wrong with a setting"


def run(argv: list[str]) -> int:
    """Carry out an action; returns the exit code.

    Raises UsageFault for words that do not fit, InterpreterError for what cannot be done.
    """
    from interpreter.terminal.subcommands import config_changes, config_listing

    if argv[:1] == ["get"]:
        return config_listing.get(get_parser().parse_args(argv[1:]))
    if argv[:1] == ["set"]:
        return config_changes.set_value(set_parser().parse_args(argv[1:]))
    if argv[:1] == ["unset"]:
        return config_changes.unset(unset_parser().parse_args(argv[1:]))
    if argv[:1] == ["edit"]:
        return config_changes.edit(edit_parser().parse_args(argv[1:]))
    if argv[:1] == ["path"]:
        return config_changes.path(path_parser().parse_args(argv[1:]))
    given = show_parser().parse_args(argv[1:]) if argv[:1] == ["show"] else config_parser().parse_args(argv)
    return config_listing.show(given)


def config_parser() -> ArgumentParser:
    """The flags of `interpreter config` without an action, which are those of `show`."""
    return _with_show(new_parser("interpreter config", SHOWS, ACTIONS))


def show_parser() -> ArgumentParser:
    """The flags of `interpreter config show`."""
    return _with_show(new_parser("interpreter config show", SHOWS, EXITS))


def _with_show(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("--all", action="store_true", help="those that have their default, too")
    return _with_json(_with_profile(parser, "as they are with this profile"))


def get_parser() -> ArgumentParser:
    """The flags of `interpreter config get`."""
    parser = new_parser("interpreter config get", GETS, EXITS)
    _with_setting(parser)
    return _with_json(_with_profile(parser, "as it is with this profile"))


def set_parser() -> ArgumentParser:
    """The flags of `interpreter config set`."""
    parser = new_parser("interpreter config set", SETS, EXITS)
    _with_setting(parser)
    parser.add_argument("value", metavar="VALUE", help="true or false, a number, or text, as the setting wants it")
    return _with_profile(parser, "write it into this profile")


def unset_parser() -> ArgumentParser:
    """The flags of `interpreter config unset`."""
    parser = new_parser("interpreter config unset", UNSETS, EXITS)
    _with_setting(parser)
    return _with_profile(parser, "take it out of this profile")


def edit_parser() -> ArgumentParser:
    """The flags of `interpreter config edit`."""
    return _with_profile(new_parser("interpreter config edit", EDITS, EXITS), "open this profile")


def path_parser() -> ArgumentParser:
    """The flags of `interpreter config path`."""
    return _with_profile(new_parser("interpreter config path", TELLS), "where this profile is")


def _with_setting(parser: ArgumentParser) -> None:
    parser.add_argument("setting", metavar="NAME", help="a setting, such as max_steps")


def _with_profile(parser: ArgumentParser, help: str) -> ArgumentParser:
    parser.add_argument("--profile", metavar="NAME", help=help)
    return parser


def _with_json(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("--json", action="store_true", help="JSON, for programs")
    return parser


PARSERS: dict[str, Callable[[], ArgumentParser]] = {
    "config": config_parser,
    "config show": show_parser,
    "config get": get_parser,
    "config set": set_parser,
    "config unset": unset_parser,
    "config edit": edit_parser,
    "config path": path_parser,
}
"""The flags of each action, for completion."""
