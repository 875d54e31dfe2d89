"""Whether a rule is about a command: never too little where it refuses or asks, never too much where it allows."""

import unicodedata
from collections.abc import Iterator, Sequence

from interpreter.rules.commands import (
    CHANGES_SHELL,
    EXPANDS_TO_FLAGS,
    FILTERS,
    RUNS_BY_FLAG,
    WRAPPERS,
    Command,
    Word,
)
from interpreter.rules.paths import Places

NOWHERE = frozenset({"/dev/null", "/dev/stdout", "/dev/stderr"})


def may_be(command: Command, words: Sequence[str]) -> bool:
    """Whether the command may be what these words name, whatever its folder, its flags' order and its letters' form."""
    name = _plain((command.name.text or "").rpartition("/")[2])
    if name != _plain(words[0].rpartition("/")[2]):
        return False
    arguments = list(command.arguments)
    flags = {letter for word in arguments for letter in _letters(word.text or "")}
    for said in words[1:]:
        if letters := _letters(said):
            if not letters <= flags:
                return False
        elif said.startswith("-"):
            if not any(_is_flag(word.text or "", said) for word in arguments):
                return False
        else:
            at = _found(arguments, said)
            if at is None:
                return False
            arguments = arguments[at + 1 :]
    return True


def is_surely(command: Command, words: Sequence[str]) -> bool:
    """Whether the command is these words, and what may follow them does not make it do something else."""
    texts = [None if word.is_pattern else word.text for word in command.words[: len(words)]]
    name = words[0]
    if texts != list(words) or name in WRAPPERS or name in CHANGES_SHELL or command.has_assignments or command.is_told:
        return False
    rest = command.words[len(words) :]
    if name in EXPANDS_TO_FLAGS and any(_may_become_flag(word) for word in rest):
        return False
    return not any(_runs(word.text or "", name) for word in rest)


def stays_in(command: Command, places: Places, roots: tuple[str, ...]) -> bool:
    """Whether all that a command names is in one of these paths, and it does not mean the folder that it is in.

    A word that names no file is none.
    """
    here = Word(".", ".")
    names_some = places.is_surely_in(here, roots) or any(_is_path(word, places) for word in command.arguments)
    if not names_some and not _reads_input(command):
        return False
    for word in (*command.arguments, *(redirect.target for redirect in command.redirects)):
        text = word.text
        if text is None:
            return False
        if text in NOWHERE:
            continue
        if text.startswith("-"):
            value = text.partition("=")[2]
            if value and not places.is_surely_in(Word(value, value), roots):
                return False
            if not value and any(sign in text for sign in "/~."):
                return False
        elif _is_path(word, places) and not places.is_surely_in(word, roots):
            return False
    return True


def writes_nothing(command: Command) -> bool:
    """Whether its output goes into no file."""
    return all(not each.writes or each.target.text in NOWHERE for each in command.redirects)


def _reads_input(command: Command) -> bool:
    texts = [word.text or "" for word in command.arguments]
    is_recursive = any({"r", "R", "d"} & _letters(text) or text.startswith(("--d", "--r")) for text in texts)
    return command.name.text in FILTERS and not (command.name.text == "grep" and is_recursive)


def _is_path(word: Word, places: Places) -> bool:
    text = word.text or ""
    is_written_so = "/" in text or text in (".", "..") or text.startswith("~")
    # In whatever other folder the shell is, there may be a file of any name.
    return word.is_pattern or is_written_so or len(places.folders) > 1 or places.is_file(text)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _letters(text: str) -> set[str]:
    """The flags in `-rf`; none in a long one."""
    return set(text[1:]) if text.startswith("-") and not text.startswith("--") and len(text) > 1 else set()


def _is_flag(text: str, said: str) -> bool:
    given = text.partition("=")[0]
    return given == said or (len(given) > 3 and said.startswith(given))


def _found(arguments: list[Word], said: str) -> int | None:
    """Where a word stands; the first that is no flag may be anything where only the shell knows it."""
    first = next((at for at, word in enumerate(arguments) if not (word.text or "").startswith("-")), None)
    for at, word in enumerate(arguments):
        if word.text is not None and _plain(word.text) == _plain(said):
            return at
    return first if first is not None and arguments[first].text is None else None


def _may_become_flag(word: Word) -> bool:
    return word.text is None or (word.is_pattern and word.source[:1] in "*?[{")


def _runs(text: str, name: str) -> bool:
    """Whether a word is one of the flags by which a program runs or writes something, in any of its spellings."""
    return any(_spells(text, flag) for flag in RUNS_BY_FLAG.get(name, ()))


def _spells(text: str, flag: str) -> bool:
    if flag.startswith("--"):
        given = text.partition("=")[0]
        return given == flag or (len(given) > 3 and given.startswith("--") and flag.startswith(given))
    if len(flag) > 2:
        return text == flag
    return text.startswith("-") and not text.startswith("--") and flag[1] in text[1:]


def spelled(commands: Sequence[Command]) -> Iterator[str]:
    """Every word of commands and redirections, by value or as it was written."""
    for command in commands:
        for word in (*command.words, *(redirect.target for redirect in command.redirects)):
            yield word.shown
