"""The session that goes on now: kept, taken up again, branched, with its files and its kernels."""

from collections.abc import Callable, Generator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from interpreter.core.agent import Agent
from interpreter.core.errors import InterpreterError, StorageFailed, WrongUsage
from interpreter.core.events import Event, ExecutionStarted, MessageAdded, Notice, TurnEnded
from interpreter.core.gone_on import may_have_run, taken_back, whats_there
from interpreter.core.messages import CodeBlock, Instruction, Message
from interpreter.core.news import News
from interpreter.core.replay import Replay, plan, ran_in, replayed, variables_of
from interpreter.folder_in_use import FolderInUse
from interpreter.storage.paths import Paths
from interpreter.storage.sessions.recorder import Answering, Recorder

if TYPE_CHECKING:
    from interpreter.storage.sessions.folder_states import Held as Held
    from interpreter.storage.sessions.folder_states import Undoing as Undoing
    from interpreter.storage.sessions.session_file import SessionFile
    from interpreter.storage.sessions.session_reader import Unfinished
    from interpreter.storage.sessions.sessions import Sessions

LATEST = "latest"
"""Stands for the session that was changed last."""


@dataclass(frozen=True, slots=True)
class TakenUp:
    """A session that goes on: its name and title, the folder that it worked in, and what may have run at its end."""

    name: str
    title: str
    folder: str
    may_have_run: "tuple[Unfinished, ...]"


@dataclass(frozen=True, slots=True)
class Undone:
    """Turns that were taken back, the oldest first, with the folder's state right before that, if it was kept."""

    messages: tuple[Message, ...]
    state: str | None


class SessionInUse:
    """Keeps the conversation of `agent` on disk, unless `keeps` is False, and takes up others.

    `paths` is where sessions are; `folder` is the working folder, None where code runs on another machine. `keep_days`
    is for how long a session is kept that nothing is added to, None for ever.
    """

    def __init__(
        self,
        agent: Agent,
        model: Answering,
        paths: Paths,
        folder: Path | None,
        redact: Callable[[str], str],
        *,
        keeps: bool,
        keep_days: float | None = None,
    ) -> None:
        self._agent = agent
        self._keep_days = keep_days
        self._paths = paths
        self._folder = folder
        self._redact = redact
        self._recorder = Recorder(agent.conversation, model, self._begin, folder=str(folder or "")) if keeps else None
        self._files = FolderInUse(folder, lambda: self._recorder.session if self._recorder else None)
        self._undone: list[Undone] = []
        self.news = News()

    @property
    def sessions(self) -> "Sessions":
        """All sessions. SQLite is imported with the first one, not before the first prompt."""
        from interpreter.storage.sessions.sessions import Sessions

        return Sessions(self._paths.sessions, self._redact)

    @property
    def name(self) -> str:
        """The name of this session, empty before its first instruction and where none is kept."""
        return self._recorder.session.name if self._recorder and self._recorder.session else ""

    @property
    def recorder(self) -> Recorder | None:
        """What keeps the conversation; None where nothing is kept."""
        return self._recorder

    # -- a turn -----------------------------------------------------------------------------------------------------

    def run(self, instruction: Instruction) -> Generator[Event, None, None]:
        """Carry out an instruction with the news that wait for it; each event is on disk before the next."""
        events = self._agent.run(self.news.told_with(instruction))
        return events if self._recorder is None else self._recorded(self._recorder.record(events))

    def sync(self) -> Notice | None:
        """Keep what was changed between turns; a notice where that failed."""
        return self._recorder.sync() if self._recorder else None

    def stay_silent(self) -> None:
        """The user knows that nothing can be kept here, and is not told again."""
        if self._recorder is not None:
            self._recorder.is_silent = True

    def wait(self) -> None:
        """Wait until it is kept what the folder holds after the last turn: what changes later is somebody else's."""
        self._files.wait()

    def close(self) -> None:
        """Let others have the session."""
        self.wait()
        if self._recorder is not None:
            self._recorder.close()

    def _recorded(self, events: Generator[Event, None, None]) -> Generator[Event, None, None]:
        number: int | None = None
        has_run = False
        try:
            with closing(events):
                for event in events:
                    match event:
                        case MessageAdded(Instruction() as asked):
                            number = self._recorder.number(asked) if self._recorder else None
                            self._undone.clear()
                            self._files.begin()
                        case ExecutionStarted() if not has_run and number is not None:
                            has_run = self._files.keep_before(number)
                            yield from self._files.told()
                        case TurnEnded() if has_run and number is not None:
                            self._files.keep_after(number)
                            has_run = False
                    yield event
        finally:
            if has_run and number is not None:
                self._files.keep_after(number)

    # -- another session --------------------------------------------------------------------------------------------

    def take_up(self, said: str, *, copies: bool = False) -> TakenUp:
        """Go on with the session of this name, or with `latest`; with `copies`, with a copy of it.

        Kernels that run are begun anew, since they hold what belongs to another conversation. The model is told with
        the next instruction that its variables are gone, until a replay says otherwise. Raises WrongUsage for a name
        that is none, StorageFailed for a session that cannot be read, SessionHeld where it is open elsewhere.
        """
        recorder = self._needed()
        sessions = self.sessions
        name = sessions.latest() if said == LATEST else sessions.name(said)
        if name == self.name and not copies:
            raise WrongUsage(f"This is the session {name} already.", "%fork goes on in a copy of it.")
        session = self._copy_of(name) if copies else sessions.open(name)
        try:
            kept, unfinished, about = session.load(), tuple(session.unfinished()), session.about()
        except BaseException:
            session.close()
            raise
        self._leave()
        recorder.go_on(session, kept)
        self.restart_kernels()
        self.news.forget()
        if unfinished:
            self.news.tell(may_have_run([each.block for each in unfinished]))
        self._tell_what_is_there(empty=True)
        return TakenUp(session.name, about.get("title", ""), about.get("folder", ""), unfinished)

    def fork(self) -> str:
        """Go on in a copy; returns the name of the session that stays as it is."""
        recorder = self._needed()
        self.sync()
        if recorder.session is None:
            raise WrongUsage("Nothing has been asked yet.", "There is nothing to copy.")
        before = recorder.session.name
        self.wait()
        copy = self._copy_of(before)
        self._files.leave()
        recorder.move_to(copy)
        return before

    def _copy_of(self, name: str) -> "SessionFile":
        sessions = self.sessions
        copy = sessions.open(sessions.copy(name))
        copy.describe(copy_of=name)
        return copy

    def _begin(self) -> "SessionFile":
        sessions = self.sessions
        session = sessions.new()
        if self._keep_days is not None:
            Thread(target=_prune, args=(sessions, self._keep_days), daemon=True).start()
        return session

    def _needed(self) -> Recorder:
        if self._recorder is None:
            raise WrongUsage("With --private nothing is kept.", "Start without --private to go on with a session.")
        return self._recorder

    def _leave(self) -> None:
        self._files.leave()
        self._undone = []

    # -- kernels ----------------------------------------------------------------------------------------------------

    def restart_kernels(self) -> None:
        """Begin all running kernels anew."""
        for language in self._agent.kernels.started():
            self._agent.kernels.get(language).restart()

    @property
    def replay(self) -> Replay:
        """What of the conversation can be run again."""
        runnable = self._agent.kernels.languages()
        masked = self._recorder.is_masked if self._recorder else (lambda message: False)
        return plan(self._agent.conversation.messages, lambda language: language in runnable, masked)

    def replayed(self, replay: Replay) -> Generator[Event, None, None]:
        """Run blocks again in kernels that are empty, up to the first that fails; the model is told what is there."""
        done: list[CodeBlock] = []
        try:
            yield from replayed(self._agent, replay.blocks, done)
        finally:
            self._tell_what_is_there(empty=False, ran=len(done), of=len(replay.blocks) + replay.masked)

    def _tell_what_is_there(self, *, empty: bool, ran: int = 0, of: int = 0) -> None:
        """Tell the model which variables exist and which do not; of an earlier such word only the last counts."""
        messages = self._agent.conversation.messages
        if not ran_in(messages):
            return
        known = variables_of(messages)
        there = {} if empty else {language: self._names(language) for language in self._agent.kernels.started()}
        self.news.tell_instead("kernels", whats_there(known, there, empty=empty, ran=ran, of=of))

    def _names(self, language: str) -> list[str]:
        try:
            return [each.name for each in self._agent.kernels.get(language).variables()]
        except InterpreterError:
            return []

    # -- undo -------------------------------------------------------------------------------------------------------

    def undoing(self, count: int) -> "Undoing | None":
        """What would bring the files back that the last turns changed; None where their states are not kept."""
        if self._recorder is None:
            return None
        asked = [turn[0] for turn in self._agent.conversation.turns[-count:]]
        return self._files.undoing([number for each in asked if (number := self._recorder.number(each)) is not None])

    @property
    def why_no_files(self) -> str:
        """Why files are not brought back, empty where they are."""
        return "nothing is kept with --private" if self._recorder is None else self._files.why_not

    def undo(self, count: int, files: "dict[str, Held] | None" = None) -> tuple[list[tuple[Message, ...]], list[str]]:
        """Take turns back, and with them these files; returns the turns, the last first, and what went wrong."""
        conversation = self._agent.conversation
        state = self._files.state() if files else None
        undone = [conversation.undo() for _ in range(count)]
        self._undone.append(Undone(tuple(message for turn in reversed(undone) for message in turn), state))
        wrong = self._files.bring_back(files) if files else []
        self.sync()
        if ran_in([message for turn in undone for message in turn]):
            self.news.tell_instead("undo", taken_back(len(undone), files is not None and bool(files)))
        return undone, wrong

    def undo_undo(self) -> tuple[Undone, list[str]]:
        """Take the last undo back, with its files; raises WrongUsage where there is none."""
        if not self._undone:
            raise WrongUsage("Nothing has been taken back since the last instruction.", "%undo takes turns back.")
        undone = self._undone.pop()
        wrong = self._files.bring_back_state(undone.state) if undone.state is not None else []
        for message in undone.messages:
            self._agent.conversation.add(message)
        self.sync()
        self.news.take_back("undo")
        return undone, wrong


def _prune(sessions: "Sessions", days: float) -> None:
    """Delete what the user does not want kept any longer; what is not done when the program ends is done next time."""
    with suppress(StorageFailed):
        sessions.delete(*(each.name for each in sessions.unchanged_for(days)))
