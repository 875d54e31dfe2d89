"""What the user can choose, wherever it is chosen."""

import os
import traceback
from dataclasses import asdict, fields
from pathlib import Path
from typing import get_origin, get_type_hints

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from interpreter.configuration.conversion import kind_of
from interpreter.configuration.merge import merge
from interpreter.configuration.sources import from_environment, from_given
from interpreter.core.errors import WrongUsage
from interpreter.flags import GRAPHICS, SANDBOXES, UsageFault, parse
from interpreter.places import tells_changes
from interpreter.settings import CHOICES, Keywords, Settings

NAMES = [field.name for field in fields(Settings) if field.name != "rules"]
"""Those that have a flag and a variable: rules are tables, and stand in files."""
FRONT_END_ONLY = {"bell", "graphics", "interactive", "plain", "json"}
WORDS = {name: words[-1] for name, words in CHOICES.items()}
"""Of settings that do not take a number."""
KEY = "sk-proj-abcdef123456"


def resolve(environ, given):
    """The settings where there are no files: variables, and what was given."""
    return merge((from_environment(environ), from_given(given, "keyword"))).sound


def test_without_a_choice_there_are_the_defaults():
    assert resolve({}, {}) == Settings()


def test_the_environment_goes_before_the_defaults_and_what_was_given_before_the_environment():
    environ = {"INTERPRETER_MODEL": "from-environment", "INTERPRETER_MAX_STEPS": "7"}
    settings = resolve(environ, {"model": "given"})
    assert (settings.model, settings.max_steps, settings.temperature) == ("given", 7, None)


def test_a_flag_that_was_not_given_hides_nothing():
    assert resolve({"INTERPRETER_AUTO_RUN": "yes"}, {"auto_run": None}).auto_run


def test_false_and_zero_are_choices():
    settings = resolve(
        {"INTERPRETER_AUTO_RUN": "1", "INTERPRETER_TEMPERATURE": "1"}, {"auto_run": False, "temperature": 0}
    )
    assert (settings.auto_run, settings.temperature) == (False, 0.0)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_a_variable(name):
    word = WORDS.get(name, "1")
    value = {bool: "yes"}.get(type(getattr(resolve({}, {name: word}), name)), WORDS.get(name, "5"))
    assert getattr(resolve({f"INTERPRETER_{name.upper()}": value}, {}), name) not in (None, getattr(Settings(), name))


def test_empty_variables_and_those_of_others_are_passed_over():
    environ = {"INTERPRETER_MODEL": "", "INTERPRETER_HOME": "/x", "INTERPRETER_WHATEVER": "1", "MODEL": "m"}
    assert from_environment(environ).stated == {}


@pytest.mark.parametrize(("word", "meant"), [("1", True), ("TRUE", True), (" on ", True), ("No", False), ("0", False)])
def test_yes_and_no_have_many_words(word, meant):
    assert resolve({"INTERPRETER_PRIVATE": word}, {}).private is meant


def test_paths_may_be_texts():
    assert resolve({}, {"cwd": "/tmp", "python": Path("/usr/bin/python3")}).cwd == Path("/tmp")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timeout", "soon"),
        ("timeout", 0),
        ("timeout", -1),
        ("timeout", float("nan")),
        ("timeout", [1]),
        ("timeout", True),
        ("temperature", "nan"),
        ("max_steps", True),
        ("max_steps", "3.5"),
        ("max_steps", 3.5),
        ("max_steps", 0),
        ("temperature", "hot"),
        ("auto_run", "perhaps"),
        ("auto_run", 2),
        ("cwd", 5),
        ("model", 5),
        ("model", ["a"]),
        ("context_window", "-5"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named_with_what_would_be_right(name, value):
    with pytest.raises(WrongUsage) as raised:
        resolve({}, {name: value})
    assert name in str(raised.value) and " takes " in str(raised.value) and raised.value.hint


def test_a_wrong_variable_is_named_as_the_user_wrote_it():
    with pytest.raises(WrongUsage, match="INTERPRETER_MAX_STEPS='many'"):
        resolve({"INTERPRETER_MAX_STEPS": "many"}, {})


@pytest.mark.parametrize(("typo", "meant"), [("modle", "model"), ("autorun", "auto_run"), ("max_step", "max_steps")])
def test_an_unknown_name_suggests_the_nearest(typo, meant):
    with pytest.raises(WrongUsage) as raised:
        resolve({}, {typo: "x"})
    assert raised.value.hint == f"Did you mean {meant}?"


def test_a_name_near_to_none_lists_them_all():
    with pytest.raises(WrongUsage) as raised:
        resolve({}, {"zzzzzz": "x"})
    assert all(name in raised.value.hint for name in NAMES)


@pytest.mark.parametrize("wrong", [{"modle": "x"}, {"timeout": "soon"}, {"api_key": KEY.encode()}, {"api_key": [KEY]}])
def test_the_key_is_in_no_error_and_no_traceback(wrong):
    with pytest.raises(WrongUsage) as raised:
        resolve({"INTERPRETER_API_KEY": KEY}, {"api_key": KEY, **wrong})
    assert KEY not in "".join(traceback.format_exception(raised.value)) + raised.value.hint


def test_the_key_is_not_in_what_settings_look_like():
    settings = resolve({}, {"api_key": KEY})
    assert settings.api_key == KEY and KEY not in repr(settings)


def test_every_flag_is_a_setting_and_every_setting_a_flag():
    assert set(vars(parse([]))) - {"instruction", "completion"} == set(NAMES)


def test_flags_that_were_not_given_are_none():
    assert resolve({}, {**vars(parse([])), "instruction": None}) == Settings()


@pytest.mark.parametrize("name", NAMES)
def test_a_flag_and_its_variable_mean_the_same(name):
    flag = "--resume" if name == "session" else f"--{name.replace('_', '-')}"
    hint = get_type_hints(Settings)[name]
    is_switch = bool in (hint, *getattr(hint, "__args__", ()))
    word = WORDS.get(name, "5")
    given = vars(parse([flag] if is_switch else [flag, word]))
    given.pop("instruction")
    assert resolve({}, given) == resolve({f"INTERPRETER_{name.upper()}": "yes" if is_switch else word}, {})


def test_a_setting_of_few_words_takes_no_other_and_says_which_they_are():
    assert CHOICES == {"graphics": GRAPHICS, "sandbox": SANDBOXES}
    with pytest.raises(WrongUsage) as raised:
        resolve({"INTERPRETER_GRAPHICS": "sixels"}, {})
    assert raised.value.hint == "graphics takes one of: auto, kitty, iterm2, sixel, blocks, none."


def test_what_is_on_by_default_for_some_models_can_be_switched_off():
    assert resolve({}, {"state_card": vars(parse(["--no-state-card"]))["state_card"]}).state_card is False
    assert resolve({"INTERPRETER_STATE_CARD": "no"}, {}).state_card is False
    assert resolve({}, {}).state_card is None


@pytest.mark.parametrize("name", [name for name in NAMES if kind_of(name) is bool])
def test_what_is_on_elsewhere_a_flag_switches_off(name):
    given = vars(parse([f"--no-{name.replace('_', '-')}"]))
    given.pop("instruction")
    assert getattr(resolve({f"INTERPRETER_{name.upper()}": "yes"}, given), name) is False


@pytest.mark.parametrize(
    ("given", "small", "told"),
    [(None, False, True), (None, True, False), (True, True, True), (False, False, False), (False, True, False)],
)
def test_changes_are_told_to_large_models_unless_said_otherwise(given, small, told):
    assert tells_changes(Settings(state_card=given), small=small) is told


def test_the_keywords_are_the_settings_without_those_of_a_front_end():
    assert set(Keywords.__annotations__) == {*NAMES, "rules"} - FRONT_END_ONLY


def test_a_keyword_takes_at_least_what_the_setting_holds():
    for name, hint in get_type_hints(Keywords).items():
        held = get_type_hints(Settings)[name]
        held_kinds = {held} if get_origin(held) in (tuple, None) else set(held.__args__)
        assert held == hint or held_kinds <= set(hint.__args__)


def test_what_holds_several_values_takes_lists_and_texts_as_in_path():
    given = [f"a{os.pathsep}/b", ["a", "/b"], ("a", Path("/b"))]
    assert {resolve({}, {"allow_read": each}).allow_read for each in given} == {(Path("a"), Path("/b"))}
    assert resolve({"INTERPRETER_ALLOW_ENV": f"X{os.pathsep}Y"}, {}).allow_env == ("X", "Y")
    assert resolve({}, vars_of("--allow-write", "a", "--allow-write", "b:c")).allow_write == (Path("a"), Path("b:c"))
    with pytest.raises(WrongUsage, match="allow_env takes a list of names"):
        resolve({}, {"allow_env": [5]})


def vars_of(*argv):
    given = vars(parse(argv))
    return {name: value for name, value in given.items() if name != "instruction"}


@pytest.mark.parametrize("argv", [["--modle", "x"], ["--model"], ["--auto-run=yes"], ["--auto"], ["--max-ste", "1"]])
def test_words_that_do_not_fit_are_a_fault_of_usage(argv):
    with pytest.raises(UsageFault):
        parse(argv)


def test_after_two_dashes_everything_is_the_instruction():
    assert parse(["-y", "--", "--model", "is", "what?"]).instruction == ["--model", "is", "what?"]


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["1", "5"])), st.sampled_from(NAMES))
def test_settings_do_not_depend_on_where_they_were_said(chosen, elsewhere):
    # But for a model of the environment, which `--local` beats: there is a test of that.
    assume("local" not in chosen or elsewhere not in ("model", "api_base", "api_key"))
    # And but for a key, which goes to no other server than the one it was given for.
    assume(elsewhere != "api_key" and not ({"model", "api_base"} >= {elsewhere} and "api_key" in chosen))
    moved = {f"INTERPRETER_{elsewhere.upper()}": chosen[elsewhere]} if elsewhere in chosen else {}
    given = {name: value for name, value in chosen.items() if name != elsewhere}
    try:
        expected = resolve({}, chosen)
    except WrongUsage:
        with pytest.raises(WrongUsage):
            resolve(moved, given)
        return
    assert asdict(resolve(moved, given)) == asdict(expected)


def test_the_flag_local_beats_a_model_of_the_environment():
    environ = {"INTERPRETER_MODEL": "gpt-x", "INTERPRETER_API_BASE": "https://example.com/v1"}
    assert resolve(environ, {"local": True}).model is None
    assert resolve(environ, {"local": True}).api_base is None
    assert resolve(environ, {}).model == "gpt-x"
