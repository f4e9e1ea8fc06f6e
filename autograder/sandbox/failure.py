"""How a job in the sandbox can end badly, each way with its own name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal[
    "error",  # the code raised an exception
    "refused",  # the code did something a task does not allow, and the message says what
    "time",
    "memory",
    "output",
    "processes",  # the code tried to start processes, or too many threads
    "killed",  # the process died: a signal, os._exit, a crash of the interpreter
    "protocol",  # what came back was not an answer to the question
    "internal",  # our own failure
]


@dataclass(frozen=True)
class Failure:
    """Why a job failed; `where` is the place in the student's own code (`cell 5, line 3`)."""

    kind: FailureKind
    message: str
    where: str | None = None
    line: str | None = None
    output: str = ""

    @property
    def is_ours(self) -> bool:
        """Whether the student is not at fault."""
        return self.kind == "internal"


class JobFailed(Exception):
    """A job ended badly; carries the failure."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure
