"""Known secrets, made into marks wherever text leaves the program."""

from collections.abc import Iterable

SHORTEST = 8
"""Characters: a shorter value is no key, and would be found in ordinary words."""


class Redactor:
    """Replaces every known secret by a mark that names nothing of it."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # The longest first: one secret may be part of another.
        self._secrets = sorted({secret for secret in secrets if len(secret) >= SHORTEST}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without the secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text
