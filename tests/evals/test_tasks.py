"""Every task can be solved, and cannot be solved by saying nothing, guessing wrong or repeating the question."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.core.messages import CodeBlock, Execution, Reply, Text
from tests.evals import report
from tests.evals.catalogue import TASKS
from tests.evals.checks import function, name, number
from tests.evals.solutions import SOLUTIONS
from tests.evals.task import Outcome, Task
from tests.evals.trial import Answer, attempt

NOWHERE = Path(os.devnull)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_its_solution_solves_the_task(task: Task, tmp_path: Path) -> None:
    task.put_files(tmp_path)

    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", SOLUTIONS[task.name]],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )

    assert run.returncode == 0, run.stderr
    assert task.is_solved(Outcome(run.stdout, tmp_path))


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_words_alone_do_not_solve_the_task(task: Task, tmp_path: Path) -> None:
    task.put_files(tmp_path)

    for words in ("", "I could not do that.", "Done! The answer is 42.", task.instruction, "```python\nprint(1)\n```"):
        assert not task.is_solved(Outcome(words, tmp_path))
        assert not task.is_computed(Outcome(words, tmp_path))


def test_tasks_have_a_solution_each_and_names_of_their_own() -> None:
    assert sorted(task.name for task in TASKS) == sorted(SOLUTIONS)


@pytest.mark.parametrize(
    "text", ["1234567", "It is **1,234,567**.", "1.234.567 €", "= 1 234 567!", "1234567.0", "(1_234_567)"]
)
def test_a_number_is_found_however_it_is_set(text: str) -> None:
    assert number(1234567)(Outcome(text, NOWHERE))


@pytest.mark.parametrize(
    "text", ["11234567", "1234567.8", "-1234567", "v1234567", "12345678", "1,234,567,000", "0.1234567"]
)
def test_a_number_inside_another_is_not_found(text: str) -> None:
    assert not number(1234567)(Outcome(text, NOWHERE))


def test_a_short_number_is_not_found_in_dates_and_times() -> None:
    assert not number(12)(Outcome("At 09:12 on 2024-12-01, or 1/12/24, 12.5% of 3,12 and 12,000", NOWHERE))


def test_decimals_may_have_a_comma_and_no_others() -> None:
    assert number("3866.21")(Outcome("Es sind 3.866,21 Euro.", NOWHERE))
    assert not number("3866.21")(Outcome("3866.2068", NOWHERE))


def test_listing_every_candidate_names_none() -> None:
    best = name("Rug", rather_than=("Rug", "Desk", "Lamp"))

    assert best(Outcome("The Rug, ahead of the Desk", NOWHERE))
    assert not best(Outcome("Rug 3, Desk 2, Lamp 1", NOWHERE))


def test_a_function_that_fails_or_never_ends_is_wrong() -> None:
    double = function({"2": 4})

    assert double(Outcome("So:\n\n```python\ndef f(x):\n    return 2 * x\n```", NOWHERE))
    assert not double(Outcome("```python\ndef f(x):\n    raise SystemExit(0)\n```", NOWHERE))
    assert not double(Outcome("```python\ndef f(x):\n    return 2 * y\n```", NOWHERE))


def test_what_only_an_execution_printed_is_computed_but_not_solved() -> None:
    task = Task("answer", "What is it?", number(1234))
    messages = (
        Reply("```python\nprint(1234)\n```"),
        Execution(CodeBlock("python", "print(1234)"), "ok", (Text("1234\n"),)),
    )

    trial = attempt(task, lambda instruction, folder, seconds: Answer("It is shown.", messages, 5, 7, "answered"), 1)

    assert (trial.is_solved, trial.is_computed) == (False, True)
    assert report.summary([trial]).startswith("solved 0/1, computed 1/1, tokens 5 in 7 out")
    assert "print(1234)" in report.transcript(trial)


def test_a_solver_that_raises_has_not_solved_the_task() -> None:
    def broken(instruction: str, folder: Path, seconds: float) -> Answer:
        raise OSError("gone")

    trial = attempt(TASKS[0], broken, 1)

    assert not trial.is_computed
    assert trial.answer.reason == "OSError: gone"
