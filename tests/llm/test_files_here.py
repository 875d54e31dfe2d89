"""The model files of this machine, in the folders of the usual programs."""

import time
from pathlib import Path

import pytest

from interpreter.llm.files_here import caches, files_here, parts_of
from interpreter.llm.gguf import Head, head_of
from interpreter.llm.local_limits import CONTEXT, context_of
from tests.llm.hub_server import gguf


def put(path: Path, content: bytes = b"") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content or gguf())
    return path


def found(tmp_path: Path, **environ: str) -> dict[str, str]:
    here = caches({"HOME": str(tmp_path), **environ}, tmp_path / "own")
    return {file.name: file.kept_by for file in files_here(here)}


def test_every_usual_folder_is_looked_into(tmp_path):
    put(tmp_path / "own/org/repo/Mine-Q4_K_M.gguf")
    put(tmp_path / ".cache/huggingface/hub/models--org--repo/snapshots/abc/Hub-Q4_K_M.gguf")
    put(tmp_path / ".lmstudio/models/org/repo/Studio-Q4_K_M.gguf")
    put(tmp_path / ".cache/lm-studio/models/org/repo/Old-Q4_K_M.gguf")
    put(tmp_path / ".cache/llama.cpp/org_repo_Cpp-Q4_K_M.gguf")
    put(tmp_path / "jan/models/llama3-8b/model.gguf")
    assert found(tmp_path) == {
        "Mine-Q4_K_M": "Interpreter",
        "Hub-Q4_K_M": "Hugging Face",
        "Studio-Q4_K_M": "LM Studio",
        "Old-Q4_K_M": "LM Studio",
        "org_repo_Cpp-Q4_K_M": "llama.cpp",
        "llama3-8b": "Jan",
    }


@pytest.mark.parametrize("variable", ["HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "LLAMA_CACHE"])
def test_their_variables_are_heeded(tmp_path, variable):
    put(tmp_path / "elsewhere/x.gguf")
    assert "x" in found(tmp_path, **{variable: str(tmp_path / "elsewhere")})
    assert found(tmp_path) == {}


def test_the_home_of_the_hub_has_its_cache_below(tmp_path):
    put(tmp_path / "hf/hub/models--a--b/snapshots/c/x.gguf")
    assert found(tmp_path, HF_HOME=str(tmp_path / "hf")) == {"x": "Hugging Face"}


def test_a_link_of_the_hubs_cache_is_a_file_and_one_that_leads_nowhere_is_none(tmp_path):
    blob = put(tmp_path / ".cache/huggingface/hub/models--a--b/blobs/123")
    snapshot = tmp_path / ".cache/huggingface/hub/models--a--b/snapshots/c"
    snapshot.mkdir(parents=True)
    (snapshot / "good.gguf").symlink_to(blob)
    (snapshot / "broken.gguf").symlink_to(tmp_path / "nowhere")
    assert list(found(tmp_path)) == ["good"]


def test_a_model_in_parts_is_one_model_and_needs_all_of_them(tmp_path):
    for part in (1, 2, 3):
        put(tmp_path / f"own/whole-0000{part}-of-00003.gguf")
    put(tmp_path / "own/lacking-00001-of-00002.gguf")
    (only,) = files_here(caches({"HOME": str(tmp_path)}, tmp_path / "own"))
    assert (only.name, only.path.name, only.size) == ("whole", "whole-00001-of-00003.gguf", 9_000_000)
    assert parts_of(tmp_path / "x-00002-of-00003.gguf") == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("mmproj-model-f16.gguf", gguf()),
        ("model.mmproj.gguf", gguf()),
        ("nomic.gguf", gguf("nomic-bert")),
        ("clip.gguf", gguf("clip")),
        ("tiny.gguf", gguf(size=900_000)),
        ("not.gguf", b"x" * 2_000_000),
        ("cut.gguf", gguf()[:40] + b"\xff" * 2_000_000),
        (".hidden.gguf", gguf()),
        ("a.gguf.part", gguf()),
    ],
)
def test_eyes_embeddings_and_what_is_no_model_are_passed_over(tmp_path, name, content):
    put(tmp_path / "own" / name, content)
    assert found(tmp_path) == {}


def test_the_same_name_counts_once_and_the_embedded_models_file_not_at_all(tmp_path):
    put(tmp_path / "own/a.gguf")
    put(tmp_path / ".lmstudio/models/A.gguf")
    put(tmp_path / "own/weights.gguf")
    here = caches({"HOME": str(tmp_path)}, tmp_path / "own")
    assert [file.name for file in files_here(here, frozenset({"weights.gguf"}))] == ["a"]


def test_loops_and_forests_of_folders_do_not_hold_the_walk(tmp_path):
    own = tmp_path / "own"
    put(own / "x.gguf")
    (own / "loop").symlink_to(own, target_is_directory=True)
    for number in range(3000):
        (own / f"d{number}" / "e").mkdir(parents=True)
    deep = own
    for _ in range(30):
        deep = deep / "n"
    put(deep / "deep.gguf")
    began = time.monotonic()
    assert list(found(tmp_path)) == ["x"]
    assert time.monotonic() - began < 10


def test_the_head_tells_architecture_and_context(tmp_path):
    assert head_of(put(tmp_path / "a.gguf", gguf("llama", 8192))) == Head("llama", 8192)
    assert head_of(put(tmp_path / "b.gguf", b"GGUF")) is None
    assert head_of(tmp_path / "none.gguf") is None
    assert Head("qwen3").chats and not Head("bert").chats


def test_a_list_without_an_end_does_not_hold_the_reader(tmp_path):
    head = b"GGUF" + (3).to_bytes(4, "little") + bytes(8) + (1).to_bytes(8, "little")
    endless = head + (1).to_bytes(8, "little") + b"a" + (9).to_bytes(4, "little")
    # Lists of lists, each said to have more entries than there are bytes.
    nested = endless + ((9).to_bytes(4, "little") + (1 << 60).to_bytes(8, "little")) * 5000
    assert head_of(put(tmp_path / "nested.gguf", nested)) is None
    flat = endless + (0).to_bytes(4, "little") + (1 << 60).to_bytes(8, "little")
    assert head_of(put(tmp_path / "flat.gguf", flat)) is None


def test_a_file_is_given_no_more_context_than_it_was_trained_for(tmp_path):
    assert context_of(put(tmp_path / "a.gguf", gguf(context=4096))) == 4096
    assert context_of(put(tmp_path / "b.gguf", gguf(context=131072))) == CONTEXT
    assert context_of(put(tmp_path / "c.gguf", b"x")) == CONTEXT
