"""What a job can do to its grader: nothing but fail, each way under its own name."""

from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest

from autograder.errors import InternalError
from autograder.sandbox.failure import Failure, JobFailed
from autograder.sandbox.limits import Limits
from autograder.sandbox.server import ForkServer

OPS = "tests.sandbox.operations"
LITTLE = Limits(cpu_seconds=60, memory=200 << 20, output=1 << 20, reply=1 << 20)
QUICK = dataclasses.replace(LITTLE, seconds=1.0)


def failure_of(
    server: ForkServer, operation: str, limits: Limits = LITTLE, **arguments: object
) -> Failure:
    with server.job(limits) as job, pytest.raises(JobFailed) as caught:
        job.call(f"{OPS}:{operation}", **arguments)
    return caught.value.failure


def test_values_and_arrays_cross_both_ways(server: ForkServer) -> None:
    with server.job() as job:
        value = {"a": [1, 2.5, None, "β", b"x"], "b": np.arange(6.0).reshape(2, 3)}
        crossed = job.call(f"{OPS}:echo", value=value)
    assert crossed["a"] == value["a"]
    assert np.array_equal(crossed["b"], value["b"])


def test_a_job_keeps_its_state_and_shares_none(server: ForkServer) -> None:
    with server.job() as one, server.job() as two:
        assert one.call(f"{OPS}:remember", value=1) == [1]
        assert one.call(f"{OPS}:remember", value=2) == [1, 2]
        assert two.call(f"{OPS}:remember", value=3) == [3]


def test_output_is_kept_bounded_and_decoded(server: ForkServer) -> None:
    with server.job() as job:
        job.call(f"{OPS}:say", text="hello β")
        job.close()
        assert job.output == "hello β\nhello β\n"
    with server.job() as job:
        assert job.call(f"{OPS}:shout") == "done"
        job.close()
        assert "[more was printed]" in job.output
        assert len(job.output) < 25_000


@pytest.mark.parametrize(
    ("operation", "arguments", "kind", "words"),
    [
        ("refuse", {}, "refused", "the loader is empty"),
        ("spin", {}, "time", "1 seconds"),
        ("sleep", {}, "time", "1 seconds"),
        ("stop_itself", {}, "time", "1 seconds"),
        ("drip", {}, "time", "1 seconds"),
        ("close_pipes", {}, "protocol", "closed its channel"),
        ("leave", {"status": 0}, "killed", "status 0"),
        ("leave", {"status": 3}, "killed", "status 3"),
        ("crash", {}, "killed", "SIGSEGV"),
        ("eat", {}, "memory", "200 MiB"),
        ("flood", {}, "output", "1 MiB"),
        ("crowd", {}, "processes", "thread"),
        ("answer_too_much", {}, "protocol", "bytes"),
        ("forge_garbage", {"data": b"\x00\x00\x00\x01\xc1"}, "protocol", "malformed"),
        ("forge_garbage", {"data": b"\xff\xff\xff\xff"}, "protocol", "bytes"),
        ("forge_garbage", {"data": b"\x00\x00\x00\x01\x07"}, "protocol", "no answer"),
        ("forge_garbage", {"data": b"\x00\x00\x00\x04\x81\xa2id\x09"}, "protocol", ""),
        ("unsendable", {}, "refused", "cannot send"),
    ],
)
def test_each_way_to_fail_has_its_name(
    server: ForkServer, operation: str, arguments: dict[str, object], kind: str, words: str
) -> None:
    # Time is short only where it is what runs out; a machine may be slow.
    limits = QUICK if kind == "time" else LITTLE
    failure = failure_of(server, operation, limits, **arguments)
    assert failure.kind == kind, failure
    assert words in failure.message


def test_a_mistake_of_an_operation_is_ours(server: ForkServer) -> None:
    failure = failure_of(server, "broken_operation")
    assert failure.is_ours


def test_an_answer_sent_early_is_noticed_at_the_next_question(server: ForkServer) -> None:
    with server.job(LITTLE) as job:
        assert job.call(f"{OPS}:forge_early") == 7  # it may lie about its own answer...
        with pytest.raises(JobFailed) as caught:
            job.call(f"{OPS}:echo", value=1)  # ...but not get ahead of the next
        assert caught.value.failure.kind == "protocol"


def test_a_job_that_failed_can_be_asked_nothing_more(server: ForkServer) -> None:
    with server.job(LITTLE) as job:
        with pytest.raises(JobFailed):
            job.call(f"{OPS}:leave", status=0)
        with pytest.raises(JobFailed, match="already ended"):
            job.call(f"{OPS}:echo", value=1)


def test_leaving_politely_is_an_error_like_any_other(server: ForkServer) -> None:
    with server.job(LITTLE) as job, pytest.raises(JobFailed):
        job.call(f"{OPS}:leave_politely")


def test_no_process_is_left_behind(server: ForkServer) -> None:
    jobs = [server.job(QUICK) for _ in range(3)]
    pids = [job.pid for job in jobs]
    with pytest.raises(JobFailed):
        jobs[0].call(f"{OPS}:spin")
    for job in jobs:
        job.close()
    assert not any(os.path.exists(f"/proc/{pid}") for pid in pids)


def test_operations_must_have_been_loaded(server: ForkServer) -> None:
    with server.job() as job, pytest.raises(JobFailed) as caught:
        job.call("os:getcwd")
    assert caught.value.failure.is_ours


def test_each_job_has_its_own_chance_but_the_same_seed(server: ForkServer) -> None:
    draws = []
    for _ in range(2):
        with server.job() as job:
            draws.append([job.call(f"{OPS}:chance") for _ in range(2)])
    assert draws[0] == draws[1]
    assert draws[0][0] != draws[0][1]


def test_a_server_that_cannot_start_says_so_every_time() -> None:
    with ForkServer(["no_such_module"]) as server:
        for _ in range(2):
            with pytest.raises(InternalError, match="no_such_module"):
                server.job()


def test_closing_the_server_ends_its_jobs() -> None:
    server = ForkServer(operations=[OPS])
    job = server.job()
    server.close()
    with pytest.raises(JobFailed) as caught:
        job.call(f"{OPS}:echo", value=1)
    assert caught.value.failure.kind in ("internal", "killed")
    with pytest.raises(InternalError):
        server.job()
