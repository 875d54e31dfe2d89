"""What a turn did is on disk before it goes on."""

from collections.abc import Generator

import pytest

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import StorageFailed
from interpreter.core.events import Event, ExecutionStarted, MessageAdded, Notice, OutputReceived, TurnEnded
from interpreter.core.messages import Execution, Instruction, Reply
from interpreter.storage.sessions.recorder import Recorder
from interpreter.storage.sessions.session_file import SessionFile
from tests.fakes import FakeApprover, FakeKernels, FakeModel

CODE = "```python\n1\n```"


class Priced(FakeModel):
    def cost(self, usage) -> float:
        return usage.output_tokens / 1000


class Play:
    """An agent that is recorded in a session below a folder."""

    def __init__(self, folder, *replies) -> None:
        self.folder = folder
        model = Priced(list(replies))
        self.kernels = FakeKernels()
        self.agent = Agent(model, self.kernels, FakeApprover(), cancel=CancelToken(), system=lambda: "")
        self.begun = 0
        self.recorder = Recorder(self.agent.conversation, model, self.begin, folder="/work")

    def begin(self) -> SessionFile:
        self.begun += 1
        return SessionFile(self.folder / "one", clock=lambda: 1.0)

    def events(self, text: str = "go") -> Generator[Event, None, None]:
        return self.recorder.record(self.agent.run(Instruction(text)))

    def kept(self) -> list[str]:
        assert self.recorder.session is not None
        return [message.kind for _, message in self.recorder.session.path()]


@pytest.fixture
def play(tmp_path):
    made: list[Play] = []

    def start(*replies) -> Play:
        made.append(Play(tmp_path, *replies))
        return made[-1]

    yield start
    for each in made:
        each.recorder.close()


def test_each_message_is_kept_before_the_next_event_is_taken(play):
    played = play(CODE, "Done.")
    count = 0
    for event in played.events():
        if isinstance(event, MessageAdded):
            count += 1
            assert len(played.kept()) == count
    assert played.kept() == ["instruction", "reply", "execution", "reply"]


def test_a_block_is_on_disk_before_it_runs_and_unfinished_until_its_end(play):
    played = play(CODE, "Done.")
    for event in played.events():
        if isinstance(event, ExecutionStarted):
            assert played.kernels.kernel.ran == []
            assert [each.block for each in played.recorder.session.unfinished()] == [event.block]
    assert played.recorder.session.unfinished() == []


def test_no_session_is_made_before_the_first_instruction(play):
    played = play()
    played.recorder.sync()
    assert played.begun == 0


def test_title_folder_model_cost_and_the_end_of_the_turn_are_kept(play):
    played = play("Hello.")
    list(played.events("say  hello\nplease"))
    about = played.recorder.session.about()
    assert (about["title"], about["folder"], about["model"]) == ("say hello please", "/work", "fake")
    rows = played.recorder.session._database.execute
    assert rows("SELECT output_tokens, cost FROM usage").fetchall() == [(2, 0.002)]
    assert rows("SELECT message, reason FROM endings").fetchall() == [(2, "answered")]


def test_what_a_turn_that_was_broken_off_left_behind_is_kept(play):
    played = play(CODE)
    events = played.events()
    for event in events:
        if isinstance(event, OutputReceived):
            break
    events.close()
    assert played.kept() == ["instruction", "reply", "execution"]
    assert played.recorder.session.path()[-1][1].status == "interrupted"


def test_an_undone_turn_leaves_the_conversation_and_the_next_one_stands_beside_it(play):
    played = play("1", "2", "3")
    list(played.events("one"))
    list(played.events("two"))
    played.agent.conversation.undo()
    list(played.events("three"))
    assert [message.text for _, message in played.recorder.session.path()] == ["one", "1", "three", "3"]
    everything = played.recorder.session._database.execute("SELECT count(*) FROM messages").fetchone()
    assert everything == (6,)


def test_a_conversation_that_was_forgotten_begins_anew(play):
    played = play("1", "2")
    list(played.events("one"))
    played.agent.conversation.reset()
    played.recorder.sync()
    assert played.kept() == []
    list(played.events("two"))
    assert [message.text for _, message in played.recorder.session.path()] == ["two", "2"]


def test_a_session_goes_on_where_it_was_left(play, tmp_path):
    first = play("1")
    list(first.events("one"))
    first.recorder.close()
    second = play("2")
    session = second.begin()
    second.recorder.go_on(session, session.load())
    list(second.events("two"))
    assert [message.text for _, message in session.path()] == ["one", "1", "two", "2"]


def test_a_disk_that_takes_no_more_is_said_once_and_the_turn_goes_on(tmp_path):
    agent = Agent(FakeModel([CODE, "Done."]), FakeKernels(), FakeApprover(), cancel=CancelToken(), system=lambda: "")

    def begin() -> SessionFile:
        raise StorageFailed("No room.", "Make some.")

    recorder = Recorder(agent.conversation, Priced([]), begin, folder="")
    events = list(recorder.record(agent.run(Instruction("go"))))
    assert [event.text for event in events if isinstance(event, Notice)] == [
        "This conversation is not kept from here on: No room."
    ]
    assert events[-1] == TurnEnded("answered")
    assert isinstance(agent.conversation.messages[-1], Reply)
    assert any(isinstance(message, Execution) for message in agent.conversation.messages)
