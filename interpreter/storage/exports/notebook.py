"""A conversation as a Jupyter notebook (nbformat 4.5): what a Python kernel can run again are its code cells."""

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias, assert_never

from interpreter.core.answer import prose_of
from interpreter.core.feedback import left_out, output_text, plain
from interpreter.core.messages import Display, Execution, Failure, Instruction, Message, Output, Reply, Text
from interpreter.storage.exports.transcript import fenced, quoted, ran

Cell: TypeAlias = dict[str, Any]

MAGICS = {"bash": "%%bash", "html": "%%html", "svg": "%%svg"}
"""Languages whose blocks IPython runs as cells; a cell of another is shown with its output, and does not run."""

AGAIN = ("ok", "failed")
"""How a block ended that can be run again; what was stopped, or ended its kernel, would hang a notebook or end it."""

CAN_BE_ANY = ("application/json", "+json")
"""Endings of MIME types whose data is a JSON value; all others are text."""


def as_notebook(messages: Sequence[Message], python: str) -> dict[str, Any]:
    """The notebook as JSON values; `python` is the version of the Python that the code ran in, such as 3.12.1."""
    cells = [cell for i, message in enumerate(messages) for cell in _cells(message, messages[i + 1 : i + 2])]
    runs = 0
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
        if cell["cell_type"] == "code":
            cell["execution_count"] = runs = runs + 1
    language = {"name": "python", "version": python, "mimetype": "text/x-python", "file_extension": ".py"}
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": language}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def _cells(message: Message, following: Sequence[Message]) -> Iterator[Cell]:
    match message:
        case Instruction():
            yield _instruction(message)
        case Reply():
            text = prose_of(message) if ran(following) else message.text
            if text.strip():
                yield _markdown(text.strip())
        case Execution():
            yield from _execution(message)
        case _:
            assert_never(message)


def _instruction(instruction: Instruction) -> Cell:
    names = [f"picture-{i}" for i in range(1, len(instruction.images) + 1)]
    shown = [f"![{name}](attachment:{name})" for name in names]
    cell = _markdown("\n\n".join([quoted(instruction.text), *shown]))
    if names:
        pairs = zip(names, instruction.images, strict=True)
        cell["attachments"] = {name: {image.mime: image.data} for name, image in pairs}
    return cell


def _execution(execution: Execution) -> Iterator[Cell]:
    block = execution.block
    if execution.status == "refused":
        yield _markdown(f"*The code was not run.* {execution.note}".strip())
        return
    if execution.status in AGAIN and (block.language == "python" or block.language in MAGICS):
        first = [MAGICS[block.language]] if block.language in MAGICS else []
        yield {
            "cell_type": "code",
            # Whoever runs all of it wants it to go on behind what is known to fail.
            "metadata": {"tags": ["raises-exception"]} if execution.status == "failed" else {},
            "source": "\n".join([*first, block.code]),
            "outputs": [_output(output) for output in execution.outputs],
        }
    else:
        shown = plain(output_text(execution.outputs)).strip()
        yield _markdown(f"{block.fenced}\n\n{fenced(shown)}".strip())
    if execution.note:
        yield _markdown(f"*{execution.note}*")


def _output(output: Output) -> dict[str, Any]:
    match output:
        case Text(text, stream, missing):
            mark = f"{left_out(missing)}\n" if missing else ""
            return {"output_type": "stream", "name": stream, "text": f"{mark}{text}"}
        case Display(data, metadata):
            bundle = {mime: _as_data(mime, value) for mime, value in data.items()}
            return {"output_type": "display_data", "data": bundle, "metadata": dict(metadata)}
        case Failure(name, message, traceback):
            lines = traceback.splitlines() or [f"{name}: {message}"]
            return {"output_type": "error", "ename": name, "evalue": message, "traceback": lines}
        case _:
            assert_never(output)


def _as_data(mime: str, value: Any) -> Any:
    return value if isinstance(value, str) or mime.endswith(CAN_BE_ANY) else json.dumps(value)


def _markdown(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text}
