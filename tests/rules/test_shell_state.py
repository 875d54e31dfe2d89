"""What a shell was told before counts for what rules allow in it later."""

import pytest

from interpreter.core.rules import Rule
from interpreter.rules.judge import RulesJudge
from interpreter.rules.shell_state import ShellState, WithShellState
from tests.fakes import FakeKernel
from tests.rules.rulebook import judge, make_folder, says

RULES = (Rule("allow", commands=(("ls",), ("cd",))), Rule("allow", commands=(("cat",),), paths=("data",)))


def allowed_after(tmp_path, *blocks: str) -> tuple[bool, bool]:
    """Whether `ls`, and a file in `data`, are still allowed when these were run."""
    state = ShellState()
    for block in blocks:
        state.note(block)
    judging = judge(make_folder(tmp_path), *RULES, state=state)
    return says(judging, "bash", "ls") is not None, says(judging, "bash", "cat data/a.csv") is not None


@pytest.mark.parametrize(
    "block",
    ["make", "ls -l; cat x", "x=1; echo $x", "for f in *; do echo $f; done", "set -e", "set -euo pipefail",
     "xargs -n1 rm",
     "sudo ls", "f() { make; }", "python3 x.py", "cat > x <<E\na\nE"],
)  # fmt: skip
def test_what_leaves_the_shell_as_it_was_leaves_the_rules_as_they_were(tmp_path, block):
    assert allowed_after(tmp_path, block) == (True, True)


@pytest.mark.parametrize(
    "block",
    ["PATH=.", "PATH=. make", "export PATH=.", "declare -x A=1", "source x", ". x", "eval make", "alias x=y",
     "shopt -s extglob", "hash -p ./x ls", "enable -f x y", "exec 3>x", "read PATH", "trap make DEBUG",
     "set -- a", "$X", "ls 'a", "unset -f x",
     "if ls; then PATH=.; fi", "( PATH=. )", "local IFS=a", "X+=1", "mapfile A", "unalias -a", "complete -C make ls"],
)  # fmt: skip
def test_after_what_may_have_changed_the_shell_no_command_is_allowed(tmp_path, block):
    assert allowed_after(tmp_path, block) == (False, False)


@pytest.mark.parametrize("block", ["ls() { make; }", "function ls { make; }", "if make; then ls() { :; }; fi"])
def test_a_name_that_got_another_meaning_is_not_allowed_and_others_are(tmp_path, block):
    assert allowed_after(tmp_path, block) == (False, True)


@pytest.mark.parametrize("block", ["cd ..", "cd", "pushd data", "cd $X", "ls; cd -", "command cd /tmp"])
def test_in_another_folder_no_relative_path_is_allowed(tmp_path, block):
    assert allowed_after(tmp_path, block) == (True, False)


def test_a_shell_that_begins_afresh_has_forgotten_it(tmp_path):
    state, kernel = ShellState(), FakeKernel()

    class Kernels:
        language_of = started = languages = close = staticmethod(lambda *_: None)

        def get(self, language):
            return kernel

    shell = WithShellState(Kernels(), state).get("bash")
    list(shell.run("cd ..; ls() { make; }; PATH=."))
    assert kernel.ran and (state.defined, state.folders, state.is_lost) == ({"ls"}, [".."], True)
    shell.restart()
    assert (state.defined, state.folders, state.is_lost) == (set(), [], False)
    assert WithShellState(Kernels(), state).get("python") is kernel


def test_a_folder_that_the_shell_went_to_counts_for_what_is_refused(tmp_path):
    state = ShellState()
    state.note("cd ~")
    ruling = says(
        judge(make_folder(tmp_path), Rule("refuse", paths=("~/.ssh",)), state=state), "bash", "cat .ssh/id_rsa"
    )
    assert ruling is not None and ruling.verdict == "refuse" and ruling.about == "the path .ssh/id_rsa"


def test_a_link_that_is_made_later_widens_no_rule(tmp_path):
    folder = make_folder(tmp_path)
    (folder / "later").mkdir()
    judging = judge(folder, Rule("allow", commands=(("cat",),), paths=("later",)))
    assert says(judging, "bash", "cat later/x") is not None
    (folder / "later").rmdir()
    (folder / "later").symlink_to(folder.parent / "home")
    assert says(judging, "bash", "cat later/.ssh/id_rsa") is None


def test_on_another_machine_no_path_is_allowed():
    judging = RulesJudge(
        (Rule("allow", commands=(("cat",),), paths=("data",)), Rule("refuse", paths=("~/.ssh",))), "", "/home/a"
    )
    assert says(judging, "bash", "cat data/a.csv") is None
    assert says(judging, "bash", "cat ~/.ssh/x").verdict == "refuse"
