"""`interpreter sessions`: the conversations that were kept: listed, shown, found, written elsewhere, deleted."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from importlib import import_module

from interpreter.flags import UsageFault, new_parser

LISTS = "List the sessions, the one changed last first."
SHOWS = "Show a session as it was on the terminal."
SEARCHES = "Find sessions by words in instructions, replies, code and output."
RENAMES = "Give a session another title."
DELETES = "Delete sessions with all that they hold; only the record of what ran (interpreter log) keeps its lines."
EXPORTS = "Write sessions into files: to read, to run, to go on with elsewhere, to train a model with."
PRUNES = "Delete the sessions that nothing was added to for a time."
IMPORTS = "Begin a session with a Jupyter notebook."
COPIES = "Copy a session under a new name, also while another program holds it."

ACTIONS = """actions, each with --help:
  list                  the last 20 (--all: all of them); the default
  show NAME             what was said and done
  search WORDS          find some by what was said and done
  rename NAME TITLE     give one another title
  delete NAME...        delete some
  export NAME           write one into a file: notebook, Markdown, HTML, JSON, script, training data
  prune                 delete what nobody has touched for a time
  import FILE.ipynb     begin one with a notebook
  copy NAME             copy one

A part of a name that only one session has is enough, and "latest" is the one changed last.
"""
EXITS = "exit codes: 0 done; 1 something could not be read, written or deleted; 2 wrong usage, or no such session"

FORMS = ("ipynb", "markdown", "html", "json", "python", "chat-jsonl")
MARKS = ("good", "bad", "any")


def run(argv: list[str]) -> int:
    """Carry out an action; returns the exit code.

    Raises UsageFault for words that do not fit, InterpreterError for what cannot be done.
    """
    if argv and not argv[0].startswith("-") and argv[0] not in _ACTIONS:
        raise UsageFault(f"there is no action {argv[0]}")
    if argv and argv[0] in _ACTIONS:
        make, module, function = _ACTIONS[argv[0]]
        given = make().parse_args(argv[1:])
    else:
        _, module, function = _ACTIONS["list"]
        given = sessions_parser().parse_args(argv)
    # What knows SQLite is imported once the words fit.
    action: Callable[[Namespace], int] = getattr(import_module(f"interpreter.terminal.subcommands.{module}"), function)
    return action(given)


def sessions_parser() -> ArgumentParser:
    """The flags of `interpreter sessions` without an action, which are those of `list`."""
    return _with_list(new_parser("interpreter sessions", LISTS, ACTIONS))


def list_parser() -> ArgumentParser:
    """The flags of `interpreter sessions list`."""
    return _with_list(new_parser("interpreter sessions list", LISTS, EXITS))


def _with_list(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("--all", action="store_true", help="all of them, not only the last 20")
    parser.add_argument("--names", action="store_true", help="the names alone, one a line")
    return _with_json(parser)


def show_parser() -> ArgumentParser:
    """The flags of `interpreter sessions show`."""
    parser = _with_name(new_parser("interpreter sessions show", SHOWS, EXITS))
    parser.add_argument("--plain", action="store_true", help="plain text: no colours, no drawing")
    return parser


def search_parser() -> ArgumentParser:
    """The flags of `interpreter sessions search`."""
    parser = new_parser("interpreter sessions search", SEARCHES, EXITS)
    parser.add_argument("words", metavar="WORDS", nargs="+", help="words, or beginnings of words, of one message")
    parser.add_argument("--all", action="store_true", help="all that is found, not only the newest 20")
    return _with_json(parser)


def rename_parser() -> ArgumentParser:
    """The flags of `interpreter sessions rename`."""
    parser = _with_name(new_parser("interpreter sessions rename", RENAMES, EXITS))
    parser.add_argument("title", metavar="TITLE", nargs="+", help="what it is to be called")
    return parser


def delete_parser() -> ArgumentParser:
    """The flags of `interpreter sessions delete`."""
    parser = new_parser("interpreter sessions delete", DELETES, EXITS)
    parser.add_argument("sessions", metavar="NAME", nargs="+", help="a session, or a part of its name")
    return _with_yes(parser)


def export_parser() -> ArgumentParser:
    """The flags of `interpreter sessions export`."""
    parser = new_parser("interpreter sessions export", EXPORTS, EXITS)
    parser.add_argument("sessions", metavar="NAME", nargs="*", help="a session; of chat-jsonl, several")
    parser.add_argument("--format", choices=FORMS, help="the form (default: by the ending of PATH, else ipynb)")
    parser.add_argument("-o", "--output", metavar="PATH", help="the file, or the folder for it; - is standard output")
    parser.add_argument("--marked", choices=MARKS, help="chat-jsonl: sessions with turns that you marked so")
    parser.add_argument("--system-prompt", action="store_true", help="chat-jsonl: begin with our system prompt")
    parser.add_argument("--dry-run", action="store_true", help="chat-jsonl: count, and show the beginning of one")
    return parser


def prune_parser() -> ArgumentParser:
    """The flags of `interpreter sessions prune`."""
    parser = new_parser("interpreter sessions prune", PRUNES, EXITS)
    parser.add_argument("--older-than", metavar="AGE", required=True, help="a number of days, such as 90d, or of h, w")
    return _with_yes(parser)


def import_parser() -> ArgumentParser:
    """The flags of `interpreter sessions import`."""
    parser = new_parser("interpreter sessions import", IMPORTS, EXITS)
    parser.add_argument("notebook", metavar="FILE.ipynb", help="a Jupyter notebook")
    return parser


def copy_parser() -> ArgumentParser:
    """The flags of `interpreter sessions copy`."""
    return _with_name(new_parser("interpreter sessions copy", COPIES, EXITS))


def _with_name(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("session", metavar="NAME", help="a session, or a part of its name")
    return parser


def _with_yes(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


def _with_json(parser: ArgumentParser) -> ArgumentParser:
    parser.add_argument("--json", action="store_true", help="one JSON list, for programs")
    return parser


_ACTIONS: dict[str, tuple[Callable[[], ArgumentParser], str, str]] = {
    "list": (list_parser, "session_listing", "show_list"),
    "show": (show_parser, "session_transcript", "show"),
    "search": (search_parser, "session_listing", "search"),
    "rename": (rename_parser, "session_changes", "rename"),
    "delete": (delete_parser, "session_changes", "delete"),
    "export": (export_parser, "session_exports", "export"),
    "prune": (prune_parser, "session_changes", "prune"),
    "import": (import_parser, "session_changes", "import_notebook"),
    "copy": (copy_parser, "session_changes", "copy"),
}
"""Each with its flags, and the module and the function that carries it out."""

PARSERS: dict[str, Callable[[], ArgumentParser]] = {
    "sessions": sessions_parser,
    **{f"sessions {name}": make for name, (make, *_) in _ACTIONS.items()},
}
"""The flags of each action, for completion."""
