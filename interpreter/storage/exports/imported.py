"""A Jupyter notebook as the beginning of a conversation: bounded, and named where it is wrong, whatever it holds."""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from interpreter.core.errors import WrongUsage
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
    Status,
    Stream,
    Text,
)
from interpreter.storage.exports.notebook import MAGICS

LONGEST_FILE = 100_000_000
"""Bytes of a notebook that is read."""
MOST_CELLS = 10_000
LONGEST_TEXT = 200_000
"""Characters of an output that are kept: half from its head, half from its tail."""
LONGEST_DATA = 20_000_000
"""Characters of a picture in base64, or of another form of a display, beyond which it is left out."""

NOT_RUN = "It had not been run in the notebook."

_LANGUAGES = {magic: language for language, magic in MAGICS.items()}
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


def read_notebook(path: Path) -> list[Message]:
    """The messages that a notebook stands for, an instruction first; raises WrongUsage for what is no notebook.

    A code cell is a block that the model sent, with what came out; text that is quoted is an instruction, all other
    text a reply.
    """
    notebook = _loaded(path)
    cells = notebook.get("cells")
    if notebook.get("nbformat") != 4 or not isinstance(cells, list):
        raise _no_notebook(
            path, "it is not of nbformat 4", f"Convert it first: jupyter nbconvert --to notebook {path.name}"
        )
    if len(cells) > MOST_CELLS:
        raise _no_notebook(path, f"it has more than {MOST_CELLS:,} cells")
    messages: list[Message] = []
    for number, cell in enumerate(cells, 1):
        try:
            messages += _messages(cell, _language(notebook))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _no_notebook(path, f"its cell {number} is damaged") from error
    if not messages:
        raise _no_notebook(path, "it holds nothing")
    joined = list(_joined(messages))
    return joined if isinstance(joined[0], Instruction) else [Instruction(f"Go on from {path.name}."), *joined]


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        # Not to wait for the other end of a pipe.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _no_notebook(path, "it is no file")
            data = file.read(LONGEST_FILE + 1)
    except (OSError, ValueError) as error:
        reason = f"{getattr(error, 'strerror', None) or error}".lower()
        raise WrongUsage(f"{path} cannot be read: {reason}.", "Name a notebook, such as work.ipynb.") from error
    if len(data) > LONGEST_FILE:
        raise _no_notebook(path, f"it is larger than {LONGEST_FILE // 1_000_000} MB")
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise _no_notebook(path, "it is not JSON") from error
    if not isinstance(notebook, dict):
        raise _no_notebook(path, "it is not a JSON object")
    return notebook


def _no_notebook(path: Path, reason: str, hint: str = "Open it in Jupyter and save it again.") -> WrongUsage:
    return WrongUsage(f"{path} cannot be imported: {reason}.", hint)


def _language(notebook: Mapping[str, Any]) -> str:
    metadata = notebook.get("metadata")
    info = metadata.get("language_info") if isinstance(metadata, dict) else None
    name = info.get("name") if isinstance(info, dict) else None
    return name.lower() if isinstance(name, str) and name else "python"


def _messages(cell: Mapping[str, Any], language: str) -> Iterator[Message]:
    source = _text(cell["source"]).strip("\n")
    if not source.strip():
        return
    match cell["cell_type"]:
        case "code":
            block = _block(source, language)
            yield Reply(block.fenced, block)
            yield _execution(block, cell)
        case "markdown" if all(line.startswith(">") or not line.strip() for line in _words(source)):
            text = "\n".join(line[1:].removeprefix(" ") for line in _words(source))
            yield Instruction(text.strip(), tuple(_attached(cell)))
        case "markdown":
            yield Reply(source)
        case "raw":
            yield Reply(CodeBlock("text", source).fenced)
        case kind:
            raise ValueError(f"a cell of the kind {kind!r}")


def _words(source: str) -> list[str]:
    """The lines of a text without those that show a picture attached to it."""
    return [line for line in source.splitlines() if not re.fullmatch(r"!\[[^\]]*\]\(attachment:[^)]*\)\s*", line)]


def _joined(messages: Sequence[Message]) -> Iterator[Message]:
    """Text right before a block is of the same reply."""
    before: Reply | None = None
    for message in messages:
        if isinstance(message, Reply) and message.block is None:
            if before is not None:
                yield before
            before = message
        elif isinstance(message, Reply) and before is not None:
            yield Reply(f"{before.text}\n\n{message.text}", message.block)
            before = None
        else:
            if before is not None:
                yield before
            before = None
            yield message
    if before is not None:
        yield before


def _block(source: str, language: str) -> CodeBlock:
    first, _, rest = source.partition("\n")
    magic = _LANGUAGES.get(first.strip())
    return CodeBlock(magic, rest) if magic and language == "python" else CodeBlock(language, source)


def _execution(block: CodeBlock, cell: Mapping[str, Any]) -> Execution:
    outputs = tuple(output for each in cell["outputs"] for output in _outputs(each))
    if not outputs and cell.get("execution_count") is None:
        return Execution(block, "interrupted", note=NOT_RUN)
    return Execution(block, _status(outputs), outputs)


def _status(outputs: Sequence[Output]) -> Status:
    failures = [output for output in outputs if isinstance(output, Failure)]
    if not failures:
        return "ok"
    return "interrupted" if failures[-1].name == "KeyboardInterrupt" else "failed"


def _outputs(output: Mapping[str, Any]) -> Iterator[Output]:
    match output["output_type"]:
        case "stream":
            stream: Stream = "stderr" if output["name"] == "stderr" else "stdout"
            text = _text(output["text"])
            half = LONGEST_TEXT // 2
            yield Text(text if len(text) <= LONGEST_TEXT else text[:half], stream)
            if len(text) > LONGEST_TEXT:
                yield Text(text[-half:], stream, len(text) - 2 * half)
        case "display_data" | "execute_result":
            yield Display(dict(_bundle(output["data"])))
        case "error":
            lines = "\n".join(str(line) for line in output["traceback"])
            traceback = _COLOURS.sub("", lines)[-LONGEST_TEXT:]
            yield Failure(str(output["ename"]), str(output["evalue"])[:LONGEST_TEXT], traceback)
        case kind:
            raise ValueError(f"an output of the kind {kind!r}")


def _bundle(data: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for mime, value in data.items():
        kept = value if mime.endswith("json") else _text(value)
        if len(kept if isinstance(kept, str) else json.dumps(kept)) <= LONGEST_DATA:
            yield mime, kept


def _attached(cell: Mapping[str, Any]) -> Iterator[Image]:
    for bundle in cell.get("attachments", {}).values():
        for mime, data in bundle.items():
            if mime in _PICTURES and len(_text(data)) <= LONGEST_DATA:
                yield Image(mime, _text(data))


def _text(value: Any) -> str:
    """Text as notebooks have it, in one piece or as a list of lines."""
    if isinstance(value, list):
        return "".join(line for line in value if isinstance(line, str))
    if not isinstance(value, str):
        raise TypeError("text is wanted")
    return value
