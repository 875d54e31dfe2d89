"""Where our files are: two folders, private to the user."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from interpreter.core.errors import StorageFailed
from interpreter.storage.text_file import replace_text


@dataclass(frozen=True, slots=True)
class Paths:
    """`config` holds what the user writes, `data` what the program keeps."""

    config: Path
    data: Path

    @property
    def settings(self) -> Path:
        """The user's choices, in TOML."""
        return self.config / "config.toml"

    @property
    def profiles(self) -> Path:
        """The user's profiles, each a file of settings."""
        return self.config / "profiles"

    @property
    def instructions(self) -> Path:
        """What the user wants every model to be told."""
        return self.config / "instructions.md"

    @property
    def models(self) -> Path:
        """Weights, joined and checked."""
        return self.data / "models"

    @property
    def logs(self) -> Path:
        """What kernels and the embedded server say of themselves."""
        return self.data / "logs"

    @property
    def pages(self) -> Path:
        """HTML and SVG that models wrote."""
        return self.data / "pages"

    @property
    def sessions(self) -> Path:
        """Conversations, a folder each."""
        return self.data / "sessions"

    @property
    def record(self) -> Path:
        """What ran, a line before and a line after each block."""
        return self.data / "record.jsonl"

    @property
    def history(self) -> Path:
        """What was typed in the chat, one instruction after the other."""
        return self.data / "history"


def find_paths(environ: Mapping[str, str]) -> Paths:
    """The folders of this user; INTERPRETER_HOME puts both below one folder."""
    if home := environ.get("INTERPRETER_HOME"):
        folder = Path(home).expanduser().absolute()
        return Paths(folder / "config", folder / "data")
    from platformdirs import PlatformDirs

    folders = PlatformDirs("interpreter", appauthor=False)
    return Paths(Path(folders.user_config_dir), Path(folders.user_data_dir))


def private_folder(folder: Path) -> Path:
    """Make the folder, readable by its owner only, whatever the umask; raises StorageFailed."""
    try:
        if not folder.parent.exists():
            private_folder(folder.parent)
        folder.mkdir(exist_ok=True, mode=0o700)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise StorageFailed(
            f"The folder {folder} cannot be made: {error.strerror}.",
            "Set INTERPRETER_HOME to a folder that you can write to.",
        ) from error
    return folder


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, readable by its owner only; raises StorageFailed and leaves the old one."""
    private_folder(path.parent)
    replace_text(path, text)
