"""The system prompt, from the words in `prompts/`."""

from collections.abc import Sequence
from pathlib import Path

_WORDS = Path(__file__).parent.parent / "prompts"


def system_prompt(
    *, small: bool, languages: Sequence[str], folder: str, system: str, instructions: str = "", place: str = ""
) -> str:
    """What the model is told before everything else.

    `small` takes the short words for models that read slowly (at most 400 tokens), `folder` is the working folder,
    `system` names the operating system, `instructions` are the user's own and come last. Where code runs elsewhere,
    `place` says where; folder and system of this machine are then not told.
    """
    here = "the user's computer" if small else "the user's own computer"
    filled = _words("small" if small else "large").format(
        languages=", ".join(languages),
        language=languages[0],
        computer=f"{place}, which is not the user's computer," if place else here,
        surroundings=_words("remote" if place else "here").strip().format(folder=folder, system=system),
    )
    return "\n\n".join(part.strip() for part in (filled, instructions) if part.strip())


def _words(name: str) -> str:
    return (_WORDS / f"{name}.md").read_text(encoding="utf-8")
