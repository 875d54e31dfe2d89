"""A few model files by short names: what to fetch when one only knows how much memory there is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file on the Hub: the short name, where it is, bytes on disk and in memory with 16,384 tokens of context.

    Sizes are rounded from what the Hub shows; the exact ones come from its interface when a file is fetched.
    """

    name: str
    repository: str
    quantization: str
    size: float
    memory: float
    words: str


KNOWN_FILES = (
    KnownFile(
        "qwen2.5-coder:3b",
        "Qwen/Qwen2.5-Coder-3B-Instruct-GGUF",
        "Q4_K_M",
        2.1e9,
        3.5e9,
        "for 8 GB; licensed for research",
    ),
    KnownFile("qwen2.5-coder:7b", "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF", "Q4_K_M", 4.7e9, 6.5e9, "for 16 GB of memory"),
    KnownFile("qwen2.5-coder:14b", "Qwen/Qwen2.5-Coder-14B-Instruct-GGUF", "Q4_K_M", 9.0e9, 12e9, "for 24 GB"),
    KnownFile("qwen2.5-coder:32b", "Qwen/Qwen2.5-Coder-32B-Instruct-GGUF", "Q4_K_M", 19.9e9, 25e9, "for 48 GB"),
)


def known_file(name: str) -> KnownFile | None:
    """The file of a short name."""
    return next((each for each in KNOWN_FILES if each.name == name.lower()), None)


def as_lines() -> str:
    """The short names, for a page of help."""
    width = max(len(each.name) for each in KNOWN_FILES)
    return "\n".join(
        f"  {each.name:<{width}}  {each.size / 1e9:4.1f} GB, {each.memory / 1e9:4.1f} GB in memory; {each.words}"
        for each in KNOWN_FILES
    )
