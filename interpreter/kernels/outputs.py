"""Kernel messages become our outputs; the form of Jupyter's messages is known here and nowhere above."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from interpreter.core.messages import Display, Failure, Stream, Text
from interpreter.core.ports import Cleared, DisplayUpdated, KernelEvent, OutputArrived
from interpreter.core.resolver import resolve

OUR_FRAME = re.compile(r"File \S*[/\\](?:ipykernel|IPython|interpreter_inside)[/\\]\S+:\d+, in ")
NOISE = re.compile(r"-{20,}|An exception has occurred, use %tb to see the full traceback\.")


def events_of(kind: str, content: Mapping[str, Any]) -> Iterator[KernelEvent]:
    """What a message on the iopub channel shows; most messages show nothing, nor do those without their form."""
    events: tuple[KernelEvent, ...] = ()
    # Code can send messages of its own, in the kernel's name.
    with suppress(AttributeError, TypeError, ValueError):
        events = tuple(_events_of(kind, content))
    yield from events


def _events_of(kind: str, content: Mapping[str, Any]) -> Iterator[KernelEvent]:
    match kind:
        case "stream":
            stream: Stream = "stderr" if content.get("name") == "stderr" else "stdout"
            if text := clean(str(content.get("text", ""))):
                yield OutputArrived(Text(text, stream))
        case "display_data" | "execute_result":
            yield OutputArrived(_display(content))
        case "update_display_data":
            display = _display(content)
            if display.id is not None:
                yield DisplayUpdated(display.id, display)
        case "clear_output":
            yield Cleared()
        case "error":
            yield OutputArrived(failure(content))


def pages(payload: Sequence[Mapping[str, Any]]) -> Iterator[KernelEvent]:
    """What the code asked to show in a pager, as `len?` does."""
    for item in payload:
        if item.get("source") == "page" and isinstance(item.get("data"), Mapping):
            data = {mime: _clean_value(value) for mime, value in item["data"].items()}
            if isinstance(plain := data.get("text/plain"), str):
                data["text/plain"] = resolve(plain)
            yield OutputArrived(Display(data))


def failure(content: Mapping[str, Any]) -> Failure:
    """The exception that a message reports, with its traceback as plain text and without our own frames."""
    told = content.get("traceback")
    frames = [resolve(clean(str(frame))) for frame in (told if isinstance(told, list) else [])]
    kept = [frame for frame in frames if not OUR_FRAME.match(frame) and not NOISE.fullmatch(frame.strip())]
    name, message = clean(str(content.get("ename", ""))), clean(str(content.get("evalue", "")))
    return Failure(name, message, "\n".join(kept).strip("\n") or f"{name}: {message}")


def is_quiet_exit(content: Mapping[str, Any]) -> bool:
    """A `sys.exit()` that reports success: the block ends early, and nothing failed."""
    return content.get("ename") == "SystemExit" and content.get("evalue") in ("", "0", "None")


def clean(text: str) -> str:
    """The text with lone surrogates written out, so that it can be encoded."""
    if text.isascii():
        return text
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace").decode("utf-8")
    return text


def _clean_value(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def _display(content: Mapping[str, Any]) -> Display:
    data = {str(mime): _clean_value(value) for mime, value in (content.get("data") or {}).items()}
    display_id = (content.get("transient") or {}).get("display_id")
    metadata = content.get("metadata")
    return Display(
        data, metadata if isinstance(metadata, dict) else {}, None if display_id is None else str(display_id)
    )
