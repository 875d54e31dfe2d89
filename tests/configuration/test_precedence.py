"""Defaults < config file < profile < environment < flags or keywords, and what each value knows of its source."""

import os
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpreter.configuration import resolve, survey
from interpreter.configuration.layers import Layer, Origin, Stated
from interpreter.configuration.merge import merge
from interpreter.configuration.profiles import SHIPPED
from interpreter.core.errors import WrongUsage
from interpreter.flags import parse
from interpreter.llm.choose import owner_of
from interpreter.settings import Settings

NAMES = [field.name for field in fields(Settings)]
ALL = ("file", "profile", "variable", "flag")


def layer(kind: str, **values: object) -> Layer:
    return Layer({name: Stated(value, Origin(kind)) for name, value in values.items()})  # type: ignore[arg-type]


@given(st.lists(st.dictionaries(st.sampled_from(["max_steps", "timeout", "plain"]), st.integers()), max_size=4))
def test_each_value_is_the_last_ones_and_knows_it(choices):
    found = merge([layer(kind, **values) for kind, values in zip(ALL, choices, strict=False)])
    for name in NAMES:
        stating = [(kind, values[name]) for kind, values in zip(ALL, choices, strict=False) if name in values]
        kind, value = stating[-1] if stating else ("default", getattr(Settings(), name))
        assert (found.origins[name].kind, getattr(found.settings, name)) == (kind, value)


@pytest.mark.parametrize("last", range(5))
def test_the_order_of_the_real_places(write, last):
    environ, given = dict(os.environ), {}
    places = ["default", "config.toml:1", "profile mine (", "INTERPRETER_MAX_STEPS", "--max-steps"]
    if last >= 1:
        write("max_steps = 1")
    if last >= 2:
        write("max_steps = 2", "mine")
        environ["INTERPRETER_PROFILE"] = "mine"
    if last >= 3:
        environ["INTERPRETER_MAX_STEPS"] = "3"
    if last >= 4:
        given = vars(parse(["--max-steps", "4"]))
        del given["instruction"], given["completion"]
    found = survey(environ, given, "flag")
    assert found.settings.max_steps == (last or 50)
    assert places[last] in str(found.origins["max_steps"])


def test_a_keyword_is_told_as_one():
    assert str(survey({}, {"max_steps": 4}, "keyword").origins["max_steps"]) == "max_steps="


@pytest.mark.parametrize("place", ["file", "variable", "flag", "keyword"])
def test_a_profile_can_be_chosen_wherever_a_setting_can(write, place):
    write("max_steps = 5", "mine")
    write('profile = "mine"' if place == "file" else "")
    environ = {**os.environ, **({"INTERPRETER_PROFILE": "mine"} if place == "variable" else {})}
    given = {"profile": "mine"} if place in ("flag", "keyword") else {}
    assert resolve(environ, given).max_steps == 5


def test_a_profile_chosen_later_takes_the_place_of_the_other(write):
    write('profile = "careful"\ntemperature = 1')
    found = resolve(os.environ, {"profile": "local"})
    assert (found.local, found.max_steps, found.temperature) == (True, 50, 1)
    assert resolve(os.environ, {"profile": ""}).max_steps == 50


@pytest.mark.parametrize("name", sorted(path.stem for path in SHIPPED.glob("*.toml")))
def test_a_shipped_profile_holds_and_says_so(name):
    found = survey(os.environ, {"profile": name})
    assert found.problems == ()
    assert f"profile {name} (shipped)" in {str(origin) for origin in found.origins.values()}


def test_the_shipped_profiles_are_those_that_were_promised():
    assert {path.stem for path in SHIPPED.glob("*.toml")} == {"fast", "careful", "local", "data"}
    careful, local = resolve({}, {"profile": "careful"}), resolve({}, {"profile": "local"})
    assert careful.max_steps < Settings().max_steps and not careful.auto_run
    assert local.local and "pandas" in (resolve({}, {"profile": "data"}).instructions or "")


def test_careful_asks_also_where_the_file_does_not_want_to_be_asked(write):
    write("auto_run = true")
    assert resolve(os.environ, {}).auto_run
    assert not resolve(os.environ, {"profile": "careful"}).auto_run


def test_the_users_profile_goes_before_the_shipped_one_of_its_name(write):
    write("max_steps = 3", "careful")
    found = survey(os.environ, {"profile": "careful"})
    assert (found.settings.max_steps, found.settings.temperature) == (3, None)
    assert str(found.origins["max_steps"]).endswith("/profiles/careful.toml:1)")


def test_a_users_profile_that_cannot_be_used_is_not_passed_over(write):
    write("", "careful").unlink()
    (Path(os.environ["INTERPRETER_HOME"]) / "config/profiles/careful.toml").symlink_to("nowhere")
    with pytest.raises(WrongUsage, match="leads nowhere"):
        resolve(os.environ, {"profile": "careful"})


def test_a_profile_names_no_other_profile(write):
    write('\nprofile = "fast"', "mine")
    with pytest.raises(WrongUsage, match=r"mine\.toml, line 2: a profile names no other profile"):
        resolve(os.environ, {"profile": "mine"})


def test_what_is_wrong_in_a_profile_is_told_with_the_command_that_opens_it(write):
    write("modle = 1", "mine")
    with pytest.raises(WrongUsage, match=r"mine\.toml, line 1: there is no setting") as raised:
        resolve(os.environ, {"profile": "mine"})
    assert "interpreter config edit --profile mine" in raised.value.hint


@pytest.mark.parametrize("kind", ["flag", "file", "variable"])
def test_an_unknown_profile_is_told_with_the_nearest_the_list_and_the_place(write, kind):
    write("", "caretaker")
    file = write('profile = "caeful"' if kind == "file" else "")
    environ = {**os.environ, **({"INTERPRETER_PROFILE": "caeful"} if kind == "variable" else {})}
    with pytest.raises(WrongUsage) as raised:
        resolve(environ, {"profile": "caeful"} if kind == "flag" else {}, "flag")
    place = {"flag": "", "file": f"{file}:1: ", "variable": "INTERPRETER_PROFILE: "}[kind]
    assert str(raised.value) == f"{place}There is no profile 'caeful'."
    assert raised.value.hint == "Did you mean careful? There are: careful, caretaker, data, fast, local."


@pytest.mark.parametrize(
    "name", ["../mine", "/etc/passwd", "a/b", ".", "..", "mine.toml", "a b", "-x", "é", "a\x00", "x" * 999]
)
def test_a_name_is_a_word_and_never_a_path(write, name):
    write("max_steps = 3", "mine")
    (Path(os.environ["INTERPRETER_HOME"]) / "config" / "mine.toml").write_text("max_steps = 3")
    with pytest.raises(WrongUsage) as raised:
        resolve(os.environ, {"profile": name})
    assert "no name of a profile" in str(raised.value) and "careful" in raised.value.hint


def test_whoever_says_local_means_it_whatever_model_is_named_below():
    below = layer("file", model="gpt-5-mini", api_base="https://example.com", api_key="k")
    found = merge([below, layer("profile", local=True)]).settings
    assert (found.model, found.api_base, found.api_key, found.local) == (None, None, None, True)
    assert merge([below, layer("flag", local=True, model="embedded")]).settings.model == "embedded"
    assert merge([below, layer("flag", local=False)]).settings.model == "gpt-5-mini"


@pytest.mark.parametrize(
    ("below", "above", "is_kept"),
    [
        ({"model": "gpt-5"}, {"model": "gpt-5-mini"}, True),
        ({"model": "gpt-5"}, {"model": "anthropic/claude-x"}, False),
        ({"model": "gpt-5"}, {"api_base": "https://other.example/v1"}, False),
        ({"api_base": "https://a.example/v1"}, {"api_base": "https://b.example/v1"}, False),
        ({"api_base": "https://a.example/v1"}, {"api_base": "https://a.example/v1", "model": "x"}, True),
        ({"api_base": "https://a.example/v1", "model": "x"}, {"model": "y"}, True),
        ({}, {"model": "anthropic/claude-x"}, True),
        ({}, {"api_base": "http://127.0.0.1/v1"}, True),
        ({"model": "gpt-5"}, {"max_steps": 5}, True),
        ({"model": "gpt-5"}, {"model": "anthropic/claude-x", "api_key": "k"}, True),
    ],
)
def test_a_key_goes_to_nobody_it_was_not_given_for(below, above, is_kept):
    found = merge([layer("file", api_key="k", **below), layer("flag", **above)], owner_of).settings
    assert found.api_key == ("k" if is_kept else None)
