"""What a person would want to read at the end of a turn."""

import ast
import re
from collections.abc import Sequence

from interpreter.core.feedback import output_text, plain
from interpreter.core.messages import CodeBlock, Execution, Failure, Instruction, Message, Reply

_ASKS_FOR_CODE = re.compile(
    r"\b(code|function|functions|class|script|program|programme|method|implement|snippet|regex|algorithm|"
    r"funktion|klasse|skript|programm|implementiere|función|clase|código|programa|fonction|classe|funzione|"
    r"função|функци\w+|класс|скрипт|программ\w+|код)\b|函数|代码|程序|脚本|(?:个|写|定义|实现)类(?![别型])|実装|関数|コード|함수|코드|클래스",
    re.IGNORECASE,
)
_TELLING = re.compile(r"\d+|[^\W\d_]{4,}|[\u3040-\u9fff\uac00-\ud7af]")
"""Numbers, words of four letters or more, and characters of scripts that write without spaces."""

SHORT = 8
"""Lines: a longer output is material rather than a result."""

_FENCE = re.compile(r"^[ \t]*(```|~~~)", re.MULTILINE)


def answer_text(messages: Sequence[Message]) -> str:
    """The text of the turn's last reply; where it only sends code again or says nothing, what the code printed too.

    A turn that ends with code that failed says how.
    """
    replies = [message for message in messages if isinstance(message, Reply)]
    said = prose_of(replies[-1]).strip() if replies else ""
    if said and replies[-1].block is None:
        return said
    return _joined(said, _printed(messages), _failed(messages))


def readable(messages: Sequence[Message]) -> str:
    """The answer, with a short output that it ignores, and with the code where code was asked for."""
    text, printed = answer_text(messages), _printed(messages)
    if _FENCE.search(text):
        return text
    asked = any(isinstance(message, Instruction) and _ASKS_FOR_CODE.search(message.text) for message in messages)
    code = [block.fenced for block in _definitions(messages)] if asked else []
    return _joined(text, printed if _ignores(text, printed) else "", *code)


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _printed(messages: Sequence[Message]) -> str:
    """What the last block printed, if it succeeded."""
    done = [message for message in messages if isinstance(message, Execution)]
    return plain(output_text(done[-1].outputs)).strip() if done and done[-1].status == "ok" else ""


def _failed(messages: Sequence[Message]) -> str:
    """How the last block failed, if the turn ends with it."""
    last = messages[-1] if messages else None
    if not isinstance(last, Execution) or last.status not in ("failed", "died", "timed_out"):
        return ""
    causes = [f"{output.name}: {output.message}" for output in last.outputs if isinstance(output, Failure)]
    return f"The code failed: {causes[-1]}" if causes else last.note


def _ignores(said: str, printed: str) -> bool:
    """Whether a reply has no number and no longer word in common with a short output: it may be made up."""
    shown = set(_TELLING.findall(printed.lower())) if printed.count("\n") < SHORT else set()
    return bool(shown) and not shown & set(_TELLING.findall(said.lower()))


def prose_of(reply: Reply) -> str:
    """The text of a reply without its block."""
    if reply.block is None:
        return reply.text
    code, lines = _stripped(reply.block.code), _stripped(reply.text)
    starts = (i for i in range(len(lines) - len(code), 0, -1) if lines[i : i + len(code)] == code)
    fence = next(starts, len(lines) + 1) - 1
    return "\n".join(reply.text.split("\n")[:fence])


def _stripped(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n")]


def _definitions(messages: Sequence[Message]) -> list[CodeBlock]:
    """The blocks that ran and define something; a later definition of the same names takes an earlier one's place."""
    kept: dict[frozenset[str], CodeBlock] = {}
    for message in messages:
        if isinstance(message, Execution) and message.status == "ok" and (names := _defined(message.block)):
            kept.pop(names, None)
            kept[names] = message.block
    return list(kept.values())


def _defined(block: CodeBlock) -> frozenset[str]:
    if block.language != "python":
        return frozenset({block.language})
    try:
        tree = ast.parse(block.code)
    except (SyntaxError, ValueError):
        return frozenset()
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return frozenset(node.name for node in tree.body if isinstance(node, kinds))
