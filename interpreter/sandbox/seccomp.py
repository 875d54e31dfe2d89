"""A seccomp filter as bytes of BPF: system calls that no program of a user needs, and that have opened boxes before."""

import platform
import struct

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
"""SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO with EPERM, SECCOMP_RET_KILL_PROCESS (linux/seccomp.h)."""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""AUDIT_ARCH_* (linux/audit.h)."""

X32 = 0x40000000
"""Bit of the system calls of x32, another way to the same calls."""

CALLS = {
    # name: number on x86_64, number on aarch64 (None: it has no such call)
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "delete_module": (176, 106),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "setns": (308, 268),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}
"""Numbers from the kernel's tables: syscall_64.tbl and asm-generic/unistd.h."""

SOCKET = {"x86_64": 41, "aarch64": 198}
FAMILIES = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: any other, such as AF_VSOCK, leads out of a network namespace."""
NO_INTERNET = (1, 16)

IOCTL = {"x86_64": 16, "aarch64": 29}
TIOCSTI, TIOCLINUX = 0x5412, 0x541C
"""Requests that type into a terminal."""

NUMBER, ARCHITECTURE, FIRST, SECOND, THIRD, FOURTH = 0, 4, 16, 24, 32, 40
"""Offsets in `struct seccomp_data`; of an argument its lower half, on machines that begin with it."""

STREAM, KIND_OF_SOCKET = 1, 0xF
"""SOCK_STREAM, and the bits of a socket's type that are no flags."""

TCP = 6
"""IPPROTO_TCP; 0 means it, too. Other protocols of streams (MPTCP, SCTP) are none of landlock's business."""

SENDING = {
    "x86_64": ((44, FOURTH), (46, THIRD), (307, FOURTH)),
    "aarch64": ((206, FOURTH), (211, THIRD), (269, FOURTH)),
}
"""sendto, sendmsg and sendmmsg, and where their flags are."""
FAST_OPEN = 0x20000000
"""MSG_FASTOPEN: it connects as it sends, which landlock does not see."""

SET_USER = 0o4000
"""S_ISUID: a file with it runs as its owner, whoever starts it; for root's that leads out of any box."""
MODES = {
    "x86_64": ((90, SECOND), (91, SECOND), (268, THIRD), (452, THIRD), (85, SECOND), (133, SECOND), (259, THIRD)),
    "aarch64": ((52, SECOND), (53, THIRD), (452, THIRD), (33, THIRD)),
}
"""chmod, fchmod, fchmodat, fchmodat2, creat, mknod, mknodat, as far as there are; and where their mode is."""
OPENS = {"x86_64": ((2, SECOND, THIRD), (257, THIRD, FOURTH)), "aarch64": ((56, THIRD, FOURTH),)}
"""open and openat, with their flags and the mode, which counts only for a file that is made."""
MAKES = 0o100 | 0o20000000
"""O_CREAT, and the bit of O_TMPFILE."""
OPENAT2, UNKNOWN = 437, 0x00050000 | 38
"""It hides its mode behind a pointer; programs that get ENOSYS take openat."""

_LOAD, _EQUAL, _AT_LEAST, _HAS, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06


def filter_for(machine: str = platform.machine(), *, only_tcp: bool = False, internet: bool = True) -> bytes | None:
    """The program to hand to the kernel; None for a machine whose system calls are not in the table.

    With `only_tcp` the internet is reached by plain TCP connections alone, for something else to allow or not: no UDP,
    and so no looking up of names. Without `internet` there are no sockets for it at all.
    """
    if machine not in ARCHITECTURES:
        return None
    place = list(ARCHITECTURES).index(machine)
    program = [_step(_LOAD, ARCHITECTURE), _step(_EQUAL, ARCHITECTURES[machine], 1, 0), _step(_RETURN, KILL)]
    program.append(_step(_LOAD, NUMBER))
    if machine == "x86_64":
        program += [_step(_AT_LEAST, X32, 0, 1), _step(_RETURN, REFUSE)]
    for numbers in CALLS.values():
        program += [_step(_EQUAL, numbers[place], 0, 1), _step(_RETURN, REFUSE)]
    program += [_step(_EQUAL, OPENAT2, 0, 1), _step(_RETURN, UNKNOWN)]
    for call, mode in MODES[machine]:
        program += _if_has(call, mode, SET_USER)
    for call, flags, mode in OPENS[machine]:
        program += _if_makes(call, flags, mode)
    if only_tcp:
        program += _unless_tcp(SOCKET[machine])
        for call, flags in SENDING[machine]:
            program += _if_has(call, flags, FAST_OPEN)
    program += _unless_first_is(SOCKET[machine], FAMILIES if internet else NO_INTERNET)
    program += _if_second_is(IOCTL[machine], (TIOCSTI, TIOCLINUX))
    return b"".join([*program, _step(_RETURN, ALLOW)])


def _unless_first_is(call: int, allowed: tuple[int, ...]) -> list[bytes]:
    """Refuse a call whose first argument is none of these."""
    checks = [_step(_EQUAL, value, len(allowed) - i, 0) for i, value in enumerate(allowed)]
    body = [_step(_LOAD, FIRST), *checks, _step(_RETURN, REFUSE), _step(_RETURN, ALLOW)]
    return [_step(_EQUAL, call, 0, len(body)), *body]


def _unless_tcp(call: int) -> list[bytes]:
    """Refuse a socket of AF_INET or AF_INET6 that is no stream (whatever its flags), or none of TCP.

    Falls through with the number of the call loaded again.
    """
    body = [
        _step(_LOAD, FIRST),
        _step(_EQUAL, 2, 1, 0),
        _step(_EQUAL, 10, 0, 7),
        _step(_LOAD, SECOND),
        _step(_AND, KIND_OF_SOCKET),
        _step(_EQUAL, STREAM, 0, 3),
        _step(_LOAD, THIRD),
        _step(_EQUAL, 0, 2, 0),
        _step(_EQUAL, TCP, 1, 0),
        _step(_RETURN, REFUSE),
        _step(_LOAD, NUMBER),
    ]
    return [_step(_EQUAL, call, 0, len(body)), *body]


def _if_has(call: int, argument: int, bit: int) -> list[bytes]:
    """Refuse a call that has this bit in an argument; falls through like `_unless_tcp`."""
    body = [_step(_LOAD, argument), _step(_HAS, bit, 0, 1), _step(_RETURN, REFUSE), _step(_LOAD, NUMBER)]
    return [_step(_EQUAL, call, 0, len(body)), *body]


def _if_makes(call: int, flags: int, mode: int) -> list[bytes]:
    """Refuse a call that makes a file which runs as its owner; falls through like `_unless_tcp`."""
    body = [
        _step(_LOAD, flags),
        _step(_HAS, MAKES, 0, 3),
        _step(_LOAD, mode),
        _step(_HAS, SET_USER, 0, 1),
        _step(_RETURN, REFUSE),
        _step(_LOAD, NUMBER),
    ]
    return [_step(_EQUAL, call, 0, len(body)), *body]


def _if_second_is(call: int, refused: tuple[int, ...]) -> list[bytes]:
    """Refuse a call whose second argument is one of these."""
    checks = [_step(_EQUAL, value, len(refused) - i, 0) for i, value in enumerate(refused)]
    body = [_step(_LOAD, SECOND), *checks, _step(_RETURN, ALLOW), _step(_RETURN, REFUSE)]
    return [_step(_EQUAL, call, 0, len(body)), *body]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One `struct sock_filter`."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
