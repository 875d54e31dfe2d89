"""What every kernel promises, whatever its language: one contract, every adapter."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Failure, Text
from interpreter.core.ports import OutputArrived
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.languages import how_to_install
from interpreter.kernels.session_kernels import SessionKernels
from tests.kernels.driving import Ran, local_kernels, meanwhile, run
from tests.kernels.jupyter_server import UNLIMITED, jupyter_server, remote_kernels

Make = Callable[[Path, CancelToken], SessionKernels]


@dataclass(frozen=True)
class Dialect:
    """How a language says what the contract is about."""

    language: str
    tags: tuple[str, ...]
    keep: str  # set the variable `kept` to 41
    tell: str  # print `kept` plus one
    write: str  # print `out` to stdout and `err` to stderr
    pause: str  # print `first`, wait 0.7 s, print `second`
    fail: str
    failure: str  # what the traceback or the text of the failure contains
    loop: str
    sleep: str
    child: str  # wait for a child process that sleeps
    child_reads: str  # a child that reads its input to the end, then prints `read`
    stubborn: str  # cannot be interrupted
    exit_1: str  # end the kernel itself; nothing where code and kernel are two processes
    kill_self: str
    lines: str  # print the numbers below 1,000,000 in lines
    unicode: str  # print `naïve 中文 🎈`
    late: str  # print `late` in the background after 0.5 s; nothing where the kernel cannot tell blocks apart
    wait: str  # wait for a second, then print `second`
    state: str  # set `number` to 5, `items` to an array of three items, define the function `greet`; nothing where the
    # kernel cannot list variables
    change: str = ""  # set `number` to 6, change one of `items`, and fail
    forget: str = ""  # delete `number`
    stops: tuple[str, ...] = ("loop", "sleep", "child")  # what an interrupt stops; anything else is killed
    is_remote: bool = False  # on a Jupyter Server, which does not say how a kernel died

    @property
    def name(self) -> str:
        return f"remote {self.language}" if self.is_remote else self.language


PYTHON = Dialect(
    language="python",
    tags=("python", "py", "Python3", " ipython "),
    keep="kept = 41",
    tell="print(kept + 1)",
    write="import sys; print('out'); print('err', file=sys.stderr)",
    pause="import time; print('first'); time.sleep(0.7); print('second')",
    fail="def divide():\n    return 1 / 0\ndivide()",
    failure="ZeroDivisionError: division by zero",
    loop="while True: pass",
    sleep="import time; time.sleep(600)",
    child="import subprocess; subprocess.run(['sleep', '600'])",
    child_reads="import subprocess; subprocess.run(['cat']); print('read')",
    stubborn="import time\nwhile True:\n    try: time.sleep(600)\n    except KeyboardInterrupt: pass",
    exit_1="import os; os._exit(1)",
    kill_self="import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    lines="for i in range(1_000_000): print(i)",
    unicode="print('naïve 中文 🎈')",
    late="import threading; threading.Timer(0.5, print, ['late']).start()",
    wait="import time; time.sleep(1); print('second')",
    state="import os\nnumber = 5\nitems = ['a', 'b', 'c']\ndef greet(): pass",
    change="number = 6\nitems[1] = 'new'\n1 / 0",
    forget="del number",
)

REMOTE_PYTHON = replace(PYTHON, is_remote=True)

BASH = Dialect(
    language="bash",
    tags=("bash", "sh", "Shell", " zsh "),
    keep="kept=41",
    tell="echo $((kept + 1))",
    write="echo out; echo err >&2",
    pause="echo first; sleep 0.7; echo second",
    fail="nosuchcommand",
    failure="nosuchcommand: command not found",
    loop="while :; do :; done",
    sleep="sleep 600",
    child="bash -c 'sleep 600; true'; echo not reached",
    child_reads="cat; read x; echo read",
    stubborn="trap '' INT TERM; while :; do sleep 0.1; done",
    exit_1="",
    kill_self="kill -KILL $PPID; sleep 600",
    lines="seq 0 999999",
    unicode="echo 'naïve 中文 🎈'",
    late="(sleep 0.5; echo late) &",
    wait="sleep 1; echo second",
    state="number=5; items=(a b c); greet() { :; }",
    change="number=6; items[1]=new; false",
    forget="unset number",
)

# Without `await`: deno cannot interrupt what a block awaits.
WAIT = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, {})"

JAVASCRIPT = Dialect(
    language="javascript",
    tags=("javascript", "js", "TS", " typescript "),
    keep="let kept = 41",
    tell="console.log(kept + 1)",
    write="console.log('out'); console.error('err')",
    pause=f"console.log('first'); {WAIT.format(700)}; console.log('second')",
    fail="function explode() { throw new RangeError('too far') }\nexplode()",
    failure="RangeError: too far",
    loop="while (true) {}",
    sleep=WAIT.format(600_000),
    child="await new Deno.Command('sleep', { args: ['600'] }).output()",
    child_reads="await new Deno.Command('cat').output(); console.log('read')",
    stubborn="await new Promise(() => {})",
    exit_1="Deno.exit(1)",
    kill_self="Deno.kill(Deno.pid, 'SIGKILL'); while (true) {}",
    lines="for (let i = 0; i < 1_000_000; i++) console.log(i)",
    unicode="console.log('naïve 中文 🎈')",
    late="",
    wait="",
    state="",
    stops=("loop", "sleep"),
)


@pytest.fixture(params=[PYTHON, BASH, JAVASCRIPT, REMOTE_PYTHON], ids=lambda dialect: dialect.name, scope="module")
def dialect(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dialect:
    probe = local_kernels(tmp_path_factory.mktemp("probe"), CancelToken())
    if request.param.language not in probe.languages():
        pytest.skip(f"{request.param.language} does not run here: {how_to_install(request.param.language)}")
    return request.param


@pytest.fixture(scope="module")
def token() -> CancelToken:
    return CancelToken()


@pytest.fixture(scope="module")
def make(dialect: Dialect, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes kernels of their own, for the dialect's place."""
    if not dialect.is_remote:
        yield lambda folder, token: local_kernels(folder, token, state_card=True)
        return
    with jupyter_server(tmp_path_factory.mktemp("server"), *UNLIMITED) as server:
        yield lambda folder, token: remote_kernels(server, token, state_card=True)
        assert server.kernels == []


@pytest.fixture(scope="module")
def kernels(
    dialect: Dialect, make: Make, token: CancelToken, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SessionKernels]:
    kernels = make(tmp_path_factory.mktemp(dialect.language), token)
    yield kernels
    kernels.close()


@pytest.fixture
def kernel(kernels: SessionKernels, dialect: Dialect, token: CancelToken) -> JupyterKernel:
    token.clear()
    return kernels.get(dialect.language)


def works(kernel: JupyterKernel, dialect: Dialect) -> bool:
    run(kernel, dialect.keep)
    return run(kernel, dialect.tell).stdout.strip() == "42"


def keeps_variables(kernel: JupyterKernel, dialect: Dialect) -> bool:
    return run(kernel, dialect.tell).stdout.strip() == "42"


def test_every_tag_means_the_language(kernels: SessionKernels, dialect: Dialect) -> None:
    assert {kernels.language_of(tag) for tag in dialect.tags} == {dialect.language}
    assert dialect.language in kernels.languages()


def test_state_survives_a_hundred_steps(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)

    told = {run(kernel, dialect.tell).stdout.strip() for _ in range(100)}

    assert told == {"42"}


def test_streams_are_told_apart(kernel: JupyterKernel, dialect: Dialect) -> None:
    ran = run(kernel, dialect.write)

    assert (ran.stdout.strip(), ran.stderr.strip(), ran.ended.status) == ("out", "err", "ok")


def test_text_arrives_while_the_code_still_runs(kernel: JupyterKernel, dialect: Dialect) -> None:
    arrived: dict[str, float] = {}

    run(kernel, dialect.pause, seen=lambda event: arrived.setdefault(text_of(event), time.monotonic()))

    assert arrived["second"] - arrived["first"] > 0.3


def text_of(event: object) -> str:
    is_text = isinstance(event, OutputArrived) and isinstance(event.output, Text)
    return event.output.text.strip() if is_text else ""


def test_text_of_any_script_arrives_unchanged(kernel: JupyterKernel, dialect: Dialect) -> None:
    assert run(kernel, dialect.unicode).stdout.strip() == "naïve 中文 🎈"


def test_failing_code_is_told_and_keeps_variables(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)

    ran = run(kernel, dialect.fail)

    assert ran.ended.status == "failed"
    assert dialect.failure in told_of(ran)
    assert "\x1b" not in told_of(ran)
    assert keeps_variables(kernel, dialect)


def told_of(ran: Ran) -> str:
    return "".join(each.traceback if isinstance(each, Failure) else each.text for each in ran.outputs)


@pytest.mark.parametrize("what", ["loop", "sleep", "child"])
def test_cancelled_code_stops_and_variables_are_kept(
    kernel: JupyterKernel, dialect: Dialect, token: CancelToken, what: str
) -> None:
    if what not in dialect.stops:
        pytest.skip(f"{dialect.language} has no such code that an interrupt stops")
    run(kernel, dialect.keep)

    with meanwhile(0.5, token.cancel):
        ran = run(kernel, getattr(dialect, what))

    token.clear()
    assert (ran.ended.status, ran.ended.note) == ("interrupted", "")
    assert ran.ended.seconds < 10
    assert keeps_variables(kernel, dialect)


def test_interrupt_stops_the_code(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)

    with meanwhile(0.5, kernel.interrupt):
        ran = run(kernel, dialect.sleep)

    assert ran.ended.status == "interrupted"
    assert keeps_variables(kernel, dialect)


def test_a_token_set_before_the_run_keeps_the_code_from_running(
    kernel: JupyterKernel, dialect: Dialect, token: CancelToken
) -> None:
    token.cancel()

    ran = run(kernel, dialect.write)

    token.clear()
    assert (ran.ended.status, ran.outputs) == ("interrupted", ())
    assert works(kernel, dialect)


def test_code_that_does_not_stop_is_killed_and_what_is_lost_is_told(
    kernel: JupyterKernel, dialect: Dialect, token: CancelToken
) -> None:
    run(kernel, dialect.keep)

    with meanwhile(0.5, token.cancel):
        ran = run(kernel, dialect.stubborn)

    token.clear()
    assert ran.ended.status == "interrupted"
    assert ran.ended.seconds < 10
    assert ("variables" in ran.ended.note and "lost" in ran.ended.note) or keeps_variables(kernel, dialect)
    assert works(kernel, dialect)


def test_a_second_wish_to_stop_kills_at_once(kernel: JupyterKernel, dialect: Dialect, token: CancelToken) -> None:
    with meanwhile(0.5, lambda: token.cancel(kill=True)):
        ran = run(kernel, dialect.stubborn)

    token.clear()
    assert ran.ended.status == "interrupted"
    assert ran.ended.seconds < 4
    assert "lost" in ran.ended.note
    assert works(kernel, dialect)


def test_code_beyond_its_time_limit_is_stopped(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)

    ran = run(kernel, dialect.sleep, timeout=0.5)

    assert ran.ended.status == "timed_out"
    assert "0.5 seconds" in ran.ended.note
    assert keeps_variables(kernel, dialect)


def test_stubborn_code_beyond_its_time_limit_is_killed(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)

    ran = run(kernel, dialect.stubborn, timeout=0.5)

    assert ran.ended.status == "timed_out"
    assert "lost" in ran.ended.note or keeps_variables(kernel, dialect)
    assert works(kernel, dialect)


@pytest.mark.parametrize(("what", "named"), [("exit_1", "exit code 1"), ("kill_self", "SIGKILL")])
def test_a_kernel_that_dies_is_named_and_started_again(
    kernel: JupyterKernel, dialect: Dialect, what: str, named: str
) -> None:
    if not getattr(dialect, what):
        pytest.skip(f"{dialect.language} cannot do that")

    ran = run(kernel, getattr(dialect, what))

    assert ran.ended.status == "died"
    assert dialect.is_remote or named in ran.ended.note
    assert "lost" in ran.ended.note
    assert works(kernel, dialect)


def test_closing_a_run_early_stops_the_code(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)
    running = kernel.run(dialect.pause + "\n" + dialect.sleep)
    next(running)

    running.close()

    assert keeps_variables(kernel, dialect)


def test_a_child_that_reads_its_input_gets_its_end(kernel: JupyterKernel, dialect: Dialect) -> None:
    assert run(kernel, dialect.child_reads, timeout=60).stdout.strip() == "read"


def test_long_output_keeps_head_and_tail_and_counts_the_rest(kernel: JupyterKernel, dialect: Dialect) -> None:
    whole = "".join(f"{number}\n" for number in range(1_000_000))

    ran = run(kernel, dialect.lines)

    assert sum(len(each.text) + each.left_out for each in ran.outputs) == len(whole)
    (gap,) = [index for index, each in enumerate(ran.outputs) if each.left_out]
    head = "".join(each.text for each in ran.outputs[:gap])
    tail = "".join(each.text for each in ran.outputs[gap:])
    assert whole.startswith(head)
    assert whole.endswith(tail)
    assert len(head) >= 50_000 <= len(tail)


def test_what_is_printed_late_is_not_taken_for_output_of_the_next_block(
    kernel: JupyterKernel, dialect: Dialect
) -> None:
    if not dialect.late:
        pytest.skip(f"the {dialect.language} kernel cannot tell")
    run(kernel, dialect.late)

    assert run(kernel, dialect.wait).stdout.strip() == "second"


def test_restart_forgets_everything(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)

    kernel.restart()

    assert run(kernel, dialect.tell).stdout.strip() != "42"
    assert works(kernel, dialect)


def test_two_kernels_in_one_process_are_independent(
    kernel: JupyterKernel, dialect: Dialect, make: Make, tmp_path: Path
) -> None:
    run(kernel, dialect.keep)
    other = make(tmp_path, CancelToken())

    told = run(other.get(dialect.language), dialect.tell).stdout
    other.close()

    assert told.strip() != "42"
    assert keeps_variables(kernel, dialect)


def test_variables_are_listed_or_none_are(kernel: JupyterKernel, dialect: Dialect) -> None:
    kernel.restart()
    run(kernel, dialect.keep)

    assert [variable.name for variable in kernel.variables()] == (["kept"] if dialect.state else [])


@pytest.fixture
def fresh(kernel: JupyterKernel, dialect: Dialect) -> JupyterKernel:
    if not dialect.state:
        pytest.skip(f"the {dialect.language} kernel cannot list variables")
    kernel.restart()
    return kernel


def test_variables_have_their_sizes_and_a_preview(fresh: JupyterKernel, dialect: Dialect) -> None:
    run(fresh, dialect.state)

    rows = {variable.name: variable for variable in fresh.variables()}

    assert set(rows) == {"number", "items", "greet"}
    assert (rows["number"].preview, rows["items"].size, rows["greet"].type) == ("5", "3 items", "function")
    assert fresh.variables("number") == (rows["number"],)
    assert fresh.variables("no_such") == ()


def test_a_run_tells_what_it_made_changed_and_deleted(fresh: JupyterKernel, dialect: Dialect) -> None:
    made = run(fresh, dialect.state).ended.changed
    changed = run(fresh, dialect.change).ended.changed
    nothing = run(fresh, dialect.write).ended.changed
    (deleted,) = run(fresh, dialect.forget).ended.changed

    assert {variable.name for variable in made} == {"number", "items", "greet"}
    assert {variable.name: variable.preview for variable in changed}["number"] == "6"
    assert "new" in {variable.name: variable.preview for variable in changed}["items"]
    assert len(changed) == 2
    assert nothing == ()
    assert (deleted.name, deleted.type) == ("number", "deleted")


def test_after_a_restart_nothing_is_taken_for_deleted(fresh: JupyterKernel, dialect: Dialect) -> None:
    run(fresh, dialect.state)

    fresh.restart()

    assert run(fresh, dialect.write).ended.changed == ()


def test_nothing_is_left_after_closing(
    dialect: Dialect, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = tmp_path / "t"
    sockets.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(sockets))
    kernels = make(tmp_path, CancelToken())
    before = set(threading.enumerate())
    run(kernels.get(dialect.language), dialect.keep)
    assert dialect.is_remote or any(sockets.iterdir())

    kernels.close()

    assert list(sockets.iterdir()) == []
    assert set(threading.enumerate()) <= before
