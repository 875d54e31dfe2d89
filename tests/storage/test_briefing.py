"""`instructions.md` and AGENTS.md: which is read, and what is never even looked at."""

import os
from pathlib import Path

import pytest

from interpreter.core.briefing import LONGEST
from interpreter.core.errors import WrongUsage
from interpreter.storage.briefing import nearest_agents, read_briefing
from interpreter.storage.paths import Paths, find_paths
from interpreter.storage.trust import Trust


@pytest.fixture
def paths(home: Path) -> Paths:
    (home / "config").mkdir(parents=True)
    return find_paths({"INTERPRETER_HOME": str(home)})


@pytest.fixture
def trust(paths: Paths) -> Trust:
    return Trust(paths.data / "trusted.json")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a folder `api/routes`, and a folder around it."""
    root = tmp_path / "around" / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "api" / "routes").mkdir(parents=True)
    return root


def agents(folder: Path, text: str = "Use make.") -> Path:
    (folder / "AGENTS.md").write_text(text)
    return folder / "AGENTS.md"


def test_where_there_is_nothing_nothing_is_told(paths, trust, tmp_path):
    read = read_briefing(paths, tmp_path, trust)
    assert (read.briefing.user, read.briefing.project, read.briefing.source, read.notes) == ("", "", "", ())


def test_the_users_instructions_are_read_wherever_it_works(paths, trust, tmp_path):
    paths.instructions.write_text("Answer in Dutch.\n")
    for folder in (tmp_path, None):
        assert read_briefing(paths, folder, trust).briefing.user == "Answer in Dutch.\n"


def test_the_users_instructions_that_cannot_be_read_are_an_error(paths, trust, tmp_path):
    paths.instructions.mkdir()
    with pytest.raises(WrongUsage, match="it is a folder"):
        read_briefing(paths, tmp_path, trust)


@pytest.mark.parametrize(("answer", "told"), [(None, ""), (False, ""), (True, "Use make.")])
def test_a_folder_is_read_only_when_it_is_trusted(paths, trust, repository, answer, told):
    agents(repository)
    if answer is not None:
        trust.remember(repository, trusted=answer)
    assert read_briefing(paths, repository, trust).briefing.project == told


def test_what_is_not_trusted_is_not_even_opened(paths, trust, repository):
    # Whoever opened the pipe to read would wait, and whoever asked for its kind would note it.
    os.mkfifo(repository / "AGENTS.md")
    before = (repository / "AGENTS.md").stat().st_atime_ns
    assert read_briefing(paths, repository, trust).notes == ()
    assert (repository / "AGENTS.md").stat().st_atime_ns == before


def test_the_nearest_file_up_to_the_root_of_the_repository_is_taken(trust, repository):
    trust.remember(repository.parent, trusted=True)
    agents(repository.parent)
    work = repository / "api" / "routes"
    assert nearest_agents(work, trust) is None
    root = agents(repository)
    assert nearest_agents(work, trust) == root
    near = agents(repository / "api")
    assert nearest_agents(work, trust) == near
    own = agents(work)
    assert nearest_agents(work, trust) == own


def test_above_a_folder_nothing_is_read_that_is_not_trusted_itself(trust, repository):
    agents(repository)
    trust.remember(repository / "api", trusted=True)
    assert nearest_agents(repository / "api", trust) is None
    own = agents(repository / "api")
    assert nearest_agents(repository / "api", trust) == own
    trust.remember(repository / "api" / "routes", trusted=False)
    assert nearest_agents(repository / "api" / "routes", trust) is None


def test_outside_of_a_repository_a_folder_speaks_for_itself_alone(trust, tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    trust.remember(tmp_path, trusted=True)
    agents(tmp_path / "a")
    assert nearest_agents(tmp_path / "a" / "b", trust) is None
    assert nearest_agents(tmp_path / "a", trust) is not None


def test_a_link_within_the_folder_is_followed_and_one_out_of_it_is_not(paths, trust, repository, tmp_path):
    trust.remember(repository, trusted=True)
    (tmp_path / "secret").write_text("sk-canary")
    (repository / "CLAUDE.md").write_text("Use make.")
    (repository / "AGENTS.md").symlink_to("CLAUDE.md")
    assert read_briefing(paths, repository, trust).briefing.project == "Use make."
    for target in (tmp_path / "secret", "../../secret", "/dev/zero"):
        (repository / "AGENTS.md").unlink()
        (repository / "AGENTS.md").symlink_to(target)
        read = read_briefing(paths, repository, trust)
        assert (read.briefing.project, read.briefing.source) == ("", "") and "leads out of its folder" in read.notes[0]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda file: file.mkdir(), "is a folder"),
        (os.mkfifo, "is no file"),
        (lambda file: file.write_bytes(b"\xff\xfe"), "not UTF-8"),
        (lambda file: file.write_text("x" * 100_000), "larger than"),
        (lambda file: file.symlink_to("AGENTS.md"), "symbolic links"),
        (lambda file: file.symlink_to("gone"), "leads nowhere"),
    ],
)
def test_a_projects_file_that_cannot_be_used_is_passed_over_and_told(paths, trust, repository, make, said):
    trust.remember(repository, trusted=True)
    make(repository / "AGENTS.md")
    read = read_briefing(paths, repository, trust)
    assert read.briefing.project == "" and said in read.notes[0] and "It is not read." in read.notes[0]


def test_what_a_person_would_not_see_in_the_file_the_model_sees_as_marks(paths, trust, repository):
    trust.remember(repository, trusted=True)
    agents(repository, "Use make.\U000e0041\u202e\x1b[8m\n\tIndented.")
    told = read_briefing(paths, repository, trust).briefing.project
    assert told == "Use make.<U+E0041><U+202E>␛[8m\n\tIndented."


def test_that_a_text_is_cut_is_said(paths, trust, repository):
    trust.remember(repository, trusted=True)
    agents(repository, "x" * (LONGEST + 1))
    paths.instructions.write_text("y" * (LONGEST + 1))
    notes = read_briefing(paths, repository, trust).notes
    assert [Path(note.split()[0]).name for note in notes] == ["instructions.md", "AGENTS.md"]
