"""`python -m tests.evals`: run the tasks on any model and print how many were solved."""

import argparse
import json
import sys
from pathlib import Path

from tests.evals import report
from tests.evals.catalogue import TASKS
from tests.evals.task import Task
from tests.evals.trial import Solver, Trial, attempt


def main(argv: list[str] | None = None) -> int:
    """Run the chosen tasks; 0 when all were tried, whatever came of them."""
    args = _arguments(argv)
    if args.list:
        print("\n".join(f"{task.name:18} {task.instruction}" for task in TASKS))
        return 0
    trials: list[Trial] = []
    try:
        solver = _solver(args)
        for number, task in enumerate(_chosen(args.task) * args.runs, 1):
            trials.append(attempt(task, solver, args.seconds))
            _show(trials[-1], number, args)
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
    print(report.summary(trials))
    if args.json:
        args.json.write_text(
            json.dumps([report.record(trial) for trial in trials], ensure_ascii=False, indent=1), "utf-8"
        )
    return 0


def _show(trial: Trial, number: int, args: argparse.Namespace) -> None:
    print(report.line(trial), flush=True)
    if args.verbose:
        print("\n".join(f"    | {line}" for line in trial.answer.text.splitlines()), flush=True)
    if args.transcripts:
        args.transcripts.mkdir(parents=True, exist_ok=True)
        (args.transcripts / f"{number:02}-{trial.task.name}.md").write_text(report.transcript(trial), "utf-8")


def _chosen(names: list[str]) -> list[Task]:
    known = {task.name: task for task in TASKS}
    if unknown := set(names) - set(known):
        sys.exit(f"no such task: {', '.join(sorted(unknown))}\n--list shows all")
    return [known[name] for name in names] or list(TASKS)


def _solver(args: argparse.Namespace) -> Solver:
    # each is imported where it is chosen: the baseline is there to compare with, and must not need the agent
    if args.baseline:
        from tests.evals.baseline import Baseline

        return Baseline(args.api_base, args.api_key or "", args.model or "default", args.max_steps)
    from tests.evals.agent import Agent

    given = {key: getattr(args, key) for key in ("model", "api_base", "api_key", "temperature", "tool_calling")}
    settings = {key: value for key, value in given.items() if value is not None}
    return Agent({**settings, "local": args.local, "max_steps": args.max_steps})


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tests.evals", description=__doc__)
    parser.add_argument("-m", "--model", help="as for `interpreter`")
    parser.add_argument("--local", action="store_true", help="the embedded model, or a model server running here")
    parser.add_argument("--api-base", help="an OpenAI-compatible endpoint, up to and including /v1")
    parser.add_argument("--api-key")
    parser.add_argument("--temperature", type=float)
    parser.add_argument("--tool-calling", action=argparse.BooleanOptionalAction, help="code as native tool calls")
    parser.add_argument("--baseline", action="store_true", help="the bare loop instead of the agent; needs --api-base")
    parser.add_argument("--task", nargs="+", action="extend", default=[], metavar="NAME", help="only these tasks")
    parser.add_argument("--list", action="store_true", help="print the tasks and stop")
    parser.add_argument("--runs", type=int, default=1, help="how often each task is tried")
    parser.add_argument("--max-steps", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=180, help="limit for one task")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the trials here")
    parser.add_argument("--transcripts", type=Path, metavar="DIR", help="write each turn here, as Markdown")
    parser.add_argument("-v", "--verbose", action="store_true", help="print the answers too")
    args = parser.parse_args(argv)
    if args.baseline and not args.api_base:
        parser.error("--baseline needs --api-base")
    return args


if __name__ == "__main__":
    sys.exit(main())
