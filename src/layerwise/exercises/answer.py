"""What one call of a learner's function gave, and who makes such calls.

The examiner never calls a learner's function itself. It asks a `Caller`:
in a notebook that is a guarded call in the same process, in the grader a
message to a sandboxed one. Both give the same `Answer`, so both are judged
alike.
"""

from dataclasses import dataclass
from typing import Any, Protocol

STATUSES = (
    "returned",
    "raised",
    "not attempted",
    "missing",
    "timeout",
    "memory",
    "output",
    "crash",
    "not plain",
    "forbidden",
)
ANSWERED = ("returned", "raised", "not plain")  # there is more to ask


@dataclass(frozen=True)
class Answer:
    """What one call gave.

    Attributes
    ----------
    status : str
        One of `STATUSES`. A stub that raises `NotImplementedError` is
        "not attempted".
    value : object
        Plain data (see `plain`) when `status` is "returned".
    error : str
        In Python's words, "ValueError: ...", or what was forbidden.
    line : str
        The learner's own line where it happened.
    shapes : str
        The arguments at that moment, "dA (3, 5), cache (3, 5)".
    arguments : tuple
        The arguments as they stand after the call, to see mutation.
    seconds : float
        How long the call took.
    """

    status: str
    value: Any = None
    error: str = ""
    line: str = ""
    shapes: str = ""
    arguments: tuple[Any, ...] = ()
    seconds: float = 0.0


class Caller(Protocol):
    """Calls the learner's function `name` with fresh copies of `args`.

    `probe` is Python source that defines `probe(learner, *args)`; it runs
    beside the learner's names and returns plain data.

    Where a call is a message to another process, a caller may also have
    ``together(name, calls, *, probe)``: it makes several calls at once and
    returns their answers, up to the first that is not in `ANSWERED`.
    """

    def __call__(
        self, name: str, args: tuple[Any, ...], *, probe: str | None = None
    ) -> Answer: ...
