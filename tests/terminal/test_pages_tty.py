"""A page in the chat: saved without a question, and opened where there is a desktop."""

import os
import time
from pathlib import Path

import pytest

from tests.scripted_server import Says
from tests.terminal.test_chat_tty import DONE, sits_down

PAGE = Says("Here:\n```html\n<p>Hello</p>\n```\n", chunk=7)


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def desktop(tmp_path: Path) -> dict[str, str]:
    """A desktop whose browser notes what it is to open, makes noise, and fails."""
    browser = tmp_path / "browser"
    browser.write_text(f"#!/bin/sh\necho noise; echo noise >&2\necho $1 >> {tmp_path}/opened\nexit 0\n")
    browser.chmod(0o700)
    return {"DISPLAY": ":99", "WAYLAND_DISPLAY": "", "BROWSER": os.fspath(browser)}


def opened(tmp_path: Path) -> str:
    """What the browser was told; waits for it."""
    until = time.monotonic() + 30
    while not (tmp_path / "opened").exists() and time.monotonic() < until:
        time.sleep(0.05)
    return (tmp_path / "opened").read_text()


def test_a_page_opens_in_the_browser_when_the_user_says_so(tmp_path, home, desktop):
    with sits_down(PAGE, DONE, environment=desktop, columns=200) as (person, _):
        person.says("%open").sees("No page has been saved yet.")
        person.says("a page").sees("Saved as ", "page-1.html", "file://", "All done.", "%open shows the page")
        assert not (tmp_path / "opened").exists()
        person.says("%open").sees("Opening ")
        assert opened(tmp_path) == f"file://{home}/data/pages/page-1.html\n"
        assert person.leaves() == 0
        assert "Run this code" not in person.screen and "noise" not in person.screen
