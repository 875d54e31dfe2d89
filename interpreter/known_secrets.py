"""The secrets that are known here: what is masked wherever it turns up, and what code and installers never see."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from interpreter.core.redact import Redactor
from interpreter.core.secret_shapes import secrets_in
from interpreter.kernels.server_address import SECRET_VARIABLES, TOKEN_VARIABLES
from interpreter.llm.choose import key_variables
from interpreter.settings import Settings


def redactor(settings: Settings, environ: Mapping[str, str], token: str | None = None) -> Redactor:
    """Makes every secret that is known here into a mark; `token` is that of the server that code runs on."""
    found = [environ[name] for name in (*key_variables(environ), *TOKEN_VARIABLES) if name in environ]
    given = (settings.api_key, urlsplit(settings.api_base or "").password, token)
    return Redactor(secret for secret in (*found, *given, *secrets_in(environ)) if secret)


def without_keys(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment that code and installers may see: no key of a provider or a server is in it."""
    keys = key_variables(environ).union(SECRET_VARIABLES)
    return {name: value for name, value in environ.items() if name not in keys}
