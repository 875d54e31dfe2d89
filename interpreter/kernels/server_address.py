"""Where a Jupyter Server is, and the token that opens it; the token never becomes part of anything that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import SplitResult, parse_qs, urlsplit

from interpreter.core.errors import WrongUsage

TOKEN_VARIABLES = ("INTERPRETER_KERNEL_SERVER_TOKEN", "JUPYTER_TOKEN")
"""Where a token may stand, the first that is set counts."""
SECRET_VARIABLES = (*TOKEN_VARIABLES, "INTERPRETER_KERNEL_SERVER")
"""Variables that kernels must not see: an address may hold a token."""
CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
PORTS = {"http": 80, "https": 443}
PAGES = ("/lab", "/tree", "/login", "/notebooks", "/api")
"""What a browser's address line shows behind the address of the server itself."""


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """`url` is the server's own, without token, query or final slash; `certificates` a file of trusted authorities."""

    url: str
    token: str = field(default="", repr=False)
    certificates: str | None = None

    @property
    def host(self) -> str:
        """Host and port, as the user would name them."""
        parts = urlsplit(self.url)
        name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
        return f"{name}:{parts.port or PORTS[parts.scheme]}"

    @property
    def place(self) -> str:
        """Where code runs, in words."""
        return f"the Jupyter server at {self.host}"

    @property
    def is_here(self) -> bool:
        """Whether the server is reached without leaving this machine."""
        return urlsplit(self.url).hostname in LOOPBACK

    @property
    def is_open_to_others(self) -> bool:
        """Whether code, output and token travel unencrypted over a network."""
        return self.url.startswith("http://") and not self.is_here


def server_address(given: str, environ: Mapping[str, str]) -> ServerAddress:
    """The address that a user gave, such as one copied from a browser; raises WrongUsage.

    Its token is that in the address, else the environment's, else empty.
    """
    parts = _parts(given)
    path = parts.path.rstrip("/")
    for page in PAGES:
        path = path.split(f"{page}/")[0].removesuffix(page)
    query = parse_qs(parts.query).get("token", [""])[0]
    token = query or next((environ[name] for name in TOKEN_VARIABLES if environ.get(name)), "")
    certificates = next((environ[name] for name in CERTIFICATE_VARIABLES if environ.get(name)), None)
    address = ServerAddress(f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}", "", certificates)
    return with_token(address, token)


def with_token(address: ServerAddress, token: str) -> ServerAddress:
    """The address with another token; raises WrongUsage for one that cannot be sent."""
    token = token.strip()
    if not (token.isascii() and token.isprintable()):
        raise WrongUsage(f"The token for {address.place} holds characters that no token has.", "Copy it once more.")
    return replace(address, token=token)


def _parts(given: str) -> SplitResult:
    try:
        parts = urlsplit(given.strip())
        is_one = parts.scheme in PORTS and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_one = False
    hint = "--kernel-server takes one such as http://localhost:8888 or https://hub.example.org/user/ann."
    if not is_one:
        # It is not repeated: a token may be part of it.
        raise WrongUsage("The address of the kernel server is none.", hint)
    if "@" in parts.netloc:
        raise WrongUsage("The address of the kernel server holds a password.", f"Leave it out. {hint}")
    return parts
