"""The floor: the shortest loop that does the same job, `python bare.py URL MODEL INSTRUCTION`; nothing is checked."""

import http.client
import json
import re
import sys
import tempfile
from urllib.parse import urlsplit

from jupyter_client.manager import KernelManager

BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)


def main(url: str, model: str, instruction: str) -> None:
    """Carry out one instruction and print what is said and what comes out."""
    address = urlsplit(url)
    server = http.client.HTTPConnection(address.hostname or "", address.port)
    messages = [{"role": "user", "content": instruction}]
    with tempfile.TemporaryDirectory() as folder:
        manager = KernelManager(transport="ipc", ip=f"{folder}/s")
        manager.start_kernel()
        kernel = manager.client()
        kernel.start_channels()
        is_ready = False
        while True:
            reply = ask(server, f"{address.path}/chat/completions", model, messages)
            print(reply)
            block = BLOCK.search(reply)
            if block is None:
                break
            if not is_ready:
                kernel.wait_for_ready()
                is_ready = True
            output = execute(kernel, block[1])
            print(output)
            messages += [{"role": "assistant", "content": reply}, {"role": "user", "content": output}]
        kernel.stop_channels()
        manager.shutdown_kernel(now=True)


def ask(server: http.client.HTTPConnection, path: str, model: str, messages: list[dict[str, str]]) -> str:
    """The reply, read as a stream."""
    body = json.dumps({"model": model, "messages": messages, "stream": True})
    server.request("POST", path, body, {"Content-Type": "application/json"})
    pieces = []
    with server.getresponse() as response:
        for line in response:
            if line.startswith(b"data: {"):
                choices = json.loads(line[6:])["choices"]
                pieces += [choices[0]["delta"].get("content") or ""] if choices else []
    return "".join(pieces)


def execute(kernel, code: str) -> str:
    """What the code writes, until the kernel is idle again."""
    request = kernel.execute(code)
    pieces = []
    while True:
        message = kernel.get_iopub_msg()
        if message["parent_header"].get("msg_id") != request:
            continue
        content = message["content"]
        if message["msg_type"] == "stream":
            pieces.append(content["text"])
        elif message["msg_type"] == "status" and content["execution_state"] == "idle":
            kernel.get_shell_msg()
            return "".join(pieces)


if __name__ == "__main__":
    main(*sys.argv[1:])
