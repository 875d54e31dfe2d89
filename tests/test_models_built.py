"""Names made into models: of servers that run here, with the context that they really give."""

from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Instruction
from interpreter.core.ports import TextDelta, Usage
from interpreter.model_in_use import ModelInUse
from interpreter.models import Surroundings
from interpreter.settings import Settings
from interpreter.storage.paths import Paths
from tests.choosing.machine import Machine, machine
from tests.llm.here_servers import ollama
from tests.llm.hub_server import gguf

ANSWER = {
    "model": "qwen3:8b",
    "message": {"role": "assistant", "content": "Hello"},
    "done": True,
    "done_reason": "stop",
    "prompt_eval_count": 5,
    "eval_count": 2,
}


def model(at: Machine, last_used: str | None = None, **settings) -> ModelInUse:
    paths = Paths(at.home / "config", at.home / "data")
    around = Surroundings(
        {"HOME": str(at.home), "OLLAMA_HOST": at.ollama}, paths, CancelToken(), lambda done, total: None
    )
    return ModelInUse(Settings(**settings), around, last_used)


def test_a_model_of_a_server_here_costs_nothing_and_is_found_again_by_its_name(tmp_path):
    with machine(tmp_path).with_ollama(ollama(("qwen3:8b", 5_200_000_000, ["completion", "vision"]))) as found:
        used = model(found, model="qwen3")
    assert (used.name, used.lasting_name, used.address, used.why) == ("qwen3:8b", "qwen3:8b", None, "named: qwen3")
    assert used.cost(Usage(1000, 1000)) == 0.0 and used.sees_images and not used.is_small


def test_the_context_is_what_the_server_gives_and_too_little_of_it_is_said(tmp_path):
    models = ("qwen3:8b", 5_200_000_000, ["completion"])
    with machine(tmp_path / "a").with_ollama(ollama(models)) as found:
        used = model(found, model="qwen3:8b")
    assert used.context == 4096
    assert "lets qwen3:8b see 4,096 tokens of 32,768" in used.said and "OLLAMA_CONTEXT_LENGTH" in used.said
    with machine(tmp_path / "b").with_ollama(ollama(models, loaded={"qwen3:8b": 16384})) as found:
        used = model(found, model="qwen3:8b")
    assert (used.context, used.said) == (16384, "")


def test_a_context_that_was_asked_for_is_asked_of_ollama_in_its_own_words(tmp_path):
    answers = {**ollama(("qwen3:8b", 5_200_000_000, ["completion"])), "/api/chat": ANSWER}
    with machine(tmp_path).with_ollama(answers) as found:
        used = model(found, model="qwen3:8b", context_window=12345)
        deltas = list(used.stream("", [Instruction("hi")]))
        (body,) = [told for path, told in found.asked if path == "/api/chat"]
        used.close()
    assert TextDelta("Hello") in deltas and body["options"]["num_ctx"] == 12345 and body["model"] == "qwen3:8b"
    assert (used.context, used.said, used.lasting_name) == (12345, "", "qwen3:8b")


def test_a_small_model_of_a_server_gets_few_words(tmp_path):
    with machine(tmp_path).with_ollama(ollama(("coder:1.5b", 1_100_000_000, ["completion"]))) as found:
        assert model(found, model="coder").is_small


def test_a_file_is_found_by_a_part_of_its_name_and_remembered_by_its_path(tmp_path):
    at = machine(tmp_path)
    path = at.put("Test-7B-Q4_K_M.gguf", content=gguf(context=8192))
    used = model(at, model="test-7b")
    assert (used.name, used.lasting_name, used.context) == ("Test-7B-Q4_K_M", str(path), 8192)
    assert used.cost(Usage(10, 10)) == 0.0


def test_another_model_is_taken_by_a_part_of_its_name_and_the_key_stays_behind(tmp_path):
    models = [(name, 5_200_000_000, ["completion"]) for name in ("qwen3:8b", "llama3:8b")]
    with machine(tmp_path).with_ollama(ollama(*models)) as found:
        used = model(found, model="gpt-5-mini", api_key="sk-1")
        used.change("llama")
    assert (used.name, used.context, used.why) == ("llama3:8b", 4096, "chosen with %model")


@pytest.mark.parametrize("window", [None, 9000])
def test_the_price_and_context_of_a_providers_model_come_from_the_catalog(tmp_path: Path, window):
    used = model(machine(tmp_path), model="gpt-5-mini", api_key="k", context_window=window)
    assert used.context == (window or 272_000)
    assert used.cost(Usage(1_000_000, 0)) == pytest.approx(0.25)
