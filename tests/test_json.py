"""`--json`, event by event: each is provoked through the program, and has the fields that docs/terminal.md names."""

import hashlib
import json
import re
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest

from interpreter.core.events import SCHEMA, Event, TurnReason
from interpreter.core.ports import Usage
from tests.scripted_server import Fails, Says, Script, ScriptedServer
from tests.test_cli import at, code, run

PAGE = Path(__file__).parent.parent / "docs" / "terminal.md"
DISPLAYS = code("from IPython.display import display", "print('a')", "display({'text/plain': 'b'}, raw=True)", "1 / 0")


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A run of the program: what the model answers, and the flags beside `--json`."""

    script: tuple[Script, ...]
    flags: tuple[str, ...] = ("-y",)


WHOLE = Run((Fails(503), Says(f"Let me see.\n\n{DISPLAYS.text}", reasoning="Hm.", chunk=9), Says("Done.")))
UNAPPROVED = Run((DISPLAYS,), ())
AGAIN = Run((code("print('same')"), code("print('same')"), Says("Done.")))
REJECTED = Run((Fails(401, {"error": {"message": "bad key"}}),))


@cache
def told(what: Run) -> tuple[dict[str, Any], ...]:
    """The events of a run, which happens once."""
    with ScriptedServer(*what.script) as server:
        done = run(*at(server), "--json", *what.flags, "go")
    return tuple(json.loads(line) for line in done.stdout.splitlines())


def of(kind: str, what: Run = WHOLE) -> list[dict[str, Any]]:
    """The events of one type, of which there is one at least."""
    found = [event for event in told(what) if event["type"] == kind]
    assert found, [event["type"] for event in told(what)]
    return found


def test_session_started_is_the_first_and_says_the_version_of_the_form():
    (event,) = of("session_started")
    assert told(WHOLE)[0] == event
    assert event["schema"] == SCHEMA and event["model"] == "test"
    assert event["place"].startswith(("this machine", "box (")) and Path(event["folder"]).is_absolute()


def test_prose_delta_brings_the_words_of_the_reply():
    text = "".join(event["text"] for event in of("prose_delta"))
    assert text.startswith("Let me see.") and text.endswith("Done.")


def test_reasoning_delta_brings_what_the_model_thought():
    assert "".join(event["text"] for event in of("reasoning_delta")) == "Hm."


def test_code_started_names_the_language():
    assert of("code_started") == [{"type": "code_started", "language": "python"}]


def test_code_delta_brings_the_code_in_pieces():
    pieces = of("code_delta")
    assert len(pieces) > 1 and {event["language"] for event in pieces} == {"python"}
    assert "".join(event["text"] for event in pieces).rstrip("\n") == of("code_ended")[0]["block"]["code"].rstrip("\n")


def test_code_ended_has_the_whole_block():
    (event,) = of("code_ended")
    assert event["block"]["language"] == "python" and event["block"]["code"].rstrip("\n").endswith("1 / 0")


def test_approval_asked_has_all_that_somebody_would_be_asked_about():
    (event,) = of("approval_asked", UNAPPROVED)
    assert set(event["request"]) == {"block", "turn", "kernel", "place", "hints", "folder", "rule", "sha256"}
    assert event["request"]["block"] == of("code_ended", UNAPPROVED)[0]["block"]
    assert not any(each["type"] == "execution_started" for each in told(UNAPPROVED))


def test_execution_started_has_the_block_that_runs():
    assert of("execution_started")[0]["block"] == of("code_ended")[0]["block"]


def test_one_digest_goes_with_the_block_from_the_reply_to_the_execution():
    block = of("code_ended")[0]["block"]
    digest = hashlib.sha256(f"{block['language']}\n{block['code']}".encode()).hexdigest()
    (executed,) = [each["message"] for each in of("message_added") if each["message"]["kind"] == "execution"]
    asked, started = of("approval_asked")[0]["request"], of("execution_started")[0]
    assert {of("code_ended")[0]["sha256"], asked["sha256"], started["sha256"], executed["sha256"]} == {digest}


def test_output_received_says_which_kind_of_output_it_is():
    outputs = [event["output"] for event in of("output_received")]
    assert [output["kind"] for output in outputs] == ["text", "display", "failure"]
    text, display, failure = outputs
    assert text["text"] == "a\n" and text["stream"] == "stdout"
    assert display["data"] == {"text/plain": "b"}
    assert failure["name"] == "ZeroDivisionError" and "1 / 0" in failure["traceback"]


def test_usage_reported_counts_tokens():
    for event in of("usage_reported"):
        assert set(event["usage"]) == {field.name for field in fields(Usage)}
        assert event["usage"]["input_tokens"] == 10 and event["usage"]["output_tokens"] == 5


def test_message_added_brings_instruction_reply_and_execution():
    kinds = [event["message"]["kind"] for event in of("message_added")]
    assert kinds == ["instruction", "reply", "execution", "reply"]


def test_notice_is_a_line_for_the_user():
    assert [event["text"] for event in of("notice", AGAIN)] == [
        "The same code again, so it was not run; its output stands above."
    ]


def test_retrying_says_why_and_after_how_many_seconds():
    (event,) = of("retrying")
    assert event["why"] and 0 < event["wait"] < 60


def test_error_raised_has_a_cause_and_a_cure():
    (event,) = of("error_raised", REJECTED)
    assert event["error"] == "KeyRejected" and "bad key" in event["message"] and event["hint"]


@pytest.mark.parametrize(
    ("what", "reason"),
    [(WHOLE, "answered"), (UNAPPROVED, "unapproved"), (REJECTED, "failed")],
    ids=["answered", "unapproved", "failed"],
)
def test_turn_ended_is_the_last_and_says_how(what, reason):
    assert told(what)[-1] == {"type": "turn_ended", "reason": reason}


def test_every_type_of_event_has_a_test_and_a_row_with_its_fields():
    names = {re.sub(r"(?<!^)(?=[A-Z])", "_", event.__name__).lower() for event in get_args(Event)}
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("| type | fields |") :].split("\n\n")[0]
    rows = {name: row for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    tested = {name for name in names if any(each.startswith(f"test_{name}") for each in globals())}

    assert tested == names == set(rows)
    assert all(f"`{field.name}`" in rows["usage_reported"] for field in fields(Usage))
    assert all(f"`{reason}`" in rows["turn_ended"] for reason in get_args(TurnReason))
    for event in [each for what in (WHOLE, UNAPPROVED, AGAIN, REJECTED) for each in told(what)]:
        for field in set(event) - {"type"}:
            assert f"`{field}`" in rows[event["type"]], (event["type"], field)
