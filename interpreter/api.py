"""The program as a Python library: `OpenInterpreter`, `execute` and `Result`."""

import os
import sys
import warnings
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias, Unpack

from interpreter.assembly import Assembled, assemble
from interpreter.configuration import resolve
from interpreter.console.board import TtyBoard
from interpreter.console.people import TerminalApprover, TerminalAsker
from interpreter.console.tty import Tty, open_tty
from interpreter.core.answer import answer_text, readable
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import ApprovalRequired, InterpreterError, WrongUsage
from interpreter.core.events import ErrorRaised, Event, MessageAdded, TurnEnded, TurnReason, UsageReported
from interpreter.core.messages import CodeBlock, Execution, Image, Instruction, Message
from interpreter.core.outputs import Outputs
from interpreter.core.policy import Nobody
from interpreter.core.ports import Approver, Asker, Ended, Frame, OwnModel, Usage, Variable
from interpreter.core.replay import first_line, ran_in
from interpreter.kernels.environments import Python, settled
from interpreter.llm.own_model import check
from interpreter.pictures.files import read_image as read_image
from interpreter.places import find_python, kernel_server
from interpreter.settings import Keywords
from interpreter.storage.key_store import keyring_trouble
from interpreter.storage.paths import find_paths

Picture: TypeAlias = Image | str | os.PathLike[str]
"""A picture, or the path of a PNG, JPEG, GIF or WebP file."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a turn came to.

    `reason` says how it ended, `messages` are the turn's own, `usage` is the sum over its replies, `error` is what
    went wrong when `reason` is `failed` or `budget`. `cost` is in dollars, with summaries and explanations; None where
    the model's price is not known.
    """

    reason: TurnReason
    messages: tuple[Message, ...]
    usage: Usage
    error: InterpreterError | None = None
    cost: float | None = None

    @property
    def text(self) -> str:
        """The answer."""
        return answer_text(self.messages)

    @property
    def executions(self) -> tuple[Execution, ...]:
        """The blocks that were to run, in order, with their outputs."""
        return tuple(message for message in self.messages if isinstance(message, Execution))

    @property
    def images(self) -> tuple[Image, ...]:
        """Every picture that the code displayed, in order."""
        return tuple(image for execution in self.executions for image in execution.images)

    def __str__(self) -> str:
        """What a person would want to read: the answer, with the code where code was asked for."""
        return "\n\n".join(part for part in (readable(self.messages), self._ending()) if part)

    def _ending(self) -> str:
        """How the turn ended where that was not with an answer."""
        if self.error is not None:
            return f"{self.error} {self.error.hint}".strip()
        return "" if self.reason == "answered" else f"(The turn ended without an answer: {self.reason}.)"


class OpenInterpreter:
    """A conversation with a model whose code runs on this machine, or on the Jupyter Server that is named.

    Takes every setting as a keyword (see `interpreter.settings.Settings`); what is not given is looked for in the
    environment, the profile and the user's `config.toml`. The kernel starts at once, in the
    background, and lives until `close()`, so use it with `with` where it matters when that is.

    `approver` decides about each block (`auto_run=True` approves all); without either, a person is asked on the
    terminal if there is one. `asker` answers `input()` in code. Warns where code cannot run in the environment that
    is active. `model` is a name, or any object with `stream(system, messages)`. `session` is the name of one to go on
    with, or "latest"; its kernels are empty, which the model is told. Raises WrongUsage or NoModel for
    settings that cannot work, SessionHeld for a `session` that is open elsewhere.
    """

    def __init__(
        self,
        *,
        approver: Approver | None = None,
        asker: Asker | None = None,
        **settings: Unpack[Keywords],
    ) -> None:
        own, named = _apart(settings)
        self.settings = resolve(os.environ, named)
        if trouble := keyring_trouble(os.environ, find_paths(os.environ)):
            warnings.warn(trouble, stacklevel=2)
        token = CancelToken()
        self._tty = tty = open_tty() if _at_a_terminal() else None
        if approver is None:
            approver = self._person(tty, token) if tty else Nobody()
        if asker is None and tty is not None and not self.settings.auto_run:
            asker = TerminalAsker(tty, token)
        server = kernel_server(self.settings, os.environ, TerminalAsker(tty, token) if tty else None)
        if server is not None and server.is_open_to_others:
            warnings.warn(f"Code, output and token travel unencrypted to {server.host}: use https.", stacklevel=2)
        where = server or self._python()
        self._assembled: Assembled = assemble(
            self.settings, os.environ, approver=approver, asker=asker, token=token, where=where, own=own, via="python"
        )
        for note in self._assembled.notes:
            warnings.warn(note, stacklevel=2)
        self._agent = self._assembled.agent
        self._take_up()
        self._assembled.warm()

    def _take_up(self) -> None:
        if self.settings.session is None:
            return
        try:
            taken = self._assembled.session.take_up(self.settings.session)
        except BaseException:
            self.close()
            raise
        for each in taken.may_have_run:
            warnings.warn(f"This may have run when the program ended: {first_line(each.block)}", stacklevel=3)

    def _python(self) -> Python:
        choice = settled(find_python(self.settings, os.environ), os.environ)
        for note in choice.notes:
            warnings.warn(note, stacklevel=3)
        return choice.python

    def execute(self, instruction: str, images: Sequence[Picture] = ()) -> Result:
        """Carry out an instruction and wait for the result.

        `images` are pictures for the model: `Image`s or paths of PNG, JPEG, GIF or WebP files. Returns a Result for
        every way the turn can end, and raises only what you must act on: ApprovalRequired, WrongUsage (a key or model
        name that cannot work).
        """
        reason: TurnReason = "failed"
        messages: list[Message] = []
        usages: list[Usage] = []
        error: InterpreterError | None = None
        ledger = self._assembled.model.ledger
        before = ledger.spent
        with closing(self.stream(instruction, images)) as events:
            for event in events:
                match event:
                    case MessageAdded(message):
                        messages.append(message)
                    case UsageReported(usage):
                        usages.append(usage)
                    case ErrorRaised(raised):
                        error = raised
                    case TurnEnded(ended):
                        reason = ended
        self._assembled.session.wait()
        if error is not None and isinstance(error, WrongUsage):
            raise error
        if reason == "unapproved":
            raise _approval_required()
        return Result(
            reason, tuple(messages), reduce(Usage.__add__, usages, Usage()), error, ledger.spent.since(before)
        )

    def stream(
        self, instruction: str, images: Sequence[Image | str | os.PathLike[str]] = ()
    ) -> Generator[Event, None, None]:
        """Carry out an instruction and report what happens as events (see `interpreter.core.events`)."""
        if not instruction.strip():
            raise WrongUsage("The instruction is empty.", "Say what you want done.")
        return self._assembled.run(Instruction(instruction, tuple(_image(image) for image in images)))

    def run(self, language: str, code: str) -> Execution:
        """Run code directly: no model, no approval, nothing added to the conversation.

        `language` is a name or alias (`python`, `py`); raises KernelMissing when it does not run here.
        """
        self._agent.token.clear()
        block = CodeBlock(self._agent.kernels.language_of(language) or language, code)
        self._agent.kernels.get(block.language)
        outputs = Outputs()
        with closing(self._agent.run_block(block, outputs)) as run:
            while True:
                try:
                    next(run)
                except StopIteration as stop:
                    ended: Ended = stop.value
                    return ended.of(block, outputs.all())

    def variables(self, language: str = "python") -> tuple[Variable, ...]:
        """What the code has defined so far in one kernel."""
        self._agent.token.clear()
        return self._agent.kernels.get(language).variables()

    def peek(self) -> tuple[Frame, ...]:
        """Where the running block is, from any thread: its frames, innermost last, with line and locals.

        Waits for at most three seconds. Empty when no block runs, when it waits for an answer to `input()`, when it is
        in a call that lets no other thread run, and in languages whose kernel cannot tell.
        """
        return self._agent.peek()

    @property
    def messages(self) -> tuple[Message, ...]:
        """The whole conversation."""
        return self._agent.conversation.messages

    def undo(self, *, files: bool = False) -> tuple[Message, ...]:
        """Take the last turn out of the conversation and return it; what it changed on disk stays.

        With `files`, the files that its blocks changed in the working folder come back, but for those that somebody
        else has changed since; warns of each that cannot. Raises WrongUsage where files are not kept.
        """
        session = self._assembled.session
        if not files:
            undone = self._agent.conversation.undo()
            session.sync()
            return undone
        undoing = session.undoing(1)
        if undoing is None and ran_in(self._agent.conversation.last_turn):
            raise WrongUsage(
                f"Files cannot be brought back: {session.why_no_files}.", "undo() takes back the turn alone."
            )
        turns, wrong = session.undo(1, undoing.clean if undoing else None)
        for each in wrong:
            warnings.warn(f"Not brought back: {each}", stacklevel=2)
        return turns[0]

    def reset(self) -> None:
        """Forget the conversation; the kernel keeps its variables."""
        self._agent.conversation.reset()
        self._assembled.session.news.forget()
        self._assembled.session.sync()

    @property
    def session(self) -> str:
        """The name of the session, for `session=`; empty before the first instruction and where nothing is kept."""
        return self._assembled.session.name

    def cancel(self, *, kill: bool = False) -> None:
        """Stop the running turn, from any thread; with `kill`, at the price of the kernel's variables."""
        self._agent.cancel(kill=kill)

    def close(self) -> None:
        """End the kernels and the embedded model."""
        self._assembled.close()
        if self._tty is not None:
            self._tty.close()
            self._tty = None

    def _person(self, tty: Tty, token: CancelToken) -> Approver:
        # The code is shown where the question is asked, and not on stdout, which may be a file.
        return TerminalApprover(
            tty, token, TtyBoard(tty), shows_first=True, explain=lambda block: self._assembled.explain(block)
        )

    def __enter__(self) -> "OpenInterpreter":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def execute(
    instruction: str,
    *,
    images: Sequence[Picture] = (),
    approver: Approver | None = None,
    **settings: Unpack[Keywords],
) -> Result:
    """Carry out one instruction and clean up; takes the keywords of `OpenInterpreter`."""
    with OpenInterpreter(approver=approver, **settings) as agent:
        return agent.execute(instruction, images)


def _apart(settings: Keywords) -> tuple[OwnModel | None, dict[str, Any]]:
    """The model, where it is an object, and the settings without it; the environment's model is not meant then."""
    named: dict[str, Any] = dict(settings)
    model = named.get("model")
    if model is None or isinstance(model, str):
        return None, named
    check(model)
    return model, named | {"model": str(getattr(model, "name", "") or type(model).__name__)}


def _at_a_terminal() -> bool:
    return sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()


def _approval_required() -> ApprovalRequired:
    return ApprovalRequired(
        "The model proposed code, and there is nobody to approve it.",
        "Pass auto_run=True to run code without asking, or approver= to decide yourself.",
    )


def _image(image: Picture) -> Image:
    return image if isinstance(image, Image) else read_image(Path(image).expanduser())
