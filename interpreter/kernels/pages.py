"""HTML and SVG: nothing of them runs here; each block becomes a file, which is shown to the user."""

import itertools
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path

from interpreter.core.around import AroundKernels
from interpreter.core.errors import InterpreterError, KernelFailed
from interpreter.core.messages import Display
from interpreter.core.ports import Ended, Kernel, KernelEvent, Kernels, OutputArrived, Variable

TAGS = {"html": "html", "htm": "html", "svg": "svg"}
MIMES = {"html": "text/html", "svg": "image/svg+xml"}
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'


class PageKernel:
    """Saves each block of its language in the folder that `folder` gives, and calls `show` with the file's path."""

    def __init__(self, language: str, folder: Callable[[], Path], show: Callable[[Path], None]) -> None:
        self._language = language
        self._folder = folder
        self._show = show

    def run(self, code: str, timeout: float | None = None) -> Generator[KernelEvent, None, Ended]:
        began = time.monotonic()
        try:
            path = _write(self._folder(), self._language, code)
        except (OSError, InterpreterError) as error:
            return Ended("failed", time.monotonic() - began, f"It could not be saved: {error}")
        self._show(path)
        told = f"Saved as {path} and shown to the user.\n{path.as_uri()}"
        yield OutputArrived(Display({MIMES[self._language]: code, "text/plain": told}))
        return Ended("ok", time.monotonic() - began)

    def answer(self, text: str) -> None:
        """Nothing: a page asks nothing."""

    def interrupt(self) -> None:
        """Nothing: it is saved before anyone could."""

    def restart(self) -> None:
        """Nothing: there is no state."""

    def variables(self, name: str | None = None) -> tuple[Variable, ...]:
        return ()

    def peek(self) -> tuple[()]:
        return ()

    def close(self) -> None:
        """Nothing: the files stay as long as their folder."""


class WithPages(AroundKernels):
    """Kernels, and with them pages.

    `folder` makes the folder for them at the first one; None means a temporary one, which goes when they are closed.
    """

    def __init__(self, kernels: Kernels, folder: Callable[[], Path | None], show: Callable[[Path], None]) -> None:
        super().__init__(kernels)
        self._choose_folder = folder
        self._temporary: Path | None = None
        self._is_closed = False
        self._pages = {language: PageKernel(language, self._folder, show) for language in MIMES}

    def language_of(self, tag: str) -> str | None:
        return TAGS.get(tag.strip().lower()) or super().language_of(tag)

    def get(self, language: str) -> Kernel:
        return self._pages.get(language) or super().get(language)

    def close(self) -> None:
        self._is_closed = True
        super().close()
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def _folder(self) -> Path:
        if self._is_closed:
            raise KernelFailed("The kernels have been closed.", "Make a new OpenInterpreter.")
        if (folder := self._choose_folder()) is not None:
            return folder
        self._temporary = self._temporary or Path(tempfile.mkdtemp(prefix="interpreter-"))
        return self._temporary


def _write(folder: Path, language: str, code: str) -> Path:
    """A new file, readable by its owner only, under the next number that is free."""
    for number in itertools.count(len(list(folder.iterdir())) + 1):
        path = folder / f"page-{number}.{language}"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(descriptor, "w", encoding=_encoding(language, code), errors="replace", newline="") as file:
            file.write(_complete(language, code) + "\n")
        return path
    raise AssertionError("numbers do not end")


def _encoding(language: str, code: str) -> str:
    # By its mark a browser knows what a fragment without a head does not say.
    return "utf-8" if language == "svg" or code.isascii() else "utf-8-sig"


def _complete(language: str, code: str) -> str:
    """A drawing that can stand in a file of its own, where models leave out what only that needs."""
    return code.replace("<svg", f"<svg {NAMESPACE}", 1) if language == "svg" and "xmlns=" not in code else code
