"""How much memory kernels may have, and how much the agent has while they ask for more or write without end."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from tests.contracts.dialects import BASH, PYTHON, Dialect
from tests.kernels.driving import local_kernels, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of another process are Linux's")
HOARDS = {
    "python": ("kept = 41", "all = []\nwhile True: all.append(bytearray(10_000_000))", "MemoryError", "print(kept)"),
    "bash": ("kept=41", "python3 -c 'bytearray(1_000_000_000)'", "MemoryError", "echo $kept"),
    "r": ("kept <- 41", "x <- list(); repeat x[[length(x) + 1]] <- numeric(1e6)", "cannot allocate", "cat(kept)"),
}


@pytest.mark.parametrize("language", HOARDS)
def test_more_memory_than_the_limit_is_an_error_inside_and_nothing_is_lost(tmp_path: Path, language: str) -> None:
    kernels = local_kernels(tmp_path, CancelToken(), memory=600 << 20)
    if language not in kernels.languages():
        pytest.skip(f"{language} does not run here")
    keep, hoard, named, tell = HOARDS[language]
    kernel = kernels.get(language)
    run(kernel, keep)

    ran = run(kernel, hoard)
    told = run(kernel, tell).stdout.strip()
    kernels.close()

    assert ran.ended.status == "failed"
    assert named in " ".join(str(output) for output in ran.outputs)
    assert told == "41"


def test_no_kernel_and_none_of_its_children_leaves_core_files(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken(), memory=1 << 30)

    told = run(kernels.get("bash"), "ulimit -c; ulimit -d").stdout.split()
    kernels.close()

    assert told == ["0", str(1 << 20)]


def test_a_limit_too_low_for_a_runtime_that_reserves_memory_does_not_keep_it_from_starting(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken(), memory=100 << 20)
    if "javascript" not in kernels.languages():
        pytest.skip("javascript does not run here")

    ran = run(kernels.get("javascript"), "console.log(42)")
    kernels.close()

    assert ran.stdout == "42\n"


MEASURED = """
import json, sys, tempfile
from pathlib import Path
from interpreter.core.cancel import CancelToken
from tests.kernels.driving import local_kernels, run

language, code = sys.argv[1:]
kernels = local_kernels(Path(tempfile.mkdtemp()), CancelToken())
ran = run(kernels.get(language), code)
told = [ran.ended.status, sum(len(each.text) + each.left_out for each in ran.outputs)]
kernels.close()
peak = next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([*told, peak]))
"""


@pytest.mark.parametrize("dialect", [PYTHON, BASH], ids=lambda dialect: dialect.language)
def test_a_line_of_500_mb_leaves_the_agent_small(tmp_path: Path, dialect: Dialect) -> None:
    if dialect.language not in local_kernels(tmp_path, CancelToken()).languages():
        pytest.skip(f"{dialect.language} does not run here")
    argv = [sys.executable, "-c", MEASURED, dialect.language, dialect.bytes]

    status, size, peak = json.loads(subprocess.run(argv, capture_output=True, text=True, check=True).stdout)

    assert (status, size) == ("ok", 500_000_001)
    assert peak < 300, f"{peak} MB"


def test_of_a_huge_line_of_javascript_the_middle_is_left_out_and_counted(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken())
    if "javascript" not in kernels.languages():
        pytest.skip("javascript does not run here")

    told = run(kernels.get("javascript"), "console.log('x'.repeat(500_000_000))").stdout
    kernels.close()

    assert "... 499,920,000 characters left out ..." in told
    assert told.endswith("x\n") and len(told) < 100_000
