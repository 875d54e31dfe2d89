"""Every way in which a model can fail, from the outside: what is said, what is kept, the exit code."""

import json
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from interpreter import OpenInterpreter
from interpreter.core.events import Notice, Retrying
from tests.scripted_server import Cuts, Fails, Hangs, Plain, Raw, Says, Script, ScriptedServer, Stalls
from tests.terminal.person import nothing_is_left, processes
from tests.test_cli import at, is_two_clear_lines, run, start

HALF = "Let me see.\n```python\nprint("
SAME = "```python\n1 / 0\n```\n"


@pytest.fixture(autouse=True)
def leaves_no_process() -> Iterator[None]:
    yield
    assert nothing_is_left(), processes()


def error(message: str, **more: str) -> dict[str, object]:
    return {"error": {"message": message, **more}}


# What passes


def moment(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize(
    "failure",
    [
        Fails(429, error("Slow down")),
        Fails(429, error("Slow down"), {"Retry-After": "0.5"}),
        Fails(429, error("Slow down"), {"Retry-After": moment(-60)}),
        Fails(500, "down"),
        Fails(502, "<html>Bad Gateway</html>"),
        Fails(503, error("Loading model")),
        Fails(529, error("Overloaded")),
        Cuts(""),
    ],
    ids=["429", "429 seconds", "429 date", "500", "502", "503", "529", "reset"],
)
def test_a_failure_that_passes_is_waited_for_and_said(failure: Script) -> None:
    with ScriptedServer(failure, Says("Fine.")) as server:
        done = run(*at(server), "go")

    assert (done.returncode, done.stdout) == (0, "Fine.\n")
    assert len(done.stderr.splitlines()) == 1 and "It is asked again" in done.stderr


def test_a_provider_that_stays_busy_is_given_up_after_four_tries() -> None:
    with ScriptedServer(Fails(429, error("Slow down"), {"Retry-After": "0.1"})) as server:
        done = run(*at(server), "go")

    *waits, happened, cure = done.stderr.splitlines()
    assert done.returncode == 1 and len(server.requests) == 4
    assert len(waits) == 3 and happened.startswith("Error: test is busy") and "Try again" in cure


@pytest.mark.parametrize("later", ["300", None], ids=["seconds", "date"])
def test_a_provider_that_is_busy_for_long_says_for_how_long_at_once(later: str | None) -> None:
    with ScriptedServer(Fails(429, error("Slow down"), {"Retry-After": later or moment(301)})) as server:
        done = run(*at(server), "go")

    assert done.returncode == 1 and len(server.requests) == 1
    assert is_two_clear_lines(done.stderr) and "in 5 minutes" in done.stderr


def test_ctrl_c_ends_the_wait() -> None:
    with ScriptedServer(Fails(429, error("Slow down"), {"Retry-After": "50"}), Says("late")) as server:
        with start(*at(server), "go") as process:
            assert process.stdin is not None
            process.stdin.close()
            process.stdin = None
            assert server.wait_for(requests=1, timeout=60)
            time.sleep(0.5)
            process.send_signal(signal.SIGINT)
            pressed = time.monotonic()
            process.communicate(timeout=60)

    assert process.returncode == 130 and len(server.requests) == 1
    assert time.monotonic() - pressed < 25


def test_a_retry_is_an_event_for_programs_too() -> None:
    with ScriptedServer(Fails(503, error("Loading model"), {"Retry-After": "0.1"}), Says("Fine.")) as server:
        done = run("--json", *at(server), "go")

    records = [json.loads(line) for line in done.stdout.splitlines()]
    (retrying,) = [record for record in records if record["type"] == "retrying"]
    assert "Loading model" in retrying["why"] and retrying["wait"] >= 0.1


def test_a_retry_is_an_event_of_the_library() -> None:
    with ScriptedServer(Fails(503, error("Loading model"), {"Retry-After": "0.1"}), Says("Fine.")) as server:
        with OpenInterpreter(model="test", api_base=server.url) as agent:
            events = list(agent.stream("go"))
    assert [type(event) for event in events if isinstance(event, Retrying)] == [Retrying]


# What does not


TOLD = "That was neither an answer nor code that can be run: the model is told so, once.\n"
"""A line that stands above the error where the model got a second chance: an empty reply has one."""


@pytest.mark.parametrize(
    ("reply", "exit_code", "said"),
    [
        (Fails(401, error("bad key")), 2, "rejected"),
        (Fails(403, error("not for you")), 2, "not for you"),
        (Fails(404, error("no such model", code="model_not_found")), 2, "no such model"),
        (Fails(402, error("Insufficient credits")), 1, "no credit"),
        (Fails(429, error("You exceeded your quota", code="insufficient_quota")), 1, "no credit"),
        (Fails(400, error("Strange request")), 1, "Strange request"),
        (Fails(400, error("maximum context length is 10 tokens")), 1, "does not fit"),
        (Raw(b"{nonsense", "application/json"), 1, "no completion"),
        (Raw(b"data: {nonsense\n\ndata: [DONE]\n\n"), 1, "no completion"),
        (Raw(b'{"id": "1", "object": "chat.completion", "choices": []}', "application/json"), 1, "empty reply"),
        (Plain("", extra={"refusal": "I will not."}), 1, "content filter"),
        (Says("", finish="content_filter"), 1, "content filter"),
        (Says("```python\nprint(1)", finish="length"), 1, "cut off inside a block"),
    ],
    ids=[
        "401",
        "403",
        "unknown model",
        "no credit",
        "no quota",
        "bad request",
        "context",
        "malformed JSON",
        "malformed stream",
        "empty choices",
        "refusal",
        "filter",
        "length",
    ],
)
def test_what_does_not_pass_is_said_at_once_in_two_lines(reply: Script, exit_code: int, said: str) -> None:
    with ScriptedServer(reply) as server:
        done = run(*at(server), "go")

    assert done.returncode == exit_code
    assert is_two_clear_lines(done.stderr.removeprefix(TOLD)) and said in done.stderr
    assert len(server.requests) <= 2


def test_without_a_key_nobody_is_asked() -> None:
    done = run("--model", "gpt-5-mini", "go")
    assert done.returncode == 2 and is_two_clear_lines(done.stderr) and "OPENAI_API_KEY" in done.stderr


@pytest.mark.parametrize(
    ("reply", "flag", "kept"),
    [
        (Hangs(), "--first-token-timeout", ""),
        (Stalls(HALF), "--gap-timeout", "Let me see."),
        (Stalls("Half an ans"), "--gap-timeout", "Half an ans"),
    ],
    ids=["no first token", "stall inside a fence", "stall"],
)
def test_silence_ends_at_its_limit_and_what_had_come_is_kept(reply: Script, flag: str, kept: str) -> None:
    with ScriptedServer(reply) as server:
        done = run(flag, "0.5", *at(server), "-y", "go")

    assert done.returncode == 1 and done.stdout.startswith(kept)
    assert is_two_clear_lines(done.stderr.partition("\n")[2]) and flag in done.stderr
    assert len(server.requests) <= 1  # on a slow machine half a second is over before it is sent


@pytest.mark.parametrize("text", ["Half an ans", HALF], ids=["text", "fence"])
def test_a_reply_that_is_cut_keeps_its_text_and_no_block_is_run(text: str) -> None:
    with (
        ScriptedServer(Cuts(text)) as server,
        OpenInterpreter(model="test", api_base=server.url, auto_run=True) as agent,
    ):
        result = agent.execute("go")

    assert result.reason == "failed" and result.executions == () and len(server.requests) == 1
    assert result.messages[-1].text == text


# What has no end


def test_a_reply_that_repeats_itself_is_stopped_and_said_so() -> None:
    with ScriptedServer(Says("word " * 100_000, chunk=5_000)) as server:
        done = run(*at(server), "--plain", "go")

    assert done.returncode == 0 and len(server.requests) == 2
    assert done.stderr == TOLD + "The answer repeated itself and was stopped.\n"
    assert len(done.stdout) < 10_000


def test_an_answer_that_is_cut_off_is_said() -> None:
    with ScriptedServer(Says("Once upon a", finish="length")) as server:
        done = run(*at(server), "go")

    assert done.returncode == 0 and done.stdout == "Once upon a\n"
    assert "cut off" in done.stderr and "--max-output-tokens" in done.stderr


def test_a_reply_without_end_is_broken_off() -> None:
    with ScriptedServer(Says(" ".join(map(str, range(400_000))), chunk=50_000)) as server:
        done = run(*at(server), "--plain", "go")

    assert done.returncode == 1 and is_two_clear_lines(done.stderr) and "1,000,000 characters" in done.stderr
    assert 900_000 < len(done.stdout) < 1_100_000


def test_of_a_thousand_blocks_the_first_is_run_and_the_rest_is_not_read() -> None:
    blocks = "".join(f"```python\nprint('block', {n})\n```\n\n" for n in range(1_000))
    with ScriptedServer(Says(blocks, chunk=200), Says("Done.")) as server:
        with OpenInterpreter(model="test", api_base=server.url, auto_run=True) as agent:
            result = agent.execute("go")

    assert [execution.text for execution in result.executions] == ["block 0\n"] and result.text == "Done."
    assert "block', 1)" not in json.dumps(server.requests[1])


def test_the_same_failing_block_again_and_again_is_stuck() -> None:
    with ScriptedServer(Says(SAME)) as server:
        done = run(*at(server), "-y", "go")

    assert done.returncode == 1 and len(server.requests) == 3
    assert "failed the same way three times" in done.stderr


def test_blocks_without_end_reach_the_limit_of_steps() -> None:
    script = [Says(f"```python\nprint({n})\n```\n") for n in range(9)]
    with ScriptedServer(*script) as server:
        done = run(*at(server), "-y", "--max-steps", "4", "go")
    assert done.returncode == 1 and len(server.requests) == 4 and "--max-steps" in done.stderr


# What is too long


def test_a_conversation_that_the_server_finds_too_long_is_told_in_short_and_goes_on() -> None:
    too_long = Fails(400, error("This model's maximum context length is 6000 tokens. However, you requested 9000."))
    steps = [Says(f"Step {n}.\n```python\nprint('x' * 2500)  # {n}\n```\n") for n in range(10)]
    with ScriptedServer(*steps, too_long, Says("It was all x.")) as server:
        with OpenInterpreter(model="test", api_base=server.url, auto_run=True) as agent:
            notices = [event.text for event in agent.stream("Look at everything.") if isinstance(event, Notice)]
            messages = agent.messages

    refused, asked = (json.dumps(request["messages"]) for request in server.requests[-2:])
    assert len(asked) < len(refused) / 2 and "Look at everything." in asked
    assert "shortened" in notices[0] and messages[-1].text == "It was all x."
    assert messages[2].text == "x" * 2500 + "\n"
