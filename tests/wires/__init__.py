"""How each kind of provider says the same on the wire: one scripted reply, four formats."""

from tests.wires.anthropic import ANTHROPIC
from tests.wires.gemini import GEMINI
from tests.wires.ollama import OLLAMA
from tests.wires.openai import OPENAI
from tests.wires.wire import Wire

__all__ = ["ANTHROPIC", "GEMINI", "OLLAMA", "OPENAI", "Wire"]
