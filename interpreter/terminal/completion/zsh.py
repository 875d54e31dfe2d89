"""The completion script for zsh."""

import re
from collections.abc import Iterator
from shlex import quote

from interpreter.terminal.completion.grammar import Level, Option, Value

_SCRIPT = """\
#compdef interpreter
# Completes the flags of interpreter in zsh. Put this line into ~/.zshrc, below compinit:
#   eval "$(interpreter --completion zsh)"
_interpreter() {{
    local level=""
    while ((CURRENT > 2)); do
        case "$level $words[2]" in
            {entries}) level="${{level:+$level }}$words[2]"; shift words; ((CURRENT--)) ;;
            *) break ;;
        esac
    done
    case "$level" in
{levels}
    esac
}}
_interpreter_words_or_files() {{
    local ending="$1"
    compadd -- "${{@[2,-1]}}"
    _files -g "*$ending"
}}
if [[ $funcstack[1] == _interpreter ]]; then
    _interpreter "$@"
else
    compdef _interpreter interpreter
fi
"""


def written(levels: tuple[Level, ...]) -> str:
    """The script."""
    entries = " | ".join(f'"{parent} {word}"' for parent, _, word in (each.name.rpartition(" ") for each in levels[1:]))
    return _SCRIPT.format(entries=entries, levels="\n".join(map(_level, levels)))


def _level(level: Level) -> str:
    specs = [spec for option in level.options for spec in _specs(option)]
    if level.words:
        specs.append(f"1: :({' '.join(word for word, _ in level.words)})")
    if level.value.asked:
        specs.append(f"*: :($(interpreter {level.value.asked} 2>/dev/null))")
    elif level.value.paths == "files":
        specs.append(f"*: :_files -g '*{level.value.ending}'")
    if not level.name:
        specs.append("*: :_files")
    lines = " \\\n".join(f"                {quote(spec)}" for spec in specs)
    return f"        {quote(level.name)})\n            _arguments -s -S \\\n{lines} ;;"


def _specs(option: Option) -> Iterator[str]:
    others = f"({' '.join(option.names)})"
    for name in option.names:
        # A value may stand in the same word or in the next one.
        joint = "" if option.value is None else "=" if name.startswith("--") else "+"
        action = "" if option.value is None else f": :{_action(option.value)}"
        yield f"{others}{name}{joint}[{_escaped(option.help)}]{action}"


def _action(value: Value) -> str:
    asked = (f"$(interpreter {value.asked} 2>/dev/null)",) if value.asked else ()
    words = " ".join((*value.words, *asked))
    match value:
        case Value(paths="folders"):
            return "_files -/"
        case Value(paths="files", ending=""):
            return "_files"
        case Value(paths="files", ending=ending):
            # Behind a blank the arguments are passed as they stand here.
            return f" _interpreter_words_or_files {ending} {words}"
        case Value(words=(), asked=""):
            return " "
        case _:
            return f"({words})"


def _escaped(text: str) -> str:
    return re.sub(r"([\[\]:\\])", r"\\\1", text)
