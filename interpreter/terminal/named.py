"""Pictures that the user's words name: they go to a model that sees."""

from interpreter.assembly import Assembled
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Image, Instruction
from interpreter.kernels.environments import Python
from interpreter.pictures.files import named_pictures, read_image


def with_pictures(text: str, assembled: Assembled) -> tuple[Instruction, tuple[str, ...]]:
    """The instruction with its pictures, and what to tell the user of them.

    The path stays in the text. Where code runs on a server, its files are meant, which are not here.
    """
    if not assembled.model.sees_images or not isinstance(assembled.where, Python):
        return Instruction(text), ()
    images: list[Image] = []
    notes: list[str] = []
    for path in named_pictures(text, assembled.folder):
        try:
            images.append(read_image(path))
            notes.append(f"{path.name} goes to the model as a picture.")
        except WrongUsage as error:
            notes.append(str(error))
    return Instruction(text, tuple(images)), tuple(notes)
