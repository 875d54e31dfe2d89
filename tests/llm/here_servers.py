"""Model servers of this machine in the shapes that the real ones speak, by route."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Routes:
    """What each route answers; `asked` are the requests that came, with their bodies."""

    answers: dict[str, Any]
    port: int = 0
    asked: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving(answers: dict[str, Any]) -> Iterator[Routes]:
    """A server of these routes; an answer may be a function of the body. Anything else is not found."""
    routes = Routes(answers)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            told = json.loads(body) if body else None
            routes.asked.append((self.path, told))
            answer = routes.answers.get(self.path)
            answer = answer(told) if callable(answer) else answer
            content = json.dumps(answer).encode() if answer is not None else b"404 page not found"
            self.send_response(200 if answer is not None else 404)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    routes.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield routes
    finally:
        server.shutdown()
        server.server_close()


def openai_list(*entries: dict[str, Any] | str) -> dict[str, Any]:
    """The list of `/v1/models`."""
    data = [{"id": entry, "object": "model"} if isinstance(entry, str) else entry for entry in entries]
    return {"object": "list", "data": data}


def ollama(
    *models: tuple[str, int, list[str]], loaded: dict[str, int] | None = None, parameters: str = ""
) -> dict[str, Any]:
    """Ollama's routes for models of these names, sizes and abilities; `loaded` are contexts of those in memory."""
    abilities = {name: able for name, _, able in models}
    details = {"format": "gguf", "family": "qwen2", "parameter_size": "7.6B", "quantization_level": "Q4_K_M"}

    def show(body: dict[str, Any]) -> Any:
        if body["model"] not in abilities:
            return None
        return {
            "parameters": parameters,
            "template": "{{ .Prompt }}",
            "details": details,
            "model_info": {"general.architecture": "qwen2", "qwen2.context_length": 32768},
            "capabilities": abilities[body["model"]],
        }

    return {
        "/v1/models": openai_list(*(name for name, _, _ in models)),
        "/api/tags": {
            "models": [
                {"name": name, "model": name, "size": size, "digest": "d" * 64, "details": details}
                for name, size, _ in models
            ]
        },
        "/api/ps": {
            "models": [
                {"name": name, "model": name, "size_vram": 1, "context_length": context}
                for name, context in (loaded or {}).items()
            ]
        },
        "/api/show": show,
    }


def lm_studio() -> dict[str, Any]:
    """LM Studio's routes with four models, one of them loaded."""
    shared = {"object": "model", "publisher": "org", "compatibility_type": "gguf", "quantization": "Q4_K_M"}
    rows = (
        ("qwen/qwen3-8b", "llm", {"state": "loaded", "max_context_length": 40960, "loaded_context_length": 8192}),
        ("openai/gpt-oss-20b", "llm", {"state": "not-loaded", "max_context_length": 131072}),
        ("qwen2-vl-7b", "vlm", {"state": "not-loaded", "max_context_length": 32768}),
        ("text-embedding-nomic", "embeddings", {"state": "not-loaded", "max_context_length": 2048}),
    )
    entries = [{"id": name, "type": kind, **shared, **state} for name, kind, state in rows]
    return {"/v1/models": openai_list(*(name for name, _, _ in rows)), "/api/v0/models": {"data": entries}}


def llama_cpp() -> dict[str, Any]:
    """llama.cpp's routes with the model that it was started with."""
    meta = {
        "vocab_type": 2,
        "n_vocab": 151936,
        "n_ctx_train": 32768,
        "n_embd": 3584,
        "n_params": 1,
        "size": 4_700_000_000,
    }
    return {
        "/v1/models": openai_list(
            {"id": "qwen2.5-coder-7b.gguf", "object": "model", "owned_by": "llamacpp", "meta": meta}
        ),
        "/props": {
            "default_generation_settings": {"id": 0, "n_ctx": 12288, "params": {}},
            "total_slots": 1,
            "model_path": "/models/qwen2.5-coder-7b.gguf",
            "modalities": {"vision": True, "audio": False},
        },
    }


def vllm() -> dict[str, Any]:
    """vLLM's list."""
    entry = {"id": "Qwen/Qwen2.5-Coder-7B-Instruct", "object": "model", "owned_by": "vllm", "max_model_len": 32768}
    return {"/v1/models": openai_list(entry)}
