"""What bash is told around a cell; literal paths, so that the user's shell never sees a variable of ours."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

COMPLETE = "# end\n"
"""The last line of a state that was written to its end."""
FUNCTIONS = "\n# functions\n"
"""Before the names of the functions; what comes earlier is their text, which can hold anything."""

# Errors about readonly variables, when this is read back, are of no consequence.
DUMP = r"""\builtin declare -p
\builtin declare -f
\builtin printf '# functions\n'
\builtin declare -F
\builtin alias -p
\builtin shopt -p
\builtin umask -p
\builtin printf 'builtin cd -- %q\n' "$PWD"
\builtin printf '# end\n'
"""

# The user's own EXIT trap is kept in a file, since ours must stay where theirs would be.
TRAP = r"""function trap {
    if [[ ${1-} == -- ]]; then
        shift
    fi
    if [[ $BASHPID != $$ || $# -lt 2 || $1 == -[lp]* || " ${*:2} " != *' '@(EXIT|exit|0)' '* ]]; then
        builtin trap "$@"
    else
        builtin trap "$@" && builtin trap -p EXIT >|USERS && builtin trap OURS EXIT
    fi
}
builtin trap OURS EXIT
"""

# The state comes first: the user's trap may itself exit.
LEAVE = r"""function trap { builtin eval "$2"; }
\builtin source USERS
"""


class Words:
    """The texts for one folder, in which the files of all cells are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        users, leave = quote(str(folder / "users-exit")), quote(str(folder / "leave"))
        ours = quote(f"builtin source {leave}")
        self.setup = TRAP.replace("USERS", users).replace("OURS", ours)
        (folder / "dump").write_text(DUMP)
        (folder / "users-exit").touch()
        (folder / "leave").write_text(self._save("leave") + LEAVE.replace("USERS", users))

    def path(self, kind: str, number: int | str = "") -> Path:
        """A file of one kind; for most kinds each cell has its own."""
        return self._folder / (f"{kind}.{number}" if number != "" else kind)

    def cell(self, number: int) -> str:
        """Run a cell, tell its status, keep the state; what follows a cell is no longer part of its time."""
        out, err = self._quoted("stdout", number), self._quoted("stderr", number)
        return (
            f"\\builtin source {self._quoted('cell')} </dev/null >|{out} 2>|{err}\n"
            f"\\builtin printf '%s %s\\n' {number} \"$?\" >|{self._quoted('status')}\n"
            f"{self._save(number)}\\builtin source {self._quoted('options', number)}\n"
        )

    def dump(self, number: int | str) -> str:
        """Write the state down, and change nothing."""
        return f"\\builtin source {self._quoted('dump')} >|{self._quoted('state', number)} 2>/dev/null\n"

    def restore(self, number: int | str) -> str:
        """Take over the state that was kept."""
        state, options = self._quoted("state", number), self._quoted("options", number)
        return f"\\builtin source {state} >/dev/null 2>&1\n\\builtin source {options}\n"

    def _save(self, number: int | str) -> str:
        # Without errexit, nounset and the like: nothing here may end the shell or be traced.
        return f"\\builtin set +o >|{self._quoted('options', number)}\n\\builtin set +euxv\n{self.dump(number)}"

    def _quoted(self, kind: str, number: int | str = "") -> str:
        return quote(str(self.path(kind, number)))
