"""What runs the gradings of a class: worker processes here, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from autograder.submission.files import FileSet


@dataclass(frozen=True)
class Task:
    """One submission to grade: which, how to read its files, and which of its questions (all if None).

    Where workers grade more than one exercise, `bundle` is the digest and the bytes of this one's, and
    `seconds` how long it may take.
    """

    id: str
    read: Callable[[], FileSet] = field(compare=False)
    questions: tuple[str, ...] | None = None
    bundle: tuple[str, bytes] | None = field(default=None, compare=False)
    seconds: float | None = None


@dataclass(frozen=True)
class Done:
    """What came of a task.

    `record` is the record of its grade (`autograder.checks.record`), None where there is no grade:
    `problem` then says why, and `unreadable` whether the submission is to blame. `attempts` counts the
    workers that tried.
    """

    id: str
    record: Mapping[str, Any] | None
    digest: str = ""
    problem: str = ""
    unreadable: bool = False
    attempts: int = 1


class Engine(Protocol):
    """Runs tasks, in whatever order suits it; the results of each are the same in any engine."""

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """The result of each task as soon as it is there.

        Raises:
            UsageError: this machine or cluster cannot run such tasks at all.
            InternalError: the engine itself cannot go on.
        """
        ...
