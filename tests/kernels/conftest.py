"""A Python kernel shared by the tests of a module, a cancel token that is fresh for each test, a Jupyter Server."""

import json
from collections.abc import Iterator

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.kernels.jupyter_kernel import JupyterKernel
from interpreter.kernels.local_kernels import LocalKernels
from tests.kernels.driving import local_kernels
from tests.kernels.jupyter_server import JupyterServer, jupyter_server


@pytest.fixture(scope="module")
def module_token() -> CancelToken:
    return CancelToken()


@pytest.fixture(scope="module")
def kernels(module_token: CancelToken, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalKernels]:
    kernels = local_kernels(tmp_path_factory.mktemp("python"), module_token)
    yield kernels
    kernels.close()


@pytest.fixture
def token(module_token: CancelToken) -> Iterator[CancelToken]:
    module_token.clear()
    yield module_token
    module_token.clear()


@pytest.fixture
def kernel(kernels: LocalKernels, token: CancelToken) -> JupyterKernel:
    return kernels.get("python")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """One server for all tests that do not end it; its kernels `broken` and `silent` do not start."""
    folder = tmp_path_factory.mktemp("server")
    broken = folder / "data" / "kernels" / "broken"
    broken.mkdir(parents=True)
    spec = {"argv": ["no-such-program", "{connection_file}"], "display_name": "Broken", "language": "broken"}
    (broken / "kernel.json").write_text(json.dumps(spec))
    silent = folder / "data" / "kernels" / "silent"
    silent.mkdir()
    spec = {"argv": ["python", "-c", "import no_ipykernel_here"], "display_name": "Silent", "language": "silent"}
    (silent / "kernel.json").write_text(json.dumps(spec))
    with jupyter_server(folder) as server:
        yield server
