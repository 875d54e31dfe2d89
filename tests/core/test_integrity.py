"""What was shown is what was approved is what was run, for 10,000 replies, however they are cut and edited."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import pytest

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import NotAsApproved
from interpreter.core.events import (
    ApprovalAsked,
    CodeEnded,
    ErrorRaised,
    Event,
    ExecutionStarted,
    MessageAdded,
    TurnEnded,
)
from interpreter.core.messages import CodeBlock, Execution, Instruction
from interpreter.core.ports import CodeDelta, Decision, Delta, Finished, Idle, Refuse, Request, Run, TextDelta
from tests.fakes import FakeApprover, FakeKernel, FakeKernels, FakeModel

PARTS = (
    "Let me see.\n", "It is `x`.\n", "\n", "1. So:\n", "<think>", "</think>", "é\u202e\u200b\r\n", "\N{PILE OF POO}\n",
    "```python\n", "```\n", "```bash\n", "````py\n", "````\n", "~~~ python\n", "~~~\n", "   ```python\n",
    "```json\n{}\n", "```python example\n", "print(1)\n", "print('x')", "  x = '''\n", "'''\n", '"""', "!rm -rf x\n",
    "%%bash\n", "\tif y:\n", "cat <<EOF\n", "EOF\n", "x = 1\r\n", "x\r", "\x1b[2J", "\ud800", "<tool_call>",
    '{"name": "execute"}', "</tool_call>\n",
)  # fmt: skip
NATIVE = ("print(", "2)", "\n", "```\n", "'''", "\u2066", "")
REPLIES = 10_000


def digest(block: CodeBlock) -> str:
    """As docs/terminal.md says it."""
    return hashlib.sha256(f"{block.language}\n{block.code}".encode("utf-8", "surrogatepass")).hexdigest()


def reply(random: Random) -> list[Delta]:
    """A reply that may hold code, in pieces; it may end in the middle."""
    text = "".join(random.choices(PARTS, k=random.randint(1, 12)))
    deltas: list[Delta] = []
    while text:
        size = random.choice((1, 2, 3, 7, 40))
        deltas.append(TextDelta(text[:size]))
        text = text[size:]
        if random.random() < 0.05:
            deltas.append(Idle())
    if random.random() < 0.2:
        at = random.randint(0, len(deltas))
        deltas[at:at] = [CodeDelta("python", part) for part in random.choices(NATIVE, k=random.randint(1, 4))]
    finish = random.choice(("stop", "stop", "stop", "length", "error", "filter", None))
    return deltas[: random.randint(0, len(deltas))] if finish is None else [*deltas, Finished(finish)]


def fenced(random: Random) -> list[Delta]:
    """A reply that certainly holds a block."""
    lines = "".join(random.choices([part for part in PARTS if "`" not in part and "~" not in part], k=4))
    text = f"{random.choice(PARTS[:3])}~~~~~~~~ {random.choice(('python', 'bash'))}\n{lines}x = 1\n~~~~~~~~\n"
    size = random.randint(1, 30)
    return [*(TextDelta(text[at : at + size]) for at in range(0, len(text), size)), Finished("stop")]


def as_it_is(request: Request, random: Random) -> Decision:
    return Run(request.block)


def as_it_was_shown(request: Request, random: Random) -> Decision:
    return Run(request.block, sha256=request.sha256)


def edited(request: Request, random: Random) -> Decision:
    """As the person left it: another text, the same one, or another language."""
    code = request.block.code
    at = random.randint(0, len(code))
    return Run(CodeBlock(request.block.language, random.choice((code, code[:at] + "#\u200b" + code[at:], code[at:]))))


def refused(request: Request, random: Random) -> Decision:
    return Refuse(random.choice(("", "not so")))


def exchanged(request: Request, random: Random) -> Decision:
    """Something between the question and the kernel hands on another block than the one that was read."""
    other = random.choice((CodeBlock("python", request.block.code + " "), CodeBlock("java", request.block.code)))
    return Run(other, sha256=request.sha256)


def changed(request: Request, random: Random) -> Decision:
    """Something changes the block itself, which was approved."""
    approved = Run(request.block)
    object.__setattr__(request.block, "code", request.block.code + "\nimport os")
    return approved


HONEST = (as_it_is, as_it_was_shown, edited, refused)
CROOKED = (exchanged, changed)


@dataclass
class Approver:
    """Keeps what was asked, as it was then, and what was answered."""

    random: Random
    ways: tuple[Callable[[Request, Random], Decision], ...]
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    answered: list[tuple[str, str]] = field(default_factory=list)
    digests: list[str] = field(default_factory=list)

    def decide(self, request: Request) -> Decision:
        self.asked.append((request.block.language, request.block.code, request.sha256))
        decision = self.random.choice(self.ways)(request, self.random)
        if isinstance(decision, Run):
            self.answered.append((decision.block.language, decision.block.code))
            self.digests.append(decision.sha256)
        return decision


@dataclass
class Kernels(FakeKernels):
    """Every language runs here, and what runs is kept in one order."""

    ran: list[tuple[str, str]] = field(default_factory=list)

    def get(self, language: str) -> FakeKernel:
        kernels = self

        class Kernel(FakeKernel):
            def run(self, code, timeout=None):
                kernels.ran.append((language, code))
                return (yield from super().run(code))

        return Kernel()


def played(deltas: list[Delta], approver: Approver) -> tuple[list[Event], Kernels]:
    """A turn in which the model sends this reply, and then answers; events are looked at as they come."""
    kernels = Kernels()
    agent = Agent(FakeModel([deltas, "Done.", "Done."]), kernels, approver, cancel=CancelToken(), system=lambda: "")
    return list(agent.run(Instruction("do it"))), kernels


def of(kind, events):
    return [event for event in events if isinstance(event, kind)]


def test_ten_thousand_replies_are_run_as_they_were_shown_and_approved():
    random = Random(20261126)
    runs = edits = 0
    for number in range(REPLIES):
        approver = Approver(random, HONEST)
        events, kernels = played(fenced(random) if number % 2 else reply(random), approver)

        shown = "".join(event.text for event in of(CodeDelta, events))
        ended = of(CodeEnded, events)
        assert [event.sha256 for event in ended] == [sha256 for _, _, sha256 in approver.asked]
        assert [event.request.sha256 for event in of(ApprovalAsked, events)] == [event.sha256 for event in ended]
        for event, (language, code, sha256) in zip(ended, approver.asked, strict=True):
            assert (event.block.language, event.block.code) == (language, code)
            assert sha256 == digest(event.block)
            assert shown.rstrip("\n") == code.rstrip("\n")
        assert kernels.ran == approver.answered
        assert [event.sha256 for event in of(ExecutionStarted, events)] == approver.digests
        done = [event.message for event in of(MessageAdded, events) if isinstance(event.message, Execution)]
        executed = [execution for execution in done if execution.status != "refused"]
        assert [(execution.block.language, execution.block.code) for execution in executed] == kernels.ran
        assert [execution.sha256 for execution in executed] == approver.digests
        for execution in executed:
            assert execution.sha256 == digest(execution.block)
            assert execution.edited is ((execution.block.language, execution.block.code) != approver.asked[0][:2])
            edits += execution.edited
        runs += len(executed)
    assert runs > REPLIES / 3 and edits > REPLIES / 20


def test_a_block_that_is_not_the_approved_one_never_runs():
    random = Random(7)
    for _ in range(500):
        approver = Approver(random, CROOKED)
        events, kernels = played(fenced(random), approver)

        assert len(approver.asked) == 1 and kernels.ran == []
        assert of(ExecutionStarted, events) == []
        (raised,) = of(ErrorRaised, events)
        assert isinstance(raised.error, NotAsApproved) and raised.error.hint
        assert events[-1] == TurnEnded("failed")
        (execution,) = [event.message for event in of(MessageAdded, events) if isinstance(event.message, Execution)]
        assert execution.status == "refused"


def test_a_block_that_changes_after_it_was_announced_does_not_run():
    kernels = Kernels()
    model = FakeModel(["```python\nprint(1)\n```\n", "Done."])
    agent = Agent(model, kernels, FakeApprover(), cancel=CancelToken(), system=lambda: "")
    events = []
    for event in agent.run(Instruction("do it")):
        if isinstance(event, ExecutionStarted):
            object.__setattr__(event.block, "code", "print(2)")
        events.append(event)
    assert kernels.ran == []
    assert isinstance(of(ErrorRaised, events)[0].error, NotAsApproved)


@pytest.mark.parametrize("other", [CodeBlock("bash", "ls"), CodeBlock("python", "ls "), CodeBlock("python", "\nls")])
def test_language_and_every_character_count(other):
    assert CodeBlock("python", "ls").sha256 != other.sha256
