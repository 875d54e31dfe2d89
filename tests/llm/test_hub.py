"""Which files of a hub a name means, and how they are fetched, against a server that speaks the hub's routes."""

import json
import os
from contextlib import AbstractContextManager

import pytest

from interpreter.core.errors import (
    InterpreterError,
    KeyRejected,
    ModelFailed,
    ModelUnreachable,
    StorageFailed,
    UnknownModel,
    WeightsDamaged,
    WrongUsage,
)
from interpreter.llm.download import fetch
from interpreter.llm.hub import HubFile, Wanted, files_in, picked, quantization_of, wanted
from interpreter.llm.hub_client import HubClient, endpoint_of
from interpreter.llm.known_files import KNOWN_FILES
from tests.llm.hub_server import COMMIT, FakeHub

FILE = "model-q4_k_m.gguf"
CONTENT = os.urandom(5_000_000)


def listed(*paths: str) -> list[HubFile]:
    return [HubFile("org/repo", COMMIT, path, 10, "0" * 64) for path in paths]


def names(files: tuple[HubFile, ...]) -> list[str]:
    return [file.path for file in files]


class Fetching:
    """One file fetched from a fake hub into a folder."""

    def __init__(self, fake: FakeHub, folder, token: str | None = None) -> None:
        self.fake, self.target = fake, folder / FILE
        self.steps: list[tuple[int, int]] = []
        self.token = token

    def run(self, progress=None) -> None:
        with HubClient(self.fake.url, self.token) as hub:
            (file,) = picked(files_in(hub.model("org/repo"), "org/repo"), Wanted("org/repo"))

            def ask(headers) -> AbstractContextManager:
                return hub.answered(file.route, "org/repo", headers)

            note = progress or (lambda done, total: self.steps.append((done, total)))
            fetch(ask, self.target, file.size, file.sha256, note, pause=lambda seconds: None)


def parts(folder) -> list:
    return list(folder.glob(".*.part"))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("org/repo", Wanted("org/repo")),
        ("org/repo:q4_k_m", Wanted("org/repo", quantization="Q4_K_M")),
        ("org/repo/folder/a.gguf", Wanted("org/repo", file="folder/a.gguf")),
        ("hf.co/org/repo:Q8_0", Wanted("org/repo", quantization="Q8_0")),
        ("https://huggingface.co/org/repo", Wanted("org/repo")),
        ("Qwen2.5-Coder:7B", Wanted("Qwen/Qwen2.5-Coder-7B-Instruct-GGUF", quantization="Q4_K_M")),
    ],
)
def test_a_name_asks_for_a_repository_a_quantization_or_a_file(name, asked):
    assert wanted(name) == asked


@pytest.mark.parametrize(
    "name",
    ["", "one", "../../etc", "a/b/../c.gguf", "a/b/c.bin", "a/b/c.gguf:Q4", "a b/c", "/a/b", "org/", "-x/y", "a/.."],
)
def test_what_has_no_form_of_a_name_is_wrong_usage(name):
    with pytest.raises(WrongUsage, match="no name"):
        wanted(name)


def test_every_short_name_is_one_that_is_understood():
    for known in KNOWN_FILES:
        assert wanted(known.name) == Wanted(known.repository, quantization=known.quantization)
        assert known.size < known.memory < known.size * 2


@pytest.mark.parametrize(
    ("path", "quantization"),
    [
        ("a-q4_k_m.gguf", "Q4_K_M"),
        ("A.Q8_0.gguf", "Q8_0"),
        ("x/M-IQ4_XS-00001-of-00002.gguf", "IQ4_XS"),
        ("m-f16.gguf", "F16"),
        ("qwen3-4b.gguf", ""),
    ],
)
def test_the_quantization_is_read_from_the_name(path, quantization):
    assert quantization_of(path) == quantization


def test_four_bits_are_taken_unasked_and_a_whole_file_before_one_in_parts():
    split = [f"a-q4_k_m-0000{part}-of-00002.gguf" for part in (2, 1)]
    files = listed("a-q8_0.gguf", "a-q2_k.gguf", *split)
    assert names(picked(files, Wanted("org/repo"))) == sorted(split)
    whole = [*files, *listed("b-q4_k_m.gguf")]
    assert names(picked(whole, Wanted("org/repo"))) == ["b-q4_k_m.gguf"]
    assert names(picked(whole, Wanted("org/repo", quantization="Q2_K"))) == ["a-q2_k.gguf"]
    assert names(picked(whole, Wanted("org/repo", file="A-Q8_0.gguf"))) == ["a-q8_0.gguf"]
    assert names(picked(listed("only.gguf"), Wanted("org/repo"))) == ["only.gguf"]


@pytest.mark.parametrize(
    ("paths", "asked", "says"),
    [
        ((), Wanted("org/repo"), "no GGUF"),
        (("a-q2_k.gguf", "a-q3_k_s.gguf"), Wanted("org/repo"), "It has Q2_K, Q3_K_S"),
        (("a-q2_k.gguf",), Wanted("org/repo", quantization="Q9"), "It has Q2_K"),
        (("a.gguf",), Wanted("org/repo", file="b.gguf"), "It has a.gguf"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(paths, asked, says):
    with pytest.raises(UnknownModel) as raised:
        picked(listed(*paths), asked)
    assert says in f"{raised.value} {raised.value.hint}"


def test_a_model_that_lacks_a_part_is_not_fetched():
    with pytest.raises(ModelFailed, match="lacks parts"):
        picked(listed("a-q4_0-00001-of-00003.gguf", "a-q4_0-00003-of-00003.gguf"), Wanted("org/repo"))


@pytest.mark.parametrize(
    "answer", [None, [], {}, {"sha": "x"}, {"sha": "x", "siblings": 3}, {"sha": "x", "siblings": [{}]}], ids=str
)
def test_an_odd_answer_of_the_hub_is_an_error_of_ours(answer):
    with pytest.raises(ModelFailed, match="cannot be understood"):
        files_in(answer, "org/repo")


def test_eyes_and_paths_that_lead_elsewhere_are_no_models():
    fake = FakeHub({"mmproj-x.gguf": b"1", "../x.gguf": b"1", "a/.hidden.gguf": b"1", "ok.gguf": b"1", "x.bin": b"1"})
    assert [file.path for file in files_in(json.loads(fake.listed()), "org/repo")] == ["ok.gguf"]


def test_a_file_is_fetched_by_way_of_the_store_and_kept_whole(tmp_path):
    with FakeHub({FILE: CONTENT}) as fake:
        fetching = Fetching(fake, tmp_path)
        fetching.run()
    assert fetching.target.read_bytes() == CONTENT
    assert fetching.steps[0] == (0, len(CONTENT)) and fetching.steps[-1] == (len(CONTENT), len(CONTENT))
    assert not parts(tmp_path) and fetching.target.stat().st_mode & 0o777 == 0o600
    assert fake.stored[0][1]["Accept-Encoding"] == "identity"


def test_a_connection_that_breaks_is_made_again_from_where_it_was(tmp_path):
    with FakeHub({FILE: CONTENT}, cuts=[1_000_000, 0, 0, 2_000_000, 0]) as fake:
        fetching = Fetching(fake, tmp_path)
        fetching.run()
    assert fetching.target.read_bytes() == CONTENT
    starts = [int(headers.get("Range", "bytes=0-")[6:-1]) for _, headers in fake.stored]
    assert starts[0] == 0 and starts == sorted(starts) and starts[-1] == 3_000_000


def test_a_connection_that_never_gives_a_byte_is_an_error_and_what_came_is_kept(tmp_path):
    with FakeHub({FILE: CONTENT}, cuts=[2_000_000, *[0] * 20]) as fake:
        fetching = Fetching(fake, tmp_path)
        with pytest.raises(ModelUnreachable, match="5 times in a row"):
            fetching.run()
        (part,) = parts(tmp_path)
        kept = part.stat().st_size
        assert 0 < kept <= 2_000_000 and not fetching.target.exists()
        fake.cuts.clear()
        fetching.run()
    assert fetching.target.read_bytes() == CONTENT
    assert fake.stored[-1][1]["Range"] == f"bytes={kept}-"


def test_ctrl_c_keeps_what_came(tmp_path):
    def stop_half_way(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with FakeHub({FILE: CONTENT}) as fake:
        fetching = Fetching(fake, tmp_path)
        with pytest.raises(KeyboardInterrupt):
            fetching.run(stop_half_way)
        assert parts(tmp_path) and not fetching.target.exists()
        fetching.run()
    assert fetching.target.read_bytes() == CONTENT and not parts(tmp_path)
    assert "Range" in fake.stored[-1][1]


def test_a_store_that_cannot_begin_in_the_middle_is_read_over(tmp_path):
    with FakeHub({FILE: CONTENT}, cuts=[3_000_000], ranges=False) as fake:
        fetching = Fetching(fake, tmp_path)
        fetching.run()
    assert fetching.target.read_bytes() == CONTENT and len(fake.stored) == 2


def test_a_wrong_checksum_leaves_nothing_behind(tmp_path):
    with FakeHub({FILE: CONTENT}, lies=True) as fake:
        fetching = Fetching(fake, tmp_path)
        with pytest.raises(WeightsDamaged, match="SHA-256"):
            fetching.run()
    assert list(tmp_path.iterdir()) == []


def test_a_part_that_was_damaged_is_found_out_and_removed(tmp_path):
    with FakeHub({FILE: CONTENT}, cuts=[2_000_000, *[0] * 5]) as fake:
        fetching = Fetching(fake, tmp_path)
        with pytest.raises(ModelUnreachable):
            fetching.run()
        (part,) = parts(tmp_path)
        part.write_bytes(b"x" * part.stat().st_size)
        with pytest.raises(WeightsDamaged):
            fetching.run()
        fetching.run()
    assert fetching.target.read_bytes() == CONTENT


def test_two_that_fetch_the_same_file_do_not_write_over_each_other(tmp_path):
    with FakeHub({FILE: CONTENT}) as fake:
        first, second = Fetching(fake, tmp_path), Fetching(fake, tmp_path)
        errors: list[InterpreterError] = []

        def try_second(done: int, total: int) -> None:
            if not errors:
                with pytest.raises(ModelFailed, match="another process") as raised:
                    second.run()
                errors.append(raised.value)

        first.run(try_second)
    assert errors and first.target.read_bytes() == CONTENT


def test_a_token_goes_to_the_hub_and_to_nobody_that_it_leads_on_to(tmp_path):
    with FakeHub({FILE: CONTENT}, gate="hf_canary") as fake:
        Fetching(fake, tmp_path, "hf_canary").run()
    assert all(headers["Authorization"] == "Bearer hf_canary" for _, headers in fake.asked)
    assert fake.stored and not any("canary" in str(headers) for _, headers in fake.stored)


@pytest.mark.parametrize("token", [None, "hf_wrong_canary"])
def test_a_closed_door_is_an_error_that_says_how_to_open_it_and_shows_no_token(tmp_path, token):
    with FakeHub({FILE: CONTENT}, gate="hf_right") as fake:
        with pytest.raises(KeyRejected) as raised:
            Fetching(fake, tmp_path, token).run()
    assert "HF_TOKEN" in raised.value.hint and "canary" not in f"{raised.value}{raised.value.hint}"


def test_a_repository_that_nobody_has_is_an_unknown_model(tmp_path):
    with FakeHub({}, repository="other/one") as fake:
        with pytest.raises(UnknownModel, match="org/repo"):
            Fetching(fake, tmp_path).run()


def test_redirections_end_and_lead_to_no_file(tmp_path):
    with FakeHub({FILE: CONTENT}) as fake:
        fake.redirect = f"{fake.url}/org/repo/resolve/{COMMIT}/{FILE}"
        with pytest.raises(ModelFailed, match="without an end"):
            Fetching(fake, tmp_path).run()
        fake.redirect = "file:///etc/passwd"
        with pytest.raises(ModelFailed, match="not safe"):
            Fetching(fake, tmp_path).run()


def test_a_hub_that_is_not_there_is_said_at_once(tmp_path):
    with FakeHub({}) as fake:
        url = fake.url
    with pytest.raises(ModelUnreachable, match=r"127\.0\.0\.1 cannot be reached"):
        with HubClient(url, None) as hub:
            hub.model("org/repo")


def test_room_is_looked_for_before_anything_is_fetched(tmp_path):
    asked = []
    with pytest.raises(StorageFailed, match="no room"):
        fetch(asked.append, tmp_path / FILE, 1 << 60, "0" * 64, lambda done, total: None)
    assert not asked


def test_the_hub_is_the_one_that_the_environment_names():
    assert endpoint_of({}) == endpoint_of({"HF_ENDPOINT": "nonsense"}) == "https://huggingface.co"
    assert endpoint_of({"HF_ENDPOINT": "http://hub.local"}) == "http://hub.local"
