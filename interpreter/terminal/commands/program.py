"""Commands about the program itself: who is asked, what it is doing, how much it says, the way out."""

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING

from interpreter import __version__
from interpreter.core.errors import WrongUsage
from interpreter.core.visible import visible
from interpreter.kernels.environments import Python
from interpreter.settings import Settings
from interpreter.terminal.commands.command import Command, Leaving, aligned, first_line, no_words, on_or_off, one_of
from interpreter.terminal.elsewhere import unasked

if TYPE_CHECKING:
    from interpreter.terminal.front import Front

TRUST = {True: "yes", False: "no", None: "not asked"}


def auto(front: "Front", words: list[str]) -> str:
    """Run code without asking, or ask again."""
    on, assembled = on_or_off(words, "auto"), front.assembled
    if on is None:
        return f"Code runs {'when you say yes' if assembled.asks else 'without asking'}. %auto on or %auto off."
    if on is not assembled.asks:
        return f"%auto is {'on' if on else 'off'} already."
    if on and not _is_sure(front):
        return "Nothing is changed: you are asked before code runs."
    assembled.run_without_asking(on)
    return "From now on code runs without asking; %auto off ends that." if on else "You are asked before code runs."


def _is_sure(front: "Front") -> bool:
    tty, token = front.tty, front.assembled.agent.token
    if tty is None:
        raise WrongUsage("There is no terminal to ask you at.", "Start with -y to run code without asking.")
    question = f"{unasked(front.assembled.where)}\nStop asking in this chat? [y]es / [n]o "
    key = (tty.key(visible(question), lambda: token.is_set) or "").strip().lower()
    tty.write("yes\n" if key == "y" else "no\n")
    return key == "y"


def info(front: "Front", words: list[str]) -> str:
    """Tell what the program is, with which model and where it works."""
    no_words(words, "info")
    return visible(front.assembled.agent.redact(aligned(list(_facts(front)))))


def _facts(front: "Front") -> Iterator[tuple[str, str]]:
    at, tally = front.assembled, front.tally
    yield "version", __version__
    yield "model", f"{at.model.name} ({at.model.why})"
    yield "code runs in", at.place
    if isinstance(at.where, Python):
        yield "Python", f"{at.where.version}, {at.where.path}"
    yield "folder", f"{at.folder} (trusted: {TRUST[at.trust.answer(at.folder)]})"
    if at.briefing.source:
        yield "project notes", at.briefing.source
    if at.briefing.user.strip():
        yield "your instructions", str(at.paths.instructions)
    yield "before code runs", "you are asked" if at.asks else "nobody is asked"
    if at.session.name:
        yield "kept as", at.session.name
    if why_not := at.session.why_no_files:
        yield "files after %undo", f"stay as they are: {why_not}"
    yield "session", f"{_age(tally.seconds)}, turns: {tally.turns}, steps: {tally.steps}"
    yield from _changed(at.settings)


def _changed(settings: Settings) -> Iterator[tuple[str, str]]:
    """The settings that differ from their defaults; what may hold a secret is left out, and what was told before."""
    for each in fields(Settings):
        value = getattr(settings, each.name)
        if each.repr and value != each.default and each.name not in ("model", "auto_run"):
            yield f"--{each.name.replace('_', '-')}", first_line(str(value))


def _age(seconds: float) -> str:
    minutes = int(seconds) // 60
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if hours else f"{minutes} min" if minutes else f"{int(seconds)} s"


def verbose(front: "Front", words: list[str]) -> str:
    """Say more, or less again."""
    on = on_or_off(words, "verbose")
    front.verbose = front.verbose if on is None else on
    return f"%verbose is {'on' if front.verbose else 'off'}."


def leave(front: "Front", words: list[str]) -> str:
    """Leave the chat."""
    no_words(words, "quit")
    raise Leaving


COMMANDS = (
    Command("auto", "on|off", "run code without asking, or ask again", auto, offers=one_of("on", "off")),
    Command("info", "", "version, model, where code runs, settings", info),
    Command(
        "verbose",
        "on|off",
        "tracebacks of our own errors, and how long turns take",
        verbose,
        offers=one_of("on", "off"),
    ),
    Command("quit", "", "leave the chat; so does Ctrl-D", leave, aliases=("exit",)),
)
