"""One set of rules, and what it says of code in a small working folder."""

from pathlib import Path

from interpreter.core.hints import hints
from interpreter.core.messages import CodeBlock
from interpreter.core.ports import Request
from interpreter.core.rules import Rule, Ruling
from interpreter.rules.judge import RulesJudge
from interpreter.rules.shell_state import ShellState

RULES = (
    Rule("allow", commands=(("ls",), ("git", "status"), ("git", "log"), ("echo",), ("wc",), ("find",), ("sort",))),
    Rule("allow", commands=(("cat",), ("head",), ("grep",)), paths=("data",)),
    Rule("refuse", commands=(("rm",), ("git", "push"), ("chmod", "-R"))),
    Rule("refuse", paths=("~/.ssh", "private.txt")),
    Rule("ask", commands=(("curl",),)),
    Rule("ask", paths=("/etc",)),
    Rule("ask", languages=("java",)),
)


def judge(folder: Path, *rules: Rule, state: ShellState | None = None) -> RulesJudge:
    """The rules at work in a folder, with a home beside it."""
    return RulesJudge(rules or RULES, str(folder), str(folder.parent / "home"), state)


def says(judging: RulesJudge, language: str, code: str) -> Ruling | None:
    """What it says of a block."""
    block = CodeBlock(language, code)
    return judging(Request(block, 1, language, "this machine", hints(block)))


def make_folder(at: Path) -> Path:
    """A working folder with data, secrets, and links that lead out; its path."""
    folder, home = at / "work", at / "home"
    for each in (folder / "data", home / ".ssh"):
        each.mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("1\n")
    (folder / "data" / "b.csv").write_text("2\n")
    (folder / "notes").write_text("n")
    (folder / "private.txt").write_text("p")
    (home / ".ssh" / "id_rsa").write_text("key")
    (folder / "keys").symlink_to(home / ".ssh")
    (folder / "data" / "out").symlink_to(folder / "notes")
    return folder
