"""Reads, once a session, what the user and a trusted project want models to be told."""

import os
from dataclasses import dataclass
from pathlib import Path

from interpreter.core.briefing import LONGEST, Briefing
from interpreter.core.errors import WrongUsage
from interpreter.core.visible import visible
from interpreter.storage.paths import Paths
from interpreter.storage.text_file import read_text
from interpreter.storage.trust import Trust

AGENTS = "AGENTS.md"


@dataclass(frozen=True, slots=True)
class Read:
    """What was read, and what a person should know of it, a line each."""

    briefing: Briefing
    notes: tuple[str, ...] = ()


def read_briefing(paths: Paths, folder: Path | None, trust: Trust) -> Read:
    """Read `instructions.md`, and the nearest AGENTS.md of the working folder, if there is one.

    Raises WrongUsage where the user's own file cannot be used; a project's that cannot be is passed over, and noted.
    """
    user = read_text(paths.instructions) or ""
    notes = [_too_long(paths.instructions, user)] if len(user.strip()) > LONGEST else []
    project, source = "", nearest_agents(folder, trust) if folder else None
    if source is not None:
        try:
            _check_inside(source)
            # What a person who opens the file does not see must not reach the model unseen.
            project = visible(read_text(source) or "")
        except WrongUsage as problem:
            notes.append(f"{problem} It is not read.")
            source = None
    if len(project.strip()) > LONGEST and source:
        notes.append(_too_long(source, project))
    return Read(Briefing(user, project, str(source) if project.strip() else ""), tuple(notes))


def nearest_agents(folder: Path, trust: Trust) -> Path | None:
    """The AGENTS.md of the folder, else of the nearest one above it within the same repository; trusted folders only.

    Nothing is looked at in, or above, a folder that is not trusted.
    """
    resolved = folder.resolve()
    found = None
    for each in (resolved, *resolved.parents):
        if trust.answer(each) is not True:
            return None
        if found is None and os.path.lexists(each / AGENTS):
            found = each / AGENTS
        # Outside of a repository a folder speaks for itself alone.
        if os.path.lexists(each / ".git") or (found and each == resolved):
            return found
    return None


def has_agents(folder: Path) -> bool:
    """Whether the folder has an AGENTS.md; nobody looks into it."""
    return os.path.lexists(folder / AGENTS)


def _check_inside(file: Path) -> None:
    """Raises WrongUsage for a link out of the project: what that leads to, a key perhaps, is not the project's."""
    if not Path(os.path.realpath(file)).is_relative_to(file.parent):
        raise WrongUsage(f"{file} is a link that leads out of its folder.", "Put a file in its place.")


def _too_long(file: Path, text: str) -> str:
    return f"{file} has {len(text.strip()):,} characters; models are told the first {LONGEST:,}."
