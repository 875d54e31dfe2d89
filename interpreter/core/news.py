"""What the model has yet to be told of things that happened without it: it goes with the next instruction."""

from dataclasses import replace

from interpreter.core.messages import Instruction


class News:
    """Texts that wait for an instruction, each told once; of those about one thing only the last is told."""

    def __init__(self) -> None:
        self._texts: list[tuple[str, str]] = []

    def tell(self, text: str) -> None:
        """Have the model read this with the next instruction."""
        self._texts.append(("", text))

    def tell_instead(self, about: str, text: str) -> None:
        """Have the model read this in place of what it was to be told about the same thing."""
        self.take_back(about)
        self._texts.append((about, text))

    def take_back(self, about: str) -> None:
        """What was to be told about a thing is not so any more."""
        self._texts = [each for each in self._texts if each[0] != about]

    def told_with(self, instruction: Instruction) -> Instruction:
        """The instruction with all that waits; nothing waits then."""
        if not self._texts:
            return instruction
        texts, self._texts = self._texts, []
        return replace(instruction, text="\n\n".join([instruction.text, *(text for _, text in texts)]))

    def forget(self) -> None:
        """Nothing happened that matters any more."""
        self._texts.clear()
