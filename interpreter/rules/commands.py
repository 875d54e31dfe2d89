"""The commands that a text holds, as far as reading can tell, and what is known of some of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

SHELLS = frozenset({"bash", "sh", "zsh", "dash", "ksh", "ash", "fish", "rbash"})

_WRAPPERS = (
    "alias arch ash . bind builtin busybox chpst chroot command compgen complete coproc dbus-run-session doas enable "
    "entr env eval exec expect fakeroot fc flatpak-spawn flock hash ionice jobs ltrace machinectl mapfile nice nohup "
    "nsenter numactl parallel pkexec proot readarray rlwrap run0 run-parts runcon runuser script setarch setpriv "
    "setsid setuidgid source softlimit ssh sshpass start-stop-daemon stdbuf strace su sudo systemd-run taskset time "
    "timeout toybox trap trickle tsocks torsocks unalias unbuffer unshare valgrind watch watchexec xargs xvfb-run"
)
WRAPPERS = SHELLS | frozenset(_WRAPPERS.split())
"""Commands that run what they are told, or change what later names mean: what they do does not stand in their name."""

_CHANGES_SHELL = "declare export getopts let local read readonly set shopt typeset ulimit umask unset"
CHANGES_SHELL = frozenset(_CHANGES_SHELL.split())
"""Builtins that change variables or options of the shell, and with them what later commands do; some evaluate text."""

MOVES = frozenset({"cd", "pushd", "popd"})

RUNS_BY_FLAG: Mapping[str, tuple[str, ...]] = {
    "find": ("-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprint", "-fprint0", "-fprintf", "-fls"),
    "fd": ("-x", "-X", "--exec", "--exec-batch"),
    "fdfind": ("-x", "-X", "--exec", "--exec-batch"),
    "git": (
        "-c", "-C", "-O", "-o", "--config-env", "--exec", "--exec-path", "--ext-diff", "--git-dir", "--no-index",
        "--open-files-in-pager", "--output", "--output-directory", "--receive-pack", "--textconv", "--upload-pack",
        "--work-tree",
    ),
    "grep": ("-f", "--file"),
    "printf": ("-v",),
    "rg": ("--pre", "--hostname-bin", "--search-zip", "-z"),
    "sort": ("-o", "--output", "--compress-program", "-T", "--temporary-directory"),
    "tar": (
        "-I", "-F", "--use-compress-program", "--to-command", "--checkpoint-action", "--info-script",
        "--new-volume-script", "--rsh-command", "--rmt-command",
    ),
    "test": ("-v",),
    "tree": ("-o", "--output"),
    "uniq": (),
    "xxd": ("-r",),
    "zip": ("-T", "-TT", "--unzip-command"),
}  # fmt: skip
"""Flags with which programs that people take for harmless run another program, write a file or read settings."""

EXPANDS_TO_FLAGS = frozenset({*RUNS_BY_FLAG, "rsync", "chown", "chmod", "7z", "cp", "mv"})
"""Commands for which a file's name that begins with a dash is a danger where the shell expands `*`."""


_FILTERS = (
    "awk base64 cat column cut fold grep head jq md5sum nl paste rev sed sha256sum sort strings tac tail tr uniq wc xxd"
)
FILTERS = frozenset(_FILTERS.split())
"""Commands that read their input where they are given no file; others then mean the folder that they are in."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a command: its value, None where that is known only to the shell, and as it was written.

    `is_pattern` says that the shell makes files' names, or several words, of it.
    """

    text: str | None
    source: str
    is_pattern: bool = False

    @property
    def shown(self) -> str:
        """Its value, else what was written, without quotes."""
        return re.sub(r"[\"'\\]", "", self.source) if self.text is None else self.text


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a command's input comes from, or its output goes to."""

    target: Word
    writes: bool


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its name, what follows, and its redirections. `is_told` says that another command runs it."""

    name: Word
    arguments: tuple[Word, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    has_assignments: bool = False
    is_told: bool = False

    @property
    def words(self) -> tuple[Word, ...]:
        """Name and arguments."""
        return (self.name, *self.arguments)

    @property
    def shown(self) -> str:
        """Name and first arguments, as they were written."""
        text = " ".join(" ".join(word.source for word in self.words).split())
        return text if len(text) <= 60 else f"{text[:59]}…"


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why a text is not understood whole; `hides` says that there may be commands in it which are not known."""

    why: str
    hides: bool = True


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a text: its commands, what is unclear in it, and what is no command that a rule could cover.

    `defines` are names to which it gives a meaning of its own, `words` are all further values in it.
    """

    commands: tuple[Command, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    beside: tuple[str, ...] = ()
    defines: frozenset[str] = frozenset()
    words: tuple[Word, ...] = ()

    def __add__(self, other: "Found") -> "Found":
        return Found(
            self.commands + other.commands,
            self.unclear + other.unclear,
            self.beside + other.beside,
            self.defines | other.defines,
            self.words + other.words,
        )
