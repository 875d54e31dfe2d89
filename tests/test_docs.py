"""Every example in README and docs is run: against a scripted model, or the embedded one where it names that."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripted_server import Says, ScriptedServer

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(python|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = ("python3 scripts/", "python -m tests.")
"""Commands of developers: CI runs the one, and the others take minutes."""


def examples(language: str) -> list[object]:
    found = []
    for page in PAGES:
        for number, match in enumerate(FENCE.finditer(page.read_text(encoding="utf-8"))):
            if match[1] == language:
                found.append(pytest.param(match[2], id=f"{page.name}-{number}"))
    return found


def test_every_test_that_the_docs_name_exists() -> None:
    named = {name for page in PAGES for name in re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8"))}
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")]

    assert len(named) > 20
    assert {name for name in named if not any(f"def {name}(" in source for source in sources)} == set()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "sales.csv").write_text("month,revenue\nmay,3\njune,4\n")
    return tmp_path / "work"


def environment(server: ScriptedServer) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "INTERPRETER_MODEL": "test",
        "INTERPRETER_API_BASE": server.url,
    }


@pytest.mark.parametrize("code", examples("python"))
def test_python_examples_run(code: str, folder: Path) -> None:
    with ScriptedServer(Says("```python\nprint(2)\n```\n"), Says("Two rows.")) as server:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=folder,
            env=environment(server),
            capture_output=True,
            text=True,
            timeout=120,
            start_new_session=True,
        )
    assert done.returncode == 0, done.stderr
    assert "Two rows." in done.stdout


def commands(text: str) -> list[str]:
    joined = text.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.startswith(OURS)]


@pytest.mark.parametrize("text", examples("sh"))
def test_shell_examples_run(text: str, folder: Path) -> None:
    for command in commands(text):
        with ScriptedServer(Says("Fine.")) as server:
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=folder,
                env=environment(server),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
                start_new_session=True,
            )
        # The chat needs a terminal, and says so; all else answers.
        is_chat = command.split("#")[0].strip() == "interpreter"
        assert done.returncode == (2 if is_chat else 0), (command, done.stderr)


def test_links_between_pages_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_what_the_program_needs_is_what_it_declares() -> None:
    import tomllib

    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    table = (ROOT / "docs" / "architecture.md").read_text()
    for requirement in declared:
        name = re.match(r"[\w.-]+", requirement)
        assert name is not None
        assert f"`{name.group()}`" in table, f"docs/architecture.md gives no reason for {name.group()}"
