"""The environment, flags and keywords as layers."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

from interpreter.configuration.conversion import check_name, converted
from interpreter.configuration.layers import Layer, Origin, Stated, flag_of, setting_names, variable_of
from interpreter.core.errors import WrongUsage


def from_environment(environ: Mapping[str, str]) -> Layer:
    """The settings in INTERPRETER_<NAME> variables; empty ones and names that are no setting are passed over."""

    def stated(name: str, variable: str) -> Callable[[], Stated]:
        return lambda: Stated(converted(name, environ[variable], label=variable), Origin("variable", variable))

    named = [(name, variable_of(name)) for name in setting_names()]
    return collected((name, stated(name, variable)) for name, variable in named if environ.get(variable))


def from_given(given: Mapping[str, Any], kind: Literal["flag", "keyword"]) -> Layer:
    """The settings given as flags or keywords; None is not given."""

    def stated(name: str, value: Any) -> Callable[[], Stated]:
        def convert() -> Stated:
            check_name(name)
            return Stated(converted(name, value), Origin(kind, flag_of(name) if kind == "flag" else f"{name}="))

        return convert

    return collected((name, stated(name, value)) for name, value in given.items() if value is not None)


def collected(stated: Iterable[tuple[str, Callable[[], Stated]]]) -> Layer:
    """A layer of what can be converted; the other calls raise WrongUsage, and are its problems."""
    found: dict[str, Stated] = {}
    problems: list[WrongUsage] = []
    for name, convert in stated:
        try:
            found[name] = convert()
        except WrongUsage as problem:
            problems.append(problem)
    return Layer(found, tuple(problems))
