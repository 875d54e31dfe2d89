"""Where Ollama listens, as its own variable says it."""

from ipaddress import ip_address
from urllib.parse import urlsplit

PORT = 11434

_ANYWHERE = ("0.0.0.0", "::")
"""What a server listens on when it listens everywhere; nobody can be asked there."""


def ollama_url(said: str) -> str:
    """`OLLAMA_HOST` as an address to ask, without a slash at its end.

    It takes a host, a port behind it, a scheme before it, quotes around it, or nothing, as `Host` in
    https://github.com/ollama/ollama/blob/main/envconfig/config.go does: a scheme brings its own usual port, a port that
    is none gives the usual one.
    """
    said = said.strip().strip("\"'").strip()
    scheme, separator, rest = said.partition("://")
    if not separator:
        scheme, rest = "http", said
    usual = {"http": 80, "https": 443}.get(scheme, PORT) if separator else PORT
    authority, _, path = rest.partition("/")
    host, port = _split(authority, usual)
    host = "127.0.0.1" if host in ("", *_ANYWHERE) else host
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}/{path}".rstrip("/")


def is_here(url: str) -> bool:
    """Whether an address is one of this machine's own: `localhost`, or a loopback number."""
    try:
        host = (urlsplit(url).hostname or "").lower()
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _split(authority: str, usual: int) -> tuple[str, int]:
    bare = authority.strip("[]")
    if ":" in bare and _is_number(bare):
        return bare, usual
    host, separator, port = authority.rpartition(":")
    if not separator:
        return bare, usual
    is_port = port.isascii() and port.isdigit() and int(port) <= 65535
    return host.strip("[]"), int(port) if is_port else usual


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
