"""Native tool calls: code that streams in as a call, and its result that goes back as one."""

import json
from typing import Any

import pytest

from interpreter.core.messages import CodeBlock, Display, Execution, Instruction, Message, Reply, Text
from interpreter.core.ports import CodeDelta, Finished, Noted, TextDelta
from interpreter.core.reading import Reading
from tests.llm.contract.asking import ASKED, code_of, text_of
from tests.llm.contract.conftest import ROUTES, Line
from tests.llm.contract.test_requests import PNG, Picky, told
from tests.scripted_server import Says, ToolCall
from tests.wires.asked import Answer, Call, Picture
from tests.wires.gemini import SIGNATURE

CODE = "import os\nprint('🎈 \"é\" \\n')\n\tdone = {'a': [1]}\n"
BLOCK = CodeBlock("python", "print(1)")
RAN = Execution(BLOCK, "ok", (Text("1\n"),))


def call(code: str = BLOCK.code, language: str = "python") -> str:
    return json.dumps({"language": language, "code": code})


def reply_of(deltas: list[Any]) -> Reply:
    """The reply that the core makes of them."""
    reading = Reading(lambda tag: {"py": "python"}.get(tag, tag))
    for delta in deltas:
        list(reading.take(delta))
    return reading.reply()


def called(line: Line, script: ToolCall | None = None) -> Reply:
    """A reply that is a call, made by the provider at the other end."""
    return reply_of(line.answered(script or ToolCall("run_code", call()), tool_calling=True))


@pytest.mark.parametrize("size", [1, 3, 1000])
def test_code_arrives_while_the_call_is_written(line: Line, size: int) -> None:
    deltas = line.answered(ToolCall("run_code", call(CODE), chunk=size), tool_calling=True)

    assert code_of(deltas) == ("python", CODE)
    assert reply_of(deltas).block == CodeBlock("python", CODE)
    assert isinstance(deltas[-1], Finished) and deltas[-1].reason == "stop" and deltas[-1].native
    if size == 1 and line.wire.name in ("openai", "anthropic"):
        assert len([delta for delta in deltas if isinstance(delta, CodeDelta)]) > 10


def test_the_tool_is_offered_where_that_is_asked_for(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server, tool_calling=True))
        line.deltas(line.connect(server))

    offered, plain = line.asked(server, 0), line.asked(server, 1)
    assert (offered.tools, plain.tools) == (("run_code",), ())
    assert "run_code" in offered.system and "run_code" not in plain.system


def test_text_before_a_call_is_prose(line: Line) -> None:
    deltas = line.answered(ToolCall("run_code", call(), text="Let me see."), tool_calling=True)

    assert text_of(deltas) == "Let me see."
    assert reply_of(deltas).text == f"Let me see.\n\n{BLOCK.fenced}"


def test_of_several_calls_the_first_is_taken(line: Line) -> None:
    script = ToolCall("run_code", call(), more=(("run_code", call("print(2)")), ("run_code", call("print(3)"))))
    reply = called(line, script)

    assert reply.block == BLOCK
    told = told_back(line, [*ASKED, reply, RAN])
    assert [part.arguments["code"] for part in told if isinstance(part, Call)] == ["print(1)"]


def told_back(line: Line, messages: list[Message]) -> list[Any]:
    """What a provider of the same kind is told of a conversation."""
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server, tool_calling=True), messages)
    return list(line.asked(server).parts)


def test_an_execution_goes_back_as_the_result_of_its_call(line: Line) -> None:
    told = told_back(line, [*ASKED, called(line, ToolCall("run_code", call(), text="Well.")), RAN])

    [made] = [part for part in told if isinstance(part, Call)]
    [answer] = [part for part in told if isinstance(part, Answer)]
    assert (made.name, made.arguments) == ("run_code", {"language": "python", "code": "print(1)"})
    assert made.id == answer.id or line.wire.name in ("ollama", "gemini")
    assert answer.text == "Output:\n1"
    if line.wire.name == "gemini":
        assert made.signature == SIGNATURE


def test_pictures_of_an_execution_follow_its_result(line: Line) -> None:
    shown = Execution(BLOCK, "ok", (Display({"image/png": PNG}),))
    reply = called(line)
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server, tool_calling=True, sees_images=True), [*ASKED, reply, shown])

    assert [part for part in line.asked(server).parts if isinstance(part, Picture)] == [Picture(PNG)]


@pytest.mark.parametrize(
    ("execution", "words"),
    [
        (Execution(BLOCK, "refused", note="Not on Fridays."), "Not on Fridays."),
        (Execution(CodeBlock("python", "print(9)"), "ok", (Text("9\n"),), edited=True), "print(9)"),
        (None, "It was not run."),
    ],
    ids=["refused", "edited", "not run"],
)
def test_a_call_is_answered_whatever_became_of_it(line: Line, execution: Execution | None, words: str) -> None:
    messages: list[Message] = [*ASKED, called(line), *([execution] if execution else []), Instruction("Go on")]
    told = told_back(line, messages)

    [answer] = [part for part in told if isinstance(part, Answer)]
    assert words in answer.text
    assert "Go on" in "".join(getattr(part, "text", "") for part in told)


@pytest.mark.parametrize("other", ROUTES)
def test_a_call_of_another_provider_is_told_in_a_form_that_this_one_takes(line: Line, other: str) -> None:
    origin = Line(other, ROUTES[other], line.cancel)
    replies = [called(origin), called(origin, ToolCall("run_code", call(), text="Again:"))]
    for model in origin.opened:
        model.close()
    told = told_back(line, [*ASKED, replies[0], RAN, replies[1], RAN, called(line), RAN])

    calls = [part for part in told if isinstance(part, Call)]
    answers = [part for part in told if isinstance(part, Answer)]
    assert [made.arguments["code"] for made in calls] == ["print(1)"] * 3
    assert len(answers) == 3
    if line.wire.name in ("openai", "anthropic"):
        assert [made.id for made in calls] == [answer.id for answer in answers]
        assert all(made.id and len(made.id) <= 40 for made in calls)


def test_without_the_tool_a_call_in_the_history_is_told_as_a_fence(line: Line) -> None:
    with line.serve(Says("ok")) as server:
        line.deltas(line.connect(server), [*ASKED, called(line), RAN])

    assert [(turn.role, turn.text) for turn in line.asked(server).turns] == [
        ("user", "Say hello"),
        ("assistant", BLOCK.fenced),
        ("user", "Output:\n1"),
    ]


def test_a_longer_conversation_with_calls_keeps_what_was_sent_before(line: Line) -> None:
    reply = called(line)
    with line.serve(Says("ok")) as server:
        model = line.connect(server, tool_calling=True)
        for length in (3, 5, 7):
            line.deltas(model, [*ASKED, *[reply, RAN] * 3][:length])

    said = [told(body) for body in server.requests]
    assert said[1][: len(said[0])] == said[0]
    assert said[2][: len(said[1])] == said[1]


def test_a_fence_in_spite_of_the_tool_is_a_block(line: Line) -> None:
    reply = reply_of(line.answered(Says(f"So:\n{BLOCK.fenced}\n"), tool_calling=True))

    assert reply.block == BLOCK
    assert [part for part in told_back(line, [*ASKED, reply, RAN]) if isinstance(part, Call | Answer)] == []


def test_a_model_that_takes_no_tools_is_asked_again_without_and_the_user_is_told(line: Line) -> None:
    with Picky(line.wire, "run_code", "registry/xyz does not support tools") as server:
        model = line.connect(server, tool_calling=True)
        first, second = line.deltas(model, [*ASKED, called(line), RAN]), line.deltas(model)

    assert text_of(first) == text_of(second) == "Hello"
    assert [type(delta) for delta in (*first, *second) if isinstance(delta, Noted)] == [Noted]
    assert line.asked(server, -1).tools == ()
    assert len(server.requests) == 3


def test_a_call_cut_by_the_length_limit_gives_no_code_to_run(line: Line) -> None:
    if line.wire.name in ("gemini", "ollama"):
        pytest.skip("they send calls whole")
    deltas = line.answered(ToolCall("run_code", call()[:-8], finish="length"), tool_calling=True)

    assert reply_of(deltas).block is None
    assert deltas[-1] == Finished("length")


def test_a_call_that_ends_too_soon_gives_no_code_to_run(line: Line) -> None:
    if line.wire.name in ("gemini", "ollama"):
        pytest.skip("they send calls whole")
    deltas = line.answered(ToolCall("run_code", call()[:-8]), tool_calling=True)

    assert reply_of(deltas).block is None
    assert deltas[-1] == Finished("error")


@pytest.mark.parametrize(
    ("arguments", "language", "code"),
    [
        (json.dumps({"code": "1", "language": "Bash"}), "bash", "1"),
        (json.dumps({"code": "1"}), "python", "1"),
        (json.dumps({"language": "python", "extra": [1, {"code": "x"}], "code": "1"}), "python", "1"),
    ],
)
def test_arguments_in_another_order_or_with_others_are_read(
    line: Line, arguments: str, language: str, code: str
) -> None:
    assert code_of(line.answered(ToolCall("run_code", arguments), tool_calling=True)) == (language, code)


@pytest.mark.parametrize("offered", [False, True])
@pytest.mark.parametrize(
    ("name", "arguments", "language", "code"),
    [
        ("python", json.dumps({"code": "print(1)"}), "python", "print(1)"),
        ("execute", json.dumps({"code": "print(1)\nprint(2)", "language": "python"}), "python", "print(1)\nprint(2)"),
        ("bash", json.dumps({"command": "ls -la"}), "bash", "ls -la"),
        ("functions.execute_python", json.dumps({"code": "1"}), "python", "1"),
        ("whatever", json.dumps({"code": "print(3)"}), "python", "print(3)"),
    ],
)
def test_a_call_of_a_tool_that_is_not_offered_is_code_where_it_means_code(
    line: Line, name: str, arguments: str, language: str, code: str, offered: bool
) -> None:
    deltas = line.answered(ToolCall(name, arguments), tool_calling=offered)

    assert [delta for delta in deltas if isinstance(delta, CodeDelta)] == [CodeDelta(language, code)]
    assert deltas[-1] == Finished("stop")


@pytest.mark.parametrize("arguments", ["import os\nprint(os.name)", '{"code": "a = 1\nprint(a)"}'])
def test_code_that_is_no_json_is_code_all_the_same(line: Line, arguments: str) -> None:
    if line.wire.name in ("gemini", "ollama"):
        pytest.skip("they send objects")
    for name in ("python", "run_code"):
        assert code_of(line.answered(ToolCall(name, arguments), tool_calling=True)) is not None


@pytest.mark.parametrize(("name", "arguments"), [("get_weather", '{"city": "Bern"}'), ("run_code", "{}")])
def test_a_call_that_is_no_code_is_described(line: Line, name: str, arguments: str) -> None:
    deltas = line.answered(ToolCall(name, arguments), tool_calling=True)

    assert code_of(deltas) is None
    assert "tool" in text_of(deltas)


def test_text_deltas_and_code_deltas_are_never_mixed_up(line: Line) -> None:
    deltas = line.answered(ToolCall("run_code", call("x = '''```'''")), tool_calling=True)

    assert not [delta for delta in deltas if isinstance(delta, TextDelta) and delta.text.strip()]
    assert reply_of(deltas).block == CodeBlock("python", "x = '''```'''")
