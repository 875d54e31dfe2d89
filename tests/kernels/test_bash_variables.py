"""What bash has defined, read off the state that it writes down after each cell."""

import shlex
from collections.abc import Iterator

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.core.messages import Variable
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.local_kernels import LocalKernels
from tests.kernels.driving import local_kernels, run


@pytest.fixture(scope="module")
def kernels(module_token: CancelToken, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKernels]:
    kernels = local_kernels(tmp_path_factory.mktemp("bash"), module_token, state_card=True)
    yield kernels
    kernels.close()


@pytest.fixture
def kernel(kernels: LocalKernels, token: CancelToken) -> JupyterKernel:
    return kernels.get("bash")


def names(kernel: JupyterKernel, code: str) -> list[str]:
    return [variable.name for variable in run(kernel, code).ended.changed]


ODD = [
    "two words",
    "quotes ' \" ` and $dollars \\ and !",
    "line\nline",
    'x\ndeclare -- fake="1"\n# end\n',
    "\n# functions\ndeclare -f fake",
    ") ( ] [ ]= [0]=",
    "naïve 中文 🎈",
    "tab\tbell\aescape\x1b",
    "",
    "{a,b} * ~ #",
]


@pytest.mark.parametrize("value", ODD, ids=range(len(ODD)))
def test_any_value_is_read_as_it_is(kernel: JupyterKernel, value: str) -> None:
    quoted = shlex.quote(value)

    run(kernel, f"value={quoted}; list=({quoted} end); declare -A map=([{quoted}k]={quoted})")

    assert kernel.variables("value") == (Variable("value", "text", "", value),)
    assert kernel.variables("list") == (Variable("list", "array", "2 items", f"{value} end"),)
    assert kernel.variables("map") == (Variable("map", "map", "1 item", f"[{value}k]={value}"),)
    assert "fake" not in [variable.name for variable in kernel.variables()]


def test_what_the_environment_and_bash_itself_set_is_not_shown(kernel: JupyterKernel) -> None:
    kernel.restart()

    code = "cd /; RANDOM=5; [[ abc =~ b ]]; true | false | true; set -- a b; echo $SECONDS $LINENO > /dev/null"

    assert names(kernel, code) == []
    assert names(kernel, "export HOME=/nowhere; declare -i count=4") == ["HOME", "count"]


def test_functions_are_told_by_name_and_changed_by_their_text(kernel: JupyterKernel) -> None:
    kernel.restart()

    assert names(kernel, "greet() { cat <<END\n}\ndeclare -f fake\nEND\n}; say() { echo 1; }") == ["greet", "say"]
    assert names(kernel, "say() { echo 2; }") == ["say"]
    assert names(kernel, "say() { echo 2; }") == []


@pytest.mark.parametrize("ending", ["exit 3", "set -e; false", "kill -TERM $$"])
def test_a_shell_that_ends_tells_what_it_had_changed(kernel: JupyterKernel, ending: str) -> None:
    kernel.restart()
    run(kernel, "before=1")

    assert names(kernel, f"early=1; {ending}") == ["early"]
    assert names(kernel, "true") == []


def test_a_shell_that_is_killed_keeps_what_was_before(kernel: JupyterKernel) -> None:
    kernel.restart()
    run(kernel, "before=1")

    assert names(kernel, "lost=1; kill -KILL $$") == []
    assert [variable.name for variable in kernel.variables()] == ["before"]


def test_many_and_large_variables_are_counted_and_cut(kernel: JupyterKernel) -> None:
    kernel.restart()

    rows = run(kernel, "for i in {1..500}; do declare n$i=$i; done; big=$(printf 'z%.0s' {1..100000})").ended.changed

    assert rows[-1].name == "… 490 more"
    (big,) = kernel.variables("big")
    assert len(big.preview) == 2_000
