"""A small model at two temperatures."""

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import CodeBlock, Correction, Execution, Failure, Instruction, Reply, Text
from interpreter.llm.named_files import NamedFiles
from interpreter.llm.openai_model import OpenAIModel
from interpreter.llm.varied import Varied
from tests.scripted_server import Says, ScriptedServer

BLOCK = CodeBlock("python", "1 / 0")


def asked(*turns, files: NamedFiles | None = None) -> list[dict]:
    """The requests that come of these conversations."""
    with ScriptedServer(Says("Fine.")) as server:
        calm, lively = (
            OpenAIModel(
                "m", api_key="k", api_base=server.url, cancel=CancelToken(), small=True, temperature=temperature
            )
            for temperature in (0.0, 0.7)
        )
        model = Varied(calm, lively, files)
        for messages in turns:
            list(model.stream("", messages))
        model.close()
        return list(server.requests)


TURN = [Instruction("Divide what is in a.csv."), Reply(BLOCK.fenced, BLOCK)]
FAILURE = Execution(BLOCK, "failed", (Failure("ZeroDivisionError", "division by zero", ""),))


def test_after_a_failure_it_is_asked_more_freely_and_without_the_failing_block():
    requests = asked(TURN[:1], [*TURN, FAILURE], [*TURN, Execution(BLOCK, "ok", (Text("1"),))])

    assert [request["temperature"] for request in requests] == [0.0, 0.7, 0.0]
    retold = requests[1]["messages"]
    assert len(retold) == 1 and "ZeroDivisionError" in retold[0]["content"] and "1 / 0" not in retold[0]["content"]


def test_an_error_that_the_code_caught_and_printed_is_a_failure():
    printed = Execution(BLOCK, "ok", (Text("Error: [Errno 2] No such file or directory: 'a.csv'\n"),))
    request = asked([*TURN, printed])[0]

    assert request["temperature"] == 0.7
    assert len(request["messages"]) == 1 and "No such file" in request["messages"][0]["content"]


def test_after_a_correction_it_is_asked_more_freely_and_does_not_see_its_reply_again():
    request = asked([TURN[0], Reply("I cannot."), Correction("You can.")])[0]

    assert request["temperature"] == 0.7
    assert [message["role"] for message in request["messages"]] == ["user"]
    assert "You can." in request["messages"][0]["content"] and "I cannot." not in request["messages"][0]["content"]


def test_it_learns_how_the_files_look_once_a_block_was_in_vain(tmp_path):
    (tmp_path / "a.csv").write_text("name,amount\nAda,3\n")
    silent = Execution(BLOCK, "ok")
    first, second, third = asked(TURN[:1], [*TURN, FAILURE], [*TURN, silent], files=NamedFiles(tmp_path))

    assert "name,amount" not in first["messages"][0]["content"]
    assert "name,amount\nAda,3" in second["messages"][0]["content"]
    assert "name,amount\nAda,3" in third["messages"][0]["content"]
    assert "name,amount" not in third["messages"][-1]["content"], "the task that is repeated is the user's words"
