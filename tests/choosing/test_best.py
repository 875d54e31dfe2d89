"""The best model of this machine."""

import pytest

from interpreter.choosing.best import best_here, reason, size_of
from interpreter.choosing.offer import Offer, of_embedded

GB = 1_000_000_000


def served(name: str, size: float = 0.0, **facts) -> Offer:
    return Offer(name, "server", "Ollama", size=int(size * GB) or None, is_here=True, **facts)


def kept(name: str, size: float) -> Offer:
    return Offer(name, "file", "Hugging Face", size=int(size * GB), is_here=True)


@pytest.mark.parametrize(
    ("offers", "best"),
    [
        ([served("llama3:8b", 4.7), served("qwen2.5-coder:7b", 4.7)], "qwen2.5-coder:7b"),
        ([served("llama3:8b", 4.7), served("qwen3:14b", 9.0)], "qwen3:14b"),
        # A coder counts half as much again, and no more.
        ([served("coder:3b", 2.0), served("qwen3:14b", 9.0)], "qwen3:14b"),
        ([served("qwen3:14b", 9.0), served("tiny:1b", 1.3, is_loaded=True)], "tiny:1b"),
        ([served("big:70b", 43.0), served("qwen3:8b", 5.2)], "qwen3:8b"),
        # Twice as large as what is within reason is no better.
        ([served("a-coder:32b", 20.0), served("b:36b", 22.0)], "a-coder:32b"),
        ([kept("Qwen2.5-Coder-14B", 9.0), served("llama3:8b", 4.7)], "llama3:8b"),
        ([kept("Qwen2.5-Coder-7B", 4.7), served("smollm:135m", 0.1)], "Qwen2.5-Coder-7B"),
        ([kept("Qwen2.5-Coder-7B", 4.7), of_embedded()], "Qwen2.5-Coder-7B"),
        ([of_embedded(), served("smollm:135m", 0.1)], "embedded"),
        ([served("llama-base:8b", 9.0), served("llama3:8b", 4.7)], "llama3:8b"),
        ([served("Qwen/Qwen2.5-Coder-7B-Instruct"), served("Meta/Llama-3.2-1B")], "Qwen/Qwen2.5-Coder-7B-Instruct"),
        (
            [Offer("away", "server", "Ollama", size=99 * GB), of_embedded()],
            "embedded",
        ),
    ],
)
@pytest.mark.parametrize("order", [1, -1])
def test_the_best_is_the_one_a_person_would_take(offers, best, order):
    chosen = best_here(offers[::order], 32 * GB)
    assert chosen is not None and chosen.name == best


def test_what_does_not_fit_the_memory_is_not_taken_unless_it_is_there_already():
    large = served("qwen3:14b", 9.0)
    assert best_here([large], 8 * GB) is None
    assert best_here([large], None) == large
    assert best_here([served("qwen3:14b", 9.0, is_loaded=True)], 8 * GB) is not None
    assert best_here([], 8 * GB) is None


def test_the_reason_is_said_in_words():
    loaded, other = served("a:8b", 5.0, is_loaded=True), served("b-coder:8b", 5.0)
    assert reason(loaded, [loaded, other]) == "Ollama runs here, in memory already"
    assert reason(other, [other, served("c:1b", 1.0)]) == "Ollama runs here, the largest for code of 2 that fits"
    assert reason(kept("x", 5.0), [kept("x", 5.0)]) == "a file of Hugging Face"
    assert reason(of_embedded(), [of_embedded()]) == "installed here"


def test_a_size_is_read_from_the_name_where_nobody_tells():
    assert size_of(served("x-7b-instruct")) == pytest.approx(4.2 * GB)
    assert size_of(served("Mixtral-8x7B")) == pytest.approx(33.6 * GB)
    assert size_of(served("nothing")) == 0
    assert size_of(served("x-7b", 3.0)) == 3 * GB
