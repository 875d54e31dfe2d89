"""A look at a running block, from other threads, while its kernel does whatever it does."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.ports import Frame, InputAsked, KernelEvent, OutputArrived
from interpreter.kernels.jupyter_kernel import JupyterKernel
from tests.kernels.driving import Ran, local_kernels, run

BOUND = 15
"""Five times the seconds that a look may take."""


def looked(kernel: JupyterKernel, code: str, count: int = 1) -> tuple[Ran, list[tuple[Frame, ...]]]:
    """Run code; when it first prints something, look at it from so many threads."""
    looks: list[Future[tuple[Frame, ...]]] = []

    def look(event: KernelEvent) -> None:
        if isinstance(event, OutputArrived) and not looks:
            looks.extend(pool.submit(kernel.peek) for _ in range(count))

    with ThreadPoolExecutor(count) as pool:
        ran = run(kernel, code, seen=look)
        return ran, [each.result(BOUND) for each in looks]


RESTARTS = 3

SAYS = "print('go')\n"
"""Sent by another thread a tenth of a second later, when the block is at its next line."""
WAIT = "import time\nend = time.monotonic() + 2\nwhile time.monotonic() < end: time.sleep(0.01)\n"


def test_the_users_frames_are_told_with_their_locals_and_nothing_lands_in_the_output(kernel: JupyterKernel) -> None:
    code = f"def inner(count):\n    part = [count]\n    {SAYS}    time.sleep(count)\n    return part\n"

    ran, ((cell, inner),) = looked(kernel, f"import time\n{code}print(inner(2))")

    assert (cell.function, cell.line, cell.code, cell.variables[0].name) == ("<module>", 7, "print(inner(2))", "inner")
    assert (inner.function, inner.line, inner.code) == ("inner", 5, "time.sleep(count)")
    assert [(each.name, each.preview) for each in inner.variables] == [("count", "2"), ("part", "[2]")]
    assert (ran.stdout, ran.stderr, ran.ended.status) == ("go\n[2]\n", "", "ok")


def test_when_nothing_runs_there_is_nothing_to_see(kernel: JupyterKernel) -> None:
    assert kernel.peek() == ()
    run(kernel, "1")
    assert kernel.peek() == ()
    kernel.variables()
    assert kernel.peek() == ()


def test_many_can_look_at_once(kernel: JupyterKernel) -> None:
    ran, looks = looked(kernel, SAYS + WAIT, count=20)

    assert len(looks) == 20
    assert all(look[0].function == "<module>" for look in looks)
    assert ran.ended.status == "ok"


def test_a_block_that_awaits_is_seen(kernel: JupyterKernel) -> None:
    code = f"import asyncio\nasync def inner(n):\n    {SAYS}    await asyncio.sleep(n)\nawait inner(2)"

    _, ((cell, inner),) = looked(kernel, code)

    assert (cell.line, inner.function, inner.code) == (5, "inner", "await asyncio.sleep(n)")


def test_a_block_that_floods_its_output_is_seen(kernel: JupyterKernel) -> None:
    ran, (look,) = looked(kernel, "for number in range(300_000): print(number)")

    assert look and look[0].code == "for number in range(300_000): print(number)"
    assert ran.ended.status == "ok"


def test_frames_of_packages_come_without_locals_and_ours_not_at_all(kernel: JupyterKernel) -> None:
    code = f"import subprocess, sys\n{SAYS}subprocess.run([sys.executable, '-c', 'import time; time.sleep(2)'])"

    _, (look,) = looked(kernel, code)

    assert [frame.function for frame in look[:2]] == ["<module>", "run"]
    assert all(frame.variables == () for frame in look[1:])


def test_a_call_that_lets_no_other_thread_run_ends_the_look_in_time(kernel: JupyterKernel) -> None:
    began = time.monotonic()
    # Compiled code that holds the lock of the interpreter for some seconds.
    ran, (look,) = looked(kernel, "print('go', flush=True)\nlen([0] * 10); sum(range(3 * 10**8))")

    assert look == () or look[0].function == "<module>"
    assert ran.ended.status == "ok"
    assert time.monotonic() - began < 10 * BOUND


def test_whoever_looks_when_the_block_ends_is_let_go(kernel: JupyterKernel) -> None:
    def keeps_looking() -> int:
        count = 0
        while not over.is_set():
            kernel.peek()
            count += 1
        return count

    over = threading.Event()
    with ThreadPoolExecutor(4) as pool:
        lookers = [pool.submit(keeps_looking) for _ in range(4)]
        told = [run(kernel, f"print({number})").stdout for number in range(30)]
        over.set()

    assert told == [f"{number}\n" for number in range(30)]
    assert all(looker.result(BOUND) > 0 for looker in lookers)


def test_a_kernel_that_dies_meanwhile_lets_the_look_go(kernel: JupyterKernel) -> None:
    ran, (look,) = looked(kernel, f"{SAYS}import os, time\ntime.sleep(0.3)\nos._exit(1)")

    assert ran.ended.status == "died"
    assert look == () or look[0].function == "<module>"
    assert run(kernel, "1 + 1").shown == ["2"]


def test_an_interrupt_still_reaches_the_code(kernel: JupyterKernel) -> None:
    def look_and_interrupt(event: KernelEvent) -> None:
        if isinstance(event, OutputArrived) and not threads:
            threads.append(threading.Thread(target=lambda: (seen.extend(kernel.peek()), kernel.interrupt())))
            threads[0].start()

    seen: list[Frame] = []
    threads: list[threading.Thread] = []
    ran = run(kernel, f"kept = 41\n{SAYS}while True: pass", seen=look_and_interrupt)
    threads[0].join(BOUND)

    assert seen and ran.ended.status == "interrupted"
    assert run(kernel, "kept + 1").shown == ["42"]


def test_while_a_person_is_asked_the_look_is_empty_at_once_and_the_answer_arrives(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken(), allows_input=True)
    kernel = kernels.get("python")
    seen: list[tuple[Frame, ...]] = []

    def look_and_answer(event: KernelEvent) -> None:
        if isinstance(event, InputAsked):
            with ThreadPoolExecutor(1) as pool:
                seen.append(pool.submit(kernel.peek).result(BOUND))
            kernel.answer("Ann")

    ran = run(kernel, "print(input('? '))", seen=look_and_answer)
    kernels.close()

    assert seen == [()]
    assert ran.stdout == "Ann\n"


def held() -> tuple[int, int]:
    """Open descriptors, where the system tells, and threads."""
    descriptors = Path("/proc/self/fd")
    return len(list(descriptors.iterdir())) if descriptors.exists() else 0, threading.active_count()


def test_restarts_leave_nothing_of_the_looks(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken())
    kernel = kernels.get("python")

    def once(restart: Callable[[], None] = kernel.restart) -> None:
        _, (look,) = looked(kernel, f"{SAYS}import time; time.sleep(0.5)")
        assert look
        restart()

    once()
    before = held()
    for _ in range(RESTARTS):
        once()
    # What other tests left to the collector may go, or come, meanwhile; a leak is one more at each restart.
    leaks = [now - then for now, then in zip(held(), before, strict=True)]
    kernels.close()

    assert max(leaks) < RESTARTS


@pytest.mark.parametrize("code", ["%timeit -n1 -r1 slow()", "slow()"])
def test_code_that_a_magic_calls_is_seen(kernel: JupyterKernel, code: str) -> None:
    run(kernel, f"def slow():\n    {SAYS}    import time; time.sleep(1.5)")

    _, (look,) = looked(kernel, code)

    assert (look[0].function, look[-1].function) == ("<module>", "slow")
    assert all("IPython" not in frame.code for frame in look)


def test_a_block_that_spoils_what_answers_is_not_stopped_by_it(kernel: JupyterKernel) -> None:
    spoil = "import interpreter_inside.look as l; kept = l.frames; l.frames = lambda *_: [{'odd': 1}]\n"

    ran, (look,) = looked(kernel, f"{spoil}{SAYS}{WAIT}l.frames = kept")

    assert (look, ran.ended.status) == ((), "ok")
