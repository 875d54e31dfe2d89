from typing import Any

from interpreter.core.events import ErrorRaised, ExecutionStarted, MessageAdded, OutputReceived, TurnEnded
from interpreter.core.messages import CodeBlock, Execution, Instruction, Reply, Text
from interpreter.core.ports import Ended, OutputArrived
from interpreter.terminal.user_runs import UserRuns, run_for_user, told
from tests.fakes import FakeKernel, FakeKernels
from tests.terminal.commands.fronts import front_with, said

BLOCK = CodeBlock("python", "x")
RUN = Execution(BLOCK, "ok", (Text("5\n"),))


def kinds(events: Any) -> list[type]:
    return [type(event) for event in events]


def test_a_typed_block_runs_without_a_question_and_is_kept(tmp_path):
    front = front_with(tmp_path)
    kept: list[Execution] = []
    events = list(run_for_user(front.assembled.agent, BLOCK, kept.append))
    assert kinds(events) == [ExecutionStarted, OutputReceived, MessageAdded, TurnEnded]
    assert [each.outputs for each in kept] == [(Text("ran x\n"),)]
    assert front.assembled.agent.conversation.messages == ()


def test_one_that_is_broken_off_is_kept_as_interrupted(tmp_path):
    kept: list[Execution] = []
    run = run_for_user(front_with(tmp_path).assembled.agent, BLOCK, kept.append)
    next(run), next(run)
    run.close()
    assert [(each.status, each.outputs) for each in kept] == [("interrupted", (Text("ran x\n"),))]


def test_a_language_without_a_kernel_is_told_how_to_get_it(tmp_path, capsys):
    front = front_with(tmp_path)
    front.follow(run_for_user(front.assembled.agent, CodeBlock("bash", "ls"), lambda done: None))
    assert "Available here: python." in capsys.readouterr().err


def test_a_kernel_that_cannot_start_is_an_error_and_the_chat_goes_on(tmp_path):
    from interpreter.core.errors import KernelFailed

    def fails(code: str) -> Any:
        raise KernelFailed("It is dead.", "Start anew.")
        yield

    front = front_with(tmp_path, kernels=FakeKernels(FakeKernel(fails)))
    assert kinds(run_for_user(front.assembled.agent, BLOCK, lambda done: None)) == [
        ExecutionStarted,
        ErrorRaised,
        TurnEnded,
    ]


def test_the_model_reads_what_ran_and_what_came_out():
    text = told(Execution(CodeBlock("bash", "ls"), "failed", (Text("gone\n"),)), small=False)
    assert "```bash\nls\n```" in text and "gone" in text


def test_a_small_model_is_told_less_of_a_long_output():
    long = Execution(BLOCK, "ok", (Text("line\n" * 10_000),))
    assert len(told(long, small=True)) < 3_500 < len(told(long, small=False)) < 14_000


def test_what_was_typed_stands_where_it_happened():
    messages = (Instruction("a"), Reply("b"), Instruction("c"), Reply("d"))
    runs = UserRuns()
    first, second, third = (Execution(CodeBlock("bash", name), "ok") for name in "123")
    runs.keep(first, 0)
    runs.keep(second, 2)
    runs.keep(third, 4)
    assert runs.among(messages) == (first, *messages[:2], second, *messages[2:], third)
    assert runs.among(messages[:2]) == (first, *messages[:2], second, third)
    assert runs.among(()) == (first, second, third)


def type_in(front: Any, text: str) -> None:
    block = CodeBlock("python", text)
    after = len(front.assembled.agent.conversation.messages)
    front.follow(run_for_user(front.assembled.agent, block, lambda done: front.user_runs.keep(done, after)))


def test_commands_about_outputs_find_it(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PAGER", "cat")
    front = front_with(tmp_path, "```python\nfirst\n```\n", "Done.")
    front.carry_out("go")
    type_in(front, "mine")
    assert "ran mine" in said(capsys, front, "%output")
    assert "ran first" in said(capsys, front, "%output 2")
    said(capsys, front, "%markdown")
    assert "ran mine" in (tmp_path / "session.md").read_text()


def test_a_reset_forgets_it_too(tmp_path, capsys):
    front = front_with(tmp_path)
    type_in(front, "mine")
    front.assembled.session.news.tell("I have run this myself")
    said(capsys, front, "%reset")
    assert front.user_runs.among(()) == ()
    assert front.assembled.session.news.told_with(Instruction("go")) == Instruction("go")


def test_it_is_no_turn_and_no_step(tmp_path, capsys):
    front = front_with(tmp_path, "Fine.")
    front.carry_out("go")
    before = front.tally.turn
    type_in(front, "mine")
    assert (front.tally.turns, front.tally.steps, front.tally.turn_steps) == (1, 1, 0)
    assert front.tally.turn == before and not front.tally.is_in_turn


def test_interrupted_runs_end_as_stopped(tmp_path):
    def stopped(code: str) -> Any:
        yield OutputArrived(Text("a"))
        return Ended("interrupted", 0.1)

    front = front_with(tmp_path, kernels=FakeKernels(FakeKernel(stopped)))
    assert list(run_for_user(front.assembled.agent, BLOCK, lambda done: None))[-1] == TurnEnded("interrupted")
