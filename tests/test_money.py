"""What a session costs, and the budget that it does not pass, from the library and from outside."""

import pytest

from interpreter import OpenInterpreter
from interpreter.core.errors import BudgetReached, WrongUsage
from interpreter.core.messages import CodeBlock
from tests.scripted_server import Fails, Says, ScriptedServer
from tests.test_cli import at, is_two_clear_lines, run

PRICES = {"input_price": 10_000.0, "output_price": 10_000.0}
"""A cent for each token: the scripted server says that a reply took ten in and five out, fifteen cents."""


def agent_on(server: ScriptedServer, **settings) -> OpenInterpreter:
    usual = {"model": "test", "api_base": server.url, "auto_run": True, "system_message": "Be brief."}
    return OpenInterpreter(**{**usual, **settings})


def test_a_result_says_what_it_cost() -> None:
    with ScriptedServer(Says("Fine."), Says("```python\nx = 1\n```\n"), Says("Done.")) as server:
        with agent_on(server, **PRICES) as agent:
            assert agent.execute("go").cost == pytest.approx(0.15)
            assert agent.execute("go on").cost == pytest.approx(0.30)


def test_a_model_of_this_machine_costs_nothing_and_one_of_unknown_price_who_knows() -> None:
    with ScriptedServer(Says("Fine.")) as server:
        with agent_on(server) as agent:
            assert agent.execute("go").cost == 0.0
        with agent_on(server, input_price=1.0) as agent:
            assert agent.execute("go").cost is None


def test_the_turn_ends_before_the_request_that_could_pass_the_budget() -> None:
    block = "```python\nprint('y' * 400)\n```\n"
    with ScriptedServer(Says(block), Says("Never asked.")) as server:
        with agent_on(server, max_budget=0.8, max_output_tokens=10, **PRICES) as agent:
            result = agent.execute("go")
            again = agent.execute("go on")

    assert result.reason == again.reason == "budget" and len(server.requests) == 1
    assert isinstance(result.error, BudgetReached) and "$0.15 are spent" in str(result.error)
    assert result.cost == pytest.approx(0.15) and again.cost == 0
    assert result.executions[0].status == "ok" and "--max-budget" in str(result)


def test_explanations_are_paid_for_and_a_change_of_the_model_loses_nothing() -> None:
    with ScriptedServer(Says("It prints.")) as server, agent_on(server, max_budget=9.0, **PRICES) as agent:
        assembled = agent._assembled
        list(assembled.explain(CodeBlock("python", "print(1)")).pieces(lambda: False))
        assembled.change_model("another")
        agent.execute("go")

        assert assembled.model.ledger.spent.dollars == pytest.approx(0.30)
    assert server.requests[1]["model"] == "another"


def test_a_model_of_unknown_price_is_not_taken_within_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-not-used-here")
    with OpenInterpreter(model="ollama/qwen3", max_budget=1.0) as agent:
        with pytest.raises(WrongUsage, match="max-budget"):
            agent._assembled.change_model("groq/nobody-knows")
        assert agent._assembled.model.name == "ollama/qwen3"


def test_the_cap_that_a_budget_sets_is_sent() -> None:
    with ScriptedServer(Says("Fine.")) as server:
        with agent_on(server, max_budget=40.0, **PRICES) as agent:
            agent.execute("go")
    assert server.requests[0]["max_tokens"] == 1_000


def test_requests_that_failed_cost_nothing() -> None:
    with ScriptedServer(Fails(400, "no")) as server, agent_on(server, **PRICES) as agent:
        assert agent.execute("go").cost == 0


def test_a_budget_that_is_reached_is_said_in_two_lines() -> None:
    with ScriptedServer(Says("Fine.")) as server:
        flags = ("--input-price", "10000", "--output-price", "10000", "--max-budget", "0.05")
        done = run(*at(server), *flags, "go")
    assert done.returncode == 1 and server.requests == []
    assert is_two_clear_lines(done.stderr) and "$0.05" in done.stderr and "--max-budget" in done.stderr


def test_a_budget_without_a_price_is_wrong_usage() -> None:
    done = run("--model", "xyz", "--api-base", "https://models.example.org/v1", "--max-budget", "1", "go")
    assert done.returncode == 2
    assert is_two_clear_lines(done.stderr) and "--input-price" in done.stderr
