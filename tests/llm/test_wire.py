"""Conversations on the wire: a sequence that every provider takes, whatever happened before."""

import json
from base64 import b64encode
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interpreter.core.messages import CodeBlock, Display, Execution, Image, Instruction, Message, Reply, Text
from interpreter.core.pictures import describe_picture, pixel_size
from interpreter.llm.history import History
from interpreter.llm.wire import Form, has_images, to_chat

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (640).to_bytes(4) + (480).to_bytes(4) + b"\0" * 2000
JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc2\0\x0b\x08" + (30).to_bytes(2) + (40).to_bytes(2) + b"\0" * 9

texts = st.text(alphabet=st.characters(exclude_categories=()), max_size=20) | st.sampled_from(["", " ", "\n", "\ud800"])
images = st.builds(Image, st.just("image/png"), st.just("iVBORw0KGgo="))
blocks = st.builds(CodeBlock, st.just("python"), texts)
outputs = st.builds(Text, texts) | st.builds(Display, st.just({"image/png": "iVBORw0KGgo=", "text/plain": "<Figure>"}))
messages = st.lists(
    st.builds(Instruction, texts, st.lists(images, max_size=2).map(tuple))
    | st.builds(Reply, texts, st.none() | blocks)
    | st.builds(Execution, blocks, st.sampled_from(["ok", "failed", "refused"]), st.lists(outputs).map(tuple)),
    max_size=8,
)


def is_filled(content: Any) -> bool:
    if isinstance(content, str):
        return bool(content.strip())
    return bool(content) and all(part["type"] == "image_url" or part["text"].strip() for part in content)


@given(texts, messages, st.booleans(), st.booleans())
def test_any_conversation_alternates_begins_and_ends_with_the_user(
    system: str, messages: list[Message], sees_images: bool, small: bool
) -> None:
    chat = to_chat(system, messages, Form(sees_images, small))

    json.dumps(chat, ensure_ascii=False).encode("utf-8")
    if system.strip():
        assert chat.pop(0)["role"] == "system"
    roles = [message["role"] for message in chat]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    assert all(is_filled(message["content"]) for message in chat)


@given(messages, messages)
def test_a_longer_conversation_keeps_what_was_sent_before(first: list[Message], more: list[Message]) -> None:
    whole = [Instruction("Begin"), *first, Instruction("Now")]
    grown = [*whole, Reply("Done"), Instruction("More"), *more]

    sent = to_chat("s", whole, Form(True, False))
    sent_later = to_chat("s", grown, Form(True, False))

    assert sent_later[: len(sent)] == sent


@given(st.lists(messages, min_size=1, max_size=3), st.booleans(), st.booleans())
def test_a_history_that_grows_and_shrinks_reads_as_if_told_for_the_first_time(
    conversations: list[list[Message]], sees_images: bool, small: bool
) -> None:
    history = History(small=small)
    whole: list[Message] = []

    for more in conversations:
        whole += more
        for messages in (whole, whole[: len(whole) // 2], [*whole, Instruction("Now")], whole[:-1]):
            told = history.encoded("s", messages, sees_images=sees_images)
            first_told = to_chat("s", messages, Form(sees_images, small))
            assert json.loads(b"[%b]" % told) == first_told


def test_neighbours_of_one_role_are_joined_by_a_blank_line() -> None:
    chat = to_chat("", [Instruction("One"), Instruction("Two")], Form(False, False))

    assert chat == [{"role": "user", "content": "One\n\nTwo"}]


def test_a_reply_is_sent_back_as_it_was_written() -> None:
    text = "Look:\n```python\n1+1\n```\n"
    chat = to_chat("", [Instruction("Go"), Reply(text, CodeBlock("python", "1+1"))], Form(False, False))

    assert chat[1] == {"role": "assistant", "content": text}


def test_a_block_from_a_native_call_is_sent_back_as_a_fence_that_holds_it() -> None:
    code = "print('''```''')"
    chat = to_chat("", [Instruction("Go"), Reply("", CodeBlock("python", code))], Form(False, False))

    assert chat[1]["content"] == f"````python\n{code}\n````"


def test_an_execution_is_told_with_its_pictures_as_far_as_they_are_seen() -> None:
    data = b64encode(PNG).decode()
    shown = Execution(CodeBlock("python", "plot()"), "ok", (Display({"image/png": data}),))
    conversation: list[Message] = [Instruction("Plot"), Reply("..."), shown]

    seen = to_chat("", conversation, Form(True, False))[-1]["content"]
    told = to_chat("", conversation, Form(False, False))[-1]["content"]

    assert seen[-1] == {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{data}"}}
    assert "image/png, 640x480 pixels, 2 KB" in told
    assert has_images(conversation)
    assert not has_images(conversation[:2])


def test_pictures_are_measured_by_their_headers() -> None:
    assert pixel_size(PNG) == (640, 480)
    assert pixel_size(JPEG) == (40, 30)


@given(st.binary(max_size=60), st.sampled_from([b"", PNG[:16], JPEG[:9], b"\xff\xd8"]))
def test_damaged_pictures_are_described_without_a_size_or_with_one(data: bytes, start: bytes) -> None:
    image = Image("image/jpeg", b64encode(start + data).decode())

    assert describe_picture(image).startswith("[picture: image/jpeg")


def test_a_picture_that_is_no_base64_is_still_described() -> None:
    assert "image/png" in describe_picture(Image("image/png", "é~"))


natives = st.builds(
    lambda block, origin, text: Reply(
        f"{text}\n\n{block.fenced}".lstrip(),
        block,
        native={
            "origin": origin,
            "id": "x1",
            "arguments": json.dumps({"language": "python", "code": block.code}),
            "signed": {},
            "extra": {},
        },
    ),
    blocks,
    st.sampled_from(["here", "there"]),
    st.sampled_from(["", "Look:"]),
)
with_calls = st.lists(
    natives
    | st.builds(Instruction, texts, st.lists(images, max_size=1).map(tuple))
    | st.builds(Reply, texts, st.none() | blocks)
    | st.builds(Execution, blocks, st.sampled_from(["ok", "failed", "refused"]), st.lists(outputs).map(tuple)),
    max_size=9,
)


@given(with_calls, st.booleans())
def test_every_call_is_followed_by_its_one_result_and_by_nothing_else(messages: list[Message], sees: bool) -> None:
    chat = to_chat("s", messages, Form(sees, origin="here"))

    json.dumps(chat, ensure_ascii=False).encode("utf-8")
    for message, after in zip(chat, [*chat[1:], {"role": ""}], strict=True):
        called = [call["id"] for call in message.get("tool_calls", ())]
        assert (after["role"] == "tool") == bool(called)
        assert not called or after["tool_call_id"] == called[0]
        assert len(called) <= 1
    roles = [message["role"] for message in chat[1:]]
    assert not [pair for pair in pairwise(roles) if pair in (("user", "user"), ("assistant", "assistant"))]
    assert roles[0] == "user" and roles[-1] in ("user", "tool")
    ids = [message["tool_call_id"] for message in chat if message["role"] == "tool" and message["tool_call_id"] != "x1"]
    assert len(set(ids)) == len(ids)


@given(with_calls, with_calls)
def test_a_history_with_calls_that_grows_reads_as_if_told_for_the_first_time(
    first: list[Message], more: list[Message]
) -> None:
    history = History(small=False)
    for messages in (first, [*first, *more], first, [*first, Instruction("Now")]):
        told = history.encoded("s", messages, sees_images=False, origin="here")
        assert json.loads(b"[%b]" % told) == to_chat("s", messages, Form(origin="here"))
