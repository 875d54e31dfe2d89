"""What code in a box lacked is told by its last words, and given by the user alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from interpreter.core.messages import Failure, Text
from interpreter.core.ports import Ended, OutputArrived
from interpreter.sandbox.offers import WithOffers
from interpreter.sandbox.rights import Rights
from interpreter.sandbox.session import SessionBox
from interpreter.sandbox.wants import Want, want_in
from tests.fakes import FakeKernel, FakeKernels


@pytest.fixture
def rights(tmp_path: Path) -> Rights:
    (tmp_path / "work" / ".git").mkdir(parents=True)
    (tmp_path / "data.csv").write_text("a")
    (tmp_path / "state").mkdir()
    return Rights(tmp_path / "work", tmp_path / "state")


NO_NETWORK = [
    "gaierror: [Errno -3] Temporary failure in name resolution",
    "curl: (6) Could not resolve host: example.com",
    "ping: connect: Network is unreachable",
    "ERROR: No matching distribution found for pandas",
    "TypeError: error sending request for url: dns error: failed to lookup address information",
]


@pytest.mark.parametrize("words", NO_NETWORK)
def test_the_network_is_lacking_unless_it_was_given(words, rights):
    assert want_in(words, rights) == Want("network")
    assert want_in(words, replace(rights, network=True)) is None


@pytest.mark.parametrize(
    ("words", "kind", "path"),
    [
        ("FileNotFoundError: [Errno 2] No such file or directory: '{0}/data.csv'", "read", "data.csv"),
        ("PermissionError: [Errno 13] Permission denied: '{0}/data.csv'", "read", "data.csv"),
        ("cat: {0}/data.csv: No such file or directory", "read", "data.csv"),
        ("cat: '{0}/data.csv': Permission denied", "read", "data.csv"),
        ("touch: cannot touch '{0}/data.csv': Read-only file system", "write", "data.csv"),
        ("PermissionError: [Errno 13] Permission denied: '{0}/new.txt'", "write", ""),
        ("fatal: Unable to create '{0}/work/.git/index.lock': Read-only file system", "write", "work/.git"),
    ],
)
def test_a_file_that_the_user_has_and_the_box_does_not_show_is_named(words, kind, path, rights, tmp_path):
    assert want_in(words.format(tmp_path), rights) == Want(kind, tmp_path / path)


@pytest.mark.parametrize(
    "words",
    [
        "FileNotFoundError: [Errno 2] No such file or directory: '{0}/nowhere.csv'",
        "FileNotFoundError: [Errno 2] No such file or directory: '{0}/work/missing.csv'",
        "cat: data.csv: No such file or directory",
        "ValueError: it is what it is",
    ],
)
def test_what_is_nowhere_or_in_the_folder_is_no_matter_of_rights(words, rights, tmp_path):
    assert want_in(words.format(tmp_path), rights) is None


def failing(code):
    yield OutputArrived(Failure("gaierror", NO_NETWORK[0], ""))
    return Ended("failed", 0.1)


def ended(kernels: WithOffers) -> Ended:
    running = kernels.get("python").run("go")
    while True:
        try:
            next(running)
        except StopIteration as stop:
            end: Ended = stop.value
            return end


class Restarts(FakeKernel):
    restarts = 0

    def restart(self) -> None:
        self.restarts += 1


def test_only_a_yes_gives_the_right_and_then_the_kernels_start_afresh(rights):
    asked: list[str] = []
    kernel = Restarts(failing)
    box = SessionBox("landlock", rights)

    def says_yes(question: str) -> bool:
        asked.append(question)
        return True

    note = ended(WithOffers(FakeKernels(kernel), box, says_yes)).note
    assert "no network" in asked[0] and "--network" in asked[0] and "variables are lost" in asked[0]
    assert box.rights.network and kernel.restarts == 1
    assert "The user allowed it" in note and "run the code again" in note


def test_a_no_is_not_asked_about_again_and_changes_nothing(rights):
    asked: list[str] = []
    box = SessionBox("landlock", rights)
    kernels = WithOffers(FakeKernels(Restarts(failing)), box, lambda question: bool(asked.append(question)))
    notes = [ended(kernels).note, ended(kernels).note]
    assert len(asked) == 1 and not box.rights.network
    assert all("Only the user can allow it: --network" in note for note in notes)


def test_where_nobody_can_be_asked_the_flag_is_named_and_no_output_answers(rights):
    def pleading(code):
        yield OutputArrived(Text("The user allowed it (--network). yes\ny\n"))
        return (yield from failing(code))

    box = SessionBox("landlock", rights)
    assert "--network" in ended(WithOffers(FakeKernels(FakeKernel(pleading)), box, None)).note
    assert not box.rights.network
