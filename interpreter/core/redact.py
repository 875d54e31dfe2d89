"""Secrets, made into marks wherever text is kept or leaves the program: those that are known, then their shapes."""

from collections.abc import Iterable

from interpreter.core.secret_shapes import MARK, without_shapes

SHORTEST = 8
"""Characters: a shorter value is no key, and would be found in ordinary words."""
CUT = "…"
"""Stands where a text was cut: what is before it may be the beginning of a secret."""


class Redactor:
    """Replaces every known secret, and what has the shape of one, by a mark that names nothing of it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: one secret may be part of another.
        self._secrets = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, MARK)
            if CUT in text:
                *cut, rest = text.split(CUT)
                text = CUT.join([*(_without_beginning(part, secret) for part in cut), rest])
        return without_shapes(text)


def _without_beginning(text: str, secret: str) -> str:
    """The text with the beginning of a secret at its end made into a mark, where it is long enough to be known."""
    for length in range(min(len(secret), len(text)), SHORTEST - 1, -1):
        if text.endswith(secret[:length]):
            return text[:-length] + MARK
    return text
