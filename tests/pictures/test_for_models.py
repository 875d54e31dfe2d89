"""What a model is sent of a conversation's pictures."""

from interpreter.core.messages import CodeBlock, Display, Execution, Image, Instruction, Reply
from interpreter.core.ports import Noted
from interpreter.pictures.for_models import FitsPictures
from tests.fakes import FakeModel
from tests.pictures.made import bomb, image, opened, picture

BLOCK = CodeBlock("python", "plot()")
LARGE = picture((3000, 200))


def ran(*displays: dict) -> Execution:
    return Execution(BLOCK, "ok", tuple(Display(data) for data in displays))


def sent(model: FakeModel, *conversations: list) -> list:
    fits = FitsPictures(model)
    return [list(fits.stream("", conversation)) for conversation in conversations]


def test_pictures_of_instructions_and_plots_are_made_to_fit_and_the_conversation_keeps_its_own():
    model = FakeModel(["Fine."], sees_images=True)
    conversation = [
        Instruction("look", (LARGE,)),
        Reply("ok", BLOCK),
        ran({"image/png": LARGE.data, "text/plain": "p"}),
    ]
    sent(model, conversation)
    instruction, reply, execution = model.asked[0]
    assert [opened(each).width for each in (*instruction.images, *execution.images)] == [1568, 1568]
    assert instruction.text == "look" and execution.outputs[0].data["text/plain"] == "p"
    assert reply is conversation[1] and conversation[0].images == (LARGE,)


def test_what_was_sent_is_the_same_object_again_so_that_the_prefix_stays():
    model = FakeModel(["One.", "Two."], sees_images=True)
    first = [Instruction("look", (LARGE,)), Reply("ok", BLOCK), ran({"image/png": LARGE.data})]
    sent(model, first, [*first, Reply("One."), Instruction("and?")])
    assert all(before is after for before, after in zip(model.asked[0], model.asked[1], strict=False))


def test_what_fits_is_sent_as_it_is():
    model = FakeModel(["Fine."], sees_images=True)
    small = picture()
    sent(model, [Instruction("look", (small,))])
    assert model.asked[0][0].images[0] is small


def test_a_damaged_picture_is_told_in_words_since_one_that_is_refused_would_end_the_conversation():
    model = FakeModel(["Fine."], sees_images=True)
    broken = (Image("image/png", "aGVsbG8="), image(bomb(100_000, 100_000)))
    plot = {"image/png": broken[0].data, "image/jpeg": broken[0].data, "text/html": "<b>plot</b>"}
    sent(model, [Instruction("look", broken), Reply("ok", BLOCK), ran(plot)])
    instruction, _, execution = model.asked[0]
    assert instruction.images == () == execution.images
    assert "[picture: image/png" in instruction.text and "100000x100000" in instruction.text
    assert "damaged" in execution.outputs[0].data["text/plain"]


def test_a_model_that_cannot_see_gets_the_conversation_as_it_is_and_the_user_is_told_once():
    model = FakeModel(["One.", "Two."])
    conversation = [Instruction("look", (LARGE,))]
    first, second = sent(model, conversation, conversation)
    assert [delta.text for delta in first if isinstance(delta, Noted)] == [
        "fake cannot see pictures: it is told their type and size."
    ]
    assert not any(isinstance(delta, Noted) for delta in second)
    assert model.asked[0][0] is conversation[0]


def test_nobody_is_told_that_a_plot_cannot_be_seen_by_the_model():
    model = FakeModel(["Fine."])
    (deltas,) = sent(model, [Instruction("plot"), Reply("ok", BLOCK), ran({"image/png": LARGE.data})])
    assert not any(isinstance(delta, Noted) for delta in deltas)


def test_closing_the_stream_closes_the_models():
    model = FakeModel(["A long reply."], sees_images=True)
    stream = FitsPictures(model).stream("", [Instruction("look", (LARGE,))])
    next(stream)
    stream.close()
    assert model.closed == 1
