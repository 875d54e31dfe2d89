"""What the doctor looks at besides the model of choice: keys, servers on this machine, the embedded model."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from shlex import quote

from interpreter.llm import weights
from interpreter.llm.choose import key_variables
from interpreter.llm.served_here import SECONDS, Server, served_here, usual_servers
from interpreter.llm.server_answers import Served
from interpreter.settings import Settings
from interpreter.storage.key_store import keyring_trouble, stored_names, with_stored_keys
from interpreter.storage.paths import find_paths
from interpreter.terminal.subcommands.finding import Finding

_FEW = 3
"""Names of models that a line has room for."""


def keys(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Under which names keys are found; their values are nobody's business."""
    names = sorted(name for name in key_variables(environ) if environ[name].strip())
    paths = find_paths(environ)
    stored = sorted({*with_stored_keys(environ, paths)} & {*stored_names(paths)} - {*names})
    if trouble := keyring_trouble(environ, paths):
        yield Finding("keys", "warn", trouble)
    if names or stored:
        yield Finding("keys", "ok", ", ".join([*names, *(f"{name} (in the keyring)" for name in stored)]))
    else:
        hint = "For a provider's models set one: export OPENAI_API_KEY=sk-…"
        yield Finding("keys", "warn", "no provider's key was found in the environment", hint)


def servers(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Which model servers answer on this machine."""
    yield from servers_among(usual_servers(environ), SECONDS)


def servers_among(servers: Sequence[Server], seconds: float) -> Iterator[Finding]:
    """Those of these servers that answer within the time."""
    found = served_here(servers, seconds)
    for server, models in found.items():
        first = next((model.name for model in models if model.chats), None)
        use = f"Use one with: interpreter -m {quote(first)}" if first else ""
        yield Finding("servers", "ok", f"{server.name} at {server.address}: {_listed(models)}", use)
    if not found:
        names = ", ".join(server.name for server in servers)
        yield Finding("servers", "ok", f"none answers on this machine (looked for {names})")


def embedded(settings: Settings, environ: Mapping[str, str]) -> Iterator[Finding]:
    """Whether the embedded model is installed, and what serves it."""
    lacks = [
        what
        for what, is_there in (
            ("weights", weights.is_installed()),
            ("xllamacpp, which serves them", find_spec("xllamacpp") is not None),
        )
        if not is_there
    ]
    if lacks:
        yield Finding("embedded", "warn", f"not installed: {' and '.join(lacks)}", f"Get it with: {weights.INSTALL}")
    else:
        yield Finding("embedded", "ok", "installed: interpreter --local")


def _listed(models: tuple[Served, ...]) -> str:
    if not models:
        return "no models"
    more = f" and {len(models) - _FEW} more" if len(models) > _FEW else ""
    return f"{', '.join(model.name for model in models[:_FEW])}{more}"
