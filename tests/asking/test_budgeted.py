"""What requests cost, what is counted, and which request is not made any more."""

from contextlib import closing

import pytest

from interpreter.asking.budgeted import BUDGETED_OUTPUT, LEAST_OUTPUT, Budgeted, cap_for
from interpreter.asking.measure import Measure
from interpreter.asking.money import Ledger, dollars
from interpreter.core.errors import BudgetReached, ModelFailed, WrongUsage
from interpreter.core.messages import Instruction
from interpreter.core.ports import Finished, TextDelta, Usage, UsageDelta
from interpreter.prices import Priced, within_budget
from interpreter.settings import Settings
from tests.fakes import FakeModel

ASKED = (Instruction("Say hello" * 100),)


def price(usage: Usage) -> float:
    return usage.input_tokens * 0.001 + usage.output_tokens * 0.01


def budgeted(model: FakeModel, ledger: Ledger, budget: float | None = None, longest: int = 10) -> Budgeted:
    return Budgeted(model, ledger, Measure(small=False, sees_images=lambda: False), price, budget, longest)


def replies(*usages: Usage) -> FakeModel:
    return FakeModel([[TextDelta("Hi"), UsageDelta(usage), Finished("stop")] for usage in usages])


def test_what_the_provider_counted_is_what_was_spent() -> None:
    ledger = Ledger()
    asked = budgeted(replies(Usage(100, 5), Usage(200, 5)), ledger)

    for _ in range(2):
        list(asked.stream("", ASKED))

    assert ledger.spent.dollars == pytest.approx(0.3 + 0.1)


def test_a_reply_that_is_left_after_its_block_is_counted_by_what_came() -> None:
    ledger, model = Ledger(), FakeModel([[TextDelta("x" * 400), TextDelta("never read")]])

    with closing(budgeted(model, ledger).stream("", ASKED)) as deltas:
        next(deltas)

    sent = Measure(small=False, sees_images=lambda: False).tokens("", ASKED)
    assert ledger.spent.dollars == pytest.approx(sent * 0.001 + 100 * 0.01)


def test_a_request_that_failed_before_its_first_word_costs_nothing() -> None:
    ledger = Ledger()

    with pytest.raises(ModelFailed):
        list(budgeted(FakeModel([ModelFailed("no")]), ledger).stream("", ASKED))

    assert ledger.spent.dollars == 0


def test_no_request_is_made_that_could_pass_the_budget() -> None:
    # each request has about 230 tokens and may be answered by ten: 33 cents at worst
    ledger, model = Ledger(), replies(*[Usage(230, 5)] * 9)
    asked = budgeted(model, ledger, budget=1.0)

    with pytest.raises(BudgetReached) as raised:
        for _ in range(9):
            list(asked.stream("", ASKED))

    assert len(model.asked) == 3 and 0.67 < ledger.spent.dollars <= 1.0
    assert "$1.00" in str(raised.value) and dollars(ledger.spent.dollars) in str(raised.value)
    assert "--max-budget" in raised.value.hint


def test_without_a_budget_nothing_is_refused() -> None:
    model = replies(*[Usage(10**9, 10**9)] * 3)
    for _ in range(3):
        list(budgeted(model, Ledger()).stream("", ASKED))
    assert len(model.asked) == 3


def test_a_ledger_adds_up_what_has_different_prices_and_says_what_has_none() -> None:
    ledger = Ledger()
    ledger.add(Usage(100, 0), price)
    before = ledger.spent
    ledger.add(Usage(50, 0), lambda usage: usage.input_tokens * 0.1)
    assert ledger.spent.since(before) == pytest.approx(5.0)

    ledger.add(Usage(7, 3), lambda usage: None)

    assert ledger.spent.since(before) is None and ledger.spent.unpriced == 10
    assert ledger.spent.dollars == pytest.approx(5.1)


@pytest.mark.parametrize(
    ("usage", "price"),
    [
        (Usage(1_000_000, 0), 3.0),
        (Usage(1_000_000, 0, cached_tokens=1_000_000), 0.3),
        (Usage(1_000_000, 0, kept_tokens=1_000_000), 3.75),
        (Usage(0, 1_000_000), 15.0),
    ],
    ids=["read", "from the cache", "into the cache", "written"],
)
def test_tokens_of_the_cache_have_their_own_prices(usage: Usage, price: float) -> None:
    assert Priced("anthropic/claude-sonnet-4-5", Settings()).cost(usage) == pytest.approx(price)


@pytest.mark.parametrize(
    ("name", "settings", "price"),
    [
        ("embedded", {}, 0.0),
        ("some.gguf", {}, 0.0),
        ("ollama/qwen3", {}, 0.0),
        ("xyz", {"api_base": "http://127.0.0.1:8080/v1"}, 0.0),
        ("xyz", {"api_base": "https://models.example.org/v1"}, None),
        ("xyz", {"input_price": 2.0, "output_price": 6.0}, 8.0),
        ("xyz", {"input_price": 2.0}, None),
        ("gpt-5-mini", {}, 2.25),
        ("gpt-5-mini", {"input_price": 1.0}, 3.0),
    ],
)
def test_a_price_is_the_users_or_the_lists_or_none(name: str, settings: dict, price: float | None) -> None:
    cost = Priced(name, Settings(**settings)).cost(Usage(1_000_000, 1_000_000))

    assert cost == (None if price is None else pytest.approx(price))


def test_a_budget_without_a_known_price_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage) as raised:
        within_budget(Settings(max_budget=1.0), "nobody/knows")
    assert "--input-price" in raised.value.hint and raised.value.exit_code == 2


@pytest.mark.parametrize(
    ("settings", "cap"),
    [
        ({}, None),
        ({"max_budget": 5.0}, BUDGETED_OUTPUT),
        ({"max_budget": 0.01}, 1250),
        ({"max_budget": 0.00001}, LEAST_OUTPUT),
        ({"max_budget": 5.0, "max_output_tokens": 99}, 99),
    ],
)
def test_with_a_budget_a_reply_has_a_cap(settings: dict, cap: int | None) -> None:
    assert within_budget(Settings(**settings), "gpt-5-mini").max_output_tokens == cap


def test_what_costs_nothing_needs_no_cap() -> None:
    assert within_budget(Settings(max_budget=1.0), "embedded").max_output_tokens is None
    assert cap_for(1.0, None, 0.0) == BUDGETED_OUTPUT


@pytest.mark.parametrize(
    ("amount", "said"), [(0.0, "$0.00"), (0.0123, "$0.0123"), (0.5, "$0.50"), (1234.5, "$1,234.50")]
)
def test_dollars_are_said_with_as_many_places_as_they_need(amount: float, said: str) -> None:
    assert dollars(amount) == said
