"""What kind of line was typed: an instruction, a command of the program, or code for a kernel."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeAlias

MARK = "> "
"""Where a line begins to be typed."""
LEAVING = ("exit", "quit")
HOW_SHELL = "!COMMAND runs a command in the session's shell; !!COMMAND shows it to the model, too."


@dataclass(frozen=True, slots=True)
class Nothing:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Leave:
    """The user wants to leave."""


@dataclass(frozen=True, slots=True)
class Called:
    """A command of the program, such as `%help`."""

    text: str


@dataclass(frozen=True, slots=True)
class Typed:
    """Code that the user runs; `is_told` says that the model is to see it, too."""

    language: str
    code: str
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Advice:
    """Nearly something that runs: what to type instead."""

    text: str


@dataclass(frozen=True, slots=True)
class Said:
    """An instruction for the model."""

    text: str


Line: TypeAlias = Nothing | Leave | Called | Typed | Advice | Said


class Languages(Protocol):
    """Which languages run."""

    def language_of(self, tag: str) -> str | None:
        """The canonical name of the language that a tag means."""
        ...

    def languages(self) -> tuple[str, ...]:
        """Canonical names of the languages that run here."""
        ...


def line(text: str, languages: Languages, is_command: Callable[[str], bool]) -> Line:
    """What a text is, several lines of which are one."""
    text = text.strip()
    if not text:
        return Nothing()
    if text in LEAVING:
        return Leave()
    if text.startswith("!"):
        return _shell(text)
    if text.startswith("%%"):
        return _cell(text, languages)
    return Called(text) if is_command(text) else Said(text)


def _shell(text: str) -> Line:
    is_told = text.startswith("!!")
    code = text[1 + is_told :].strip()
    if not code:
        return Advice(HOW_SHELL)
    # `!= …` and `!!! …` begin no command, but a sentence may begin so.
    return Said(text) if code[0] in "=!?" else Typed("bash", code, is_told)


def _cell(text: str, languages: Languages) -> Line:
    """`%%python` and what stands below; other words behind `%%`, such as `timeit`, are the model's."""
    first, _, below = text.partition("\n")
    match = re.fullmatch(r"%%([^\W\d_][\w+#.-]*)[ \t]*(.*?)\\?", first)
    if match is None:
        return Said(text)
    tag, words = match.groups()
    language = languages.language_of(tag)
    if language is None:
        near = difflib.get_close_matches(tag.lower(), languages.languages(), n=1)
        return Advice(f"No language is called {tag}. Did you mean %%{near[0]}?") if near else Said(text)
    if words or not below.strip():
        return Advice(f"%%{tag} runs the lines below it: Alt-Enter (or a \\ at the end) begins a new line.")
    return Typed(language, below.strip("\n"))
