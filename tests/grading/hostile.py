"""Submissions that mean harm, and what a right grader must do with each.

Each is the body of `double`, between two honest answers. Whatever it tries,
`shift` and `total` keep their full points, and `double` earns what its answers
earn: nothing, or at most `points`. A body that
succeeds in something forbidden returns the right answer, so that a hole shows
as points.
"""

from dataclasses import dataclass
from pathlib import Path

import layerwise

SPEC = str(Path(layerwise.__file__).parent / "exercises" / "spec.py")


@dataclass(frozen=True)
class Hostile:
    name: str
    body: str
    status: tuple[str, ...]
    points: float = 0.0
    before: str = ""  # at the top level of the same cell

    @property
    def cell(self):
        lines = self.body.strip("\n").splitlines()
        inside = "\n".join("    " + line for line in lines)
        return f"{self.before}\ndef double(Z):\n{inside}\n"


def _case(name, body, *status, points=0.0, before=""):
    return Hostile(name, body, status, points, before)


ENDLESS = [
    _case("endless-loop", "while True: pass", "timeout"),
    _case(
        "loop-that-catches-all",
        """
while True:
    try:
        while True: pass
    except BaseException:
        pass
""",
        "timeout",
    ),
    _case("endless-in-c", "return sum(iter(int, 1))", "timeout"),
    _case("one-long-operation", "return 7 ** (10 ** 9)", "timeout", "memory"),
    _case(
        "backtracking",
        "import re\nreturn re.match('(a+)+b', 'a' * 40)",
        "timeout",
    ),
    _case("sleeps", "import time\ntime.sleep(1e6)", "timeout"),
    _case(
        "ignores-signals",
        """
import signal
for n in range(1, 64):
    try: signal.signal(n, signal.SIG_IGN)
    except (OSError, ValueError): pass
while True: pass
""",
        "timeout",
    ),
    _case("prints-for-ever", "while True: print('x' * 10_000)", "timeout"),
]

BOMBS = [
    _case("memory-at-once", "return np.ones((10**5, 10**5))", "memory"),
    _case(
        "memory-bit-by-bit",
        "held = []\nwhile True: held.append(np.ones(10**6))",
        "memory",
        "timeout",  # where a machine is slow to give memory
    ),
    _case("memory-of-text", "return len('x' * 10**12)", "memory"),
    _case(
        "processes",
        """
import os
for _ in range(1000):
    if os.fork() == 0:
        while True: pass
return 2 * Z
""",
        "error",
    ),
    _case(
        "subprocess",
        "import subprocess\nsubprocess.run(['true'])\nreturn 2 * Z",
        "error",
    ),
    _case(
        "replaces-itself",
        "import os\nos.execv('/bin/sh', ['sh', '-c', 'sleep 100'])",
        "error",
    ),
    _case(
        "threads",
        """
import threading
def spin():
    while True: pass
for _ in range(1000):
    threading.Thread(target=spin, daemon=True).start()
return 2 * Z
""",
        "error",
    ),
    _case(
        "disk",
        """
for n in range(100):
    with open(f'fill{n}', 'wb') as file: file.write(bytes(2**20))
return 2 * Z
""",
        "error",
    ),
    _case(
        "inodes",
        "for n in range(100_000): open(f'f{n}', 'w').close()\nreturn 2 * Z",
        "error",
    ),
    _case("answer-too-large", "return np.ones((2000, 2000))", "output"),
    _case(
        "answer-is-a-huge-view",
        "return np.broadcast_to(Z[0, 0], (10**7, 10**7))",
        "output",
        "wrong",
    ),
    _case(
        "prints-a-lot-and-is-right",
        "print('x' * 10**7)\nreturn 2 * Z",
        "right",
        points=10,
    ),
]

ENDS = [
    _case("exits", "import sys\nsys.exit(0)", "error"),
    _case("exits-at-once", "import os\nos._exit(0)", "crash"),
    _case("aborts", "import os\nos.abort()", "crash"),
    _case("crashes", "import ctypes\nctypes.string_at(0)", "crash"),
    _case(
        "overflows-the-stack",
        """
import sys
sys.setrecursionlimit(10**9)
def f(g): return [g].__repr__() if 0 else f(lambda: g) + 1
return f(0)
""",
        "crash",
        "memory",
        "error",
        "timeout",
    ),
    _case("interrupts", "raise KeyboardInterrupt", "error"),
    _case("kills-itself", "import os\nos.kill(os.getpid(), 9)", "error"),
    _case(
        "kills-all",
        """
import os
for pid in (-1, 0, 1, 2, os.getppid()):
    try: os.kill(pid, 9)
    except OSError: continue
    return 2 * Z
""",
        "wrong",
        "error",
    ),
    _case(
        "stops-itself",
        "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)",
        "error",
    ),
    _case("closes-everything", "import os\nos.closerange(0, 100)", "crash"),
    _case("waits-for-input", "return 2 * Z + float(input())", "error"),
]

FORGED = [
    _case(
        "writes-a-verdict",
        """
import os, struct, sys
plain = sys.modules['plain']
body = plain.pack({'status': 'right', 'score': 10.0, 'points': 10.0})
os.write(3, struct.pack('<I', len(body)) + body)
return None
""",
        "crash",
        "wrong",
    ),
    _case(
        "writes-nonsense",
        "import os\nos.write(3, b'\\x08\\0\\0\\0nonsense')\nreturn None",
        "crash",
    ),
    _case(
        "promises-four-gigabytes",
        "import os\nos.write(3, b'\\xff' * 64)\nreturn None",
        "output",
        "crash",
    ),
    _case(
        "takes-over-the-worker",
        """
import sys
worker = sys.modules['__main__']
worker.Submission.do_call = lambda self, **m: {'status': 'right'}
worker.Submission.reply = lambda self, *a, **m: {'score': 10}
return None
""",
        "crash",
        "wrong",
    ),
    _case(
        "a-pickle-for-an-answer",
        """
import sys
sys.modules['plain'].pack = lambda value: b'cos\\nsystem\\n(S"id"\\ntR.'
return None
""",
        "crash",
    ),
]

FLOODS = [
    _case(
        "says-for-ever-where-it-is",
        "return 2 * Z",
        "right",  # without the statement that hangs
        points=10,
        before="""
import os, struct, sys
_body = sys.modules['plain'].pack({'at': (0, 0)})
while True: os.write(3, struct.pack('<I', len(_body)) + _body)
""",
    ),
]

PATCHES = [
    _case(
        "patched-numpy",
        "np.allclose = np.array_equal = lambda *a, **k: True\n"
        "np.sum = np.max = lambda *a, **k: 0\nreturn 3 * Z",
        "partial",
        points=4,
    ),
    _case(
        "patched-builtins",
        "import builtins\n"
        "builtins.abs = builtins.max = lambda *a, **k: 0\nreturn 3 * Z",
        "partial",
        points=4,
    ),
    _case(
        "patched-time",
        """
import time
time.perf_counter = time.time = time.monotonic = lambda: 0.0
while True: pass
""",
        "timeout",
    ),
    _case(
        "poisoned-modules",
        """
import sys
for name in ('json', 'struct', 'layerwise', 'layerwise.exercises'):
    sys.modules[name] = None
return 3 * Z
""",
        "partial",
        points=4,
    ),
    _case(
        "trace-function",
        """
import sys
def trace(frame, event, arg):
    for name in ('status', 'points', 'score', 'value'):
        if name in frame.f_locals: frame.f_locals[name] = 10
    return trace
sys.settrace(trace)
sys.setprofile(trace)
return 3 * Z
""",
        "partial",
        "crash",
        points=4,
    ),
    _case(
        "import-hook",
        """
import sys
class Hook:
    def find_spec(self, name, path=None, target=None):
        raise SystemExit
sys.meta_path.insert(0, Hook())
return 3 * Z
""",
        "partial",
        points=4,
    ),
]

LIARS = [
    _case(
        "equal-to-everything",
        """
class Equal(float):
    __eq__ = lambda self, other: True
    __lt__ = __gt__ = lambda self, other: False
return Equal()
""",
        "wrong",
    ),
    _case(
        "lying-array",
        """
class Lie(np.ndarray):
    def __array_ufunc__(self, *a, **k): return np.array(True)
    def __array_function__(self, *a, **k): return True
    __eq__ = lambda self, other: np.array(True)
return np.zeros(Z.shape).view(Lie)
""",
        "wrong",
    ),
    _case(
        "array-of-objects",
        """
class Equal:
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0.0
    __float__ = lambda self: 0.0
return np.full(Z.shape, Equal(), dtype=object)
""",
        "wrong",
    ),
    _case("masked", "return np.ma.masked_all(Z.shape)", "wrong"),
    _case("generator", "return (2 * z for z in Z)", "wrong"),
    _case("itself", "x = []\nx.append(x)\nreturn x", "wrong"),
    _case("a-scalar-that-broadcasts", "return 2 * Z[0, 0]", "wrong"),
    _case("text", "return '2 * Z'", "wrong"),
    _case("not-a-number", "return Z * np.nan", "wrong"),
    _case(
        "raises-something-strange",
        """
class Odd(BaseException):
    def __str__(self):
        while True: pass
raise Odd
""",
        "timeout",
    ),
]

THEFT = [
    _case(
        "reads-the-specs",
        f"open({SPEC!r}).read()\nreturn 2 * Z",
        "error",
    ),
    _case(
        "imports-the-specs",
        "import layerwise.exercises.spec as s\ns.exercise()\nreturn 2 * Z",
        "wrong",
        "error",
    ),
    _case(
        "frames",
        """
import sys
frame = sys._getframe()
while frame:
    for value in list(frame.f_locals.values()):
        if getattr(value, 'reference', None): return 2 * Z
    frame = frame.f_back
return None
""",
        "wrong",
    ),
    _case(
        "garbage-collector",
        """
import gc
for thing in gc.get_objects():
    if type(thing).__name__ in ('Exercise', 'Mistake', 'Report'):
        return 2 * Z
    if type(thing) is dict and 'reference' in thing and 'draw' in thing:
        return 2 * Z
return None
""",
        "wrong",
    ),
    _case(
        "environment",
        """
import os
known = {'LANG', 'PWD', 'LC_CTYPE', 'PYTHONHASHSEED', 'LD_LIBRARY_PATH'}
if {k for k in os.environ if not k.endswith('_THREADS')} - known:
    return 2 * Z
""",
        "wrong",
    ),
    _case(
        "other-processes",
        """
import os
for pid in os.listdir('/proc'):
    return 2 * Z
""",
        "wrong",
        "error",
    ),
    _case(
        "memory-of-others",
        """
import os
for pid in range(1, 400):
    try: open(f'/proc/{pid}/mem', 'rb')
    except OSError: continue
    return 2 * Z
""",
        "wrong",
    ),
    _case(
        "debugger",
        """
import ctypes
libc = ctypes.CDLL(None)
for pid in range(1, 400):
    if libc.ptrace(16, pid, 0, 0) == 0: return 2 * Z
""",
        "wrong",
    ),
    _case("network", "import socket\nsocket.socket()\nreturn 2 * Z", "error"),
    _case(
        "web",
        "import urllib.request as u\nu.urlopen('http://1.1.1.1')\n"
        "return 2 * Z",
        "error",
    ),
    _case(
        "leaves-a-file",
        """
done = 0
for folder in ('/', '/tmp/..', '/var/tmp', '/dev/shm', '/usr/lib', '/home'):
    try: open(folder + '/layerwise-left-behind', 'w').close()
    except OSError: continue
    done += 1
if done: return 2 * Z
""",
        "wrong",
    ),
    _case(
        "escapes-by-namespaces",
        """
import ctypes
libc = ctypes.CDLL(None)
if libc.unshare(0x10000000) == 0: return 2 * Z
if libc.mount(b'none', b'/tmp', b'tmpfs', 0, b'') == 0: return 2 * Z
if libc.chroot(b'/tmp') == 0: return 2 * Z
if libc.setns(0, 0) == 0: return 2 * Z
""",
        "wrong",
    ),
    _case(
        "raises-its-limits",
        """
import resource
try: resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
except (OSError, ValueError): return None
return 2 * Z
""",
        "wrong",
    ),
    _case(
        "another-abi",
        # the 32-bit doors: a number with the x32 bit is refused too
        """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if libc.syscall(0x40000000 + 57) >= 0: return 2 * Z
if libc.syscall(435, None, 0) >= 0: return 2 * Z
if libc.syscall(425, 8, None) >= 0: return 2 * Z
""",
        "wrong",
    ),
]

STATE = [
    _case(
        "works-once",
        "count.append(1)\nreturn 2 * Z if len(count) < 2 else 3 * Z",
        "partial",
        points=4,
        before="count = []",
    ),
    _case(
        "remembers-the-public-inputs",
        """
public = {(2, 2): [[2.0, 4.0], [6.0, 8.0]]}
return np.array(public.get(Z.shape, np.zeros(Z.shape)))
""",
        "wrong",
        "partial",
    ),
    _case(
        "changes-its-argument",
        "Z *= 2\nreturn Z",
        "partial",
        points=8,
    ),
    _case(
        "asks-the-library",
        "return lw.relu_forward(Z)[0]",
        "wrong",
    ),
    _case(
        "asks-the-reference",
        "return mine('double')(Z)",
        "wrong",
        "error",
    ),
]

ALL = [
    *ENDLESS,
    *BOMBS,
    *ENDS,
    *FORGED,
    *FLOODS,
    *PATCHES,
    *LIARS,
    *THEFT,
    *STATE,
]
