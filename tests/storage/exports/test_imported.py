"""A notebook becomes the beginning of a session; whatever else a file holds is named, and harms nothing."""

import json
import os
from pathlib import Path

import pytest

from interpreter.core.errors import WrongUsage
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Image, Instruction, Reply, Text
from interpreter.storage.exports import imported
from interpreter.storage.exports.imported import LONGEST_TEXT, MOST_CELLS, NOT_RUN, read_notebook
from interpreter.storage.exports.notebook import as_notebook

PNG = "iVBORw0KGgo="
X = CodeBlock("python", "x = 1")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "work.ipynb"


def cell(kind: str, source: object, **more: object) -> dict[str, object]:
    extra = {"outputs": [], "execution_count": 1} if kind == "code" else {}
    return {"cell_type": kind, "metadata": {}, "source": source, **extra, **more}


def read(file: Path, *cells: object, **more: object) -> list[object]:
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}
    file.write_text(json.dumps(notebook))
    return read_notebook(file)


def test_what_was_exported_comes_back(file):
    shell = CodeBlock("bash", "echo hi")
    messages = [
        Instruction("Do\n\nit", (Image("image/png", PNG),)),
        Reply(f"Let me.\n\n{X.fenced}", X),
        Execution(X, "ok", (Text("out\n"), Text("err\n", "stderr"), Display({"image/png": PNG, "text/plain": "F"}))),
        Reply(f"Now.\n\n{shell.fenced}", shell),
        Execution(shell, "failed", (Failure("E", "m", "Traceback\nE: m"),)),
        Reply("Done."),
        Instruction("more"),
        Reply("No."),
    ]
    file.write_text(json.dumps(as_notebook(messages, "3.12")))
    assert read_notebook(file) == messages


def test_a_notebook_of_somebody_elses_begins_with_an_instruction(file):
    made = read(file, cell("markdown", ["# Load\n", "it"]), cell("code", "x = 1"), cell("markdown", "The end."))
    assert made == [
        Instruction("Go on from work.ipynb."),
        Reply(f"# Load\nit\n\n{X.fenced}", X),
        Execution(X, "ok"),
        Reply("The end."),
    ]


def test_cells_that_never_ran_or_were_stopped_are_told_as_such(file):
    stopped = {"output_type": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": ["\x1b[31mx\x1b[0m"]}
    made = read(file, cell("code", "x = 1", execution_count=None), cell("code", "x = 1", outputs=[stopped]))
    assert made[2] == Execution(X, "interrupted", note=NOT_RUN)
    assert made[4] == Execution(X, "interrupted", (Failure("KeyboardInterrupt", "", "x"),))


def test_the_language_is_the_notebooks_own(file):
    made = read(file, cell("code", "x <- 1"), metadata={"language_info": {"name": "R"}})
    assert made[1].block == CodeBlock("r", "x <- 1")


def test_empty_cells_are_passed_over_and_raw_ones_are_text(file):
    made = read(file, cell("code", " \n"), cell("markdown", ""), cell("raw", "a"))
    assert made[1:] == [Reply("```text\na\n```")]


def test_long_outputs_are_cut_and_say_so(file):
    stream = {"output_type": "stream", "name": "stdout", "text": "a" * LONGEST_TEXT + "b" * LONGEST_TEXT}
    made = read(file, cell("code", "x = 1", outputs=[stream]))
    first, last = made[2].outputs
    assert (first.text[0], last.text[-1], last.left_out) == ("a", "b", LONGEST_TEXT)
    assert len(first.text) + len(last.text) == LONGEST_TEXT


def test_what_is_too_large_to_keep_is_left_out_of_a_display(file):
    data = {"image/png": "A" * (imported.LONGEST_DATA + 1), "text/plain": ["a", "b"]}
    made = read(file, cell("code", "x = 1", outputs=[{"output_type": "display_data", "data": data, "metadata": {}}]))
    assert made[2].outputs == (Display({"text/plain": "ab"}),)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no json",
        b"[]",
        b"null",
        b"{}",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"nbformat": 3, "worksheets": []}',
        b'{"nbformat": 4, "cells": {}}',
        b'{"nbformat": 4, "cells": []}',
        b'{"nbformat": 4, "cells": [1]}',
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x"}]}',
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": {"a": 1}, "outputs": []}]}',
        b'{"nbformat": 4, "cells": [{"cell_type": "song", "source": "x"}]}',
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x", "outputs": [{"output_type": "x"}]}]}',
        b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x", "outputs": [{"output_type": "error"}]}]}',
        b'{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "> x", "attachments": [1]}]}',
        json.dumps({"nbformat": 4, "cells": [cell("raw", "x")] * (MOST_CELLS + 1)}).encode(),
    ],
)
def test_what_is_no_notebook_is_named(file, content):
    file.write_bytes(content)
    with pytest.raises(WrongUsage, match=r"work\.ipynb cannot be imported") as caught:
        read_notebook(file)
    assert caught.value.hint


def test_a_file_that_is_none_is_named_and_waited_for_by_nobody(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("missing", "pipe", "."):
        with pytest.raises(WrongUsage, match=r"cannot be (read|imported)"):
            read_notebook(tmp_path / name)
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(imported.LONGEST_FILE + 1)
    with pytest.raises(WrongUsage, match="larger than 100 MB"):
        read_notebook(tmp_path / "huge")
