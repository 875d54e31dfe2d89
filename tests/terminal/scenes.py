"""Scenes at the terminal of which a picture is kept: what the model says, and what the person does and looks at."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.scripted_server import Fails, Hangs, Says, Script, ScriptedServer
from tests.terminal.person import PATIENCE, Person
from tests.terminal.test_chat_tty import DONE, QUESTION, SUM, code

Play: TypeAlias = Callable[[Person, ScriptedServer], Iterator[None]]


@dataclass(frozen=True, slots=True)
class Scene:
    """At each `yield` of the play somebody looks at the screen.

    Afterwards the chat stands at its prompt, or the program has ended by itself, with this exit code.
    """

    play: Play
    script: tuple[Script, ...]
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    is_chat: bool = True
    exit_code: int = 0


SCENES: dict[str, Scene] = {}


def scene(*script: Script, **more) -> Callable[[Play], Play]:
    """Keep a play under its name."""

    def keep(play: Play) -> Play:
        SCENES[play.__name__.replace("_", "-")] = Scene(play, script, **more)
        return play

    return keep


@scene(DONE)
def first_chat(person, _):
    person.finds_prompt()
    yield
    person.types("Hello there\r").finds("All done.").finds_prompt()
    yield


MARKDOWN = """# A heading

Words that are *stressed*, **strong** and `code`, and a [link](https://example.com/a/page) to somewhere far away.

## A smaller one

- first
- second, which is so long that it has to go on below itself on a narrow terminal
  - within the second
1. one
2. two

> Somebody said so.

| name | price | what it is |
|---|---:|---|
| Ada | 1.50 | a short one |
| Grace | 22.25 | one that has a few more words to say |

```python example
for n in range(3):
    print(f"{n} of three")  # only shown
```

The end of it.
"""


@scene(Says(MARKDOWN, chunk=5))
def markdown(person, _):
    person.says("Explain").finds("The end of it.").finds_prompt()
    yield


@scene(SUM, DONE)
def question(person, _):
    person.says("What is 6 * 7?").finds("[e]dit")
    yield
    person.types("?").finds("c  copies it")
    yield
    person.types("y").finds("All done.").finds_prompt()
    yield


LONG = [
    "import os, shutil, urllib.request",
    "name = 'in\u200bvoice\u202efdp.exe'",
    "shutil.rmtree('/var/tmp/old', ignore_errors=True)",
    *(f"total_{n} = {n} + sum(range({n})) + len('words that make the line a long one')" for n in range(60)),
    "os.system('true')",
    "print('the last line')",
]
TWO_WAYS = ["import sys", "print('to stdout')", "print('to stderr', file=sys.stderr)"]


@scene(code(*LONG), DONE)
def folded(person, _):
    person.says("Go").finds("the last line", "[?]")
    yield
    person.types("y").finds("folded: v")
    yield
    person.types("n").finds("turn:").types("\r").finds_prompt()
    yield


@scene(
    Says(f"Two ways to write.\n\n{code(*TWO_WAYS).text}"),
    code("def half(n):", "    return n / 0", "", "half(3)"),
    Says("It *failed*."),
    arguments=(
        "-y",
        "--sandbox",
        "none",
    ),
)
def output(person, _):
    person.says("Go").finds("It failed.").finds_prompt()
    yield


@scene(Hangs(), DONE)
def waiting(person, server):
    person.says("Go").finds("waiting for test", "s · Esc stops")
    assert server.wait_for(requests=1, timeout=PATIENCE)
    yield
    person.types("\x1b").finds("Stopped.").finds_prompt()
    yield
    person.types("Once more\r").finds("All done.").finds_prompt()
    yield


@scene(code("import time", "print('be' + 'gun')", "time.sleep(60)"), DONE)
def queue(person, _):
    person.says("Work").finds("[e]dit").types("y").finds("begun", "running python")
    person.types("then this\rand a beginn").finds("and a beginn   (1 queued)", "s · Esc stops")
    yield
    person.types("\r").finds("2 queued, ↑ takes back: and a beginn").presses_ctrl("c").finds("Stopped.").finds(
        "> then this\n  and a beginn"
    )
    yield
    person.presses_ctrl("c")


@scene(SUM, Says("Then with a pencil."))
def refusal(person, _):
    person.says("Go").finds("[e]dit").types("n").finds("turn:").types("use pencil").finds("encil")
    yield
    person.types("\r").finds("Then with a pencil.").finds_prompt()
    yield


@scene(SUM, DONE, environment={"VISUAL": "", "EDITOR": "sed -i 's/6 [*] 7/6 * 9/'"})
def edited(person, _):
    person.says("Go").finds("[e]dit").types("e").sees("6 * 9", QUESTION)
    yield
    person.types("y").finds("54", "All done.").finds_prompt()
    yield


@scene(code("print('running')", "while True: pass"))
def stopped(person, _):
    person.says("Go").finds("[e]dit").types("y").finds("running\n").presses_ctrl("c").finds("Stopped.").finds_prompt()
    yield


@scene(DONE)
def help_of_the_chat(person, _):
    person.says("%help").finds("%quit").finds_prompt()
    yield


@scene(DONE)
def unknown_command(person, _):
    person.says("%modell").finds("%model").finds_prompt()
    yield


FRAME = code(
    "import pandas as pd",
    "pd.DataFrame({",
    "    'town': ['Ürümqi', '東京', 'Reykjavík'],",
    "    'people': [3_500_000, 14_000_000, 139_000],",
    "    'share': [0.25, 1.5, None],",
    "    'what there is to say of it': ['far from every sea', 'the largest of all', 'the one farthest to the north'],",
    "})",
)


@scene(
    FRAME,
    Says("Three towns."),
    arguments=(
        "-y",
        "--sandbox",
        "none",
    ),
)
def table(person, _):
    person.says("Towns?").finds("Three towns.").finds_prompt()
    yield


PLOT = code(
    "from PIL import Image",
    "image = Image.new('RGB', (24, 16), (200, 30, 30))",
    "image.paste((30, 30, 200), (12, 0, 24, 16))",
    "image",
)


@scene(
    PLOT,
    Says("Red and blue."),
    arguments=(
        "-y",
        "--sandbox",
        "none",
    ),
)
def picture(person, _):
    person.says("Draw").finds("Red and blue.").finds_prompt()
    yield


@scene(SUM, DONE, arguments=("-y", "--sandbox", "none", "What is 6 * 7?"), is_chat=False)
def one_shot(person, _):
    yield


REJECTS = Fails(401, {"error": {"message": "Incorrect API key provided: sk-no."}})


@scene(REJECTS, arguments=("Go",), is_chat=False, exit_code=2)
def key_rejected(person, _):
    yield


@scene(DONE, arguments=("--temperature", "warm", "Go"), is_chat=False, exit_code=2)
def wrong_usage(person, _):
    yield
