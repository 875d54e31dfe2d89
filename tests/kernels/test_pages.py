"""HTML and SVG: saved, shown, told; nothing runs."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.errors import KernelFailed, KernelMissing, StorageFailed
from interpreter.core.events import ExecutionStarted, OutputReceived, TurnEnded
from interpreter.core.messages import Display, Execution, Instruction
from interpreter.core.policy import SHOWN, Guarded, Nobody, ask_before_running
from interpreter.core.ports import Refuse
from interpreter.kernels.pages import MIMES, TAGS, WithPages
from tests.fakes import FakeApprover, FakeKernels, FakeModel
from tests.kernels.driving import run

PAGE = "<!doctype html>\n<html><body>Hello</body></html>"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg"><circle r="1"/></svg>'


@pytest.fixture
def shown() -> list[Path]:
    return []


@pytest.fixture
def kernels(tmp_path: Path, shown: list[Path]) -> WithPages:
    (tmp_path / "pages").mkdir()
    return WithPages(FakeKernels(), lambda: tmp_path / "pages", shown.append)


def agent(kernels: WithPages, *replies: str, approver=None) -> Agent:
    approver = approver or Guarded(ask_before_running, Nobody())
    return Agent(FakeModel(list(replies)), kernels, approver, cancel=CancelToken(), system=lambda: "")


def test_what_the_policy_lets_pass_is_what_has_a_page_and_nothing_else():
    assert set(MIMES) == set(TAGS.values()) == SHOWN


@pytest.mark.parametrize(
    ("tag", "language"), [("html", "html"), (" HTML ", "html"), ("htm", "html"), ("SVG", "svg"), ("py", "python")]
)
def test_tags_mean_pages_and_all_else_what_it_meant(kernels, tag, language):
    assert kernels.language_of(tag) == language
    assert kernels.languages() == ("python",)


@pytest.mark.parametrize("tag", ["xml", "css", "json", "", "htmlx"])
def test_other_markup_is_not_a_page(kernels, tag):
    assert kernels.language_of(tag) is None
    with pytest.raises(KernelMissing):
        kernels.get("css")


@pytest.mark.parametrize(("language", "code"), [("html", PAGE), ("svg", DRAWING)])
def test_a_page_is_saved_for_its_owner_only_and_shown(kernels, shown, language, code):
    ran = run(kernels.get(language), code)
    (path,) = shown
    assert path.name == f"page-1.{language}" and path.read_text() == code + "\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (display,) = ran.outputs
    assert display.data[MIMES[language]] == code
    assert display.data["text/plain"] == f"Saved as {path} and shown to the user.\n{path.as_uri()}"
    assert ran.ended.status == "ok"


def test_each_page_has_a_number_of_its_own(kernels, shown, tmp_path):
    (tmp_path / "pages" / "page-3.html").write_text("mine")
    for _ in range(4):
        run(kernels.get("html"), PAGE)
    run(kernels.get("svg"), DRAWING)
    assert len(set(shown)) == 5
    assert (tmp_path / "pages" / "page-3.html").read_text() == "mine"


@pytest.mark.parametrize("code", ["<b>grüße</b>", "", "<b>\ud800</b>", "a\r\nb", "\0" * 10, "<p>" * 100_000])
def test_a_fragment_and_odd_text_are_saved_as_well(kernels, shown, code):
    assert run(kernels.get("html"), code).ended.status == "ok"
    saved = shown[0].read_bytes().decode("utf-8-sig")
    assert saved == code.encode("utf-8", "replace").decode() + "\n"


def test_a_fragment_says_by_a_mark_that_it_is_utf_8(kernels, shown):
    run(kernels.get("html"), "<b>grüße</b>")
    assert shown[0].read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_drawing_that_lacks_its_namespace_gets_it_in_the_file(kernels, shown):
    ran = run(kernels.get("svg"), "<svg width='1'></svg>")
    assert shown[0].read_text() == "<svg xmlns=\"http://www.w3.org/2000/svg\" width='1'></svg>\n"
    assert ran.outputs[0].data["image/svg+xml"] == "<svg width='1'></svg>"


def test_without_a_folder_that_lasts_a_page_goes_when_the_session_ends(shown):
    kernels = WithPages(FakeKernels(), lambda: None, shown.append)
    run(kernels.get("html"), PAGE)
    run(kernels.get("svg"), DRAWING)
    assert all(path.exists() for path in shown) and shown[0].parent == shown[1].parent
    assert stat.S_IMODE(shown[0].parent.stat().st_mode) == 0o700
    kernels.close()
    assert not shown[0].parent.exists()


def test_nothing_is_saved_after_the_end(kernels, shown):
    kernels.close()
    ran = run(kernels.get("html"), PAGE)
    assert ran.ended.status == "failed" and "closed" in ran.ended.note and shown == []


def no_folder() -> Path:
    raise StorageFailed("The folder cannot be made.")


def a_missing_folder() -> Path:
    return Path("/no/such/folder")


@pytest.mark.parametrize("folder", [no_folder, a_missing_folder])
def test_a_page_that_cannot_be_saved_is_told_and_the_turn_ends_when_it_goes_on(shown, folder):
    pages = WithPages(FakeKernels(), folder, shown.append)
    conversation = agent(pages, *[f"```html\n{PAGE}\n```"] * 5)
    events = list(conversation.run(Instruction("a page")))
    assert events[-1] == TurnEnded("stuck") and shown == []
    notes = [each.note for each in conversation.conversation.messages if isinstance(each, Execution)]
    assert len(notes) == 3 and all("could not be saved" in note for note in notes)


# Through the agent


def test_a_page_needs_no_approval_and_the_model_is_told_where_it_is(kernels, shown):
    conversation = agent(kernels, f"Here:\n```html\n{PAGE}\n```", "Done.")
    events = list(conversation.run(Instruction("a page")))
    assert events[-1] == TurnEnded("answered")
    assert any(isinstance(event, ExecutionStarted) for event in events)
    (output,) = [event.output for event in events if isinstance(event, OutputReceived)]
    assert isinstance(output, Display) and output.data["text/html"] == PAGE
    assert shown[0].read_text() == PAGE + "\n"


def test_code_is_asked_about_all_the_same(kernels):
    approver = FakeApprover([Refuse()])
    guarded = Guarded(ask_before_running, approver)
    conversation = agent(kernels, f"```html\n{PAGE}\n```", "```python\n1\n```", approver=guarded)
    assert list(conversation.run(Instruction("go")))[-1] == TurnEnded("refused")
    assert [request.block.language for request in approver.asked] == ["python"]


@pytest.mark.parametrize("info", ["html example", "html {.example}", "xml", "css"])
def test_markup_as_an_answer_stays_prose(kernels, shown, info):
    conversation = agent(kernels, f"Like so:\n```{info}\n{PAGE}\n```\nThat is it.")
    assert list(conversation.run(Instruction("how?")))[-1] == TurnEnded("answered")
    assert shown == []


def test_the_same_page_again_is_not_saved_again(kernels, shown):
    conversation = agent(kernels, f"```html\n{PAGE}\n```", f"```html\n{PAGE}\n```")
    assert list(conversation.run(Instruction("a page")))[-1] == TurnEnded("answered")
    assert len(shown) == 1


def test_it_has_no_variables_and_nothing_to_stop(kernels):
    page = kernels.get("html")
    page.interrupt()
    page.restart()
    page.answer("x")
    page.close()
    assert page.variables() == page.peek() == ()


def test_after_the_end_other_kernels_say_so_too(tmp_path):
    with pytest.raises(KernelFailed):
        from tests.kernels.driving import local_kernels

        local = WithPages(local_kernels(tmp_path, CancelToken()), lambda: None, lambda path: None)
        local.close()
        local.get("python")


# In the browser


def test_opening_a_page_never_waits_or_prints(tmp_path):
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\necho noise; echo noise >&2\necho $1 > {tmp_path}/opened\nexec sleep 5\n")
    browser.chmod(0o700)
    code = (
        "import sys, time; from pathlib import Path; from interpreter.terminal.browser import open_page\n"
        f"open_page(Path({str(tmp_path / 'a b.html')!r}))\n"
        f"while not Path({str(tmp_path / 'opened')!r}).exists(): time.sleep(0.05)\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "BROWSER": str(browser), "DISPLAY": ":99", "PYTHONPATH": ":".join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "opened").read_text() == f"file://{tmp_path}/a%20b.html\n"
