"""What the user and the project want every model to be told, as sections of the system prompt."""

from dataclasses import dataclass

LONGEST, LONGEST_SMALL = 8_000, 600
"""Characters of each text that a model is told: some 2,000 tokens, and 150 for models that read slowly."""

_OPENS, _CLOSES = "<AGENTS.md>", "</AGENTS.md>"


@dataclass(frozen=True, slots=True)
class Briefing:
    """Texts that stay the same for a whole session.

    `user` is the user's own; `project` is what the folder says of itself, from the file `source`: it informs, and
    binds nobody.
    """

    user: str = ""
    project: str = ""
    source: str = ""

    def sections(self, instructions: str = "", *, small: bool) -> str:
        """The sections, those of the most authority last, `instructions` of this session at their end.

        Of each text a model is told no more than LONGEST characters, a `small` one LONGEST_SMALL.
        """
        most = LONGEST_SMALL if small else LONGEST
        parts = (self._project(most), cut(self.user.strip(), most, "instructions.md"), instructions.strip())
        return "\n\n".join(part for part in parts if part)

    def _project(self, most: int) -> str:
        text = self.project.strip()
        if not text:
            return ""
        # A file must not end its own section, and go on as if somebody else spoke.
        inside = cut(text, most, self.source).replace(_CLOSES, "</AGENTS.md >")
        about = "Notes that came with the project; where they differ from what the user says, the user is right:"
        return f"{about}\n{_OPENS}\n{inside}\n{_CLOSES}"


def cut(text: str, most: int, source: str) -> str:
    """The beginning of a text, in whole lines where it has any, and how much of the file `source` is left out."""
    if len(text) <= most:
        return text
    kept = text[:most].rpartition("\n")[0].rstrip() or text[:most]
    return f"{kept}\n[… {len(text) - len(kept):,} more characters are in {source}]"
