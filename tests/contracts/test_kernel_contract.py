"""What every kernel promises, whatever its language: one contract, every adapter."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Failure, Text
from interpreter.core.ports import OutputArrived
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.languages import how_to_install
from interpreter.kernels.session_kernels import SessionKernels
from tests.contracts.dialects import BASH, JAVA, JAVASCRIPT, PYTHON, REMOTE_PYTHON, Dialect, R
from tests.kernels.boxed import box_here
from tests.kernels.driving import Ran, eventually, is_running, local_kernels, meanwhile, run
from tests.kernels.jupyter_server import UNLIMITED, jupyter_server, remote_kernels

Make = Callable[..., SessionKernels]


@pytest.fixture(
    params=[PYTHON, BASH, JAVASCRIPT, REMOTE_PYTHON, R, JAVA]
    + [replace(each, is_boxed=True, tree="") for each in (PYTHON, BASH, JAVASCRIPT, R, JAVA)],
    ids=lambda dialect: dialect.name,
    scope="module",
)
def dialect(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Dialect:
    probe = local_kernels(tmp_path_factory.mktemp("probe"), CancelToken())
    if request.param.language not in probe.languages():
        reason = f"{request.param.language} does not run here: {how_to_install(request.param.language)}"
        if request.param.language in os.environ.get("NEEDED_LANGUAGES", "").split():
            pytest.fail(reason)
        pytest.skip(reason)
    return request.param


@pytest.fixture(scope="module")
def token() -> CancelToken:
    return CancelToken()


@pytest.fixture(scope="module")
def make(dialect: Dialect, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes kernels of their own, for the dialect's place."""
    if dialect.is_boxed:
        with box_here(tmp_path_factory.mktemp("box")) as boxed:
            yield lambda folder, token: boxed(folder, token, state_card=True)
        return
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


@pytest.mark.parametrize("what", ["abort", "segfault"])
def test_a_crash_is_named_and_mended(kernel: JupyterKernel, dialect: Dialect, what: str) -> None:
    if what not in dialect.dies:
        pytest.skip(f"{dialect.language} has no code for it")
    code, named = dialect.dies[what]

    ran = run(kernel, code)

    assert ran.ended.status == "died"
    assert dialect.is_remote or named in ran.ended.note
    assert works(kernel, dialect)


@pytest.mark.parametrize(("what", "named"), [("recurse", "recursed"), ("hoard", "hoarded")])
def test_endless_recursion_and_too_much_memory_are_errors_inside(
    kernel: JupyterKernel, dialect: Dialect, what: str, named: str
) -> None:
    if not getattr(dialect, what):
        pytest.skip("where this kernel runs, its memory is not limited by us")
    run(kernel, dialect.keep)

    ran = run(kernel, getattr(dialect, what))

    assert ran.ended.status == "failed"
    assert getattr(dialect, named) in told_of(ran)
    assert keeps_variables(kernel, dialect)


def test_a_question_that_nobody_can_answer_is_a_failure(kernel: JupyterKernel, dialect: Dialect) -> None:
    if not dialect.ask:
        pytest.skip(f"in {dialect.language} nothing is asked: its input is empty")
    run(kernel, dialect.keep)

    ran = run(kernel, dialect.ask)

    assert ran.ended.status == "failed"
    assert ran.ended.seconds < 5
    assert keeps_variables(kernel, dialect)


def test_a_tree_of_processes_that_ignore_a_polite_end_is_gone_after_closing(
    dialect: Dialect, make: Make, tmp_path: Path
) -> None:
    if not dialect.tree:
        pytest.skip(f"the contract has no such code in {dialect.language}")
    kernels = make(tmp_path, CancelToken())
    told = run(kernels.get(dialect.language), dialect.tree).stdout.split()
    pids = [int(word) for word in told]

    kernels.close()

    assert len(pids) == 30
    assert eventually(lambda: not any(map(is_running, pids)))


KILLED = """
import os, signal, sys
from pathlib import Path
from interpreter.core.cancel import CancelToken
from tests.kernels.boxed import box_here
from tests.kernels.driving import local_kernels, run

kernels = local_kernels(Path(sys.argv[1]), CancelToken())
run(kernels.get(sys.argv[2]), sys.argv[3])
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_kernel_outlives_an_agent_that_was_killed(dialect: Dialect, tmp_path: Path) -> None:
    if dialect.is_remote:
        pytest.skip("nobody is left to end a kernel on a server")
    argv = [sys.executable, "-c", KILLED, str(tmp_path), dialect.language, dialect.keep]

    subprocess.run(argv, env={**os.environ, "TMPDIR": str(tmp_path)}, timeout=120)

    # The folder of its connection file is in the command of each kernel.
    assert list(tmp_path.glob("itp-*"))
    assert eventually(lambda: not commands_with(str(tmp_path / "itp-")))


def commands_with(text: str) -> list[str]:
    commands = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            commands.append(path.read_text(errors="replace"))
    return [command for command in commands if text in command]


def test_errors_without_end_and_carriage_returns_are_counted_exactly(kernel: JupyterKernel, dialect: Dialect) -> None:
    errors = run(kernel, dialect.errors)
    returns = run(kernel, dialect.returns or "")

    assert size(errors, "stderr") == len("line\n") * dialect.error_count
    assert not dialect.returns or size(returns, "stdout") == sum(len(f"{number}\r") for number in range(10_000))


def size(ran: Ran, stream: str) -> int:
    """Characters that were written, kept or not."""
    texts = [each for each in ran.outputs if isinstance(each, Text) and each.stream == stream]
    return sum(len(each.text) + each.left_out for each in texts)


def test_a_disk_that_is_full_is_an_error_inside(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)

    ran = run(kernel, dialect.full)

    assert ran.ended.status == "failed"
    assert "No space left on device" in told_of(ran)
    assert keeps_variables(kernel, dialect)


def test_closing_a_run_early_stops_the_code(kernel: JupyterKernel, dialect: Dialect) -> None:
    run(kernel, dialect.keep)
    running = kernel.run(dialect.pause + "\n" + dialect.sleep)
    next(running)

    running.close()

    assert keeps_variables(kernel, dialect)


def test_a_child_that_reads_its_input_gets_its_end(kernel: JupyterKernel, dialect: Dialect) -> None:
    assert run(kernel, dialect.child_reads, timeout=60).stdout.strip() == "read"


def test_long_output_keeps_head_and_tail_and_counts_the_rest(kernel: JupyterKernel, dialect: Dialect) -> None:
    whole = "".join(f"{number}\n" for number in range(dialect.count))

    ran = run(kernel, dialect.lines)

    assert sum(len(each.text) + each.left_out for each in ran.outputs) == len(whole)
    if len(whole) < 100_000:
        assert "".join(each.text for each in ran.outputs) == whole
        return
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
    ran = run(kernel, dialect.tell)

    assert ran.stdout.strip() != "42"
    assert "the user restarted it" in ran.ended.note
    assert works(kernel, dialect)
    assert run(kernel, dialect.tell).ended.note == ""


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


def test_what_changed_is_told_only_to_a_model_that_wants_it(
    fresh: JupyterKernel, kernels: SessionKernels, dialect: Dialect
) -> None:
    kernels.tell_changes(False)
    assert run(fresh, dialect.state).ended.changed == ()

    kernels.tell_changes(True)
    told = run(fresh, dialect.write).ended.changed

    assert {variable.name for variable in told} == {"number", "items", "greet"}
    assert run(fresh, dialect.write).ended.changed == ()


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
