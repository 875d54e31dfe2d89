"""The tags that models write around reasoning, calls of tools and the ends of turns, at the start of a line.

They are what chat templates are made of: ChatML (Qwen, Hermes), Llama 3, Mistral, DeepSeek, Kimi, Granite, Phi, Gemma,
and harmony (gpt-oss). A server that does not know its model's template lets them through as text.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

LONGEST_TAG = 200
"""Characters; a longer start of a line is none. Tags end where the parser's segments do: with `>`, `]` or `\u25b7`."""

Kind: TypeAlias = Literal["reasoning", "end of reasoning", "call", "end of reply", "nothing"]


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that opens or ends something: what stands before it in its line, what it says, and what closes it.

    `name` is what a call's tag says about what is called. Without `closers` it lasts to the reply's end.
    """

    kind: Kind
    lead: str
    name: str = ""
    closers: tuple[str, ...] = ()


_REASONING = {
    **{f"<{name}>": f"</{name}>" for name in ("think", "thinking", "thought", "reasoning", "seed:think")},
    "[think]": "[/think]",
    "\u25c1think\u25b7": "\u25c1/think\u25b7",
}
_ENDS_OF_REASONING = tuple(_REASONING.values())

_CALLS = {
    **{f"<{name}>": (f"</{name}>",) for name in ("tool_call", "tool_calls", "function_call", "function_calls")},
    "<|tool_call|>": ("<|/tool_call|>", "</tool_call>"),
    "[tool_calls]": (),
    "<|python_tag|>": ("<|eom_id|>", "<|eot_id|>"),
    "<|tool_calls_section_begin|>": ("<|tool_calls_section_end|>",),
    # DeepSeek's bars are fullwidth, and its blanks are a block
    "<\uff5ctool\u2581calls\u2581begin\uff5c>": ("<\uff5ctool\u2581calls\u2581end\uff5c>",),
    "<\uff5ctool\u2581call\u2581begin\uff5c>": ("<\uff5ctool\u2581call\u2581end\uff5c>",),
}
_NAMED_CALLS = (
    (re.compile(r"<function=(?P<name>[\w.-]+)>"), "<function=", ("</function>",)),
    (re.compile(r"<execute_(?P<name>ipython|python|bash)>"), "<execute_", ("</execute_{name}>",)),
    (re.compile(r"<invoke name=\"(?P<name>[\w.-]+)\">"), "<invoke", ("</invoke>",)),
)
_ENDS_OF_REPLY = ("<|im_end|>", "<|im_start|>", "<|eot_id|>", "<|start_header_id|>", "<|return|>", "<|endoftext|>")
_ENDS_OF_TURN = ("<start_of_turn>", "<end_of_turn>")
_ENDS = (*_ENDS_OF_REPLY, *_ENDS_OF_TURN)

_LAST = re.compile(rf"(?:{'|'.join(map(re.escape, _ENDS))}|<\|end\|>|</s>)\s*\Z")

_HARMONY = ("<|start|>", "<|channel|>")
_MESSAGE = "<|message|>"
_CHANNEL = re.compile(r"<\|channel\|>\s*(\w+)")
_RECIPIENT = re.compile(r"\bto=([\w.-]+)")

_STARTS = (*_REASONING, *_ENDS_OF_REASONING, *_CALLS, *_ENDS, *_HARMONY, *(each[1] for each in _NAMED_CALLS))


def opened_tag(line: str) -> Tag | None:
    """The tag that a line starts with, and ends with as far as it has come."""
    text = line.lstrip()
    lead, text = line[: len(line) - len(text)], text.lower()
    if len(line) > LONGEST_TAG or "\n" in lead:
        return None
    if text in _REASONING:
        return Tag("reasoning", lead, closers=(_REASONING[text],))
    if text in _ENDS_OF_REASONING:
        return Tag("end of reasoning", lead)
    if text in _CALLS:
        return Tag("call", lead, closers=_CALLS[text])
    if text in _ENDS:
        return Tag("end of reply", lead)
    for pattern, _, closers in _NAMED_CALLS:
        if match := pattern.fullmatch(text):
            return Tag("call", lead, match["name"], tuple(closer.format(**match.groupdict()) for closer in closers))
    if text.startswith(_HARMONY) and text.endswith(_MESSAGE):
        return _harmony(lead, text)
    return None


def _harmony(lead: str, header: str) -> Tag:
    channel, recipient = _CHANNEL.search(header), _RECIPIENT.search(header)
    if recipient:
        return Tag("call", lead, recipient[1], ("<|call|>", "<|end|>"))
    if channel and channel[1] == "analysis":
        return Tag("reasoning", lead, closers=("<|end|>",))
    return Tag("nothing", lead)


def may_become_tag(start: str) -> bool:
    """Whether a line that starts so, without an end, can still open a tag."""
    text = start.lstrip().lower()
    if not text or len(start) > LONGEST_TAG or "\n" in start:
        return len(start) <= LONGEST_TAG and "\n" not in start
    if text.startswith(_HARMONY):
        return _MESSAGE not in text
    if any(tag.startswith(text) and tag != text for tag in _STARTS):
        return True
    return any(text.startswith(start) and ">" not in text for _, start, _ in _NAMED_CALLS)


def without_end(line: str) -> str:
    """A line without the tag at its end that ends a reply."""
    return _LAST.sub("", line)
