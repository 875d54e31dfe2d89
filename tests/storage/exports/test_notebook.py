"""A conversation as a notebook: valid by the format's schema, and a Python kernel can run it."""

import base64
import json
import os

import nbformat
import pytest
from nbclient import NotebookClient

from interpreter.core.agent import Agent
from interpreter.core.cancel import CancelToken
from interpreter.core.messages import CodeBlock, Display, Execution, Failure, Image, Instruction, Reply, Text
from interpreter.core.outputs import Outputs
from interpreter.kernels.local_kernels import LocalKernels
from interpreter.storage.exports.notebook import as_notebook
from tests.fakes import FakeApprover, FakeModel

PNG = base64.b64encode(b"\x89PNG not really").decode()
X = CodeBlock("python", "x = 6 * 7\nprint(x)")


def proposed(block: CodeBlock, before: str = "Let me see.") -> Reply:
    return Reply(f"{before}\n\n{block.fenced}", block)


def notebook(*messages):
    """The notebook of a conversation, as it is read again from a file."""
    made = nbformat.reads(json.dumps(as_notebook(messages, "3.12.1")), as_version=4)
    nbformat.validate(made)
    return made


def test_a_conversation_becomes_cells_in_its_order():
    made = notebook(
        Instruction("What is\n6 * 7?"), proposed(X), Execution(X, "ok", (Text("42\n"),), 0.1), Reply("It is 42.")
    )
    assert [(cell.cell_type, cell.source) for cell in made.cells] == [
        ("markdown", "> What is\n> 6 * 7?"),
        ("markdown", "Let me see."),
        ("code", X.code),
        ("markdown", "It is 42."),
    ]
    assert made.cells[2].outputs == [{"output_type": "stream", "name": "stdout", "text": "42\n"}]
    assert made.metadata.language_info.name == "python" and made.metadata.language_info.version == "3.12.1"
    assert len({cell.id for cell in made.cells}) == 4
    assert (made.nbformat, made.nbformat_minor) == (4, 5)


def test_every_kind_of_output_is_kept():
    plotly = {"data": [{"x": [1]}]}
    outputs = (
        Text("out\n"),
        Text("err \x1b[31mred\x1b[0m\n", "stderr"),
        Text("tail\n", "stdout", 12_345),
        Display({"text/plain": "<Figure>", "image/png": PNG, "image/svg+xml": "<svg/>"}, {"needs_background": "light"}),
        Display({"application/json": {"a": 1}, "application/vnd.plotly.v1+json": plotly, "text/x-odd": {"no": "text"}}),
        Failure("ValueError", "bad", "Traceback:\nValueError: bad"),
        Failure("Odd", "bad", ""),
    )
    [cell] = notebook(Execution(X, "failed", outputs)).cells
    stdout, stderr, tail, figure, data, failure, odd = cell.outputs
    assert (stdout.name, stderr.name, stderr.text) == ("stdout", "stderr", "err \x1b[31mred\x1b[0m\n")
    assert tail.text == "[… 12,345 characters left out …]\ntail\n"
    assert figure.data == outputs[3].data and figure.metadata == {"needs_background": "light"}
    assert data.data["application/vnd.plotly.v1+json"] == plotly and data.data["text/x-odd"] == '{"no": "text"}'
    assert failure.traceback == ["Traceback:", "ValueError: bad"] and failure.ename == "ValueError"
    assert odd.traceback == ["Odd: bad"]


def test_other_languages_run_by_magic_or_are_only_shown():
    bash, html, r = CodeBlock("bash", "ls"), CodeBlock("html", "<p>"), CodeBlock("r", "1:3")
    made = notebook(
        *(Execution(block, "ok", (Text("shown ```\n"),)) for block in (bash, html, r)), Execution(r, "ok", ())
    )
    assert [(cell.cell_type, cell.source) for cell in made.cells] == [
        ("code", "%%bash\nls"),
        ("code", "%%html\n<p>"),
        ("markdown", "```r\n1:3\n```\n\n````text\nshown ```\n````"),
        ("markdown", "```r\n1:3\n```"),
    ]


def test_what_has_not_run_is_no_cell_to_run():
    made = notebook(proposed(X), Execution(X, "refused", note="Not now."), proposed(X, ""), Instruction("go on"))
    assert [cell.cell_type for cell in made.cells] == ["markdown"] * 4
    assert X.fenced in made.cells[0].source and "was not run.* Not now." in made.cells[1].source
    assert X.fenced in made.cells[2].source


def test_what_ran_in_the_place_of_the_models_block_is_the_cell():
    changed = CodeBlock("python", "x = 6 * 9")
    made = notebook(proposed(X), Execution(changed, "ok", edited=True, note="The kernel died."))
    assert [cell.source for cell in made.cells] == ["Let me see.", "x = 6 * 9", "*The kernel died.*"]


def test_pictures_of_an_instruction_are_attached():
    [cell] = notebook(Instruction("look", (Image("image/png", PNG), Image("image/jpeg", PNG)))).cells
    assert "![picture-2](attachment:picture-2)" in cell.source
    assert cell.attachments["picture-2"] == {"image/jpeg": PNG}


@pytest.mark.parametrize("text", ["", "\x00\x1b]0;t\x07", "\ud800", "é\u202e" * 1000, "```\n> # $x$"])
def test_any_text_gives_a_valid_notebook(text):
    notebook(Instruction(text), Reply(text), Execution(CodeBlock("python", text), "failed", (Text(text),), note=text))


def test_an_empty_conversation_is_an_empty_notebook():
    assert notebook().cells == []


def test_a_python_kernel_runs_it(tmp_path):
    again, shell = CodeBlock("python", "print(x + 1)"), CodeBlock("bash", "echo from the shell")
    messages = [Instruction("go")]
    for block in (X, again, shell):
        messages += [proposed(block), Execution(block, "ok", (Text("old\n"),))]
    made = notebook(*messages, Reply("Done."))

    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()

    outputs = [output.text for cell in made.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs == ["42\n", "43\n", "from the shell\n"]


def test_running_all_of_it_again_gives_what_it_gave(tmp_path):
    """A conversation with a real kernel, exported, and run by nbclient: the same outputs, failures included."""
    codes = ("x = 6 * 7\nprint(x)", "{'x': x}", "1 / 0", "from IPython.display import HTML\nHTML(f'<b>{x}</b>')")
    kernels = LocalKernels(
        tmp_path, cancel=CancelToken(), environment=dict(os.environ), allows_input=False, state_folder=None
    )
    agent = Agent(FakeModel([]), kernels, FakeApprover(), cancel=CancelToken(), system=lambda: "")
    messages = [Instruction("go")]
    try:
        for code in codes:
            block, outputs = CodeBlock("python", code), Outputs()
            messages += [proposed(block), ended(agent.run_block(block, outputs)).of(block, outputs.all())]
    finally:
        agent.close()
    was = notebook(*messages)
    made = notebook(*messages)

    NotebookClient(made, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()

    assert [told(cell) for cell in made.cells] == [told(cell) for cell in was.cells]
    assert [cell.outputs[-1].output_type for cell in was.cells if cell.cell_type == "code"][2] == "error"


def ended(run):
    while True:
        try:
            next(run)
        except StopIteration as stop:
            return stop.value


def told(cell) -> list[object]:
    """What a cell says that does not depend on when it ran."""
    outputs = cell.outputs if cell.cell_type == "code" else []
    return [
        cell.source,
        *((each.get("text"), each.get("data"), each.get("ename"), each.get("evalue")) for each in outputs),
    ]


@pytest.mark.parametrize("status", ["interrupted", "timed_out", "died", "refused"])
def test_what_was_stopped_is_shown_and_not_run_again(status):
    made = notebook(Instruction("go"), proposed(X), Execution(X, status, (Text("out\n"),), note="why"))
    assert {cell.cell_type for cell in made.cells} == {"markdown"}
