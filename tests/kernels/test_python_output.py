"""What Python code shows, and in what form it arrives."""

import json
import subprocess
import sys
import time

import pytest

from interpreter.core.messages import Display, Text
from interpreter.core.ports import Cleared, DisplayUpdated, KernelEvent, OutputArrived
from interpreter.kernels.jupyter_kernel import JupyterKernel
from tests.kernels.driving import run

PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def test_a_picture_arrives_as_png(kernel: JupyterKernel) -> None:
    code = f"import base64\nfrom IPython.display import Image, display\ndisplay(Image(base64.b64decode('{PNG}')))"

    (display,) = run(kernel, code).outputs

    assert display.data["image/png"].strip() == PNG


def test_a_display_keeps_all_its_forms(kernel: JupyterKernel) -> None:
    code = (
        "class Table:\n"
        "    def _repr_html_(self): return '<table></table>'\n"
        "    def __repr__(self): return 'a table'\n"
        "Table()"
    )

    (display,) = run(kernel, code).outputs

    assert display.data == {"text/plain": "a table", "text/html": "<table></table>"}


def test_updates_and_clearing_are_told(kernel: JupyterKernel) -> None:
    code = (
        "from IPython.display import display, clear_output\n"
        "handle = display('one', display_id='d')\n"
        "handle.update('two')\n"
        "clear_output()\n"
        "print('after')"
    )

    kinds = [type(event) for event in run(kernel, code).events]

    assert kinds == [OutputArrived, DisplayUpdated, Cleared, OutputArrived]


def test_a_traceback_is_plain_and_shows_only_the_users_frames(kernel: JupyterKernel) -> None:
    failure = run(kernel, "def f():\n    input()\nf()").failure

    assert failure.name == "StdinNotImplementedError"
    assert "line 2, in f" in failure.traceback
    assert "\x1b" not in failure.traceback
    assert "kernelbase" not in failure.traceback


def test_children_write_no_colours(kernel: JupyterKernel) -> None:
    code = "import os; print([os.environ.get(name) for name in ('TERM', 'FORCE_COLOR', 'CLICOLOR', 'NO_COLOR')])"

    assert run(kernel, code).stdout.strip() == "['dumb', None, None, '1']"


def test_an_exception_group_is_told(kernel: JupyterKernel) -> None:
    ran = run(kernel, "raise ExceptionGroup('both', [ValueError(1), TypeError(2)])")

    assert ran.ended.status == "failed"
    assert ran.failure.name == "ExceptionGroup"
    assert "TypeError: 2" in ran.stderr


def test_output_of_children_stands_where_it_belongs(kernel: JupyterKernel) -> None:
    code = (
        "import os, subprocess\n"
        "for i in range(20):\n    print(i)\n    subprocess.run(['echo', 'child'])\n"
        "os.system('echo last')\nprint('end')"
    )

    lines = run(kernel, code).stdout.split("\n")

    expected = [line for number in range(20) for line in (str(number), "child")]
    assert lines == [*expected, "last", "end", ""]


def test_lines_of_forked_children_stay_whole(kernel: JupyterKernel) -> None:
    code = (
        "import multiprocessing\n"
        "def speak(number):\n    for _ in range(50): print('child', number)\n"
        "fork = multiprocessing.get_context('fork')\n"
        "children = [fork.Process(target=speak, args=(number,)) for number in range(3)]\n"
        "[child.start() for child in children]; [child.join() for child in children]; print('parent')"
    )

    lines = run(kernel, code).stdout.splitlines()

    assert sorted(lines) == sorted(["parent", *(f"child {number}" for number in range(3) for _ in range(50))])


def test_what_is_flushed_is_seen_before_a_call_that_lets_no_other_code_run(kernel: JupyterKernel) -> None:
    # The long switch interval lets this thread, once it is woken, reach the call before any other goes on.
    code = (
        "import ctypes, sys, time; interval = sys.getswitchinterval(); sys.setswitchinterval(10)\n"
        "for _ in range(3): sys.stdout.write(str(time.monotonic())); sys.stdout.flush(); ctypes.PyDLL(None).sleep(2)\n"
        "sys.setswitchinterval(interval)"
    )
    delays = []

    def note(event: KernelEvent) -> None:
        if isinstance(event, OutputArrived) and isinstance(event.output, Text):
            delays.append(time.monotonic() - float(event.output.text))

    run(kernel, code, seen=note)

    assert len(delays) == 3
    assert max(delays) < 2


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("print('a\\0b')", "a\0b\n"),
        ("print('a\\r\\nb')", "a\r\nb\n"),
        ("print('\\ufeffa')", "\ufeffa\n"),
        ("print('x' + chr(0xd800))", "x\\ud800\n"),
        ("import os; os.write(1, b'\\xff\\xfea\\n');", "��a\n"),
        ("import subprocess; subprocess.run(['printf', 'a\\\\377b\\\\n']);", "a�b\n"),
        ("import os\nfor byte in 'é'.encode(): os.write(1, bytes([byte]));", "é"),
    ],
)
def test_odd_text_arrives_and_can_be_stored(kernel: JupyterKernel, code: str, text: str) -> None:
    ran = run(kernel, code)

    assert ran.stdout == text
    assert json.loads(json.dumps(ran.stdout, ensure_ascii=False).encode("utf-8")) == text


def test_an_exception_with_odd_text_arrives(kernel: JupyterKernel) -> None:
    assert run(kernel, "raise ValueError(chr(0xd800) + '\\0')").failure.message == "\\ud800\0"


def test_a_thread_that_prints_after_its_block_ended_stays_out_of_the_next(kernel: JupyterKernel) -> None:
    late = (
        "import threading, time\n"
        "def late():\n    for _ in range(20):\n        time.sleep(0.05); print('late'); display('late')\n"
    )
    run(kernel, late + "threading.Thread(target=late).start()")

    ran = run(kernel, "time.sleep(1.2); print('mine')")

    assert (ran.stdout, ran.shown) == ("mine\n", [])


def test_threads_of_a_block_and_of_an_older_pool_print_into_it(kernel: JupyterKernel) -> None:
    run(
        kernel, "from concurrent.futures import ThreadPoolExecutor\npool = ThreadPoolExecutor(1)\npool.submit(print, 1)"
    )

    ran = run(
        kernel,
        "pool.submit(print, 'pool').result()\n"
        "import threading; t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()",
    )

    assert ran.stdout.split() == ["pool", "thread"]


def test_a_value_too_large_to_show_is_cut(kernel: JupyterKernel) -> None:
    (shown,) = run(kernel, "'x' * 50_000_000").shown

    assert len(shown) < 2_000_000
    assert "49,000,002 characters left out" in shown


def test_a_picture_too_large_to_show_is_named_and_another_form_is_not_added(kernel: JupyterKernel) -> None:
    large = run(kernel, "display({'image/png': 'x' * 50_000_000}, raw=True)").outputs
    small = run(kernel, "display({'image/png': 'x'}, raw=True)").outputs

    assert [display.data for display in large] == [{"text/plain": "<too large to be shown>"}]
    assert [display.data for display in small] == [{"image/png": "x"}]


def test_displays_without_end_are_counted(kernel: JupyterKernel) -> None:
    ran = run(kernel, "for number in range(130): display(number)")

    assert len(ran.shown) == 100
    assert ran.ended.note == "30 more displays were left out."


def test_the_kernel_itself_keeps_no_copy_of_what_was_printed(kernel: JupyterKernel) -> None:
    peak = "print(next(int(line.split()[1]) // 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    before = int(run(kernel, peak).stdout)

    run(kernel, "text = 'x' * 999_999\nfor _ in range(200): print(text)")

    assert int(run(kernel, peak).stdout) - before < 120


FLOODS = {
    "50 MB of lines": "for i in range(50): print('x' * 999_999)",
    "one line of 100 MB": "print('x' * 100_000_000)",
    "200,000 lines on stderr": "import sys\nfor i in range(200_000): print('line', i, file=sys.stderr)",
    "100 MB by a child": "!head -c 100000000 /dev/zero",
    "10,000 updates": "handle = display(0, display_id=True)\nfor i in range(10_000): handle.update(i)",
}

MEASURED = """
import json, sys, tempfile
from pathlib import Path
from interpreter.core.cancel import CancelToken
from tests.kernels.driving import local_kernels, run

kernels = local_kernels(Path(tempfile.mkdtemp()), CancelToken())
kernel = kernels.get("python")
print(json.dumps([run(kernel, code).ended.status for code in json.loads(sys.argv[1])]))
kernels.close()
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of one process is read from /proc")
def test_floods_of_output_leave_the_agent_small() -> None:
    argv = [sys.executable, "-c", MEASURED, json.dumps(list(FLOODS.values()))]

    measured = subprocess.run(argv, capture_output=True, text=True, check=True, cwd=".").stdout.splitlines()

    assert json.loads(measured[0]) == ["ok"] * len(FLOODS)
    assert int(measured[1]) < 200


def test_one_huge_line_is_counted_exactly(kernel: JupyterKernel) -> None:
    texts = [output for output in run(kernel, "print('x' * 10_000_000)").outputs if isinstance(output, Text)]

    assert sum(len(text.text) + text.left_out for text in texts) == 10_000_001
    assert sum(1 for text in texts if text.left_out) == 1


def test_help_is_shown_as_text(kernel: JupyterKernel) -> None:
    (page,) = run(kernel, "len?").outputs

    assert isinstance(page, Display)
    assert "number of items" in page.data["text/plain"]


def test_a_picture_that_is_to_be_shown_is_shown_here_and_no_viewer_is_launched(kernel: JupyterKernel, tmp_path) -> None:
    for name in ("xdg-open", "display", "gm", "eog", "xv"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/launched\n")
        (tmp_path / name).chmod(0o700)
    path = f"import os; os.environ['PATH'] = {str(tmp_path)!r} + os.pathsep + os.environ['PATH']"
    code = f"{path}\nfrom PIL import Image\nImage.new('RGB', (4, 3), 'red').show()\nImage.new('L', (4, 3)).show()"

    outputs = run(kernel, code).outputs

    assert [output.data["image/png"][:8] for output in outputs if isinstance(output, Display)] == ["iVBORw0K"] * 2
    assert not (tmp_path / "launched").exists()
