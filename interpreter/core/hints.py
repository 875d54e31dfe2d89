"""Hints for whoever approves a block: what stands out in it. They are no gate, and may miss things."""

import re
from collections.abc import Iterator

from interpreter.core.findings import Finding, Kind, dropped, is_secret, told, written
from interpreter.core.messages import CodeBlock
from interpreter.core.python_findings import LONGEST, python_findings
from interpreter.core.shell_findings import shell_findings

_TABLE: tuple[tuple[Kind, str], ...] = (
    ("deletes files", r"\bDeno\.remove(?:Sync)?\b|\bfs\.(?:promises\.)?(?:rm|rmdir|unlink)(?:Sync)?\b"
     r"|\bfile\.remove\b|(?<![.\w])unlink(?=\()|\bFiles\.delete(?:IfExists)?\b|\bFileUtils\.rm\w*|\bFile\.delete\b"),
    ("network", r"(?<![.\w])fetch(?=\()|\baxios\b|\bDeno\.(?:connect|listen|serve)\b|\bWebSocket\b|\bXMLHttpRequest\b"
     r"|\bdownload\.file\b|\binstall\.packages\b|\bhttr2?\b|\bHttpClient\b|\bNet::HTTP\b|\bDownloads\.download\b"),
    ("shell", r"\bDeno\.Command\b|\bchild_process\b|\bexec(?:File|Sync|FileSync)(?=\()|\bspawn(?:Sync)?(?=\()"
     r"|(?<![.\w])system2?(?=\()|\bProcessBuilder\b|\bRuntime\.getRuntime\b"),
    ("runs text as code", r"(?<![.\w])eval(?=\()"),
)  # fmt: skip
_PATTERNS = [(kind, re.compile(pattern)) for kind, pattern in _TABLE]
_LITERAL = re.compile(r"""'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`""")
_COMMENT = {
    **dict.fromkeys(("javascript", "typescript", "java"), re.compile(r"(?<!:)//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)),
    "sql": re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL),
}
_HASH_COMMENT = re.compile(r"(?m)^[ \t]*#[^\n]*")
_MODULE = re.compile(r"""(?:require\(|import\(|from|import)\s*['"](?:node:)?(child_process|https?|net|axios)['"]""")
_WRITE = re.compile(
    r"""(?:\bwrite(?:Text|_?Lines|\.csv|RDS)?(?:File)?(?:Sync)?|\bsaveRDS|\bggsave|\bsink|\bmkdir(?:Sync)?)"""
    r"""\([^'"\n]{0,200}(['"])([^'"\n]{1,500})\1"""
)


def hints(block: CodeBlock, folder: str = "") -> tuple[str, ...]:
    """What stands out: `deletes files (shutil.rmtree)`, one phrase a kind; `folder` is the working folder.

    Never raises, and takes a fraction of a second whatever it is given: of a very long block only the beginning is
    read, which is said.
    """
    code = block.code[:LONGEST]
    try:
        found = list(_findings(block.language, code, folder))
    except (RecursionError, MemoryError, ValueError):
        found = []
    if len(block.code) > LONGEST:
        found.append(Finding("too long to look at all of it", ""))
    return told(found)


def _findings(language: str, code: str, folder: str) -> Iterator[Finding]:
    if language == "python":
        yield from python_findings(code, folder)
    elif language in ("bash", "sh", "zsh", "shell"):
        yield from shell_findings(code, folder)
    else:
        yield from _others(language, code, folder)


def _others(language: str, code: str, folder: str) -> Iterator[Finding]:
    code = _COMMENT.get(language, _HASH_COMMENT).sub("", code)
    if language == "sql":
        yield from dropped(code)
        return
    bare = _LITERAL.sub("''", code)
    for kind, pattern in _PATTERNS:
        yield from (Finding(kind, match[0]) for match in pattern.finditer(bare))
    for match in _MODULE.finditer(code):
        yield Finding("shell" if match[1] == "child_process" else "network", match[1])
    for match in _WRITE.finditer(code):
        yield from written(match[2], folder)
    for literal in _LITERAL.findall(code):
        if is_secret(literal[1:-1]):
            yield Finding("reads secrets", literal[1:-1])
