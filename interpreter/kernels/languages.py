"""Which language a fence's tag means; the one table of tags."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language that can have a kernel: its canonical name and every tag that means it, in lower case."""

    name: str
    tags: tuple[str, ...]


LANGUAGES = (
    # Not `pycon`: a transcript of a session, outputs included, is no program.
    Language("python", ("python", "py", "python3", "py3", "ipython", "ipython3")),
    Language("bash", ("bash", "sh", "shell", "zsh")),
    Language("javascript", ("javascript", "js", "node", "typescript", "ts")),
    Language("r", ("r", "rscript")),
    Language("java", ("java",)),
)

_BY_TAG = {tag: language.name for language in LANGUAGES for tag in language.tags}


def language_of(tag: str) -> str | None:
    """The canonical name of the language that a tag means; None where nothing is to be run, as for `json`."""
    return _BY_TAG.get(tag.strip().lower())
