"""A small model at two temperatures."""

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import CodeBlock, Execution, Failure, Instruction, Reply
from interpreter.llm.openai_model import OpenAIModel
from interpreter.llm.varied import Varied
from tests.scripted_server import Says, ScriptedServer

BLOCK = CodeBlock("python", "1 / 0")


def test_after_a_failure_it_is_asked_more_freely_and_without_the_failing_block():
    failure = Execution(BLOCK, "failed", (Failure("ZeroDivisionError", "division by zero", ""),))
    turn = [Instruction("Divide."), Reply(BLOCK.fenced, BLOCK)]
    with ScriptedServer(Says("Fine.")) as server:
        calm, lively = (
            OpenAIModel(
                "m", api_key="k", api_base=server.url, cancel=CancelToken(), small=True, temperature=temperature
            )
            for temperature in (0.0, 0.7)
        )
        model = Varied(calm, lively)
        for messages in (turn[:1], [*turn, failure], [*turn, Execution(BLOCK, "ok")]):
            list(model.stream("", messages))
        model.close()

    assert [request["temperature"] for request in server.requests] == [0.0, 0.7, 0.0]
    retold = server.requests[1]["messages"]
    assert len(retold) == 1 and "ZeroDivisionError" in retold[0]["content"] and "1 / 0" not in retold[0]["content"]
