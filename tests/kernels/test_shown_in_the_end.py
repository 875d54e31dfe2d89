"""What stands there when a block has ended: progress bars, updates of displays and clearing, from real kernels."""

import pytest

from interpreter.core.feedback import describe
from interpreter.core.messages import CodeBlock, Display, Execution, Output, Text
from interpreter.core.outputs import Outputs
from interpreter.core.ports import Cleared, DisplayUpdated, Kernel, OutputArrived
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.local_kernels import LocalKernels
from tests.kernels.driving import run


def left_by(kernel: Kernel, code: str) -> tuple[Output, ...]:
    """The outputs as the agent collects them."""
    outputs = Outputs()
    for event in run(kernel, code).events:
        match event:
            case OutputArrived(output):
                outputs.add(output)
            case DisplayUpdated(display_id, output):
                outputs.update(display_id, output)
            case Cleared():
                outputs.clear()
    return outputs.all()


def told(outputs: tuple[Output, ...]) -> str:
    return describe(Execution(CodeBlock("python", "f()"), "ok", outputs), "", small=False)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_progress_bar_of_ten_thousand_updates_is_one_line_and_seen_live(kernel: JupyterKernel, stream: str) -> None:
    code = (
        "import sys\n"
        "for n in range(10_001):\n"
        f"    print(f'\\r{{n:5d}} |' + '#' * 70 + '|', end='', file=sys.{stream}, flush=n % 100 == 0)\n"
        f"print(file=sys.{stream}); print('done')"
    )
    ran = run(kernel, code)
    live = [event.output for event in ran.events if isinstance(event, OutputArrived)]

    outputs = left_by(kernel, code)

    assert len(live) > 10 and sum(len(output.text) for output in live) > 700_000
    # Which of two streams comes first is the kernel's to say.
    lines = sorted("".join(output.text for output in outputs if isinstance(output, Text)).split("\n"))
    assert lines == ["", f"10000 |{'#' * 70}|", "done"]
    assert len(told(outputs)) == len(f"Output:\n10000 |{'#' * 70}|\ndone")


def test_bars_of_tqdm_are_a_line_each_also_nested_and_between_prints(kernel: JupyterKernel) -> None:
    code = (
        "from tqdm import tqdm\n"
        "for n in tqdm(range(300), desc='plain', mininterval=0):\n    if n % 100 == 0: print('at', n, flush=True)\n"
        "for n in tqdm(range(20), desc='outer', mininterval=0):\n"
        "    for m in tqdm(range(20), desc='inner', mininterval=0, leave=False): pass\n"
        "print('done')"
    )

    text = told(left_by(kernel, code))

    assert text.count("plain:") == text.count("outer:") == 1
    assert "plain: 100%" in text and "outer: 100%" in text and text.count("inner:") <= 1
    assert [line for line in text.split("\n") if line.startswith(("at", "done"))] == [
        "at 0",
        "at 100",
        "at 200",
        "done",
    ]


def test_a_bar_of_a_shell_is_one_line(kernels: LocalKernels) -> None:
    code = "for n in $(seq 1 2000); do printf '\\r%d%%' $n >&2; done; echo; printf '\\033[31mred\\033[0m\\n'"

    outputs = left_by(kernels.get("bash"), code)

    assert sorted(output.text for output in outputs if isinstance(output, Text)) == ["\nred\n", "2000%"]


def test_a_display_shows_what_it_was_updated_to_last(kernel: JupyterKernel) -> None:
    code = (
        "from IPython.display import HTML, display, update_display\n"
        "handle = display('first', display_id='a'); print('between'); display('other', display_id='b')\n"
        "for n in range(500): handle.update(n)\n"
        "update_display(HTML('<table><tr><td>x</td></tr></table>'), display_id='b')"
    )

    outputs = left_by(kernel, code)

    assert [type(output) for output in outputs] == [Display, Text, Display]
    assert told(outputs) == "Output:\n499\nbetween\nx"


def test_an_update_behind_a_flood_reaches_the_display_before_it(kernel: JupyterKernel) -> None:
    code = (
        "h = display('first', display_id='a')\nprint('x\\n' * 500_000)\nfor n in range(100): h.update(n)\nprint('end')"
    )

    first, *_, last = left_by(kernel, code)

    assert isinstance(first, Display) and first.data["text/plain"] == "99"
    assert isinstance(last, Text) and last.text.endswith("x\n\nend\n")


@pytest.mark.parametrize("wait", [True, False])
def test_what_was_cleared_is_gone_as_soon_as_something_new_comes(kernel: JupyterKernel, wait: bool) -> None:
    code = (
        "from IPython.display import clear_output\n"
        f"for n in range(200): clear_output(wait={wait}); print('step', n)\n"
        "display(n)"
    )

    assert told(left_by(kernel, code)) == "Output:\nstep 199\n199"


def test_colours_never_reach_the_model(kernel: JupyterKernel) -> None:
    code = "print('\\033[1;31mred\\033[0m'); display({'text/plain': '\\033[32mgreen\\033[0m'}, raw=True)"

    assert told(left_by(kernel, code)) == "Output:\nred\ngreen"
