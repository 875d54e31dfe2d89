"""The one question about a folder: may its files be used?"""

from pathlib import Path

from interpreter.console.tty import Tty
from interpreter.core.visible import visible
from interpreter.storage.briefing import AGENTS, has_agents
from interpreter.storage.trust import Trust, has_environment, has_modules, has_start_up_files

MODULES = "Python code"
ENVIRONMENT = "an environment (.venv)"
START_UP = "a file that R or JavaScript reads at its start"
NOTES = f"an {AGENTS}"


def ask_for_trust(trust: Trust, folder: Path, tty: Tty) -> None:
    """Ask once a folder, and only where there is something to trust; yes and no are remembered, another key is not."""
    if trust.answer(folder) is not None:
        return
    looks = (
        (MODULES, has_modules),
        (ENVIRONMENT, has_environment),
        (START_UP, has_start_up_files),
        (NOTES, has_agents),
    )
    found = [word for word, is_there in looks if is_there(folder)]
    if not found:
        return
    where = f"There is {' and '.join(found)} in {folder}."
    tty.write(f"{visible(where)} {_who(found)} if you trust it.\n")
    key = tty.key("Trust the files in this folder? [y]es / [n]o ", lambda: False)
    answer = {"y": True, "n": False}.get((key or "").strip().lower())
    tty.write({True: "yes\n", False: "no\n", None: "not now\n"}[answer])
    if answer is not None:
        trust.remember(folder, trusted=answer)


def _who(found: list[str]) -> str:
    if found == [NOTES]:
        return "The model is told what it says"
    return "Code that runs here and the model can use that" if NOTES in found else "Code that runs here can use that"
