"""A fork server that belongs to another process of the grader's: many processes, one torch."""

from __future__ import annotations

import socket
from typing import Final

from autograder.errors import InternalError
from autograder.sandbox.control import Line
from autograder.sandbox.source import CONTROL_SECONDS, READY_SECONDS, JobSource
from autograder.sandbox.terms import Terms

JOIN: Final = "join"


class SharedServer(JobSource):
    """Asks a fork server of another process for jobs, over one end of `ForkServer.share()`.

    `descriptor` is that end's number in this process, which now belongs to this object. The server is
    started at its owner's when a job is first asked for, here or elsewhere; whether its layers hold was
    found out there. Closing this ends the jobs that were made here, as does the end of this process;
    the owner's end, or the server's, is an InternalError here, and `is_gone` from then on.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        end = socket.socket(fileno=descriptor)
        end.set_inheritable(False)
        self._line = Line(end, READY_SECONDS)
        self._joining = False
        self._terms: Terms | None = None

    @property
    def terms(self) -> Terms:
        """What all jobs have in common; known when the source is ready."""
        if self._terms is None:
            self.ready()
        assert self._terms is not None
        return self._terms

    @property
    def is_gone(self) -> bool:
        """Whether the server, or its owner, ended. The owner's next `share` leads to another server."""
        return self._line is not None and self._line.is_broken

    def start(self) -> None:
        """Let the owner start its server, if it has not yet; harmless to repeat.

        Raises:
            InternalError: this is closed, or the owner is gone.
        """
        with self._lock:
            if self._closed or self._line is None:
                raise InternalError("the sandbox is closed")
            if not self._joining:
                self._joining = True
                self._line.tell({"do": JOIN})

    def _wait(self) -> None:
        assert self._line is not None
        greeting = self._line.hear()
        if "problem" in greeting:
            raise InternalError(str(greeting["problem"]))
        self._line.allow(CONTROL_SECONDS)
        self._terms = Terms.read(greeting["terms"])
        self.layers = tuple(greeting["layers"])
        self.missing = dict(greeting["missing"])
        self.attempts = dict(greeting["attempts"])

    def _interrupt(self) -> None:
        if self._line is not None:
            self._line.interrupt()
