"""What `interpreter WORD` does: each a module with `run(argv) -> exit code`, and what it needs imported there."""

from argparse import ArgumentParser
from collections.abc import Callable

from interpreter.terminal.subcommands import config, doctor, kernels, sessions

SUBCOMMANDS: dict[str, Callable[[list[str]], int]] = {
    "kernels": kernels.run,
    "config": config.run,
    "doctor": doctor.run,
    "sessions": sessions.run,
}

PARSERS: dict[str, Callable[[], ArgumentParser]] = {
    "kernels": kernels.list_parser,
    "kernels install": kernels.install_parser,
    **config.PARSERS,
    "doctor": doctor.doctor_parser,
    **sessions.PARSERS,
}
"""The flags of each subcommand and of each of its actions, for completion."""
