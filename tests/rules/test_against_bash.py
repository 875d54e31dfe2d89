"""What rules make of shell texts against what bash makes of them: random texts of dangerous parts are really run."""

import subprocess
from pathlib import Path
from random import Random

from interpreter.core.rules import Rule
from tests.rules.rulebook import judge, says

TEXTS = 4_000

PLAIN = (
    "ls", "ls -l", "echo", "echo a", "wc", " ", " ", " ", "\n", "; ", " && ", " || ", " | ", " & ", "'a b'",
    '"a"', "2>&1",
    "$(ls)", '"$(echo a)"', "for f in a b; do ", "; done", "if ", "; then ", "; fi", "(", ")", "$X", "\\\n", "# x\n",
    "<<'E'\n", "<<E\n", "\nE\n", "<(ls)", "{ ", "; }", "! ",
)  # fmt: skip
DANGEROUS = (
    "zap", "zap x", "'zap'", '"zap"', "z\\ap", "zap\\\n", "z\\\nap", "za''p", ";", " |& ", ";;", "\\", "\t", "`",
    "$(",
    "$(zap)", "`zap`", "<(zap)", ">(zap)", '"$(zap)"', '"`zap`"', "'$(zap)'", "`echo \\`zap\\``", "${x:-$(zap)}",
    "\\`",
    "${x:-`zap`}", "$((", "))", "$(( $(zap) ))", "$[ $(zap) ]", "[[ ", " ]]", "a[$(zap)]", "'", '"', "$'",
    "$'z\\x61p'",
    '$"zap"', "#", " # zap\n", " #", "\\'", '\\"', "\\$(zap)", "<<-E\n", "<<E;zap\n", "<<E | zap\n", "\n\tE\n",
    "\n E\n",
    "\nE ", "E", "\nEE\n", "<<< ", "<<< $(zap)", "; else ", "case a in a) ", ";; esac", "time ", "f() { ", "f",
    "X=zap",
    "X=zap ls", "${X}", "eval ", "eval 'zap'", "command zap", "builtin ", "ls > f", "> f", "< f", "{ls,zap}",
    "z{a,b}p", "~",
    "*", "alias ls=zap\n", "trap zap EXIT", "\r", "\N{NO-BREAK SPACE}", "declare y=$(zap)", "test -v 'a[$(zap)]'",
    "((",
    "[[ 'a[$(zap)]' -eq 0 ]]", "printf -v 'a[$(zap)]' x", "function ls { zap; }; ", "let 'a[`zap`]'",
    "${a[$(zap)]}", "!(", "@(",
    "<<\\E\n", "<<\"E\"\n", "<<E'F'\n", "\nEF\n", "<<-'E'\n", "<<$X\n", "select x in a; do ", "coproc ", "&>f ",
    ">|f ", "<>f ", "3>&1 ",
)  # fmt: skip

PROGRAM = r"""
set +m
command_not_found_handle() { builtin printf '%s %q\n' "$number" "$1" >> "$LOG"; return 1; }
ls() { :; }
wc() { :; }
shopt -s expand_aliases
number=0
while IFS= read -r -d '' text; do
    ( eval "$text"; wait ) < /dev/null > /dev/null 2>&1
    number=$((number + 1))
done
wait
"""
"""Runs each text in a shell of its own that finds no programs, and notes which were looked for."""


def texts() -> list[str]:
    random = Random(1126)
    return ["".join(_parts(random, number)) for number in range(TEXTS)]


def _parts(random: Random, number: int) -> list[str]:
    """Parts in random order: of half of the texts, most are plain, so that some of those are allowed."""
    plain = random.choices(PLAIN, k=random.randint(1, 7))
    dangerous = random.choices(DANGEROUS, k=random.randint(0, 1) if number % 2 else random.randint(1, 4))
    both = plain + dangerous
    random.shuffle(both)
    return both


def run_by_bash(every: list[str], folder: Path) -> dict[int, set[str]]:
    """The programs that bash looked for, by the number of the text."""
    log = folder / "log"
    log.touch()
    subprocess.run(
        ["/bin/bash", "--norc", "-c", PROGRAM],
        input="\0".join([*every, ""]).encode(),
        env={"PATH": "/nowhere", "LOG": str(log), "LC_ALL": "C.UTF-8"},
        cwd=folder,
        timeout=200,
        check=True,
        capture_output=True,
    )
    ran: dict[int, set[str]] = {}
    for line in log.read_text(errors="replace").splitlines():
        number, _, name = line.partition(" ")
        ran.setdefault(int(number), set()).add(name)
    return ran


def test_what_is_allowed_runs_nothing_else_and_what_is_refused_is_never_missed(tmp_path):
    every = texts()
    allows = judge(tmp_path, Rule("allow", commands=(("ls",), ("echo",), ("wc",))))
    refuses = judge(tmp_path, Rule("refuse", commands=(("zap",),)))

    ran = run_by_bash(every, tmp_path)

    allowed = [number for number, text in enumerate(every) if says(allows, "bash", text) is not None]
    assert {every[number]: ran[number] for number in allowed if number in ran} == {}
    zapped = [number for number in ran if "zap" in ran[number]]
    assert [every[number] for number in zapped if says(refuses, "bash", every[number]) is None] == []
    assert len(allowed) > 40 and len(zapped) > 200
