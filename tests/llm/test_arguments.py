"""Arguments read while they stream say what the whole JSON says, at any cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.llm.arguments import Arguments

texts = st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=30)
values = texts | st.integers() | st.none() | st.booleans() | st.lists(texts, max_size=3) | st.dictionaries(texts, texts)


def read(arguments: Arguments, text: str, size: int) -> dict[str, str]:
    said: dict[str, str] = {}
    for at in range(0, len(text), size):
        for piece in arguments.feed(text[at : at + size]):
            said[piece.member] = said.get(piece.member, "") + piece.text
    return said


@given(st.dictionaries(texts, values, max_size=4), st.integers(1, 9), st.booleans(), st.sampled_from([None, 1]))
def test_any_object_is_read_at_any_cut(value: dict[str, object], size: int, ascii: bool, indent: int | None) -> None:
    arguments = Arguments()

    said = read(arguments, json.dumps(value, ensure_ascii=ascii, indent=indent), size)

    assert said == {name: each for name, each in value.items() if isinstance(each, str)}
    assert arguments.is_whole


@given(texts, st.integers(1, 5))
def test_an_object_that_is_not_over_has_said_what_came(text: str, size: int) -> None:
    arguments = Arguments()
    whole = json.dumps({"code": text})[:-2]

    said = read(arguments, whole, size)

    assert said.get("code", "") == text
    assert not arguments.is_whole and not arguments.is_broken


@given(st.text(max_size=60), st.integers(1, 7))
def test_no_text_breaks_the_reading(text: str, size: int) -> None:
    read(Arguments(), text, size)
    read(Arguments(), '{"code": "' + text, size)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (r'{"code": "\ud83c\udf88"}', "🎈"),
        (r'{"code": "\ud83c"}', ""),
        (r'{"code": "\ud83cx\udf88"}', "\ufffdx\ufffd"),
        ('{"code": "a\nb"}', "a\nb"),
        (r'{"code": "\/\q\""}', '/q"'),
        (r'{"code": "\uzzzz!"}', r"\uzzzz!"),
        ('{"x": [1, {"code": "}"}], "code": "b"}', "b"),
    ],
)
def test_odd_texts_are_taken_as_far_as_they_can_be(sent: str, meant: str) -> None:
    assert read(Arguments(), sent, 1)["code"] == meant


@pytest.mark.parametrize("sent", ["print(1)", "[1]", '"x"', "{code: 1}", '{"code" 1}'])
def test_what_is_no_object_is_told(sent: str) -> None:
    arguments = Arguments()
    read(arguments, sent, 1)

    assert arguments.is_broken
