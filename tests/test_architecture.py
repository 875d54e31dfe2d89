"""Imports point down, and nothing heavy is loaded before it is needed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "interpreter"
FILES = sorted(ROOT.rglob("*.py"))

# From the top down; what stands in one row are siblings, which never import one another.
ORDER = [
    {"cli"},
    {"terminal", "server"},
    {"api"},
    {"console", "types"},
    {"assembly"},
    {"model_in_use", "session_in_use", "record_in_use", "places"},
    {"folder_in_use"},
    {"prices", "known_secrets"},
    {"models", "confinement"},
    {"choosing"},
    {"configuration"},
    {"asking", "llm", "kernels", "sandbox", "storage", "planning", "knowledge", "mcp", "pictures", "rules"},
    {"settings", "flags"},
    {"core"},
]
LEVEL = {part: level for level, parts in enumerate(ORDER) for part in parts}

# The package itself opens the door to `api`, and holds its own version.
DOORS = {
    "interpreter/__init__.py": {"api"},
    "interpreter/__main__.py": {"cli"},
    "interpreter/_alias.py": {"cli", "__init__"},
    "interpreter/flags.py": {"__init__"},
    "interpreter/terminal/commands/program.py": {"__init__"},
}

OWNERS = {
    **{library: {"llm"} for library in ("openai", "litellm", "httpx", "xllamacpp")},
    **{library: {"kernels"} for library in ("jupyter_client", "zmq", "ipykernel", "IPython", "traitlets")},
    **{library: {"terminal", "console"} for library in ("rich", "prompt_toolkit", "pygments")},
    "markdown_it": {"terminal", "console", "storage"},
    **{library: {"kernels"} for library in ("jupyter_kernel_client", "websocket", "requests", "certifi")},
    "platformdirs": {"storage"},
    "keyring": {"storage"},
    "tomlkit": {"configuration"},
    "PIL": {"pictures", "terminal"},
    **{library: {"rules"} for library in ("tree_sitter", "tree_sitter_bash")},
}

HEAVY = ["openai", "litellm", "httpx", "jupyter_client", "zmq", "rich", "prompt_toolkit", "pygments", "asyncio"]
HEAVY += [
    "jupyter_kernel_client",
    "websocket",
    "requests",
    "tomlkit",
    "tomllib",
    "PIL",
    "keyring",
    "tree_sitter",
    "tree_sitter_bash",
]


def imports(file: Path) -> Iterator[str]:
    """Every module that a file names, in functions too; a relative one by its whole name."""
    package = file.relative_to(ROOT.parent).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module, names, 0):
                # `from interpreter import flags` names a module of the package.
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.ImportFrom(module, names, level):
                base = ".".join(package[: len(package) - level + 1])
                yield from (f"{base}.{module or alias.name}" for alias in names)


def part_of(module: str) -> str:
    """The room that a module of ours is in: `core` of `interpreter.core.agent`."""
    name = module.split(".")[1] if "." in module else ""
    return name if name and ((ROOT / name).is_dir() or (ROOT / f"{name}.py").is_file()) else "__init__"


def room(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def name(file: Path) -> str:
    return file.relative_to(ROOT.parent).as_posix()


def ours(file: Path) -> set[str]:
    return {part_of(module) for module in imports(file) if module.split(".")[0] == "interpreter"}


def foreign(file: Path) -> set[str]:
    return {module.split(".")[0] for module in imports(file)} - {"interpreter"} - set(sys.stdlib_module_names)


def test_the_files_are_found_and_their_imports_too():
    assert len(FILES) > 50
    assert part_of("interpreter.core.agent") == "core" and part_of("interpreter.__version__") == "__init__"
    assert "api" in ours(ROOT / "__init__.py") and "configuration" in ours(ROOT / "cli.py")


@pytest.mark.parametrize("file", FILES, ids=name)
def test_imports_point_down_and_never_to_a_sibling(file):
    here = room(file)
    others = ours(file) - {here} - DOORS.get(name(file), set())
    if here not in LEVEL:
        assert not others
    wrong = {other for other in others if LEVEL.get(other, -1) <= LEVEL[here]}
    assert not wrong, f"{name(file)} imports {', '.join(sorted(wrong))}"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_library_has_one_room_that_knows_it(file):
    wrong = {library for library in foreign(file) if library in OWNERS and room(file) not in OWNERS[library]}
    assert not wrong, f"{name(file)} imports {', '.join(sorted(wrong))}"


@pytest.mark.parametrize("file", FILES, ids=name)
def test_every_library_is_known(file):
    assert foreign(file) <= set(OWNERS)


@pytest.mark.parametrize("file", sorted((ROOT / "core").rglob("*.py")), ids=name)
def test_the_core_imports_the_standard_library_and_itself_alone(file):
    assert ours(file) <= {"core"}
    assert foreign(file) == set()


@pytest.mark.parametrize("file", sorted((ROOT / "core").rglob("*.py")), ids=name)
def test_the_core_prints_nothing_and_asks_nothing(file):
    calls = [node.func for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    called = {function.id for function in calls if isinstance(function, ast.Name)}
    assert not called & {"print", "input"}


@pytest.mark.parametrize("module", ["interpreter", "interpreter.cli", "interpreter.flags", "interpreter.configuration"])
def test_importing_the_package_loads_nothing_heavy(module):
    look = f"import sys; before = set(sys.modules); import {module}; print(*(set(sys.modules) - before))"
    loaded = set(subprocess.check_output([sys.executable, "-c", look], text=True).split())
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("flag", ["--version", "--help", "--no-such-flag"])
def test_what_needs_no_model_loads_nothing_heavy(flag):
    look = f"import sys; from interpreter.cli import main; main([{flag!r}]); print('|', *sys.modules)"
    out = subprocess.run([sys.executable, "-c", look], text=True, capture_output=True, check=True).stdout
    assert not set(out.rpartition("|")[2].split()) & set(HEAVY)


def test_the_library_loads_neither_models_nor_screens_before_they_are_used():
    look = "import sys; from interpreter import OpenInterpreter; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", look], text=True).split())
    assert not loaded & {
        "openai",
        "litellm",
        "rich",
        "prompt_toolkit",
        "pygments",
        "PIL",
        "tree_sitter",
        "tree_sitter_bash",
    }


def test_what_decodes_pictures_is_not_loaded_before_there_is_one():
    look = "import sys; import interpreter.terminal.run, interpreter.terminal.screen; print(*sys.modules)"
    loaded = set(subprocess.check_output([sys.executable, "-c", look], text=True).split())
    assert "interpreter.pictures.decoding" in loaded and "PIL" not in loaded
