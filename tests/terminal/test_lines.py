import pytest

from interpreter.terminal.commands import is_command
from interpreter.terminal.lines import Advice, Called, Leave, Nothing, Said, Typed, line
from tests.fakes import FakeKernels


def kind(text: str) -> object:
    return line(text, FakeKernels(), is_command)


@pytest.mark.parametrize("text", ["", "  ", "\n\n", "\t"])
def test_an_empty_line_is_nothing(text):
    assert kind(text) == Nothing()


@pytest.mark.parametrize("text", ["exit", "quit", " exit "])
def test_two_words_leave(text):
    assert kind(text) == Leave()


@pytest.mark.parametrize(
    "text",
    [
        "go",
        "exit strategies for startups?",
        "% of what?",
        "%",
        "%%",
        "%%timeit sum(range(9))",
        "%%timeit\nsum(range(9))",
        "what does %%python do?",
        "say hi!",
        "first\n!ls",
        "!= is what?",
        "!!! urgent",
        "!? what",
        "mail ann@example.com",
        "@property is what?",
        "/etc is full, why?",
    ],
)
def test_what_is_neither_command_nor_code_is_said_to_the_model(text):
    assert kind(text) == Said(text)


def test_a_command_is_called():
    assert kind("%vars x") == Called("%vars x")
    assert kind("/help") == Called("/help")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!ls -l", Typed("bash", "ls -l")),
        ("! ls", Typed("bash", "ls")),
        ("!!ls", Typed("bash", "ls", is_told=True)),
        ("!! ls", Typed("bash", "ls", is_told=True)),
        ("!echo a \\\n  b\necho c", Typed("bash", "echo a \\\n  b\necho c")),
        ("!echo hi!", Typed("bash", "echo hi!")),
        ("%%python\nx = 1\n\nx", Typed("python", "x = 1\n\nx")),
        ("%%py\n  x = 1", Typed("python", "  x = 1")),
        ("%%BASH\ncd /", Typed("bash", "cd /")),
        ("%%python\\\nx", Typed("python", "x")),
        ("%%python  \nx", Typed("python", "x")),
        ("%%python\n%%time\nx", Typed("python", "%%time\nx")),
    ],
)
def test_code_for_a_kernel_is_typed(text, expected):
    assert kind(text) == expected


@pytest.mark.parametrize("text", ["!", "!!", "! ", "%%python", "%%python\n \n", "%%python print(1)", "%%python x\ny"])
def test_what_nearly_runs_is_told_how(text):
    assert isinstance(kind(text), Advice)


def test_a_language_that_is_none_names_the_nearest():
    assert kind("%%pyhton\nx") == Advice("No language is called pyhton. Did you mean %%python?")
