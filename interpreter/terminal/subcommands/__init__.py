"""What `interpreter WORD` does: each a module with `run(argv) -> exit code`, and what it needs imported there."""

from argparse import ArgumentParser
from collections.abc import Callable

from interpreter.terminal.subcommands import config, doctor, kernels, log, models, sessions

SUBCOMMANDS: dict[str, Callable[[list[str]], int]] = {
    "models": models.run,
    "kernels": kernels.run,
    "config": config.run,
    "doctor": doctor.run,
    "sessions": sessions.run,
    "log": log.run,
}

PARSERS: dict[str, Callable[[], ArgumentParser]] = {
    "models": models.list_parser,
    "models pull": models.pull_parser,
    "models key": models.key_parser,
    "kernels": kernels.list_parser,
    "kernels install": kernels.install_parser,
    **config.PARSERS,
    "doctor": doctor.doctor_parser,
    **sessions.PARSERS,
    "log": log.log_parser,
}
"""The flags of each subcommand and of each of its actions, for completion."""
