"""Rules as tables of TOML: `[[rules]]`, each with a verdict, and with languages, commands or paths."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from interpreter.core.errors import WrongUsage
from interpreter.core.rules import Rule, Verdict
from interpreter.kernels.languages import language_of
from interpreter.rules.commands import CHANGES_SHELL, WRAPPERS

VERDICTS = ("allow", "ask", "refuse")
KEYS = ("verdict", "language", "command", "path")
MEANT = {"rule": "verdict", "action": "verdict", "permission": "verdict", "decision": "verdict", "folder": "path"}
"""Words for a key that no likeness leads to."""

EXAMPLE = '[[rules]] with verdict = "refuse" and command = "rm"'

_SHELLS_OWN = re.compile(r"[;&|<>()$`\n*?\[\]{}'\"\\]")


@dataclass(frozen=True, slots=True)
class RuleLines:
    """The line, from 1, in which a rule begins, and those of its keys."""

    start: int | None = None
    keys: Mapping[str, int] = field(default_factory=dict)


def rules_of(
    value: Any, lines: Sequence[RuleLines] = (), place: Callable[[int | None], str] = lambda line: "", hint: str = ""
) -> tuple[Rule, ...]:
    """The rules in a list of tables; raises WrongUsage, naming what is wrong and the line of it, for the first fault.

    `place` says where a line is, and `hint` how to mend it.
    """
    if not isinstance(value, list | tuple) or not all(isinstance(each, Mapping | Rule) for each in value):
        start = lines[0].start if lines else None
        raise _wrong(place(start), "rules are tables", f"Write {EXAMPLE}.", hint)
    missing = [RuleLines()] * (len(value) - len(lines))
    return tuple(
        each if isinstance(each, Rule) else _rule(each, at, place, hint)
        for each, at in zip(value, [*lines[: len(value)], *missing], strict=True)
    )


def _rule(table: Mapping[str, Any], at: RuleLines, place: Callable[[int | None], str], hint: str) -> Rule:
    def wrong(key: str, said: str, cure: str) -> WrongUsage:
        return _wrong(place(at.keys.get(key, at.start)), said, cure, hint)

    for key in table:
        if key not in KEYS:
            raise wrong(key, f"a rule has no key {key!r}", _nearest(key, KEYS))
    verdict = table.get("verdict")
    if verdict not in VERDICTS:
        if "verdict" not in table:
            raise wrong("", "a rule has no verdict", f"verdict is one of: {', '.join(VERDICTS)}.")
        raise wrong("verdict", f"there is no verdict {verdict!r}", _nearest(verdict, VERDICTS))
    texts = {key: _texts(table[key]) for key in KEYS[1:] if key in table}
    for key, found in texts.items():
        if not found:
            raise wrong(key, f"{key} takes text, or a list of texts", f'For example: {key} = "{_EXAMPLES[key]}"')
    if not texts:
        raise wrong("verdict", "a rule is about nothing", "Add a language, a command or a path.")
    commands = tuple(_command(text, verdict, lambda said, cure: wrong("command", said, cure))
                     for text in texts.get("command", ()))  # fmt: skip
    if verdict == "allow" and "path" in texts and not commands:
        raise wrong("path", "a path alone is nothing to allow", "Say with which command, or ask, or refuse.")
    languages = tuple(language_of(text) or text.strip().lower() for text in texts.get("language", ()))
    return Rule(cast(Verdict, verdict), languages, commands, texts.get("path", ()))


_EXAMPLES = {"language": "bash", "command": "git push", "path": "~/.ssh"}


def _texts(value: Any) -> tuple[str, ...]:
    """One text or several; none for what is neither."""
    texts = value if isinstance(value, list | tuple) else [value]
    is_sound = all(isinstance(text, str) and text.strip() and "\0" not in text for text in texts)
    return tuple(texts) if is_sound else ()


def _command(text: str, verdict: str, wrong: Callable[[str, str], WrongUsage]) -> tuple[str, ...]:
    if _SHELLS_OWN.search(text):
        raise wrong(f"{text!r} is more than a command", "A command is a name and words, such as git push.")
    words = tuple(text.split())
    if verdict == "allow" and words[0].rpartition("/")[2] in WRAPPERS | CHANGES_SHELL:
        raise wrong(f"{words[0]} cannot be allowed, since what it does does not stand in its name", "Ask, or refuse.")
    return words


def _nearest(said: Any, known: tuple[str, ...]) -> str:
    import difflib

    word = str(said).lower()
    near = MEANT.get(word) if "verdict" in known else None
    found = [near] if near else difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return f"Did you mean {found[0]}?" if found else f"There are: {', '.join(known)}."


def _wrong(place: str, said: str, cure: str, hint: str) -> WrongUsage:
    return WrongUsage(f"{place}: {said}." if place else f"{said[:1].upper()}{said[1:]}.", f"{cure} {hint}".strip())
