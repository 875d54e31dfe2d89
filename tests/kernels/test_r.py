"""What is particular about the R kernel: output that IRkernel itself loses or is slow with, and waiting for answers."""

from collections.abc import Iterator

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Display
from interpreter.core.ports import InputAsked, KernelEvent
from interpreter.kernels.jupyter_kernel import JupyterKernel
from tests.kernels.driving import local_kernels, meanwhile, run


@pytest.fixture(scope="module")
def r(module_token: CancelToken, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterKernel]:
    kernels = local_kernels(tmp_path_factory.mktemp("r"), module_token, allows_input=True)
    if "r" not in kernels.languages():
        pytest.skip("r does not run here: see python3 -m tests.languages")
    yield kernels.get("r")
    kernels.close()


def test_what_commands_write_is_shown_with_their_status(r: JupyterKernel) -> None:
    ran = run(r, "cat('before\n'); status <- system('echo child; echo bad >&2; exit 3'); cat(status)")

    assert ran.stdout == "before\nchild\n3"
    assert ran.stderr.strip() == "bad"
    assert run(r, "system('echo one; echo two', intern = TRUE)").shown == ['[1] "one" "two"']


def test_a_command_in_the_background_does_not_hold_up_the_end(r: JupyterKernel) -> None:
    ran = run(r, "system('sleep 600 & echo $!')")

    assert ran.stdout.strip().isdigit()
    assert ran.ended.seconds < 60
    run(r, f"tools::pskill({ran.stdout.strip()})")


def test_a_table_and_a_plot_arrive_in_all_their_forms(r: JupyterKernel) -> None:
    (table,) = run(r, "data.frame(a = 1:2, b = c('x', 'y'))").outputs
    (plot,) = run(r, "plot(1:3)").outputs

    assert table.data["text/plain"] == "  a b\n1 1 x\n2 2 y"
    assert "<table" in table.data["text/html"]
    assert isinstance(plot, Display) and plot.data["image/png"].startswith("iVBOR")


def test_after_an_error_the_rest_of_its_line_is_not_run(r: JupyterKernel) -> None:
    ran = run(r, "3; stop('no'); cat('not reached')")

    assert (ran.ended.status, ran.shown, ran.stdout) == ("failed", ["[1] 3"], "")


def test_what_is_written_to_stderr_is_shown(r: JupyterKernel) -> None:
    ran = run(r, "cat('one\\n', file = stderr()); write('two', stderr()); cat('out')")

    assert (ran.stdout, ran.stderr) == ("out", "one\ntwo\n")


def test_warnings_and_messages_are_told_apart_from_output(r: JupyterKernel) -> None:
    ran = run(r, "warning('careful'); message('by the way'); cat('out')")

    assert (ran.stdout, ran.ended.status) == ("out", "ok")
    assert "careful" in ran.stderr and "by the way" in ran.stderr


def test_what_was_printed_before_an_interrupt_is_kept(r: JupyterKernel, token: CancelToken) -> None:
    with meanwhile(0.5, token.cancel):
        ran = run(r, "for (i in 1:3) cat(i, ''); repeat {}")

    assert (ran.ended.status, ran.ended.note, ran.stdout) == ("interrupted", "", "1 2 3 ")


@pytest.mark.parametrize(("code", "text"), [("cat('a\\xffb')", "a\ufffdb"), ("cat('é\\n\\r')", "é\n\r")])
def test_odd_text_arrives(r: JupyterKernel, code: str, text: str) -> None:
    assert run(r, code).stdout == text


def test_characters_are_not_cut_where_pieces_are(r: JupyterKernel) -> None:
    texts = run(r, "cat('x', rep('中', 100000), sep = '')").outputs

    assert {character for each in texts for character in each.text} == {"x", "中"}


def test_a_question_is_answered(r: JupyterKernel) -> None:
    def answer(event: KernelEvent) -> None:
        if isinstance(event, InputAsked):
            r.answer("Ada")

    assert run(r, "name <- readline('name? '); cat('hello', name)", seen=answer).stdout == "hello Ada"


def test_a_question_can_be_interrupted(r: JupyterKernel, token: CancelToken) -> None:
    run(r, "kept <- 41")

    with meanwhile(0.5, token.cancel):
        ran = run(r, "readline('name? '); cat('not reached')")

    token.clear()
    assert (ran.ended.status, ran.ended.note, ran.stdout) == ("interrupted", "", "")
    assert run(r, "cat(kept)").stdout == "41"
