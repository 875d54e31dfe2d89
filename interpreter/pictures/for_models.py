"""A model that is sent only pictures that its provider takes; a decorator of the Model port."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from interpreter.core.messages import Display, Execution, Image, Instruction, Message, Output
from interpreter.core.pictures import describe_picture
from interpreter.core.ports import Delta, Model, Noted
from interpreter.pictures.decoding import NoPicture
from interpreter.pictures.fitting import fitted

SENT = ("image/png", "image/jpeg")
"""What of a display is sent as a picture."""


class FitsPictures:
    """Passes messages on with pictures of a size that providers take; the conversation keeps the originals.

    Each message is fitted once and is the same object in every request, so that what was sent stays as it was.
    """

    def __init__(self, model: Model) -> None:
        self._model = model
        self._fitted: dict[int, tuple[Message, Message]] = {}
        self._told: set[str] = set()

    @property
    def name(self) -> str:
        """As `Model.name`."""
        return self._model.name

    @property
    def sees_images(self) -> bool:
        """As `Model.sees_images`."""
        return self._model.sees_images

    def stream(self, system: str, messages: Sequence[Message]) -> Iterator[Delta]:
        """As `Model.stream`; whoever gave a picture to a model that cannot see is told so once."""
        if not self._model.sees_images:
            yield from self._tell(messages)
            yield from self._model.stream(system, messages)
            return
        known, self._fitted = self._fitted, {}
        for message in messages:
            self._fitted[id(message)] = known.get(id(message)) or (message, _with_fitted(message))
        yield from self._model.stream(system, [self._fitted[id(message)][1] for message in messages])

    def _tell(self, messages: Sequence[Message]) -> Iterator[Delta]:
        is_given = any(isinstance(message, Instruction) and message.images for message in messages)
        if is_given and self.name not in self._told:
            self._told.add(self.name)
            yield Noted(f"{self.name} cannot see pictures: it is told their type and size.")


def _with_fitted(message: Message) -> Message:
    match message:
        case Instruction(text, images) if images:
            fits = [(image, _fitted(image)) for image in images]
            damaged = [describe_picture(image) for image, fit in fits if fit is None]
            kept = tuple(fit for _, fit in fits if fit is not None)
            return replace(message, text="\n\n".join([text, *damaged]), images=kept)
        case Execution() if message.images:
            return replace(message, outputs=tuple(map(_output, message.outputs)))
        case _:
            return message


def _output(output: Output) -> Output:
    if not isinstance(output, Display) or not any(mime in output.data for mime in SENT):
        return output
    data = {mime: value for mime, value in output.data.items() if mime not in SENT}
    first = next(Image(mime, str(output.data[mime])) for mime in SENT if mime in output.data)
    if (fit := _fitted(first)) is None:
        return replace(output, data={**data, "text/plain": f"{describe_picture(first)} (damaged)"})
    return replace(output, data={**data, fit.mime: fit.data})


def _fitted(image: Image) -> Image | None:
    """None for what no provider would take: one refused picture would end the conversation."""
    try:
        return fitted(image)
    except NoPicture:
        return None
