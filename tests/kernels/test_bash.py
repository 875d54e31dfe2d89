"""What is particular about the bash kernel: its state outlives its shells, and nothing is rewritten."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.local_kernels import LocalKernels
from tests.kernels.driving import eventually, is_running, local_kernels, meanwhile, next_line, run
from tests.kernels.test_python_isolation import AGENT, open_files


@pytest.fixture(scope="module")
def bash_kernels(module_token: CancelToken, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKernels]:
    kernels = local_kernels(tmp_path_factory.mktemp("bash"), module_token)
    yield kernels
    kernels.close()


@pytest.fixture
def bash(bash_kernels: LocalKernels, token: CancelToken) -> JupyterKernel:
    return bash_kernels.get("bash")


KEEP = """
name='it is "mine"'; declare -A sizes=([a b]=1); export VISIBLE=yes
greet() { echo "hello $1"; }
shopt -s expand_aliases nullglob; alias shout='echo LOUD'
set -o pipefail; umask 027; mkdir -p sub; cd sub
"""
TELL = """
echo "$name ${sizes[a b]}"; greet you; shout; sh -c 'echo $VISIBLE'
shopt -q nullglob && echo nullglob; [[ -o pipefail ]] && echo pipefail; umask; basename "$PWD"
"""
KEPT = 'it is "mine" 1\nhello you\nLOUD\nyes\nnullglob\npipefail\n0027\nsub\n'


@pytest.mark.parametrize("ending", ["true", "exit", "exit 3", "set -e; false", "kill $$", "kill -KILL $$", "exec true"])
def test_state_survives_whatever_ends_the_shell(bash: JupyterKernel, ending: str) -> None:
    bash.restart()
    run(bash, KEEP)

    run(bash, ending)
    run(bash, "set +e")

    assert run(bash, TELL).stdout == KEPT
    run(bash, ending)
    assert run(bash, f"set +e\n{TELL}").stdout == KEPT


def test_what_a_block_did_before_it_left_is_kept(bash: JupyterKernel) -> None:
    ran = run(bash, "early=5; trap 'echo bye' EXIT; exit 3")

    assert (ran.stdout, ran.failure.name, ran.failure.message) == ("bye\n", "ExitStatus", "3")
    assert run(bash, "echo $early").stdout == "5\n"
    assert run(bash, "exit").stdout == ""


def test_unset_variables_stay_unset(bash: JupyterKernel) -> None:
    run(bash, "unset HOME; exit")

    assert run(bash, "echo ${HOME-none}").stdout == "none\n"


@pytest.mark.parametrize(
    ("status", "told"), [("(exit 3)", "3"), ("false", "1"), ("kill -SEGV $BASHPID", "139 (SIGSEGV)")]
)
def test_a_status_that_is_not_zero_is_a_failure_with_its_number(bash: JupyterKernel, status: str, told: str) -> None:
    ran = run(bash, f"echo before; {status}")

    assert ran.stdout == "before\n"
    assert (ran.ended.status, ran.failure.name, ran.failure.message) == ("failed", "ExitStatus", told)


@pytest.mark.parametrize("code", ["touch made; echo 'never closed", "touch made\nif true", "touch made; )"])
def test_of_a_block_with_a_syntax_error_nothing_is_run(bash: JupyterKernel, code: str) -> None:
    ran = run(bash, f"cd; {code}")

    assert (ran.ended.status, ran.failure.name, ran.stdout) == ("failed", "SyntaxError", "")
    assert ran.failure.message.startswith("bash: line ")
    assert run(bash, "ls ~/made made 2>/dev/null").stdout == ""


ODD = ["a!b !! $(x) `y` \\ \"q\" 'p'", "tab\there", "", "EO F", "naïve 中文 🎈", "no end" + "x" * 100_000]


def test_here_documents_are_exact(bash: JupyterKernel) -> None:
    lines = "\n".join(ODD)

    assert run(bash, f"cat <<'EOF'\n{lines}\nEOF").stdout == f"{lines}\n"


def test_bytes_that_are_no_text_are_replaced(bash: JupyterKernel) -> None:
    assert run(bash, r"printf 'a\xff\x00b\xe4\xb8'; printf '\xad'").stdout == "a\ufffd\x00b中"


def test_what_bash_complains_about_names_the_line(bash: JupyterKernel) -> None:
    assert run(bash, "true\nnosuchcommand").stderr == "bash: line 2: nosuchcommand: command not found\n"


@pytest.mark.parametrize("code", ["seq 0 199999", "for ((i = 0; i < 200000; i++)); do echo $i; done"])
def test_two_hundred_thousand_lines_take_seconds(bash: JupyterKernel, code: str) -> None:
    ran = run(bash, code)

    assert sum(len(each.text) + each.left_out for each in ran.outputs) == sum(len(f"{n}\n") for n in range(200_000))
    assert ran.ended.seconds < 20


def test_a_job_in_the_background_does_not_hold_up_the_end_and_lives_on(bash: JupyterKernel) -> None:
    ran = run(bash, "sleep 600 & echo started")

    assert ran.stdout == "started\n"
    assert ran.ended.seconds < 10
    assert run(bash, "kill %1 && echo gone").stdout == "gone\n"


def test_a_job_that_prints_without_end_ends_no_block_and_stays_out_of_the_next(bash: JupyterKernel) -> None:
    assert run(bash, "yes & job=$!; sleep 0.3").ended.status == "ok"

    ran = run(bash, "echo mine; kill $job")

    assert ran.stdout == "mine\n"


@pytest.mark.parametrize(
    "code",
    [
        "sleep 600 | cat",
        "wait_for() { sleep 600; }; wait_for",
        "(sleep 600)",
        "sleep 600 & wait",
        "yes",
        "trap '' INT; sleep 600",
        'python3 -c "import signal, time; signal.signal(2, signal.SIG_IGN); time.sleep(600)"; echo not reached',
    ],
)
def test_waiting_code_stops_and_what_it_set_is_kept(bash: JupyterKernel, token: CancelToken, code: str) -> None:
    run(bash, "kept=41")

    with meanwhile(0.5, token.cancel):
        ran = run(bash, f"kept=42; {code}")

    token.clear()
    assert (ran.ended.status, ran.ended.note) == ("interrupted", "")
    assert "not reached" not in ran.stdout
    assert run(bash, "echo $kept").stdout == "42\n"


def test_an_interrupt_at_any_moment_leaves_the_kernel_usable(bash: JupyterKernel, token: CancelToken) -> None:
    run(bash, "kept=41")

    for moment in range(20):
        with meanwhile(moment / 1000, token.cancel):
            ran = run(bash, "for ((i = 0; i < 10000; i++)); do echo $i; done")
        token.clear()
        assert ran.ended.status in ("interrupted", "ok")
        assert "lost" not in ran.ended.note

    assert run(bash, "echo $((kept + 1))").stdout == "42\n"


def test_the_environment_is_the_given_one_and_nothing_of_ours(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken(), environment={"PATH": os.environ["PATH"], "MINE": "1"})

    names = run(kernels.get("bash"), "env | cut -d= -f1 | sort | tr '\\n' ' '").stdout
    kernels.close()

    # Python itself adds LC_CTYPE where no locale is set.
    ours = {"TERM", "NO_COLOR", "PAGER", "GIT_PAGER", "LC_CTYPE"}
    assert set(names.split()) - ours <= {"PATH", "MINE", "PWD", "OLDPWD", "SHLVL", "_"}


def test_startup_files_are_not_read(tmp_path: Path) -> None:
    for name in (".bashrc", ".profile", ".bash_profile", "env"):
        (tmp_path / name).write_text("started=yes")
    environment = {**os.environ, "HOME": str(tmp_path), "BASH_ENV": str(tmp_path / "env")}
    kernels = local_kernels(tmp_path, CancelToken(), environment=environment)

    told = run(kernels.get("bash"), "echo ${started-no}").stdout
    kernels.close()

    assert told == "no\n"


def test_two_hundred_executions_leak_nothing(bash: JupyterKernel) -> None:
    inside = "ls /proc/$PPID/fd | wc -l; ls /proc/$PPID/task | wc -l; ls /proc/$$/fd | wc -l"
    # What the kernel opens once, it opens with its first blocks.
    for code in ("exit", "true", "true"):
        run(bash, code)
    before, inside_before = open_files(), run(bash, inside).stdout

    for number in range(200):
        run(bash, f"echo {number}" if number % 20 else "exit")

    assert open_files() == before
    assert run(bash, inside).stdout == inside_before


def test_restarts_leak_nothing(bash: JupyterKernel) -> None:
    run(bash, "true")
    before = open_files()

    for _ in range(12):
        bash.restart()

    assert eventually(lambda: open_files() <= before)


def pids(told: str) -> list[int]:
    return [int(line) for line in told.split()]


def test_nothing_runs_on_after_closing(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken())
    kernel = kernels.get("bash")
    told = run(kernel, "echo $$ $PPID; sleep 600 & echo $!; (trap '' TERM HUP; sleep 600) & echo $!").stdout
    told += run(kernel, "exit").stdout + run(kernel, "echo $$; sleep 600 & echo $!").stdout

    kernels.close()

    assert eventually(lambda: not any(map(is_running, pids(told))))


def test_nothing_runs_on_after_the_agent_was_killed(tmp_path: Path) -> None:
    code = "echo $$ $PPID $BASHPID; sleep 600"
    program = AGENT.replace('get("python")', 'get("bash")')
    # What a killed agent leaves is to go with the test's own folder.
    argv = [sys.executable, "-c", program, str(tmp_path), code]
    agent = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(tmp_path)})
    told = pids(next_line(agent))
    group = told[0]
    assert all(map(is_running, told))

    agent.kill()
    agent.communicate(timeout=60)

    assert eventually(lambda: not any(map(is_running, told)))
    assert eventually(lambda: not group_runs(group))


def group_runs(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_exit_trap_runs_when_the_session_ends(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken())
    run(kernels.get("bash"), "trap 'touch left' EXIT")

    kernels.close()

    assert (tmp_path / "work" / "left").exists()


def test_a_block_takes_little_longer_than_its_commands(bash: JupyterKernel) -> None:
    run(bash, "true")
    began = time.monotonic()

    for _ in range(20):
        run(bash, "true")

    seconds = (time.monotonic() - began) / 20
    print(f"{seconds * 1000:.1f} ms a block")
    assert seconds < 0.5
