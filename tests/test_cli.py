"""The program without a terminal: flags, pipes, closed streams, exit codes, and what is left after it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from interpreter.storage.trust import Trust
from tests.environments import SITE, make_environment, python_of, site_of
from tests.scripted_server import Cuts, Fails, Hangs, Says, ScriptedServer
from tests.terminal.person import PROGRAM, nothing_is_left, processes

PATIENCE = 60
"""Seconds until a program that does not end is taken for a hang."""


def code(*lines: str) -> Says:
    return Says("```python\n" + "\n".join(lines) + "\n```\n", chunk=7)


SUM = code("x = 6 * 7", "print(x)")


@pytest.fixture(autouse=True)
def leaves_no_process() -> Iterator[None]:
    yield
    assert nothing_is_left(), processes()


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer(SUM, Says("It is 42.")) as server:
        yield server


def start(*arguments: str, shell: str = "", program: Sequence[str] = PROGRAM, **more) -> subprocess.Popen[bytes]:
    """The program in a session of its own, so that it has no terminal; `{}` in `shell` stands for it."""
    argv = [*program, *arguments]
    if shell:
        argv = ["bash", "-c", shell.replace("{}", '"$@"'), "bash", *argv]
    return subprocess.Popen(
        argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, **more
    )


def run(*arguments: str, stdin: bytes | None = None, **more) -> subprocess.CompletedProcess[str]:
    """Let it run to its end; stdin is /dev/null unless there is something to pipe."""
    with start(*arguments, **more) as process:
        if stdin is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), process.stdin.fileno())
        out, err = process.communicate(stdin, timeout=PATIENCE)
    return subprocess.CompletedProcess(process.args, process.returncode, out.decode(), err.decode())


def at(server: ScriptedServer) -> list[str]:
    return ["--model", "test", "--api-base", server.url]


def asked(server: ScriptedServer) -> str:
    """What the model was asked first."""
    return server.requests[0]["messages"][-1]["content"]


def is_two_clear_lines(text: str) -> bool:
    """What happened, and what to do about it."""
    first, *rest = text.splitlines()
    return first.startswith("Error: ") and len(rest) == 1 and "Traceback" not in text and bool(rest[0].strip())


# What is asked


def test_an_instruction_is_carried_out_and_the_answer_is_on_stdout(server):
    done = run(*at(server), "-y", "What is 6 * 7?")
    assert done.returncode == 0
    assert done.stdout == "```python\nx = 6 * 7\nprint(x)\n```\n42\nIt is 42.\n"
    assert "Auto-run" in done.stderr


def test_words_and_flags_come_in_any_order_and_after_two_dashes_all_are_words(server):
    assert run(*at(server), "say", "-y", "it", "--", "-x", "--json").returncode == 0
    assert asked(server) == "say it -x --json"


def test_what_is_piped_is_the_instruction(server):
    assert run(*at(server), "-y", stdin=b"\xef\xbb\xbfWhat is 6 * 7?\n").returncode == 0
    assert asked(server) == "What is 6 * 7?"


@pytest.mark.parametrize("data", [b"a,b\n1,2\n", bytes(range(256)) * 20], ids=["text", "binary"])
def test_what_is_piped_beside_an_instruction_is_kept_byte_for_byte_in_a_file(data):
    show = "for file in glob.glob(tempfile.gettempdir() + '/interpreter-*/stdin'): print(open(file, 'rb').read().hex())"
    with ScriptedServer(code("import glob, tempfile", show), Says("Seen.")) as server:
        done = run(*at(server), "-y", "look", stdin=data)
    assert data.hex() in done.stdout
    assert f"({len(data):,} bytes)" in asked(server)
    assert not Path(asked(server).split("The data is in the file ")[1].split(" (")[0]).exists()


def test_without_anyone_to_approve_code_is_shown_and_not_run(server):
    done = run(*at(server), "go")
    assert done.returncode == 3
    assert "print(x)" in done.stdout and "42" not in done.stdout
    assert "-y" in done.stderr
    assert len(server.requests) == 1


def test_after_an_instruction_a_chat_without_a_terminal_ends_with_its_input(server):
    done = run(*at(server), "-y", "-i", "go")
    assert done.returncode == 0
    assert "It is 42." in done.stdout


# Pages


PAGE = Says("Here it is.\n```html\n<p>Grüße</p>\n```\n", chunk=7)


@pytest.mark.parametrize("flags", [[], ["-y"], ["--json"]], ids=["asks", "auto", "json"])
def test_a_page_is_saved_and_shown_without_asking(home, flags):
    with ScriptedServer(PAGE, Says("Look at it.")) as server:
        done = run(*at(server), *flags, "make a page")
    (page,) = (home / "data" / "pages").iterdir()
    assert done.returncode == 0
    assert page.read_text(encoding="utf-8-sig") == "<p>Grüße</p>\n" and page.stat().st_mode & 0o777 == 0o600
    assert f"Saved as {page} and shown to the user." in server.requests[1]["messages"][-1]["content"]
    assert page.as_uri() in done.stdout
    if "--json" in flags:
        events = [json.loads(line) for line in done.stdout.splitlines()]
        (output,) = [event["output"] for event in events if event["type"] == "output_received"]
        assert output["data"]["text/html"] == "<p>Grüße</p>"


def test_a_page_of_a_private_session_goes_with_it(home):
    with ScriptedServer(PAGE, Says("Look at it.")) as server:
        done = run(*at(server), "--private", "make a page")
    path = Path(done.stdout.split("Saved as ")[1].split(" and shown")[0])
    assert done.returncode == 0 and not path.parent.exists()
    assert not (home / "data" / "pages").exists()


# JSON


def test_every_line_of_json_is_an_event():
    with ScriptedServer(code(r"print('a\r\n\x1b[31mb')", "1 / 0"), Says("Done.")) as server:
        done = run(*at(server), "--json", "-y", "go")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert events[0]["type"] == "session_started" and events[0]["schema"] == 1
    assert events[-1] == {"type": "turn_ended", "reason": "answered"}
    outputs = [event["output"] for event in events if event["type"] == "output_received"]
    assert [output["kind"] for output in outputs] == ["text", "failure"]


def test_with_json_nobody_is_asked_and_there_is_no_chat(server):
    done = run(*at(server), "--json", "go")
    assert done.returncode == 3
    assert json.loads(done.stdout.splitlines()[-1])["reason"] == "unapproved"
    done = run(*at(server), "--json", "-i", "go")
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)


# Streams that are closed, full, or left


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_nothing_else(server, closed):
    done = run(*at(server), "-y", "go", shell="{} " + closed)
    assert done.returncode == 0
    assert done.stdout.endswith("It is 42.\n") or ">&-" in closed.replace("2>&-", "")
    assert "Traceback" not in done.stderr
    assert len(server.requests) == 2


@pytest.mark.parametrize("flags", [[], ["--json"]], ids=["text", "json"])
def test_a_reader_that_leaves_is_no_reason_to_complain(flags):
    with ScriptedServer(code("for n in range(100_000): print(n)"), Says("Done.")) as server:
        done = run(*at(server), "-y", *flags, "go", shell="{} | head -1")
    assert done.stdout.count("\n") == 1
    assert done.stderr.count("\n") == (0 if flags else 1) or "Auto-run" in done.stderr
    assert "Error" not in done.stderr and "Traceback" not in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_behind_stdout_is_said_once(server):
    done = run(*at(server), "-y", "go", shell="{} > /dev/full")
    assert done.returncode == 1
    assert is_two_clear_lines(done.stderr.partition("network.\n")[2])
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


SGR = re.compile(r"\x1b\[[0-9;:]*m")


@pytest.mark.parametrize(
    ("environment", "flags", "has_colours"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"FORCE_COLOR": "1"}, ["--plain"], False),
        ({"FORCE_COLOR": "1"}, ["--json"], False),
        ({"TERM": "dumb"}, [], False),
        ({"TERM": ""}, [], False),
    ],
    ids=str,
)
def test_a_pipe_has_colours_where_they_are_forced_and_no_other_sequence_ever(server, environment, flags, has_colours):
    done = run(*at(server), "-y", *flags, "go", env={**os.environ, **environment})
    assert done.returncode == 0
    assert bool(SGR.search(done.stdout)) == has_colours
    assert "\x1b" not in SGR.sub("", done.stdout + done.stderr)


def test_an_encoding_that_lacks_characters_shows_their_numbers_and_never_others(server):
    server.script[:] = [code("print('é')"), Says("Naïve.")]
    done = run(*at(server), "-y", "go", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert r"print('\xe9')" in done.stdout and r"Na\xefve." in done.stdout


# Bad input


def test_help_and_version_need_nothing():
    assert run("--version").stdout.startswith("interpreter ")
    done = run("--help")
    assert done.returncode == 0 and "exit codes" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nonsense"],
        ["--model"],
        ["--timeout", "x", "go"],
        ["--timeout", "-1", "go"],
        ["--max-steps", "0", "go"],
        ["--temperature", "hot", "go"],
        ["--cwd", "/no/such/folder", "go"],
        ["--json"],
        [""],
        ["   "],
        ["log", "-n", "0"],
        ["log", "--session", "none"],
        ["log", "doctor"],
        ["--model", "/no/such/file.gguf", "go"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_meant_is_said_in_two_lines(server, arguments):
    done = run(*([] if "log" in arguments or "--model" in arguments else at(server)), *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert is_two_clear_lines(done.stderr)
    assert server.requests == []


def test_the_name_of_a_subcommand_is_an_instruction_behind_two_dashes(server):
    assert run(*at(server), "-y", "--", "log").returncode == 0
    assert asked(server) == "log"


@pytest.mark.parametrize("data", [b"", b"  \n", b"\xff\xfehello"], ids=["empty", "blank", "not UTF-8"])
def test_a_pipe_that_holds_no_instruction_is_said_in_two_lines(server, data):
    done = run(*at(server), "-y", stdin=data)
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)


def test_a_setting_in_the_environment_that_cannot_be_used_is_named(server):
    done = run(*at(server), "go", env={**os.environ, "INTERPRETER_TIMEOUT": "soon"})
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)
    assert "INTERPRETER_TIMEOUT" in done.stderr


def test_a_model_file_that_is_none_is_said_in_two_lines(tmp_path):
    file = tmp_path / "model.gguf"
    file.write_bytes(b"not a model")
    done = run("--model", str(file), "go")
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)


@pytest.mark.parametrize(
    ("reply", "exit_code"),
    [
        (Fails(401, {"error": {"message": "bad key"}}), 2),
        (Fails(404, {"error": {"message": "no such model", "code": "model_not_found"}}), 2),
        (Fails(500, "down"), 1),
        (Cuts("Let me see.\n```python\nprint("), 1),
    ],
    ids=["key", "name", "server", "cut"],
)
def test_a_model_that_cannot_answer_is_said_in_two_lines(reply, exit_code):
    with ScriptedServer(reply) as server:
        done = run(*at(server), "go")
    assert done.returncode == exit_code
    assert is_two_clear_lines("\n".join(done.stderr.splitlines()[-2:]))


def test_an_address_where_nobody_answers_is_said_in_two_lines():
    done = run("--model", "test", "--api-base", "http://127.0.0.1:9/v1", "go")
    assert done.returncode == 1 and is_two_clear_lines(done.stderr)
    assert "127.0.0.1:9" in done.stderr


def test_without_any_model_the_three_ways_out_are_named(without_weights):
    done = run("go", program=without_weights)
    assert done.returncode == 2 and done.stdout == ""
    happened, *ways = done.stderr.splitlines()
    assert happened == "Error: There is no model to ask yet." and len(ways) == 4
    for way in (
        "export OPENAI_API_KEY=",
        "pip install 'kernel-interpreter[local]'",
        "http://localhost:11434/v1 -m NAME",
    ):
        assert way in done.stderr


def test_whoever_wants_a_local_model_is_not_sent_to_a_provider(without_weights):
    done = run("--local", "go", program=without_weights, env={**os.environ, "OPENAI_API_KEY": "sk-canary"})
    assert done.returncode == 2 and "OPENAI" not in done.stderr
    assert "pip install 'kernel-interpreter[local]'" in done.stderr and "localhost:11434" in done.stderr


def test_a_named_python_without_ipykernel_is_said_with_the_command_that_mends_it(server, tmp_path):
    home = make_environment(tmp_path / "bare", has_ipykernel=False, pip=0)
    done = run(*at(server), "--python", str(home), "-y", "go")
    assert done.returncode == 2 and is_two_clear_lines(done.stderr)
    assert f"{python_of(home)} -m pip install ipykernel" in done.stderr
    assert server.requests == []


def test_an_active_environment_without_ipykernel_is_said_in_one_line_and_done_without(server, tmp_path):
    home = make_environment(tmp_path / "bare", has_ipykernel=False, pip=0)
    done = run(*at(server), "-y", "go", env={**os.environ, "VIRTUAL_ENV": str(home)})
    assert done.returncode == 0 and done.stdout.endswith("It is 42.\n")
    (line,) = [line for line in done.stderr.splitlines() if "lacks ipykernel" in line]
    assert "Interpreter's own" in line and f"{python_of(home)} -m pip install ipykernel" in line


WHERE = code("import sys", "print(sys.prefix)")


def test_code_runs_in_the_active_environment_and_the_model_is_told_its_version(tmp_path):
    home = make_environment(tmp_path / "env")
    (home / "pyvenv.cfg").write_text(
        "version = 3.99.1\ninclude-system-site-packages = false\n" + f"home = {sys.prefix}"
    )
    (site_of(home) / "ours.pth").unlink()
    (site_of(home) / "ipykernel").symlink_to(Path(SITE) / "ipykernel")
    with ScriptedServer(WHERE, Says("Done.")) as server:
        done = run(*at(server), "-y", "go", env={**os.environ, "VIRTUAL_ENV": str(home), "PYTHONPATH": SITE})
    assert str(home) in done.stdout and done.stderr.count("\n") == 1
    assert "Python 3.99.1" in server.requests[0]["messages"][0]["content"]


@pytest.mark.parametrize("trusted", [True, False, None])
def test_the_environment_of_the_folder_is_used_once_it_is_trusted(tmp_path, trusted, home):
    work = tmp_path / "work"
    make_environment(work / ".venv")
    if trusted is not None:
        Trust(home / "data" / "trusted.json").remember(work, trusted=trusted)
    with ScriptedServer(WHERE, Says("Done.")) as server:
        done = run(*at(server), "-y", "--cwd", str(work), "go")
    assert done.returncode == 0
    assert (f"{work}/.venv" in done.stdout) is (trusted is True)


def test_code_that_runs_without_a_person_is_stopped_at_the_time_limit(tmp_path):
    with ScriptedServer(code("import time", "time.sleep(600)"), Says("Done.")) as server:
        done = run(*at(server), "-y", "--timeout", "1", "go")
    assert done.returncode == 0 and "time limit of 1 seconds" in done.stderr


def test_a_time_limit_can_be_lifted(server):
    done = run(*at(server), "-y", "--timeout", "inf", "go")
    assert done.returncode == 0 and done.stdout.endswith("It is 42.\n")


def test_a_home_that_cannot_be_made_costs_nothing_here(server, tmp_path):
    (tmp_path / "file").write_text("")
    os.environ["INTERPRETER_HOME"] = str(tmp_path / "file" / "home")
    done = run(*at(server), "-y", "go")
    assert done.returncode == 0 and done.stdout.endswith("It is 42.\n")


def test_a_working_folder_that_is_gone_is_no_traceback(server, tmp_path):
    root = Path(__file__).parent.parent
    done = run(
        *at(server),
        "-y",
        "go",
        shell="mkdir gone && cd gone && rmdir ../gone && {}",
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.returncode in (1, 2)
    assert "Error: " in done.stderr and "Traceback" not in done.stderr


def test_our_own_mistakes_have_a_traceback_only_when_asked_for(server):
    folder = ["--cwd", "/no/such/folder", "go"]
    assert "Traceback" not in run(*at(server), *folder).stderr
    assert "Traceback" in run(*at(server), "-v", *folder).stderr


def test_keys_are_in_no_message():
    with ScriptedServer(Fails(401, {"error": {"message": "bad key sk-canary-123456"}})) as server:
        done = run(*at(server), "--api-key", "sk-canary-123456", "-v", "go")
    assert done.returncode == 2
    assert "canary" not in done.stdout + done.stderr


# Signals


LOOP = code("import time", "print('running', flush=True)", "while True: time.sleep(1)")
STUBBORN = code(
    "import time",
    "print('running', flush=True)",
    "while True:",
    "    try:",
    "        while True: time.sleep(1)",
    "    except BaseException: pass",
)
PARENT = code("import subprocess", "print('running', flush=True)", "subprocess.run(['sleep', '1000'])")


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)], ids=lambda n: str(n)
)
@pytest.mark.parametrize("script", [LOOP, PARENT, Hangs()], ids=["running", "child", "waiting"])
def test_a_signal_ends_it_with_everything_it_started(script, number, exit_code):
    with ScriptedServer(script) as server, start(*at(server), "-y", "go") as process:
        process.stdin.close()
        if isinstance(script, Hangs):
            assert server.wait_for(requests=1)
        else:
            assert any(b"running" in line and b"print" not in line for line in process.stdout)
        process.send_signal(number)
        assert process.wait(PATIENCE) == exit_code
        assert b"Traceback" not in process.stderr.read()
    assert nothing_is_left()


def test_code_that_will_not_stop_is_killed_when_the_program_is_to_end():
    with ScriptedServer(STUBBORN) as server, start(*at(server), "-y", "go") as process:
        process.stdin.close()
        assert any(b"running" in line and b"print" not in line for line in process.stdout)
        began = time.monotonic()
        process.terminate()
        assert process.wait(PATIENCE) == 143
        seconds = time.monotonic() - began
    print(f"ended after {seconds:.2f} seconds; the goal is 3")
    assert seconds < 15


def test_after_a_kill_the_kernel_ends_by_itself():
    with ScriptedServer(LOOP) as server, start(*at(server), "-y", "go") as process:
        process.stdin.close()
        assert any(b"running" in line and b"print" not in line for line in process.stdout)
        process.kill()
        assert process.wait(PATIENCE) == -9


def test_under_nohup_a_hangup_is_not_heard():
    with ScriptedServer(Says("Still here.", chunk=1, delay=0.05)) as server:
        with start(*at(server), "go", shell="trap '' HUP; exec {}") as process:
            process.stdin.close()
            assert process.stdout.read(1) == b"S"
            process.send_signal(signal.SIGHUP)
            assert process.stdout.read() == b"till here.\n"
            assert process.wait(PATIENCE) == 0


# The embedded model


def test_the_embedded_model_is_taken_last_and_said_aloud(home_with_weights):
    pytest.importorskip("xllamacpp")
    done = run("--max-output-tokens", "20", "Say hello, without code.")
    assert done.returncode in (0, 1, 3)
    assert "embedded" in done.stderr
    assert done.stdout


def test_a_python_that_does_not_exist_is_named_at_once(server: ScriptedServer) -> None:
    done = run("--python", "/no/such/python", *at(server), "hi")
    assert done.returncode == 2
    assert "/no/such/python" in done.stderr and is_two_clear_lines(done.stderr)
    assert server.requests == []


def test_an_api_base_that_is_no_address_is_wrong_usage() -> None:
    done = run("--model", "test", "--api-base", "notaurl", "hi")
    assert done.returncode == 2
    assert "--api-base" in done.stderr and is_two_clear_lines(done.stderr)


@pytest.mark.parametrize(
    "flags",
    [["--local", "-m", "gpt-5-mini"], ["--local", "-m", "x", "--api-base", "https://example.com/v1"]],
)
def test_local_never_leaves_the_machine(flags: list[str]) -> None:
    done = run(*flags, "hi")
    assert done.returncode == 2
    assert is_two_clear_lines(done.stderr)


def test_an_address_needs_a_model(server: ScriptedServer) -> None:
    done = run("--api-base", server.url, "hi")
    assert done.returncode == 2 and "--model" in done.stderr
    assert server.requests == []


def test_any_name_goes_with_an_address(server: ScriptedServer) -> None:
    assert run("-y", "--local", "--model", "qwen.gguf", "--api-base", server.url, "hi").returncode == 0


def test_a_module_in_the_working_folder_does_not_run_in_the_program(server: ScriptedServer, tmp_path: Path) -> None:
    for name in ("platformdirs", "httpx", "pygments"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(77)")
    done = run("-y", *at(server), "hi", program=[sys.executable, "-m", "interpreter"], cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_everything_kept_is_private_whatever_the_umask(server: ScriptedServer, home: Path) -> None:
    assert run("-y", *at(server), "hi", shell="umask 000; {}").returncode == 0
    modes = {path: path.stat().st_mode & 0o077 for path in [home / "data", *(home / "data").rglob("*")]}
    assert modes and not any(modes.values()), modes


def test_a_private_session_keeps_nothing(server: ScriptedServer, home: Path) -> None:
    assert run("-y", "--private", *at(server), "hi").returncode == 0
    assert not [path for path in home.rglob("*") if path.is_file()]


# What is written over


def test_a_progress_bar_lands_once_in_a_pipe_and_its_steps_in_json():
    bar = code("import time", "for n in range(2_001): print(f'\\r{n:4}/2000', end='', flush=n % 50 == 0)", "print()")
    with ScriptedServer(bar, Says("Done."), bar, Says("Done.")) as server:
        piped = run("-y", *at(server), "go").stdout
        events = [json.loads(line) for line in run("-y", "--json", *at(server), "go").stdout.splitlines()]

    assert piped.count("/2000") == 2 and "\n2000/2000\n" in piped and "\r" not in piped
    live = [event["output"]["text"] for event in events if event["type"] == "output_received"]
    (execution,) = [
        e["message"] for e in events if e["type"] == "message_added" and e["message"]["kind"] == "execution"
    ]
    assert len(live) > 10 and "\r   0/2000" in live[0]
    assert [output["text"] for output in execution["outputs"]] == ["2000/2000\n"]
    assert execution["spool"] is None


def test_nothing_of_a_long_output_is_left_behind(tmp_path):
    folder = tmp_path / "t"
    folder.mkdir()
    flood = code("print('x' * 50_000)")
    with ScriptedServer(flood, Says("Done.")) as server:
        done = run("-y", "--json", *at(server), "go", env={**os.environ, "TMPDIR": str(folder)})

    events = [json.loads(line) for line in done.stdout.splitlines()]
    (spool,) = [e["message"]["spool"] for e in events if e.get("message", {}).get("kind") == "execution"]
    assert spool["characters"] == 50_001 and spool["path"].startswith(str(folder))
    assert list(folder.iterdir()) == []
