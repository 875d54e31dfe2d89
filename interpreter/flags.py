"""The command line: its flags, and what they mean in one line each."""

import argparse
import os
from collections.abc import Sequence

from interpreter import __version__

EXAMPLES = """examples:
  interpreter                               chat in the terminal
  interpreter "plot the prices in data.csv" carry it out, asking before code runs
  interpreter -y "how big is this folder?"  carry it out without asking
  cat sales.csv | interpreter -y "the mean of each column"
  interpreter --local -y "what is 17 * 23?" with the embedded model: no key, no server
  interpreter --continue                    go on with the latest session

subcommands: interpreter config, interpreter doctor, interpreter kernels, interpreter log, interpreter models,
  interpreter sessions; each has --help

exit codes: 0 answered; 1 no answer; 2 wrong usage, settings, key or model name;
  3 code was proposed and nobody could approve it; 130 interrupted; 143 terminated
"""

_SWITCH = argparse.BooleanOptionalAction
"""On or off: what a file, a profile or a variable switched on can be switched off again."""

LATEST = "latest"
"""The setting `session` for the one that was changed last."""

SHELLS = ("bash", "zsh", "fish")
SANDBOXES = ("auto", "bubblewrap", "landlock", "seatbelt", "none")
GRAPHICS = ("auto", "kitty", "iterm2", "sixel", "blocks", "none")


class UsageFault(Exception):
    """The words of the command line do not fit."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        raise UsageFault(message)


def new_parser(prog: str, description: str, epilog: str = "") -> argparse.ArgumentParser:
    """A parser that raises UsageFault, knows the terminal's width, and guesses nothing."""
    return _Parser(
        prog=prog,
        description=description,
        epilog=epilog,
        formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(prog, width=_columns() - 2),
        allow_abbrev=False,
    )


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """The flags given, None where a flag was not; raises UsageFault, or SystemExit for --help and --version."""
    end = argv.index("--") if "--" in argv else len(argv)
    given = main_parser().parse_intermixed_args(argv[:end])
    given.instruction += argv[end + 1 :]
    return given


def main_parser() -> argparse.ArgumentParser:
    """All flags of the program itself."""
    parser = new_parser(
        "interpreter",
        "Say what you want; a language model writes the code; it runs in Jupyter kernels on your machine.",
        EXAMPLES,
    )
    parser.add_argument("instruction", nargs="*", help="what to do; without it, a chat (or standard input)")
    _add_model(parser.add_argument_group("model"))
    _add_running(parser.add_argument_group("running code"))
    _add_front(parser.add_argument_group("input and output"))
    return parser


def _add_model(group: argparse._ArgumentGroup) -> None:
    group.add_argument("-m", "--model", help="a model's name or a part of it, “embedded”, or a GGUF file")
    group.add_argument("--local", action=_SWITCH, help="a model on this machine, never a provider")
    group.add_argument("--api-base", metavar="URL", help="an OpenAI-compatible endpoint")
    group.add_argument("--api-key", metavar="KEY", help="better set as a variable, such as OPENAI_API_KEY")
    group.add_argument("--temperature", metavar="T", help="0 for the likeliest reply")
    group.add_argument("--max-output-tokens", metavar="N", help="the longest reply, in tokens")
    group.add_argument(
        "--context-window", metavar="N", help="tokens the model can see, where it is not known or is to be less"
    )
    group.add_argument("--first-token-timeout", metavar="SECONDS", help="longest wait for a reply's start (default 60)")
    group.add_argument("--gap-timeout", metavar="SECONDS", help="the longest silence within a reply (default 60)")
    group.add_argument(
        "--tool-calling",
        action=_SWITCH,
        help="have the model send code as native tool calls (default: the model families that do better so)",
    )
    group.add_argument("--max-budget", metavar="USD", help="the most that a session's replies may cost")
    group.add_argument("--input-price", metavar="USD", help="price of a million tokens read, where it is not known")
    group.add_argument("--output-price", metavar="USD", help="price of a million tokens written")
    group.add_argument("--system-message", metavar="TEXT", help="in place of the built-in prompt")
    group.add_argument("--instructions", metavar="TEXT", help="added to the prompt")


def _add_running(group: argparse._ArgumentGroup) -> None:
    group.add_argument("-y", "--auto-run", action=_SWITCH, help="run code without asking")
    group.add_argument(
        "--sandbox", choices=SANDBOXES, help="the box that code runs in (with -y the strongest that works; else none)"
    )
    group.add_argument("--network", action=_SWITCH, help="let code in a box use the network")
    group.add_argument("--allow-read", action="append", metavar="PATH", help="let code in a box read this, too")
    group.add_argument("--allow-write", action="append", metavar="PATH", help="let code in a box change this, too")
    group.add_argument("--allow-env", action="append", metavar="NAME", help="let code in a box see this variable, too")
    group.add_argument("--python", metavar="PATH", help="the Python, or the environment, that code runs in")
    group.add_argument("--kernel-server", metavar="URL", help="run code on a Jupyter Server, JupyterHub or gateway")
    group.add_argument("--timeout", metavar="SECONDS", help="the longest a block may run (with -y, 600; else no limit)")
    group.add_argument("--max-steps", metavar="N", help="the most blocks in a turn (default 50)")
    group.add_argument(
        "--state-card",
        action=_SWITCH,
        help="tell the model which variables a block changed (default: large models)",
    )
    group.add_argument("--cwd", metavar="FOLDER", help="the folder to work in")


def _add_front(group: argparse._ArgumentGroup) -> None:
    group.add_argument("-i", "--interactive", action=_SWITCH, help="stay in the chat afterwards")
    group.add_argument(
        "--continue", action="store_const", const=LATEST, dest="session", help="go on with the latest session"
    )
    group.add_argument(
        "--resume", metavar="NAME", dest="session", help="go on with a session; a part of its name will do"
    )
    group.add_argument("--private", action=_SWITCH, help="keep nothing on disk")
    group.add_argument(
        "--keep-days", metavar="DAYS", help="delete sessions that nothing was added to for so long (default: keep all)"
    )
    group.add_argument(
        "--profile", metavar="NAME", help="a named set of settings: fast, careful, local, data, your own"
    )
    group.add_argument("--plain", action=_SWITCH, help="plain text: no colours, no drawing")
    group.add_argument("--bell", metavar="SECONDS", help="ring the terminal's bell after turns of this length")
    group.add_argument("--graphics", choices=GRAPHICS, help="how pictures are drawn (default: as the terminal can)")
    group.add_argument("--json", action=_SWITCH, help="events as lines of JSON; never asks")
    group.add_argument("-v", "--verbose", action=_SWITCH, help="show tracebacks of our own errors")
    group.add_argument("--completion", choices=SHELLS, help="print what completes these flags in your shell")
    group.add_argument("--version", action="version", version=f"interpreter {__version__}")


def _columns() -> int:
    # argparse would ask shutil, which takes longer to import than the whole parser takes to build
    try:
        return int(os.environ.get("COLUMNS") or 0) or os.get_terminal_size(1).columns or 80
    except (OSError, ValueError):
        return 80
