"""Another grader that uses a fork server: `python -m tests.sandbox.guest FD WHAT`."""

from __future__ import annotations

import sys

from autograder.errors import InternalError
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.limits import Limits
from autograder.sandbox.shared import SharedServer

OPS = "tests.sandbox.operations"
ROUNDS = 6


def main(descriptor: int, what: str) -> None:
    """Do one of the things below, telling on standard output how far it came."""
    with SharedServer(descriptor) as server:
        {"work": work, "hang": hang, "wait": wait}[what](server)


def work(server: SharedServer) -> None:
    """Some jobs, two at a time; tells their users and that every answer was its own."""
    for number in range(ROUNDS):
        with server.job() as one, server.job() as two:
            users = [job.call(f"{OPS}:user") for job in (one, two)]
            assert one.call(f"{OPS}:remember", value=number) == [number]
            assert two.call(f"{OPS}:remember", value=-number) == [-number]
            print(*users, *one.call(f"{OPS}:descriptors"), flush=True)


def hang(server: SharedServer) -> None:
    """Two jobs, one of which is in the middle of an answer that never comes."""
    with server.job(Limits(seconds=600)) as idle, server.job(Limits(seconds=600)) as busy:
        print(idle.pid, busy.pid, flush=True)
        busy.call(f"{OPS}:spin")


def wait(server: SharedServer) -> None:
    """A job, then, when told to, another; tells what became of both."""
    with server.job(Limits(seconds=600)) as job:
        print(job.pid, flush=True)
        sys.stdin.readline()
        try:
            job.call(f"{OPS}:echo", value=1)
        except JobFailed as failed:
            print(failed.failure.kind, flush=True)
    try:
        server.job()
    except InternalError as error:
        print(error, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
