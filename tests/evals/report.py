"""Trials as a person reads them: a line each, a summary, a transcript; and as JSON."""

from collections.abc import Sequence
from statistics import median
from typing import Any, assert_never

from interpreter.core.messages import Execution, Failure, Instruction, Message, Reply
from tests.evals.trial import Trial


def line(trial: Trial) -> str:
    """One task on one line."""
    mark = "solved  " if trial.is_solved else "computed" if trial.is_computed else "-       "
    answer = trial.answer
    return (
        f"{mark} {trial.task.name:18} {len(trial.executions):2} steps {trial.seconds:6.1f} s "
        f"{answer.input_tokens:6} in {answer.output_tokens:5} out  {answer.reason}"
    )


def summary(trials: Sequence[Trial]) -> str:
    """The figures that docs/evals.md explains."""
    total = len(trials)
    seconds = [trial.seconds for trial in trials]
    return (
        f"solved {sum(t.is_solved for t in trials)}/{total}, computed {sum(t.is_computed for t in trials)}/{total}, "
        f"tokens {sum(t.answer.input_tokens for t in trials)} in {sum(t.answer.output_tokens for t in trials)} out, "
        f"{sum(seconds):.0f} s, median {median(seconds) if seconds else 0:.1f} s per task"
    )


def record(trial: Trial) -> dict[str, Any]:
    """One trial as JSON values."""
    answer = trial.answer
    return {
        "task": trial.task.name,
        "tags": list(trial.task.tags),
        "solved": trial.is_solved,
        "computed": trial.is_computed,
        "steps": len(trial.executions),
        "seconds": round(trial.seconds, 2),
        "input_tokens": answer.input_tokens,
        "output_tokens": answer.output_tokens,
        "reason": answer.reason,
        "text": answer.text,
    }


def transcript(trial: Trial) -> str:
    """The whole turn in Markdown, for finding out why it went wrong."""
    parts = [f"# {trial.task.name}", f"`{line(trial)}`", *map(_section, trial.answer.messages)]
    return "\n\n".join([*parts, "## What a person read", trial.answer.text]) + "\n"


def _section(message: Message) -> str:
    match message:
        case Instruction(text=text):
            return f"## Instruction\n\n{text}"
        case Reply(text=text):
            return f"## Reply\n\n{text}"
        case Execution(status=status, note=note):
            failures = "".join(o.traceback for o in message.outputs if isinstance(o, Failure))
            return f"## Execution: {status} {note}\n\n~~~~~~\n{message.text}{failures}\n~~~~~~"
        case _:
            assert_never(message)
