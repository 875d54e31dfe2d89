"""Where settings come from: defaults < config file < profile < environment < flags or keywords."""

from collections.abc import Mapping
from typing import Any, Literal

from interpreter.configuration.layers import Layer, Origin
from interpreter.configuration.merge import Configured, merge
from interpreter.configuration.profiles import find_profile
from interpreter.configuration.sources import from_environment, from_given
from interpreter.configuration.toml_file import SettingsFile, read_layer
from interpreter.core.errors import WrongUsage
from interpreter.llm.choose import owner_of
from interpreter.settings import Settings
from interpreter.storage.paths import Paths, find_paths

Given = Literal["flag", "keyword"]


def resolve(environ: Mapping[str, str], given: Mapping[str, Any], kind: Given = "keyword") -> Settings:
    """The settings; raises WrongUsage for the first thing that is wrong in any place where they are chosen."""
    return survey(environ, given, kind).sound


def survey(environ: Mapping[str, str], given: Mapping[str, Any], kind: Given = "keyword") -> Configured:
    """The settings, where each came from, and all that is wrong; None in `given` is not given."""
    paths = find_paths(environ)
    file = read_layer(SettingsFile(paths.settings))
    above = (from_environment(environ), from_given(given, kind))
    first = merge((file, *above))
    name = first.settings.profile
    profile = _profile(name, paths, first.origins["profile"]) if name else Layer()
    return merge((file, profile, *above), owner_of)


def _profile(name: str, paths: Paths, origin: Origin) -> Layer:
    try:
        return read_layer(find_profile(name, paths))
    except WrongUsage as problem:
        place = "" if origin.kind in ("flag", "keyword") else f"{origin}: "
        return Layer(problems=(WrongUsage(f"{place}{problem}", problem.hint),))
