"""`config.toml` as it is read: what it may hold, and every way in which it can be wrong."""

import os
import re
import signal
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.configuration import resolve, survey
from interpreter.configuration.conversion import PATHS, kind_of
from interpreter.configuration.conversion import WORDS as NAMED
from interpreter.configuration.layers import variable_of
from interpreter.configuration.toml_file import key_lines
from interpreter.core.errors import WrongUsage
from interpreter.settings import CHOICES, Settings
from interpreter.storage.text_file import LONGEST

NAMES = [field.name for field in fields(Settings) if field.name != "rules"]
"""Those that are one value a line; of rules, `test_rule_tables.py` tells."""
LISTS = {PATHS: '["/some", "/where"]', NAMED: '["SOME", "WHERE"]'}
WRITTEN = {bool: "true", int: "5", float: "2.5", str: '"fast"', Path: '"/somewhere"', **LISTS}
LISTED = {PATHS: os.pathsep.join(("/some", "/where")), NAMED: os.pathsep.join(("SOME", "WHERE"))}
SAID = {bool: "yes", int: "5", float: "2.5", str: "fast", Path: "/somewhere", **LISTED}
WORDS = {name: words[-1] for name, words in CHOICES.items()}
"""Of settings that take one of a few words."""


def wrong(write, text: str | bytes, profile: str = "") -> WrongUsage:
    """What is said of such a file."""
    write(text, profile)
    with pytest.raises(WrongUsage) as raised:
        resolve(os.environ, {"profile": profile or None})
    assert raised.value.exit_code == 2
    assert "\n" not in str(raised.value) + raised.value.hint and raised.value.hint
    return raised.value


def test_where_there_is_no_file_there_are_the_defaults(home):
    assert resolve(os.environ, {}) == Settings()
    assert not home.exists()


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_can_stand_in_the_file_and_means_what_its_variable_means(write, name):
    word = WORDS.get(name)
    written = f'"{word}"' if word else WRITTEN[kind_of(name)]
    file = write(f"# mine\n\n{name} = {written}\n")
    found = survey(os.environ, {})
    assert found.problems == ()
    write("")
    assert found.settings == resolve({**os.environ, variable_of(name): word or SAID[kind_of(name)]}, {})
    assert str(found.origins[name]) == f"{file}:3"


def test_an_unknown_key_is_named_with_file_line_and_the_nearest(write):
    error = wrong(write, '# mine\nmodle = "x"\n')
    assert re.search(r"config\.toml, line 2: there is no setting 'modle'", str(error))
    assert "Did you mean model?" in error.hint and "interpreter config edit" in error.hint


@pytest.mark.parametrize("text", ["max-steps = 5", "MAX_STEPS = 5", "[max_stepz]", "max_step.a = 1"])
def test_what_is_nearly_a_setting_finds_it(write, text):
    assert "Did you mean max_steps?" in wrong(write, text).hint


def test_a_key_near_to_none_lists_the_settings(write):
    assert all(name in wrong(write, "zzzzzz = 1").hint for name in NAMES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('max_steps = "5"', "a whole number"),
        ("max_steps = 2.0", "a whole number"),
        ("max_steps = true", "a whole number"),
        ("max_steps = 0", "a number above 0"),
        ('auto_run = "yes"', "true or false"),
        ('allow_read = "/a:/b"', "a list of paths"),
        ("auto_run = 1", None),
        ('timeout = "10"', "a number"),
        ("timeout = nan", "a number"),
        ("timeout = 1979-05-27", "a number"),
        (f"timeout = {'9' * 400}", "a number"),
        ("model = 5", "text"),
        ("model = ['a']", "text"),
        ("[model]\nname = 'a'", "text"),
        ("cwd = 5", "a path"),
        ('cwd = "a\\u0000b"', "a path"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_its_line(write, text, said):
    if said is None:
        write(text)
        assert resolve(os.environ, {}).auto_run is True
        return
    error = wrong(write, f"\nplain = true\n{text}")
    assert "config.toml, line 3: " in str(error) and f" takes {said}." in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "model = ",
        "model = 'a\n",
        "plain = true\nmodel",
        "a = 1\na = 2",
        "[",
        "\x00",
        "x = '''\n",
        f"max_steps = {'9' * 5000}",
        f"a = {'[' * 3000}",
    ],
)
def test_a_damaged_file_is_named_and_kept(write, text):
    error = wrong(write, text)
    assert "config.toml is not TOML: " in str(error)
    assert (Path(os.environ["INTERPRETER_HOME"]) / "config" / "config.toml").read_text() == text


def test_where_a_damaged_file_ends_too_early_the_line_is_told(write):
    assert "at line 2" in str(wrong(write, "plain = true\nmodel = [\n"))


def test_bytes_that_are_no_text_are_named_with_their_line(write):
    assert "not UTF-8 text (line 2)" in str(wrong(write, b"plain = true\n# \xff\n"))


def test_a_huge_file_is_not_read(write):
    assert f"larger than {LONGEST:,} bytes" in str(wrong(write, "#" * (LONGEST + 1)))


@pytest.mark.parametrize("text", ["\ufeffmax_steps = 5\n", "max_steps = 5\r\n", "# a\r\n\r\nmax_steps = 5"])
def test_files_of_other_systems_can_be_read(write, text):
    write(text)
    assert resolve(os.environ, {}).max_steps == 5


@pytest.fixture
def in_its_place(write) -> Iterator[Path]:
    """Where the file would be; whoever waits there for a pipe is broken off."""
    file = write("")
    file.unlink()
    signal.alarm(20)
    yield file
    signal.alarm(0)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda file: file.mkdir(), "it is a folder"),
        (os.mkfifo, "it is no file"),
        (lambda file: file.symlink_to("/dev/zero"), "it is no file"),
        (lambda file: file.symlink_to("nowhere"), "it is a link that leads nowhere"),
        (lambda file: file.symlink_to(file.name), "too many levels of symbolic links"),
    ],
    ids=["folder", "pipe", "device", "dangling link", "loop"],
)
def test_what_is_no_file_is_named_and_nobody_waits_for_it(in_its_place, make, said):
    make(in_its_place)
    with pytest.raises(WrongUsage) as raised:
        resolve(os.environ, {})
    assert str(raised.value) == f"{in_its_place} cannot be used: {said}."
    assert raised.value.hint and os.path.lexists(in_its_place)


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, who may read everything."""
    if is_root := os.geteuid() == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


@pytest.fixture
def in_the_open(monkeypatch) -> Iterator[None]:
    """A home that others may look into."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("INTERPRETER_HOME", folder)
        yield


@pytest.mark.usefixtures("in_the_open")
@pytest.mark.parametrize("is_whole_folder", [False, True])
def test_a_file_that_may_not_be_read_is_named(write, is_whole_folder):
    file = write("max_steps = 5")
    closed = file.parent if is_whole_folder else file
    closed.chmod(0)
    with as_nobody(), pytest.raises(WrongUsage, match="permission denied"):
        resolve(os.environ, {})
    closed.chmod(0o755)


@pytest.mark.usefixtures("in_the_open")
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_file_of_another_user_is_named(write):
    file = write("max_steps = 5")
    os.chown(file, 12345, -1)
    with as_nobody(), pytest.raises(WrongUsage, match="belongs to another user"):
        resolve(os.environ, {})


def test_a_link_to_a_file_is_followed(write, tmp_path):
    file = write("max_steps = 5")
    file.rename(tmp_path / "kept elsewhere.toml")
    file.symlink_to(tmp_path / "kept elsewhere.toml")
    assert resolve(os.environ, {}).max_steps == 5


def test_a_relative_path_begins_at_the_file_and_home_is_home(write, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ann")
    file = write('cwd = "projects"\npython = "~/env"')
    found = resolve(os.environ, {})
    assert (found.cwd, found.python) == (file.parent / "projects", Path("/home/ann/env"))
    write('cwd = "~nobody-we-know/x"')
    assert resolve(os.environ, {}).cwd == file.parent / "~nobody-we-know" / "x"


@pytest.mark.parametrize("text", ["api_key = 5", "api_key = ['sk-canary']", "api_key = 'sk-canary'\nmodel = 5"])
def test_a_key_in_the_file_is_in_no_error(write, text):
    error = wrong(write, text)
    assert "canary" not in "".join(traceback.format_exception(error)) + error.hint


def test_all_that_is_wrong_is_found_and_the_rest_holds(write):
    write('modle = 1\nmax_steps = 5\ntimeout = "soon"\n')
    found = survey({**os.environ, "INTERPRETER_GAP_TIMEOUT": "never"}, {})
    assert [re.findall(r"modle|timeout|GAP", str(each))[0] for each in found.problems] == ["modle", "timeout", "GAP"]
    assert (found.settings.max_steps, found.settings.timeout) == (5, None)


STATEMENTS = [
    "",
    "# c = 1",
    "{} = 1",
    "{} = 'a # b' # c",
    '{} = """a\n]\n{{}} = 1\n"""',
    "{} = '''\n[x]\n'''  # '''",
    "{} = [\n  1, # ]\n\n  2,\n]",
    "{}.x = {{y = 1, z = [1]}}",
    '"{}" = 1',
    " \t{} = 1",
]


@given(st.lists(st.sampled_from(STATEMENTS)), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_the_line_of_a_key_is_the_one_it_begins_in(statements, newline, has_table):
    lines, expected = [], {}
    for number, statement in enumerate(statements):
        if "{}" in statement:
            expected[f"k{number}"] = len(lines) + 1
        lines += statement.format(f"k{number}").split("\n")
    if has_table:
        expected["t"] = len(lines) + 1
        lines += ["[t]", "k0 = 1"]
    assert key_lines(newline.join(lines)) == expected


@pytest.mark.parametrize("text", ['instructions = """\n{}"""\nplain = true', "x = [\n{}]\nplain = true"])
def test_a_long_value_takes_no_time_that_grows_with_its_square(text):
    # 4,000 lines, each of which looks like an end: tried one by one they take minutes.
    found = key_lines(text.format("['a'],\n" * 4000))
    assert found in ({"instructions": 1, "plain": 4003}, {})
