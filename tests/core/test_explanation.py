"""An explanation is a request of its own, whatever the model makes of it."""

import pytest

from interpreter.core.errors import KeyRejected, ModelFailed
from interpreter.core.explanation import Explanation
from interpreter.core.messages import CodeBlock, Instruction
from interpreter.core.ports import Finished, ReasoningDelta, TextDelta, Usage
from tests.fakes import FakeModel

BLOCK = CodeBlock("python", "print('```')")


def never() -> bool:
    return False


def test_the_model_is_asked_for_this_block_alone_and_its_text_comes_as_it_streams():
    model = FakeModel(["It prints.\n```python\nprint(1)\n```\nThat is all."])
    explanation = Explanation(model, BLOCK)
    pieces = list(explanation.pieces(never))
    assert "".join(pieces) == "It prints.\n```python\nprint(1)\n```\nThat is all." and len(pieces) > 3
    [(asked,)] = model.asked
    assert isinstance(asked, Instruction) and BLOCK.fenced in asked.text
    assert explanation.usage == Usage(10, 10)


def test_reasoning_is_no_explanation_and_what_nobody_counted_is_estimated():
    model = FakeModel([[ReasoningDelta("hm " * 40), TextDelta("It prints."), Finished("stop")]])
    explanation = Explanation(model, BLOCK)
    assert list(explanation.pieces(never)) == ["It prints."]
    assert explanation.usage and explanation.usage.estimated and explanation.usage.output_tokens > 30


def test_stopping_closes_the_request_and_keeps_what_came():
    model = FakeModel(["It prints " * 50])
    explanation = Explanation(model, BLOCK)
    pieces = []
    for piece in explanation.pieces(lambda: len(pieces) == 3):
        pieces.append(piece)
    assert len(pieces) == 3 and model.closed == 1
    assert explanation.usage and explanation.usage.estimated


def test_an_error_is_raised_without_the_secrets_in_it_and_costs_nothing():
    model = FakeModel([KeyRejected("The key sk-123 is wrong.", "Set another than sk-123.")])
    explanation = Explanation(model, BLOCK, redact=lambda text: text.replace("sk-123", "[secret]"))
    with pytest.raises(KeyRejected) as raised:
        list(explanation.pieces(never))
    assert "sk-123" not in str(raised.value) + raised.value.hint
    assert explanation.usage is None


@pytest.mark.parametrize("reply", ["", " \n"])
def test_an_empty_explanation_is_an_error(reply):
    with pytest.raises(ModelFailed):
        list(Explanation(FakeModel([reply]), BLOCK).pieces(never))
