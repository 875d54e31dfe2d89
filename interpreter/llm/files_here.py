"""The GGUF files that are on this machine already, in the folders where the usual programs keep them."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from interpreter.llm.gguf import head_of

_DEEPEST = 7
"""Folders below a cache: the Hub's `models--org--repo/snapshots/commit/` and a few of the repository's own."""

_MOST_ENTRIES = 20_000
"""Files and folders looked at in a cache: a tenth of a second."""

_PART = re.compile(r"-(\d{5})-of-(\d{5})$")
_SMALLEST = 1_000_000
"""Bytes: what is smaller holds a vocabulary, or a test."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A model in a file: the name that people type, where it is kept, bytes with all parts, tokens of context."""

    name: str
    path: Path
    kept_by: str
    size: int
    context: int | None = None


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder, and the program that it belongs to."""

    kept_by: str
    folder: Path


def caches(environ: Mapping[str, str], own: Path) -> tuple[Cache, ...]:
    """Where files are looked for; `own` is our folder of models.

    The variables are those of huggingface_hub (`HF_HUB_CACHE`, `HF_HOME`, `XDG_CACHE_HOME`) and of llama.cpp
    (`LLAMA_CACHE`).
    """
    home = Path(environ.get("HOME") or Path.home())
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    hub = environ.get("HF_HUB_CACHE") or environ.get("HUGGINGFACE_HUB_CACHE")
    hub_home = Path(environ.get("HF_HOME") or cache / "huggingface")
    mac = home / "Library"
    found = (
        Cache("Interpreter", own),
        Cache("Hugging Face", Path(hub) if hub else hub_home / "hub"),
        Cache("LM Studio", home / ".lmstudio" / "models"),
        Cache("LM Studio", home / ".cache" / "lm-studio" / "models"),
        Cache("llama.cpp", Path(environ.get("LLAMA_CACHE") or cache / "llama.cpp")),
        Cache("llama.cpp", mac / "Caches" / "llama.cpp"),
        Cache("Jan", home / "jan" / "models"),
        Cache("Jan", home / ".local" / "share" / "Jan" / "data" / "llamacpp" / "models"),
        Cache("Jan", mac / "Application Support" / "Jan" / "data" / "llamacpp" / "models"),
    )
    return tuple(Cache(each.kept_by, each.folder.expanduser()) for each in found)


def files_here(caches: tuple[Cache, ...], without: frozenset[str] = frozenset()) -> tuple[ModelFile, ...]:
    """Every whole model once, by the first cache that has it; `without` are names of files that are passed over."""
    found: dict[str, ModelFile] = {}
    for cache in caches:
        for path in _walked(cache.folder):
            model = None if path.name in without else _model(path, cache.kept_by)
            if model is not None:
                found.setdefault(model.name.lower(), model)
    return tuple(found.values())


def _model(path: Path, kept_by: str) -> ModelFile | None:
    parts = parts_of(path)
    try:
        size = sum(part.stat().st_size for part in parts)
    except OSError:
        # A part is missing, or a link of the Hub's cache leads nowhere.
        return None
    if not parts or size < _SMALLEST:
        return None
    head = head_of(path)
    if head is None or not head.chats:
        return None
    return ModelFile(_typed(path, kept_by), path, kept_by, size, head.context)


def parts_of(path: Path) -> tuple[Path, ...]:
    """The files of a model that was split, or the only one; none for a part that is not the first.

    llama.cpp opens the first, and finds the others beside it: `-00001-of-00003.gguf`.
    """
    match = _PART.search(path.stem)
    if match is None:
        return (path,)
    if int(match[1]) != 1:
        return ()
    stem = path.stem[: match.start()]
    return tuple(
        path.with_name(f"{stem}-{number:05}-of-{match[2]}{path.suffix}") for number in range(1, int(match[2]) + 1)
    )


def _typed(path: Path, kept_by: str) -> str:
    """The file's name without its ending; a file named like all others (Jan) has its folder's."""
    if path.stem.lower() in ("model", "ggml-model") or path.stem.lower().startswith("ggml-model-"):
        return path.parent.name
    return _PART.sub("", path.stem)


def _walked(folder: Path) -> Iterator[Path]:
    """The GGUF files below a folder, the nearest first, and sorted; links to folders are not followed."""
    level, seen = [folder], 0
    for _ in range(_DEEPEST):
        below: list[Path] = []
        for each in level:
            try:
                with os.scandir(each) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in listed:
                seen += 1
                if seen > _MOST_ENTRIES:
                    return
                if entry.is_dir(follow_symlinks=False):
                    below.append(Path(entry.path))
                elif _is_model(entry.name):
                    yield Path(entry.path)
        level = below


def _is_model(name: str) -> bool:
    name = name.lower()
    return name.endswith(".gguf") and "mmproj" not in name and not name.startswith(".")
