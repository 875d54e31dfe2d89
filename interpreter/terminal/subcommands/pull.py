"""`interpreter models pull NAME`: a model file from the Hub, for `--local`."""

import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from interpreter.core.visible import visible
from interpreter.llm import download
from interpreter.llm.hub import HubFile, files_in, picked, wanted
from interpreter.llm.hub_client import HubClient, endpoint_of
from interpreter.llm.known_files import known_file
from interpreter.llm.weights import INSTALL
from interpreter.storage.paths import Paths, find_paths, private_folder
from interpreter.terminal.progress import show_progress

_LONGEST_NAME = 30
"""Characters of a name beside a bar in 80 columns."""


def pull(name: str, environ: Mapping[str, str]) -> int:
    """Fetch what the name means, showing how far it is; returns the exit code 0.

    Raises InterpreterError, and KeyboardInterrupt after saying that what came is kept.
    """
    asked = wanted(name)
    with HubClient(endpoint_of(environ), environ.get("HF_TOKEN", "").strip() or None) as hub:
        files = picked(files_in(hub.model(asked.repository), asked.repository), asked)
        size = sum(file.size for file in files)
        print(visible(f"{files[0].name}: {size / 1e9:.1f} GB from {endpoint_of(environ)}/{asked.repository}"))
        _say_memory(name)
        try:
            paths = [_fetched(hub, file, find_paths(environ)) for file in files]
        except KeyboardInterrupt:
            print(f"\nWhat came is kept: interpreter models pull {visible(name)} goes on from there.", file=sys.stderr)
            raise
    first = paths[0]
    print(visible(f"It is there now: {first}"))
    if find_spec("xllamacpp") is None:
        print(f"What serves it is still missing: {INSTALL}")
    print(visible(f"Use it with: interpreter --local, or -m {first.stem}"))
    return 0


def _fetched(hub: HubClient, file: HubFile, paths: Paths) -> Path:
    folder = private_folder(paths.models / file.repository)
    target = folder / file.name
    if download.is_whole(target, file.size):
        print(visible(f"{file.name} is there already."))
        return target
    shown = file.name if len(file.name) <= _LONGEST_NAME else f"{file.name[: _LONGEST_NAME - 1]}…"
    progress = show_progress(sys.stderr, f"Fetching {visible(shown)}")
    download.fetch(
        lambda headers: hub.answered(file.route, file.repository, headers), target, file.size, file.sha256, progress
    )
    return target


def _say_memory(name: str) -> None:
    if (known := known_file(name)) is not None:
        print(f"It needs about {known.memory / 1e9:.1f} GB of memory.")
