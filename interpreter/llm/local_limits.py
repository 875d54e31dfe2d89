"""How much a model of this machine is given and asked for; light, since a list of models needs it too."""

from pathlib import Path

from interpreter.llm.gguf import head_of

LONG_PROMPT = 330.0
"""Seconds to the first token: 16,384 tokens, read at 50 a second on two busy cores."""

CONTEXT = 16_384
"""Tokens: half of what the embedded weights were trained for, in 200 MB of memory."""

SMALL_FILE = 2_500_000_000
"""Bytes: four billion parameters at 4 bits; what is larger needs no help, and little of it is read on a laptop."""


def is_small(file: Path) -> bool:
    """Whether the model in a file is one that needs few words and much help."""
    return file.stat().st_size < SMALL_FILE


def context_of(file: Path) -> int:
    """Tokens that the model in a file is given: ours, or what it was trained for where that is less."""
    head = head_of(file)
    return min(CONTEXT, (head.context if head else None) or CONTEXT)
