"""A script holds what ran, and nothing else of it is code."""

import subprocess
import sys

from interpreter.core.messages import CodeBlock, Execution, Instruction, Reply, Text
from interpreter.storage.exports.script import as_script


def run(language: str, code: str, status: str = "ok") -> Execution:
    return Execution(CodeBlock(language, code), status, (Text("out"),))


def test_what_succeeded_in_python_runs_in_its_order(tmp_path):
    messages = (
        Instruction("Set x\nto 6"),
        Reply("Fine."),
        run("python", "x = 6"),
        run("python", "x = 1/0", "failed"),
        run("bash", "rm -rf x\necho hello"),
        run("python", "x = 0", "refused"),
        Instruction("twice"),
        run("python", "print(x * 7)"),
    )
    made = as_script(messages, "A title")
    (tmp_path / "made.py").write_text(made)
    done = subprocess.run([sys.executable, tmp_path / "made.py"], capture_output=True, text=True, check=True)
    assert done.stdout == "42\n"
    assert "# > Set x\n# > to 6\n" in made and "# bash:\n# rm -rf x\n# echo hello\n" in made
    assert "1/0" not in made and "x = 0" not in made and "Fine." not in made


def test_no_line_end_leaves_a_comment():
    evil = "x\rprint(1)\r\nprint(2)\x0cprint(3)\nprint(4)\u2028print(5)\x85print(6)\x0bprint(7)"
    made = as_script((Instruction(evil), run("bash", evil), run("ruby\nprint(8)", "1")), evil)
    scope: dict[str, object] = {"print": lambda value: (_ for _ in ()).throw(AssertionError(value))}
    exec(compile(made, "made", "exec"), scope)


def test_lines_that_only_ipython_runs_are_said():
    assert "ipython" in as_script((run("python", "x = 1\n  %timeit x"),))
    assert "ipython" not in as_script((run("python", "x = 5 % 2"),))
