"""What a user's rule says: which code runs without a question, is asked about in any case, or is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interpreter.core.ports import Request

Verdict: TypeAlias = Literal["allow", "ask", "refuse"]

RULE = "rule: "
"""What stands before a rule where it is named as the one who approved."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A verdict on blocks of these languages, that hold one of these commands, or name one of these paths.

    Of what is given each must fit; what is not given fits always. A command is its words, a path is as it was written,
    relative to the working folder.
    """

    verdict: Verdict
    languages: tuple[str, ...] = ()
    commands: tuple[tuple[str, ...], ...] = ()
    paths: tuple[str, ...] = ()

    def __str__(self) -> str:
        kinds = {
            "language": self.languages,
            "command": tuple(" ".join(words) for words in self.commands),
            "path": self.paths,
        }
        return " ".join([self.verdict, *(f"{kind} {' | '.join(words)}" for kind, words in kinds.items() if words)])


@dataclass(frozen=True, slots=True)
class Ruling:
    """What the rules say of a block: `rule` names the one that decides, `about` what in the block it is about."""

    verdict: Verdict
    rule: str
    about: str = ""


Judge: TypeAlias = Callable[[Request], Ruling | None]
"""What the rules say of a request; None where none fits."""


def no_rules(request: Request) -> None:
    """Where the user has made none."""
