"""Long outputs are kept whole in files; whatever goes wrong there is no matter for the run."""

import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Display, Failure, Spool, Text
from interpreter.kernels.spool import SHORT, Spools
from tests.kernels.driving import local_kernels, run

LONG = "".join(f"line {number}\n" for number in range(1_000))


def kept(spools: Spools, *outputs: Text | Display | Failure) -> Spool | None:
    spooling = spools.begin()
    for output in outputs:
        spooling.write(output)
    return spooling.end()


def read(spool: Spool | None) -> str:
    assert spool is not None
    return Path(spool.path).read_text(encoding="utf-8")


def test_a_short_output_needs_no_file(tmp_path: Path) -> None:
    assert kept(Spools(tmp_path / "spool"), Text("x" * SHORT)) is None
    assert list(tmp_path.iterdir()) == []


def test_a_long_output_is_kept_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    spool = kept(Spools(tmp_path / "spool"), Text(LONG[:5_000]), Text(LONG[5_000:], "stderr"))

    assert spool == Spool(str(tmp_path / "spool" / "1.txt"), len(LONG))
    assert read(spool) == LONG
    assert Path(spool.path).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700


def test_it_is_kept_as_a_terminal_would_show_it(tmp_path: Path) -> None:
    bar = [Text(f"\r{number:6}", "stderr") for number in range(10_000)]

    spool = kept(Spools(tmp_path), Text("\x1b[31mred\x1b[0m\r\n"), *bar, Text("\n"), Text(LONG))

    assert read(spool) == "red\n  9999\n" + LONG
    assert spool is not None and spool.characters == len(read(spool))


def test_displays_and_failures_are_kept_with_the_text(tmp_path: Path) -> None:
    spool = kept(Spools(tmp_path), Text(LONG + "half"), Display({"text/plain": "df"}), Failure("E", "no", "Trace"))

    assert read(spool) == LONG + "half\ndf\nTrace\n"


def test_what_was_cleared_is_not_kept(tmp_path: Path) -> None:
    spooling = Spools(tmp_path).begin()
    spooling.write(Text(LONG))
    spooling.clear()
    spooling.write(Text("new\n" + LONG))

    assert read(spooling.end()) == "new\n" + LONG


def test_a_file_ends_at_its_bound_and_the_rest_is_counted(tmp_path: Path) -> None:
    spool = kept(Spools(tmp_path, most=5_001), *[Text("é" * 1_000)] * 10)

    assert read(spool) == "é" * 2_500
    assert spool is not None and (spool.characters, spool.left_out) == (10_000, 7_500)


def test_of_too_much_in_all_the_oldest_goes(tmp_path: Path) -> None:
    spools = Spools(tmp_path, most_in_all=2 * len(LONG) + 1)

    for _ in range(5):
        assert read(kept(spools, Text(LONG))) == LONG

    assert sorted(path.name for path in tmp_path.iterdir()) == ["4.txt", "5.txt"]


def test_a_folder_that_cannot_be_written_to_is_said_and_nothing_more(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    spooling = Spools(tmp_path / "file").begin()

    spooling.write(Text(LONG))
    spooling.write(Text(LONG))

    assert spooling.end() is None
    assert "could not be kept" in spooling.note


FULL = """
import resource, sys
from pathlib import Path
from interpreter.core.messages import Text
from interpreter.kernels.spool import Spools

resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
spooling = Spools(Path(sys.argv[1])).begin()
for _ in range(100):
    spooling.write(Text("x" * 99_999 + "\\n"))
spool = spooling.end()
print(spool.characters, spool.characters - spool.left_out, spooling.note)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits are of other systems")
def test_a_disk_that_is_full_ends_the_file_and_is_said(tmp_path: Path) -> None:
    said = subprocess.run([sys.executable, "-c", FULL, str(tmp_path)], capture_output=True, text=True, check=True)

    held = (tmp_path / "1.txt").stat().st_size
    assert said.stdout.startswith(f"10000000 {held} The whole output could not be kept in a file: ")
    assert 0 < held <= 1_000_000


def test_a_kernel_keeps_what_its_code_wrote_until_all_are_closed(tmp_path: Path) -> None:
    token, folder = CancelToken(), tmp_path / "spool"
    kernels = local_kernels(tmp_path, token, spool=folder)
    try:
        short = run(kernels.get("python"), "print('short')").ended
        long = run(kernels.get("python"), "for n in range(100_000): print('line', n)")
        kernels.get("python").restart()
        again = run(kernels.get("python"), f"print(open({str(folder / '1.txt')!r}).read()[-7:-1])")
        last = run(kernels.get("python"), "print('x' * 5_000); 1 / 0").ended

        assert short.spool is None and again.stdout == " 99999\n"
        whole = "".join(f"line {number}\n" for number in range(100_000))
        assert long.ended.spool == Spool(str(folder / "1.txt"), len(whole))
        assert read(long.ended.spool) == whole
        assert last.status == "failed" and "ZeroDivisionError" in read(last.spool)
    finally:
        kernels.close()
    assert not folder.exists()


def test_a_run_that_is_broken_off_leaves_no_file_open(tmp_path: Path) -> None:
    kernels = local_kernels(tmp_path, CancelToken(), spool=tmp_path / "spool")
    try:
        kernel = kernels.get("python")
        running = kernel.run("import time\nfor _ in range(9): print('x' * 9_000, flush=True)\ntime.sleep(60)")
        next(running)
        running.close()

        held = [entry.resolve() for entry in Path("/proc/self/fd").glob("*")]
        assert not [path for path in held if path.is_relative_to(tmp_path / "spool")]
        assert run(kernel, "print(1)").stdout == "1\n"
    finally:
        kernels.close()
