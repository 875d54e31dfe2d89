"""argv to settings to a front end to an exit code."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress

SUBCOMMANDS = ("sessions", "models", "kernels", "config", "doctor", "log")
"""Words that begin a subcommand; behind `--` each is an instruction."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code."""
    from interpreter.terminal.streams import is_heard, mend_streams

    mend_streams()
    try:
        code = _dispatch(sys.argv[1:] if argv is None else list(argv))
    except KeyboardInterrupt:
        from interpreter.terminal.signals import leave_in_peace

        leave_in_peace()
        code = 130
    except BrokenPipeError:
        # Whoever read our output has left.
        code = 1
    return code if is_heard() else code or 1


def _dispatch(argv: list[str]) -> int:
    from interpreter import flags

    try:
        if argv and argv[0] in SUBCOMMANDS:
            return _subcommand(argv[0], argv[1:])
        given = vars(flags.parse(argv))
    except flags.UsageFault as fault:
        name = f"interpreter {argv[0]}" if argv and argv[0] in SUBCOMMANDS else "interpreter"
        return _fail(f"{fault}.", f"Run {name} --help to see what there is.", 2)
    except SystemExit as leaving:
        return int(leaving.code or 0)
    words = given.pop("instruction")
    if shell := given.pop("completion"):
        from interpreter.terminal.completion import script

        print(script(shell), end="")
        return 0
    return _run(given, " ".join(words) if words else None)


def _subcommand(name: str, argv: list[str]) -> int:
    from interpreter.terminal.subcommands import SUBCOMMANDS

    return _guarded(lambda: SUBCOMMANDS[name](argv), lambda: False)


def _run(given: dict[str, object], words: str | None) -> int:
    is_verbose = bool(given.get("verbose"))

    def run() -> int:
        nonlocal is_verbose
        import os

        from interpreter.configuration import resolve
        from interpreter.sandbox.undumpable import close_memory
        from interpreter.terminal.run import run as run_with

        close_memory()
        settings = resolve(os.environ, given, "flag")
        is_verbose = settings.verbose
        return run_with(settings, words)

    return _guarded(run, lambda: is_verbose)


def _guarded(run: Callable[[], int], is_verbose: Callable[[], bool]) -> int:
    """Run a front end; what goes wrong is said in two lines, and where if that is wanted."""
    from interpreter.core.errors import InterpreterError
    from interpreter.flags import UsageFault

    try:
        return run()
    except (BrokenPipeError, UsageFault):
        raise
    except Exception as error:
        if is_verbose():
            import traceback

            traceback.print_exc()
        if isinstance(error, InterpreterError):
            return _fail(str(error), error.hint, error.exit_code)
        said = f"{error.strerror or error}" if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
        return _fail(
            f"The program could not go on: {said}.", "Mend that, or run it again with -v to see where it stopped.", 1
        )


def _fail(message: str, hint: str, code: int) -> int:
    from interpreter.console.sentences import tell

    with suppress(OSError):
        tell(f"Error: {message}\n{hint}" if hint else f"Error: {message}")
    return code
