"""What `interpreter WORD` does: each a module with `run(argv) -> exit code`, and what it needs imported there."""

from collections.abc import Callable

from interpreter.terminal.subcommands import doctor, kernels

SUBCOMMANDS: dict[str, Callable[[list[str]], int]] = {"kernels": kernels.run, "doctor": doctor.run}
