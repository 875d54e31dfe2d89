"""A small model at two temperatures."""

from interpreter.core.cancel import CancelToken
from interpreter.core.corrections import THE_EXAMPLE
from interpreter.core.messages import CodeBlock, Correction, Execution, Failure, Instruction, Reply, Text
from interpreter.core.reading import Reading
from interpreter.llm.named_files import NamedFiles
from interpreter.llm.openai_model import OpenAIModel
from interpreter.llm.varied import Varied
from tests.scripted_server import Says, ScriptedServer

BLOCK = CodeBlock("python", "1 / 0")


def asked(*turns, files: NamedFiles | None = None, system: str = "") -> list[dict]:
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
            list(model.stream(system, messages))
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


def test_a_model_that_repeats_the_example_does_not_see_it_again():
    example = "```python\nprint(1 + 1)\n```"
    system = f"Write one block:\n\n{example}\n\nPrint the result.\n\n```python\nthe(user)\n```\n"
    block = CodeBlock("python", "print(1 + 1)")
    other, repeated = asked(
        [TURN[0], Reply("I cannot."), Correction("You can.")],
        [TURN[0], Reply(block.fenced, block), Correction(THE_EXAMPLE)],
        system=system,
    )

    assert other["messages"][0]["content"] == system
    assert repeated["messages"][0]["content"] == system.replace(example, "")


def test_it_learns_how_the_files_look_once_a_block_was_in_vain(tmp_path):
    (tmp_path / "a.csv").write_text("name,amount\nAda,3\n")
    silent = Execution(BLOCK, "ok")
    first, second, third = asked(TURN[:1], [*TURN, FAILURE], [*TURN, silent], files=NamedFiles(tmp_path))

    assert "name,amount" not in first["messages"][0]["content"]
    assert "name,amount\nAda,3" in second["messages"][0]["content"]
    assert "name,amount\nAda,3" in third["messages"][0]["content"]
    assert "name,amount" not in third["messages"][-1]["content"], "the task that is repeated is the user's words"


def replies(*turns, files: NamedFiles | None = None) -> list[Reply]:
    """What comes of these conversations, from a server that always says the same."""
    with ScriptedServer(Says("Fine.")) as server:
        told = OpenAIModel("m", api_key="k", api_base=server.url, cancel=CancelToken(), small=True)
        model = Varied(told, told, files)
        read = []
        for messages in turns:
            reading = Reading(lambda tag: tag)
            for delta in model.stream("", messages):
                list(reading.take(delta))
            read.append(reading.reply())
        model.close()
        return read


def after(code: str, error: Failure, **more) -> list:
    block = CodeBlock("python", code)
    return [TURN[0], Reply(block.fenced, block), Execution(block, "failed", (error,), **more)]


def test_what_an_error_names_exactly_is_repaired_without_the_model(tmp_path):
    (tmp_path / "A.csv").write_text("")
    no_name = after("csv.reader([])", Failure("NameError", "name 'csv' is not defined", ""))
    no_file = after("open('a.csv')", Failure("FileNotFoundError", "[Errno 2] No such file or directory: 'a.csv'", ""))
    first, second, elsewhere = replies(no_name, no_file, files=NamedFiles(tmp_path)) + replies(no_file)

    assert first.block == CodeBlock("python", "import csv\ncsv.reader([])")
    assert second.block == CodeBlock("python", "open('A.csv')")
    assert elsewhere.text == "Fine.", "of files on another machine nothing is known here"


def test_a_repair_that_was_tried_in_this_turn_or_one_of_the_users_code_is_left_to_the_model():
    error = Failure("NameError", "name 'csv' is not defined", "")
    again = after("csv.reader([])", error)
    repaired = CodeBlock("python", "import csv\ncsv.reader([])")
    tried = [TURN[0], Reply(repaired.fenced, repaired), Execution(repaired, "failed", (error,)), *again[1:]]
    earlier = [*tried[:3], *again]

    said = replies(tried, after("csv.reader([])", error, edited=True), earlier)

    assert [reply.text for reply in said[:2]] == ["Fine.", "Fine."]
    assert said[2].block == repaired, "another turn is another matter"


def test_each_try_after_a_failure_has_dice_of_its_own_that_fall_the_same_again():
    first = [*TURN, FAILURE]
    requests = asked(TURN[:1], first, [*first, *TURN[1:], FAILURE], first)

    seeds = [request.get("seed") for request in requests]
    assert seeds[0] is None and seeds[1] == seeds[3] != seeds[2]


def test_a_condition_that_was_never_true_is_a_failure_once_in_a_turn():
    block = CodeBlock("python", "for row in rows:\n    if row[1] == 'x':\n        print(row)")
    silent = [Reply(block.fenced, block), Execution(block, "ok")]
    request, again, next_turn = asked(
        [TURN[0], *silent], [TURN[0], *silent, *silent], [TURN[0], *silent, *silent, TURN[0], *silent]
    )

    assert again["temperature"] == 0.0 and "printed nothing" in again["messages"][-1]["content"]
    assert next_turn["temperature"] == 0.7 and "never true" in next_turn["messages"][-1]["content"]
    assert request["temperature"] == 0.7 and len(request["messages"]) == 1
    assert "`row[1] == 'x'` was never true" in request["messages"][0]["content"]
