"""Replies as models of each family write them when they miss the form that they were asked for.

The forms are those of their chat templates, as a server lets them through that does not know the template.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """A reply, the code in it that is to run, and the prose and the reasoning that remain."""

    name: str
    reply: str
    code: str | None
    prose: str = ""
    reasoning: str = ""
    language: str = "python"


CALL = '{"name": "python", "arguments": {"code": "print(1)\\nprint(2)"}}'
CODE = "print(1)\nprint(2)"

RUNS = (
    # Hermes, Qwen 2.5 and 3
    Sample("hermes", f"<tool_call>\n{CALL}\n</tool_call>", CODE),
    Sample("hermes with prose", f"I will run it.\n\n<tool_call>\n{CALL}\n</tool_call>\n", CODE, "I will run it.\n\n"),
    Sample("hermes never closed", f"<tool_call>\n{CALL}\n", CODE),
    Sample(
        "hermes invents the answer", f"<tool_call>{CALL}</tool_call>\n<tool_response>3</tool_response>\nIt is 3.", CODE
    ),
    Sample("qwen after thinking", f"<think>\nhm\n</think>\n\n<tool_call>\n{CALL}\n</tool_call>", CODE, "", "\nhm\n"),
    Sample(
        "qwen coder 3",
        "<tool_call>\n<function=run_python>\n<parameter=code>\nprint(1)\nprint(2)\n</parameter>\n</function>\n</tool_call>",
        CODE,
    ),
    Sample("llama function tag", '<function=python>{"code": "print(1)\\nprint(2)"}</function>', CODE),
    Sample(
        "qwen long strings",
        '<tool_call>\n{"name": "python", "arguments": {"code": "print(1)\nprint(2)"}}\n</tool_call>',
        CODE,
    ),
    Sample(
        "qwen python quotes",
        '<tool_call>\n{"name": "python", "arguments": {"code": """print(1)\nprint(2)"""}}\n</tool_call>',
        CODE,
    ),
    Sample(
        "glm",
        "<tool_call>python\n<arg_key>code</arg_key>\n<arg_value>print(1)\nprint(2)</arg_value>\n</tool_call>",
        CODE,
    ),
    # Llama 3
    Sample("llama python tag", "<|python_tag|>print(1)\nprint(2)<|eom_id|>", CODE),
    Sample("llama bare call", '{"name": "execute_python", "parameters": {"code": "print(1)\\nprint(2)"}}', CODE),
    Sample("llama python tag with a call", f"<|python_tag|>{CALL}<|eot_id|>", CODE),
    # Mistral
    Sample("mistral", f"[TOOL_CALLS] [{CALL}]", CODE),
    Sample("mistral of today", '[TOOL_CALLS]python[ARGS]{"code": "print(1)\\nprint(2)"}', CODE),
    Sample("magistral", f"[THINK]hm[/THINK]```python\n{CODE}\n```", CODE, "", "hm"),
    # DeepSeek
    Sample(
        "deepseek",
        "<\uff5ctool\u2581calls\u2581begin\uff5c><\uff5ctool\u2581call\u2581begin\uff5c>function"
        '<\uff5ctool\u2581sep\uff5c>python\n```json\n{"code": "print(1)\\nprint(2)"}\n```'
        "<\uff5ctool\u2581call\u2581end\uff5c><\uff5ctool\u2581calls\u2581end\uff5c>",
        CODE,
    ),
    Sample(
        "deepseek 3.1",
        "<\uff5ctool\u2581calls\u2581begin\uff5c><\uff5ctool\u2581call\u2581begin\uff5c>python<\uff5ctool\u2581sep\uff5c>"
        '{"code": "print(1)\\nprint(2)"}<\uff5ctool\u2581call\u2581end\uff5c><\uff5ctool\u2581calls\u2581end\uff5c>',
        CODE,
    ),
    Sample(
        "deepseek r1 without its opening tag",
        f"Let me think.\n</think>\n\n```python\n{CODE}\n```",
        CODE,
        "Let me think.\n",
    ),
    # Gemma, Phi, Granite, Kimi
    Sample("gemma", f"```tool_code\n{CODE}\n```", CODE),
    Sample("phi", f"functools[{CALL}]", CODE),
    Sample("phi 4 mini", f"<|tool_call|>[{CALL}]<|/tool_call|>", CODE),
    Sample("granite", f"<|tool_call|>[{CALL}]", CODE),
    Sample("kimi thinks", f"\u25c1think\u25b7hm\u25c1/think\u25b7```python\n{CODE}\n```", CODE, "", "hm"),
    Sample(
        "kimi",
        "<|tool_calls_section_begin|><|tool_call_begin|>functions.python:0<|tool_call_argument_begin|>"
        '{"code": "print(1)\\nprint(2)"}<|tool_call_end|><|tool_calls_section_end|>',
        CODE,
    ),
    # gpt-oss
    Sample(
        "harmony",
        "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=python code<|message|>"
        f"{CODE}<|call|>",
        CODE,
        "",
        "hm",
    ),
    Sample(
        "harmony functions",
        "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>commentary to=functions.run_python "
        '<|constrain|>json<|message|>{"code": "print(1)\\nprint(2)"}<|call|>',
        CODE,
        "",
        "hm",
    ),
    Sample(
        "harmony final with a fence",
        f"<|channel|>final<|message|>Here:\n```python\n{CODE}\n```<|return|>",
        CODE,
        "Here:\n",
    ),
    # CodeAct, ReAct, Claude's old form
    Sample("codeact", f"<execute_ipython>\n{CODE}\n</execute_ipython>", CODE),
    Sample(
        "react",
        f"Thought: run it\nAction: python\nAction Input: {CODE}\nObservation: 3",
        CODE,
        "Thought: run it\nAction: python\nAction Input: print(1)\nprint(2)\nObservation: 3",
    ),
    Sample(
        "invoke",
        '<function_calls>\n<invoke name="python">\n<parameter name="code">print(1)\nprint(2)</parameter>'
        "\n</invoke>\n</function_calls>",
        CODE,
    ),
    # JSON
    Sample("json", '{"language": "python", "code": "print(1)\\nprint(2)"}', CODE),
    Sample("json in a fence", '```json\n{"language": "python", "code": "print(1)\\nprint(2)"}\n```', CODE),
    Sample(
        "json behind a line",
        'Sure, here it is:\n```json\n{"tool": "python", "arguments": {"code": "print(1)\\nprint(2)"}}\n```',
        CODE,
    ),
    Sample("json of a bash call", '{"tool": "bash", "input": {"command": "ls"}}', "ls", language="bash"),
    # fences and what is left of them
    Sample("a language on its own line", f"python\n{CODE}", CODE),
    Sample("a language on its own line in a fence", f"```\npython\n{CODE}\n```", CODE),
    Sample("no fence at all", f"import math\n\nx = math.pi\n{CODE}", f"import math\n\nx = math.pi\n{CODE}"),
    Sample("on one line", "```python print(1)```", "print(1)"),
    Sample("opened twice", f"```python\n```python\n{CODE}\n```\n```", CODE),
    Sample("opened twice, blank between", f"```python\n\n```py\n{CODE}\n```", CODE),
    Sample("invented output", f"```python\n{CODE}\n```\nOutput:\n```\n1\n2\n```\nSo it is 2.", CODE),
    Sample("never closed", f"```python\n{CODE}", CODE),
    Sample("turn runs on", f"```python\n{CODE}\n```\n<|im_end|>\n<|im_start|>user\nThanks", CODE),
)

STAYS = (
    "The forms are `<tool_call>` and `[TOOL_CALLS]`.",
    f"Qwen writes\n\n```xml\n<tool_call>\n{CALL}\n</tool_call>\n```\n\nand waits.",
    f"```text\n<tool_call>{CALL}</tool_call>\n```\n",
    f"```python example\n{CODE}\n```\n",
    f"Write `{CALL}` to call it.",
    f"To call the tool, a model writes this JSON.\nIt is then run.\n\n```json\n{CALL}\n```",
    f"A call is:\n```json\n{CALL}\n```\nThe server then runs the code.",
    '{"name": "Ada", "arguments": {"for": 1, "against": 2}}',
    '{"code": "DE", "name": "Germany"}',
    '{"language": "python", "code": "print(1)", "stars": 12, "author": "x"}',
    '[{"language": "German", "code": "de"}, {"language": "French", "code": "fr"}]',
    '{"language": "German", "code": "de"}',
    '{"name": "get_weather", "arguments": {"city": "Graz"}}',
    '```json\n{"action": "close", "input": {"id": 3}}\n```',
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Graz"}}\n</tool_call>',
    "python\n",
    "Python\nis a language.",
    "bash\nls -la",
    "```\npython\nsh\nruby\n```\n",
    "print(42)",
    "def double(x):\n    return 2 * x",
    "x = 1\ny = 2",
    "2024-01-01 12:00:00 INFO started\n2024-01-01 12:00:01 ERROR failed",
    "The file has\n\nimport math\nprint(math.pi)\n\nand nothing else.",
    "Use ```python print(1)``` to print.",
    "First ```python print(1)``` and then\n\nsomething else.",
    "Action: buy milk\nAction Input: two bottles",
    "[1, 2, 3]",
    "<br>\n<function=1>\n",
    "On Tuesday\n[x] done\n[TOOL] none",
    "a > b\n<b>bold</b>",
)
