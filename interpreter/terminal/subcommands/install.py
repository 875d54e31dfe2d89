"""`interpreter kernels install NAME`: the kernel of a language, from pip."""

import difflib
from collections.abc import Callable

from interpreter.core.errors import KernelFailed, WrongUsage
from interpreter.core.visible import visible
from interpreter.kernels.environments import Python, in_words, install_command, own_python
from interpreter.kernels.languages import LANGUAGES, Language
from interpreter.kernels.listing import Listed, language_named, listed
from interpreter.terminal.python import installs


def install(name: str, find_python: Callable[[], Python], environ: dict[str, str]) -> int:
    """Install a kernel, the installer's output shown as it comes; returns the exit code 0.

    Raises WrongUsage for a name that means no language, KernelFailed when its kernel is not there afterwards.
    """
    python = find_python()
    entry = _entry(name, python, environ)
    if entry.kernel:
        print(visible(f"{entry.language} is there already: {entry.kernel}"))
        return 0
    language = next(each for each in LANGUAGES if each.name == entry.language)
    _run_installer(language, python if language.name == "python" else own_python(), environ)
    now = _entry(name, find_python(), environ)
    if not now.kernel:
        hint = language.besides or "Look at what the installer says above."
        raise KernelFailed(f"What was installed for {language.name} is not enough: its kernel is not found.", hint)
    print(visible(f"{language.name} is there now: {now.kernel}"))
    return 0


def _run_installer(language: Language, python: Python, environ: dict[str, str]) -> None:
    if not language.packages:
        raise KernelFailed(
            f"The kernel for {language.name} comes neither from pip nor from npm.", f"Get it with: {language.install}"
        )
    command, words = install_command(python, language.packages, environ), in_words(python, language.packages, environ)
    if command is None:
        raise KernelFailed(f"There is neither pip nor uv to install into {python.path}.", f"Get it with: {words}")
    print(visible(f"$ {words}"), flush=True)
    if not installs(command, environ):
        raise KernelFailed(f"The kernel for {language.name} could not be installed.", f"What was tried: {words}")


def _entry(name: str, python: Python, environ: dict[str, str]) -> Listed:
    entries = listed(python, environ)
    meant = language_named(name, python, environ)
    found = next((entry for entry in entries if entry.language == meant), None)
    if found is None:
        tags = [tag for entry in entries for tag in entry.tags]
        near = difflib.get_close_matches(name.strip().lower(), tags, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`interpreter kernels` lists what there is."
        raise WrongUsage(f"There is no language {name!r} that we know of.", hint)
    return found
