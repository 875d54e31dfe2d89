"""Settings made into a connected agent; with `models.py` and `places.py`, where concrete adapters are named."""

import platform
import tempfile
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from interpreter.asking.compacting import nowhere
from interpreter.confinement import Probe
from interpreter.core.agent import Agent
from interpreter.core.briefing import Briefing
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import InterpreterError, StorageFailed
from interpreter.core.events import Event
from interpreter.core.explanation import Explanation
from interpreter.core.feedback import card
from interpreter.core.messages import CodeBlock, Instruction
from interpreter.core.policy import Guarded, allow_all, ask_before_running
from interpreter.core.ports import Approver, Asker, Kernels, OwnModel
from interpreter.core.prompt import system_prompt
from interpreter.core.recorded import Approvals, Recorded
from interpreter.core.rules import Judge, no_rules
from interpreter.kernels.environments import Python
from interpreter.kernels.pages import WithPages
from interpreter.kernels.server_address import (
    ServerAddress,
)
from interpreter.kernels.session_kernels import SessionKernels
from interpreter.known_secrets import redactor
from interpreter.model_in_use import ModelInUse
from interpreter.models import Progress, Surroundings
from interpreter.pictures.for_models import FitsPictures
from interpreter.places import place_of, run_at, tells_changes, working_folder
from interpreter.record_in_use import Circumstances, RecordInUse
from interpreter.sandbox.choose import why_not
from interpreter.sandbox.offers import WithOffers
from interpreter.sandbox.session import SessionBox, in_words
from interpreter.session_in_use import SessionInUse
from interpreter.settings import Settings
from interpreter.storage.briefing import read_briefing
from interpreter.storage.earlier import Earlier
from interpreter.storage.key_store import with_stored_keys
from interpreter.storage.paths import Paths, find_paths, private_folder
from interpreter.storage.record import RecordFile
from interpreter.storage.trust import Trust

AUTO_RUN_TIMEOUT = 600.0
"""Seconds that a block may take where nobody is there to stop it, unless the user says otherwise."""


@dataclass(frozen=True, slots=True)
class Assembled:
    """A connected agent and what a front end may want to know of it.

    `where` is what code runs in; `folder` is of this machine in any case. `briefing` is what models are told of the
    user and the project, and `notes` what a person should know of that. `box` is what confines code, if anything does.
    `warm`, called once, starts the kernel and connects the model in the background; without it each starts when it is
    first needed.
    """

    agent: Agent
    model: ModelInUse
    kernels: SessionKernels
    guard: Guarded
    settings: Settings
    paths: Paths
    folder: Path
    trust: Trust
    where: Python | ServerAddress
    warm: Callable[[], None]
    redact: Callable[[str], str]
    session: SessionInUse
    record: RecordInUse
    briefing: Briefing = field(default_factory=Briefing)
    notes: tuple[str, ...] = ()
    box: SessionBox | None = None

    @property
    def place(self) -> str:
        """Where code runs, in a few words: a folder and its Python, and a box if there is one; or a server."""
        if isinstance(self.where, ServerAddress):
            return self.where.place
        return " · ".join([f"{self.folder}", f"{self.where}", *([place_of(self.box)] if self.box else [])])

    def run(self, instruction: Instruction) -> Generator[Event, None, None]:
        """Carry out an instruction, as `Agent.run`, with what the model has yet to be told of what happened meanwhile.

        Each event is on disk before the next, unless nothing is kept.
        """
        return self.record.watched(self.session.run(instruction))

    def explain(self, block: CodeBlock) -> Explanation:
        """Have the model explain a block, outside of the conversation."""
        return Explanation(self.model, block, self.redact)

    def change_model(self, name: str) -> None:
        """Answer with another model from the next turn on; raises InterpreterError, and keeps the old one."""
        self.model.change(name)
        self.kernels.tell_changes(tells_changes(self.settings, small=self.model.is_small))

    def run_without_asking(self, on: bool) -> None:
        """Whether blocks run from now on without a question, and then within the time that nobody watches over."""
        self.guard.policy = allow_all if on else ask_before_running
        self.agent.timeout = time_limit(self.settings, auto_run=on)

    @property
    def asks(self) -> bool:
        """Whether somebody is asked before code runs."""
        return self.guard.policy is not allow_all

    def close(self) -> None:
        """End kernels and model; the conversation stays readable."""
        self.agent.close()
        if self.box is not None:
            self.box.close()
        self.model.close()
        self.session.close()


def assemble(
    settings: Settings,
    environ: Mapping[str, str],
    *,
    approver: Approver,
    asker: Asker | None,
    token: CancelToken,
    where: Python | ServerAddress,
    last_used: str | None = None,
    own: OwnModel | None = None,
    progress: Progress = lambda done, total: None,
    show_page: Callable[[Path], None] = lambda path: None,
    readable: tuple[Path, ...] = (),
    ask: Callable[[str], bool] | None = None,
    via: str = "terminal",
    probe: Probe = why_not,
) -> Assembled:
    """Connect an agent; nothing is started yet.

    `where` is what code runs in, a Python of this machine or what `kernel_server` gave; `last_used` is the model of the
    last chat, for the chat; `own` is a model of the user's, an object; `show_page` is called with each page of HTML or
    SVG that was saved. `readable` is what code in a box is told of and must be able to read; `ask` asks whoever sits
    there whether it may have what it lacked; `via` is the front end's name in the record; `probe` tells why a kind of
    box does not work. Raises WrongUsage (for an `instructions.md` that cannot be used, and where a box is wanted and
    none works, too) or NoModel.
    """
    paths = find_paths(environ)
    environ = with_stored_keys(environ, paths)
    folder = working_folder(settings)
    trust = Trust(paths.data / "trusted.json")
    here = None if isinstance(where, ServerAddress) else folder
    # Read once, so that what models are told first stays the same to the byte.
    read = read_briefing(paths, here, trust)
    surroundings = Surroundings(environ, paths, token, progress)
    # Code on a server reads no file of this machine.
    spool = _spool() if here else None
    model = ModelInUse(
        settings,
        surroundings,
        last_used,
        own=own,
        keep=Earlier(spool).keep if spool else nowhere,
        variables=lambda: _variables(running.kernels, redact),
    )
    running = run_at(
        where,
        folder,
        settings,
        environ,
        token=token,
        has_asker=asker is not None,
        tells=tells_changes(settings, small=model.is_small),
        trusted=trust.answer(folder) is True,
        logs=_kept(settings, paths.logs) if here else None,
        told_of=(*readable, *([spool] if spool else [])),
        spool=spool,
        ours=(paths.config, paths.data),
        probe=probe,
    )
    kernels, box = running.kernels, running.box
    place = where.place if isinstance(where, ServerAddress) else place_of(box)
    offering: Kernels = WithOffers(kernels, box, ask) if box else kernels

    def warm() -> None:
        kernels.warm("python")
        model.warm()

    redact = redactor(settings, environ, where.token if isinstance(where, ServerAddress) else None)
    judge, runnable = _ruled(settings, here, offering)
    guard = Guarded(allow_all if settings.auto_run else ask_before_running, approver, judge)
    approvals = Approvals(guard)
    record = RecordInUse(
        None if settings.private else RecordFile(paths.record),
        Circumstances(str(here) if here else place, box, via, lambda: session.name),
        redact,
    )
    agent = Agent(
        FitsPictures(model),
        WithPages(Recorded(runnable, record, approvals.by), lambda: _kept(settings, paths.pages), show_page),
        approvals,
        cancel=token,
        system=lambda: _prompt(settings, read.briefing, kernels.languages(), folder, where, box, small=model.is_small),
        asker=asker,
        place=place,
        folder=str(here or ""),
        max_steps=settings.max_steps,
        timeout=time_limit(settings, auto_run=settings.auto_run),
        redact=redact,
    )
    session = SessionInUse(
        agent,
        model,
        paths,
        here,
        redact,
        keeps=not settings.private,
        keep_days=settings.keep_days,
    )
    return Assembled(
        agent,
        model,
        kernels,
        guard,
        settings,
        paths,
        folder,
        trust,
        where,
        warm,
        redact,
        session,
        record,
        read.briefing,
        read.notes,
        box,
    )


def _ruled(settings: Settings, here: Path | None, kernels: Kernels) -> tuple[Judge, Kernels]:
    """What the user's rules say of blocks, and kernels that tell what the rules have to know."""
    if not settings.rules:
        return no_rules, kernels
    from interpreter.rules.judge import RulesJudge
    from interpreter.rules.shell_state import ShellState, WithShellState

    state = ShellState()
    return RulesJudge(settings.rules, str(here or ""), str(Path.home()), state), WithShellState(kernels, state)


def time_limit(settings: Settings, *, auto_run: bool) -> float | None:
    """Seconds that a block may take, None for no limit."""
    return settings.timeout or (AUTO_RUN_TIMEOUT if auto_run else None)


def _kept(settings: Settings, folder: Path) -> Path | None:
    """The folder, made; None, for nowhere that lasts, in a private session or where nothing can be written."""
    if settings.private:
        return None
    try:
        return private_folder(folder)
    except StorageFailed:
        return None


def _spool() -> Path | None:
    """A folder for long outputs, with a short name since models are told it; None where there can be none."""
    try:
        return Path(tempfile.mkdtemp(prefix="itp-"))
    except OSError:
        return None


def _variables(kernels: SessionKernels, redact: Callable[[str], str]) -> str:
    """What lives in the Python kernel, if one runs and can tell."""
    if "python" not in kernels.started():
        return ""
    try:
        return redact(card(kernels.get("python").variables()))
    except InterpreterError:
        return ""


def _prompt(
    settings: Settings,
    briefing: Briefing,
    languages: tuple[str, ...],
    folder: Path,
    where: Python | ServerAddress,
    box: SessionBox | None,
    *,
    small: bool,
) -> str:
    sections = briefing.sections(settings.instructions or "", small=small)
    if settings.system_message:
        return "\n\n".join(part for part in (settings.system_message, sections) if part)
    place, system = "", ""
    if isinstance(where, ServerAddress):
        place = where.place
    else:
        system = f"{platform.system()} {platform.release()}, Python {where.version}"
        if box is not None:
            system += f". Code runs {in_words(box.kind, box.rights)}"
    return system_prompt(
        small=small,
        languages=languages,
        folder=str(folder),
        system=system,
        instructions=sections,
        place=place,
    )
