"""`input()` and `getpass()`: asked, answered, refused, interrupted."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.ports import InputAsked, KernelEvent
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.local_kernels import LocalKernels
from tests.kernels.driving import local_kernels, meanwhile, run

GETPASS = "import getpass; print(getpass.getpass('Key: '))"


@pytest.fixture(scope="module")
def asking_kernels(module_token: CancelToken, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKernels]:
    kernels = local_kernels(tmp_path_factory.mktemp("asking"), module_token, allows_input=True)
    yield kernels
    kernels.close()


@pytest.fixture
def asking(asking_kernels: LocalKernels, token: CancelToken) -> JupyterKernel:
    return asking_kernels.get("python")


@pytest.mark.parametrize("code", ["input('Name? ')", GETPASS])
def test_input_is_refused_where_nobody_answers(kernel: JupyterKernel, code: str) -> None:
    ran = run(kernel, code)

    assert (ran.ended.status, ran.failure.name) == ("failed", "StdinNotImplementedError")


def test_reading_standard_input_itself_gets_its_end(asking: JupyterKernel) -> None:
    assert run(asking, "import sys; sys.stdin.read()").shown == ["''"]


@pytest.mark.parametrize(
    ("code", "question"),
    [("print(input('Name? '))", InputAsked("Name? ")), (GETPASS, InputAsked("Key: ", password=True))],
)
def test_a_question_is_asked_after_what_was_printed_and_its_answer_given(
    asking: JupyterKernel, code: str, question: InputAsked
) -> None:
    def answer(event: KernelEvent) -> None:
        if isinstance(event, InputAsked):
            asking.answer("Ada 中")

    ran = run(asking, f"print('before')\n{code}", seen=answer)

    assert ran.events[1] == question
    assert ran.stdout == "before\nAda 中\n"


def test_every_question_gets_its_own_answer(asking: JupyterKernel) -> None:
    answers = iter("abc")

    def answer(event: KernelEvent) -> None:
        if isinstance(event, InputAsked):
            asking.answer(next(answers))

    assert run(asking, "[input() for _ in range(3)]", seen=answer).shown == ["['a', 'b', 'c']"]


def test_a_question_nobody_answers_can_be_interrupted(asking: JupyterKernel, token: CancelToken) -> None:
    run(asking, "kept = 41")

    with meanwhile(0.5, token.cancel):
        ran = run(asking, "input()")

    token.clear()
    assert (ran.ended.status, ran.ended.note) == ("interrupted", "")
    assert run(asking, "kept + 1").shown == ["42"]


def test_a_person_who_thinks_does_not_use_up_the_time_limit(asking: JupyterKernel) -> None:
    def answer_slowly(event: KernelEvent) -> None:
        if isinstance(event, InputAsked):
            with meanwhile(2.5, lambda: None):
                asking.answer("late")

    assert run(asking, "input()", timeout=2, seen=answer_slowly).ended.status == "ok"


def test_a_question_of_the_first_block_is_never_lost(tmp_path: Path, token: CancelToken) -> None:
    for _ in range(8):
        kernels = local_kernels(tmp_path, token, allows_input=True)
        kernel = kernels.get("python")
        asked = []
        for event in kernel.run("name = input('Name? ')", timeout=10):
            asked.append(event)
            kernel.answer("Ada")
        kernels.close()
        assert asked == [InputAsked("Name? ")]
