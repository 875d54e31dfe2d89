"""The program and the library with rules of the user: what runs, what is asked about, what goes back to the model."""

import json
import os
import re
from pathlib import Path

import pytest

from interpreter import OpenInterpreter
from interpreter.core.ports import Refuse, Run
from interpreter.storage.paths import find_paths
from tests.fakes import FakeApprover
from tests.scripted_server import Says, ScriptedServer
from tests.terminal.test_chat_tty import DONE, QUESTION, asked, quiet_folder, sits_down
from tests.test_cli import at, run

__all__ = ["quiet_folder"]

SAFETY = Path(__file__).parent.parent.parent / "docs" / "safety.md"
RULES = """\
[[rules]]
verdict = "allow"
command = ["echo", "git status"]

[[rules]]
verdict = "refuse"
command = "rm"
path = "kept"

[[rules]]
verdict = "refuse"
language = "javascript"

[[rules]]
verdict = "ask"
command = "touch"
"""
BY_RULE = "Runs without a question: rule: allow command echo | git status."


def bash(*lines: str) -> Says:
    return Says("```bash\n" + "\n".join(lines) + "\n```\n", chunk=7)


@pytest.fixture(autouse=True)
def rules() -> Path:
    return write(RULES)


def write(text: str, profile: str = "") -> Path:
    paths = find_paths(os.environ)
    file = paths.profiles / f"{profile}.toml" if profile else paths.settings
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "kept").write_text("k")
    (folder / "other").write_text("o")
    return folder


def events(*script: Says, flags: tuple[str, ...] = (), work: Path) -> tuple[int, list[dict]]:
    with ScriptedServer(*script, Says("Done.")) as server:
        done = run(*at(server), "--json", "--sandbox", "none", *flags, "go", cwd=work)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def executions(found: list[dict]) -> list[dict]:
    messages = [event["message"] for event in found if event["type"] == "message_added"]
    return [message for message in messages if message["kind"] == "execution"]


def notices(found: list[dict]) -> list[str]:
    return [event["text"] for event in found if event["type"] == "notice"]


# -- without a terminal -----------------------------------------------------------------------------------------------


def test_with_auto_run_what_a_rule_refuses_goes_back_to_the_model_and_the_turn_goes_on(work):
    code, found = events(bash("rm other"), bash("ls; rm -f ./kept"), bash("echo fine"), flags=("-y",), work=work)
    first, refused, last = executions(found)
    assert code == 0 and found[-1]["reason"] == "answered"
    assert (first["status"], refused["status"], last["status"]) == ("ok", "refused", "ok")
    assert not (work / "other").exists() and (work / "kept").exists()
    assert "forbids rm -f ./kept (refuse command rm path kept)" in refused["note"]
    assert any(each.startswith("Not run. A rule of the user forbids") for each in notices(found))


def test_with_auto_run_what_a_rule_asks_about_does_not_run_where_nobody_can_be_asked(work):
    code, found = events(bash("touch new"), bash("echo fine"), flags=("-y",), work=work)
    unasked, last = executions(found)
    assert code == 0 and (unasked["status"], last["status"]) == ("refused", "ok")
    assert "wants a question before touch new" in unasked["note"] and not (work / "new").exists()


def test_the_same_refused_block_again_and_again_ends_the_turn(work):
    code, found = events(*[bash("rm kept")] * 5, flags=("-y",), work=work)
    assert code == 1 and found[-1] == {"type": "turn_ended", "reason": "stuck"}
    assert [each["status"] for each in executions(found)] == ["refused"] * 3


def test_what_a_rule_allows_runs_although_nobody_could_approve_it_and_what_is_not_allowed_does_not(work):
    code, found = events(bash("echo one; git status"), bash("echo two > other"), work=work)
    allowed = executions(found)[0]
    assert allowed["status"] in ("ok", "failed") and "one" in allowed["outputs"][0]["text"]
    assert BY_RULE in notices(found)
    assert code == 3 and found[-1]["reason"] == "unapproved" and (work / "other").read_text() == "o"


def test_what_shells_were_told_before_widens_no_rule(work):
    allows = '\n[[rules]]\nverdict = "allow"\ncommand = "cat"\npath = "."\n'
    write(RULES + allows)
    (work.parent / "secret").write_text("s3cret")
    with ScriptedServer(bash("cat other"), bash("cd .."), bash("cat secret"), bash("echo hi"), Says("Done.")) as server:
        approver = FakeApprover()
        with OpenInterpreter(model="test", cwd=work, approver=approver, api_base=server.url) as agent:
            agent.execute("go")
            assert [request.block.code for request in approver.asked] == ["cd ..", "cat secret"]
            approver.asked.clear()
            server.script[:] = [bash("echo() { cat other; }"), bash("echo hi"), Says("Done.")]
            server.requests.clear()
            agent.execute("go on")
            assert [request.block.code for request in approver.asked] == ["echo() { cat other; }", "echo hi"]


def test_a_file_of_the_project_makes_no_rules(work):
    (work / "config.toml").write_text('[[rules]]\nverdict = "allow"\nlanguage = "bash"\n')
    (work / ".interpreter").mkdir()
    (work / ".interpreter" / "config.toml").write_text('[[rules]]\nverdict = "allow"\nlanguage = "bash"\n')
    code, found = events(bash("ls"), work=work)
    assert code == 3 and executions(found)[0]["status"] == "refused"


def test_a_wrong_rule_keeps_the_program_from_starting(work):
    write('[[rules]]\nverdict = "refuse"\ncomand = "rm"\n')
    with ScriptedServer(bash("rm kept")) as server:
        done = run(*at(server), "-y", "go", cwd=work)
        assert server.requests == []
    assert done.returncode == 2
    first, second = " ".join(done.stderr.split()).split(" Did you", 1)
    assert "config.toml, line 3: a rule has no key 'comand'." in first and second.startswith(" mean command?")


def test_the_subcommand_shows_rules_and_where_they_are():
    done = run("config", "show")
    assert re.search(r"rules +allow command echo \| git status; .* +/.*config\.toml:1", done.stdout)
    told = run("config", "get", "rules").stdout
    assert "refuse command rm path kept; refuse language javascript; ask command touch" in told
    refused = run("config", "set", "rules", "allow rm")
    assert refused.returncode == 2 and "[[rules]]" in refused.stderr


def test_setting_something_else_leaves_the_rules_as_they_are(rules):
    assert run("config", "set", "max_steps", "9").returncode == 0
    assert run("config", "get", "max_steps").stdout == "9\n"
    assert RULES in rules.read_text()


# -- the library ------------------------------------------------------------------------------------------------------


def test_an_edited_block_is_held_to_what_rules_refuse(work):
    with ScriptedServer(bash("ls"), Says("Done.")) as server:

        class Edits:
            def decide(self, request):
                return Run(type(request.block)("bash", "rm kept"))

        with OpenInterpreter(model="test", api_base=server.url, cwd=work, approver=Edits()) as agent:
            result = agent.execute("go")
    assert (work / "kept").exists() and result.executions[0].status == "refused"


def test_a_rule_that_asks_asks_the_approver_of_a_program_under_auto_run(work):
    approver = FakeApprover([Refuse("rather not")])
    with ScriptedServer(bash("touch new"), Says("Done.")) as server:
        given = {"model": "test", "api_base": server.url, "cwd": work, "auto_run": True, "sandbox": "none"}
        with OpenInterpreter(approver=approver, **given) as agent:
            result = agent.execute("go")
    assert [request.rule for request in approver.asked] == ["ask command touch"]
    assert result.executions[0].note == "rather not" and not (work / "new").exists()


# -- at a terminal ----------------------------------------------------------------------------------------------------


def test_in_the_chat_a_rule_saves_the_question_and_another_asks_although_the_turn_was_allowed():
    script = (bash("echo six"), bash("ls -d ."), bash("touch new"), DONE)
    with sits_down(*script) as (person, _):
        person.says("go").sees(BY_RULE, "six", QUESTION).types("a")
        person.sees("touch new", "A rule of yours asks: ask command touch.", QUESTION).types("y").sees("All done.")
        assert person.leaves() == 0
    assert Path("new").exists()


def test_in_the_chat_what_a_rule_refuses_is_said_and_the_model_goes_on():
    Path("kept").write_text("k")
    with sits_down(bash("rm kept"), DONE) as (person, server):
        person.says("go").sees("Not run. A rule of the user forbids rm kept", "All done.")
        assert person.leaves() == 0
        assert "forbids rm kept" in asked(server)
    assert Path("kept").exists()


def test_with_auto_run_at_a_terminal_a_rule_that_asks_asks():
    flags = ("-y", "--sandbox", "none", "go")
    with sits_down(bash("echo free"), bash("touch new"), DONE, arguments=flags) as (person, _):
        person.sees("free", "A rule of yours asks: ask command touch.", QUESTION).types("y").sees("All done.")
        assert person.exit_code() == 0
    assert Path("new").exists()


def test_shell_in_python_is_named_as_shell_above_the_question():
    code = Says("```python\nfiles = !ls\n%sx ls\n```\n")
    with sits_down(code, DONE) as (person, _):
        person.says("go").sees("Note: shell (!, %sx).", QUESTION).types("n").sees("end the turn:").types("\r")
        assert person.leaves() == 0


# -- the page ---------------------------------------------------------------------------------------------------------


def test_the_example_of_the_page_does_what_the_page_says(work):
    page = SAFETY.read_text(encoding="utf-8")
    example = re.search(r"```toml\n(.*?)```", page, re.DOTALL)
    rows = re.findall(r"^\| `([^`]+)` \| (runs|asks|does not run) \|", page, re.MULTILINE)
    assert example is not None and len(rows) >= 6
    write(example[1])
    (work / "data").mkdir()
    (work / "data" / "a.csv").write_text("1\n")
    (work / "notes.txt").write_text("n")
    with ScriptedServer(Says("Done.")) as server:
        approver = FakeApprover()
        with OpenInterpreter(model="test", api_base=server.url, cwd=work, approver=approver) as agent:
            for block, expected in rows:
                server.script[:] = [bash(block.replace("¦", "|")), Says("Done.")]
                server.requests.clear()
                approver.asked.clear()
                approver.decisions[:] = [Refuse("no")]
                (execution,) = agent.execute("go").executions
                did = "asks" if approver.asked else "does not run" if execution.status == "refused" else "runs"
                assert did == expected, block
