"""Confines a command by landlock and seccomp, and ends with it all that comes of it: landlocked.py RULES -- COMMAND.

Three processes: the one that was started waits; a supervisor, out of reach of whoever ends the first one's group,
adopts what the command leaves behind, and ends all of it when the command or the first one ends; the third becomes the
command.

RULES is a JSON file: `read` and `write` are lists of paths, `ports` a list of TCP ports or null for all, `filter` the
path of a seccomp filter or null, `parent` the number of the process without which it must not go on. The standard
library alone, of any Python 3.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import stat
import struct
import sys

CREATE, ADD, RESTRICT = 444, 445, 446
"""landlock_create_ruleset, landlock_add_rule, landlock_restrict_self: the same numbers on every architecture."""

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
READING = EXECUTE | READ_FILE | READ_DIR
FOR_FILES = EXECUTE | WRITE_FILE | READ_FILE | 1 << 14 | 1 << 15
FILES_OF = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""LANDLOCK_ACCESS_FS_* by the version of the interface that brought them (linux/landlock.h)."""
DEVICES = 1 << 15
OPEN_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")
"""Those of no one; terminals, disks and what programs share lie beside them."""
TCP, TCP_SINCE = 3, 4
"""Bind and connect."""
SCOPES, SCOPES_SINCE = 3, 6
"""Abstract sockets and signals stay within."""
PATH_RULE, PORT_RULE = 1, 2
NO_NEW_PRIVILEGES, SET_SECCOMP, BY_FILTER, DEATH_SIGNAL, ADOPT = 38, 22, 2, 1, 36
"""Options of prctl(2)."""

DROP_CAPABILITY, LAST_CAPABILITY = 24, 63
"""PR_CAPBSET_DROP, and more numbers than there are: those that are none change nothing."""

LIBC = ctypes.CDLL(None, use_errno=True)


def main(rules_file: str, command: list[str]) -> int:
    """Run the command; returns its exit code, 128 and the signal where it was killed by one."""
    with open(rules_file, encoding="utf-8") as file:  # noqa: PTH123
        rules = json.load(file)
    _die_with(rules["parent"], signal.SIGKILL)
    first = os.getpid()
    if not (supervisor := os.fork()):
        os._exit(_supervise(first, rules, command))
    return os.waitstatus_to_exitcode(os.waitpid(supervisor, 0)[1])


def _supervise(first: int, rules: dict, command: list[str]) -> int:  # type: ignore[type-arg]
    os.setsid()
    _call(LIBC.prctl, ADOPT, 1, 0, 0, 0)
    awaited = {signal.SIGTERM, signal.SIGCHLD}
    signal.pthread_sigmask(signal.SIG_BLOCK, awaited)
    _die_with(first, signal.SIGTERM)
    supervisor = os.getpid()
    if not (kernel := os.fork()):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, awaited)
        _die_with(supervisor, signal.SIGKILL)
        os.setsid()
        # ipykernel ends when its parent is not the one that it was told of.
        os.environ["JPY_PARENT_PID"] = str(supervisor)
        _become(rules, command)
    code: int | None = None
    while code is None and signal.sigwait(awaited) == signal.SIGCHLD:
        code = _reaped(kernel)
    _end_all()
    return 128 + signal.SIGKILL if code is None else code if code >= 0 else 128 - code


def _reaped(kernel: int) -> int | None:
    """Take in who has ended; the exit code of the kernel, if it is among them."""
    code = None
    while (ended := os.waitpid(-1, os.WNOHANG))[0]:
        if ended[0] == kernel:
            code = os.waitstatus_to_exitcode(ended[1])
            break
    return code


def _end_all() -> None:
    """End every child, and with each its own, which become ours, until there are none."""
    while True:
        for child in _children():
            try:
                os.kill(child, signal.SIGKILL)
            except OSError:
                continue
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _children() -> list[int]:
    own, found = os.getpid(), []
    for name in filter(str.isdecimal, os.listdir("/proc")):  # noqa: PTH208
        try:
            with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
                parent = int(file.read().rpartition(b")")[2].split()[1])
        except (OSError, IndexError):
            continue
        if parent == own:
            found.append(int(name))
    return found


def _die_with(parent: int, by: int) -> None:
    _call(LIBC.prctl, DEATH_SIGNAL, by, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _become(rules: dict, command: list[str]) -> None:  # type: ignore[type-arg]
    """Confine this process and become the command; raises OSError where the kernel refuses."""
    program = b""
    if rules["filter"]:
        with open(rules["filter"], "rb") as file:  # noqa: PTH123
            program = file.read()
    _give_up_capabilities()
    _call(LIBC.prctl, NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    _confine_files(rules)
    if program:
        _filter(program)
    os.execvp(command[0], command)


def _give_up_capabilities() -> None:
    """Root without them reads no more than its own files; anybody else has none to give up."""
    for number in range(LAST_CAPABILITY + 1):
        LIBC.prctl(DROP_CAPABILITY, number, 0, 0, 0)


def version() -> int:
    """The version of landlock's interface here; 0 where there is none."""
    return max(0, int(LIBC.syscall(CREATE, None, ctypes.c_size_t(0), 1)))


def _confine_files(rules: dict) -> None:  # type: ignore[type-arg]
    here = version()
    files = FILES_OF[max(each for each in FILES_OF if each <= here)]
    ports = TCP if rules["ports"] is not None and here >= TCP_SINCE else 0
    attributes = struct.pack("=QQQ", files, ports, SCOPES if here >= SCOPES_SINCE else 0)
    size = 24 if here >= SCOPES_SINCE else 16 if here >= TCP_SINCE else 8
    ruleset = _call(LIBC.syscall, CREATE, attributes, ctypes.c_size_t(size), 0)
    for path in rules["read"]:
        _allow_path(ruleset, path, READING & files)
    for path in rules["write"]:
        _allow_path(ruleset, path, files & ~DEVICES)
    for path in OPEN_DEVICES:
        _allow_path(ruleset, path, files & (READING | WRITE_FILE | DEVICES))
    for port in rules["ports"] or () if ports else ():
        _call(LIBC.syscall, ADD, ruleset, PORT_RULE, struct.pack("=QQ", ports, port), 0)
    _call(LIBC.syscall, RESTRICT, ruleset, 0)
    os.close(ruleset)


def _allow_path(ruleset: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
        access &= FOR_FILES
    _call(LIBC.syscall, ADD, ruleset, PATH_RULE, struct.pack("=Qi", access, descriptor), 0)
    os.close(descriptor)


def _filter(program: bytes) -> None:
    steps = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program) // 8, ctypes.addressof(steps)))
    _call(LIBC.prctl, SET_SECCOMP, BY_FILTER, ctypes.byref(header), 0, 0)


def _call(function, *arguments) -> int:  # type: ignore[no-untyped-def]
    result: int = function(*arguments)
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[3:]))
