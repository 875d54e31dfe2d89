"""What the user can choose; where it is chosen, and what goes before what, is in `configuration`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from interpreter.core.ports import OwnModel
from interpreter.core.rules import Rule


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; flags, keywords, INTERPRETER_<NAME> variables and files have the same names.

    What may hold a secret has `repr=False`, and is shown nowhere.
    """

    profile: str | None = None
    model: str | None = None
    local: bool = False
    api_base: str | None = None
    api_key: str | None = field(default=None, repr=False)
    auto_run: bool = False
    sandbox: str | None = None
    network: bool = False
    allow_read: tuple[Path, ...] = ()
    allow_write: tuple[Path, ...] = ()
    allow_env: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    python: Path | None = None
    kernel_server: str | None = field(default=None, repr=False)
    timeout: float | None = None
    max_steps: int = 50
    max_budget: float | None = None
    input_price: float | None = None
    output_price: float | None = None
    state_card: bool | None = None
    temperature: float | None = None
    max_output_tokens: int | None = None
    context_window: int | None = None
    first_token_timeout: float = 60.0
    gap_timeout: float = 60.0
    tool_calling: bool | None = None
    system_message: str | None = None
    instructions: str | None = None
    cwd: Path | None = None
    session: str | None = None
    bell: float | None = None
    graphics: str = "auto"
    private: bool = False
    keep_days: float | None = None
    interactive: bool = False
    plain: bool = False
    json: bool = False
    verbose: bool = False


class Keywords(TypedDict, total=False):
    """The settings as keywords of `OpenInterpreter` and `execute`; `model` may be an object that answers itself."""

    profile: str | None
    model: str | OwnModel | None
    local: bool
    api_base: str | None
    api_key: str | None
    auto_run: bool
    sandbox: str | None
    network: bool
    allow_read: tuple[Path, ...] | Sequence[Path | str] | str
    allow_write: tuple[Path, ...] | Sequence[Path | str] | str
    allow_env: tuple[str, ...] | Sequence[str] | str
    rules: tuple[Rule, ...] | Sequence[Rule | Mapping[str, str | Sequence[str]]]
    python: Path | str | None
    kernel_server: str | None
    timeout: float | None
    max_steps: int
    max_budget: float | None
    input_price: float | None
    output_price: float | None
    state_card: bool | None
    temperature: float | None
    max_output_tokens: int | None
    context_window: int | None
    first_token_timeout: float
    gap_timeout: float
    tool_calling: bool | None
    system_message: str | None
    instructions: str | None
    cwd: Path | str | None
    session: str | None
    private: bool
    keep_days: float | None
    verbose: bool


CHOICES: Mapping[str, tuple[str, ...]] = {
    "graphics": ("auto", "kitty", "iterm2", "sixel", "blocks", "none"),
    "sandbox": ("auto", "bubblewrap", "landlock", "seatbelt", "none"),
}
"""The words that a setting takes, where these are few."""

POSITIVE = (
    "keep_days",
    "timeout",
    "max_steps",
    "max_budget",
    "max_output_tokens",
    "context_window",
    "first_token_timeout",
    "gap_timeout",
)
"""Settings that take a number above 0."""
