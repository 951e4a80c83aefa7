"""How a process gives up, for good, what an answer does not need.

Everything here is a system call made through ctypes, because the file is
shipped into the sandbox beside an interpreter and numpy and nothing else.
Order matters: namespaces and mounts first, while the process still may make
them; then limits, capabilities, landlock; the system call filter last.

A call that the filter refuses fails with an error. It does not kill, so that
a submission which tries one loses that exercise and not the others.
"""

import contextlib
import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from collections.abc import Iterable
from functools import cache

_libc = ctypes.CDLL(None, use_errno=True)
_python = ctypes.PyDLL(None, use_errno=True)  # keeps the interpreter's lock

_NEWNS, _NEWUTS, _NEWIPC = 0x00020000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = (
    1,
    4,
    22,
    38,
)

SCRATCH_MB = 16
SCRATCH_INODES = 1000

# System calls no answer needs: name, number on x86-64, number on aarch64.
_REFUSED = """
accept 43 202, accept4 288 242, acct 163 89, add_key 248 217, adjtimex 159
171, bind 49 200, bpf 321 280, chroot 161 51, clock_adjtime 305 266,
clock_settime 227 112, clone 56 220, connect 42 203, delete_module 176 106,
execve 59 221, execveat 322 281, fanotify_init 300 262, fanotify_mark 301 263,
finit_module 313 273, fork 57 -, init_module 175 105, inotify_init 253 -,
inotify_init1 294 26, io_setup 206 0, ioperm 173 -, iopl 172 -, ioprio_set 251
30, kcmp 312 272, kexec_file_load 320 294, kexec_load 246 104, keyctl 250 219,
kill 62 129, listen 50 201, lookup_dcookie 212 18, mbind 237 235, memfd_create
319 279, migrate_pages 256 238, mknod 133 -, mknodat 259 33, mlock 149 228,
mlockall 151 230, modify_ldt 154 -, mount 165 40, move_pages 279 239, mq_open
240 180, mq_unlink 241 181, msgctl 71 187, msgget 68 186, msgrcv 70 188,
msgsnd 69 189, name_to_handle_at 303 264, open_by_handle_at 304 265,
perf_event_open 298 241, personality 135 92, pivot_root 155 41, prctl 157 167,
prlimit64 302 261, process_vm_readv 310 270, process_vm_writev 311 271, ptrace
101 117, quotactl 179 60, reboot 169 142, recvmmsg 299 243, recvmsg 47 212,
remap_file_pages 216 234, request_key 249 218, rt_sigqueueinfo 129 138,
rt_tgsigqueueinfo 297 240, sched_setaffinity 203 122, sched_setattr 314 274,
sched_setparam 142 118, sched_setscheduler 144 119, seccomp 317 277, semctl 66
191, semget 64 190, semop 65 193, semtimedop 220 192, sendmmsg 307 269,
sendmsg 46 211, set_mempolicy 238 237, setdomainname 171 162, sethostname 170
161, setns 308 268, setpgid 109 154, setpriority 141 140, setrlimit 160 164,
setsid 112 157, settimeofday 164 170, shmat 30 196, shmctl 31 195, shmget 29
194, socket 41 198, socketpair 53 199, splice 275 76, swapoff 168 225, swapon
167 224, sync 162 81, syncfs 306 267, syslog 103 116, tee 276 77, tgkill 234
131, timer_create 222 107, tkill 200 130, umount2 166 39, unshare 272 97,
uselib 134 -, userfaultfd 323 282, vfork 58 -, vhangup 153 58, vmsplice 278 75
"""
# From 424 on the numbers are the same everywhere; libraries fall back to an
# older call when they hear ENOSYS. These two of them are harmless.
_FIRST_NEW, _HARMLESS_NEW = 424, (436, 439)  # close_range, faccessat2
# The words of the filter: what it does, and what it may answer.
_LOAD, _EQUAL, _AT_LEAST, _GIVE = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM
_CLONE = {"x86_64": 56, "aarch64": 220}
_ARCH = {"x86_64": (0xC000003E, 1), "aarch64": (0xC00000B7, 2)}

# Landlock: numbers are the same on both machines.
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_ACCESS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_READ_FILE, _READ_DIR, _EXECUTE, _WRITE_FILE = 1 << 2, 1 << 3, 1, 1 << 1


def _check(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _mount(kind: str, target: str, flags: int, options: str) -> None:
    _check(
        _libc.mount(
            kind.encode(), target.encode(), kind.encode(),
            ctypes.c_ulong(flags), options.encode(),
        ),
        f"mount {target}",
    )  # fmt: skip


def become_nobody() -> None:
    """Drop root for a user id that owns nothing; a normal user stays.

    Root stays root where nobody could not read Python itself (it lies under
    /root and there is no mount namespace); the filter then forbids the more.
    """
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # one id in a user namespace
            os.setgroups([])
            os.seteuid(65534)
            readable = os.access(
                os.path.dirname(os.__file__), os.R_OK, effective_ids=True
            )
            os.seteuid(0)
            if readable:
                os.setresgid(65534, 65534, 65534)
                os.setresuid(65534, 65534, 65534)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def die_with_parent() -> None:
    """Be killed when the server is; the filter keeps it so."""
    _check(_libc.prctl(_PR_SET_PDEATHSIG, 9, 0, 0, 0), "pdeathsig")


def fork_apart() -> int:
    """Fork into fresh namespaces of every kind; like `os.fork` otherwise.

    One system call where unshare would need a second fork: the child is
    process 1 of its own namespace from its first instruction on.
    """
    flags = _NEWUSER | _NEWPID | _NEWNS | _NEWIPC | _NEWNET | _NEWUTS
    number = _CLONE[platform.machine()]
    _python.PyOS_BeforeFork()
    child = int(
        _python.syscall(
            number, ctypes.c_ulong(flags | signal.SIGCHLD), 0, 0, 0, 0
        )
    )
    reason = ctypes.get_errno()
    if child == 0:
        _python.PyOS_AfterFork_Child()
    else:
        _python.PyOS_AfterFork_Parent()
    if child < 0:
        raise OSError(reason, f"clone: {os.strerror(reason)}")
    return child


def map_ids(uid: int, gid: int) -> None:
    """Keep the user and group id in the new user namespace."""
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # else its uid_map is root's
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{uid} {uid} 1"),
        ("gid_map", f"{gid} {gid} 1"),
    ):
        file = os.open(f"/proc/self/{name}", os.O_WRONLY)
        os.write(file, text.encode())
        os.close(file)


def new_mounts() -> None:
    """Give the process an empty /proc and a small scratch folder."""
    safe = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC
    size = f"size={SCRATCH_MB}m,nr_inodes={SCRATCH_INODES},mode=700"
    _mount("tmpfs", "/tmp", safe, size)
    _mount("tmpfs", "/proc", safe | _MS_RDONLY, "size=4k,mode=555")
    os.chdir("/tmp")


def delay(process: int) -> float:
    """Return for how many seconds a process has waited for a processor.

    A machine that is busy with others must not cost an answer its time.
    """
    try:
        with open(f"/proc/{process}/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):  # it is gone, or not counted
        return 0.0


def address_space() -> int:
    """Return the bytes that Python and numpy hold already."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()


def set_limits(held: int, memory_mb: int, seconds: int) -> None:
    """Cap memory, processor time, files and core dumps, without return."""
    limits = {
        resource.RLIMIT_AS: held + memory_mb * 2**20,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: SCRATCH_MB * 2**20,
        resource.RLIMIT_NOFILE: 64,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for name, value in limits.items():
        _, hard = resource.getrlimit(name)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(name, (value, value))


def drop_capabilities() -> None:
    """Give up every right that a new user namespace brought."""
    header = struct.pack("<Ii", 0x20080522, 0)
    _check(_libc.capset(header, bytes(24)), "capset")


def readable_paths() -> list[str]:
    """Return what Python itself needs to read, and nothing of any package."""
    import numpy

    stdlib = os.path.dirname(os.path.realpath(os.__file__))
    paths = [
        os.path.join(stdlib, name)
        for name in os.listdir(stdlib)
        if name not in ("site-packages", "dist-packages")
    ]
    package = os.path.dirname(os.path.realpath(numpy.__file__))
    paths += [package, package + ".libs"]
    triple = f"{platform.machine()}-linux-gnu"
    for root in ("/lib", "/usr/lib"):
        paths += [f"{root}/{triple}", root + "64"]
    return [*paths, "/dev/urandom", "/etc/ld.so.cache"]


def landlock_rules(readable: Iterable[str], writable: Iterable[str]) -> int:
    """Return the descriptor of a set of rules, or -1 where there is none."""
    abi = _libc.syscall(
        _LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint(1)
    )
    if abi < 1:
        return -1
    every = (1 << _ACCESS_BY_ABI.get(abi, 16)) - 1
    network = 3 if abi >= 4 else 0
    scoped = 3 if abi >= 6 else 0
    size = 8 if abi < 4 else 16 if abi < 6 else 24
    wanted = struct.pack("<QQQ", every, network, scoped)[:size]
    rules = _check(
        _libc.syscall(
            _LANDLOCK_CREATE, wanted, ctypes.c_size_t(size), ctypes.c_uint(0)
        ),
        "landlock",
    )
    read = _READ_FILE | _READ_DIR
    for paths, rights in ((readable, read), (writable, every & ~_EXECUTE)):
        for path in paths:
            try:
                place = os.open(path, os.O_PATH | os.O_CLOEXEC)
            except OSError:
                continue
            folder = os.path.isdir(path)
            allowed = rights if folder else rights & (_READ_FILE | _WRITE_FILE)
            rule = struct.pack("<Qi", allowed, place)
            _libc.syscall(
                _LANDLOCK_ADD, rules, ctypes.c_int(1), rule, ctypes.c_uint(0)
            )
            os.close(place)
    return rules


def no_new_privileges() -> None:
    """Promise the kernel never to gain a right again."""
    _check(_libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs")


def restrict_files(rules: int) -> None:
    """Apply the rules of `landlock_rules` to this process."""
    _check(
        _libc.syscall(_LANDLOCK_RESTRICT, rules, ctypes.c_uint(0)), "landlock"
    )
    os.close(rules)


@cache
def filter_program(machine: str = "") -> bytes:
    """Return the system call filter as a program for the kernel."""
    machine = machine or platform.machine()
    arch, column = _ARCH[machine]
    refused = [
        int(words[column])
        for words in (line.split() for line in _REFUSED.split(","))
        if words[column] != "-"
    ]
    absent, kill = 0x00050000 | errno.ENOSYS, 0x80000000
    code = [
        (_LOAD, 0, 0, 4),  # the architecture word
        (_EQUAL, 1, 0, arch),
        (_GIVE, 0, 0, kill),
        (_LOAD, 0, 0, 0),  # the number of the call
    ]
    for number in _HARMLESS_NEW:
        code += [(_EQUAL, 0, 1, number), (_GIVE, 0, 0, _ALLOW)]
    code += [(_AT_LEAST, 0, 1, _FIRST_NEW), (_GIVE, 0, 0, absent)]
    code += _refusing(sorted(refused))
    return b"".join(struct.pack("<HBBI", *line) for line in code)


def _refusing(numbers: list[int]) -> list[tuple[int, int, int, int]]:
    """Return lines that refuse these calls, by halving: the kernel runs
    through them for every call there is whenever a child starts."""
    if len(numbers) < 4:
        last = len(numbers)
        found = [(_EQUAL, last - i, 0, n) for i, n in enumerate(numbers)]
        return [*found, (_GIVE, 0, 0, _ALLOW), (_GIVE, 0, 0, _REFUSE)]
    half = len(numbers) // 2
    low, high = _refusing(numbers[:half]), _refusing(numbers[half:])
    return [(_AT_LEAST, len(low), 0, numbers[half]), *low, *high]


def filter_calls() -> None:
    """Refuse, from now on, every system call an answer does not need."""
    program = filter_program()
    buffer = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(buffer))
    _check(_libc.prctl(_PR_SET_SECCOMP, 2, head, 0, 0), "seccomp")


def filter_known() -> bool:
    """Say whether there is a filter for this machine."""
    return sys.platform == "linux" and platform.machine() in _ARCH
