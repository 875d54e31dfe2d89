"""How large a request is taken to be."""

from interpreter.asking.measure import PICTURE, Measure
from interpreter.core.messages import CodeBlock, Execution, Image, Instruction, Reply, Text
from interpreter.core.reading import BYTES_PER_TOKEN

SAID = (Instruction("x" * 4_000),)


def measure(*, sees: bool = False) -> Measure:
    return Measure(small=False, sees_images=lambda: sees)


def test_four_bytes_are_a_token_until_the_provider_says_otherwise() -> None:
    known = measure()
    before = known.tokens("", SAID)
    known.learn(before, 2 * before)

    assert before == 1_004
    assert known.tokens("", SAID) == 2 * before
    assert known.characters(100) == 200


def test_a_count_that_cannot_be_one_of_the_whole_request_teaches_nothing() -> None:
    known = measure()
    known.learn(1_000, 10)
    known.learn(0, 10)
    assert known.tokens("", SAID) == 1_004


def test_an_output_counts_as_the_model_is_told_it_and_not_as_it_came() -> None:
    output = Execution(CodeBlock("python", "f()"), "ok", (Text("y" * 100_000),))
    assert measure().tokens("", (output,)) < 3_200


def test_a_picture_counts_where_it_is_seen() -> None:
    shown = (Instruction("Look", (Image("image/png", "AAAA"),)),)
    seen, unseen = measure(sees=True).tokens("", shown), measure().tokens("", shown)
    assert seen - unseen == PICTURE // BYTES_PER_TOKEN


def test_a_reply_that_came_as_a_call_counts_as_its_fence() -> None:
    assert measure().tokens("", (Reply("", CodeBlock("python", "x" * 400)),)) > 100
