"""The agent under trial, one for each task: a fresh kernel, a fresh conversation."""

from collections.abc import Mapping
from pathlib import Path
from threading import Timer
from typing import Any

from interpreter import OpenInterpreter
from tests.evals.trial import Answer


class Agent:
    """Solves tasks with `OpenInterpreter`; `settings` are its keywords."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._settings = settings

    def __call__(self, task: str, folder: Path, seconds: float) -> Answer:
        """Carry out one instruction in a folder; after `seconds` the turn is cancelled."""
        with OpenInterpreter(auto_run=True, cwd=folder, private=True, **self._settings) as agent:
            limit = Timer(seconds, agent.cancel)
            limit.daemon = True
            limit.start()
            try:
                result = agent.execute(task)
            finally:
                limit.cancel()
        usage = result.usage
        reason = f"{result.reason}: {result.error}" if result.error else result.reason
        return Answer(str(result), result.messages, usage.input_tokens, usage.output_tokens, reason)
