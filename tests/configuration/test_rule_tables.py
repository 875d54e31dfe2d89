"""Rules in `config.toml` and profiles: what they may say, and each way in which they can be wrong."""

import os
import re

import pytest

from interpreter.configuration import resolve, survey
from interpreter.core.errors import WrongUsage
from interpreter.core.rules import Rule

RULES = """\
max_steps = 5

[[rules]]   # what is harmless
verdict = "allow"
command = ["ls", "git  status"]

[[rules]]
verdict = "refuse"
path = "~/.ssh"

[[rules]]
verdict = "ask"
language = ["sh", "R"]
command = "git push"
"""


def wrong(write, text: str, profile: str = "") -> WrongUsage:
    write(text, profile)
    with pytest.raises(WrongUsage) as raised:
        resolve(os.environ, {"profile": profile or None})
    assert "\n" not in str(raised.value) + raised.value.hint and raised.value.hint
    return raised.value


def test_rules_are_tables_of_verdict_language_command_and_path(write):
    write(RULES)
    settings = resolve(os.environ, {})
    assert settings.max_steps == 5
    assert settings.rules == (
        Rule("allow", commands=(("ls",), ("git", "status"))),
        Rule("refuse", paths=("~/.ssh",)),
        Rule("ask", languages=("bash", "r"), commands=(("git", "push"),)),
    )


def test_rules_of_the_file_and_of_the_profile_hold_together(write):
    write('[[rules]]\nverdict = "refuse"\ncommand = "rm"')
    file = write('[[rules]]\nverdict = "allow"\ncommand = "rm"', "mine")
    found = survey(os.environ, {"profile": "mine"})
    assert [each.verdict for each in found.settings.rules] == ["refuse", "allow"]
    assert str(found.origins["rules"]) == f"profile mine ({file}:1)"


def test_a_program_may_give_rules_that_come_to_those_of_the_user(write):
    write('[[rules]]\nverdict = "refuse"\ncommand = "rm"')
    given = [{"verdict": "ask", "language": "python"}, Rule("allow", languages=("r",))]
    verdicts = [each.verdict for each in resolve(os.environ, {"rules": given}).rules]
    assert verdicts == ["refuse", "ask", "allow"]


TABLE = '[[rules]]\nverdict = "refuse"\ncommand = "rm"\n\n# one more\n[[rules]]\n'


@pytest.mark.parametrize(
    ("text", "line", "said", "cure"),
    [
        ('verdict = "allow"\ncomand = "ls"', 8, "a rule has no key 'comand'", "Did you mean command?"),
        ('verdict = "allow"\ncommands = ["ls"]', 8, "no key 'commands'", "Did you mean command?"),
        ('verdict = "allow"\nfolder = "x"', 8, "no key 'folder'", "Did you mean path?"),
        ('verdict = "allow"\nqqq = "x"', 8, "no key 'qqq'", "There are: verdict, language, command, path."),
        ('action = "allow"\ncommand = "ls"', 7, "no key 'action'", "Did you mean verdict?"),
        ('verdict = "deny"\ncommand = "ls"', 7, "no verdict 'deny'", "There are: allow, ask, refuse."),
        ('command = "ls"\nverdict = "alow"', 8, "no verdict 'alow'", "Did you mean allow?"),
        ('verdict = 5\ncommand = "ls"', 7, "no verdict 5", "There are: allow, ask, refuse."),
        ('command = "ls"', 6, "a rule has no verdict", "allow, ask, refuse"),
        ('verdict = "ask"', 7, "a rule is about nothing", "Add a language"),
        ('verdict = "ask"\ncommand = 5', 8, "command takes text", 'command = "git push"'),
        ('verdict = "ask"\npath = ["a", ""]', 8, "path takes text", 'path = "~/.ssh"'),
        ('verdict = "ask"\nlanguage = []', 8, "language takes text", 'language = "bash"'),
        ('verdict = "ask"\ncommand = "ls; rm"', 8, "'ls; rm' is more than a command", "git push"),
        ('verdict = "refuse"\ncommand = [\n  "ls",\n  "rm *",\n]', 8, "'rm *' is more than", "git push"),
        ('verdict = "allow"\ncommand = "sudo ls"', 8, "sudo cannot be allowed", "Ask, or refuse."),
        ('verdict = "allow"\ncommand = "/usr/bin/env"', 8, "/usr/bin/env cannot be allowed", "Ask, or refuse."),
        ('verdict = "allow"\npath = "data"', 8, "a path alone is nothing to allow", "Say with which command"),
    ],
)
def test_what_is_wrong_in_a_rule_is_told_with_its_line_and_a_cure(write, text, line, said, cure):
    for profile in ("", "mine"):
        error = wrong(write, TABLE + text, profile)
        assert re.search(rf"\.toml, line {line}: ", str(error)) and said in str(error)
        assert cure in error.hint and "interpreter config edit" in error.hint
        write("")


@pytest.mark.parametrize("text", ['rules = "rm"', "rules = [1]", 'rules = { verdict = "ask" }', "[rules]\na = 1"])
def test_what_is_no_list_of_tables_is_told_so(write, text):
    error = wrong(write, text)
    assert "config.toml" in str(error) and "rules are tables" in str(error) and "[[rules]]" in error.hint


def test_a_variable_holds_no_rules():
    with pytest.raises(WrongUsage, match="INTERPRETER_RULES cannot be used: rules stand in") as raised:
        resolve({**os.environ, "INTERPRETER_RULES": "allow rm"}, {})
    assert "[[rules]]" in raised.value.hint


def test_a_key_near_to_rules_finds_it(write):
    assert "Did you mean rules?" in wrong(write, '[[rule]]\nverdict = "ask"\ncommand = "ls"').hint
