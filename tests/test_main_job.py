"""The main job on the real thing: the embedded model, a real kernel, nothing scripted."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from interpreter.llm.embedded_process import can_serve
from interpreter.llm.weights import is_installed
from tests.terminal.person import PROGRAM

pytestmark = pytest.mark.skipif(not (is_installed() and can_serve()), reason="the extra `local` is not installed")

INSTRUCTION = "根据以下描述生成一个Python函数:计算给定数字的阶乘,即n!的值。例如,输入5,输出120。"
FACTORIAL = f"""
from open_interpreter import OpenInterpreter; interpreter = OpenInterpreter(local=True, auto_run=True);
result = interpreter.execute("{INSTRUCTION}"); print(result)
assert any(execution.status == "ok" for execution in result.executions), result
"""


def test_a_function_asked_for_in_chinese_is_printed_and_gives_120_for_5(home_with_weights: Path, tmp_path: Path):
    done = subprocess.run([sys.executable, "-c", FACTORIAL], cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    defined: dict[str, object] = {}
    for code in re.findall(r"^```\w*\n(.*?)^```", done.stdout, re.MULTILINE | re.DOTALL):
        exec(code, defined)
    functions = [value for name, value in defined.items() if callable(value) and not name.startswith("_")]
    assert 120 in [function(5) for function in functions], done.stdout


def test_the_readmes_first_instruction_prints_an_answer_that_came_from_execution(
    home_with_weights: Path, tmp_path: Path
):
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    instruction = re.search(r'interpreter --local -y "(.*?)"', readme)
    assert instruction is not None
    done = subprocess.run(
        [*PROGRAM, "--local", "-y", instruction[1]],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        start_new_session=True,
    )
    assert done.returncode == 0, done.stderr
    assert "```python" in done.stdout, "code was run"
    assert "250500" in done.stdout
