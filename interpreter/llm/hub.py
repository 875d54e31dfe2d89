"""What the Hugging Face Hub has of model files, by its own interface, and which of them a name means.

Its routes: https://huggingface.co/docs/hub/api (`/api/models/REPO?blobs=true` for the files with sizes and checksums,
`/REPO/resolve/COMMIT/FILE` for a file, which leads on to another host). The library `huggingface_hub` is not used: it
checks no checksum of what it fetched, and it brings its own bar, environment and transport.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from interpreter.core.errors import ModelFailed, UnknownModel, WrongUsage
from interpreter.llm.known_files import known_file

ENDPOINT = "https://huggingface.co"

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*")
_FILE = re.compile(r"[\w][^/\\\x00-\x1f\x7f]*\.gguf", re.IGNORECASE)
_PART = re.compile(r"-(\d{5})-of-(\d{5})$")
_QUANTIZATION = re.compile(r"(?<![A-Z0-9])((?:IQ|Q)\d\w*|BF16|F16|F32|MXFP4\w*)$")

_PREFERRED = ("Q4_K_M", "Q4_K_S", "Q4_K_XL", "Q4_0", "MXFP4", "IQ4_XS", "Q5_K_M", "Q8_0")
"""The quantizations that are taken unasked: four bits lose little, and halve what eight need."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a name asks for: a repository, and either one of its files or a quantization, or neither."""

    repository: str
    file: str | None = None
    quantization: str | None = None


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file of a repository at a commit; `size` in bytes, `sha256` in hexadecimal digits."""

    repository: str
    commit: str
    path: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """Its name without folders."""
        return PurePosixPath(self.path).name

    @property
    def route(self) -> str:
        """Where it is, below the hub's address."""
        return f"/{self.repository}/resolve/{quote(self.commit)}/{quote(self.path)}"


def wanted(name: str) -> Wanted:
    """What a name asks for; raises WrongUsage for one of another form."""
    if (known := known_file(name)) is not None:
        return Wanted(known.repository, quantization=known.quantization)
    plain = name.removeprefix("hf.co/").removeprefix("https://huggingface.co/").removeprefix("hf://")
    body, _, quantization = plain.partition(":")
    repository, file = "/".join(body.split("/")[:2]), "/".join(body.split("/")[2:])
    is_file = not file or (file.lower().endswith(".gguf") and ".." not in file.split("/"))
    if not _REPOSITORY.fullmatch(repository) or not is_file or (file and quantization):
        raise WrongUsage(
            f"{name} is no name of a model to fetch.",
            "Such as qwen2.5-coder:7b, ORG/REPO, ORG/REPO:Q4_K_M or ORG/REPO/FILE.gguf.",
        )
    return Wanted(repository, file or None, quantization.upper() or None)


def files_in(answer: Any, repository: str) -> list[HubFile]:
    """The model files that the hub lists, without the eyes of models that see; raises ModelFailed for an odd answer."""
    try:
        commit = str(answer["sha"])
        listed = [entry for entry in answer["siblings"] if _is_model(str(entry["rfilename"]))]
        return [_file(entry, repository, commit) for entry in listed if isinstance(entry.get("lfs"), Mapping)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFailed(
            f"What the hub says of {repository} cannot be understood.", "Is HF_ENDPOINT a Hugging Face Hub?"
        ) from error


def picked(files: Sequence[HubFile], asked: Wanted) -> tuple[HubFile, ...]:
    """The file that was asked for, with all its parts; raises UnknownModel, naming what there is."""
    if not files:
        raise UnknownModel(
            f"{asked.repository} has no GGUF files.", "Many models have them in a repository ending in -GGUF."
        )
    groups: dict[str, list[HubFile]] = {}
    for file in files:
        groups.setdefault(_whole(file.path), []).append(file)
    # One file is better than the same one in parts.
    stems = sorted(groups, key=lambda stem: (len(groups[stem]), stem))
    stem = _named(stems, asked) if asked.file else _quantized(stems, asked)
    found = sorted(groups[stem], key=lambda file: file.path)
    match = _PART.search(PurePosixPath(found[0].path).stem)
    if match and len(found) != int(match[2]):
        raise ModelFailed(f"{asked.repository} lacks parts of {stem}.", "Take another quantization.")
    return tuple(found)


def quantization_of(path: str) -> str:
    """The quantization in a file's name, such as Q4_K_M; empty where there is none."""
    match = _QUANTIZATION.search(PurePosixPath(_whole(path)).name.upper().removesuffix(".GGUF"))
    return match[1] if match else ""


def _named(stems: Sequence[str], asked: Wanted) -> str:
    whole = _whole(asked.file or "").lower()
    found = next((stem for stem in stems if stem.lower() == whole), None)
    if found is None:
        raise UnknownModel(f"{asked.repository} has no file {asked.file}.", f"It has {_few(stems)}.")
    return found


def _quantized(stems: Sequence[str], asked: Wanted) -> str:
    order = (asked.quantization,) if asked.quantization else _PREFERRED
    for quantization in order:
        if (stem := next((each for each in stems if quantization_of(each) == quantization), None)) is not None:
            return stem
    if not asked.quantization and len(stems) == 1:
        return stems[0]
    there = _few(sorted({quantization_of(stem) for stem in stems} - {""}) or stems)
    missing = asked.quantization or "quantization of the usual ones"
    raise UnknownModel(f"{asked.repository} has no {missing}.", f"It has {there}.")


def _whole(path: str) -> str:
    """The name without the number of its part."""
    file = PurePosixPath(path)
    return str(file.with_name(f"{_PART.sub('', file.stem)}{file.suffix}")) if file.name else path


def _is_model(path: str) -> bool:
    name = PurePosixPath(path).name
    return _FILE.fullmatch(name) is not None and "mmproj" not in name.lower() and ".." not in path.split("/")


def _file(entry: Mapping[str, Any], repository: str, commit: str) -> HubFile:
    lfs = entry["lfs"]
    size, sha256 = int(lfs["size"]), str(lfs["sha256"]).lower()
    if size <= 0 or not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ValueError("no checksum")
    return HubFile(repository, commit, str(entry["rfilename"]), size, sha256)


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return f"{', '.join(names[:8])}{more}"
