"""Commands that commands are told to run: `sudo rm`, `xargs rm`, `bash -c 'rm x'`, `find -exec rm`."""

import re
from collections.abc import Callable, Iterator

from interpreter.rules.commands import CHANGES_SHELL, RUNS_BY_FLAG, SHELLS, WRAPPERS, Command, Found, Unclear, Word

Read = Callable[[str], Found]

_TEXT = re.compile(r"[\s;&|<>()$`]")
"""What makes a word more than a name: a text that may hold commands."""
_EVALUATES = frozenset({"eval", "trap", "alias", "su", "runuser", "watch", "script", "ssh", "parallel", "flock", "fc"})


def told_by(command: Command, documents: tuple[str, ...], read: Read) -> Found:
    """What a command is told to run, over-counted rather than under-counted, and that it is told so."""
    return sum(_told(command, documents, read), Found())


def name_of(word: Word) -> str:
    """The name of a program without its folder."""
    return (word.text or "").rpartition("/")[2]


def _told(command: Command, documents: tuple[str, ...], read: Read) -> Iterator[Found]:
    name = name_of(command.name)
    if name in CHANGES_SHELL:
        yield Found(unclear=(Unclear(f"{name} changes the shell", hides=False),))
    flags = RUNS_BY_FLAG.get(name, ())
    runs = [at for at, word in enumerate(command.arguments) if word.text in flags]
    if name not in WRAPPERS and not (runs and name in ("find", "fd", "fdfind", "git")):
        return
    if name in WRAPPERS:
        yield Found(unclear=(Unclear(f"{name} runs or changes other commands", hides=False),))
    if name == "alias":
        yield Found(defines=frozenset((word.text or "").partition("=")[0] for word in command.arguments))
    arguments = command.arguments if name in WRAPPERS else command.arguments[runs[0] + 1 :]
    yield from _in_words(name, arguments, read)
    if name in SHELLS:
        yield from _of_shell(command, documents, read)


def _in_words(name: str, arguments: tuple[Word, ...], read: Read) -> Iterator[Found]:
    """Each word may be where the command begins, and each text in quotes a command line."""
    is_first = True
    for at, word in enumerate(arguments):
        if word.text is None or word.is_pattern:
            if is_first and name not in ("hash", "trap", ".", "source", "mapfile", "readarray"):
                yield Found(unclear=(Unclear(f"what {name} runs, {word.source[:30]}, is not plain text"),))
            is_first = False
            continue
        if word.text.startswith("-") or (name == "env" and "=" in word.text):
            if _TEXT.search(word.text):
                yield read(word.text.partition("=")[2] or word.text.lstrip("-"))
            continue
        is_first = False
        if _TEXT.search(word.text) or name in _EVALUATES:
            yield read(word.text.partition("=")[2] if name == "alias" else word.text)
        yield Found((Command(word, arguments[at + 1 :], is_told=True),))
    if name == "eval" and len(arguments) > 1:
        yield read(" ".join(word.text or "$UNKNOWN" for word in arguments))


def _of_shell(command: Command, documents: tuple[str, ...], read: Read) -> Iterator[Found]:
    texts = [word.text or "" for word in command.arguments]
    says = any(re.fullmatch(r"-[a-zA-Z]*c[a-zA-Z]*", text) for text in texts)
    names_file = any(text and not text.startswith("-") for text in texts)
    if documents:
        yield from (read(text) for text in documents)
    elif not says and not names_file:
        yield Found(unclear=(Unclear(f"what {command.name.text} reads and runs does not stand there"),))
