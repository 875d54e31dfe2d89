import os
import stat
import subprocess
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from interpreter.core.visible import visible_code
from interpreter.kernels.server_address import server_address
from interpreter.terminal.commands import COMMANDS
from interpreter.terminal.file_offers import file_offers
from interpreter.terminal.line_offers import line_offers, opens_by_itself
from interpreter.terminal.offers import MOST
from interpreter.terminal.shell_offers import shell_offers
from tests.fakes import FakeKernel, FakeKernels, Variable
from tests.terminal.commands.fronts import front_with


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "data.csv").touch()
    (folder / "my file.txt").touch()
    (folder / "sub dir").mkdir()
    (folder / "sub dir" / "deep.py").touch()
    (folder / ".hidden").touch()
    return folder


def texts(text: str, folder: Path, **more: Any) -> list[str]:
    """The texts as they would stand after each offer is taken."""
    front = front_with(folder, **more)
    return [text[: len(text) - offer.replaces] + offer.text for offer in line_offers(text, front)]


def test_commands_are_offered_with_what_they_do(work):
    offers = list(line_offers("%", front_with(work)))
    assert [offer.text for offer in offers] == [command.name for command in COMMANDS]
    assert all(offer.effect for offer in offers)
    assert texts("%mo", work) == ["%model", "%models"] and texts("/MARK", work) == ["/markdown"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("%auto ", ["%auto on", "%auto off"]),
        ("%auto of", ["%auto off"]),
        ("%copy c", ["%copy code"]),
        ("%restart ", ["%restart python"]),
        ("%vars t", ["%vars total"]),
        ("%model emb", ["%model embedded"]),
        ("%undo ", []),
        ("%nix ", []),
        ("%jupyter da", ["%jupyter data.csv"]),
        ("%markdown my f", ["%markdown my file.txt"]),
        ("%markdown sub dir/", ["%markdown sub dir/deep.py"]),
        ("%%py", ["%%python"]),
    ],
)
def test_what_a_command_takes_is_offered(work, typed, expected):
    kernels = FakeKernels(FakeKernel(defined=(Variable("total", "float", "", "1"), Variable("x", "int", "", "1"))))
    assert texts(typed, work, kernels=kernels) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("what is in @", ["what is in @data.csv", 'what is in @"my file.txt"', 'what is in @"sub dir/"']),
        ("what is in @da", ["what is in @data.csv"]),
        ("@DA", ["@data.csv"]),
        ('@"my f', ['@"my file.txt"']),
        ('@"sub dir/"', ['@"sub dir/deep.py"']),
        ('@"sub dir/d', ['@"sub dir/deep.py"']),
        ("@.h", ["@.hidden"]),
        ("@nix/", []),
        ("ann@da", []),
        ("what is it?", []),
        ("50% of da", []),
    ],
)
def test_files_are_offered_behind_the_sign_and_nowhere_else(work, typed, expected):
    assert texts(typed, work) == expected


def test_the_home_can_be_gone_into(work, monkeypatch):
    monkeypatch.setenv("HOME", str(work))
    assert texts("@~/da", work / "sub dir") == ["@~/data.csv"]
    assert texts("!cat ~/my", work / "sub dir") == ["!cat ~/'my file.txt'"]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("!cat da", ["!cat data.csv"]),
        ("!!cat da", ["!!cat data.csv"]),
        ("!cat my", ["!cat 'my file.txt'"]),
        (r"!cat my\ f", ["!cat 'my file.txt'"]),
        ('!cat "my f', ["!cat 'my file.txt'"]),
        ("!cat 'sub dir/'", ["!cat 'sub dir/deep.py'"]),
        ("!sort <da", ["!sort <data.csv"]),
        ("!cat --file=da", ["!cat --file=data.csv"]),
        ("!./da", ["!./data.csv"]),
    ],
)
def test_files_are_offered_to_the_shell_as_words_of_it(work, typed, expected):
    assert texts(typed, work) == expected


@pytest.mark.parametrize("typed", ["unlikely-", "cat x | unlikely-", "true && unlikely-", "sudo unlikely-"])
def test_programs_are_offered_where_a_command_begins(work, tmp_path, typed):
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, mode in (("unlikely-one", 0o755), ("unlikely-two", 0o755), ("unlikely-not", 0o644)):
        (programs / name).touch()
        (programs / name).chmod(mode)
    offers = list(shell_offers(typed, work, {"PATH": f"{programs}:/nowhere"}))
    expected = ["unlikely-one", "unlikely-two"] + (
        ["unlikely-not"] if os.access(programs / "unlikely-not", os.X_OK) else []
    )
    assert sorted(offer.text for offer in offers) == sorted(expected)
    assert list(shell_offers("cat unlikely-", work, {"PATH": str(programs)})) == []


def test_nothing_of_this_machine_is_offered_to_a_shell_elsewhere(work):
    front = front_with(work)
    assembled = SimpleNamespace(**{name: getattr(front.assembled, name) for name in front.assembled.__slots__})
    assembled.where = server_address("http://127.0.0.1:8888", {})
    front.assembled = assembled  # type: ignore[assignment]
    assert list(line_offers("!cat da", front)) == []


def test_hidden_characters_in_names_are_shown_and_come_back_by_their_numbers(work):
    (work / "ev\u202eil\x1b.txt").write_text("found")
    (offer,) = line_offers("@ev", front_with(work))
    assert visible_code(offer.shown) == offer.shown and visible_code(offer.text) == offer.text
    assert offer.text == r'@"ev\u202eil\u001b.txt"'
    (offer,) = line_offers("!cat ev", front_with(work))
    assert visible_code(offer.text) == offer.text
    listed = subprocess.run(["bash", "-c", f"cat {offer.text}"], cwd=work, capture_output=True)
    assert listed.returncode == 0 and listed.stdout == b"found"
    assert list(line_offers("%jupyter ev", front_with(work))) == []


def test_a_folder_of_many_thousand_files_is_quick_and_bounded(work):
    for number in range(20_000):
        (work / f"part-{number:05}").touch()
    began = time.monotonic()
    offers = list(file_offers("part-", work, 5, str))
    assert len(offers) == MOST and time.monotonic() - began < 30
    assert [offer.text for offer in file_offers("part-1234", work, 9, str)] == [f"part-1234{n}" for n in range(10)]


@pytest.mark.skipif(os.getuid() == 0, reason="root may read every folder")
def test_a_folder_that_cannot_be_read_offers_nothing(work):
    (work / "sub dir").chmod(0)
    assert texts('@"sub dir/', work) == []
    (work / "sub dir").chmod(stat.S_IRWXU)


@pytest.mark.parametrize("text", ["%", "%mo", "see @", "@da", '@"my f'])
def test_a_list_opens_by_itself_where_it_was_called_for(text):
    assert opens_by_itself(text)


@pytest.mark.parametrize("text", ["", "/", "/he", "hello", "!ls @x", "%model ", "50%", "ann@da", "%%", "@a.csv and"])
def test_it_opens_nowhere_else(text):
    assert not opens_by_itself(text)
