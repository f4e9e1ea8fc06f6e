"""Grades a class on a Ray cluster: the grader's side, which knows nothing of Ray.

The processes that grade are those of the local engine, on other machines; so are the rules: one
submission at a time in each, a crash of ours is tried again at most twice, a student's never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any

from autograder.errors import InternalError
from autograder.exercise.model import Exercise
from autograder.grading.batch.cluster.cargo import make_cargo
from autograder.grading.batch.cluster.crew import GPU_SHARE, Bridge, ClusterCrew, ClusterLost, order
from autograder.grading.batch.crew import MODULE
from autograder.grading.batch.engine import Done, Task
from autograder.grading.grade import Options


class RayEngine:
    """Runs tasks in processes on the nodes of a cluster: one for each core, `jobs` and `most` at most.

    `address` is the cluster's (HOST:PORT of its head, or `auto`); without one, a cluster of this
    machine alone is started and ended. A process takes `gpu_share` of a GPU where the device is one.
    `note` is told what staff should know.
    """

    def __init__(
        self,
        exercise: Exercise,
        options: Options,
        jobs: int | None = None,
        *,
        most: int = 1024,
        address: str = "",
        memo: bool = True,
        gpu_share: float = GPU_SHARE,
        module: str = MODULE,
        note: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.exercise = exercise
        self.options = options.settled()
        self.jobs = min(jobs or most, most)
        self.address = address
        self.memo = memo
        self.gpu_share = gpu_share
        self.module = module
        self.note = note

    def run(self, tasks: Iterable[Task]) -> Iterator[Done]:
        """The result of each task as soon as it is there.

        Raises:
            UsageError: Ray is not installed, the cluster cannot be joined, or no node can do it.
            InternalError: the cluster is lost.
        """
        seconds = self.options.seconds or self.exercise.policy.seconds
        bridge = Bridge(self._order(), self.address, seconds, self.note)
        crew = ClusterCrew(iter(tasks), bridge)
        try:
            yield from crew.run()
        except ClusterLost as lost:
            kept = "what is graded is kept, and --resume goes on with the rest"
            raise InternalError(f"{lost}; {kept}") from None
        finally:
            crew.close()
            bridge.close()

    def _order(self) -> dict[str, Any]:
        start = {
            "exercise": f"exercises/{self.exercise.id}",
            "options": asdict(self.options),
            "memo": self.memo,
        }
        gpus = self.gpu_share if self.options.device == "cuda" else 0.0
        return order(make_cargo(self.exercise), self.module, start, jobs=self.jobs, gpus=gpus)
