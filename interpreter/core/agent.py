"""The loop: ask the model, run its block, tell it what came out, until it answers."""

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from typing import assert_never

from interpreter.core import corrections, turn
from interpreter.core.cancel import CancelToken
from interpreter.core.closable import closable
from interpreter.core.conversation import Conversation
from interpreter.core.errors import BudgetReached, InterpreterError, KernelMissing, ModelFailed, NotAsApproved
from interpreter.core.events import (
    ApprovalAsked,
    ErrorRaised,
    Event,
    ExecutionStarted,
    MessageAdded,
    Notice,
    OutputReceived,
    SessionStarted,
    TurnEnded,
    TurnReason,
    UsageReported,
)
from interpreter.core.hints import hints
from interpreter.core.messages import CodeBlock, Correction, Execution, Instruction, Message, Reply
from interpreter.core.outputs import Outputs
from interpreter.core.ports import (
    HERE,
    Approver,
    Asker,
    Cleared,
    DisplayUpdated,
    Ended,
    Frame,
    InputAsked,
    Kernel,
    KernelEvent,
    Kernels,
    Model,
    OutputArrived,
    Refuse,
    Request,
    Run,
)
from interpreter.core.reading import Reading, sent_tokens
from interpreter.core.rules import RULE

READ_ON = 0.2
"""Seconds to read on after the first block: the reply often ends there, and its usage comes with the end."""


class Agent:
    """A conversation whose replies are run.

    `system` gives the system prompt, `place` says where code runs (for the person who approves), `timeout` is the
    seconds a block may take, None for no limit, `redact` takes secrets out of what errors and variables say.
    """

    def __init__(
        self,
        model: Model,
        kernels: Kernels,
        approver: Approver,
        *,
        cancel: CancelToken,
        system: Callable[[], str],
        asker: Asker | None = None,
        conversation: Conversation | None = None,
        place: str = HERE,
        folder: str = "",
        max_steps: int = 50,
        timeout: float | None = None,
        redact: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.kernels = kernels
        self.conversation = conversation or Conversation()
        self.token = cancel
        self.timeout = timeout
        self.redact = redact
        self._approver = approver
        self._asker = asker
        self._system = system
        self._place = place
        self._folder = folder
        self._max_steps = max_steps
        self._clock = clock
        self._is_new = True
        # Not the conversation's, which counts backwards when a turn is undone: an approval is for one turn.
        self._turn = self.conversation.turn
        self._running: Kernel | None = None

    def run(self, instruction: Instruction) -> Generator[Event, None, None]:
        """Carry out an instruction: one turn.

        Closing the iterator early stops what runs and keeps what there is. A KeyboardInterrupt does the same and is
        raised on.
        """
        self.token.clear()
        return self._run(instruction)

    def _run(self, instruction: Instruction) -> Generator[Event, None, None]:
        if self._is_new:
            self._is_new = False
            yield SessionStarted(self.model.name, self._place, self._folder)
        try:
            reason = yield from self._take_turn(instruction)
        except InterpreterError as error:
            yield ErrorRaised(error.reworded(self.redact))
            reason = "budget" if isinstance(error, BudgetReached) else "failed"
        yield TurnEnded(reason)

    def cancel(self, *, kill: bool = False) -> None:
        """Stop the turn, from any thread or signal handler; with `kill`, at the price of the kernel's variables."""
        self.token.cancel(kill=kill)

    def peek(self) -> tuple[Frame, ...]:
        """Where the running block is, innermost frame last, from any thread; empty when none runs or can tell."""
        kernel = self._running
        return kernel.peek() if kernel is not None else ()

    @property
    def context_tokens(self) -> int:
        """Tokens that the next request begins with, without the new instruction; an estimate."""
        return sent_tokens(self._system(), self.conversation.messages)

    def close(self) -> None:
        """End the kernels; the conversation stays."""
        self.kernels.close()

    def _take_turn(self, instruction: Instruction) -> Generator[Event, None, TurnReason]:
        self._turn += 1
        yield self._add(instruction)
        correction: Correction | None = None
        has_corrected = False
        for _ in range(self._max_steps):
            reply, correction = yield from self._ask_model(correction, corrects=not has_corrected)
            if self.token.is_set:
                return "interrupted"
            if correction is not None:
                has_corrected = True
                yield Notice("That was neither an answer nor code that can be run: the model is told so, once.")
                continue
            if reply.block is None:
                return "answered"
            if turn.repeats_success(self.conversation.last_turn):
                yield Notice("The same code again, so it was not run; its output stands above.")
                return "answered"
            if reason := (yield from self._carry_out(reply.block)):
                return reason
        return "step_limit"

    def _ask_model(
        self, correction: Correction | None, *, corrects: bool
    ) -> Generator[Event, None, tuple[Reply, Correction | None]]:
        """A reply, and what the model is to be told of it; `correction` is what it is told of the one before."""
        system, messages = self._system(), self.conversation.messages
        reading = Reading(self.kernels.language_of)
        failure: InterpreterError | None = None
        try:
            yield from self._read(reading, system, (*messages, correction) if correction else messages)
        except InterpreterError as error:
            failure = error
        finally:
            reply = reading.reply()
            if reply.text.strip():
                self.conversation.add(reply)
        if reply.text.strip():
            yield MessageAdded(reply)
            yield UsageReported(reading.usage or reading.estimate(system, messages))
        if failure is not None:
            # After what had come was told: it is part of the conversation, and was paid for.
            raise failure
        if self.token.is_set:
            return reply, None
        needed = corrections.correction(reply, reading, self.conversation.last_turn, system) if corrects else None
        if needed is None:
            turn.check(reply, reading, messages)
            if cut := turn.cut(reply, reading):
                yield Notice(cut)
        return reply, Correction(needed) if needed else None

    def _read(self, reading: Reading, system: str, messages: tuple[Message, ...]) -> Iterator[Event]:
        try:
            yield from self._read_on(reading, system, messages)
        except ModelFailed:
            # What breaks off behind a complete block breaks nothing.
            if not reading.is_over:
                raise

    def _read_on(self, reading: Reading, system: str, messages: tuple[Message, ...]) -> Iterator[Event]:
        over_since: float | None = None
        with closing(closable(self.model.stream(system, messages))) as deltas:
            for delta in deltas:
                if self.token.is_set:
                    break
                yield from reading.take(delta)
                if reading.finish is not None and reading.usage is not None:
                    break
                if over_since is None and reading.is_over:
                    over_since = self._clock()
                elif over_since is not None and self._clock() - over_since > READ_ON:
                    break
        if not reading.is_over:
            yield from reading.end()

    def _carry_out(self, block: CodeBlock) -> Generator[Event, None, TurnReason | None]:
        hinted = hints(block, self._folder)
        request = Request(block, self._turn, block.language, self._place, hinted, self._folder)
        yield ApprovalAsked(request)
        decision = self._approver.decide(request)
        if decision.spent is not None:
            yield UsageReported(decision.spent)
        if self.token.is_set:
            yield self._add(Execution(block, "interrupted", note="It had not been run yet."))
            return "interrupted"
        match decision:
            case Run(approved):
                edited = decision.sha256 != request.sha256
                if decision.by.startswith(RULE):
                    yield Notice(f"Runs without a question: {decision.by}.")
                return (yield from self._execute(approved, decision.sha256, edited=edited))
            case Refuse(reason, by):
                yield self._add(Execution(block, "refused", note=reason))
                if by == "policy":
                    yield Notice(f"Not run. {reason}")
                    return "stuck" if turn.is_stuck(self.conversation.last_turn) else None
                return turn.after_refusal(reason, by)
            case _:
                assert_never(decision)

    def _execute(self, block: CodeBlock, approved: str, *, edited: bool) -> Generator[Event, None, TurnReason | None]:
        """Run a block if it is the one whose SHA-256 was approved; looked at last when all others have seen it."""
        yield from self._refuse_another(block, approved)
        yield ExecutionStarted(block)
        yield from self._refuse_another(block, approved)
        outputs = Outputs()
        started, ended = self._clock(), None
        try:
            ended = yield from self.run_block(block, outputs)
        finally:
            ended = ended or Ended("interrupted", self._clock() - started)
            execution = replace(ended.of(block, outputs.all()), edited=edited)
            self.conversation.add(execution)
        yield MessageAdded(execution)
        if self.token.is_set or execution.status == "interrupted":
            return "interrupted"
        return "stuck" if turn.is_stuck(self.conversation.last_turn) else None

    def _refuse_another(self, block: CodeBlock, approved: str) -> Iterator[Event]:
        if block.sha256 != approved:
            error = NotAsApproved()
            yield self._add(Execution(block, "refused", note=str(error)))
            raise error

    def run_block(self, block: CodeBlock, outputs: Outputs) -> Generator[Event, None, Ended]:
        """Run a block without asking anyone or telling the model, collecting what comes out."""
        try:
            kernel = self.kernels.get(block.language)
        except KernelMissing as missing:
            return Ended("failed", 0.0, f"{missing} {missing.hint}")
        self._running = kernel
        try:
            ended = yield from self._follow(kernel, block, outputs)
        finally:
            self._running = None
        return ended.masked(self.redact)

    def _follow(self, kernel: Kernel, block: CodeBlock, outputs: Outputs) -> Generator[Event, None, Ended]:
        with closing(kernel.run(block.code, self.timeout)) as run:
            while True:
                try:
                    event = next(run)
                except StopIteration as stop:
                    ended: Ended = stop.value
                    return ended
                yield from self._report(event, kernel, outputs)

    def _report(self, event: KernelEvent, kernel: Kernel, outputs: Outputs) -> Iterator[Event]:
        match event:
            case OutputArrived(output):
                yield OutputReceived(output, clears=outputs.add(output))
            case DisplayUpdated(display_id, output):
                outputs.update(display_id, output)
                yield OutputReceived(output, replaces=display_id)
            case Cleared():
                outputs.clear()
            case InputAsked(prompt, password):
                self._answer(prompt, password, kernel)
            case _:
                assert_never(event)

    def _answer(self, prompt: str, password: bool, kernel: Kernel) -> None:
        answer = self._asker.ask(prompt, password) if self._asker else None
        if answer is None:
            self.token.cancel()
        else:
            kernel.answer(answer)

    def _add(self, message: Message) -> MessageAdded:
        self.conversation.add(message)
        return MessageAdded(message)
