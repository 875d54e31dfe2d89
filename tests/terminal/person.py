"""A person at a real terminal: starts the program on a pseudo-terminal, types, and looks at the screen."""

import os
import re
import signal
import sys
import termios
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Self

import pexpect
import pyte

PATIENCE = 30
"""Seconds until something that does not appear is taken for a hang; nothing here measures speed."""

PROMPT = r"\n> \Z|>\x08\x1b\[2C[^\n]*?\x1b\[\?25h"
"""The chat's prompt, as plain text and as prompt_toolkit draws it."""

COLOURS = r"(?:\x1b\[[0-9;]*m|(?:\x1bD)*(?:\x1b\[\d+A)?\x1b7[^\x1b]*(?:\x1b(?!8)[^\x1b]*)*\x1b8(?:\x1b\[\?7h)?)*"
"""What may stand between two characters: other colours, and the footer, drawn or erased."""

PROGRAM = [sys.executable, "-m", "interpreter"]


class Person:
    """Sits at a terminal of `columns` by `rows` on which the program runs with these arguments.

    `shell` is a command line in which {} stands for the program, so that pipes can be tried at a terminal. Every
    process of the program is known by the INTERPRETER_HOME of its test.
    """

    def __init__(
        self,
        *arguments: str,
        environment: Mapping[str, str] | None = None,
        columns: int = 80,
        rows: int = 40,
        cwd: Path | None = None,
        shell: str = "",
    ) -> None:
        argv = [*PROGRAM, *arguments]
        if shell:
            argv = ["/bin/sh", "-c", shell.replace("{}", '"$@"'), "sh", *argv]
        self._child = pexpect.spawn(
            argv[0],
            argv[1:],
            env={**os.environ, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", **(environment or {})},
            dimensions=(rows, columns),
            cwd=cwd and os.fspath(cwd),
            timeout=PATIENCE,
            encoding="utf-8",
            codec_errors="replace",
        )
        self._child.delaybeforesend = None
        self._modes = termios.tcgetattr(self._child.child_fd)
        self._screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=0.5)
        self._stream = pyte.Stream(self._screen)
        self.raw = ""
        self._child.logfile_read = self

    def write(self, text: str) -> None:
        """Takes what the program sends to the terminal."""
        self.raw += text
        self._stream.feed(text)

    def flush(self) -> None:
        """Nothing is held back."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pid in {self.pid, *processes()}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._child.close(force=True)

    @property
    def pid(self) -> int:
        """The process that the terminal started: the program itself, or the shell around it."""
        return int(self._child.pid)

    @property
    def screen(self) -> str:
        """What stands on the terminal, with what has scrolled off its top."""
        above = ["".join(line[x].data for x in range(self._screen.columns)) for line in self._screen.history.top]
        lines = [line.rstrip() for line in [*above, *self._screen.display]]
        return "\n".join(lines).rstrip()

    def sees(self, *texts: str) -> Self:
        """Wait until these texts have been sent, one after the other, in whatever colours."""
        for text in texts:
            self._child.expect(COLOURS.join(re.escape(character) for character in text).replace("\\\n", "\r\n"))
        return self

    def finds(self, *texts: str) -> Self:
        """Wait until all of these texts stand on the terminal."""
        return self.waits_until(lambda: all(text in self.screen for text in texts), *texts)

    def finds_prompt(self, text: str = "") -> Self:
        """Wait until the last line is the prompt with this text in it."""
        return self.waits_until(lambda: self.screen.rpartition("\n")[2] == f"> {text}".rstrip(), "> ", text)

    def misses(self, text: str) -> Self:
        """Wait until this text stands nowhere on the terminal any more."""
        return self.waits_until(lambda: text not in self.screen, "no", text)

    def waits_until(self, is_there: Callable[[], bool], *texts: str) -> Self:
        """Wait until something is so; the texts say what."""
        until = time.monotonic() + PATIENCE
        while not is_there():
            assert time.monotonic() < until, f"{texts} is not what stands there:\n{self.screen}"
            self.waits(0.05)
        return self

    def types(self, text: str) -> Self:
        """Press the keys of this text."""
        self._child.send(text)
        return self

    def says(self, text: str) -> Self:
        """Type a line at the prompt."""
        return self.sees_prompt().types(f"{text}\r")

    def sees_prompt(self) -> Self:
        """Wait until an instruction can be typed."""
        self._child.expect(PROMPT)
        return self

    def presses_ctrl(self, key: str) -> Self:
        """Hold Ctrl and press a key."""
        self._child.sendcontrol(key)
        return self

    def waits(self, seconds: float) -> Self:
        """Do nothing; what comes meanwhile is read."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._child.expect([pexpect.TIMEOUT, pexpect.EOF], timeout=left)
        return self

    def resizes(self, columns: int, rows: int) -> Self:
        """Drag the window's corner."""
        self._child.setwinsize(rows, columns)
        self._screen.resize(rows, columns)
        return self

    def leaves(self) -> int:
        """Press Ctrl-D at the prompt; returns the exit code."""
        return self.sees_prompt().presses_ctrl("d").exit_code()

    def insists_on_leaving(self) -> int:
        """Press Ctrl-D until the program ends; returns the exit code."""
        until = time.monotonic() + PATIENCE
        while self._child.isalive() and time.monotonic() < until:
            self.waits(0.3)
            with suppress(OSError):
                self.presses_ctrl("d")
        return self.exit_code()

    def exit_code(self) -> int:
        """Wait for the end; a signal's number is given as a negative one."""
        self._child.expect(pexpect.EOF)
        self._child.wait()
        return int(self._child.exitstatus if self._child.signalstatus is None else -self._child.signalstatus)

    def closes_the_terminal(self) -> None:
        """Close its window: the program gets a hangup, and reads and writes nothing more."""
        self._child.ptyproc.fileobj.close()
        os.waitpid(self.pid, 0)
        self._child.terminated = self._child.ptyproc.terminated = True
        self._child.closed = self._child.ptyproc.closed = True

    def is_untouched(self) -> bool:
        """Nobody has given the terminal a title, other characters or margins."""
        new = pyte.Screen(self._screen.columns, self._screen.lines)
        same = ("title", "icon_name", "margins", "charset", "g0_charset", "g1_charset")
        return all(getattr(new, name) == getattr(self._screen, name) for name in same)

    def finds_its_terminal_as_it_was(self) -> bool:
        """The modes are those of the start, and nothing is left switched on in the terminal itself."""
        switched = [self.raw.rfind(f"\x1b[?{mode}h") > self.raw.rfind(f"\x1b[?{mode}l") for mode in (1049, 2004, 1000)]
        hidden = self.raw.rfind("\x1b[?25l") > self.raw.rfind("\x1b[?25h")
        return termios.tcgetattr(self._child.child_fd) == self._modes and not any(switched) and not hidden


def processes(home: str | None = None) -> list[int]:
    """The processes started with this INTERPRETER_HOME (by default this test's), without our own."""
    mark = f"INTERPRETER_HOME={home or os.environ['INTERPRETER_HOME']}".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if state != "Z" and mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return [pid for pid in found if pid != os.getpid()]


def nothing_is_left(within: float = PATIENCE) -> bool:
    """Whether every process of this test ends in time."""
    until = time.monotonic() + within
    while (left := processes()) and time.monotonic() < until:
        time.sleep(0.02)
    return not left
