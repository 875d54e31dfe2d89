"""The benches run, whatever they measure; how long things take is no matter for a test."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.bench import __main__ as command
from tests.bench.box import boxed
from tests.bench.card import cards
from tests.bench.context import long_turn
from tests.bench.figure import Figure, table
from tests.bench.flood import flood
from tests.bench.job import one_shot
from tests.bench.memory import memory
from tests.bench.programs import MODULE, Bench, bench
from tests.bench.prompt import first_prompt
from tests.bench.provider import one_question
from tests.bench.remote import round_trips
from tests.bench.resume import folder_states, resumed
from tests.bench.screen import prose
from tests.bench.sessions import kept, search
from tests.bench.start import imports, version_and_help
from tests.bench.steps import gaps, many_steps

TINY = {
    "start": version_and_help,
    "import": imports,
    "prompt": first_prompt,
    "job": one_shot,
    "provider": one_question,
    "gap": partial(gaps, steps=3),
    "steps": partial(many_steps, steps=4, edge=2),
    "context": partial(long_turn, steps=12, edge=3),
    "card": partial(cards, blocks=3, names=20),
    "memory": partial(memory, flood=1),
    "flood": partial(flood, megabytes=2),
    "screen": partial(prose, characters=400, piece=4),
    "remote": partial(round_trips, blocks=2),
    "resume": partial(resumed, turns=3, output=400),
    "files": folder_states,
    "box": partial(boxed, blocks=3),
    "sessions": partial(search, sessions=20),
    "keep": partial(kept, blocks=3),
}


@pytest.fixture(scope="module")
def place() -> Iterator[Bench]:
    with bench(runs=1) as place:
        yield place


@pytest.mark.parametrize("name", TINY)
def test_every_bench_gives_figures_of_a_program_that_did_its_job(name: str, place: Bench) -> None:
    figures = list(TINY[name](place))

    assert figures
    assert all(figure.what and figure.unit for figure in figures)
    assert all(figure.ours > 0 for figure in figures if "above" not in figure.what)


def test_every_bench_of_the_command_is_tried_here() -> None:
    assert set(TINY) == set(command.BENCHES)


def test_the_command_writes_its_figures_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["import", "--runs", "1", "--json", str(tmp_path / "figures.json")])

    (first, *_) = json.loads((tmp_path / "figures.json").read_text())
    assert first["what"] == "import interpreter: wall"
    assert first["ratio"] == pytest.approx(first["ours"] / first["floor"])
    assert first["what"] in capsys.readouterr().out


def test_a_goal_that_is_missed_is_said() -> None:
    slow = Figure("a", 5.0, 1.0, "s", most_ratio=2)
    large = Figure("b", 300.0, None, "MB", most=200)
    good = Figure("c", 1.0, 1.0, "s", most_ratio=2, most=1)

    assert [figure.is_met for figure in (slow, large, good)] == [False, False, True]
    assert table([slow, large, good]).count("MISSED") == 2


def test_a_program_that_fails_is_no_measurement(place: Bench) -> None:
    with pytest.raises(RuntimeError, match="no-such-flag"):
        place.run(*MODULE, "--no-such-flag")
