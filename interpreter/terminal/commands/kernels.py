"""Commands about kernels: which run, what they hold, and how to begin again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from interpreter.core.errors import KernelMissing
from interpreter.core.visible import hidden_in, visible
from interpreter.terminal.commands.command import Command, aligned, no_words
from interpreter.terminal.offers import Offer, matching
from interpreter.terminal.variables import show_variables

if TYPE_CHECKING:
    from interpreter.terminal.front import Front


def list_kernels(front: "Front", words: list[str]) -> str:
    """List the languages: whose kernel runs, whose would start when it is needed."""
    no_words(words, "kernels")
    kernels = front.assembled.agent.kernels
    running = kernels.started()
    rows = [(language, "running") for language in running]
    rows += [(language, "starts when needed") for language in kernels.languages() if language not in running]
    return visible(f"{aligned(rows)}\n“interpreter kernels” in a shell lists what else there is.")


def restart(front: "Front", words: list[str]) -> str:
    """Restart the kernel of a language."""
    kernels = front.assembled.agent.kernels
    tag = " ".join(words) or "python"
    language = kernels.language_of(tag)
    if language is None:
        raise KernelMissing(tag, "%kernels lists the languages that run.")
    is_running = language in kernels.started()
    kernel = kernels.get(language)
    if not is_running:
        return visible(f"{language} was not running, so nothing is lost.")
    kernel.restart()
    return visible(f"{language} has been restarted: its variables, imports and definitions are lost.")


def _languages(front: "Front", typed: str) -> Iterator[Offer]:
    kernels = front.assembled.agent.kernels
    running = kernels.started()
    return matching(typed, ((name, "running" if name in running else "") for name in kernels.languages()))


def _variables(front: "Front", typed: str) -> Iterator[Offer]:
    """The variables of kernels that run; whoever waits for one that starts would be hindered."""
    kernels = front.assembled.agent.kernels
    found = [each for language in kernels.started() for each in kernels.get(language).variables()]
    return matching(
        typed, ((each.name, f"{each.type} {each.size}".rstrip()) for each in found if not hidden_in(each.name))
    )


COMMANDS = (
    Command("vars", "[NAME]", "list all variables, or show one at length", show_variables, offers=_variables),
    Command("kernels", "", "list the languages, and which of them are running", list_kernels),
    Command("restart", "[LANGUAGE]", "restart a kernel (Python); its variables are lost", restart, offers=_languages),
)
