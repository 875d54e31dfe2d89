"""The completion script for fish, 3.0 and later."""

from collections.abc import Iterator

from interpreter.terminal.completion.grammar import Level, Option, Value

_SCRIPT = """\
# Completes the flags of interpreter in fish. Put this line into ~/.config/fish/config.fish:
#   interpreter --completion fish | source
function __interpreter_at --description 'whether these are the subcommand and action that were typed'
    set -l typed (commandline -opc)
    set -e typed[1]
    set -l level ''
    for word in $typed
        switch "$level $word"
            case {entries}
                set level (string trim "$level $word")
            case '*'
                break
        end
    end
    test "$level" = "$argv[1]"
end
function __interpreter_begins --description 'whether nothing else was typed behind them'
    set -l typed (commandline -opc)
    __interpreter_at $argv[1]; and test "$typed[2..-1]" = "$argv[1]"
end
{lines}
"""


def written(levels: tuple[Level, ...]) -> str:
    """The script."""
    entries = " ".join(_quoted(f"{parent} {word}") for parent, _, word in (e.name.rpartition(" ") for e in levels[1:]))
    return _SCRIPT.format(entries=entries, lines="\n".join(line for level in levels for line in _level(level)))


def _level(level: Level) -> Iterator[str]:
    at = f"complete -c interpreter -n {_quoted(f'__interpreter_at {_quoted(level.name)}')}"
    begins = f"complete -c interpreter -n {_quoted(f'__interpreter_begins {_quoted(level.name)}')}"
    if level.name:
        yield f"{at} -f"
    for word, help in level.words:
        yield f"{begins} -a {_quoted(word)} -d {_quoted(help)}"
    if level.value.asked:
        yield f"{at} -a {_quoted(f'(interpreter {level.value.asked} 2>/dev/null)')}"
    elif level.value.paths == "files":
        yield f"{at} -a {_quoted(f'(__fish_complete_suffix {level.value.ending})')}"
    for option in level.options:
        yield f"{at} {_names(option)}{_takes(option.value)} -d {_quoted(option.help)}"


def _names(option: Option) -> str:
    return " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)


def _takes(value: Value | None) -> str:
    asked = (f"(interpreter {value.asked} 2>/dev/null)",) if value and value.asked else ()
    match value:
        case None:
            return ""
        case Value(paths="folders"):
            return " -x -a '(__fish_complete_directories)'"
        case Value(paths="files", ending=""):
            return " -r -F"
        case Value(words=words, paths="files", ending=ending):
            return f" -x -a {_quoted(' '.join((*words, *asked, f'(__fish_complete_suffix {ending})')))}"
        case Value(words=(), asked=""):
            return " -x"
        case Value(words=words):
            return f" -x -a {_quoted(' '.join((*words, *asked)))}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
