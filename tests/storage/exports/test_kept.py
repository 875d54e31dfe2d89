"""The export in JSON holds everything, in the form that docs/sessions.md describes, and no secret."""

import json
import re
from pathlib import Path

import pytest

from interpreter.core.messages import CodeBlock, Display, Execution, Image, Instruction, Reply, Text
from interpreter.core.ports import Usage
from interpreter.storage.exports.formats import FORMATS, text_of
from interpreter.storage.exports.kept import VERSION, of_messages, of_session
from interpreter.storage.sessions.session_file import SessionFile

PAGE = (Path(__file__).parent.parent.parent.parent / "docs" / "sessions.md").read_text(encoding="utf-8")
PNG = "iVBORw0KGgo="
BLOCK = CodeBlock("python", "plot('sk-123')")
RAN = Execution(BLOCK, "ok", (Text("a\n"), Display({"image/png": PNG, "text/plain": "<Figure>"})))


@pytest.fixture
def session(tmp_path):
    with SessionFile(tmp_path / "one", clock=lambda: 12.5) as session:
        session.describe(title="plots", folder="/work", model="m")
        first = session.add(Instruction("go", (Image("image/png", PNG),)), parent=None)
        reply = session.add(Reply(BLOCK.fenced, BLOCK), parent=first)
        session.begin_run(BLOCK, reply=reply)
        ran = session.add(RAN, parent=reply)
        session.add_usage(Usage(1, 2), message=reply, model="m", cost=0.25)
        session.end_turn("answered", message=ran)
        session.mark(first, good=True, why="nice")
        session.add(Reply("taken back"), parent=ran)
        session.move(ran)
        yield session


def record(kept) -> dict:
    return json.loads(text_of(kept, "json", lambda image: ""))


def masks(text: str) -> str:
    return text.replace("sk-123", "[secret]")


def test_it_holds_everything_also_what_was_taken_back(session):
    made = record(of_session(session, str, "3.12"))
    assert (made["format"], made["version"], made["head"]) == ("interpreter-session", VERSION, 3)
    assert made["session"] == {"name": "one", "title": "plots", "folder": "/work", "model": "m"}
    assert [(each["number"], each["parent"], each["kind"], each["taken_back"]) for each in made["messages"]] == [
        (1, None, "instruction", False),
        (2, 1, "reply", False),
        (3, 2, "execution", False),
        (4, 3, "reply", True),
    ]
    assert made["messages"][0]["images"] == [{"mime": "image/png", "data": PNG}]
    assert made["messages"][2]["outputs"][1]["data"]["image/png"] == PNG
    assert made["marks"] == [{"instruction": 1, "good": True, "why": "nice"}]
    assert made["usage"][0]["cost"] == 0.25 and made["endings"][0]["reason"] == "answered"
    assert made["runs"] == [
        {"reply": 2, "block": {"language": "python", "code": "plot('sk-123')"}, "at": 12.5, "execution": 3}
    ]


@pytest.mark.parametrize("name", FORMATS)
def test_no_form_tells_a_secret(session, name):
    text = text_of(of_session(session, masks, "3.12"), name, lambda image: "")
    assert "sk-123" not in text and "[secret]" in text
    text = text_of(of_messages([Instruction("sk-123"), RAN], masks, "3.12"), name, lambda image: "")
    assert "sk-123" not in text and "[secret]" in text


def test_a_conversation_that_is_on_no_disk_has_the_same_form(session):
    kept, loose = record(of_session(session, str, "3")), record(of_messages([Instruction("go"), RAN], str, "3"))
    assert set(loose) == set(kept) and set(loose["messages"][0]) == set(kept["messages"][0])
    assert [each["number"] for each in loose["messages"]] == [1, 2] and loose["head"] == 2


def test_the_docs_name_every_key(session):
    made = record(of_session(session, str, "3"))
    keys = {
        *made,
        *(key for name in ("messages", "runs", "usage", "endings", "marks") for each in made[name] for key in each),
    }
    keys |= {
        *made["session"],
        *(key for each in made["messages"] for output in each.get("outputs", ()) for key in output),
    }
    assert {key for key in keys if not re.search(rf"`{key}`", PAGE)} == set()
    assert f"The present `version` is {VERSION}." in PAGE
