"""The verdict of the user's rules on a block: to refuse goes before to ask, and that before to allow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from interpreter.core.messages import CodeBlock
from interpreter.core.ports import Request
from interpreter.core.rules import Rule, Ruling
from interpreter.rules.commands import MOVES, Command, Found, Unclear
from interpreter.rules.covering import is_surely, may_be, spelled, stays_in, writes_nothing
from interpreter.rules.literals import literals
from interpreter.rules.paths import Places
from interpreter.rules.python_parts import Parts, shell_parts
from interpreter.rules.shell_reader import MOST, read_shell
from interpreter.rules.shell_state import ShellState
from interpreter.rules.told_commands import name_of

SHELL = "bash"
UNREAD = "code whose commands cannot all be read"


class RulesJudge:
    """Says what rules mean for requests. `folder` is where code runs, empty where its files are not of this machine."""

    def __init__(self, rules: Sequence[Rule], folder: str, home: str, state: ShellState | None = None) -> None:
        self._rules = tuple(rules)
        self._folder = folder
        self._home = home
        self._state = state or ShellState()
        # Followed once, so that no link made later widens a rule that allows.
        self._roots = {rule: self._places().roots(rule.paths) for rule in self._rules}

    def __call__(self, request: Request) -> Ruling | None:
        """The ruling that counts, None where no rule fits."""
        block = Looked(request.block, request.hints)
        for verdict in ("refuse", "ask"):
            rules = [rule for rule in self._rules if rule.verdict == verdict]
            for rule in rules:
                if (about := self._about(rule, block)) is not None:
                    return Ruling(rule.verdict, str(rule), about)
        named = [rule for rule in self._rules if rule.verdict != "allow" and rule.commands]
        if named and (why := next((each.why for each in block.unclear if each.hides), "")):
            return Ruling("ask", str(named[0]), f"{UNREAD}: {why}")
        return self._allowed(block)

    def _about(self, rule: Rule, block: "Looked") -> str | None:
        """What in a block a rule is about that refuses or asks, None where it is about nothing there."""
        if rule.languages and not block.languages & set(rule.languages):
            return None
        if not rule.commands and not rule.paths:
            return f"code in {rule.languages[0]}"
        places = self._places(block)
        if not rule.commands:
            word = next((word for word in block.words if places.may_be_in(word, self._now(rule))), None)
            return None if word is None else f"the path {word}"
        for command in block.found.commands:
            if any(may_be(command, words) for words in rule.commands):
                named = spelled([command])
                if not rule.paths or any(places.may_be_in(word, self._now(rule)) for word in named):
                    return command.shown
        return None

    def _now(self, rule: Rule) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self._roots[rule], *self._places().roots(rule.paths))))

    def _places(self, block: "Looked | None" = None) -> Places:
        moves = [*self._state.folders, *(block.moves if block else ())]
        home = Places((self._folder or "/nowhere",), self._home)
        return Places((*home.folders, *(root for move in moves for root in home.roots([move]))), self._home)

    def _allowed(self, block: "Looked") -> Ruling | None:
        rules = [rule for rule in self._rules if rule.verdict == "allow"]
        whole = [rule for rule in rules if not rule.commands and block.language in rule.languages]
        if not rules or block.unclear or not (whole or block.language == SHELL):
            return None
        used = list(whole)
        if block.texts and not (block.language == SHELL and whole):
            covering = self._covering(rules, block)
            if covering is None:
                return None
            used += covering
        return Ruling("allow", str(used[0])) if used else None

    def _covering(self, rules: Sequence[Rule], block: "Looked") -> list[Rule] | None:
        """The rules that cover all shell commands of a block; None where something is not covered."""
        shell = [rule for rule in rules if not rule.commands and SHELL in rule.languages]
        if shell:
            return shell
        if block.found.beside or self._state.is_lost or not block.found.commands:
            return None
        found = [self._rule_for(command, rules, block) for command in block.found.commands]
        return None if None in found else [rule for rule in found if rule is not None]

    def _rule_for(self, command: Command, rules: Sequence[Rule], block: "Looked") -> Rule | None:
        if command.name.text in self._state.defined | block.found.defines:
            return None
        for rule in rules:
            if rule.languages and SHELL not in rule.languages:
                continue
            if any(is_surely(command, words) for words in rule.commands) and self._is_within(rule, command, block):
                return rule
        return None

    def _is_within(self, rule: Rule, command: Command, block: "Looked") -> bool:
        if not writes_nothing(command):
            return False
        return not rule.paths or (bool(self._folder) and stays_in(command, self._places(block), self._roots[rule]))


@dataclass
class Looked:
    """A block, and what is found in it, each when it is first asked for."""

    block: CodeBlock
    hints: tuple[str, ...]

    @property
    def language(self) -> str:
        return self.block.language

    @cached_property
    def _parts(self) -> Parts:
        match self.language:
            case "bash":
                return Parts((self.block.code,))
            case "python":
                return shell_parts(self.block.code)
        runs = any(hint.startswith(("shell", "runs text")) for hint in self.hints)
        return Parts(unclear=(Unclear(f"{self.language} that runs commands"),) if runs else ())

    @property
    def texts(self) -> tuple[str, ...]:
        return self._parts.texts

    @cached_property
    def found(self) -> Found:
        return sum((read_shell(text) for text in self.texts), Found())

    @cached_property
    def unclear(self) -> tuple[Unclear, ...]:
        many = (Unclear("too many commands", hides=False),) if len(self.found.commands) > MOST else ()
        return (*self._parts.unclear, *self.found.unclear, *many)

    @cached_property
    def languages(self) -> set[str]:
        return {self.language, *([SHELL] if self.texts else [])}

    @cached_property
    def moves(self) -> tuple[str, ...]:
        """The folders that it goes to, as far as they stand there."""
        gone = [command for command in self.found.commands if name_of(command.name) in MOVES]
        return tuple(dict.fromkeys((each.arguments[0].text or "") if each.arguments else "~" for each in gone))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Whatever in it may be a path."""
        return tuple(dict.fromkeys(self._words()))

    def _words(self) -> Iterator[str]:
        yield from spelled(self.found.commands)
        yield from (word.shown for word in self.found.words)
        if self.language != SHELL:
            yield from literals(self.block)
