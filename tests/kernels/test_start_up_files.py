"""R and Deno obey files of the folder that they start in: only when it is trusted, and they work in it either way."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interpreter.core.cancel import CancelToken
from interpreter.kernels.local_kernels import LocalKernels
from tests.kernels.driving import run

NEEDED = os.environ.get("NEEDED_LANGUAGES", "").split()
HAS_R = Path("/usr/lib/R/site-library/IRkernel").exists() or "r" in NEEDED
LANGUAGES = [
    "javascript",
    pytest.param("r", marks=pytest.mark.skipif(not HAS_R, reason="NOT TESTED HERE: R is not installed")),
]
WHERE = {"javascript": "console.log(Deno.cwd())", "r": "cat(getwd())"}
DIE = {"javascript": "Deno.kill(Deno.pid, 'SIGKILL')", "r": "tools::pskill(Sys.getpid(), 9)"}

Start = Callable[..., LocalKernels]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[LocalKernels] = []

    def begin(folder: Path, *, trusted: bool) -> LocalKernels:
        folder.mkdir(exist_ok=True)
        environment = dict(os.environ)
        kernels = LocalKernels(
            folder,
            cancel=CancelToken(),
            environment=environment,
            allows_input=False,
            state_folder=None,
            trusted=trusted,
        )
        started.append(kernels)
        return kernels

    yield begin
    for kernels in started:
        kernels.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "name", ["plain", 'it\'s "so" \\n {folder} $x `y`', "größe 中文 🎈"], ids=["plain", "marks", "letters"]
)
def test_code_works_in_the_folder_whatever_its_name_and_in_the_next_life_too(tmp_path, start, language, name):
    kernel = start(tmp_path / name, trusted=False).get(language)
    assert run(kernel, WHERE[language]).stdout.strip() == str((tmp_path / name).resolve())
    assert run(kernel, DIE[language]).ended.status == "died"
    assert run(kernel, WHERE[language]).stdout.strip() == str((tmp_path / name).resolve())


@pytest.mark.skipif(not HAS_R, reason="NOT TESTED HERE: R is not installed")
@pytest.mark.parametrize("trusted", [True, False])
def test_r_obeys_the_folders_profile_once_it_is_trusted(tmp_path, start, trusted):
    (tmp_path / ".Rprofile").write_text("from_profile <- 'yes'\n")
    (tmp_path / ".Renviron").write_text("FROM_RENVIRON=yes\n")
    kernel = start(tmp_path, trusted=trusted).get("r")
    said = run(kernel, "cat(exists('from_profile'), Sys.getenv('FROM_RENVIRON') == 'yes')").stdout
    assert said == ("TRUE TRUE" if trusted else "FALSE FALSE")


@pytest.mark.parametrize("trusted", [True, False])
def test_deno_obeys_the_folders_map_once_it_is_trusted_and_imports_what_code_names(tmp_path, start, trusted):
    (tmp_path / "mine.ts").write_text("export const value = 42;\n")
    (tmp_path / "deno.json").write_text(json.dumps({"imports": {"mapped": "./mine.ts"}}))
    kernel = start(tmp_path, trusted=trusted).get("javascript")
    assert (run(kernel, "console.log((await import('mapped')).value)").stdout == "42\n") is trusted
    assert run(kernel, "console.log((await import('./mine.ts')).value)").stdout == "42\n"
