"""Pictures, data frames, the bell and the line of a turn: a real kernel at a real terminal."""

import os
import re
from pathlib import Path

import pytest

from tests.pictures.made import data_of, halves
from tests.scripted_server import Says, ScriptedServer
from tests.terminal.graphics.test_drawing import shown
from tests.terminal.person import Person

DONE = Says("All done.", usage=(900, 20), cached=700)


def block(code: str) -> Says:
    return Says(f"Here:\n```python\n{code}\n```\n", usage=(800, 30))


PLOT = block(
    "import base64\nfrom IPython.display import Image\nprint('before')\n"
    "display(Image(data=base64.b64decode(open('plot.b64').read()), format='png'))\nprint('after')"
)
FRAME = block("import pandas as pd\npd.DataFrame({'name': ['Ada', 'Grace'], 'price': [1.5, -22.25]})")
KITTY = {"TERM": "xterm-kitty"}


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import base64

    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "plot.b64").write_bytes(base64.b64encode(data_of(halves((60, 40)))))
    (tmp_path / "work" / "plot.png").write_bytes(data_of(halves((60, 40))))
    monkeypatch.chdir(tmp_path / "work")


def one_shot(server: ScriptedServer, *arguments: str, **more) -> Person:
    return Person("--model", "gpt-4o", "--api-base", server.url, "-y", *arguments, "plot it", **more)


def between(raw: str, start: str, end: str) -> str:
    return raw.split(start, 1)[1].split(end, 1)[0].replace("\r\n", "\n")


@pytest.mark.parametrize(("environment", "starts"), [(KITTY, "\x1b_G"), ({"TERM_PROGRAM": "iTerm.app"}, "\x1b]1337;")])
def test_a_plot_is_drawn_where_it_came_and_its_path_stands_below(home, environment, starts):
    with ScriptedServer(PLOT, DONE) as server:
        with one_shot(server, environment=environment) as person:
            assert person.exit_code() == 0
    picture = starts + between(person.raw, starts, "\x1b[2m[picture")
    assert shown(picture).size == (60, 40)
    assert re.search(r"before.*picture: .*\.png\].*after", person.raw, re.DOTALL)
    [saved] = (home / "data" / "pictures").iterdir()
    assert saved.read_bytes() == data_of(halves((60, 40)))
    assert "<IPython" not in person.screen


def test_a_terminal_that_says_so_when_asked_gets_sixels():
    with ScriptedServer(PLOT, DONE) as server:
        with one_shot(server) as person:
            person.sees("before", "\x1b[c").types("\x1b[?62;4;22c")
            assert person.exit_code() == 0
    assert shown("\x1bP" + between(person.raw, "\x1bP", "\x1b[2m[picture")).size == (60, 40)
    assert person.raw.count("\x1b[c") == 1


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_in_the_chat_a_plot_is_half_blocks_and_a_frame_a_table_and_nobody_is_asked(columns):
    with ScriptedServer(PLOT, DONE, FRAME, DONE) as server:
        chat = ("--model", "gpt-4o", "--api-base", server.url, "-y", "--bell", "0")
        with Person(*chat, columns=columns, rows=60) as person:
            person.says("plot it").sees("All done.", "context")
            person.says("the data").sees("Grace", "All done.", "context")
            assert person.leaves() == 0
    rows = [line for line in person.screen.splitlines() if "▀" in line]
    wide = min(60, columns - 1)
    assert all(row == "▀" * wide for row in rows) and len(rows) == pytest.approx(wide * 40 / 60 / 2, abs=1)
    assert "   name    price\n────────────────\n0  Ada      1.50\n1  Grace  -22.25\n" in person.screen
    assert "\x1b[c" not in person.raw
    assert person.raw.count("\a") == 2
    said = re.findall(r"^2 steps · [\d.]+ s.*$", person.screen, re.MULTILINE)
    assert len(said) == 2 and all(len(line) < columns for line in said)
    if columns == 200:
        assert all("1,700 in (700 cached), 50 out · $0.00" in line and "context 1 %" in line for line in said)


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        ((), {**KITTY, "NO_COLOR": "1"}),
        (("--plain",), KITTY),
        (("--graphics", "none"), KITTY),
        ((), {"INTERPRETER_GRAPHICS": "none"}),
        ((), {"TERM": "dumb"}),
    ],
    ids=str,
)
def test_where_pictures_are_not_wanted_the_path_alone_is_shown(arguments, environment):
    with ScriptedServer(PLOT, DONE) as server:
        with one_shot(server, *arguments, environment=environment) as person:
            assert person.exit_code() == 0
    assert "[picture: " in person.screen and "▀" not in person.screen
    assert not re.search(r"\x1b[_\]P]|\x1b\[c", person.raw)


def test_a_pipe_gets_neither_pictures_nor_the_line_of_the_turn_which_is_told_to_who_asks():
    with ScriptedServer(PLOT, DONE) as server:
        shell = "{} 2>errors | cat"
        with one_shot(server, environment=KITTY, shell=shell) as person:
            person.exit_code()
        quiet = Path("errors").read_text()
        server.script += [PLOT, DONE]
        with one_shot(server, "-v", environment=KITTY, shell=shell) as told:
            told.exit_code()
    assert "[picture: " in person.screen and "\x1b_" not in person.raw
    assert "2 steps" not in person.screen + told.screen + quiet
    assert "1,700 in (700 cached), 50 out" in Path("errors").read_text()


def test_no_viewer_and_no_browser_is_ever_launched_on_a_machine_without_a_display(tmp_path):
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("xdg-open", "display", "gm", "eog", "xv", "open", "x-www-browser", "w3m", "lynx", "firefox"):
        (programs / name).write_text(f"#!/bin/sh\necho {name} >> {tmp_path}/launched\n")
        (programs / name).chmod(0o700)
    headless = {"DISPLAY": "", "WAYLAND_DISPLAY": "", "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    svg = block("from IPython.display import SVG\ndisplay(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>'))")
    with ScriptedServer(PLOT, svg, FRAME, DONE) as server:
        with one_shot(server, environment={**headless, **KITTY}) as person:
            assert person.sees("after", ".svg]", "Grace", "All done.").exit_code() == 0
    assert person.screen.count("[picture: ") == 2 and ".svg]" in person.screen
    assert not (tmp_path / "launched").exists()


def test_a_picture_that_the_words_name_goes_to_a_model_that_sees_and_the_user_is_told():
    with ScriptedServer(DONE) as server:
        with Person("--model", "gpt-4o", "--api-base", server.url, "describe plot.png and none.png") as person:
            assert person.exit_code() == 0
    words, picture = server.requests[0]["messages"][-1]["content"]
    assert words["text"] == "describe plot.png and none.png"
    assert picture["image_url"]["url"].startswith("data:image/png;base64,")
    assert "plot.png goes to the model as a picture." in person.screen


def test_text_from_a_pipe_names_no_picture():
    with ScriptedServer(DONE) as server:
        shell = f"echo describe plot.png | {{}} --model gpt-4o --api-base {server.url}"
        with Person(shell=shell) as person:
            assert person.exit_code() == 0
    assert server.requests[0]["messages"][-1]["content"] == "describe plot.png"
