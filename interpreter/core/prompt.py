"""The system prompt, from the words in `prompts/`."""

from collections.abc import Sequence
from pathlib import Path

_WORDS = Path(__file__).parent.parent / "prompts"


def system_prompt(*, small: bool, languages: Sequence[str], folder: str, system: str, instructions: str = "") -> str:
    """What the model is told before everything else.

    `small` takes the short words for models that read slowly (at most 400 tokens), `folder` is the working folder,
    `system` names the operating system, `instructions` are the user's own and come last.
    """
    words = (_WORDS / ("small.md" if small else "large.md")).read_text(encoding="utf-8")
    filled = words.format(languages=", ".join(languages), language=languages[0], folder=folder, system=system)
    return "\n\n".join(part.strip() for part in (filled, instructions) if part.strip())
