"""The processes of a worker on the nodes of a Ray cluster: the worker claims and delivers, they grade.

A node needs no way to the database: the program travels there once, the bundle of an exercise the
first time that a process grades it, a submission as bytes.
"""

from __future__ import annotations

from dataclasses import asdict

from autograder.errors import InternalError
from autograder.exercise.model import Exercise
from autograder.grading.batch.cluster.cargo import data_sets, make_program
from autograder.grading.batch.cluster.crew import GPU_SHARE, Bridge, order
from autograder.grading.batch.crew import PARTIAL
from autograder.grading.grade import Options
from autograder.service.claims import Claims, Unfit
from autograder.service.database import UNANSWERED, reason
from autograder.service.graders import NO_LIMIT, Graders


class ClusterGraders(Graders):
    """As many processes as the cluster has room for, `jobs` at most; they come and go as nodes do.

    `address` is the cluster's (HOST:PORT of its head, or `auto`); without one, a cluster of this
    machine alone is started.

    Raises:
        UsageError: Ray is not installed, or the cluster cannot be joined.
        InternalError: the database does not answer.
    """

    def __init__(
        self, claims: Claims, options: Options, jobs: int, module: str, address: str
    ) -> None:
        super().__init__(claims, most=0)
        self.data = _data_in_use(claims)
        start = {"options": asdict(options), PARTIAL: False}
        gpus = GPU_SHARE if options.device == "cuda" else 0.0
        wanted = order(make_program(self.data), module, start, jobs=jobs, gpus=gpus)
        self.bridge = Bridge(wanted, address, NO_LIMIT, claims.say)
        self.watch(self.bridge.control, lambda: self.bridge.staff(self))
        claims.room = lambda: sum(worker.is_ready for worker in self.workers)
        claims.fits = self._fits

    def close(self) -> None:
        """End every process, and the cluster if it is ours."""
        super().close()
        self.bridge.close()

    def _fits(self, exercise: Exercise) -> None:
        """See that the data an exercise asks for has travelled.

        Raises:
            Unfit: it was published later.
        """
        if missing := data_sets(exercise) - self.data:
            raise Unfit(f"the data set {min(missing)} is new; start this worker again")


def _data_in_use(claims: Claims) -> set[str]:
    try:
        with claims.queue.database.read() as session:
            versions = claims.exercises.all_newest(session)
            used = [data_sets(claims.exercises.open(session, version)) for version in versions]
    except UNANSWERED as error:
        raise InternalError(f"the database does not answer: {reason(error)}") from None
    return set[str]().union(*used)
