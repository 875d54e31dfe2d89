from pathlib import Path

import pytest

from interpreter.choosing.order import check_key
from interpreter.core.errors import ModelFailed, WrongUsage
from interpreter.models import instead
from interpreter.settings import Settings
from interpreter.storage.last_model import last_model, remember_model
from interpreter.terminal.chat import _remember
from tests.terminal.commands.fronts import SECRET, front_with, said

OPENAI = {"OPENAI_API_KEY": SECRET}


@pytest.fixture
def openai(tmp_path):
    return front_with(tmp_path, settings=Settings(model="gpt-5-mini"), environ=OPENAI)


def test_the_model_is_shown_with_where_it_was_chosen(tmp_path, capsys, openai):
    assert said(capsys, openai, "%model").startswith("gpt-5-mini (named)\n")
    elsewhere = front_with(tmp_path, environ={"INTERPRETER_MODEL": "test"})
    assert said(capsys, elsewhere, "%model").startswith("test (named by INTERPRETER_MODEL, at http://127.0.0.1:9/v1)\n")


def test_another_model_answers_from_now_on(capsys, openai):
    before = openai.assembled.model
    assert "gpt-5 answers from now on" in said(capsys, openai, "%model gpt-5")
    assert before is openai.assembled.model and before.name == "gpt-5"
    assert said(capsys, openai, "%model").startswith("gpt-5 (chosen with %model)\n")


def test_the_model_in_use_is_not_taken_again(capsys, openai):
    assert said(capsys, openai, "%model gpt-5-mini") == "gpt-5-mini answers already.\n"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("no-such.gguf", "no-such.gguf"),
        ("anthropic/claude-sonnet-4-5", "No key for anthropic/claude-sonnet-4-5 was found.\nSet ANTHROPIC_API_KEY"),
        ("nobody-has-this", "Nobody is known to have a model called nobody-has-this.\n"),
        ("two words", "Nobody is known"),
        ("\x1b]0;t\x07", "Nobody is known"),
    ],
)
def test_an_error_leaves_the_old_model_in_place(capsys, openai, name, says):
    shown = said(capsys, openai, f"%model {name}")
    assert says in shown and shown.startswith("Error: ") and len(shown.splitlines()) == 2 and "\x1b" not in shown
    assert openai.assembled.model.name == "gpt-5-mini"


def test_the_next_chat_begins_with_the_model_that_was_taken(tmp_path, capsys, openai):
    said(capsys, openai, "%model gpt-5")
    _remember(openai)
    assert last_model(openai.assembled.paths) == "gpt-5"


def test_a_model_at_an_address_is_not_remembered(tmp_path, capsys):
    front = front_with(tmp_path)
    shown = said(capsys, front, "%model other")
    assert shown.startswith("other answers from now on") and "asked at http://127.0.0.1:9/v1." in shown
    assert front.assembled.model.address == "http://127.0.0.1:9/v1"
    _remember(front)
    assert last_model(front.assembled.paths) is None


def test_a_key_given_for_one_provider_goes_to_no_other():
    given = Settings(model="gpt-5-mini", api_key=SECRET)
    assert instead(given, "gpt-5").api_key == SECRET
    assert instead(given, "openai/gpt-5").api_key == SECRET
    for name in ("anthropic/claude-sonnet-4-5", "unknown/model", "embedded", "file.gguf"):
        assert instead(given, name).api_key is None, name
    served = Settings(model="a", api_base="http://localhost/v1", api_key=SECRET)
    assert instead(served, "anthropic/b") == Settings(
        model="anthropic/b", api_base="http://localhost/v1", api_key=SECRET
    )
    assert instead(served, "embedded").api_base is None


def test_local_keeps_to_this_machine(capsys, tmp_path):
    front = front_with(tmp_path, settings=Settings(model="ollama/a", local=True), environ=OPENAI)
    assert "--local keeps to this machine" in said(capsys, front, "%model gpt-5")
    assert front.assembled.model.name == "ollama/a"


def test_a_missing_key_is_said_without_asking_anybody():
    check_key("ollama/anything", Settings(), {})
    check_key("gpt-5", Settings(), OPENAI)
    check_key("whatever", Settings(api_base="http://localhost/v1"), {})
    with pytest.raises(WrongUsage, match="No key"):
        check_key("gpt-5", Settings(), {})


def test_small_words_and_the_state_card_follow_the_model(tmp_path, capsys, openai):
    small = Path(tmp_path / "small.gguf")
    small.write_bytes(b"GGUF\x03\0\0\0" + bytes(2000))
    said(capsys, openai, f"%model {small}")
    model = openai.assembled.model
    assert model.is_small and openai.assembled.kernels.told == [False]
    assert model.lasting_name == str(small)
    said(capsys, openai, "%model gpt-5")
    assert not model.is_small and openai.assembled.kernels.told == [False, True]


def test_ctrl_c_ends_the_making_of_a_new_model_and_keeps_the_old(openai):
    model = openai.assembled.model
    model._advance(1, 2)
    openai.assembled.agent.token.cancel()
    with pytest.raises(ModelFailed, match="stopped"):
        model._advance(1, 2)


def test_models_are_listed_the_one_in_use_marked(capsys, openai, monkeypatch):
    monkeypatch.setenv("MISTRAL_API_KEY", SECRET)
    remember_model(openai.assembled.paths, "used/before")
    head, *lines = said(capsys, openai, "%models").splitlines()
    assert head.split() == ["NAME", "CONTEXT", "IN", "OUT", "WHERE"]
    rows = {line[2:].split()[0]: line for line in lines}
    assert [name for name, line in rows.items() if line.startswith("* ")] == ["gpt-5-mini", "answers"]
    assert rows["gpt-5-mini"].split()[2:5] == ["272k", "0.25", "2.00"]
    assert rows["used/before"].endswith("used last")
    assert rows["mistral/mistral-medium-latest"].endswith("MISTRAL_API_KEY")
    assert SECRET not in "\n".join(lines)
