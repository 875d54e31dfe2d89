"""The completion script for bash, 3.2 and later."""

from collections.abc import Iterator
from shlex import quote

from interpreter.terminal.completion.grammar import Level, Value

_SCRIPT = """\
# Completes the flags of interpreter in bash. Put this line into ~/.bashrc:
#   eval "$(interpreter --completion bash)"
_interpreter() {{
    local word="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}" level="" index options words
    local asked=""
    local IFS=$'\\n'
    COMPREPLY=()
    if [[ $word == "=" ]]; then
        word=""
    elif [[ $before == "=" ]]; then
        before="${{COMP_WORDS[COMP_CWORD-2]}}"
    fi
    for ((index = 1; index < COMP_CWORD; index++)); do
        [[ ${{COMP_WORDS[index]}} == "--" ]] && return
    done
    for ((index = 1; index < COMP_CWORD; index++)); do
        case "$level ${{COMP_WORDS[index]}}" in
            {entries}) level="${{level:+$level }}${{COMP_WORDS[index]}}" ;;
            *) break ;;
        esac
    done
    case "$level|$before" in
{values}
    esac
    case "$level" in
{levels}
    esac
    if [[ $word == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$word"))
    elif [[ -n $asked ]]; then
        COMPREPLY=($(compgen -W "$(eval "interpreter $asked" 2>/dev/null)" -- "$word"))
    elif ((COMP_CWORD == index)); then
        COMPREPLY=($(compgen -W "$words" -- "$word"))
    fi
}}
_interpreter_names_files() {{
    type compopt >/dev/null 2>&1 && compopt -o filenames
}}
_interpreter_has_no_files() {{
    type compopt >/dev/null 2>&1 && compopt +o default
}}
complete -o default -F _interpreter interpreter
"""


def written(levels: tuple[Level, ...]) -> str:
    """The script."""
    entries = " | ".join(quote(f"{parent} {word}") for parent, _, word in (e.name.rpartition(" ") for e in levels[1:]))
    values = "\n".join(line for level in levels for line in _values(level))
    return _SCRIPT.format(entries=entries, values=values, levels="\n".join(map(_level, levels)))


def _values(level: Level) -> Iterator[str]:
    for option in level.options:
        if option.value is not None:
            keys = " | ".join(quote(f"{level.name}|{name}") for name in option.names)
            yield f"        {keys}) {_offer(option.value)}; return ;;"


def _offer(value: Value) -> str:
    words = f'compgen -W {_list(value.words)} -- "$word"'
    if value.asked:
        words += f'; compgen -W "$(interpreter {value.asked} 2>/dev/null)" -- "$word"'
    match value:
        case Value(paths="folders"):
            return '_interpreter_names_files; COMPREPLY=($(compgen -d -- "$word"))'
        case Value(paths="files", ending=""):
            return ":"
        case Value(paths="files", ending=ending):
            files = f'compgen -f -X {quote("!*" + ending)} -- "$word"; compgen -d -- "$word"'
            return f"_interpreter_names_files; COMPREPLY=($({words}; {files}))"
        case Value(words=(), asked=""):
            return "_interpreter_has_no_files"
        case _:
            return f"COMPREPLY=($({words}))"


def _level(level: Level) -> str:
    options = _list(tuple(name for option in level.options for name in option.names))
    words = _list(tuple(word for word, _ in level.words))
    asked = f" asked={quote(level.value.asked)}" if level.value.asked else ""
    return f"        {quote(level.name)}) options={options} words={words}{asked} ;;"


def _list(words: tuple[str, ...]) -> str:
    """Words that `compgen -W` takes apart where IFS is the end of a line."""
    return "$'" + "\\n".join(words) + "'"
