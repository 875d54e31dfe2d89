"""The bare loop to compare with: a short prompt, the reply cut after its first block, the output fed back."""

import json
import queue
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from jupyter_client.manager import start_new_kernel

from interpreter.core.messages import CodeBlock, Execution, Instruction, Message, Reply, Text
from tests.evals.trial import Answer

SYSTEM = (
    "You are an agent that solves the user's task by running Python code. Write one short ```python block; it is run "
    "at once in a Jupyter kernel in the user's folder and you get its output. Use print. Only the standard library is "
    "installed (no pandas, no numpy). When the output answers the task, reply with one sentence and no code."
)
FIRST = "Task: {task}\n\nWrite the Python block for the first step."
# a 0.5B model that is offered "or send the next block" repeats its last block, so each case asks for one thing only
FEEDBACK = {
    "ok": "The code printed:\n{output}\n\nTask: {task}\nNow answer the task in one sentence, without code.",
    "failed": "The code failed:\n{output}\n\nTask: {task}\nWrite a different Python block that works.",
}
_BLOCK = re.compile(r"^[ \t]*```[^\n]*\n(.*?)^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE)
_OPEN_BLOCK = re.compile(r"^[ \t]*```[^\n]*\n(.*)\Z", re.DOTALL | re.MULTILINE)
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_LONGEST_OUTPUT = 2000


class Baseline:
    """Solves tasks with any OpenAI-compatible endpoint and a plain Python kernel."""

    def __init__(self, api_base: str, api_key: str, model: str = "default", max_steps: int = 8) -> None:
        self._address = urlsplit(api_base.rstrip("/"))
        self._api_key, self._model, self._max_steps = api_key, model, max_steps

    def __call__(self, task: str, folder: Path, seconds: float) -> Answer:
        """Carry out one instruction in a folder."""
        deadline = monotonic() + seconds
        said: list[dict[str, str]] = [
            {"role": "system", "content": SYSTEM},
            {"role": "user", "content": FIRST.format(task=task)},
        ]
        done: list[Message] = [Instruction(task)]
        tokens = [0, 0]
        with _kernel(folder) as run:
            for _ in range(self._max_steps):
                text = self._reply(said, tokens, deadline)
                found = _BLOCK.search(text) or _OPEN_BLOCK.search(text)
                block = CodeBlock("python", found[1].rstrip("\n")) if found else None
                done.append(Reply(text, block))
                if block is None or monotonic() > deadline:
                    return Answer(text, done, *tokens, "interrupted" if block else "answered")
                output, status = run(block.code)
                done.append(Execution(block, status, (Text(output),)))
                said += [
                    {"role": "assistant", "content": text},
                    {"role": "user", "content": FEEDBACK[status].format(output=_shorten(output), task=task)},
                ]
        return Answer(text, done, *tokens, "step_limit")

    def _reply(self, said: list[dict[str, str]], tokens: list[int], deadline: float) -> str:
        """The reply up to the end of its first block; tokens in are estimated where the stream was cut."""
        text, usage, pieces = "", {}, 0
        for chunk in self._stream(said):
            usage = chunk.get("usage") or usage
            for choice in chunk.get("choices", ()):
                piece = choice["delta"].get("content") or ""
                text, pieces = text + piece, pieces + bool(piece)
            if (block := _BLOCK.search(text)) or monotonic() > deadline:
                text = text[: block.end()] if block else text
                break
        tokens[0] += usage.get("prompt_tokens") or sum(len(message["content"]) for message in said) // 4
        tokens[1] += usage.get("completion_tokens") or pieces
        return text

    def _stream(self, said: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
        body = {"model": self._model, "messages": said, "temperature": 0, "max_tokens": 700, "stream": True}
        body["stream_options"] = {"include_usage": True}
        headers = {"Authorization": f"Bearer {self._api_key}", "Content-Type": "application/json"}
        connect = HTTPSConnection if self._address.scheme == "https" else HTTPConnection
        connection = connect(self._address.netloc, timeout=300)
        try:
            connection.request("POST", f"{self._address.path}/chat/completions", json.dumps(body), headers)
            response = connection.getresponse()
            if response.status != 200:
                raise OSError(f"{response.status}: {response.read(500)!r}")
            for line in response:
                if line.startswith(b"data: ") and line.strip() != b"data: [DONE]":
                    yield json.loads(line[6:])
        finally:
            connection.close()


def _shorten(output: str) -> str:
    half = _LONGEST_OUTPUT // 2
    return output if len(output) <= _LONGEST_OUTPUT else f"{output[:half]}\n...\n{output[-half:]}"


@contextmanager
def _kernel(folder: Path) -> Iterator[Any]:
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(folder), stderr=subprocess.DEVNULL)

    def run(code: str) -> tuple[str, str]:
        parts: list[str] = []

        def keep(message: dict[str, Any]) -> None:
            content = message["content"]
            parts.append(content.get("text") or content.get("data", {}).get("text/plain", ""))
            parts.extend(_COLOURS.sub("", line) + "\n" for line in content.get("traceback", [])[-2:])

        try:
            reply = client.execute_interactive(code, allow_stdin=False, timeout=30, output_hook=keep)
        except (TimeoutError, queue.Empty):
            manager.interrupt_kernel()
            return "".join(parts) + "\nstopped after 30 seconds", "failed"
        return "".join(parts) or "(nothing was printed)", "ok" if reply["content"]["status"] == "ok" else "failed"

    try:
        yield run
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
