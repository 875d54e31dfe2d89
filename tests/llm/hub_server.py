"""A hub on this machine that speaks the routes of Hugging Face's, with a store of its own for the files."""

import hashlib
import json
import re
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

COMMIT = "c0ffee" * 6 + "beef"


@dataclass
class FakeHub:
    """`files` are the repository's, by path; `cuts` are the bytes after which the store hangs up, once each.

    `pace` is in seconds a megabyte, `lies` has the hub give another checksum; `gate` is the token that opens it.
    `store` is where it leads on to: a second server, as the real one's is. `asked` and `stored` are the headers
    that came to each.
    """

    files: dict[str, bytes]
    repository: str = "org/repo"
    cuts: list[int] = field(default_factory=list)
    lies: bool = False
    gate: str = ""
    ranges: bool = True
    pace: float = 0.0
    redirect: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    stored: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._servers = [ThreadingHTTPServer(("127.0.0.1", 0), handler) for handler in (_hub(self), _store(self))]
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._servers[0].server_address[1]}"

    @property
    def store(self) -> str:
        # Another host, too: a token must not follow.
        return f"http://localhost:{self._servers[1].server_address[1]}"

    def listed(self) -> bytes:
        """What the hub says of the repository, as `?blobs=true` has it."""
        siblings = [
            {
                "rfilename": path,
                "size": len(content),
                "blobId": hashlib.sha1(content).hexdigest(),
                "lfs": {
                    "sha256": "0" * 64 if self.lies else hashlib.sha256(content).hexdigest(),
                    "size": len(content),
                    "pointerSize": 135,
                },
            }
            for path, content in self.files.items()
        ]
        siblings.append({"rfilename": "README.md", "size": 10, "blobId": "a" * 40})
        return json.dumps({"id": self.repository, "sha": COMMIT, "siblings": siblings}).encode()


def _hub(fake: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Hub(_Quiet):
        def do_GET(self) -> None:
            fake.asked.append((self.path, dict(self.headers)))
            if fake.gate and self.headers.get("Authorization") != f"Bearer {fake.gate}":
                self.answer(401, b"{}", {"X-Error-Code": "GatedRepo"})
            elif self.path == f"/api/models/{fake.repository}?blobs=true":
                self.answer(200, fake.listed())
            elif match := re.fullmatch(rf"/{fake.repository}/resolve/{COMMIT}/(.+)", self.path):
                self.answer(302, b"", {"Location": fake.redirect or f"{fake.store}/{match[1]}?signed=yes"})
            else:
                self.answer(401, b"{}", {"X-Error-Code": "RepoNotFound"})

    return Hub


def _store(fake: FakeHub) -> type[BaseHTTPRequestHandler]:
    class Store(_Quiet):
        def do_GET(self) -> None:
            fake.stored.append((self.path, dict(self.headers)))
            content = fake.files[self.path.lstrip("/").partition("?")[0]]
            begins = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            start = int(begins[1]) if begins and fake.ranges else 0
            body = content[start:]
            cut = fake.cuts.pop(0) if fake.cuts else len(body)
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for start in range(0, cut, 1 << 20):
                try:
                    self.wfile.write(body[start : min(start + (1 << 20), cut)])
                except OSError:
                    break
                time.sleep(fake.pace)
            self.close_connection = True

    return Store


class _Quiet(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def gguf(architecture: str = "qwen2", context: int = 32768, size: int = 3_000_000, fill: bytes = b"\x07") -> bytes:
    """A file with the head of a real one, and nothing to be read in the rest."""

    def text(value: str) -> bytes:
        return len(value).to_bytes(8, "little") + value.encode()

    values = text("general.architecture") + (8).to_bytes(4, "little") + text(architecture)
    # A list before the context, as some writers put it.
    values += text("general.tags") + (9).to_bytes(4, "little") + (8).to_bytes(4, "little")
    values += (2).to_bytes(8, "little") + text("chat") + text("code")
    values += text(f"{architecture}.context_length") + (4).to_bytes(4, "little") + context.to_bytes(4, "little")
    head = b"GGUF" + (3).to_bytes(4, "little") + (0).to_bytes(8, "little") + (3).to_bytes(8, "little") + values
    return head + fill * (size - len(head))
