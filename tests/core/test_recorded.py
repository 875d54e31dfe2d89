"""Around kernels it is written down what runs, before it does and after."""

from dataclasses import dataclass, field

import pytest

from interpreter.core.errors import KernelFailed
from interpreter.core.messages import CodeBlock, Failure
from interpreter.core.ports import DIRECT, PERSON, Ended, OutputArrived, Refuse, Request, Run
from interpreter.core.recorded import Approvals, Recorded
from tests.fakes import FakeApprover, FakeKernel, FakeKernels

BLOCK = CodeBlock("python", "1 / 0")
REQUEST = Request(BLOCK, 1, "python", "here")


@dataclass
class Lines:
    lines: list[tuple] = field(default_factory=list)

    def started(self, block: CodeBlock, by: str) -> str:
        self.lines.append(("started", block, by))
        return f"run {len(self.lines)}"

    def ended(self, run: str, ended: Ended, error: str) -> None:
        self.lines.append((run, ended.status, error))


def recorded(script) -> tuple[Recorded, Lines]:
    lines = Lines()
    return Recorded(FakeKernels(FakeKernel(script)), lines, lambda block: "somebody"), lines


def test_the_line_is_there_before_the_first_byte_goes_to_the_kernel():
    seen = []

    def script(code):
        seen.extend(lines.lines)
        yield OutputArrived(Failure("ZeroDivisionError", "", ""))
        return Ended("failed", 0.5)

    kernels, lines = recorded(script)
    assert len(list(kernels.get("python").run("1 / 0"))) == 1
    assert seen == [("started", BLOCK, "somebody")]
    assert lines.lines[1:] == [("run 1", "failed", "ZeroDivisionError")]


def test_a_run_that_is_broken_off_or_never_begins_has_an_end():
    def script(code):
        if code == "never":
            raise KernelFailed("It does not start.")
        yield OutputArrived(Failure("A", "", ""))
        return Ended("ok", 0.5)

    kernels, lines = recorded(script)
    run = kernels.get("python").run("x")
    next(run)
    run.close()
    with pytest.raises(KernelFailed):
        next(kernels.get("python").run("never"))
    assert lines.lines[1::2] == [("run 1", "interrupted", "A"), ("run 3", "failed", "KernelFailed")]


def test_an_approval_is_of_one_block_and_used_once():
    approvals = Approvals(FakeApprover([Run(BLOCK, by=PERSON), Run(BLOCK, by=PERSON), Run(BLOCK), Refuse()]))
    approvals.decide(REQUEST)
    assert [approvals.by(BLOCK), approvals.by(BLOCK)] == [PERSON, DIRECT]
    approvals.decide(REQUEST)
    assert approvals.by(CodeBlock("python", "2")) == DIRECT
    approvals.decide(REQUEST)
    approvals.decide(REQUEST)
    assert approvals.by(BLOCK) == DIRECT
