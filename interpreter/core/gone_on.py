"""What the model is told where a conversation goes on after something that it did not see."""

from collections.abc import Mapping, Sequence

from interpreter.core.messages import CodeBlock

MOST_NAMES = 40
"""Variables that the model is told of by name."""


def may_have_run(blocks: Sequence[CodeBlock]) -> str:
    shown = "\n".join(block.fenced for block in blocks)
    return (
        "(The program ended while this code ran, so it may have run, in part or as a whole; look at what it did before "
        f"you run it again:\n{shown})"
    )


def taken_back(turns: int, files: bool) -> str:
    what = "The files that they changed are as they were before" if files else "What they did to files stays"
    return f"({turns} turns were taken back and are not shown. {what}; variables in the kernels stay as they are.)"


def whats_there(
    known: Mapping[str, Mapping[str, object]], there: dict[str, list[str]], *, empty: bool, ran: int, of: int
) -> str:
    if empty:
        gone = [name for names in known.values() for name in names]
        begun = "The kernels have been started anew since then: no variable, import or definition from before exists."
        return f"({begun}{_listed(' Gone are', gone)} Define again what you need.)"
    lines = [f"The kernels have been started anew, and {ran} of {of} blocks that had succeeded were run again."]
    for language, names in there.items():
        lines.append(f"In the {language} kernel{_listed(' there are now', names) or ' there are no variables.'}")
    gone = [name for language, names in known.items() for name in names if name not in there.get(language, ())]
    lines.append(_listed("These do not exist any more:", gone).strip())
    return f"({' '.join(line for line in lines if line)})"


def _listed(head: str, names: Sequence[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES])
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{head} {shown}{more}." if names else ""
