"""Messages as JSON values and back; a picture is a name there, and its bytes are kept elsewhere."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeAlias

from interpreter.core.messages import (
    CodeBlock,
    Display,
    Execution,
    Failure,
    Image,
    Instruction,
    Message,
    Output,
    Reply,
    Spool,
    Text,
    Variable,
)

Record: TypeAlias = dict[str, Any]
Keep: TypeAlias = Callable[[Image], str]
"""Keeps a picture and gives it a name."""
Fetch: TypeAlias = Callable[[str, str], Image]
"""The picture of a MIME type and a name."""

WRONG_FORM = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What reading JSON values raises that are not what was kept: somebody, or a disk, has changed them."""

PICTURE = "kept_picture"
"""The key of a JSON object that stands for a picture's data."""

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
"""MIME types of displays whose data is base64 and large."""


def as_form(message: Message, keep: Keep, redact: Callable[[str], str]) -> Record:
    """The message as JSON values, every text of it passed through `redact`.

    A block in which something was redacted has `masked`: it is not what ran, and cannot be run again.
    """
    form: Record = masked(asdict(_without_pictures(message, keep)), redact)
    block = getattr(message, "block", None)
    if block is not None and form["block"]["code"] != block.code:
        form["block"]["masked"] = True
    return form


def from_form(form: Mapping[str, Any], fetch: Fetch) -> Message:
    """The message again; raises one of WRONG_FORM for what is none."""
    match form["kind"]:
        case "instruction":
            images = tuple(fetch(image["mime"], image["data"]) for image in form["images"])
            return Instruction(form["text"], images)
        case "reply":
            return Reply(form["text"], _block(form["block"]), form["reasoning"], form["native"])
        case "execution":
            return _execution(form, fetch)
        case kind:
            raise ValueError(f"a message of the kind {kind!r}")


def masked(value: Any, redact: Callable[[str], str]) -> Any:
    """JSON values with every text, keys included, passed through `redact`."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {redact(str(key)): masked(each, redact) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [masked(each, redact) for each in value]
    return value


def picture_of_data(mime: str, data: str) -> Image:
    """Fetches a picture where its data was kept in place of a name."""
    return Image(mime, data)


def storable(text: str) -> str:
    """Text that SQLite can hold: half a character, as a damaged file name has, becomes a question mark."""
    return text.encode("utf-8", "replace").decode()


def text_of(kind: str, form: Mapping[str, Any]) -> str:
    """What of a message can be found: instructions, replies, code and output."""
    if kind != "execution":
        return str(form["text"])
    outputs = (_output_text(output) for output in form["outputs"])
    return "\n".join([form["block"]["code"], *outputs, form["note"]]).strip()


def _output_text(output: Mapping[str, Any]) -> str:
    match output["kind"]:
        case "text":
            return str(output["text"])
        case "failure":
            return f"{output['name']}: {output['message']}"
        case _:
            return str(output["data"].get("text/plain", ""))


def _without_pictures(message: Message, keep: Keep) -> Message:
    match message:
        case Instruction(_, images) if images:
            return replace(message, images=tuple(replace(image, data=keep(image)) for image in images))
        case Execution(outputs=outputs):
            return replace(message, outputs=tuple(_small(output, keep) for output in outputs))
    return message


def _small(output: Output, keep: Keep) -> Output:
    if not isinstance(output, Display) or not any(isinstance(output.data.get(mime), str) for mime in PICTURES):
        return output
    data = {
        mime: {PICTURE: keep(Image(mime, value))} if mime in PICTURES and isinstance(value, str) else value
        for mime, value in output.data.items()
    }
    return replace(output, data=data)


def _execution(form: Mapping[str, Any], fetch: Fetch) -> Execution:
    block = _block(form["block"])
    if block is None:
        raise ValueError("an execution without a block")
    return Execution(
        block=block,
        status=form["status"],
        outputs=tuple(_output(output, fetch) for output in form["outputs"]),
        seconds=form["seconds"],
        note=form["note"],
        changed=tuple(Variable(**variable) for variable in form["changed"]),
        spool=Spool(**form["spool"]) if form["spool"] else None,
        edited=form["edited"],
    )


def _block(form: Mapping[str, Any] | None) -> CodeBlock | None:
    return CodeBlock(form["language"], form["code"]) if form else None


def _output(form: Mapping[str, Any], fetch: Fetch) -> Output:
    match form["kind"]:
        case "text":
            return Text(form["text"], form["stream"], form["left_out"])
        case "display":
            data = {
                mime: fetch(mime, value[PICTURE]).data if _is_picture(mime, value) else value
                for mime, value in form["data"].items()
            }
            return Display(data, form["metadata"], form["id"])
        case "failure":
            return Failure(form["name"], form["message"], form["traceback"])
        case kind:
            raise ValueError(f"an output of the kind {kind!r}")


def _is_picture(mime: str, value: Any) -> bool:
    return mime in PICTURES and isinstance(value, Mapping) and set(value) == {PICTURE}
