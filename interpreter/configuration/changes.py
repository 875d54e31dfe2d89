"""A change of one setting in a text in TOML, whose comments, order and unknown keys stay as they are."""

from pathlib import Path
from typing import Any

from interpreter.configuration.toml_file import SettingsFile, parsed
from interpreter.core.errors import StorageFailed


def with_value(text: str, name: str, value: Any, file: SettingsFile) -> str:
    """The text with the setting at this value; raises WrongUsage where the text is no TOML."""
    value = str(value) if isinstance(value, Path) else value
    before = parsed(text, file)
    import tomlkit

    document = tomlkit.parse(text)
    is_long = isinstance(value, str) and "\n" in value
    document[name] = tomlkit.string(value, multiline=True) if is_long else value
    return _checked(document.as_string(), {**before, name: value}, file)


def without(text: str, name: str, file: SettingsFile) -> str:
    """The text without the setting; raises WrongUsage where the text is no TOML."""
    before = parsed(text, file)
    if name not in before:
        return text
    import tomlkit

    document = tomlkit.parse(text)
    del document[name]
    return _checked(document.as_string(), {key: each for key, each in before.items() if key != name}, file)


def _checked(text: str, wanted: dict[str, Any], file: SettingsFile) -> str:
    """What is written says what was there before, but for the one change; whatever that text looks like."""
    if parsed(text, file) != wanted:
        raise StorageFailed(f"{file.path} is written in a way that cannot be changed safely.", file.hint)
    return text
