"""The loop, with a scripted model and a kernel that runs nothing."""

from collections.abc import Generator

import pytest

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KeyRejected, ModelFailed
from interpreter.core.events import (
    CodeEnded,
    ErrorRaised,
    Event,
    ExecutionStarted,
    MessageAdded,
    OutputReceived,
    SessionStarted,
    TurnEnded,
    UsageReported,
)
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Instruction, Reply, Text
from interpreter.core.ports import (
    Cleared,
    CodeDelta,
    DisplayUpdated,
    Ended,
    Finished,
    Frame,
    Idle,
    InputAsked,
    KernelEvent,
    OutputArrived,
    Refuse,
    Run,
    TextDelta,
    Usage,
    Variable,
)
from interpreter.core.redact import Redactor
from tests.fakes import FakeApprover, FakeAsker, FakeKernel, FakeKernels, FakeModel

ONE = "Let me see.\n```python\nprint(1)\n```\n"
TWO = "```python\nprint(2)\n```\n"


def make(replies, *, kernel=None, approver=None, asker=None, max_steps=50, token=None, system="system") -> Agent:
    return Agent(
        FakeModel(list(replies)),
        FakeKernels(kernel or FakeKernel()),
        approver or FakeApprover(),
        cancel=token or CancelToken(),
        system=lambda: system,
        asker=asker,
        max_steps=max_steps,
    )


def turn(agent: Agent, text: str = "do it") -> list[Event]:
    return list(agent.run(Instruction(text)))


def reason(events: list[Event]) -> str:
    assert isinstance(events[-1], TurnEnded)
    return events[-1].reason


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def executions(agent: Agent) -> list[Execution]:
    return of(Execution, agent.conversation.messages)


def test_changed_variables_are_told_with_known_secrets_masked():
    key = "sk-canary-" + "1" * 60

    def assigns(code: str) -> Generator[KernelEvent, None, Ended]:
        yield from ()
        shown = (Variable("a", "str", "", f"'{key}'"), Variable("b", "str", "", f"'{key[:50]}…"))
        return Ended("ok", 0.1, changed=(*shown, Variable("n", "int", "", "5")))

    agent = make([ONE, "Done."], kernel=FakeKernel(assigns))
    agent.redact = Redactor([key])
    events = turn(agent)

    (execution,) = executions(agent)
    assert [each.preview for each in execution.changed] == ["'[secret]'", "'[secret]…", "5"]
    assert "sk-canary" not in repr(events)


def test_the_running_kernel_can_be_looked_at_and_no_other():
    frames = (Frame("f", 3, "sleep()"),)
    agent = make([ONE, "Done."], kernel=FakeKernel(frames=frames))
    seen = [(type(event), agent.peek()) for event in agent.run(Instruction("do it"))]

    assert dict(seen)[OutputReceived] == frames
    assert all(looked == () for kind, looked in seen if kind is not OutputReceived)


def test_code_is_run_and_its_output_goes_back_until_the_model_answers():
    agent = make([ONE, "It is 1."])

    events = turn(agent)

    assert reason(events) == "answered"
    assert [type(message) for message in agent.conversation.messages] == [Instruction, Reply, Execution, Reply]
    assert executions(agent)[0].text == "ran print(1)\n"
    assert agent.model.asked[1][-1] == executions(agent)[0]


def test_an_answer_without_code_ends_the_turn_at_once():
    agent = make(["Paris."])
    assert reason(turn(agent)) == "answered"
    assert agent.kernels.kernel.ran == []


def test_a_session_starts_once():
    agent = make(["One.", "Two."])
    assert len(of(SessionStarted, turn(agent) + turn(agent))) == 1


def test_the_reply_ends_with_its_first_block_and_what_was_invented_behind_it_is_dropped():
    agent = make([ONE + "Output: 7\n" + TWO + "x" * 100, "Done."])
    turn(agent)
    reply = agent.conversation.messages[1]
    assert reply.text.rstrip().endswith("```") and "7" not in reply.text
    assert agent.kernels.kernel.ran == ["print(1)"]


def test_the_bytes_of_the_event_are_the_bytes_approved_and_the_bytes_run():
    approver = FakeApprover()
    agent = make([ONE, "Done."], approver=approver)

    events = turn(agent)

    block = of(CodeEnded, events)[0].block
    assert approver.asked[0].block == block == of(ExecutionStarted, events)[0].block
    assert agent.kernels.kernel.ran == [block.code]


def test_an_execution_is_announced_before_its_first_byte_goes_to_the_kernel():
    agent = make([ONE, "Done."])
    for event in agent.run(Instruction("do it")):
        if isinstance(event, ExecutionStarted):
            assert agent.kernels.kernel.ran == []


def test_a_request_names_the_place_the_folder_and_what_stands_out():
    agent = make(["```python\nimport shutil\nshutil.rmtree('/srv')\n```\n", "Done."])
    agent._folder = "/home/ann"
    turn(agent)
    request = agent._approver.asked[0]
    assert (request.place, request.folder) == ("this machine", "/home/ann")
    assert request.hints == ("deletes files (shutil.rmtree)",)


def test_a_turn_has_a_number_that_no_later_turn_gets_even_when_it_is_undone():
    agent = make([ONE, "Done."] * 4)
    for _ in range(2):
        turn(agent)
        agent.conversation.undo()
    agent.conversation.reset()
    turn(agent)
    assert [request.turn for request in agent._approver.asked] == [1, 2, 3]


@pytest.mark.parametrize("decision", [Run(CodeBlock("python", "print(1)"), Usage(7, 8)), Refuse(spent=Usage(7, 8))])
def test_what_explanations_cost_is_reported_with_the_rest(decision):
    events = turn(make([ONE, "Done."], approver=FakeApprover([decision])))
    assert UsageReported(Usage(7, 8)) in events


def test_refused_code_never_runs_and_ends_the_turn():
    agent = make([ONE], approver=FakeApprover([Refuse()]))
    assert reason(turn(agent)) == "refused"
    assert agent.kernels.kernel.ran == []
    assert executions(agent)[0].status == "refused"


def test_a_refusal_with_words_goes_back_to_the_model():
    agent = make([ONE, "Then not."], approver=FakeApprover([Refuse("do not print")]))
    assert reason(turn(agent)) == "answered"
    assert agent.model.asked[1][-1].note == "do not print"


def test_a_refusal_by_policy_goes_back_to_the_model():
    agent = make([ONE, "Then not."], approver=FakeApprover([Refuse("a rule", by="policy")]))
    assert reason(turn(agent)) == "answered"


def test_where_nobody_can_approve_the_turn_ends_unapproved():
    agent = make([ONE], approver=FakeApprover([Refuse(by="nobody")]))
    assert reason(turn(agent)) == "unapproved"
    assert agent.kernels.kernel.ran == []


def test_an_edited_block_is_what_runs_and_the_model_is_told():
    edited = CodeBlock("python", "print('mine')")
    agent = make([ONE, "Done."], approver=FakeApprover([Run(edited)]))

    turn(agent)

    assert agent.kernels.kernel.ran == [edited.code]
    assert executions(agent)[0].block == edited
    assert executions(agent)[0].edited
    assert executions(agent)[0].note == ""


def test_a_block_that_has_just_succeeded_is_not_run_again():
    agent = make([ONE, ONE])
    assert reason(turn(agent)) == "answered"
    assert agent.kernels.kernel.ran == ["print(1)"]


def fails(code: str) -> Generator[KernelEvent, None, Ended]:
    yield OutputArrived(Failure("ValueError", "no", "ValueError: no"))
    return Ended("failed", 0.0)


def test_the_same_block_failing_the_same_way_three_times_is_stuck():
    agent = make([ONE] * 10, kernel=FakeKernel(fails))
    assert reason(turn(agent)) == "stuck"
    assert len(agent.kernels.kernel.ran) == 3


def test_other_blocks_that_fail_the_same_way_again_and_again_are_stuck():
    agent = make([f"```python\nprint({n})\n```\n" for n in range(20)], kernel=FakeKernel(fails))
    assert reason(turn(agent)) == "stuck"
    assert len(agent.kernels.kernel.ran) == 6


def test_two_blocks_in_turn_that_give_the_same_each_time_are_stuck():
    agent = make([ONE, TWO] * 20)
    assert reason(turn(agent)) == "stuck"
    assert len(agent.kernels.kernel.ran) == 11


def test_failing_code_is_news_for_the_model():
    agent = make([ONE, "It failed."], kernel=FakeKernel(fails))
    assert reason(turn(agent)) == "answered"
    assert executions(agent)[0].status == "failed"


def test_steps_are_limited():
    agent = make([f"```python\nprint({n})\n```\n" for n in range(9)], max_steps=4)
    assert reason(turn(agent)) == "step_limit"
    assert len(agent.kernels.kernel.ran) == 4


def test_a_language_without_a_kernel_is_news_for_the_model():
    agent = make(["```bash\nls\n```\n", "Sorry."])
    assert reason(turn(agent)) == "answered"
    assert executions(agent)[0].status == "failed"
    assert "Available here: python." in executions(agent)[0].note


@pytest.mark.parametrize("tag", ["json", "text", "html", "python example"])
def test_what_is_not_meant_to_run_is_an_answer(tag):
    agent = make([f"```{tag}\nprint(1)\n```\n"])
    assert reason(turn(agent)) == "answered"
    assert agent.kernels.kernel.ran == []


def test_an_error_of_the_model_ends_the_turn_and_names_itself():
    agent = make([KeyRejected("no", "set it")])
    events = turn(agent)
    assert reason(events) == "failed"
    assert isinstance(of(ErrorRaised, events)[0].error, KeyRejected)


def test_text_before_a_broken_stream_is_kept_and_its_open_block_is_never_offered():
    agent = make([[TextDelta("First.\n```python\nprint(1)\nprint("), Finished("error")]])
    approver = agent._approver
    assert reason(turn(agent)) == "failed"
    assert approver.asked == []
    assert agent.conversation.messages[-1].text.startswith("First.")


def test_a_reply_cut_at_its_length_limit_inside_code_runs_nothing_and_says_so():
    agent = make([[TextDelta("```python\nprint(1)\n"), Finished("length")]])
    events = turn(agent)
    assert isinstance(of(ErrorRaised, events)[0].error, ModelFailed)
    assert agent.kernels.kernel.ran == []


def test_a_reply_that_ends_by_itself_inside_a_fence_gives_the_block():
    agent = make(["```python\nprint(1)", "Done."])
    turn(agent)
    assert agent.kernels.kernel.ran == ["print(1)"]


def test_a_second_empty_reply_is_an_error_but_after_a_success_it_is_an_answer():
    assert reason(turn(make(["", ""]))) == "failed"
    assert reason(turn(make([ONE, ""]))) == "answered"


def test_a_tool_call_is_a_block_and_history_holds_it_as_a_fence():
    call = [CodeDelta("python", "print("), CodeDelta("python", "1)"), Finished("stop", native={"id": 1})]
    agent = make([call, "Done."])
    turn(agent)
    assert agent.kernels.kernel.ran == ["print(1)"]
    assert agent.conversation.messages[1] == Reply(
        "```python\nprint(1)\n```", CodeBlock("python", "print(1)"), native={"id": 1}
    )


def test_code_inside_reasoning_is_never_run():
    agent = make(["<think>\n```python\nprint(1)\n```\n</think>\nParis."])
    assert reason(turn(agent)) == "answered"
    assert agent.kernels.kernel.ran == []
    assert "print" in agent.conversation.messages[1].reasoning


def test_usage_is_the_providers_or_an_estimate_marked_as_such():
    silent = [TextDelta("Paris."), Finished("stop")]
    assert of(UsageReported, turn(make(["Paris."])))[0].usage == Usage(10, 2)
    assert of(UsageReported, turn(make([silent])))[0].usage.estimated


def test_cancelling_while_the_model_writes_keeps_what_was_said():
    agent = make([[TextDelta("Once upon a time"), Idle(), Idle(), Idle()]])
    events = []
    for event in agent.run(Instruction("tell")):
        events.append(event)
        agent.cancel()
    assert reason(events) == "interrupted"
    assert agent.model.closed == 1


def test_cancelling_at_the_question_runs_nothing():
    token = CancelToken()
    agent = make([ONE], approver=FakeApprover(token=token), token=token)
    assert reason(turn(agent)) == "interrupted"
    assert agent.kernels.kernel.ran == []
    assert executions(agent)[0].status == "interrupted"


def test_a_cancelled_run_is_recorded_and_asks_the_model_nothing_more():
    token = CancelToken()

    def cancelled(code: str) -> Generator[KernelEvent, None, Ended]:
        yield OutputArrived(Text("half"))
        token.cancel()
        return Ended("interrupted", 1.0)

    agent = make([ONE], kernel=FakeKernel(cancelled), token=token)
    assert reason(turn(agent)) == "interrupted"
    assert executions(agent)[0].text == "half"
    assert len(agent.model.asked) == 1


def test_the_turn_after_a_cancelled_one_starts_afresh():
    agent = make([[TextDelta("x"), Idle()], "Fine."])
    for _ in agent.run(Instruction("one")):
        agent.cancel(kill=True)
    assert reason(turn(agent)) == "answered"
    assert not agent.token.kills


def test_closing_the_turn_early_records_the_execution():
    agent = make([ONE])
    events = agent.run(Instruction("do it"))
    for event in events:
        if isinstance(event, OutputReceived):
            break
    events.close()
    assert executions(agent)[0].status == "interrupted"
    assert executions(agent)[0].text == "ran print(1)\n"


def test_a_keyboard_interrupt_is_recorded_and_raised_on():
    def pressed(code: str) -> Generator[KernelEvent, None, Ended]:
        yield OutputArrived(Text("half"))
        raise KeyboardInterrupt

    agent = make([ONE], kernel=FakeKernel(pressed))
    with pytest.raises(KeyboardInterrupt):
        turn(agent)
    assert executions(agent)[0].status == "interrupted"


def asks(code: str) -> Generator[KernelEvent, None, Ended]:
    yield InputAsked("name? ")
    return Ended("ok", 0.0)


def test_input_is_answered_by_whoever_can():
    agent = make([ONE, "Done."], kernel=FakeKernel(asks), asker=FakeAsker("Ada"))
    turn(agent)
    assert agent.kernels.kernel.answers == ["Ada"]


def test_breaking_off_an_input_stops_the_turn():
    agent = make([ONE], kernel=FakeKernel(asks), asker=FakeAsker(None))
    assert reason(turn(agent)) == "interrupted"


def test_cleared_and_updated_displays_leave_the_last_state():
    def draws(code: str) -> Generator[KernelEvent, None, Ended]:
        yield OutputArrived(Text("loading"))
        yield Cleared()
        yield OutputArrived(Display({"text/plain": "a"}, id="1"))
        yield DisplayUpdated("1", Display({"text/plain": "b"}, id="1"))
        return Ended("ok", 0.0)

    agent = make([ONE, "Done."], kernel=FakeKernel(draws))
    events = turn(agent)
    assert executions(agent)[0].outputs == (Display({"text/plain": "b"}, id="1"),)
    assert [(event.clears, event.replaces) for event in of(OutputReceived, events)] == [
        (False, None),
        (True, None),
        (False, "1"),
    ]


def test_every_message_is_reported_as_it_is_added():
    agent = make([ONE, "Done."])
    added = [event.message for event in of(MessageAdded, turn(agent))]
    assert tuple(added) == agent.conversation.messages


def test_a_secret_in_an_error_is_made_into_a_mark():
    agent = make([KeyRejected("sk-canary-1 is no key", "ask for a better one than sk-canary-1")])
    agent.redact = Redactor(["sk-canary-1"])
    error = of(ErrorRaised, turn(agent))[0].error
    assert "canary" not in f"{error} {error.hint}" and "[secret]" in str(error)


def test_a_stream_that_breaks_behind_a_complete_block_breaks_nothing():
    class Breaks(FakeModel):
        def stream(self, system, messages):
            first = not self.asked
            yield from super().stream(system, messages)
            if first:
                raise ModelFailed("cut")

    agent = make([])
    agent.model = Breaks([[TextDelta(ONE), Idle()], "Done."])
    assert reason(turn(agent)) == "answered"
    assert agent.kernels.kernel.ran == ["print(1)"]


def test_cancelling_before_the_first_event_stops_the_turn():
    agent = make(["Paris."])
    events = agent.run(Instruction("where?"))
    agent.cancel()
    assert reason(list(events)) == "interrupted"
