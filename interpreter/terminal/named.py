"""What the user's words name: pictures go to a model that sees, files into the box that code runs in."""

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


def in_the_box(attached: Attached, said: str, assembled: Assembled) -> Attached:
    """The instruction with where in the box the files are that it names with `@` and that code there would not see."""
    box = assembled.box
    if box is None:
        return attached
    hidden = [path for path in found(said, assembled.folder) if path.is_file() and not box.shows(path)]
    told = [f"Code finds the file {path} at {box.show(path)}, as a copy." for path in hidden]
    text = "\n\n".join([attached.instruction.text, *told])
    return replace(attached, instruction=replace(attached.instruction, text=text))
