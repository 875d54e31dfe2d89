"""Pictures that the user's words name: they go to a model that sees."""

from dataclasses import replace

from interpreter.assembly import Assembled
from interpreter.core.errors import WrongUsage
from interpreter.core.messages import Image
from interpreter.kernels.environments import Python
from interpreter.pictures.files import named_pictures, read_image
from interpreter.terminal.attachments import Attached, found


def with_pictures(attached: Attached, said: str, assembled: Assembled) -> Attached:
    """The instruction with the pictures that the user's words `said` name, besides those that it has.

    The path stays in the text. Where code runs on a server, its files are meant, which are not here.
    """
    if not assembled.model.sees_images or not isinstance(assembled.where, Python):
        return attached
    images: list[Image] = []
    notes: list[str] = []
    attached_already = found(said, assembled.folder)
    for path in named_pictures(said, assembled.folder):
        if path in attached_already:
            continue
        try:
            images.append(read_image(path))
            notes.append(f"{path.name} goes to the model as a picture.")
        except WrongUsage as error:
            notes.append(str(error))
    instruction = attached.instruction
    return Attached(replace(instruction, images=(*instruction.images, *images)), notes=(*attached.notes, *notes))
