"""Messages as JSON values and back; a picture is a name there, and its bytes are kept elsewhere."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any, TypeAlias, get_args

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
    Status,
    Stream,
    Text,
    Variable,
)

Record: TypeAlias = dict[str, Any]
Keep: TypeAlias = Callable[[Image], str]
"""Keeps a picture and gives it a name."""
Fetch: TypeAlias = Callable[[str, str], Image]
"""The picture of a MIME type and a name."""

WRONG_FORM = (KeyError, TypeError, ValueError, AttributeError, RecursionError, OverflowError)
"""What reading JSON values raises that are not what was kept: somebody, or a disk, has changed them."""

PICTURE = "kept_picture"
"""The key of a JSON object that stands for a picture's data."""

SMALL = 20_000
"""Characters of a message's form that is never shortened."""

HEAD, TAIL = 6_000, 6_000
"""Characters that stay of the beginning and of the end of a text: as much as any model is told of one output."""

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


def from_form(form: Mapping[str, Any], fetch: Fetch, *, lazily: bool = False) -> Message:
    """The message again; raises one of WRONG_FORM for what is none.

    With `lazily`, pictures that were displayed are fetched when somebody looks at them.
    """
    match form["kind"]:
        case "instruction":
            images = tuple(fetch(_text(image, "mime"), _text(image, "data")) for image in form["images"])
            return Instruction(_text(form, "text"), images)
        case "reply":
            return Reply(_text(form, "text"), _block(form["block"]), _text(form, "reasoning"), form["native"])
        case "execution":
            return _execution(form, fetch, lazily)
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


def shortened(form: Record) -> Record:
    """The form of an execution with long outputs cut, as a conversation that is gone on with needs it."""
    if form["kind"] != "execution":
        return form
    return {**form, "outputs": [short for output in form["outputs"] for short in _shortened(output)]}


def _shortened(output: Record) -> Iterator[Record]:
    match output["kind"]:
        case "text" if len(output["text"]) > HEAD + TAIL:
            text = output["text"]
            yield {**output, "text": text[:HEAD]}
            yield {**output, "text": text[-TAIL:], "left_out": len(text) - HEAD - TAIL}
        case "failure":
            yield {**output, "traceback": output["traceback"][-TAIL:], "message": output["message"][:HEAD]}
        case "display":
            yield {**output, "data": {mime: _short_data(mime, value) for mime, value in output["data"].items()}}
        case _:
            yield output


def _short_data(mime: str, value: Any) -> Any:
    if _is_picture(mime, value):
        return value
    text = value if isinstance(value, str) else json.dumps(value)
    return value if len(text) <= HEAD + TAIL else f"{text[:HEAD]}… ({len(text) - HEAD} more characters)"


class _KeptData(Mapping[str, Any]):
    """The data of a display whose pictures are read from their files when they are looked at."""

    def __init__(self, data: Mapping[str, Any], fetch: Fetch) -> None:
        self._data = data
        self._fetch = fetch

    def __getitem__(self, mime: str) -> Any:
        value = self._data[mime]
        return self._fetch(mime, value[PICTURE]).data if _is_picture(mime, value) else value

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)

    def __contains__(self, mime: object) -> bool:
        return mime in self._data


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


def _execution(form: Mapping[str, Any], fetch: Fetch, lazily: bool) -> Execution:
    block = _block(form["block"])
    if block is None:
        raise ValueError("an execution without a block")
    return Execution(
        block=block,
        status=_status(form["status"]),
        outputs=tuple(_output(output, fetch, lazily) for output in form["outputs"]),
        seconds=float(form["seconds"]),
        note=_text(form, "note"),
        changed=tuple(Variable(**{name: _text(variable, name) for name in variable}) for variable in form["changed"]),
        spool=_spool(form["spool"]) if form["spool"] else None,
        edited=bool(form["edited"]),
        sha256=_text(form, "sha256") if "sha256" in form else "",
    )


def block_of(text: str) -> CodeBlock:
    """A block from the text of its JSON form; raises one of WRONG_FORM for what is none."""
    form = json.loads(text)
    return CodeBlock(_text(form, "language"), _text(form, "code"))


def _block(form: Mapping[str, Any] | None) -> CodeBlock | None:
    return CodeBlock(_text(form, "language"), _text(form, "code")) if form else None


def _spool(form: Mapping[str, Any]) -> Spool:
    return Spool(_text(form, "path"), int(form["characters"]), int(form["left_out"]))


def _status(value: Any) -> Status:
    if value not in get_args(Status):
        raise ValueError(f"a status {value!r:.40}")
    status: Status = value
    return status


def _text(form: Mapping[str, Any], name: str) -> str:
    if not isinstance(value := form[name], str):
        raise TypeError(f"{name} is no text")
    return value


def _object(form: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    if not isinstance(value := form[name], Mapping):
        raise TypeError(f"{name} is no object")
    return value


def _output(form: Mapping[str, Any], fetch: Fetch, lazily: bool) -> Output:
    match form["kind"]:
        case "text":
            stream: Stream = "stderr" if _text(form, "stream") == "stderr" else "stdout"
            return Text(_text(form, "text"), stream, int(form["left_out"]))
        case "display":
            kept = _object(form, "data")
            data = _KeptData(kept, fetch)
            has_picture = any(_is_picture(mime, value) for mime, value in kept.items())
            known = None if form["id"] is None else _text(form, "id")
            return Display(data if lazily and has_picture else dict(data), _object(form, "metadata"), known)
        case "failure":
            return Failure(_text(form, "name"), _text(form, "message"), _text(form, "traceback"))
        case kind:
            raise ValueError(f"an output of the kind {kind!r}")


def _is_picture(mime: str, value: Any) -> bool:
    return mime in PICTURES and isinstance(value, Mapping) and set(value) == {PICTURE}
