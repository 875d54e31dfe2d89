"""The calls, imports and texts of a Python syntax tree that stand out."""

import ast
import re
from collections.abc import Iterator

from interpreter.core.findings import Finding, dropped, is_secret, is_secret_name, written
from interpreter.core.python_paths import Names, path_of
from interpreter.core.shell_findings import shell_findings

NETWORK = {
    "requests", "httpx", "aiohttp", "urllib.request", "urllib3", "socket", "ftplib", "smtplib", "imaplib", "poplib",
    "telnetlib", "paramiko", "websocket", "websockets", "http.client", "boto3", "pycurl",
}  # fmt: skip
DELETES = {"os.remove", "os.unlink", "os.rmdir", "os.removedirs", "shutil.rmtree"}
SHELL = re.compile(
    r"os\.(?:system|popen|exec\w+|spawn\w+|posix_spawn\w*)|subprocess\.\w+|pty\.spawn"
    r"|asyncio\.create_subprocess_\w+|get_ipython\.(?:system|getoutput|run_cell_magic|run_line_magic)"
)
HARMLESS = re.compile(r"subprocess\.(?:PIPE|DEVNULL|STDOUT|CompletedProcess|CalledProcessError|list2cmdline)")
_TEXT_AS_CODE = {"exec", "eval"}
_TO_SECOND = {
    "shutil.copy",
    "shutil.copy2",
    "shutil.copyfile",
    "shutil.copytree",
    "shutil.move",
    "os.rename",
    "os.replace",
}
_TO_FIRST = {"os.mkdir", "os.makedirs", "os.truncate"}
_WRITING_METHODS = {"write_text", "write_bytes", "mkdir", "touch"}
_SAVING_METHODS = re.compile(
    r"to_(?:csv|excel|json|parquet|html|pickle|sql|feather)|savefig|save|savetxt|savez|imwrite"
)
_QUERIES = {"execute", "executemany", "executescript", "read_sql", "sql", "query"}
_PRINTS = {"print", "logging.info", "logging.warning", "logging.error", "logging.debug"}


class Reader:
    """Walks a tree once; names are followed to what they were imported as, or assigned once."""

    def __init__(self, tree: ast.Module, folder: str) -> None:
        self._tree = tree
        self._folder = folder
        self._names = Names(tree)

    def findings(self) -> Iterator[Finding]:
        """In the order of the code, roughly."""
        said: set[ast.AST] = set()
        for node in ast.walk(self._tree):
            match node:
                case ast.Import() | ast.ImportFrom():
                    yield from self._import(node)
                case ast.Call():
                    name = self._names.dotted(node.func)
                    if name in _PRINTS:
                        said.update(node.args)
                    yield from self._call(node, name)
                case ast.Subscript(value, ast.Constant(str() as key)) if self._names.dotted(value) == "os.environ":
                    yield from _secret_name(key)
                case ast.Constant(str() as text) if node not in said and is_secret(text):
                    yield Finding("reads secrets", text)

    def _import(self, node: ast.Import | ast.ImportFrom) -> Iterator[Finding]:
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            parts = f"{module}{alias.name}".split(".")
            for end in range(1, len(parts) + 1):
                if (name := ".".join(parts[:end])) in NETWORK:
                    yield Finding("network", name)

    def _call(self, node: ast.Call, name: str) -> Iterator[Finding]:
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        first = node.args[0] if node.args else None
        text = first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""
        if name in DELETES or (method in ("unlink", "rmdir") and name != f"os.{method}"):
            yield Finding("deletes files", name if name in DELETES else f".{method}")
        if SHELL.fullmatch(name) and not HARMLESS.fullmatch(name):
            yield Finding("shell", name.replace("get_ipython.", "get_ipython()."))
            yield from shell_findings(_command_line(first), self._folder)
        if name in _TEXT_AS_CODE:
            yield Finding("runs text as code", name)
        if method in _QUERIES:
            yield from dropped(text)
        if method.startswith("read_") and re.match(r"(?:https?|ftp|s3)://", text):
            yield Finding("network", text.split("/")[2])
        if name in ("os.getenv", "os.environ.get"):
            yield from _secret_name(text)
        if name.endswith("load_dotenv"):
            yield Finding("reads secrets", ".env")
        yield from self._writes(node, name, method)

    def _writes(self, node: ast.Call, name: str, method: str) -> Iterator[Finding]:
        target: ast.expr | None = None
        if name in ("open", "io.open") and _writes_in(_mode(node, 1)):
            target = _argument(node, 0)
        elif name in _TO_SECOND:
            target = _argument(node, 1)
        elif name in _TO_FIRST:
            target = _argument(node, 0)
        elif isinstance(node.func, ast.Attribute) and (
            method in _WRITING_METHODS or (method == "open" and _writes_in(_mode(node, 0)))
        ):
            target = node.func.value
        elif _SAVING_METHODS.fullmatch(method):
            target = _argument(node, 0)
        path = path_of(target, self._names) if target is not None else None
        if path:
            yield from written(path, self._folder)


def _secret_name(name: str) -> Iterator[Finding]:
    if is_secret_name(name):
        yield Finding("reads secrets", name)


def _argument(node: ast.Call, at: int) -> ast.expr | None:
    return node.args[at] if len(node.args) > at else None


def _mode(node: ast.Call, at: int) -> str:
    keyword = next((keyword.value for keyword in node.keywords if keyword.arg == "mode"), None)
    mode = keyword or _argument(node, at)
    return mode.value if isinstance(mode, ast.Constant) and isinstance(mode.value, str) else ""


def _writes_in(mode: str) -> bool:
    return len(mode) < 5 and any(letter in mode for letter in "wax+")


def _command_line(node: ast.expr | None) -> str:
    """The command that a call is given, as far as it stands there."""
    match node:
        case ast.Constant(str() as text):
            return text
        case ast.List(parts) | ast.Tuple(parts):
            return " ".join(_command_line(part) or "?" for part in parts)
        case ast.JoinedStr(parts):
            return "".join(_command_line(part) or "?" for part in parts)
        case _:
            return ""
