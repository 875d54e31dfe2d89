"""argv to settings to a front end to an exit code."""

import sys
from collections.abc import Sequence

SUBCOMMANDS = ("sessions", "models", "kernels", "config", "doctor", "log")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    argv = sys.argv[1:] if argv is None else list(argv)
    from interpreter import flags

    try:
        given = vars(flags.parse(argv))
    except flags.UsageFault as fault:
        return _fail(f"{fault}.", "Run interpreter --help to see what there is.", 2)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    if argv and argv[0] in SUBCOMMANDS:
        hint = f"To send the word as an instruction: interpreter -- {argv[0]}"
        return _fail(f"`interpreter {argv[0]}` is kept for a subcommand that this version does not have.", hint, 2)
    words = given.pop("instruction")
    return _run(given, " ".join(words) if words else None)


def _run(given: dict[str, object], words: str | None) -> int:
    import os

    from interpreter.core.errors import InterpreterError
    from interpreter.settings import resolve
    from interpreter.terminal.front import run

    try:
        settings = resolve(os.environ, given)
        return run(settings, words)
    except InterpreterError as error:
        if given.get("verbose"):
            import traceback

            traceback.print_exc()
        return _fail(str(error), error.hint, error.exit_code)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has left; the interpreter must not complain about it when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 1


def _fail(message: str, hint: str, code: int) -> int:
    print(f"Error: {message}\n{hint}" if hint else f"Error: {message}", file=sys.stderr)
    return code
