"""The system prompt: short, and every gap filled."""

import pytest

from interpreter.core.prompt import system_prompt

BUDGET = 400
"""Tokens: what a model on two cores reads in four to eight seconds."""


def prompt(small: bool, instructions: str = "", folder: str = "/home/someone/projects/sales") -> str:
    return system_prompt(
        small=small,
        languages=("python", "bash", "javascript", "r"),
        folder=folder,
        system="Linux 6.8.0-45-generic, Python 3.12.3",
        instructions=instructions,
    )


@pytest.mark.parametrize("small", [True, False])
def test_it_fits_the_budget_by_both_rules_of_thumb(small):
    words = prompt(small)
    assert len(words) / 4 <= BUDGET
    assert len(words.split()) * 1.5 <= BUDGET


@pytest.mark.parametrize("small", [True, False])
def test_no_gap_is_left_unfilled(small):
    assert not {"{", "}"} & set(prompt(small))


def test_a_large_model_learns_all_languages_and_a_small_one_only_the_first():
    assert "python, bash, javascript, r" in prompt(small=False)
    assert "python code" in prompt(small=True) and "bash" not in prompt(small=True)


@pytest.mark.parametrize("small", [True, False])
def test_the_users_own_instructions_come_last_as_they_are(small):
    assert prompt(small, "Use {polars}.").endswith("\n\nUse {polars}.")
    assert prompt(small, "  ") == prompt(small)


def test_a_folder_with_braces_is_named_as_it_is():
    assert "/tmp/{system}" in prompt(False, folder="/tmp/{system}")


@pytest.mark.parametrize("small", [True, False])
def test_where_code_runs_elsewhere_nothing_of_this_machine_is_claimed(small):
    place = "the Jupyter server at hub.example.org:443"
    words = system_prompt(small=small, languages=("python",), folder="/home/ann", system="Linux 6.8", place=place)

    assert place in words
    assert "not the user's computer" in words
    assert not any(claim in words for claim in ("/home/ann", "Linux 6.8", "own computer by", "Working folder"))
    assert len(words) / 4 <= BUDGET
    assert len(words.split()) * 1.5 <= BUDGET
    assert not {"{", "}"} & set(words)
