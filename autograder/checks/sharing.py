"""One process for the exact checks of a submission, one after another.

It saves forks and readings of the same code. From the second question on only what is right there counts
(`code.with_student`), so that a question's code cannot cost another question anything; and a process in
which something is not as it was at first is not used again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from autograder.sandbox.failure import JobFailed
from autograder.sandbox.job import Job
from autograder.sandbox.limits import Limits

SHARING: Final = "autograder.learning.probes.sharing"
_SECONDS: Final = 10.0


class SharedJob:
    """Starts the process when it is first needed, and anew when it can be used no more."""

    def __init__(self, start: Callable[[Limits], Job]) -> None:
        self._start = start
        self._job: Job | None = None
        self._memory = 0
        self.is_new = True  # whether the process at hand is for its first question

    def next(self, limits: Limits) -> Job:
        """The process, as if it were new, with time for one question.

        Raises:
            JobFailed: a new one failed.
        """
        self.is_new = (
            self._job is None or self._memory != limits.memory or not _can_go_on(self._job)
        )
        if self._job is None or self.is_new:
            self.close()
            self._memory = limits.memory  # the job's own may be less, where the machine has less
            self._job = self._start(limits)
            self._job.call(f"{SHARING}:begin")
        self._job.allow(min(limits.seconds, _SECONDS))
        return self._job

    def close(self) -> None:
        """End the process."""
        if self._job is not None:
            self._job.close()
            self._job = None


def _can_go_on(job: Job) -> bool:
    """Whether the code so far has left the process alive and as it was."""
    if job.has_ended:
        return False
    job.allow(_SECONDS)
    try:
        return job.call(f"{SHARING}:start_over") is True
    except JobFailed:
        return False
