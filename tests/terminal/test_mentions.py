import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.visible import visible_code
from interpreter.terminal.mentions import is_like_a_path, mentions, unfinished, written


def names(text: str) -> list[tuple[str, ...]]:
    return [mention.names for mention in mentions(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("what is in @data.csv", "data.csv"),
        ("@data.csv has what?", "data.csv"),
        ("(see @a/b.txt)", "a/b.txt"),
        ("is it @data.csv?", "data.csv"),
        ("look at @data.csv, then", "data.csv"),
        ("@data.csv's columns", "data.csv"),
        ('@"my file.txt" holds', "my file.txt"),
        (r"@my\ file.txt holds", "my file.txt"),
        ("@~/notes.md", "~/notes.md"),
        ("@file(1).pdf", "file(1).pdf"),
        ("@.", "."),
        ("@..", ".."),
        (r'@"a\u202eb.txt"', "a\u202eb.txt"),
        (r'@"say \"hi\".txt"', 'say "hi".txt'),
        ("compare:@a.csv", "a.csv"),
        ("ünïcode @größe.csv", "größe.csv"),
    ],
)
def test_a_name_behind_the_sign_is_mentioned(text, name):
    assert len(names(text)) == 1 and name in names(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.com",
        "a@b",
        "x@",
        "@",
        "@ x",
        "@@ -1,3 +1,3 @@",
        "`@data.csv`",
        r"\@data.csv",
        '@""',
        '@" "',
        "git@host:a/b",
    ],
)
def test_the_sign_within_words_and_alone_means_nothing(text):
    assert names(text) == []


def test_names_in_a_list_are_told_apart():
    assert names("@a.csv,@b.csv and @c.csv") == [("a.csv",), ("b.csv",), ("c.csv",)]


def test_what_ends_a_sentence_may_be_a_part_of_the_name_or_not():
    assert names("is it @a...?") == [("a...?", "a...", "a..", "a.", "a")]


@pytest.mark.parametrize("name", ["data.csv", "a/b.PY", "./x", "../x", "~/x", "my notes.txt"])
def test_names_of_files_look_like_paths(name):
    assert is_like_a_path(name)


@pytest.mark.parametrize(
    "name", ["property", "app.route", "pytest.fixture", "types/node", "john.doe", "example.com", "x.get("]
)
def test_decorators_people_and_packages_do_not(name):
    assert not is_like_a_path(name)


@given(st.text(st.characters(exclude_characters="\0"), min_size=1).filter(str.strip))
def test_what_is_written_for_a_name_is_read_as_that_name_and_hides_nothing(name):
    text = written(name)
    (mention,) = mentions(f"look at {text}")
    assert name in mention.names
    assert visible_code(text.replace("\u3000", "")) == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("look at @da", "da"),
        ("@", ""),
        ('@"my fi', "my fi"),
        (r"@my\ fi", "my fi"),
        ('@"my dir/"', "my dir/"),
        ("(@sub/", "sub/"),
    ],
)
def test_a_name_that_has_been_begun_is_found(text, name):
    found = unfinished(text)
    assert found is not None and found[1] == name and text.endswith(found[0])


@pytest.mark.parametrize("text", ["", "x", "a@b", "@a.csv and", '@"my file.txt"', "`@x"])
def test_without_one_there_is_nothing_to_go_on_with(text):
    assert unfinished(text) is None
