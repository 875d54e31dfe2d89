"""The library goes on with sessions, with a real kernel."""

import pytest

from interpreter import OpenInterpreter
from interpreter.core.errors import WrongUsage
from interpreter.storage.sessions.lock import SessionHeld
from tests.scripted_server import Says, ScriptedServer
from tests.test_api import agent_on, code


def test_a_session_goes_on_with_its_history_and_an_empty_kernel_of_which_the_model_is_told():
    with ScriptedServer(code("x = 1"), Says("One."), Says("Two."), Says("Three.")) as server:
        with agent_on(server, state_card=True) as agent:
            agent.execute("first")
            name = agent.session
        with agent_on(server, session=name) as agent:
            assert [message.kind for message in agent.messages] == ["instruction", "reply", "execution", "reply"]
            assert agent.session == name and agent.variables() == ()
            agent.execute("second")
            agent.execute("third")
        told = [request["messages"][-1]["content"] for request in server.requests[-2:]]
        assert "Gone are x" in told[0] and "Gone" not in told[1]
        with agent_on(server, session="latest") as agent:
            assert agent.session == name and len(agent.messages) == 8
            agent.undo()
        with agent_on(server, session=name[-4:]) as agent:
            assert len(agent.messages) == 6


def test_a_session_that_is_open_or_that_there_is_not_is_told_and_nothing_is_left_open():
    with ScriptedServer(Says("One.")) as server:
        with agent_on(server) as agent:
            agent.execute("first")
            with pytest.raises(SessionHeld):
                agent_on(server, session=agent.session)
        for settings in ({"session": "nowhere"}, {"session": "latest", "private": True}):
            with pytest.raises(WrongUsage):
                OpenInterpreter(model="test", api_base=server.url, auto_run=True, **settings)


def test_an_undo_brings_the_files_back_that_were_changed_where_that_is_wanted(tmp_path):
    (tmp_path / "work").mkdir()
    kept, made, mine = (tmp_path / "work" / name for name in ("kept", "made", "mine"))
    kept.write_text("before")
    mine.write_text("before")
    writes = code("for name in ('kept', 'made', 'mine'): open(name, 'w').write('changed')")
    with ScriptedServer(writes, Says("Written."), writes, Says("Written.")) as server:
        with agent_on(server, cwd=tmp_path / "work") as agent:
            agent.execute("write")
            mine.write_text("after")
            assert len(agent.undo(files=True)) == 4
            assert agent.messages == () and agent.undo(files=True) == ()
        assert (kept.read_text(), made.exists(), mine.read_text()) == ("before", False, "after")
        with agent_on(server, cwd=tmp_path / "work", private=True) as agent:
            agent.execute("write")
            with pytest.raises(WrongUsage, match="cannot be brought back"):
                agent.undo(files=True)
            assert agent.messages
