"""What a model is told, once in a turn, whose reply is neither an answer nor code that can be run."""

import re
from collections.abc import Sequence

from interpreter.core.messages import CodeBlock, Execution, Message, Reply
from interpreter.core.reading import Reading
from interpreter.core.unlabelled import parsed

_FENCE = "```python\n# the code\n```"

NO_BLOCK = (
    "Your reply held no block of code that can be run. To run code, send it like this, and end your reply there:\n"
    f"{_FENCE}\nIf no code needs to run, answer in plain words."
)
NO_TOOLS = f"There are no tools to call here. To act, send code like this, and end your reply there:\n{_FENCE}"
REPEATED = "Your reply repeated itself and was stopped. Send one short block of code, or answer in one sentence."
EMPTY = "Your reply was empty. Send a block of code to run, or answer in words."
THE_EXAMPLE = "That was the example, and not the task. Send the block of code that solves the task."

CAN = (
    "You can: code that you send is run on this computer, where it can read and write files, and you get what it "
    f"prints. Send the first block of code like this:\n{_FENCE}"
)

_CALL = re.compile(
    r"^[ \t]*(?:<tool_calls?>|<function_calls?>|<function=|<\|tool_calls?|<\|python_tag\|>|\[TOOL_CALLS\]|<\uff5ctool"
    r"|\(The model asked for a tool that does not exist here: )",
    re.MULTILINE,
)
_FENCED = re.compile(
    r"^[ \t]*(?P<fence>```+|~~~+)(?P<info>[^\n]*)\n(?P<code>.*?)(?:^[ \t]*(?P=fence)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_CODE_LINE = re.compile(
    r"(?:import \w+|from \w[\w.]* import |(?:for|while|if|with|def|class) .*:$|print\(.*\)$|\w+ = \w+[.(\[]|return\b"
    r"|[)\]}]$)"
)
_TELLING_LINE = re.compile(r"(?:import \w+|from \w[\w.]* import |with open\(|print\()")

_QUOTED = re.compile(r"[\"']([^\"'\n]{3,})[\"']")

SAYS_CANNOT = 800
"""Characters: a longer reply than this is no mere excuse."""

_CANNOT = re.compile(
    r"\bI(?:'m| am)?\b[^.\n]{0,40}\b(?:can't|cannot|can not|unable to|not able to|do(?:n't| not) have (?:the ability|"
    r"(?:direct )?access))\b[^.\n]{0,80}\b(?:access|open|read|run|execut\w+|view|see|interact)\b"
    r"|\bI do(?:n't| not) have (?:direct )?access\b"
    r"|\bich\b[^.\n]{0,40}\b(?:nicht|keinen?)\b[^.\n]{0,80}\b(?:zugreifen|zugriff|lesen|öffnen|ausführen)\b"
    r"|\bkann (?:ich )?(?:leider )?(?:nicht|keine)\b[^.\n]{0,60}\b(?:zugreifen|lesen|öffnen|ausführen)\b",
    re.IGNORECASE,
)


def correction(reply: Reply, reading: Reading, before: Sequence[Message], system: str = "") -> str | None:
    """What to tell the model instead of taking its reply; None where it is a block or may be an answer.

    `before` are the messages of the turn that the reply answers, `system` is the prompt: a model that is at a loss
    repeats the example in it.
    """
    if reply.block is not None:
        is_example = reply.block.fenced in system and not _is_asked_for(reply.block, before[0].text)
        return THE_EXAMPLE if is_example else None
    if reading.finish in ("filter", "error"):
        return None
    has_run = any(isinstance(message, Execution) for message in before)
    text = reply.text.strip()
    if reading.repeats:
        return REPEATED
    if reading.finish != "stop":
        return None
    if not text:
        return None if has_run and _succeeded(before) else EMPTY
    if _CALL.search(text):
        return NO_TOOLS
    if has_run:
        return None
    if _holds_code(text):
        return NO_BLOCK
    return CAN if len(text) < SAYS_CANNOT and _CANNOT.search(text) else None


def without_example(system: str) -> str:
    """The prompt without its example: a model that has just repeated it repeats it again where it sees it."""
    return _FENCED.sub("", system, count=1)


def without_corrected(messages: Sequence[Message]) -> list[Message]:
    """The messages without replies that were corrected: those another reply follows at once."""
    followers = (*messages[1:], None)
    pairs = zip(messages, followers, strict=True)
    return [each for each, next_one in pairs if not (isinstance(each, Reply) and isinstance(next_one, Reply))]


def _is_asked_for(block: CodeBlock, instruction: str) -> bool:
    """Whether the instruction names a file or another text of the block."""
    return any(quoted in instruction for quoted in _QUOTED.findall(block.code))


def _succeeded(before: Sequence[Message]) -> bool:
    last = before[-1]
    return isinstance(last, Execution) and last.status == "ok"


def _holds_code(text: str) -> bool:
    """Whether it has Python outside of fences, or in one without a language, that does more than define."""
    for fence in _FENCED.finditer(text):
        tree = parsed(fence["code"]) if not fence["info"].strip() else None
        if tree is not None and len(tree.body) > 1 and _TELLING_LINE.search(fence["code"]):
            return True
    lines = [line.strip() for line in _FENCED.sub("", text).split("\n") if line.strip()]
    code = [line for line in lines if _CODE_LINE.match(line)]
    return len(code) >= 3 and any(_TELLING_LINE.match(line) for line in code)
