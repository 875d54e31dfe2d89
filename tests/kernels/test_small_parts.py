"""Tags, messages, exit codes, addresses: the parts without a process."""

import pytest

from interpreter.core.messages import Text
from interpreter.core.ports import OutputArrived
from interpreter.kernels.languages import LANGUAGES, language_of
from interpreter.kernels.outputs import clean, events_of, failure
from interpreter.kernels.process import describe
from interpreter.kernels.running import Running


@pytest.mark.parametrize(
    ("tag", "language"),
    [("py", "python"), ("Python3", "python"), (" sh ", "bash"), ("zsh", "bash"), ("ts", "javascript"), ("R", "r")],
)
def test_tags_mean_languages(tag: str, language: str) -> None:
    assert language_of(tag) == language


@pytest.mark.parametrize("tag", ["", "json", "text", "html", "yaml", "output", "pycon", "markdown", "diff"])
def test_what_is_not_to_be_run_has_no_language(tag: str) -> None:
    assert language_of(tag) is None


def test_every_tag_means_one_language() -> None:
    tags = [tag for language in LANGUAGES for tag in language.tags]

    assert len(tags) == len(set(tags))


@pytest.mark.parametrize(
    ("code", "words"),
    [(1, "exit code 1"), (-11, "killed by SIGSEGV"), (139, "killed by SIGSEGV"), (255, "exit code 255")],
)
def test_ends_are_named(code: int, words: str) -> None:
    assert describe(code) == words


def test_a_death_for_want_of_memory_is_hinted_at() -> None:
    assert "memory" in describe(-9)


def test_escapes_are_removed_from_tracebacks() -> None:
    coloured = {
        "ename": "E",
        "evalue": "v",
        "traceback": ["\x1b[0;31m-----------------------------------\x1b[0m", "\x1b[1mE\x1b[0m: v"],
    }

    assert failure(coloured).traceback == "E: v"


def test_lone_surrogates_are_written_out() -> None:
    assert clean("a\ud800é") == "a\\ud800é"


def test_a_stream_without_text_shows_nothing() -> None:
    assert list(events_of("stream", {"name": "stdout", "text": ""})) == []


def test_an_unknown_message_shows_nothing() -> None:
    assert list(events_of("comm_open", {"data": {}})) == []


def message(kind: str, parent: str, **content: object) -> dict[str, object]:
    return {"header": {"msg_type": kind}, "parent_header": {"msg_id": parent}, "content": content}


def test_a_run_is_over_when_both_its_reply_and_its_idle_have_come() -> None:
    running = Running("mine")

    list(running.take("shell", message("execute_reply", "mine", status="ok"), 0))
    assert not running.is_over(0)
    list(running.take("iopub", message("status", "mine", execution_state="idle"), 0))
    assert running.is_over(0)


def test_messages_of_other_requests_are_not_ours() -> None:
    running = Running("mine")

    assert list(running.take("iopub", message("stream", "other", name="stdout", text="x"), 0)) == []
    list(running.take("iopub", message("status", "other", execution_state="idle"), 0))
    list(running.take("shell", message("execute_reply", "other", status="ok"), 0))
    assert not running.is_over(100)


def test_a_reply_that_was_lost_does_not_hang_the_run() -> None:
    running = Running("mine")

    list(running.take("iopub", message("status", "mine", execution_state="idle"), 0))

    assert not running.is_over(1)
    assert running.is_over(5)


def test_an_exception_that_only_the_reply_tells_is_shown() -> None:
    running = Running("mine")

    list(running.take("shell", message("execute_reply", "mine", status="error", ename="E", evalue="v"), 0))

    (event,) = running.rest()
    assert isinstance(event, OutputArrived)
    assert event.output == failure({"ename": "E", "evalue": "v"})


def test_text_keeps_its_stream() -> None:
    assert list(events_of("stream", {"name": "stderr", "text": "x"})) == [OutputArrived(Text("x", "stderr"))]
