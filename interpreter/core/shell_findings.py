"""What stands out in shell code, by its words: no shell is asked, and what is only printed is nothing."""

import re
from collections.abc import Iterator

from interpreter.core.findings import Finding, dropped, is_secret, written

_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+|\\\n) | (?P<comment>\#[^\n]*)
    | (?P<end>\n|;+|&&|\|\|?|(?<!>)&(?!>)|\$?\(|\)|`|\{(?=\s)|\}(?=[\s;]|$))
    | (?P<redirect>(?:\d|&)?>>?\|?(?!\()|<(?![<(]))
    | (?P<word>(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|\$\{[^}\n]{0,200}\}|[^\s;&|<>()`'"\\]|['"])+)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_HERE = re.compile(r"<<-?[ \t]*(['\"]?)(\w+)\1")
_INNER = re.compile(r"\$\(([^()]*)\)|`([^`]*)`")
_ASSIGNMENT = re.compile(r"\w+=")

_SKIPPED = {
    "then",
    "do",
    "else",
    "elif",
    "if",
    "while",
    "until",
    "!",
    "time",
    "exec",
    "command",
    "nohup",
    "env",
    "builtin",
}
_PRINTS = {"echo", "printf"}
_SHELLS = {"bash", "sh", "zsh", "dash", "ksh", "eval"}
_DELETES = {"rm", "rmdir", "unlink", "shred", "srm", "truncate"}
_NETWORK = {
    "curl", "wget", "ssh", "scp", "sftp", "ftp", "nc", "ncat", "telnet", "ping", "dig", "nslookup", "gh",
    "aws", "gcloud",
}  # fmt: skip
_NETWORK_BY_WORD = {
    "git": "clone pull push fetch", "pip": "install download", "pip3": "install download", "uv": "add sync pip",
    "npm": "install i ci add publish", "yarn": "install add", "pnpm": "install add", "conda": "install create update",
    "mamba": "install create update", "apt": "install update upgrade", "apt-get": "install update upgrade",
    "brew": "install upgrade update", "dnf": "install", "yum": "install", "cargo": "install", "gem": "install",
    "go": "get install", "docker": "pull push run build", "podman": "pull push run build",
}  # fmt: skip
_TO_LAST = {"cp", "mv", "install", "ln", "rsync"}
_TO_ALL = {"mkdir", "touch", "tee"}
_DATABASES = {"psql", "mysql", "mariadb", "sqlite3", "duckdb"}


def shell_findings(code: str, folder: str, depth: int = 3) -> Iterator[Finding]:
    """What stands out; `depth` bounds how deep commands inside commands are followed."""
    if depth <= 0:
        return
    code = code.replace("\r\n", "\n")
    code, documents = _without_documents(code)
    for opening, document in documents:
        if {word.rpartition("/")[2] for word in opening.split()} & _SHELLS:
            yield from shell_findings(document, folder, depth - 1)
    for words, targets in _commands(code):
        for target in targets:
            yield from written(_unquoted(target), folder)
        for word in words:
            if not word.startswith("'"):
                for inner in _INNER.finditer(word):
                    yield from shell_findings(inner[1] or inner[2] or "", folder, depth - 1)
        yield from _command([_unquoted(word) for word in words], folder, depth)


def _without_documents(code: str) -> tuple[str, list[tuple[str, str]]]:
    """The code without its here-documents, and those, each with the line that opens it."""
    lines: list[str] = []
    documents: list[tuple[str, str]] = []
    document: list[str] = []
    opening = end = ""
    for line in code.split("\n"):
        if end:
            if line.strip() == end:
                documents.append((opening, "\n".join(document)))
                end, document = "", []
            else:
                document.append(line)
        elif match := _HERE.search(line):
            opening, end = line[: match.start()], match[2]
            lines.append(opening + line[match.end() :])
        else:
            lines.append(line)
    # What never ends was none: `1 << n`.
    return "\n".join([*lines, *document]), documents


def _commands(code: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each simple command: its words, and what it redirects its output to."""
    words: list[str] = []
    targets: list[str] = []
    redirect = ""
    for match in _TOKEN.finditer(code):
        text = match[0]
        if match.lastgroup == "word":
            if redirect:
                targets.extend([text] if ">" in redirect else [])
                redirect = ""
            else:
                words.append(text)
        elif match.lastgroup == "redirect":
            redirect = text
        elif match.lastgroup == "end":
            yield words, targets
            words, targets, redirect = [], [], ""
    yield words, targets


def _command(words: list[str], folder: str, depth: int) -> Iterator[Finding]:
    while words and (words[0] in _SKIPPED or _ASSIGNMENT.match(words[0])):
        words = words[1:]
    if not words:
        return
    name, *arguments = words[0].rpartition("/")[2], *words[1:]
    if name in ("sudo", "doas"):
        yield Finding("runs as root", name)
        while arguments and arguments[0].startswith("-"):
            arguments = arguments[1:]
        yield from _command(arguments, folder, depth)
        return
    if name in _PRINTS:
        return
    yield from (Finding("reads secrets", word) for word in arguments if is_secret(word))
    yield from _effects(name, arguments, folder)
    yield from _inside(name, arguments, folder, depth)


def _effects(name: str, arguments: list[str], folder: str) -> Iterator[Finding]:
    plain = [word for word in arguments if not word.startswith("-")]
    if name in _DELETES or name.startswith("mkfs"):
        yield Finding("deletes files", name)
    if (name == "find" and "-delete" in arguments) or (name == "git" and plain[:1] == ["clean"]):
        yield Finding("deletes files", f"{name} {'-delete' if name == 'find' else 'clean'}")
    if name in _NETWORK or (name == "rsync" and any(":" in word for word in plain)):
        yield Finding("network", name)
    if plain and plain[0] in _NETWORK_BY_WORD.get(name, "").split():
        yield Finding("network", f"{name} {plain[0]}")
    if name in _TO_LAST and len(plain) > 1:
        yield from written(plain[-1] if ":" not in plain[-1] else "", folder)
    if name in _TO_ALL:
        for path in plain:
            yield from written(path, folder)
    if name == "sed" and any(word.startswith(("-i", "--in-place")) for word in arguments):
        yield from written(plain[-1] if plain else "", folder)
    if name == "dd":
        for word in plain:
            yield from written(word[3:] if word.startswith("of=") else "", folder)
    if name in _DATABASES:
        for word in arguments:
            yield from dropped(word)


def _inside(name: str, arguments: list[str], folder: str, depth: int) -> Iterator[Finding]:
    """Commands that a command is given to run."""
    if name == "eval":
        yield from shell_findings(" ".join(arguments), folder, depth - 1)
    elif name in _SHELLS and "-c" in arguments:
        yield from shell_findings(" ".join(arguments[arguments.index("-c") + 1 :][:1]), folder, depth - 1)
    elif name.startswith("python") and arguments[:2] == ["-m", "pip"]:
        yield from _command(["pip", *arguments[2:]], folder, depth)
    elif name == "xargs":
        while arguments and (arguments[0].startswith("-") or arguments[0].isdigit()):
            arguments = arguments[1:]
        yield from _command(arguments, folder, depth)
    elif name == "find":
        for flag in ("-exec", "-execdir", "-ok"):
            if flag in arguments:
                yield from _command(arguments[arguments.index(flag) + 1 :], folder, depth)


def _unquoted(word: str) -> str:
    return re.sub(r"""'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)""", lambda m: m[1] or m[2] or m[3] or "", word)
