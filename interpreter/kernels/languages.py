"""Which language a fence's tag means, and how to get its kernel; the one table of both."""

import sys
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """A language that can have a kernel: its canonical name, every tag that means it, in lower case, and its cure.

    `install` is the one command that brings the kernel; `packages` are what `pip install` is to be given for it, where
    that is enough, and `besides` says what else must be there.
    """

    name: str
    tags: tuple[str, ...]
    install: str
    packages: tuple[str, ...] = ()
    besides: str = ""


LANGUAGES = (
    # Not `pycon`: a transcript of a session, outputs included, is no program.
    Language(
        # `tool_code` is what Gemma calls Python to be run.
        "python",
        ("python", "py", "python3", "py3", "ipython", "ipython3", "tool_code"),
        "pip install ipykernel",
        ("ipykernel",),
    ),
    # Not `console`: a transcript as well.
    Language("bash", ("bash", "sh", "shell", "zsh"), "apt install bash"),
    Language(
        "javascript",
        ("javascript", "js", "jsx", "node", "typescript", "ts", "tsx", "deno"),
        f"{sys.executable} -m pip install 'deno>=2'",
        ("deno>=2",),
    ),
    Language("r", ("r", "rscript"), "apt install r-cran-irkernel"),
    Language(
        "java",
        ("java",),
        f"{sys.executable} -m pip install --pre jjava",
        ("--pre", "jjava"),
        "It needs a JDK as well: apt install default-jdk-headless",
    ),
)

_BY_TAG = {tag: language.name for language in LANGUAGES for tag in language.tags}
_INSTALL = {language.name: language.install for language in LANGUAGES}


def language_of(tag: str) -> str | None:
    """The canonical name of the language that a tag means; None where the table has none, as for `json`."""
    return _BY_TAG.get(tag.strip().lower())


def how_to_install(language: str) -> str:
    """A sentence with the command that brings the kernel of a language."""
    command = _INSTALL.get(language)
    return f"Get it with: {command}" if command else "Install a Jupyter kernel for it."
