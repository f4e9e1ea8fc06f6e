"""One fork server, many processes that grade: none is in the way of another, none leaves anything."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autograder.errors import InternalError
from autograder.sandbox import control, groups
from autograder.sandbox.failure import JobFailed
from autograder.sandbox.limits import Limits
from autograder.sandbox.server import ForkServer
from autograder.sandbox.shared import SharedServer
from tests.sandbox.guest import OPS, ROUNDS

LONG = Limits(seconds=600)
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts processes that use a fork server of this one."""
    started: list[subprocess.Popen[str]] = []

    def begin(server: ForkServer, what: str) -> subprocess.Popen[str]:
        with server.share() as end:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.sandbox.guest", str(end.fileno()), what],
                pass_fds=[end.fileno()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def gone(pids: list[int]) -> bool:
    """Whether processes end soon."""
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}").exists() for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not any(Path(f"/proc/{pid}").exists() for pid in pids)


def numbers(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdout is not None
    return [int(word) for word in process.stdout.readline().split()]


def guest(server: ForkServer) -> SharedServer:
    """The other end in this very process."""
    return SharedServer(server.share().detach())


def test_processes_work_side_by_side(server: ForkServer, start: Start) -> None:
    processes = [start(server, "work") for _ in range(2)]
    with server.job() as ours:
        seen = [ours.call(f"{OPS}:user")]
        for process in processes:
            lines = [numbers(process) for _ in range(ROUNDS)]
            assert process.wait(60) == 0
            assert all(line[2:] == [0, 1, 2, 3, 4] for line in lines), lines
            seen += [user for line in lines for user in line[:2]]
    if os.geteuid() == 0:
        assert len(set(seen)) == len(seen)


def test_a_guest_knows_what_its_owner_found_out(server: ForkServer) -> None:
    with guest(server) as other:
        other.ready()
        assert other.attempts == server.attempts
        assert set(other.layers) == set(server.layers)
        assert other.terms == server.terms
        with other.job() as job:
            assert job.call(f"{OPS}:echo", value="β") == "β"


def test_a_guest_that_is_killed_leaves_nothing(server: ForkServer, start: Start) -> None:
    with guest(server) as other, other.job() as untouched:
        killed = start(server, "hang")
        pids = numbers(killed)
        assert all(Path(f"/proc/{pid}").exists() for pid in pids)
        killed.kill()
        assert gone(pids)
        assert untouched.call(f"{OPS}:echo", value=1) == 1
        with other.job() as next_one:
            assert next_one.call(f"{OPS}:echo", value=2) == 2
    with server.job() as ours:
        assert ours.call(f"{OPS}:echo", value=3) == 3


def test_closing_a_guest_ends_its_jobs_only(server: ForkServer) -> None:
    other = guest(server)
    theirs = other.job(LONG)
    with server.job() as ours:
        other.close()
        assert gone([theirs.pid])
        assert ours.call(f"{OPS}:echo", value=1) == 1
    with pytest.raises(InternalError, match="closed"):
        other.job()


@pytest.mark.parametrize("who", ["owner", "server"])
def test_the_end_of_the_server_is_an_internal_error_everywhere(start: Start, who: str) -> None:
    with ForkServer(operations=[OPS], manners=False) as server:
        processes = [start(server, "wait") for _ in range(2)]
        pids = [pid for process in processes for pid in numbers(process)]
        if who == "owner":
            server.close()
        else:
            assert server._process is not None
            server._process.kill()
        assert gone(pids)
        for process in processes:
            said, _ = process.communicate("go on\n", timeout=30)
            kind, problem = said.splitlines()
            assert kind in ("internal", "killed")
            assert problem.startswith("the sandbox")
        if who == "owner":
            with pytest.raises(InternalError):
                server.job()


def test_a_server_that_was_ended_is_replaced_for_who_comes_later() -> None:
    with ForkServer(operations=[OPS], manners=False) as server, guest(server) as one:
        one.job().close()
        assert not one.is_gone
        assert server._process is not None
        server._process.kill()
        server._process.wait()
        with pytest.raises(InternalError):
            one.job()
        assert one.is_gone
        with guest(server) as two, two.job() as job:
            assert job.call(f"{OPS}:echo", value=1) == 1
        with server.job() as ours:
            assert ours.call(f"{OPS}:echo", value=2) == 2


def test_an_owner_that_is_killed_takes_everything_along(start: Start, tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        "from autograder.sandbox.server import ForkServer\n"
        f"server = ForkServer(operations=[{OPS!r}], manners=False)\n"
        "with server.share() as end:\n"
        "    guest = subprocess.Popen([sys.executable, '-m', 'tests.sandbox.guest',\n"
        "        str(end.fileno()), 'hang'], pass_fds=[end.fileno()])\n"
        "guest.wait()\n"
    )
    owner = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    try:
        pids = numbers(owner)
        owner.kill()
        assert gone(pids)
    finally:
        owner.kill()
        owner.communicate()


def test_nothing_is_started_before_somebody_wants_a_job() -> None:
    with ForkServer(operations=[OPS], manners=False) as server, guest(server) as other:
        time.sleep(0.1)
        assert server._process is None
        with other.job() as job:
            assert job.call(f"{OPS}:echo", value=1) == 1
        assert server._process is not None


def test_why_the_owner_cannot_start_is_told_everywhere() -> None:
    with ForkServer(["no_such_module"]) as server, guest(server) as one, guest(server) as two:
        for other in (one, two, one):
            with pytest.raises(InternalError, match="no_such_module"):
                other.job()


def test_a_guest_whose_owner_is_closed_is_told() -> None:
    server = ForkServer(operations=[OPS])
    with guest(server) as other:
        server.close()
        with pytest.raises(InternalError, match="the sandbox"):
            other.job()
    with pytest.raises(InternalError, match="closed"):
        server.share()


def joined(server: ForkServer) -> socket.socket:
    """A line that the fork server serves, without an object that behaves."""
    line = server.share()
    line.settimeout(60)
    control.send(line, {"do": "join"})
    assert "terms" in (control.receive(line)[0] or {})
    return line


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x01\xc1",
        b"\x00\x00\x00\x01\x07",
        b"\x00\x00\x00\x01\x80",  # {}
        b"\x00\x00\x00\x09\x81\xa2do\xa4jump",
        b"\x00\x00\x00\x09\x81\xa2do\xa4fork",
        b"\x00\x00\x00\x0a\x81\xa2do\xa5admit",
        b"\x00\x00\x00\x0f\x82\xa2do\xa4reap\xa3pid\x91\x01",
        b"\x00\x00\x00\x0e\x82\xa2do\xa4reap\xa3pid\x01",
    ],
    ids=["long", "garbage", "number", "empty", "unknown", "bare", "admit", "type", "foreign"],
)
def test_nonsense_ends_the_one_who_talks_it(server: ForkServer, data: bytes) -> None:
    with server.job() as ours, guest(server) as other, other.job() as theirs:
        with joined(server) as line:
            line.sendall(data)
            assert line.recv(1) == b""
        assert ours.call(f"{OPS}:echo", value=1) == 1
        assert theirs.call(f"{OPS}:echo", value=2) == 2
        other.job().close()


def test_nobody_gets_a_job_under_other_layers_than_the_owner_s(server: ForkServer) -> None:
    for changed in ({"confined": False}, {"without": ["files"]}, {"gpu": True}):
        with guest(server) as other:
            terms = dataclasses.replace(other.terms, **changed)
            other._terms = terms
            with pytest.raises(InternalError, match="does not answer"):
                other.job()


def test_a_guest_cannot_end_the_job_of_another(server: ForkServer) -> None:
    with guest(server) as other, other.job() as theirs:
        _, number = theirs.call(f"{OPS}:numbers")
        with joined(server) as line:
            control.send(line, {"do": "reap", "pid": number})
            assert line.recv(1) == b""
        assert theirs.call(f"{OPS}:echo", value=1) == 1


def test_a_message_that_stops_in_the_middle_holds_up_nobody_for_long(server: ForkServer) -> None:
    with joined(server) as line:
        line.sendall(b"\x00\x00")
        with server.job() as job:
            assert job.call(f"{OPS}:echo", value=1) == 1
        assert line.recv(1) == b""


def test_groups_of_processes_that_died_are_removed(tmp_path: Path) -> None:
    for name in ("autograder-7-8-0", "autograder-7-9-1", "autograder-77-1-0"):
        (tmp_path / name).mkdir()
    groups.remove_all(tmp_path, "autograder-7-")
    assert [path.name for path in tmp_path.iterdir()] == ["autograder-77-1-0"]


def test_a_killed_job_of_a_guest_is_that_guests_failure(server: ForkServer) -> None:
    with guest(server) as other, other.job() as job:
        os.kill(job.pid, signal.SIGKILL)
        with pytest.raises(JobFailed) as caught:
            job.call(f"{OPS}:echo", value=1)
        assert caught.value.failure.kind == "killed"
