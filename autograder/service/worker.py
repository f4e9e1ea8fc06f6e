"""A worker: claims gradings, has processes do them, keeps their leases, gives the results."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from typing import Final

from autograder.grading.devices import Device
from autograder.grading.grade import Options
from autograder.service import grader
from autograder.service.claims import Claims, Say
from autograder.service.cluster import ClusterGraders
from autograder.service.database import Database
from autograder.service.graders import Graders, LocalGraders
from autograder.service.leases import Leases
from autograder.service.queue import Queue

_MOST: Final = 1024


def worker_name() -> str:
    """A name that tells people where a worker runs."""
    return f"{socket.gethostname()}-{os.getpid()}"


def quiet(line: str) -> None:
    """Where nobody listens."""


class Worker:
    """Grades what waits in a database, `jobs` submissions at a time, until it is told to stop.

    It does so here, one at a time where `jobs` does not say, or on a Ray cluster, whose address
    `cluster` is, as many as it has room for. `module` is the program of the processes that grade.
    """

    def __init__(
        self,
        database: Database,
        *,
        name: str = "",
        device: Device = "auto",
        confined: bool = True,
        queue: Queue | None = None,
        jobs: int | None = None,
        cluster: str | None = None,
        module: str = grader.__name__,
    ) -> None:
        self.name = name or worker_name()
        self.queue = queue or Queue(database)
        self.options = Options(device=device, confined=confined).settled()
        self.jobs = jobs
        self.cluster = cluster
        self.module = module

    def run(self, stop: threading.Event, say: Say = quiet, *, until_idle: bool = False) -> None:
        """Work until `stop`, or until nothing waits; a database that does not answer is waited for.

        What is in hand then is given back, as if it had never been claimed.

        Raises:
            UsageError: this is not the program that the service runs, or the cluster cannot do it.
            InternalError: no grading process can be started.
        """
        with Leases(self.queue) as leases:
            claims = Claims(self.queue, self.name, leases, stop, say)
            with contextlib.closing(claims), contextlib.closing(self._graders(claims)) as graders:
                graders.serve(until_idle=until_idle)

    def _graders(self, claims: Claims) -> Graders:
        """The processes that do what is claimed."""
        if self.cluster is None:
            return LocalGraders(claims, self.options, self.jobs or 1, self.module)
        return ClusterGraders(claims, self.options, self.jobs or _MOST, self.module, self.cluster)
